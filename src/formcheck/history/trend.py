"""A drill over the weeks: trend.html and trend.png; a change is named only where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from formcheck.core.words import measurement_words, quantity
from formcheck.history.picture import trend_picture
from formcheck.history.progress import Change, changes_of, known_results, side_sentences, with_result
from formcheck.history.records import Session
from formcheck.report.document import PLOTLY, document, plotly_source, section
from formcheck.report.wording import day_words, lower_first
from formcheck.video.files import atomic_path

PAGE: Final = "trend.html"
PICTURE: Final = "trend.png"
ROOM: Final = 0.05
"""Of the charts' time, before the first session and after the last."""
LEAST_ROOM: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Line:
    """One result of one side over time."""

    side: str
    """left, right or both."""

    sessions: tuple[Session, ...]
    """Those with a number, in order of time."""

    values: tuple[float, ...]
    """The numbers, in the result's unit."""

    sigmas: tuple[float, ...]
    """Their standard errors."""

    changes: tuple[Change, ...]
    """The latest number against the first and against that of a month before."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One result of a drill over time, each side a line."""

    name: str
    """The drill's measure."""

    label: str
    """What a person reads."""

    unit: str
    """Its unit."""

    lines: tuple[Line, ...]
    """One a side that has numbers."""

    def sentences(self) -> list[str]:
        """Return what can be said of the changes, and how large one must be."""
        found = []
        for line in self.lines:
            label = self.label if line.side == "both" else f"{self.label}, {line.side}"
            found += [c.words(label) for c in line.changes]
            if len(line.sessions) == 1:
                found.append(f"{label}: one session so far; a second one shows whether it changes.")
        limits = {line.side: line.changes[0].limit.words() for line in self.lines if line.changes}
        alike = len(set(limits.values())) == 1
        for side, words in list(limits.items())[: 1 if alike else None]:
            found.append(words if alike else f"{side.capitalize()}: {lower_first(words)}")
        return found


@dataclass(frozen=True, slots=True)
class Trend:
    """A person's sessions of one drill."""

    profile: str
    """Whose they are."""

    exercise: str
    """Drill id."""

    exercise_name: str
    """Drill name."""

    sessions: tuple[Session, ...]
    """In order of time."""

    charts: tuple[Chart, ...]
    """One a result, the drill's order."""

    sides: tuple[str, ...]
    """Differences between left and right that two days show, as sentences."""

    @property
    def span(self) -> tuple[datetime, datetime]:
        """What the charts show: all sessions with some room, and no less than a few days, whatever there is."""
        first, last = self.sessions[0].at, self.sessions[-1].at
        room = max(ROOM * (last - first), LEAST_ROOM)
        return first - room, last + room

    def sentences(self) -> list[str]:
        """Return everything that can be said, result by result."""
        return [*(s for chart in self.charts for s in chart.sentences()), *self.sides]


@dataclass(frozen=True, slots=True)
class TrendFiles:
    """What was written."""

    page: Path
    """trend.html."""

    picture: Path
    """trend.png."""


def trend_of(history: Sequence[Session]) -> Trend:
    """Return what one person's sessions of one drill show.

    Parameters
    ----------
    history
        At least one session; all of one person and drill.
    """
    first = history[0]
    charts: dict[str, Chart] = {}
    for result in known_results(history):
        known = with_result(history, result.name, result.side)
        numbers = [s.result(result.name, result.side) for s in known]
        line = Line(
            result.side,
            tuple(known),
            tuple(m.value or 0.0 for m in numbers if m),
            tuple(m.sigma or 0.0 for m in numbers if m),
            tuple(changes_of(history, result.name, result.side)),
        )
        earlier = charts[result.name].lines if result.name in charts else ()
        charts[result.name] = Chart(result.name, result.label, result.measurement.unit, (*earlier, line))
    return Trend(
        first.profile,
        first.exercise,
        first.exercise_name,
        tuple(sorted(history, key=lambda s: (s.at, s.id))),
        tuple(charts.values()),
        tuple(side_sentences(history)),
    )


def write_trend(trend: Trend, folder: Path) -> TrendFiles:
    """Write trend.html with the plot library beside it, and trend.png.

    Raises
    ------
    OutputError
        They cannot be written.
    """
    files = TrendFiles(folder / PAGE, folder / PICTURE)
    _write(folder / PLOTLY, plotly_source())
    trend_picture(trend, files.picture)
    _write(files.page, trend_page(trend).encode())
    return files


def _write(path: Path, data: bytes) -> None:
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def trend_page(trend: Trend) -> str:
    """Return the page."""
    charts = [_chart(chart) for chart in trend.charts]
    days = [day_words(s.at) for s in (trend.sessions[0], trend.sessions[-1])]
    span = days[0] if days[0] == days[1] else f"{days[0]} to {days[1]}"
    count = len(trend.sessions)
    return document(
        title=f"{trend.exercise_name} – progress of {trend.profile}",
        kicker="formcheck progress",
        heading=trend.exercise_name,
        sub=f"{trend.profile} · {count} session{'s' if count > 1 else ''} · {span}",
        sections=[section("trend", charts=charts, sides=trend.sides), section("sessions", rows=_rows(trend))],
        footer=section("trend_facts"),
        data={"charts": charts, "span": [at.isoformat() for at in trend.span]},
        script="trend.js",
    )


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "label": chart.label,
        "unit": chart.unit,
        "sentences": chart.sentences(),
        "alt": _alt(chart),
        "lines": [
            {
                "side": "" if line.side == "both" else line.side,
                "at": [s.at.isoformat() for s in line.sessions],
                "value": [round(v, 3) for v in line.values],
                "sigma": [round(v, 3) for v in line.sigmas],
                "session": [s.id for s in line.sessions],
                "mdc": round(line.changes[0].limit.mdc, 3) if line.changes else None,
                "first": round(line.values[0], 3),
            }
            for line in chart.lines
        ],
    }


def _alt(chart: Chart) -> str:
    parts = []
    for line in chart.lines:
        ends = [quantity(v, chart.unit) for v in (line.values[0], line.values[-1])]
        side = "" if line.side == "both" else f"{line.side}: "
        parts.append(f"{side}{ends[0]} at first, {ends[1]} at last")
    return f"{chart.label} over time; {'; '.join(parts)}. The table below has every number."


def _rows(trend: Trend) -> dict[str, Any]:
    columns = [(c.name, line.side, c.label) for c in trend.charts for line in c.lines]
    rows = []
    for session in reversed(trend.sessions):
        numbers = [session.result(name, side) for name, side, _ in columns]
        rows.append(
            {
                "id": session.id,
                "at": f"{session.at:%Y-%m-%d %H:%M}",
                "counted": session.counted,
                "attempts": session.attempts,
                "numbers": [measurement_words(m) if m else "–" for m in numbers],
            }
        )
    return {"columns": [label if side == "both" else f"{label}, {side}" for _, side, label in columns], "rows": rows}
