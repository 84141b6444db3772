"""The one pipeline: frames to poses, poses to angles, angles to reps and faults. Every front end runs this."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.coach.machine import RepMachine, came_home
from formcheck.coach.samples import SideView, drill_channels, sources
from formcheck.core.errors import ExerciseError
from formcheck.core.frame import Frame
from formcheck.core.landmarks import other_side
from formcheck.core.measurement import Channels, Measurement, Reason
from formcheck.core.pose import FloatArray, Pose, PoseTrack
from formcheck.core.results import Abstention, PhaseSpan, Rep
from formcheck.exercises.schema import Exercise
from formcheck.exercises.viewcheck import view_problem
from formcheck.measure.baseline import BaselineSpan, come_home_to, find_baseline, later_stills, neutral_value
from formcheck.measure.channels import CHANNELS, full_names
from formcheck.measure.compute import compute_channels
from formcheck.measure.cuts import filmed_elsewhere, find_cuts, settling_after, takes
from formcheck.measure.engine import fit_clip
from formcheck.measure.filters import smooth_channels
from formcheck.measure.place import in_place
from formcheck.measure.posture import LYING
from formcheck.measure.stance import front_foot
from formcheck.measure.view import UNKNOWN_VIEW, ViewFinding, find_view, view_of_lying
from formcheck.pose.estimator import PoseEstimator
from formcheck.pose.sides import settle_sides

AUTO = "auto"
"""Side to ask for when both sides of a one-sided drill may be in the clip."""
_MIN_ABSTENTION_S = 0.5
_TRIES = 3
"""So many other still stretches are tried as neutral pose at most: each is measured anew."""
_SEEN = 0.5
"""Where the person was seen for less of the time before it, a stretch in another position may be the end of a rep."""
_SOONER_S = 0.5
"""By how much sooner a movement must come home to another still stretch: the same end is found a little differently."""


@dataclass(frozen=True)
class Judgement:
    """Everything found on a track of poses for one drill."""

    exercise: Exercise
    """The drill."""

    side: str
    """left, right or both."""

    track: PoseTrack
    """The landmarks it was judged on."""

    channels: Channels
    """Every channel, filtered, over the track's frames."""

    view: ViewFinding
    """Where the camera stood."""

    view_ok: bool
    """Whether the drill can be judged from there."""

    view_message: str | None
    """What to change about the camera, in plain words."""

    baseline: BaselineSpan | None
    """The still neutral stretch."""

    baseline_values: dict[str, Measurement]
    """Neutral value of each channel."""

    phases: tuple[PhaseSpan, ...]
    """What the person was doing, in order of time; rest is in it only when one side was judged."""

    reps: tuple[Rep, ...]
    """Repetitions and attempts in order of time."""

    coverage: float
    """Share of frames in which the signal could be measured."""

    abstentions: tuple[Abstention, ...]
    """Stretches that could not be judged, and why."""

    cuts_s: tuple[float, ...] = ()
    """When the recording was cut: the first moments of further takes, seconds."""


def track_person(
    frames: Iterable[Frame],
    estimator: PoseEstimator,
    image_size: tuple[int, int],
    on_frame: Callable[[Frame, Pose], None] | None = None,
) -> PoseTrack:
    """Find the person of the drill in every frame.

    Parameters
    ----------
    frames
        Frames in order of time; each is released before the next is taken.
    estimator
        What finds the landmarks.
    image_size
        Width and height of the frames, pixels.
    on_frame
        Called with each frame and its pose, e.g. for a progress bar.
    """
    poses = []
    for frame in frames:
        pose = estimator.estimate(frame)
        poses.append(pose)
        if on_frame:
            on_frame(frame, pose)
    return PoseTrack.from_poses(poses, image_size)


@dataclass(frozen=True)
class Measured:
    """What was measured on a track of poses, before any drill's rules: as good for every drill that measures alike."""

    track: PoseTrack
    """The landmarks."""

    channels: Channels
    """Every channel, filtered, over the track's frames."""

    view: ViewFinding
    """Where the camera stood."""

    baseline: BaselineSpan | None
    """The still neutral stretch."""

    cuts: NDArray[np.intp]
    """Frames with which another take begins, where the recording was cut."""


def judge_track(track: PoseTrack, exercise: Exercise, side: str = AUTO) -> Judgement:
    """Measure and judge one drill on the landmarks of a whole clip.

    Parameters
    ----------
    track
        Landmarks of one person.
    exercise
        The drill.
    side
        left, right or both, as far as the drill has them; `auto`: both at once if the drill is done so, otherwise the
        side or sides that worked.

    Raises
    ------
    ExerciseError
        The drill has no such side.
    """
    sides_to_judge(exercise, side)  # a wrong one is said before the work
    return judge_measured(measure_track(track, exercise), exercise, side)


def measured_by(exercise: Exercise) -> dict[str, object]:
    """Return all that `measure_track` asks a drill: drills with the same answers measure alike."""
    moves = "_rolling" if exercise.rolls_over else "_hinging" if exercise.hinges else ""
    position = exercise.position + moves
    rule = exercise.baseline
    return {"position": position, "min_s": rule.min_s, "within_s": rule.within_s, "max_speed": rule.max_speed}


def measure_track(track: PoseTrack, exercise: Exercise, neutral: BaselineSpan | None = None) -> Measured:
    """Measure the landmarks of a whole clip, as a drill's position and neutral pose ask for.

    Parameters
    ----------
    track
        Landmarks of one person.
    exercise
        The drill; only `measured_by` of it matters.
    neutral
        The neutral pose; the first still stretch that suits the drill if left out.
    """
    lies = exercise.position in LYING
    track = settle_sides(track, lies)
    rule = exercise.baseline
    known_views: dict[tuple[float, int], ViewFinding] = {}

    def view_of(still: PoseTrack) -> ViewFinding:
        """Return the view of a stretch, found once: it takes a tenth of a second."""
        key = float(still.time_s[0]), len(still)
        if key not in known_views:
            known_views[key] = find_view(still, lies)
        return known_views[key]

    baseline = neutral or find_baseline(
        track,
        min_s=rule.min_s,
        within_s=rule.within_s,
        max_speed=rule.max_speed,
        suits=lambda still: view_of(still).lying == lies,
    )
    view = view_of(track.between(baseline.start, baseline.stop)) if baseline else UNKNOWN_VIEW
    if baseline is not None and view.lying != lies and not _seen_before(track, baseline):
        baseline, view = None, UNKNOWN_VIEW  # whatever the neutral pose was, nobody saw it
    position = str(measured_by(exercise)["position"])
    cuts = find_cuts(track)
    shown, elsewhere = track, np.zeros(len(track), dtype=bool)
    if len(cuts) and baseline is not None:
        elsewhere = filmed_elsewhere(track, cuts, baseline, view)
        shown = track.without(elsewhere)
    fit = fit_clip(shown, baseline, position, view) if baseline else None
    if fit is not None and baseline is not None and view.lying and track.refined[baseline.start : baseline.stop].any():
        view = view_of_lying(fit.fit.rest)
    names = [name for base in CHANNELS for name in full_names(base)]
    raw = compute_channels(shown, names, view, fit)
    if len(cuts):
        raw = only_where(~(elsewhere & track.found | settling_after(track.time_s, track.time_s[cuts])), raw, Reason.CUT)
    channels = smooth_channels(raw, track.time_s)
    if baseline is not None:
        channels = only_where(in_place(shown, baseline, view), channels)
    return Measured(track, channels, view, baseline, cuts)


def _seen_before(track: PoseTrack, span: BaselineSpan) -> bool:
    """Return whether the person was seen for most of the time before a stretch."""
    return not span.start or bool(track.found[: span.start].mean() > _SEEN)


def judge_measured(measured: Measured, exercise: Exercise, side: str = AUTO) -> Judgement:
    """Judge one drill on what was measured for it.

    Parameters
    ----------
    measured
        From `measure_track`, for this drill or one that measures alike (`measured_by`).
    exercise
        The drill.
    side
        As for `judge_track`.

    Raises
    ------
    ExerciseError
        The drill has no such side.

    Notes
    -----
    People stop on the way into position, and the first still stretch is not the neutral pose then.
    The neutral pose is the one that repetitions come home to: where none that counts comes home to the first still
    stretch, later ones are tried, and the first is taken to which one comes home before anything comes home to the
    first stretch. Everything is then measured from there. Of several still stretches before the first repetition
    the one is taken that is most like the posture after it.

    Where the recording was cut the takes are judged that were filmed from where the neutral pose was. If more counts
    from the neutral pose of a take that was filmed elsewhere, it is that one's place that is judged.
    """
    best = _judge_takes(measured, exercise, side)
    for span in _neutral_elsewhere(measured, exercise):
        other = _judge_takes(measure_track(measured.track, exercise, span), exercise, side)
        if _worth(other) > _worth(best):
            best = other
    return best


def _worth(judgement: Judgement) -> tuple[bool, int, int]:
    """Return what makes one neutral pose better than another: it can be judged from, more counts, more is judged."""
    return judgement.view_ok, sum(rep.counted for rep in judgement.reps), len(judgement.reps)


def _neutral_elsewhere(measured: Measured, exercise: Exercise) -> list[BaselineSpan]:
    """Return a still stretch of each of the longest takes that are not judged, because they were filmed elsewhere."""
    track, rule, spans = measured.track, exercise.baseline, []
    if not len(measured.cuts):
        return []
    elsewhere = np.ones(len(track), dtype=bool)
    if measured.baseline is not None:
        elsewhere = filmed_elsewhere(track, measured.cuts, measured.baseline, measured.view)
    others = [(start, stop) for start, stop in takes(track, measured.cuts) if elsewhere[start]]
    for start, stop in sorted(others, key=lambda take: take[0] - take[1])[:_TRIES]:
        take = track.between(start, stop)
        span = find_baseline(take, min_s=rule.min_s, within_s=rule.within_s, max_speed=rule.max_speed)
        if span is not None and span.still:
            spans.append(BaselineSpan(start + span.start, start + span.stop, still=True))
    return spans


def _judge_takes(measured: Measured, exercise: Exercise, side: str) -> Judgement:
    """Judge one drill from the neutral pose that repetitions come home to."""
    first = _judge_from(measured, exercise, side)
    home = _home(first)
    if first.baseline is None or not first.view_ok:
        return first
    if home is not None and home.counted:
        return _from_home(first, home, measured, side)
    latest = np.inf if home is None else home.end_s - _SOONER_S
    tries = 0
    rule = exercise.baseline
    stills = later_stills(
        measured.track, first.baseline, min_s=rule.min_s, within_s=rule.within_s, max_speed=rule.max_speed
    )
    for span, again_s in stills:
        begin = float(measured.track.time_s[span.start])
        within = home is not None and home.start_s < begin
        if tries == _TRIES or begin > latest:
            break
        if within and (again_s is None or again_s > latest):
            continue  # the end position of a movement that did come home
        tries += 1
        other = _judge_from(measure_track(measured.track, exercise, span), exercise, side)
        found = _home(other)
        clock = exercise.by_clock and _neutral_known(other) and not _neutral_known(first)
        if other.view_ok and (
            clock or (found is not None and found.end_s < latest and (found.counted or home is None))
        ):
            return other
    return first


def _from_home(first: Judgement, home: Rep, measured: Measured, side: str) -> Judgement:
    """Judge from the still stretch that the first repetition came home to, where that is not the first one."""
    exercise, rule = first.exercise, first.exercise.baseline
    if first.baseline is None or exercise.by_clock:
        return first
    span = come_home_to(
        measured.track,
        first.baseline,
        home.start_s,
        home.end_s,
        min_s=rule.min_s,
        within_s=rule.within_s,
        max_speed=rule.max_speed,
    )
    if span == first.baseline:
        return first
    other = _judge_from(measure_track(measured.track, exercise, span), exercise, side)
    found = _home(other)
    return other if other.view_ok and found is not None and found.counted else first


def _home(judgement: Judgement) -> Rep | None:
    """Return the first repetition or attempt that went back to where it began."""
    return next((r for r in judgement.reps if came_home(r, judgement.exercise)), None)


def _neutral_known(judgement: Judgement) -> bool:
    """Return whether the signal has a neutral value, on one side at least."""
    names = {n for s in ("left", "right") for n in sources(judgement.exercise.signal.channel, s)}
    return any(judgement.baseline_values[name].value is not None for name in names)


def _judge_from(measured: Measured, exercise: Exercise, side: str) -> Judgement:
    """Judge one drill from the neutral pose that was measured from."""
    sides = sides_to_judge(exercise, side)
    track, channels, view, baseline = measured.track, measured.channels, measured.view, measured.baseline
    problem = view_problem(exercise, view)
    neutral: dict[str, Measurement] = {}
    machines: list[RepMachine] = []
    reps: tuple[Rep, ...] = ()
    if baseline is not None:
        neutral = {name: neutral_value(series, baseline) for name, series in channels.items()}
    views = [SideView(exercise, s, channels, neutral) for s in sides]
    if problem is None and baseline is not None:
        neutral_s = float(track.time_s[baseline.stop - 1])
        machines = [run_drill(v, view.view, track.time_s, neutral_s) for v in views]
        reps = merge_reps(machines)
        if side == AUTO:
            reps = of_working_leg(reps, track, exercise, neutral_s)
        if side == AUTO and (worked := [m for m in machines if any(r.side == m.side for r in reps)]):
            machines = worked
            sides = tuple(m.side for m in worked)
            views = [v for v in views if v.side in sides]
    return Judgement(
        exercise=exercise,
        side="both" if len(sides) > 1 else sides[0],
        track=track,
        channels=channels,
        view=view,
        view_ok=problem is None,
        view_message=problem,
        baseline=baseline,
        baseline_values=neutral,
        phases=_merge_phases(machines, exercise),
        reps=reps,
        coverage=_coverage(views) if machines else 0.0,
        abstentions=_abstentions(views, track, problem is None, baseline),
        cuts_s=tuple(track.time_s[measured.cuts].tolist()),
    )


def sides_to_judge(exercise: Exercise, side: str) -> tuple[str, ...]:
    """Return the sides to judge, as for `judge_track`; ExerciseError where the drill has no such side."""
    if side == AUTO:
        return ("both",) if "both" in exercise.sides else exercise.sides
    if side in exercise.sides:
        return (side,)
    if side == "both" and set(exercise.sides) == {"left", "right"}:
        return exercise.sides
    raise ExerciseError(f"{exercise.id} has no side {side!r}; it has: {', '.join(exercise.sides)}.")


def only_where(judged: NDArray[np.bool_], channels: Channels, why: Reason = Reason.OUT_OF_PLACE) -> Channels:
    """Return the channels with every frame abstained that is not to be judged, a mask of shape (T,).

    Where a recording was cut that is the reason, whatever else is; otherwise reasons that are there stay.
    """
    out = {}
    for name, c in channels.items():
        reason = c.reason.copy()
        reason[~judged & ((reason == "") | (why == Reason.CUT))] = why
        out[name] = replace(
            c,
            value=np.where(judged, c.value, np.nan),
            sigma=np.where(judged, c.sigma, np.nan),
            reason=reason,
            change_sigma=None if c.change_sigma is None else np.where(judged, c.change_sigma, np.nan),
        )
    return out


def run_drill(side: SideView, view: str, time_s: FloatArray, neutral_s: float) -> RepMachine:
    """Return the drill's state machine after it has seen all samples of one side.

    Parameters
    ----------
    side
        The drill's channels, over T frames.
    view
        Where the camera stands.
    time_s
        Times of the frames, shape (T,), seconds.
    neutral_s
        End of the neutral pose, seconds. A drill by the clock starts then.
    """
    exercise = side.exercise
    machine = RepMachine(exercise, side.side, view)
    for now, samples in side.samples(time_s):
        if not exercise.by_clock or now >= neutral_s:
            machine.step(now, samples)
    machine.finish()
    return machine


def merge_reps(machines: list[RepMachine]) -> tuple[Rep, ...]:
    """Return the reps of all sides in order of time, without echoes.

    A resting leg's attempts are echoes of what the other leg does meanwhile where that comes nearer to a repetition.
    """
    reps = []
    for machine in machines:
        others = [r for m in machines if m is not machine for r in m.reps]
        for rep in machine.reps:
            meanwhile = [r for r in others if r.start_s < rep.end_s and rep.start_s < r.end_s]
            near = _nearness(rep, machine.exercise)
            if rep.counted or all(_nearness(r, machine.exercise) <= near for r in meanwhile):
                reps.append(rep)
    reps.sort(key=lambda r: r.start_s)
    return tuple(replace(rep, index=i) for i, rep in enumerate(reps, start=1))


def of_working_leg(reps: tuple[Rep, ...], track: PoseTrack, exercise: Exercise, neutral_s: float) -> tuple[Rep, ...]:
    """Return the repetitions without those of the leg that does not work, in a drill with one foot before the other.

    Where it cannot be told which foot is in front it is the one of the repetition before, or of the neutral pose that
    ends at `neutral_s`.
    """
    if exercise.works is None:
        return reps
    kept, works = [], None
    for moment_s, rep in [(neutral_s, None), *((rep.start_s, rep) for rep in reps)]:
        front = front_foot(track, moment_s)
        if front is not None:
            works = front if exercise.works == "front" else other_side(front)
        if rep is not None and works in (None, rep.side):
            kept.append(rep)
    return tuple(replace(rep, index=i) for i, rep in enumerate(kept, start=1))


def _nearness(rep: Rep, exercise: Exercise) -> int:
    """Return how near to a repetition it came: it counts, it went through every phase, it began, or not even that."""
    reached = {span.name for span in rep.phases}
    whole = all(p.optional or p.name in reached for p in exercise.phases[1:])
    return 3 if rep.counted else 2 if whole else 1 if reached else 0


def _merge_phases(machines: list[RepMachine], exercise: Exercise) -> tuple[PhaseSpan, ...]:
    if len(machines) == 1:
        return tuple(machines[0].phases)
    rest = exercise.phases[0].name
    spans = [span for machine in machines for span in machine.phases if span.name != rest]
    return tuple(sorted(spans, key=lambda span: span.start_s))


def _coverage(views: list[SideView]) -> float:
    known = [v.reason(v.exercise.signal.channel) == "" for v in views]
    return float(np.mean(known))


def _abstentions(
    views: list[SideView], track: PoseTrack, view_ok: bool, baseline: BaselineSpan | None
) -> tuple[Abstention, ...]:
    """Return the stretches of half a second and more without a number, channels with the same reason together."""
    first, last = float(track.time_s[0]), float(track.time_s[-1])
    found = []
    if not view_ok:
        found.append(Abstention(Reason.WRONG_VIEW.value, first, last))
    elif baseline is None:
        found.append(Abstention(Reason.NO_BASELINE.value, first, last))
    spans: dict[tuple[str, float, float], list[str]] = {}
    for view in views:
        for channel in drill_channels(view.exercise):
            for reason, start, end in _stretches(view.judging_reason(channel), track):
                if view_ok or reason == Reason.NO_PERSON:
                    names = spans.setdefault((reason, start, end), [])
                    names += [n for n in view.sources[channel] if n not in names]
    for (reason, start, end), names in spans.items():
        found.append(Abstention(reason, start, end, () if reason == Reason.NO_PERSON else tuple(names)))
    return tuple(sorted(found, key=lambda a: (a.start_s, a.end_s)))


def _stretches(reason: NDArray[np.object_], track: PoseTrack) -> list[tuple[str, float, float]]:
    edges = np.flatnonzero(reason[1:] != reason[:-1]) + 1
    starts, stops = [0, *edges.tolist()], [*edges.tolist(), len(reason)]
    time = track.time_s
    spans = [(str(reason[a]), float(time[a]), float(time[b - 1])) for a, b in zip(starts, stops, strict=True)]
    return [(why, start, end) for why, start, end in spans if why and end - start >= _MIN_ABSTENTION_S]
