"""The state machine of every drill: phases, repetitions, attempts with their reason.

The first phase of a drill is rest. A repetition starts when the second phase's conditions hold, walks forward through
the phases (optional ones may be passed by), and closes when the conditions of rest hold again. It counts when every
phase that is not optional was reached, holds were long enough, and the drill's qualifications are met.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from formcheck.coach.circle import circle_of
from formcheck.coach.faults import FaultWatch, channel_rules, measure_faults
from formcheck.coach.history import RepHistory, evidence_time, take_measures
from formcheck.coach.rules import Extremes, Rates, holds
from formcheck.coach.samples import Samples
from formcheck.coach.stir import SmallMovement, StirWatch
from formcheck.core.measurement import Measurement, Reason
from formcheck.core.results import Fault, PhaseSpan, Rep
from formcheck.core.words import reason_words
from formcheck.exercises.schema import Exercise
from formcheck.exercises.tables import Phase, Qualify

TWITCH = 0.5
"""A movement shorter than this share of the shortest repetition that does not qualify is jitter, not an attempt."""
SEEN = 0.5
"""A repetition whose signal is known for less than this share of its time is not judged: nobody knows what was done."""
APART_S = 1.0
"""Faults of one kind that are less apart are one, seconds."""
BROKEN_OFF = ("unfinished", "lost_sight", "cut")
"""Reasons of movements of which nobody knows how they went on."""


def joined(faults: list[Fault]) -> tuple[Fault, ...]:
    """Return a repetition's faults in order; what comes and goes, as a sway does, is one fault and not a dozen."""
    out: list[Fault] = []
    for fault in sorted(faults, key=lambda f: f.start_s):
        i = next((i for i, f in enumerate(out) if f.code == fault.code and fault.start_s - f.end_s < APART_S), None)
        if i is None:
            out.append(fault)
            continue
        worst = max(out[i], fault, key=lambda f: (f.severity == "fail", abs(f.peak)))
        out[i] = replace(worst, start_s=out[i].start_s, end_s=max(out[i].end_s, fault.end_s))
    return tuple(out)


def came_home(rep: Rep, exercise: Exercise) -> bool:
    """Return whether a movement went back to where it began, instead of breaking off or being ended by a fault."""
    return rep.reason not in {*BROKEN_OFF, *(rule.code for rule in exercise.faults if rule.ends)}


@dataclass
class RepMachine:
    """Runs one drill for one side, moment by moment."""

    exercise: Exercise
    side: str
    view: str
    reps: list[Rep] = field(default_factory=list)
    """Closed repetitions and attempts."""
    phases: list[PhaseSpan] = field(default_factory=list)
    """Every phase passed through, rest included."""

    _phase: int = 0
    _armed: bool = False
    _ended: bool = False
    _stopped: bool = False
    _rest_since: float | None = None
    _phase_start: float | None = None
    _since: dict[int, float] = field(default_factory=dict)
    _rates: Rates = field(default_factory=Rates)
    _extremes: Extremes = field(default_factory=Extremes)
    _history: RepHistory = field(default_factory=RepHistory)
    _watches: list[FaultWatch] = field(default_factory=list)
    _faults: list[Fault] = field(default_factory=list)
    _last_seen: float = -math.inf
    _seen: list[bool] = field(default_factory=list)
    _stir: StirWatch = field(init=False)
    _now: float = 0.0

    def __post_init__(self) -> None:
        """Watch for movements too small to begin a repetition."""
        home_s = self.exercise.phases[0].unfinished_s or 0.0
        self._stir = StirWatch(self.exercise.signal.stir, self.exercise.max_rep_s, home_s)

    @property
    def phase(self) -> Phase:
        """The present phase."""
        return self.exercise.phases[self._phase]

    @property
    def faults_so_far(self) -> tuple[Fault, ...]:
        """The compensations of the repetition in progress, over or not, in order."""
        return (*self._faults, *(fault for watch in self._watches if (fault := watch.so_far)))

    @property
    def phase_start_s(self) -> float | None:
        """When the present phase began, seconds; None before the first moment."""
        return self._phase_start

    def step(self, time_s: float, samples: Samples) -> Rep | None:
        """Take a moment into account; return the repetition or attempt that it closes."""
        self._now = time_s
        if self._phase_start is None:
            self._phase_start = time_s
        self._rates.push(time_s, samples)
        if samples[self.exercise.signal.channel].reason == Reason.CUT:
            return self._cut()
        known = math.isfinite(samples[self.exercise.signal.channel].change)
        if self._phase:
            self._seen.append(known)
        lost = not known and time_s - self._last_seen > self.exercise.lost_s
        if lost and not self.exercise.by_clock:
            self._armed = False  # what is going on when sight comes back began unseen, and is nobody's repetition
        if known:
            self._last_seen = time_s
        elif self._phase and lost:
            return self._close(self._last_seen, "lost_sight", "You were out of sight in the middle of it.")
        else:
            return None
        self._history.samples.append((time_s, samples))
        if self._phase == 0:
            self._trim_rest(time_s)
        else:
            self._extremes.update(samples)
        return self._move(time_s, samples)

    def finish(self) -> Rep | None:
        """End the session; a repetition in progress becomes an attempt, unless only the clock says that it began.

        One that has come home is not in progress, though more might have followed: it is judged for what it was.

        Returns
        -------
        Rep or None
            That attempt, or a movement too small to be a repetition that has just come home.
        """
        rep = None
        if self._phase and not self.exercise.by_clock:
            home_s = self._since.get(0, math.inf)
            if self._now - home_s >= self.exercise.phases[0].sustain_s:
                rep = self._close(home_s)
            else:
                rep = self._close(self._now, "unfinished", "The recording ended in the middle of it.")
        self._end_phase(self._now)
        small = self._stir.finish()
        return rep or (self._attempt(small) if small else None)

    def _cut(self) -> Rep | None:
        """End what is in progress: what comes after a cut is another movement, and may be in the middle of one."""
        rep = None
        if self._phase:
            rep = self._close(self._last_seen, "cut", "The recording is cut in the middle of it.")
        self._armed = False
        self._stopped = self.exercise.by_clock  # nobody knows for how long it went on
        self._history, self._rates = RepHistory(), Rates()
        self._since.clear()
        self._stir.forget()
        return rep

    def _trim_rest(self, time_s: float) -> None:
        """Keep only as much of the rest as a backdated start may need."""
        keep = time_s - 1.0 - max((p.sustain_s for p in self.exercise.phases), default=0.0)
        old = 0
        while self._history.samples[old][0] < keep:
            old += 1
        del self._history.samples[:old]

    def _move(self, time_s: float, samples: Samples) -> Rep | None:
        self._watch(time_s, samples)
        if over := next((w.rule for w in self._watches if w.rule.ends and w.fails), None):
            self._armed, self._ended = False, True
            return self._close(time_s, over.code, over.message)
        if not self._armed:
            self._armed = self._ready(time_s, samples)
            return None
        for target in self._targets():
            if not self._enters(target, samples):
                self._since.pop(target, None)
                continue
            since = self._since.setdefault(target, self._begin(target, time_s))
            if time_s - since < self._sustain_s(target):
                continue
            rep = self._close(since) if target <= self._phase else None
            if target:
                self._enter(target, since, samples)
            return rep
        small = None if self._phase else self._stir.step(time_s, samples[self.exercise.signal.channel])
        return self._attempt(small) if small else None

    def _ready(self, time_s: float, samples: Samples) -> bool:
        """Return whether a repetition may begin.

        A clip may begin in the middle of a movement, which is nobody's repetition. What is left of one that was ended
        is none either, and is over when one has stayed at rest.
        """
        if any(self._enters(target, samples) for target in self._targets()):
            self._rest_since = None
            return False
        if not self._ended:
            return True
        rest = self.exercise.phases[0]
        if not self._enters(0, samples):
            self._rest_since = None
            return False
        self._rest_since = time_s if self._rest_since is None else self._rest_since
        self._ended = time_s - self._rest_since < (rest.unfinished_s or rest.sustain_s)
        return not self._ended

    def _attempt(self, small: SmallMovement) -> Rep:
        """Return the attempt that a movement was which began no repetition; nothing but its size is judged."""
        text = next((q.text for q in self.exercise.qualify if q.reason == "too_small"), "It was too small to count.")
        rep = Rep(
            index=len(self.reps) + 1,
            side=self.side,
            start_s=small.start_s,
            end_s=small.end_s,
            counted=False,
            reason="too_small",
            reason_text=text,
            peak_s=small.peak_s,
            measures=take_measures(self.exercise, RepHistory()),
        )
        self.reps.append(rep)
        return rep

    def _enters(self, target: int, samples: Samples) -> bool:
        phase, signal = self.exercise.phases[target], self.exercise.signal.channel
        if phase.after_s is not None and self._now - (self._phase_start or 0.0) < phase.after_s:
            return False
        return all(holds(c, signal, samples, self._rates, self._extremes) for c in phase.enter)

    def _begin(self, target: int, time_s: float) -> float:
        """Return when the conditions of a phase began to hold: the clock does not wait for the next frame."""
        phase = self.exercise.phases[target]
        if phase.after_s is None or phase.enter or self._phase_start is None:
            return time_s
        return self._phase_start + phase.after_s

    def _sustain_s(self, target: int) -> float:
        """Return for how long the conditions of a phase must hold before it begins."""
        phase = self.exercise.phases[target]
        return phase.sustain_s if phase.unfinished_s is None or self._complete() else phase.unfinished_s

    def _complete(self) -> bool:
        """Return whether every phase has been gone through that must be."""
        done = {self.phase.name, *(p.name for p in self._history.phases)}
        return all(p.optional or p.name in done for p in self.exercise.phases[1:])

    def _targets(self) -> list[int]:
        """Return the phases that may come next: the one after, those behind optional ones, those again, and rest."""
        run_out = self.exercise.by_clock and len(self.reps) >= self.exercise.dose.reps
        if not self._phase and (run_out or self._stopped):
            return []  # the clock has run out, or is not known
        phases = self.exercise.phases
        targets = []
        for i in range(self._phase + 1, len(phases)):
            targets.append(i)
            if not phases[i].optional:
                break
        if not self._phase:
            return targets
        complete = self._complete()
        again = [i for i in range(1, self._phase) if phases[i].again] if complete else []
        home = [0] if complete or phases[0].after_s is None else []  # the clock goes round, it does not turn back
        return [*targets, *again, *home]

    def _enter(self, target: int, since: float, samples: Samples) -> None:
        if self._phase == 0:
            self._history.samples = self._history.between(since, math.inf)
            self._extremes = Extremes()
            for _, past in self._history.samples:
                self._extremes.update(past)
            view_rules = channel_rules(self.exercise, self.view)
            self._watches, self._faults = [FaultWatch(rule) for rule in view_rules], []
            self._seen.clear()
            self._stir.forget()
        self._end_phase(since)
        self._phase, self._phase_start = target, since
        self._since.clear()
        self._extremes.enter_phase(samples)

    def _end_phase(self, time_s: float) -> None:
        if self._phase_start is None:
            return
        span = PhaseSpan(self.phase.name, self._phase_start, time_s)
        self.phases.append(span)
        if self._phase:
            self._history.phases.append(span)

    def _watch(self, time_s: float, samples: Samples) -> None:
        if not self._phase:
            return
        for watch in self._watches:
            during = watch.rule.during
            fault = (
                watch.close() if during and self.phase.name not in during else watch.step(time_s, samples, self._rates)
            )
            if fault:
                self._faults.append(fault)

    def _close(self, end_s: float, reason: str | None = None, text: str | None = None) -> Rep | None:
        self._end_phase(end_s)
        self._faults += [fault for watch in self._watches if (fault := watch.close())]
        start = self._history.phases[0].start_s
        peak_s = self._history.peak_time(self.exercise.signal.channel)
        circle, of_circle = circle_of(self.exercise.circle, self._history.samples, end_s - start)
        measures = take_measures(self.exercise, self._history, of_circle)
        broken_off = reason in BROKEN_OFF
        ended = reason is not None and not broken_off  # by a fault
        if broken_off:  # on the way out of sight, or leaving as the recording ends
            self._faults = []
        if reason is None:  # what broke off has no results that could be a fault
            found = measure_faults(self.exercise, self.view, measures, start, end_s, peak_s)
            self._faults += [self._at_its_moment(fault) for fault in found]
            reason, text = self._disqualification(end_s - start, measures)
        twitch = not ended and reason not in (None, "too_fast") and end_s - start < TWITCH * self.exercise.min_rep_s
        if broken_off:  # getting up, mostly: nobody knows that it was to be a repetition
            twitch = twitch or any(q.reason == "too_small" for q in self._unmet(measures))
        rep = Rep(
            index=len(self.reps) + 1,
            side=self.side,
            start_s=start,
            end_s=end_s,
            counted=reason is None,
            reason=reason,
            reason_text=text,
            peak_s=peak_s,
            phases=tuple(self._history.phases),
            measures=measures,
            faults=joined(self._faults),
            circle=circle,
        )
        if not twitch:
            self.reps.append(rep)
        self._phase, self._phase_start = 0, end_s
        self._since.clear()
        self._history, self._faults, self._watches = RepHistory(self._history.between(end_s, math.inf)), [], []
        return None if twitch else rep

    def _at_its_moment(self, fault: Fault) -> Fault:
        """Return a fault of a result with the moment at which that result shows best."""
        measure = next(m for m in self.exercise.measures if m.name == fault.channel)
        time_s = evidence_time(measure, self._history)
        return fault if time_s is None else replace(fault, evidence_s=time_s)

    def _unmet(self, measures: dict[str, Measurement]) -> list[Qualify]:
        """Return what a repetition needs and has been measured not to have."""
        return [q for q in self.exercise.qualify if not q.met_by(measures[q.measure].value, unknown=True)]

    def _disqualification(self, duration_s: float, measures: dict[str, Measurement]) -> tuple[str | None, str | None]:
        """Return why the repetition does not count, or (None, None)."""
        if sum(self._seen) < SEEN * len(self._seen):
            return "poorly_seen", "You could not be seen well enough to tell what was done."
        if unmet := self._unmet(measures):
            return unmet[0].reason, unmet[0].text
        reached = {p.name for p in self._history.phases}
        for phase in self.exercise.phases[1:]:
            if not phase.optional and phase.name not in reached:
                text = phase.missed_text or f"It never got to: {phase.label}."
                return phase.missed_reason or f"no_{phase.name}", text
        for q in self.exercise.qualify:
            if not q.met_by(measures[q.measure].value, unknown=q.or_unknown):
                why = reason_words(measures[q.measure].reason or "").what
                return "not_measured", f"What must be reached could not be measured: {why}."
        if duration_s < self.exercise.min_rep_s:
            return "too_fast", "It was over too quickly to be controlled."
        if duration_s > self.exercise.max_rep_s:
            return "too_slow", "It took too long to be one repetition."
        signal = self.exercise.signal.channel
        path = [(t, c) for t, at in self._history.samples if math.isfinite(c := at[signal].change)]
        for phase in self.exercise.phases:
            held = self._history.held_s(phase.name, path) if phase.min_hold_s and phase.name in reached else None
            if held is not None and held < phase.min_hold_s:
                return "hold_too_short", f"The hold lasted {held:.1f} s; less than {phase.min_hold_s:g} s is none."
        spoiled = {f.code for f in self.exercise.faults if f.spoils}
        for fault in self._faults:
            if fault.severity == "fail" and fault.code in spoiled:
                return fault.code, fault.message
        return None, None
