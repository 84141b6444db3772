"""What the trunk's surface shows of the pelvis: how its points have moved in the picture since the neutral pose."""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.core.landmarks import Side
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.core.surface import MIRROR

FARTHEST_M: Final = 0.12
"""Points that seem to have moved farther were taken for others; no repetition moves the trunk so far, metres."""
DOUBT_M: Final = (0.001, 0.3)
"""Least and largest disagreement between there and back that is told apart, metres."""


def surface_changes(track: PoseTrack, at_rest: PoseTrack) -> FloatArray:
    """Return how the surface has moved since the neutral pose.

    Parameters
    ----------
    track
        T frames.
    at_rest
        The still stretch.

    Returns
    -------
    ndarray, shape (T, 35, 3)
        As `Pose.surface`, its movement less that of the still stretch; NaN where a frame was not compared with the same
        picture as the end of the still stretch was.
    """
    since = at_rest.surface_from_s[np.isfinite(at_rest.surface_from_s)]
    if not len(since):
        return np.full_like(track.surface, np.nan)
    rest = np.median(at_rest.surface[at_rest.surface_from_s == since[-1]], axis=0)
    moved = track.surface - rest * (1.0, 1.0, 0.0)
    return np.where((track.surface_from_s == since[-1])[:, None, None], moved, np.nan)


def surface_evidence(changes: FloatArray, side: Side) -> FloatArray:
    """Return what the pelvis verdict is told of the surface, for one side as if it were the right one.

    Parameters
    ----------
    changes
        From `surface_changes`, shape (T, 35, 3).
    side
        The side.

    Returns
    -------
    ndarray, shape (T, 105)
        Movements, metres, and logarithms of how far there and back disagree; NaN where unknown.
    """
    if side == "left":
        changes = changes[:, MIRROR] * (-1.0, 1.0, 1.0)
    moved = np.clip(changes[..., :2], -FARTHEST_M, FARTHEST_M)
    doubt = np.log(np.clip(changes[..., 2], *DOUBT_M))
    return np.concatenate([moved.reshape(len(changes), -1), doubt], axis=1)
