"""Every standing drill on exact angles, from each view that shows something: clean, and with each of its faults."""

from __future__ import annotations

from dataclasses import replace
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
CAMERAS = {"front": "front:10", "front_first": "front:10", "beside": "side:8", "back": "back:10"}
VIEWS = {"front": "front", "front_first": "front", "beside": "side", "back": "back"}
FPS = 7.0
ROUNDS = "screen-foot-presentation"
"""The drill by the clock: one round a clip."""


def views(drill: str) -> list[str]:
    entry = DESIGN[drill]
    return list(dict.fromkeys([entry["views"], *entry.get("seen_from", {}).values()]))


def shown(drill: str, view: str) -> list[tuple[str, float]]:
    """Return what goes wrong in the repetitions after the first, as far as this view shows it: code and size."""
    entry = DESIGN[drill]
    hidden = {
        *entry.get("unnamed", ()),
        *entry.get("with", ()),
        *[f.code for f in exercise_of(drill).faults if f.advice_only],
    }
    found = [
        (code, float(sizes[-1]))
        for code, sizes in entry["faults"].items()
        if entry.get("seen_from", {}).get(code, entry["views"]) == view and code not in hidden
    ]
    small = MOVEMENTS[drill].faults.get("too_small")
    return found + ([("too_small", small.default)] if small and view == entry["views"] else [])


CASES = [(d, v) for d in drills(standing=True) if d != ROUNDS for v in views(d)]
FAULTS = [(d, v, i) for d, v in CASES for i, _ in enumerate(shown(d, v), start=2)]


@cache
def judged(drill: str, view: str) -> tuple[tuple[Rep, ...], dict[str, Any]]:
    entry = DESIGN[drill]
    wrong = shown(drill, view)
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
    reps, truth = true_reps(exercise_of(drill), spec, entry.get("sides", "left"), VIEWS[view])
    return tuple(r for r in reps if r.side in ("left", "both")), truth


def during(drill: str, view: str, index: int) -> list[Rep]:
    """Return what was judged while the repetition of that number was done, from 1: its middle lies in there."""
    reps, truth = judged(drill, view)
    true = truth["reps"][index - 1]
    return [r for r in reps if true["start_s"] < (r.start_s + r.end_s) / 2 < true["end_s"]]


@pytest.mark.parametrize(("drill", "view"), CASES)
def test_a_clean_repetition_counts_and_nothing_is_held_against_it(drill: str, view: str) -> None:
    (rep,) = during(drill, view, 1)
    assert rep.counted, rep.reason_text
    assert [f.code for f in rep.faults] == []


@pytest.mark.parametrize(("drill", "view", "index"), FAULTS)
def test_a_fault_is_named_and_what_is_not_the_drill_does_not_count(drill: str, view: str, index: int) -> None:
    code, _ = shown(drill, view)[index - 2]
    reps = during(drill, view, index)
    if not judged(drill, view)[1]["reps"][index - 1]["counted"]:
        assert not any(r.counted for r in reps)
    if code == "too_small":
        return
    said = {f.code for r in reps for f in r.faults} | {r.reason for r in reps if not r.counted}
    spoiled_by_speed = {"no_hold", "hold_too_short"} if code == "too_fast" else set()
    assert said & ({code} | spoiled_by_speed), [(r.reason, r.measures) for r in reps]


@pytest.mark.parametrize("drill", drills(standing=True))
def test_the_drill_names_what_the_benchmark_shows_but_for_what_it_says_it_cannot_see(drill: str) -> None:
    codes = {rule.code for rule in exercise_of(drill).faults}
    entry = DESIGN[drill]
    assert set(entry["faults"]) - set(entry.get("unnamed", ())) <= codes


ONE_LEG = ClipSpec(
    drill="standing-rotation-dissociation",
    side="right",
    body="ben",
    camera="front:10",
    reps=1,
    params={"hold_s": 1.0, "hover": 52.0},
    fps=FPS,
    seed=5,
    baseline_s=1.2,
)


@pytest.mark.parametrize("fault", ["balance_lost=11", "hop=8"])
def test_staggering_and_hopping_on_one_leg_is_no_repetition(fault: str) -> None:
    nothing_else = replace(ONE_LEG, faults=(fault,), amplitude=0.0, params={"turn": 3.0, "hold_s": 1.0, "hover": 52.0})
    reps, _ = true_reps(exercise_of(ONE_LEG.drill), nothing_else, "right", "front")
    assert [r for r in reps if r.counted] == []


def test_hops_in_a_repetition_do_not_add_any() -> None:
    reps, _ = true_reps(exercise_of(ONE_LEG.drill), replace(ONE_LEG, faults=("hop=8",)), "right", "front")
    assert len([r for r in reps if r.counted]) <= 1


def test_a_foot_that_hovers_is_not_taken_for_one_that_stands() -> None:
    (rep,), _ = true_reps(exercise_of(ONE_LEG.drill), ONE_LEG, "right", "front")
    assert rep.counted
    assert "foot_touch" not in {f.code for f in rep.faults}


def test_putting_the_foot_down_ends_the_repetition_with_a_kind_word() -> None:
    drill = exercise_of(ONE_LEG.drill)
    reps, truth = true_reps(drill, replace(ONE_LEG, faults=("foot_touch=1.3",)), "right", "front")
    assert [r.reason for r in reps] == ["foot_touch"]  # and what is left of the movement is no other attempt
    back = next(p["start_s"] for p in truth["phases"] if p["name"] == "centre")
    assert reps[0].end_s < back
    (fault,) = (f for f in reps[0].faults if f.code == "foot_touch")
    assert fault.severity == "fail"
    assert "fine" in next(f.cue for f in drill.faults if f.code == "foot_touch")


@pytest.mark.parametrize(("toe_out", "expected"), [(8.0, 0.0), (27.0, -1.0)])
def test_the_foot_screen_tells_where_the_toes_point_as_a_class(toe_out: float, expected: float) -> None:
    spec = ClipSpec(
        drill=ROUNDS,
        body="ana",
        camera="front:18",
        params={"hold_s": 4.2, "toe_out": toe_out},
        fps=FPS,
        seed=7,
        baseline_s=1.2,
    )
    (rep,), _ = true_reps(exercise_of(ROUNDS), spec, "both", "front")
    assert rep.counted
    for side in ("left", "right"):
        assert rep.measures[f"foot_{side}"].value == expected
        assert rep.measures[f"foot_{side}"].unit == "class"
    assert [f.code for f in rep.faults] == (["foot_turn"] if expected else [])
