"""report.png: one picture of a session to share, the verdict beside the moment that shows it."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from formcheck.exercises.schema import Exercise
from formcheck.report.headline import headline
from formcheck.report.model import RepReport
from formcheck.report.paint import COLOURS, figure, save
from formcheck.report.past import Past
from formcheck.report.scales import result_scales
from formcheck.report.stills import Still
from formcheck.report.wording import day_words
from formcheck.session import Judgement

SIZE_IN: Final = (10.0, 5.25)
"""Width and height; 1200 by 630 pixels, what messengers and networks show whole."""
_MOST: Final = 4  # scale rows that fit
_STILL_AT: Final = np.array((0.635, 0.09, 0.335, 0.83))  # left, bottom, width, height of the card
_WIDE, _NARROW = 84, 60  # characters a line without and with a picture


def write_card(
    judgement: Judgement, report: RepReport, stills: tuple[Still, ...], folder: Path, past: Past | None, path: Path
) -> None:
    """Write the picture.

    Parameters
    ----------
    judgement
        What was found.
    report
        The same as a report.
    stills
        The evidence pictures that there are.
    folder
        Where they are.
    past
        The person's history; None where it is not known.
    path
        The file.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    fig = figure(*SIZE_IN)
    shown = _best(stills)
    right = 0.60 if shown else 0.96
    _text(fig, judgement, report, past, _NARROW if shown else _WIDE)
    rows = _rows(report, judgement.exercise, past)
    for i, row in enumerate(rows):
        _scale(fig, row, bottom=0.33 - i * 0.082, right=right)
    if shown:
        _still(fig, folder / shown.name)
    footer = "formcheck · measured from one camera · ± one standard deviation · no diagnosis"
    fig.text(0.04, 0.035, footer, size=8, color=COLOURS["quiet"])
    save(fig, path)


def _best(stills: tuple[Still, ...]) -> Still | None:
    """Return the moment that shows most: the worst fault, else a repetition at its largest, else what there is."""
    for kind in ("fault", "peak", "neutral", "seen"):
        for still in stills:
            if still.kind == kind:
                return still
    return None


def _text(fig: Any, judgement: Judgement, report: RepReport, past: Past | None, width: int) -> None:
    about = f"{past.profile} · {day_words(past.at)}" if past else report.source.name
    fig.text(0.04, 0.945, about, size=9.5, color=COLOURS["quiet"], va="top")
    name = textwrap.wrap(report.exercise_name, width // 2)
    fig.text(0.04, 0.895, "\n".join(name), size=19, weight="bold", color=COLOURS["ink"], va="top", linespacing=1.1)
    top = 0.895 - 0.085 * len(name)
    tone = COLOURS["ok" if report.summary.counted else "warn"]
    counted, attempts = report.summary.counted, report.summary.attempts
    fig.text(0.04, top, str(counted), size=38, weight="bold", color=tone, va="top")
    label = "counted" + (f"\n{attempts} not" if attempts else "")
    fig.text(0.04 + 0.036 * len(str(counted)), top - 0.035, label, size=11, color=COLOURS["quiet"], va="top")
    first, second = (textwrap.wrap(text, width) for text in headline(judgement, report))
    body = [*first[:3], *second[: 5 - len(first[:3])]]
    if len(body) < len(first) + len(second):
        body[-1] = body[-1].rstrip(" .") + " …"
    fig.text(0.04, top - 0.165, "\n".join(body), size=11.5, color=COLOURS["ink"], va="top", linespacing=1.4)


def _rows(report: RepReport, drill: Exercise, past: Past | None) -> list[dict[str, Any]]:
    if not report.summary.counted:
        return []
    found = []
    for result in result_scales(report, drill, past):
        for row in result["rows"]:
            if row["band"] and result["ticks"]:
                label = f"{result['label']}, {row['side']}" if row["side"] else result["label"]
                found.append({**row, "label": label, "ticks": result["ticks"]})
    return found[:_MOST]


def _scale(fig: Any, row: dict[str, Any], bottom: float, right: float) -> None:
    """Draw one result: name and number, below it the scale from its first tick to its last."""
    from matplotlib.lines import Line2D

    left, tone = 0.04, COLOURS["right" if row["side"] == "right" else "left"]
    fig.text(left, bottom + 0.022, row["label"], size=9, color=COLOURS["ink"])
    fig.text(right, bottom + 0.022, row["number"], size=10.5, weight="bold", color=COLOURS["ink"], ha="right")

    def draw(percents: list[float], **style: Any) -> None:  # without axes, which take longer than all the rest
        at = [left + (right - left) * percent / 100 for percent in percents]
        fig.add_artist(Line2D(at, [bottom] * len(at), **style))

    draw([0, 100], color=COLOURS["line"], linewidth=5, solid_capstyle="butt")
    low, high = row["band"]
    draw([max(low, 0), min(high, 100)], color=tone, alpha=0.4, linewidth=7, solid_capstyle="butt")
    for earlier in row["past"]:
        draw([earlier["at"]], marker="o", markersize=5, color=COLOURS["page"], markeredgecolor=COLOURS["quiet"])
    draw([row["point"]], marker="|", markersize=9, markeredgewidth=3.2, color=tone)


def _still(fig: Any, path: Path) -> None:
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert picture is not None, "just written"
    height, width = picture.shape[:2]
    pixels = fig.get_size_inches() * fig.dpi
    low, room = _STILL_AT[:2] * pixels, _STILL_AT[2:] * pixels
    scale = min(1.0, float(min(room / (width, height))))  # by area, in the pixels of the card: quick, and sharp
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    left, bottom = low + (room - size) / 2
    fig.figimage(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), round(left), round(bottom))
