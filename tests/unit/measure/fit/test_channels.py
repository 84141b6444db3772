from __future__ import annotations

import numpy as np
import pytest

from formcheck.measure.fit import PARAMETERS
from formcheck.measure.fit.angles import ChannelMap
from formcheck.measure.fit.model import place
from formcheck.measure.fit.table import position_priors, standard_lengths


@pytest.mark.parametrize("position", ["supine", "prone", "side_lying", "standing"])
def test_every_channel_s_derivative_is_what_central_differences_give(position: str) -> None:
    priors = position_priors(position, PARAMETERS)
    rng = np.random.default_rng(3)
    rest = np.where(np.isfinite(priors.mean), priors.mean, 0.0)
    x = rest + rng.normal(size=(4, len(PARAMETERS))) * np.minimum(priors.change, 10.0)
    legs = [k for k, name in enumerate(PARAMETERS) if name.startswith(("hip_flexion", "knee_flexion"))]
    x[:, legs] = rng.uniform(15.0, 80.0, (4, len(legs)))
    neutral = priors.neutral[0]
    channels = ChannelMap(rest, neutral, priors.lying, priors.later)

    def values(parameters: np.ndarray) -> np.ndarray:
        return channels.values(parameters, place(parameters, neutral, standard_lengths()))[0]

    analytic = channels.values(x, place(x, neutral, standard_lengths()))[1]
    ignored = {name for name in PARAMETERS if name.startswith("log_")}  # lengths count as known, but for heights
    for k, parameter in enumerate(PARAMETERS):
        moved = x.copy()
        moved[:, k] += 1e-4
        numeric = (values(moved) - values(x)) / 1e-4
        for c, name in enumerate(channels.names):
            if parameter in ignored and "height" not in name:
                continue
            bound = 0.01 + 0.02 * np.abs(numeric[:, c]).max()
            np.testing.assert_allclose(analytic[:, c, k], numeric[:, c], atol=bound, err_msg=f"{name} by {parameter}")


def test_a_lying_person_s_side_bend_is_the_trunk_s_way_and_not_the_hip_line_s() -> None:
    priors = position_priors("supine", PARAMETERS)
    rest = np.where(np.isfinite(priors.mean), priors.mean, 0.0)
    channels = ChannelMap(rest, priors.neutral[0], priors.lying, priors.later)
    x = np.repeat(rest[None], 3, axis=0)
    x[1, PARAMETERS.index("trunk_bend")] = 10.0
    x[2, PARAMETERS.index("hike")], x[2, PARAMETERS.index("trunk_bend")] = -8.0, -8.0
    values = channels.values(x, place(x, priors.neutral[0], standard_lengths()))[0]
    bend = values[:, channels.names.index("trunk_side_bend")]
    assert bend[0] == pytest.approx(0.0, abs=0.1)
    assert 6.0 < bend[1] < 9.0
    assert abs(bend[2]) < 2.5
