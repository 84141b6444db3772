"""The refiner's crop: upright, at one scale, and every point where it says, whatever the picture's size."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.core.landmarks import INDEX
from formcheck.core.pose import FloatArray, Pose
from formcheck.pose.crop import SIDE_M, SIZE, Crop, crop_of
from tests.fixtures.stick import PX_PER_M, upright_world

BLOB_PX = 4.0  # standard deviation in the crop


def turned(quarter_turns: float, scale: float = PX_PER_M, at: tuple[float, float] = (320.0, 240.0)) -> Pose:
    """Return a standing person, the picture turned clockwise by quarter turns about mid-hip."""
    c, s = np.cos(np.pi / 2 * quarter_turns), np.sin(np.pi / 2 * quarter_turns)
    world = upright_world(20.0, 25.0)
    world[:, :2] = world[:, :2] @ np.array([[c, -s], [s, c]]).T
    hips = world[[INDEX["left_hip"], INDEX["right_hip"]], :2].mean(axis=0)
    return Pose(0.0, (world[:, :2] - hips) * scale + at, world, np.ones(33), np.ones(33))


@pytest.mark.parametrize("quarter_turns", range(4))
@given(
    px_per_m=st.floats(60.0, 420.0),
    off=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    spot=st.tuples(st.floats(24, SIZE - 24), st.floats(24, SIZE - 24)),
)
@settings(max_examples=25, deadline=None)
def test_every_point_of_the_crop_is_where_it_says(
    quarter_turns: int, px_per_m: float, off: tuple[float, float], spot: tuple[float, float]
) -> None:
    side = SIDE_M * px_per_m
    extent = int(side) + 9
    crop = Crop(np.array(off) + extent / 2, px_per_m, quarter_turns)
    at = crop.to_picture(np.array(spot))
    np.testing.assert_allclose(crop.to_crop(at), spot, atol=1e-9)
    x, y = np.meshgrid(np.arange(extent) + 0.5, np.arange(extent) + 0.5)
    blob = np.exp(-0.5 * ((x - at[0]) ** 2 + (y - at[1]) ** 2) / (BLOB_PX * side / SIZE) ** 2)
    picture = np.repeat(np.rint(blob * 250)[..., np.newaxis], 3, axis=2).astype(np.uint8)
    np.testing.assert_allclose(centre_of(crop.cut(picture)), spot, atol=0.1)


def centre_of(picture: np.ndarray) -> FloatArray:
    """Return the centre of what is bright, the left and top edges at 0."""
    weight = np.where(picture[..., 0] > 5, picture[..., 0], 0.0)
    middle = np.arange(SIZE) + 0.5
    return np.array([(weight.sum(0) * middle).sum(), (weight.sum(1) * middle).sum()]) / weight.sum()


@given(st.floats(0, 4), st.floats(40.0, 400.0))
@settings(max_examples=50, deadline=None)
def test_shoulders_are_above_the_feet_and_the_scale_is_the_persons(quarter_turns: float, px_per_m: float) -> None:
    pose = turned(quarter_turns, px_per_m)
    crop = crop_of(pose)
    assert crop is not None
    assert crop.px_per_m == pytest.approx(px_per_m)
    at = crop.to_crop(pose.pixels)
    up = at[INDEX["left_ankle"]] - at[INDEX["left_shoulder"]]
    assert up[1] > 0
    assert np.hypot(*up) == pytest.approx(
        np.hypot(*(pose.world[INDEX["left_ankle"]] - pose.world[INDEX["left_shoulder"]])[:2]) / SIDE_M * SIZE
    )


@given(st.floats(0, 4), st.integers(300, 900))
@settings(max_examples=50, deadline=None)
def test_crop_of_the_mirror_person_is_the_mirrored_crop(quarter_turns: float, width: int) -> None:
    pose = turned(quarter_turns)
    crop, other = crop_of(pose), crop_of(pose.mirrored(width))
    assert crop is not None
    assert other is not None
    points = np.random.default_rng(0).uniform(0, 300, (20, 2))
    ours, theirs = crop.to_crop(points), other.to_crop(np.abs((width, 0) - points))
    np.testing.assert_allclose(theirs, np.column_stack([SIZE - ours[:, 0], ours[:, 1]]), atol=1e-6)


@pytest.mark.parametrize("px_per_m", [200.0, 400.0, 800.0])
def test_fine_patterns_of_large_pictures_are_averaged(px_per_m: float) -> None:
    extent = int(SIDE_M * px_per_m) + 20
    stripes = np.zeros((extent, extent, 3), np.uint8)
    stripes[::2] = 255
    cut = Crop(np.array([extent / 2 + 0.3, extent / 2 + 0.6]), px_per_m, 0).cut(stripes)[4:-4, 4:-4]
    assert abs(float(cut.mean()) - 127.5) < 1.5
    assert cut.std() < 3


@pytest.mark.parametrize("px_per_m", [50.0, 500.0])
def test_what_lies_outside_the_picture_is_grey(px_per_m: float) -> None:
    picture = np.full((201, 303, 3), 255, np.uint8)
    half = Crop(np.array([0.0, 100.0]), px_per_m, 0).cut(picture)
    assert (half[:, : SIZE // 2 - 1] == 128).all()
    assert (half[SIZE // 2 - 3 : SIZE // 2 + 3, SIZE // 2 + 1 : SIZE // 2 + 20] == 255).all()
    assert (Crop(np.array([-5000.0, 100.0]), px_per_m, 1).cut(picture) == 128).all()


def test_nobody_and_nobody_of_any_size_have_no_crop() -> None:
    assert crop_of(Pose.missing(0.0)) is None
    pose = turned(0)
    assert crop_of(replace(pose, pixels=np.full_like(pose.pixels, 100.0))) is None


def test_cutting_is_fast() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (720, 1280, 3), np.uint8)
    crop = Crop(np.array([640.0, 360.0]), 350.0, 1)
    clock = cv2.TickMeter()
    best = np.inf
    for _ in range(50):
        clock.reset()
        clock.start()
        crop.cut(picture)
        clock.stop()
        best = min(best, clock.getTimeMilli())
    assert best < 1.0, "0.35 ms on a quiet machine"
