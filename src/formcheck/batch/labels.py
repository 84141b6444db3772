"""What labels say of a clip: expected repetitions, faults, angle series. Rendered clips bring them as their truth."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from formcheck.core.errors import SourceError
from formcheck.core.pose import FloatArray

NO_FAULTS: Final = "none"
"""How a manifest says that a clip shows no compensation; an empty cell says nothing."""
TRUTH: Final = ".truth.json.gz"
"""Ending of the truth beside a rendered clip."""
POSES: Final = ".poses.npz"
"""Ending of saved poses."""

_COLUMNS: Final = ("expected_reps", "expected_attempts", "expected_faults", "expected_angles")
_CHANGES: Final = ("pelvis_roll", "pelvis_yaw", "pelvis_hike", "trunk_yaw", "trunk_twist", "trunk_side_bend")


@dataclass(frozen=True)
class Expected:
    """What should be found in a clip. None: not labelled."""

    reps: int | None = None
    """Repetitions that count."""

    attempts: int | None = None
    """Movements that do not."""

    faults: tuple[str, ...] | None = None
    """Codes of the compensations that show, as warning or failure."""

    angles: Path | None = None
    """File of the true angles: a table with `time_s` and channels, or the truth of a rendered clip."""

    drill: str = ""
    """The drill, where the label says so."""

    side: str = ""
    """The side, where the label says so."""

    person: str | None = None
    """The person, where the label says so."""


def expected_of(columns: Mapping[str, Any], where: str, base: Path) -> tuple[Expected, dict[str, Any]]:
    """Take the labels out of a row.

    Parameters
    ----------
    columns
        The row.
    where
        The row for a message.
    base
        Folder that files of labels are relative to.

    Returns
    -------
    tuple
        The labels and the other columns.

    Raises
    ------
    SourceError
        A label cannot be understood.
    """
    rest = dict(columns)
    for name in ("reps", "attempts", "faults", "angles"):
        if name in rest:
            raise SourceError(f"{where} has a column {name}: call it expected_{name} if it is a label")
    truth = rest.pop("truth", None)
    expected = _of_truth(_beside(str(truth), base)) if truth is not None else Expected()
    said = {name.removeprefix("expected_"): rest.pop(name) for name in _COLUMNS if name in rest}
    changes: dict[str, Any] = {k: _count(said[k], k, where) for k in ("reps", "attempts") if k in said}
    if "faults" in said:
        changes["faults"] = _codes(said["faults"], where)
    if "angles" in said:
        changes["angles"] = _beside(str(said["angles"]), base)
    return Expected(**(vars(expected) | changes)), rest


def truth_beside(clip: Path) -> Path | None:
    """Return the file of a rendered clip's truth, if it is beside the clip or its saved poses."""
    path = clip.with_name(stem_of(clip) + TRUTH)
    return path if path.is_file() else None


def stem_of(clip: Path) -> str:
    """Return a clip's name without its ending.

    Examples
    --------
    >>> stem_of(Path("a/squat.mp4")), stem_of(Path("a/squat.poses.npz"))
    ('squat', 'squat')
    """
    return clip.name.removesuffix(POSES) if clip.name.endswith(POSES) else clip.stem


def _beside(text: str, base: Path) -> Path:
    path = Path(text)
    return path if path.is_absolute() or path.exists() else base / path


def _count(value: Any, name: str, where: str) -> int:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if number < 0 or number != int(number):
        raise SourceError(f"{where}: expected_{name} is {value!r}; it must be a whole number, or empty if not known")
    return int(number)


def _codes(value: Any, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        parts = [part.strip() for part in value.replace(",", ";").split(";")]
        if NO_FAULTS in parts and len([p for p in parts if p]) > 1:
            raise SourceError(f"{where}: expected_faults says {NO_FAULTS} and more; write one or the other")
    elif isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        parts = list(value)
    else:
        raise SourceError(f"{where}: expected_faults is {value!r}; write codes with ; between them, or {NO_FAULTS}")
    return tuple(sorted({part for part in parts if part and part != NO_FAULTS}))


def _of_truth(path: Path) -> Expected:
    truth = _read_truth(path)
    return Expected(
        reps=sum(bool(r["counted"]) for r in truth["reps"]),
        attempts=sum(not r["counted"] for r in truth["reps"]),
        faults=tuple(sorted({str(f["code"]) for f in truth["faults"]})),
        angles=path,
        drill=str(truth["drill"]),
        side=str(truth["side"]),
        person=str(truth["person"]["name"]) if truth.get("person") else None,
    )


@lru_cache(maxsize=2)
def _read_truth(path: Path) -> dict[str, Any]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            truth = json.load(file)
        if not {"drill", "side", "reps", "faults", "time_s", "channels"} <= truth.keys():
            raise ValueError("parts are missing")
    except (OSError, EOFError, ValueError, AttributeError) as error:
        raise SourceError(
            f"{path} is not the truth of a rendered clip, or is damaged; render the clip again"
        ) from error
    return dict(truth)


def true_angles(path: Path) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Return times and true angles of a clip.

    Parameters
    ----------
    path
        A CSV or Parquet table with the column `time_s` and one for each channel, or the truth of a rendered clip. The
        column `<channel>_change` holds the change from the neutral pose.

    Returns
    -------
    tuple
        Times, shape (T,), seconds; and the columns by name, each of shape (T,), NaN where a cell is empty.

    Raises
    ------
    SourceError
        The file is missing, damaged, or has no times.
    """
    if path.name.endswith(TRUTH):
        truth = _read_truth(path)
        named = {f"{k}_change" if k in _CHANGES else k: np.array(v, float) for k, v in truth["channels"].items()}
        return np.array(truth["time_s"], float), named
    try:
        columns = _table(path)
        time_s = columns.pop("time_s")
    except KeyError as error:
        raise SourceError(f"{path} has no column time_s; angle series need the time of each row in seconds") from error
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read as a table of angles; give a CSV or Parquet file") from error
    if len(time_s) < 2 or not np.all(np.diff(time_s) > 0):
        raise SourceError(f"{path}: time_s must rise from row to row, over at least two rows")
    return time_s, columns


def _table(path: Path) -> dict[str, FloatArray]:
    if path.suffix.lower() == ".parquet":
        import pyarrow.parquet

        table = pyarrow.parquet.read_table(path)
        return {name: np.array(table[name].to_pylist(), dtype=float) for name in table.column_names}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in (rows[0] if rows else {}) if name and not name.endswith("_reason")]
    return {name: np.array([float(row[name] or "nan") for row in rows]) for name in names}
