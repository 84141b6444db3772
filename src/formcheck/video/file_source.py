"""A video file as a source, read through PyAV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import SourceError
from formcheck.core.frame import Frame
from formcheck.core.pose import FloatArray
from formcheck.video.checks import check_frame_times
from formcheck.video.source import FrameSource, Loss, SourceInfo

_PROBE_FRAMES: Final = 300  # frames whose times are looked at before reading: ten seconds at 30 frames/s
_TAIL_S: Final = 0.5  # a file that ends this much before its announced length was cut off ...
_TAIL_WITH_SOUND_S: Final = 2.0  # ... or this much, where the length may be that of the sound
_ONE_THREAD_PX: Final = 1920 * 1088  # 1080p, as it is coded
_MAX_ERRORS_IN_A_ROW: Final = 1000  # a reader that fails this often without a frame will not recover


class FileSource(FrameSource):
    """Frames of a video file with their own presentation times, upright, as a player would show them.

    Edit lists are respected: what the container says is not to be shown is neither delivered nor counted as lost.
    Damaged packets are skipped and counted, and reading goes on after them.

    Parameters
    ----------
    path
        The file.
    only
        Indices of the frames to deliver, see `open_source`; the others are decoded and not turned into pictures.

    Raises
    ------
    SourceError
        It is empty, not a video, cut off before its index, has sound only, or fails `check_frame_times`.
    """

    def __init__(self, path: Path, only: frozenset[int] | None = None) -> None:
        with _open(path) as probe:
            times = _packet_times(probe)
        check_frame_times(path, times)
        self._container = _open(path)
        try:
            self._stream = _video_stream(self._container, path)
            self._stream.thread_type = "AUTO"
            self._stream.codec_context.thread_count = _threads(self._stream.width, self._stream.height)
            self._path = path
            self._only = only
            self._errors = 0
            self._decoded = self._decode()
            self._first = next(self._decoded, None)
            if self._first is None:
                raise SourceError(f"{path} holds no frames that can be decoded; export or record it again")
            self.info = self._describe(self._first, times)
        except BaseException:
            self._container.close()
            raise

    def _describe(self, first: av.VideoFrame, times: FloatArray) -> SourceInfo:
        """Return what is known before reading; the rotation is that of the first frame."""
        stream = self._stream
        size = first.width, first.height
        width, height = size[::-1] if first.rotation % 180 else size
        duration_s: float | None = None
        if stream.duration is not None and stream.time_base is not None:
            duration_s = float(stream.duration * stream.time_base)
        elif self._container.duration:
            duration_s = self._container.duration / av.time_base
        return SourceInfo(
            name=self._path.name,
            path=self._path,
            kind="file",
            width=width,
            height=height,
            fps=_nominal_fps(times),
            duration_s=duration_s,
            frames_expected=_frames_announced(stream),
        )

    def _read(self) -> Iterator[Frame]:
        frame: av.VideoFrame | None = self._first
        self._first = None
        start_s: float | None = None
        last_s = -1.0
        index = 0
        gaps_s = 0.0
        last = None if self._only is None else max(self._only, default=-1)
        while frame is not None:
            if last is not None and index > last:
                return
            raw_s = _time_of(frame, last_s + (start_s or 0.0), self.info.fps)
            start_s = raw_s if start_s is None else start_s
            time_s = raw_s - start_s
            if frame.is_corrupt:
                self._errors += 1
            elif time_s > last_s:  # a frame that is replaced at the very moment it appears is never seen
                if self._only is None or index in self._only:
                    yield Frame(index, time_s, _upright_rgb(frame))
                gaps_s += max(time_s - last_s - 1.5 / self.info.fps, 0.0) if index else 0.0
                index += 1
                last_s = time_s
            frame = next(self._decoded, None)
        self.loss = self._count_loss(index, gaps_s, last_s)

    def _decode(self) -> Iterator[av.VideoFrame]:
        """Yield decoded frames; skip and count what cannot be decoded."""
        packets = self._container.demux(self._stream)
        in_a_row = 0
        while in_a_row < _MAX_ERRORS_IN_A_ROW:
            try:
                packet = next(packets)
                frames = packet.decode()
            except (StopIteration, EOFError):
                return
            except av.FFmpegError:
                self._errors += 1
                in_a_row += 1
                continue
            for frame in frames:
                in_a_row = 0
                yield frame

    def _count_loss(self, decoded: int, gaps_s: float, last_s: float) -> Loss | None:
        """Return what is missing against the announcement, or None."""
        interval_s = 1.0 / self.info.fps
        tail_s = max((self.info.duration_s or 0.0) - (last_s + interval_s), 0.0)
        ends_early = tail_s > (_TAIL_WITH_SOUND_S if self._container.streams.audio else _TAIL_S)
        if self.info.frames_expected is not None:
            lost = self.info.frames_expected - decoded
            if lost <= 0 or not (self._errors or tail_s > 1.5 * interval_s):
                return None
            return Loss(lost, lost * interval_s, decoded)
        if not (self._errors or ends_early):  # gaps alone are a camera's choice, not damage
            return None
        lost_s = tail_s + gaps_s if self._errors else tail_s
        lost = max(round(lost_s / interval_s), self._errors)
        return Loss(lost, lost * interval_s, decoded)

    def _release(self) -> None:
        self._container.close()


def _open(path: Path) -> Any:
    """Open a container, or say in one sentence why it is not a video."""
    with path.open("rb") as file:
        head = file.read(12)
    if not head:
        raise SourceError(f"{path} is empty (0 bytes); copy or record it again")
    try:
        return av.open(str(path))
    except PermissionError:
        raise
    except (av.FFmpegError, UnicodeDecodeError) as error:
        if head[4:8] == b"ftyp":
            raise SourceError(
                f"{path} is a recording that was cut off: the index that belongs at its end is missing; "
                f"copy it again from the camera"
            ) from error
        raise SourceError(f"{path} is not a video that can be read; give an mp4, mov, mkv, webm or avi file") from error


def _threads(width: int, height: int) -> int:
    """Return how many threads decode: one costs a third less than several, and is ahead of the pose model up to 1080p.

    Every thread holds pictures of its own, so there are not more of them where there are more cores.
    """
    return 1 if width * height <= _ONE_THREAD_PX else 2


def _video_stream(container: Any, path: Path) -> Any:
    """Return the first moving picture of a container (cover pictures of songs are none)."""
    attached = av.stream.Disposition.attached_pic
    for stream in container.streams.video:
        if not stream.disposition & attached and stream.codec_context is not None:
            return stream
    if container.streams.audio:
        raise SourceError(f"{path} holds sound only, no video; choose another file")
    raise SourceError(f"{path} holds no video that can be read; if it should, it was cut off: copy or record it again")


def _packet_times(container: Any) -> FloatArray:
    """Return the presentation times of the first frames, seconds, sorted, without decoding them."""
    stream = _video_stream(container, Path(container.name))
    ticks: list[int] = []
    try:
        for packet in container.demux(stream):
            if packet.size and not packet.is_discard:
                ticks.append(packet.pts if packet.pts is not None else packet.dts)
            if len(ticks) >= _PROBE_FRAMES:
                break
    except av.FFmpegError:
        pass  # cut off within the first frames: what was found counts, and reading reports the loss
    known = np.unique(np.array([t for t in ticks if t is not None], dtype=np.int64))
    if len(known) < min(len(ticks), 2):  # a bare stream has no times: its nominal rate tells them
        rate = stream.average_rate or stream.guessed_rate or 25
        return np.arange(len(ticks), dtype=np.float64) / float(rate)
    return known.astype(np.float64) * float(stream.time_base)


def _nominal_fps(times: FloatArray) -> float:
    """Return frames per second from the usual interval; its mean, as containers round times to milliseconds."""
    intervals = np.diff(times)
    median = float(np.median(intervals))
    usual = intervals[np.abs(intervals - median) <= 0.0015 + 0.01 * median]
    return 1.0 / float(usual.mean())


def _frames_announced(stream: Any) -> int | None:
    """Return how many frames the index announces to be shown, or None for containers without a full index."""
    entries = stream.index_entries
    if not stream.frames or len(entries) < stream.frames:
        return None
    return sum(not entry.is_discard for entry in entries)


def _time_of(frame: av.VideoFrame, previous_s: float, fps: float) -> float:
    """Return a frame's presentation time, seconds; without one it follows its predecessor."""
    if frame.pts is None or frame.time_base is None:
        return previous_s + 1.0 / fps
    return float(frame.pts * frame.time_base)


def _upright_rgb(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """Return the pixels as RGB, shape (height, width, 3), turned as the file's rotation metadata says."""
    image = frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
    quarter_turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(image, quarter_turns)) if quarter_turns else image
