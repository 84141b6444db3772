"""A clip's report from what is kept of it: what cannot be kept is only the drill's own rules."""

from __future__ import annotations

from pathlib import Path

from formcheck.api import source_report
from formcheck.batch.cache import Cache
from formcheck.exercises.schema import Exercise
from formcheck.report.build import build_report
from formcheck.report.model import ModelInfo, RepReport
from formcheck.session import judge_measured, sides_to_judge


def rescore(
    clip: Path, exercise: Exercise, side: str, folder: Path, *, model: str = "full", offline: bool = False
) -> RepReport:
    """Return the report of a clip, looking at it and measuring it only if that is not kept already.

    Parameters
    ----------
    clip
        A video, a folder of pictures, or saved poses.
    exercise
        The drill.
    side
        As for `analyze`.
    folder
        Where poses and measurements are kept.
    model
        Name of the pose model.
    offline
        Never fetch a missing model.

    Raises
    ------
    FormcheckError
        The clip or the drill cannot be used.
    """
    sides_to_judge(exercise, side)  # a wrong one is said before the work
    cache = Cache(folder)
    looked = cache.poses(clip, side, model=model, offline=offline)
    judgement = judge_measured(cache.measured(clip, looked, exercise), exercise, side)
    weights = ModelInfo(name=looked.meta.model_name, sha256=looked.meta.model_sha256 or None)
    return build_report(judgement, source_report(looked.track, looked.meta, looked.kind), weights)
