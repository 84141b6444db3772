"""What the coach sees of one frame: the drill's channels for the side that works, with their change from baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.core.landmarks import other_side
from formcheck.core.measurement import Channels, ChannelSeries, Measurement
from formcheck.core.pose import FloatArray
from formcheck.exercises.schema import Exercise
from formcheck.measure.channels import CHANNELS

OTHER = "other_"
"""Prefix of a channel of the resting leg."""


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


Samples = Mapping[str, Sample]
"""The drill's channels at one moment, by the names that the drill uses."""

MISSING = Sample(float("nan"), float("nan"), float("nan"), float("nan"))


def drill_channels(exercise: Exercise) -> tuple[str, ...]:
    """Return the channels that a drill names, without their side, signal first."""
    names = [exercise.signal.channel]
    names += [c.channel for p in exercise.phases for c in p.enter if c.channel]
    names += [m.channel for m in exercise.measures if m.channel]
    names += [f.channel for f in exercise.faults if f.channel]
    return tuple(dict.fromkeys(names))


def sources(channel: str, side: str) -> tuple[str, ...]:
    """Return the full channel names behind a drill's channel for the judged side; two for a two-sided drill.

    Examples
    --------
    >>> sources("knee_flexion", "left"), sources("other_knee_flexion", "left"), sources("knee_flexion", "both")
    (('knee_flexion_left',), ('knee_flexion_right',), ('knee_flexion_left', 'knee_flexion_right'))
    """
    base = channel.removeprefix(OTHER)
    if not CHANNELS[base].sided:
        return (base,)
    if side == "both":
        return (f"{base}_left", f"{base}_right")
    return (f"{base}_{other_side(side) if channel.startswith(OTHER) else side}",)


def iter_samples(
    exercise: Exercise,
    side: str,
    channels: Channels,
    time_s: FloatArray,
    baseline: Mapping[str, Measurement],
    start: int = 0,
) -> Iterator[tuple[float, Samples]]:
    """Yield time and samples for each frame from `start` on."""
    names = drill_channels(exercise)
    columns = {name: _columns([channels[s] for s in sources(name, side)], baseline) for name in names}
    for i in range(start, len(time_s)):
        yield float(time_s[i]), {name: Sample(*column[i]) for name, column in columns.items()}


def _columns(series: list[ChannelSeries], baseline: Mapping[str, Measurement]) -> list[list[float]]:
    """Return [value, change, sigma, change sigma] for every frame, averaged over the sides that are known."""
    neutral = [baseline.get(s.name) for s in series]
    zero = np.array([m.value if m and m.value is not None else np.nan for m in neutral])
    zero_sigma = np.array([m.sigma if m and m.sigma is not None else np.nan for m in neutral])
    value = np.stack([s.value for s in series])
    sigma = np.stack([s.sigma for s in series])
    change = value - zero[:, None]
    change_sigma = np.hypot(sigma, zero_sigma[:, None])
    stacked = np.stack([_mean(value), _mean(change), _mean(sigma), _mean(change_sigma)], axis=1)
    rows: list[list[float]] = stacked.tolist()
    return rows


def _mean(rows: FloatArray) -> FloatArray:
    """Return the mean over the rows that are known, NaN where none is."""
    known = np.isfinite(rows)
    count = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0, np.where(known, rows, 0.0).sum(axis=0) / count, np.nan)
