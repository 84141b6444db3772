"""Looks for the neutral pose in the poses that come, and for another where nothing comes home to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.core.pose import FloatArray, Pose, PoseTrack
from formcheck.exercises.schema import Exercise
from formcheck.measure.baseline import ENOUGH_S, BaselineSpan, find_baseline
from formcheck.measure.place import Place
from formcheck.measure.points import L_ANKLE, L_HIP, L_KNEE, L_SHOULDER, R_ANKLE, R_HIP, R_KNEE, R_SHOULDER, torso_px
from formcheck.measure.posture import LYING
from formcheck.measure.stillness import WINDOW_S
from formcheck.measure.view import ViewFinding, find_view

SEARCH_EVERY_S: Final = 0.2
"""How often the neutral pose is looked for, seconds."""
SEARCH_S: Final = 8.0
"""How far back it is looked for, seconds."""
SETTLED_S: Final = WINDOW_S / 2 + 0.05
"""A stretch is as still as it will ever be found to be after this long: speeds are taken over a window."""
ELSEWHERE_TORSO: Final = 0.3
"""A joint that is farther than this from where it was in the neutral pose is elsewhere, torso lengths: joints of people
who lie still wander by up to 0.15."""
_JOINTS: Final = [L_SHOULDER, R_SHOULDER, L_HIP, R_HIP, L_KNEE, R_KNEE, L_ANKLE, R_ANKLE]


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


class OtherStill:
    """Looks for a still stretch in another posture than the neutral one and those that were left out, after it.

    Parameters
    ----------
    exercise
        The drill.
    image_size
        Width and height of the frames, pixels.
    neutral
        Poses of the neutral stretch.
    """

    def __init__(self, exercise: Exercise, image_size: tuple[int, int], neutral: PoseTrack) -> None:
        self._exercise, self._size = exercise, image_size
        self._places = [_place_of(neutral)]
        self._poses: list[Pose] = []
        self._next_s = -np.inf

    def push(self, pose: Pose) -> tuple[PoseTrack, BaselineSpan] | None:
        """Take a pose; return the last seconds and the stretch in them when there is one."""
        self._poses.append(pose)
        if pose.time_s < self._next_s:
            return None
        self._next_s = pose.time_s + SEARCH_EVERY_S
        rule = self._exercise.baseline
        needed_s = max(rule.min_s, ENOUGH_S)
        while self._poses[0].time_s < pose.time_s - needed_s - 3 * SETTLED_S:
            del self._poses[0]
        if self._poses[0].time_s > pose.time_s - needed_s or not self._elsewhere(pose):
            return None
        track = PoseTrack.from_poses(self._poses, self._size)
        span = find_baseline(track, min_s=needed_s, within_s=SEARCH_S, max_speed=rule.max_speed)
        if span is None or not span.still or pose.time_s - float(track.time_s[span.stop - 1]) < SETTLED_S:
            return None
        still = track.between(span.start, span.stop)
        return (track, span) if self._far(_place_of(still)) else None

    def _elsewhere(self, pose: Pose) -> bool:
        return pose.found and self._far(_place_of(PoseTrack.from_poses([pose], self._size)))

    def leave_out(self, track: PoseTrack, span: BaselineSpan) -> None:
        """Find no stretch in the posture of this one any more."""
        self._places.append(_place_of(track.between(span.start, span.stop)))

    def _far(self, place: tuple[FloatArray, float]) -> bool:
        """Return whether some joint is elsewhere than in each of the known postures."""
        return all(
            (np.linalg.norm(place[0] - known, axis=-1) > ELSEWHERE_TORSO * size).any() for known, size in self._places
        )


def _place_of(still: PoseTrack) -> tuple[FloatArray, float]:
    """Return where the joints are, shape (8, 2), and how long the trunk is, pixels."""
    seen = still.pixels[still.found]
    return np.median(seen[:, _JOINTS], axis=0), float(np.median(torso_px(seen)))
