"""Which foot is in front, and whose repetition it is then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.core.landmarks import INDEX
from formcheck.core.pose import PoseTrack
from formcheck.core.results import Rep
from formcheck.exercises.lookup import load_exercise
from formcheck.measure.stance import front_foot
from formcheck.session import of_working_leg
from tests.fixtures.stick import squat_track

DRILL = load_exercise("ffe-split-squat")


def split(front: str, yaw_deg: float, by_m: float = 0.4) -> PoseTrack:
    """Return somebody standing with one foot in front of the other."""
    track = squat_track([], yaw_deg=yaw_deg)
    feet = [INDEX[f"{side}_{part}"] for side in ("left", "right") for part in ("foot_index", "heel")]
    toes, heels = track.world[:, feet[0::2]], track.world[:, feet[1::2]]
    forward = (toes - heels).mean(axis=1) * (1.0, 0.0, 1.0)
    forward /= np.linalg.norm(forward, axis=-1, keepdims=True)
    world = track.world.copy()
    for part in ("ankle", "heel", "foot_index"):
        world[:, INDEX[f"{front}_{part}"]] += by_m * forward
    return replace(track, world=world)


def rep(side: str, start_s: float = 1.0) -> Rep:
    return Rep(1, side, start_s, start_s + 1.0, True, None, None, start_s + 0.5)


@pytest.mark.parametrize("yaw_deg", [0.0, 40.0, 90.0, -90.0])
@pytest.mark.parametrize("front", ["left", "right"])
def test_the_front_foot_is_told_from_wherever_the_camera_stands(front: str, yaw_deg: float) -> None:
    assert front_foot(split(front, yaw_deg), 1.0) == front


def test_of_feet_side_by_side_or_unseen_none_is_in_front() -> None:
    assert front_foot(split("left", 0.0, by_m=0.0), 1.0) is None
    nobody = np.ones(len(split("left", 0.0)), dtype=bool)
    assert front_foot(split("left", 0.0).without(nobody), 1.0) is None


@pytest.mark.parametrize(("works", "whose"), [("front", "right"), ("rear", "left")])
def test_a_movement_that_both_legs_show_is_that_of_the_working_leg(works: str, whose: str) -> None:
    drill = DRILL.model_copy(update={"works": works})
    found = of_working_leg((rep("left"), rep("right")), split("right", 0.0), drill, 0.9)
    assert [(r.index, r.side) for r in found] == [(1, whose)]


def test_where_the_feet_do_not_tell_it_is_the_leg_of_the_neutral_pose() -> None:
    track = split("right", 0.0)
    late = track.time_s > 0.9
    world = np.where(late[:, None, None], split("right", 0.0, by_m=0.0).world, track.world)
    both = rep("left", 3.0), rep("right", 3.0)
    assert [r.side for r in of_working_leg(both, replace(track, world=world), DRILL, 0.8)] == ["right"]


def test_a_drill_without_a_working_foot_keeps_both() -> None:
    drill = DRILL.model_copy(update={"works": None})
    both = rep("left"), rep("right")
    assert of_working_leg(both, split("right", 0.0), drill, 0.9) == both
