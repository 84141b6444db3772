"""The stages alone: facts and times in, changes out."""

from __future__ import annotations

from dataclasses import replace

from formcheck.exercises.lookup import load_exercise
from formcheck.live.flow import COUNT_S, LEFT_END_S, SIT_UP_END_S, Facts, Flow
from formcheck.live.plan import REST_S, SWITCH_S, PlannedSet, plan_drill, plan_programme

PLAN = plan_drill(load_exercise("supine-ir-liftoff"), sets=1)


def go(flow: Flow, facts: Facts, until_s: float) -> list[tuple[str, str]]:
    """Keep the facts until a time; return what changed."""
    changes, now = [], facts.time_s
    while now < until_s:
        changes += [(c.kind, c.why) for c in flow.step(replace(facts, time_s=now))]
        now += 0.1
    return changes


def begun(plan: tuple[PlannedSet, ...] = PLAN) -> Flow:
    flow = Flow(plan)
    go(flow, Facts(0.0, person=True, ready=True), 1.0)
    go(flow, Facts(1.0, person=True, ready=True, neutral_s=0.5), 5.0)
    assert flow.stage == "exercising"
    return flow


def test_a_set_begins_by_being_in_position_without_a_key() -> None:
    flow = Flow(PLAN)
    assert go(flow, Facts(0.0), 2.0) == []
    assert ("stage", "setting_up") in go(flow, Facts(2.0, person=True), 3.0)
    assert go(flow, Facts(3.0, person=True), 5.0) == []
    assert go(flow, Facts(5.0, person=True, ready=True), 6.0) == [("stage", "hold_still")]
    changes = go(flow, Facts(6.0, person=True, ready=True, neutral_s=5.5), 5.5 + COUNT_S + 0.3)
    assert changes == [("began", ""), ("stage", "judging")]


def test_whoever_moves_in_the_countdown_goes_on() -> None:
    flow = Flow(PLAN)
    go(flow, Facts(0.0, person=True, ready=True), 1.0)
    changes = go(flow, Facts(1.0, person=True, ready=True, neutral_s=0.9, moving=True), 1.2)
    assert changes == [("began", ""), ("stage", "judging")]


def test_two_seconds_without_the_person_pause_and_one_does_not() -> None:
    flow = begun()
    assert go(flow, Facts(5.0), 6.0) == []
    go(flow, Facts(6.0, person=True), 7.0)
    assert go(flow, Facts(7.0), 10.0) == [("paused", "left"), ("stage", "left")]
    assert flow.in_set
    assert ("resumed", "") in go(flow, Facts(10.0, person=True), 11.0)


def test_a_session_that_everybody_left_ends() -> None:
    flow = begun()
    go(flow, Facts(5.0), 10.0)
    changes = go(flow, Facts(10.0), 12.0 + LEFT_END_S)
    assert ("ended", "left") in changes
    assert flow.stage == "done"


def test_sitting_up_ends_the_session_and_lying_down_again_does_not() -> None:
    flow = begun()
    changes = go(flow, Facts(5.0, person=True, away=True), 8.0)
    assert changes == [("paused", "sat_up"), ("stage", "sat_up")]
    assert ("resumed", "") in go(flow, Facts(8.0, person=True), 10.0)
    flow = begun()
    changes = go(flow, Facts(5.0, person=True, away=True), 7.0 + SIT_UP_END_S)
    assert changes[-2:] == [("ended", "sat_up"), ("stage", "sat_up_done")]
    assert flow.stage == "done"


def test_stepping_aside_in_a_standing_drill_pauses_it() -> None:
    flow = begun(plan_drill(load_exercise("screen-squat"), sets=1))
    changes = go(flow, Facts(5.0, person=True, away=True), 7.0)
    assert changes[:1] == [("paused", "left_place")]
    assert flow.stage == "positioning"


def test_after_a_side_comes_the_other_and_after_the_last_set_the_end() -> None:
    flow = begun()
    assert flow.current.side == "left"
    changes = go(flow, Facts(5.0, person=True, enough="complete"), 5.1)
    assert changes == [("ended", "complete"), ("next", ""), ("stage", "switch")]
    assert flow.current.side == "right"
    assert flow.rest_s == SWITCH_S < REST_S
    assert go(flow, Facts(5.2, person=True), 5.0 + SWITCH_S - 0.2) == []
    assert ("look", "") in go(flow, Facts(13.0, person=True), 14.0)
    go(flow, Facts(14.0, person=True, ready=True, neutral_s=13.5), 18.0)
    assert flow.stage == "exercising"
    assert go(flow, Facts(18.0, person=True, enough="complete"), 18.1)[-1] == ("stage", "complete")
    assert flow.stage == "done"


def test_pain_ends_everything_from_every_stage() -> None:
    for flow in (Flow(PLAN), begun()):
        flow.finish("pain", "pain", 6.0)
        assert (flow.stage, flow.reason) == ("done", "pain")
        assert flow.step(Facts(7.0, person=True)) == []
        assert flow.go(7.0) == flow.pause(7.0) == flow.skip(7.0) == []


def test_a_pause_by_key_waits_for_the_key() -> None:
    flow = begun()
    assert [c.kind for c in flow.pause(5.0)] == ["paused", "stage"]
    assert go(flow, Facts(5.0, person=True, ready=True), 60.0) == []
    assert [c.kind for c in flow.pause(60.0)] == ["resumed", "look", "stage"]


def test_a_programme_is_planned_in_its_own_order() -> None:
    from formcheck.exercises.programme import shipped_programmes

    programme = next(iter(shipped_programmes().values()))
    plan = plan_programme(programme)
    bouts = programme.bouts()
    assert [(p.exercise.id, p.side, p.reps) for p in plan] == [
        (b.exercise.id, b.side, b.exercise.dose.reps) for b in bouts
    ]
    assert [p.rest_s for p in plan[1:]] == [b.rest_s for b in bouts[:-1]]
    assert {p.clock_s for p in plan} == {60.0 * programme.clock_min}
