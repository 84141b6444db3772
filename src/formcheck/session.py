"""The one pipeline: frames to poses, poses to angles, angles to reps and faults. Every front end runs this."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.core.measurement import Channels, Measurement
from formcheck.core.pose import PoseTrack
from formcheck.core.results import Abstention, PhaseSpan, Rep
from formcheck.exercises.schema import Exercise
from formcheck.measure.baseline import BaselineSpan
from formcheck.measure.view import ViewFinding


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
    """Every channel the drill needs (and those that go into angles.csv), filtered, over the track's frames."""

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

    signal: str
    """Name of the channel that makes the repetitions (first one for two-sided drills)."""

    phases: tuple[PhaseSpan, ...]
    """What the person was doing, over the whole clip; with two sides judged, both machines' phases except rest."""

    reps: tuple[Rep, ...]
    """Repetitions and attempts in order of time."""

    coverage: float
    """Share of frames in which the signal could be measured."""

    abstentions: tuple[Abstention, ...]
    """Stretches that could not be judged, and why."""
