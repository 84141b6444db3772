"""Channels that need the vertical: heights over the floor and how far a leg is raised, with their derivatives."""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.core.landmarks import JOINT_INDEX, SIDES
from formcheck.core.pose import FloatArray
from formcheck.measure.fit.model import (
    CAMERA,
    MOVES,
    PARAMETER_INDEX,
    PARAMETERS,
    SCREW_PARAMETER,
    Placed,
    slopes_along,
)
from formcheck.measure.fit.table import Contacts, standard_lengths

_KINDS: Final = ("hip", "knee", "ankle", "heel", "foot_index")
_ROW: Final = {f"{side}_{kind}": 2 * k + s for k, kind in enumerate(_KINDS) for s, side in enumerate(SIDES)}
_JOINTS: Final = [JOINT_INDEX[name] for name in _ROW]
_LEGS_ONLY: Final = ~np.isin(SCREW_PARAMETER, [PARAMETER_INDEX[name] for name in CAMERA])
_MASK: Final = MOVES[_JOINTS] * _LEGS_ONLY
_PELVIS: Final = PARAMETER_INDEX["pelvis_height"]
_SHANK: Final = PARAMETER_INDEX["log_shank"]
_SHORTEST_M: Final = 1e-3


def height_channels(lying: bool) -> tuple[str, ...]:
    """Return the channels' names in order: degrees for `leg_raise`, shank lengths for the others."""
    kinds = ("knee_height", "ankle_height", "leg_raise" if lying else "hip_drop")
    return tuple(f"{kind}_{side}" for kind in kinds for side in SIDES)


def height_values(
    parameters: FloatArray, placed: Placed, lying: bool, contacts: Contacts
) -> tuple[FloatArray, FloatArray]:
    """Return the channels, shape (N, C), and their derivatives by the parameters, shape (N, C, P).

    Parameters
    ----------
    parameters
        Shape (N, P).
    placed
        The people that they describe.
    lying
        A lying person's floor lies `pelvis_height` below the pelvis; an upright person's under the lower foot.
    contacts
        How high heels and toes are when a foot stands on the floor.
    """
    n = len(parameters)
    points, up = placed.points[:, _JOINTS], placed.up[:, None]
    height = np.sum(points * up, axis=-1)
    slope = slopes_along(up, points, placed, _MASK)  # (N, rows, P)
    floor, floor_slope = -parameters[:, _PELVIS], np.zeros((n, len(PARAMETERS)))
    if lying:
        floor_slope[:, _PELVIS] = -1.0
    else:
        standing = {joint: contacts.height[k] for k, joint in enumerate(contacts.joints)}
        sole = [k for k, joint in enumerate(_JOINTS) if joint in standing]
        low = height[:, sole] - np.array([standing[_JOINTS[k]] for k in sole])
        lowest = np.argmin(low, axis=1)
        floor = low[np.arange(n), lowest]
        floor_slope = slope[np.arange(n), np.array(sole)[lowest]]
    shank = standard_lengths().shank * np.exp(parameters[:, _SHANK, None])
    values, slopes = [], []
    for kind, sign in (("knee", 1.0), ("ankle", 1.0)) if lying else (("knee", 1.0), ("ankle", 1.0), ("hip", -1.0)):
        k = [_ROW[f"{side}_{kind}"] for side in SIDES]
        value = sign * (height[:, k] - floor[:, None]) / shank
        change = sign * (slope[:, k] - floor_slope[:, None]) / shank[..., None]
        change[..., _SHANK] -= value
        values.append(value)
        slopes.append(change)
    if lying:
        value, change = _leg_raise(parameters, points, height, slope)
        values.append(value)
        slopes.append(change)
    return np.concatenate(values, axis=1), np.concatenate(slopes, axis=1)


def _leg_raise(
    parameters: FloatArray, points: FloatArray, height: FloatArray, slope: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the hip-to-ankle lines' angles over the floor, degrees, and their derivatives; lengths count as known."""
    hips, ankles = ([_ROW[f"{side}_{kind}"] for side in SIDES] for kind in ("hip", "ankle"))
    length = np.maximum(np.linalg.norm(points[:, ankles] - points[:, hips], axis=-1), _SHORTEST_M)
    sine = np.clip((height[:, ankles] - height[:, hips]) / length, -1.0, 1.0)
    change = (slope[:, ankles] - slope[:, hips]) / length[..., None]
    lengths = standard_lengths()
    for s, side in enumerate(SIDES):
        knee = PARAMETER_INDEX[f"knee_flexion_{side}"]
        fold = lengths.thigh * lengths.shank * np.sin(np.radians(parameters[:, knee])) * np.radians(1.0)
        change[:, s, knee] += sine[:, s] * fold / length[:, s] ** 2  # a bent knee brings the ankle nearer
    cosine = np.sqrt(np.maximum(1.0 - sine**2, 1e-4))
    return np.degrees(np.arcsin(sine)), np.degrees(change / cosine[..., None])
