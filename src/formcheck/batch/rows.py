"""One row a clip: what a report says of it, beside what its labels expect."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import formcheck
from formcheck.batch.jobs import Job
from formcheck.report.model import RepReport

FIXED: Final[dict[str, type]] = {
    "clip": str,
    "exercise": str,
    "side": str,
    "person": str,
    "view": str,
    "status": str,
    "error": str,
    "reps": int,
    "attempts": int,
    "reps_left": int,
    "reps_right": int,
    "faults": str,
    "advice": str,
    "not_judged": str,
    "watched": str,
    "view_found": str,
    "view_ok": bool,
    "elevation_deg": float,
    "coverage": float,
    "frames": int,
    "duration_s": float,
    "frame_rate": float,
    "frames_lost": int,
    "expected_reps": int,
    "expected_attempts": int,
    "expected_faults": str,
    "match": bool,
    "mismatch": str,
    "report": str,
    "model": str,
    "formcheck_version": str,
    "fingerprint": str,
    "key": str,
}
"""Columns that every table of results has, with their types; measures and columns of the manifest follow."""
OK: Final = "ok"
ERROR: Final = "error"
BETWEEN: Final = ";"
"""Between the codes of a cell."""

_DIGITS: Final = 6


def found_row(report: RepReport) -> dict[str, Any]:
    """Return what a report says, without the labels."""
    summary = report.summary
    said = {severity: set[str]() for severity in ("fail", "warn", "advice")}
    for rep in report.reps:
        for fault in rep.faults:
            said[fault.severity].add(fault.code)
    seen = said["fail"] | said["warn"]
    row: dict[str, Any] = {
        "status": OK,
        "exercise": report.exercise,
        "side": report.side,
        "reps": summary.counted,
        "attempts": summary.attempts,
        "reps_left": summary.counted_by_side.get("left"),
        "reps_right": summary.counted_by_side.get("right"),
        "faults": joined(seen),
        "advice": joined(said["advice"] - seen),
        "not_judged": joined(f.code for f in report.faults if f.verdict in ("not_judged", "partly_judged")),
        "watched": joined(f.code for f in report.faults),
        "view_found": report.view.found,
        "view_ok": report.view.ok,
        "elevation_deg": report.view.elevation_deg,
        "coverage": report.coverage,
        "frames": report.source.frames,
        "duration_s": report.source.duration_s,
        "frame_rate": report.source.frame_rate,
        "frames_lost": report.source.frames_lost,
        "model": report.model.name,
        "formcheck_version": report.formcheck_version,
    }
    for name, measured in summary.measures.items():
        row |= {name: measured.value, f"{name}_sigma": measured.sigma}
    return {name: _rounded(value) for name, value in row.items()}


def error_row(message: str) -> dict[str, Any]:
    """Return the row of a clip that could not be judged."""
    return {"status": ERROR, "error": message, "formcheck_version": formcheck.__version__}


def labelled(job: Job, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the whole row: what the job says, what was found, and whether it is what the labels expect."""
    expected = job.expected
    row: dict[str, Any] = dict.fromkeys(FIXED)
    row |= {"clip": job.name, "exercise": job.exercise, "side": job.side, "person": job.person, "view": job.view}
    row |= {"expected_reps": expected.reps, "expected_attempts": expected.attempts, "key": job.key}
    row["expected_faults"] = None if expected.faults is None else joined(expected.faults)
    row |= found
    wrong = mismatches(row)
    if wrong is not None:
        row |= {"match": not wrong, "mismatch": "; ".join(wrong)}
    return row | {f"meta_{name}": value for name, value in job.meta.items()}


def mismatches(row: Mapping[str, Any]) -> list[str] | None:
    """Return in words what of a row is not as its labels expect; None for a row without labels or with an error.

    A hint is enough where a compensation is expected, and is no false alarm where none is.
    """
    if row["status"] != OK:
        return None
    wrong, asked = [], False
    for name in ("reps", "attempts"):
        if (expected := row[f"expected_{name}"]) is not None:
            asked = True
            if row[name] != expected:
                wrong.append(f"{row[name]} of {expected} {name}")
    if row["expected_faults"] is not None:
        asked = True
        wanted, unjudged = codes(row["expected_faults"]), codes(row["not_judged"])
        missed = sorted(wanted - said_in(row))
        wrong += [f"{code} not judged" if code in unjudged else f"{code} missed" for code in missed]
        wrong += [f"{code} not expected" for code in sorted(codes(row["faults"]) - wanted)]
    return wrong if asked else None


def said_in(row: Mapping[str, Any]) -> set[str]:
    """Return the compensations that a row says at all, as failure, warning or hint."""
    return codes(row["faults"]) | codes(row["advice"])


def joined(parts: Any) -> str:
    """Return codes as a cell."""
    return BETWEEN.join(sorted(parts))


def codes(cell: str | None) -> set[str]:
    """Return the codes of a cell."""
    return set(cell.split(BETWEEN)) if cell else set()


def _rounded(value: Any) -> Any:
    """Return a number as it is kept: to six decimals, without NaN."""
    if isinstance(value, float):
        return round(value, _DIGITS) + 0.0 if math.isfinite(value) else None
    return value
