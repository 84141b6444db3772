"""Written to a temporary name and renamed: the one place for it, so that nothing is ever left half-written."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from formcheck.core.errors import OutputError

_ADVICE = {
    errno.ENOSPC: "the disk is full; free some space or choose a folder on another disk",
    errno.EDQUOT: "your disk quota is used up; free some space or choose another folder",
    errno.EACCES: "you may not write there; choose another folder",
    errno.EPERM: "you may not write there; choose another folder",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.ENOENT: "there is no such folder and it cannot be made; choose another folder",
    errno.EEXIST: "part of the path is a file, not a folder; choose another folder",
    errno.ENOTDIR: "part of the path is a file, not a folder; choose another folder",
    errno.EISDIR: "there is a folder of that name; choose another name",
}


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, renamed to `path` on success and deleted on any failure.

    The temporary name is hidden (leading dot) and keeps the suffix, so that writers that look at it still work.
    A missing parent folder is made.

    Parameters
    ----------
    path
        Where the finished file shall be; an existing file is replaced.

    Yields
    ------
    Path
        The name to write to. If nothing was written there, nothing is renamed.

    Raises
    ------
    OutputError
        For every `OSError` in the body or in renaming: what could not be written, why, and what to do.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}-{secrets.token_hex(4)}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        if temporary.exists():
            temporary.replace(path)
    except OSError as error:
        raise output_error(path, error) from error
    finally:
        _delete(temporary)


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written to, before any work is done for it; nothing is made.

    Raises
    ------
    OutputError
        A part of the path is a file, or the nearest folder that exists may not be written to.
    """
    nearest = folder
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        raise output_error(folder, OSError(errno.ENOTDIR, ""))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise output_error(folder, OSError(errno.EACCES, ""))


def output_error(path: str | Path, error: OSError) -> OutputError:
    """Return the one sentence for a file that cannot be written.

    Parameters
    ----------
    path
        The file that was to be written.
    error
        What the system said.
    """
    why = _ADVICE.get(error.errno or 0) or f"{error.strerror or error}; choose another folder"
    return OutputError(f"cannot write {path}: {why}")


def _delete(path: Path) -> None:
    """Delete `path` if it is there; a failure to do so must not hide the error that led here."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
