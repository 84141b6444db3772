"""Tones and speech: level, length, and one after the other."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from formcheck.coach.cues import TONE_S, Tone
from formcheck.live.events import CueSaid
from formcheck.live.sound import Speaker, WavTrack
from formcheck.live.speech import find_speech
from formcheck.live.tones import LEVEL, RATE, tone
from tests.conftest import missing


@pytest.mark.parametrize("kind", get_args(Tone))
def test_tones_are_short_and_never_loud(kind: Tone) -> None:
    samples = tone(kind)
    assert 0.04 < len(samples) / RATE <= TONE_S
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
