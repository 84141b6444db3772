"""When the person is where the drill is done: not still arriving, not already leaving."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import INDEX
from formcheck.core.pose import PoseTrack
from formcheck.measure.baseline import BaselineSpan
from formcheck.measure.points import L_HIP, L_SHOULDER, R_HIP, R_SHOULDER, torso_px
from formcheck.measure.view import ViewFinding

MAX_OFFSET_TORSO: Final = 0.6
"""How far feet (upright) or hips (lying) may be from where they were when neutral, torso lengths: a step is more."""
MAX_TURN_DEG: Final = 40.0
"""How far the trunk of a lying person may turn in the picture before it is getting up or over."""
SIT_UP_WIDTH: Final = 1.15
"""How much wider the shoulders are in the picture of a camera at the feet when a person sits up: from 2.7 m 1.14 half
way and 1.3 upright; of rendered people who stayed lying at most 1.05. The pose model's depths are no help: they move
by up to 0.6 m when only a leg does."""
MIN_SPAN_S: Final = 0.4
"""Shorter excursions are errors of single frames, seconds."""

_FEET = [INDEX[f"{side}_{part}"] for side in ("left", "right") for part in ("ankle", "heel", "foot_index")]


def in_place(track: PoseTrack, baseline: BaselineSpan, view: ViewFinding) -> NDArray[np.bool_]:
    """Return in which frames the person is in the place and position of the neutral pose.

    Upright: one foot at least stays where it was. Lying: the hips stay, and the trunk keeps its direction in the
    picture (seen from the feet also the shoulders' width, because sitting up brings them nearer).

    Parameters
    ----------
    track
        Landmarks.
    baseline
        The neutral stretch.
    view
        Where the camera stands.

    Returns
    -------
    ndarray of bool, shape (T,)
        True as well where nobody is seen.
    """
    still = slice(baseline.start, baseline.stop)
    scale = np.nanmedian(torso_px(track.pixels)[still])
    with np.errstate(invalid="ignore"):
        if view.lying:
            hips = (track.pixels[:, L_HIP] + track.pixels[:, R_HIP]) / 2
            away = np.linalg.norm(hips - np.nanmedian(hips[still], axis=0), axis=-1) > MAX_OFFSET_TORSO * scale
            trunk = (track.pixels[:, L_SHOULDER] + track.pixels[:, R_SHOULDER]) / 2 - hips
            neutral = np.nanmedian(trunk[still], axis=0)
            cross = trunk[:, 0] * neutral[1] - trunk[:, 1] * neutral[0]
            away |= np.abs(np.degrees(np.arctan2(cross, trunk @ neutral))) > MAX_TURN_DEG
            if view.view == "foot_end":
                width = np.linalg.norm(track.pixels[:, L_SHOULDER] - track.pixels[:, R_SHOULDER], axis=-1)
                away |= width > SIT_UP_WIDTH * np.nanmedian(width[still])
        else:
            feet = track.pixels[:, _FEET]
            offset = np.linalg.norm(feet - np.nanmedian(feet[still], axis=0), axis=-1)
            away = np.minimum(offset[:, :3].min(axis=1), offset[:, 3:].min(axis=1)) > MAX_OFFSET_TORSO * scale
    frames = max(1, round(MIN_SPAN_S / float(np.median(np.diff(track.time_s)))))
    kept = _flip_short_runs(_flip_short_runs(~away, True, frames), False, frames)
    return np.asarray(kept | ~track.found)


def _flip_short_runs(mask: NDArray[np.bool_], value: bool, frames: int) -> NDArray[np.bool_]:
    """Return the mask with every run of `value` shorter than `frames` flipped, but for runs that touch an end."""
    edges = np.flatnonzero(np.diff(mask)) + 1
    out = mask.copy()
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if mask[start] == value and stop - start < frames:
            out[start:stop] = not value
    return out
