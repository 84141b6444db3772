"""OpenSim's text files: markers as TRC, joint angles as MOT."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from formcheck.core.errors import SourceError
from formcheck.core.landmarks import LANDMARKS
from formcheck.core.measurement import Channels
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.video.files import atomic_path

COORDINATES: Final = {
    "hip_flexion_{s}": "hip_flexion_{side}",
    "hip_adduction_{s}": "hip_adduction_{side}",
    "hip_rotation_{s}": "hip_ir_{side}",
    "knee_angle_{s}": "knee_flexion_{side}",
}
"""Coordinates of OpenSim's full-body models (Rajagopal 2016) by our channels; `s` is r or l. The signs are the same:
flexion, adduction and internal rotation are positive on both sides, and the knee's angle is 0 when straight."""
_KNOWN: Final = 0.5  # share of the moments from which an angle is worth a column


def marker_positions(track: PoseTrack) -> FloatArray:
    """Return the pose model's landmarks as marker positions, shape (T, 33, 3), metres.

    The origin is mid-hip; x points to the picture's right, y up in the picture, z towards the camera: a right-handed
    frame with y up, as OpenSim and C3D have it. It is the camera's frame: up is not gravity unless the camera is level.
    """
    return track.world * (1.0, -1.0, -1.0)


def frame_rate(time_s: FloatArray) -> float:
    """Return the median frame rate, frames a second."""
    return round(1.0 / float(np.median(np.diff(time_s))), 4) if len(time_s) > 1 else 30.0


def write_trc(track: PoseTrack, path: Path) -> None:
    """Write the landmarks as TRC, metres; a cell is empty where nobody was found.

    Parameters
    ----------
    track
        The landmarks. Each frame has its own time; the file's rate is the median one.
    path
        The file.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    rate, frames, markers = frame_rate(track.time_s), len(track), len(LANDMARKS)
    head = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate}\t{rate}\t{frames}\t{markers}\tm\t{rate}\t1\t{frames}",
        "Frame#\tTime\t" + "\t\t\t".join(LANDMARKS) + "\t\t",
        "\t\t" + "\t".join(f"{axis}{i}" for i in range(1, markers + 1) for axis in "XYZ"),
        "",
    ]
    rows = zip(track.time_s.tolist(), marker_positions(track).reshape(frames, -1).tolist(), strict=True)
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.write("\n".join(head) + "\n")
        for i, (time, values) in enumerate(rows, start=1):
            cells = "\t".join("" if v != v else f"{v:.6f}" for v in values)
            file.write(f"{i}\t{time:.6f}\t{cells}\n")


def write_mot(time_s: FloatArray, channels: Channels, path: Path) -> None:
    """Write hip and knee angles of both legs as MOT, degrees.

    OpenSim stops reading at a number that is not known. So angles that are known for less than half of the time are
    left out, and then the moments at which one of the others is not known; the file's header says so.

    Parameters
    ----------
    time_s
        Times, shape (T,), seconds.
    channels
        Channels over them.
    path
        The file.

    Raises
    ------
    SourceError
        No angle is known for half of the time.
    OutputError
        It cannot be written.
    """
    named = {
        coordinate.format(s=side[0]): channels[channel.format(side=side)].value
        for side in ("right", "left")
        for coordinate, channel in COORDINATES.items()
        if channel.format(side=side) in channels
    }
    kept = {name: value for name, value in named.items() if np.isfinite(value).mean() >= _KNOWN}
    if not kept:
        raise SourceError("no hip or knee angle is known for half of the clip, so there is nothing to write as MOT")
    table = np.column_stack([time_s, *kept.values()])
    whole = np.asarray(np.isfinite(table).all(axis=1))
    left_out = [name for name in named if name not in kept]
    head = [
        "formcheck_angles",
        "version=1",
        f"nRows={whole.sum()}",
        f"nColumns={table.shape[1]}",
        "inDegrees=yes",
        "Joint angles measured by formcheck from one camera.",
        f"Moments without a number, left out: {(~whole).sum()} of {len(whole)}.",
        f"Angles mostly without a number, left out: {', '.join(left_out) or 'none'}.",
        "endheader",
        "\t".join(["time", *kept]),
    ]
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.write("\n".join(head) + "\n")
        for row in table[whole].tolist():
            file.write("\t".join(f"{v:.6f}" for v in row) + "\n")
