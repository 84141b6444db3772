from __future__ import annotations

import numpy as np
import pytest

from formcheck.core.landmarks import INDEX, JOINTS
from formcheck.measure.fit import PARAMETER_INDEX, PARAMETERS, Observations, fit_frames, fit_rest
from formcheck.measure.fit.model import place
from formcheck.measure.fit.problem import Data, Problem, change_prior
from formcheck.measure.fit.table import focal_px, position_priors, standard_lengths

SIZE = (640, 480)


@pytest.mark.parametrize("position", ["supine", "standing"])
def test_the_gradient_is_half_of_what_differences_of_the_cost_give(position: str) -> None:
    priors = position_priors(position, PARAMETERS)
    rng = np.random.default_rng(3)
    rest = priors.mean.copy()
    rest[PARAMETER_INDEX["log_distance"]] = 1.1
    x = rest + 0.3 * np.where(priors.change > 0, priors.change, 0.0) * rng.normal(size=len(PARAMETERS))
    problem = Problem(SIZE, change_prior(priors, rest), priors.later, -1.0)
    joints = np.zeros((1, len(JOINTS)))
    data = Data(np.zeros((1, len(JOINTS), 2)), joints + 1e-3, joints, joints + 1.0)
    free = problem.prior.free

    def cost(of: np.ndarray) -> float:
        return float(problem.evaluate(of[None], data, priors.neutral[0], problem.prior).cost[0])

    found = problem.evaluate(x[None], data, priors.neutral[0], problem.prior)
    for k, parameter in enumerate(free):
        step = np.zeros(len(PARAMETERS))
        step[parameter] = 1e-4
        slope = (cost(x + step) - cost(x - step)) / 2e-4
        assert found.gradient[0, k] == pytest.approx(slope / 2, rel=1e-3, abs=1e-4), PARAMETERS[parameter]


def test_in_a_squat_the_low_back_is_credited_with_its_share() -> None:
    """The pose model does not show the pelvis, so that trunk and thighs alone look like hips that bend further."""
    priors = position_priors("standing", PARAMETERS)
    rest, deep = np.repeat(priors.mean[None], 2, axis=0)
    for x in (rest, deep):
        x[[PARAMETER_INDEX[n] for n in ("azimuth", "log_distance", "elevation")]] = 45.0, 1.1, 8.0
    bent = {"hip_flexion": 100.0, "knee_flexion": 100.0, "dorsiflexion": 25.0}
    for name, value in bent.items():
        deep[[PARAMETER_INDEX[f"{name}_{side}"] for side in ("left", "right")]] = value
    deep[PARAMETER_INDEX["trunk_flexion"]] += 18.0
    deep[PARAMETER_INDEX["tilt"]] += 20.0
    deep[PARAMETER_INDEX["pelvis_height"]] = 0.45
    placed = place(np.stack([rest, deep]), priors.neutral[0], standard_lengths())
    metres = placed.points + placed.mid_hip[:, None]
    pixels = focal_px(SIZE) * metres[..., :2] / metres[..., 2:] + np.array(SIZE) / 2
    shown = np.where([name in INDEX for name in JOINTS], 2.0, np.nan)
    nothing = np.full((2, len(JOINTS)), np.nan)
    obs = Observations(pixels, np.repeat(shown[None], 2, axis=0), nothing, nothing, SIZE)
    track = fit_frames(obs, fit_rest(obs.at(slice(0, 1)), "standing"))
    true = 100.0 - rest[PARAMETER_INDEX["hip_flexion_right"]]
    assert track.change("hip_flexion_right")[1] == pytest.approx(true, abs=6.0)
    back = track.parameters[1] - track.rest.parameters
    assert 10.0 < back[PARAMETER_INDEX["trunk_flexion"]] < 26.0
