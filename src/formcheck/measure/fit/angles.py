"""The channels of docs/channels.md as functions of the fitted parameters, and their derivatives.

Hip angles and knee flexion are parameters of the model. The trunk's channels follow from six angles of pelvis and
trunk, in a world whose azimuth does not matter, as `formcheck.synthetic.channels` defines them for true joints.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.core.landmarks import SIDES
from formcheck.core.pose import FloatArray
from formcheck.measure.fit.heights import height_channels, height_values
from formcheck.measure.fit.model import PARAMETER_INDEX, PARAMETERS, Placed, place, turns
from formcheck.measure.fit.sideways import SIDEWAYS, sideways_values
from formcheck.measure.fit.table import Contacts, standard_lengths
from formcheck.measure.geometry import atan2_deg, dot, unit, wrap_deg

_BODY: Final = [PARAMETER_INDEX[n] for n in ("turn", "hike", "tilt", "trunk_flexion", "trunk_bend", "trunk_twist")]
_LENGTHS: Final = [PARAMETER_INDEX[n] for n in ("log_lumbar_rise", "log_trunk")]
_DIRECT: Final = {
    f"{name}_{side}": PARAMETER_INDEX[f"{name}_{side}"]
    for side in SIDES
    for name in ("hip_flexion", "hip_adduction", "hip_ir", "knee_flexion")
}
_KNEES: Final = [k for k, name in enumerate(_DIRECT) if name.startswith("knee")]
_AXES: Final = np.array([1, 0, 2, 2, 0, 1])
_SCALE: Final = np.radians([1.0, -1.0, -1.0, -1.0, 1.0, 1.0])
_STEP_DEG: Final = 1e-3
_TRUNK: Final = _BODY + _LENGTHS
LYING: Final = ("pelvis_roll", "pelvis_hike", "trunk_twist", "trunk_side_bend", "chest_roll")
UPRIGHT: Final = ("pelvis_yaw", "pelvis_hike", "trunk_yaw", "trunk_twist", "trunk_lean", "trunk_side_bend")


class ChannelMap:
    """The channels of a person whose rest pose is known.

    Parameters
    ----------
    rest
        Parameters of the rest pose, shape (P,): it says where a lying person's right side and head are.
    neutral
        The pelvis' neutral axes in the world, as columns, shape (3, 3).
    lying
        Whether roll (lying) or yaw and lean (upright) mean something.
    contacts
        How high heels and toes are when a foot stands on the floor.
    """

    def __init__(self, rest: FloatArray, neutral: FloatArray, lying: bool, contacts: Contacts) -> None:
        self._neutral, self._lying, self._contacts = neutral, lying, contacts
        self.names: tuple[str, ...] = (
            *_DIRECT,
            *(LYING if lying else UPRIGHT),
            *height_channels(lying),
            *(SIDEWAYS if lying else ()),
        )
        """The channels in order."""
        _, right, _, head = (row[0] for row in _axes(rest[None, _TRUNK], neutral))
        head = unit(head * [1.0, 0.0, 1.0])
        self._head, self._right = head, unit(right - head * (right @ head))
        self._front = 1.0 if np.cross(head, self._right)[1] > 0 else -1.0
        self._hip_line = place(rest[None], neutral, standard_lengths()).trunk[0, 0, :, 2]

    def values(self, parameters: FloatArray, placed: Placed) -> tuple[FloatArray, FloatArray]:
        """Return every channel, shape (N, C), and its derivatives by the parameters, shape (N, C, P).

        Parameters
        ----------
        parameters
            Shape (N, P).
        placed
            The people that they describe.
        """
        n, direct = len(parameters), len(_DIRECT)
        moved = np.repeat(parameters[None, :, _TRUNK], len(_BODY) + 1, axis=0)
        moved[np.arange(len(_BODY)), :, np.arange(len(_BODY))] += _STEP_DEG
        trunk = self._trunk(moved.reshape(-1, len(_TRUNK))).reshape(len(moved), n, -1)
        heights, slopes = height_values(parameters, placed, self._lying, self._contacts)
        if self._lying:
            places, moves = sideways_values(parameters, placed, self._hip_line)
            heights, slopes = np.concatenate([heights, places], axis=1), np.concatenate([slopes, moves], axis=1)
        values = np.concatenate([parameters[:, list(_DIRECT.values())], trunk[-1], heights], axis=1)
        values[:, _KNEES] = np.abs(values[:, _KNEES])
        gradients = np.zeros((n, len(self.names), len(PARAMETERS)))
        gradients[:, np.arange(direct), list(_DIRECT.values())] = 1.0
        bodily = direct + trunk.shape[2]
        gradients[:, direct:bodily, _BODY] = (wrap_deg(trunk[:-1] - trunk[-1]) / _STEP_DEG).transpose(1, 2, 0)
        gradients[:, bodily:] = slopes
        return values, gradients

    def _trunk(self, posture: FloatArray) -> FloatArray:
        y, z, shoulders, trunk = _axes(posture, self._neutral)
        if not self._lying:
            bend = atan2_deg(dot(trunk, z), dot(trunk, y))
            yaw, chest = atan2_deg(z[:, 0], z[:, 2]), atan2_deg(shoulders[:, 0], shoulders[:, 2])
            hike = np.degrees(np.arcsin(np.clip(z[:, 1], -1.0, 1.0)))
            level = np.hypot(z[:, 0], z[:, 2])
            lean = atan2_deg((trunk[:, 0] * z[:, 2] - trunk[:, 2] * z[:, 0]) / level, trunk[:, 1])
            return np.stack([yaw, hike, chest, wrap_deg(chest - yaw), lean, bend], axis=1)
        roll, chest = (atan2_deg(v[:, 1], v @ self._right) for v in (z, shoulders))
        hike = np.degrees(np.arcsin(np.clip(z @ self._head, -1.0, 1.0)))
        bend = atan2_deg(trunk @ self._right, trunk @ self._head)
        return np.stack([roll, hike, wrap_deg(self._front * (chest - roll)), bend, chest], axis=1)


def _axes(posture: FloatArray, neutral: FloatArray) -> tuple[FloatArray, ...]:
    """Return, each (N, 3) in the world: the pelvis' up and right axes, the shoulder line, mid-hip to mid-shoulder."""
    lengths = standard_lengths()
    lumbar, rise = np.exp(posture[:, len(_BODY) :]).T * np.array([[lengths.lumbar_rise], [lengths.trunk]])
    matrices = turns(posture[:, : len(_BODY)] * _SCALE, _AXES)
    pelvis = neutral @ matrices[:, 0] @ matrices[:, 1] @ matrices[:, 2]
    chest = pelvis @ matrices[:, 3] @ matrices[:, 4] @ matrices[:, 5]
    trunk = lumbar[:, None] * pelvis[..., 1] + rise[:, None] * chest[..., 1]
    return pelvis[..., 1], pelvis[..., 2], chest[..., 2], trunk
