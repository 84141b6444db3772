"""The still stretch of stick people whose landmarks jitter as the pose model's do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.core.landmarks import INDEX, JOINTS
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.measure.baseline import find_baseline
from formcheck.measure.stillness import body_track
from tests.fixtures.stick import squat_track

RULE = {"min_s": 0.5, "within_s": 20.0, "max_speed": 0.35}
REST_S = 2.0
RATES = [10, 15, 30, 60]


def filmed(rate: float, jitter_torso: float = 0.0, *, seed: int = 0) -> PoseTrack:
    """Return two seconds of standing and a squat at a frame rate, every landmark with white jitter."""
    track = squat_track([90.0], rest_s=REST_S)
    time = np.arange(0.0, track.time_s[-1], 1.0 / rate)
    at = np.searchsorted(track.time_s, time)
    pixels = track.pixels[at] + jitter_torso * 90.0 * np.random.default_rng(seed).normal(size=(len(time), 33, 2))
    parts = (track.world[at], track.visibility[at], track.presence[at])
    return PoseTrack(time, pixels, *parts, image_size=track.image_size)


def refined(track: PoseTrack, sigma_px: float) -> PoseTrack:
    """Return the track with the pose model's landmarks as refined joints; those it lacks lie at the left hip."""
    joints = np.zeros((len(track), len(JOINTS), 3))
    joints[..., :2] = track.pixels[:, [INDEX.get(name, INDEX["left_hip"]) for name in JOINTS]]
    return replace(track, joints=joints, joint_sigma=np.full((len(track), len(JOINTS), 2), sigma_px))


def end_s(track: PoseTrack) -> float:
    span = find_baseline(track, **RULE)
    assert span is not None
    assert span.still
    return float(track.time_s[span.stop - 1])


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("jitter", [0.0, 0.02, 0.05])
def test_a_still_person_is_still_at_any_frame_rate_and_jitter(rate: int, jitter: float) -> None:
    track = filmed(rate, jitter)
    span = find_baseline(track, **RULE)
    assert span is not None
    assert span.still
    assert track.time_s[span.start] < 0.6
    assert track.time_s[span.stop - 1] < REST_S + 0.1


@pytest.mark.parametrize("rate", RATES)
def test_one_wild_frame_does_not_break_the_stretch(rate: int) -> None:
    track = filmed(rate)
    pixels = track.pixels.copy()
    pixels[int(0.5 * rate)] += 60.0
    assert end_s(replace(track, pixels=pixels)) > 1.0


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("jitter", [0.0, 0.02])
def test_somebody_who_walks_slowly_is_not_still(rate: int, jitter: float) -> None:
    track = filmed(rate, jitter)
    walk = 0.6 * 90.0 * track.time_s  # 0.6 torso lengths a second
    moving = replace(track, pixels=track.pixels + np.stack([walk, 0 * walk], axis=-1)[:, None])
    span = find_baseline(moving, **RULE)
    assert span is None or not span.still


def test_a_foot_that_creeps_ends_the_stretch_before_it_is_far() -> None:
    track = filmed(30)
    pixels = track.pixels.copy()
    pixels[:, INDEX["right_ankle"], 0] += 0.15 * 90.0 * track.time_s
    span = find_baseline(replace(track, pixels=pixels), **RULE)
    assert span is not None
    assert track.time_s[span.stop - 1] - track.time_s[span.start] < 1.0


def test_refined_joints_may_wander_by_their_sigma() -> None:
    track = filmed(12, 0.15)
    assert find_baseline(refined(track, sigma_px=20.0), **RULE).start < 6  # type: ignore[union-attr]
    strict = find_baseline(refined(track, sigma_px=1.0), **RULE)
    assert strict is None or not strict.still or strict.start >= 6


def test_half_the_frames_without_refined_joints_are_passed_over() -> None:
    track = refined(filmed(30), sigma_px=3.0)
    joints, sigma = track.joints.copy(), track.joint_sigma.copy()
    joints[1::3], sigma[1::3] = np.nan, np.nan
    assert end_s(replace(track, joints=joints, joint_sigma=sigma)) > 1.0


def test_a_gap_in_what_is_seen_ends_the_stretch() -> None:
    track = filmed(30)
    pixels, world = track.pixels.copy(), track.world.copy()
    pixels[21:36], world[21:36] = np.nan, np.nan
    assert end_s(replace(track, pixels=pixels, world=world)) < 0.8


def test_speed_is_in_torso_lengths_a_second() -> None:
    track = filmed(30)
    still = replace(track, pixels=np.repeat(track.pixels[:1], len(track), axis=0))
    torso = _torso(still)
    moving = replace(still, pixels=still.pixels + 0.5 * torso * track.time_s[:, None, None] * np.array([1.0, 0.0]))
    np.testing.assert_allclose(body_track(moving).speed, 0.5, rtol=1e-6)


def _torso(track: PoseTrack) -> float:
    ends: list[FloatArray] = [
        (track.pixels[0, INDEX[f"left_{part}"]] + track.pixels[0, INDEX[f"right_{part}"]]) / 2
        for part in ("shoulder", "hip")
    ]
    return float(np.linalg.norm(ends[0] - ends[1]))
