"""What there is to export: a report's folder, its report.json, or saved poses."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import ValidationError

from formcheck.core.errors import SourceError
from formcheck.core.measurement import Channels, ChannelSeries
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.exercises.lookup import load_exercise
from formcheck.measure.channels import CHANNELS, split_name
from formcheck.pose.saved import load_poses
from formcheck.report.model import RepReport
from formcheck.session import AUTO, judge_track

POSES: Final = "poses.npz"
"""Name of the saved poses in a report's folder."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was found."""

    path: Path
    """Where it is."""

    name: str
    """Name of the clip without its ending."""

    track: PoseTrack | None
    """The landmarks; None where they were not kept."""

    time_s: FloatArray | None
    """Times of the angles, shape (T,), seconds; None without angles."""

    channels: Channels | None
    """Every channel over time; None where no drill says how to measure them."""

    report: RepReport | None
    """The report; None of saved poses."""

    def landmarks(self) -> PoseTrack:
        """Return the landmarks.

        Raises
        ------
        SourceError
            They were not kept.
        """
        if self.track is None:
            raise SourceError(f"{self.path} has no {POSES}, so the points are not known; analyse the clip again")
        return self.track

    def angles(self) -> tuple[FloatArray, Channels]:
        """Return times and channels.

        Raises
        ------
        SourceError
            No drill says how to measure them.
        """
        if self.time_s is None or self.channels is None:
            raise SourceError(f"{self.path} has poses only: say with --exercise which drill the angles are for")
        return self.time_s, self.channels


def open_given(path: Path, exercise: str | None = None, side: str = AUTO) -> Given:
    """Return what there is to export.

    Parameters
    ----------
    path
        A report's folder, its report.json, or saved poses.
    exercise, side
        The drill and side of saved poses, for their angles.

    Raises
    ------
    SourceError
        There is nothing of the kind.
    ExerciseError
        There is no such drill.
    """
    folder = path.parent if path.name == "report.json" else path
    if folder.is_dir():
        return _of_report(folder)
    if not path.exists():
        raise SourceError(f"{path} does not exist; give a report's folder or saved poses")
    track, meta = load_poses(path)
    name = Path(meta.source_name).stem or path.stem
    if exercise is None:
        return Given(path, name, track, None, None, None)
    found = judge_track(track, load_exercise(exercise), side)
    return Given(path, name, track, track.time_s, found.channels, None)


def _of_report(folder: Path) -> Given:
    try:
        report = RepReport.model_validate_json((folder / "report.json").read_bytes())
    except FileNotFoundError as error:
        raise SourceError(f"{folder} holds no report.json; give a report's folder or saved poses") from error
    except (OSError, ValidationError) as error:
        raise SourceError(f"{folder / 'report.json'} cannot be read; analyse the clip again") from error
    track = load_poses(folder / POSES)[0] if (folder / POSES).is_file() else None
    time_s, channels = read_angles_csv(folder / "angles.csv")
    return Given(folder, Path(report.source.name).stem, track, time_s, channels, report)


def read_angles_csv(path: Path) -> tuple[FloatArray, Channels]:
    """Return times and channels of an angles.csv.

    Raises
    ------
    SourceError
        It is missing or damaged.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            head = next(rows)
            columns = list(zip(*rows, strict=True))
        table = dict(zip(head, columns, strict=True))
        time = np.array(table["time_s"], dtype=np.float64)
        names = [name for name in head if f"{name}_sigma" in table and f"{name}_reason" in table]
        return time, {name: _series(name, table) for name in names}
    except (OSError, StopIteration, KeyError, ValueError) as error:
        raise SourceError(f"{path} is missing or damaged; analyse the clip again") from error


def _series(name: str, table: dict[str, tuple[str, ...]]) -> ChannelSeries:
    value, sigma = (np.array([float(v) if v else np.nan for v in table[key]]) for key in (name, f"{name}_sigma"))
    unit = split_name(name)[0].unit if name.removesuffix("_left").removesuffix("_right") in CHANNELS else ""
    return ChannelSeries(name, unit, value, sigma, np.array(table[f"{name}_reason"], dtype=object))
