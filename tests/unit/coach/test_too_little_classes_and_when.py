"""What standing drills need: too little as a fault, a class for a number, what something is when another starts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from formcheck.coach.faults import measure_faults
from formcheck.coach.history import RepHistory, evidence_time, take_measures
from formcheck.coach.samples import Sample
from formcheck.core.measurement import Measurement
from formcheck.core.results import PhaseSpan
from formcheck.exercises.lookup import load_exercise
from formcheck.exercises.tables import FaultRule, Measure

HINGE = load_exercise("ir-hinge")
TOO_LITTLE = next(f for f in HINGE.faults if f.code == "torso_only").model_copy(
    update={"measure": "pelvis_turn", "less": True, "warn": 10.0, "fail": 5.0}
)
SQUAT = load_exercise("screen-squat")


@pytest.mark.parametrize(("turn", "said"), [(3.0, "fail"), (8.5, "warn"), (15.0, None), (None, None)])
def test_too_little_is_a_fault_and_what_is_not_known_is_none(turn: float | None, said: str | None) -> None:
    sigma = None if turn is None else 6.0
    measures = {m.name: Measurement(None, None, m.unit, "wrong_view") for m in HINGE.measures}
    measures["pelvis_turn"] = Measurement(turn, sigma, "deg", None if turn is not None else "low_confidence")
    drill = HINGE.model_copy(update={"faults": (TOO_LITTLE,)})
    found = measure_faults(drill, "front", measures, 0.0, 4.0, 2.0)
    assert [f.severity for f in found] == ([said] if said else [])


def history(values: dict[str, list[float]]) -> RepHistory:
    samples = [
        (0.1 * i, {name: Sample(v[i], v[i], 3.0, 2.0) for name, v in values.items()})
        for i in range(len(next(iter(values.values()))))
    ]
    return RepHistory(samples, [PhaseSpan("lower", 0.0, samples[-1][0])])


def squat_with(measure: Measure) -> dict[str, Measurement]:
    drill = SQUAT.model_copy(update={"measures": (measure,)})
    shift = [0.0] * 10 + [0.3] * 2 + [0.0] * 8 + [0.3] * 10
    return take_measures(drill, history({"hip_drop": [0.02 * i for i in range(30)], "hip_shift": shift}))


def test_the_depth_is_told_at_which_the_hips_begin_to_shift_for_good() -> None:
    measure = next(m for m in SQUAT.measures if m.name == "shift_depth")
    assert squat_with(measure)["shift_depth"].value == pytest.approx(0.4)  # the twitch at a third of it is none


def test_hips_that_do_not_shift_have_no_such_depth() -> None:
    measure = next(m for m in SQUAT.measures if m.name == "shift_depth").model_copy(update={"when_above": 0.5})
    found = squat_with(measure)["shift_depth"]
    assert (found.value, found.reason) == (None, "not_passed")


def test_of_hips_that_nobody_could_see_shift_it_is_not_said_that_they_did_not() -> None:
    past = history({"hip_drop": [0.02 * i for i in range(30)], "hip_shift": [float("nan")] * 30})
    past.samples[:] = [(t, {**at, "hip_shift": Sample(*[float("nan")] * 4, "wrong_view")}) for t, at in past.samples]
    drill = SQUAT.model_copy(update={"measures": (next(m for m in SQUAT.measures if m.name == "shift_depth"),)})
    found = take_measures(drill, past)["shift_depth"]
    assert (found.value, found.reason) == (None, "wrong_view")


@pytest.mark.parametrize(("band", "expected"), [(0.1, 1.0), (2.0, 0.0)])
def test_a_class_says_on_which_side_of_its_band_a_number_is(band: float, expected: float) -> None:
    measure = Measure(name="x", label="X", channel="hip_drop", take="end", band=band, unit="class")
    found = squat_with(measure)["x"]
    assert (found.value, found.unit) == (expected, "class")
    assert found.sigma == pytest.approx(2.0 / band)


RULE = {"code": "x", "label": "X", "cue": "x", "message": "x", "why": "x"}


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"channel": "hip_drop", "less": True, "warn": 2, "fail": 1}, "`less` is for faults of a `measure`"),
        ({"measure": "y", "less": True, "warn": 1, "fail": 2}, "`fail` must not be above `warn`"),
        ({"measure": "y", "warn": 2, "fail": 1}, "`fail` must not be below `warn`"),
        ({"measure": "y", "warn": 1, "fail": 2, "ends": True}, "`ends` is for faults of a `channel`"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(extra: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        FaultRule.model_validate({**RULE, **extra})


def test_a_result_shows_when_its_own_quantity_is_largest() -> None:
    past = history({"trunk_lean": [0.0, 4.0, -9.0, 3.0, 1.0]})
    lean = Measure(name="lean", label="Lean", channel="trunk_lean", during="lower", take="median")
    assert evidence_time(lean, past) == pytest.approx(0.2)
    assert evidence_time(lean.model_copy(update={"during": "bottom"}), past) is None
    assert evidence_time(lean.model_copy(update={"take": "onset"}), past) is None
