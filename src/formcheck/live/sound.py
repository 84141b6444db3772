"""Cues to the loudspeaker, one after the other, on a thread of its own."""

from __future__ import annotations

import queue
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import MissingDependencyError
from formcheck.live.events import CueSaid, Event
from formcheck.live.speech import Speak
from formcheck.live.tones import RATE, tone
from formcheck.video.files import atomic_path

Samples = NDArray[np.float32]

_GAP_S: Final = 0.1  # between a tone and its sentence
_BLOCK: Final = 512  # samples: 23 ms


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

    Parameters
    ----------
    output
        Where samples go.
    speak
        What speaks; None: tones only.
    """

    def __init__(self, output: Output, speak: Speak | None = None) -> None:
        self._output, self._speak = output, speak
        self._waiting: queue.Queue[tuple[CueSaid, float] | None] = queue.Queue()
        self._muted = False
        self.delays_s: list[float] = []
        """How long each cue took from being decided to its first sample, seconds."""
        self._thread = threading.Thread(target=self._run, name="formcheck-sound", daemon=True)
        self._thread.start()

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

    def close(self) -> None:
        """Finish what is being said, and release the loudspeaker."""
        self._waiting.put(None)
        self._thread.join(timeout=10.0)
        self._output.close()

    def _run(self) -> None:
        busy_until = 0.0
        while (item := self._waiting.get()) is not None:
            cue, begun = item
            parts: list[Samples] = []
            if cue.tone is not None:
                parts.append(tone(cue.tone))
                self._output.play(parts[0])  # the tone sounds while the sentence is being made
                self.delays_s.append(time.monotonic() - begun)
            spoken = self._speak(cue.text) if cue.text and self._speak is not None else None
            if spoken is not None:
                if parts:
                    ends = begun + self.delays_s[-1] + len(parts[0]) / RATE + _GAP_S
                    time.sleep(max(0.0, ends - time.monotonic()))
                self._output.play(spoken)
                if not parts:
                    self.delays_s.append(time.monotonic() - begun)
                busy_until = time.monotonic() + len(spoken) / RATE
        time.sleep(max(0.0, min(6.0, busy_until - time.monotonic())))
