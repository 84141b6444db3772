"""Saved poses come back as they were, fast; anything else is refused in one sentence."""

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck.core.errors import OutputError, SourceError
from formcheck.core.pose import PoseTrack
from formcheck.pose.dataset import to_movement_dataset
from formcheck.pose.saved import PosesMeta, load_poses, save_poses

META = PosesMeta(
    source_name="clip.mp4",
    fps=29.97,
    duration_s=27.0,
    frames_lost=3,
    loss="3 of 800 frames lost",
    model_name="full",
    model_sha256="ab" * 32,
    refiner_sha256="cd" * 32,
)


@pytest.fixture
def track() -> PoseTrack:
    rng = np.random.default_rng(0)
    n = 800
    pixels = rng.uniform(0, 2000, (n, 33, 2))
    world = rng.normal(size=(n, 33, 3))
    pixels[100:110], world[100:110] = np.nan, np.nan
    times = np.cumsum(rng.uniform(0.01, 0.05, n))
    belief = rng.uniform(size=(2, n, 33))
    joints, sigma = rng.uniform(0, 2000, (n, 17, 3)), rng.uniform(size=(n, 17, 2))
    joints[100:200], sigma[100:200] = np.nan, np.nan
    surface = rng.normal(size=(n, 35, 3))
    surface[100:200] = np.nan
    return PoseTrack(times, pixels, world, *belief, (1920, 1080), joints, sigma, surface, times - 0.5)


def test_everything_comes_back(track: PoseTrack, tmp_path: Path) -> None:
    save_poses(track, tmp_path / "a.npz", meta=META)
    start = time.perf_counter()
    loaded, meta = load_poses(tmp_path / "a.npz")
    assert time.perf_counter() - start < 0.2
    assert meta == META
    assert loaded.image_size == track.image_size
    np.testing.assert_array_equal(loaded.time_s, track.time_s)
    np.testing.assert_allclose(loaded.pixels, track.pixels, atol=1e-3)
    np.testing.assert_allclose(loaded.world, track.world, atol=1e-6)
    np.testing.assert_allclose(loaded.presence, track.presence, atol=1e-6)
    np.testing.assert_array_equal(loaded.found, track.found)
    np.testing.assert_allclose(loaded.joints, track.joints, atol=1e-3)
    np.testing.assert_allclose(loaded.joint_sigma, track.joint_sigma, atol=1e-6)
    np.testing.assert_array_equal(loaded.refined, track.refined)
    np.testing.assert_allclose(loaded.surface, track.surface, atol=1e-6)
    np.testing.assert_array_equal(loaded.surface_from_s, track.surface_from_s)


def as_version(version: int, source: Path, to: Path) -> None:
    """Write the file again as a format version wrote it, without what later versions added."""
    later = {1: ("joint", "surface"), 2: ("surface",)}.get(version, ())
    with np.load(source) as data:
        arrays = {name: data[name] for name in data.files if not name.startswith(later)}
    header = json.loads(bytes(arrays["meta"]))
    if version == 1:
        del header["refiner_sha256"]
    header["format_version"] = version
    np.savez(to, **{**arrays, "meta": np.frombuffer(json.dumps(header).encode(), np.uint8)})


def test_files_of_version_1_have_no_joints(track: PoseTrack, tmp_path: Path) -> None:
    save_poses(track, tmp_path / "a.npz", meta=META)
    as_version(1, tmp_path / "a.npz", tmp_path / "old.npz")
    loaded, meta = load_poses(tmp_path / "old.npz")
    assert meta == replace(META, refiner_sha256="")
    assert not loaded.refined.any()
    np.testing.assert_array_equal(loaded.found, track.found)


def test_files_of_version_2_have_joints_and_no_surface(track: PoseTrack, tmp_path: Path) -> None:
    save_poses(track, tmp_path / "a.npz", meta=META)
    as_version(2, tmp_path / "a.npz", tmp_path / "old.npz")
    loaded, _ = load_poses(tmp_path / "old.npz")
    np.testing.assert_array_equal(loaded.refined, track.refined)
    assert np.isnan(loaded.surface).all()
    assert np.isnan(loaded.surface_from_s).all()


def test_files_of_a_later_version_are_refused(track: PoseTrack, tmp_path: Path) -> None:
    save_poses(track, tmp_path / "a.npz", meta=META)
    as_version(4, tmp_path / "a.npz", tmp_path / "new.npz")
    with pytest.raises(SourceError, match="format version 4, which this formcheck cannot read"):
        load_poses(tmp_path / "new.npz")


def damaged(good: bytes) -> dict[str, bytes]:
    return {
        "cut off": good[: len(good) // 2],
        "overwritten": good[:5000] + bytes(200) + good[5200:],
        "text": b"time,x,y\n",
        "empty": b"",
    }


def test_damaged_files_are_refused(track: PoseTrack, tmp_path: Path) -> None:
    save_poses(track, tmp_path / "a.npz", meta=META)
    for content in damaged((tmp_path / "a.npz").read_bytes()).values():
        (tmp_path / "b.npz").write_bytes(content)
        with pytest.raises(SourceError, match=r"b\.npz holds no poses saved by formcheck, or is damaged"):
            load_poses(tmp_path / "b.npz")


def test_other_npz_files_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.zeros(3))
    with pytest.raises(SourceError, match="holds no poses"):
        load_poses(tmp_path / "a.npz")


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        load_poses(tmp_path / "a.npz")


def test_unwritable_place_is_one_sentence(track: PoseTrack, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        save_poses(track, tmp_path / "file" / "a.npz", meta=META)


def test_dataset_has_the_layout_of_movement(track: PoseTrack) -> None:
    dataset = to_movement_dataset(track, source_file="clip.mp4")
    assert dataset["position"].dims == ("time", "space", "keypoints", "individuals")
    assert dataset["confidence"].dims == ("time", "keypoints", "individuals")
    assert dataset.attrs["ds_type"] == "poses"
    assert dataset.attrs["time_unit"] == "seconds"
    knee = dataset["position"].sel(keypoints="left_knee", space="y", individuals="person")
    np.testing.assert_array_equal(knee, track.pixels[:, 25, 1])
    assert np.isnan(dataset["confidence"][105]).all()
