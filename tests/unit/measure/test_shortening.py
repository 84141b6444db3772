"""Knee flexion from the leg's shortening, and the fusion of two estimates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.core.landmarks import INDEX
from formcheck.measure.body import body_context
from formcheck.measure.compute import compute_channels
from formcheck.measure.shortening import fuse, knee_flexion_from_shortening
from formcheck.measure.view import ViewFinding
from tests.fixtures.stick import squat_track

FRONT = ViewFinding("front", lying=False, elevation_deg=None)


def test_a_deep_bend_is_read_from_the_front_and_a_straight_leg_is_uncertain() -> None:
    track = squat_track([95.0])
    flexion, sigma = knee_flexion_from_shortening(track, body_context(track, FRONT))
    assert flexion.max() == pytest.approx(95, abs=8)
    assert sigma[np.argmax(flexion)] < 15
    assert sigma[0] > 40


def test_depth_that_the_model_does_not_see_is_still_measured() -> None:
    """The model lays the knees flat into the picture plane: its own angle is far too straight."""
    track = squat_track([95.0])
    world = track.world.copy()
    for side in ("left", "right"):
        knee, hip, ankle = (INDEX[f"{side}_{p}"] for p in ("knee", "hip", "ankle"))
        world[:, knee, 2] = (world[:, hip, 2] + world[:, ankle, 2]) / 2
    flat = replace(track, world=world)
    bottom = int(np.argmax(knee_flexion_from_shortening(track, body_context(track, FRONT))[0]))
    series = compute_channels(flat, ["knee_flexion_right"], FRONT)["knee_flexion_right"]
    assert not abs(series.value[bottom] - 95) > 2 * series.sigma[bottom]  # inside two sigma, or abstained


def test_fusing_weighs_by_certainty_and_disagreement_widens_sigma() -> None:
    one, ten, at0, at40 = (np.array([v]) for v in (1.0, 10.0, 0.0, 40.0))
    value, sigma = fuse((at0, one), (at40, ten))
    assert value[0] == pytest.approx(40 / 101)
    assert sigma[0] == pytest.approx(np.sqrt(100 / 101) * 40 / np.sqrt(101))
    assert fuse((at0, one), (at0, one))[1][0] == pytest.approx(np.sqrt(0.5))
