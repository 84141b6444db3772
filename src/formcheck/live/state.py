"""What every front end shows of a live session: one snapshot, plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formcheck.core.measurement import Measurement
from formcheck.core.pose import Pose
from formcheck.core.results import Rep, Severity

Stage = Literal["no_person", "positioning", "baseline", "exercising", "resting", "done"]
"""Where the session is. `no_person`: nobody to be seen, or the person left (the set is paused). `positioning`: somebody
is there, something about place or camera is not right yet. `baseline`: hold still. `exercising`: repetitions count.
`resting`: between sets, or paused. `done`: over."""

CheckName = Literal["person", "alone", "whole", "distance", "light", "position", "view", "elevation"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be right before a set can begin."""

    name: CheckName
    """What is checked."""

    label: str
    """The same in the person's language, two or three words."""

    ok: bool | None
    """None: cannot be told yet."""

    advice: str = ""
    """What to do, one short sentence; empty when it is right."""


@dataclass(frozen=True, slots=True)
class Signal:
    """The drill's one quantity, now."""

    label: str
    """What it is called."""

    measured: Measurement
    """Value ± sigma, or the reason why there is none. The change from the neutral pose."""

    text: str
    """The same in the person's words."""

    low: float | None
    """Target band: from here on a repetition counts; None when the drill has no such limit."""

    high: float | None
    """Upper end of the scale that is drawn: the largest so far, never a goal."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A ring that fills: a hold, a breath, a rest, a countdown."""

    kind: Literal["hold", "breath", "rest", "countdown", "end"]
    """What it times. `end`: when it is full the session ends."""

    label: str
    """What the person reads: `Hold`, `Breathe in`, `Rest`."""

    done_s: float
    """Seconds so far."""

    of_s: float
    """Seconds in all."""

    inwards: bool = True
    """Of a breath: in, or out."""


@dataclass(frozen=True, slots=True)
class FaultBanner:
    """A compensation that was just seen."""

    code: str
    """Fault code as in the drill file."""

    label: str
    """What it is called."""

    cue: str
    """What to do."""

    severity: Severity
    """advice, warn or fail."""


@dataclass(frozen=True, slots=True)
class LiveState:
    """Everything that a window or a page shows. Never changed; each step gives a new one."""

    time_s: float
    """Session time, seconds."""

    stage: Stage
    """Where the session is."""

    reason: str
    """Why it is there, in plain words."""

    exercise: str
    """Drill id."""

    exercise_name: str
    """Drill name."""

    side: str
    """left, right or both."""

    set_index: int
    """Which set of the session, from 1."""

    sets: int
    """Sets of the session."""

    target: int
    """Repetitions of this set."""

    clock_s: float = 0.0
    """How long the programme is to take, seconds; 0 without one."""

    counted: int = 0
    """Repetitions so far that count."""

    attempts: int = 0
    """Movements so far that did not."""

    phase: str = ""
    """Name of the phase as in the drill file; empty while nothing is judged."""

    phase_label: str = ""
    """The same as the person reads it."""

    signal: Signal | None = None
    """The drill's quantity now; None while nothing is judged."""

    timer: Timer | None = None
    """What is being timed."""

    breath: Timer | None = None
    """Breathing in or out, in a long hold."""

    banner: FaultBanner | None = None
    """The latest compensation, for a few seconds."""

    last_rep: Rep | None = None
    """The repetition or attempt that ended last."""

    last_rep_text: str = ""
    """What is said about it."""

    checks: tuple[Check, ...] = ()
    """The set-up checks, while they matter."""

    spoken: str = ""
    """What is being said, for those who read."""

    instruction: str = ""
    """The one thing to do now, one short sentence."""

    paused: bool = False
    """Whether the set waits: by key, because the person left, or because the picture is gone."""

    source_lost: bool = False
    """Whether the camera has gone and is being looked for."""

    pain: bool = False
    """Whether pain was reported; the session is over then."""

    pose: Pose | None = None
    """The landmarks that this is about, for drawing; None when nobody is there."""
