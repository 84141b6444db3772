"""Every lying drill on exact angles: one clip with a clean repetition, one for each fault, and a too small one."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from judging.plan import drills, read_design
from judging.scores import exercise_of

from formcheck.core.results import Rep
from formcheck.synthetic.clip import ClipSpec
from formcheck.synthetic.movements import MOVEMENTS
from tests.fixtures.true_clip import true_reps

DESIGN = read_design()["drills"]
FPS = 10.0


def shown(drill: str) -> list[tuple[str, float]]:
    """Return what goes wrong in the repetitions after the first: code and size."""
    found = [(code, float(sizes[-1])) for code, sizes in DESIGN[drill]["faults"].items()]
    small = MOVEMENTS[drill].faults.get("too_small")
    return found + ([("too_small", small.default)] if small else [])


CAMERAS = {"foot_end": "foot_end:57", "overhead": "overhead:86", "side": "side:8"}


def seen_from(drill: str, code: str | None = None) -> str:
    """Return the view from which a fault is judged: the drill's own unless only another shows it."""
    own = "side" if DESIGN[drill]["views"] == "side" else "foot_end"
    views = next((rule.views for rule in exercise_of(drill).faults if rule.code == code), ())
    return own if not views or own in views else views[0]


@cache
def judged(drill: str, view: str) -> tuple[tuple[Rep, ...], dict[str, Any]]:
    entry = DESIGN[drill]
    wrong = shown(drill)
    spec = ClipSpec(
        drill=drill,
        side="left",
        body="ana",
        camera=CAMERAS[view],
        faults=tuple(f"{code}={size}@{i}" for i, (code, size) in enumerate(wrong, start=2)),
        reps=1 + len(wrong),
        params=entry["params"],
        fps=FPS,
        seed=7,
        baseline_s=1.2,
    )
    exercise = exercise_of(drill)
    side = entry.get("sides", "left")
    reps, truth = true_reps(exercise, spec, side, view)
    return tuple(r for r in reps if r.side in ("left", "both")), truth


def during(drill: str, index: int, view: str) -> list[Rep]:
    """Return what was judged while the repetition of that number was done, from 1: its middle lies in there."""
    reps, truth = judged(drill, view)
    true = truth["reps"][index - 1]
    return [r for r in reps if true["start_s"] < (r.start_s + r.end_s) / 2 < true["end_s"]]


@pytest.mark.parametrize("drill", drills(standing=False))
def test_a_clean_repetition_counts_and_nothing_is_held_against_it(drill: str) -> None:
    (rep,) = during(drill, 1, seen_from(drill))
    assert rep.counted, rep.reason_text
    assert [f.code for f in rep.faults if f.severity != "advice"] == []


@pytest.mark.parametrize(
    ("drill", "index"), [(d, i) for d in drills(standing=False) for i, _ in enumerate(shown(d), start=2)]
)
def test_a_fault_is_named_and_what_is_no_range_of_the_hip_does_not_count(drill: str, index: int) -> None:
    code, _ = shown(drill)[index - 2]
    view = seen_from(drill, code)
    reps = during(drill, index, view)
    counted = judged(drill, view)[1]["reps"][index - 1]["counted"]
    if code == "too_small":
        assert not any(r.counted for r in reps)
        return
    said = {f.code for r in reps for f in r.faults} | {r.reason for r in reps if not r.counted}
    spoiled_by_hold = {"no_hold", "hold_too_short", "too_fast"} if code in ("momentum", "too_fast") else set()
    assert said & ({code} | spoiled_by_hold), [r.measures for r in reps]
    if not counted:
        assert not any(r.counted for r in reps)


@pytest.mark.parametrize("drill", drills(standing=False))
def test_the_drill_names_what_the_benchmark_shows(drill: str) -> None:
    codes = {rule.code for rule in exercise_of(drill).faults}
    assert set(DESIGN[drill]["faults"]) <= codes


def lift_off(**changes: Any) -> Rep:
    """Return the one repetition that a lift-off without a fault is, or with these changes."""
    params = DESIGN["supine-ir-liftoff"]["params"] | changes
    spec = ClipSpec("supine-ir-liftoff", "left", "ana", "foot_end:57", reps=1, params=params, fps=FPS, baseline_s=1.2)
    (rep,) = true_reps(exercise_of("supine-ir-liftoff"), spec, "left", "foot_end")[0]
    return rep


@pytest.mark.parametrize(("lift", "reason"), [(0.0, "no_lift"), (12.0, None), (24.0, None)])
def test_a_dip_without_a_lift_is_an_attempt_and_a_low_lift_counts(lift: float, reason: str | None) -> None:
    rep = lift_off(lift=lift)
    assert rep.reason == reason
    assert (rep.measures["lift"].value is None) == (reason == "no_lift")
