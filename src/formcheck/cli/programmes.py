"""`formcheck programmes`: drills in order, with doses, rest and a clock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from formcheck.exercises.programme import Bout, Programme

app = typer.Typer(help="Programmes, drills in order with a clock: list, show, validate a file.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """List the programmes that ship with formcheck."""
    from rich.console import Console
    from rich.table import Column, Table

    from formcheck.exercises.programme import shipped_programmes

    table = Table(Column("id", no_wrap=True), Column("minutes", justify="right"), "what it is for")
    for programme in shipped_programmes().values():
        table.add_row(programme.id, f"{programme.clock_min:g}", f"{programme.name}. {programme.purpose}")
    Console().print(table)


@app.command()
def show(programme: Annotated[str, typer.Argument(help="Programme id, name or programme file.")]) -> None:
    """Show what is done when, for how long, and where the camera stands."""
    from formcheck.exercises.programme import load_programme

    p = load_programme(programme)
    typer.echo(f"{p.name} ({p.id})\n{p.purpose}\n")
    typer.echo("\n".join(_lines(p)))
    typer.echo(f"\nPlanned: {_clock(p.planned_s)} of {_clock(60 * p.clock_min)} minutes.\n\nSafety\n  - {p.safety}")


def _lines(programme: Programme) -> list[str]:
    lines: list[str] = []
    camera = ""
    for bout in programme.bouts():
        first = not lines or bout.prompt == bout.exercise.name
        stays = bout.step.note is not None and bout.step.note.startswith("Camera as before")
        if first and bout.exercise.camera != camera and not stays:
            camera = bout.exercise.camera
            lines.append(f"       Camera: {camera}")
        lines.append(f"{_clock(bout.start_s):>5}  {bout.prompt} {_dose(bout)} [{bout.clip_stem}]")
        if first and bout.step.note:
            lines.append(f"       {bout.step.note}")
    return lines


def _dose(bout: Bout) -> str:
    dose = bout.exercise.dose
    hold = f", hold {dose.hold_s:g} s" if dose.hold_s else ""
    side = "" if bout.side == "both" else f"{bout.side}, "
    rest = f", then rest {bout.rest_s:g} s" if bout.rest_s else ""
    return f"({side}{dose.reps} repetitions{hold}, {bout.work_s:g} s{rest})"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


@app.command()
def report(
    programme: Annotated[str, typer.Argument(help="Programme id, name or programme file.")],
    clips: Annotated[Path, typer.Argument(help="Folder with a clip or saved poses for each drill and side.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the reports.")],
    model: Annotated[str, typer.Option(help="Pose model.")] = "full",
    offline: Annotated[bool, typer.Option("--offline", help="Never fetch a missing model.")] = False,
    overlay: Annotated[bool, typer.Option("--overlay/--no-overlay", help="Also write each part's video.")] = False,
) -> None:
    """Judge a folder of clips and write one report of the whole programme."""
    from formcheck.exercises.programme import load_programme
    from formcheck.programmes import left_over, report_programme
    from formcheck.report.programme import PAGE

    plan = load_programme(programme)
    found = report_programme(
        plan,
        clips,
        out,
        model=model,
        offline=offline,
        overlay=overlay,
        progress=lambda name: typer.echo(f"judging {name}", err=True),
    )
    names = [plan.exercise(step).name for step in plan.steps]
    for part in found.parts:
        said = "no clip" if part.report is None else f"{part.report.summary.counted} of {part.asked} counted"
        name = f"{part.number}. {names[part.number - 1]}"
        typer.echo(f"{name} ({part.side}): {said}")
    for clip in left_over(plan, clips):
        typer.echo(f"Left out: {clip.name} has the name of no part; `formcheck programmes show {plan.id}` lists them.")
    typer.echo(f"Report: {out / PAGE}")


@app.command()
def validate(file: Annotated[Path, typer.Argument(help="A programme file (TOML).")]) -> None:
    """Check a programme file; each problem is said with its line and key."""
    from formcheck.exercises.programme import read_programme_file

    p = read_programme_file(file)
    steps = f"{len(p.steps)} steps" if len(p.steps) > 1 else "1 step"
    typer.echo(f"{file}: valid ({p.id}, {steps}, {_clock(p.planned_s)} of {_clock(60 * p.clock_min)} minutes)")
