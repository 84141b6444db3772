"""The state machine on drawn signals: what counts, what does not and why, what is a fault."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from formcheck.coach.history import OF_DIFFERENCE
from formcheck.coach.machine import RepMachine
from formcheck.coach.samples import Sample
from formcheck.core.results import Rep
from formcheck.exercises.schema import Exercise

FPS = 30.0

TEXTS: dict[str, Any] = {
    "schema_version": 1,
    "id": "test-drill",
    "name": "Test",
    "purpose": "p",
    "position": "standing",
    "sides": ["left", "right"],
    "views": ["front"],
    "camera": "c",
    "setup": ["s"],
    "steps": ["s"],
    "cannot_see": ["n"],
    "safety": "s",
    "praise": "p",
    "dose": {"reps": 3},
    "signal": {"channel": "knee_flexion"},
    "phases": [
        {"name": "rest", "label": "Rest", "enter": [{"of": "peak_fraction", "below": 0.3}], "sustain_s": 0.1},
        {"name": "up", "label": "Up", "enter": [{"of": "change", "above": 10}], "sustain_s": 0.1},
        {
            "name": "hold",
            "label": "Hold",
            "enter": [{"of": "change", "above": 15}, {"of": "rate", "above": -10, "below": 10}],
            "sustain_s": 0.2,
            "missed_reason": "no_hold",
            "missed_text": "No hold.",
        },
        {"name": "down", "label": "Down", "enter": [{"of": "drop", "above": 8}], "optional": True},
    ],
    "measures": [
        {"name": "top", "label": "Top", "channel": "knee_flexion", "take": "peak"},
        {"name": "at_start", "label": "Start", "channel": "knee_flexion", "during": "hold", "take": "start"},
        {"name": "at_end", "label": "End", "channel": "knee_flexion", "during": "hold", "take": "end"},
        {"name": "sagged", "label": "Sagged", "difference": ["at_start", "at_end"]},
        {"name": "held", "label": "Held", "during": "hold", "take": "duration", "unit": "s"},
    ],
    "qualify": [{"measure": "top", "above": 30, "reason": "too_small", "text": "Too small.", "why": "test"}],
    "faults": [
        {
            "code": "roll",
            "label": "Roll",
            "channel": "pelvis_hike",
            "warn": 6,
            "fail": 10,
            "sustain_s": 0.3,
            "spoils": True,
            "cue": "c",
            "message": "Rolled.",
            "why": "w",
        }
    ],
}


def drill(**changes: Any) -> Exercise:
    return Exercise.model_validate({**TEXTS, **changes})


def lift(height: float, hold_s: float = 1.0, ramp_s: float = 1.0, rest_s: float = 1.0) -> np.ndarray:
    ramp = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, round(ramp_s * FPS)))
    return np.concatenate(
        [height * ramp, np.full(round(hold_s * FPS), height), height * ramp[::-1], np.zeros(round(rest_s * FPS))]
    )


REST = np.zeros(round(FPS))


def run(signal: np.ndarray, hike: np.ndarray | None = None, exercise: Exercise | None = None, sigma: float = 1.0):  # type: ignore[no-untyped-def]
    machine = RepMachine(exercise or drill(), "left", "front")
    hike = np.zeros_like(signal) if hike is None else hike
    for i, (s, h) in enumerate(zip(signal.tolist(), hike.tolist(), strict=True)):
        samples = {
            "knee_flexion": Sample(s + 5, s, 2.0, 3.0),
            "pelvis_hike": Sample(h, h, sigma, sigma),
        }
        machine.step(i / FPS, samples)
    machine.finish()
    return machine


def reasons(reps: list[Rep]) -> list[str | None]:
    return [r.reason for r in reps]


def test_honest_repetitions_count_and_know_their_times_phases_and_measures() -> None:
    machine = run(np.concatenate([REST, lift(50), lift(40)]))
    assert reasons(machine.reps) == [None, None]
    first = machine.reps[0]
    assert [p.name for p in first.phases] == ["up", "hold", "down"]
    assert first.start_s == pytest.approx(1.3, abs=0.1)
    assert first.peak_s == pytest.approx(2.5, abs=0.15)
    assert first.end_s == pytest.approx(3.7, abs=0.1)
    assert first.measures["top"].value == pytest.approx(50, abs=0.5)
    assert first.measures["top"].sigma == pytest.approx(3.0)
    assert first.measures["sagged"].value == pytest.approx(0, abs=3)
    assert first.measures["held"].value == pytest.approx(1.1, abs=0.25)


def test_phases_cover_the_whole_time_without_gaps() -> None:
    phases = run(np.concatenate([REST, lift(50), lift(40)])).phases
    assert phases[0].start_s == 0
    assert phases[0].name == "rest"
    for a, b in pairwise(phases):
        assert a.end_s == b.start_s
        assert a.end_s >= a.start_s


@pytest.mark.parametrize(
    ("signal", "reason"),
    [
        (lift(22), "too_small"),
        (lift(50, hold_s=0.0, ramp_s=0.6), "no_hold"),
        (lift(50, hold_s=30.0), "too_slow"),
    ],
)
def test_what_does_not_qualify_is_an_attempt_with_its_reason(signal: np.ndarray, reason: str) -> None:
    assert reasons(run(np.concatenate([REST, signal])).reps) == [reason]


@pytest.mark.parametrize(("passes", "reason"), [(False, "not_measured"), (True, None)])
def test_what_could_not_be_measured_does_not_count_unless_the_drill_says_so(passes: bool, reason: str | None) -> None:
    hidden = {"name": "hike", "label": "Hike", "channel": "pelvis_hike"}
    needed = {"measure": "hike", "above": 3, "or_unknown": passes, "reason": "low", "text": "Low.", "why": "test"}
    exercise = drill(measures=[*TEXTS["measures"], hidden], qualify=[*TEXTS["qualify"], needed])
    signal = np.concatenate([REST, lift(50)])
    assert reasons(run(signal, np.full_like(signal, np.nan), exercise).reps) == [reason]
    assert reasons(run(signal, np.full_like(signal, 2.0), exercise).reps) == ["low"]


def test_movement_below_the_first_threshold_is_nothing() -> None:
    assert run(np.concatenate([REST, lift(8), lift(9)])).reps == []


def test_a_twitch_is_not_an_attempt() -> None:
    assert run(np.concatenate([REST, lift(15, hold_s=0.05, ramp_s=0.12)])).reps == []


def test_a_clip_that_begins_in_the_middle_of_a_movement_does_not_count_it() -> None:
    cut = lift(50)[30:]
    assert reasons(run(np.concatenate([cut, lift(50)])).reps) == [None]


def test_a_clip_that_ends_in_the_middle_of_a_movement_says_so() -> None:
    assert reasons(run(np.concatenate([REST, lift(50)[:50]])).reps) == ["unfinished"]


def test_a_sway_to_and_fro_is_one_fault_and_one_that_comes_again_later_another() -> None:
    signal = np.concatenate([REST, lift(50, hold_s=4.0)])
    hike = np.zeros_like(signal)
    for first, size in ((70, 12.0), (90, 13.0), (110, 11.0), (165, 12.0)):
        hike[first : first + 12] = size
    first, again = run(signal, hike).reps[0].faults
    assert (first.severity, first.peak, first.evidence_s) == ("fail", 13.0, pytest.approx(90 / FPS))
    assert (first.start_s, first.end_s) == (pytest.approx(70 / FPS), pytest.approx(121 / FPS))
    assert again.start_s == pytest.approx(165 / FPS)


def test_a_movement_that_the_end_of_the_recording_breaks_off_has_no_faults() -> None:
    signal = np.concatenate([REST, lift(50)])
    hike = np.full_like(signal, 15.0)
    whole, broken = run(signal, hike).reps[0], run(signal[: len(REST) + 50], hike[: len(REST) + 50]).reps[0]
    assert ([f.code for f in whole.faults], broken.reason, broken.faults) == (["roll"], "unfinished", ())


def test_losing_sight_for_long_ends_the_repetition_and_a_short_gap_does_not() -> None:
    signal = np.concatenate([REST, lift(50, hold_s=2.0), lift(50)])
    short, long = signal.copy(), signal.copy()
    short[75:85] = np.nan
    long[75:110] = np.nan
    assert reasons(run(short).reps) == [None, None]
    assert reasons(run(long).reps)[0] == "lost_sight"
    assert reasons(run(long).reps)[-1] is None


def test_what_is_going_on_when_sight_comes_back_is_nobody_s_repetition() -> None:
    signal = np.concatenate([REST, lift(50, hold_s=2.0), lift(50)])
    late = signal.copy()
    late[20:80] = np.nan  # seen again in the middle of the hold
    assert reasons(run(late).reps) == [None]
    home = signal.copy()
    home[: len(REST)] = np.nan  # seen again at rest
    assert reasons(run(home).reps) == [None, None]


def test_what_broke_off_has_no_results_that_could_be_a_fault() -> None:
    rule = {**TEXTS["faults"][0], "code": "sag", "channel": None, "measure": "sagged", "warn": -99, "fail": 99}
    signal = np.concatenate([REST, lift(50, hold_s=2.0)])
    cut = signal[:80]
    for faults, given in ((["sag"], signal), ([], cut)):
        (rep,) = run(given, exercise=drill(faults=[rule])).reps
        assert [f.code for f in rep.faults] == faults


def test_a_drill_may_wait_longer_for_a_person_out_of_sight() -> None:
    signal = np.concatenate([REST, lift(50, hold_s=3.0)])
    signal[75:110] = np.nan
    assert reasons(run(signal, exercise=drill(lost_s=2.0)).reps) == [None]


def test_a_fault_is_found_with_its_size_and_moment_and_spoils_the_repetition() -> None:
    signal = np.concatenate([REST, lift(50, hold_s=2.0)])
    hike = np.zeros_like(signal)
    hike[70:100] = 12.0
    hike[80] = 14.0
    rep = run(signal, hike).reps[0]
    assert (rep.counted, rep.reason) == (False, "roll")
    fault = rep.faults[0]
    assert (fault.code, fault.severity, fault.peak) == ("roll", "fail", 14.0)
    assert fault.start_s == pytest.approx(70 / FPS)
    assert fault.end_s == pytest.approx(99 / FPS)
    assert fault.evidence_s == pytest.approx(80 / FPS)


@pytest.mark.parametrize(("size", "frames", "severity"), [(8.0, 30, "warn"), (5.0, 30, None), (12.0, 6, None)])
def test_a_fault_needs_its_size_and_its_time(size: float, frames: int, severity: str | None) -> None:
    signal = np.concatenate([REST, lift(50, hold_s=2.0)])
    hike = np.zeros_like(signal)
    hike[70 : 70 + frames] = -size  # either direction
    rep = run(signal, hike).reps[0]
    assert rep.counted
    assert [f.severity for f in rep.faults] == ([severity] if severity else [])


def test_hysteresis_joins_what_wavers_around_the_threshold() -> None:
    signal = np.concatenate([REST, lift(50, hold_s=2.0)])
    hike = np.zeros_like(signal)
    hike[70:110] = np.where(np.arange(40) // 5 % 2, 5.2, 7.0)
    assert len(run(signal, hike).reps[0].faults) == 1


def test_a_fault_is_not_judged_when_its_channel_is_too_uncertain_or_unseen() -> None:
    signal = np.concatenate([REST, lift(50, hold_s=2.0)])
    hike = np.full_like(signal, 15.0)
    assert run(signal, hike, sigma=11.0).reps[0].faults == ()
    assert run(signal, np.full_like(signal, np.nan)).reps[0].faults == ()


def test_faults_at_rest_are_nobodys_fault() -> None:
    signal = np.concatenate([REST, REST, lift(50)])
    hike = np.zeros_like(signal)
    hike[:40] = 15.0
    assert run(signal, hike).reps[0].faults == ()


def test_a_fault_of_a_measure_is_judged_when_the_repetition_closes() -> None:
    rule = {
        "code": "sag",
        "label": "Sag",
        "measure": "sagged",
        "absolute": False,
        "warn": 5,
        "fail": 12,
        "cue": "c",
        "message": "Sagged.",
        "why": "w",
    }
    sagging = np.concatenate([REST, lift(50, hold_s=0.0)[:30], 50 - 7 * np.linspace(0, 1, 60), lift(43)[60:]])
    rep = run(sagging, exercise=drill(faults=[rule])).reps[0]
    assert [(f.code, f.severity) for f in rep.faults] == [("sag", "warn")]


PAUSED = [
    {"name": "rest", "label": "Rest", "enter": [{"below": 5}], "sustain_s": 0.1, "unfinished_s": 1.5},
    {"name": "first", "label": "In", "enter": [{"above": 15}]},
    {"name": "pause", "label": "Out", "enter": [{"below": 8}], "sustain_s": 0.2},
    {"name": "second", "label": "In again", "enter": [{"above": 15}], "missed_reason": "no_second"},
]


def bare(phases: list[dict[str, Any]]) -> Exercise:
    return drill(phases=phases, measures=[TEXTS["measures"][0]], qualify=[], faults=[])


def test_a_pause_in_the_middle_does_not_end_a_repetition() -> None:
    twice = [0.0] * 30 + [30.0] * 30 + [0.0] * 30 + [30.0] * 30 + [0.0] * 30
    reps = run(np.array(twice), exercise=bare(PAUSED)).reps
    assert [rep.counted for rep in reps] == [True]
    assert [span.name for span in reps[0].phases] == ["first", "pause", "second"]


def test_an_abandoned_repetition_ends_after_a_longer_rest() -> None:
    once = [0.0] * 30 + [30.0] * 30 + [0.0] * 75
    reps = run(np.array(once), exercise=bare(PAUSED)).reps
    assert [rep.reason for rep in reps] == ["no_second"]


@pytest.mark.parametrize(("home_frames", "reason"), [(30, "no_second"), (3, "unfinished")])
def test_what_has_come_home_when_the_recording_ends_is_judged_for_what_it_was(home_frames: int, reason: str) -> None:
    once = [0.0] * 30 + [30.0] * 30 + [0.0] * home_frames
    assert reasons(run(np.array(once), exercise=bare(PAUSED)).reps) == [reason]


def test_phases_by_the_clock_need_no_movement() -> None:
    phases = [
        {"name": "rest", "label": "Rest", "after_s": 1.0},
        {"name": "push", "label": "Push", "after_s": 0.5},
        {"name": "more", "label": "More", "after_s": 1.0},
    ]
    reps = run(np.zeros(190), exercise=bare(phases)).reps
    assert [rep.counted for rep in reps] == [True, True]  # the recording ends in the third, which nobody saw beginning
    assert reps[0].end_s - reps[0].start_s == pytest.approx(2.0, abs=0.1)
    assert [span.name for span in reps[0].phases] == ["push", "more"]


def test_a_clock_does_not_turn_back_in_the_middle_of_a_round() -> None:
    phases = [
        {"name": "rest", "label": "Rest", "after_s": 0.3},
        {"name": "push", "label": "Push", "after_s": 0.5},
        {"name": "more", "label": "More", "after_s": 1.0},
    ]
    (first, *_) = run(np.zeros(190), exercise=bare(phases)).reps
    assert [span.name for span in first.phases] == ["push", "more"]


def test_the_clock_stops_after_the_rounds_of_the_dose() -> None:
    phases = [
        {"name": "rest", "label": "Rest", "after_s": 1.0},
        {"name": "push", "label": "Push", "after_s": 0.5},
    ]
    assert len(run(np.zeros(600), exercise=bare(phases)).reps) == TEXTS["dose"]["reps"]


TO_AND_FRO = [
    {
        "name": "rest",
        "label": "Rest",
        "enter": [{"above": -6, "below": 6}, {"of": "rate", "above": -10, "below": 10}],
        "sustain_s": 0.3,
    },
    {"name": "out", "label": "Out", "enter": [{"below": -8}], "optional": True},
    {"name": "in", "label": "In", "enter": [{"above": 8}], "again": True},
    {"name": "out_again", "label": "Out", "enter": [{"below": -8}], "optional": True},
]


@pytest.mark.parametrize("first", [1, -1])
def test_a_movement_to_and_fro_without_a_rest_is_as_many_repetitions_as_it_goes_in(first: int) -> None:
    time = np.arange(0, 12, 1 / FPS)
    signal = np.concatenate([REST, first * 25 * np.sin(2 * np.pi * time / 4), REST])
    reps = run(signal, exercise=bare(TO_AND_FRO)).reps
    assert [rep.counted for rep in reps] == [True, True, True]
    assert [rep.start_s for rep in reps[1:]] == pytest.approx([rep.end_s for rep in reps[:-1]])


def test_a_rest_after_each_cycle_to_and_fro_ends_it_too() -> None:
    time = np.arange(0, 4, 1 / FPS)
    cycle = 25 * np.sin(2 * np.pi * time / 4)
    reps = run(np.concatenate([REST, cycle, REST, -cycle, REST]), exercise=bare(TO_AND_FRO)).reps
    assert [[span.name for span in rep.phases] for rep in reps] == [["in", "out_again"], ["out", "in"]]


def test_what_a_hold_loses_is_that_of_the_phase_that_loses_most() -> None:
    def held(loss: float) -> np.ndarray:
        return np.concatenate([lift(50, hold_s=1.0)[:60], 50 - loss * np.linspace(0, 1, 60), np.full(15, 50 - loss)])

    phases = [
        {"name": "rest", "label": "Rest", "enter": [{"below": 5}], "unfinished_s": 3},
        {"name": "up", "label": "Up", "enter": [{"above": 10}]},
        {"name": "hold", "label": "Hold", "enter": [{"of": "rate", "above": -9, "below": 9}], "sustain_s": 0.3},
        {"name": "down", "label": "Down", "enter": [{"below": 20}]},
        {"name": "up_again", "label": "Up", "enter": [{"above": 25}]},
        {"name": "hold_again", "label": "Hold", "enter": [{"of": "rate", "above": -9, "below": 9}], "sustain_s": 0.3},
    ]
    lost = {
        "name": "lost",
        "label": "Lost",
        "channel": "knee_flexion",
        "during": ["hold", "hold_again"],
        "take": "lost",
    }
    exercise = drill(phases=phases, measures=[*TEXTS["measures"], lost])
    signal = np.concatenate([REST, held(2), REST[:15], held(12), REST])
    (rep,) = run(signal, exercise=exercise).reps
    assert rep.measures["lost"].value == pytest.approx(12, abs=1.5)


def test_the_onset_is_when_half_of_the_peak_is_reached() -> None:
    measure = {"name": "onset", "label": "Onset", "channel": "knee_flexion", "take": "onset", "unit": "s"}
    ramp = [0.0] * 30 + [float(v) for v in range(0, 62, 2)] + [60.0] * 30 + [float(v) for v in range(60, -2, -2)]
    (rep,) = run(np.array(ramp + [0.0] * 30), exercise=drill(measures=[*TEXTS["measures"], measure])).reps
    onset = rep.measures["onset"]
    assert onset.value == pytest.approx((30 - 10) / 2 / FPS, abs=0.1)
    assert onset.unit == "s"


def test_two_moments_of_a_channel_share_most_of_their_error() -> None:
    other = {"name": "hike", "label": "Hike", "channel": "pelvis_hike", "take": "median"}
    apart = {"name": "apart", "label": "Apart", "difference": ["top", "hike"]}
    signal = np.concatenate([REST, lift(50)])
    exercise = drill(measures=[*TEXTS["measures"], other, apart])
    measures = run(signal, exercise=exercise).reps[0].measures
    assert measures["sagged"].sigma == pytest.approx(OF_DIFFERENCE * math.sqrt(2) * 3.0)
    assert measures["apart"].sigma == pytest.approx(math.hypot(3.0, 1.0))


def test_what_never_rose_has_no_onset() -> None:
    measure = {"name": "onset", "label": "Onset", "channel": "pelvis_hike", "take": "onset", "unit": "s"}
    signal = np.concatenate([REST, lift(50)])
    exercise = drill(measures=[*TEXTS["measures"], measure])
    (rep,) = run(signal, np.full_like(signal, -3.0), exercise).reps
    assert rep.measures["onset"].value is None
    assert rep.measures["onset"].reason == "phase_not_reached"


def test_a_peak_is_not_shown_where_the_largest_may_be_among_what_was_not_seen() -> None:
    signal = np.concatenate([REST, lift(50, hold_s=2.0)])
    hike = np.where((np.arange(len(signal)) > 80) & (np.arange(len(signal)) < 110), np.nan, 3.0)
    for least, shown in ((0.5, True), (0.9, False)):
        measure = {"name": "hike", "label": "Hike", "channel": "pelvis_hike", "take": "peak", "min_known": least}
        (rep,) = run(signal, hike, exercise=drill(measures=[*TEXTS["measures"], measure])).reps
        assert (rep.measures["hike"].value is not None) == shown


STIRS = {"channel": "knee_flexion", "stir": 3.0}


def test_a_small_movement_that_comes_home_is_an_attempt_too_small() -> None:
    reps = run(lift(6), exercise=drill(signal=STIRS)).reps
    assert [(r.counted, r.reason, r.reason_text) for r in reps] == [(False, "too_small", "Too small.")]
    assert reps[0].start_s < reps[0].peak_s < reps[0].end_s
    assert not reps[0].phases
    assert all(m.value is None for m in reps[0].measures.values())


@pytest.mark.parametrize(
    "signal",
    [
        pytest.param(lift(2), id="below it"),
        pytest.param(lift(6, hold_s=0.1, ramp_s=0.2), id="a twitch"),
        pytest.param(lift(6)[: round(2.5 * FPS)], id="stays there"),
        pytest.param(lift(6, hold_s=30.0), id="lies otherwise for long"),
    ],
)
def test_what_is_no_small_movement_is_not_mentioned(signal: np.ndarray) -> None:
    assert run(signal, exercise=drill(signal=STIRS)).reps == []


def test_a_small_movement_must_pass_its_own_standard_error() -> None:
    own = drill(signal={**STIRS, "stir": 1.0})  # the error of the drawn signal is 3
    assert run(lift(2.8), exercise=own).reps == []
    assert reasons(run(lift(4.5), exercise=own).reps) == ["too_small"]


def test_the_way_into_a_repetition_is_no_small_movement() -> None:
    assert reasons(run(np.concatenate([lift(40), lift(6), lift(40)]), exercise=drill(signal=STIRS)).reps) == [
        None,
        "too_small",
        None,
    ]


def test_in_a_drill_that_goes_out_twice_two_small_movements_are_one_attempt() -> None:
    rest = {**TEXTS["phases"][0], "unfinished_s": 4.0}
    twice = drill(signal=STIRS, phases=[rest, *TEXTS["phases"][1:]])
    assert reasons(run(np.concatenate([lift(6), lift(6)]), exercise=twice).reps) == ["too_small"]


def test_too_small_is_said_before_what_was_not_reached() -> None:
    assert reasons(run(lift(14)).reps) == ["too_small"]


def test_a_repetition_that_was_hardly_seen_is_not_judged() -> None:
    signal = lift(40, hold_s=3.0)
    known = signal.copy()
    for first in range(round(1.2 * FPS), round(5.5 * FPS), 18):
        signal[first + 4 : first + 18] = np.nan
    assert reasons(run(known).reps) == [None]
    assert reasons(run(signal).reps) == ["poorly_seen"]


def test_the_speed_is_that_of_most_of_the_way_and_not_of_its_fastest_moment() -> None:
    speed = {"name": "fast", "label": "F", "channel": "knee_flexion", "take": "speed", "unit": "deg/s"}
    timed = drill(measures=[*TEXTS["measures"], speed])
    ramp = np.concatenate([np.zeros(30), np.linspace(0, 60, 60, endpoint=False), np.full(60, 60.0)])
    signal = np.concatenate([ramp, ramp[::-1]])
    jump = signal.copy()
    jump[60:62] += 8  # an error of two frames: 240 degrees a second for a moment
    for at in (signal, jump):
        (rep,) = run(at, exercise=timed).reps
        assert rep.measures["fast"].value == pytest.approx(30, abs=2)
    slow, quick = (run(lift(60, ramp_s=s), exercise=timed).reps[0].measures["fast"].value for s in (2.0, 0.5))
    assert quick == pytest.approx(4 * slow, rel=0.2)


def test_what_broke_off_too_small_is_not_mentioned() -> None:
    assert run(lift(14)[: round(1.5 * FPS)]).reps == []
    assert reasons(run(lift(40)[: round(1.5 * FPS)]).reps) == ["unfinished"]


def test_a_fault_that_ends_a_repetition_ends_it_there_and_the_next_begins_after_rest() -> None:
    exercise = drill(faults=[{**TEXTS["faults"][0], "ends": True}])
    signal = np.concatenate([REST, lift(50, hold_s=2.0), lift(40)])
    hike = np.zeros_like(signal)
    hike[round(2.2 * FPS) : round(2.8 * FPS)] = 12.0
    first, second = run(signal, hike, exercise).reps
    assert (first.counted, first.reason, first.reason_text) == (False, "roll", "Rolled.")
    assert first.end_s == pytest.approx(2.5, abs=0.1)
    assert second.counted
    assert second.start_s > 5.0
