"""The neutral pose at the start, from which changes are measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.core.measurement import ChannelSeries, Measurement, Reason
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.measure.stillness import BodyTrack, body_track

WELL_SEEN_TORSO: Final = 0.14
"""A joint that wanders by no more than this is as fast as it looks, torso lengths. Ankles and knees of rendered people
are refined to 0.06 to 0.15 where they are seen well; at 0.25 they move by 1 torso length a second though people lie
still."""
STRAYS_TORSO: Final = 0.08
"""How far even a joint that hardly wanders may be from its place, torso lengths: people breathe and
sway, hands shake (rendered still people, shaken camera: standard deviation 0.03)."""
LEAD_S: Final = 0.2
"""What is left out before a movement, seconds: slow movements begin before they show."""
ENOUGH_S: Final = 1.2
"""How much of a stretch is taken, seconds: more frames do not make it better, for their errors are mostly the same, but
may hold the beginning of a movement too slow to be told."""
PLAINLY: Final = 0.7
"""A still stretch is plainly more like another one than the first is if it is off by less than this share."""
MAX_GAP_S: Final = 0.25
"""A stretch does not go on over a longer time without a known frame, seconds."""


@dataclass(frozen=True, slots=True)
class BaselineSpan:
    """The still stretch taken as neutral."""

    start: int
    """First frame."""

    stop: int
    """One past the last frame."""

    still: bool
    """Whether the person was still; if not it is the least moving stretch."""


def find_baseline(
    track: PoseTrack,
    *,
    min_s: float,
    within_s: float,
    max_speed: float,
    suits: Callable[[PoseTrack], bool] = lambda still: True,
) -> BaselineSpan | None:
    """Find the first still stretch of a clip.

    Parameters
    ----------
    track
        Landmarks.
    min_s
        Shortest stretch, seconds.
    within_s
        How far into the time with a person to look, seconds.
    max_speed
        Fastest movement that is still, torso lengths a second, of well seen joints.
    suits
        Whether a still stretch is in the drill's position: a person may stand still before lying down.

    Returns
    -------
    BaselineSpan or None
        The first still stretch that suits, else the first still stretch; if there is none, the least moving stretch
        of `min_s` (`still` is False); None if the person is not seen for that long.

    Notes
    -----
    In a still stretch no shoulder, hip, knee or ankle is faster than `max_speed`, and none leaves the place that it had
    at first. What a joint is allowed grows with how far it wanders though nobody moves (`BodyTrack.wander`).
    """
    body = body_track(track)
    if not len(body.frames):
        return None
    spans, speed = _spans(body, min_s=min_s, within_s=within_s, max_speed=max_speed)
    for span in spans:
        if suits(track.between(span.start, span.stop)):
            return span
    return spans[0] if spans else _least_moving(body, speed, min_s)


def later_stills(
    track: PoseTrack, after: BaselineSpan, *, min_s: float, within_s: float, max_speed: float
) -> list[tuple[BaselineSpan, float | None]]:
    """Return the still stretches after one, in order of time, and when the person is still in the same place again.

    Parameters
    ----------
    track
        Landmarks.
    after
        The stretch after which they are wanted.
    min_s, within_s, max_speed
        As for `find_baseline`.

    Returns
    -------
    list of tuple of BaselineSpan and float
        The time, seconds, is None where the person never comes back, as to the end position of a movement.
    """
    body = body_track(track)
    if not len(body.frames):
        return []
    spans, _ = _spans(body, min_s=min_s, within_s=np.inf, max_speed=max_speed)
    last = float(body.time_s[0]) + within_s
    places = [_place(body, span) for span in spans]
    out = []
    for i, span in enumerate(spans):
        if span.start < after.stop or track.time_s[span.stop - 1] > last:
            continue
        left = [k for k in range(i + 1, len(spans)) if not _near(places[i], places[k])]
        back = [k for k in range(left[0] + 1, len(spans)) if _near(places[i], places[k])] if left else []
        out.append((span, float(track.time_s[spans[back[0]].start]) if back else None))
    return out


def come_home_to(
    track: PoseTrack,
    first: BaselineSpan,
    began_s: float,
    ended_s: float,
    *,
    min_s: float,
    within_s: float,
    max_speed: float,
) -> BaselineSpan:
    """Return the still stretch before a movement that is most like the one after it: what it came home to.

    Parameters
    ----------
    track
        Landmarks.
    first
        The first still stretch: the answer unless a later one is plainly more like it.
    began_s, ended_s
        When the movement began and ended, seconds.
    min_s, within_s, max_speed
        As for `find_baseline`.

    Notes
    -----
    Who stops on the way into position is still there, too, and some movements come home to both by their own signal: a
    hinge does not show how far one was turned before it.
    """
    body = body_track(track)
    if not len(body.frames):
        return first
    last = float(body.time_s[0]) + within_s
    spans, _ = _spans(body, min_s=min_s, within_s=np.inf, max_speed=max_speed)
    ends = [float(track.time_s[span.stop - 1]) for span in spans]
    before = [s for s, end in zip(spans, ends, strict=True) if s.start >= first.stop and end <= min(began_s, last)]
    after = next((s for s, end in zip(spans, ends, strict=True) if end > ended_s), None)
    if not before or after is None:
        return first
    home = _place(body, after)
    nearest = min(before, key=lambda span: _apart(_place(body, span), home))
    return nearest if _apart(_place(body, nearest), home) < PLAINLY * _apart(_place(body, first), home) else first


def _apart(a: tuple[FloatArray, FloatArray], b: tuple[FloatArray, FloatArray]) -> float:
    """Return how far the joint is off that is farthest from its place, in what it may be off."""
    return float(np.max(np.linalg.norm(a[0] - b[0], axis=-1) / np.hypot(a[1], b[1])))


def _spans(
    body: BodyTrack, *, min_s: float, within_s: float, max_speed: float
) -> tuple[list[BaselineSpan], FloatArray]:
    """Return the still stretches that begin in the first `within_s` seconds, and the speeds in there."""
    stop = int(np.searchsorted(body.time_s, body.time_s[0] + within_s))
    speed = np.max(body.speed / np.maximum(1.0, body.wander / WELL_SEEN_TORSO), axis=1)[:stop]
    spans = [
        BaselineSpan(int(body.frames[a]), int(body.frames[b - 1]) + 1, still=True)
        for a, b in _still_stretches(body, speed <= max_speed, min_s)
    ]
    return spans, speed


def _place(body: BodyTrack, span: BaselineSpan) -> tuple[FloatArray, FloatArray]:
    """Return where the joints are in a stretch, and how far they may be off."""
    inside = slice(*np.searchsorted(body.frames, (span.start, span.stop)).tolist())
    return np.median(body.place[inside], axis=0), np.maximum(STRAYS_TORSO, np.median(body.wander[inside], axis=0))


def _near(a: tuple[FloatArray, FloatArray], b: tuple[FloatArray, FloatArray]) -> bool:
    return _apart(a, b) <= 1.0


def _still_stretches(body: BodyTrack, slow: NDArray[np.bool_], min_s: float) -> list[tuple[int, int]]:
    """Return first and one past the last of the known frames of each still stretch, in order of time."""
    time = body.time_s[: len(slow)]
    broken = np.flatnonzero(~slow | (np.diff(time, prepend=time[0]) > MAX_GAP_S))
    stretches = []
    start = 0
    while start < len(slow):
        at_first = int(np.searchsorted(time, time[start] + min_s - 1e-6)) + 1
        after = broken[broken > start] if slow[start] else broken[broken >= start]
        end = int(after[0]) if len(after) else len(slow)
        if at_first > end:
            start = max(end, start + 1)
            continue
        gone = _gone(body, start, at_first, end)
        left = int(gone[0]) if len(gone) else end
        if left < at_first:
            start += 1
            continue
        # What the smoothing cannot see: a movement begins before it shows.
        cut = int(np.searchsorted(time, time[left - 1] - LEAD_S)) + 1 if left < len(body.frames) else left
        enough = int(np.searchsorted(time, time[start] + max(min_s, ENOUGH_S) - 1e-6)) + 1
        stretches.append((start, min(max(cut, at_first), enough)))
        start = left
    return stretches


def _gone(body: BodyTrack, start: int, at_first: int, end: int) -> NDArray[np.intp]:
    """Return in which frames of a stretch a joint is not where it was during its first part."""
    first = np.median(body.place[start:at_first], axis=0)
    allowed = np.maximum(STRAYS_TORSO, np.median(body.wander[start:at_first], axis=0))
    off = np.linalg.norm(body.place[start:end] - first, axis=-1)
    return np.asarray(start + np.flatnonzero((off > allowed).any(axis=1)))


def _least_moving(body: BodyTrack, speed: FloatArray, min_s: float) -> BaselineSpan | None:
    best: tuple[float, BaselineSpan] | None = None
    time = body.time_s[: len(speed)]
    for start in range(len(speed)):
        stop = int(np.searchsorted(time, time[start] + min_s))
        if stop >= len(speed):
            break
        mean = float(np.mean(speed[start : stop + 1]))
        if np.all(np.diff(time[start : stop + 1]) <= MAX_GAP_S) and (best is None or mean < best[0]):
            best = mean, BaselineSpan(int(body.frames[start]), int(body.frames[stop]) + 1, still=False)
    return best[1] if best else None


def neutral_value(series: ChannelSeries, span: BaselineSpan) -> Measurement:
    """Return the median of a channel over the still stretch, with its median sigma."""
    value = series.value[span.start : span.stop]
    known = np.isfinite(value)
    if known.sum() * 2 < len(value):
        reasons = [str(r) for r in series.reason[span.start : span.stop] if r]
        commonest = max(set(reasons), key=reasons.count) if reasons else str(Reason.NO_BASELINE)
        return Measurement(None, None, series.unit, commonest)
    sigma = float(np.median(series.sigma[span.start : span.stop][known]))
    return Measurement(float(np.median(value[known])), sigma, series.unit)
