"""`formcheck recover`: the report of a session that broke off."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def recover(
    folder: Annotated[Path, typer.Argument(help="The session's folder, as `formcheck live --out` named it.")],
    profile: Annotated[str, typer.Option(help="Who trained, for the history.")] = "me",
    history: Annotated[bool, typer.Option(help="Keep the results in the history.")] = True,
    told: Annotated[
        list[str] | None,
        typer.Option(help="NAME=NUMBER: answer to a question of the session's drills, e.g. effort=7. May be repeated."),
    ] = None,
) -> None:
    """Write the report of a session anew: of one that broke off, or with what was told afterwards."""
    from formcheck.cli.analyze import read_told
    from formcheck.cli.live import print_session
    from formcheck.core.errors import ExerciseError
    from formcheck.exercises.schema import Exercise
    from formcheck.history.keeping import Keeping
    from formcheck.live.recorder import read_recording
    from formcheck.live.report import Part, finish

    answers = read_told(told or [])
    asked = {question.name for drill in read_recording(folder).drills.values() for question in drill.questions}
    for name in sorted(answers.keys() - asked):
        raise ExerciseError(f"No drill of the session in {folder} asks for {name!r}.")

    def of_part(_: Part, drill: Exercise) -> dict[str, float]:
        return {q.name: answers[q.name] for q in drill.questions if q.name in answers}

    print_session(finish(folder, keeping=Keeping(profile, mode="live") if history else None, told=of_part))
