"""The accuracy benchmark's statistics on samples small enough to compute by hand."""

import numpy as np
import pytest
from measuring.statistics import area_under_curve, compare, detect, share_inside, wilson

TRUE = np.array([0.0, 10.0, 20.0, 30.0])
SIGMA = np.full(4, 1.0)


def test_figures_of_a_constant_offset():
    row = compare(TRUE + 1.5, SIGMA, TRUE)
    assert row["mae"] == row["bias"] == pytest.approx(1.5)
    assert row["slope"] == pytest.approx(1.0)
    assert row["r"] == pytest.approx(1.0)
    assert row["coverage"] == 1.0
    assert row["inside_1_sigma"] == 0.0
    assert row["inside_2_sigma"] == 1.0


def test_a_shrunk_measurement_has_a_small_slope_and_a_bias():
    row = compare(0.5 * TRUE, SIGMA, TRUE)
    assert row["slope"] == pytest.approx(0.5)
    assert row["bias"] == pytest.approx(-7.5)


def test_abstentions_lower_coverage_and_nothing_else():
    measured = TRUE + 1.0
    measured[3] = np.nan
    row = compare(measured, SIGMA, TRUE)
    assert row["coverage"] == 0.75
    assert row["n"] == 4
    assert row["mae"] == pytest.approx(1.0)


def test_samples_without_truth_are_left_out():
    row = compare(TRUE, SIGMA, np.array([0.0, 10.0, np.nan, np.nan]))
    assert (row["n"], row["coverage"]) == (2, 1.0)


def test_nothing_measured_has_no_error():
    row = compare(np.full(4, np.nan), np.full(4, np.nan), TRUE)
    assert row["coverage"] == 0.0
    assert np.isnan(row["mae"])


def test_no_slope_on_a_truth_that_stands_still():
    row = compare(np.array([0.0, 5.0, -5.0, 1.0]), SIGMA, np.array([0.0, 0.1, 0.0, 0.1]), moves=2.0)
    assert np.isnan(row["slope"])
    assert np.isfinite(row["mae"])


def test_a_method_without_sigma_gets_no_calibration():
    row = compare(TRUE, np.full(4, np.nan), TRUE)
    assert np.isnan(row["inside_2_sigma"])
    assert row["mae"] == 0.0


def test_share_inside_counts_multiples_of_each_own_sigma():
    shares = share_inside(np.array([1.0, -3.0, np.nan]), np.array([1.0, 2.0, 1.0]), np.array([0.5, 1.0, 2.0]))
    assert shares.tolist() == [0.0, 0.5, 1.0]


def test_share_inside_of_honest_errors_is_that_of_the_normal_distribution():
    sigma = np.random.default_rng(1).uniform(1, 5, 20_000)
    error = np.random.default_rng(2).normal(0, sigma)
    assert share_inside(error, sigma, np.array([1.0, 2.0])) == pytest.approx([0.683, 0.954], abs=0.01)


def test_area_under_curve_is_the_share_of_pairs_in_order():
    assert area_under_curve(np.array([3.0, 1.0]), np.array([2.0, 0.0])) == 0.75
    assert area_under_curve(np.array([1.0]), np.array([1.0])) == 0.5
    assert np.isnan(area_under_curve(np.zeros(0), np.array([1.0])))


def test_detection_counts_abstentions_apart():
    told = detect(np.array([0.9, 0.2, np.nan, 0.1, 0.6]), np.array([True, True, True, False, False]), threshold=0.5)
    assert (told.positives, told.answered_positives, told.hits) == (3, 2, 1)
    assert (told.sensitivity, told.specificity, told.answered) == (0.5, 0.5, 0.8)


def test_a_silent_method_has_neither_sensitivity_nor_specificity():
    told = detect(np.full(2, np.nan), np.array([True, False]), threshold=0.5)
    assert np.isnan(told.sensitivity)
    assert np.isnan(told.specificity)
    assert told.answered == 0.0


def test_wilson_interval_of_few_hits_is_wide_and_stays_within_0_and_1():
    low, high = wilson(8, 8)
    assert low == pytest.approx(0.676, abs=0.001)
    assert high == pytest.approx(1.0)
