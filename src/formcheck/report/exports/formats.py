"""The formats by their endings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from formcheck.core.errors import SourceError
from formcheck.report.exports.c3d import write_c3d
from formcheck.report.exports.given import Given
from formcheck.report.exports.netcdf import write_netcdf
from formcheck.report.exports.opensim import write_mot, write_trc
from formcheck.report.exports.parquet import write_angles_parquet
from formcheck.report.tables import write_angles_csv
from formcheck.video.files import atomic_path


def _json(given: Given, path: Path) -> None:
    if given.report is None:
        raise SourceError(f"{given.path} has poses only; a report comes from `formcheck analyze --poses`")
    with atomic_path(path) as temporary:
        temporary.write_text(given.report.model_dump_json(indent=2) + "\n", encoding="utf-8")


FORMATS: Final[dict[str, Callable[[Given, Path], None]]] = {
    "trc": lambda given, path: write_trc(given.landmarks(), path),
    "mot": lambda given, path: write_mot(*given.angles(), path),
    "c3d": lambda given, path: write_c3d(given.landmarks(), path),
    "nc": write_netcdf,
    "parquet": lambda given, path: write_angles_parquet(*given.angles(), path),
    "csv": lambda given, path: write_angles_csv(*given.angles(), path),
    "json": _json,
}
"""How each is written."""


def export(given: Given, to: str, path: Path | None = None) -> Path:
    """Write one format.

    Parameters
    ----------
    given
        What to export.
    to
        A key of `FORMATS`.
    path
        The file; left out: named after the clip, beside what is exported.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    SourceError
        There is no such format, or what it needs was not kept.
    OutputError
        It cannot be written.
    """
    if to not in FORMATS:
        raise SourceError(f"there is no format {to!r}; there are: {', '.join(FORMATS)}")
    folder = given.path if given.path.is_dir() else given.path.parent
    target = path if path is not None else folder / f"{given.name}.{to}"
    FORMATS[to](given, target)
    return target
