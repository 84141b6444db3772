"""What is said of what happens: events to cues, in the person's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from formcheck.coach.cues import Cue, Importance
from formcheck.coach.language import Language
from formcheck.core.results import Rep, Severity
from formcheck.exercises.schema import FaultRule, Phase
from formcheck.live.picturing import BREATH_S, LONG_HOLD_S, SetView
from formcheck.live.plan import PlannedSet

PAUSE_KEYS: Final = {"asked": "paused", "left": "left", "left_place": "left", "sat_up": "sat_up"}
"""What is said when a set is paused, by why."""
PRAISE_EVERY: Final = 3
"""Every so many clean repetitions in a row are praised: praise for everything is noise."""
SPOKEN_HOLD_S: Final = 3.0
"""Shorter holds are not counted aloud, seconds."""
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


def rep_cue(words: Language, planned: PlannedSet, rep: Rep, done: SetView) -> Cue | None:
    """Return what is said when a repetition ends: its number, now and then with praise; or that it did not count."""
    if not rep.counted:
        if rep.reason in ("lost_sight", "unfinished"):
            return None
        return Cue(f"attempt:{rep.index}", _why_not(words, planned, rep), Importance.COUNT, "attempt", 3.0)
    n, target = done.counted, planned.reps
    if n >= target:
        return None  # the end of the set says it
    key = "last_one" if n == target - 1 and target > 2 else "count"
    text = words.say("say", key, n=n)
    if done.smaller_and_clean:
        text += " " + words.say("say", "smaller_clean")
    elif done.clean_in_a_row and done.clean_in_a_row % PRAISE_EVERY == 0:
        text += " " + words.of_drill(planned.exercise.praise, words.say("say", "praise"))
    return Cue(f"rep:{n}", text, Importance.COUNT, "rep", 4.0)


def _why_not(words: Language, planned: PlannedSet, rep: Rep) -> str:
    """Return why a movement did not count, in a few words."""
    general = words.say("say", "not_counted")
    drill = planned.exercise
    cue = next((f.cue for f in drill.faults if f.code == rep.reason), None)
    if cue is not None:
        return f"{general} {words.of_drill(cue, '')}".strip()
    short = (rep.reason_text or "").split(":")[0].rstrip(".")
    told = words.of_drill(f"{short}.", "") if short else ""
    return f"{general} {told}".strip()


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
        breath = int(held_s / BREATH_S)
        if told_s < breath * BREATH_S or told_s <= 0:
            key = "breathe_in" if breath % 2 == 0 else "breathe_out"
            yield Cue(f"{key}:{breath}", words.say("say", key), Importance.HINT, None, 0.9)


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
        if waited_s > STILL_MOVING_S:
            yield Cue("still_moving", words.say("say", "still_moving"), Importance.SETUP)
    for at, key in _STEPS:
        if at <= still_s < at + 0.7 and key not in told:
            told.add(key)
            yield Cue(key, words.say("say", key), Importance.COUNT, "tick", 0.8)


def go_cue(words: Language) -> Cue:
    """Return what is said when a set begins."""
    return Cue("go", words.say("say", "go"), Importance.COUNT, "go", 0.8)


def welcome_cues(words: Language, planned: PlannedSet) -> Sequence[Cue]:
    """Return what is said first."""
    side = words.say("side", planned.side)
    name = words.of_drill(planned.exercise.name, planned.exercise.name)
    return [Cue("welcome", words.say("say", "welcome", drill=name, side=side), Importance.FLOW, valid_s=_LONG)]


def set_done_cue(words: Language, why: str, done: SetView) -> Cue:
    """Return what is said when a set is over."""
    text = words.say("say", "set_done", n=done.counted) if why == "complete" else words.say("say", "enough")
    return Cue(f"set_done:{done.counted}", text, Importance.FLOW, "end", _LONG)


def next_cues(words: Language, planned: PlannedSet, reason: str) -> Sequence[Cue]:
    """Return what is said of the next set."""
    side = words.say("side", planned.side)
    name = words.of_drill(planned.exercise.name, planned.exercise.name)
    if reason == "switch":
        text = words.say("say", "switch", side=side)
    elif planned.number == 1:
        text = words.say("say", "next_drill", drill=name, side=side)
    else:
        text = words.say("say", "rest", n=round(planned.rest_s))
    return [Cue(f"next:{planned.exercise.id}:{planned.side}:{planned.number}", text, Importance.WARN, None, _LONG)]


def finished_cue(words: Language) -> Cue:
    """Return what is said at the end."""
    return Cue("finished", words.say("say", "finished"), Importance.FLOW, "end", _LONG)
