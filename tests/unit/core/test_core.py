"""The nouns: landmarks, tracks and measurements."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from formcheck.core.landmarks import BODY_EDGES, INDEX, JOINT_INDEX, JOINTS, LANDMARKS, MIRROR, other_side
from formcheck.core.measurement import Measurement, Reason
from formcheck.core.pose import Pose, PoseTrack, no_joints
from formcheck.core.surface import POINTS
from formcheck.core.words import REASONS, reason_words
from tests.fixtures.stick import squat_track


def test_the_mirror_permutation_exchanges_left_and_right_and_undoes_itself() -> None:
    assert len(LANDMARKS) == 33
    assert LANDMARKS[MIRROR[INDEX["left_knee"]]] == "right_knee"
    assert LANDMARKS[MIRROR[INDEX["nose"]]] == "nose"
    assert (MIRROR[MIRROR] == np.arange(33)).all()
    edges = {frozenset(edge) for edge in BODY_EDGES}
    assert {frozenset(map(other_side, edge)) for edge in BODY_EDGES} == edges


def test_mirroring_a_track_twice_gives_it_back() -> None:
    track = squat_track([60.0], yaw_deg=30)
    again = track.mirrored().mirrored()
    np.testing.assert_allclose(again.pixels, track.pixels)
    np.testing.assert_allclose(again.world, track.world)


def test_a_track_refuses_wrong_shapes_and_times_that_do_not_rise() -> None:
    poses = [Pose.missing(0.0), Pose.missing(0.0)]
    with pytest.raises(ValueError, match="strictly increasing"):
        PoseTrack.from_poses(poses, (4, 4))
    good = PoseTrack.from_poses([Pose.missing(0.0), Pose.missing(0.1)], (4, 4))
    assert not good.found.any()
    with pytest.raises(ValueError, match="shape"):
        PoseTrack(good.time_s, good.pixels[:1], good.world, good.visibility, good.presence, (4, 4))


def refined_track(frames: int = 3) -> PoseTrack:
    """Return a squat's first frames with joints that are known except in frame 1."""
    rng = np.random.default_rng(0)
    joints, sigma = rng.uniform(0, 100, (frames, len(JOINTS), 3)), rng.uniform(1, 2, (frames, len(JOINTS), 2))
    joints[1], sigma[1] = np.nan, np.nan
    return replace(squat_track([60.0]).between(0, frames), joints=joints, joint_sigma=sigma)


def test_joints_are_unknown_unless_given() -> None:
    track = squat_track([60.0])
    assert not track.refined.any()
    assert track.joints.shape == (len(track), 17, 3)
    assert not Pose.missing(0.0).refined
    with pytest.raises(ValueError, match=r"joints has shape"):
        replace(track, joints=no_joints(2))


def test_joints_follow_the_frames_through_stacking_and_cutting() -> None:
    track = refined_track()
    assert track.refined.tolist() == [True, False, True]
    followed = replace(track, surface=np.ones((3, POINTS, 3)), surface_from_s=np.array([0.5, np.nan, 0.5]))
    stacked = PoseTrack.from_poses(list(followed.poses()), track.image_size)
    for field in fields(PoseTrack):
        np.testing.assert_array_equal(getattr(stacked, field.name), getattr(followed, field.name), field.name)
    assert track.between(1, 3).refined.tolist() == [False, True]


def test_mirror_reflects_about_the_middle_of_the_picture_and_keeps_depth() -> None:
    track = refined_track()
    mirrored, width = track.mirrored(), track.image_size[0]
    left, right = JOINT_INDEX["left_knee_front"], JOINT_INDEX["right_knee_front"]
    np.testing.assert_allclose(mirrored.joints[0, left], track.joints[0, right] * (-1, 1, 1) + (width, 0, 0))
    np.testing.assert_array_equal(mirrored.joint_sigma[0, left], track.joint_sigma[0, right])
    nose = INDEX["nose"]
    np.testing.assert_allclose(mirrored.pixels[:, nose, 0] + track.pixels[:, nose, 0], width)
    np.testing.assert_allclose(mirrored.mirrored().joints, track.joints)


@pytest.mark.parametrize(
    ("measurement", "text"),
    [
        (Measurement(31.4, 4.6), "31 ± 5°"),
        (Measurement(0.123, 0.02, "shank"), "0.12 ± 0.02 shank"),
        (Measurement(None, None, "deg", "low_confidence"), "– (low_confidence)"),
    ],
)
def test_a_measurement_reads_as_a_number_with_its_error_or_as_a_dash(measurement: Measurement, text: str) -> None:
    assert str(measurement) == text


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_and_advice(reason: Reason) -> None:
    assert reason in REASONS
    assert reason_words(reason).what
    assert reason_words(reason).advice
