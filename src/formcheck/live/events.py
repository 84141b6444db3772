"""What happens in a live session, as records: shown, spoken about, and written to the recording."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, Literal

from formcheck.coach.cues import Tone
from formcheck.core.results import Rep, Severity
from formcheck.live.state import Stage


@dataclass(frozen=True, slots=True)
class StageChanged:
    """The session went from one stage to another."""

    time_s: float
    stage: Stage
    reason: str


@dataclass(frozen=True, slots=True)
class SetBegan:
    """The neutral pose is known: repetitions count from now on."""

    time_s: float
    set_index: int
    """From 1."""
    exercise: str
    side: str
    baseline_start_s: float
    baseline_end_s: float


@dataclass(frozen=True, slots=True)
class NeutralMoved:
    """A repetition came home to another neutral pose, none to the one so far: the set is measured from the new one."""

    time_s: float
    baseline_start_s: float
    baseline_end_s: float


@dataclass(frozen=True, slots=True)
class SetEnded:
    """A set is over."""

    time_s: float
    set_index: int
    exercise: str
    side: str
    counted: int
    attempts: int
    why: Literal["complete", "enough", "skipped", "ended", "left", "sat_up", "pain"]


@dataclass(frozen=True, slots=True)
class PhaseBegan:
    """The drill went on to another phase."""

    time_s: float
    phase: str
    label: str


@dataclass(frozen=True, slots=True)
class RepEnded:
    """A repetition or an attempt is over. Judged a moment (`judge.LAG_S`) after it ended."""

    time_s: float
    rep: Rep
    counted: int
    """How many count now."""


@dataclass(frozen=True, slots=True)
class FaultSeen:
    """A compensation has lasted long enough to be one, or got worse."""

    time_s: float
    code: str
    severity: Severity
    cue: str


@dataclass(frozen=True, slots=True)
class HoldReached:
    """The end position was held for as long as the dose asks."""

    time_s: float
    held_s: float


@dataclass(frozen=True, slots=True)
class PainReported:
    """The person said that it hurts."""

    time_s: float
    exercise: str
    side: str
    phase: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The set waits."""

    time_s: float
    why: Literal["asked", "left", "left_place", "sat_up", "source"]


@dataclass(frozen=True, slots=True)
class Resumed:
    """It goes on."""

    time_s: float


@dataclass(frozen=True, slots=True)
class SourceLost:
    """The camera gives no more pictures."""

    time_s: float


@dataclass(frozen=True, slots=True)
class SourceBack:
    """The camera gives pictures again."""

    time_s: float
    gone_s: float


@dataclass(frozen=True, slots=True)
class VideoBegan:
    """The first picture of the recorded video, where one was asked for."""

    time_s: float


@dataclass(frozen=True, slots=True)
class CueSaid:
    """What the person hears: a tone, a sentence, or a tone and then a sentence. Never two at once."""

    time_s: float
    key: str
    """What it is about: a word's key as in the language files, or `fault:<code>`."""
    text: str
    """The sentence in the person's language; empty: a tone only."""
    tone: Tone | None
    lasts_s: float
    """How long it takes at most, seconds; nothing else is said before, unless that cuts it short."""
    importance: str
    """`pain`, `flow`, `fail`, `count`, `warn`, `setup`, `praise` or `hint`."""
    cuts: bool = False
    """Whether it cuts short what is being said."""


Event = (
    StageChanged
    | SetBegan
    | NeutralMoved
    | SetEnded
    | PhaseBegan
    | RepEnded
    | FaultSeen
    | HoldReached
    | PainReported
    | Paused
    | Resumed
    | SourceLost
    | SourceBack
    | VideoBegan
    | CueSaid
)


def to_json(record: Any) -> Any:
    """Return a record as plain lists, dictionaries and numbers; an event names its kind under `event`."""
    if is_dataclass(record) and not isinstance(record, type):
        out = {f.name: to_json(getattr(record, f.name)) for f in fields(record)}
        return {"event": type(record).__name__, **out} if isinstance(record, Event) else out
    if isinstance(record, Enum):
        return record.value
    if isinstance(record, dict):
        return {str(key): to_json(value) for key, value in record.items()}
    if isinstance(record, list | tuple):
        return [to_json(value) for value in record]
    return record
