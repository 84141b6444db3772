"""What the person told: answers to a drill's questions about what no camera sees. Never measured, never mixed in."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from formcheck.core.errors import ExerciseError
from formcheck.exercises.schema import Exercise
from formcheck.exercises.tables import Question
from formcheck.report.model import ToldAnswer


def told_answers(exercise: Exercise, told: Mapping[str, float] | None) -> tuple[ToldAnswer, ...]:
    """Return an answer for each of the drill's questions, without a value where nothing was told.

    Parameters
    ----------
    exercise
        The drill.
    told
        Numbers by the questions' names.

    Raises
    ------
    ExerciseError
        The drill has no such question, or the number is outside its scale.
    """
    told = told or {}
    questions = {question.name: question for question in exercise.questions}
    for name, value in told.items():
        if name not in questions:
            raise ExerciseError(_no_question(exercise, name))
        question = questions[name]
        if not question.low <= value <= question.high:
            raise ExerciseError(f"{name} is told from {question.low:g} to {question.high:g}, not {value:g}.")
    return tuple(_answer(question, told.get(question.name)) for question in exercise.questions)


def _answer(question: Question, value: float | None) -> ToldAnswer:
    note = (question.note or "") if value is not None and value > question.low else ""
    return ToldAnswer(
        name=question.name, ask=question.ask, value=value, low=question.low, high=question.high, note=note
    )


def _no_question(exercise: Exercise, name: str) -> str:
    names = [question.name for question in exercise.questions]
    if not names:
        return f"{exercise.id} asks no questions, so {name!r} cannot be told."
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it asks for: {', '.join(names)}."
    return f"{exercise.id} does not ask for {name!r}; {hint}"


def told_label(answer: ToldAnswer) -> str:
    """Return what was asked for, in a word or two."""
    return answer.name.replace("_", " ").capitalize()


def told_words(answer: ToldAnswer) -> str:
    """Return an answer on its scale.

    Examples
    --------
    >>> told_words(ToldAnswer(name="effort", ask="How hard?", value=7, low=0, high=10))
    '7 of 10'
    >>> told_words(ToldAnswer(name="assisted", ask="Did the other foot press? 0 no, 1 yes", value=1, low=0, high=1))
    'yes'
    """
    if answer.value is None:
        return "–"
    if (answer.low, answer.high) == (0, 1) and answer.value in (0, 1):
        return "yes" if answer.value else "no"
    scale = f"of {answer.high:g}" if answer.low == 0 else f"on a scale from {answer.low:g} to {answer.high:g}"
    return f"{answer.value:g} {scale}"


def told_sentence(answer: ToldAnswer) -> str:
    """Return an answer as a sentence.

    Examples
    --------
    >>> told_sentence(ToldAnswer(name="effort", ask="How hard?", value=7, low=0, high=10))
    'Effort, as told: 7 of 10.'
    >>> told_sentence(ToldAnswer(name="effort", ask="How hard?", value=None, low=0, high=10))
    'Effort: not told, and no camera sees it.'
    """
    if answer.value is None:
        return f"{told_label(answer)}: not told, and no camera sees it."
    return f"{told_label(answer)}, as told: {told_words(answer)}. {answer.note}".rstrip()
