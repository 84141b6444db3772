"""Cameras of this machine: which there are, and reading one."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import MissingDependencyError, SourceError

WISHED: Final = (1280, 720, 30)
"""Width, height and frames a second that a camera is asked for; it gives the nearest that it can."""
_BACKEND: Final = {"linux": cv2.CAP_V4L2, "darwin": cv2.CAP_AVFOUNDATION, "win32": cv2.CAP_MSMF}


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """A camera of this machine."""

    index: int
    """What `--camera` takes."""

    name: str
    """What the system calls it."""


def list_cameras() -> list[CameraInfo]:
    """Return the cameras of this machine.

    Raises
    ------
    MissingDependencyError
        The package that knows their names is not installed.
    """
    try:
        from cv2_enumerate_cameras import enumerate_cameras
    except ModuleNotFoundError:
        raise MissingDependencyError(
            "The names of cameras need cv2-enumerate-cameras; install it with: pip install 'formcheck[live]'"
        ) from None
    found: dict[int, CameraInfo] = {}
    for camera in enumerate_cameras(_BACKEND.get(sys.platform, cv2.CAP_ANY)):
        index = int(camera.index) % 100  # the hundreds name the backend
        found.setdefault(index, CameraInfo(index, str(camera.name)))
    return [found[index] for index in sorted(found)]


def camera_index(name: str) -> int:
    """Return the index of a camera by its index or a part of its name.

    Raises
    ------
    SourceError
        There is no such camera.
    """
    if name.isdecimal():
        return int(name)
    cameras = list_cameras()
    for camera in cameras:
        if name.casefold() in camera.name.casefold():
            return camera.index
    known = ", ".join(f"{c.index} ({c.name})" for c in cameras) or "none"
    raise SourceError(f"there is no camera {name!r}; there are: {known}")


class CameraReader:
    """Reads a camera of this machine.

    Parameters
    ----------
    index
        Which one.

    Raises
    ------
    SourceError
        It cannot be opened.
    """

    paced = False

    def __init__(self, index: int) -> None:
        self.name = f"camera {index}"
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what is wrong is said below, once
        self._capture: Any = cv2.VideoCapture(index, _BACKEND.get(sys.platform, cv2.CAP_ANY))
        if not self._capture.isOpened():
            raise SourceError(
                f"camera {index} cannot be opened; check that it is plugged in, that no other program uses it and "
                f"that this program may use it (`formcheck cameras` lists those there are)"
            )
        width, height, fps = WISHED
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))  # raw 720p30 is too much for USB 2
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        self._capture.set(cv2.CAP_PROP_FPS, fps)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def read(self) -> tuple[NDArray[np.uint8], float | None] | None:
        """Return the next picture; see `formcheck.video.live_source.Reader`."""
        there, picture = self._capture.read()
        if not there:
            raise SourceError(f"{self.name} was unplugged or stopped")
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8), None

    def close(self) -> None:
        """Release it."""
        self._capture.release()
