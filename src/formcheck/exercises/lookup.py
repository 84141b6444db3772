"""Finding and reading drill files: the ones that ship, and a person's own."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import ValidationError

from formcheck.core.errors import ExerciseError
from formcheck.exercises.schema import Exercise
from formcheck.exercises.validate import check_channels, describe_problems


class _HasNames(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def aliases(self) -> tuple[str, ...]: ...


Named = TypeVar("Named", bound=_HasNames)


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
    return find_by_name(name_or_path, shipped_exercises().values(), "drill", "formcheck exercises list")


def read_exercise_file(path: Path) -> Exercise:
    """Read and check a drill file.

    Raises
    ------
    ExerciseError
        With the line and key of the first problem.
    """
    return _parse(read_text(path, "drill"), str(path))


def find_by_name(wanted: str, known: Iterable[Named], kind: str, command: str) -> Named:
    """Return what goes by an id, a name or an alias, however it is written.

    Parameters
    ----------
    wanted
        What was asked for.
    known
        What there is.
    kind
        What these are called: `drill`, `programme`.
    command
        What lists them.

    Raises
    ------
    ExerciseError
        There is none; the nearest name is suggested.
    """
    names = {fold(name): item for item in known for name in (item.id, item.name, *item.aliases)}
    if fold(wanted) in names:
        return names[fold(wanted)]
    near = difflib.get_close_matches(fold(wanted), names, n=1, cutoff=0.5)
    hint = f"did you mean {names[near[0]].id!r}?" if near else f"see `{command}`."
    raise ExerciseError(f"There is no {kind} {wanted!r}; {hint}")


def read_text(path: Path, kind: str) -> str:
    """Return what is in a file of a kind, e.g. `drill`.

    Raises
    ------
    ExerciseError
        It is not there, or cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ExerciseError(f"There is no {kind} file {path}; check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ExerciseError(f"Cannot read the {kind} file {path}: {error}.") from error


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
