"""The command line: one file a command."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from formcheck import __version__
from formcheck.cli import exercises, history, models, programmes, schema
from formcheck.cli.analyze import analyze
from formcheck.cli.batch import batch
from formcheck.cli.cameras import cameras
from formcheck.cli.export import export
from formcheck.cli.live import live
from formcheck.cli.recover import recover
from formcheck.cli.render import render
from formcheck.cli.render_set import render_set
from formcheck.cli.serve import serve
from formcheck.core.errors import FormcheckError

app = typer.Typer(
    name="formcheck",
    help="Hip internal rotation training, measured from one ordinary camera. Nothing leaves this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(analyze)
app.command()(batch)
app.command()(live)
app.command()(cameras)
app.command()(recover)
app.command()(export)
app.add_typer(exercises.app, name="exercises")
app.add_typer(programmes.app, name="programmes")
app.add_typer(history.app, name="history")
app.add_typer(models.app, name="models")
app.add_typer(schema.app, name="schema")
app.command()(render)
app.command("render-set")(render_set)
app.command()(serve)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"formcheck {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Hold the options of all commands."""


def main() -> None:
    """Run the command line; a problem that a person can act on is one line on stderr and exit code 2."""
    try:
        app()
    except FormcheckError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(130)
