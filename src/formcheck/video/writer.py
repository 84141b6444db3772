"""Frames out: an H.264 file that browsers play, encoded in the background."""

from __future__ import annotations

import queue
import threading
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from formcheck.core.errors import OutputError
from formcheck.video.files import atomic_path, output_error

TICKS_PER_S: Final = 90_000
"""Time base of the written stream; the usual one of video, fine enough for any camera."""

_QUEUE_FRAMES: Final = 4  # enough to overlap drawing with encoding, few enough to bound memory at 4K
_BT709: Final = 1  # code of ITU-T H.273 for primaries and transfer


class VideoWriter:
    """Writes RGB pictures with their own times to an mp4 (H.264, yuv420p, index first); use it with `with`.

    The file appears under its name only when everything was written; on any exception, or when no picture was
    written, nothing is left.
    Encoding runs on one background thread, so `write` costs little more than a copy of the picture.

    Parameters
    ----------
    path
        The mp4 to write; its folder is made if missing.
    size
        Width and height of the pictures, pixels. Odd sizes lose their last column or row, since yuv420p is even.
    fps
        Nominal rate: how long the last picture is shown. Each picture keeps its own time.
    crf
        x264 quality, lower is better and larger.
    preset
        x264 speed preset.

    Raises
    ------
    OutputError
        The file cannot be written (on entering, in `write`, or on leaving the `with` block).

    Examples
    --------
    >>> import numpy as np, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "black.mp4"
    >>> with VideoWriter(path, size=(64, 48)) as writer:
    ...     for i in range(3):
    ...         writer.write(np.zeros((48, 64, 3), np.uint8), i / 30)
    >>> path.exists()
    True
    """

    def __init__(
        self,
        path: str | Path,
        size: tuple[int, int],
        fps: float = 30.0,
        crf: int = 23,
        preset: str = "veryfast",
    ) -> None:
        self.path = Path(path)
        self.size = size
        self.fps = fps
        self._options = {"crf": str(crf), "preset": preset}
        self._queue: queue.Queue[av.VideoFrame | None] = queue.Queue(_QUEUE_FRAMES)
        self._failure: BaseException | None = None
        self._first_s: float | None = None
        self._last_ticks = -1

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        try:
            temporary = self._stack.enter_context(atomic_path(self.path))
            self._container = av.open(str(temporary), "w", format="mp4", options={"movflags": "+faststart"})
            self._stream = self._new_stream()
        except BaseException as error:
            self._stack.__exit__(type(error), error, error.__traceback__)
            raise  # only reached when the error is not one of writing
        self._thread = threading.Thread(target=self._encode, name="formcheck-encode", daemon=True)
        self._thread.start()
        return self

    def write(self, image: NDArray[np.uint8], time_s: float) -> None:
        """Append one picture.

        Parameters
        ----------
        image
            Shape (height, width, 3), RGB, uint8; copied, so it may be drawn on again at once.
        time_s
            When it is shown, seconds; strictly increasing. The first written picture is time 0 of the file.

        Raises
        ------
        OutputError
            An earlier picture could not be written.
        """
        self._raise_failure()
        if image.shape != (self.size[1], self.size[0], 3):
            raise ValueError(f"picture of shape {image.shape} in a video of size {self.size}")
        if self._first_s is None:
            self._first_s = time_s
        ticks = round((time_s - self._first_s) * TICKS_PER_S)
        if ticks <= self._last_ticks:
            raise ValueError(f"time {time_s} s does not come after the picture before it")
        self._last_ticks = ticks
        width, height = self._stream.codec_context.width, self._stream.codec_context.height
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image[:height, :width]), format="rgb24")
        frame.pts = ticks
        frame.time_base = Fraction(1, TICKS_PER_S)
        frame.duration = round(TICKS_PER_S / self.fps)
        self._queue.put(frame)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._queue.put(None)
        self._thread.join()
        try:
            if error is None:
                self._raise_failure()
            self._container.close()  # writes the index
        except OutputError as failure:
            self._close_quietly()
            self._stack.__exit__(type(failure), failure, failure.__traceback__)
            raise
        except OSError as failure:
            self._close_quietly()
            self._stack.__exit__(type(failure), failure, failure.__traceback__)
            raise output_error(self.path, failure) from failure
        self._stack.__exit__(kind, error, trace)

    def _new_stream(self) -> Any:
        """Return the encoder's stream."""
        stream: Any = self._container.add_stream("libx264", rate=Fraction(self.fps).limit_denominator(1001))
        stream.width, stream.height = (side - side % 2 for side in self.size)
        stream.pix_fmt = "yuv420p"
        stream.options = self._options
        context = stream.codec_context
        stream.time_base = context.time_base = Fraction(1, TICKS_PER_S)
        context.colorspace = Colorspace.ITU709
        context.color_range = ColorRange.MPEG
        context.color_primaries = context.color_trc = _BT709
        return stream

    def _encode(self) -> None:
        """Encode what is queued, on the background thread; after a failure only empty the queue."""
        while (frame := self._queue.get()) is not None:
            if self._failure is None:
                self._mux(frame)
        if self._failure is None:
            self._mux(None)

    def _mux(self, frame: av.VideoFrame | None) -> None:
        """Encode one frame (None: flush) and write its packets; remember a failure."""
        try:
            if frame is not None:
                frame = frame.reformat(
                    format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
                )
            for packet in self._stream.encode(frame):
                self._container.mux(packet)
        except Exception as error:
            self._failure = error

    def _raise_failure(self) -> None:
        """Raise what went wrong on the background thread."""
        if isinstance(self._failure, OSError):
            raise output_error(self.path, self._failure) from self._failure
        if self._failure is not None:
            raise OutputError(f"cannot write {self.path}: {self._failure}") from self._failure

    def _close_quietly(self) -> None:
        """Close the container when the file is given up anyway."""
        try:
            self._container.close()
        except Exception:
            return
