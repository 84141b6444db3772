"""Frames in: one way to read any source, used with `with` and iterated once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

from formcheck.core.errors import SourceError
from formcheck.core.frame import Frame
from formcheck.video.read_ahead import read_ahead

SourceKind = Literal["file", "images"]

_READ_AHEAD_FRAMES: Final = 4  # keeps the detector busy over slow frames; at 4K this is 100 MB


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a source before it is read."""

    name: str
    """Short name for people: the file's or folder's own name."""

    path: Path
    """Where it is."""

    kind: SourceKind
    """`file` (video file) or `images` (folder of pictures)."""

    width: int
    """Width of the frames, pixels, after rotation."""

    height: int
    """Height of the frames, pixels, after rotation."""

    fps: float
    """Nominal frames per second (median interval); single frames have their own times."""

    duration_s: float | None
    """Announced length, seconds; None when the file does not say."""

    frames_expected: int | None
    """Announced number of frames that are to be shown (after edit lists); None when the file does not say."""


@dataclass(frozen=True, slots=True)
class Loss:
    """How much of a damaged or cut-off source could not be read."""

    frames: int
    """Frames that were announced and could not be decoded."""

    seconds: float
    """How much time they cover, seconds."""

    frames_decoded: int
    """Frames that could be decoded."""

    def __str__(self) -> str:
        """Return the loss in one sentence."""
        total = self.frames + self.frames_decoded
        return (
            f"{self.frames} of {total} frames ({self.seconds:.1f} s) could not be read: the file is damaged or cut off"
        )


class FrameSource(ABC):
    """A sequence of frames; `with open_source(path) as source: for frame in source: ...`.

    Frames are decoded ahead on one background thread, a few at a time, so memory does not grow with the length.
    """

    info: SourceInfo
    """What is known before reading."""

    loss: Loss | None = None
    """What could not be read; set when the iteration has ended, None when nothing was lost."""

    _frames: Generator[Frame, None, None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames in order of time; only once."""
        if self._frames is not None:
            raise SourceError(f"{self.info.path} was already read; open it again")
        self._frames = read_ahead(self._read(), _READ_AHEAD_FRAMES)
        return self._frames

    def close(self) -> None:
        """Stop reading and release the file; harmless when done twice."""
        if self._frames is not None:
            self._frames.close()
        self._release()

    @abstractmethod
    def _read(self) -> Iterator[Frame]:
        """Yield the frames; runs on the background thread."""

    @abstractmethod
    def _release(self) -> None:
        """Close what is open."""


def open_source(source: str | Path, *, image_fps: float = 30.0, only: frozenset[int] | None = None) -> FrameSource:
    """Open a video file or a folder of pictures, and check what can be known before it is read.

    Parameters
    ----------
    source
        A video file, or a folder of png, jpg or webp pictures.
    image_fps
        Pictures a second in a folder; video files bring their own times.
    only
        Indices of the frames to deliver, with the indices and times that they have among all; reading ends after the
        last of them, and `loss` is not known then. All of them if left out.

    Returns
    -------
    FrameSource
        To be used with `with`.

    Raises
    ------
    SourceError
        It does not exist, cannot be opened, holds no video or no pictures, has fewer than two frames, or fewer than
        `MIN_FPS` frames a second. What only reading can show is checked by `check_track_is_judgeable`.
    """
    from formcheck.video.file_source import FileSource
    from formcheck.video.image_folder import ImageFolderSource

    path = Path(source)
    try:
        if path.is_dir():
            return ImageFolderSource(path, image_fps, only)
        if not path.exists():
            raise SourceError(f"{path} does not exist; check the spelling of the path")
        return FileSource(path, only)
    except PermissionError as error:
        raise SourceError(f"{path} may not be read by you; change its permissions or copy it") from error
