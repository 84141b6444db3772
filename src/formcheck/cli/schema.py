"""`formcheck schema`: the JSON schemas of what formcheck writes and reads."""

from __future__ import annotations

import json

import typer

from formcheck.core.errors import MissingDependencyError

app = typer.Typer(help="JSON schemas of report.json, of drill files, and of the live socket.", no_args_is_help=True)


@app.command()
def report() -> None:
    """Print the schema of report.json."""
    from formcheck.report.schema import report_schema

    typer.echo(json.dumps(report_schema(), indent=2))


@app.command()
def exercise() -> None:
    """Print the schema of a drill file."""
    from formcheck.exercises.schema import Exercise

    typer.echo(json.dumps(Exercise.model_json_schema(), indent=2))


@app.command()
def live() -> None:
    """Print the schema of what goes over the local page's live socket, both ways."""
    try:
        from formcheck.web.protocol import live_schema
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            f"The local page needs {error.name}; install it with: pip install 'formcheck[web]'"
        ) from None
    typer.echo(json.dumps(live_schema(), indent=2))
