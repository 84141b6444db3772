"""Which foot is in front of a person who stands with one before the other."""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.core.landmarks import INDEX, SIDES, Side
from formcheck.core.pose import FloatArray, PoseTrack

BEFORE_S: Final = 0.6
"""The stance is that of this long before a movement, seconds: a foot on the floor may leave it as soon as it begins."""
APART_M: Final = 0.04
"""Feet that are less far before one another in the pose model's metres are not told apart. Rendered split stances and
steps up (41 clips, from the front and from the side): 0.06 to 0.78, always the right way."""


def front_foot(track: PoseTrack, moment_s: float) -> Side | None:
    """Return which foot stood in front until a moment.

    Parameters
    ----------
    track
        Landmarks of one person.
    moment_s
        When a movement began, seconds.

    Returns
    -------
    str or None
        None where the person was not seen, or stood with both feet side by side.
    """
    then = (track.time_s >= moment_s - BEFORE_S) & (track.time_s <= moment_s) & track.found
    if not then.any():
        return None
    ways = [_floor(track, f"{side}_foot_index") - _floor(track, f"{side}_heel") for side in SIDES]
    forward = np.median((ways[0] + ways[1])[then], axis=0)
    left, right = (_floor(track, f"{side}_ankle")[then] for side in ("left", "right"))
    ahead = float(np.median(left - right, axis=0) @ forward / max(float(np.linalg.norm(forward)), 1e-9))
    if abs(ahead) < APART_M:
        return None
    return "left" if ahead > 0 else "right"


def _floor(track: PoseTrack, name: str) -> FloatArray:
    """Return a landmark seen from above, shape (T, 2), metres: to the right in the picture, and away."""
    return np.asarray(track.world[:, INDEX[name]][:, [0, 2]])
