"""The camera's own pictures on disk, where a person asked for them: a file that is whole up to where it was written."""

from __future__ import annotations

import queue
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av

from formcheck.core.frame import Frame
from formcheck.video.files import output_error

_QUEUE: Final = 8  # pictures that may wait for the encoder; more are left out, for coaching goes first
_TICKS: Final = 1000
_ON_DISK: Final = {"cluster_time_limit": "1000", "flush_packets": "1"}  # a second at most is lost with the program
_KEY_EVERY: Final = 30  # pictures: what a crash can cost at most


class CameraVideo:
    """Appends pictures to a Matroska file (H.264), which can be read however it ends.

    Parameters
    ----------
    path
        The file; must not exist.
    size
        Width and height of the pictures, pixels.

    Raises
    ------
    OutputError
        It cannot be written.
    """

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self.began_s: float | None = None
        """Session time of the first picture; None before."""
        self.left_out = 0
        """Pictures that were not kept because the encoder was behind."""
        try:
            self._container: Any = av.open(str(path), "w", format="matroska", options=_ON_DISK)
        except (OSError, av.FFmpegError) as error:
            raise output_error(path, OSError(getattr(error, "errno", 0), str(error))) from error
        self._stream = self._container.add_stream(
            "libx264", rate=30, options={"preset": "ultrafast", "crf": "26", "tune": "zerolatency"}
        )
        self._stream.width, self._stream.height = size[0] - size[0] % 2, size[1] - size[1] % 2
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = Fraction(1, _TICKS)
        self._stream.codec_context.gop_size = _KEY_EVERY
        self._stream.codec_context.thread_count = 1
        self._waiting: queue.Queue[Frame | None] = queue.Queue(_QUEUE)
        self._thread = threading.Thread(target=self._run, name="formcheck-video", daemon=True)
        self._thread.start()

    def write(self, frame: Frame) -> None:
        """Append a picture, unless the encoder is behind."""
        if self.began_s is None:
            self.began_s = frame.time_s
        try:
            self._waiting.put_nowait(frame)
        except queue.Full:
            self.left_out += 1

    def close(self) -> None:
        """Finish the file."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        last = -1
        while (frame := self._waiting.get()) is not None:
            height, width = self._stream.height, self._stream.width
            picture = av.VideoFrame.from_ndarray(frame.image[:height, :width], format="rgb24")
            ticks = round((frame.time_s - (self.began_s or 0.0)) * _TICKS)
            if ticks <= last:
                continue
            last = picture.pts = ticks
            picture.time_base = Fraction(1, _TICKS)
            self._container.mux(self._stream.encode(picture))
        self._container.mux(self._stream.encode(None))
        self._container.close()
