"""Drills with holds, pauses and clocks on drawn channels: their real durations, what is let go too early, both legs."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.coach.samples import SideView, drill_channels, sources
from formcheck.core.measurement import ChannelSeries, Measurement
from formcheck.core.pose import FloatArray
from formcheck.core.results import Rep
from formcheck.exercises.lookup import load_exercise, shipped_exercises
from formcheck.session import run_drill
from formcheck.synthetic.clip import ClipSpec
from tests.fixtures.true_clip import true_reps

FPS = 10.0
TOUCHING, APART = 0.22, 0.7


def path(*points: tuple[float, float]) -> FloatArray:
    """Return values every tenth of a second along a smooth path; each point: how long it takes to get there, where."""
    out, now = [np.zeros(round(2 * FPS))], 0.0
    for seconds, value in points:
        ramp = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, round(seconds * FPS)))
        out.append(now + (value - now) * ramp)
        now = value
    return np.concatenate(out)


def judge(drill: str, side: str, **drawn: FloatArray) -> list[Rep]:
    """Return what a shipped drill says where all channels are neutral but for those drawn."""
    exercise = load_exercise(drill)
    frames = len(next(iter(drawn.values())))
    nothing = np.full(frames, "", dtype=object)

    def series(name: str) -> ChannelSeries:
        return ChannelSeries(name, "deg", drawn.get(name, np.zeros(frames)), np.full(frames, 0.1), nothing)

    channels = {full: series(full) for name in drill_channels(exercise) for full in sources(name, side)}
    neutral = {name: Measurement(0.0, 0.1) for name in channels}
    view = SideView(exercise, side, channels, neutral)
    return run_drill(view, "foot_end", np.arange(frames) / FPS, neutral_s=1.5).reps


def verdicts(reps: list[Rep]) -> list[str | None]:
    return [rep.reason for rep in reps]


def cycle(push_s: float, first: float = 25.0, second: float = 28.0) -> tuple[tuple[float, float], ...]:
    """Return one cycle in, out, in with breaths of six seconds."""
    return (1.6, first), (6, first), (1.4, 0), (push_s, 0), (1.6, second), (6, second), (1.5, 0), (1.5, 0)


def gap(hip_ir: FloatArray, pushing: float) -> FloatArray:
    return np.where(hip_ir < 1, pushing, APART)


@pytest.mark.parametrize("push_s", [1.0, 6.0, 7.5])
def test_end_range_expansion_goes_on_after_a_breath_of_pushing_out(push_s: float) -> None:
    ir = path(*cycle(push_s))
    (rep,) = judge("supine-ir-ere", "left", hip_ir_left=ir, ankle_gap=gap(ir, TOUCHING))
    assert rep.counted, rep.reason_text
    assert rep.faults == ()
    assert rep.measures["gain"].value == pytest.approx(3.0, abs=0.3)
    assert rep.measures["first_hold"].value == pytest.approx(6.4, abs=0.8)


def test_end_range_expansion_that_stops_after_pushing_out_is_an_attempt() -> None:
    ir = path((1.6, 25), (6, 25), (1.4, 0), (14, 0))
    (rep,) = judge("supine-ir-ere", "left", hip_ir_left=ir, ankle_gap=gap(ir, TOUCHING))
    assert (rep.reason, rep.end_s) == ("no_second_ir", pytest.approx(11.3, abs=0.5))
    assert "in, push out, and in again" in (rep.reason_text or "")


def test_end_range_expansion_needs_the_other_foot_beside_the_ankle() -> None:
    ir = path(*cycle(6.0))
    (rep,) = judge("supine-ir-ere", "left", hip_ir_left=ir, ankle_gap=gap(ir, 0.55))
    assert rep.counted
    assert [(f.code, f.severity) for f in rep.faults] == [("foot_not_blocked", "fail")]


def test_a_hold_that_sinks_slowly_is_broken_and_a_slow_way_back_is_not() -> None:
    sinking = path((1.6, 28), (6, 14), *cycle(6.0)[2:])
    (rep,) = judge("supine-ir-ere", "left", hip_ir_left=sinking, ankle_gap=gap(sinking, TOUCHING))
    assert [(f.code, f.severity) for f in rep.faults] == [("hold_broken", "fail")]
    slow = path((3, 25), (6, 25), (4, 0), (4, 0), (3, 28), (6, 28), (4, 0), (2, 0))
    (rep,) = judge("supine-ir-ere", "left", hip_ir_left=slow, ankle_gap=gap(slow, TOUCHING))
    assert rep.counted
    assert rep.faults == ()


@pytest.mark.parametrize(
    ("drill", "ways", "channel", "size"),
    [
        ("knee-to-floor", (2.2, 1.8), "hip_adduction_left", 30.0),
        ("knee-inward-tilts", (3.0, 2.2), "hip_adduction_left", 22.0),
        ("knee-inward-tilts", (3.0, 2.2), "hip_adduction_left", 10.0),  # a small one is as slow as a hold all the way
        ("assess-supine-ir", (1.8, 1.8), "ankle_out_left", 0.5),
    ],
)
def test_a_hold_is_the_time_at_the_end_and_a_slow_turn_is_none(
    drill: str, ways: tuple[float, float], channel: str, size: float
) -> None:
    there, back = ways
    for hold_s, reason in ((1.8, None), (0.0, "hold_too_short")):
        drawn = path((there, size), (hold_s, size), (back, 0), (2, 0))
        rotation = {"hip_ir_left": drawn * 25 / size} if "ankle" in channel else {"hip_ir_left": drawn}
        (rep,) = judge(drill, "left", **{channel: drawn}, **rotation)
        assert rep.reason in (reason, reason and "no_hold")
        if hold_s:
            # within 15 % of the end: the last and first quarter of the ways
            assert rep.measures["hold"].value == pytest.approx(hold_s + 0.25 * (there + back), abs=0.2)


@pytest.mark.parametrize("hold_s", [20.0, 30.0])
def test_a_tilt_that_stays_as_long_as_the_drill_asks_for_counts(hold_s: float) -> None:
    sunk = path((3, 22), (hold_s, 22), (2.2, 0), (2, 0))
    (rep,) = judge("knee-inward-tilts", "left", hip_adduction_left=sunk, hip_ir_left=sunk)
    assert rep.counted, rep.reason_text
    assert rep.measures["hold"].value == pytest.approx(hold_s + 1.3, abs=0.3)


@pytest.mark.parametrize("drill", shipped_exercises())
def test_a_repetition_may_last_as_long_as_its_own_holds(drill: str) -> None:
    exercise = load_exercise(drill)
    timed = sum(phase.after_s or 0.0 for phase in exercise.phases[1:])
    holds = [phase for phase in exercise.phases if "hold" in phase.name.split("_") and phase.after_s is None]
    assert exercise.max_rep_s > timed + 1.5 * exercise.dose.hold_s * len(holds) + 5.0


ON_THE_BLOCK = (2.0, 20.0)


def test_pails_and_rails_take_their_real_time() -> None:
    reps = judge("pails-rails-blocks", "right", hip_ir_right=path(ON_THE_BLOCK, (158, 20), (2, 0), (2, 0)))
    assert verdicts(reps) == [None]
    assert [span.name for span in reps[0].phases] == ["place", "settle", "pails", "rails", "come_off"]
    pails, rails = (next(s for s in reps[0].phases if s.name == name) for name in ("pails", "rails"))
    assert (pails.end_s - pails.start_s, rails.end_s - rails.start_s) == pytest.approx((20, 15), abs=0.01)
    assert reps[0].measures["ir_settled"].value == pytest.approx(20, abs=0.1)
    block = reps[0].measures["block"]
    assert (block.value, block.sigma) == pytest.approx((0.342, 0.94 * np.radians(0.14)), abs=0.002)


@pytest.mark.parametrize(
    ("held_s", "missing"), [(60, "before PAILs"), (130, "before RAILs began"), (145, "RAILs were")]
)
def test_coming_off_the_block_too_early_is_an_attempt_that_says_when(held_s: float, missing: str) -> None:
    reps = judge("pails-rails-blocks", "right", hip_ir_right=path(ON_THE_BLOCK, (held_s, 20), (2, 0), (2, 0)))
    assert verdicts(reps) == ["released_early"]
    assert missing in (reps[0].reason_text or "")


def test_rounds_against_the_band_are_as_long_as_the_drill_says_and_end_with_the_dose() -> None:
    still = np.zeros(round(160 * FPS))
    reps = judge("banded-ir-isometric", "both", hip_ir_left=still, hip_ir_right=still)
    assert verdicts(reps) == [None] * 5
    assert [rep.start_s for rep in reps] == pytest.approx([1.5 + 8 + 22 * k for k in range(5)], abs=0.11)
    hold = next(span for span in reps[0].phases if span.name == "hold")
    assert hold.end_s - hold.start_s == pytest.approx(10)


def test_one_foot_that_gives_way_is_uneven_and_both_are_a_broken_hold() -> None:
    give = path((13, 0), (1, 13), (4, 13), (1, 0), (30, 0))
    still = np.zeros_like(give)
    one = judge("banded-ir-isometric", "both", hip_ir_left=give, hip_ir_right=still)
    both = judge("banded-ir-isometric", "both", hip_ir_left=give, hip_ir_right=give)
    assert [f.code for rep in one for f in rep.faults] == ["uneven"]
    assert [f.code for rep in both for f in rep.faults] == ["hold_broken"]


def test_sleepers_count_each_turn_inwards_with_or_without_a_rest_in_the_middle() -> None:
    wiper = path((1.5, 22), (2.5, -18), (2.5, 22), (2.5, -18), (1.5, 0), (2, 0))
    (first, second) = judge("sleeper-rotations", "left", hip_ir_left=wiper, shank_tilt_left=wiper)
    for rep in (first, second):
        assert rep.counted
        assert rep.measures["ir"].value == pytest.approx(21.5, abs=1)
        assert rep.measures["er"].value == pytest.approx(17.5, abs=1)
    paused = path((1.5, -18), (2.5, 22), (1.5, 0), (2, 0), (1.5, -18), (2.5, 22), (1.5, 0), (2, 0))
    assert verdicts(judge("sleeper-rotations", "right", shank_tilt_right=paused, hip_ir_right=paused)) == [None, None]


def test_a_knee_that_only_falls_out_is_an_attempt() -> None:
    out = path((1.5, -18), (2, -18), (1.5, 0), (2, 0))
    assert verdicts(judge("sleeper-rotations", "right", shank_tilt_right=out)) == ["no_turn_in"]


def test_feet_that_swing_apart_have_a_result_each_and_a_late_one_is_named() -> None:
    left = path((1.8, 30), (1, 30), (1.8, 0), (2, 0))
    right = np.roll(path((1.8, 24), (1, 24), (1.8, 0), (2, 0)), round(1.0 * FPS))
    apart = np.sin(np.radians(left)) + np.sin(np.radians(right))
    (rep,) = judge("active-ir-arom", "both", hip_ir_left=left, hip_ir_right=right, ankle_gap=apart)
    assert rep.counted
    results = [rep.measures[name].value for name in ("ir_left", "ir_right", "lag")]
    assert results == pytest.approx([30, 24, -1.0], abs=0.25)
    assert [(f.code, f.severity) for f in rep.faults] == [("one_side_late", "fail")]


def test_feet_swing_apart_face_down_too_with_a_copy_of_the_drill() -> None:
    face_down = load_exercise("active-ir-arom").model_copy(update={"position": "prone"})
    params: dict[str, float | str] = {"position": "prone", "hold_s": 1.0, "rest_s": 0.6}
    spec = ClipSpec(drill="active-ir-arom", body="ana", camera="foot_end:57", reps=1, params=params, fps=FPS, seed=7)
    (rep,), truth = true_reps(face_down, spec, "both", "foot_end")
    assert truth["position"] == "prone"
    assert rep.counted
    assert rep.faults == ()


@pytest.mark.parametrize("drill", ["banded-ir-isometric", "pails-rails-blocks"])
def test_effort_is_asked_for_where_it_cannot_be_seen(drill: str) -> None:
    exercise = load_exercise(drill)
    assert [q.name for q in exercise.questions] == ["effort"]
    assert any("asked" in text for text in exercise.cannot_see)
