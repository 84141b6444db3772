"""For other people's tests: facts about a judged clip as assertions, with a failure that says what was found.

The pytest plugin (`formcheck.batch.pytest_plugin`, loaded by pytest itself) brings the fixture `formcheck_score` and
turns manifests into tests; see docs/testing.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from formcheck.core.results import Rep
    from formcheck.report.model import RepReport

__all__ = ["assert_fault", "assert_no_fault", "assert_reps"]

Side = Literal["left", "right", "both"]


def assert_reps(report: RepReport, expected: int, *, attempts: int | None = None, side: Side | None = None) -> None:
    """Assert how many repetitions count.

    Parameters
    ----------
    report
        From `formcheck_score` or `formcheck.analyze`.
    expected
        Repetitions that must have been counted.
    attempts
        Movements that must not have counted; None: any number.
    side
        Only those of this side; None: all.

    Raises
    ------
    AssertionError
        Another number, with what every movement was.
    """
    reps = [rep for rep in report.reps if side in (None, rep.side)]
    counted = sum(rep.counted for rep in reps)
    if counted != expected:
        raise AssertionError(f"{counted} repetitions counted, expected {expected}{_found(report, reps)}")
    if attempts is not None and len(reps) - counted != attempts:
        raise AssertionError(f"{len(reps) - counted} attempts, expected {attempts}{_found(report, reps)}")


def assert_fault(
    report: RepReport, code: str, *, rep: int | None = None, severity: Literal["fail", "warn", "advice"] | None = None
) -> None:
    """Assert that a compensation was seen.

    Parameters
    ----------
    report
        From `formcheck_score` or `formcheck.analyze`.
    code
        Code of the compensation, as in the drill file.
    rep
        Number of the repetition or attempt in which it must have been seen, from 1; None: any.
    severity
        How severe it must have been; None: any, also a hint.

    Raises
    ------
    AssertionError
        It was not seen, or could not be judged, with what was seen instead; or the drill has no such compensation.
    """
    _check_code(report, code)
    reps = [r for r in report.reps if rep in (None, r.index)]
    if not any(f.code == code and severity in (None, f.severity) for r in reps for f in r.faults):
        watched = next(fault for fault in report.faults if fault.code == code)
        why = f" (it could not be judged: {watched.reason})" if watched.verdict == "not_judged" else ""
        raise AssertionError(f"{code} was not seen{why}{_found(report, reps)}")


def assert_no_fault(report: RepReport, code: str | None = None, *, rep: int | None = None, judged: bool = True) -> None:
    """Assert that a compensation was watched for and stayed away.

    Parameters
    ----------
    report
        From `formcheck_score` or `formcheck.analyze`.
    code
        Code of the compensation; None: any compensation, hints left out.
    rep
        Number of the repetition or attempt, from 1; None: all.
    judged
        Also fail where it could not be judged at all, which is not the same as not seen.

    Raises
    ------
    AssertionError
        It was seen, or could not be judged.
    """
    if code is not None:
        _check_code(report, code)
    reps = [r for r in report.reps if rep in (None, r.index)]
    seen = [f.code for r in reps for f in r.faults if f.code == code or (code is None and f.severity != "advice")]
    if seen:
        raise AssertionError(f"seen, and not expected: {', '.join(sorted(set(seen)))}{_found(report, reps)}")
    unknown = [f for f in report.faults if f.verdict == "not_judged" and f.code == code]
    if judged and unknown:
        raise AssertionError(f"{code} could not be judged: {unknown[0].reason}{_found(report, reps)}")


def _check_code(report: RepReport, code: str) -> None:
    known = [fault.code for fault in report.faults]
    if code not in known:
        raise AssertionError(f"{report.exercise} has no compensation {code!r}; it has: {', '.join(known)}")


def _found(report: RepReport, reps: list[Rep]) -> str:
    """Return what was found, a line a movement."""
    head = f"\n{report.source.name}, {report.exercise}, side {report.side}, view {report.view.found}"
    lines = [head if report.view.ok else f"{head}: {report.view.message}"]
    for rep in reps:
        what = "counted" if rep.counted else f"attempt ({rep.reason})"
        faults = ", ".join(f"{f.code} ({f.severity})" for f in rep.faults) or "no compensation"
        lines.append(f"  {rep.index}. {rep.side} {rep.start_s:.1f}-{rep.end_s:.1f} s: {what}, {faults}")
    return "\n".join(lines) if reps else "\n".join([*lines, "  no movement was found"])
