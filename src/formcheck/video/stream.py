"""Network streams (RTSP, HTTP, MJPEG), and files in their own time, as live sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import SourceError
from formcheck.video.camera import CameraReader, camera_index
from formcheck.video.file_source import FileSource
from formcheck.video.live_source import LiveSource

SCHEMES: Final = ("rtsp://", "rtsps://", "http://", "https://", "udp://", "tcp://", "rtmp://")
"""What a stream's address begins with."""
OPEN_S: Final = 4.0
"""How long to wait for a stream to open, seconds."""
READ_S: Final = 2.0
"""How long to wait for its next packet, seconds: after that it is lost."""
_OPTIONS: Final = {
    "fflags": "nobuffer",
    "flags": "low_delay",
    "analyzeduration": "500000",
    "probesize": "500000",
    "rtsp_transport": "tcp",
}


class StreamReader:
    """Reads a network stream.

    Parameters
    ----------
    url
        Its address.

    Raises
    ------
    SourceError
        It cannot be opened, or holds no picture.
    """

    paced = False

    def __init__(self, url: str) -> None:
        self.name = _without_password(url)
        options = _OPTIONS if url.startswith("rtsp") else {k: v for k, v in _OPTIONS.items() if k != "rtsp_transport"}
        try:
            self._container: Any = av.open(url, options=options, timeout=(OPEN_S, READ_S))
        except (av.FFmpegError, OSError) as error:
            raise SourceError(f"{self.name} cannot be opened ({_reason(error)}); check address and network") from error
        if not self._container.streams.video:
            self._container.close()
            raise SourceError(f"{self.name} has no video; check the address")
        self._frames = self._container.decode(self._container.streams.video[0])

    def read(self) -> tuple[NDArray[np.uint8], float | None] | None:
        """Return the next picture; see `formcheck.video.live_source.Reader`."""
        try:
            frame = next(self._frames)
        except StopIteration:
            raise SourceError(f"{self.name} has ended") from None
        except (av.FFmpegError, OSError) as error:
            raise SourceError(f"{self.name} is gone ({_reason(error)})") from error
        return frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False), None

    def close(self) -> None:
        """Release it."""
        self._container.close()


class PacedFileReader:
    """Reads a video file as if a camera filmed it now, each frame at its own time; then it is over.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    SourceError
        It cannot be read as a video.
    """

    paced = True

    def __init__(self, path: Path) -> None:
        self._source = FileSource(path)
        self.name = path.name
        self._frames = iter(self._source)

    def read(self) -> tuple[NDArray[np.uint8], float | None] | None:
        """Return the next picture; see `formcheck.video.live_source.Reader`."""
        frame = next(self._frames, None)
        return None if frame is None else (frame.image, frame.time_s)

    def close(self) -> None:
        """Release it."""
        self._source.close()


def open_live(camera: str) -> LiveSource:
    """Open what `--camera` names: an index or a name, a stream's address, or a file.

    Raises
    ------
    SourceError
        It cannot be opened.
    """
    if camera.startswith(SCHEMES):
        return LiveSource(lambda: StreamReader(camera))
    path = Path(camera)
    if not camera.isdecimal() and path.exists():
        return LiveSource(lambda: PacedFileReader(path))
    if path.suffix and len(path.suffix) < 6 and not camera.isdecimal() and ("/" in camera or "." in camera):
        raise SourceError(
            f"{camera} does not exist; give a camera's index or name, a stream's address, or a video file"
        )
    index = camera_index(camera)
    return LiveSource(lambda: CameraReader(index))


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if "@" in rest.split("/")[0] else url


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
