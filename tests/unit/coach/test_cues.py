"""One cue at a time, the most important first, not too often, never the same again at once."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.coach.cues import AGAIN_S, APART_S, Cue, Cues, Importance
from formcheck.coach.language import SOURCE, list_languages, load_language
from formcheck.core.errors import ExerciseError
from formcheck.core.words import CHANNELS, REASONS
from formcheck.exercises.lookup import shipped_exercises
from formcheck.exercises.programme import shipped_programmes
from formcheck.exercises.tables import View
from formcheck.live.speaking import PAUSE_KEYS
from formcheck.live.state import CheckName, Stage
from formcheck.live.wording import short_reasons

PACKAGE = Path(str(files("formcheck")))


def said(offers: list[tuple[float, Cue]], until_s: float = 60.0) -> list[tuple[float, Cue]]:
    cues, out, waiting = Cues(), [], sorted(offers, key=lambda o: o[0])
    for frame in range(round(until_s * 30)):
        now = frame / 30
        while waiting and waiting[0][0] <= now:
            cues.offer(waiting.pop(0)[1], now)
        if (cue := cues.next(now)) is not None:
            out.append((now, cue))
    return out


def test_the_most_important_is_said_first() -> None:
    hint, fail = Cue("a", "Breathe.", Importance.HINT), Cue("b", "Both sit bones down.", Importance.FAIL)
    assert [cue.key for _, cue in said([(0.0, hint), (0.0, fail)])] == ["b", "a"]


def test_what_waited_too_long_is_not_said_any_more() -> None:
    long = Cue("long", "x" * 100, Importance.FLOW)
    assert [c.key for _, c in said([(0.0, long), (0.1, Cue("late", "Late.", Importance.COUNT, valid_s=1.0))])] == [
        "long"
    ]


def test_pain_does_not_wait() -> None:
    long, pain = Cue("long", "x" * 60, Importance.FLOW), Cue("pain", "Stop.", Importance.PAIN)
    assert [(round(t, 1), c.key) for t, c in said([(0.0, long), (0.5, pain)])] == [(0.0, "long"), (0.5, "pain")]


def test_the_countdown_does_not_wait_for_where_to_put_the_camera() -> None:
    place, three = Cue("place", "x" * 90, Importance.SETUP), Cue("three", "Three.", Importance.COUNT, "tick", 0.8)
    assert [(round(t, 1), c.key) for t, c in said([(0.0, place), (1.5, three)])] == [(0.0, "place"), (1.5, "three")]


offers = st.lists(
    st.tuples(
        st.floats(0, 30),
        st.builds(
            Cue,
            st.sampled_from(["a", "b", "c", "d"]),
            st.sampled_from(["", "One.", "Both sit bones down. Dip less."]),
            st.sampled_from([i for i in Importance if i is not Importance.PAIN]),
            st.sampled_from([None, "rep", "fault"]),
        ),
    ),
    max_size=60,
)


@settings(max_examples=40, deadline=None)
@given(offers)
def test_never_two_at_once_nor_more_than_one_a_second_nor_the_same_within_six(
    given_offers: list[tuple[float, Cue]],
) -> None:
    track = said(given_offers)
    for (before, first), (after, second) in pairwise(track):
        hurried = second.importance >= Importance.COUNT and first.importance <= Importance.SETUP
        assert hurried or after >= before + first.lasts_s - 1e-9
        assert after - before >= APART_S - 1e-9
    for key in "abcd":
        times = [t for t, cue in track if cue.key == key]
        assert all(b - a >= AGAIN_S - 1e-9 for a, b in pairwise(times))


def table(code: str) -> dict[str, set[str]]:
    text = files("formcheck.coach").joinpath("languages", f"{code}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return {group: set(values) for group, values in data.items() if isinstance(values, dict) and group != "drills"}


def fields(text: str) -> set[str]:
    return {part.split("}")[0] for part in text.split("{")[1:]}


def test_every_language_has_the_same_sentences_with_the_same_values() -> None:
    assert {"en", "de"} <= set(list_languages())
    for code in list_languages():
        assert table(code) == table("en"), code
        for group, sentences in load_language("en").table.items():
            for key, sentence in sentences.items():
                if group != "drills":
                    assert fields(load_language(code).table[group][key]) == fields(sentence), (code, group, key)


def test_a_language_that_is_not_there_is_refused_in_one_sentence() -> None:
    with pytest.raises(ExerciseError, match="There is no language 'xx'"):
        load_language("xx")


def drill_texts() -> set[str]:
    """Return every text of drills, programmes and measurements that a person may read or hear."""
    texts = {reason.what for reason in REASONS.values()} | {name for name, _ in CHANNELS.values()}
    for drill in shipped_exercises().values():
        texts |= {
            drill.name,
            drill.praise,
            *(f.cue for f in drill.faults),
            *(p.label for p in drill.phases),
            *(q.ask for q in drill.questions),
        }
        texts |= set(short_reasons(drill))
    for programme in shipped_programmes().values():
        texts |= {bout.prompt for bout in programme.bouts()} | {step.note for step in programme.steps if step.note}
    return texts


@pytest.mark.parametrize("code", [code for code in list_languages() if code != SOURCE])
def test_every_text_of_the_drills_is_there_in_every_language(code: str) -> None:
    missing = sorted(drill_texts() - set(load_language(code).table["drills"]))
    assert not missing, f"add to coach/languages/{code}.toml, [drills]: {missing}"


def test_every_sentence_that_the_program_asks_for_is_there() -> None:
    code = "".join(path.read_text("utf-8") for folder in ("live", "cli") for path in (PACKAGE / folder).glob("*.py"))
    asked = {(group, key) for group, key in re.findall(r'say\(\s*["\'](\w+)["\'],\s*["\'](\w+)["\']', code)}
    asked |= {("reason", key) for key in re.findall(r'(?:_to|finish)\("\w+", "(\w+)", now', code)}
    asked |= {("stage", stage) for stage in get_args(Stage)} | {("check", name) for name in get_args(CheckName)}
    asked |= {("say", key) for key in PAUSE_KEYS.values()} | {("timer", key) for key in ("rest", "ends", "hold")}
    asked |= {("place", view) for view in get_args(View)} | {("advice", f"view_{view}") for view in get_args(View)}
    asked |= {("unit", drill.signal.unit) for drill in shipped_exercises().values()}
    assert len(asked) > 80
    table = load_language(SOURCE).table
    assert not sorted(f"{group}.{key}" for group, key in asked if key not in table[group])


def test_english_is_never_said_in_another_language() -> None:
    assert load_language("de").of_drill("A sentence of somebody's own drill.", "Auf Deutsch.") == "Auf Deutsch."
