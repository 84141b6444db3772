"""What is heard of phases by the clock and of holds, at their real length: nothing piles up, nothing is left unsaid."""

from __future__ import annotations

from itertools import pairwise

import pytest

from formcheck.coach.cues import Cue, Cues
from formcheck.coach.language import load_language
from formcheck.core.measurement import Measurement
from formcheck.exercises.lookup import load_exercise
from formcheck.exercises.schema import Exercise
from formcheck.live.picturing import timed_s
from formcheck.live.speaking import clock_cues, hold_cues, phase_cue, released_cue, unseen_cue

STEP_S = 0.1
WORDS = load_language("en")


def heard(drill: Exercise, phases: list[tuple[str, float]]) -> list[tuple[float, Cue]]:
    """Return what is said of phases by the clock that follow each other, each with its length, and when."""
    cues, said, now = Cues(), [], 0.0
    for name, lasts_s in phases:
        phase = next(p for p in drill.phases if p.name == name)
        began = phase_cue(WORDS, drill, phase)
        if began is not None:
            cues.offer(began, now)
        told_s, of_s = -1.0, timed_s(drill, phase)
        for i in range(round(lasts_s / STEP_S)):
            gone_s = i * STEP_S
            if of_s is not None:
                for cue in clock_cues(WORDS, phase, gone_s, of_s, told_s, resting=phase is drill.phases[0]):
                    cues.offer(cue, now)
            told_s = gone_s
            found = cues.next(now)
            if found is not None:
                said.append((now, found))
            now += STEP_S
    return said


def test_pails_and_rails_at_their_real_length_say_what_to_do_and_how_long() -> None:
    drill = load_exercise("pails-rails-blocks")
    said = heard(drill, [("settle", 120.0), ("pails", 20.0), ("rails", 15.0), ("come_off", 4.0)])
    begun = {cue.text: at for at, cue in said if cue.key.startswith("phase:")}
    assert begun == pytest.approx(
        {
            "Settle. 120 seconds.": 0,
            "PAILs: press. 20 seconds.": 120,
            "RAILs: lift. 15 seconds.": 140,
            "Come off.": 155,
        },
        abs=0.5,
    )
    left = [(round(at), cue.text) for at, cue in said if cue.key.startswith("left:")]
    assert left == [
        (60, "60 seconds left."),
        (90, "30 seconds left."),
        (110, "10 seconds left."),
        (130, "10 seconds left."),
        (145, "10 seconds left."),
    ]
    for end_s in (120, 140, 155):
        down = [cue.text for at, cue in said if end_s - 3.2 < at < end_s and cue.tone == "tick"]
        assert down == ["Three.", "Two.", "One."]
    breaths = [at for at, cue in said if cue.key.startswith("breathe") and at < 120]
    assert breaths
    assert max(breaths) < 31, "two minutes of breathing by command are no rest"


def test_rounds_against_the_band_are_led_by_the_voice() -> None:
    drill = load_exercise("banded-ir-isometric")
    said = heard(drill, [("rest", 8.0), ("push", 2.0), ("hold", 10.0), ("release", 2.0)] * 2)
    texts = [cue.text for at, cue in said if at < 22]
    led = ["Push apart.", "Hold. 10 seconds.", "Keep breathing.", "Three.", "Two.", "One.", "Let go."]
    assert texts[-len(led) :] == led
    pushes = [at for at, cue in said if cue.text == "Push apart."]
    assert pushes == pytest.approx([8, 30], abs=0.5)
    for (begin, cue), (following, _) in pairwise(said):
        assert begin + cue.lasts_s <= following + 0.01, "nothing is cut short by the next"


def test_in_the_rest_between_rounds_nobody_is_told_how_to_breathe() -> None:
    drill = load_exercise("banded-ir-isometric")
    rest = drill.phases[0]
    said = [c for i in range(80) for c in clock_cues(WORDS, rest, i / 10, 8.0, (i - 1) / 10, resting=True)]
    assert [cue.text for cue in said] == ["Three.", "Two.", "One."]


def test_only_phases_by_the_clock_are_announced() -> None:
    tilt, band = load_exercise("knee-inward-tilts"), load_exercise("banded-ir-isometric")
    assert [phase_cue(WORDS, tilt, phase) for phase in tilt.phases] == [None] * len(tilt.phases)
    assert [timed_s(band, phase) for phase in band.phases] == [8.0, 2.0, 10.0, 2.0]
    pails = load_exercise("pails-rails-blocks")
    assert [timed_s(pails, phase) for phase in pails.phases] == [None, None, 120.0, 20.0, 15.0, None]


def test_a_long_hold_is_counted_up_and_one_that_is_let_go_early_is_noted() -> None:
    drill = load_exercise("knee-inward-tilts")
    hold = next(p for p in drill.phases if p.name == "hold")
    counted = [c for i in range(220) for c in hold_cues(WORDS, hold, i / 10, 20.0, (i - 1) / 10)]
    assert [cue.text for cue in counted if cue.key.startswith(("second", "held"))] == [
        "5.", "10.", "15.", "17.", "18.", "19.", "20 seconds. Held.",
    ]  # fmt: skip
    early = released_cue(WORDS, hold, 12.3, 20.0)
    assert early is not None
    assert early.text == "Held 12 of 20 seconds."
    assert released_cue(WORDS, hold, 19.0, 20.0) is None
    assert released_cue(WORDS, hold, 0.4, 1.0) is None, "a hold that is not counted aloud is not reckoned up"


def test_why_nothing_can_be_judged_is_said_in_the_person_s_language() -> None:
    hidden = Measurement(None, None, "deg", "not_visible")
    said = [cue.text for code in ("en", "de") if (cue := unseen_cue(load_language(code), hidden)) is not None]
    assert said == [
        "I cannot judge this. A joint is hidden.",
        "Das kann ich nicht beurteilen. Ein Gelenk ist verdeckt.",
    ]
