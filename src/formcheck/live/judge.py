"""The whole-clip pipeline of `formcheck.session`, one pose at a time.

What is the same: finding the neutral pose, its view and its fit, the channels, their filter, the drill's rules and the
state machine are the same functions. What a live session cannot do, and does instead:

=================== ============================== ===================================================================
step                a whole clip                   live
=================== ============================== ===================================================================
neutral pose        the least moving stretch, if   waits until the person is still in the drill's position
                    nobody is ever still
a later one         if none that counts comes      the same, one at a time, until anything has come home
                    home to the first
frames before it    judged as well                 not judged
start of the fit    between fitted neighbours      the frame before; every eighth frame the rest pose as well
filter              without delay, whole clip      the same filter on the last second, read `LAG_S` ago
out of place        from the moment it begins      once it has lasted for `place.MIN_SPAN_S`
legs of a mean      seen in most of the clip       seen in most of the time until the neutral pose was known
body's constants    medians over the clip          medians until the neutral pose was known
after a cut         is camera or person elsewhere, is the person out of place, the set waits, and
                    that take is not judged        the neutral pose is taken again
=================== ============================== ===================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.coach.machine import RepMachine, came_home
from formcheck.coach.samples import SideView, drill_channels, sources
from formcheck.core.measurement import Channels, Measurement, Reason
from formcheck.core.pose import FloatArray, Pose, PoseTrack
from formcheck.core.results import Fault, Rep
from formcheck.exercises.schema import Exercise
from formcheck.exercises.viewcheck import view_problem
from formcheck.live.past import Past
from formcheck.live.search import Neutral, OtherStill, Search
from formcheck.measure.baseline import BaselineSpan, neutral_value
from formcheck.measure.body import BodyContext, body_context
from formcheck.measure.compute import compute_channels
from formcheck.measure.cuts import CutWatch, settling_after
from formcheck.measure.engine import ClipFit, Tie, tie_to
from formcheck.measure.filters import OneEuro, smooth_channels
from formcheck.measure.fit import FitTrack, FrameFitter
from formcheck.measure.place import MIN_SPAN_S, place_of
from formcheck.measure.posture import LYING
from formcheck.measure.view import ViewFinding, view_of_lying
from formcheck.pose.sides import SideWatch, settle_pose
from formcheck.session import measured_by, only_where

LAG_S: Final = 0.12
"""How long after a frame it is judged, seconds: the filter's impulse response has died down by then."""
WINDOW: Final = 1.0
"""How much of the past the filter sees, seconds."""
TRIES: Final = 3
"""So many other still stretches are tried as neutral pose in a set at most: each costs as much as the first."""
RIVAL_EVERY_S: Final = 1.0
"""How often another neutral pose is tried out on the poses since: many at once cost a tenth of one at a time."""
_AGAIN: Final = 8  # every so many frames the fit also starts from the rest pose, as in a whole clip


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known after a pose."""

    time_s: float
    """Time of the pose."""

    change: Measurement
    """The drill's signal now, as the change from the neutral pose, lightly filtered."""

    phase: str
    """Name of the drill's phase, judged `LAG_S` ago."""

    phase_start_s: float
    """When it began."""

    reps: tuple[Rep, ...] = ()
    """Repetitions and attempts that have just been judged."""

    faults: tuple[Fault, ...] = ()
    """Compensations that have just become such, or worse."""

    away: bool = False
    """Whether the person has left the place or position of the neutral pose."""


class CausalJudge:
    """Judges one set: waits for the neutral pose, then measures and judges every pose.

    Parameters
    ----------
    exercise
        The drill.
    side
        left, right or both.
    image_size
        Width and height of the frames, pixels.
    """

    def __init__(self, exercise: Exercise, side: str, image_size: tuple[int, int]) -> None:
        self.exercise, self.side = exercise, side
        self.search = Search(exercise, image_size)
        self.neutral: Neutral | None = None
        """The neutral pose; None until it is known."""
        self.problem: str | None = None
        """Why the drill cannot be judged from where the camera stands, in plain words."""
        self._size = image_size
        self._names = tuple(dict.fromkeys(s for name in drill_channels(exercise) for s in sources(name, side)))
        self._followed: _Followed | None = None
        self._others: OtherStill | None = None
        self._rival: _Followed | None = None
        self._rival_waits: list[Pose] = []
        self._tries = 0
        self._lies = exercise.position in LYING
        self._sides = SideWatch()
        self._takes = CutWatch()
        self._cuts_s: list[float] = []

    @property
    def reps(self) -> tuple[Rep, ...]:
        """Repetitions and attempts so far."""
        return tuple(self._followed.reps) if self._followed is not None else ()

    def push(self, pose: Pose) -> Moment | None:
        """Take the next pose; None while the neutral pose is not known."""
        pose = settle_pose(pose, self._lies, self._sides)
        if self._takes.is_cut(pose):
            self._cuts_s.append(pose.time_s)
        if self._followed is not None:
            moment = self._followed.push([pose])
            return moment if self._others is None else self._compare(moment, pose)
        found = self.search.push(pose)
        if found is None:
            return None
        track, span = found
        view = self.search.view
        assert view is not None  # a stretch that was found has one
        still = track.between(span.start, span.stop)
        tie = tie_to(still, str(measured_by(self.exercise)["position"]), view)
        if tie is not None and view.lying and still.refined.any():
            view = view_of_lying(tie.rest)
            self.search.view = view
        self.problem = view_problem(self.exercise, view)
        if self.problem is not None:
            self.search.forget(float(still.time_s[-1]))
            return None
        self._followed = self._follow(track, span, view, tie)
        self.neutral = self._followed.neutral
        if not self.exercise.by_clock:
            self._others = OtherStill(self.exercise, self._size, still)
        return self._followed.moment

    def _follow(self, track: PoseTrack, span: BaselineSpan, view: ViewFinding, tie: Tie | None) -> _Followed:
        still = track.between(span.start, span.stop)
        neutral = Neutral(float(still.time_s[0]), float(still.time_s[-1]), view, place_of(still, view))
        return _Followed(self, track, span, neutral, tie)

    def _compare(self, moment: Moment, pose: Pose) -> Moment:
        """Try a later still stretch as neutral pose until a repetition has come home, and go on with the one it did.

        People stop on the way into position, and nothing ever comes home to that stop. A stretch in which the person
        seems to rest wherever they are gives way to the next.
        """
        assert self._followed is not None
        assert self._others is not None
        assert self.neutral is not None
        if self._followed.came_home:
            self._others = self._rival = None
            return moment
        found = self._others.push(pose) if self._tries < TRIES and not moment.away else None
        if self._rival is not None:
            self._rival_waits.append(pose)
            if found is None and pose.time_s - self._rival_waits[0].time_s < RIVAL_EVERY_S:
                return moment
            other = self._rival.push(self._rival_waits)
            self._rival_waits = []
            if any(rep.counted for rep in other.reps):
                self._followed, self._others, self._rival = self._rival, None, None
                self.neutral = self._followed.neutral
                return other
            resting = other.phase == self.exercise.phases[0].name
            if found is None if resting else other.time_s - self._rival.left_s < self.exercise.max_rep_s:
                return moment
            self._rival = None
        if found is not None:
            track, span = found
            self._tries += 1
            self._others.leave_out(track, span)
            position = str(measured_by(self.exercise)["position"])
            tie = tie_to(track.between(span.start, span.stop), position, self.neutral.view)
            self._rival = self._follow(track, span, self.neutral.view, tie)
        return moment

    def finish(self) -> tuple[Rep, ...]:
        """End the set; return what is judged of the last moments. A repetition in progress becomes an attempt."""
        return self._followed.finish() if self._followed is not None else ()


class _Followed:
    """Everything after the neutral pose."""

    def __init__(
        self, judge: CausalJudge, track: PoseTrack, span: BaselineSpan, neutral: Neutral, tie: Tie | None
    ) -> None:
        self._judge, self.neutral, self._tie = judge, neutral, tie
        self.reps: list[Rep] = []
        """Repetitions and attempts so far."""
        self.left_s = neutral.end_s
        """When rest was left last, seconds."""
        self._names = judge._names
        lead = max(0, span.start - 8)  # for the filter
        track = track.between(lead, len(track))
        span = BaselineSpan(span.start - lead, span.stop - lead, still=True)
        self._person: BodyContext = body_context(track, neutral.view)
        self._fitter = FrameFitter(tie.rest, track.image_size) if tie is not None else None
        self._before: FloatArray | None = None
        self._count = 0
        raw = self._measure(track)
        smooth = smooth_channels(raw, track.time_s)
        self._zero = {name: neutral_value(series, span) for name, series in smooth.items()}
        self._sources = SideView(judge.exercise, judge.side, smooth, self._zero).sources
        self._machine = RepMachine(judge.exercise, judge.side, neutral.view.view)
        self._filter = OneEuro(min_cutoff_hz=1.5, beta=0.05 if judge.exercise.signal.unit == "deg" else 3.0)
        self._past = Past(raw)
        self._judged_s = float(track.time_s[span.start]) - 1e-9
        self._told: dict[str, str] = {}
        self._away_since: float | None = None
        self._away = False
        self.moment = self._take(track, raw)

    def push(self, poses: list[Pose]) -> Moment:
        """Measure and judge further poses."""
        track = PoseTrack.from_poses(poses, self._judge._size)
        self.moment = self._take(track, self._measure(track))
        return self.moment

    def _measure(self, track: PoseTrack) -> Channels:
        raw = compute_channels(track, self._names, self.neutral.view, self._fit(track), self._person)
        settling = settling_after(track.time_s, self._judge._cuts_s)
        return only_where(~settling, raw, Reason.CUT) if settling.any() else raw

    @property
    def came_home(self) -> bool:
        """Whether a movement has gone back to where it began."""
        return any(came_home(rep, self._judge.exercise) for rep in self.reps)

    def finish(self) -> tuple[Rep, ...]:
        """Judge what has not been judged yet, and end the machine."""
        before = len(self.reps)
        if len(self._past):
            self._judge_until(float(self._past.time_s[-1]))
        last = self._machine.finish()
        if last is not None:
            self.reps.append(last)
        return tuple(self.reps[before:])

    def _fit(self, track: PoseTrack) -> ClipFit | None:
        if self._fitter is None or self._tie is None:
            return None
        observations = self._tie.observe(track)
        if len(track) == 1:
            self._count += 1
            fit: FitTrack = self._fitter.follow(observations, self._before, self._count % _AGAIN == 0)
        else:
            fit = self._fitter.fit(observations)
        if track.found[-1]:
            self._before = fit.parameters[-1]
        return self._tie.clip(track, observations, fit)

    def _take(self, track: PoseTrack, raw: Channels) -> Moment:
        away = self.neutral.place.away(track)
        reps: list[Rep] = []
        faults: list[Fault] = []
        for i, time in enumerate(track.time_s.tolist()):
            self._past.append(time, raw, i)
            self._note_place(time, bool(away[i]))
            new_reps, new_faults = self._judge_until(time - LAG_S)
            reps += new_reps
            faults += new_faults
        now = float(track.time_s[-1])
        return Moment(
            now,
            self._signal(now),
            self._machine.phase.name,
            self._machine.phase_start_s or now,
            tuple(reps),
            tuple(faults),
            self._away,
        )

    def _note_place(self, time_s: float, away: bool) -> None:
        """Believe that the person has left, or is back, when it has lasted."""
        if away == self._away:
            self._away_since = None
        elif self._away_since is None:
            self._away_since = time_s
        elif time_s - self._away_since >= MIN_SPAN_S:
            self._away, self._away_since = away, None

    def _judge_until(self, time_s: float) -> tuple[list[Rep], list[Fault]]:
        """Step the machine through the frames that are old enough."""
        times = self._past.time_s
        waiting = np.flatnonzero((times > self._judged_s) & (times <= time_s))
        if not len(waiting):
            return [], []
        chosen = slice(int(waiting[0]), int(waiting[-1]) + 1)
        times, part = times[chosen].copy(), self._past.smooth(chosen)
        if self._away:
            part = only_where(np.zeros(len(times), dtype=bool), part)
        view = SideView(self._judge.exercise, self._judge.side, part, self._zero, self._sources)
        reps: list[Rep] = []
        faults: list[Fault] = []
        for now, samples in view.samples(times):
            self._judged_s = now
            if self._judge.exercise.by_clock and now < self.neutral.end_s:
                continue
            rep = self._machine.step(now, samples)
            if self._machine.phase is self._judge.exercise.phases[0]:
                self.left_s = now
            faults += self._news(self._machine.faults_so_far if rep is None else rep.faults)
            if rep is not None:
                reps.append(rep)
                self._told.clear()
        self._past.forget(self._judged_s - WINDOW)
        self.reps += reps
        return reps, faults

    def _news(self, faults: tuple[Fault, ...]) -> list[Fault]:
        """Return the faults that were not told yet in this repetition, or have become worse."""
        new = []
        for fault in faults:
            if self._told.get(fault.code) not in ("fail", fault.severity):
                self._told[fault.code] = fault.severity
                new.append(fault)
        return new

    def _signal(self, now: float) -> Measurement:
        """Return the signal's change now."""
        exercise = self._judge.exercise
        name, unit = exercise.signal.channel, exercise.signal.unit
        view = SideView(exercise, self._judge.side, self._past.newest(), self._zero, {name: self._sources[name]})
        _, samples = next(view.samples(np.array([now])))
        sample = samples[name]
        if self._away or not np.isfinite(sample.change):
            why = Reason.OUT_OF_PLACE.value if self._away else sample.reason or Reason.NO_BASELINE.value
            return Measurement(None, None, unit, why)
        return Measurement(self._filter(now, sample.change), sample.change_sigma, unit)
