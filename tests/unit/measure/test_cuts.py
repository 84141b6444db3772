"""Cuts in a recording, on stick people who squat: 30 frames a second, standing 1.5 s, down and up in 2.4 s."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.coach.machine import RepMachine
from formcheck.coach.samples import Sample, drill_channels
from formcheck.core.landmarks import INDEX, LANDMARKS, MIRROR
from formcheck.core.pose import PoseTrack
from formcheck.exercises.lookup import load_exercise
from formcheck.live.judge import CausalJudge
from formcheck.measure.cuts import CutWatch, find_cuts
from formcheck.session import Judgement, judge_track
from tests.fixtures.sessions import poses_of
from tests.fixtures.stick import SIZE, replay, squat_track

SQUAT = load_exercise("screen-squat")
WHOLE = squat_track([95.0, 95.0, 95.0], yaw_deg=90)
BOTTOM = round(2.7 * 30)
STANDING = round(4.5 * 30)


def jump_cut() -> PoseTrack:
    """Return a clip of which the way up from the first squat is cut out."""
    return replay(WHOLE, np.concatenate([np.arange(BOTTOM), np.arange(STANDING, len(WHOLE))]))


def nearer(track: PoseTrack, from_frame: int, factor: float) -> PoseTrack:
    """Return the track filmed from nearer by, or farther away, from a frame on."""
    pixels, corner = track.pixels.copy(), np.array([0.0, SIZE[1]])
    pixels[from_frame:] = corner + factor * (pixels[from_frame:] - corner)
    return replace(track, pixels=pixels)


def verdicts(judgement: Judgement) -> list[str | None]:
    return [rep.reason for rep in judgement.reps]


def test_a_clip_that_was_not_cut_has_no_cuts() -> None:
    assert not len(find_cuts(WHOLE))


def test_a_body_that_is_somewhere_else_at_once_is_a_cut() -> None:
    assert find_cuts(jump_cut()).tolist() == [BOTTOM]


def test_a_body_that_is_nearer_at_once_is_a_cut() -> None:
    assert find_cuts(nearer(WHOLE, STANDING, 1.4)).tolist() == [STANDING]


def test_legs_that_the_pose_model_unfolds_at_once_are_no_cut() -> None:
    pixels = WHOLE.pixels.copy()
    legs = [i for i, name in enumerate(LANDMARKS) if name.endswith(("knee", "ankle", "heel", "foot_index"))]
    hips = pixels[:30, [INDEX["left_hip"], INDEX["right_hip"]]].mean(axis=1, keepdims=True)
    pixels[:30, legs] = hips + 0.2 * (pixels[:30, legs] - hips)
    assert not len(find_cuts(replace(WHOLE, pixels=pixels)))


def test_left_and_right_exchanged_by_the_pose_model_are_no_cut() -> None:
    front = squat_track([95.0])
    pixels = front.pixels.copy()
    pixels[60:70] = pixels[60:70][:, MIRROR]
    assert not len(find_cuts(replace(front, pixels=pixels)))


def test_who_was_out_of_sight_for_long_may_be_anywhere() -> None:
    unseen = np.zeros(len(WHOLE), dtype=bool)
    unseen[BOTTOM - 10 : BOTTOM] = True
    assert not len(find_cuts(jump_cut().without(unseen[: len(jump_cut())])))


def test_a_movement_that_is_cut_is_no_repetition_and_too_fast_for_nobody() -> None:
    found = judge_track(jump_cut(), SQUAT)
    assert verdicts(found) == ["cut", None, None]
    assert not any(rep.faults for rep in found.reps)
    assert found.cuts_s == pytest.approx((BOTTOM / 30,))
    assert found.reps[1].measures["depth"].value == pytest.approx(93, abs=5)


def test_what_begins_in_the_middle_of_a_movement_is_nobodys_repetition() -> None:
    into_the_bottom = replay(WHOLE, np.concatenate([np.arange(45), np.arange(BOTTOM, len(WHOLE))]))
    assert verdicts(judge_track(into_the_bottom, SQUAT)) == [None, None]


def test_what_was_filmed_from_elsewhere_after_a_cut_is_not_judged_and_it_is_said() -> None:
    late = round(8.4 * 30)
    found = judge_track(nearer(WHOLE, late, 0.7), SQUAT)
    assert verdicts(found) == [None, None]
    gap = next(a for a in found.abstentions if a.reason == "cut")
    assert gap.start_s == pytest.approx(late / 30)
    assert gap.end_s == pytest.approx(float(WHOLE.time_s[-1]))


def test_of_takes_from_two_places_the_one_is_judged_in_which_more_counts() -> None:
    early = round(1.4 * 30)
    found = judge_track(nearer(WHOLE, early, 0.7), SQUAT)
    assert verdicts(found) == [None, None, None]
    assert found.baseline is not None
    assert found.baseline.start > STANDING - 90


def test_the_clock_of_a_timed_drill_stops_at_a_cut() -> None:
    drill = load_exercise("screen-foot-presentation")
    machine = RepMachine(drill, drill.sides[0], "front")
    still, cut = Sample(0.0, 0.0, 1.0, 1.0), Sample(np.nan, np.nan, np.nan, np.nan, "cut")
    for k in range(3000):
        machine.step(k / 30, dict.fromkeys(drill_channels(drill), cut if 20 <= k < 26 else still))
    assert not any(rep.counted for rep in machine.reps)
    assert machine.phase is drill.phases[0]


def test_live_a_cut_is_found_and_ends_the_movement_too() -> None:
    watch = CutWatch()
    assert [i for i, pose in enumerate(poses_of(jump_cut())) if watch.is_cut(pose)] == [BOTTOM]
    judge = CausalJudge(SQUAT, "both", SIZE)
    for pose in poses_of(jump_cut()):
        judge.push(pose)
    assert [rep.reason for rep in judge.reps] == ["cut", None, None]
    assert not any(rep.faults for rep in judge.reps)
