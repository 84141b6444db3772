"""The neutral pose at the start, from which changes are measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from formcheck.core.landmarks import INDEX
from formcheck.core.measurement import ChannelSeries, Measurement, Reason
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.measure.points import torso_px

_BODY = [INDEX[f"{side}_{part}"] for part in ("shoulder", "hip", "knee", "ankle") for side in ("left", "right")]


@dataclass(frozen=True, slots=True)
class BaselineSpan:
    """The still stretch taken as neutral."""

    start: int
    """First frame."""

    stop: int
    """One past the last frame."""

    still: bool
    """Whether the person was still; if not it is the least moving stretch."""


def movement_speed(track: PoseTrack) -> FloatArray:
    """Return how fast the fastest of shoulders, hips, knees and ankles moves, shape (T,), torso lengths a second.

    Taken over a quarter of a second, so that the jitter of single frames does not look like movement. NaN where the
    person is missing.
    """
    time, xy = track.time_s, track.pixels[:, _BODY]
    before = np.searchsorted(time, time - 0.125)
    after = np.minimum(np.searchsorted(time, time + 0.125), len(time) - 1)
    span = np.maximum(time[after] - time[before], 1e-6)
    step = np.linalg.norm(xy[after] - xy[before], axis=-1).max(axis=-1)
    length = torso_px(track.pixels)
    known = length[np.isfinite(length)]
    scale = float(np.median(known)) if len(known) else float("nan")
    return np.asarray(step / scale / span)


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
        Fastest movement that is still, torso lengths a second.
    suits
        Whether a still stretch is in the drill's position: a person may stand still before lying down.

    Returns
    -------
    BaselineSpan or None
        The first still stretch that suits, else the first still stretch; if there is none, the least moving stretch
        of `min_s` (`still` is False); None if the person is not seen for that long.
    """
    speed = movement_speed(track)
    seen = np.flatnonzero(np.isfinite(speed))
    if not len(seen):
        return None
    time = track.time_s
    last = int(np.searchsorted(time, time[seen[0]] + within_s))
    quiet = np.nan_to_num(speed[:last], nan=np.inf) <= max_speed
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(int)))
    spans = [BaselineSpan(int(a), int(b), still=True) for a, b in edges.reshape(-1, 2)]
    spans = [s for s in spans if time[s.stop - 1] - time[s.start] >= min_s]
    for span in spans:
        if suits(track.between(span.start, span.stop)):
            return span
    return spans[0] if spans else _least_moving(speed[:last], time[:last], min_s)


def _least_moving(speed: FloatArray, time: FloatArray, min_s: float) -> BaselineSpan | None:
    best: tuple[float, BaselineSpan] | None = None
    for start in range(len(speed)):
        stop = int(np.searchsorted(time, time[start] + min_s))
        if stop >= len(speed):
            break
        mean = float(np.mean(speed[start : stop + 1]))
        if np.isfinite(mean) and (best is None or mean < best[0]):
            best = mean, BaselineSpan(start, stop + 1, still=False)
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
