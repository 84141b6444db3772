"""Compensations: thresholds with sustain time and hysteresis, and the moment that shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from formcheck.coach.rules import Rates
from formcheck.coach.samples import MISSING, Sample, Samples
from formcheck.core.measurement import Measurement
from formcheck.core.results import Fault, Severity
from formcheck.exercises.schema import Exercise
from formcheck.exercises.tables import FaultRule


@dataclass
class FaultWatch:
    """Watches one channel rule through a repetition."""

    rule: FaultRule
    _warn_since: float | None = None
    _fail_since: float | None = None
    _severity: Severity | None = None
    _start: float = 0.0
    _last: float = 0.0
    _peak: float = 0.0
    _peak_s: float = 0.0

    def step(self, time_s: float, samples: Samples, rates: Rates) -> Fault | None:
        """Take a moment into account; return the fault when it is over."""
        value = _signed(self.rule, samples, rates)
        if math.isnan(value):
            return None  # not seen: neither there nor over
        over = self._warn_since is not None
        if value < self.rule.warn * (self.rule.release if over else 1.0):
            return self.close()
        if self._warn_since is None:
            self._warn_since = self._start = time_s
            self._peak = -math.inf
        if value > self._peak:
            self._peak, self._peak_s = value, time_s
        self._last = time_s
        self._fail_since = None if value < self.rule.fail else (self._fail_since or time_s)
        if self._fail_since is not None and time_s - self._fail_since >= self.rule.sustain_s:
            self._severity = "fail"
        elif self._severity is None and time_s - self._warn_since >= self.rule.sustain_s:
            self._severity = "warn"
        return None

    @property
    def fails(self) -> bool:
        """Whether the fault that lasts is a failure."""
        return self._severity == "fail"

    @property
    def so_far(self) -> Fault | None:
        """The fault that lasts, if there is one."""
        if self._severity is None:
            return None
        return _fault(self.rule, self._severity, self._start, self._last, self._peak, self._peak_s)

    def close(self) -> Fault | None:
        """End the watch; return the fault if there was one."""
        severity, self._severity = self._severity, None
        start, self._warn_since, self._fail_since = self._start, None, None
        if severity is None:
            return None
        return _fault(self.rule, severity, start, self._last, self._peak, self._peak_s)


def _fault(rule: FaultRule, severity: Severity, start: float, end: float, peak: float, peak_s: float) -> Fault:
    return Fault(
        code=rule.code,
        severity="advice" if rule.advice_only else severity,
        start_s=start,
        end_s=end,
        peak=round(peak, 3),
        unit=rule.unit,
        evidence_s=peak_s,
        channel=rule.channel or rule.measure or "",
        message=rule.message,
    )


def _signed(rule: FaultRule, samples: Samples, rates: Rates) -> float:
    """Return what the thresholds are compared with; NaN where it is unknown or too uncertain to tell fail from none."""
    assert rule.channel is not None
    sample: Sample = samples.get(rule.channel, MISSING)
    if rule.of == "rate":
        value, sigma = rates.rate(rule.channel), 0.0
    elif rule.of == "value":
        value, sigma = sample.value, sample.sigma
    else:
        value, sigma = sample.change, sample.change_sigma
    if not sigma <= rule.fail:
        return math.nan
    if rule.absolute:
        return abs(value)
    return value


def channel_rules(exercise: Exercise, view: str) -> tuple[FaultRule, ...]:
    """Return the rules that watch a channel and can be judged from this view."""
    return tuple(f for f in exercise.faults if f.channel and (not f.views or view in f.views))


def measure_faults(
    exercise: Exercise, view: str, measures: Mapping[str, Measurement], start_s: float, end_s: float, peak_s: float
) -> list[Fault]:
    """Return the faults that show in the results of a closed repetition."""
    found = []
    for rule in exercise.faults:
        if rule.measure is None or (rule.views and view not in rule.views):
            continue
        m = measures[rule.measure]
        if m.value is None or m.sigma is None or m.sigma > rule.blur:
            continue
        value = abs(m.value) if rule.absolute and not rule.less else m.value
        sign = -1.0 if rule.less else 1.0
        if sign * value >= sign * rule.warn:
            severity: Severity = "fail" if sign * value >= sign * rule.fail else "warn"
            found.append(_fault(rule, severity, start_s, end_s, value, peak_s))
    return found
