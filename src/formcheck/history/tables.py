"""The history as tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from formcheck.core.words import measurement_words, quantity
from formcheck.history.progress import Change, change
from formcheck.history.records import Session

_FEW = 2  # results shown in the list; `history show` has all


def session_table(sessions: Sequence[Session]) -> Table:
    """Return sessions as a table, one row each, in 80 columns."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("When", no_wrap=True)
    table.add_column("Who", max_width=12)
    table.add_column("Drill", max_width=24)
    table.add_column("Counted", justify="right")
    table.add_column("Results")
    for session in sessions:
        counted = str(session.counted) + (f" (+{session.attempts})" if session.attempts else "")
        cells = [str(session.id), f"{session.at:%Y-%m-%d %H:%M}", session.profile, session.exercise, counted]
        table.add_row(*(Text(cell) for cell in cells), Text(_results(session)))
    return table


def _results(session: Session) -> str:
    known = [r for r in session.results if r.measurement.value is not None]
    few = {r.name for r in known}
    names = list(dict.fromkeys(r.name for r in known))[:_FEW]
    lines = [
        f"{r.label}{'' if r.side == 'both' else ', ' + r.side}: {measurement_words(r.measurement)}"
        for r in known
        if r.name in names
    ]
    more = len(few) - len(names)
    return "\n".join([*lines, *([f"and {more} more"] if more else [])]) or "–"


def comparison_table(first: Session, second: Session, history: Sequence[Session]) -> Table:
    """Return two sessions of a drill side by side, with what can be told of each change.

    Parameters
    ----------
    first, second
        The sessions.
    history
        All sessions of the person and drill, for own repeats.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Result")
    for session in (first, second):
        table.add_column(f"#{session.id}, {session.at:%Y-%m-%d}", justify="right")
    table.add_column("Change", justify="right")
    table.add_column("Needed", justify="right")
    table.add_column("Verdict")
    for result in first.results:
        other = next((r for r in second.results if (r.name, r.side) == (result.name, result.side)), None)
        if other is None:
            continue
        label = result.label if result.side == "both" else f"{result.label}, {result.side}"
        numbers = [measurement_words(result.measurement), measurement_words(other.measurement)]
        found = change(first, second, result.name, result.side, history)
        table.add_row(*map(Text, [label, *numbers, *_verdict(found)]))
    return table


def _verdict(found: Change | None) -> tuple[str, str, str]:
    if found is None:
        return "–", "–", "not known"
    sign = "+" if found.value >= 0 else ""
    words = {"more": "more", "less": "less", "no_change": "no change that can be told"}[found.verdict]
    return sign + quantity(found.value, found.unit), quantity(found.limit.mdc, found.unit), words
