"""What the coach sees of one frame: the drill's channels for the side that works, with their change from baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import SIDES, other_side
from formcheck.core.measurement import Channels, ChannelSeries, Measurement, Reason
from formcheck.core.pose import FloatArray
from formcheck.exercises.names import ChannelName, parse_channel
from formcheck.exercises.schema import Exercise
from formcheck.measure.channels import CHANNELS


@dataclass(frozen=True, slots=True)
class Sample:
    """One channel at one moment. NaN: abstained."""

    value: float
    """Absolute value, in the channel's unit."""

    change: float
    """Change from baseline."""

    sigma: float
    """One standard deviation of the value."""

    change_sigma: float
    """One standard deviation of the change."""

    reason: str = ""
    """Why it is abstained; empty when it is known."""


Samples = Mapping[str, Sample]
"""The drill's channels at one moment, by the names that the drill uses."""

MISSING = Sample(float("nan"), float("nan"), float("nan"), float("nan"))


def drill_channels(exercise: Exercise) -> tuple[str, ...]:
    """Return the channels that a drill names, without their side, signal first."""
    names = [exercise.signal.channel]
    names += [c.channel for p in exercise.phases for c in p.enter if c.channel]
    names += [m.channel for m in exercise.measures if m.channel]
    names += [m.when for m in exercise.measures if m.when]
    names += [f.channel for f in exercise.faults if f.channel]
    names += [exercise.circle.across, exercise.circle.along] if exercise.circle else []
    return tuple(dict.fromkeys(names))


def sources(channel: str, side: str) -> tuple[str, ...]:
    """Return the full channel names behind a drill's channel for the judged side; two for a two-sided drill.

    Examples
    --------
    >>> sources("knee_flexion", "left"), sources("other_knee_flexion", "left"), sources("knee_flexion", "both")
    (('knee_flexion_left',), ('knee_flexion_right',), ('knee_flexion_left', 'knee_flexion_right'))
    """
    name = _parsed(channel)
    if not CHANNELS[name.base].sided:
        return (name.base,)
    if name.legs in SIDES:
        return (f"{name.base}_{name.legs}",)
    if side == "both" or name.legs in ("either", "both"):
        return (f"{name.base}_left", f"{name.base}_right")
    return (f"{name.base}_{other_side(side) if name.legs == 'other' else side}",)


def _parsed(channel: str) -> ChannelName:
    name = parse_channel(channel)
    if name is None:
        raise KeyError(channel)
    return name


MIN_COVERAGE = 0.8
"""A leg that is seen for less of the time than this does not take part in a two-sided drill's mean."""


class SideView:
    """A clip's channels as a drill names them, for one judged side.

    For a two-sided drill a channel is the mean of both legs; a leg that is hidden too often (the far one, seen from the
    side) is left out for the whole clip, because a mean over a changing number of legs jumps.

    Parameters
    ----------
    exercise
        The drill.
    side
        left, right or both.
    channels
        All channels, filtered, over T frames.
    baseline
        Neutral value of each.
    known
        The channels behind each of the drill's, where that was decided on earlier frames of a live session.
    """

    def __init__(
        self,
        exercise: Exercise,
        side: str,
        channels: Channels,
        baseline: Mapping[str, Measurement],
        known: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.exercise, self.side = exercise, side
        self.sources = known or {
            name: _seen([channels[s] for s in sources(name, side)], baseline) for name in drill_channels(exercise)
        }
        self._channels, self._baseline = channels, baseline

    def samples(self, time_s: FloatArray) -> Iterator[tuple[float, Samples]]:
        """Yield time and samples of every frame."""
        columns = {name: self._columns(name) for name in self.sources}
        reasons = {name: self.reason(name) for name in self.sources}
        for i, time in enumerate(time_s.tolist()):
            row = {name: (*column[i].tolist(), reasons[name][i]) for name, column in columns.items()}
            yield time, {name: Sample(v, c, s, cs, str(why)) for name, (v, c, s, cs, why) in row.items()}

    def reason(self, name: str) -> NDArray[np.object_]:
        """Return "" where a drill's channel is known, otherwise why not, shape (T,)."""
        of = [self._channels[s].reason for s in self.sources[name]]
        if len(of) == 1:
            return of[0].copy()
        rows = np.stack(of)
        if _parsed(name).legs == "both":
            missing = np.argmax(rows != "", axis=0)[None]
            return np.asarray(np.take_along_axis(rows, missing, axis=0)[0])
        return np.where((rows == "").any(axis=0), "", rows[0])

    def judging_reason(self, name: str) -> NDArray[np.object_]:
        """Return the same, also counting as unknown what is too uncertain for every fault that watches the channel."""
        reason = self.reason(name)
        watching = [f.fail for f in self.exercise.faults if f.channel == name and f.of != "rate"]
        if watching:
            with np.errstate(invalid="ignore"):
                blurred = self._columns(name)[:, 3] > max(watching)
            reason[blurred & (reason == "")] = Reason.LOW_CONFIDENCE
        return reason

    def _columns(self, name: str) -> FloatArray:
        """Return [value, change, sigma, change sigma] for every frame, shape (T, 4)."""
        series = [self._channels[s] for s in self.sources[name]]
        zero, zero_sigma = self._neutral(name)
        value = np.array([s.value for s in series])
        sigma = np.array([s.sigma for s in series])
        apart = np.hypot(sigma, zero_sigma)
        change_sigma = np.array(
            [a if s.change_sigma is None else s.change_sigma for s, a in zip(series, apart, strict=True)]
        )
        columns = value, value - zero, sigma, change_sigma
        parsed = _parsed(name)
        if parsed.legs in ("either", "both"):
            pick = np.argmax if parsed.legs == "either" else np.argmin
            leg = pick(np.nan_to_num(np.abs(columns[1]), nan=-1.0), axis=0)[None]
            rows = [np.take_along_axis(c, leg, axis=0)[0] for c in columns]
        elif len(series) == 1:
            rows = [c[0] for c in columns]
        else:
            rows = [_mean(c) for c in columns]
        if parsed.negated != (parsed.legs == "own" and self.side == "left"):
            rows[0], rows[1] = -rows[0], -rows[1]
        return np.array(rows).T

    def _neutral(self, name: str) -> tuple[FloatArray, FloatArray]:
        """Return the neutral values behind a drill's channel and their sigmas, each (sources, 1), NaN where unknown."""
        found = [self._baseline.get(source) for source in self.sources[name]]
        value = np.array([[np.nan if m is None or m.value is None else m.value] for m in found])
        sigma = np.array([[np.nan if m is None or m.sigma is None else m.sigma] for m in found])
        return value, sigma


def _seen(series: list[ChannelSeries], baseline: Mapping[str, Measurement]) -> tuple[str, ...]:
    """Return the names of the channels that are known for most of the time and in the baseline; at least one."""
    share = {s.name: float(np.mean(s.reason == "")) for s in series}
    best = max(share.values())
    kept = [
        n
        for n, part in share.items()
        if part >= MIN_COVERAGE * best and (n in baseline and baseline[n].value is not None)
    ]
    return tuple(kept) or (max(share, key=lambda n: share[n]),)


def _mean(rows: FloatArray) -> FloatArray:
    """Return the mean over the rows that are known, NaN where none is."""
    known = np.isfinite(rows)
    count = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0, np.where(known, rows, 0.0).sum(axis=0) / count, np.nan)
