"""Finding and reading drill files: the ones that ship, and a person's own."""

from __future__ import annotations

import difflib
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from formcheck.core.errors import ExerciseError
from formcheck.exercises.schema import Exercise
from formcheck.exercises.validate import check_channels, describe_problems


@cache
def shipped_exercises() -> dict[str, Exercise]:
    """Return the drills that ship with the package, by id."""
    folder = files("formcheck.exercises").joinpath("library")
    texts = {f.name: f.read_text(encoding="utf-8") for f in folder.iterdir() if f.name.endswith(".toml")}
    drills = [_parse(texts[name], name) for name in sorted(texts)]
    return {drill.id: drill for drill in drills}


def load_exercise(name_or_path: str) -> Exercise:
    """Return a drill by id, name or alias, or from a TOML file.

    Raises
    ------
    ExerciseError
        There is no such drill (the nearest name is suggested), or the file cannot be read or is not valid.
    """
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.is_file():
        return read_exercise_file(path)
    wanted = fold(name_or_path)
    names: dict[str, Exercise] = {}
    for drill in shipped_exercises().values():
        for name in (drill.id, drill.name, *drill.aliases):
            names[fold(name)] = drill
    if wanted in names:
        return names[wanted]
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
    hint = f"did you mean {names[near[0]].id!r}?" if near else "see `formcheck exercises list`."
    raise ExerciseError(f"There is no drill {name_or_path!r}; {hint}")


def read_exercise_file(path: Path) -> Exercise:
    """Read and check a drill file.

    Raises
    ------
    ExerciseError
        With the line and key of the first problem.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ExerciseError(f"There is no drill file {path}; check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ExerciseError(f"Cannot read the drill file {path}: {error}.") from error
    return _parse(text, str(path))


def _parse(text: str, name: str) -> Exercise:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ExerciseError(f"{name}: not valid TOML: {error}.") from error
    try:
        drill = Exercise.model_validate(data)
    except ValidationError as error:
        raise ExerciseError(describe_problems(error, text, name)) from None
    check_channels(drill, text, name)
    return drill


def fold(name: str) -> str:
    """Return a name as names are compared: small letters, words joined by a hyphen."""
    return "-".join(name.lower().replace("_", " ").replace("-", " ").split())
