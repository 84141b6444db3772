"""What the measuring engine must reach, what it is hoped to reach, and whether it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from measuring.clips import BAND_NAMES
from measuring.results import ROTATION, Results, Series, detection, figures

HIGH = frozenset(BAND_NAMES[2:])
"""45 degrees and more, and overhead: where the camera is asked for."""
LOW = frozenset({BAND_NAMES[1]})
SLOPE_RANGE_DEG = (-10.0, 45.0)
NAN = float("nan")
DEALS = 1000
"""How often clips are dealt to people at random."""


@dataclass(frozen=True)
class Bar:
    """One requirement. `low` and `high` bound the value, ends included."""

    name: str
    value: float
    must: tuple[float, float]
    goal: tuple[float, float]
    note: str = ""
    may_abstain: bool = False
    """Whether giving no answer at all is as good as reaching it."""

    def reached(self, level: tuple[float, float]) -> bool | None:
        """Return whether the value lies in a level; None when it is not known."""
        return None if np.isnan(self.value) else level[0] <= self.value <= level[1]

    @property
    def verdict(self) -> str:
        """Return goal, must, MISSED, abstains (where that is allowed) or not measured."""
        if self.reached(self.must) is None:
            return "abstains" if self.may_abstain else "not measured"
        return "goal" if self.reached(self.goal) else "must" if self.reached(self.must) else "MISSED"


def at_most(value: float) -> tuple[float, float]:
    """Return the level of what must not be larger."""
    return -np.inf, value


def at_least(value: float) -> tuple[float, float]:
    """Return the level of what must not be smaller."""
    return value, np.inf


def bars(results: Results, method: str, cost_ms: float, mocap: dict[str, dict[str, float]] | None) -> list[Bar]:
    """Return the bars with the values of one method.

    Parameters
    ----------
    results
        What was found.
    method
        Its row.
    cost_ms
        Refiner, fit and corrector, milliseconds a frame on one core.
    mocap
        Figures of the filmed squat against motion capture by channel, if it was measured.
    """
    rotation = [s for s in results.series if s.method == method and s.channel == ROTATION and s.case.seen.lying]
    high = [s for s in rotation if s.case.band in HIGH]
    top, low = figures(high), figures(s for s in rotation if s.case.band in LOW)
    found = [
        Bar("hip rotation, 45° and more: MAE", top["mae"], at_most(3.5), at_most(2.5)),
        Bar("hip rotation, 45° and more: p90", top["p90"], at_most(7.5), at_most(5.0)),
        Bar("hip rotation, 30-45°: MAE", low["mae"], at_most(5.5), at_most(4.0)),
        _worst_hold(results, method),
        Bar("slope of measured on true, -10..45°", _slope(rotation), (0.85, 1.15), (0.92, 1.08)),
        *_lift_bars(results, method),
        *_sigma_bars(rotation),
        Bar("coverage, 45° and more", top["coverage"], at_least(0.90), at_least(0.97)),
    ]
    for channel in ("hip_flexion", "knee_flexion"):
        errors = [row["mae"] for name, row in (mocap or {}).items() if name.startswith(channel)]
        name = f"filmed squat, {channel.replace('_', ' ')}: MAE"
        found.append(Bar(name, float(np.mean(errors)) if errors else NAN, at_most(8.0), at_most(5.0)))
    return [*found, Bar("refiner, fit, corrector: ms a frame", cost_ms, at_most(12.0), at_most(6.0))]


def _worst_hold(results: Results, method: str) -> Bar:
    errors = {
        (h.case.name, h.true): abs(h.measured - h.true)
        for h in results.holds
        if h.method == method and h.case.band in HIGH and np.isfinite(h.measured)
    }
    name = "hip rotation in holds, 45° and more: worst clip"
    if not errors:
        return Bar(name, NAN, at_most(6.0), at_most(4.0))
    (clip, _), worst = max(errors.items(), key=lambda item: item[1])
    middle = float(np.median(list(errors.values())))
    above = sum(error > 6.0 for error in errors.values())
    note = f"clip {clip}; median of {len(errors)} holds {middle:.1f}; {above} above 6"
    return Bar(name, worst, at_most(6.0), at_most(4.0), note)


def _slope(rotation: list[Series]) -> float:
    if not rotation:
        return NAN
    true = np.concatenate([s.true for s in rotation])
    measured = np.concatenate([s.measured for s in rotation])
    used = (true >= SLOPE_RANGE_DEG[0]) & (true <= SLOPE_RANGE_DEG[1]) & np.isfinite(measured)
    return float(np.polyfit(true[used], measured[used], 1)[0]) if used.sum() > 2 else NAN


def _lift_bars(results: Results, method: str) -> list[Bar]:
    """Return the bars of the pelvis; where an answer is due, a lift without one counts as missed."""
    found = []
    levels: dict[str, tuple[frozenset[str], tuple[float, float], tuple[float, float]]] = {
        "45° and more": (HIGH, (0.90, 0.97), (0.95, 0.97)),
        "30-45°": (LOW, (0.85, 0.90), (0.90, 0.95)),
    }
    for where, (bands, sensitivity, specificity) in levels.items():
        told = detection(r for r in results.lifts if r.method == method and r.case.band in bands)
        note = (
            f"{told.answered_positives} of {told.positives} lifted, {told.answered_negatives} of {told.negatives} flat"
        )
        note += " repetitions answered"
        may_abstain = bands is LOW
        caught = told.sensitivity if may_abstain else told.hits / told.positives if told.positives else NAN
        for name, value, (must, goal) in (
            ("sensitivity", caught, sensitivity),
            ("specificity", told.specificity, specificity),
        ):
            title = f"pelvis lift, {where}: {name}"
            found.append(Bar(title, value, at_least(must), at_least(goal), note, may_abstain=may_abstain))
    return found


def within(share: float) -> bool:
    """Return whether a share of errors inside two sigma is what it must be."""
    return 0.90 <= share <= 0.97


def dealt(rotation: list[Series]) -> tuple[float, float, float]:
    """Return what the shares of people would be if it made no difference who is filmed.

    The clips are dealt to the people at random, as many to each as they have: what is left is that the errors within a
    clip hang together.

    Returns
    -------
    least, most, inside
        Medians over `DEALS` deals: least and largest share of a person, people within 90-97 %.
    """
    clips: dict[str, tuple[str, int, int]] = {}
    for s in rotation:
        known = np.isfinite(s.measured) & np.isfinite(s.sigma)
        hits = int((np.abs(s.measured - s.true) <= 2 * s.sigma)[known].sum())
        _, n, inside = clips.get(s.case.name, ("", 0, 0))
        clips[s.case.name] = s.case.person, n + int(known.sum()), inside + hits
    owner, count, hit = (np.array(column) for column in zip(*clips.values(), strict=True))
    theirs = owner == np.unique(owner)[:, None]  # people by clips
    rng = np.random.default_rng(0)
    found = []
    for _ in range(DEALS):
        order = rng.permutation(len(owner))
        total = theirs @ count[order]
        shares = (theirs @ hit[order])[total > 0] / total[total > 0]
        found.append((shares.min(), shares.max(), sum(within(float(s)) for s in shares)))
    least, most, inside_range = np.median(np.array(found), axis=0)
    return float(least), float(most), float(inside_range)


def _sigma_bars(rotation: list[Series]) -> list[Bar]:
    found = []
    kinds: dict[str, Callable[[Series], str]] = {
        "band": lambda s: s.case.band,
        "person": lambda s: s.case.person,
    }
    for kind, key in kinds.items():
        shares = {
            name: figures(s for s in rotation if key(s) == name)["inside_2_sigma"]
            for name in sorted({key(s) for s in rotation})
        }
        known = {name: share for name, share in shares.items() if not np.isnan(share)}
        note = f"{sum(within(s) for s in known.values())} of {len(known)} within 90-97 %"
        if kind == "person" and known:
            least, most, inside = dealt(rotation)
            note += f"; clips dealt to people at random: {least:.2f} to {most:.2f}, {inside:.0f} within"
        for word, pick in (("least", min), ("most", max)):
            value = pick(known.values()) if known else NAN
            found.append(Bar(f"errors in 2 sigma, {word} of any {kind}", value, (0.90, 0.97), (0.93, 0.97), note))
    return found
