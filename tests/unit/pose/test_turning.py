"""Pictures turned by quarters of a circle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.core.pose import Pose
from formcheck.pose.turning import turned, turned_back
from tests.unit.pose.test_following import standing

WIDTH, HEIGHT = 64, 48


@given(st.integers(0, 3), st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))
def test_what_is_found_in_a_turned_picture_lies_where_it_is(quarters: int, x: int, y: int) -> None:
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    image[y, x] = 255
    row, column = np.argwhere(turned(image, quarters)[..., 0])[0]
    found = replace(standing(), pixels=np.tile((column + 0.5, row + 0.5), (33, 1)))
    assert turned_back(found, quarters, WIDTH, HEIGHT).pixels[0] == pytest.approx((x + 0.5, y + 0.5))


@given(st.integers(0, 3))
def test_metres_turn_as_pixels_do(quarters: int) -> None:
    found = standing()
    found = replace(found, world=np.column_stack([found.pixels / 200, np.arange(33.0)]))
    back = turned_back(found, quarters, 640, 480)
    assert np.diff(back.world[:, :2], axis=0) == pytest.approx(np.diff(back.pixels, axis=0) / 200)
    assert (back.world[:, 2] == np.arange(33.0)).all()


def test_nobody_is_nobody() -> None:
    assert not turned_back(Pose.missing(1.0), 1, WIDTH, HEIGHT).found
