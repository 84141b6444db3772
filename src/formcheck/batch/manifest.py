"""Manifests: tables with a row a clip, as CSV, JSON lines or Parquet."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from formcheck.core.errors import SourceError

MANIFESTS: Final = (".csv", ".jsonl", ".ndjson", ".parquet")
"""Kinds of files that are read as manifests."""


@dataclass(frozen=True)
class ManifestRow:
    """One row of a manifest, or one clip of a folder."""

    name: str
    """The clip as the manifest names it."""

    clip: Path
    """Where it is."""

    columns: dict[str, Any]
    """What the row says; empty cells are left out."""

    line: int = 0
    """Number of the row in its file, from 1 for the first clip; 0 without a file."""

    source: Path | None = None
    """The manifest."""

    @property
    def where(self) -> str:
        """The row for a message."""
        return f"row {self.line} of {self.source}" if self.line else str(self.clip)


def read_manifest(path: Path) -> list[ManifestRow]:
    """Return the rows of a manifest.

    Parameters
    ----------
    path
        A file of `MANIFESTS`. Paths in it are relative to its folder.

    Raises
    ------
    SourceError
        It cannot be read, has no rows, or a row has no path.
    """
    try:
        tables = list(_tables(path))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise SourceError(f"{path} cannot be read as a manifest ({_first_line(error)}); see docs/batch.md") from error
    rows = []
    for line, table in enumerate(tables, start=1):
        columns = {str(name).strip(): value for name, value in table.items() if name and not _is_empty(value)}
        clip = str(columns.get("path", ""))
        if not clip:
            raise SourceError(f"row {line} of {path} has no path: every row needs the column path")
        rows.append(ManifestRow(clip, path.parent / clip, columns, line, path))
    if not rows:
        raise SourceError(f"{path} has no rows; a manifest needs a row a clip, with the column path")
    return rows


def _tables(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix.lower() == ".parquet":
        import pyarrow.parquet

        yield from pyarrow.parquet.read_table(path).to_pylist()
    elif path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)
    else:
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if text.strip():
                row = json.loads(text)
                if not isinstance(row, dict):
                    raise ValueError(f"line {number} is not an object")
                yield row


def _is_empty(value: Any) -> bool:
    """Return whether a cell says nothing; an empty list of faults says that there are none."""
    return (
        value is None
        or (isinstance(value, str) and not value.strip())
        or (isinstance(value, float) and math.isnan(value))
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
