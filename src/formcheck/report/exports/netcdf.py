"""netCDF in the layout of `movement` (neuroinformatics-unit), for xarray and everything that builds on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

import formcheck
from formcheck.core.landmarks import LANDMARKS
from formcheck.report.exports.given import Given
from formcheck.report.exports.opensim import frame_rate
from formcheck.video.files import atomic_path


def poses_dataset(given: Given) -> xr.Dataset:
    """Return the landmarks as movement lays poses out, with the angles beside them where there are any.

    `position` (time, space, keypoints, individuals) in pixels of the picture, x right and y down; `confidence` (time,
    keypoints, individuals), 0 to 1; `angle` and `angle_sigma` (time, channel) in the channel's unit.

    Parameters
    ----------
    given
        What to export; needs landmarks.

    Raises
    ------
    SourceError
        The landmarks were not kept.
    """
    track = given.landmarks()
    data = {
        "position": (("time", "space", "keypoints", "individuals"), track.pixels.transpose(0, 2, 1)[..., None]),
        "confidence": (("time", "keypoints", "individuals"), track.visibility[..., None]),
    }
    coords = {
        "time": track.time_s,
        "space": ["x", "y"],
        "keypoints": list(LANDMARKS),
        "individuals": ["person"],
    }
    if given.channels is not None and given.time_s is not None and len(given.time_s) == len(track):
        names = list(given.channels)
        coords["channel"] = names
        for name, part in (("angle", "value"), ("angle_sigma", "sigma")):
            columns = np.column_stack([getattr(given.channels[n], part) for n in names])
            data[name] = (("time", "channel"), columns)
    attributes = {
        "source_software": f"formcheck {formcheck.__version__}",
        "ds_type": "poses",
        "fps": frame_rate(track.time_s),
        "time_unit": "seconds",
        "source_file": given.name,
    }
    return xr.Dataset(data, coords, attributes)


def write_netcdf(given: Given, path: Path) -> None:
    """Write `poses_dataset` as netCDF 3, which xarray reads without any further library.

    Raises
    ------
    SourceError
        The landmarks were not kept.
    OutputError
        It cannot be written.
    """
    found = poses_dataset(given)
    with atomic_path(path) as temporary:
        found.to_netcdf(temporary, engine="scipy")
