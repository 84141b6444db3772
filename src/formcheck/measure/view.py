"""Where the camera stands, read from the person in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.core.landmarks import INDEX
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.measure.fit import PARAMETER_INDEX, RestFit
from formcheck.measure.geometry import wrap_deg
from formcheck.measure.points import L_ANKLE, L_HIP, L_SHOULDER, R_ANKLE, R_HIP, R_SHOULDER, torso_px
from formcheck.measure.posture import LYING, explain

FRONTAL_WIDTH: Final = 0.58
"""Shoulder width over torso length in the picture from which a person faces the camera (0.75 face on, cos 39 deg).
Of 90 rendered people seen from within 9 degrees of it the narrowest had 0.60, one filmed from 45 degrees 0.54."""
SIDE_WIDTH: Final = 0.38
"""The same, below which the person is seen from the side (cos 60 deg)."""
LYING_SCORE: Final = -0.2
"""Above it a person seen with the head up in the picture lies with the feet to the camera: depth of the shoulders
behind the ankles in metres, plus 0.8 times how far the shoulder width exceeds 0.75 torso lengths. Standing people
had at most -0.27 (rendered and filmed), lying ones at least -0.12 (rendered, 35 to 86 degrees of elevation)."""
EXPECTED: Final = 0.05
"""By how much the score's limit moves towards what the drill expects."""
FITTED_OVERHEAD_DEG: Final = 80.0
"""Elevation of the fitted rest pose from which the camera counts as overhead: cameras at 45 to 76 degrees were
fitted up to 77 and once 82, those at 83 to 90 at 83 and more (rendered people; root mean square error 3.5 degrees)."""
OVERHEAD_DEG: Final = 76.0
"""Elevation from which the camera counts as overhead."""
FOOT_END_DEG: Final = 45.0
"""Azimuth up to which the camera stands beyond a lying person's feet (beyond the head: as near to 180)."""


@dataclass(frozen=True, slots=True)
class ViewFinding:
    """Camera placement relative to the person, over a stretch of frames."""

    view: str
    """foot_end, overhead, head_end, front, back, side, oblique or unknown."""

    lying: bool
    """Whether the person lies."""

    elevation_deg: float | None
    """How far below horizontal the lens looks at a lying person, degrees; None when it cannot be told, or from the
    side, where it does not matter, and for upright people."""

    elevation_sigma_deg: float | None = None
    """Standard error of the elevation, degrees; None when it is unknown."""


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

    Notes
    -----
    With refined joints the person model is fitted to them, lying and upright, and the better one says whether the
    person lies and from where it is seen; without, a rule about the pose model's landmarks does.
    """
    found = track.found
    if not found.any():
        return UNKNOWN_VIEW
    px, world = track.pixels[found], track.world[found]
    rest = explain(track, lying_expected)
    if rest is None:
        return _view_of_landmarks(px, world, lying_expected)
    return view_of_lying(rest) if rest.position in LYING else _view_of_upright(px)


def view_of_lying(rest: RestFit) -> ViewFinding:
    """Return where the camera stands according to the fit of a lying person's rest pose."""
    elevation, sigma = min(rest.elevation_deg, 90.0), rest.elevation_sigma_deg
    if elevation > FITTED_OVERHEAD_DEG:
        return ViewFinding("overhead", True, elevation, sigma)
    away = abs(float(wrap_deg(rest.parameters[PARAMETER_INDEX["azimuth"]])))
    if FOOT_END_DEG < away < 180.0 - FOOT_END_DEG:
        return ViewFinding("side", True, None)
    return ViewFinding("foot_end" if away < 90.0 else "head_end", True, elevation, sigma)


def _view_of_landmarks(px: FloatArray, world: FloatArray, lying_expected: bool | None) -> ViewFinding:
    torso = _median((px[:, L_SHOULDER] + px[:, R_SHOULDER] - px[:, L_HIP] - px[:, R_HIP]) / 2)
    width = _shoulder_width(px)
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
    return _view_of_upright(px)


def _view_of_upright(px: FloatArray) -> ViewFinding:
    width = _shoulder_width(px)
    if width < SIDE_WIDTH:
        view = "side"
    elif width < FRONTAL_WIDTH:
        view = "oblique"
    else:
        right, left = _median(px[:, INDEX["right_hip"]]), _median(px[:, INDEX["left_hip"]])
        view = "front" if right[0] < left[0] else "back"
    return ViewFinding(view, lying=False, elevation_deg=None)


def _shoulder_width(px: FloatArray) -> float:
    """Return the distance between the shoulders in the picture, torso lengths."""
    return float(np.median(np.linalg.norm(px[:, L_SHOULDER] - px[:, R_SHOULDER], axis=-1)) / np.median(torso_px(px)))


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
