from __future__ import annotations

import time

import cv2
import numpy as np
import pytest

from formcheck.core.errors import SourceError
from formcheck.web.source import BrowserSource, Picture, decode


def jpeg(width: int = 96, height: int = 64, grey: int = 120) -> bytes:
    return cv2.imencode(".jpg", np.full((height, width, 3), grey, np.uint8))[1].tobytes()


def picture(number: int, taken_s: float, data: bytes | None = None) -> Picture:
    return Picture(number, taken_s, time.monotonic(), data or jpeg(grey=10 * number))


def test_the_newest_picture_wins_and_every_one_is_answered() -> None:
    answered: list[int] = []
    source = BrowserSource(answered.append)
    for number in (1, 2, 3):
        source.offer(picture(number, 100 + number / 10))
    assert answered == [1, 2]  # passed over at once
    assert source.begin(1.0)
    frame = source.newest(1.0)
    assert frame is not None
    assert abs(int(frame.image[0, 0, 0]) - 30) < 5
    assert source.newest(0.01) is None  # whoever asks for the next has done with the one before
    assert answered == [1, 2, 3]
    assert source.status().dropped == 2


def test_times_are_those_of_the_camera_from_the_first_picture_on() -> None:
    source = BrowserSource(lambda number: None)
    source.offer(picture(1, 5000.0))
    source.begin(1.0)
    first = source.newest(1.0)
    source.offer(picture(2, 5000.25))
    second = source.newest(1.0)
    assert first is not None
    assert second is not None
    assert first.time_s == pytest.approx(0.0, abs=1e-6)
    assert second.time_s == pytest.approx(0.25, abs=1e-6)


def test_times_rise_whatever_the_camera_says() -> None:
    source = BrowserSource(lambda number: None)
    times = []
    for number, taken_s in enumerate((9.0, 9.1, 9.1, 8.0, 9.2), start=1):
        source.offer(picture(number, taken_s))
        assert source.begin(1.0)
        frame = source.newest(1.0)
        assert frame is not None
        times.append(frame.time_s)
    assert times == sorted(set(times))


def test_another_camera_goes_on_where_the_session_is() -> None:
    source = BrowserSource(lambda number: None)
    source.offer(picture(1, 9.0))
    source.begin(1.0)
    source.newest(1.0)
    source.new_camera()
    source.offer(picture(1, 777.0))
    frame = source.newest(1.0)
    assert frame is not None
    assert frame.time_s < 5.0


def test_a_picture_of_another_size_is_as_none() -> None:
    source = BrowserSource(lambda number: None)
    source.offer(picture(1, 0.0))
    source.begin(1.0)
    source.newest(1.0)
    source.offer(picture(2, 0.1, jpeg(64, 96)))
    assert source.newest(0.05) is None


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a" + b"x" * 50, b"\xff\xd8\xff" + b"x" * 50, b"RIFF\0\0\0\0WEBPxxxx", jpeg(2000, 100), jpeg(32, 32)],
)
def test_what_is_no_picture_of_a_camera_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError):
        decode(data)


def test_webp_is_taken_too() -> None:
    data = cv2.imencode(".webp", np.full((64, 96, 3), (0, 0, 200), np.uint8))[1].tobytes()
    image = decode(data)
    assert image.shape == (64, 96, 3)
    assert image[0, 0, 0] > 150  # red comes first
