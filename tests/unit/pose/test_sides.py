"""Left and right of a track: named as the refined joints are where people lie, withheld where nobody can tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.core.landmarks import INDEX, LANDMARKS, SIDES
from formcheck.core.pose import Pose, PoseTrack
from formcheck.pose.sides import (
    LEG_PARTS,
    LEGS,
    TRUNK,
    SideWatch,
    agreement,
    exchanged,
    settle_pose,
    settle_sides,
)
from tests.unit.pose.test_crop import turned
from tests.unit.pose.test_gate import joints_of

EVERYTHING = np.arange(len(LANDMARKS))
FRAMES = 40


def refined(time_s: float = 0.0) -> Pose:
    pose = turned(0, 180.0)
    return replace(pose, time_s=time_s, joints=joints_of(pose), joint_sigma=np.full((17, 2), 0.01))


def track_of(poses: list[Pose]) -> PoseTrack:
    return PoseTrack.from_poses(poses, (640, 480))


def seen_from_behind(first: int = 10, last: int = 30, landmarks: np.ndarray = EVERYTHING) -> list[Pose]:
    """Return a still person whom the pose model takes for one seen from behind in some frames."""
    poses = [refined(i / 30) for i in range(FRAMES)]
    return [exchanged(p, landmarks) if first <= i < last else p for i, p in enumerate(poses)]


@pytest.mark.parametrize(("part", "parts"), [(TRUNK, ("shoulder", "hip")), (LEGS, LEG_PARTS)])
def test_agreement_is_one_and_minus_one_when_exchanged(part: np.ndarray, parts: tuple[str, str]) -> None:
    pose = refined()
    assert agreement(pose, pose.joints, parts) == pytest.approx(1)
    assert agreement(exchanged(pose, part), pose.joints, parts) == pytest.approx(-1)


@pytest.mark.parametrize("landmarks", [EVERYTHING, LEGS, TRUNK])
def test_joints_name_the_landmarks_of_a_lying_person(landmarks: np.ndarray) -> None:
    settled = settle_sides(track_of(seen_from_behind(landmarks=landmarks)), lies=True)
    assert settled.found.all()
    for name in ("pixels", "world", "visibility", "presence"):
        np.testing.assert_array_equal(getattr(settled, name)[15], getattr(refined(), name), err_msg=name)
    np.testing.assert_array_equal(settled.joints[15], refined().joints)


def test_of_upright_people_joints_name_nothing_and_an_exchange_is_withheld() -> None:
    track = track_of(seen_from_behind())
    settled = settle_sides(track, lies=False)
    assert settled.found.tolist() == [i < 10 or 25 <= i < 30 for i in range(FRAMES)]
    np.testing.assert_array_equal(settled.pixels[28], track.pixels[28])
    assert not settled.refined[12]


def test_without_joints_an_exchange_is_withheld_lying_too() -> None:
    bare = [
        replace(p, joints=np.full((17, 3), np.nan), joint_sigma=np.full((17, 2), np.nan)) for p in seen_from_behind()
    ]
    assert not settle_sides(track_of(bare), lies=True).found[10:25].any()


def test_from_the_side_joints_name_nothing() -> None:
    def narrow(pose: Pose) -> Pose:
        middle = pose.pixels[[INDEX[f"{s}_hip"] for s in SIDES], 0].mean()
        joints, pixels = pose.joints.copy(), pose.pixels.copy()
        for xy in (joints, pixels):
            xy[:, 0] = middle + 0.2 * (xy[:, 0] - middle)
        return replace(pose, joints=joints, pixels=pixels)

    track = track_of([narrow(p) for p in seen_from_behind()])
    np.testing.assert_array_equal(settle_sides(track, lies=True).pixels[15], track.pixels[15])


@pytest.mark.parametrize("lies", [True, False])
def test_pose_by_pose_it_is_the_same(lies: bool) -> None:
    poses = [*seen_from_behind(), Pose.missing(2.0)]
    watch = SideWatch()
    live = track_of([settle_pose(p, lies, watch) for p in poses])
    whole = settle_sides(track_of(poses), lies)
    for name in ("pixels", "world", "visibility", "presence", "joints", "joint_sigma"):
        np.testing.assert_array_equal(getattr(live, name), getattr(whole, name), err_msg=name)


def test_settling_twice_changes_nothing_more() -> None:
    once = settle_sides(track_of(seen_from_behind()), lies=True)
    assert settle_sides(once, lies=True) is once


def test_halfway_through_an_exchange_the_joints_stand_for_the_landmarks() -> None:
    pose = refined()
    other = exchanged(pose, EVERYTHING)
    between = replace(pose, time_s=0.1, pixels=(pose.pixels + other.pixels) / 2, visibility=np.full(33, 0.3))
    settled = settle_sides(track_of([pose, between]), lies=True)
    hip = INDEX["left_hip"]
    np.testing.assert_allclose(settled.pixels[1, hip], pose.pixels[hip])
    assert settled.visibility[1, hip] == 1.0
    np.testing.assert_allclose(settled.pixels[1, INDEX["nose"]], between.pixels[INDEX["nose"]])
    upright = settle_sides(track_of([pose, between]), lies=False)
    np.testing.assert_array_equal(upright.pixels[1], between.pixels)
