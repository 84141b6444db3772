"""What judges the pictures of one session: decoding, pose model, engine and recording, in one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import SourceError
from formcheck.core.frame import Frame
from formcheck.live.engine import Command, LiveEngine, Seen, Update
from formcheck.live.plan import PlannedSet
from formcheck.pose.estimator import PoseEstimator

MAX_SIDE_PX = 1920
"""Largest width or height of a picture that is taken."""


class Coach:
    """Judges one session's pictures; used with `with`, in one thread.

    Parameters
    ----------
    plan
        The sets.
    language
        Of the coach.
    new_estimator
        Makes the pose estimator for a side.
    folder
        Where the session is recorded.
    """

    def __init__(
        self,
        plan: Sequence[PlannedSet],
        language: str,
        new_estimator: Callable[[str], PoseEstimator],
        folder: Path,
    ) -> None:
        self._plan, self._language, self._new_estimator, self._folder = tuple(plan), language, new_estimator, folder
        self._estimator = new_estimator(plan[0].side)
        self._side = plan[0].side
        self._engine: LiveEngine | None = None
        self._index = 0
        self._ended = False
        self._last_s = -1.0
        self.size = (0, 0)
        """Width and height of the pictures, pixels."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._estimator.close()

    @property
    def finished(self) -> bool:
        """Whether the session is over."""
        return self._ended or (self._engine is not None and self._engine.finished)

    @property
    def recorded(self) -> bool:
        """Whether there is something to report."""
        return self._engine is not None

    def judge(self, data: bytes, time_s: float) -> Update | None:
        """Judge a picture.

        Parameters
        ----------
        data
            JPEG or WebP.
        time_s
            Session time; made to rise.

        Raises
        ------
        SourceError
            It is not a picture, or too large.
        """
        image = decode(data)
        size = (image.shape[1], image.shape[0])
        if self._engine is None:
            self.size = size
            self._engine = LiveEngine(self._plan, size, self._language)
        if size != self.size:  # the phone was turned
            return self.tick(time_s)
        self._last_s = max(time_s, self._last_s + 1e-3)
        frame = Frame(self._index, self._last_s, image)
        self._index += 1
        if self._engine.current.side != self._side:
            self._side = self._engine.current.side
            self._estimator.close()
            self._estimator = self._new_estimator(self._side)
        pose = self._estimator.estimate(frame)
        return self._engine.step(Seen(pose, light=float(image[::8, ::8].mean()) / 255))

    def press(self, command: Command, now_s: float) -> Update | None:
        """Press a button."""
        if self._engine is None:
            self._ended = command in (Command.END, Command.PAIN)
            return None
        return self._engine.command(command, max(now_s, self._last_s))

    def tick(self, now_s: float) -> Update | None:
        """Let time pass without a picture."""
        return self._engine.tick(max(now_s, self._last_s)) if self._engine else None


def decode(data: bytes) -> NDArray[np.uint8]:
    """Return a picture's pixels, RGB.

    Raises
    ------
    SourceError
        It is not a JPEG or WebP picture, or too large.
    """
    if not (data[:3] == b"\xff\xd8\xff" or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")):
        raise SourceError("The camera's picture is neither JPEG nor WebP; reload the page.")
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        image = None
    if image is None:
        raise SourceError("The camera's picture is damaged; reload the page.")
    if max(image.shape[:2]) > MAX_SIDE_PX or min(image.shape[:2]) < 64:
        raise SourceError(f"The camera's picture is {image.shape[1]}x{image.shape[0]}; 64 to {MAX_SIDE_PX} is taken.")
    return np.asarray(image, dtype=np.uint8)
