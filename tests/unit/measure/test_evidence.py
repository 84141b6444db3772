"""What the corrector is told of a leg, as if it were the right one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.core.landmarks import JOINT_INDEX, Side
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.measure.evidence import leg_evidence
from formcheck.synthetic.skeleton import LegAngles
from tests.unit.measure.fit.made import BENT, Pose, camera
from tests.unit.measure.made_clip import REST, WORK, fitted, track_of, without_joints, working

legs = st.builds(
    LegAngles,
    flexion=st.floats(20.0, 70.0),
    adduction=st.floats(-15.0, 8.0),
    ir=st.floats(-15.0, 30.0),
    knee=st.floats(60.0, 110.0),
    dorsiflexion=st.just(-30.0),
)


def evidence(track: PoseTrack, side: Side) -> FloatArray:
    clip = fitted(track)
    return leg_evidence(clip.observations, clip.rest_observations, clip.fit, side)


@settings(max_examples=20, deadline=None)
@given(
    left=legs,
    right=legs,
    roll=st.floats(-12.0, 12.0),
    elevation=st.floats(40.0, 80.0),
    azimuth=st.floats(-25.0, 25.0),
)
def test_the_mirrored_person_s_other_leg_looks_the_same(
    left: LegAngles, right: LegAngles, roll: float, elevation: float, azimuth: float
) -> None:
    track = track_of([*REST, Pose(left=left, right=right, roll=roll)], camera(elevation, azimuth))
    mirror = track.mirrored()
    np.testing.assert_allclose(evidence(mirror, "left"), evidence(track, "right"), atol=0.01)
    np.testing.assert_allclose(evidence(mirror, "right"), evidence(track, "left"), atol=0.01)


@pytest.mark.parametrize("azimuth", [165.0, -165.0])
def test_seen_from_the_head_the_mirrored_person_s_other_leg_looks_the_same_too(azimuth: float) -> None:
    track = track_of([*REST, *WORK[:2]], camera(50.0, azimuth))
    np.testing.assert_allclose(evidence(track.mirrored(), "left"), evidence(track, "right"), atol=0.01)


def test_the_working_leg_looks_different_from_the_resting_one() -> None:
    track, _ = working()
    assert np.abs(evidence(track, "right") - evidence(track, "left"))[-1].max() > 5.0


def test_the_picture_s_resolution_does_not_matter() -> None:
    track, _ = working()
    twice = replace(
        track,
        pixels=2 * track.pixels,
        joints=track.joints * (2.0, 2.0, 1.0),
        joint_sigma=track.joint_sigma * (2.0, 1.0),
        image_size=(2 * track.image_size[0], 2 * track.image_size[1]),
    )
    np.testing.assert_allclose(evidence(twice, "right"), evidence(track, "right"), atol=0.05)


def test_where_the_person_lies_in_the_picture_hardly_matters_to_what_moved() -> None:
    still = track_of([*REST, Pose()], camera(55.0))
    found = evidence(still, "right")
    np.testing.assert_allclose(found[-1], found[0], atol=0.05)


def test_a_frame_without_refined_joints_has_no_evidence_and_the_others_have_all() -> None:
    found = evidence(without_joints(working()[0], slice(4, 6)), "left")
    known = np.isfinite(found).all(axis=1)
    np.testing.assert_array_equal(np.flatnonzero(~known), [4, 5])


def test_a_doubtful_knee_counts_for_its_own_leg_only() -> None:
    track, _ = working()
    sigma = track.joint_sigma.copy()
    sigma[4, JOINT_INDEX["left_knee"]] *= 3.0
    doubtful = replace(track, joint_sigma=sigma)
    assert np.count_nonzero(np.isclose(evidence(doubtful, "left")[4] - evidence(track, "left")[4], np.log(3.0))) == 2
    assert np.count_nonzero(np.isclose(evidence(doubtful, "right")[4] - evidence(track, "right")[4], np.log(3.0))) == 0


def test_the_pose_model_s_metre_does_not_matter() -> None:
    plain, other = (track_of([*REST, Pose(right=replace(BENT, ir=20.0))], camera(55.0), m) for m in (1.0, 1.2))
    np.testing.assert_allclose(evidence(other, "right"), evidence(plain, "right"), atol=0.1)
