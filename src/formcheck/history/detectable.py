"""The smallest change that can be told from the measurement's own error: MDC95 = 1.96 · √2 · SEM (Weir 2005).

SEM, the standard error of measurement, comes from the person's own repeats where there are enough, otherwise from the
published benchmark, otherwise from what the sessions state of themselves.
"""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from formcheck.core.errors import ExerciseError
from formcheck.core.words import quantity
from formcheck.exercises.lookup import load_exercise
from formcheck.exercises.schema import Exercise
from formcheck.exercises.tables import Measure
from formcheck.history.records import Session

Source = Literal["own", "published", "stated"]

Z95: Final = 1.96
"""Standard normal quantile of a two-sided 95 %."""
ENOUGH: Final = 6
"""Degrees of freedom from which own repeats are believed: the true SEM is at most 1.9 times the found one (95 %)."""
SAME_PLACE_DEG: Final = 10.0
"""Cameras whose elevations differ by no more than this stand in the same place, degrees."""

_PREFIXES: Final = ("minus_", "own_", "other_", "either_", "both_")


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest difference of two sessions that is 95 % sure not to be the measurement's error."""

    mdc: float
    """In the result's unit."""

    source: Source
    """own: the person's repeats; published: the benchmark; stated: the sessions' own sigma."""

    repeats: int
    """Sessions that the own repeats are from; 0 otherwise."""

    unit: str
    """Unit of `mdc`."""

    def words(self) -> str:
        """Return size and source as a sentence.

        Examples
        --------
        >>> Detectable(8.8, "published", 0, "deg").words()
        'A change of less than 9° cannot be told from the measurement’s error (published benchmark, docs/accuracy.md).'
        """
        size = quantity(self.mdc, self.unit)
        return f"A change of less than {size} cannot be told from the measurement’s error ({self.source_words()})."

    def source_words(self) -> str:
        """Return from what it is known."""
        return {
            "own": f"from your own {self.repeats} repeats on the same day with the same camera",
            "published": "published benchmark, docs/accuracy.md",
            "stated": "from the sessions’ own uncertainty: neither repeats nor the benchmark say more",
        }[self.source]


def detectable(first: Session, second: Session, name: str, side: str, history: Sequence[Session]) -> Detectable | None:
    """Return the smallest change between two sessions that can be told.

    Own repeats count where both sessions were filmed from the same place. Otherwise each session's error is its
    benchmark's SEM, or its own sigma where that is larger: 1.96 · √(e₁² + e₂²), which is 1.96 · √2 · SEM for equals.

    Parameters
    ----------
    first, second
        Sessions of one drill.
    name, side
        The result.
    history
        All sessions of the same person and drill.

    Returns
    -------
    Detectable or None
        None where one of them has no such result.
    """
    one, two = first.result(name, side), second.result(name, side)
    if one is None or two is None:
        return None
    if same_place(first, second) and (own := own_sem(history, name, side, first)) is not None:
        return Detectable(Z95 * math.sqrt(2) * own[0], "own", own[1], one.unit)
    known = [published_sem(s, name, side) for s in (first, second)]
    errors = [max(sem or 0.0, m.sigma or 0.0) for sem, m in zip(known, (one, two), strict=True)]
    source: Source = "published" if all(sem is not None for sem in known) else "stated"
    return Detectable(Z95 * math.hypot(*errors), source, 0, one.unit)


def same_place(one: Session, other: Session) -> bool:
    """Return whether two sessions were filmed alike: view, picture size, and elevation within `SAME_PLACE_DEG`."""
    if (one.view, one.size) != (other.view, other.size):
        return False
    if one.elevation_deg is None or other.elevation_deg is None:
        return one.elevation_deg is other.elevation_deg
    return abs(one.elevation_deg - other.elevation_deg) <= SAME_PLACE_DEG


def own_sem(history: Sequence[Session], name: str, side: str, like: Session) -> tuple[float, int] | None:
    """Return SEM from repeats of the same day with the same camera, and from how many sessions; None: not enough.

    It is the pooled standard deviation within days: √(Σ (kᵢ − 1) sᵢ² / Σ (kᵢ − 1)) over days with kᵢ sessions.

    Parameters
    ----------
    history
        Sessions of one person and drill.
    name, side
        The result.
    like
        The session whose camera the repeats must have had.
    """
    days: dict[str, list[float]] = defaultdict(list)
    for session in history:
        found = session.result(name, side)
        if found is not None and found.value is not None and same_place(session, like):
            days[session.at.date().isoformat()].append(found.value)
    repeated = [values for values in days.values() if len(values) > 1]
    freedom = sum(len(values) - 1 for values in repeated)
    if freedom < ENOUGH:
        return None
    spread = sum((v - sum(values) / len(values)) ** 2 for values in repeated for v in values)
    return math.sqrt(spread / freedom), sum(map(len, repeated))


def published_sem(session: Session, name: str, side: str) -> float | None:
    """Return the benchmark's SEM for a result of a session; None where the benchmark did not measure it."""
    drill = _drill(session.exercise)
    if drill is None:
        return None
    measures = {m.name: m for m in drill.measures}
    measure = measures.get(name) or measures.get(f"{name}_{side}")
    return None if measure is None else _measure_sem(measure, measures, drill, session.elevation_deg)


@cache
def _drill(name: str) -> Exercise | None:
    try:
        return load_exercise(name)
    except ExerciseError:
        return None  # a drill of the person's own, whose file is not known here


def _measure_sem(
    measure: Measure, measures: dict[str, Measure], drill: Exercise, elevation_deg: float | None
) -> float | None:
    if measure.difference is not None:
        parts = [_measure_sem(measures[n], measures, drill, elevation_deg) for n in measure.difference]
        known = [part for part in parts if part is not None]
        return math.hypot(*known) if len(known) == len(parts) else None
    if measure.channel is None or measure.unit != "deg" or measure.of == "rate":
        return None
    channel = measure.channel.removesuffix("_left").removesuffix("_right")
    for prefix in _PREFIXES:
        channel = channel.removeprefix(prefix)
    lying = drill.position in ("supine", "prone", "side_lying")
    for row in _benchmark():
        if row["name"] == channel and row["lying"] == lying:
            seen = elevation_deg is not None and row["from_deg"] <= elevation_deg < row["to_deg"]
            if seen or row["from_deg"] == 0:
                return float(row["sem"])
    return None


@cache
def _benchmark() -> list[dict[str, Any]]:
    data = tomllib.loads(files("formcheck.history").joinpath("benchmark.toml").read_text(encoding="utf-8"))
    return list(data["channel"])
