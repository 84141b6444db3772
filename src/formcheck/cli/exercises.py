"""`formcheck exercises`: what there is, how a drill is done, and whether a drill file is valid."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.core.errors import ExerciseError
from formcheck.core.words import plural

if TYPE_CHECKING:
    from formcheck.exercises.tables import FaultRule, Question

app = typer.Typer(help="The drills: list, show, validate a file.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """List the drills that ship with formcheck."""
    from rich.console import Console
    from rich.table import Column, Table

    from formcheck.exercises.lookup import shipped_exercises

    table = Table(Column("id", no_wrap=True), "camera", "what it is for")  # narrow enough for 80 columns
    for drill in shipped_exercises().values():
        views = ", ".join(view.replace("_", " ") for view in drill.views)
        table.add_row(drill.id, views, f"{drill.name}. {drill.purpose}")
    Console().print(table)


@app.command()
def show(drill: Annotated[str, typer.Argument(help="Drill id, name or drill file.")]) -> None:
    """Show how a drill is set up and done, what is judged, and what one camera cannot see."""
    from formcheck.exercises.lookup import load_exercise

    d = load_exercise(drill)
    hold = f", hold {d.dose.hold_s:g} s" if d.dose.hold_s else ""
    parts = [
        f"{d.name} ({d.id})",
        d.purpose,
        _section("Camera", [d.camera]),
        _section("Set-up", d.setup),
        _section("Movement", d.steps),
        _section("Dose", [f"{d.dose.sets} x {d.dose.reps} repetitions{hold}, sides: {', '.join(d.sides)}"]),
        _section("Watched for", [_watched(f) for f in d.faults]),
        _section("One camera cannot see", d.cannot_see),
        *([_section("Asked of you", [_asked(q) for q in d.questions])] if d.questions else []),
        _section("Safety", [d.safety]),
    ]
    typer.echo("\n".join(parts))


def _watched(fault: FaultRule) -> str:
    """Return what is watched for, where it ends, and what it does to a repetition."""
    said = f"{fault.label}: warn {fault.warn:g}, fail {fault.fail:g} {fault.unit}"
    if fault.views:
        said += f"; judged from {', '.join(view.replace('_', ' ') for view in fault.views)} only"
    if fault.advice_only:
        said += "; a hint, it fails nobody"
    elif fault.spoils:
        said += "; the repetition does not count then"
    return said


def _asked(question: Question) -> str:
    return f"{question.ask} Tell it with --told {question.name}=NUMBER, {question.low:g} to {question.high:g}."


def _section(title: str, lines: tuple[str, ...] | list[str]) -> str:
    return "\n".join([f"\n{title}", *(f"  - {line}" for line in lines)])


@app.command()
def validate(file: Annotated[Path, typer.Argument(help="A drill file (TOML).")]) -> None:
    """Check a drill file; each problem is said with its line and key."""
    from formcheck.exercises.lookup import read_exercise_file

    drill = read_exercise_file(file)
    if drill.render is not None:
        _check_movement(file, drill.render.movement)
    phases, faults = plural(len(drill.phases), "phase"), plural(len(drill.faults), "fault")
    typer.echo(f"{file}: valid ({drill.id}, {phases}, {faults})")


def _check_movement(file: Path, movement: str) -> None:
    """Raise ExerciseError if no rendered person knows the movement."""
    from formcheck.exercises.validate import line_of
    from formcheck.synthetic.movements import MOVEMENTS

    if movement not in MOVEMENTS:
        line = line_of(file.read_text(encoding="utf-8"), ("render", "movement"))
        near = difflib.get_close_matches(movement, MOVEMENTS, n=1, cutoff=0.0)[0]
        raise ExerciseError(
            f"{file}:{line}: render.movement: there is no movement {movement!r}; did you mean {near!r}?"
        )
