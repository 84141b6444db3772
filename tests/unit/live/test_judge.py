"""The causal judge gives what the whole clip gives."""

from __future__ import annotations

from functools import cache

import pytest

from formcheck.core.results import Rep
from formcheck.exercises.lookup import load_exercise
from formcheck.live.judge import LAG_S, CausalJudge, Moment
from formcheck.session import judge_track
from tests.fixtures.sessions import CLIPS, kept, poses_of
from tests.fixtures.stick import squat_track

FRAME_S = 1 / 15


def verdict(rep: Rep) -> tuple[object, ...]:
    return rep.counted, rep.reason, sorted({(f.code, f.severity) for f in rep.faults})


@cache
def live(name: str) -> tuple[CausalJudge, tuple[Moment, ...]]:
    track = kept(name)
    judge = CausalJudge(load_exercise(name.split("__")[0]), "right", track.image_size)
    moments = tuple(m for pose in poses_of(track) if (m := judge.push(pose)) is not None)
    judge.finish()
    return judge, moments


@pytest.mark.parametrize("name", CLIPS)
def test_the_same_repetitions_and_compensations_as_the_whole_clip(name: str) -> None:
    whole = judge_track(kept(name), load_exercise(name.split("__")[0]), "right")
    judge, _ = live(name)
    assert whole.reps
    assert [verdict(rep) for rep in judge.reps] == [verdict(rep) for rep in whole.reps]
    for there, here in zip(whole.reps, judge.reps, strict=True):
        assert here.start_s == pytest.approx(there.start_s, abs=2.5 * FRAME_S)
        assert here.end_s == pytest.approx(there.end_s, abs=2.5 * FRAME_S)
        for measure, value in there.measures.items():
            if value.value is not None and value.sigma is not None:
                assert here.measures[measure].value == pytest.approx(value.value, abs=max(1.0, value.sigma)), measure


@pytest.mark.parametrize("name", CLIPS)
def test_the_neutral_pose_is_the_whole_clips(name: str) -> None:
    track = kept(name)
    whole = judge_track(track, load_exercise(name.split("__")[0]), "right").baseline
    judge, _ = live(name)
    assert whole is not None
    assert judge.neutral is not None
    assert judge.neutral.start_s == pytest.approx(float(track.time_s[whole.start]), abs=0.5)


@pytest.mark.parametrize("name", CLIPS)
def test_a_repetition_is_known_a_moment_after_it_is_over(name: str) -> None:
    judge, moments = live(name)
    rest = judge.exercise.phases[0]
    longest = max(rest.sustain_s, rest.unfinished_s or 0.0) + LAG_S + 3 * FRAME_S
    told = [(m.time_s, rep) for m in moments for rep in m.reps]
    assert told
    assert all(0 < time - rep.end_s <= longest for time, rep in told)


def test_a_compensation_is_told_while_it_lasts_and_once() -> None:
    _, moments = live("supine-ir-liftoff__pelvis_roll")
    told = [(m.time_s, f) for m in moments for f in m.faults if f.code == "pelvis_roll"]
    ends = [rep.end_s for m in moments for rep in m.reps]
    assert told
    assert told[0][0] < ends[0]
    per_rep = [[f.severity for t, f in told if t <= end] for end in ends[:1]]
    assert all(len(severities) == len(set(severities)) for severities in per_rep)


def test_nothing_is_judged_before_the_neutral_pose_is_known() -> None:
    judge, moments = live(CLIPS[0])
    assert judge.neutral is not None
    assert moments[0].time_s > judge.neutral.end_s


def test_where_the_camera_cannot_see_the_drill_nothing_is_judged_and_it_is_said() -> None:
    track = squat_track([80.0])
    judge = CausalJudge(load_exercise("assess-slr"), "right", track.image_size)
    assert all(judge.push(pose) is None for pose in poses_of(track))
    assert judge.neutral is None


def test_squats_are_counted_live_too() -> None:
    track = squat_track([95.0, 80.0], yaw_deg=90)
    judge = CausalJudge(load_exercise("screen-squat"), "both", track.image_size)
    changes = [m.change.value for pose in poses_of(track) if (m := judge.push(pose)) is not None]
    whole = judge_track(track, load_exercise("screen-squat"), "both")
    assert [verdict(r) for r in judge.reps] == [verdict(r) for r in whole.reps]
    assert max(c for c in changes if c is not None) > 0.5  # shank lengths: the signal is how far the hips sank
