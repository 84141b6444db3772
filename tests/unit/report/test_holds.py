"""A hold that was let go before the drill's time counts, and it is said; one that was kept is not mentioned."""

from __future__ import annotations

from formcheck.core.measurement import Measurement
from formcheck.core.results import Rep
from formcheck.exercises.lookup import load_exercise
from formcheck.report.holds import hold_sentences


def tilt(held_s: float | None) -> Rep:
    drill = load_exercise("knee-inward-tilts")
    measures = {m.name: Measurement(None, None, m.unit, "not_visible") for m in drill.measures}
    if held_s is not None:
        measures["hold"] = Measurement(held_s, 0.07, "s")
    return Rep(1, "left", 0.0, 30.0, True, None, None, 5.0, measures=measures)


def test_a_hold_let_go_early_is_said_with_its_length_and_the_time_asked_for() -> None:
    drill = load_exercise("knee-inward-tilts")
    assert hold_sentences(drill, [tilt(3.13)]) == ["Hold: let go early, held for 3.1 s of 20 s."]
    said = hold_sentences(drill, [tilt(20.4), tilt(12.0), tilt(None)])
    assert said == ["Hold: let go early in 1 of 2 repetitions, held for 12.0 s of 20 s."]


def test_a_hold_that_was_kept_or_not_measured_is_not_mentioned() -> None:
    drill = load_exercise("knee-inward-tilts")
    assert hold_sentences(drill, [tilt(19.0), tilt(None)]) == []
    assert hold_sentences(load_exercise("banded-ir-isometric"), []) == []
