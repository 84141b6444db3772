"""Poses in the layout of the `movement` package, for those who go on with xarray."""

from __future__ import annotations

import numpy as np
import xarray as xr

from formcheck.core.landmarks import LANDMARKS
from formcheck.core.pose import PoseTrack

INDIVIDUAL = "person"
"""Name of the only individual."""


def to_movement_dataset(track: PoseTrack, *, source_file: str | None = None) -> xr.Dataset:
    """Return a track as a dataset that `movement` takes for one of its own.

    Parameters
    ----------
    track
        The poses.
    source_file
        Name of the video, kept as an attribute.

    Returns
    -------
    xarray.Dataset
        `position` (time, space, keypoints, individuals), image x and y in pixels; `confidence` (time, keypoints,
        individuals), the model's visibility; and beside what `movement` asks for, `position_world` (time, space_world,
        keypoints, individuals) in metres. Times are in seconds. Missing is NaN.

    Examples
    --------
    >>> import numpy as np
    >>> n = np.zeros((2, 33, 3))
    >>> track = PoseTrack(np.array([0.0, 0.1]), n[..., :2], n, n[..., 0], n[..., 0], (640, 480))
    >>> to_movement_dataset(track)["position"].dims
    ('time', 'space', 'keypoints', 'individuals')
    """
    found = track.found[:, np.newaxis]
    layout = ("time", "space", "keypoints", "individuals")
    intervals = np.diff(track.time_s)
    return xr.Dataset(
        {
            "position": (layout, track.pixels.transpose(0, 2, 1)[..., np.newaxis]),
            "confidence": (
                ("time", "keypoints", "individuals"),
                np.where(found, track.visibility, np.nan)[..., np.newaxis],
            ),
            "position_world": (
                ("time", "space_world", "keypoints", "individuals"),
                track.world.transpose(0, 2, 1)[..., np.newaxis],
            ),
        },
        coords={
            "time": track.time_s,
            "space": ["x", "y"],
            "space_world": ["x", "y", "z"],
            "keypoints": list(LANDMARKS),
            "individuals": [INDIVIDUAL],
        },
        attrs={
            "ds_type": "poses",
            "fps": float(1 / np.median(intervals)) if len(intervals) else None,
            "time_unit": "seconds",
            "source_software": "formcheck",
            "source_file": source_file,
        },
    )
