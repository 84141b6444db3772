from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.core.errors import FormcheckError
from formcheck.core.landmarks import JOINT_INDEX
from formcheck.measure.fit import PARAMETER_INDEX, PARAMETERS, Observations, fit_rest
from formcheck.measure.fit.angles import ChannelMap
from formcheck.measure.fit.model import place
from formcheck.measure.fit.table import focal_px, position_priors, standard_lengths
from formcheck.synthetic.skeleton import LegAngles

from .made import BENT, SIZE, Pose, camera, seen

STRAIGHT = LegAngles(flexion=-3.0, adduction=-4.0, knee=4.0, dorsiflexion=-20.0)


@pytest.mark.parametrize("elevation", [35.0, 55.0, 80.0])
def test_elevation_and_posture_are_found_without_depth(elevation: float) -> None:
    obs, truth = seen([Pose()], camera(elevation), depth_sigma_m=None)
    rest = fit_rest(obs, "supine")
    assert rest.elevation_deg == pytest.approx(elevation, abs=2.0 * rest.elevation_sigma_deg)
    assert rest.elevation_deg == pytest.approx(elevation, abs=6.0)
    assert rest.channels["knee_flexion_left"] == pytest.approx(truth["knee_flexion_left"][0], abs=8.0)


@pytest.mark.parametrize(("left", "right"), [(BENT, STRAIGHT), (STRAIGHT, BENT), (STRAIGHT, STRAIGHT)])
def test_each_leg_is_found_straight_or_bent(left: LegAngles, right: LegAngles) -> None:
    obs, truth = seen([Pose(left, right)], camera(50.0))
    rest = fit_rest(obs, "supine")
    for side in ("left", "right"):
        assert rest.channels[f"knee_flexion_{side}"] == pytest.approx(truth[f"knee_flexion_{side}"][0], abs=6.0)


def test_azimuth_is_found_from_the_side_and_the_head_end() -> None:
    for azimuth in (-90.0, 170.0):
        obs, truth = seen([Pose()], camera(45.0, azimuth=azimuth))
        rest = fit_rest(obs, "supine")
        assert rest.channels["hip_flexion_right"] == pytest.approx(truth["hip_flexion_right"][0], abs=4.0)


def test_the_picture_s_resolution_changes_no_angle() -> None:
    obs, _ = seen([Pose()], camera(55.0))
    twice = Observations(2 * obs.pixels, 2 * obs.sigma_px, obs.depth_m, obs.depth_sigma_m, (2 * SIZE[0], 2 * SIZE[1]))
    small, large = fit_rest(obs, "supine"), fit_rest(twice, "supine")
    for name, value in small.channels.items():
        assert large.channels[name] == pytest.approx(value, abs=0.05)


def test_sigma_grows_where_a_leg_is_hidden() -> None:
    obs, _ = seen([Pose()], camera(55.0))
    whole = fit_rest(obs, "supine")
    hidden = replace(obs, pixels=obs.pixels.copy(), depth_m=obs.depth_m.copy())
    for name in ("knee", "knee_front", "ankle", "heel", "foot_index"):
        hidden.pixels[:, JOINT_INDEX[f"left_{name}"]] = np.nan
        hidden.depth_m[:, JOINT_INDEX[f"left_{name}"]] = np.nan
    part = fit_rest(hidden, "supine")
    assert part.sigma["knee_flexion_left"] > 5 * whole.sigma["knee_flexion_left"]
    assert part.sigma["knee_flexion_right"] < 2 * whole.sigma["knee_flexion_right"]


def test_errors_say_what_is_wrong() -> None:
    obs, _ = seen([Pose()], camera(55.0))
    with pytest.raises(FormcheckError, match="headstand"):
        fit_rest(obs, "headstand")
    obs.pixels[:] = np.nan
    with pytest.raises(ValueError, match="No joint"):
        fit_rest(obs, "supine")


@pytest.mark.parametrize(
    "position", ["supine", "prone", "side_lying", "standing", "standing_hinging", "single_leg", "split_stance"]
)
def test_every_position_comes_back_from_its_own_joints(position: str) -> None:
    priors = position_priors(position, PARAMETERS)
    rng = np.random.default_rng(4)
    for trial in range(4):
        x = priors.mean + 0.3 * np.where(np.isfinite(priors.rest), priors.rest, 0.0) * rng.normal(size=len(PARAMETERS))
        values = {"slope_x": 0.03, "slope_y": -0.02, "log_distance": 1.1, "log_focal": 0.0, "log_depth": 0.0}
        values["azimuth"] = rng.choice(priors.azimuths) + rng.normal(0.0, 10.0)
        for side in ("left", "right"):
            leg = priors.legs[rng.integers(len(priors.legs))]
            values[f"hip_flexion_{side}"], values[f"knee_flexion_{side}"] = leg[:, 0] + [2.0, 4.0]
        for name, value in values.items():
            x[PARAMETER_INDEX[name]] = value
        neutral = priors.neutral[trial % len(priors.neutral)]
        placed = place(x[None], neutral, standard_lengths())
        metres = placed.points + placed.mid_hip[:, None]
        pixels = focal_px(SIZE) * metres[..., :2] / metres[..., 2:] + np.array(SIZE) / 2
        one = np.ones(metres.shape[:2])
        rest = fit_rest(Observations(pixels, 2.0 * one, placed.points[..., 2], 0.02 * one, SIZE), position)
        expected = ChannelMap(x, neutral, priors.lying, priors.later)
        for name, value in zip(expected.names, expected.values(x[None], placed)[0][0], strict=True):
            if name in rest.channels:
                assert rest.channels[name] == pytest.approx(value, abs=4.0 * rest.sigma[name] + 0.1), (name, trial)


def test_sigma_is_wide_where_a_straight_and_a_bent_leg_look_alike() -> None:
    exact, _ = seen([Pose()], camera(88.0), 0.01, None)
    vague = replace(exact, sigma_px=8.0 * exact.sigma_px)
    assert fit_rest(vague, "supine").sigma["knee_flexion_left"] > 20.0
    assert fit_rest(exact, "supine").sigma["knee_flexion_left"] < 10.0


def test_the_floor_is_as_far_below_the_lens_as_it_is() -> None:
    eye = camera(50.0)
    obs, _ = seen([Pose()], eye)
    assert fit_rest(obs, "supine").floor_m == pytest.approx(-eye.position[1], abs=0.12)
