"""The verdict in two sentences: what stands for the range is never another angle, and nothing is said twice."""

from __future__ import annotations

from dataclasses import replace

from formcheck.core.measurement import Measurement
from formcheck.exercises.lookup import load_exercise
from formcheck.report.headline import headline
from formcheck.session import Judgement, judge_track
from tests.fixtures.stick import squat_track
from tests.unit.report.conftest import report_of


def test_an_angle_that_is_not_known_is_not_replaced_by_another(front: Judgement) -> None:
    angles = [m for m in front.exercise.measures if m.unit == "deg"]
    first = replace(front, exercise=front.exercise.model_copy(update={"measures": tuple(angles)}))
    main = next(m for m in angles if m.result)
    assert headline(first, report_of(first))[1].startswith(f"{main.label}: ")
    unknown = Measurement(None, None, "deg", "low_confidence")
    channel = {m.name for m in angles if m.channel == main.channel}
    reps = tuple(
        replace(rep, measures={n: unknown if n in channel else m for n, m in rep.measures.items()})
        for rep in first.reps
    )
    blind = replace(first, reps=reps)
    assert any(m.value is not None for m in report_of(blind).summary.measures.values())
    assert headline(blind, report_of(blind))[1] == f"{main.label}: no number; below it says why."


def test_where_the_camera_goes_is_said_once() -> None:
    drill = load_exercise("supine-ir-liftoff")
    judgement = judge_track(squat_track([95.0]), drill)
    first, second = headline(judgement, report_of(judgement))
    assert first.startswith("No repetition counted: ")
    assert second == drill.camera
    assert drill.camera not in first
