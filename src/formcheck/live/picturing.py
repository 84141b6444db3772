"""The snapshot that front ends show, from what the engine knows."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from formcheck.coach.language import Language
from formcheck.core.pose import Pose
from formcheck.core.results import Rep, Severity
from formcheck.core.words import channel_words
from formcheck.exercises.names import parse_channel
from formcheck.exercises.schema import Exercise
from formcheck.exercises.tables import FaultRule, Phase
from formcheck.live.events import CueSaid
from formcheck.live.flow import COUNT_S, Flow
from formcheck.live.judge import Moment
from formcheck.live.plan import PlannedSet
from formcheck.live.state import Check, FaultBanner, LiveState, Signal, Timer
from formcheck.live.wording import drill_name, measured_text, next_text, place_text, why_not

BANNER_S: Final = 3.0
"""How long a compensation is shown, seconds."""
REP_TEXT_S: Final = 3.0
"""How long the verdict on a repetition is shown, seconds."""
LONG_HOLD_S: Final = 6.0
"""From here on only every fifth second of a hold is counted, and the last three; and breaths are timed."""
BREATH_S: Final = 4.0
"""A breath in, and a breath out, seconds."""
CLEARLY_SMALLER: Final = 0.9
"""A repetition is smaller than one before when it reaches less than this share of it."""


@dataclass
class SetView:
    """What has happened in the present set."""

    counted: int = 0
    attempts: int = 0
    last: Rep | None = None
    last_s: float = -1e9
    largest: float | None = None
    """Largest change of the signal in a repetition so far."""
    clean_in_a_row: int = 0
    smaller_and_clean: bool = False
    """Whether the last repetition counts, is without compensations, and smaller than one that was not."""
    held_until: float = -1.0
    """How long the present hold is, as far as it was looked at, seconds."""
    told: set[str] = field(default_factory=set)
    """What was said of the countdown."""
    banner: FaultBanner | None = None
    banner_s: float = -1e9
    _spoiled: float | None = None

    def add(self, rep: Rep, now: float) -> None:
        """Take a repetition or an attempt into account."""
        self.last, self.last_s = rep, now
        size = _size(rep)
        faulty = any(f.severity != "advice" for f in rep.faults)
        clean = rep.counted and not faulty
        self.counted += rep.counted
        self.attempts += not rep.counted
        self.clean_in_a_row = self.clean_in_a_row + 1 if clean else 0
        spoiled = self._spoiled
        self.smaller_and_clean = bool(clean and spoiled and size and size < CLEARLY_SMALLER * spoiled)
        if faulty and size is not None:
            self._spoiled = size
        elif clean:
            self._spoiled = None
        if rep.counted and size is not None:
            self.largest = max(size, self.largest or size)

    def forget_reps(self) -> None:
        """Begin the set again."""
        self.counted = self.attempts = self.clean_in_a_row = 0
        self.last, self._spoiled, self.largest = None, None, None

    def begin_phase(self) -> None:
        """Forget how long was held."""
        self.held_until = -1.0

    def show_fault(self, words: Language, rule: FaultRule, severity: Severity, now: float) -> None:
        """Show a compensation for a while, in the person's language."""
        label, cue = (words.of_drill(text, "") for text in (rule.label, rule.cue))
        self.banner, self.banner_s = FaultBanner(rule.code, label, cue, severity), now


def _size(rep: Rep) -> float | None:
    """Return how large a movement was: its first measured result."""
    known = [m.value for m in rep.measures.values() if m.value is not None]
    return abs(known[0]) if known else None


def timed_s(exercise: Exercise, phase: Phase) -> float | None:
    """Return after which time the clock ends a phase, seconds; None where it does not.

    The rest of a drill that goes by the clock is one of its phases, and comes after the last.
    """
    phases = exercise.phases
    index = phases.index(phase)
    if exercise.by_clock:
        return phases[(index + 1) % len(phases)].after_s
    return phases[index + 1].after_s if 0 < index < len(phases) - 1 else None


def hold_s(planned: PlannedSet, phase: Phase) -> float | None:
    """Return how long a phase is to be held, seconds; None where it is none to be held.

    A phase after which another begins by the clock lasts until then, one that is called a hold for the dose's time.
    """
    if (timed := timed_s(planned.exercise, phase)) is not None:
        return timed
    named = "hold" in phase.name.split("_")
    return planned.hold_s if named and planned.hold_s > 0 else None


def target_of(exercise: Exercise) -> float | None:
    """Return from where on a movement counts, in the signal's unit; None where the drill does not say."""
    for q in exercise.qualify:
        measure = next(m for m in exercise.measures if m.name == q.measure)
        if measure.channel == exercise.signal.channel and measure.of == "change" and measure.take == "peak":
            return q.above
    return None


def state_of(
    now: float,
    flow: Flow,
    words: Language,
    done: SetView,
    *,
    moment: Moment | None,
    pose: Pose | None,
    checks: tuple[Check, ...],
    wrong: Check | None,
    still_s: float,
    spoken: CueSaid | None,
    source_lost: bool,
    pain: bool,
) -> LiveState:
    """Return the snapshot of a moment."""
    planned = flow.current
    drill = planned.exercise
    phase = next((p for p in drill.phases if moment is not None and p.name == moment.phase), None)
    timer, breath = _timers(now, flow, words, moment, phase, still_s)
    talking = spoken is not None and now - spoken.time_s < max(spoken.lasts_s, 1.5)
    recent = now - done.last_s < REP_TEXT_S
    reason = words.say("reason", flow.reason)
    return LiveState(
        time_s=now,
        stage=flow.stage,
        reason=reason,
        exercise=drill.id,
        exercise_name=drill_name(words, drill),
        side=planned.side,
        set_index=flow.index + 1,
        sets=len(flow.plan),
        target=planned.reps,
        clock_s=planned.clock_s,
        counted=done.counted,
        attempts=done.attempts,
        phase=phase.name if phase else "",
        phase_label=words.of_drill(phase.label, phase.label) if phase else "",
        signal=_signal(drill, done, moment, words) if moment is not None else None,
        timer=timer,
        breath=breath,
        banner=done.banner if now - done.banner_s < BANNER_S else None,
        last_rep=done.last,
        last_rep_text=_verdict(drill, done.last, words) if recent and done.last is not None else "",
        checks=checks,
        spoken=spoken.text if talking and spoken is not None else "",
        instruction=_instruction(flow, words, wrong, phase, reason),
        paused=flow.in_set and flow.stage != "exercising",
        source_lost=source_lost,
        pain=pain,
        pose=pose,
    )


def _instruction(flow: Flow, words: Language, wrong: Check | None, phase: Phase | None, reason: str) -> str:
    if flow.stage == "positioning":
        return wrong.advice if wrong is not None else words.say("reason", "look")
    if flow.stage == "exercising" and phase is not None:
        return words.of_drill(phase.label, phase.label)
    if flow.stage == "no_person" and flow.reason == "nobody":
        return place_text(words, flow.current.exercise)
    if flow.stage == "resting" and flow.reason in ("rest", "switch"):
        return next_text(words, flow.current, flow.reason)
    return reason


def _verdict(drill: Exercise, rep: Rep, words: Language) -> str:
    if rep.counted:
        return words.say("screen", "counted")
    return why_not(words, drill, rep) or words.say("say", "not_counted")


def _signal(drill: Exercise, done: SetView, moment: Moment, words: Language) -> Signal:
    parsed = parse_channel(drill.signal.channel)
    label = channel_words(parsed.base if parsed else drill.signal.channel)
    text = measured_text(words, moment.change)
    return Signal(words.of_drill(label, label), moment.change, text, target_of(drill), done.largest)


def _timers(
    now: float, flow: Flow, words: Language, moment: Moment | None, phase: Phase | None, still_s: float
) -> tuple[Timer | None, Timer | None]:
    if flow.stage == "resting" and flow.rest_s:
        ends = flow.reason == "sat_up"
        label = words.say("timer", "ends" if ends else "rest")
        return Timer("end" if ends else "rest", label, min(now - flow.since_s, flow.rest_s), flow.rest_s), None
    if flow.stage == "baseline":
        return Timer("countdown", words.say("timer", "ready"), still_s, COUNT_S), None
    if flow.stage != "exercising" or moment is None or phase is None:
        return None, None
    of_s = hold_s(flow.current, phase)
    if of_s is None:
        return None, None
    held = moment.time_s - moment.phase_start_s
    timer = Timer("hold", words.of_drill(phase.label, words.say("timer", "hold")), min(held, of_s), of_s)
    if of_s < LONG_HOLD_S or held >= of_s:
        return timer, None
    breath = math.floor(held / BREATH_S)
    label = words.say("timer", "breathe_in" if breath % 2 == 0 else "breathe_out")
    return timer, Timer("breath", label, held - breath * BREATH_S, BREATH_S, breath % 2 == 0)
