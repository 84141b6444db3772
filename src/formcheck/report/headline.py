"""The verdict in two plain sentences: what counted, and the range that was measured or what to do next."""

from __future__ import annotations

from collections import Counter

from formcheck.core.measurement import Measurement
from formcheck.core.words import plural, quantity
from formcheck.exercises.schema import Exercise
from formcheck.photos import PhotoJudgement
from formcheck.report.gaps import gap_rows
from formcheck.report.model import MeasureInfo, RepReport
from formcheck.report.photos import WHAT_FOR, WHAT_TO_DO
from formcheck.report.wording import listed, lower_first, without_side
from formcheck.session import Judgement


def headline(judgement: Judgement, report: RepReport) -> tuple[str, str]:
    """Return the two sentences.

    Parameters
    ----------
    judgement
        What was found.
    report
        The same as a report.
    """
    if isinstance(judgement, PhotoJudgement):
        return WHAT_FOR, WHAT_TO_DO
    if report.summary.counted:
        return _counted(report), _range(report, judgement.exercise)
    first, second = report.summary.sentences[0], _next_step(judgement, report)
    return first.removesuffix(second).rstrip(), second  # where to put the camera is said once


def main_measure(report: RepReport, drill: Exercise) -> MeasureInfo | None:
    """Return the result that stands for the range: the first that is an angle, or a known one of its channel.

    Degrees of something else would be taken for the range. Where no result is an angle: the first with a number.
    """
    results = [m for m in report.measures if m.result]
    channels = {m.name: m.channel for m in drill.measures}
    first = next((m for m in results if m.unit == "deg"), None)
    alike = results if first is None else [m for m in results if channels[m.name] == channels[first.name]]
    return next((m for m in alike if _numbers(report, m)), first)


def _counted(report: RepReport) -> str:
    summary = report.summary
    sides = [side for side, n in summary.counted_by_side.items() if n and side != "both"]
    where = f" on the {sides[0]}" if len(sides) == 1 else ""
    if len(sides) > 1:
        where = f" ({listed([f'{summary.counted_by_side[side]} {side}' for side in sides])})"
    text = f"{plural(summary.counted, 'repetition')} counted{where}"
    if summary.attempts:
        text += f", {plural(summary.attempts, 'attempt')} did not ({_attempts(report)})"
    seen = [fault for fault in report.faults if fault.verdict == "seen"]
    if seen:
        return f"{text}; seen: {listed([lower_first(fault.label) for fault in seen])}."
    blind = [fault for fault in report.faults if fault.verdict != "not_seen"]
    if report.faults and not blind:
        return f"{text}; none of the compensations that are watched for was seen."
    return f"{text}; not every compensation could be judged." if blind else f"{text}."


def _attempts(report: RepReport) -> str:
    """Return why attempts did not count, in a few words: the fault that spoiled them, or the reason."""
    labels = {fault.code: lower_first(fault.label) for fault in report.faults}
    reasons = Counter(rep.reason or "not_counted" for rep in report.reps if not rep.counted)
    return listed([labels.get(code, code.replace("_", " ")) for code, _ in reasons.most_common()])


def _range(report: RepReport, drill: Exercise) -> str:
    measure = main_measure(report, drill)
    if measure is None:
        return "How far it went could not be measured; below it says why."
    found = _numbers(report, measure)
    if not found:
        return f"{without_side(measure.label)}: no number; below it says why."
    parts = [f"{_size(number)}{f' on the {side}' if side else ''}" for side, number in found.items()]
    return f"{without_side(measure.label)}: {listed(parts)}."


def _size(found: Measurement) -> str:
    if found.unit == "class":
        return quantity(found.value or 0.0, found.unit)
    value, sigma = found.value or 0.0, found.sigma or 0.0
    return f"{quantity(value, found.unit)}, give or take {quantity(sigma, found.unit)}"


def _numbers(report: RepReport, measure: MeasureInfo) -> dict[str, Measurement]:
    """Return the numbers of a measure by side ("" for both), also where the drill names sides itself."""
    base = measure.name.removesuffix("_left")
    keys = {measure.name: ""} if base == measure.name else {}
    keys |= {f"{base}_left": "left", f"{base}_right": "right"}
    found = {side: report.summary.measures.get(key) for key, side in keys.items()}
    return {side: m for side, m in found.items() if m is not None and m.value is not None}


def _next_step(judgement: Judgement, report: RepReport) -> str:
    """Return what helps most: why the attempts did not count, how to place the camera, or how to film it better."""
    if report.reps:
        texts = Counter(rep.reason_text for rep in report.reps if rep.reason_text)
        told = texts.most_common(1)
        return f"{plural(len(report.reps), 'attempt')}: {lower_first(told[0][0])}" if told else ""
    if not judgement.view_ok:
        return judgement.exercise.camera
    advice = [row["advice"] for row in gap_rows(judgement) if row["advice"]]
    return advice[0] if advice else _steps(judgement.exercise)


def _steps(drill: Exercise) -> str:
    return f"The movement: {lower_first(drill.steps[0])}"
