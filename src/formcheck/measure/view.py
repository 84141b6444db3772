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
LYING_SCORE: Final = -0.2
"""Above it a person seen with the head up in the picture lies with the feet to the camera: depth of the shoulders
behind the ankles in metres, plus 0.8 times how far the shoulder width exceeds 0.75 torso lengths. Standing people
had at most -0.27 (rendered and filmed), lying ones at least -0.12 (rendered, 35 to 86 degrees of elevation)."""
EXPECTED: Final = 0.05
"""By how much the score's limit moves towards what the drill expects."""
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


def find_view(track: PoseTrack, lying_expected: bool | None = None) -> ViewFinding:
    """Tell position and camera placement from a stretch in which the person is in the neutral pose.

    Parameters
    ----------
    track
        The stretch. Frames without the person are ignored.
    lying_expected
        Whether the drill is done lying; decides the cases in between.

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
    expected = 0.0 if lying_expected is None else (-EXPECTED if lying_expected else EXPECTED)
    if lying_score(nearer_feet, width) > LYING_SCORE + expected:
        elevation = _foot_end_elevation(nearer_feet)
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


def lying_score(nearer_feet: float, width: float) -> float:
    """Return how much a person looks like lying with the feet to the camera; see `LYING_SCORE`."""
    return nearer_feet + 0.8 * (width - 0.75)


def _foot_end_elevation(nearer_feet: float) -> float:
    """Return the camera's elevation over a person who lies with the feet towards it, degrees.

    A line through rendered people at 35 to 86 degrees (root mean square error 8 degrees): the lower the camera, the
    more the model sees the feet nearer than the shoulders.
    """
    return float(np.clip(77.0 - 74.0 * nearer_feet, 15.0, 90.0))
