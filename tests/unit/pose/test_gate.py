"""Refined joints are believed only where picture, shift and lengths are like those the network knows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck.core.errors import ModelError
from formcheck.core.landmarks import INDEX, JOINT_INDEX, JOINTS
from formcheck.core.pose import FloatArray, Pose
from formcheck.pose.gate import Doubt, Gate, length_ratios, shifts_m
from tests.fixtures.refiner import landmark_of
from tests.unit.pose.test_crop import turned

PX_PER_M = 180.0
KNOWN = np.array([1.0, 2.0])
GATE = Gate(
    feature_mean=KNOWN,
    feature_whitening=np.array([[2.0, 0.0], [1.0, 1.0]]),
    feature_limit=3.0,
    shift_limit_m=np.full(17, 0.1),
    length_limit=np.array([[0.8, 1.2], [0.8, 1.2], [0.7, 1.4]]),
)


def joints_of(pose: Pose) -> FloatArray:
    """Return joints that lie exactly on the pose model's landmarks."""
    joints = np.zeros((len(JOINTS), 3))
    for j, joint in enumerate(JOINTS):
        if joint == "lumbar":
            joints[j, :2] = pose.pixels[[INDEX["left_hip"], INDEX["right_hip"]]].mean(axis=0)
        else:
            k = INDEX[landmark_of(joint)]
            joints[j] = *pose.pixels[k], pose.world[k, 2]
    return joints


POSE = turned(0, PX_PER_M)
JOINTS_THERE = joints_of(POSE)


def moved(joint: str, x_m: float = 0.0, depth_m: float = 0.0) -> FloatArray:
    joints = JOINTS_THERE.copy()
    joints[JOINT_INDEX[joint]] += (x_m * PX_PER_M, 0, depth_m)
    return joints


def test_joints_on_the_landmarks_of_a_known_picture_are_believed() -> None:
    assert GATE.doubt(JOINTS_THERE, KNOWN, POSE, PX_PER_M) is None
    np.testing.assert_allclose(shifts_m(JOINTS_THERE, POSE, PX_PER_M), 0, atol=1e-12)
    np.testing.assert_allclose(length_ratios(JOINTS_THERE, POSE, PX_PER_M), 1)


@pytest.mark.parametrize(
    ("features", "doubt"),
    [((2.0, 2.0), None), ((2.4, 2.0), Doubt.UNFAMILIAR), ((1.0, 4.9), None), ((1.0, 5.1), Doubt.UNFAMILIAR)],
)
def test_features_far_from_the_known_are_unfamiliar(features: tuple[float, float], doubt: Doubt | None) -> None:
    assert GATE.doubt(JOINTS_THERE, np.array(features), POSE, PX_PER_M) is doubt


@pytest.mark.parametrize("joint", JOINTS)
def test_each_joint_may_move_by_its_own_limit(joint: str) -> None:
    limit = np.full(17, 0.02)
    limit[JOINT_INDEX[joint]] = 0.05
    gate = replace(GATE, shift_limit_m=limit)
    assert gate.doubt(moved(joint, x_m=0.04), KNOWN, POSE, PX_PER_M) is None
    assert gate.doubt(moved(joint, x_m=0.06), KNOWN, POSE, PX_PER_M) is Doubt.MOVED


@pytest.mark.parametrize("joint", ["left_hip", "right_knee", "left_ankle"])
def test_depth_that_stretches_a_segment_is_misshapen(joint: str) -> None:
    assert GATE.doubt(moved(joint, depth_m=0.5), KNOWN, POSE, PX_PER_M) is Doubt.MISSHAPEN


def test_lengths_count_depth_in_metres_and_the_rest_in_the_pictures_scale() -> None:
    ratios = length_ratios(moved("right_ankle", depth_m=0.3), POSE, PX_PER_M)
    before = POSE.world[INDEX["right_ankle"]] - POSE.world[INDEX["right_knee"]]
    after = before + np.array([0, 0, 0.3])
    expected = np.ones((2, 3))
    expected[1, 1] = np.linalg.norm(after) / np.linalg.norm(before)
    np.testing.assert_allclose(ratios, expected)


def test_answer_that_is_no_number_is_not_believed() -> None:
    joints = JOINTS_THERE.copy()
    joints[3] = np.nan
    assert GATE.doubt(joints, KNOWN, POSE, PX_PER_M) is not None
    assert GATE.doubt(JOINTS_THERE, np.array([np.nan, 2.0]), POSE, PX_PER_M) is Doubt.UNFAMILIAR


def test_limits_of_another_network_are_refused(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "a.npz",
        feature_mean=KNOWN,
        feature_whitening=np.eye(3),
        feature_limit=1.0,
        shift_limit_m=np.ones(17),
        length_limit=np.ones((3, 2)),
    )
    with pytest.raises(ModelError, match=r"a\.npz cannot be read"):
        Gate.load(tmp_path / "a.npz")


def test_hips_that_pass_through_each_other_in_an_exchange_do_not_make_the_joints_misshapen() -> None:
    hips = [INDEX["left_hip"], INDEX["right_hip"]]
    world = POSE.world.copy()
    world[hips] = world[hips].mean(axis=0) + 0.01 * (world[hips] - world[hips].mean(axis=0))
    between = replace(POSE, world=world)
    assert (
        replace(GATE, length_limit=np.array([[0, 3], [0, 3], [0, 4.0]])).doubt(JOINTS_THERE, KNOWN, between, PX_PER_M)
        is None
    )
