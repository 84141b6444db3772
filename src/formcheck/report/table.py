"""The repetitions as a table for the terminal."""

from __future__ import annotations

from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from formcheck.core.results import Rep
from formcheck.core.words import measurement_words
from formcheck.report.model import MeasureInfo, RepReport
from formcheck.report.wording import clock, verdict

_COLOURS: Final = {"fail": "red", "warn": "yellow", "advice": "cyan"}  # worst first


def rep_table(report: RepReport) -> Table:
    """Return repetitions and attempts with verdict, main measures and faults; fits in 80 columns.

    Parameters
    ----------
    report
        The report.
    """
    shown = _main_measures(report.measures)
    labels = {fault.code: fault.label for fault in report.faults}
    title = Text(f"{report.exercise_name} · {report.source.name}")
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    if not report.reps:
        table.show_header = False
        table.add_column()
        table.add_row(Text("Neither a repetition nor an attempt."))
        return table
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Side", no_wrap=True)
    table.add_column("Time", justify="right", no_wrap=True)
    table.add_column("Verdict", min_width=10, max_width=26)
    for measure in shown:
        table.add_column(Text(measure.label), justify="right", min_width=11, max_width=18)
    table.add_column("Seen", min_width=12, max_width=26)
    for rep in report.reps:
        cells = [str(rep.index), rep.side, clock(rep.start_s), verdict(rep)]
        cells += [measurement_words(rep.measures[measure.name]) for measure in shown]
        table.add_row(*(Text(cell) for cell in cells), _faults(rep, labels))
    return table


def _main_measures(measures: tuple[MeasureInfo, ...]) -> tuple[MeasureInfo, ...]:
    """Return two or three measures: the drill's results first, then what explains them."""
    results = sum(measure.result for measure in measures)
    return tuple(sorted(measures, key=lambda m: not m.result))[: min(3, max(2, results))]


def _faults(rep: Rep, labels: dict[str, str]) -> Text:
    """Return the faults of a rep, each once with its worst severity."""
    rank = list(_COLOURS)
    worst = {f.code: f.severity for f in sorted(rep.faults, key=lambda f: -rank.index(f.severity))}
    parts = [Text(f"{labels[code]} ({severity})", style=_COLOURS[severity]) for code, severity in worst.items()]
    return Text("\n").join(parts)
