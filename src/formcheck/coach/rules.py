"""Conditions of a drill's phases, evaluated on the samples of a moment."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from formcheck.coach.samples import MISSING, Samples
from formcheck.exercises.tables import Condition

RATE_WINDOW_S = 0.15
"""Time over which a rate of change is taken, seconds."""


@dataclass
class Rates:
    """Rate of change of every channel, from the samples of the last moments."""

    _past: deque[tuple[float, Samples]] = field(default_factory=deque)

    def push(self, time_s: float, samples: Samples) -> None:
        """Add the samples of a moment."""
        self._past.append((time_s, samples))
        while len(self._past) > 2 and self._past[1][0] <= time_s - RATE_WINDOW_S:
            self._past.popleft()

    def rate(self, channel: str) -> float:
        """Return the change a second of a channel over the last moments; NaN when it is not known."""
        (t0, first), (t1, last) = self._past[0], self._past[-1]
        if t1 <= t0:
            return math.nan
        return (last.get(channel, MISSING).value - first.get(channel, MISSING).value) / (t1 - t0)


@dataclass
class Extremes:
    """What a repetition has reached so far, for the quantities that refer to it."""

    peak: dict[str, float] = field(default_factory=dict)
    """Largest change of each channel since the repetition began."""

    at_phase: dict[str, float] = field(default_factory=dict)
    """Change of each channel when the present phase began."""

    def update(self, samples: Samples) -> None:
        """Take the samples of a moment into account."""
        for name, sample in samples.items():
            if sample.change > self.peak.get(name, -math.inf):
                self.peak[name] = sample.change

    def enter_phase(self, samples: Samples) -> None:
        """Remember where each channel stands as a phase begins."""
        self.at_phase = {name: sample.change for name, sample in samples.items()}


def quantity(condition: Condition, signal: str, samples: Samples, rates: Rates, extremes: Extremes) -> float:
    """Return the number that a condition compares; NaN when it is not known."""
    channel = condition.channel or signal
    sample = samples.get(channel, MISSING)
    match condition.of:
        case "value":
            return sample.value
        case "change":
            return sample.change
        case "rate":
            return rates.rate(channel)
        case "peak_fraction":
            peak = extremes.peak.get(channel, 0.0)
            return sample.change / peak if peak > 0 else 0.0
        case "drop":
            return extremes.peak.get(channel, math.nan) - sample.change
        case "gain":
            return sample.change - extremes.at_phase.get(channel, math.nan)


def holds(condition: Condition, signal: str, samples: Samples, rates: Rates, extremes: Extremes) -> bool:
    """Return whether a condition holds; what is not known does not hold."""
    q = quantity(condition, signal, samples, rates, extremes)
    if condition.absolute:
        q = abs(q)
    if math.isnan(q):
        return False
    return (condition.above is None or q > condition.above) and (condition.below is None or q < condition.below)
