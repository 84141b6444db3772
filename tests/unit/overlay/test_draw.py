from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.core.landmarks import INDEX
from formcheck.core.pose import Pose
from formcheck.overlay.arcs import draw_numbers
from formcheck.overlay.draw import draw_overlay
from formcheck.overlay.panels import draw_panels
from formcheck.overlay.state import AngleMark, Banner, OverlayState, RepCount
from formcheck.overlay.style import BANNERS, WORKING, style_for
from formcheck.overlay.text import BOLD, PlateSpec, Rect, Run, render_plate, text_width, wrap
from tests.fixtures.stick import squat_track

TRACK = squat_track([90.0])
SIZES = [(640, 480), (720, 1280), (1920, 1080), (320, 240), (3840, 2160)]


def grey(size: tuple[int, int] = (640, 480)) -> np.ndarray:
    return np.full((size[1], size[0], 3), 90, np.uint8)


def pose_at(index: int, scale: float = 1.0) -> Pose:
    return Pose(0.0, TRACK.pixels[index] * scale, TRACK.world[index], TRACK.visibility[index], TRACK.presence[index])


def hidden(pose: Pose, *names: str) -> Pose:
    visibility = pose.visibility.copy()
    visibility[[INDEX[name] for name in names]] = 0.1
    return replace(pose, visibility=visibility)


def around(image: np.ndarray, xy: np.ndarray, half: int = 6) -> np.ndarray:
    x, y = np.round(xy).astype(int)
    return image[y - half : y + half, x - half : x + half]


def full_state(at: tuple[float, float] = (320.0, 240.0)) -> OverlayState:
    mark = AngleMark("knee_flexion_left", at, "98° ± 6°", "knee", (90.0, 10.0), 80.0)
    return OverlayState(
        pose=pose_at(0),
        marks=(mark, replace(mark, channel="knee_flexion_right", at=(at[0] - 30, at[1]))),
        phase="Bottom",
        counts=(RepCount("both", 3),),
        target=5,
        attempts=1,
        banners=(Banner("fail", "A sit bone lifts"), Banner("warn", "Hips shift to one side of the two feet")),
        message="A joint is hidden",
    )


def test_picture_stays_as_it_is_and_the_result_has_its_shape() -> None:
    image = grey()
    drawn = draw_overlay(image, full_state())
    assert (image == 90).all()
    assert drawn.shape == image.shape
    assert drawn.dtype == np.uint8
    assert (drawn != image).any()


def test_nothing_to_say_draws_nothing() -> None:
    assert (draw_overlay(grey(), OverlayState()) == 90).all()
    assert (draw_overlay(grey(), OverlayState(pose=Pose.missing(0.0))) == 90).all()


def test_segment_with_a_hidden_end_is_not_drawn() -> None:
    pose = hidden(pose_at(0), "left_ankle")
    drawn = draw_overlay(grey(), OverlayState(pose=pose))
    middle = (pose.pixels[INDEX["left_knee"]] + pose.pixels[INDEX["left_ankle"]]) / 2
    assert (around(drawn, middle) == 90).all()
    middle = (pose.pixels[INDEX["right_knee"]] + pose.pixels[INDEX["right_ankle"]]) / 2
    assert (around(drawn, middle) != 90).any()


def test_landmark_outside_the_picture_is_not_drawn() -> None:
    pose = pose_at(0)
    pixels = pose.pixels.copy()
    pixels[INDEX["left_wrist"]] = (-40, 200)
    moved = replace(pose, pixels=pixels)
    same = hidden(pose, "left_wrist")
    np.testing.assert_array_equal(
        draw_overlay(grey(), OverlayState(pose=moved)), draw_overlay(grey(), OverlayState(pose=same))
    )


def test_only_the_working_leg_is_emphasised() -> None:
    pose = pose_at(0)
    drawn = draw_overlay(grey(), OverlayState(pose=pose, side="left"))
    for side, expected in (("left", True), ("right", False)):
        middle = (pose.pixels[INDEX[f"{side}_knee"]] + pose.pixels[INDEX[f"{side}_ankle"]]) / 2
        assert (around(drawn, middle) == WORKING).all(axis=-1).any() == expected


@pytest.mark.parametrize("size", SIZES)
def test_small_type_is_15_px_high_when_shown_480_px_wide(size: tuple[int, int]) -> None:
    style = style_for(*size)
    shown = min(480 / size[0], 1.5)  # small pictures are enlarged
    assert style.text * shown >= 14.5
    assert min(style.number, style.count) >= style.text


@pytest.mark.parametrize("size", SIZES)
def test_panels_stay_inside_the_picture_and_apart(size: tuple[int, int]) -> None:
    image = grey(size)
    boxes = draw_panels(image, full_state(), style_for(*size))
    assert len(boxes) >= 3  # count, phase and at least the worst fault
    for i, box in enumerate(boxes):
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= size[0]
        assert box.y + box.height <= size[1]
        assert not any(box.overlap(other) for other in boxes[:i])


@settings(max_examples=100, deadline=None)
@given(
    x=st.floats(0, 639),
    y=st.floats(0, 479),
    start=st.floats(-180, 180),
    turn=st.floats(-179, 179),
    other=st.floats(-60, 60),
)
def test_numbers_stay_inside_and_leave_joints_and_each_other_free(
    x: float, y: float, start: float, turn: float, other: float
) -> None:
    mark = AngleMark("hip_ir_left", (x, y), "128° ± 12°", "hip IR", (start, start + turn), 90.0)
    marks = [mark, replace(mark, channel="knee_flexion_left", at=(x + other, y + other))]
    joints = [Rect(round(m.at[0]) - 10, round(m.at[1]) - 10, 20, 20) for m in marks]
    boxes: list[Rect] = []
    draw_numbers(grey(), marks, joints, boxes, style_for(640, 480))
    assert boxes
    for i, box in enumerate(boxes):
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= 640
        assert box.y + box.height <= 480
        assert not any(box.overlap(taken) for taken in (*joints, *boxes[:i]))


def test_number_without_a_free_place_is_left_out_unless_it_is_the_first() -> None:
    mark = AngleMark("hip_ir_left", (320, 240), "98° ± 6°", "hip IR", (0.0, 90.0), 90.0)
    full = Rect(0, 0, 640, 480)
    boxes = [full]
    draw_numbers(grey(), [mark, mark], [], boxes, style_for(640, 480))
    assert len(boxes) == 2


def test_worst_fault_is_shown_however_little_room_there_is() -> None:
    state = OverlayState(banners=full_state().banners, message="A joint is hidden")
    assert len(draw_panels(grey((640, 360)), state, style_for(640, 360))) == 1
    assert len(draw_panels(grey((720, 1280)), state, style_for(720, 1280))) == 3


def test_severities_differ_in_sign_and_not_only_in_colour() -> None:
    run = ((Run("Knees fall in", 20, (255, 255, 255)),),)
    signs = [render_plate(PlateSpec(run, (0, 0, 0), 6, icon)).ink for icon in ("fail", "warn", "advice")]
    assert (signs[0] != signs[1]).any()
    assert (signs[1] != signs[2]).any()


def test_banner_colours_can_be_read() -> None:
    def luminance(colour: tuple[int, int, int]) -> float:
        c = np.array(colour) / 255
        linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    for plate, ink in BANNERS.values():
        low, high = sorted((luminance(plate), luminance(ink)))
        assert (high + 0.05) / (low + 0.05) >= 7


@pytest.mark.parametrize("sign", ["°", "±", "−", "–", "…", "é"])
def test_font_has_the_signs_that_measurements_need(sign: str) -> None:
    def glyph(text: str) -> np.ndarray:
        return render_plate(PlateSpec(((Run(text, 40, (255, 255, 255)),),), (0, 0, 0), 4)).ink

    unknown = glyph("\U0010fff0")
    assert glyph(sign).shape != unknown.shape or (glyph(sign) != unknown).any()


def test_long_text_is_broken_and_ends_in_an_ellipsis() -> None:
    text = "The pelvis rolled and a sit bone left the floor, so the range is not the hip's own"
    lines = wrap(text, 20, 220, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(text_width(line, 20, BOLD) <= 220 for line in lines)
    assert wrap("short", 20, 220, 2) == ("short",)


def test_plate_beyond_the_border_is_cut_off() -> None:
    image = grey((60, 40))
    plate = render_plate(PlateSpec(((Run("98°", 20, (255, 255, 255)),),), (0, 0, 0), 4))
    box = plate.draw(image, 45, 30)
    assert box == Rect(45, 30, *plate.size)
    assert (image[:30] == 90).all()
    assert (image[32:, 50:] != 90).any()


def test_number_keeps_its_place_while_its_arc_turns_and_leaves_it_when_it_is_taken() -> None:
    style, places, joint = style_for(640, 480), {}, Rect(310, 230, 20, 20)
    boxes = []
    for turn in (90.0, 40.0, -40.0, -90.0):
        mark = AngleMark("hip_ir_left", (320, 240), "98° ± 6°", "hip IR", (0.0, turn), 90.0)
        taken: list[Rect] = []
        draw_numbers(grey(), [mark], [joint], taken, style, places)
        boxes += taken
    assert len(set(boxes)) == 1
    taken = [boxes[0]]
    draw_numbers(grey(), [mark], [joint], taken, style, places)
    assert not taken[1].overlap(boxes[0])
