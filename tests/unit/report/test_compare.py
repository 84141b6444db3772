"""A difference is called one only when it is beyond its own error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from formcheck.core.measurement import Measurement
from formcheck.core.results import Rep
from formcheck.exercises.lookup import load_exercise
from formcheck.exercises.schema import Exercise, Measure
from formcheck.report.compare import side_sentences, trend_sentences
from formcheck.session import Judgement
from tests.unit.report.conftest import report_of

LIFTOFF = load_exercise("supine-ir-liftoff")


def drill(*measures: Measure) -> Exercise:
    return LIFTOFF.model_copy(update={"measures": measures})


IR = Measure(name="ir", label="Hip IR", channel="hip_ir", result=True, trend=True)
EACH = (
    Measure(name="ir_left", label="Active IR, left", channel="hip_ir_left", result=True),
    Measure(name="ir_right", label="Active IR, right", channel="hip_ir_right", result=True),
)


@pytest.mark.parametrize(
    ("left", "right", "sentence"),
    [
        (20.0, 32.0, "Hip IR: 12° ± 4° more on the right than on the left."),
        (32.0, 20.0, "Hip IR: 12° ± 4° more on the left than on the right."),
        (20.0, 27.0, "Hip IR: no difference between left and right beyond the measurement's own error (7° ± 4°)."),
    ],
)
def test_sides_differ_only_beyond_the_error_of_their_difference(left: float, right: float, sentence: str) -> None:
    measures = {"ir_left": Measurement(left, 3.0), "ir_right": Measurement(right, 2.6)}
    assert side_sentences(drill(IR), measures) == [sentence]


def test_a_two_sided_drill_names_its_sides_itself_and_is_compared_once() -> None:
    measures = {"ir_left": Measurement(20.0, 3.0), "ir_right": Measurement(40.0, 3.0)}
    assert side_sentences(drill(*EACH), measures) == ["Active IR: 20° ± 4° more on the right than on the left."]


@pytest.mark.parametrize(
    "measures",
    [
        {"ir_left": Measurement(20.0, 3.0)},
        {"ir_left": Measurement(20.0, 3.0), "ir_right": Measurement(None, None, reason="not_visible")},
    ],
)
def test_nothing_is_compared_with_what_is_not_known(measures: dict[str, Measurement]) -> None:
    assert side_sentences(drill(IR), measures) == []


def test_only_results_are_compared() -> None:
    hidden = IR.model_copy(update={"result": False})
    measures = {"ir_left": Measurement(20.0, 1.0), "ir_right": Measurement(40.0, 1.0)}
    assert side_sentences(drill(hidden), measures) == []


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


def test_the_summary_compares_the_legs_of_a_one_sided_drill(front: Judgement) -> None:
    exercise = front.exercise.model_copy(update={"sides": ("left", "right"), "measures": (IR,)})
    reps = (rep(1, 10.0, "left"), rep(2, 40.0, "right"))
    sentences = report_of(replace(front, exercise=exercise, side="both", reps=reps)).summary.sentences
    assert "Hip IR: 30° ± 3° more on the right than on the left." in sentences
