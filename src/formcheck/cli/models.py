"""`formcheck models`: the pose models and their files."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Pose models: list, fetch, or say where one is.", no_args_is_help=True)

_Name = Annotated[str, typer.Argument(help="Name of the model, see `formcheck models list`.")]


@app.command("list")
def list_() -> None:
    """List the pose models, and whether they are on this machine."""
    from rich.console import Console
    from rich.table import Table

    from formcheck.pose.models import list_models

    table = Table(box=None, pad_edge=False)
    for heading in ("name", "here", "size", "licence", "what"):
        table.add_column(heading, no_wrap=heading != "what")
    for model in list_models():
        size = model.entry.size_bytes or (model.path.stat().st_size if model.present else None)
        table.add_row(
            model.entry.name,
            "yes" if model.present else "no",
            f"{size / 1e6:.1f} MB" if size else "?",
            model.entry.licence,
            model.entry.description,
        )
    Console().print(table)


@app.command()
def fetch(name: _Name = "full") -> None:
    """Fetch a pose model, also when it is already here, and check it."""
    from formcheck.pose.models import fetch_model, file_sha256

    path = fetch_model(name)
    typer.echo(f"{path}\nSHA-256 {file_sha256(path)}")


@app.command()
def path(name: _Name = "full") -> None:
    """Print where the file of a pose model is; fails when it is not on this machine."""
    from formcheck.pose.models import resolve_model

    typer.echo(resolve_model(name, offline=True))
