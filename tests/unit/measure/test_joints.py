"""Joint angles come back exactly from forward kinematics, whatever the frame, scale or side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from formcheck.core.pose import FloatArray
from formcheck.measure.joints import femur_axes, hip_angles_deg, knee_flexion_deg, pelvis_axes
from tests.fixtures.stick import leg_from_angles

angles = st.tuples(
    st.floats(-30, 130), st.floats(-45, 40), st.floats(-60, 60), st.floats(10, 150)
)  # flexion, adduction, internal rotation, knee flexion
orientations = st.tuples(*[st.floats(-180, 180)] * 3).map(
    lambda e: Rotation.from_euler("zyx", e, degrees=True).as_matrix()
)
scales = st.floats(0.3, 3.0)


def leg(a: tuple[float, float, float, float], frame: FloatArray, scale: float = 1.0) -> tuple[FloatArray, ...]:
    """Right hip, left hip, lumbar point, knee, ankle for joint angles in a pelvis with axes `frame`."""
    hip = 0.1 * frame[2]
    knee, ankle = leg_from_angles(frame, hip, (0.42, 0.40), a)
    return tuple(scale * p for p in (hip, -hip, 0.15 * frame[1], knee, ankle))


def recovered(hip_r: FloatArray, hip_l: FloatArray, up: FloatArray, knee: FloatArray, ankle: FloatArray) -> list[float]:
    flexion, adduction, rotation = hip_angles_deg(pelvis_axes(hip_r, hip_l, up), femur_axes(hip_r, knee, ankle))
    return [float(flexion), float(adduction), float(rotation), float(knee_flexion_deg(hip_r, knee, ankle))]


@given(angles, orientations, scales)
def test_forward_kinematics_gives_back_the_angles(a, frame, scale):  # type: ignore[no-untyped-def]
    np.testing.assert_allclose(recovered(*leg(a, frame, scale)), a, atol=1e-6)


def test_internal_rotation_swings_the_foot_outwards() -> None:
    """Thigh vertical, knee at 90: the shank points back; turning the thigh in takes the foot to the person's right."""
    frame = np.eye(3)  # X anterior, Y up, Z right
    neutral, turned = leg((0, 0, 0, 90), frame)[4], leg((0, 0, 30, 90), frame)[4]
    assert turned[2] > neutral[2] + 0.1
    assert turned[1] == pytest.approx(neutral[1])


def test_a_straight_leg_has_no_rotation() -> None:
    """The plane of the leg is undefined: the function must not make up a number."""
    hip_r, hip_l, up, knee, _ = leg((10, 0, 0, 90), np.eye(3))
    straight = knee + (knee - hip_r)
    assert np.isnan(recovered(hip_r, hip_l, up, knee, straight)[2])
