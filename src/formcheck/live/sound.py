"""Cues to the loudspeaker, one after the other, on a thread of its own."""

from __future__ import annotations

import queue
import threading
import time
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.coach.cues import GAP_S
from formcheck.core.errors import MissingDependencyError
from formcheck.live.events import CueSaid, Event
from formcheck.live.speech import Speak
from formcheck.live.tones import RATE, tone
from formcheck.video.files import atomic_path

Samples = NDArray[np.float32]

_BLOCK: Final = 512  # samples: 23 ms
_LAST_S: Final = 8.0  # so long at most the last sentence is waited for


class Output(Protocol):
    """Where samples go."""

    def play(self, samples: Samples) -> None:
        """Begin to play at once, in place of what is playing."""
        ...

    def close(self) -> None:
        """Release it."""
        ...


class Loudspeaker:
    """The system's loudspeaker, through sounddevice; open all the time, so that a sound begins within a block or two.

    Raises
    ------
    MissingDependencyError
        sounddevice or its PortAudio library is not installed, or there is no loudspeaker.
    """

    def __init__(self) -> None:
        try:
            import sounddevice
        except ModuleNotFoundError:
            raise MissingDependencyError(
                "sound needs sounddevice; install it with: pip install 'formcheck[live]', or use --mute"
            ) from None
        except OSError as error:
            raise MissingDependencyError(
                f"sound needs the PortAudio library ({error}); install it (on Debian and Ubuntu libportaudio2) or use "
                f"--mute"
            ) from None
        self._left: Samples = np.zeros(0, np.float32)
        self._lock = threading.Lock()
        try:
            self._stream: Any = sounddevice.OutputStream(
                samplerate=RATE, channels=1, dtype="float32", blocksize=_BLOCK, latency="low", callback=self._fill
            )
            self._stream.start()
        except (sounddevice.PortAudioError, OSError) as error:
            raise MissingDependencyError(f"there is no loudspeaker to be used ({error}); use --mute") from None

    def play(self, samples: Samples) -> None:
        """Begin to play at once, in place of what is playing."""
        with self._lock:
            self._left = samples

    def close(self) -> None:
        """Release it."""
        self._stream.stop()
        self._stream.close()

    def _fill(self, out: Any, frames: int, _time: Any, _status: Any) -> None:
        with self._lock:
            now, self._left = self._left[:frames], self._left[frames:]
        out[: len(now), 0] = now
        out[len(now) :, 0] = 0.0


class WavTrack:
    """Everything that was played, on the session's time line, as a WAV file: for checks and for listening again.

    Parameters
    ----------
    path
        The file; written when closed.
    clock
        Session time, seconds.
    """

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._path, self._clock = path, clock
        self._parts: list[tuple[float, Samples]] = []

    def play(self, samples: Samples) -> None:
        """Put samples where the session is now; what was playing stops there."""
        self._parts.append((self._clock(), samples))

    def close(self) -> None:
        """Write the file."""
        total = max((round(t * RATE) + len(s) for t, s in self._parts), default=0)
        track = np.zeros(total, np.float32)
        for time_s, samples in self._parts:
            start = round(time_s * RATE)
            track[start:] = 0.0
            track[start : start + len(samples)] = samples
        with atomic_path(self._path) as temporary, wave.open(str(temporary), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((track * 32767).astype("<i2").tobytes())


class Speaker:
    """Plays cues; a listener of `formcheck.live.runner.Runner`. Use it with `with`.

    A cue waits until the one before is over, however long the voice takes for it, unless it is to cut that short.

    Parameters
    ----------
    output
        Where samples go.
    speak
        What speaks; None: tones only.
    ready
        Sentences to be made at once, so that saying them takes no time later.
    """

    def __init__(self, output: Output, speak: Speak | None = None, ready: Sequence[str] = ()) -> None:
        self._output, self._speak = output, speak
        self._waiting: queue.Queue[tuple[CueSaid, float] | None] = queue.Queue()
        self._muted = self._closing = False
        self._hurry = threading.Event()
        self._busy_until = 0.0
        self.delays_s: list[float] = []
        """How long each cue took from being decided to its first sample, seconds."""
        self._thread = threading.Thread(target=self._run, name="formcheck-sound", daemon=True)
        self._thread.start()
        if speak is not None and ready:
            threading.Thread(target=self._prepare, args=(speak, ready), name="formcheck-voice", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def mute(self, muted: bool) -> None:
        """Switch the sound off, or on again."""
        self._muted = muted
        if muted:
            self._output.play(np.zeros(0, np.float32))

    def hear(self, event: Event) -> None:
        """Play an event if it is a cue; returns at once."""
        if isinstance(event, CueSaid) and not self._muted:
            self._waiting.put((event, time.monotonic()))
            if event.cuts:
                self._hurry.set()

    def close(self) -> None:
        """Finish what is being said, and release the loudspeaker."""
        self._closing = True
        self._waiting.put(None)
        self._thread.join(timeout=10.0)
        self._output.close()

    def _run(self) -> None:
        while (item := self._waiting.get()) is not None:
            cue, decided = item
            if cue.cuts:
                self._hurry.clear()
            elif not self._wait_until(self._busy_until):
                continue  # what comes next cuts it short
            self._say(cue, decided)
        time.sleep(max(0.0, min(_LAST_S, self._busy_until - time.monotonic())))

    def _say(self, cue: CueSaid, decided: float) -> None:
        if cue.tone is not None:
            self._play(tone(cue.tone), decided)  # it sounds while the sentence is being made
        spoken = self._speak(cue.text) if cue.text and self._speak is not None else None
        if spoken is None or self._muted:
            return
        if cue.tone is None:
            self._play(spoken, decided)
        elif self._wait_until(self._busy_until):
            self._play(spoken)

    def _play(self, samples: Samples, decided: float | None = None) -> None:
        if self._muted:
            return
        self._output.play(samples)
        now = time.monotonic()
        self._busy_until = now + len(samples) / RATE + GAP_S
        if decided is not None:
            self.delays_s.append(now - decided)

    def _wait_until(self, moment: float) -> bool:
        """Wait; return False at once where a cue has come that cuts everything short."""
        return not self._hurry.wait(max(0.0, moment - time.monotonic()))

    def _prepare(self, speak: Speak, ready: Sequence[str]) -> None:
        for text in ready:
            if self._closing:
                return
            speak(text)
