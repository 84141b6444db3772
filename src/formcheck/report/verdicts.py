"""What can be said about each compensation: seen, watched and not seen, or not judged, which is not the same."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.coach.samples import SideView, sources
from formcheck.core.measurement import Reason
from formcheck.core.pose import FloatArray
from formcheck.core.results import Rep
from formcheck.exercises.schema import Exercise
from formcheck.exercises.tables import FaultRule
from formcheck.report.model import WatchedFault
from formcheck.session import Judgement

Verdict = Literal["seen", "not_seen", "partly_judged", "not_judged"]
Reasons = NDArray[np.object_]

NO_MOVEMENT: Final = "no_movement"
"""Why a fault was not judged in a clip in which nobody did the drill."""
_ENOUGH: Final = 0.9  # share of the movement time from which a fault counts as watched; edges of a phase may be lost
_TOO_LITTLE: Final = 0.1  # share below which it does not count as watched at all

RepReasons = Mapping[str, tuple[Reasons, ...]]
"""For each fault code one array a rep: "" where the fault could be judged, otherwise why not."""


def judging_reasons(judgement: Judgement) -> RepReasons:
    """Return where in each rep each fault of the drill could be judged, and why not elsewhere.

    Of a movement that was too small to begin a repetition nothing but its size is judged: its arrays are empty.
    """
    nothing = np.array([], dtype=object)
    return {
        rule.code: tuple(
            why if rep.phases else nothing
            for rep, why in zip(judgement.reps, _rule_reasons(judgement, rule), strict=True)
        )
        for rule in judgement.exercise.faults
    }


def watched_faults(judgement: Judgement, reasons: RepReasons) -> tuple[WatchedFault, ...]:
    """Return the verdict on every fault of the drill, in its order.

    Parameters
    ----------
    judgement
        What was found.
    reasons
        From `judging_reasons`.
    """
    return tuple(_verdict(judgement, rule, reasons[rule.code]) for rule in judgement.exercise.faults)


def is_honest(rep: Rep, position: int, exercise: Exercise, reasons: RepReasons) -> bool:
    """Return whether a rep earned praise: it counts, nothing showed in it, what could spoil it is known to be absent.

    Where nothing spoils a rep of the drill, all must be judged that fails one, but for what this view never shows.

    Parameters
    ----------
    rep
        The rep.
    position
        Its place among the reps, from 0.
    exercise
        The drill.
    reasons
        From `judging_reasons`.
    """
    spoilers = [rule.code for rule in exercise.faults if rule.spoils]
    failing = [
        rule.code
        for rule in exercise.faults
        if not rule.advice_only and not (reasons[rule.code][position] == Reason.WRONG_VIEW).all()
    ]
    judged = all(judged_share(reasons[code][position]) >= _ENOUGH for code in spoilers or failing)
    doubted = any(fault.severity != "advice" or fault.code in spoilers for fault in rep.faults)
    return rep.counted and judged and not doubted


def judged_share(reasons: Reasons) -> float:
    """Return the share of moments that could be judged; 0 when there are none."""
    return float(np.mean(reasons == "")) if len(reasons) else 0.0


def _verdict(judgement: Judgement, rule: FaultRule, reasons: tuple[Reasons, ...]) -> WatchedFault:
    seen = sum(any(fault.code == rule.code for fault in rep.faults) for rep in judgement.reps)
    moments = np.concatenate([np.array([], dtype=object), *reasons])
    share = judged_share(moments)
    verdict: Verdict = "seen" if seen else "not_seen"
    if not seen and share < _ENOUGH:
        verdict = "partly_judged" if share >= _TOO_LITTLE else "not_judged"
    return WatchedFault(
        code=rule.code,
        label=rule.label,
        verdict=verdict,
        reps=seen,
        judged_share=round(share, 3),
        sigma=_typical_sigma(judgement, rule, reasons),
        unit=rule.unit,
        reason=_main_reason(judgement, moments) if share < _ENOUGH else None,
    )


def _main_reason(judgement: Judgement, moments: Reasons) -> str:
    if not judgement.view_ok:
        return Reason.WRONG_VIEW.value
    if judgement.baseline is None:
        return Reason.NO_BASELINE.value
    missing = Counter(str(reason) for reason in moments if reason)
    return missing.most_common(1)[0][0] if missing else NO_MOVEMENT


def _rule_reasons(judgement: Judgement, rule: FaultRule) -> tuple[Reasons, ...]:
    if rule.views and judgement.view.view not in rule.views:
        return tuple(_one(Reason.WRONG_VIEW.value) for _ in judgement.reps)
    if rule.measure is not None:
        return tuple(_one(_measure_reason(rule, rep)) for rep in judgement.reps)
    only_this = judgement.exercise.model_copy(update={"faults": (rule,)})
    by_side = {
        side: SideView(only_this, side, judgement.channels, judgement.baseline_values).judging_reason(
            rule.channel or ""
        )
        for side in {rep.side for rep in judgement.reps}
    }
    return tuple(by_side[rep.side][_moving(judgement, rule, rep)] for rep in judgement.reps)


def _typical_sigma(judgement: Judgement, rule: FaultRule, reasons: tuple[Reasons, ...]) -> float | None:
    """Return the median sigma of what the rule compares, over the moments that could be judged."""
    known: list[float] = []
    for rep, why in zip(judgement.reps, reasons, strict=True):
        if rule.measure is not None:
            sigma = rep.measures[rule.measure].sigma
            known += [sigma] if sigma is not None and (why == "").any() else []
        elif rule.of != "rate" and (why == "").any():
            frames = np.flatnonzero(_moving(judgement, rule, rep))[why == ""]
            rows = [_sigma(judgement, rule, name)[frames] for name in sources(rule.channel or "", rep.side)]
            known += [float(v) for v in np.concatenate(rows) if np.isfinite(v)]
    return round(statistics.median(known), 3) if known else None


def _sigma(judgement: Judgement, rule: FaultRule, name: str) -> FloatArray:
    series, neutral = judgement.channels[name], judgement.baseline_values.get(name)
    if rule.of != "change":
        return series.sigma
    if series.change_sigma is not None:
        return series.change_sigma
    return np.hypot(series.sigma, neutral.sigma if neutral and neutral.sigma is not None else 0.0)


def _one(reason: str) -> Reasons:
    return np.array([reason], dtype=object)


def _measure_reason(rule: FaultRule, rep: Rep) -> str:
    measure = rep.measures[rule.measure or ""]
    if measure.value is None or measure.sigma is None:
        return measure.reason or Reason.LOW_CONFIDENCE.value
    return Reason.LOW_CONFIDENCE.value if measure.sigma > rule.blur else ""


def _moving(judgement: Judgement, rule: FaultRule, rep: Rep) -> NDArray[np.bool_]:
    """Return the frames of a rep in which the rule is watched, shape (T,)."""
    time = judgement.track.time_s
    frames = np.zeros(len(time), dtype=bool)
    for span in rep.phases:
        if not rule.during or span.name in rule.during:
            frames |= (time >= span.start_s) & (time <= span.end_s)
    return frames


def could_hide(fault: WatchedFault, rule: FaultRule) -> bool:
    """Return whether a fault that was not seen could hide, because one as large as a warning is within one sigma."""
    return fault.verdict in ("not_seen", "partly_judged") and fault.sigma is not None and fault.sigma > abs(rule.warn)
