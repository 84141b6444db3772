"""From a clip to a report in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from formcheck.core.errors import SourceError
from formcheck.core.landmarks import SIDES
from formcheck.core.pose import PoseTrack
from formcheck.exercises.lookup import load_exercise
from formcheck.exercises.schema import Exercise
from formcheck.photos import judge_photos, look_at
from formcheck.pose.estimator import create_estimator
from formcheck.pose.saved import PosesMeta, load_poses, save_poses
from formcheck.report.build import build_report
from formcheck.report.model import ModelInfo, RepReport, SourceReport
from formcheck.report.told import told_answers
from formcheck.session import AUTO, judge_track, track_person
from formcheck.video.checks import check_track_is_judgeable
from formcheck.video.files import check_folder
from formcheck.video.photos import photos_at

if TYPE_CHECKING:
    from formcheck.core.frame import Frame
    from formcheck.core.pose import Pose

Progress = Callable[[str, int, int | None], None]
"""Told the stage (`poses` or `pictures`), frames done, and frames in all if that is known."""


def analyze(
    path: str | Path | None,
    exercise: str | Exercise,
    side: str = AUTO,
    *,
    told: Mapping[str, float] | None = None,
    out: str | Path | None = None,
    overlay: bool = True,
    model: str = "full",
    offline: bool = False,
    poses: str | Path | None = None,
    save_poses_to: str | Path | None = None,
    save: bool = False,
    profile: str | None = None,
    at: datetime | None = None,
    store: str | Path | None = None,
    progress: Progress | None = None,
) -> RepReport:
    """Measure and judge a clip, and write the report's files if asked to.

    Parameters
    ----------
    path
        A video file or a folder of pictures. May be None when `poses` is given, and is not opened then. A picture, or a
        folder of a few, is measured as photos: nothing is counted or judged in them.
    exercise
        A drill's id, name or alias, the path of a drill file, or a drill.
    side
        left, right, both, or auto: what the drill has, each side of a one-sided drill.
    told
        Answers to the drill's questions by name, e.g. `{"effort": 7}`: reported as told, never measured.
    out
        Folder for report.json, report.html, angles.csv, reps.csv, pictures and overlay.mp4; nothing is written without.
    overlay
        Whether to write overlay.mp4 as well.
    model
        Name of the pose model.
    offline
        Never fetch a missing model.
    poses
        Saved poses to judge instead of looking at the video.
    save_poses_to
        Where to save the poses for judging again.
    save
        Whether to keep the session in the history; the report then shows it beside the earlier ones.
    profile
        Whose session it is, for the history.
    at
        When it was filmed, for the history; left out: when the video says so, otherwise now.
    store
        The history's file; left out: in the user's data folder.
    progress
        Called as frames are done.

    Returns
    -------
    RepReport
        The same object that report.json holds.

    Raises
    ------
    FormcheckError
        Every problem that a person can act on, in one sentence.

    Examples
    --------
    >>> report = analyze("squat.mp4", "screen-squat", out="squat-report")  # doctest: +SKIP
    >>> report.summary.counted  # doctest: +SKIP
    5
    """
    for folder in (out, Path(save_poses_to).parent if save_poses_to is not None else None):
        if folder is not None:
            check_folder(Path(folder))
    drill = exercise if isinstance(exercise, Exercise) else load_exercise(exercise)
    told_answers(drill, told)  # a wrong one is said before the work
    photos = photos_at(Path(path)) if path is not None and poses is None else None
    if poses is not None:
        track, meta = load_poses(poses)
        check_track_is_judgeable(track, Path(poses))
        kind = "poses"
    elif photos is not None:
        if save or save_poses_to is not None:
            raise SourceError(
                f"{path} is no movement: photos have no place in the history, and no poses to judge again."
            )
        track, pose_of = look_at(photos, lambda: create_estimator(model=model, offline=offline))
        meta = PosesMeta(photos.path.resolve().name, 1.0, model_name=pose_of.name, model_sha256=pose_of.sha256)
        kind = "photos"
    elif path is not None:
        track, meta = track_clip(Path(path), side, model=model, offline=offline, progress=progress)
        kind = "images" if Path(path).is_dir() else "file"
        if save_poses_to is not None:
            save_poses(track, save_poses_to, meta=meta)
    else:
        raise SourceError("Nothing to judge: give a video, a folder of pictures, or saved poses.")
    judgement = judge_photos(track, photos, drill, side) if photos else judge_track(track, drill, side)
    pose_model = ModelInfo(name=meta.model_name, sha256=meta.model_sha256 or None)
    report = build_report(judgement, source_report(track, meta, kind), pose_model, told)
    clip = None if kind == "poses" or path is None else Path(path)
    keeping = None
    if save:
        from formcheck.history.keeping import Keeping
        from formcheck.history.store import DEFAULT_PROFILE
        from formcheck.video.recorded import recorded_at

        at = at if at is not None else recorded_at(clip) if clip is not None else None
        keeping = Keeping(profile or DEFAULT_PROFILE, None if store is None else Path(store))
    if out is not None:
        from formcheck.report.write import write_report
        from formcheck.video.source import open_source

        write_report(
            judgement,
            report,
            photos.open if photos else (lambda only: open_source(clip, only=only)) if clip else None,
            Path(out),
            overlay=overlay and photos is None,
            past=keeping.past(report, at) if keeping else None,
            progress=(lambda done, total: progress("pictures", done, total)) if progress else None,
        )
    if keeping:
        keeping.add(report, at, None if out is None else Path(out))
    return report


def track_clip(
    path: Path, side: str = AUTO, *, model: str = "full", offline: bool = False, progress: Progress | None = None
) -> tuple[PoseTrack, PosesMeta]:
    """Find the person of the drill in every frame of a clip; see `analyze` for the parameters."""
    from formcheck.video.source import open_source

    working = side if side in SIDES else None
    with open_source(path) as source, create_estimator(model=model, offline=offline, side=working) as estimator:
        info = source.info

        def on_frame(frame: Frame, pose: Pose) -> None:
            if progress:
                progress("poses", frame.index + 1, info.frames_expected)

        track = track_person(source, estimator, (info.width, info.height), on_frame)
        check_track_is_judgeable(track, path)
        return track, PosesMeta.of(source, estimator.model)


def source_report(track: PoseTrack, meta: PosesMeta, kind: str) -> SourceReport:
    """Return what a report says of its clip; `kind` is `file`, `images`, `photos` or `poses`."""
    width, height = track.image_size
    return SourceReport(
        name=meta.source_name,
        kind=kind,
        width=width,
        height=height,
        duration_s=float(track.time_s[-1] - track.time_s[0]),
        frames=len(track),
        frame_rate=meta.fps if len(track) == 1 else round(1 / float(np.median(np.diff(track.time_s))), 3),
        frames_lost=meta.frames_lost,
        loss=meta.loss,
    )
