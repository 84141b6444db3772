"""Smoothing: no delay offline, no made-up numbers in gaps, quick enough live."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.core.measurement import ChannelSeries
from formcheck.measure.filters import OneEuro, smooth_channels, zero_phase


def series(value: np.ndarray, name: str = "knee_flexion_left") -> ChannelSeries:
    reason = np.where(np.isfinite(value), "", "no_person").astype(object)
    return ChannelSeries(name, "deg", value, np.ones_like(value), reason)


def test_zero_phase_keeps_slow_movement_in_place_and_removes_jitter() -> None:
    t = np.arange(300) / 30
    slow = 40 * np.sin(2 * np.pi * 0.5 * t)
    noisy = slow + np.random.default_rng(0).normal(0, 2, len(t))
    smooth = zero_phase(noisy, t)
    assert np.abs(zero_phase(slow, t) - slow)[10:-10].max() < 0.2
    assert np.std((smooth - slow)[10:-10]) < 0.75 * 2


def test_zero_phase_follows_true_times_of_an_uneven_clip() -> None:
    rng = np.random.default_rng(1)
    t = np.cumsum(rng.uniform(1 / 60, 1 / 20, 400))
    slow = 40 * np.sin(2 * np.pi * 0.4 * t)
    assert np.abs(zero_phase(slow, t) - slow)[15:-15].max() < 1.0


def test_gaps_stay_gaps_and_do_not_leak() -> None:
    t = np.arange(200) / 30
    value = np.where(t < 3, 10.0, 80.0)
    value[80:110] = np.nan
    out = smooth_channels({"a": series(value)}, t)["a"].value
    assert np.isnan(out[80:110]).all()
    np.testing.assert_allclose(out[:80], 10, atol=1e-6)
    np.testing.assert_allclose(out[110:], 80, atol=1e-6)


def test_an_angle_that_wraps_is_smoothed_as_one_movement() -> None:
    t = np.arange(120) / 30
    true = 150 + 30 * t  # passes 180
    wrapped = (true + 180) % 360 - 180
    out = smooth_channels({"a": series(wrapped, "shank_tilt_left")}, t)["a"].value
    np.testing.assert_allclose(out, true, atol=0.5)


def test_one_euro_is_still_at_rest_and_quick_in_motion() -> None:
    rng = np.random.default_rng(2)
    f = OneEuro()
    rest = [f(i / 30, 20 + rng.normal(0, 1)) for i in range(150)]
    assert np.std(rest[30:]) < 0.6
    moving = [f(5 + i / 30, 20 + 3.0 * i) for i in range(1, 30)]  # 90 deg/s
    assert 20 + 3.0 * 29 - moving[-1] < 9  # less than a tenth of a second behind


def test_one_euro_shows_nothing_stale() -> None:
    f = OneEuro()
    f(0.0, 10.0)
    assert np.isnan(f(0.1, float("nan")))
    assert f(2.0, 50.0) == pytest.approx(50.0)  # after a gap it starts afresh
