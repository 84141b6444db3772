"""Angles recovered from joint centres equal the angles put in. The recovery here is written anew from the ISB text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.synthetic.people import person_from_seed
from formcheck.synthetic.skeleton import BIND, BodyAngles, LegAngles, Posture, forward_kinematics

angle = st.floats(-1.0, 1.0)


def _random_rotation(seed: int) -> np.ndarray:
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    if np.linalg.det(q) < 0:
        q[:, 0] *= -1
    return q


def recover_from_centres(posture: Posture, side: str) -> tuple[float, float, float, float]:
    """Grood and Suntay angles of one leg from joint centres alone; the left leg is mirrored to a right one first."""
    mirror = np.array([1.0, 1.0, -1.0 if side == "left" else 1.0])
    other = "right" if side == "left" else "left"
    j = {k: v * mirror for k, v in posture.joints.items()}
    unit = lambda v: v / np.linalg.norm(v)  # noqa: E731
    zp = unit(j[f"{side}_hip"] - j[f"{other}_hip"])
    s = j["lumbar"] - (j[f"{side}_hip"] + j[f"{other}_hip"]) / 2
    xp = unit(np.cross(s, zp))
    yp = np.cross(zp, xp)
    yf = unit(j[f"{side}_hip"] - j[f"{side}_knee"])
    t = -yf
    shin = unit(j[f"{side}_ankle"] - j[f"{side}_knee"])
    n = shin - (shin @ t) * t
    xf = -unit(n)
    zf = np.cross(xf, yf)
    e2 = unit(np.cross(yf, zp))
    deg = np.rad2deg
    return (
        deg(np.arctan2(e2 @ yp, e2 @ xp)),
        deg(np.arcsin(zp @ yf)),
        deg(np.arctan2(e2 @ zf, e2 @ xf)),
        deg(np.arctan2(np.linalg.norm(n), shin @ t)),
    )


@settings(max_examples=150, deadline=None)
@given(
    flexion=st.floats(-30, 130),
    adduction=st.floats(-60, 60),
    ir=st.floats(-70, 70),
    knee=st.floats(5, 150),
    body=st.integers(0, 500),
    world=st.integers(0, 10_000),
    side=st.sampled_from(["left", "right"]),
)
def test_hip_and_knee_angles_come_back_from_joint_centres(
    flexion: float, adduction: float, ir: float, knee: float, body: int, world: int, side: str
) -> None:
    leg = LegAngles(flexion, adduction, ir, knee)
    pose = BodyAngles(np.array([0.3, 0.9, -0.2]), _random_rotation(world)).with_leg(side, leg)
    posture = forward_kinematics(person_from_seed(body).proportions, pose)
    np.testing.assert_allclose(recover_from_centres(posture, side), (flexion, adduction, ir, knee), atol=1e-6)


@pytest.mark.parametrize("side", ["left", "right"])
def test_straight_knee_rotation_comes_back_from_the_knee_front_marker(side: str) -> None:
    pose = BodyAngles(np.zeros(3), _random_rotation(3)).with_leg(side, LegAngles(12.0, -7.0, 21.0, 0.0))
    posture = forward_kinematics(person_from_seed(4).proportions, pose)
    # with a straight knee a bent shank is drawn with the marker standing in for the ankle's direction
    hip, knee = posture.joints[f"{side}_hip"], posture.joints[f"{side}_knee"]
    behind = knee - (posture.joints[f"{side}_knee_front"] - knee)
    bent = Posture({**posture.joints, f"{side}_ankle": behind}, posture.bones)
    assert np.linalg.norm(hip - knee) > 0.3
    np.testing.assert_allclose(recover_from_centres(bent, side)[:3], (12.0, -7.0, 21.0), atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(ir=st.floats(-60, 60), add=st.floats(-40, 40), knee=st.floats(0, 120), body=st.integers(0, 300))
def test_left_is_the_mirror_image_of_right(ir: float, add: float, knee: float, body: int) -> None:
    p = person_from_seed(body).proportions
    leg = LegAngles(30.0, add, ir, knee, 5.0, 4.0, 3.0)
    right = forward_kinematics(p, BodyAngles(np.zeros(3), np.eye(3), right_leg=leg)).joints
    left = forward_kinematics(p, BodyAngles(np.zeros(3), np.eye(3), left_leg=leg)).joints
    for name in ("knee", "ankle", "heel", "foot_index"):
        np.testing.assert_allclose(left[f"left_{name}"], right[f"right_{name}"] * [1, 1, -1], atol=1e-12)


def test_segments_keep_their_lengths() -> None:
    p = person_from_seed(7).proportions
    j = forward_kinematics(p, BIND).joints
    assert np.linalg.norm(j["left_knee"] - j["left_hip"]) == pytest.approx(p.thigh)
    assert np.linalg.norm(j["right_ankle"] - j["right_knee"]) == pytest.approx(p.shank)
    assert np.linalg.norm(j["right_hip"] - j["left_hip"]) == pytest.approx(2 * p.hip_half_width)


def test_lumbar_centre_is_straight_above_mid_hip() -> None:
    turn = _random_rotation(9)
    posture = forward_kinematics(person_from_seed(1).proportions, BodyAngles(np.ones(3), turn))
    up = posture.joints["lumbar"] - (posture.joints["left_hip"] + posture.joints["right_hip"]) / 2
    np.testing.assert_allclose(up / np.linalg.norm(up), turn[:, 1], atol=1e-12)


def test_internal_rotation_of_a_bent_right_leg_swings_the_foot_to_the_right() -> None:
    pose = BodyAngles(np.zeros(3), np.eye(3), right_leg=LegAngles(90.0, 0.0, 30.0, 90.0))
    j = forward_kinematics(person_from_seed(1).proportions, pose).joints
    assert j["right_ankle"][2] > j["right_knee"][2] + 0.1
