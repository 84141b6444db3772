"""Differences: one is called so only beyond its own error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from formcheck.core.landmarks import SIDES
from formcheck.core.measurement import Measurement
from formcheck.core.results import Rep
from formcheck.core.words import measurement_words, split_side
from formcheck.exercises.schema import Exercise
from formcheck.report.wording import lower_first, without_side

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


def side_sentences(exercise: Exercise, measures: Mapping[str, Measurement]) -> list[str]:
    """Return a sentence for each result that left and right both have: what differs, and whether beyond its own error.

    Parameters
    ----------
    exercise
        The drill. Measures named `x_left` and `x_right` are compared too, results or not.
    measures
        As in `Summary.measures`.
    """
    sentences = []
    names = {measure.name for measure in exercise.measures}
    for measure in exercise.measures:
        base, own = split_side(measure.name)
        if own == "right" or not (own or measure.result) or f"{measure.name}_left" in names:
            continue
        left, right = (measures.get(f"{base if own else measure.name}_{side}") for side in SIDES)
        if left is not None and right is not None:
            sentence = difference_sentence(without_side(measure.label), left, right)
            sentences += [sentence] if sentence else []
    return sentences


def difference_sentence(label: str, left: Measurement, right: Measurement) -> str | None:
    """Return what to say of a left and a right result; None where one of them is not known.

    Examples
    --------
    >>> difference_sentence("Leg raise", Measurement(80.0, 2.0), Measurement(70.0, 2.0))
    'Leg raise: left 10° ± 3° more than right.'
    >>> difference_sentence("Leg raise", Measurement(80.0, 4.0), Measurement(76.0, 4.0))
    'Leg raise: no difference between left and right that can be told from the uncertainty (4° ± 6°).'
    """
    if left.value is None or right.value is None or left.sigma is None or right.sigma is None:
        return None
    if left.unit == "class":
        sides = f"left {measurement_words(left)}, right {measurement_words(right)}"
        return f"{label}: {'the same on both sides' if left.value == right.value else sides}."
    apart = Measurement(left.value - right.value, math.hypot(left.sigma, right.sigma), left.unit)
    words = _size(apart)
    if not certain(apart):
        return f"{label}: no difference between left and right that can be told from the uncertainty ({words})."
    more, less = ("left", "right") if left.value > right.value else ("right", "left")
    return f"{label}: {more} {lower_first(words)} more than {less}."


def _size(found: Measurement) -> str:
    return measurement_words(Measurement(abs(found.value or 0.0), found.sigma, found.unit))
