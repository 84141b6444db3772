"""How well clips were judged, against their labels: repetitions, compensations, angles. Pure functions of rows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from formcheck.batch.rows import OK, codes, said_in

Row = Mapping[str, Any]
Angles = Mapping[str, Mapping[str, float]]

GROUPS: Final[dict[str, Callable[[Row], str]]] = {
    "exercise": lambda row: str(row["exercise"] or ""),
    "view": lambda row: str(row["view"] or row["view_found"] or ""),
    "person": lambda row: str(row["person"] or ""),
}
"""What the figures are also given for, each by itself. The view is the labelled one, else the one that was found."""
Z_95: Final = 1.959964
"""Of a normal distribution 95 % are within so many standard deviations."""


@dataclass(frozen=True)
class Detection:
    """How a compensation is told from its absence, over clips."""

    hits: int
    """Expected and said."""

    misses: int
    """Expected and not said."""

    false: int
    """Said and not expected."""

    passes: int
    """Neither."""

    not_judged: int = 0
    """Misses of which it was said that they could not be judged."""

    @property
    def precision(self) -> float | None:
        """Share of what was said that was expected; None when nothing was said."""
        return share_of(self.hits, self.hits + self.false)

    @property
    def recall(self) -> float | None:
        """Share of what was expected that was said; None when nothing was expected."""
        return share_of(self.hits, self.hits + self.misses)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; None when nothing was expected."""
        return share_of(2 * self.hits, 2 * self.hits + self.false + self.misses) if self.hits + self.misses else None


def share_of(part: float, whole: float) -> float | None:
    """Return a share; None of nothing."""
    return part / whole if whole else None


def share(found: Iterable[bool]) -> float | None:
    """Return the share of true ones; None of nothing."""
    rows = list(found)
    return share_of(sum(rows), len(rows))


def exactly(counted: int, expected: int) -> bool:
    """Return whether the repetitions of a clip are exactly right."""
    return counted == expected


def detect(pairs: Iterable[tuple[bool, bool]], not_judged: int = 0) -> Detection:
    """Count what was (expected, said) in each clip."""
    counts = Counter(pairs)
    return Detection(
        hits=counts[True, True],
        misses=counts[True, False],
        false=counts[False, True],
        passes=counts[False, False],
        not_judged=not_judged,
    )


def wilson(hits: int, n: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a share (Wilson 1927, doi 10.1080/01621459.1927.10502953); None of nothing."""
    if not n:
        return None
    z, p = Z_95, hits / n
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def compute_metrics(rows: Sequence[Row], angles: Mapping[str, Angles]) -> dict[str, Any]:
    """Return every figure that the labels allow.

    Parameters
    ----------
    rows
        Whole rows, from `rows.labelled`.
    angles
        Errors of the angles by the rows' `key`, from `angles.compare_angles`.

    Returns
    -------
    dict
        `clips`, `errors`, `labelled` (clips with any label), `overall`, and `by`, with a group for each drill, view and
        person that has one. A figure without clips is None.
    """
    labelled = [row for row in rows if _has_label(row, angles)]
    by: dict[str, dict[str, Any]] = {}
    for name, of in GROUPS.items():
        values = sorted({of(row) for row in labelled if of(row)})
        by[name] = {value: _group([row for row in labelled if of(row) == value], angles) for value in values}
    return {
        "clips": len(rows),
        "errors": sum(row["status"] != OK for row in rows),
        "labelled": len(labelled),
        "overall": _group(labelled, angles),
        "by": by,
    }


def _has_label(row: Row, angles: Mapping[str, Angles]) -> bool:
    expected = (row["expected_reps"], row["expected_attempts"], row["expected_faults"])
    return any(value is not None for value in expected) or bool(angles.get(row["key"]))


def _group(rows: list[Row], angles: Mapping[str, Angles]) -> dict[str, Any]:
    judged = [row for row in rows if row["status"] == OK]
    errors = [angles.get(row["key"], {}) for row in judged]
    names = sorted({name for clip in errors for name in clip})
    return {
        "clips": len(rows),
        "errors": len(rows) - len(judged),
        "wrong_view": sum(row["view_ok"] is False for row in judged),
        "as_labelled": _share_with_interval([bool(row["match"]) for row in judged if row["match"] is not None]),
        "reps": count_figures(_counts(judged, "reps")),
        "attempts": count_figures(_counts(judged, "attempts")),
        "faults": _faults([row for row in judged if row["expected_faults"] is not None]),
        "angles": {name: angle_figures([e[name] for e in errors if name in e]) for name in names},
    }


def _counts(rows: list[Row], name: str) -> list[tuple[int, int]]:
    return [(row[f"expected_{name}"], row[name]) for row in rows if row[f"expected_{name}"] is not None]


def count_figures(pairs: Sequence[tuple[int, int]]) -> dict[str, Any] | None:
    """Return how well a number was counted, from (expected, counted) of each clip; None without clips."""
    if not pairs:
        return None
    errors = [counted - expected for expected, counted in pairs]
    table = Counter(pairs)
    return {
        "clips": len(pairs),
        "exact": _share_with_interval([exactly(counted, expected) for expected, counted in pairs]),
        "off_by_one": share(abs(error) <= 1 for error in errors),
        "mean_absolute_error": sum(map(abs, errors)) / len(errors),
        "bias": sum(errors) / len(errors),
        "confusion": [{"expected": e, "counted": c, "clips": n} for (e, c), n in sorted(table.items())],
    }


def _faults(rows: list[Row]) -> dict[str, dict[str, Any]]:
    """Return how each compensation that is expected or said anywhere is told; a hint counts as said.

    Clips of drills that do not watch for it are left out.
    """
    cells: dict[str, list[tuple[bool, bool, Row]]] = {
        code: [] for row in rows for code in codes(row["expected_faults"]) | said_in(row)
    }
    for row in rows:
        for code in cells.keys() & codes(row["watched"]):
            cells[code].append((code in codes(row["expected_faults"]), code in said_in(row), row))
    found = {}
    for code, clips in sorted(cells.items()):
        unjudged = sum(expected and not said and code in codes(row["not_judged"]) for expected, said, row in clips)
        told = detect(((expected, said) for expected, said, _ in clips), unjudged)
        found[code] = vars(told) | {"precision": told.precision, "recall": told.recall, "f1": told.f1}
    return found


def angle_figures(clips: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """Return how far an angle is from the truth, from the sums of `angles.AngleErrors` of each clip.

    Notes
    -----
    Frames of a clip share most of their error. The limits of agreement therefore add the variance between clips and the
    one within them (Bland & Altman 2007, doi 10.1080/10543400701329422, true value varying); `sd` is its root.
    """
    known = [clip for clip in clips if clip["n"]]
    asked, n = (int(sum(clip[name] for clip in clips)) for name in ("asked", "n"))
    out: dict[str, Any] = {"clips": len(known), "frames": n, "coverage": share_of(n, asked)}
    out |= dict.fromkeys(("mae", "bias", "sd", "lower_limit", "upper_limit"))
    if not n:
        return out
    bias = sum(clip["total"] for clip in known) / n
    sd = math.sqrt(_variance(known, n, bias))
    out |= {"mae": sum(clip["sizes"] for clip in known) / n, "bias": bias, "sd": sd}
    return out | {"lower_limit": bias - Z_95 * sd, "upper_limit": bias + Z_95 * sd}


def _variance(clips: list[Mapping[str, float]], n: int, bias: float) -> float:
    """Return the variance of an error between and within clips, by one-way analysis of variance."""
    k = len(clips)
    within = sum(max(clip["squares"] - clip["total"] ** 2 / clip["n"], 0.0) for clip in clips) / max(n - k, 1)
    if k < 2:
        return within
    between = sum(clip["n"] * (clip["total"] / clip["n"] - bias) ** 2 for clip in clips) / (k - 1)
    size = (n - sum(clip["n"] ** 2 for clip in clips) / n) / (k - 1)
    return within + max((between - within) / size, 0.0)


def _share_with_interval(found: list[bool]) -> dict[str, Any] | None:
    interval = wilson(sum(found), len(found))
    if interval is None:
        return None
    return {"share": sum(found) / len(found), "n": len(found), "low": interval[0], "high": interval[1]}
