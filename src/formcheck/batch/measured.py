"""What was measured on a clip, kept in a file: judging it again needs neither the pictures nor the fit."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np

from formcheck.core.measurement import ChannelSeries, Reason
from formcheck.core.pose import PoseTrack
from formcheck.measure.baseline import BaselineSpan
from formcheck.measure.cuts import find_cuts
from formcheck.measure.view import ViewFinding
from formcheck.session import Measured
from formcheck.video.files import atomic_path

_REASONS: Final = ("", *Reason)


def save_measured(measured: Measured, path: Path, stamp: str) -> None:
    """Write channels, view and neutral pose, in full precision; the poses have their own file.

    Parameters
    ----------
    measured
        What was measured.
    path
        The file.
    stamp
        What it was made of; `load_measured` asks for the same.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    channels = list(measured.channels.values())
    head = {
        "stamp": stamp,
        "names": [c.name for c in channels],
        "units": [c.unit for c in channels],
        "changes": [c.change_sigma is not None for c in channels],
        "reasons": _REASONS,
        "view": asdict(measured.view),
        "baseline": asdict(measured.baseline) if measured.baseline else None,
    }
    numbers = {reason: i for i, reason in enumerate(_REASONS)}
    codes = np.array([[numbers[r] for r in c.reason] for c in channels], np.uint8)
    rows = [c.value for c in channels] + [c.sigma for c in channels]
    rows += [c.change_sigma for c in channels if c.change_sigma is not None]
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez(
            file, allow_pickle=False, head=np.frombuffer(json.dumps(head).encode(), np.uint8), rows=rows, reasons=codes
        )


def load_measured(path: Path, stamp: str, track: PoseTrack) -> Measured | None:
    """Read a file of `save_measured`.

    Parameters
    ----------
    path
        The file.
    stamp
        What it must have been made of.
    track
        The poses that it was measured on.

    Returns
    -------
    Measured or None
        None when there is no such file, it is damaged, or it was made of something else: measure again then.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            head = json.loads(bytes(data["head"]))
            rows, codes = data["rows"], data["reasons"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    count = len(head["names"])
    if head["stamp"] != stamp or rows.shape[1] != len(track):
        return None
    reasons = np.array(head["reasons"], dtype=object)[codes]
    changes = iter(rows[2 * count :])
    channels = {
        name: ChannelSeries(
            name, unit, rows[i], rows[count + i], reasons[i], next(changes) if head["changes"][i] else None
        )
        for i, (name, unit) in enumerate(zip(head["names"], head["units"], strict=True))
    }
    baseline = BaselineSpan(**head["baseline"]) if head["baseline"] else None
    return Measured(track, channels, ViewFinding(**head["view"]), baseline, find_cuts(track))
