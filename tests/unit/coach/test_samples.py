"""A drill's channels for one side, with their change from the neutral pose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.coach.samples import SideView, drill_channels, sources
from formcheck.core.measurement import ChannelSeries, Measurement
from formcheck.exercises.lookup import load_exercise
from formcheck.exercises.schema import Exercise


@pytest.fixture(scope="module")
def drill() -> Exercise:
    return load_exercise("supine-ir-liftoff")


def view_of(drill: Exercise, side: str, change_sigma: dict[str, float]) -> SideView:
    """Return a view of three frames: all channels at 12 +- 3, neutral 10 +- 4."""
    names = [s for name in drill_channels(drill) for s in sources(name, side)]
    known = np.full(3, "", dtype=object)
    series = {
        name: ChannelSeries(
            name,
            "deg",
            np.full(3, 12.0),
            np.full(3, 3.0),
            known,
            np.full(3, change_sigma[name]) if name in change_sigma else None,
        )
        for name in names
    }
    return SideView(drill, side, series, {name: Measurement(10.0, 4.0) for name in names})


def test_the_change_s_sigma_is_the_channel_s_own_where_it_is_known_and_both_sigmas_where_not(drill: Exercise) -> None:
    signal = drill.signal.channel
    name = sources(signal, "right")[0]
    time_s = np.arange(3.0)
    for given, expected in (({}, 5.0), ({name: 1.5}, 1.5)):
        for _, row in view_of(drill, "right", given).samples(time_s):
            assert (row[signal].value, row[signal].change, row[signal].sigma) == (12.0, 2.0, 3.0)
            assert row[signal].change_sigma == pytest.approx(expected)


def test_either_leg_is_the_farther_one_and_both_legs_the_nearer(drill: Exercise) -> None:
    rules = (
        drill.faults[0].model_copy(update={"channel": f"{legs}_hip_ir", "fail": 99.0}) for legs in ("either", "both")
    )
    asking = drill.model_copy(update={"faults": tuple(rules)})
    view = view_of(asking, "both", {})
    legs = {"hip_ir_left": [12.0, 30.0, 12.0], "hip_ir_right": [22.0, -20.0, np.nan]}
    for name, value in legs.items():
        reason = np.where(np.isnan(value), "not_visible", "").astype(object)
        view._channels[name] = replace(view._channels[name], value=np.array(value), reason=reason)
    changes = [(row["either_hip_ir"].change, row["both_hip_ir"].change) for _, row in view.samples(np.arange(3.0))]
    assert changes[:2] == [(12.0, 2.0), (-30.0, 20.0)]
    assert changes[2][0] == 2.0
    assert np.isnan(changes[2][1])
    assert list(view.reason("both_hip_ir")) == ["", "", "not_visible"]
    assert list(view.reason("either_hip_ir")) == ["", "", ""]


@pytest.mark.parametrize(("side", "change"), [("right", 2.0), ("left", -2.0)])
def test_own_turns_a_channel_of_the_trunk_towards_the_judged_side(drill: Exercise, side: str, change: float) -> None:
    rule = drill.faults[0].model_copy(update={"channel": "own_pelvis_roll"})
    view = view_of(drill.model_copy(update={"faults": (rule,)}), side, {})
    _, row = next(iter(view.samples(np.arange(3.0))))
    assert row["own_pelvis_roll"].change == change


def test_a_channel_is_too_blurred_for_a_fault_by_the_sigma_of_its_change(drill: Exercise) -> None:
    fault = next(f for f in drill.faults if f.channel and f.of != "rate")
    largest = max(f.fail for f in drill.faults if f.channel == fault.channel and f.of != "rate")
    name = sources(fault.channel, "right")[0]
    for sigma, reason in ((0.9 * largest, ""), (1.1 * largest, "low_confidence")):
        assert (view_of(drill, "right", {name: sigma}).judging_reason(fault.channel) == reason).all()
