"""What is drawn is what was measured from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.core.landmarks import INDEX, JOINTS
from formcheck.exercises.lookup import load_exercise
from formcheck.overlay.measured import measured_track
from tests.fixtures.stick import squat_track

LIFTOFF = load_exercise("supine-ir-liftoff")
KNEE = INDEX["left_knee"]


def refined(sigma_px: float) -> tuple[np.ndarray, np.ndarray]:
    frames = len(squat_track([]))
    return np.full((frames, len(JOINTS), 3), 123.0), np.full((frames, len(JOINTS), 2), sigma_px)


def test_of_a_lying_person_the_joints_that_were_measured_from_are_drawn() -> None:
    joints, sigma = refined(2.0)
    track = replace(squat_track([]), joints=joints, joint_sigma=sigma)
    assert (measured_track(track, LIFTOFF, lying=True).pixels[:, KNEE] == 123.0).all()
    assert measured_track(track, LIFTOFF, lying=False) is track


def test_a_joint_that_is_unsure_or_missing_leaves_its_landmark() -> None:
    joints, sigma = refined(500.0)
    plain = squat_track([])
    unsure = replace(plain, joints=joints, joint_sigma=sigma)
    for track in (plain, unsure):
        assert np.array_equal(measured_track(track, LIFTOFF, lying=True).pixels, plain.pixels)


def test_arms_are_drawn_only_where_the_drill_measures_them() -> None:
    track, wrist = squat_track([]), INDEX["left_wrist"]
    assert not measured_track(track, LIFTOFF, lying=True).visibility[:, wrist].any()
    assert measured_track(track, load_exercise("arm-bar"), lying=True).visibility[:, wrist].all()
