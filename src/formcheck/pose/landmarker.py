"""BlazePose through the MediaPipe Tasks API: pictures in, `Pose` records out. The only file that imports mediapipe."""

from __future__ import annotations

import struct
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from mediapipe import Image, ImageFormat
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode
from numpy.typing import NDArray

from formcheck.core.errors import ModelError
from formcheck.core.pose import Pose
from formcheck.pose.lighter import without_outline
from formcheck.pose.quiet import without_native_chatter

_APART_MS: Final = 1000  # between two clips


class Tracker:
    """Follows one person from frame to frame (video mode).

    The library itself smooths the landmarks of one person (One-Euro filter), so they must not be smoothed again.

    Parameters
    ----------
    model
        The `.task` file.
    """

    def __init__(self, model: Path) -> None:
        self._landmarker = _create(model, RunningMode.VIDEO, 1)
        self._release = _release_once(self, self._landmarker)
        self.on_somebody = False
        """Whether the last picture showed somebody, where the next is looked at first."""
        self._last_ms = -1
        self._begin_ms = 0
        self._spoke = False

    def track(self, image: NDArray[np.uint8], time_s: float) -> Pose:
        """Return the pose in the next picture.

        Parameters
        ----------
        image
            RGB, shape (height, width, 3).
        time_s
            Its time, seconds, not before the last one's.
        """
        now_ms = self._begin_ms + round(time_s * 1000)
        self._last_ms = max(now_ms, self._last_ms + 1)  # the library demands rising milliseconds
        picture = Image(image_format=ImageFormat.SRGB, data=np.ascontiguousarray(image))
        if self._spoke:
            result = self._landmarker.detect_for_video(picture, self._last_ms)
        else:
            with without_native_chatter():
                result = self._landmarker.detect_for_video(picture, self._last_ms)
            self._spoke = bool(result.pose_landmarks)  # its last message comes with the first person
        poses = _to_poses(result, image, time_s)
        self.on_somebody = bool(poses)
        return poses[0] if poses else Pose.missing(time_s)

    def restart(self) -> None:
        """Begin another clip, whose times begin anew; to the library it is the same one, some time later."""
        self._begin_ms = self._last_ms + _APART_MS

    def close(self) -> None:
        """Release the model."""
        self._release()


class Finder:
    """Finds the people in a single picture (image mode, without memory or smoothing).

    Parameters
    ----------
    model
        The `.task` file.
    people
        How many to look for at most.
    """

    def __init__(self, model: Path, people: int) -> None:
        self._landmarker = _create(model, RunningMode.IMAGE, people)
        self._release = _release_once(self, self._landmarker)

    def find(self, image: NDArray[np.uint8], time_s: float) -> list[Pose]:
        """Return the poses of the people in a picture, shape and units as for `Tracker.track`."""
        picture = Image(image_format=ImageFormat.SRGB, data=np.ascontiguousarray(image))
        with without_native_chatter():
            result = self._landmarker.detect(picture)
        return _to_poses(result, image, time_s)

    def close(self) -> None:
        """Release the model."""
        self._release()


def _create(model: Path, mode: Any, people: int) -> Any:
    """Return a landmarker of the library."""
    try:
        base = BaseOptions(model_asset_buffer=without_outline(model), delegate=BaseOptions.Delegate.CPU)
        options = PoseLandmarkerOptions(base_options=base, running_mode=mode, num_poses=people)
        with without_native_chatter():
            return PoseLandmarker.create_from_options(options)
    except (RuntimeError, ValueError, OSError, KeyError, BadZipFile, struct.error) as error:
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"the pose model {model} cannot be used ({first_line}); delete it and fetch it again"
        ) from error


def _release_once(owner: object, landmarker: Any) -> Callable[[], object]:
    """Return what closes a landmarker, at the latest when its owner goes.

    Left to itself it waits for ever when it is collected together with the thread that it would close in.
    """
    release = weakref.finalize(owner, landmarker.close)
    release.atexit = False  # by then its thread has ended
    return release


def _to_poses(result: Any, image: NDArray[np.uint8], time_s: float) -> list[Pose]:
    """Return the library's result as poses in pixels of `image` and metres."""
    size: Final = np.array([image.shape[1], image.shape[0]], dtype=np.float64)
    return [
        Pose(
            time_s,
            np.array([(p.x, p.y) for p in flat], dtype=np.float64) * size,
            np.array([(p.x, p.y, p.z) for p in solid], dtype=np.float64),
            np.array([p.visibility for p in flat], dtype=np.float64),
            np.array([p.presence for p in flat], dtype=np.float64),
        )
        for flat, solid in zip(result.pose_landmarks, result.pose_world_landmarks, strict=True)
    ]
