"""The plots of a report: where a fault begins."""

from __future__ import annotations

import pytest

from formcheck.exercises.lookup import load_exercise
from formcheck.report.curves import plots
from formcheck.session import judge_track
from tests.fixtures.stick import squat_track

SQUAT = load_exercise("screen-squat")


@pytest.mark.parametrize(("channel", "direction"), [("trunk_lean", 1), ("minus_trunk_lean", -1)])
def test_a_fault_of_one_direction_begins_on_its_own_side_of_the_neutral_pose(channel: str, direction: int) -> None:
    rule = next(f for f in SQUAT.faults if f.code == "trunk_lean").model_copy(update={"channel": channel})
    judgement = judge_track(squat_track([90.0], yaw_deg=90), SQUAT.model_copy(update={"faults": (rule,)}))
    neutral = judgement.baseline_values["trunk_lean"].value
    assert neutral is not None
    (limit,) = (at for plot in plots(judgement) for at in plot["limits"])
    assert limit["at"] == pytest.approx(neutral + direction * rule.warn, abs=0.01)
