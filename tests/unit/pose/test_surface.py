"""Points on the trunk followed by optical flow, on a pattern that is moved by known amounts."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from formcheck.core.landmarks import JOINT_INDEX, JOINTS
from formcheck.core.pose import Pose
from formcheck.core.surface import LATERAL, PELVIS_ROWS
from formcheck.pose.crop import crop_of
from formcheck.pose.surface import ELSEWHERE_M, SETTLING_S, TrunkWatch
from tests.fixtures.stick import squat_track

STEP_S = 0.1


@pytest.fixture(scope="module")
def standing() -> Pose:
    """Return somebody whose joints are where the landmarks are."""
    track = squat_track([])
    pose = Pose(0.0, track.pixels[0], track.world[0], track.visibility[0], track.presence[0])
    from formcheck.core.landmarks import INDEX

    joints = np.zeros((len(JOINTS), 3))
    for name, i in JOINT_INDEX.items():
        joints[i, :2] = pose.pixels[INDEX[name]] if name in INDEX else pose.pixels[INDEX["left_hip"]]
    return replace(pose, joints=joints, joint_sigma=np.ones((len(JOINTS), 2)))


@pytest.fixture(scope="module")
def cloth(standing: Pose) -> np.ndarray:
    """Return a picture full of spots, as large as the person needs."""
    width, height = (int(v) for v in np.nanmax(standing.pixels, axis=0) + 300)
    noise = np.random.default_rng(3).normal(size=(height, width)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 6.0)
    grey = np.clip(128 + 60 * smooth / smooth.std(), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def moved(picture: np.ndarray, right: float, down: float) -> np.ndarray:
    """Return the picture moved by pixels."""
    shift = np.array([[1.0, 0.0, right], [0.0, 1.0, down]])
    return cv2.warpAffine(picture, shift, picture.shape[1::-1], borderMode=cv2.BORDER_REFLECT)


def later(pose: Pose, frames: int, right: float = 0.0) -> Pose:
    """Return the pose some frames later, moved to the right of the picture by pixels."""
    way = np.array([right, 0.0])
    joints = pose.joints + np.array([right, 0.0, 0.0])
    return replace(pose, time_s=frames * STEP_S, pixels=pose.pixels + way, joints=joints)


def test_a_surface_that_moves_is_followed_in_metres_to_the_person_s_right_and_up(
    standing: Pose, cloth: np.ndarray
) -> None:
    watch = TrunkWatch()
    first = watch.follow(cloth, standing)
    np.testing.assert_allclose(first.surface, 0.0, atol=1e-6)
    crop = crop_of(standing)
    assert crop is not None
    ten = 10.0 / crop.px_per_m
    hips = standing.joints[[JOINT_INDEX["left_hip"], JOINT_INDEX["right_hip"]], 0]
    to_right = np.sign(hips[1] - hips[0])  # of the picture, where the person's right is
    found = watch.follow(moved(cloth, 10.0, -5.0), later(standing, 1)).surface
    assert np.median(found[:, 0]) == pytest.approx(to_right * ten, rel=0.1)
    assert np.median(found[:, 1]) == pytest.approx(ten / 2, rel=0.15)
    assert np.median(found[:, 2]) < 0.003


def test_only_what_moved_has_moved(standing: Pose, cloth: np.ndarray) -> None:
    watch = TrunkWatch()
    watch.follow(cloth, standing)
    middle = standing.joints[
        [JOINT_INDEX[f"{s}_{p}"] for s in ("left", "right") for p in ("hip", "shoulder")], 1
    ].mean()
    picture = cloth.copy()
    picture[int(middle) :] = moved(cloth, 12.0, 0.0)[int(middle) :]
    found = np.abs(watch.follow(picture, later(standing, 1)).surface[:, 0]).reshape(-1, len(LATERAL))
    assert np.median(found[: len(PELVIS_ROWS) - 1]) > 5 * np.median(found[-2:])


def test_without_refined_joints_nothing_is_followed(standing: Pose, cloth: np.ndarray) -> None:
    bare = Pose(0.0, standing.pixels, standing.world, standing.visibility, standing.presence)
    watch = TrunkWatch()
    assert watch.follow(cloth, bare) is bare
    assert np.isnan(watch.follow(cloth, Pose.missing(0.1)).surface).all()
    assert np.isfinite(watch.follow(cloth, later(standing, 2)).surface).all()


def test_somebody_who_comes_to_rest_is_followed_from_there_and_a_later_rest_changes_nothing(
    standing: Pose, cloth: np.ndarray
) -> None:
    watch = TrunkWatch()
    slow = crop_of(standing)
    assert slow is not None
    step = 0.03 * slow.px_per_m
    since = [watch.follow(cloth, later(standing, k, min(k, 4) * step)).surface_from_s for k in range(30)]
    assert since[0] == 0.0
    settled = since[-1]
    assert 4 * STEP_S < settled <= SETTLING_S
    assert set(since) == {0.0, settled}


def test_somebody_who_moves_elsewhere_is_followed_from_there(standing: Pose, cloth: np.ndarray) -> None:
    watch = TrunkWatch()
    crop = crop_of(standing)
    assert crop is not None
    away = 1.5 * ELSEWHERE_M * crop.px_per_m
    places = [0.0] * 15 + [away] * 15
    since = [watch.follow(cloth, later(standing, k, place)).surface_from_s for k, place in enumerate(places)]
    assert max(since[:15]) < 15 * STEP_S <= since[-1]
    one_bad_frame = [0.0] * 15 + [away] + [0.0] * 14
    watch = TrunkWatch()
    since = [watch.follow(cloth, later(standing, k, place)).surface_from_s for k, place in enumerate(one_bad_frame)]
    assert since[-1] == since[14]
