"""What the person hears next: one cue at a time, the most important first, and never the same again at once.

Pure: it is offered cues and told the time; it answers with the one to be said now. A person who hears two things at
once, or the same thing every second, follows neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Literal

Tone = Literal["rep", "attempt", "hold", "fault", "tick", "go", "end"]
"""Short sounds. `rep`: counted; `attempt`: not counted; `hold`: held for long enough; `fault`: a compensation; `tick`
and `go`: countdown; `end`: the set is over."""

APART_S: Final = 1.0
"""Cues begin at least this far apart, seconds."""
AGAIN_S: Final = 6.0
"""The same cue is not said again within this, seconds."""
TONE_S: Final = 0.25
"""Longest tone, seconds."""
_PAUSE_S: Final = 0.15  # between a tone and its sentence, and after a sentence
_LETTER_S: Final = 0.062  # a calm voice: 160 words a minute
_FAST_S: Final = 0.35  # shortest sentence


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
        """How long it takes to say, about, seconds."""
        tone = TONE_S if self.tone else 0.0
        if not self.text:
            return tone
        return tone + (_PAUSE_S if tone else 0.0) + max(_FAST_S, _LETTER_S * len(self.text)) + _PAUSE_S


@dataclass
class Cues:
    """The cues that wait, and those that were said."""

    _waiting: list[tuple[float, Cue]] = field(default_factory=list)
    _said: dict[str, float] = field(default_factory=dict)
    _last_s: float = -1e9
    _busy_until_s: float = -1e9

    def offer(self, cue: Cue, now_s: float) -> None:
        """Let a cue wait for its turn; a newer one about the same takes the place of the older."""
        self._waiting = [(t, c) for t, c in self._waiting if c.key != cue.key]
        self._waiting.append((now_s, cue))

    def drop(self, importance: Importance) -> None:
        """Forget what waits and is not more important than this: a new stage makes old advice wrong."""
        self._waiting = [(t, c) for t, c in self._waiting if c.importance > importance]

    def next(self, now_s: float) -> Cue | None:
        """Return the cue to be said now, if any."""
        self._waiting = [(t, c) for t, c in self._waiting if now_s - t <= c.valid_s]
        ready = [c for _, c in self._waiting if now_s - self._said.get(c.key, -1e9) >= AGAIN_S]
        if not ready:
            return None
        cue = max(ready, key=lambda c: c.importance)
        quiet = now_s >= self._busy_until_s and now_s - self._last_s >= APART_S
        if not quiet and cue.importance is not Importance.PAIN:
            return None
        self._waiting = [(t, c) for t, c in self._waiting if c is not cue]
        self._said[cue.key], self._last_s = now_s, now_s
        self._busy_until_s = now_s + cue.lasts_s
        return cue
