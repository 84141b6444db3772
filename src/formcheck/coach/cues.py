"""What the person hears next: one cue at a time, the most important first, and never the same again at once.

Pure: it is offered cues and told the time; it answers with the one to be said now. A person who hears two things at
once, or the same thing every second, follows neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise
from typing import Final, Literal

Tone = Literal["rep", "attempt", "hold", "fault", "tick", "go", "end"]
"""Short sounds. `rep`: counted; `attempt`: not counted; `hold`: held for long enough; `fault`: a compensation; `tick`
and `go`: countdown; `end`: the set is over."""

APART_S: Final = 1.0
"""Cues begin at least this far apart, seconds."""
AGAIN_S: Final = 6.0
"""The same cue is not said again within this, seconds."""
TONES_S: Final[dict[Tone, float]] = {
    "rep": 0.12,
    "attempt": 0.14,
    "hold": 0.23,
    "fault": 0.24,
    "tick": 0.06,
    "go": 0.23,
    "end": 0.24,
}
"""How long each tone is, seconds."""
GAP_S: Final = 0.1
"""Between a tone and its sentence, and after a sentence, seconds."""


class Importance(IntEnum):
    """What goes first."""

    HINT = 10
    """Breath, seconds of a hold."""
    PRAISE = 20
    SETUP = 30
    """What to change about place or camera."""
    WARN = 40
    """A compensation worth a word."""
    COUNT = 50
    """A repetition, a hold, the countdown."""
    FAIL = 60
    """A compensation that spoils the repetition."""
    FLOW = 70
    """What comes next: the set is over, switch sides, the camera is gone."""
    PAIN = 100
    """Stops what is being said."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Something to be heard."""

    key: str
    """What it is about; the same key is not said again for a while."""

    text: str
    """The sentence; empty: the tone only."""

    importance: Importance
    """What goes first."""

    tone: Tone | None = None
    """Sounds before the sentence."""

    valid_s: float = 2.0
    """It is not worth saying any more after this, seconds."""

    @property
    def lasts_s(self) -> float:
        """How long it takes to say, at most, seconds."""
        tone = TONES_S[self.tone] if self.tone else 0.0
        if not self.text:
            return tone
        return tone + (GAP_S if tone else 0.0) + spoken_s(self.text) + GAP_S


def spoken_s(text: str) -> float:
    """Return how long a sentence takes a calm voice (165 words a minute), at most, seconds.

    Letters, words, pauses and digits, fitted to what espeak-ng takes for the sentences of the language files and drills
    and raised until all but six of 330 were shorter (those by up to 0.13 s).
    """
    digits = sum(c.isdigit() for c in text)
    letters = sum(c.isalpha() for c in text)
    stops = sum(a in ".:;!?" and b == " " for a, b in pairwise(text))
    return 0.25 + 0.054 * letters + 0.06 * len(text.split()) + 0.45 * (digits + stops) + 0.3 * text.count(",")


@dataclass
class Cues:
    """The cues that wait, and those that were said."""

    _waiting: list[tuple[float, Cue]] = field(default_factory=list)
    _said: dict[str, float] = field(default_factory=dict)
    _last_s: float = -1e9
    _busy_until_s: float = -1e9
    _saying: Importance = Importance.HINT
    cuts: bool = False
    """Whether the cue that was answered last cuts short the one before: pain any, what happens now what prepares."""

    def offer(self, cue: Cue, now_s: float) -> None:
        """Let a cue wait for its turn; a newer one about the same takes the place of the older."""
        self._waiting = [(t, c) for t, c in self._waiting if c.key != cue.key]
        self._waiting.append((now_s, cue))

    def drop(self, importance: Importance) -> None:
        """Forget what waits and is not more important than this: a new stage makes old advice wrong."""
        self._waiting = [(t, c) for t, c in self._waiting if c.importance > importance]

    def said_since(self, key: str, since_s: float) -> bool:
        """Return whether a cue was said at or after a moment."""
        return self._said.get(key, -1e9) >= since_s

    def next(self, now_s: float) -> Cue | None:
        """Return the cue to be said now, if any."""
        self._waiting = [(t, c) for t, c in self._waiting if now_s - t <= c.valid_s]
        ready = [c for _, c in self._waiting if now_s - self._said.get(c.key, -1e9) >= AGAIN_S]
        if not ready:
            return None
        cue = max(ready, key=lambda c: c.importance)
        self.cuts = now_s < self._busy_until_s
        if cue.importance is not Importance.PAIN:
            hurried = cue.importance >= Importance.COUNT and self._saying <= Importance.SETUP
            if now_s - self._last_s < APART_S or (self.cuts and not hurried):
                return None
        self._saying = cue.importance
        self._waiting = [(t, c) for t, c in self._waiting if c is not cue]
        self._said[cue.key], self._last_s = now_s, now_s
        self._busy_until_s = now_s + cue.lasts_s
        return cue
