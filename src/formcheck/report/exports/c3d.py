"""C3D, the biomechanics laboratories' file, by ezc3d."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from formcheck.core.landmarks import LANDMARKS
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.report.exports.opensim import frame_rate, marker_positions
from formcheck.video.files import atomic_path


def write_c3d(track: PoseTrack, path: Path) -> None:
    """Write the landmarks as C3D, millimetres, in the frame of `marker_positions`.

    A C3D has one frame rate: positions are taken at even steps of the median one, between two frames by their distance
    in time; a point is missing (residual -1) where one of the two has none.

    Parameters
    ----------
    track
        The landmarks.
    path
        The file.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    import ezc3d

    rate = frame_rate(track.time_s)
    points = evenly(track.time_s, marker_positions(track), rate) * 1000.0
    missing = np.isnan(points).any(axis=2)
    data = np.ones((4, points.shape[1], points.shape[0]))
    data[:3] = np.moveaxis(points, (0, 1, 2), (2, 1, 0))
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [rate]
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    file["parameters"]["POINT"]["LABELS"]["value"] = list(LANDMARKS)
    file["data"]["points"] = data
    file["data"]["meta_points"]["residuals"] = np.where(missing, -1.0, 0.0).T[None]
    with atomic_path(path) as temporary:
        file.write(str(temporary))


def evenly(time_s: FloatArray, values: FloatArray, rate: float) -> FloatArray:
    """Return values at even steps from the first time on, linear between two frames; NaN beside a missing one.

    Parameters
    ----------
    time_s
        Times, shape (T,), seconds, increasing.
    values
        Shape (T, …).
    rate
        Steps a second.
    """
    steps = time_s[0] + np.arange(int(np.floor((time_s[-1] - time_s[0]) * rate + 1e-6)) + 1) / rate
    after = np.clip(np.searchsorted(time_s, steps, side="left"), 1, len(time_s) - 1)
    before = after - 1
    share = np.clip((steps - time_s[before]) / (time_s[after] - time_s[before]), 0.0, 1.0)
    weight = share.reshape(-1, *([1] * (values.ndim - 1)))
    mixed = (1 - weight) * values[before] + weight * values[after]
    exact = np.where(weight < 1e-6, values[before], np.where(weight > 1 - 1e-6, values[after], mixed))
    return np.asarray(exact, dtype=np.float64)
