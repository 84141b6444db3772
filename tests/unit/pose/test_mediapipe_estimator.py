"""The real pose model with the refiner after it, and shown the mirror image when the left leg works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from formcheck.core.frame import Frame
from formcheck.core.landmarks import INDEX, JOINTS, Side
from formcheck.core.pose import Pose
from formcheck.pose import refiner
from formcheck.pose.body import Place
from formcheck.pose.estimator import create_estimator
from formcheck.video.source import open_source
from tests.fixtures.refiner import SEEN, write_refiner

pytestmark = pytest.mark.slow

FRAMES = 12


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = write_refiner(tmp_path)
    monkeypatch.setattr(refiner, "packaged_refiner", lambda: path)
    refiner.shared_refiner.cache_clear()  # whatever this process used before, and uses after it
    yield path
    refiner.shared_refiner.cache_clear()


@pytest.fixture
def frames(pose_model: Path, sample: Callable[[str], Path]) -> list[Frame]:
    with open_source(sample("liftoff_left_clean")) as source:
        return [frame for frame, _ in zip(source, range(FRAMES), strict=False)]


def poses_of(frames: list[Frame], side: Side | None = None) -> list[Pose]:
    with create_estimator(offline=True, side=side) as estimator:
        return [estimator.estimate(frame) for frame in frames]


@pytest.mark.usefixtures("network")
def test_every_found_pose_has_joints(frames: list[Frame]) -> None:
    for pose in poses_of(frames):
        assert pose.found
        assert pose.refined
        assert (pose.joint_sigma > 0).all()


@pytest.mark.usefixtures("network")
def test_nobody_in_the_picture_has_no_joints(pose_model: Path) -> None:
    grey = [Frame(i, i / 30, np.full((240, 320, 3), 128, np.uint8)) for i in range(2)]
    assert not any(pose.found or pose.refined for pose in poses_of(grey))


def test_result_names_the_network_by_its_hash(pose_model: Path, network: Path) -> None:
    with create_estimator(offline=True) as refining, create_estimator(offline=True, refine=False) as plain:
        assert len(refining.model.refiner_sha256) == 64
        assert plain.model.refiner_sha256 == ""


@pytest.mark.usefixtures("network")
def test_left_stays_left_when_the_models_see_the_mirror_image(frames: list[Frame]) -> None:
    limbs = [INDEX[f"{side}_{part}"] for part in ("shoulder", "hip", "knee", "ankle") for side in ("left", "right")]
    for plain, mirrored in zip(poses_of(frames), poses_of(frames, "left"), strict=True):
        off = np.linalg.norm(plain.pixels[limbs] - mirrored.pixels[limbs], axis=1) / Place.of(plain).size
        assert off.max() < 0.25
        hips = [INDEX["left_hip"], INDEX["right_hip"]]
        np.testing.assert_allclose(mirrored.world[hips], plain.world[hips], atol=0.05)
        assert mirrored.refined


@pytest.mark.usefixtures("network")
def test_mirrored_clip_of_the_left_side_is_the_clip_of_the_right_side(frames: list[Frame]) -> None:
    width = frames[0].image.shape[1]
    told = [j for j, joint in enumerate(JOINTS) if joint != SEEN]  # the dummy's answers for one come from noise
    other = [Frame(f.index, f.time_s, np.ascontiguousarray(f.image[:, ::-1])) for f in frames]
    for left, right in zip(poses_of(frames, "left"), poses_of(other, "right"), strict=True):
        back = right.mirrored(width)
        np.testing.assert_allclose(left.pixels, back.pixels, atol=1e-6)
        np.testing.assert_allclose(left.joints[told], back.joints[told], atol=1e-3)
