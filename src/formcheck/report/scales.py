"""Each result on a scale: the number with its uncertainty, the person's earlier ones, and quiet context."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from formcheck.core.landmarks import SIDES
from formcheck.core.measurement import Measurement
from formcheck.core.words import measurement_words, plural, quantity, split_side
from formcheck.exercises.schema import Exercise
from formcheck.exercises.tables import Typical
from formcheck.report.model import RepReport
from formcheck.report.past import Past, PastResult
from formcheck.report.wording import why, without_side

_STEPS: Final = (1, 2, 5)
_TICKS: Final = 6  # at most so many steps on a scale
_CLASS_AXIS: Final = (-1.0, 1.0, [-1.0, 0.0, 1.0])


def result_scales(report: RepReport, drill: Exercise, past: Past | None) -> list[dict[str, Any]]:
    """Return one entry a result of the drill: `label`, `rows` (a side each), `ticks`, `typical`.

    Places on the scale are percent of its width.

    Parameters
    ----------
    report
        The report.
    drill
        Its drill, for what other people reach.
    past
        The person's history; None where it is not known.
    """
    typical = {m.name: m.typical for m in drill.measures}
    groups: dict[str, dict[str, Any]] = {}
    for measure in report.measures:
        base, own = split_side(measure.name)
        if not measure.result:
            continue
        for side in ("", *SIDES):
            found = report.summary.measures.get(f"{measure.name}_{side}" if side else measure.name)
            if found is None:
                continue
            key = base if own else measure.name
            label = without_side(measure.label) if own else measure.label
            group = groups.setdefault(key, {"label": label, "typical": typical[measure.name], "found": {}})
            group["found"][own or side or "both"] = found
    return [_entry(name, group, report, past) for name, group in groups.items()]


def _entry(name: str, group: dict[str, Any], report: RepReport, past: Past | None) -> dict[str, Any]:
    found: dict[str, Measurement] = group["found"]
    known = {side: m for side, m in found.items() if m.value is not None}
    typical: Typical | None = group["typical"]
    histories = {side: past.of(name, side) if past else None for side in found}
    classes = _unit(found) == "class"
    low, high, ticks = _CLASS_AXIS if classes else _axis(known.values(), histories.values(), typical)
    return {
        "label": group["label"],
        "rows": [_row(side, m, histories[side], report, (low, high)) for side, m in found.items()],
        "ticks": [_tick(t, _unit(found), (low, high)) for t in ticks] if known else [],
        "typical": _typical(typical, _unit(found), (low, high)) if typical and known else None,
    }


def _row(
    side: str, found: Measurement, history: PastResult | None, report: RepReport, axis: tuple[float, float]
) -> dict[str, Any]:
    counted = report.summary.counted_by_side.get(side, report.summary.counted)
    row: dict[str, Any] = {
        "side": "" if side == "both" else side,
        "number": measurement_words(found),
        "note": "" if found.value is not None else f"No number: {why(found.reason)}.",
        "reps": f"median of {plural(counted, 'repetition')}" if counted > 1 else "of one repetition",
        "band": None,
        "past": [],
        "change": history.change if history else "",
        "detectable": history.detectable if history else "",
    }
    if found.value is None or found.sigma is None:
        return row
    row["point"] = _percent(found.value, *axis)
    row["band"] = [_percent(v, *axis) for v in (found.value - found.sigma, found.value + found.sigma)]
    if found.unit == "class":
        row["band"] = [min(max(end, 0.0), 100.0) for end in row["band"]]
    values = history.values if history else ()
    row["past"] = [
        {"at": _percent(v.value, *axis), "last": i == len(values), "text": f"{v.at:%Y-%m-%d}: {_past(v.value, found)}"}
        for i, v in enumerate(values, start=1)
    ]
    return row


def _tick(at: float, unit: str, axis: tuple[float, float]) -> dict[str, Any]:
    return {
        "at": _percent(at, *axis),
        "text": quantity(at, unit).split(" ")[0],
    }  # a unit that is a word is in the number


def _past(value: float, like: Measurement) -> str:
    return quantity(value, like.unit)


def _typical(typical: Typical, unit: str, axis: tuple[float, float]) -> dict[str, Any]:
    ends = [quantity(v, unit) for v in (typical.low, typical.high)]
    return {
        "from": _percent(typical.low, *axis),
        "to": _percent(typical.high, *axis),
        "text": f"For context only: {ends[0]} to {ends[1]}, {typical.who} ({typical.source}).",
    }


def _unit(found: dict[str, Measurement]) -> str:
    return next(iter(found.values())).unit


def _axis(known: Any, histories: Any, typical: Typical | None) -> tuple[float, float, list[float]]:
    """Return both ends of the scale and its ticks: zero and everything that is shown lies on it."""
    values = [0.0]
    for m in known:
        values += [(m.value or 0.0) - (m.sigma or 0.0), (m.value or 0.0) + (m.sigma or 0.0)]
    values += [v.value for h in histories if h for v in h.values]
    values += [typical.low, typical.high] if typical else []
    low, high = min(values), max(values)
    return nice_axis(low, high)


def nice_axis(low: float, high: float) -> tuple[float, float, list[float]]:
    """Return ends and ticks in round numbers around a stretch.

    Examples
    --------
    >>> nice_axis(0, 38)
    (0.0, 40.0, [0.0, 10.0, 20.0, 30.0, 40.0])
    """
    span = max(high - low, 1e-6)
    size = 10.0 ** math.floor(math.log10(span / _TICKS))
    step = next(size * f for f in (*_STEPS, 10) if span / (size * f) <= _TICKS)
    first, last = math.floor(low / step + 1e-9), max(math.ceil(high / step - 1e-9), math.floor(low / step) + 1)
    ticks = [round(i * step, 9) for i in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks


def _same_class(difference: Measurement) -> str:
    return "none" if round(difference.value or 0.0) == 0 else "another class"


def _percent(value: float, low: float, high: float) -> float:
    return round(100 * (value - low) / (high - low), 2)


def side_rows(report: RepReport) -> Sequence[dict[str, str]]:
    """Return left against right: one row a result that both sides have, with the difference and its uncertainty."""
    from formcheck.report.compare import difference

    rows = []
    for measure in report.measures:
        base, own = split_side(measure.name)
        if not measure.result or own == "right":
            continue
        left, right = (report.summary.measures.get(f"{base if own else measure.name}_{side}") for side in SIDES)
        found = difference(left, right)
        if left is None or right is None or found is None:
            continue
        sign = "+" if (found.value or 0) > 0 else ""
        rows.append(
            {
                "label": without_side(measure.label),
                "left": measurement_words(left),
                "right": measurement_words(right),
                "difference": sign + measurement_words(found) if found.unit != "class" else _same_class(found),
            }
        )
    return rows
