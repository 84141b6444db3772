"""The neutral pose, the camera's place and the person's place, found on stick people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.core.landmarks import INDEX
from formcheck.core.pose import PoseTrack
from formcheck.measure.baseline import come_home_to, find_baseline, later_stills
from formcheck.measure.place import in_place
from formcheck.measure.view import ViewFinding, find_view
from tests.fixtures.stick import replay, squat_track

RULE = {"min_s": 0.5, "within_s": 20.0, "max_speed": 0.35}


def test_baseline_is_the_first_still_stretch() -> None:
    span = find_baseline(squat_track([90.0], rest_s=2.0), **RULE)
    assert span is not None
    assert span.still
    assert span.start == 0
    assert 1.0 < span.stop / 30 < 2.1


def test_a_person_who_never_stands_still_gets_the_least_moving_stretch_and_is_told_so() -> None:
    track = squat_track([90.0, 90.0, 90.0], rest_s=0.0)
    span = find_baseline(track, **{**RULE, "min_s": 1.2})
    assert span is not None
    assert not span.still


def test_later_still_stretches_say_when_the_person_is_back_in_the_same_place() -> None:
    down = squat_track([90.0], rest_s=2.0)
    bottom = round(3.2 * 30)
    frames = np.concatenate([np.arange(bottom), np.full(60, bottom), np.arange(bottom, len(down))])
    track = replay(down, np.concatenate([frames, frames]))
    first = find_baseline(track, **RULE)
    assert first is not None
    found = [(float(track.time_s[span.start]), again) for span, again in later_stills(track, first, **RULE)]
    assert [start for start, _ in found] == pytest.approx([3.2, 6.2, 11.6, 14.6], abs=0.6)
    assert [again is not None for _, again in found] == [True, True, False, False]
    assert found[0][1] == pytest.approx(11.6, abs=0.6)


def test_a_still_stretch_in_another_position_is_passed_over() -> None:
    track = squat_track([90.0], rest_s=2.0)
    span = find_baseline(track, **RULE, suits=lambda still: still.time_s[0] > 1)
    assert span is not None
    assert track.time_s[span.start] > 3


@pytest.mark.parametrize(
    ("yaw", "view"), [(0, "front"), (15, "front"), (180, "back"), (45, "oblique"), (90, "side"), (-90, "side")]
)
def test_view_of_an_upright_person(yaw: float, view: str) -> None:
    found = find_view(squat_track([0.0], yaw_deg=yaw))
    assert (found.view, found.lying) == (view, False)


def test_a_person_lying_across_the_picture_is_seen_from_the_side() -> None:
    track = squat_track([0.0], yaw_deg=90)
    turned = replace(track, pixels=track.pixels[..., ::-1].copy())
    found = find_view(turned)
    assert (found.view, found.lying) == ("side", True)


def test_nobody_means_unknown() -> None:
    track = squat_track([0.0])
    nobody = replace(track, pixels=np.full_like(track.pixels, np.nan), world=np.full_like(track.world, np.nan))
    assert find_view(nobody).view == "unknown"


def test_walking_off_is_out_of_place_and_squatting_is_not() -> None:
    track = squat_track([100.0])
    span = find_baseline(track, **RULE)
    assert span is not None
    view = find_view(track.between(span.start, span.stop))
    assert in_place(track, span, view).all()
    walk = np.clip(np.arange(len(track)) - len(track) + 40, 0, None) * 5.0
    pixels = track.pixels.copy()
    pixels[..., 0] += walk[:, None]
    gone = in_place(replace(track, pixels=pixels), span, view)
    assert gone[:-30].all()
    assert not gone[-10:].any()


@pytest.mark.parametrize("wild", [[70], [70, 74, 75, 79, 84, 88]])
def test_wild_frames_are_not_leaving(wild: list[int]) -> None:
    track = squat_track([60.0])
    span = find_baseline(track, **RULE)
    assert span is not None
    pixels = track.pixels.copy()
    feet = [INDEX[f"{s}_{p}"] for s in ("left", "right") for p in ("ankle", "heel", "foot_index")]
    pixels[np.ix_(wild, feet)] += 300
    moved = replace(track, pixels=pixels)
    assert in_place(moved, span, find_view(track.between(0, 30))).all()


@pytest.mark.parametrize(("factor", "stays"), [(1.25, False), (0.3, True)])
def test_sitting_up_towards_a_camera_at_the_feet_is_leaving_and_rolling_onto_the_side_is_not(
    factor: float, stays: bool
) -> None:
    track = squat_track([0.0])
    span = find_baseline(track, **RULE)
    assert span is not None
    pixels = track.pixels.copy()
    shoulders = [INDEX["left_shoulder"], INDEX["right_shoulder"]]
    middle = pixels[:, shoulders].mean(axis=1, keepdims=True)
    pixels[60:, shoulders] = (middle + factor * (pixels[:, shoulders] - middle))[60:]
    where = in_place(replace(track, pixels=pixels), span, ViewFinding("foot_end", lying=True, elevation_deg=50.0))
    assert where[:60].all()
    assert where[60:].all() == stays
    assert where[60:].any() == stays


def test_the_neutral_pose_is_the_stop_that_a_movement_came_home_to() -> None:
    turned, straight = squat_track([90.0], yaw_deg=60, rest_s=2.0), squat_track([90.0], rest_s=2.0)
    stop = 60
    names = ("pixels", "world", "visibility", "presence")
    parts = [np.concatenate([getattr(turned, name)[:stop], getattr(straight, name)]) for name in names]
    track = PoseTrack(np.arange(stop + len(straight)) / 30, *parts, straight.image_size)
    first = find_baseline(track, **RULE)
    assert first is not None
    assert first.start == 0
    found = come_home_to(track, first, began_s=4.0, ended_s=6.3, **RULE)
    assert 1.9 <= track.time_s[found.start] < track.time_s[found.stop - 1] <= 4.0
    assert come_home_to(track, first, began_s=1.9, ended_s=6.3, **RULE) == first
