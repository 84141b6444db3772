"""The knee's circle on drawn paths: what is cut short is found, what does not matter does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.coach import circle
from formcheck.coach.circle import SECTORS, circle_of
from formcheck.coach.samples import Sample
from formcheck.core.pose import FloatArray
from formcheck.exercises.tables import Circle as CircleRule

RULE = CircleRule(across="hip_adduction", along="hip_flexion")
POINTS = 120
SECONDS = 6.0
TIME = np.linspace(0, SECONDS, POINTS)
EVEN = np.linspace(0, 2 * np.pi, POINTS, endpoint=False)


def drawn(radius: FloatArray | float = 1.0, angle: FloatArray = EVEN) -> FloatArray:
    """Return a path of a given distance from its middle at angles from the chest by way of inwards, 40 deg wide."""
    return 20 * np.stack([radius * np.sin(angle), radius * np.cos(angle) - 1.0], axis=1)


def reach_of(path: FloatArray) -> FloatArray:
    return circle.sector_reach(path, circle.fitted_ellipse(path))


def dented(sector: int, depth: float) -> FloatArray:
    """Return a circle with a dent in the middle of a sector."""
    off = np.abs((EVEN - sector * np.pi / 4 + np.pi) % (2 * np.pi) - np.pi)
    return drawn(1.0 - depth * np.exp(-((off / 0.5) ** 2)))


def samples_of(path: FloatArray, sigma: float = 2.0):  # type: ignore[no-untyped-def]
    return [
        (t, {"hip_adduction": Sample(x, x, 9.0, sigma), "hip_flexion": Sample(y, y, 9.0, sigma)})
        for t, (x, y) in zip(TIME.tolist(), path.tolist(), strict=True)
    ]


def test_a_full_circle_reaches_everywhere() -> None:
    assert reach_of(drawn()) == pytest.approx(np.ones(8), abs=0.01)
    assert circle.area_share(drawn(), circle.fitted_ellipse(drawn())) == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("sector", range(8))
def test_a_circle_cut_in_a_sector_is_found_there(sector: int) -> None:
    found, results = circle_of(RULE, samples_of(dented(sector, 0.5)), SECONDS)
    assert found is not None
    assert found.shortest == SECTORS[sector]
    assert results["reach"].value is not None
    assert results["reach"].value < 75
    assert results["cut"].value == pytest.approx(100 - results["reach"].value)
    away = found.sectors[(sector + 4) % 8]
    assert away.reach > 85


def test_a_sector_that_is_never_entered_is_not_reached_at_all() -> None:
    half = drawn(angle=np.linspace(0.2, np.pi - 0.2, POINTS))
    bow = np.concatenate([half, half[::-1] * (0.96, 1.0)])  # out, and back nearly the same way
    assert reach_of(bow)[6] == pytest.approx(0.0, abs=0.05)


@settings(deadline=None)
@given(st.integers(0, POINTS - 1), st.booleans(), st.floats(0.3, 3.0), st.floats(0.4, 2.5), st.integers(0, 7))
def test_start_direction_size_and_proportion_do_not_matter(
    start: int, backwards: bool, size: float, squeeze: float, sector: int
) -> None:
    path = dented(sector, 0.4)
    other = np.roll(path[::-1] if backwards else path, start, axis=0) * (size, size * squeeze)
    assert reach_of(other) == pytest.approx(reach_of(path), abs=2e-3)
    assert circle.turns_inwards_first(other) != circle.turns_inwards_first(path) or not backwards


@settings(deadline=None)
@given(st.integers(0, 7), st.floats(-30, 30), st.floats(-30, 30))
def test_moving_the_whole_circle_does_not_matter(sector: int, x: float, y: float) -> None:
    path = dented(sector, 0.4)
    assert reach_of(path + np.array([x, y])) == pytest.approx(reach_of(path), abs=2e-3)


def test_inwards_first_is_the_way_the_knee_goes_from_the_chest() -> None:
    assert circle.turns_inwards_first(drawn())
    assert not circle.turns_inwards_first(drawn(angle=-EVEN))


def test_the_pace_is_a_turn_in_the_time_that_the_repetition_took() -> None:
    _, results = circle_of(RULE, samples_of(drawn()), 5.0)
    assert results["pace"].value == pytest.approx(72.0)


def test_stops_on_the_way_are_counted_and_start_and_end_are_none() -> None:
    slow_ends = np.pi * (1 - np.cos(np.pi * TIME / SECONDS))
    smooth = drawn(angle=slow_ends)
    assert circle.count_stops(TIME, smooth, circle.fitted_ellipse(smooth)) == 0
    twice = np.interp(TIME, [0, 1.5, 2.3, 3.5, 4.3, 6.0], [0.0, 2.0, 2.0, 4.0, 4.0, 2 * np.pi])
    broken = drawn(angle=twice)
    assert circle.count_stops(TIME, broken, circle.fitted_ellipse(broken)) == 2


def test_closure_is_how_far_from_neutral_it_ends() -> None:
    slow_ends = np.pi * (1 - np.cos(np.pi * TIME / SECONDS))
    assert circle.closure_deg(TIME, drawn(angle=slow_ends)) == pytest.approx(0, abs=1.0)
    assert circle.closure_deg(TIME, drawn() + (np.linspace(0, 8, POINTS)[:, None] * (0.0, -1.0))) > 6


def test_a_larger_uncertainty_of_the_channels_is_one_of_the_results() -> None:
    sharp, blurred = (circle_of(RULE, samples_of(dented(1, 0.5), sigma), SECONDS)[1]["reach"] for sigma in (1.0, 4.0))
    assert sharp.sigma is not None
    assert blurred.sigma == pytest.approx(4 * sharp.sigma)
    assert sharp.sigma == pytest.approx(2.0, abs=0.1)  # 1 degree on a radius of 20, and how much of it bends the shape


def test_too_little_seen_or_a_line_is_no_circle() -> None:
    path = drawn()
    path[30:70] = np.nan
    assert circle_of(RULE, samples_of(path), SECONDS) == (None, {})
    assert circle_of(RULE, samples_of(drawn() * (0.05, 1.0)), SECONDS) == (None, {})
    assert circle_of(None, samples_of(drawn()), SECONDS) == (None, {})
    assert circle_of(RULE, [], SECONDS) == (None, {})
