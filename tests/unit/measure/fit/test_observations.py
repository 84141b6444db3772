from __future__ import annotations

import numpy as np
import pytest

from formcheck.core.landmarks import JOINT_INDEX, JOINTS
from formcheck.measure.fit import Observations

from .made import Pose, camera, seen


def test_median_takes_the_frames_in_which_a_joint_was_seen() -> None:
    obs, _ = seen([Pose()] * 3, camera(50.0))
    knee, hip = JOINT_INDEX["left_knee"], JOINT_INDEX["left_hip"]
    obs.pixels[:, knee] = [[10.0, 1.0], [np.nan, np.nan], [30.0, 3.0]]
    obs.sigma_px[0, hip], obs.sigma_px[1, hip] = np.inf, np.nan
    obs.pixels[:2, hip] = 1e6
    obs.depth_m[:, JOINT_INDEX["lumbar"]] = np.nan
    middle = obs.median()
    assert len(middle) == 1
    np.testing.assert_allclose(middle.pixels[0, knee], [20.0, 2.0])
    np.testing.assert_allclose(middle.pixels[0, hip], obs.pixels[2, hip])
    assert not middle.deep[0, JOINT_INDEX["lumbar"]]


def test_mirroring_twice_changes_nothing() -> None:
    obs, _ = seen([Pose(roll=7.0)], camera(50.0, azimuth=10.0))
    np.testing.assert_allclose(obs.mirrored().mirrored().pixels, obs.pixels)


def test_shapes_that_do_not_belong_together_are_refused() -> None:
    shape = (2, len(JOINTS))
    with pytest.raises(ValueError, match="2 frames"):
        Observations(np.zeros((*shape, 2)), np.zeros((1, shape[1])), np.zeros(shape), np.zeros(shape), (640, 480))


def test_two_sources_are_weighted_by_their_precision_and_fill_each_other_s_gaps() -> None:
    one, _ = seen([Pose()], camera(50.0), sigma_m=0.01)
    two = Observations(one.pixels + 5.0, 2.0 * one.sigma_px, one.depth_m + np.nan, one.depth_sigma_m, one.image_size)
    one.pixels[0, 3] = np.nan
    two.sigma_px[0, 4] = np.inf
    both = one.combined(two)
    np.testing.assert_allclose(both.pixels[0, 5], one.pixels[0, 5] + 1.0)
    np.testing.assert_allclose(both.sigma_px[0, 5], one.sigma_px[0, 5] * np.sqrt(0.8))
    np.testing.assert_allclose(both.pixels[0, 3:5], [two.pixels[0, 3], one.pixels[0, 4]])
    np.testing.assert_allclose(both.depth_m, one.depth_m)
