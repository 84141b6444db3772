"""Photos: a single picture, or a folder with too few for a movement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from formcheck.core.errors import SourceError
from formcheck.core.frame import Frame
from formcheck.video.image_folder import SUFFIXES, pictures_in, read_picture

FEWER: Final = 12
"""A folder with fewer pictures is one of photos: at 10 a second, the least that is judged, they would last for about
a second, and no drill's repetition is over in that."""


@dataclass(frozen=True, slots=True)
class Photos:
    """Pictures that are looked at one by one."""

    path: Path
    """The picture, or the folder."""

    paths: tuple[Path, ...]
    """The pictures, in natural order of their names."""

    @contextmanager
    def open(self, only: frozenset[int] | None = None) -> Iterator[Iterator[Frame]]:
        """Give the pictures with these indices, or all; each one's time is its index, as seconds.

        Raises
        ------
        SourceError
            One of them cannot be read.
        """
        yield (self._frame(i) for i in range(len(self.paths)) if only is None or i in only)

    def _frame(self, index: int) -> Frame:
        image = read_picture(self.paths[index])
        if image is None:
            raise SourceError(f"{self.paths[index]} cannot be read as a picture; export it again")
        return Frame(index, float(index), image)


def photos_at(path: Path) -> Photos | None:
    """Return the photos at a path; None where there is a video, or a folder with a sequence of pictures."""
    if path.is_file() and path.suffix.lower() in SUFFIXES:
        return Photos(path, (path,))
    found = tuple(pictures_in(path)) if path.is_dir() else ()
    return Photos(path, found) if 0 < len(found) < FEWER else None
