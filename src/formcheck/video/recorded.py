"""When a video was filmed, as far as the file says so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import av

_KEYS: Final = ("com.apple.quicktime.creationdate", "creation_time")
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)  # containers without a clock say 1904 or 1970


def recorded_at(path: Path) -> datetime | None:
    """Return when a video was filmed, in this computer's time zone; None where the file does not say.

    Parameters
    ----------
    path
        A video file, or a folder of pictures, which never says.
    """
    if not path.is_file():
        return None
    try:
        with av.open(str(path)) as container:
            texts = [container.metadata.get(key) for key in _KEYS]
    except (av.FFmpegError, OSError):
        return None
    for text in texts:
        try:
            found = datetime.fromisoformat(text) if text else None
        except ValueError:
            continue
        if found is not None:
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
            if _EARLIEST < found <= datetime.now(UTC):
                return found.astimezone()
    return None
