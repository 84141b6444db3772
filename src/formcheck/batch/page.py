"""summary.html: one page over all clips, failures first, that opens from its folder without a network."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

import formcheck
from formcheck.batch.rows import ERROR, codes
from formcheck.batch.scorer import CLIPS, THUMBNAIL
from formcheck.core.errors import ExerciseError
from formcheck.exercises.lookup import load_exercise
from formcheck.exercises.schema import Exercise
from formcheck.video.files import atomic_path

Row = Mapping[str, Any]

SUMMARY: Final = "summary.html"
MOST_ROWS: Final = 2000
"""More clips than this are not shown one by one: browsers get slow; results.csv has them all."""

MOST_GROUPS: Final = 40
"""More drills, views or people than this have a row each and no tables of their own; metrics.json has them."""

_PERCENT: Final = "\u00a0%"  # stays with its number
_BINS: Final = 12
_FEW: Final = 5  # fewer values than this are no distribution
_GROUP_NAMES: Final = {"exercise": "By drill", "view": "By view", "person": "By person"}


@dataclass(frozen=True)
class Bars:
    """A picture of how a number is spread over the clips, or how often things were seen."""

    title: str
    unit: str
    labels: tuple[str, ...]
    """One a bar."""
    counts: tuple[int, ...]
    note: str = ""

    @property
    def most(self) -> int:
        """The longest bar."""
        return max(self.counts, default=0)


def write_page(rows: Sequence[Row], metrics: Mapping[str, Any], out: Path) -> Path:
    """Write summary.html.

    Parameters
    ----------
    rows
        As in results.csv.
    metrics
        From `compute_metrics`.
    out
        Folder of the results.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    order = sorted(range(len(rows)), key=lambda i: (_urgency(rows[i]), i))
    shown = [_row(rows[i], i, out) for i in order[:MOST_ROWS]]
    drills = {name: drill for name in {str(row["exercise"]) for row in rows} if (drill := _drill(name)) is not None}
    page = (
        _environment()
        .get_template("summary.html.j2")
        .render(
            version=formcheck.__version__,
            total=len(rows),
            tiles=_tiles(rows, metrics),
            rows=shown,
            left_out=len(rows) - len(shown),
            labelled=bool(metrics["labelled"]),
            errors=sum(row["status"] == ERROR for row in rows),
            mismatches=sum(row["match"] is False for row in rows),
            bars=distributions(rows, drills),
            people=any(row["person"] for row in rows),
            overall=_figures(metrics["overall"], drills),
            groups=_groups(metrics, drills),
            most_groups=MOST_GROUPS,
        )
    )
    with atomic_path(out / SUMMARY) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return out / SUMMARY


@cache
def _environment() -> Environment:
    loader = PackageLoader("formcheck.batch")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"number": number, "percent": percent, "interval": interval}
    return environment


def number(value: float | None, digits: int = 2) -> str:
    """Return a number for people; a dash where there is none.

    Examples
    --------
    >>> number(2.0), number(-0.251), number(None)
    ('2', '−0.25', '–')
    """
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text.replace("-", "−")


def percent(value: float | None) -> str:
    r"""Return a share for people.

    Examples
    --------
    >>> percent(0.934), percent(None)
    ('93\xa0%', '–')
    """
    return "–" if value is None else f"{100 * value:.0f}{_PERCENT}"


def interval(shares: Mapping[str, Any]) -> str:
    r"""Return an interval of a share for people.

    Examples
    --------
    >>> interval({"low": 0.514, "high": 0.649})
    '51–65\xa0%'
    """
    return f"{percent(shares['low']).removesuffix(_PERCENT)}–{percent(shares['high'])}"


def _drill(name: str) -> Exercise | None:
    try:
        return load_exercise(name)
    except ExerciseError:
        return None


def _urgency(row: Row) -> int:
    """Return how far up a row belongs: errors, then mismatches, then what could not be judged."""
    if row["status"] == ERROR:
        return 0
    if row["match"] is False:
        return 1
    return 2 if row["view_ok"] is False else 3


def _row(row: Row, position: int, out: Path) -> dict[str, Any]:
    thumbnail = out / CLIPS / row["key"] / THUMBNAIL
    state = ("error", "mismatch", "view", "ok")[_urgency(row)]
    words = {
        "error": _without_folder(row["error"] or "", row["clip"]),
        "mismatch": row["mismatch"],
        "view": "The camera stood where the drill cannot be judged from.",
        "ok": "as labelled" if row["match"] else "",
    }
    return {
        **row,
        "position": position,
        "state": state,
        "words": words[state] or "",
        "thumbnail": thumbnail.relative_to(out).as_posix() if thumbnail.is_file() else None,
        "said": sorted(codes(row["faults"])),
        "hints": sorted(codes(row["advice"])),
    }


def _without_folder(error: str, clip: str) -> str:
    """Return an error without the folder of the clip, whose name stands beside it."""
    before, name, after = error.partition(PurePath(clip).name)
    return name + after if PurePath(before).is_absolute() else error


def _tiles(rows: Sequence[Row], metrics: Mapping[str, Any]) -> list[dict[str, str]]:
    ok = [row for row in rows if row["status"] != ERROR]
    tiles = [
        {"label": "Clips", "value": str(len(rows)), "note": f"{sum(r['frames'] for r in ok):,} frames judged"},
        {"label": "Errors", "value": str(len(rows) - len(ok)), "note": "clips that could not be judged"},
    ]
    if (same := metrics["overall"]["as_labelled"]) is not None:
        tiles.append({"label": "As labelled", "value": percent(same["share"]), "note": _of(same, "clips")})
    if (reps := metrics["overall"]["reps"]) is not None:
        off = f"{percent(reps['off_by_one'])} within one"
        tiles.append({"label": "Repetitions exact", "value": percent(reps["exact"]["share"]), "note": off})
    if not metrics["labelled"]:
        counted, tried = (sum(r[name] for r in ok) for name in ("reps", "attempts"))
        tiles.append({"label": "Repetitions", "value": str(counted), "note": f"and {tried} attempts"})
    return tiles


def _of(share: Mapping[str, Any], what: str) -> str:
    return f"of {share['n']} {what}; 95 % interval {interval(share)}"


def distributions(rows: Sequence[Row], drills: Mapping[str, Exercise]) -> list[Bars]:
    """Return what is worth a picture: how far counts are off, what was seen, how results are spread."""
    ok = [row for row in rows if row["status"] != ERROR]
    found = []
    off = Counter(row["reps"] - row["expected_reps"] for row in ok if row["expected_reps"] is not None)
    if off:
        span = range(min(off), max(off) + 1)
        labels = tuple(f"{k:+d}" if k else "0" for k in span)
        found.append(Bars("Repetitions counted minus expected", "", labels, tuple(off[k] for k in span)))
    seen = Counter(code for row in ok for code in codes(row["faults"]))
    if seen:
        names, counts = zip(*seen.most_common(_BINS), strict=True)
        found.append(Bars("Compensations, clips in which they were seen", "", tuple(names), tuple(counts)))
    shares = [row["coverage"] for row in ok]
    if shares:
        found.append(_spread("Share of frames that could be measured", "%", [100 * s for s in shares], (0.0, 100.0)))
    for name, drill in drills.items():
        for measure in drill.measures:
            keys = (measure.name, f"{measure.name}_left", f"{measure.name}_right")
            values = [row[k] for row in ok if row["exercise"] == name for k in keys if row.get(k) is not None]
            if measure.result and len(values) >= _FEW:
                found.append(_spread(f"{drill.name}: {measure.label}", measure.unit, values))
    return found


def _spread(title: str, unit: str, values: list[float], limits: tuple[float, float] | None = None) -> Bars:
    low, high = limits or (min(values), max(values))
    width = _nice_width((high - low) / _BINS)
    first = math.floor(low / width)
    last = max(first + 1, math.ceil(high / width))
    bins = Counter(min(math.floor(v / width), last - 1) for v in values)
    labels = tuple(f"{number(k * width)} – {number((k + 1) * width)}" for k in range(first, last))
    middle = sorted(values)[len(values) // 2]
    note = f"{len(values)} values, median {number(middle, 1)}"
    return Bars(title, unit, labels, tuple(bins[k] for k in range(first, last)), note)


def _nice_width(width: float) -> float:
    """Return the next larger of 1, 2, 5 times a power of ten."""
    if width <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= width * (1 - 1e-9))


def _groups(metrics: Mapping[str, Any], drills: Mapping[str, Exercise]) -> list[dict[str, Any]]:
    """Return the tables by drill, view and person; one group alone says nothing more than the whole."""
    tables = []
    for name, title in _GROUP_NAMES.items():
        groups = metrics["by"][name]
        if len(groups) > 1:
            rows = [{"name": key, **_group_row(g), **_figures(g, drills)} for key, g in groups.items()]
            tables.append({"title": title, "rows": rows})
    return tables


def _group_row(group: Mapping[str, Any]) -> dict[str, Any]:
    reps, told = group["reps"], [f["f1"] for f in group["faults"].values() if f["f1"] is not None]
    return {
        "clips": group["clips"],
        "errors": group["errors"],
        "exact": reps["exact"] if reps else None,
        "off_by_one": reps["off_by_one"] if reps else None,
        "bias": reps["bias"] if reps else None,
        "f1": sum(told) / len(told) if told else None,
    }


def _figures(group: Mapping[str, Any], drills: Mapping[str, Exercise]) -> dict[str, Any]:
    """Return the tables of all clips or of one group."""
    labels = {rule.code: rule.label for drill in drills.values() for rule in drill.faults}
    return {
        "confusion": _confusion(group["reps"]),
        "faults": [{"code": code, "label": labels.get(code, ""), **told} for code, told in group["faults"].items()],
        "angles": [{"name": name, **found} for name, found in group["angles"].items()],
    }


def _confusion(reps: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the table of counted against expected repetitions."""
    if reps is None:
        return None
    cells = {(c["expected"], c["counted"]): c["clips"] for c in reps["confusion"]}
    expected, counted = (sorted({pair[i] for pair in cells}) for i in (0, 1))
    return {
        "counted": counted,
        "rows": [{"expected": e, "cells": [(c, cells.get((e, c), 0)) for c in counted]} for e in expected],
    }
