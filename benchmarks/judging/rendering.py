"""Draws the planned clips and finds the landmarks in them, once."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from functools import partial
from multiprocessing.pool import Pool
from pathlib import Path

from measuring.clips import tracked

from formcheck.core.pose import PoseTrack
from formcheck.synthetic.clip import Clip
from formcheck.synthetic.truth import truth_path, write_truth
from formcheck.video.writer import VideoWriter
from judging.plan import PlannedClip


def draw(clip: PlannedClip, folder: Path) -> str:
    """Draw a clip with its truth and its landmarks unless all are there; return its name."""
    path = video_path(clip, folder)
    if not truth_path(path).exists():
        rendered = Clip(clip.spec)
        with VideoWriter(path, size=clip.spec.size, fps=clip.spec.fps) as writer:
            for frame in rendered.frames():
                writer.write(frame.image, frame.time_s)
        write_truth(rendered.truth(), truth_path(path))
    track_of(clip, folder)
    return clip.name


def video_path(clip: PlannedClip, folder: Path) -> Path:
    """Return where a clip's video is."""
    return folder / f"{clip.name}.mp4"


def track_of(clip: PlannedClip, folder: Path) -> PoseTrack:
    """Return the landmarks of a clip as the packaged models find them, tracked when not yet kept."""
    told = None if clip.both else clip.spec.side  # as users tell it
    return tracked(video_path(clip, folder), folder / "poses", {"side": told})[0]


def workers(number: int) -> Pool:
    """Return so many processes, each of which keeps to one core."""
    for name in ("LP_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    return multiprocessing.get_context("spawn").Pool(number)


def draw_all(clips: list[PlannedClip], folder: Path, number: int) -> Iterator[str]:
    """Draw what is missing in so many processes, yielding each clip's name as it is finished."""
    folder.mkdir(parents=True, exist_ok=True)
    with workers(number) as pool:
        yield from pool.imap_unordered(partial(draw, folder=folder), clips)
