"""What a session is made of: sets in order, one drill and side each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formcheck.core.errors import ExerciseError
from formcheck.exercises.programme import Programme
from formcheck.exercises.schema import Exercise

REST_S = 20.0
"""Rest between two sets where nothing else is asked for, seconds; a switch of sides needs less."""
SWITCH_S = 8.0
"""Time to switch sides, seconds."""


@dataclass(frozen=True, slots=True)
class PlannedSet:
    """One set: a drill, a side, a dose."""

    exercise: Exercise
    """The drill."""

    side: str
    """left, right or both."""

    number: int
    """1, 2 … among the sets of this drill and side."""

    of: int
    """How many sets of this drill and side there are."""

    reps: int
    """Repetitions to be done."""

    hold_s: float
    """How long the end position is to be held, seconds; 0 where it is not."""

    rest_s: float
    """Rest before it, seconds: when this time is over and the person is in position, it begins."""

    prompt: str = ""
    """What the programme says before it, in the words of its file; empty: nothing of its own."""

    note: str = ""
    """What the programme wants to be known of it, one sentence: where the camera goes now."""

    clock_s: float = 0.0
    """How long the whole programme is to take, seconds; 0 without one."""


def plan_drill(
    exercise: Exercise, side: str = "auto", *, sets: int | None = None, reps: int | None = None
) -> tuple[PlannedSet, ...]:
    """Return the sets of one drill, sides in turn.

    Parameters
    ----------
    exercise
        The drill.
    side
        left, right or both, as far as the drill has them; `auto`: each that it has, one after the other.
    sets
        Sets a side; the drill's dose if left out.
    reps
        Repetitions a set; the drill's dose if left out.

    Raises
    ------
    ExerciseError
        The drill has no such side.

    Examples
    --------
    >>> from formcheck.exercises.lookup import load_exercise
    >>> [(s.side, s.number) for s in plan_drill(load_exercise("supine-ir-liftoff"), sets=2)]
    [('left', 1), ('right', 1), ('left', 2), ('right', 2)]
    """
    sides = sides_of(exercise, side)
    count = sets or exercise.dose.sets
    if reps is not None:
        exercise = exercise.model_copy(update={"dose": exercise.dose.model_copy(update={"reps": reps})})
    planned: list[PlannedSet] = []
    for number in range(1, count + 1):
        for chosen in sides:
            rest_s = 0.0 if not planned else SWITCH_S if planned[-1].side != chosen else REST_S
            planned.append(
                PlannedSet(exercise, chosen, number, count, exercise.dose.reps, exercise.dose.hold_s, rest_s)
            )
    return tuple(planned)


def plan_programme(programme: Programme) -> tuple[PlannedSet, ...]:
    """Return the sets of a programme in its own order, with its doses and rests.

    Raises
    ------
    ExerciseError
        A drill of it does not exist or is not valid.
    """
    planned: list[PlannedSet] = []
    rest_s = 0.0
    for bout in programme.bouts():
        dose = bout.exercise.dose
        first = not planned or planned[-1].exercise.id != bout.exercise.id
        note = (bout.step.note or "") if first else ""
        planned.append(
            PlannedSet(
                bout.exercise,
                bout.side,
                bout.set_number,
                dose.sets,
                dose.reps,
                dose.hold_s,
                rest_s,
                bout.prompt,
                note,
                60.0 * programme.clock_min,
            )
        )
        rest_s = bout.rest_s
    return tuple(planned)


def sides_of(exercise: Exercise, side: str) -> tuple[str, ...]:
    """Return the sides that are done one after the other."""
    if side == "auto":
        return ("both",) if "both" in exercise.sides else tuple(exercise.sides)
    if side in exercise.sides:
        return (side,)
    if side == "both":
        return tuple(exercise.sides)
    raise ExerciseError(f"{exercise.id} has no side {side!r}; it has: {', '.join(exercise.sides)}.")


def check_plan(plan: Sequence[PlannedSet]) -> None:
    """Refuse a plan without sets."""
    if not plan:
        raise ExerciseError("There is nothing to train; give a drill with --exercise or a programme with --programme.")
