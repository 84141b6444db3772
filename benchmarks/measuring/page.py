"""Writes what was measured into docs/accuracy.md, between two marks; the rest of the page is written by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from measuring import tables
from measuring.findings import Findings
from measuring.plots import draw_all
from measuring.results import LYING_CHANNELS, UPRIGHT_CHANNELS, Results

BEGIN, END = "<!-- accuracy.py writes from here -->", "<!-- accuracy.py writes to here -->"
CAPTIONS = {
    "rotation.png": "Measured against true change of hip rotation, one dot a frame. On the grey line nothing is wrong; "
    "dots on the frame lie outside it.",
    "elevation.png": "Mean error of every clip against the camera's elevation, and the mean of each band.",
    "sigma.png": "Share of the errors within multiples of the stated sigma. The box is 90-97 % at two sigma; above the "
    "dashed line sigma is too wide, below it too narrow.",
    "pelvis.png": "What is said of the pelvis in every repetition: above the dashed line a lift is claimed; "
    "repetitions in the grey are not asked about; crosses got no answer.",
}


def write_page(docs: Path, found: Findings) -> Path:
    """Write plots and tables; return the page.

    Parameters
    ----------
    docs
        Folder of the page `accuracy.md`, made when it is not there; plots go to `accuracy/` in it.
    found
        What was measured.
    """
    page = docs / "accuracy.md"
    text = page.read_text(encoding="utf-8") if page.is_file() else f"# How accurate it is\n\n{BEGIN}\n{END}\n"
    if BEGIN not in text or END not in text:
        raise SystemExit(f"{page} lacks the lines {BEGIN} and {END}, between which the tables go.")
    plots = draw_all(docs / "accuracy", found.results, found.judged)
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(
        f"{head}{BEGIN}\n\n{_section(found, plots)}\n{END}{tail}",
        encoding="utf-8",
    )
    return page


def _section(found: Findings, plots: list[str]) -> str:
    results = found.results
    people = {c.person for c in results.cases}
    lying = [c for c in results.cases if c.seen.lying]
    repetitions = sum(len(c.reps) for c in lying)
    frames = sum(len(c.seen.track) for c in results.cases)
    tracking = float(np.median([c.tracking_ms for c in results.cases]))
    costs = "; ".join(f"{name} {ms:.1f}" for name, ms in results.cost_ms.items())
    parts = [
        f"{len(results.cases)} clips of {len(people)} people, {frames} frames, {len(lying)} clips lying with "
        f"{repetitions} repetitions. Pose model `{found.model}`.",
        "### What is asked, and what is reached",
        tables.markdown(tables.BAR_HEADINGS, tables.bar_rows(found.bars)),
        "### Hip rotation of lying people",
        *(_picture(name) for name in ("rotation.png", "elevation.png") if name in plots),
        *_rotation(results),
        "### In holds",
        tables.markdown(tables.HOLD_HEADINGS, tables.hold_rows(results)),
        "### Is sigma honest?",
        *(_picture(name) for name in ("sigma.png",) if name in plots),
        _by_person(results, found.judged),
        "### The pelvis",
        "Repetitions in which the pelvis rolls by 10° or more against those with less than 3°, with 95 % intervals of "
        "the shares; `lifted` and `flat` are repetitions that got an answer, of all. Here shares are of the answered "
        "ones; in the bars, at 45° and more, a lift without an answer counts as missed.",
        *(_picture(name) for name in ("pelvis.png",) if name in plots),
        tables.markdown(tables.LIFT_HEADINGS, tables.lift_rows(results)),
        "### Every channel",
        "Lying:",
        _channels(results, LYING_CHANNELS, True),
        "Standing:",
        _channels(results, UPRIGHT_CHANNELS, False),
    ]
    if found.mocap:
        parts += [
            "### A filmed squat against motion capture",
            "One woman, 45° in front, five squats; change from the still stretch (OpenCap demonstration data).",
            tables.markdown(*tables.cells(tables.outside_rows(found.mocap), "channel", tables.SHORT)),
        ]
    if found.other:
        parts += [
            "### Another body, another renderer",
            "Clips that nothing was trained on or tuned with, drawn by a different program from a different body.",
            tables.markdown(*tables.cells(tables.outside_rows(found.other), "clip, channel", tables.SHORT)),
        ]
    parts += [
        "### Time",
        f"Processor time a frame, milliseconds on one core: {costs}; refiner and the trunk's surface "
        f"{found.refiner_ms:.1f}; video decoding, pose model and these together {tracking:.0f}.",
    ]
    return "\n\n".join(parts) + "\n"


def _picture(name: str) -> str:
    return f"![{CAPTIONS[name]}](accuracy/{name})\n\n*{CAPTIONS[name]}*"


def _rotation(results: Results) -> list[str]:
    shown = tables.rotation_tables(results, results.methods)
    return [tables.markdown(*tables.cells(rows, kind)) for kind, rows in shown.items() if kind != "person"]


def _by_person(results: Results, judged: str) -> str:
    """Return the figures of the product's method for every person."""
    rows = tables.group_rows(results, "hip_ir", "person", [judged])
    return f"Hip rotation by person, {judged}:\n\n" + tables.markdown(*tables.cells(rows, "person"))


def _channels(results: Results, channels: tuple[str, ...], lying: bool) -> str:
    return tables.markdown(*tables.cells(tables.channel_rows(results, channels, results.methods, lying), "channel"))
