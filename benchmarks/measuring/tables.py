"""Groups of clips, their figures, and tables of them for the terminal and for a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from measuring.bars import HIGH, LOW, Bar
from measuring.clips import BAND_NAMES, Case
from measuring.results import ROTATION, Results, Series, detection, figures
from measuring.statistics import wilson

GROUPS: dict[str, Callable[[Case], str]] = {
    "elevation": lambda c: c.band,
    "family": lambda c: c.family,
    "drill": lambda c: c.drill,
    "view": lambda c: c.place,
    "side": lambda c: c.side,
    "drill in training": lambda c: "unseen" if c.unseen else "seen",
    "person": lambda c: c.person,
}
SIZE = "true rotation"
SIZES = {"under 5°": (0, 5), "5-15°": (5, 15), "15-25°": (15, 25), "25° and more": (25, 180)}
"""True rotation away from neutral, either way."""
ORDER = (*BAND_NAMES, "upright")
COLUMNS = {
    "people": "d",
    "clips": "d",
    "n": "d",
    "mae": ".1f",
    "bias": ".1f",
    "p90": ".1f",
    "slope": ".2f",
    "r": ".2f",
    "sigma": ".1f",
    "inside_2_sigma": ".2f",
    "coverage": ".2f",
}
HEADINGS = {"n": "frames", "mae": "MAE", "inside_2_sigma": "in 2 sigma"}
SHORT = ("n", "mae", "bias", "p90", "slope", "r", "sigma", "inside_2_sigma", "coverage")
"""Columns where people and clips say nothing."""
DASH = "–"

Rows = list[tuple[str, str, dict[str, float]]]
"""Group, method, figures."""


def group_rows(results: Results, channel: str, kind: str, methods: Sequence[str], lying: bool = True) -> Rows:
    """Return the figures of a channel for every group of a kind, methods beneath each other."""
    key = GROUPS[kind]
    series = [s for s in results.series if s.channel == channel and s.case.seen.lying == lying]
    names = sorted({key(s.case) for s in series}, key=lambda n: (ORDER.index(n) if n in ORDER else 0, n))
    rows = []
    for name in names:
        for method in methods:
            chosen = [s for s in series if s.method == method and key(s.case) == name]
            if chosen:
                rows.append((name, method, figures(chosen)))
    return rows


def channel_rows(results: Results, channels: Sequence[str], methods: Sequence[str], lying: bool) -> Rows:
    """Return the figures of every channel over all lying or all standing clips."""
    rows = []
    for channel in channels:
        for method in methods:
            chosen = [
                s for s in results.series if s.channel == channel and s.method == method and s.case.seen.lying == lying
            ]
            if chosen:
                rows.append((channel, method, figures(chosen)))
    return rows


def size_rows(results: Results, methods: Sequence[str]) -> Rows:
    """Return the figures of hip rotation by how far the hip is truly turned: most frames are near neutral."""
    series = [s for s in results.series if s.channel == ROTATION and s.case.seen.lying]
    rows = []
    for name, (low, high) in SIZES.items():
        for method in methods:
            chosen = [
                _where(s, (np.abs(s.true) >= low) & (np.abs(s.true) < high)) for s in series if s.method == method
            ]
            rows.append((name, method, figures(s for s in chosen if len(s.true))))
    return rows


def _where(series: Series, used: NDArray[np.bool_]) -> Series:
    return replace(series, true=series.true[used], measured=series.measured[used], sigma=series.sigma[used])


def outside_rows(found: dict[str, dict[str, dict[str, float]]]) -> Rows:
    """Return the figures of clips outside the plan by channel, methods in their order beneath each other."""
    rows = [(channel, method, row) for method, by_channel in found.items() for channel, row in by_channel.items()]
    return sorted(rows, key=lambda row: row[0])


def hold_rows(results: Results) -> list[list[str]]:
    """Return per method and band how far the medians of holds are off."""
    rows = []
    for band in BAND_NAMES:
        for method in results.methods:
            errors = [(h.measured - h.true) for h in results.holds if h.method == method and h.case.band == band]
            size = np.abs([e for e in errors if np.isfinite(e)])
            if errors:
                worst = [f"{size.mean():.1f}", f"{size.max():.1f}"] if len(size) else [DASH, DASH]
                rows.append([band, method, str(len(errors)), str(len(size)), *worst])
    return rows


HOLD_HEADINGS = ["elevation", "method", "holds", "measured", "mean error", "worst"]


def lift_rows(results: Results) -> list[list[str]]:
    """Return per method and elevation how well a lifted pelvis is told from a flat one, by repetition."""
    rows = []
    for where, bands in (("45° and more", HIGH), ("30-45°", LOW)):
        for method in results.methods:
            lifts = [r for r in results.lifts if r.method == method and r.case.band in bands]
            if not lifts:
                continue
            told = detection(lifts)
            rows.append(
                [
                    where,
                    method,
                    f"{told.answered_positives}/{told.positives}",
                    f"{told.answered_negatives}/{told.negatives}",
                    _share(told.hits, told.answered_positives),
                    _share(told.passes, told.answered_negatives),
                    _number(told.auc, ".2f"),
                ]
            )
    return rows


LIFT_HEADINGS = ["elevation", "method", "lifted", "flat", "sensitivity", "specificity", "AUC"]


def _share(hits: int, n: int) -> str:
    low, high = wilson(hits, n)
    return f"{hits / n:.2f} ({low:.2f}-{high:.2f})" if n else DASH


def bar_rows(found: list[Bar]) -> list[list[str]]:
    """Return what is required and whether it is reached."""
    return [[b.name, _number(b.value, ".2f"), _level(b.must), _level(b.goal), b.verdict, b.note] for b in found]


BAR_HEADINGS = ["bar", "value", "must", "goal", "reached", "note"]


def _level(level: tuple[float, float]) -> str:
    low, high = level
    if np.isinf(low):
        return f"<= {high:g}"
    return f">= {low:g}" if np.isinf(high) else f"{low:g}-{high:g}"


def _number(value: float, form: str) -> str:
    if np.isnan(value):
        return DASH
    return f"{int(value)}" if form == "d" else f"{value:{form}}"


def cells(rows: Rows, kind: str, columns: Sequence[str] = tuple(COLUMNS)) -> tuple[list[str], list[list[str]]]:
    """Return headings and cells of rows of figures."""
    headings = [kind, "method", *(HEADINGS.get(c, c) for c in columns)]
    return headings, [[g, m, *(_number(f.get(c, np.nan), COLUMNS[c]) for c in columns)] for g, m, f in rows]


def plain(headings: list[str], rows: list[list[str]]) -> str:
    """Return a table for the terminal: the first two columns to the left, the others to the right."""
    table = [headings, *rows]
    width = [max(len(row[i]) for row in table) for i in range(len(headings))]
    lines, before = [], ""
    for row in table:
        shown = ["" if row[0] == before else row[0], *row[1:]]
        before = row[0]
        text = [
            c.ljust(w) if i < 2 or (i == len(row) - 1 and len(c) > 12) else c.rjust(w)
            for i, (c, w) in enumerate(zip(shown, width, strict=True))
        ]
        lines.append("  ".join(text).rstrip())
    return "\n".join(lines)


def markdown(headings: list[str], rows: list[list[str]]) -> str:
    """Return a table for a page."""
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    before = ""
    for row in rows:
        lines.append(f"| {' | '.join(['' if row[0] == before else row[0], *row[1:]])} |")
        before = row[0]
    return "\n".join(lines)


def as_json(rows: Rows) -> list[dict[str, Any]]:
    """Return rows of figures for JSON, NaN as null."""
    return [
        {"group": group, "method": method}
        | {k: (None if np.isnan(v) else round(float(v), 4)) for k, v in figures_.items()}
        for group, method, figures_ in rows
    ]


def rotation_tables(results: Results, methods: Sequence[str]) -> dict[str, Rows]:
    """Return the tables of hip rotation of lying people, one a kind of group."""
    tables = {kind: group_rows(results, ROTATION, kind, methods) for kind in GROUPS}
    return {SIZE: size_rows(results, methods), **tables}
