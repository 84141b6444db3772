"""Runs every method on every clip and keeps what the tables, bars and plots are made of."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import SIDES
from formcheck.measure.channels import CHANNELS
from measuring.clips import Case, change
from measuring.methods import METHODS, Reading
from measuring.statistics import Detection, compare, detect

FloatArray = NDArray[np.float64]

ROTATION = "hip_ir"
LYING_CHANNELS = (ROTATION, "hip_flexion", "hip_adduction", "knee_flexion", "pelvis_roll", "trunk_side_bend")
UPRIGHT_CHANNELS = ("hip_flexion", "knee_flexion", "trunk_lean", "trunk_side_bend", "pelvis_yaw", "pelvis_hike")
LIFTED_DEG, FLAT_DEG = 10.0, 3.0
"""A pelvis rolled by as much as the first is lifted, by less than the second is not; in between nothing is asked."""
LIKELY = 0.70
"""Probability from which a lift is claimed, as by the drills: on tuning clips all 19 lifted repetitions reach 0.75, 93
of 94 flat ones at most 0.50."""
HALF_WAY_DEG = (LIFTED_DEG + FLAT_DEG) / 2
"""Change of roll from which a lift is claimed where there is no probability."""
MOVES_DEG = 2.0
"""Standard deviation that a true angle must have for a slope to mean something."""
PEAK_PERCENTILE = 90
"""What stands for the peak of a repetition, so that one bad frame does not."""


@dataclass(frozen=True)
class Series:
    """One quantity in the repetitions of one clip by one method, as change from the neutral pose."""

    method: str
    case: Case
    channel: str
    """Name without the side."""
    true: FloatArray
    measured: FloatArray
    sigma: FloatArray


@dataclass(frozen=True)
class HoldError:
    """The median of a hold against the true one; NaN when the method abstained for most of it."""

    method: str
    case: Case
    true: float
    measured: float


@dataclass(frozen=True)
class RepLift:
    """What a method says about the pelvis in one repetition, and the truth."""

    method: str
    case: Case
    true_deg: float
    score: float
    """Probability of a lift, or the size of the roll; NaN: no answer."""
    threshold: float


@dataclass
class Results:
    """Everything that was found."""

    cases: list[Case]
    series: list[Series]
    holds: list[HoldError]
    lifts: list[RepLift]
    cost_ms: dict[str, float]
    """Processor time of each method, a frame, without the pose model."""

    @property
    def methods(self) -> list[str]:
        """Return the methods in the order of their rows."""
        return list(self.cost_ms)


def measure(cases: Iterable[Case]) -> Results:
    """Run all methods on all clips."""
    out = Results([], [], [], [], {})
    spent = dict.fromkeys(METHODS, 0.0)
    frames = 0
    for case in cases:
        out.cases.append(case)
        frames += len(case.seen.track)
        for name, function in METHODS.items():
            begin = time.process_time()
            reading = function(case.seen)
            spent[name] += time.process_time() - begin
            out.series += _series(name, case, reading)
            if case.seen.lying:
                out.holds += _holds(name, case, reading)
                out.lifts += _lifts(name, case, reading)
    out.cost_ms = {name: 1000 * seconds / max(frames, 1) for name, seconds in spent.items()}
    return out


def _sided(channel: str, case: Case) -> list[str]:
    """Return the full names of a channel in a clip: of the legs that move, or of both when upright."""
    if not CHANNELS[channel].sided:
        return [channel]
    return [f"{channel}_{side}" for side in (case.moving if case.seen.lying else SIDES)]


def _series(method: str, case: Case, reading: Reading) -> list[Series]:
    found = []
    for channel in LYING_CHANNELS if case.seen.lying else UPRIGHT_CHANNELS:
        for name in _sided(channel, case):
            if name not in reading.values or name not in case.truth:
                continue
            value, sigma = reading.values[name]
            at = case.judged
            true, measured = change(case.truth[name], case.neutral)[at], change(value, case.neutral)[at]
            measured = true + (measured - true + 180.0) % 360.0 - 180.0
            found.append(Series(method, case, channel, true, measured, sigma[at]))
    return found


def _holds(method: str, case: Case, reading: Reading) -> list[HoldError]:
    found = []
    for hold in case.holds:
        name = f"{ROTATION}_{hold.side}"
        if name not in reading.values:
            continue
        true = change(case.truth[name], case.neutral)[hold.start : hold.stop]
        measured = change(reading.values[name][0], case.neutral)[hold.start : hold.stop]
        known = np.isfinite(measured)
        middle = float(np.median(measured[known])) if known.mean() >= 0.5 else float("nan")
        found.append(HoldError(method, case, float(np.median(true)), middle))
    return found


def _lifts(method: str, case: Case, reading: Reading) -> list[RepLift]:
    if reading.lift is not None:
        score, threshold = reading.lift, LIKELY
    elif "pelvis_roll" in reading.values:
        score, threshold = np.abs(change(reading.values["pelvis_roll"][0], case.neutral)), HALF_WAY_DEG
    else:
        return []
    found = []
    for rep in case.reps:
        inside = score[rep.start : rep.stop]
        known = inside[np.isfinite(inside)]
        answered = len(known) * 2 >= len(inside) and len(known) > 0
        peak = float(np.percentile(known, PEAK_PERCENTILE)) if answered else float("nan")
        found.append(RepLift(method, case, rep.roll_deg, peak, threshold))
    return found


def figures(series: Iterable[Series]) -> dict[str, float]:
    """Return the figures of some series together, every frame with the same weight."""
    chosen = list(series)
    if not chosen:
        return compare(np.zeros(0), np.zeros(0), np.zeros(0)) | {"people": 0, "clips": 0}
    columns = (np.concatenate([getattr(s, name) for s in chosen]) for name in ("measured", "sigma", "true"))
    return compare(*columns, moves=MOVES_DEG) | {
        "people": len({s.case.person for s in chosen}),
        "clips": len({s.case.name for s in chosen}),
    }


def detection(lifts: Iterable[RepLift]) -> Detection:
    """Return how well lifted repetitions are told from flat ones."""
    clear = [rep for rep in lifts if rep.true_deg >= LIFTED_DEG or rep.true_deg < FLAT_DEG]
    threshold = clear[0].threshold if clear else LIKELY
    lifted = np.array([r.true_deg >= LIFTED_DEG for r in clear], dtype=np.bool_)
    return detect(np.array([r.score for r in clear]), lifted, threshold)
