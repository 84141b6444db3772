"""What the learned corrector is told of one leg: the fit at rest and now, and the refined joints themselves."""

from __future__ import annotations

from functools import cache
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
_TURNED: Final = [PARAMETER_INDEX[name] for name in _TURNING]
_TILTED: Final = [PARAMETER_INDEX[name] for name in _PLAIN]
_FIXED: Final = [PARAMETER_INDEX[name] for name in (*_PLAIN, *LENGTHS)]
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
    still, moves = rest.parameters, fit.parameters - rest.parameters
    values = np.array([rest.channels[name] for name in fit.names])
    changes = wrap_deg(fit.values - values)
    legs, own = (
        _places(fit.names, tuple(f"{n}_{s}" for s in sides for n in _LEG)) for sides in ((side, other), (side,))
    )
    middle = _places(fit.names, _MIDDLE)
    constants = [wrap_deg(sign * still[_TURNED]), still[_FIXED], values[legs], np.array([rest.cost])]
    columns = [
        np.broadcast_to(np.concatenate(constants), (count, sum(map(len, constants)))),
        sign * wrap_deg(moves[:, _TURNED]),
        moves[:, _TILTED],
        changes[:, legs],
        fit.values[:, own],
        sign * changes[:, middle],
        fit.change_sigmas[:, [*own, middle[0]]],
        fit.cost[:, None],
    ]
    metre = 1.0 / px_per_standard_m(rest, obs.image_size)
    now, before = (_in_metres(o, rest_obs, metre, mirrored) for o in (obs, rest_obs))
    doubted = JOINT_MIRROR[_DOUBTED] if mirrored else np.array(_DOUBTED)
    doubt, deep = obs.sigma_px[:, doubted] * metre, obs.depth_sigma_m[:, doubted]
    moved = (now - before).reshape(count, -1)
    return np.concatenate(
        [
            *columns,
            np.repeat(before.reshape(1, -1), count, axis=0),
            moved,
            np.log(doubt),
            np.log(deep),
        ],
        axis=1,
    )


@cache
def _places(names: tuple[str, ...], wanted: tuple[str, ...]) -> list[int]:
    """Return where the wanted channels are among all."""
    return [names.index(name) for name in wanted]


def _in_metres(obs: Observations, rest: Observations, metre: float, mirrored: bool) -> FloatArray:
    """Return joints from mid-hip at rest, metres at its distance; x away from the body's middle for the right leg."""
    centre = rest.pixels[:, _HIPS].mean(axis=1, keepdims=True)
    out = np.concatenate([(obs.pixels - centre) * metre, obs.depth_m[..., None]], axis=-1)
    if mirrored:
        out = out[:, JOINT_MIRROR] * (-1.0, 1.0, 1.0)
    return np.asarray(out)
