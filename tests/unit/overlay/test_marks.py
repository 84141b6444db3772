import numpy as np
import pytest

from formcheck.core.landmarks import INDEX, SIDES
from formcheck.core.measurement import Measurement
from formcheck.measure.channels import CHANNELS, full_names
from formcheck.overlay.marks import Body, angle_mark
from tests.fixtures.stick import squat_track

TRACK = squat_track([90.0])
NEUTRAL = TRACK.pixels[0]
KNOWN = Measurement(30.0, 5.0)


def bent_leg() -> np.ndarray:
    """A left leg with the thigh to the right and the shank straight down."""
    pixels = NEUTRAL.copy()
    pixels[INDEX["left_hip"]], pixels[INDEX["left_knee"]], pixels[INDEX["left_ankle"]] = (
        (100, 100),
        (200, 100),
        (200, 180),
    )
    return pixels


def test_every_channel_that_has_a_number_can_be_shown() -> None:
    body = Body(TRACK.pixels[40], NEUTRAL)
    for base in CHANNELS:
        for name in full_names(base):
            mark = angle_mark(name, Measurement(30.0, 5.0, CHANNELS[base].unit), Measurement(0.0, 0.0), body)
            assert mark is not None, name
            assert mark.text
            assert mark.caption


@pytest.mark.parametrize("name", [name for base in CHANNELS for name in full_names(base)])
def test_abstained_channel_has_no_mark(name: str) -> None:
    abstained = Measurement(None, None, reason="not_visible")
    assert angle_mark(name, abstained, Measurement(0.0, 0.0), Body(TRACK.pixels[40], NEUTRAL)) is None


def test_knee_arc_lies_between_the_prolonged_thigh_and_the_shank() -> None:
    mark = angle_mark("knee_flexion_left", Measurement(90.0, 5.0), None, Body(bent_leg(), None))
    assert mark is not None
    assert mark.at == (200.0, 100.0)
    assert mark.rays_deg == (0.0, 90.0)
    assert mark.reach_px == 80.0
    assert mark.text == "90° ± 5°"


def test_shin_tilt_starts_at_the_vertical_above_the_ankle() -> None:
    mark = angle_mark("shank_tilt_left", KNOWN, None, Body(bent_leg(), None))
    assert mark is not None
    assert mark.at == (200.0, 180.0)
    assert mark.rays_deg == (-90.0, -90.0)


def test_hip_rotation_is_the_change_from_the_neutral_shank() -> None:
    neutral = bent_leg()
    now = bent_leg()
    now[INDEX["left_ankle"]] = (280, 100)
    mark = angle_mark("hip_ir_left", Measurement(34.0, 3.0), Measurement(4.0, 4.0), Body(now, neutral))
    assert mark is not None
    assert mark.rays_deg == (90.0, 0.0)
    assert mark.text == "30° ± 5°"


@pytest.mark.parametrize("name", ["hip_ir_left", "hip_drop_left", "pelvis_roll", "pelvis_hike"])
def test_change_without_a_neutral_value_is_not_shown(name: str) -> None:
    assert angle_mark(name, KNOWN, None, Body(TRACK.pixels[40], NEUTRAL)) is None
    unknown = Measurement(None, None, reason="no_baseline")
    assert angle_mark(name, KNOWN, unknown, Body(TRACK.pixels[40], NEUTRAL)) is None


def test_mark_of_a_joint_that_was_not_found_is_left_out() -> None:
    nobody = np.full((33, 2), np.nan)
    assert angle_mark("knee_flexion_left", KNOWN, None, Body(nobody, NEUTRAL)) is None


def test_left_and_right_mirror_each_other() -> None:
    marks = [angle_mark(f"knee_frontal_{side}", KNOWN, None, Body(NEUTRAL, NEUTRAL)) for side in SIDES]
    assert marks[0] is not None
    assert marks[1] is not None
    middle = NEUTRAL[[INDEX["left_hip"], INDEX["right_hip"]], 0].mean()
    assert marks[0].at[0] - middle == pytest.approx(middle - marks[1].at[0])


def test_unit_of_a_height_stands_in_the_caption() -> None:
    mark = angle_mark("ankle_height_left", Measurement(0.42, 0.05, "shank"), None, Body(NEUTRAL, NEUTRAL))
    assert mark is not None
    assert (mark.text, mark.caption) == ("0.42 ± 0.05", "ankle height, shins")
    assert mark.rays_deg is None
