"""Records in the person's words: what is read on the screen and said, in the language that was asked for."""

from __future__ import annotations

from formcheck.coach.language import Language
from formcheck.core.measurement import Measurement
from formcheck.core.results import Rep
from formcheck.core.words import measurement_words, reason_words, unit_words
from formcheck.exercises.schema import Exercise
from formcheck.live.plan import PlannedSet
from formcheck.measure.posture import LYING


def drill_name(words: Language, exercise: Exercise) -> str:
    """Return what a drill is called; one that the language does not know keeps its own name."""
    return words.of_drill(exercise.name, exercise.name)


def measured_text(words: Language, measured: Measurement) -> str:
    """Return a number with its sigma, or why there is none.

    Examples
    --------
    >>> from formcheck.coach.language import load_language
    >>> measured_text(load_language("de"), Measurement(0.354, 0.05, "shank"))
    '0,35 ± 0,05 Schienbeinlängen'
    """
    if measured.value is None:
        return words.of_drill(reason_words(measured.reason).what, words.say("screen", "unknown"))
    text = measurement_words(measured)
    unit = unit_words(measured.unit)
    text = text.replace(unit, words.table["unit"].get(measured.unit, unit)) if unit else text
    return text.replace(".", words.say("screen", "point"))


def place_text(words: Language, exercise: Exercise) -> str:
    """Return where to put the camera, one sentence: the first of the drill's views."""
    view = exercise.views[0]
    lying = view == "side" and exercise.position in LYING
    return words.say("place", "side_lying" if lying else view)


def next_text(words: Language, planned: PlannedSet, reason: str) -> str:
    """Return what comes next: another side, another drill, or a rest."""
    side = words.say("side", planned.side)
    if reason == "switch":
        own = words.of_drill(planned.prompt, "") if planned.prompt else ""
        return f"{own} {words.say('say', 'now', side=side)}" if own else words.say("say", "switch", side=side)
    if planned.number == 1:
        return words.say("say", "next_drill", drill=drill_name(words, planned.exercise), side=side)
    return words.say("say", "rest", n=round(planned.rest_s))


def why_not(words: Language, exercise: Exercise, rep: Rep) -> str:
    """Return why a movement did not count, one short sentence; empty where this language has none for it."""
    code = rep.reason or ""
    if code in words.table["why"] and code != "phase":
        return words.say("why", code)
    for fault in exercise.faults:
        if fault.code == code:
            return words.of_drill(fault.cue, "")
    for q in exercise.qualify:
        if q.reason == code:
            return words.of_drill(_short(q.text), "")
    missed = [p for p in exercise.phases if (p.missed_reason or f"no_{p.name}") == code]
    for phase in [p for p in missed if p.missed_text == rep.reason_text] or missed:  # one reason may have several texts
        if phase.missed_text:
            return words.of_drill(_short(phase.missed_text), "")
        return words.say("why", "phase", phase=words.of_drill(phase.label, phase.label))
    return ""


def short_reasons(exercise: Exercise) -> list[str]:
    """Return the drill's own sentences that `why_not` looks up in a language."""
    texts = [q.text for q in exercise.qualify] + [p.missed_text for p in exercise.phases if p.missed_text]
    return [_short(text) for text in texts]


def _short(text: str) -> str:
    """Return the first part of a drill's reason: what was wrong, without the explanation."""
    return text.split(":")[0].rstrip(".") + "."
