"""What the history knows of a session: plain records, and how a report becomes one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from formcheck.core.measurement import Measurement
from formcheck.core.words import split_side
from formcheck.report.model import RepReport

Mode = Literal["analyze", "live"]


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a drill in one session, of one side."""

    name: str
    """The drill's measure, without its side."""

    side: str
    """left, right or both."""

    label: str
    """What a person reads, without the side."""

    measurement: Measurement
    """Median over the counted repetitions with its uncertainty, or the reason why there is none."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session, without its whole report."""

    id: int
    """Its number in this store."""

    profile: str
    """Who trained."""

    at: datetime
    """When, with its offset from UTC."""

    mode: Mode
    """analyze or live."""

    exercise: str
    """Drill id."""

    exercise_name: str
    """Drill name."""

    side: str
    """Side that was judged: left, right or both."""

    view: str
    """Where the camera stood."""

    elevation_deg: float | None
    """How far it looked down, degrees."""

    size: tuple[int, int]
    """Width and height of its pictures, pixels."""

    counted: int
    """Repetitions that count."""

    attempts: int
    """Movements that did not."""

    clip: str
    """What was filmed, as a hash: the same clip judged again is the same session."""

    folder: Path | None
    """Where its report was written; None where none was."""

    results: tuple[Result, ...]
    """The drill's results, each side's."""

    def result(self, name: str, side: str) -> Measurement | None:
        """Return a result of one side; None where the session has no such number."""
        for result in self.results:
            if (result.name, result.side) == (name, side) and result.measurement.value is not None:
                return result.measurement
        return None


def results_of(report: RepReport) -> tuple[Result, ...]:
    """Return the drill's results of a report, in the drill's order.

    Drills of both legs at once name the side in the measure (`ir_left`); here the side is taken off its name and label,
    so that every drill's left and right are found alike.
    """
    found = []
    for measure in report.measures:
        if not measure.result:
            continue
        base, own = split_side(measure.name)
        for side in ("both", "left", "right"):
            key = measure.name if side == "both" else f"{measure.name}_{side}"
            number = report.summary.measures.get(key)
            if number is not None:
                label = measure.label.removesuffix(f", {own}") if own else measure.label
                found.append(Result(base, own or side, label, number))
    return tuple(found)


def clip_of(report: RepReport) -> str:
    """Return what was filmed as a hash: equal for the same clip, drill and side, whatever found the poses."""
    source = report.source
    parts = (report.exercise, report.side, source.name, source.width, source.height, source.frames, source.duration_s)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
