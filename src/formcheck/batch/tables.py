"""The tables of results: results.csv and results.parquet, one row a clip; timings.csv, which differ from run to run."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from formcheck.batch.record import Record
from formcheck.batch.rows import FIXED
from formcheck.video.files import atomic_path

Rows = Sequence[Mapping[str, Any]]


def columns_of(rows: Rows) -> list[str]:
    """Return the columns of a table: the fixed ones, measures, and those of the manifest, in order of appearance."""
    others = [name for row in rows for name in row if name not in FIXED]
    unique = list(dict.fromkeys(others))
    return [*FIXED, *(n for n in unique if not n.startswith("meta_")), *(n for n in unique if n.startswith("meta_"))]


def write_csv(rows: Rows, path: Path) -> None:
    """Write rows as CSV; an empty cell is unknown.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    columns = columns_of(rows)
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)


def write_parquet(rows: Rows, path: Path) -> None:
    """Write rows as Parquet, each column with its type.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    import pyarrow
    import pyarrow.parquet

    types = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_()}
    data = {}
    for name in columns_of(rows):
        values = [row.get(name) for row in rows]
        kind = FIXED.get(name) or _kind(values)
        data[name] = pyarrow.array([None if v is None else kind(v) for v in values], types[kind])
    with atomic_path(path) as temporary:
        pyarrow.parquet.write_table(pyarrow.table(data), temporary)


def write_timings(records: Sequence[Record], path: Path) -> None:
    """Write how long each stage of each clip took, and how much memory its worker held at most.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    stages = list(dict.fromkeys(name for record in records for name in record.seconds))
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["key", "frames", *(f"{name}_s" for name in stages), "processor_s", "memory_mb"])
        for record in records:
            times = [_cell(record.seconds.get(name)) for name in stages]
            writer.writerow([record.key, _cell(record.row.get("frames")), *times, record.processor_s, record.memory_mb])


def _kind(values: list[Any]) -> type:
    """Return the type that holds all values of a column."""
    kinds = {type(value) for value in values if value is not None}
    for kind, holds in ((bool, {bool}), (int, {int}), (float, {int, float})):
        if kinds and kinds <= holds:
            return kind
    return float if not kinds else str


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, float) else str(value)
