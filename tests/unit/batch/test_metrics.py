"""Figures against labels, small enough to be worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.batch.jobs import Job
from formcheck.batch.labels import Expected
from formcheck.batch.metrics import angle_figures, compute_metrics, count_figures, wilson
from formcheck.batch.rows import FIXED, labelled


def row(key: str, expected: Expected, **found: Any) -> dict[str, Any]:
    job = Job(key, f"{key}.mp4", Path(f"{key}.mp4"), "screen-squat", "auto", person="p", expected=expected)
    usual = {"status": "ok", "reps": 0, "attempts": 0, "faults": "", "advice": "", "not_judged": "", "view_ok": True}
    return labelled(job, usual | {"watched": "hip_shift;knee_valgus", "view_found": "front"} | found)


def test_counts_are_exact_off_by_one_and_biased() -> None:
    figures = count_figures([(3, 3), (3, 3), (3, 4), (3, 0)])
    assert figures is not None
    assert figures["exact"]["share"] == 0.5
    assert figures["off_by_one"] == 0.75
    assert figures["mean_absolute_error"] == 1.0
    assert figures["bias"] == -0.5
    assert figures["confusion"] == [
        {"expected": 3, "counted": 0, "clips": 1},
        {"expected": 3, "counted": 3, "clips": 2},
        {"expected": 3, "counted": 4, "clips": 1},
    ]
    assert count_figures([]) is None


def test_a_compensation_has_precision_recall_and_f1_over_the_clips_that_watch_for_it() -> None:
    knees, nothing = Expected(faults=("knee_valgus",)), Expected(faults=())
    rows = [
        row("hit", knees, faults="knee_valgus"),
        row("hint", knees, advice="knee_valgus"),
        row("missed", knees),
        row("unjudged", knees, not_judged="knee_valgus"),
        row("false", nothing, faults="knee_valgus"),
        row("passed", nothing),
        row("other drill", nothing, watched="pelvis_roll"),
        row("not labelled", Expected(), faults="knee_valgus"),
    ]
    found = compute_metrics(rows, {})
    figures = found["overall"]["faults"]["knee_valgus"]
    assert (figures["hits"], figures["misses"], figures["false"], figures["passes"]) == (2, 2, 1, 1)
    assert figures["not_judged"] == 1
    assert figures["precision"] == pytest.approx(2 / 3)
    assert figures["recall"] == 0.5
    assert figures["f1"] == pytest.approx(4 / 7)
    assert found["labelled"] == 7
    assert found["overall"]["as_labelled"]["share"] == pytest.approx(4 / 7)


def test_what_is_not_as_labelled_is_said() -> None:
    wrong = row("a", Expected(reps=2, attempts=0, faults=("knee_valgus",)), reps=1, faults="hip_shift")
    assert wrong["match"] is False
    assert wrong["mismatch"] == "1 of 2 reps; knee_valgus missed; hip_shift not expected"
    assert row("b", Expected(reps=0))["match"] is True
    assert row("c", Expected())["match"] is None
    assert {*FIXED} <= wrong.keys()


def test_an_error_counts_as_error_and_in_no_figure() -> None:
    rows = [row("a", Expected(reps=1), reps=1), row("b", Expected(reps=1), status="error", reps=None)]
    found = compute_metrics(rows, {})
    assert (found["errors"], found["overall"]["errors"], found["overall"]["reps"]["clips"]) == (1, 1, 1)


def test_groups_are_by_drill_view_and_person() -> None:
    rows = [row("a", Expected(reps=1), reps=1), row("b", Expected(reps=1), reps=0, view_found="side")]
    by = compute_metrics(rows, {})["by"]
    assert by["view"]["front"]["reps"]["exact"]["share"] == 1.0
    assert by["view"]["side"]["reps"]["exact"]["share"] == 0.0
    assert by["person"]["p"]["clips"] == by["exercise"]["screen-squat"]["clips"] == 2


def sums(errors: list[float], asked: int | None = None) -> dict[str, float]:
    e = np.array(errors)
    return {"asked": asked or len(e), "n": len(e), "total": e.sum(), "squares": (e**2).sum(), "sizes": np.abs(e).sum()}


def test_angles_of_one_clip_have_the_usual_limits_of_agreement() -> None:
    figures = angle_figures([sums([1.0, 3.0], asked=4)])
    assert (figures["mae"], figures["bias"], figures["coverage"]) == (2.0, 2.0, 0.5)
    assert figures["sd"] == pytest.approx(np.sqrt(2.0))
    assert figures["upper_limit"] - figures["lower_limit"] == pytest.approx(2 * 1.959964 * np.sqrt(2.0))


def test_what_a_clip_shares_widens_the_limits() -> None:
    """Two clips that are out by 5 either way: nearly no spread within them, all of it between them."""
    figures = angle_figures([sums([5.0, 5.2] * 50), sums([-5.0, -5.2] * 50)])
    assert figures["bias"] == pytest.approx(0.0)
    assert figures["mae"] == pytest.approx(5.1)
    assert figures["sd"] == pytest.approx(5.1 * np.sqrt(2), rel=0.01)


def test_the_interval_of_a_share_is_wilsons() -> None:
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(0, 0) is None
