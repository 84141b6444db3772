"""What is read and said, in the person's language."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from formcheck.coach.language import load_language
from formcheck.core.measurement import Measurement
from formcheck.core.results import Rep
from formcheck.exercises.lookup import load_exercise
from formcheck.exercises.programme import load_programme
from formcheck.live.picturing import SetView
from formcheck.live.plan import plan_drill, plan_programme
from formcheck.live.speaking import next_cues, rep_cue, sentences, welcome_cues
from formcheck.live.wording import measured_text, next_text, place_text, why_not

EN, DE = load_language("en"), load_language("de")
LIFTOFF = load_exercise("supine-ir-liftoff")


def attempt(reason: str, text: str = "") -> Rep:
    return Rep(1, "right", 2.0, 6.0, False, reason, text, 4.0, (), {}, ())


def test_a_number_is_written_as_in_the_language() -> None:
    assert measured_text(EN, Measurement(0.354, 0.05, "shank")) == "0.35 ± 0.05 shin lengths"
    assert measured_text(DE, Measurement(23.2, 4.1)) == "23° ± 4°"
    assert measured_text(DE, Measurement(None, None, "deg", "low_confidence")) == "Zu unsicher für eine Zahl"
    assert measured_text(DE, Measurement(None, None, "deg", "something_new")) == "nicht bekannt"


@pytest.mark.parametrize(
    ("reason", "english", "german"),
    [
        ("no_lift", "The leg did not lift off.", "Das Bein hat nicht abgehoben."),
        ("pelvis_roll", "Both sit bones down. Dip less.", "Beide Sitzbeine am Boden. Weniger tief."),
        ("too_fast", "Slower.", "Langsamer."),
        ("not_measured", "I could not measure it.", "Ich konnte sie nicht messen."),
        ("somebody_elses", "", ""),
    ],
)
def test_why_a_movement_did_not_count_is_one_short_sentence(reason: str, english: str, german: str) -> None:
    assert why_not(EN, LIFTOFF, attempt(reason)) == english
    assert why_not(DE, LIFTOFF, attempt(reason)) == german


def test_a_compensation_that_was_just_told_is_not_told_again_at_the_end() -> None:
    planned = plan_drill(LIFTOFF, "right")[0]
    first = rep_cue(EN, planned, attempt("pelvis_roll"), SetView())
    again = rep_cue(EN, planned, attempt("pelvis_roll"), SetView(), told=True)
    assert first is not None
    assert again is not None
    assert first.text == "That one did not count. Both sit bones down. Dip less."
    assert again.text == "That one did not count."


def test_where_the_camera_goes_is_said_first_and_when_it_changes() -> None:
    plan = plan_programme(load_programme("hinge-day-12min"))
    assert [cue.key for cue in welcome_cues(EN, plan[0])] == ["welcome", "place"]
    for before, after in pairwise(plan):
        reason = "switch" if after.exercise.id == before.exercise.id else "rest"
        said = [cue.text for cue in next_cues(DE, after, before, reason)]
        moved = place_text(DE, after.exercise) != place_text(DE, before.exercise)
        assert len(said) == (2 if moved or after.note else 1)
        if after.note:
            assert said[1] == DE.of_drill(after.note, "")


def test_a_programme_says_its_own_words_for_the_other_side() -> None:
    planned = replace(plan_drill(LIFTOFF, "left")[0], prompt="Switch the standing leg.")
    assert next_text(EN, planned, "switch") == "Switch the standing leg. Now left."
    assert next_text(DE, planned, "switch") == "Standbein wechseln. Jetzt links."
    assert next_text(DE, replace(planned, prompt="My own words."), "switch") == "Seite wechseln. Jetzt links."


def test_the_voice_is_made_ready_for_what_is_likely_to_be_said() -> None:
    texts = sentences(DE, plan_drill(LIFTOFF, "right"))
    assert texts[0] == "Bein abheben in Innenrotation, rechts."
    assert {"Drei.", "Los.", "5.", "Beide Sitzbeine am Boden. Weniger tief.", "Die zählt nicht."} <= set(texts)
    assert len(texts) == len(set(texts))


def test_of_one_reason_with_several_texts_the_one_that_holds_is_said() -> None:
    pails = load_exercise("pails-rails-blocks")
    texts = [p.missed_text or "" for p in pails.phases if p.missed_reason == "released_early"]
    said = [why_not(EN, pails, attempt("released_early", text)) for text in texts]
    assert said == [
        "The foot came off before PAILs began.",
        "The foot came off before RAILs began.",
        "The foot came off before RAILs were over.",
    ]
