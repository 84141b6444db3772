"""The window's picture: mirrored for the person, and showing what the state says."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from formcheck.coach.language import list_languages, load_language
from formcheck.core.measurement import Measurement
from formcheck.live.drawing import SIZE, draw_live
from formcheck.live.state import FaultBanner, LiveState, Signal, Stage, Timer
from formcheck.live.window import window_words
from formcheck.overlay.style import BANNERS

WORDS = window_words(load_language("en"))
FRAME = np.full((360, 640, 3), 90, np.uint8)
STATE = LiveState(
    1.0,
    "exercising",
    "Every repetition is measured.",
    "screen-squat",
    "Squat screen",
    "both",
    1,
    2,
    5,
    counted=3,
    phase="bottom",
    phase_label="Bottom",
    signal=Signal("Hips lowered", Measurement(0.5, 0.05, "shank"), "0.50 ± 0.05 shin lengths", 0.4, 0.9),
    timer=Timer("hold", "Hold", 1.0, 3.0),
    instruction="Bottom",
)


@pytest.mark.parametrize("stage", get_args(Stage))
@pytest.mark.parametrize("code", list_languages())
def test_every_stage_is_drawn_in_every_language(stage: Stage, code: str) -> None:
    words = window_words(load_language(code))
    picture = draw_live(FRAME, replace(STATE, stage=stage), words)
    assert picture.shape == (SIZE[1], SIZE[0], 3)
    others = [draw_live(FRAME, replace(STATE, stage=s), words) for s in get_args(Stage) if s != stage]
    assert all((picture != other).any() for other in others)


def test_what_is_left_of_the_camera_is_shown_on_the_right_and_the_frame_stays_as_it_is() -> None:
    frame = FRAME.copy()
    frame[150:210, 40:100] = (255, 0, 0)
    before = frame.copy()
    picture = draw_live(frame, STATE, WORDS)
    red = np.argwhere((picture == (255, 0, 0)).all(axis=-1))
    plain = np.argwhere((draw_live(FRAME, STATE, WORDS) == 90).all(axis=-1))
    middle = (plain[:, 1].min() + plain[:, 1].max()) / 2
    assert len(red) > 1000
    assert red[:, 1].min() > middle
    np.testing.assert_array_equal(frame, before)


@pytest.mark.parametrize("severity", ["warn", "fail"])
def test_a_compensation_has_its_colour_below(severity: str) -> None:
    banner = FaultBanner("pelvis_roll", "Pelvis rolls", "Both sit bones down.", severity)  # type: ignore[arg-type]
    picture = draw_live(FRAME, replace(STATE, banner=banner), WORDS)
    plate = BANNERS[banner.severity][0]
    assert (picture[SIZE[1] - 60, 20] == plate).all()
    assert not (draw_live(FRAME, STATE, WORDS)[SIZE[1] - 60, 20] == plate).all()


def test_the_keys_are_laid_over_it_when_asked_for() -> None:
    plain, help_shown = (draw_live(FRAME, STATE, WORDS, help_shown=shown) for shown in (False, True))
    assert help_shown.mean() < 0.7 * plain.mean()
    assert help_shown.max() > 200


def test_a_programme_shows_how_long_it_has_taken_of_how_long_it_is_to_take() -> None:
    top = [
        draw_live(FRAME, replace(STATE, time_s=t, clock_s=c), WORDS)[:90] for t, c in ((61, 0), (61, 720), (62, 720))
    ]
    assert (top[0] != top[1]).any()
    assert (top[1] != top[2]).any()
