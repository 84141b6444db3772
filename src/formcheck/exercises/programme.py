"""Programmes: a list of drills with doses, rest, switch-side prompts and a clock. Shipped ones, and a person's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from formcheck.core.errors import ExerciseError
from formcheck.exercises.lookup import find_by_name, load_exercise, read_text
from formcheck.exercises.schema import Exercise
from formcheck.exercises.tables import DrillId, Text
from formcheck.exercises.validate import describe_problems, line_of

REP_S: Final = 6.0
"""How long a repetition takes besides its hold where the programme gives no `work_s`, seconds: slow down and back."""

StepSide = Literal["left", "right", "both"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Step(_Table):
    """One drill of a programme. What is left out is the drill's own."""

    drill: Text
    """Drill id, name or alias, or the path of a drill file, counted from the programme's folder."""

    sides: tuple[StepSide, ...] = ()
    """Sides in the order in which they are done; the drill's own order if left out."""

    sets: int = Field(default=1, ge=1)
    """Sets a side."""

    reps: int | None = Field(default=None, ge=1)
    """Repetitions a set and side."""

    hold_s: float | None = Field(default=None, ge=0)
    """How long to hold the end position, seconds."""

    work_s: float | None = Field(default=None, gt=0)
    """Time for a set of one side, seconds; the repetitions with their holds, 6 s each besides, if left out."""

    setup_s: float = Field(default=20.0, ge=0)
    """Time to get into position and to place the camera, seconds."""

    rest_s: float = Field(default=15.0, ge=0)
    """Rest after each set, seconds; not after the programme's last."""

    switch: Text = "Switch sides."
    """What the person hears between the sides."""

    note: Text | None = None
    """What to know for this step, in one sentence."""


class Programme(_Table):
    """Drills in order, with doses, rest and a clock."""

    schema_version: Literal[1]
    """Version of this layout."""

    id: DrillId
    """Unique name."""

    name: Text
    """Display name."""

    aliases: tuple[Text, ...] = ()
    """Other names people use."""

    purpose: Text
    """What it is for, in one line."""

    clock_min: Annotated[float, Field(gt=0, le=180)]
    """How long it takes in all, minutes: what is planned must fit in."""

    safety: Text
    """When to stop."""

    follow: bool = False
    """Whether its measures are worth repeating, week after week: a baseline for the history."""

    steps: tuple[Step, ...] = Field(min_length=1)
    """What is done, in order."""

    folder: Path | None = Field(default=None, exclude=True)
    """Where its file is: drill files are found from there. None: it ships with the package."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for i, step in enumerate(self.steps):
            if len(set(step.sides)) < len(step.sides):
                raise ValueError(f"step {i + 1} ({step.drill}): a side is named twice")
        return self

    def exercise(self, step: Step) -> Exercise:
        """Return the drill of a step with the step's dose.

        Raises
        ------
        ExerciseError
            The drill does not exist or is not valid.
        """
        path = Path(step.drill)
        own = path.suffix == ".toml" and self.folder is not None and not path.is_absolute()
        drill = load_exercise(str(self.folder / path) if own and self.folder is not None else step.drill)
        dose = drill.dose
        changed = dose.model_copy(
            update={
                "sets": step.sets,
                "reps": dose.reps if step.reps is None else step.reps,
                "hold_s": dose.hold_s if step.hold_s is None else step.hold_s,
            }
        )
        return drill.model_copy(update={"dose": changed})

    def bouts(self) -> tuple[Bout, ...]:
        """Return every set of every side in order, with its place on the clock."""
        return tuple(self._bouts())

    def _bouts(self) -> Iterator[Bout]:
        now = 0.0
        last_step = len(self.steps) - 1
        for i, step in enumerate(self.steps):
            drill = self.exercise(step)
            sides = step.sides or drill.sides
            turns = [(number, side) for number in range(1, step.sets + 1) for side in sides]
            for turn, (number, side) in enumerate(turns):
                first, last = turn == 0, turn == len(turns) - 1
                work = step.work_s or drill.dose.reps * (drill.dose.hold_s + REP_S)
                ready = step.setup_s if first else 0.0
                rest = 0.0 if last and i == last_step else step.rest_s
                prompt = drill.name if first else step.switch if turns[turn - 1][1] != side else "Once more."
                yield Bout(i + 1, step, drill, side, number, now + ready, work, rest, prompt)
                now += ready + work + rest

    @property
    def planned_s(self) -> float:
        """How long everything takes as planned, seconds."""
        last = self.bouts()[-1]
        return last.start_s + last.work_s + last.rest_s


@dataclass(frozen=True)
class Bout:
    """One set of one side: the smallest piece of a programme."""

    number: int
    """Number of the step it belongs to, from 1."""
    step: Step
    exercise: Exercise
    """The drill, with the step's dose."""
    side: str
    """left, right or both."""
    set_number: int
    """Which set of this side, from 1."""
    start_s: float
    """When the work starts, seconds from the beginning of the programme."""
    work_s: float
    """How long the work is planned to take, seconds."""
    rest_s: float
    """Rest afterwards, seconds."""
    prompt: str
    """What the person hears before it: the drill's name, to switch sides, or to do it once more."""

    @property
    def clip_stem(self) -> str:
        """Name of this side's clip without its ending, e.g. `02-supine-ir-liftoff-left`; all sets go in one clip."""
        return f"{self.number:02d}-{self.exercise.id}-{self.side}"


@cache
def shipped_programmes() -> dict[str, Programme]:
    """Return the programmes that ship with the package, by id."""
    folder = files("formcheck.exercises").joinpath("library", "programmes")
    texts = {f.name: f.read_text(encoding="utf-8") for f in folder.iterdir() if f.name.endswith(".toml")}
    programmes = [_parse(texts[name], name, None) for name in sorted(texts)]
    return {p.id: p for p in programmes}


def load_programme(name_or_path: str) -> Programme:
    """Return a programme by id, name or alias, or from a TOML file.

    Raises
    ------
    ExerciseError
        There is no such programme (the nearest name is suggested), or the file cannot be read or is not valid.
    """
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.is_file():
        return read_programme_file(path)
    return find_by_name(name_or_path, shipped_programmes().values(), "programme", "formcheck programmes list")


def read_programme_file(path: Path) -> Programme:
    """Read and check a programme file.

    Raises
    ------
    ExerciseError
        With the line and key of the first problem.
    """
    return _parse(read_text(path, "programme"), str(path), path.parent)


def _parse(text: str, name: str, folder: Path | None) -> Programme:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ExerciseError(f"{name}: not valid TOML: {error}.") from error
    try:
        programme = Programme.model_validate({**data, "folder": folder})
    except ValidationError as error:
        raise ExerciseError(describe_problems(error, text, name)) from None
    _check_drills(programme, text, name)
    return programme


def _check_drills(programme: Programme, text: str, name: str) -> None:
    """Raise ExerciseError where a step's drill or side does not exist, or the steps do not fit in the clock."""
    for i, step in enumerate(programme.steps):
        try:
            drill = programme.exercise(step)
        except ExerciseError as error:
            raise ExerciseError(f"{name}:{line_of(text, ('steps', i, 'drill'))}: steps.{i}.drill: {error}") from None
        for side in step.sides:
            if side not in drill.sides:
                has = ", ".join(drill.sides)
                line = line_of(text, ("steps", i, "sides"))
                raise ExerciseError(f"{name}:{line}: steps.{i}.sides: {drill.id} has no side {side!r}; it has: {has}.")
    planned = programme.planned_s / 60.0
    if planned > programme.clock_min + 1e-6:
        line = line_of(text, ("clock_min",))
        raise ExerciseError(
            f"{name}:{line}: clock_min: the steps take {planned:.1f} minutes, which is more than "
            f"{programme.clock_min:g}; give the clock more time or the steps less."
        )
