"""Lying or upright, and from where: told from the refined joints of made-up people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.core.landmarks import JOINTS
from formcheck.core.pose import PoseTrack
from formcheck.measure.fit import Observations
from formcheck.measure.view import find_view
from formcheck.synthetic.camera import Placement, place_camera
from formcheck.synthetic.rotations import rot_z
from formcheck.synthetic.skeleton import BodyAngles, LegAngles, SpineAngles, forward_kinematics
from tests.fixtures.stick import squat_track
from tests.unit.measure.fit import made

STRAIGHT = LegAngles(flexion=0.0, adduction=-3.0, ir=-5.0, knee=4.0, dorsiflexion=-35.0)


class Standing(made.Pose):
    """A person on both feet."""

    def joints(self) -> dict[str, NDArray[np.float64]]:
        leg = LegAngles(flexion=4.0, adduction=-2.0, ir=-3.0, knee=4.0, dorsiflexion=2.0)
        angles = BodyAngles(np.array([0.0, 0.9, 0.0]), rot_z(-4.0), SpineAngles(0.0, 0.0, 0.0))
        return forward_kinematics(made.PERSON, replace(angles, left_leg=leg, right_leg=leg)).joints


def standing(azimuth: float) -> Observations:
    """Return a standing person seen from 10 degrees above the horizontal."""
    placement = Placement("front", azimuth, 10.0, 3.1, 60.0)
    eye = place_camera(placement, np.array([0.0, 0.85, 0.0]), np.array([1.0, 0.0, 0.0]), made.SIZE)
    return made.seen([Standing()], eye)[0]


def as_track(obs: Observations) -> PoseTrack:
    """Return a track of ten frames whose joints are the observations; its landmarks are those of a stick person."""
    stick = squat_track([0.0]).between(0, 10)
    joints = np.concatenate([obs.pixels, obs.depth_m[..., None]], axis=-1)
    sigma = np.stack([obs.sigma_px, obs.depth_sigma_m], axis=-1)
    return replace(stick, joints=np.repeat(joints, 10, axis=0), joint_sigma=np.repeat(sigma, 10, axis=0))


@pytest.mark.parametrize("expected", [True, False, None])
@pytest.mark.parametrize(
    ("elevation", "legs", "view"),
    [
        (40.0, made.BENT, "foot_end"),
        (60.0, made.BENT, "foot_end"),
        (86.0, made.BENT, "overhead"),
        (40.0, STRAIGHT, "foot_end"),
        (60.0, STRAIGHT, "foot_end"),
    ],
)
def test_a_lying_person_lies_whatever_is_expected(
    elevation: float, legs: LegAngles, view: str, expected: bool | None
) -> None:
    obs, _ = made.seen([made.Pose(left=legs, right=legs)], made.camera(elevation))
    found = find_view(as_track(obs), expected)
    assert (found.view, found.lying) == (view, True)
    assert found.elevation_deg == pytest.approx(elevation, abs=4.0)
    assert found.elevation_sigma_deg is not None


@pytest.mark.parametrize(
    ("azimuth", "view"), [(90.0, "side"), (-90.0, "side"), (180.0, "head_end"), (20.0, "foot_end")]
)
def test_from_where_a_lying_person_is_seen(azimuth: float, view: str) -> None:
    obs, _ = made.seen([made.Pose()], made.camera(35.0, azimuth))
    assert find_view(as_track(obs), True).view == view


@pytest.mark.parametrize("expected", [True, False, None])
@pytest.mark.parametrize("azimuth", [0.0, 20.0, 45.0, 90.0, 180.0])
def test_a_standing_person_stands_whatever_is_expected(azimuth: float, expected: bool | None) -> None:
    assert not find_view(as_track(standing(azimuth)), expected).lying


def test_without_enough_refined_frames_the_landmarks_decide() -> None:
    track = as_track(made.seen([made.Pose()], made.camera(50.0))[0])
    joints = track.joints.copy()
    joints[4:] = np.nan
    assert find_view(replace(track, joints=joints)).view == "front"  # the stick person stands
    assert joints.shape[1] == len(JOINTS)
