"""The samples of the repetition in progress, and the results taken from them when it closes."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field

from formcheck.coach.rules import RATE_WINDOW_S
from formcheck.coach.samples import MISSING, Samples
from formcheck.core.measurement import Measurement, Reason
from formcheck.core.results import PhaseSpan
from formcheck.exercises.schema import Exercise
from formcheck.exercises.tables import CIRCLE_TAKES, Measure

PEAK_WINDOW_S = 0.5
"""A peak is the median of the best half second (BIOMECHANICS: rep machine)."""
HELD_S = 0.5
"""What is kept for so long is a level and not a moment on the way."""
WHEN_S = 0.3
"""For so long a threshold must be passed to count as passed, as for compensations."""
AT_END = 0.85
"""Share of the level of an end position from which one is there. A speed does not tell: slow movements are slow all the
way, and would be holds. Rendered people, 1.5 s at the end after movements of 1.5 to 3 s: this reads up to 0.5 s more
than the true angles give by the same share, and 0.7 to 1.5 s more than the time without any movement."""
SHORT_S = 0.3
"""Shorter than this it is not left: errors of single frames."""
RISE = (0.15, 0.9)
"""Between these shares of its largest a movement is fast; a rate from frame to frame is mostly that of the errors."""
OF_DIFFERENCE = 0.5
"""Share of the sigma of two independent readings that is left in their difference when both are of one channel in one
repetition: their errors have one cause. Rendered people, 1.5 s apart at the end of the movement: 0.35 (hip rotation),
0.4 (flexion), 0.5 (adduction)."""


@dataclass
class RepHistory:
    """Samples and phases since a repetition began."""

    samples: list[tuple[float, Samples]] = field(default_factory=list)
    """Time and samples, in order."""

    phases: list[PhaseSpan] = field(default_factory=list)
    """Phases that are over, in order."""

    def between(self, start_s: float, end_s: float) -> list[tuple[float, Samples]]:
        """Return the samples from `start_s` to `end_s`."""
        return [s for s in self.samples if start_s <= s[0] <= end_s]

    def peak_time(self, channel: str) -> float:
        """Return the middle of the stretch in which a channel was within a tenth of its largest change."""
        known = [(s[channel].change, t) for t, s in self.samples if math.isfinite(s[channel].change)]
        largest, when = max(known)
        first = last = when
        for change, time in reversed(known):
            if time < when and change < 0.9 * largest:
                break
            first = min(first, time)
        for change, time in known:
            if time > when and change < 0.9 * largest:
                break
            last = max(last, time)
        return (first + last) / 2

    def held_s(self, phase: str, level: list[tuple[float, float]]) -> float | None:
        """Return for how long a quantity stayed at its end position around a phase, seconds; None where it is unknown.

        Parameters
        ----------
        phase
            Name of the phase in which the end position is reached; of several stays the longest counts.
        level
            Time and value of the quantity, known ones only, in order.
        """
        stays = [_stay(span, level) for span in self.phases if span.name == phase]
        return max((s for s in stays if s is not None), default=None)


def _stay(span: PhaseSpan, level: list[tuple[float, float]]) -> float | None:
    inside = [v for t, v in level if span.start_s <= t <= span.end_s]
    if not inside:
        return None
    least = AT_END * statistics.median(inside)
    there = [i for i, (_, v) in enumerate(level) if v >= least]
    stays, first = [], 0
    for k in range(1, len(there) + 1):
        left = k == len(there) or (
            there[k] > there[k - 1] + 1 and level[there[k]][0] - level[there[k - 1]][0] > SHORT_S
        )
        if left:
            stays.append((level[there[first]][0], level[there[k - 1]][0]))
            first = k
    return max((end - begin for begin, end in stays if begin <= span.end_s and end >= span.start_s), default=0.0)


def take_measures(
    exercise: Exercise, history: RepHistory, circle: Mapping[str, Measurement] | None = None
) -> dict[str, Measurement]:
    """Return the drill's results for a repetition that has closed.

    Parameters
    ----------
    exercise
        The drill.
    history
        Samples and phases of the repetition.
    circle
        Results of its circle by what a measure takes, in a drill that goes round.
    """
    out: dict[str, Measurement] = {}
    for measure in exercise.measures:
        if measure.difference is not None:
            a, b = (next(m for m in exercise.measures if m.name == name) for name in measure.difference)
            alike = a.channel is not None and (a.channel, a.of) == (b.channel, b.of)
            found = _difference(out[a.name], out[b.name], measure.unit, OF_DIFFERENCE if alike else 1.0)
        elif measure.sine_of is not None:
            found = _sine(out[measure.sine_of], measure.unit)
        elif measure.take in CIRCLE_TAKES:
            found = (circle or {}).get(measure.take) or Measurement(None, None, measure.unit, "no_circle")
        else:
            found = _take(measure, history)
        if found.sigma is not None and measure.max_sigma is not None and found.sigma > measure.max_sigma:
            found = Measurement(None, None, measure.unit, Reason.LOW_CONFIDENCE.value)
        out[measure.name] = found if measure.band is None else classed(found, measure.band)
    return out


def evidence_time(measure: Measure, history: RepHistory) -> float | None:
    """Return when a result shows best: when its quantity was largest in its phase; None where that is no moment."""
    if measure.channel is None or measure.take not in ("peak", "median", "range"):
        return None
    spans = [p for p in history.phases if not measure.phases or p.name in measure.phases]
    samples = [s for p in spans for s in history.between(p.start_s, p.end_s)]
    rows = [row for row in _rows(measure, samples) if math.isfinite(row[1])]
    return max(rows, key=lambda row: abs(row[1]))[0] if rows else None


def classed(m: Measurement, band: float) -> Measurement:
    """Return -1, 0 or 1 for a number below, in or above a band; sigma in bands."""
    if m.value is None or m.sigma is None:
        return Measurement(None, None, "class", m.reason)
    return Measurement(float((m.value > band) - (m.value < -band)), m.sigma / band, "class")


def _difference(a: Measurement, b: Measurement, unit: str, left_over: float) -> Measurement:
    if a.value is None or b.value is None or a.sigma is None or b.sigma is None:
        return Measurement(None, None, unit, a.reason or b.reason)
    return Measurement(a.value - b.value, left_over * math.hypot(a.sigma, b.sigma), unit)


def _sine(angle: Measurement, unit: str) -> Measurement:
    if angle.value is None or angle.sigma is None:
        return Measurement(None, None, unit, angle.reason)
    turned, apart = math.radians(angle.value), math.radians(angle.sigma)
    return Measurement(math.sin(turned), abs(math.cos(turned)) * apart, unit)


def _take(measure: Measure, history: RepHistory) -> Measurement:
    spans = [p for p in history.phases if not measure.phases or p.name in measure.phases]
    if not spans:
        return Measurement(None, None, measure.unit, "phase_not_reached")
    samples = [s for p in spans for s in history.between(p.start_s, p.end_s)]
    if measure.take == "duration":
        duration = sum(p.end_s - p.start_s for p in spans)
        times = [t for t, _ in history.samples]
        frame_s = statistics.median(b - a for a, b in itertools.pairwise(times)) if len(times) > 1 else 0.0
        return Measurement(duration, frame_s, "s")
    assert measure.channel is not None  # the schema demands it
    rows = [row for row in _rows(measure, samples) if math.isfinite(row[1]) and math.isfinite(row[2])]
    if not rows or len(rows) < measure.min_known * len(samples):
        reasons = [s[measure.channel].reason for _, s in samples if measure.channel in s and s[measure.channel].reason]
        why = statistics.mode(reasons) if reasons else Reason.NO_BASELINE.value
        return Measurement(None, None, measure.unit, why)
    if measure.take == "held":
        path = [(t, v) for t, v, _ in _rows(measure, history.samples) if math.isfinite(v)]
        stays = [s for name in measure.phases if (s := history.held_s(name, path)) is not None]
        step = statistics.median(b[0] - a[0] for a, b in itertools.pairwise(path)) if len(path) > 1 else 0.0
        return Measurement(max(stays), step, "s") if stays else Measurement(None, None, "s", Reason.NO_BASELINE.value)
    if measure.take == "onset":
        return _onset(rows, spans[0].start_s)
    if measure.take == "speed":
        return _speed(measure, rows)
    if measure.take == "when":
        return _when(measure, rows, samples)
    if measure.take == "lost":
        return _lost(rows, spans, measure.unit)
    value, sigma = _reduce(measure, rows)
    return Measurement(value, sigma, measure.unit)


def _onset(rows: list[tuple[float, float, float]], start_s: float) -> Measurement:
    """Return how long after `start_s` half of the peak was reached; its sigma: the time between two frames."""
    half = max(v for _, v, _ in rows) / 2
    if half <= 0:  # it never rose
        return Measurement(None, None, "s", "phase_not_reached")
    at = next(i for i, (_, v, _) in enumerate(rows) if v >= half)
    frame_s = statistics.median(b[0] - a[0] for a, b in itertools.pairwise(rows)) if len(rows) > 1 else 0.0
    return Measurement(rows[at][0] - start_s, frame_s, "s")


def _speed(measure: Measure, rows: list[tuple[float, float, float]]) -> Measurement:
    """Return how fast a quantity rose through most of its way to the largest."""
    top, _, sigma = max((v, t, s) for t, v, s in rows)
    if top <= 0:
        return Measurement(None, None, measure.unit, "phase_not_reached")
    low, high = (next(t for t, v, _ in rows if v >= share * top) for share in RISE)
    frame_s = statistics.median(b[0] - a[0] for a, b in itertools.pairwise(rows)) if len(rows) > 1 else 0.0
    seconds = max(high - low, frame_s)
    if not seconds:
        return Measurement(None, None, measure.unit, "phase_not_reached")
    speed = (RISE[1] - RISE[0]) * top / seconds
    return Measurement(speed, speed * math.hypot(OF_DIFFERENCE * sigma / top, frame_s / seconds), measure.unit)


def _when(
    measure: Measure, rows: list[tuple[float, float, float]], samples: list[tuple[float, Samples]]
) -> Measurement:
    """Return what a quantity is when another channel first passes its threshold and stays there."""
    assert measure.when is not None  # the schema demands both
    assert measure.when_above is not None
    since: float | None = None
    watched = [at.get(measure.when, MISSING) for _, at in samples]
    unseen = [sample.reason for sample in watched if math.isnan(sample.change)]
    if 2 * len(unseen) > len(watched):  # what is not seen may have happened
        return Measurement(None, None, measure.unit, statistics.mode(unseen) or Reason.NO_BASELINE.value)
    for time, at in samples:
        change = abs(at.get(measure.when, MISSING).change)
        if math.isnan(change):
            continue
        if change < measure.when_above:
            since = None
        elif since is None:
            since = time
        elif time - since >= WHEN_S:
            began = since
            _, value, sigma = min(rows, key=lambda row: abs(row[0] - began))
            return Measurement(value, sigma, measure.unit)
    return Measurement(None, None, measure.unit, "not_passed")


def _lost(rows: list[tuple[float, float, float]], spans: list[PhaseSpan], unit: str) -> Measurement:
    """Return by how much a quantity fell below the start of a phase and stayed, in the phase in which it fell most."""
    falls = []
    for span in spans:
        known = [r for r in rows if span.start_s <= r[0] <= span.end_s]
        if known:
            first, sigma = _ends(known, "start")
            falls.append((first - _lowest_held(known), OF_DIFFERENCE * math.sqrt(2) * sigma))
    return Measurement(*max(falls), unit)


def _lowest_held(rows: list[tuple[float, float, float]]) -> float:
    """Return the lowest level below which a quantity stayed for a while: a fall that goes on is no level."""
    starts = [i for i, row in enumerate(rows) if row[0] + HELD_S <= rows[-1][0]] or [0]
    return min(max(v for t, v, _ in rows[i:] if t <= rows[i][0] + HELD_S) for i in starts)


def _rows(measure: Measure, samples: list[tuple[float, Samples]]) -> list[tuple[float, float, float]]:
    """Return (time, value, sigma) of the measure's quantity."""
    name = measure.channel or ""
    if measure.of == "rate":
        return _rate_rows(name, samples, measure.absolute)
    rows = []
    for time, at in samples:
        s = at.get(name, MISSING)
        value, sigma = (s.value, s.sigma) if measure.of == "value" else (s.change, s.change_sigma)
        rows.append((time, abs(value) if measure.absolute else value, sigma))
    return rows


def _rate_rows(name: str, samples: list[tuple[float, Samples]], absolute: bool) -> list[tuple[float, float, float]]:
    rows = []
    first = 0
    for time, at in samples:
        while samples[first][0] < time - RATE_WINDOW_S:
            first += 1
        dt = time - samples[first][0]
        if dt <= 0:
            continue
        rate = (at.get(name, MISSING).value - samples[first][1].get(name, MISSING).value) / dt
        # Errors of neighbouring frames are nearly the same; a tenth of sigma is left over in the difference.
        rows.append((time, abs(rate) if absolute else rate, 0.1 * at.get(name, MISSING).sigma / dt))
    return rows


def _reduce(measure: Measure, rows: list[tuple[float, float, float]]) -> tuple[float, float]:
    """Return value and sigma. The errors of a clip's frames share one cause: averaging does not shrink sigma."""
    values = [v for _, v, _ in rows]
    if measure.take in ("start", "end"):
        return _ends(rows, measure.take)
    if measure.take == "peak":
        when = max(rows, key=lambda r: r[1])[0]
        rows = [r for r in rows if abs(r[0] - when) <= PEAK_WINDOW_S / 2]
    sigma = statistics.median(s for _, _, s in rows)
    if measure.take == "range":
        return max(values) - min(values), OF_DIFFERENCE * math.sqrt(2) * sigma
    return statistics.median(v for _, v, _ in rows), sigma


def _ends(rows: list[tuple[float, float, float]], which: str) -> tuple[float, float]:
    """Return median value and sigma of the first or the last moments."""
    if which == "start":
        rows = [r for r in rows if r[0] <= rows[0][0] + PEAK_WINDOW_S / 2]
    else:
        rows = [r for r in rows if r[0] >= rows[-1][0] - PEAK_WINDOW_S / 2]
    return statistics.median(v for _, v, _ in rows), statistics.median(s for _, _, s in rows)
