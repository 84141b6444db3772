"""The landmarks that are drawn: of who lies the joints that were measured from, not those of the pose model."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from formcheck.coach.samples import drill_channels
from formcheck.core.landmarks import INDEX, JOINT_INDEX, LANDMARKS, SIDES
from formcheck.core.pose import PoseTrack
from formcheck.exercises.schema import Exercise
from formcheck.measure.points import torso_px

UNSURE_TORSO: Final = 0.25
"""A joint with a larger standard error than this is not drawn in place of its landmark, torso lengths."""

_REFINED: Final = [name for name in LANDMARKS if name in JOINT_INDEX]
_FROM: Final = [JOINT_INDEX[name] for name in _REFINED]
_TO: Final = [INDEX[name] for name in _REFINED]
_ARMS: Final = [INDEX[f"{side}_{part}"] for side in SIDES for part in ("elbow", "wrist")]


def measured_track(track: PoseTrack, exercise: Exercise, lying: bool) -> PoseTrack:
    """Return the landmarks to draw.

    Parameters
    ----------
    track
        Landmarks and refined joints.
    exercise
        The drill. Where it does not measure arms, those of lying people are left out: the pose model often sees them
        across the chest.
    lying
        Whether the person lies. Upright people are measured from the landmarks as they are.
    """
    if not lying:
        return track
    pixels, visibility = track.pixels.copy(), track.visibility.copy()
    with np.errstate(invalid="ignore"):
        sure = track.joint_sigma[:, _FROM, 0] <= UNSURE_TORSO * torso_px(track.pixels)[:, None]
    sure &= track.refined[:, None]
    pixels[:, _TO] = np.where(sure[..., None], track.joints[:, _FROM, :2], pixels[:, _TO])
    if not any("arm" in name or "elbow" in name or "hand" in name for name in drill_channels(exercise)):
        visibility[:, _ARMS] = 0.0
    return replace(track, pixels=pixels, visibility=visibility)
