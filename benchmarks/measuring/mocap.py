"""The filmed squat against motion capture: changes from the neutral pose, every method."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from measuring.clips import change, seen, tracked
from measuring.methods import METHODS
from measuring.statistics import compare

COLUMNS = {
    "hip_flexion_right": "hip_flexion_r",
    "hip_flexion_left": "hip_flexion_l",
    "knee_flexion_right": "knee_angle_r",
    "knee_flexion_left": "knee_angle_l",
}
"""Channels and the columns of the motion capture."""


def measure_squat(folder: Path, poses: Path, options: dict[str, Any]) -> dict[str, dict[str, dict[str, float]]]:
    """Return per method and channel the figures of the clip in a folder (`video.mp4`, `angles_mocap.csv`).

    The neutral pose is the still stretch that formcheck finds; the same frames count as neutral in the truth.
    """
    track, _ = tracked(folder / "video.mp4", poses, options)
    what = seen(track, "standing")
    reference = np.genfromtxt(folder / "angles_mocap.csv", delimiter=",", names=True)
    neutral = np.arange(what.baseline.start, what.baseline.stop) if what.baseline else np.arange(1)
    out: dict[str, dict[str, dict[str, float]]] = {}
    for name, function in METHODS.items():
        values = function(what).values
        for channel, column in COLUMNS.items():
            if channel not in values:
                continue
            true = np.interp(track.time_s, reference["time"], reference[column], left=np.nan, right=np.nan)
            value, sigma = values[channel]
            row = compare(change(value, neutral), sigma, change(true, neutral))
            out.setdefault(name, {})[channel] = row
    return out
