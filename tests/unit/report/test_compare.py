"""A difference is called one only when it is beyond its own error."""

from __future__ import annotations

from dataclasses import replace

from formcheck.core.measurement import Measurement
from formcheck.core.results import Rep
from formcheck.exercises.lookup import load_exercise
from formcheck.exercises.schema import Exercise
from formcheck.exercises.tables import Measure
from formcheck.report.compare import side_sentences, trend_sentences
from formcheck.session import Judgement
from tests.unit.report.conftest import report_of

LIFTOFF = load_exercise("supine-ir-liftoff")


def drill(*measures: Measure) -> Exercise:
    return LIFTOFF.model_copy(update={"measures": measures})


IR = Measure(name="ir", label="Hip IR", channel="hip_ir", result=True, trend=True)


def rep(index: int, value: float | None, side: str = "right") -> Rep:
    found = Measurement(value, None if value is None else 2.0, reason=None if value is not None else "not_visible")
    return Rep(index, side, index, index + 1.0, True, None, None, index + 0.5, measures={"ir": found})


def test_a_trend_is_the_last_known_repetition_of_a_side_against_its_first() -> None:
    reps = [rep(1, 20.0), rep(2, 99.0, "left"), rep(3, 25.0), rep(4, 31.0), rep(5, None)]
    assert trend_sentences(drill(IR), reps) == [
        "Hip IR, right: 11° ± 3° more in the last repetition than in the first."
    ]
    assert trend_sentences(drill(IR), reps[:1]) == []
    same = [rep(1, 20.0, "both"), rep(2, 17.0, "both")]
    assert trend_sentences(drill(IR), same) == [
        "Hip IR: no change from the first repetition to the last beyond the measurement's own error (3° ± 3°)."
    ]
    assert trend_sentences(drill(IR.model_copy(update={"trend": False})), reps) == []


def test_one_session_calls_no_side_different(front: Judgement) -> None:
    exercise = front.exercise.model_copy(update={"sides": ("left", "right"), "measures": (IR,)})
    reps = (rep(1, 10.0, "left"), rep(2, 40.0, "right"))
    sentences = report_of(replace(front, exercise=exercise, side="both", reps=reps)).summary.sentences
    assert "Hip IR, left: 10° ± 2°." in sentences
    assert not [s for s in sentences if "than on the" in s]


def test_numbers_of_left_and_right_are_compared_in_words_beyond_their_error_only() -> None:
    measures = {"knee_line_left": Measurement(12.0, 3.0), "knee_line_right": Measurement(-4.0, 3.0)}
    assert side_sentences(load_exercise("screen-squat"), measures) == [
        "Knee at depth, + in: left 16° ± 4° more than right."
    ]
    measures["knee_line_right"] = Measurement(9.0, 3.0)
    (sentence,) = side_sentences(load_exercise("screen-squat"), measures)
    assert "no difference" in sentence
    hinge = {
        "pelvis_turn_left": Measurement(20.0, 3.0),
        "pelvis_turn_right": Measurement(None, None, "deg", "wrong_view"),
    }
    assert side_sentences(load_exercise("ir-hinge"), hinge) == []
