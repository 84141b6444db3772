"""What the kinematic fit is given: the refined joints of a track where there are any, the pose model's elsewhere."""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.core.landmarks import INDEX, JOINT_INDEX, JOINTS
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.measure.body import pixels_per_metre
from formcheck.measure.fit import PARAMETER_INDEX, Observations, RestFit
from formcheck.measure.fit.table import focal_px
from formcheck.measure.noise import Pictured, landmark_sigma, limit
from formcheck.measure.points import torso_px

_SHARED: Final = tuple(name for name in JOINTS if name in INDEX)
_FROM: Final = [INDEX[name] for name in _SHARED]
_TO: Final = [JOINT_INDEX[name] for name in _SHARED]
_SHOULDERS: Final = ("left_shoulder", "right_shoulder")


def observe(track: PoseTrack, pictured: Pictured, scale: float = 1.0) -> Observations:
    """Return the joints that the fit is tied to.

    Parameters
    ----------
    track
        Landmarks of one person.
    pictured
        Position and view of the person: decides the pose model's errors.
    scale
        Metres of the fit's standard person in one metre of the pose model's.

    Returns
    -------
    Observations
        Over the track's frames. Frames without refined joints have the pose model's twelve landmarks; of these only
        the shoulders of people seen from front or back have a depth.

    Notes
    -----
    Of upright people the pose model's landmarks are taken: on rendered squats kept for tuning and on filmed ones the
    refiner read knees and hips 4 to 20 degrees too straight (docs/decisions/0007-measuring-engine.md). The depth of
    their shoulders is taken too: seen from the front, a trunk turned to the left looks like one turned to the right
    (docs/decisions/0013-standing-drills.md).
    """
    refined = (track.refined & pictured.startswith("lying"))[:, None]
    pixels = np.full((len(track), len(JOINTS), 2), np.nan)
    sigma = np.full((len(track), len(JOINTS)), np.nan)
    pixels[:, _TO] = track.pixels[:, _FROM]
    errors = landmark_sigma(_SHARED, "image", pictured)
    sigma[:, _TO] = torso_px(track.pixels)[:, None] * np.sqrt(np.mean(errors**2, axis=1))
    depth, depth_sigma = np.full_like(sigma, np.nan), np.full_like(sigma, np.nan)
    if pictured == "upright_front":
        shoulders = [JOINT_INDEX[name] for name in _SHOULDERS]
        seen = track.world[:, [INDEX[name] for name in _SHOULDERS], 2]
        middle = seen.mean(axis=1, keepdims=True)
        depth[:, shoulders] = middle + limit("shoulder_turn_gain") * (seen - middle)
        depth_sigma[:, shoulders] = limit("shoulder_turn_m")
    return Observations(
        np.where(refined[..., None], track.joints[..., :2], pixels),
        np.where(refined, track.joint_sigma[..., 0], sigma),
        np.where(refined, track.joints[..., 2], depth) * scale,
        np.where(refined, track.joint_sigma[..., 1], depth_sigma) * scale,
        track.image_size,
    )


def px_per_standard_m(rest: RestFit, image_size: tuple[int, int]) -> float:
    """Return the scale of the picture at mid-hip as a rest pose has it, pixels a metre of the fit's standard person."""
    log_focal, log_distance = (rest.parameters[PARAMETER_INDEX[n]] for n in ("log_focal", "log_distance"))
    return float(focal_px(image_size) * np.exp(log_focal - log_distance))


def standard_scale(track: PoseTrack, rest: RestFit) -> float:
    """Return metres of the fit's standard person in one metre of the pose model's.

    Parameters
    ----------
    track
        The still stretch.
    rest
        Its fit.
    """
    scale: FloatArray = pixels_per_metre(track)[track.found]
    return float(np.median(scale)) / px_per_standard_m(rest, track.image_size)
