"""When a source has too little to judge: the limits, each with its one-line error."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from formcheck.core.errors import SourceError
from formcheck.core.pose import FloatArray, PoseTrack

MIN_FPS: Final = 10.0
"""Fewest frames a second: below it the turning point of a one-second repetition is missed by more than 0.05 s."""

_TOLERANCE: Final = 0.01  # time stamps are rounded: 9.99 is 10


def check_frame_times(path: Path, time_s: FloatArray) -> None:
    """Refuse what is not a moving picture.

    Parameters
    ----------
    path
        The source, for the message.
    time_s
        Times of the frames, seconds, shape (T,).

    Raises
    ------
    SourceError
        No frame, a single frame, or fewer than `MIN_FPS` frames a second (median interval).
    """
    if len(time_s) == 0:
        raise SourceError(f"{path} holds no frames that can be shown; export or record it again")
    if len(time_s) == 1:
        raise SourceError(
            f"{path} holds a single picture that can be read, not a movement; give a video or a folder of pictures"
        )
    fps = 1.0 / float(np.median(np.diff(time_s)))
    if fps < MIN_FPS * (1 - _TOLERANCE):
        raise SourceError(
            f"{path} has {fps:.1f} frames a second, too few to judge a movement (at least {MIN_FPS:g}); film at 30"
        )


def check_track_is_judgeable(track: PoseTrack, path: Path) -> None:
    """Refuse a source of which reading has shown that nothing can be judged.

    A session calls this once when the frames have ended; what could be known earlier was checked by `open_source`.

    Parameters
    ----------
    track
        The poses of all frames.
    path
        The source, for the message.

    Raises
    ------
    SourceError
        Fewer than two frames decoded, too few frames a second, or no person in any frame.
    """
    check_frame_times(path, track.time_s)
    if not track.found.any():
        raise SourceError(
            f"no person was found in any of the {len(track)} frames of {path}; the whole body must be in the "
            f"picture, well lit and not too far away"
        )
