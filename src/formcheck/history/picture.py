"""trend.png: a drill's main results over time, to share or to print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from formcheck.report.paint import COLOURS, figure, save, unit_sign
from formcheck.report.wording import day_words

if TYPE_CHECKING:
    from datetime import datetime

    from formcheck.history.trend import Chart, Line, Trend

_MOST: Final = 4  # results in the picture; the page has all


def trend_picture(trend: Trend, path: Path) -> None:
    """Write the picture: one panel a result, points with their uncertainty, lines between which none can be told.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    charts = trend.charts[:_MOST]
    rows = max(1, (len(charts) + 1) // 2)
    columns = min(2, max(1, len(charts)))
    fig = figure(11, 1.5 + 3.3 * rows)
    top = 1 - 0.95 / (1.5 + 3.3 * rows)
    fig.text(0.045, 1 - 0.42 / (1.5 + 3.3 * rows), trend.exercise_name, size=19, weight="bold", va="center")
    count = len(trend.sessions)
    days = dict.fromkeys(day_words(s.at) for s in (trend.sessions[0], trend.sessions[-1]))
    about = f"{trend.profile} · {count} session{'s' if count > 1 else ''} · {' to '.join(days)}"
    fig.text(0.045, 1 - 0.77 / (1.5 + 3.3 * rows), about, size=11, color=COLOURS["quiet"], va="center")
    grid = fig.add_gridspec(
        rows, columns, left=0.06, right=0.975, top=top - 0.04, bottom=0.75 / (1.5 + 3.3 * rows), hspace=0.5, wspace=0.16
    )
    for i, chart in enumerate(charts):
        _panel(fig.add_subplot(grid[i // columns, i % columns]), chart, trend.span)
    note = "Band: ± one standard deviation. Between the dashed lines no change from the first session can be told."
    fig.text(0.045, 0.22 / (1.5 + 3.3 * rows), f"{note} formcheck, no diagnosis.", size=8.5, color=COLOURS["quiet"])
    save(fig, path)


def _panel(axes: Any, chart: Chart, span: tuple[datetime, datetime]) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    for line in chart.lines:
        _line(axes, line)
    axes.set_title(chart.label, loc="left", size=12, weight="bold")
    axes.grid(axis="y", color=COLOURS["line"], linewidth=0.8)
    axes.set_axisbelow(True)
    for edge in ("top", "right", "left"):
        axes.spines[edge].set_visible(False)
    axes.tick_params(length=0, labelsize=9, colors=COLOURS["quiet"])
    axes.yaxis.set_major_formatter(lambda v, _: f"{v:g}".replace("-", "−") + unit_sign(chart.unit))
    locator = AutoDateLocator(minticks=2, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.margins(y=0.2)
    axes.set_xlim(*span)
    if len(chart.lines) > 1:
        axes.legend(frameon=False, fontsize=9, loc="upper left", ncols=2, borderpad=0)


def _line(axes: Any, line: Line) -> None:
    colour = COLOURS["right" if line.side == "right" else "left"]
    at = [s.at for s in line.sessions]
    if line.changes:
        mdc, first = line.changes[0].limit.mdc, line.values[0]
        for edge in (first - mdc, first + mdc):
            axes.axhline(edge, color=colour, linewidth=1, linestyle=(0, (4, 3)), alpha=0.7)
    low, high = ([v + sign * e for v, e in zip(line.values, line.sigmas, strict=True)] for sign in (-1, 1))
    if len(at) > 1:
        axes.fill_between(at, low, high, color=colour, alpha=0.16, linewidth=0)
    else:
        axes.errorbar(at, line.values, yerr=line.sigmas, color=colour, elinewidth=1.6)
    name = None if line.side == "both" else line.side
    axes.plot(at, line.values, color=colour, linewidth=1.6, marker="o", markersize=6, label=name)
