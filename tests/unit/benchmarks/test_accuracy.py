"""What the accuracy benchmark takes for a change, a hold, a band, and a bar that is reached."""

import numpy as np
import pytest
from measuring.bars import Bar, at_least, at_most
from measuring.clips import BAND_NAMES, _holds, band_of, change, part_of

NAN = float("nan")


def test_change_is_from_the_median_of_the_neutral_pose():
    assert change(np.array([4.0, 5.0, 9.0, 15.0]), np.arange(3)).tolist() == [-1.0, 0.0, 4.0, 10.0]


def test_change_does_not_care_where_the_angle_wraps():
    values = np.array([179.0, -180.0, -179.0, -170.0, 170.0])
    assert change(values, np.arange(3)) == pytest.approx([-1.0, 0.0, 1.0, 10.0, -10.0])


def test_change_is_unknown_without_a_neutral_pose():
    values = np.array([NAN, NAN, 1.0, 5.0])
    assert np.isnan(change(values, np.arange(3))).all()
    assert np.isfinite(change(values, np.arange(1, 3))[2:]).all()


@pytest.mark.parametrize(("elevation", "band"), [(30.5, 1), (44.5, 1), (45.5, 2), (74.5, 3), (80.0, 4)])
def test_band_of_an_elevation(elevation, band):
    assert band_of(elevation) == BAND_NAMES[band]


def test_a_hold_is_a_phase_in_which_the_true_angle_stays():
    times = np.arange(40) / 10
    angle = np.interp(times, [1.0, 2.0], [0.0, 20.0])
    phases = [
        {"name": "baseline", "start_s": 0.0, "end_s": 1.0, "rep": 0},
        {"name": "dip", "start_s": 1.0, "end_s": 2.0, "rep": 1},
        {"name": "hold", "start_s": 2.0, "end_s": 3.0, "rep": 1},
        {"name": "rest", "start_s": 3.0, "end_s": 4.0, "rep": 1},
    ]
    (hold,) = _holds(phases, times, angle, "right")
    assert (hold.start, hold.stop) == (20, 30)


def test_people_belong_to_the_part_that_the_split_says():
    assert part_of("200007") == "training"
    assert part_of("300011") == "tuning"
    assert part_of("400000") == "reporting"
    assert part_of("ana") == ""


@pytest.mark.parametrize(("value", "verdict"), [(2.0, "goal"), (3.0, "must"), (4.0, "MISSED"), (NAN, "not measured")])
def test_bar_says_which_level_is_reached(value, verdict):
    assert Bar("MAE", value, at_most(3.5), at_most(2.5)).verdict == verdict


def test_silence_passes_only_where_it_is_allowed():
    assert Bar("sensitivity", NAN, at_least(0.9), at_least(0.95), may_abstain=True).verdict == "abstains"


def test_a_bar_with_two_sides_is_missed_above_as_well():
    assert Bar("inside", 1.0, (0.90, 0.97), (0.93, 0.97)).verdict == "MISSED"
