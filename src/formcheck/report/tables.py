"""The tables that other programs read: angles.csv and reps.csv."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from formcheck.core.measurement import Channels
from formcheck.core.pose import FloatArray
from formcheck.core.results import Rep
from formcheck.report.model import RepReport
from formcheck.video.files import atomic_path

_BLOCK: Final = 2000  # rows formatted at once: bounds memory on long clips


def write_angles_csv(time_s: FloatArray, channels: Channels, path: Path) -> None:
    """Write every channel over time: `time_s`, then `<name>`, `<name>_sigma`, `<name>_reason` for each.

    A cell is empty where there is no number; the reason beside it says why.

    Parameters
    ----------
    time_s
        Frame times, shape (T,), seconds.
    channels
        Channels over the same frames.
    path
        The file to write.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.write(",".join(["time_s", *(f"{name}{part}" for name in channels for part in _PARTS)]) + "\n")
        for block in _blocks(time_s, channels):
            file.write(block)


_PARTS: Final = ("", "_sigma", "_reason")


def _blocks(time_s: FloatArray, channels: Channels) -> Iterator[str]:
    row = ",".join(["%.4f"] + ["%.3f,%.3f,%s"] * len(channels)) + "\n"
    for start in range(0, len(time_s), _BLOCK):
        rows = slice(start, start + _BLOCK)
        columns = [time_s[rows].tolist()]
        for c in channels.values():
            columns += [c.value[rows].tolist(), c.sigma[rows].tolist(), c.reason[rows].tolist()]
        text = "".join([row % values for values in zip(*columns, strict=True)])
        yield text.replace(",nan", ",").replace("-0.000,", "0.000,")  # no reason code begins with "nan"


def write_reps_csv(report: RepReport, path: Path) -> None:
    """Write one row a repetition or attempt, with its measures and faults (`code:severity;…`).

    Parameters
    ----------
    report
        The report.
    path
        The file to write.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    names = [measure.name for measure in report.measures]
    head = ["index", "side", "start_s", "end_s", "peak_s", "counted", "reason"]
    head += [f"{name}{part}" for name in names for part in ("", "_sigma")]
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*head, "faults"])
        writer.writerows(_rep_row(rep, names) for rep in report.reps)


def _rep_row(rep: Rep, names: list[str]) -> list[str]:
    row = [str(rep.index), rep.side, *(f"{t:.3f}" for t in (rep.start_s, rep.end_s, rep.peak_s))]
    row += ["yes" if rep.counted else "no", rep.reason or ""]
    for name in names:
        found = rep.measures[name]
        row += [_cell(found.value), _cell(found.sigma)]
    return [*row, ";".join(f"{fault.code}:{fault.severity}" for fault in rep.faults)]


def _cell(value: float | None) -> str:
    return "" if value is None or not np.isfinite(value) else f"{value:.3f}"
