"""The rest pose: camera, body and posture from the still stretch before the first repetition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.core.landmarks import JOINTS
from formcheck.core.pose import FloatArray
from formcheck.measure.fit.angles import ChannelMap
from formcheck.measure.fit.model import PARAMETER_INDEX, PARAMETERS, Placed
from formcheck.measure.fit.observations import Observations
from formcheck.measure.fit.problem import Data, Evaluation, Problem, ready, rest_prior
from formcheck.measure.fit.solver import solve
from formcheck.measure.fit.starts import closest_starts
from formcheck.measure.fit.table import fit_options, focal_px, position_priors
from formcheck.measure.geometry import wrap_deg


@dataclass(frozen=True, slots=True)
class Missed:
    """Residuals of the rest pose; a joint that was not observed has none."""

    pixels: FloatArray
    """Observed minus fitted, shape (J, 2), pixels."""
    depth: FloatArray
    """Observed minus fitted, shape (J,), metres."""
    carriers: FloatArray
    """Axes of each joint's segment in camera axes, shape (J, 3, 3)."""
    jacobian: FloatArray
    """Derivatives of x, y and depth of all joints by the parameters, shape (3 J, P)."""


@dataclass(frozen=True, slots=True)
class RestFit:
    """The rest pose, to which later frames are tied."""

    position: str
    """The position's name."""
    parameters: FloatArray
    """Shape (P,), see `PARAMETERS`."""
    covariance: FloatArray
    """Of the parameters, shape (P, P); wide where quite different postures look alike."""
    neutral: FloatArray
    """The pelvis' neutral axes in the world, as columns, shape (3, 3)."""
    channels: dict[str, float]
    """Channel values at rest; degrees, heights in shank lengths."""
    sigma: dict[str, float]
    """Standard deviation of `channels`."""
    floor_m: float
    """How far the floor is over the lens, metres of the standard person: negative, it is below."""
    missed: Missed
    """What the rest pose leaves unexplained: the same in later frames, for the most part."""
    cost: float
    """Reduced chi-square of the observations: about 1 when they are as good as their sigmas say."""
    log_evidence: float
    """Natural logarithm of the evidence for the position (Laplace's approximation), but for a constant that depends on
    the observations only: the position in which it is greatest explains them best."""

    @property
    def elevation_deg(self) -> float:
        """How steeply the camera looks down."""
        return float(self.parameters[PARAMETER_INDEX["elevation"]])

    @property
    def elevation_sigma_deg(self) -> float:
        """Standard deviation of `elevation_deg`."""
        return float(np.sqrt(self.covariance[PARAMETER_INDEX["elevation"], PARAMETER_INDEX["elevation"]]))


def fit_rest(obs: Observations, position: str) -> RestFit:
    """Fit the rest pose to the still stretch.

    Parameters
    ----------
    obs
        The frames of the still stretch.
    position
        Name of the position, see `positions.toml`.

    Raises
    ------
    FormcheckError
        The position is unknown.
    ValueError
        No joint was observed in any frame.

    Notes
    -----
    Every combination of the position's starts is first laid over the picture in closed form (scaled orthographic
    projection); the closest ones are solved, and the one of most evidence (Laplace's approximation) is taken.
    """
    priors, options = position_priors(position, PARAMETERS), fit_options()
    still = obs.median()
    if not still.seen.any():
        raise ValueError("No joint was observed in the still stretch.")
    data = ready(still)
    starts = closest_starts(priors, data, focal_px(obs.image_size))
    problem = Problem(obs.image_size, rest_prior(priors, starts.mean, starts.precision), priors.at_rest)
    data = data.at(np.zeros(len(starts.mean), dtype=np.intp))
    x, found = solve(problem, starts.parameters, data, starts.neutral, options.rest_iterations)
    evidence = -(found.cost + starts.rarity + np.linalg.slogdet(found.normal)[1]) / 2
    k = int(np.argmax(evidence))
    covariance = _mixed(x, np.asarray(np.linalg.inv(found.normal), dtype=np.float64), evidence, k)
    base = starts.neutral[k]
    channels = ChannelMap(x[k], base, priors.lying, priors.later)
    placed = problem.place(x[k : k + 1], base)
    values, gradient = (a[0] for a in channels.values(x[k : k + 1], placed))
    sigma = np.sqrt(np.einsum("cp,pq,cq->c", gradient, covariance, gradient))
    return RestFit(
        position,
        x[k],
        covariance,
        base,
        dict(zip(channels.names, values.tolist(), strict=True)),
        dict(zip(channels.names, sigma.tolist(), strict=True)),
        float(placed.up[0] @ placed.mid_hip[0] - x[k, PARAMETER_INDEX["pelvis_height"]]),
        _missed(problem, x[k : k + 1], placed, data.at(np.array([k]))),
        float(reduced_cost(found, still)[k]),
        float(evidence[k] - np.log(priors.at_rest.sigma).sum()),
    )


def _mixed(x: FloatArray, covariances: FloatArray, evidence: FloatArray, best: int) -> FloatArray:
    """Return the covariance about the best solution when the others may be true as well, shape (P, P)."""
    weight = np.exp(evidence - evidence[best])
    weight /= weight.sum()
    away = x - x[best]
    azimuth = PARAMETER_INDEX["azimuth"]
    away[:, azimuth] = wrap_deg(away[:, azimuth])
    return np.asarray(np.einsum("k,kpq->pq", weight, covariances) + (weight[:, None] * away).T @ away)


def _missed(problem: Problem, x: FloatArray, placed: Placed, data: Data) -> Missed:
    residuals, precision, picture = problem.residuals(x, data, placed)
    j = len(JOINTS)
    unexplained = -np.where(precision > 0, residuals, 0.0)[0]
    return Missed(
        unexplained[: 2 * j].reshape(2, j).T,
        unexplained[2 * j : 3 * j],
        placed.carriers[0],
        problem.jacobian(x, placed, picture)[0, : 3 * j],
    )


def reduced_cost(found: Evaluation, obs: Observations) -> FloatArray:
    """Return the observations' cost per observed number, shape (N,)."""
    count = 2 * obs.seen.sum(axis=1) + obs.deep.sum(axis=1)
    return np.asarray(found.data_cost / np.maximum(count, 1))
