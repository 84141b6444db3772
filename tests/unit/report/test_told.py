"""What a person told is reported as told; what cannot be told is refused in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import jsonschema
import pytest

from formcheck.cli.analyze import read_told
from formcheck.core.errors import ExerciseError
from formcheck.exercises.tables import Phase, Question
from formcheck.report.build import build_report
from formcheck.report.model import ModelInfo, RepReport
from formcheck.report.page import report_page
from formcheck.report.schema import report_schema
from formcheck.report.told import told_answers
from formcheck.session import Judgement
from tests.unit.report.conftest import report_of

EFFORT = Question(name="effort", ask="How hard did you push?")


@pytest.fixture
def asking(front: Judgement) -> Judgement:
    return replace(front, exercise=front.exercise.model_copy(update={"questions": (EFFORT,)}))


def told(judgement: Judgement, **answers: float) -> RepReport:
    return build_report(judgement, report_of(judgement).source, ModelInfo(name="full", sha256=None), answers)


def test_an_answer_is_in_the_report_as_told(asking: Judgement) -> None:
    report = told(asking, effort=7)
    assert [(a.name, a.ask, a.value, a.high) for a in report.told] == [("effort", "How hard did you push?", 7.0, 10.0)]
    assert "Effort, as told: 7 of 10." in report.summary.sentences
    assert "effort" not in report.summary.measures
    jsonschema.validate(report.model_dump(mode="json"), report_schema())
    page = report_page(asking, report, (), None)
    assert "7 of 10" in page
    assert "told, not measured" in page


def test_what_was_told_is_kept_and_shown_where_nothing_was_counted(asking: Judgement) -> None:
    nothing = replace(asking, reps=(), phases=())
    report = told(nothing, effort=7)
    assert "Effort, as told: 7 of 10." in report.summary.sentences
    assert "told, not measured" in report_page(nothing, report, (), None)
    assert not any("Effort" in s for s in told(nothing).summary.sentences)


def test_an_answer_that_changes_what_a_result_means_stands_beside_it_and_takes_the_praise(asking: Judgement) -> None:
    helped = Question(name="assisted", ask="Helped? 0 no, 1 yes", high=1, note="The range is an assisted one.")
    judgement = replace(asking, exercise=asking.exercise.model_copy(update={"questions": (helped,), "faults": ()}))
    alone, assisted = told(judgement, assisted=0), told(judgement, assisted=1)
    assert "Assisted, as told: no." in alone.summary.sentences
    assert judgement.exercise.praise in alone.summary.sentences
    assert "Assisted, as told: yes. The range is an assisted one." in assisted.summary.sentences
    assert judgement.exercise.praise not in assisted.summary.sentences
    assert "The range is an assisted one." in report_page(judgement, assisted, (), None)


def test_what_was_not_told_is_said_to_be_unknown(asking: Judgement) -> None:
    report = told(asking)
    assert [a.value for a in report.told] == [None]
    assert "Effort: not told, and no camera sees it." in report.summary.sentences
    assert "told, not measured" not in report_page(asking, report, (), None)


def test_a_drill_without_questions_has_nothing_told(front_report: RepReport) -> None:
    assert front_report.told == ()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"effrt": 7.0}, "did you mean 'effort'"),
        ({"pain": 7.0}, "it asks for: effort"),
        ({"effort": 11.0}, "from 0 to 10, not 11"),
        ({"effort": float("nan")}, "from 0 to 10"),
    ],
)
def test_what_cannot_be_told_is_refused(asking: Judgement, answers: dict[str, float], words: str) -> None:
    with pytest.raises(ExerciseError, match=words):
        told_answers(asking.exercise, answers)


def test_a_drill_that_asks_nothing_refuses_any_answer(front: Judgement) -> None:
    with pytest.raises(ExerciseError, match="asks no questions"):
        told_answers(front.exercise, {"effort": 7.0})


def test_answers_are_read_from_the_command_line() -> None:
    assert read_told(["effort=7", "tension=2.5"]) == {"effort": 7.0, "tension": 2.5}
    for text in ("effort", "effort=hard"):
        with pytest.raises(ExerciseError, match="NAME=NUMBER"):
            read_told([text])


def test_a_scale_that_does_not_begin_at_nothing_is_named(asking: Judgement) -> None:
    scale = Question(name="effort", ask="How hard?", low=1, high=5)
    judgement = replace(asking, exercise=asking.exercise.model_copy(update={"questions": (scale,)}))
    assert "Effort, as told: 3 on a scale from 1 to 5." in told(judgement, effort=3).summary.sentences


def test_the_report_says_what_the_clock_decides(judged: Callable[..., Judgement]) -> None:
    front = judged()
    rest, *others = front.exercise.phases
    begun = front.exercise.model_copy(update={"phases": (rest, others[0].model_copy(update={"after_s": 2.0}))})
    assert any("counted by the clock" in s for s in report_of(replace(front, exercise=begun)).summary.sentences)
    timed = (rest, *others, Phase(name="push", label="Push", after_s=2.0))
    later = report_of(replace(front, exercise=front.exercise.model_copy(update={"phases": timed})))
    assert "“Push” begins by the clock, whatever is done." in later.summary.sentences
    assert not any("clock" in s for s in report_of(front).summary.sentences)
