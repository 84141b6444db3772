"""A browser's camera as a live source: pictures that come over the socket, the newest only, on the session's clock."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import SourceError
from formcheck.core.frame import Frame
from formcheck.video.live_source import STALLED_S, SourceStatus

MAX_SIDE_PX: Final = 1920
"""Largest width or height of a picture that is taken."""
MIN_SIDE_PX: Final = 64
"""Smallest."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it came."""

    number: int
    """Its number on its socket."""

    taken_s: float
    """When it was taken, on the page's clock, seconds."""

    arrived_s: float
    """When it arrived, on the server's clock, seconds."""

    data: bytes
    """JPEG or WebP."""


class BrowserSource:
    """What `formcheck.live.runner` takes its frames from. A frame's time is the session's: seconds since it began.

    Parameters
    ----------
    taken
        Called with a picture's number when it has been dealt with and the next may come.
    """

    name = "the browser's camera"

    def __init__(self, taken: Callable[[int], None]) -> None:
        self._taken = taken
        self._change = threading.Condition()
        self._start_s = time.monotonic()
        self._waiting: Picture | None = None
        self._shift: float | None = None
        self._last_s = -1.0
        self._last_arrival_s = self._start_s
        self._delivered = self._dropped = 0
        self._ended = False
        self._problem: SourceError | None = None
        self._arrivals: deque[tuple[int, float]] = deque(maxlen=200)
        self.latest: Picture | None = None
        """The picture that was handed out last."""
        self.size = (0, 0)
        """Width and height of the pictures, pixels; known with the first."""

    def begin(self, timeout_s: float) -> bool:
        """Wait for the first picture, which sets the clock to zero; return whether there is one."""
        with self._change:
            if not self._change.wait_for(lambda: self._waiting is not None, timeout_s):
                return False
            assert self._waiting is not None
            image = decode(self._waiting.data)
            self.size = (image.shape[1], image.shape[0])
            self._start_s = self._waiting.arrived_s
            return True

    def new_camera(self) -> None:
        """Take the next picture's clock as new: the page was loaded again, or another device films."""
        with self._change:
            self._shift, self._waiting = None, None

    def offer(self, picture: Picture) -> None:
        """Hand in a picture; one that still waits is passed over for it."""
        with self._change:
            passed = self._waiting
            self._dropped += passed is not None
            self._waiting, self._last_arrival_s = picture, picture.arrived_s
            self._change.notify_all()
        if passed is not None:
            self._taken(passed.number)

    def clock(self) -> float:
        """Return session time now, seconds since the first picture."""
        return time.monotonic() - self._start_s

    def newest(self, timeout_s: float) -> Frame | None:
        """Return the newest picture that was not taken yet, waiting for it; None when none came in time.

        Raises
        ------
        SourceError
            What came is not a picture, or too large.
        """
        if self.latest is not None:  # whoever asks for the next has done with this one
            self._taken(self.latest.number)
        with self._change:
            self._change.wait_for(lambda: self._waiting is not None or self._ended, timeout_s)
            picture, self._waiting = self._waiting, None
            if picture is None:
                return None
            if self._shift is None:
                self._shift = picture.arrived_s - self._start_s - picture.taken_s
            time_s = max(picture.taken_s + self._shift, self._last_s + 1e-3)
            self.latest = picture
        image = decode(picture.data)
        if (image.shape[1], image.shape[0]) != self.size:  # the phone was turned: as if nothing came
            return None
        self._last_s = time_s
        self._arrivals.append((self._delivered, picture.arrived_s))
        self._delivered += 1
        return Frame(self._delivered - 1, time_s, image)

    def age_s(self, index: int) -> float | None:
        """Return how long ago the picture of a frame arrived, seconds; None when that is not remembered."""
        return next((time.monotonic() - arrived for i, arrived in self._arrivals.copy() if i == index), None)

    def status(self) -> SourceStatus:
        """Return how it is doing."""
        with self._change:
            quiet = time.monotonic() - self._last_arrival_s > STALLED_S
            lost = self._last_arrival_s - self._start_s if quiet and not self._ended else None
            return SourceStatus(
                self._delivered, self._dropped, lost, 0, self._ended, "no picture comes" if quiet else ""
            )

    def close(self) -> None:
        """Give no more pictures."""
        with self._change:
            self._ended = True
            self._change.notify_all()


def decode(data: bytes) -> NDArray[np.uint8]:
    """Return a picture's pixels, RGB.

    Raises
    ------
    SourceError
        It is not a JPEG or WebP picture, or too small or too large.
    """
    if not (data[:3] == b"\xff\xd8\xff" or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")):
        raise SourceError("The camera's picture is neither JPEG nor WebP; reload the page.")
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        image = None
    if image is None:
        raise SourceError("The camera's picture is damaged; reload the page.")
    height, width = image.shape[:2]
    if max(height, width) > MAX_SIDE_PX or min(height, width) < MIN_SIDE_PX:
        raise SourceError(
            f"The camera's picture is {width}x{height}; sides of {MIN_SIDE_PX} to {MAX_SIDE_PX} are taken."
        )
    return np.asarray(image, dtype=np.uint8)
