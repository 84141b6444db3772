"""How much a person moves, told from how much the landmarks only wander."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import INDEX, JOINT_INDEX
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.measure.points import torso_px

WINDOW_S: Final = 0.5
"""Time over which a speed is taken, seconds: movements of slow drills last longer, and the jitter of single frames
averages out (at 12 frames a second a line through half a second has a seventh of the speed from frame to frame)."""
WANDER: Final = 5.0
"""How far the pose model's landmarks wander within two seconds, in standard deviations of their jitter from frame to
frame: 3 to 10 for rendered people who lie still, filmed at 12 to 15 frames a second."""
MAX_WANDER_TORSO: Final = 0.3
"""Most that is put down to wandering, torso lengths: no drill's repetition moves ankle, knee, hip and shoulder less."""
_NAMES: Final = [f"{side}_{part}" for part in ("shoulder", "hip", "knee", "ankle") for side in ("left", "right")]


@dataclass(frozen=True, slots=True)
class BodyTrack:
    """Shoulders, hips, knees and ankles in the N frames in which they are known, lengths in torso lengths."""

    frames: NDArray[np.intp]
    """Their numbers in the track, shape (N,)."""

    time_s: FloatArray
    """Their times, shape (N,)."""

    place: FloatArray
    """Where the joints are in the picture without what lasts only for a frame, shape (N, 8, 2)."""

    speed: FloatArray
    """How fast they move, shape (N, 8), a second."""

    wander: FloatArray
    """How far they may stray though nobody moves, one standard deviation, shape (N, 8)."""


def body_track(track: PoseTrack) -> BodyTrack:
    """Return where the body is over time: by the refined joints if most frames have them, else by the pose model.

    Parameters
    ----------
    track
        Landmarks of one person.

    Returns
    -------
    BodyTrack
        Without frames if the person is never seen.

    Notes
    -----
    How far a refined joint wanders is its own standard error; how far a landmark of the pose model does is told from
    its jitter, the robust scatter of second differences within two seconds.
    """
    refined = track.refined
    trusted = 2 * refined.sum() > track.found.sum()
    frames = np.flatnonzero(refined if trusted else track.found)
    time = track.time_s[frames]
    if trusted:
        rows = [JOINT_INDEX[name] for name in _NAMES]
        xy, wander = track.joints[frames][:, rows, :2], track.joint_sigma[frames][:, rows, 0]
    else:
        xy = track.pixels[frames][:, [INDEX[name] for name in _NAMES]]
        wander = WANDER * _jitter(xy, time)
    torso = float(np.median(torso_px(track.pixels[frames]))) if len(frames) else 1.0
    return BodyTrack(
        frames,
        time,
        _median_of_three(xy) / torso,
        _speed(_median_of_three(xy), time) / torso,
        np.minimum(wander / torso, MAX_WANDER_TORSO),
    )


def _median_of_three(xy: FloatArray) -> FloatArray:
    out = xy.copy()
    if len(xy) > 2:
        out[1:-1] = np.median(np.stack([xy[:-2], xy[1:-1], xy[2:]]), axis=0)
    return out


def _speed(xy: FloatArray, time: FloatArray) -> FloatArray:
    """Return the slope of lines through the window around each frame, at the ends of the track through the last one."""
    if len(time) < 2:
        return np.zeros(xy.shape[:-1])
    middle = np.clip(time, time[0] + WINDOW_S / 2, max(time[-1] - WINDOW_S / 2, time[0] + WINDOW_S / 2))
    a = np.searchsorted(time, middle - WINDOW_S / 2 - 1e-6)
    b = np.searchsorted(time, middle + WINDOW_S / 2 + 1e-6)
    a = np.minimum(a, np.maximum(b - 2, 0))
    b = np.maximum(b, a + 2)
    t, x = (time - time[0])[:, None, None], xy - xy[0]

    def total(of: FloatArray) -> FloatArray:
        sums = np.concatenate([np.zeros((1, *of.shape[1:])), np.cumsum(of, axis=0)])
        return np.asarray(sums[b] - sums[a])

    count = (b - a)[:, None, None]
    spread = total(t * t) - total(t) ** 2 / count
    slope = (total(t * x) - total(t) * total(x) / count) / np.maximum(spread, 1e-12)
    return np.asarray(np.linalg.norm(slope, axis=-1))


def _jitter(xy: FloatArray, time: FloatArray) -> FloatArray:
    """Return the standard deviation of each landmark's error from frame to frame, shape (N, 8), pixels."""
    if len(time) < 3:
        return np.zeros(xy.shape[:-1])
    bend = np.abs(xy[2:] - 2 * xy[1:-1] + xy[:-2])  # 6 ** 0.5 times as large as white jitter
    middle = np.arange(time[0], time[-1] + 0.5, 0.5)
    first, last = np.searchsorted(time, middle - 1.0), np.searchsorted(time, middle + 1.0)
    starts = np.clip(first - 1, 0, len(bend) - 1)
    stops = np.maximum(last - 1, starts + 1)  # in a gap there is nothing, and nobody asks
    rows = [np.median(bend[a:b], axis=(0, 2)) for a, b in zip(starts, stops, strict=True)]
    return 1.4826 / 6**0.5 * np.array(rows)[np.searchsorted(middle, time - 0.25)]
