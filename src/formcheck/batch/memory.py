"""What a worker may hold in memory: looked at while it works on a clip, and between two clips."""

from __future__ import annotations

import ctypes
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

DEFAULT_MB: Final = 1500
"""Most that a worker may hold unless said otherwise: three times what 720p needs, and enough for 4K."""
LEAST_MB: Final = 600
"""Less than this the libraries and the models alone may need."""

_REST: Final = 0.6  # share of the bound above which a worker between two clips is replaced
_EVERY_S: Final = 0.1
_AGAIN_S: Final = 2.0  # code that is called back by a library may lose the first error


class TooMuchMemoryError(BaseException):
    """The process holds more than it may. Nothing that is watched may take it for an error of its own."""


class MemoryWatch:
    """Stops what happens inside `with` by `TooMuchMemoryError` when the process holds more than it may.

    ::

        with MemoryWatch(1500) as watch:
            watch.start()

    Parameters
    ----------
    most_mb
        The bound, resident megabytes of the whole process.

    Notes
    -----
    A thread looks ten times a second, and raises the error in the thread that started it, at its next step in Python;
    at the latest when `with` ends. Where the system does not tell what a process holds (`resident_mb`), nothing is
    stopped.
    """

    def __init__(self, most_mb: float) -> None:
        self._most_mb = most_mb
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._look, name="formcheck-memory", daemon=True)

    def __enter__(self) -> MemoryWatch:
        return self

    def start(self) -> None:
        """Begin to look: inside `with`, so that it also ends when the error comes at once."""
        self._watched = threading.get_ident()
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._lock:  # no error is on its way after this
                self._ended.set()
        finally:  # one that was on its way may have come before it was set
            self._ended.set()

    def _look(self) -> None:
        pause_s = 0.0
        while not self._ended.wait(pause_s):
            pause_s = _EVERY_S
            if resident_mb() > self._most_mb:
                with self._lock:
                    if not self._ended.is_set():
                        _raise_in(self._watched)
                pause_s = _AGAIN_S


def resting_too_high(most_mb: float) -> bool:
    """Return whether a worker between two clips holds so much that a new one should take its place."""
    return resident_mb() > _REST * most_mb


def resident_mb() -> float:
    """Return the memory that this process holds now, megabytes; 0 where the system does not tell (Windows, macOS)."""
    return _status("VmRSS")


def forget_peak() -> None:
    """Begin anew with the most that this process has held, where the system (Linux) can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_mb() -> float:
    """Return the most that this process has held since `forget_peak`, megabytes; 0 where the system does not tell."""
    if sys.platform == "linux":
        return _status("VmHWM")
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def _status(name: str) -> float:
    """Return a line of what Linux says about this process, megabytes."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith(f"{name}:")), 0.0)


def _raise_in(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TooMuchMemoryError))
