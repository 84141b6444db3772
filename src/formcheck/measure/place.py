"""When the person is where the drill is done: not still arriving, not already leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import INDEX
from formcheck.core.pose import FloatArray, PoseTrack
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person was in the neutral pose, pixels."""

    lying: bool
    """Whether the person lies."""

    from_feet: bool
    """Whether the camera stands at a lying person's feet."""

    torso_px: float
    """Torso length in the picture."""

    hips: FloatArray
    """Mid-hip, shape (2,)."""

    trunk: FloatArray
    """From mid-hip to mid-shoulder, shape (2,)."""

    width: float
    """Between the shoulders."""

    feet: FloatArray
    """Ankle, heel and toes of the left, then of the right foot, shape (6, 2)."""

    def offset(self, track: PoseTrack) -> FloatArray:
        """Return how far the nearer foot (upright) or mid-hip (lying) is from where it was, shape (T,), pixels."""
        if self.lying:
            return np.asarray(np.linalg.norm(_trunk(track)[0] - self.hips, axis=-1))
        offset = np.linalg.norm(track.pixels[:, _FEET] - self.feet, axis=-1)
        return np.asarray(np.minimum(offset[:, :3].min(axis=1), offset[:, 3:].min(axis=1)))

    def away(self, track: PoseTrack) -> NDArray[np.bool_]:
        """Return in which frames the person is somewhere else, shape (T,); errors of single frames count as well."""
        with np.errstate(invalid="ignore"):
            away = self.offset(track) > MAX_OFFSET_TORSO * self.torso_px
            if not self.lying:
                return np.asarray(away)
            _, trunk, width = _trunk(track)
            cross = trunk[:, 0] * self.trunk[1] - trunk[:, 1] * self.trunk[0]
            away |= np.abs(np.degrees(np.arctan2(cross, trunk @ self.trunk))) > MAX_TURN_DEG
            return np.asarray(away | (self.from_feet & (width > SIT_UP_WIDTH * self.width)))


def place_of(still: PoseTrack, view: ViewFinding) -> Place:
    """Return where the person is in the neutral pose.

    Parameters
    ----------
    still
        The still stretch.
    view
        Where the camera stands.
    """
    hips, trunk, width = _trunk(still)
    return Place(
        lying=view.lying,
        from_feet=view.view == "foot_end",
        torso_px=float(np.nanmedian(torso_px(still.pixels))),
        hips=np.nanmedian(hips, axis=0),
        trunk=np.nanmedian(trunk, axis=0),
        width=float(np.nanmedian(width)),
        feet=np.nanmedian(still.pixels[:, _FEET], axis=0),
    )


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
    away = place_of(track.between(baseline.start, baseline.stop), view).away(track)
    frames = max(1, round(MIN_SPAN_S / float(np.median(np.diff(track.time_s)))))
    kept = _flip_short_runs(_flip_short_runs(~away, False, frames), True, frames)
    return np.asarray(kept | ~track.found)


def _trunk(track: PoseTrack) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mid-hip, the way from there to mid-shoulder, each (T, 2), and the distance between the shoulders, (T,)."""
    left, right = track.pixels[:, L_SHOULDER], track.pixels[:, R_SHOULDER]
    hips = (track.pixels[:, L_HIP] + track.pixels[:, R_HIP]) / 2
    return hips, (left + right) / 2 - hips, np.linalg.norm(left - right, axis=-1)


def _flip_short_runs(mask: NDArray[np.bool_], value: bool, frames: int) -> NDArray[np.bool_]:
    """Return the mask with every run of `value` shorter than `frames` flipped, but for runs that touch an end."""
    edges = np.flatnonzero(np.diff(mask)) + 1
    out = mask.copy()
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if mask[start] == value and stop - start < frames:
            out[start:stop] = not value
    return out
