"""The pipeline on stick people: from landmarks to a judgement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.coach.machine import RepMachine
from formcheck.core.errors import ExerciseError
from formcheck.core.frame import Frame
from formcheck.core.pose import Pose, PoseTrack
from formcheck.core.results import PhaseSpan, Rep
from formcheck.exercises.lookup import load_exercise
from formcheck.session import judge_track, merge_reps, track_person
from tests.fixtures.stick import SIZE, replay, squat_track

SQUAT = load_exercise("screen-squat")
LIFTOFF = load_exercise("supine-ir-liftoff")


def test_squats_are_counted_at_the_right_moments() -> None:
    judgement = judge_track(squat_track([95.0, 80.0, 90.0], yaw_deg=90), SQUAT)
    assert judgement.view.view == "side"
    assert [r.counted for r in judgement.reps] == [True, True, True]
    for rep, bottom in zip(judgement.reps, (2.7, 6.6, 10.5), strict=True):
        assert rep.peak_s == pytest.approx(bottom, abs=0.1)
    depths = [r.measures["depth"].value for r in judgement.reps]
    assert depths == pytest.approx([93, 78, 88], abs=4)
    assert judgement.coverage == 1.0


def test_a_shallow_squat_is_an_attempt_with_its_reason() -> None:
    reps = judge_track(squat_track([90.0, 45.0], yaw_deg=90), SQUAT).reps
    assert [(r.counted, r.reason) for r in reps] == [(True, None), (False, "too_shallow")]


def test_a_stop_on_the_way_into_position_is_not_the_neutral_pose() -> None:
    track = squat_track([95.0, 85.0], yaw_deg=90)
    deepest = round(2.7 * 30)
    frames = np.concatenate([np.full(45, deepest), np.arange(deepest, len(track)), np.arange(45, len(track))])
    came = replay(track, frames)
    judgement = judge_track(came, SQUAT)
    assert [r.counted for r in judgement.reps] == [True, True, True]
    assert judgement.baseline is not None
    assert judgement.baseline.start > 45
    depths = [r.measures["depth"].value for r in judgement.reps]
    assert depths == pytest.approx([83, 93, 83], abs=5)


def test_attempts_that_come_home_are_judged_from_the_first_still_stretch() -> None:
    judgement = judge_track(squat_track([45.0, 90.0], yaw_deg=90), SQUAT)
    assert [r.reason for r in judgement.reps] == ["too_shallow", None]
    assert judgement.baseline is not None
    assert judgement.baseline.start == 0


def test_judging_again_gives_the_same() -> None:
    track = squat_track([90.0, 70.0])
    assert judge_track(track, SQUAT).reps == judge_track(track, SQUAT).reps


def test_the_mirror_person_gets_the_mirror_verdict() -> None:
    track = squat_track([90.0, 80.0], yaw_deg=45)
    a, b = judge_track(track, SQUAT), judge_track(track.mirrored(), SQUAT)
    assert [r.counted for r in a.reps] == [r.counted for r in b.reps]
    np.testing.assert_allclose(a.channels["hip_flexion_left"].value, b.channels["hip_flexion_right"].value, atol=1e-6)


def test_the_wrong_position_is_not_judged_and_says_what_to_do() -> None:
    judgement = judge_track(squat_track([90.0]), LIFTOFF)
    assert judgement.reps == ()
    assert not judgement.view_ok
    assert judgement.view_message is not None
    assert "lying on the back" in judgement.view_message
    assert judgement.coverage == 0.0
    assert [a.reason for a in judgement.abstentions] == ["wrong_view"]


def test_a_fault_that_the_view_cannot_show_is_abstained_not_passed() -> None:
    judgement = judge_track(squat_track([90.0], yaw_deg=90), SQUAT)
    unseen = {c for a in judgement.abstentions if a.reason == "wrong_view" for c in a.channels}
    assert any(c.startswith("knee_frontal") for c in unseen)
    assert "pelvis_hike" in unseen


def test_a_hidden_far_leg_does_not_disturb_the_count() -> None:
    track = squat_track([90.0, 90.0], yaw_deg=90)
    rng = np.random.default_rng(0)
    visibility, world = track.visibility.copy(), track.world.copy()
    visibility[rng.random(len(track)) < 0.6, 25] = 0.2  # the left knee comes and goes,
    world[:, 25] += rng.normal(0, 0.1, (len(track), 3))  # and is wrong when it is there
    reps = judge_track(replace(track, visibility=visibility, world=world), SQUAT).reps
    assert [r.counted for r in reps] == [True, True]


def test_leaving_the_place_is_not_a_repetition() -> None:
    track = squat_track([90.0, 90.0], yaw_deg=90)
    pixels = track.pixels.copy()
    pixels[160:, :, 0] += np.linspace(0, 400, len(track) - 160)[:, None]  # walks off, bending the knees
    reps = judge_track(replace(track, pixels=pixels), SQUAT).reps
    assert [r.counted for r in reps if r.counted] == [True]


def test_a_side_that_the_drill_does_not_have_is_refused() -> None:
    with pytest.raises(ExerciseError, match="no side 'left'"):
        judge_track(squat_track([90.0]), SQUAT, "left")


def test_frames_are_taken_one_at_a_time_and_missing_people_stay_missing() -> None:
    source = squat_track([60.0]).between(0, 20)

    class Estimator:
        alive = 0

        def estimate(self, frame: Frame) -> Pose:
            i = frame.index
            if i == 7:
                return Pose.missing(frame.time_s)
            return Pose(frame.time_s, source.pixels[i], source.world[i], source.visibility[i], source.presence[i])

    seen = []
    frames = (Frame(i, float(t), np.zeros((4, 4, 3), np.uint8)) for i, t in enumerate(source.time_s))
    track = track_person(frames, Estimator(), SIZE, lambda frame, pose: seen.append(frame.index))  # type: ignore[arg-type]
    assert isinstance(track, PoseTrack)
    assert seen == list(range(20))
    assert track.found.tolist() == [i != 7 for i in range(20)]


def _attempt(side: str, start_s: float, *phases: str) -> Rep:
    spans = tuple(PhaseSpan(name, start_s, start_s + 4.0) for name in phases)
    return Rep(1, side, start_s, start_s + 4.0, False, "unfinished", "", start_s + 2.0, spans, {}, ())


def test_the_resting_leg_s_unfinished_attempt_is_an_echo_of_the_other_leg_s_whole_one() -> None:
    hinge = load_exercise("ir-hinge")
    whole, broken_off, later = (
        _attempt("left", 1.0, "hinge", "turn"),
        _attempt("right", 2.0, "hinge"),
        _attempt("right", 9.0, "hinge"),
    )
    machines = [RepMachine(hinge, "left", "front", [whole]), RepMachine(hinge, "right", "front", [broken_off, later])]
    assert [(r.index, r.side, r.start_s) for r in merge_reps(machines)] == [(1, "left", 1.0), (2, "right", 9.0)]
