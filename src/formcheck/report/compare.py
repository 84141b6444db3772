"""Differences: one is called so only beyond its own error."""

from __future__ import annotations

import math
from typing import Final

from formcheck.core.measurement import Measurement
from formcheck.core.results import Rep
from formcheck.core.words import measurement_words
from formcheck.exercises.schema import Exercise

BEYOND: Final = 1.96
"""A difference of more sigmas than this is 95 % sure not to be the measurement's error."""


def trend_sentences(exercise: Exercise, counted: list[Rep]) -> list[str]:
    """Return how results changed from the first counted repetition of a side to its last, where the drill asks for it.

    Parameters
    ----------
    exercise
        The drill.
    counted
        The counted repetitions, in order of time.
    """
    sentences = []
    for measure in exercise.measures:
        for side in ("both", "left", "right"):
            known = [r.measures[measure.name] for r in counted if r.side == side]
            known = [m for m in known if m.value is not None]
            found = difference(known[0], known[-1]) if measure.trend and len(known) > 1 else None
            if found is None:
                continue
            what = measure.label if side == "both" else f"{measure.label}, {side}"
            if certain(found):
                more = "more" if (found.value or 0.0) > 0 else "less"
                sentences.append(f"{what}: {_size(found)} {more} in the last repetition than in the first.")
            else:
                sentences.append(
                    f"{what}: no change from the first repetition to the last beyond the measurement's own error "
                    f"({_size(found)})."
                )
    return sentences


def difference(first: Measurement | None, second: Measurement | None) -> Measurement | None:
    """Return the second minus the first with its sigma; None where one is not known.

    Examples
    --------
    >>> difference(Measurement(30.0, 3.0), Measurement(22.0, 4.0))
    Measurement(value=-8.0, sigma=5.0, unit='deg', reason=None)
    """
    if first is None or second is None or first.value is None or second.value is None:
        return None
    return Measurement(second.value - first.value, math.hypot(first.sigma or 0.0, second.sigma or 0.0), second.unit)


def certain(found: Measurement) -> bool:
    """Return whether a difference is beyond its own error.

    Examples
    --------
    >>> certain(Measurement(-8.0, 5.0)), certain(Measurement(-10.0, 5.0))
    (False, True)
    """
    return abs(found.value or 0.0) > BEYOND * (found.sigma or 0.0)


def _size(found: Measurement) -> str:
    return measurement_words(Measurement(abs(found.value or 0.0), found.sigma, found.unit))
