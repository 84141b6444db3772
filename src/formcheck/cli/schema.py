"""`formcheck schema`: the JSON schemas of what formcheck writes and reads."""

from __future__ import annotations

import json

import typer

app = typer.Typer(help="JSON schemas of report.json and of drill files.", no_args_is_help=True)


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
