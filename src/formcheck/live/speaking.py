"""What is said of what happens: events to cues, in the person's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from formcheck.coach.cues import Cue, Importance
from formcheck.coach.language import Language
from formcheck.coach.machine import BROKEN_OFF
from formcheck.core.measurement import Measurement
from formcheck.core.results import Rep, Severity
from formcheck.core.words import reason_words
from formcheck.exercises.schema import Exercise
from formcheck.exercises.tables import FaultRule, Phase
from formcheck.live.picturing import BREATH_S, LONG_HOLD_S, SetView, timed_s
from formcheck.live.plan import PlannedSet
from formcheck.live.wording import drill_name, next_text, place_text, short_reasons, why_not

PAUSE_KEYS: Final = {"asked": "paused", "left": "left", "left_place": "left", "sat_up": "sat_up"}
"""What is said when a set is paused, by why."""
PRAISE_EVERY: Final = 3
"""Every so many clean repetitions in a row are praised: praise for everything is noise."""
SPOKEN_HOLD_S: Final = 3.0
"""Shorter holds are not counted aloud, seconds."""
UNSEEN_S: Final = 2.0
"""Where the movement is not known for so long it is said why, seconds."""
UNSEEN_AGAIN_S: Final = 15.0
"""It is said again after this while it lasts, seconds."""
LONG_S: Final = 5.0
"""A phase by the clock of at least this length is said with its length, and counted down, seconds."""
LEFT_S: Final = (60.0, 30.0, 10.0)
"""At so many seconds before the end of a phase by the clock it is said how many are left."""
BREATHS_S: Final = 30.0
"""Breaths are paced aloud for so long in a phase by the clock, seconds; then it is quiet."""
NEARLY: Final = 0.9
"""Share of a hold's time from which it was held."""
STILL_MOVING_S: Final = 4.0
"""After this long without stillness the person is asked again, seconds."""
_STEPS: Final = ((0.4, "three"), (1.4, "two"), (2.4, "one"))
_IMPORTANCE: Final[dict[Severity, Importance]] = {
    "fail": Importance.FAIL,
    "warn": Importance.WARN,
    "advice": Importance.PRAISE,
}
_LONG: Final = 8.0  # what comes next is worth saying for this long, seconds


def fault_cue(words: Language, rule: FaultRule, severity: Severity) -> Cue:
    """Return what is said of a compensation: a tone, and what to do."""
    text = words.of_drill(rule.cue, "")
    return Cue(f"fault:{rule.code}", text, _IMPORTANCE[severity], "fault", 2.5)


def rep_cue(words: Language, planned: PlannedSet, rep: Rep, done: SetView, *, told: bool = False) -> Cue | None:
    """Return what is said when a repetition ends: its number, now and then with praise; or that it did not count.

    Parameters
    ----------
    words
        The language.
    planned
        The set.
    rep
        The repetition or attempt.
    done
        The set so far, with it.
    told
        Whether the compensation that spoiled it was told a moment ago: nothing is said twice.
    """
    if not rep.counted:
        if rep.reason in BROKEN_OFF:
            return None
        why = "" if told else why_not(words, planned.exercise, rep)
        text = f"{words.say('say', 'not_counted')} {why}".strip()
        return Cue(f"attempt:{rep.index}", text, Importance.COUNT, "attempt", 3.0)
    n, target = done.counted, planned.reps
    if n >= target:
        return None  # the end of the set says it
    key = "last_one" if n == target - 1 and target > 2 else "count"
    text = words.say("say", key, n=n)
    if planned.exercise.by_clock:
        text += f" {_ready_text(words, planned.exercise)}"
    if done.smaller_and_clean:
        text += " " + words.say("say", "smaller_clean")
    elif done.clean_in_a_row and done.clean_in_a_row % PRAISE_EVERY == 0:
        text += " " + words.of_drill(planned.exercise.praise, words.say("say", "praise"))
    return Cue(f"rep:{n}", text, Importance.COUNT, "rep", 4.0)


def phase_cue(words: Language, exercise: Exercise, phase: Phase) -> Cue | None:
    """Return what is said when a phase begins that the clock began or will end; None for any other.

    Who lies on the floor sees no clock: what is to be done now, and for how long.
    """
    lasts_s = timed_s(exercise, phase)
    if lasts_s is None and phase.after_s is None:
        return None
    label = words.of_drill(phase.label, "")
    if exercise.by_clock and phase is exercise.phases[0]:
        return None  # the set's beginning and each round's count say it
    text = f"{label}." if label else ""
    if lasts_s is not None and lasts_s >= LONG_S:
        text = f"{text} {words.say('say', 'for_s', n=round(lasts_s))}".strip()
    return Cue(f"phase:{phase.name}", text, Importance.FLOW, "go", 2.5)


def clock_cues(
    words: Language, phase: Phase, gone_s: float, of_s: float, told_s: float, *, resting: bool = False
) -> Iterator[Cue]:
    """Yield what is said while the clock runs: how much is left, three, two, one, and breaths in the first half minute.

    Parameters
    ----------
    words
        The language.
    phase
        The phase that lasts.
    gone_s
        For how long it has lasted, seconds.
    of_s
        How long it lasts, seconds.
    told_s
        Up to where this has been asked before, seconds.
    resting
        Whether it is the rest between rounds: nobody is told how to breathe in it.
    """
    for left in LEFT_S:
        if told_s < of_s - left <= gone_s and of_s >= 1.5 * left:
            yield Cue(f"left:{left:g}", words.say("say", "left_s", n=round(left)), Importance.COUNT, None, 1.5)
    if of_s >= LONG_S:
        for left, key in ((3.0, "three"), (2.0, "two"), (1.0, "one")):
            if told_s < of_s - left <= gone_s:
                yield Cue(f"{key}:{phase.name}", words.say("say", key), Importance.COUNT, "tick", 0.6)
    if resting:
        return
    if of_s >= 2 * LONG_HOLD_S:
        if gone_s < min(BREATHS_S, of_s - 3.0):
            yield from _breath_cue(words, gone_s, told_s)
    elif of_s >= LONG_HOLD_S and told_s < BREATH_S <= gone_s:
        yield Cue(f"breathe_on:{phase.name}", words.say("say", "breathe_on"), Importance.HINT, None, 0.9)


def _breath_cue(words: Language, held_s: float, told_s: float) -> Iterator[Cue]:
    breath = int(held_s / BREATH_S)
    if told_s < breath * BREATH_S or told_s <= 0:
        key = "breathe_in" if breath % 2 == 0 else "breathe_out"
        yield Cue(f"{key}:{breath}", words.say("say", key), Importance.HINT, None, 0.9)


def released_cue(words: Language, phase: Phase, held_s: float, of_s: float) -> Cue | None:
    """Return what is said of a hold that was let go early; None where it was long enough, or is not counted aloud.

    Parameters
    ----------
    words
        The language.
    phase
        The phase that was held.
    held_s
        How long it was held, seconds.
    of_s
        How long it was to be held, seconds.
    """
    if of_s < SPOKEN_HOLD_S or held_s >= NEARLY * of_s:
        return None
    text = words.say("say", "released", n=max(round(held_s), 1), of=round(of_s))
    return Cue(f"released:{phase.name}", text, Importance.WARN, None, 2.0)


def unseen_cue(words: Language, change: Measurement) -> Cue | None:
    """Return what is said when the movement has not been known for a while: why; None where this language cannot."""
    why = words.of_drill(reason_words(change.reason).what, "")
    return Cue("unseen", words.say("say", "unseen", why=why), Importance.WARN, None, 4.0) if why else None


def hold_cues(words: Language, phase: Phase, held_s: float, of_s: float, told_s: float) -> Iterator[Cue]:
    """Yield what is said in a hold: its seconds, its end, and breaths in a long one.

    Parameters
    ----------
    words
        The language.
    phase
        The phase that is held.
    held_s
        How long it has been held, seconds.
    of_s
        How long it is to be held, seconds.
    told_s
        Up to where this has been asked before, seconds.
    """
    if told_s < of_s <= held_s:
        text = words.say("say", "hold_done", n=round(of_s)) if of_s >= SPOKEN_HOLD_S else ""
        yield Cue(f"held:{phase.name}", text, Importance.COUNT, "hold", 1.5)
        return
    if held_s >= of_s or of_s < SPOKEN_HOLD_S:
        return
    second = int(held_s)
    left = of_s - second
    if 0 < second > told_s and (of_s < LONG_HOLD_S or second % 5 == 0 or 0 < left <= 3):
        yield Cue(f"second:{second}", words.say("say", "count", n=second), Importance.HINT, None, 0.7)
    if of_s >= LONG_HOLD_S:
        yield from _breath_cue(words, held_s, told_s)


def countdown_cues(words: Language, still_s: float, waited_s: float, told: set[str]) -> Iterator[Cue]:
    """Yield 3-2-1 while the person is still, and the wish to be still where that takes long; each once.

    Parameters
    ----------
    words
        The language.
    still_s
        For how long the person has been still, seconds.
    waited_s
        For how long this has been going on, seconds.
    told
        What has been said of it; added to.
    """
    if still_s <= 0.0:
        told.difference_update(key for _, key in _STEPS)
        if "hold_still" not in told:
            told.add("hold_still")
            yield Cue("hold_still", words.say("say", "hold_still"), Importance.SETUP)
        elif waited_s > STILL_MOVING_S:
            yield Cue("still_moving", words.say("say", "still_moving"), Importance.SETUP)
    for at, key in _STEPS:
        if at <= still_s < at + 0.7 and key not in told:
            told.add(key)
            yield Cue(key, words.say("say", key), Importance.COUNT, "tick", 0.8)


def go_cue(words: Language, exercise: Exercise) -> Cue:
    """Return what is said when a set begins; where the clock runs already, what the first wait is for."""
    text = _ready_text(words, exercise) if exercise.by_clock else words.say("say", "go")
    return Cue("go", text, Importance.COUNT, "go", 2.5 if exercise.by_clock else 0.8)


def _ready_text(words: Language, exercise: Exercise) -> str:
    label = words.of_drill(exercise.phases[0].label, "")
    return f"{label}." if label else ""


def welcome_cues(words: Language, planned: PlannedSet) -> Sequence[Cue]:
    """Return what is said first: the drill, and where the camera goes."""
    text = words.say("say", "welcome", drill=drill_name(words, planned.exercise), side=words.say("side", planned.side))
    return [Cue("welcome", text, Importance.FLOW, valid_s=_LONG), _place_cue(words, planned)]


def _place_cue(words: Language, planned: PlannedSet) -> Cue:
    note = words.of_drill(planned.note, "") if planned.note else ""
    return Cue("place", note or place_text(words, planned.exercise), Importance.SETUP, valid_s=2 * _LONG)


def set_done_cue(words: Language, why: str, done: SetView, exercise: Exercise) -> Cue:
    """Return what is said when a set is over, with what is asked of the person: the answer is told afterwards."""
    text = words.say("say", "set_done", n=done.counted) if why == "complete" else words.say("say", "enough")
    asked = [words.of_drill(question.ask, "") for question in exercise.questions]
    text = " ".join([text, *(ask for ask in asked if ask)])
    return Cue(f"set_done:{done.counted}", text, Importance.FLOW, "end", _LONG)


def next_cues(words: Language, planned: PlannedSet, before: PlannedSet, reason: str) -> Sequence[Cue]:
    """Return what is said of the next set, and where the camera goes where that changes."""
    key = f"next:{planned.exercise.id}:{planned.side}:{planned.number}"
    cues = [Cue(key, next_text(words, planned, reason), Importance.WARN, None, _LONG)]
    moves = place_text(words, planned.exercise) != place_text(words, before.exercise)
    return [*cues, _place_cue(words, planned)] if planned.note or moves else cues


def finished_cue(words: Language, last: Cue | None) -> Cue:
    """Return what is said at the end; after the last set its count in the same breath."""
    text = words.say("say", "finished")
    return Cue("finished", f"{last.text} {text}" if last else text, Importance.FLOW, "end", _LONG)


def sentences(words: Language, plan: Sequence[PlannedSet]) -> list[str]:
    """Return what a session is likely to say, the first first: to have the voice ready."""
    most = max(planned.reps for planned in plan)
    texts = [cue.text for cue in welcome_cues(words, plan[0])]
    texts += [words.say("say", key) for key in ("hold_still", "three", "two", "one", "go")]
    texts += [words.say("say", "count", n=n) for n in range(1, max(most, 10) + 1)]
    for drill in {planned.exercise.id: planned.exercise for planned in plan}.values():
        texts += [cue.text for phase in drill.phases if (cue := phase_cue(words, drill, phase)) is not None]
        texts += [words.of_drill(text, "") for text in (*(f.cue for f in drill.faults), drill.praise)]
        not_counted = words.say("say", "not_counted")
        texts += [f"{not_counted} {words.of_drill(text, '')}".strip() for text in short_reasons(drill)]
    texts += [words.say("say", key) for key in ("breathe_in", "breathe_out", "breathe_on")]
    texts += [words.say("say", key) for key in ("not_counted", "left", "back", "sat_up")]
    texts += [words.say("say", key) for key in ("pain", "paused", "source_lost", "source_back", "finished", "enough")]
    return [text for text in dict.fromkeys(texts) if text]
