"""What the learned corrector is told of one leg: the fit at rest and now, and the refined joints themselves."""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.core.landmarks import JOINT_INDEX, JOINT_MIRROR, Side, other_side
from formcheck.core.pose import FloatArray
from formcheck.measure.fit import PARAMETER_INDEX, FitTrack, Observations
from formcheck.measure.fit.model import LENGTHS
from formcheck.measure.geometry import wrap_deg
from formcheck.measure.observe import px_per_standard_m

_LEG: Final = ("hip_flexion", "hip_adduction", "hip_ir", "knee_flexion")
_TURNING: Final = ("azimuth", "roll", "turn", "hike", "trunk_bend", "trunk_twist")
_PLAIN: Final = ("elevation", "tilt", "trunk_flexion")
_MIDDLE: Final = ("pelvis_roll", "pelvis_hike", "trunk_side_bend", "trunk_twist")
_HIPS: Final = [JOINT_INDEX["left_hip"], JOINT_INDEX["right_hip"]]
_DOUBTED: Final = [JOINT_INDEX[f"right_{part}"] for part in ("hip", "asis", "knee", "ankle")]


def leg_evidence(obs: Observations, rest_obs: Observations, fit: FitTrack, side: Side) -> FloatArray:
    """Return the corrector's inputs for one leg, as if it were the right one.

    Parameters
    ----------
    obs
        Observed joints of T frames.
    rest_obs
        Their median over the still stretch, one frame.
    fit
        The fit of the frames.
    side
        The leg.

    Returns
    -------
    ndarray, shape (T, D)
        Degrees, metres of the standard person, and ratios; NaN where a joint was not observed.
    """
    mirrored = side == "left"
    sign = -1.0 if mirrored else 1.0
    other = other_side(side)
    rest, count = fit.rest, len(obs)

    def parameter(name: str) -> FloatArray:
        return fit.parameters[:, PARAMETER_INDEX[name]]

    still = rest.parameters
    constants = [float(wrap_deg(still[PARAMETER_INDEX[n]] * sign)) for n in _TURNING]
    constants += [still[PARAMETER_INDEX[n]] for n in (*_PLAIN, *LENGTHS)]
    constants += [rest.channels[f"{n}_{s}"] for s in (side, other) for n in _LEG]
    constants += [rest.cost]
    columns = [np.full(count, value) for value in constants]
    columns += [sign * wrap_deg(parameter(n) - still[PARAMETER_INDEX[n]]) for n in _TURNING]
    columns += [parameter(n) - still[PARAMETER_INDEX[n]] for n in _PLAIN]
    columns += [fit.change(f"{n}_{s}") for s in (side, other) for n in _LEG]
    columns += [fit.value(f"{n}_{side}") for n in _LEG]
    columns += [sign * fit.change(n) for n in _MIDDLE]
    columns += [fit.change_sigma(f"{n}_{side}") for n in _LEG] + [fit.change_sigma("pelvis_roll"), fit.cost]
    metre = 1.0 / px_per_standard_m(rest, obs.image_size)
    now, before = (_in_metres(o, rest_obs, metre, mirrored) for o in (obs, rest_obs))
    doubted = JOINT_MIRROR[_DOUBTED] if mirrored else np.array(_DOUBTED)
    doubt, deep = obs.sigma_px[:, doubted] * metre, obs.depth_sigma_m[:, doubted]
    moved = (now - before).reshape(count, -1)
    return np.concatenate(
        [
            np.stack(columns, axis=1),
            np.repeat(before.reshape(1, -1), count, axis=0),
            moved,
            np.log(doubt),
            np.log(deep),
        ],
        axis=1,
    )


def _in_metres(obs: Observations, rest: Observations, metre: float, mirrored: bool) -> FloatArray:
    """Return joints from mid-hip at rest, metres at its distance; x away from the body's middle for the right leg."""
    centre = rest.pixels[:, _HIPS].mean(axis=1, keepdims=True)
    out = np.concatenate([(obs.pixels - centre) * metre, obs.depth_m[..., None]], axis=-1)
    if mirrored:
        out = out[:, JOINT_MIRROR] * (-1.0, 1.0, 1.0)
    return np.asarray(out)
