"""Tones and speech: level, length, and one after the other."""

from __future__ import annotations

import shutil
import time
import wave
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from formcheck.coach.cues import GAP_S, TONES_S, Tone, spoken_s
from formcheck.coach.language import list_languages, load_language
from formcheck.live.engine import Command
from formcheck.live.events import CueSaid, Event, RepEnded
from formcheck.live.sound import Speaker, WavTrack
from formcheck.live.speech import find_speech
from formcheck.live.tones import LEVEL, RATE, tone
from tests.conftest import missing
from tests.fixtures.sessions import CLIPS, engine_for, repeated, run


@pytest.mark.parametrize("kind", get_args(Tone))
def test_tones_are_short_and_never_loud(kind: Tone) -> None:
    samples = tone(kind)
    assert len(samples) / RATE == pytest.approx(TONES_S[kind], abs=1e-3)
    assert np.abs(samples).max() == pytest.approx(LEVEL, rel=0.01)
    assert np.sqrt(np.mean(samples**2)) > 0.05
    assert abs(samples[0]) < 0.02
    assert abs(samples[-1]) < 0.02  # nothing clicks


def test_tones_can_be_told_apart() -> None:
    def pitch(kind: Tone) -> float:
        spectrum = np.abs(np.fft.rfft(tone(kind), RATE))
        return float(np.argmax(spectrum))

    assert pitch("rep") - pitch("attempt") > 300
    assert pitch("rep") - pitch("fault") > 300


def test_the_track_of_a_session_has_each_cue_where_it_was_said(tmp_path: Path) -> None:
    clock = iter([1.0, 3.0])
    track = WavTrack(tmp_path / "cues.wav", lambda: next(clock))
    with Speaker(track) as speaker:
        for time_s, kind in ((1.0, "rep"), (3.0, "fault")):
            speaker.hear(CueSaid(time_s, kind, "", kind, 0.25, "count"))
    with wave.open(str(tmp_path / "cues.wav")) as file:
        assert file.getframerate() == RATE
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    loud = np.flatnonzero(np.abs(sound) > 300) / RATE
    assert loud[0] == pytest.approx(1.0, abs=0.02)
    assert loud[loud > 2][0] == pytest.approx(3.0, abs=0.02)
    assert not ((loud > 1.3) & (loud < 2.9)).any()


@pytest.mark.parametrize("code", ["en", "de"])
def test_speech_is_made_on_this_machine_as_loud_as_the_tones(code: str) -> None:
    speak = find_speech(code)
    if speak is None or shutil.which("espeak-ng") is None:
        missing("espeak-ng (speech)")
    assert speak is not None
    samples = speak("Both sit bones down." if code == "en" else "Beide Sitzbeine am Boden.")
    assert samples is not None
    assert 0.5 < len(samples) / RATE < 4.0
    assert np.abs(samples).max() == pytest.approx(LEVEL, rel=0.02)


class Player:
    """Notes what is played, and when."""

    def __init__(self) -> None:
        self.played: list[tuple[float, int]] = []

    def play(self, samples: np.ndarray) -> None:
        self.played.append((time.monotonic(), len(samples)))

    def close(self) -> None:
        """Nothing is open."""


def slow_voice(text: str) -> np.ndarray:
    return np.zeros(round(0.3 * RATE), np.float32)


def test_a_voice_that_takes_longer_than_thought_is_not_cut_off() -> None:
    player = Player()
    with Speaker(player, slow_voice) as speaker:
        for k in range(3):
            speaker.hear(CueSaid(0.0, f"k{k}", "Said.", "tick" if k == 1 else None, 0.01, "count"))
    ends = [at + n / RATE for at, n in player.played]
    assert len(player.played) == 4  # the tone of the second by itself
    assert all(after >= end - 1e-3 for (after, _), end in zip(player.played[1:], ends, strict=False))


def test_pain_cuts_short_what_is_being_said_and_what_waits() -> None:
    player = Player()
    with Speaker(player, lambda text: np.zeros(round((2.0 if text == "Long." else 0.1) * RATE), np.float32)) as speaker:
        speaker.hear(CueSaid(0.0, "long", "Long.", None, 2.0, "flow"))
        while not player.played:
            time.sleep(0.01)
        speaker.hear(CueSaid(0.1, "other", "Other.", None, 0.5, "flow"))
        speaker.hear(CueSaid(0.2, "pain", "Stop.", None, 0.5, "pain", cuts=True))
        while len(player.played) < 2:
            time.sleep(0.01)
        assert player.played[1][0] - player.played[0][0] < 1.0
    assert len(player.played) == 2


def session_cues(lang: str) -> tuple[list[CueSaid], list[Event]]:
    engine = engine_for(CLIPS[1], sets=2, reps=2, lang=lang)
    events = run(engine, repeated(CLIPS[1], 2))[0]
    events += engine.command(Command.END, engine.state.time_s + 1.0).events
    return [e for e in events if isinstance(e, CueSaid)], events


def test_the_cue_track_of_a_session_has_what_happened_and_never_two_at_once(tmp_path: Path) -> None:
    speak = find_speech("en")
    if speak is None or shutil.which("espeak-ng") is None:
        missing("espeak-ng (speech)")
    assert speak is not None
    cues, events = session_cues("en")
    now = [0.0]
    track = WavTrack(tmp_path / "cues.wav", lambda: now[0])
    spans = []
    for cue in cues:
        parts = [tone(cue.tone)] if cue.tone else []
        spoken = speak(cue.text) if cue.text else None
        parts += ([np.zeros(round(GAP_S * RATE), np.float32)] if parts else []) + [spoken] if spoken is not None else []
        now[0] = cue.time_s
        track.play(np.concatenate(parts))
        spans.append((cue.time_s, cue.time_s + sum(map(len, parts)) / RATE))
    track.close()
    for (_, end), (begin, _), cue in zip(spans, spans[1:], cues, strict=False):
        assert end <= begin + 0.02, cue.text
    with wave.open(str(tmp_path / "cues.wav")) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16) / 32767
    assert np.abs(sound).max() == pytest.approx(LEVEL, rel=0.02)
    time_s = np.arange(len(sound)) / RATE
    inside = np.zeros(len(sound), bool)
    for begin, end in spans:
        here = (time_s >= begin) & (time_s <= end)
        assert np.sqrt(np.mean(sound[here] ** 2)) > 0.02
        inside |= here
    assert np.abs(sound[~inside]).max() < 1e-3
    counted = [e.counted for e in events if isinstance(e, RepEnded) and e.rep.counted]
    attempts = [e.rep.index for e in events if isinstance(e, RepEnded) and not e.rep.counted]
    said = [cue.key for cue in cues]
    assert [k for k in said if k.startswith(("rep:", "attempt:"))] == [
        *(f"rep:{n}" for n in counted),
        *(f"attempt:{n}" for n in attempts),
    ]
    assert said[0] == "welcome"
    assert said[-1] == "finished"


@pytest.mark.parametrize("code", list_languages())
def test_no_sentence_takes_much_longer_than_is_thought(code: str) -> None:
    speak = find_speech(code)
    if speak is None or shutil.which("espeak-ng") is None:
        missing("espeak-ng (speech)")
    assert speak is not None
    words = load_language(code)
    texts = [words.say("say", "count", n=n) for n in (5, 17, 28)]
    texts += [words.say("say", k) for k in ("hold_still", "go", "not_counted", "pain", "sat_up", "back", "finished")]
    for text in [*texts, words.say("place", "foot_end"), words.say("advice", "too_close")]:
        samples = speak(text)
        assert samples is not None
        assert len(samples) / RATE < spoken_s(text) + 0.15, text
