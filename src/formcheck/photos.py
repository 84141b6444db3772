"""What single pictures show: a posture each. Nothing is counted in them and no compensation is judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.core.errors import SourceError
from formcheck.core.measurement import Channels, ChannelSeries, Measurement, Reason
from formcheck.core.pose import PoseTrack
from formcheck.exercises.schema import Exercise
from formcheck.measure.channels import CHANNELS, full_names, split_name
from formcheck.measure.compute import compute_channels
from formcheck.measure.posture import LYING
from formcheck.measure.view import UNKNOWN_VIEW, ViewFinding, find_view
from formcheck.pose.estimator import ModelInfo, PoseEstimator
from formcheck.session import AUTO, Judgement, sides_to_judge
from formcheck.video.photos import Photos

ANGLES: Final = ("knee_flexion", "hip_flexion", "trunk_lean")
"""What a single picture of somebody upright shows without a neutral pose to compare it with. Of lying people the
landmarks alone are too far off (decision 7), and so is a trunk that leans to the lens (a deep squat read 0 degrees)."""
SURE_DEG: Final = 15.0
"""An angle that is less certain than this is not told of a picture: there is no second one to check it by."""


@dataclass(frozen=True)
class Photo:
    """What one picture shows."""

    name: str
    """File name without its folder."""

    found: bool
    """Whether a person was found in it."""

    view: ViewFinding
    """Where the camera stood."""

    angles: dict[str, Measurement]
    """The angles that are certain enough, by channel."""


@dataclass(frozen=True)
class PhotoJudgement(Judgement):
    """A judgement without a movement: no neutral pose, no phases, no repetitions."""

    photos: tuple[Photo, ...] = ()
    """The pictures in their order; the track has one frame for each."""


def look_at(photos: Photos, new_estimator: Callable[[], PoseEstimator]) -> tuple[PoseTrack, ModelInfo]:
    """Find the person in each picture by itself.

    Parameters
    ----------
    photos
        The pictures.
    new_estimator
        Makes what finds the landmarks; each picture has its own, because it remembers those before.

    Returns
    -------
    tuple of PoseTrack and ModelInfo
        One frame a picture, its time the picture's number, the size the first picture's; and the pose model.

    Raises
    ------
    SourceError
        There is nobody in any picture, or a picture cannot be read.
    """
    poses, sizes, model = [], [], None
    with photos.open() as frames:
        for frame in frames:
            with new_estimator() as estimator:
                pose, model = estimator.estimate(frame), estimator.model
            poses.append(pose)
            sizes.append((frame.image.shape[1], frame.image.shape[0]))
    if model is None or not any(pose.found for pose in poses):
        raise SourceError(
            f"no person was found in {photos.path}; the whole body must be in the picture, well lit and not far away"
        )
    return PoseTrack.from_poses(poses, sizes[0]), model


def judge_photos(track: PoseTrack, photos: Photos, exercise: Exercise, side: str = AUTO) -> PhotoJudgement:
    """Measure what each picture shows of a drill's posture.

    Parameters
    ----------
    track
        From `look_at`.
    photos
        The pictures.
    exercise
        The drill.
    side
        As for `judge_track`.

    Raises
    ------
    ExerciseError
        The drill has no such side.
    """
    sides = sides_to_judge(exercise, side)
    lies = exercise.position in LYING
    names = [name for base in CHANNELS for name in full_names(base)]
    views = [find_view(track.between(i, i + 1), lies) for i in range(len(track))]
    rows = [_measured(track.between(i, i + 1), names, view) for i, view in enumerate(views)]
    channels = {name: _joined([row[name] for row in rows]) for name in names}
    seen = {view.view for view in views}
    return PhotoJudgement(
        exercise=exercise,
        side="both" if len(sides) > 1 else sides[0],
        track=track,
        channels=channels,
        view=views[0] if len(seen) == 1 else UNKNOWN_VIEW,
        view_ok=True,
        view_message=None,
        baseline=None,
        baseline_values={},
        phases=(),
        reps=(),
        coverage=0.0,
        abstentions=(),
        photos=tuple(
            Photo(path.name, bool(track.found[i]), views[i], _angles(channels, views[i], i))
            for i, path in enumerate(photos.paths)
        ),
    )


def _measured(photo: PoseTrack, names: list[str], view: ViewFinding) -> Channels:
    if photo.found.all():
        return compute_channels(photo, names, view)
    nothing, why = np.array([np.nan]), np.array([Reason.NO_PERSON], dtype=object)
    return {name: ChannelSeries(name, split_name(name)[0].unit, nothing, nothing, why) for name in names}


def _angles(channels: Channels, view: ViewFinding, photo: int) -> dict[str, Measurement]:
    angles = {} if view.lying else {n: channels[n].at(photo) for base in ANGLES for n in full_names(base)}
    return {name: m for name, m in angles.items() if m.sigma is not None and m.sigma <= SURE_DEG}


def _joined(rows: list[ChannelSeries]) -> ChannelSeries:
    """Return one series of several single frames."""
    value, sigma, reason = (
        np.concatenate([getattr(row, part) for row in rows]) for part in ("value", "sigma", "reason")
    )
    return ChannelSeries(rows[0].name, rows[0].unit, value, sigma, reason)
