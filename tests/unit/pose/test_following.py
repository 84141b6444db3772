"""The parts that tell people apart: place, sides, looks."""

import numpy as np
import pytest

from formcheck.core.landmarks import INDEX, MIRROR
from formcheck.core.pose import Pose
from formcheck.pose.appearance import Look, part_colours
from formcheck.pose.body import Place, bounding_box, exchange_ratio, joints_apart
from formcheck.pose.sides import SideWatch

JOINTS = {
    "shoulder": (30, 100),
    "elbow": (45, 150),
    "wrist": (50, 200),
    "hip": (20, 200),
    "knee": (22, 290),
    "ankle": (24, 380),
}


def standing(x: float = 200.0, time_s: float = 0.0, scale: float = 1.0) -> Pose:
    """Return a person facing the camera, so that left is on the right of the picture."""
    pixels = np.full((33, 2), (x, 80.0 * scale))
    for joint, (half, y) in JOINTS.items():
        pixels[INDEX[f"left_{joint}"]] = (x + half * scale, y * scale)
        pixels[INDEX[f"right_{joint}"]] = (x - half * scale, y * scale)
    return Pose(time_s, pixels, np.zeros((33, 3)), np.ones(33), np.ones(33))


def exchanged(pose: Pose) -> Pose:
    return Pose(pose.time_s, pose.pixels[MIRROR], pose.world, pose.visibility, pose.presence)


def test_place_moves_and_grows_with_the_body() -> None:
    here, there, large = Place.of(standing(200)), Place.of(standing(310)), Place.of(standing(200, scale=2))
    assert here.distance(there) == pytest.approx(110 / here.size)
    assert here.growth(large) == pytest.approx(2)
    assert large.growth(here) == pytest.approx(2)


def test_joints_apart_are_told_in_sizes_of_the_body() -> None:
    size = Place.of(standing(200)).size
    assert joints_apart(standing(200), standing(200 + size)) == pytest.approx(1)
    assert joints_apart(standing(200), standing(200)) == 0


def test_box_stays_inside_the_picture() -> None:
    left, top, right, bottom = bounding_box(standing(10), 1.0, 640, 480)
    assert (left, bottom) == (0, 480)
    assert 0 <= top < bottom
    assert 0 < right <= 640


def test_exchange_of_sides_is_unmistakable_and_movement_is_not() -> None:
    assert exchange_ratio(standing(200), exchanged(standing(203))) < 0.25
    assert exchange_ratio(standing(200), standing(203)) == float("inf")
    assert exchange_ratio(standing(200), standing(230)) > 0.25


def test_sides_are_distrusted_until_they_go_back() -> None:
    watch = SideWatch()
    times = np.arange(30) / 30
    poses = [exchanged(standing(200, t)) if 10 <= i < 16 else standing(200, t) for i, t in enumerate(times)]
    trusted = [watch.is_certain(p) for p in poses]
    assert trusted == [True] * 10 + [False] * 6 + [True] * 14


def test_exchange_that_lasts_is_taken_as_the_new_view() -> None:
    watch = SideWatch()
    times = np.arange(60) / 30
    trusted = [
        watch.is_certain(exchanged(standing(200, t)) if i >= 10 else standing(200, t)) for i, t in enumerate(times)
    ]
    assert trusted == [True] * 10 + [False] * 15 + [True] * 35


def dressed(trunk: tuple[int, int, int], legs: tuple[int, int, int]) -> np.ndarray:
    image = np.full((480, 640, 3), 128, np.uint8)
    image[90:200, 150:250] = trunk
    image[200:400, 150:250] = legs
    return image


def test_colours_are_those_of_the_clothes() -> None:
    look = Look()
    look.learn(part_colours(standing(), dressed((200, 30, 30), (20, 20, 90))))
    assert look.matches(part_colours(standing(), dressed((190, 40, 35), (25, 25, 80)))) == (3, 3)
    assert look.matches(part_colours(standing(), dressed((240, 240, 240), (20, 20, 90)))) == (2, 3)
    assert look.matches(part_colours(standing(), dressed((240, 240, 240), (60, 120, 60)))) == (0, 3)


def test_parts_outside_the_picture_are_not_compared() -> None:
    look = Look()
    image = dressed((200, 30, 30), (20, 20, 90))
    look.learn(part_colours(standing(), image))
    assert look.matches(part_colours(standing(), image[:290])) == (2, 2)


def test_a_stranger_is_not_learned_bit_by_bit() -> None:
    look = Look()
    own, other = dressed((200, 30, 30), (20, 20, 90)), dressed((240, 240, 240), (60, 120, 60))
    for _ in range(12):
        look.learn(part_colours(standing(), own))
    for _ in range(50):
        look.learn(part_colours(standing(), other))
    assert look.matches(part_colours(standing(), own)) == (3, 3)


def test_another_side_is_known_as_well_and_learned_by_itself() -> None:
    look = Look()
    before, behind = dressed((200, 30, 30), (20, 20, 90)), dressed((240, 240, 240), (60, 120, 60))
    look.learn(part_colours(standing(), before))
    look.learn_side(part_colours(standing(), behind))
    look.learn(part_colours(standing(), behind))
    assert look.matches(part_colours(standing(), before)) == (3, 3)
    assert look.matches(part_colours(standing(), behind)) == (3, 3)
    assert look.matches(part_colours(standing(), dressed((200, 30, 30), (60, 120, 60))))[0] < 3
