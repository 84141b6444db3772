"""Speech by what the system has, offline: sentences to samples, kept once they were made.

Linux: `espeak-ng` (or `espeak`); macOS: `say`; Windows: the system's speech synthesiser. All of them run on this
machine and are asked for samples instead of playing them, so that there is one way to the loudspeaker and nothing
overlaps. Where there is none the session is silent and shows its text.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.live.tones import LEVEL, RATE

Samples = NDArray[np.float32]
Speak = Callable[[str], Samples | None]
"""A sentence to samples at `RATE`; None when it could not be said."""

WORDS_A_MINUTE: Final = 165
_MAC_VOICES: Final = {"en": "Samantha", "de": "Anna"}
_WAIT_S: Final = 5.0
_POWERSHELL: Final = (
    "Add-Type -AssemblyName System.Speech; $s = New-Object System.Speech.Synthesis.SpeechSynthesizer; "
    "$v = $s.GetInstalledVoices() | Where-Object {{ $_.VoiceInfo.Culture.TwoLetterISOLanguageName -eq '{code}' }}; "
    "if (-not $v) {{ exit 3 }}; $s.SelectVoice($v[0].VoiceInfo.Name); $s.SetOutputToWaveFile('{path}'); "
    "$s.Speak([Console]::In.ReadToEnd()); $s.Dispose()"
)


def find_speech(code: str) -> Speak | None:
    """Return what speaks a language on this machine, or None.

    Parameters
    ----------
    code
        The language, e.g. `en`.
    """
    make: Callable[[str], bytes | None] | None = None
    if sys.platform == "darwin" and shutil.which("say"):
        make = lambda text: _say(text, code)  # noqa: E731
    elif sys.platform == "win32" and shutil.which("powershell"):
        make = lambda text: _windows(text, code)  # noqa: E731
    elif (espeak := shutil.which("espeak-ng") or shutil.which("espeak")) is not None:
        make = lambda text: _espeak(espeak, text, code)  # noqa: E731
    if make is None:
        return None

    @lru_cache(maxsize=256)
    def speak(text: str) -> Samples | None:
        try:
            sound = make(text)
            return None if sound is None else _samples(sound)
        except (OSError, subprocess.SubprocessError, wave.Error, EOFError, ValueError):
            return None  # silence is better than a session that breaks off

    return speak


def _espeak(program: str, text: str, code: str) -> bytes:
    done = subprocess.run(
        [program, "--stdout", "-v", code, "-s", str(WORDS_A_MINUTE), "--stdin"],
        input=text.encode(),
        capture_output=True,
        timeout=_WAIT_S,
        check=True,
    )
    return done.stdout


def _say(text: str, code: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        voice = ["-v", _MAC_VOICES[code]] if code in _MAC_VOICES else []
        command = ["say", *voice, "-r", str(WORDS_A_MINUTE), "-o", str(path), f"--data-format=LEI16@{RATE}", text]
        subprocess.run(command, capture_output=True, timeout=_WAIT_S, check=True)
        return path.read_bytes()


def _windows(text: str, code: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        script = _POWERSHELL.format(code=code, path=path)
        command = ["powershell", "-NoProfile", "-NonInteractive", "-Command", script]
        subprocess.run(command, input=text.encode(), capture_output=True, timeout=_WAIT_S, check=True)
        return path.read_bytes()


def _samples(sound: bytes) -> Samples:
    """Return the samples of a 16-bit WAV file at `RATE`, as loud as the tones, without silence at its ends."""
    with wave.open(io.BytesIO(sound)) as file:
        rate, channels = file.getframerate(), file.getnchannels()
        data = file.readframes(file.getnframes())
    values = np.frombuffer(data[: len(data) // (2 * channels) * 2 * channels], np.int16).reshape(-1, channels)[:, 0]
    values = values.astype(np.float64)
    if rate != RATE:
        at = np.arange(round(len(values) * RATE / rate)) * rate / RATE
        values = np.interp(at, np.arange(len(values)), values)
    loud = np.flatnonzero(np.abs(values) > 0.01 * max(1.0, np.abs(values).max()))
    values = values[loud[0] : loud[-1] + 1] if len(loud) else values[:0]
    peak = np.abs(values).max() if len(values) else 1.0
    return (LEVEL * values / max(peak, 1.0)).astype(np.float32)
