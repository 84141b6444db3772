from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.core.landmarks import JOINTS
from formcheck.measure.fit import PARAMETER_INDEX, PARAMETERS, Observations
from formcheck.measure.fit.model import place, turns
from formcheck.measure.fit.problem import Problem, ready, rest_prior
from formcheck.measure.fit.table import position_priors, standard_lengths
from formcheck.synthetic.rotations import rot_x, rot_y, rot_z
from formcheck.synthetic.skeleton import LegAngles

from .made import Pose, camera, seen

POSITIONS = ("supine", "prone", "side_lying", "standing")


def _random_parameters(position: str, seed: int) -> np.ndarray:
    priors = position_priors(position, PARAMETERS)
    spread = np.minimum(priors.rest, 30.0)
    x = np.random.default_rng(seed).normal(priors.mean, spread, (3, len(PARAMETERS)))
    for name, value in (("slope_x", 0.1), ("slope_y", -0.05), ("log_distance", 1.1)):
        x[:, PARAMETER_INDEX[name]] = value
    return x


@settings(max_examples=25, deadline=None)
@given(position=st.sampled_from(POSITIONS), seed=st.integers(0, 10_000))
def test_every_derivative_is_what_central_differences_give(position: str, seed: int) -> None:
    priors = position_priors(position, PARAMETERS)
    x = _random_parameters(position, seed)
    neutral = priors.neutral[-1]
    shape = (len(x), len(JOINTS))
    data = ready(Observations(np.zeros((*shape, 2)), np.ones(shape), np.zeros(shape), np.ones(shape), (640, 480)))
    problem = Problem((640, 480), rest_prior(priors, x, np.zeros_like(x)), priors.at_rest, -1.2)
    placed = problem.place(x, neutral)
    analytic = problem.jacobian(x, placed, problem.residuals(x, data, placed)[2])
    step = 1e-5
    for k in range(len(PARAMETERS)):
        ends = []
        for sign in (1.0, -1.0):
            moved = x.copy()
            moved[:, k] += sign * step
            ends.append(problem.residuals(moved, data, problem.place(moved, neutral))[0])
        numeric = (ends[0] - ends[1]) / (2 * step)
        np.testing.assert_allclose(analytic[..., k], numeric, atol=1e-5 * (1 + np.abs(numeric).max()))


def test_turns_are_the_elementary_rotations() -> None:
    angles = np.radians([20.0, -35.0, 70.0])
    expected = [rot_x(20.0), rot_y(-35.0), rot_z(70.0)]
    np.testing.assert_allclose(turns(angles, np.array([0, 1, 2])), expected, atol=1e-12)


def test_joints_lie_where_the_synthetic_skeleton_has_them() -> None:
    left = LegAngles(38.0, -7.0, 12.0, 80.0, -20.0, 6.0, 4.0)
    right = LegAngles(62.0, 5.0, -9.0, 95.0, 10.0, -5.0, -3.0)
    eye = camera(50.0, azimuth=12.0)
    obs, _ = seen([Pose(left, right)], eye)
    x = position_priors("supine", PARAMETERS).mean[None].copy()
    values = {"elevation": 50.0, "azimuth": 12.0, "turn": 0.0, "hike": 0.0, "tilt": -8.0, "trunk_flexion": 6.0}
    for side, leg in (("left", left), ("right", right)):
        names = ("hip_flexion", "hip_adduction", "hip_ir", "knee_flexion", "dorsiflexion", "inversion", "foot_in")
        angles = (leg.flexion, leg.adduction, leg.ir, leg.knee, leg.dorsiflexion, leg.inversion, leg.foot_in)
        values |= {f"{name}_{side}": angle for name, angle in zip(names, angles, strict=True)}
    for name, value in values.items():
        x[:, PARAMETER_INDEX[name]] = value
    placed = place(x, position_priors("supine", PARAMETERS).neutral[0], standard_lengths())
    shoulder = np.array(["shoulder" in name for name in JOINTS])  # the skeleton's spine bends in two places
    np.testing.assert_allclose(placed.points[0, ~shoulder, 2], obs.depth_m[0, ~shoulder], atol=2e-3)
    np.testing.assert_allclose(placed.points[0, shoulder, 2], obs.depth_m[0, shoulder], atol=0.02)
