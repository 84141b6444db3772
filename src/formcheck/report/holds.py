"""Holds that were let go before the drill's time: they count, and it is said."""

from __future__ import annotations

import statistics

from formcheck.core.results import Rep
from formcheck.core.words import plural
from formcheck.exercises.schema import Exercise

_NEARLY = 0.9  # share of the time asked for from which it was held: the way in and out belongs to it for some


def hold_sentences(exercise: Exercise, counted: list[Rep]) -> list[str]:
    """Return a sentence for each hold of the drill that was let go early: how often, and how long it lasted.

    Parameters
    ----------
    exercise
        The drill. Its holds are the measures taken as `held`, the time asked for is the dose's.
    counted
        The counted repetitions.
    """
    sentences = []
    for measure in exercise.measures:
        asked_s = exercise.dose.hold_s
        if measure.take != "held" or not asked_s:
            continue
        known = [m.value for rep in counted if (m := rep.measures[measure.name]).value is not None]
        short = [value for value in known if value < _NEARLY * asked_s]
        if short:
            lasted = f"held for {statistics.median(short):.1f} s of {asked_s:g} s"
            where = f" in {len(short)} of {plural(len(known), 'repetition')}" if len(known) > 1 else ""
            sentences.append(f"{measure.label}: let go early{where}, {lasted}.")
    return sentences
