"""The overlay video, and single drawn pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from formcheck.core.frame import Frame
from formcheck.overlay.arcs import Places
from formcheck.overlay.draw import draw_overlay
from formcheck.overlay.text import Image
from formcheck.overlay.timeline import Timeline
from formcheck.session import Judgement
from formcheck.video.writer import VideoWriter

MAX_SIDE_PX: Final = 1280
"""Longest side of drawn pictures: enough for a laptop's screen, and a tenth of the bytes and time of 4K."""
PRESET: Final = "superfast"
"""A quarter less encoding time than veryfast, for a file twice as large: drawing must not cost more than detecting."""
CRF: Final = 24

Progress = Callable[[int, int | None], None]
"""Called with the number of frames done and the number there are."""
Keep = Callable[[int, Image], None]
"""Called with frame index and drawn picture."""


def picture_scale(size: tuple[int, int]) -> float:
    """Return by how much frames of a size (width, height) are shrunk before they are drawn on; never enlarged."""
    return min(1.0, MAX_SIDE_PX / max(size))


def draw_frames(
    frames: Iterable[Frame], judgement: Judgement, only: frozenset[int] | None = None
) -> Iterator[tuple[Frame, Image]]:
    """Yield each frame with its drawn picture.

    Parameters
    ----------
    frames
        The frames that were judged, in order; those past the end of the track are left out.
    judgement
        What was found.
    only
        Indices of the frames to draw; all of them if left out. Ends after the last one.
    """
    scale = picture_scale(judgement.track.image_size)
    width, height = (round(side * scale) for side in judgement.track.image_size)
    timeline = Timeline(judgement, scale)
    places: Places = {}
    last = len(timeline) - 1 if only is None else max(only, default=-1)
    for frame in frames:
        if frame.index > last:
            return
        if only is not None and frame.index not in only:
            continue
        image = frame.image
        if scale < 1:
            image = np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        yield frame, draw_overlay(image, timeline.state(frame.index), places)
        if frame.index == last:
            return


def render_overlay(
    frames: Iterable[Frame],
    judgement: Judgement,
    path: Path,
    progress: Progress | None = None,
    keep: Keep | None = None,
) -> None:
    """Write the overlay video (H.264, at most `MAX_SIDE_PX` on its longer side, with the clip's own frame times).

    Parameters
    ----------
    frames
        The frames that were judged, in order.
    judgement
        What was found.
    path
        The mp4; it appears only when it is complete.
    progress
        Told how far it has come.
    keep
        Given every drawn picture, so that stills can be taken from the same pass; it must copy what it keeps.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    track = judgement.track
    scale = picture_scale(track.image_size)
    size = (round(track.image_size[0] * scale), round(track.image_size[1] * scale))
    step = float(np.median(np.diff(track.time_s))) if len(track) > 1 else 1 / 30
    with VideoWriter(path, size=size, fps=1 / step, crf=CRF, preset=PRESET) as writer:
        for done, (frame, picture) in enumerate(draw_frames(frames, judgement), start=1):
            writer.write(picture, frame.time_s)
            if keep is not None:
                keep(frame.index, picture)
            if progress is not None:
                progress(done, len(track))
