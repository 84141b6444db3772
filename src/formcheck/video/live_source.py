"""A camera, a stream, or a file in its own time: the newest frame and never an old one; found again when it is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import SourceError
from formcheck.core.frame import Frame

RETRY_S: Final = 0.5
"""Pause between two attempts to open a lost camera or stream again, seconds."""
STALLED_S: Final = 2.0
"""A camera that gives no picture for so long is lost, seconds."""


class Reader(Protocol):
    """What a source reads from: open when made, and closed for good."""

    name: str
    """Short name for people."""

    paced: bool
    """Whether `read` gives pictures with their own times, to be shown when these times come (a file)."""

    def read(self) -> tuple[NDArray[np.uint8], float | None] | None:
        """Return the next picture (RGB, upright) and its own time in seconds, if it has one; None at the end.

        Raises
        ------
        SourceError
            The camera or stream is gone.
        """
        ...

    def close(self) -> None:
        """Release it."""
        ...


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How a live source is doing."""

    delivered: int
    """Frames that somebody took."""

    dropped: int
    """Frames that were replaced by a newer one before anybody took them."""

    lost_since_s: float | None
    """Since when there is no picture, session seconds; None while there is one."""

    reconnects: int
    """How often it was found again."""

    ended: bool
    """Whether a file is over."""

    problem: str
    """Why it is lost, one sentence; empty while it is not."""


class LiveSource:
    """Grabs on one thread and keeps the newest frame only; use it with `with`.

    A frame's time is the session's: seconds since the first frame, by this machine's clock when it arrived, or for a
    file its own, shown when that time has come. A camera or stream that is lost is opened again until it is back.

    Parameters
    ----------
    open_reader
        Opens camera, stream or file; called again after a loss.
    speed
        How fast session time runs; less than 1 plays a file slower, so that a busy machine can follow.

    Raises
    ------
    SourceError
        It cannot be opened the first time.
    """

    def __init__(self, open_reader: Callable[[], Reader], speed: float = 1.0) -> None:
        self._open, self._speed = open_reader, speed
        self._reader: Reader | None = open_reader()
        self.name = self._reader.name
        """Short name for people."""
        first = self._read_first(self._reader)
        self.size = first[0].shape[1], first[0].shape[0]
        """Width and height of the frames, pixels."""
        self._start_s = time.monotonic()
        self._arrived = threading.Condition()
        self._newest: Frame | None = None
        self._taken = -1
        self._count = self._delivered = self._dropped = self._reconnects = 0
        self._lost_since: float | None = None
        self._problem = ""
        self._ended = self._stopping = False
        self._last_read_s = self._start_s
        self._offset_s = -(first[1] or 0.0)
        self._first: tuple[NDArray[np.uint8], float | None] | None = first
        self._thread = threading.Thread(target=self._run, name="formcheck-grab", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def clock(self) -> float:
        """Return session time now, seconds since the first frame."""
        return (time.monotonic() - self._start_s) * self._speed

    def newest(self, timeout_s: float) -> Frame | None:
        """Return the newest frame that was not taken yet, waiting for it; None when none came in time."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._fresh() or self._ended, timeout_s)
            if not self._fresh():
                return None
            assert self._newest is not None
            self._taken = self._newest.index
            self._delivered += 1
            return self._newest

    def status(self) -> SourceStatus:
        """Return how it is doing."""
        with self._arrived:
            stalled = time.monotonic() - self._last_read_s > STALLED_S and not self._ended
            lost = self._lost_since
            if lost is None and stalled:
                lost = (self._last_read_s - self._start_s) * self._speed
            return SourceStatus(
                self._delivered, self._dropped, lost, self._reconnects, self._ended, self._problem if lost else ""
            )

    def close(self) -> None:
        """Stop grabbing and release the camera; harmless when done twice."""
        self._stopping = True
        self._thread.join(timeout=3.0)

    def _fresh(self) -> bool:
        return self._newest is not None and self._newest.index > self._taken

    @staticmethod
    def _read_first(reader: Reader) -> tuple[NDArray[np.uint8], float | None]:
        first = reader.read()
        if first is None:
            reader.close()
            raise SourceError(f"{reader.name} gives no picture; check that no other program uses it")
        return first

    def _run(self) -> None:
        try:
            while not self._stopping and not self._ended:
                try:
                    self._grab()
                except SourceError as error:
                    self._lose(str(error))
                    self._find_again()
        finally:
            if self._reader is not None:
                self._reader.close()

    def _grab(self) -> None:
        assert self._reader is not None
        first, self._first = self._first, None
        found = first or self._reader.read()
        if found is None:
            with self._arrived:
                self._ended = True
                self._arrived.notify_all()
            return
        image, own_s = found
        now_s = self.clock()
        if self._reader.paced and own_s is not None:
            now_s = own_s + self._offset_s
            while not self._stopping and (wait := now_s - self.clock()) > 0:
                time.sleep(min(wait / self._speed, 0.2))
        if (image.shape[1], image.shape[0]) != self.size:
            raise SourceError(f"{self.name} changed its picture size; start again")
        with self._arrived:
            self._dropped += self._fresh()
            self._newest = Frame(self._count, now_s, image)
            self._count += 1
            self._last_read_s = time.monotonic()
            self._arrived.notify_all()

    def _lose(self, problem: str) -> None:
        with self._arrived:
            self._lost_since, self._problem = self.clock(), problem
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _find_again(self) -> None:
        while not self._stopping:
            try:
                self._reader = self._open()
                self._first = self._read_first(self._reader)
            except SourceError as error:
                self._problem = str(error)
                time.sleep(RETRY_S)
                continue
            with self._arrived:
                self._lost_since, self._problem = None, ""
                self._reconnects += 1
                self._last_read_s = time.monotonic()
            return
