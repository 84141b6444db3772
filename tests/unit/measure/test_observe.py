"""What the fit is told: refined joints of lying people, else the pose model's, in the standard person's metres."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.core.landmarks import INDEX, JOINT_INDEX, JOINTS
from formcheck.measure.fit import PARAMETER_INDEX, fit_rest
from formcheck.measure.noise import landmark_sigma, limit
from formcheck.measure.observe import observe, px_per_standard_m, standard_scale
from formcheck.measure.points import torso_px
from tests.unit.measure.fit.made import camera
from tests.unit.measure.made_clip import OWN, REST, SHARED, WORK, fitted, track_of, without_joints, working

TO = [JOINT_INDEX[name] for name in SHARED]
FROM = [INDEX[name] for name in SHARED]


def test_refined_frames_have_the_refined_joints_and_the_others_the_pose_model_s_twelve() -> None:
    exact, _ = working()
    track = without_joints(replace(exact, pixels=exact.pixels + 7.0), slice(4, 6))  # tells the two apart
    obs = observe(track, "lying_end")
    there = np.setdiff1d(np.arange(len(track)), [4, 5])
    np.testing.assert_allclose(obs.pixels[there], track.joints[there, :, :2])
    np.testing.assert_allclose(obs.sigma_px[there], track.joint_sigma[there, :, 0])
    np.testing.assert_allclose(obs.depth_m[there], track.joints[there, :, 2])
    assert len(SHARED) == 12
    np.testing.assert_allclose(obs.pixels[4:6, TO], track.pixels[4:6, FROM])
    assert obs.seen[4:6, TO].all()
    assert not obs.seen[4:6, OWN].any()
    assert not obs.deep[4:6].any()


def test_the_pose_model_s_landmarks_are_as_uncertain_as_the_noise_table_says_for_that_view() -> None:
    track = without_joints(working()[0], slice(None))
    for pictured in ("lying_end", "lying_side"):
        across, down = landmark_sigma(("left_knee",), "image", pictured)[0]
        expected = torso_px(track.pixels) * np.sqrt((across**2 + down**2) / 2)
        np.testing.assert_allclose(observe(track, pictured).sigma_px[:, JOINT_INDEX["left_knee"]], expected)


@pytest.mark.parametrize("pictured", ["upright", "upright_front"])
def test_of_upright_people_the_pose_model_s_landmarks_are_taken(pictured: str) -> None:
    exact, _ = working()
    track = replace(exact, pixels=exact.pixels + 7.0)
    obs = observe(track, pictured)
    np.testing.assert_allclose(obs.pixels[:, TO], track.pixels[:, FROM])
    known = {name for name in JOINTS if obs.deep[:, JOINT_INDEX[name]].any()}
    assert known == ({"left_shoulder", "right_shoulder"} if pictured == "upright_front" else set())


def test_from_the_front_one_shoulder_is_nearer_by_more_than_the_pose_model_says() -> None:
    """It reads turns of the shoulder line about half as large as they are."""
    track, _ = working()
    left, right = (track.world[:, INDEX[f"{side}_shoulder"], 2] for side in ("left", "right"))
    obs = observe(track, "upright_front", 2.0)
    a, b = (obs.depth_m[:, JOINT_INDEX[f"{side}_shoulder"]] for side in ("left", "right"))
    np.testing.assert_allclose(a - b, 2.0 * limit("shoulder_turn_gain") * (left - right))
    np.testing.assert_allclose(a + b, 2.0 * (left + right))


def test_the_scale_changes_depths_and_their_sigma_only() -> None:
    track, _ = working()
    one, two = observe(track, "lying_end"), observe(track, "lying_end", 2.0)
    np.testing.assert_allclose(two.pixels, one.pixels)
    np.testing.assert_allclose(two.sigma_px, one.sigma_px)
    np.testing.assert_allclose(two.depth_m, 2.0 * one.depth_m)
    np.testing.assert_allclose(two.depth_sigma_m, 2.0 * one.depth_sigma_m)


def test_the_picture_s_scale_at_rest_is_focal_length_over_distance() -> None:
    eye = camera(60.0)
    track, _ = working(60.0)
    rest = fit_rest(observe(track.between(0, 3), "lying_end"), "supine")
    away = eye.to_camera(REST[0].joints()["mid_hip"][None])[0, 2]
    assert px_per_standard_m(rest, track.image_size) == pytest.approx(eye.focal / away, rel=0.03)


@pytest.mark.parametrize("metre", [0.8, 1.25])
def test_depth_does_not_depend_on_the_pose_model_s_own_metre(metre: float) -> None:
    eye = camera(50.0)
    plain, other = (track_of(REST + WORK, eye, m) for m in (1.0, metre))
    expected, found = (fitted(t).observations for t in (plain, other))
    np.testing.assert_allclose(found.depth_m, expected.depth_m, rtol=0.03, atol=1e-4)
    np.testing.assert_allclose(found.depth_sigma_m, expected.depth_sigma_m, rtol=0.03)


@pytest.mark.parametrize("metre", [0.8, 1.0, 1.25])
def test_the_standard_scale_is_what_the_pose_model_is_out_by(metre: float) -> None:
    plain, track = (track_of(REST, camera(60.0), m) for m in (1.0, metre))
    rest = fit_rest(observe(plain, "lying_end"), "supine")
    assert standard_scale(track, rest) * metre == pytest.approx(standard_scale(plain, rest))
    assert standard_scale(track, rest) == pytest.approx(1.0 / metre, rel=0.1)  # weak perspective
    farther = rest.parameters.copy()
    farther[PARAMETER_INDEX["log_distance"]] += np.log(2.0)
    assert standard_scale(track, replace(rest, parameters=farther)) == pytest.approx(2.0 * standard_scale(track, rest))
