"""The whole-clip pipeline of `formcheck.session`, one pose at a time.

What is the same: finding the neutral pose, its view and its fit, the channels, their filter, the drill's rules and the
state machine are the same functions. What a live session cannot do, and does instead:

=================== ============================== ===================================================================
step                a whole clip                   live
=================== ============================== ===================================================================
neutral pose        the least moving stretch, if   waits until the person is still in the drill's position
                    nobody is ever still
frames before it    judged as well                 not judged
start of the fit    between fitted neighbours      the frame before; every eighth frame the rest pose as well
filter              without delay, whole clip      the same filter on the last second, read `LAG_S` ago
out of place        from the moment it begins      once it has lasted for `place.MIN_SPAN_S`
legs of a mean      seen in most of the clip       seen in most of the time until the neutral pose was known
body's constants    medians over the clip          medians until the neutral pose was known
=================== ============================== ===================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.coach.machine import RepMachine
from formcheck.coach.samples import SideView, drill_channels, sources
from formcheck.core.measurement import Channels, Measurement, Reason
from formcheck.core.pose import FloatArray, Pose, PoseTrack
from formcheck.core.results import Fault, Rep
from formcheck.exercises.schema import Exercise
from formcheck.exercises.viewcheck import view_problem
from formcheck.live.past import Past
from formcheck.measure.baseline import ENOUGH_S, BaselineSpan, find_baseline, neutral_value
from formcheck.measure.body import BodyContext, body_context
from formcheck.measure.compute import compute_channels
from formcheck.measure.engine import ClipFit, Tie, tie_to
from formcheck.measure.filters import OneEuro, smooth_channels
from formcheck.measure.fit import FitTrack, FrameFitter
from formcheck.measure.place import MIN_SPAN_S, Place, place_of
from formcheck.measure.posture import LYING
from formcheck.measure.stillness import WINDOW_S
from formcheck.measure.view import ViewFinding, find_view, view_of_lying
from formcheck.session import measured_by, only_where

LAG_S: Final = 0.12
"""How long after a frame it is judged, seconds: the filter's impulse response has died down by then."""
WINDOW: Final = 1.0
"""How much of the past the filter sees, seconds."""
SEARCH_EVERY_S: Final = 0.2
"""How often the neutral pose is looked for, seconds."""
SEARCH_S: Final = 8.0
"""How far back it is looked for, seconds."""
SETTLED_S: Final = WINDOW_S / 2 + 0.05
"""A stretch is as still as it will ever be found to be after this long: speeds are taken over a window."""
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


@dataclass(frozen=True, slots=True)
class Neutral:
    """The neutral pose of a set."""

    start_s: float
    """Its first moment."""

    end_s: float
    """Its last moment."""

    view: ViewFinding
    """Where the camera stands."""

    place: Place
    """Where the person is."""


class Search:
    """Looks for the neutral pose in the poses that come.

    Parameters
    ----------
    exercise
        The drill.
    image_size
        Width and height of the frames, pixels.
    """

    def __init__(self, exercise: Exercise, image_size: tuple[int, int]) -> None:
        self._exercise, self._size = exercise, image_size
        self._poses: list[Pose] = []
        self._next_s = -np.inf
        self._views: dict[tuple[float, int], ViewFinding] = {}
        self.still_s = 0.0
        """For how long the person has been still, seconds."""
        self.view: ViewFinding | None = None
        """Where the camera stands, by the last still stretch."""

    @property
    def needed_s(self) -> float:
        """For how long the person must be still, seconds."""
        return max(self._exercise.baseline.min_s, ENOUGH_S)

    def push(self, pose: Pose) -> tuple[PoseTrack, BaselineSpan] | None:
        """Take a pose; return the poses so far and the neutral stretch in them as soon as it will not change."""
        self._poses.append(pose)
        if pose.time_s < self._next_s:
            return None
        self._next_s = pose.time_s + SEARCH_EVERY_S
        while self._poses[0].time_s < pose.time_s - SEARCH_S:
            del self._poses[0]
        track = PoseTrack.from_poses(self._poses, self._size)
        rule = self._exercise.baseline
        span = find_baseline(
            track, min_s=rule.min_s, within_s=SEARCH_S + 1.0, max_speed=rule.max_speed, suits=self._suits(track)
        )
        if span is None or not span.still:
            self.still_s = 0.0
            return None
        start_s, end_s = float(track.time_s[span.start]), float(track.time_s[span.stop - 1])
        self.still_s = end_s - start_s
        full = end_s - start_s >= self.needed_s - 1e-3
        over = pose.time_s - end_s > SETTLED_S + SEARCH_EVERY_S
        if not (full or over) or pose.time_s - end_s < SETTLED_S:
            return None
        self.view = self._view_of(track.between(span.start, span.stop))
        if self.view.lying != (self._exercise.position in LYING):
            self.forget(end_s)
            return None
        return track, span

    def _suits(self, track: PoseTrack) -> Callable[[PoseTrack], bool]:
        lies = self._exercise.position in LYING
        now = float(track.time_s[-1])

        def suits(still: PoseTrack) -> bool:
            growing = now - float(still.time_s[-1]) < SETTLED_S
            return growing or self._view_of(still).lying == lies

        return suits

    def _view_of(self, still: PoseTrack) -> ViewFinding:
        key = float(still.time_s[0]), len(still)
        if key not in self._views:
            self._views[key] = find_view(still, self._exercise.position in LYING)
        return self._views[key]

    def forget(self, until_s: float) -> None:
        """Leave out the poses up to a moment."""
        self._poses = [p for p in self._poses if p.time_s > until_s]
        self.still_s = 0.0


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
        self.reps: list[Rep] = []
        """Repetitions and attempts so far."""
        self._size = image_size
        self._names = tuple(dict.fromkeys(s for name in drill_channels(exercise) for s in sources(name, side)))
        self._followed: _Followed | None = None

    def push(self, pose: Pose) -> Moment | None:
        """Take the next pose; None while the neutral pose is not known."""
        if self._followed is not None:
            return self._followed.push([pose])
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
        self.neutral = Neutral(float(still.time_s[0]), float(still.time_s[-1]), view, place_of(still, view))
        self._followed = _Followed(self, track, span, self.neutral, tie)
        return self._followed.moment

    def finish(self) -> tuple[Rep, ...]:
        """End the set; return what is judged of the last moments. A repetition in progress becomes an attempt."""
        return self._followed.finish() if self._followed is not None else ()


class _Followed:
    """Everything after the neutral pose."""

    def __init__(
        self, judge: CausalJudge, track: PoseTrack, span: BaselineSpan, neutral: Neutral, tie: Tie | None
    ) -> None:
        self._judge, self._neutral, self._tie = judge, neutral, tie
        self._names = judge._names
        lead = max(0, span.start - 8)  # for the filter
        track = track.between(lead, len(track))
        span = BaselineSpan(span.start - lead, span.stop - lead, still=True)
        self._person: BodyContext = body_context(track, neutral.view)
        self._fitter = FrameFitter(tie.rest, track.image_size) if tie is not None else None
        self._before: FloatArray | None = None
        self._count = 0
        raw = compute_channels(track, self._names, neutral.view, self._fit(track), self._person)
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
        raw = compute_channels(track, self._names, self._neutral.view, self._fit(track), self._person)
        self.moment = self._take(track, raw)
        return self.moment

    def finish(self) -> tuple[Rep, ...]:
        """Judge what has not been judged yet, and end the machine."""
        before = len(self._judge.reps)
        if len(self._past):
            self._judge_until(float(self._past.time_s[-1]))
        last = self._machine.finish()
        if last is not None:
            self._judge.reps.append(last)
        return tuple(self._judge.reps[before:])

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
        return ClipFit(observations, self._tie.rest_observations, fit)

    def _take(self, track: PoseTrack, raw: Channels) -> Moment:
        away = self._neutral.place.away(track)
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
            if self._judge.exercise.by_clock and now < self._neutral.end_s:
                continue
            rep = self._machine.step(now, samples)
            faults += self._news(self._machine.faults_so_far if rep is None else rep.faults)
            if rep is not None:
                reps.append(rep)
                self._told.clear()
        self._past.forget(self._judged_s - WINDOW)
        self._judge.reps += reps
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
