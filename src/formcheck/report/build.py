"""From a judgement to the report that a person keeps."""

from __future__ import annotations

from collections.abc import Mapping

import formcheck
from formcheck.report.model import BaselineReport, MeasureInfo, ModelInfo, RepReport, SourceReport, ViewReport
from formcheck.report.summary import summarise
from formcheck.report.told import told_answers
from formcheck.report.verdicts import judging_reasons, watched_faults
from formcheck.session import Judgement


def build_report(
    judgement: Judgement, source: SourceReport, model: ModelInfo, told: Mapping[str, float] | None = None
) -> RepReport:
    """Return the report of one clip and one drill.

    Parameters
    ----------
    judgement
        What was found.
    source
        The clip.
    model
        The pose model that saw it.
    told
        What the person told, by the names of the drill's questions.

    Raises
    ------
    ExerciseError
        The drill has no such question, or the number is outside its scale.
    """
    exercise = judgement.exercise
    reasons = judging_reasons(judgement)
    faults = watched_faults(judgement, reasons)
    answers = told_answers(exercise, told)
    return RepReport(
        formcheck_version=formcheck.__version__,
        model=model,
        source=source,
        exercise=exercise.id,
        exercise_name=exercise.name,
        side=judgement.side,
        view=ViewReport(
            found=judgement.view.view,
            expected=exercise.views,
            ok=judgement.view_ok,
            elevation_deg=judgement.view.elevation_deg,
            message=judgement.view_message,
        ),
        coverage=judgement.coverage,
        baseline=_baseline(judgement),
        measures=tuple(
            MeasureInfo(name=m.name, label=m.label, unit=m.unit, result=m.result) for m in exercise.measures
        ),
        reps=judgement.reps,
        faults=faults,
        told=answers,
        summary=summarise(judgement, reasons, faults, answers),
        abstentions=judgement.abstentions,
        notes=(*exercise.cannot_see, exercise.safety),
    )


def _baseline(judgement: Judgement) -> BaselineReport | None:
    span, time = judgement.baseline, judgement.track.time_s
    if span is None:
        return None
    known = {name: m for name, m in judgement.baseline_values.items() if m.value is not None}
    return BaselineReport(
        start_s=float(time[span.start]), end_s=float(time[span.stop - 1]), still=span.still, channels=known
    )
