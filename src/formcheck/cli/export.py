"""`formcheck export`: a report or saved poses as files that other programs open."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A report's folder, or saved poses.")],
    to: Annotated[str, typer.Option("--to", help="trc, mot, c3d, nc, parquet, csv or json.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The file; beside FILE, named after the clip, if left out."),
    ] = None,
    exercise: Annotated[
        str | None, typer.Option("--exercise", "-e", help="The drill of saved poses, for their angles.")
    ] = None,
    side: Annotated[str, typer.Option(help="The side of saved poses: left, right, both or auto.")] = "auto",
) -> None:
    """Write angles (mot, parquet, csv), points (trc, c3d, nc) or the report (json) for other programs."""
    from formcheck.report.exports.formats import export as write
    from formcheck.report.exports.given import open_given

    typer.echo(str(write(open_given(source, exercise, side), to.lower().lstrip("."), out)))
