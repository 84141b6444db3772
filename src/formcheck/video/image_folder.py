"""A folder of pictures as a source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import SourceError
from formcheck.core.frame import Frame
from formcheck.video.checks import check_frame_times
from formcheck.video.source import FrameSource, Loss, SourceInfo

SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp")
"""Kinds of pictures that are read."""


class ImageFolderSource(FrameSource):
    """Pictures of a folder in natural order of their names (`2.png` before `10.png`), evenly spaced in time.

    Damaged pictures are left out, keep their place in time, and are counted as loss.

    Parameters
    ----------
    path
        The folder.
    fps
        Pictures a second.
    only
        Indices of the frames to deliver, see `open_source`.

    Raises
    ------
    SourceError
        There are no pictures, only one, none that can be read, fewer than 10 a second, or (while iterating) pictures
        of different sizes.
    """

    def __init__(self, path: Path, fps: float, only: frozenset[int] | None = None) -> None:
        self._only = only
        self._paths = pictures_in(path)
        if not self._paths:
            raise SourceError(f"{path} holds no pictures ({', '.join(SUFFIXES)}); give a video or another folder")
        check_frame_times(path, np.arange(len(self._paths)) / fps)
        first = next((image for p in self._paths if (image := read_picture(p)) is not None), None)
        if first is None:
            raise SourceError(f"none of the {len(self._paths)} pictures in {path} can be read; export them again")
        self.info = SourceInfo(
            name=path.resolve().name,
            path=path,
            kind="images",
            width=first.shape[1],
            height=first.shape[0],
            fps=fps,
            duration_s=len(self._paths) / fps,
            frames_expected=len(self._paths),
        )

    def _read(self) -> Iterator[Frame]:
        index = 0
        first_position: int | None = None
        last = None if self._only is None else max(self._only, default=-1)
        for position, path in enumerate(self._paths):
            if last is not None and index > last:
                return
            image = read_picture(path)
            if image is None:
                continue
            if image.shape[:2] != (self.info.height, self.info.width):
                raise SourceError(
                    f"{path} is {image.shape[1]}x{image.shape[0]} but the pictures before it are "
                    f"{self.info.width}x{self.info.height}; a folder must hold one sequence of one size"
                )
            first_position = position if first_position is None else first_position
            if self._only is None or index in self._only:
                yield Frame(index, (position - first_position) / self.info.fps, image)
            index += 1
        lost = len(self._paths) - index
        self.loss = Loss(lost, lost / self.info.fps, index) if lost else None

    def _release(self) -> None:
        return


def pictures_in(folder: Path) -> list[Path]:
    """Return the pictures of a folder in natural order of their names."""
    found = (p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
    return sorted(found, key=lambda p: natural_key(p.name))


def natural_key(name: str) -> list[tuple[int, str]]:
    """Return a sort key that reads digits as numbers.

    Examples
    --------
    >>> sorted(["b10", "b9", "a11"], key=natural_key)
    ['a11', 'b9', 'b10']
    """
    parts = re.split(r"([0-9]+)", name.lower())  # every second part is a number
    return [(int(part), "") if i % 2 else (-1, part) for i, part in enumerate(parts)]


def read_picture(path: Path) -> NDArray[np.uint8] | None:
    """Return the picture as RGB, upright (EXIF rotation applied), or None when it cannot be read."""
    image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR) if path.stat().st_size else None
    return None if image is None else cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
