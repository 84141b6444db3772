"""What a result depends on, as hashes: the clip's content, the program, the drill, the options."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import formcheck
from formcheck.core.errors import SourceError
from formcheck.exercises.schema import Exercise

LOOKING: Final = ("core", "video", "pose")
"""Folders of the package that decide the poses."""
MEASURING: Final = ("core", "measure", "session.py")
"""Those that decide what is measured on them."""
ALL: Final = (
    "core",
    "video",
    "pose",
    "measure",
    "exercises",
    "coach",
    "overlay",
    "report",
    "batch",
    "session.py",
    "api.py",
)
"""Those that decide what a report says."""

_KINDS: Final = (".py", ".toml", ".npz", ".onnx", ".j2", ".css", ".js")
_BLOCK: Final = 1 << 20


@dataclass(frozen=True)
class ClipStamp:
    """A clip's content, and what tells quickly that it is still the same."""

    sha256: str
    """Hash of the content, hexadecimal."""

    size: int
    """Bytes."""

    mtime_ns: int
    """When it was last written; of a folder of pictures the latest."""


@cache
def code_sha256(*parts: str) -> str:
    """Return a hash of parts of the package: the version, also where it is being worked on.

    The shipped drills are left out: each result has the hash of its own drill.
    """
    root = Path(formcheck.__file__).parent
    digest = hashlib.sha256(formcheck.__version__.encode())
    for part in parts:
        files = [root / part] if part.endswith(".py") else sorted((root / part).rglob("*"))
        for path in files:
            if path.suffix in _KINDS and path.parent.name != "library":
                digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def drill_sha256(exercise: Exercise) -> str:
    """Return a hash of everything that a drill says."""
    return hashlib.sha256(exercise.model_dump_json().encode()).hexdigest()


def settings_sha256(**settings: Any) -> str:
    """Return a hash of plain values by name."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode()).hexdigest()


def stamp_clip(path: Path) -> ClipStamp:
    """Return the stamp of a video, a file of poses or a folder of pictures; all of it is read.

    Raises
    ------
    SourceError
        It is not there or cannot be read.
    """
    size, mtime_ns = glance(path)
    digest = hashlib.sha256()
    try:
        for file in _files(path):
            if path.is_dir():
                digest.update(file.name.encode())
            with file.open("rb") as stream:
                while block := stream.read(_BLOCK):
                    digest.update(block)
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); check the disk and its permissions") from error
    return ClipStamp(digest.hexdigest(), size, mtime_ns)


def glance(path: Path) -> tuple[int, int]:
    """Return size and time of the last change, without reading the content.

    Raises
    ------
    SourceError
        It is not there.
    """
    try:
        stats = [file.stat() for file in _files(path)]
    except FileNotFoundError:
        raise SourceError(f"{path} does not exist; check the spelling of the path") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); check its permissions") from error
    return sum(s.st_size for s in stats), max((s.st_mtime_ns for s in stats), default=0)


def _files(path: Path) -> list[Path]:
    return sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
