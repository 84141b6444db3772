"""The page's own files, and safe paths below a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parent / "page"
"""What is served as the page."""

ID_PATTERN: Final = r"^[a-z0-9]{1,40}$"
"""What the id of a session, an analysis or a report looks like."""


def inside(folder: Path, name: str) -> Path | None:
    """Return the file `name` below `folder`; None when there is none, or when it would be anywhere else.

    Parameters
    ----------
    folder
        The only place that is looked at.
    name
        Relative path, from outside.
    """
    if "\0" in name or "\\" in name or name.startswith("/") or any(part.startswith(".") for part in name.split("/")):
        return None
    try:
        root = folder.resolve(strict=True)
        file = (root / name).resolve(strict=True)
    except (OSError, ValueError):
        return None
    return file if file.is_relative_to(root) and file.is_file() else None
