"""What must stay true of our clips, whatever we change in our drill."""

import pytest

from formcheck.testing import assert_fault, assert_no_fault, assert_reps


def test_a_clean_squat_counts_and_nothing_is_held_against_it(formcheck_score):
    report = formcheck_score("clips/squat_clean.poses.npz", exercise="screen-squat")
    assert_reps(report, 1, attempts=0)
    assert_no_fault(report)


def test_knees_that_fall_in_are_named(formcheck_score):
    report = formcheck_score("clips/squat_knees_in.poses.npz", exercise="screen-squat")
    assert_fault(report, "knee_valgus", rep=1)


def test_our_own_drill_counts_a_deep_squat(formcheck_score):
    report = formcheck_score("clips/squat_clean.poses.npz", exercise="drills/house-squat.toml")
    assert_reps(report, 1)
    depth = report.reps[0].measures["hip_drop"]
    assert depth.value == pytest.approx(0.55, abs=0.2)
