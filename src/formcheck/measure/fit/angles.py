"""The channels of docs/channels.md as functions of the fitted parameters, and their derivatives.

Hip angles and knee flexion are parameters of the model. The trunk's channels follow from six angles of pelvis and
trunk, in a world whose azimuth does not matter, as `formcheck.synthetic.channels` defines them for true joints.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.core.landmarks import SIDES
from formcheck.core.pose import FloatArray
from formcheck.measure.fit.model import PARAMETER_INDEX, PARAMETERS, turns
from formcheck.measure.fit.table import standard_lengths
from formcheck.measure.geometry import atan2_deg, dot, unit, wrap_deg

_BODY: Final = [PARAMETER_INDEX[n] for n in ("turn", "hike", "tilt", "trunk_flexion", "trunk_bend", "trunk_twist")]
_LENGTHS: Final = [PARAMETER_INDEX[n] for n in ("log_lumbar_rise", "log_trunk")]
_DIRECT: Final = {
    f"{name}_{side}": PARAMETER_INDEX[f"{name}_{side}"]
    for side in SIDES
    for name in ("hip_flexion", "hip_adduction", "hip_ir", "knee_flexion")
}
_AXES: Final = np.array([1, 0, 2, 2, 0, 1])
_SCALE: Final = np.radians([1.0, -1.0, -1.0, -1.0, 1.0, 1.0])
_STEP_DEG: Final = 1e-3
_UP: Final = np.array([0.0, 1.0, 0.0])
LYING: Final = ("pelvis_roll", "pelvis_hike", "trunk_twist", "trunk_side_bend")
UPRIGHT: Final = ("pelvis_yaw", "pelvis_hike", "trunk_yaw", "trunk_twist", "trunk_lean", "trunk_side_bend")


def channel_names(lying: bool) -> tuple[str, ...]:
    """Return the channels that the fit gives, in the order of `channel_values`' last axis."""
    return (*_DIRECT, *(LYING if lying else UPRIGHT))


def channel_values(parameters: FloatArray, rest: FloatArray, neutral: FloatArray, lying: bool) -> FloatArray:
    """Return every channel in degrees, shape (N, C).

    Parameters
    ----------
    parameters
        Shape (N, P).
    rest
        Parameters of the rest pose, shape (P,): it says where a lying person's right side and head are.
    neutral
        The pelvis' neutral axes in the world, as columns, shape (3, 3).
    lying
        Whether roll (lying) or yaw and lean (upright) mean something.
    """
    legs = parameters[:, list(_DIRECT.values())]
    knees = [k for k, name in enumerate(_DIRECT) if name.startswith("knee")]
    legs[:, knees] = np.abs(legs[:, knees])
    return np.concatenate([legs, _trunk(parameters, rest, neutral, lying)], axis=1)


def channel_gradients(parameters: FloatArray, rest: FloatArray, neutral: FloatArray, lying: bool) -> FloatArray:
    """Return the channels' derivatives by the parameters, shape (N, C, P)."""
    direct = list(_DIRECT.values())
    out = np.zeros((len(parameters), len(channel_names(lying)), len(PARAMETERS)))
    out[:, np.arange(len(direct)), direct] = 1.0
    moved = np.repeat(parameters[None], len(_BODY) + 1, axis=0)
    moved[np.arange(len(_BODY)), :, _BODY] += _STEP_DEG
    n = len(parameters)
    values = _trunk(moved.reshape(-1, len(PARAMETERS)), rest, neutral, lying).reshape(len(_BODY) + 1, n, -1)
    out[:, len(direct) :, _BODY] = np.moveaxis(wrap_deg(values[:-1] - values[-1]) / _STEP_DEG, 0, 2)
    return out


def _trunk(parameters: FloatArray, rest: FloatArray, neutral: FloatArray, lying: bool) -> FloatArray:
    y, z, shoulders, trunk = _axes(parameters, neutral)
    bend = atan2_deg(dot(trunk, z), dot(trunk, y))
    if not lying:
        yaw, chest = atan2_deg(z[:, 0], z[:, 2]), atan2_deg(shoulders[:, 0], shoulders[:, 2])
        hike = np.degrees(np.arcsin(np.clip(z[:, 1], -1.0, 1.0)))
        forward = np.cross(_UP, z)
        lean = atan2_deg(dot(trunk, forward), trunk[:, 1])
        return np.stack([yaw, hike, chest, wrap_deg(chest - yaw), lean, bend], axis=1)
    _, right, _, head = (row[0] for row in _axes(rest[None], neutral))
    head = unit(head * [1.0, 0.0, 1.0])
    right = unit(right - head * (right @ head))
    front = 1.0 if np.cross(head, right)[1] > 0 else -1.0
    roll, chest = (atan2_deg(v[:, 1], v @ right) for v in (z, shoulders))
    hike = np.degrees(np.arcsin(np.clip(z @ head, -1.0, 1.0)))
    return np.stack([roll, hike, wrap_deg(front * (chest - roll)), bend], axis=1)


def _axes(parameters: FloatArray, neutral: FloatArray) -> tuple[FloatArray, ...]:
    """Return, each (N, 3) in the world: the pelvis' up and right axes, the shoulder line, mid-hip to mid-shoulder."""
    lengths = standard_lengths()
    lumbar, rise = np.exp(parameters[:, _LENGTHS]).T * np.array([[lengths.lumbar_rise], [lengths.trunk]])
    matrices = turns(parameters[:, _BODY] * _SCALE, _AXES)
    pelvis = neutral @ matrices[:, 0] @ matrices[:, 1] @ matrices[:, 2]
    chest = pelvis @ matrices[:, 3] @ matrices[:, 4] @ matrices[:, 5]
    trunk = lumbar[:, None] * pelvis[..., 1] + rise[:, None] * chest[..., 1]
    return pelvis[..., 1], pelvis[..., 2], chest[..., 2], trunk
