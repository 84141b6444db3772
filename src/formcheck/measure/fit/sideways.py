"""How far a lying person's ankles are to the side of the hips, with its derivatives."""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.core.landmarks import JOINT_INDEX, SIDES
from formcheck.core.pose import FloatArray
from formcheck.measure.fit.model import MOVES, PARAMETER_INDEX, SCREW_PARAMETER, Placed, slopes_along
from formcheck.measure.fit.table import standard_lengths

SIDEWAYS: Final = tuple(f"ankle_out_{side}" for side in SIDES)
"""Channels in order, shank lengths."""
_ANKLES: Final = [JOINT_INDEX[f"{side}_ankle"] for side in SIDES]
_OUTWARDS: Final = np.array([-1.0, 1.0])
_MOVES_ALL: Final = ("log_focal", "slope_x", "slope_y", "log_distance")
_MASK: Final = MOVES[_ANKLES] * ~np.isin(SCREW_PARAMETER, [PARAMETER_INDEX[name] for name in _MOVES_ALL])
_SHANK: Final = PARAMETER_INDEX["log_shank"]


def sideways_values(parameters: FloatArray, placed: Placed, right: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the channels, shape (N, 2), and their derivatives by the parameters, shape (N, 2, P).

    Parameters
    ----------
    parameters
        Shape (N, P).
    placed
        The people that they describe.
    right
        Towards the person's right along the hip line of the rest pose, in camera axes, shape (3,): the camera stands
        still, so a pelvis that turns does not move the feet. Lengths count as known.
    """
    points = placed.points[:, _ANKLES]
    slope = slopes_along(right, points, placed, _MASK)  # (N, 2, P)
    scale = _OUTWARDS / (standard_lengths().shank * np.exp(parameters[:, _SHANK, None]))
    return (points @ right) * scale, slope * scale[..., None]
