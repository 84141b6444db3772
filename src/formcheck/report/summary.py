"""The clip in a few numbers and sentences, as a kind and exact coach would say them."""

from __future__ import annotations

import statistics
from collections import Counter

from formcheck.core.measurement import Measurement, Reason
from formcheck.core.results import Rep
from formcheck.core.words import measurement_words, plural, quantity
from formcheck.exercises.schema import Exercise
from formcheck.photos import PhotoJudgement
from formcheck.report.circles import circle_sentences
from formcheck.report.compare import side_sentences, trend_sentences
from formcheck.report.holds import hold_sentences
from formcheck.report.model import Summary, ToldAnswer, WatchedFault
from formcheck.report.photos import photo_sentences
from formcheck.report.told import told_sentence
from formcheck.report.verdicts import RepReasons, could_hide, is_honest
from formcheck.report.wording import clock, listed, lower_first, why
from formcheck.session import Judgement

NOT_PASSED = "not_passed"  # what did not happen needs no sentence
_LITTLE_COVERAGE = 0.9  # share of the frames with a signal below which it is worth a sentence


def summarise(
    judgement: Judgement, reasons: RepReasons, faults: tuple[WatchedFault, ...], told: tuple[ToldAnswer, ...] = ()
) -> Summary:
    """Return counts, medians and the verdict in words.

    Parameters
    ----------
    judgement
        What was found.
    reasons
        Where each fault could be judged, from `judging_reasons`.
    faults
        The verdict on each fault, from `watched_faults`.
    told
        What the person told, from `told_answers`.
    """
    if isinstance(judgement, PhotoJudgement):
        return Summary(
            counted=0, attempts=0, counted_by_side={}, faults={}, measures={}, sentences=photo_sentences(judgement)
        )
    counted = [rep for rep in judgement.reps if rep.counted]
    by_side = {side: sum(rep.side == side for rep in counted) for side in judged_sides(judgement)}
    measures = _medians(judgement, counted)
    return Summary(
        counted=len(counted),
        attempts=len(judgement.reps) - len(counted),
        counted_by_side=by_side,
        faults={fault.code: fault.reps for fault in faults if fault.reps},
        measures=measures,
        sentences=(
            _count_sentence(judgement, by_side),
            *_clock_sentences(judgement),
            *_attempt_sentences(judgement.reps),
            *measure_sentences(judgement.exercise, measures),
            *hold_sentences(judgement.exercise, counted),
            *side_sentences(judgement.exercise, measures),
            *trend_sentences(judgement.exercise, counted),
            *(told_sentence(a) for a in told if a.value is not None or judgement.reps),
            *_fault_sentences(judgement, faults),
            *circle_sentences(judgement.reps, judgement.exercise),
            *_caveats(judgement),
            *(() if any(a.note for a in told) else _praise(judgement, reasons, faults)),
        ),
    )


def judged_sides(judgement: Judgement) -> tuple[str, ...]:
    """Return the sides that were judged one by one: both legs at once for a two-sided drill."""
    if judgement.side == "both" and "both" not in judgement.exercise.sides:
        return judgement.exercise.sides
    return (judgement.side,)


def moved_sides(judgement: Judgement) -> tuple[str, ...]:
    """Return the judged sides that did something; all of them when none did."""
    moved = {rep.side for rep in judgement.reps}
    return tuple(side for side in judged_sides(judgement) if side in moved) or judged_sides(judgement)


def _medians(judgement: Judgement, counted: list[Rep]) -> dict[str, Measurement]:
    out = {}
    for side in judged_sides(judgement):
        reps = [rep for rep in counted if rep.side == side]
        if not reps:
            continue
        for measure in judgement.exercise.measures:
            key = measure.name if side == "both" else f"{measure.name}_{side}"
            out[key] = _median([rep.measures[measure.name] for rep in reps], measure.unit)
    return out


def _median(results: list[Measurement], unit: str) -> Measurement:
    known = [(m.value, m.sigma) for m in results if m.value is not None and m.sigma is not None]
    if not known:
        missing = Counter(m.reason for m in results)
        return Measurement(None, None, unit, missing.most_common(1)[0][0])
    return Measurement(statistics.median(v for v, _ in known), statistics.median(s for _, s in known), unit)


def _count_sentence(judgement: Judgement, by_side: dict[str, int]) -> str:
    total = sum(by_side.values())
    if total:
        sides = sides_words(by_side)
        return f"{plural(total, 'repetition')} counted{f' ({sides})' if sides else ''}."
    if judgement.view_message:
        return f"No repetition counted: {lower_first(judgement.view_message)}"
    if judgement.baseline is None:
        return f"No repetition counted: {why('no_baseline')}."
    if judgement.reps:
        return "No repetition counted."
    if judgement.coverage < _LITTLE_COVERAGE:
        return f"No repetition counted: the movement could be followed in {judgement.coverage:.0%} of the clip only."
    return "No repetition counted: no movement of this drill was seen."


def _clock_sentences(judgement: Judgement) -> list[str]:
    """Return what the clock decides instead of what is seen."""
    if not judgement.reps:
        return []
    if judgement.exercise.by_clock:
        return ["The rounds are counted by the clock, whatever is done in them."]
    timed = [f"“{phase.label}”" for phase in judgement.exercise.phases if phase.after_s is not None]
    begins = "begin" if len(timed) > 1 else "begins"
    return [f"{listed(timed)} {begins} by the clock, whatever is done."] if timed else []


def sides_words(counted_by_side: dict[str, int]) -> str:
    """Return how the counted repetitions are spread over the sides, where that needs saying.

    Examples
    --------
    >>> sides_words({"left": 2, "right": 3}), sides_words({"left": 0, "right": 3}), sides_words({"both": 5})
    ('2 left and 3 right', 'right', '')
    """
    moved = [side for side, n in counted_by_side.items() if n and side != "both"]
    return moved[0] if len(moved) == 1 else listed([f"{counted_by_side[side]} {side}" for side in moved])


def _attempt_sentences(reps: tuple[Rep, ...]) -> list[str]:
    texts = Counter(rep.reason_text or "It did not count." for rep in reps if not rep.counted)
    return [f"{plural(n, 'attempt')}: {lower_first(text)}" for text, n in texts.items()]


def measure_sentences(exercise: Exercise, measures: dict[str, Measurement]) -> list[str]:
    """Return a sentence for each result of the drill.

    Parameters
    ----------
    exercise
        The drill.
    measures
        As in `Summary.measures`.
    """
    sentences = []
    for measure in exercise.measures:
        for side in ("", "left", "right"):
            found = measures.get(f"{measure.name}_{side}" if side else measure.name)
            if found is None or not measure.result or found.reason == NOT_PASSED:
                continue
            what = f"{measure.label}, {side}" if side else measure.label
            if found.value is None:
                sentences.append(f"{what}: – ({why(found.reason)}).")
            else:
                sentences.append(f"{what}: {measurement_words(found)}.")
    return sentences


def _fault_sentences(judgement: Judgement, faults: tuple[WatchedFault, ...]) -> list[str]:
    if not judgement.reps:
        return []
    moved = len(judgement.reps)
    of = f"of {plural(moved, 'movement')}" if moved > 1 else ""
    rules = {rule.code: rule for rule in judgement.exercise.faults}
    sentences = []
    for fault in faults:
        if fault.verdict == "seen":
            hint = _how_much(judgement, fault.code)
            where = f"in {fault.reps} {of}" if of else "in the one movement"
            sentences.append(f"{fault.label}: seen {where}{hint}. {rules[fault.code].message}")
    unseen = [fault for fault in faults if fault.verdict == "not_seen"]
    clear = [lower_first(fault.label) for fault in unseen if not could_hide(fault, rules[fault.code])]
    if clear:
        sentences.append(f"Watched and not seen: {listed(clear)}.")
    for fault in unseen:
        if fault.sigma is not None and could_hide(fault, rules[fault.code]):
            size = quantity(fault.sigma, fault.unit)
            sentences.append(f"{fault.label}: not seen, but a small one could hide in the uncertainty of {size}.")
    for fault in faults:
        if fault.verdict == "partly_judged":
            share = f"{fault.judged_share:.0%} of the movement"
            sentences.append(f"{fault.label}: not seen, but only {share} could be judged; {why(fault.reason)}.")
    for reason in dict.fromkeys(fault.reason for fault in faults if fault.verdict == "not_judged"):
        same = [f.label for f in faults if f.verdict == "not_judged" and f.reason == reason]
        names = listed([f"“{label}”" for label in same])
        sentences.append(f"{names} could not be judged in this clip: {why(reason)}.")
    return sentences


def _how_much(judgement: Judgement, code: str) -> str:
    """Return how much is meant where a compensation is less than a failure."""
    seen = {fault.severity for rep in judgement.reps for fault in rep.faults if fault.code == code}
    return "" if "fail" in seen else " (a warning)" if "warn" in seen else " (a hint only)"


def _caveats(judgement: Judgement) -> list[str]:
    sentences = _cut_sentences(judgement)
    if judgement.reps and judgement.baseline and not judgement.baseline.still:
        sentences.append(
            "Nobody held still at the start: neutral is the least moving moment, so changes from it are less certain."
        )
    if judgement.reps and judgement.coverage < _LITTLE_COVERAGE:
        sentences.append(
            f"The movement could be followed in {judgement.coverage:.0%} of the clip: "
            "a repetition in the gaps is not in the count."
        )
    return sentences


def _cut_sentences(judgement: Judgement) -> list[str]:
    if not judgement.cuts_s:
        return []
    times = listed([clock(time) for time in judgement.cuts_s])
    elsewhere = any(gap.reason == Reason.CUT for gap in judgement.abstentions)
    rest = (
        "Only what was filmed from one place is judged: give the rest as a clip of its own."
        if elsewhere
        else "What was going on there is not judged."
    )
    return [f"The recording is cut at {times}. {rest}"]


def _praise(judgement: Judgement, reasons: RepReasons, faults: tuple[WatchedFault, ...]) -> list[str]:
    """Return the drill's praise if every counted repetition earned it, and there were eyes to tell."""
    counted = [(i, rep) for i, rep in enumerate(judgement.reps) if rep.counted]
    honest = all(is_honest(rep, i, judgement.exercise, reasons) for i, rep in counted)
    blind = bool(faults) and all(fault.verdict == "not_judged" for fault in faults)
    return [judgement.exercise.praise] if counted and honest and not blind else []
