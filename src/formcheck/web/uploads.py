"""A video from the browser onto the disk: what is taken, how much, and under which name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from formcheck.core.errors import SourceError

SUFFIXES: Final = (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi")
"""Endings of the files that are taken."""
_HEAD: Final = 16


class TooLargeError(SourceError):
    """The video is larger than the server takes."""


class NoVideoError(SourceError):
    """The file is not a video of a kind that is taken."""


def safe_name(name: str) -> str:
    """Return a file's name for people and reports: no folders, nothing unprintable, not too long.

    Examples
    --------
    >>> safe_name("../../etc/My clip.MP4")
    'My clip.MP4'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(" .")
    stem, dot, ending = clean.rpartition(".")
    return (stem[:80] + dot + ending[:8]) if dot else clean[:80]


def check_name(name: str) -> None:
    """Refuse a file that its ending says is no video.

    Raises
    ------
    NoVideoError
        Naming what is taken.
    """
    if Path(name).suffix.lower() not in SUFFIXES:
        raise NoVideoError(f"{name or 'The file'} is not a video that formcheck reads; it takes {', '.join(SUFFIXES)}.")


async def receive(stream: AsyncIterator[bytes], path: Path, most: int, name: str) -> None:
    """Write the body of a request to `path`.

    Parameters
    ----------
    stream
        The body, piece by piece.
    path
        A new file.
    most
        Largest size, bytes.
    name
        The file's name, for messages.

    Raises
    ------
    NoVideoError
        Its first bytes are not those of a video.
    TooLargeError
        It is larger than `most`; nothing is left of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    size, head = 0, b""
    try:
        with path.open("xb") as file:
            async for piece in stream:
                size += len(piece)
                if size > most:
                    raise TooLargeError(f"{name} is larger than {most / 1e6:.0f} MB, the most that is taken.")
                if len(head) < _HEAD:
                    head += piece[: _HEAD - len(head)]
                    if len(head) >= _HEAD and not _is_video(head):
                        raise NoVideoError(f"{name} is not a video, whatever its name says; choose another file.")
                file.write(piece)
        if not _is_video(head):
            raise NoVideoError(f"{name} is not a video, whatever its name says; choose another file.")
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _is_video(head: bytes) -> bool:
    """Whether a file begins as MP4/MOV, Matroska/WebM or AVI files do."""
    return (
        head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
        or head[:4] == b"\x1a\x45\xdf\xa3"
        or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")
    )
