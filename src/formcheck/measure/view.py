"""Where the camera stands, read from the person in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.core.landmarks import INDEX
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.measure.points import L_ANKLE, L_HIP, L_SHOULDER, R_ANKLE, R_HIP, R_SHOULDER, torso_px

FRONTAL_WIDTH: Final = 0.62
"""Shoulder width over torso length in the picture from which a person faces the camera (0.75 face on, cos 34 deg)."""
SIDE_WIDTH: Final = 0.38
"""The same, below which the person is seen from the side (cos 60 deg)."""
LYING_DEPTH_M: Final = 0.15
"""How much nearer the ankles are than the shoulders for a person lying with the feet to the camera, metres. Standing it
is negative, sitting about 0.1; measured on rendered and filmed people."""
OVERHEAD_DEG: Final = 76.0
"""Elevation from which the camera counts as overhead."""


@dataclass(frozen=True, slots=True)
class ViewFinding:
    """Camera placement relative to the person, over a stretch of frames."""

    view: str
    """foot_end, overhead, head_end, front, back, side, oblique or unknown."""

    lying: bool
    """Whether the person lies."""

    elevation_deg: float | None
    """How far below horizontal the lens looks, degrees; None when it cannot be told."""


UNKNOWN_VIEW: Final = ViewFinding("unknown", lying=False, elevation_deg=None)


def find_view(track: PoseTrack) -> ViewFinding:
    """Tell position and camera placement from a stretch in which the person is in the neutral pose.

    Parameters
    ----------
    track
        The stretch. Frames without the person are ignored.

    Returns
    -------
    ViewFinding
        `unknown` when nobody is seen.
    """
    found = track.found
    if not found.any():
        return UNKNOWN_VIEW
    px, world = track.pixels[found], track.world[found]
    torso = _median((px[:, L_SHOULDER] + px[:, R_SHOULDER] - px[:, L_HIP] - px[:, R_HIP]) / 2)
    length = float(np.median(torso_px(px)))
    width = float(np.median(np.linalg.norm(px[:, L_SHOULDER] - px[:, R_SHOULDER], axis=-1))) / length
    nearer_feet = float(np.median(nearer_feet_m(world)))
    across = abs(torso[0]) > abs(torso[1])
    if across:
        view = "overhead" if width >= FRONTAL_WIDTH else "side"
        return ViewFinding(view, lying=True, elevation_deg=None)
    if torso[1] > 0:
        return ViewFinding("head_end", lying=True, elevation_deg=None)
    if nearer_feet > LYING_DEPTH_M:
        elevation = _foot_end_elevation(width, nearer_feet)
        return ViewFinding("overhead" if elevation > OVERHEAD_DEG else "foot_end", True, elevation)
    if width < SIDE_WIDTH:
        view = "side"
    elif width < FRONTAL_WIDTH:
        view = "oblique"
    else:
        right, left = _median(px[:, INDEX["right_hip"]]), _median(px[:, INDEX["left_hip"]])
        view = "front" if right[0] < left[0] else "back"
    return ViewFinding(view, lying=False, elevation_deg=None)


def _median(xy: FloatArray) -> FloatArray:
    return np.asarray(np.median(xy, axis=0))


def nearer_feet_m(world: FloatArray) -> FloatArray:
    """Return how much nearer to the camera the ankles are than the shoulders, shape (T,), metres."""
    shoulders = (world[:, L_SHOULDER, 2] + world[:, R_SHOULDER, 2]) / 2
    return np.asarray(shoulders - (world[:, L_ANKLE, 2] + world[:, R_ANKLE, 2]) / 2)


def _foot_end_elevation(width: float, nearer_feet_m: float) -> float:
    """Return the camera's elevation over a person who lies with the feet towards it, degrees."""
    return float(np.clip(90.0 - np.degrees(np.arcsin(np.clip(nearer_feet_m / 0.8, 0, 1))), 15, 90))
