"""What sessions of one drill say about progress: changes and sides, never more than the measurement can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from formcheck.core.landmarks import SIDES
from formcheck.core.measurement import Measurement
from formcheck.core.words import quantity
from formcheck.history.detectable import Detectable, detectable
from formcheck.history.records import Result, Session, clip_of, results_of
from formcheck.report.compare import certain, difference
from formcheck.report.model import RepReport
from formcheck.report.past import Past, PastResult, PastValue
from formcheck.report.wording import day_words

Verdict = Literal["more", "less", "no_change"]

ASYMMETRY_DEG: Final = 10.0
"""Sides that differ by no more than this are alike (Ellison 1990); it also takes two sessions."""
MONTH: Final = timedelta(days=28)
"""How far back "a month ago" is."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a result between two sessions."""

    first: Session
    """The earlier session."""

    second: Session
    """The later session."""

    value: float
    """Second minus first, in the result's unit."""

    unit: str
    """Its unit."""

    limit: Detectable
    """The smallest change that can be told."""

    @property
    def verdict(self) -> Verdict:
        """Whether it is a change, and in which direction."""
        if abs(self.value) <= self.limit.mdc:
            return "no_change"
        return "more" if self.value > 0 else "less"

    def words(self, label: str) -> str:
        """Return the change as a sentence that names the earlier session's day."""
        since = day_words(self.first.at)
        size = quantity(abs(self.value), self.unit)
        if self.verdict == "no_change":
            sign = "+" if self.value > 0 else "−"
            return f"{label}: no change since {since} that can be told ({sign}{size})."
        return f"{label}: {size} {self.verdict} than on {since}."


def change(first: Session, second: Session, name: str, side: str, history: Sequence[Session]) -> Change | None:
    """Return what became of a result between two sessions; None where one of them has no number for it.

    Parameters
    ----------
    first, second
        The earlier and the later session.
    name, side
        The result.
    history
        All sessions of the person and drill, for own repeats.
    """
    one, two = first.result(name, side), second.result(name, side)
    limit = detectable(first, second, name, side, history)
    if one is None or two is None or limit is None or one.value is None or two.value is None:
        return None
    return Change(first, second, two.value - one.value, one.unit, limit)


def with_result(history: Sequence[Session], name: str, side: str) -> list[Session]:
    """Return the sessions that have a number for a result, in order of time."""
    return [s for s in sorted(history, key=lambda s: (s.at, s.id)) if s.result(name, side) is not None]


def known_results(history: Sequence[Session]) -> list[Result]:
    """Return every result that any session has a number for, once for each side, in the drill's order."""
    found: dict[tuple[str, str], Result] = {}
    for session in history:
        for result in session.results:
            if result.measurement.value is not None:
                found.setdefault((result.name, result.side), result)
    return list(found.values())


def changes_of(history: Sequence[Session], name: str, side: str) -> list[Change]:
    """Return how the latest number compares with the first one, and with that of about a month before.

    Parameters
    ----------
    history
        Sessions of one person and drill.
    name, side
        The result.
    """
    known = with_result(history, name, side)
    if len(known) < 2:
        return []
    last = known[-1]
    month_ago = [s for s in known[:-1] if last.at - s.at >= MONTH]
    references = {s.id: s for s in (known[0], *month_ago[-1:])}
    found = [change(s, last, name, side, history) for s in references.values()]
    return [c for c in found if c is not None]


def side_sentences(history: Sequence[Session]) -> list[str]:
    """Return where left and right differ: beyond the difference's own error and 10 degrees, on the last two days.

    Parameters
    ----------
    history
        Sessions of one person and drill.
    """
    sentences = []
    for name, label in {r.name: r.label for r in known_results(history) if r.side in SIDES}.items():
        days = _differences(history, name)[-2:]
        if len(days) < 2 or not all(_asymmetric(found) for _, found in days):
            continue
        sizes = [found.value or 0.0 for _, found in days]
        if (sizes[0] > 0) == (sizes[1] > 0):
            more, less = ("right", "left") if sizes[1] > 0 else ("left", "right")
            low, high = sorted(abs(size) for size in sizes)
            sentences.append(
                f"{label}: more on the {more} than on the {less}, by {quantity(low, 'deg')} and "
                f"{quantity(high, 'deg')} on the last two days on which both were measured."
            )
    return sentences


def _differences(history: Sequence[Session], name: str) -> list[tuple[date, Measurement]]:
    """Return right minus left of every day that has both, each side's last number of the day, in order of time."""
    days: dict[date, dict[str, Measurement]] = {}
    for side in SIDES:
        for session in with_result(history, name, side):
            found = session.result(name, side)
            if found is not None:
                days.setdefault(session.at.date(), {})[side] = found
    both = [(day, difference(sides.get("left"), sides.get("right"))) for day, sides in sorted(days.items())]
    return [(day, found) for day, found in both if found is not None]


def _asymmetric(found: Measurement) -> bool:
    return found.unit == "deg" and abs(found.value or 0.0) > ASYMMETRY_DEG and certain(found)


def past_of(report: RepReport, history: Sequence[Session], profile: str, at: datetime) -> Past:
    """Return what earlier sessions say to a new report, for its page.

    Parameters
    ----------
    report
        The new session's report.
    history
        Sessions of the same person and drill; the same clip among them is left out.
    profile
        The person's name.
    at
        When the new session was, with its offset from UTC.
    """
    now = _as_session(report, profile, at)
    earlier = [s for s in history if s.clip != now.clip and s.at <= at]
    results = []
    for result in now.results:
        known = with_result(earlier, result.name, result.side)
        values = [(s.at, s.result(result.name, result.side)) for s in known]
        compared = changes_of([*earlier, now], result.name, result.side) if result.measurement.value is not None else []
        label = result.label if result.side == "both" else f"{result.label}, {result.side}"
        results.append(
            PastResult(
                name=result.name,
                side=result.side,
                values=tuple(PastValue(t, m.value, m.sigma or 0.0) for t, m in values if m and m.value is not None),
                change=" ".join(c.words(label) for c in compared),
                detectable=compared[-1].limit.words() if compared else "",
            )
        )
    return Past(profile, at, tuple(r for r in results if r.values), tuple(side_sentences([*earlier, now])))


def _as_session(report: RepReport, profile: str, at: datetime) -> Session:
    return Session(
        id=0,
        profile=profile,
        at=at,
        mode="analyze",
        exercise=report.exercise,
        exercise_name=report.exercise_name,
        side=report.side,
        view=report.view.found,
        elevation_deg=report.view.elevation_deg,
        size=(report.source.width, report.source.height),
        counted=report.summary.counted,
        attempts=report.summary.attempts,
        clip=clip_of(report),
        folder=None,
        results=results_of(report),
    )
