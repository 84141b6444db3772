"""The rest pose: camera, body and posture from the still stretch before the first repetition."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from formcheck.core.landmarks import JOINTS, SIDES
from formcheck.core.pose import FloatArray
from formcheck.measure.fit.angles import ChannelMap
from formcheck.measure.fit.model import PARAMETER_INDEX, PARAMETERS
from formcheck.measure.fit.observations import Observations
from formcheck.measure.fit.problem import Data, Evaluation, Problem, ready, rest_prior
from formcheck.measure.fit.solver import solve
from formcheck.measure.fit.table import Position, fit_options, position_priors


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
    """Of the parameters, shape (P, P)."""
    neutral: FloatArray
    """The pelvis' neutral axes in the world, as columns, shape (3, 3)."""
    channels: dict[str, float]
    """Channel values at rest, degrees."""
    sigma: dict[str, float]
    """Standard deviation of `channels`, degrees."""
    missed: Missed
    """What the rest pose leaves unexplained: the same in later frames, for the most part."""
    cost: float
    """Reduced chi-square of the observations: about 1 when they are as good as their sigmas say."""

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
    projection); the closest ones are solved, and the one of least cost is taken.
    """
    priors, options = position_priors(position, PARAMETERS), fit_options()
    still = obs.median()
    if not still.seen.any():
        raise ValueError("No joint was observed in the still stretch.")
    problem = Problem(obs.image_size, rest_prior(priors), priors.at_rest)
    data = ready(still)
    starts, neutral = _starts(priors)
    starts, distance = _laid_over(problem, starts, neutral, data)
    best = np.argsort(distance)[: options.rest_starts_kept]
    data = data.at(np.zeros(len(best), dtype=np.intp))
    x, found = solve(problem, starts[best], data, neutral[best], options.rest_iterations)
    k = int(np.argmin(found.cost))
    covariance = np.linalg.inv(found.normal[k])
    base = neutral[best][k]
    channels = ChannelMap(x[k], base, priors.lying)
    values, gradient = (a[0] for a in channels.values(x[k : k + 1]))
    sigma = np.sqrt(np.einsum("cp,pq,cq->c", gradient, covariance, gradient))
    return RestFit(
        position,
        x[k],
        covariance,
        base,
        dict(zip(channels.names, values.tolist(), strict=True)),
        dict(zip(channels.names, sigma.tolist(), strict=True)),
        _missed(problem, x[k : k + 1], base, data.at(np.array([k]))),
        float(reduced_cost(found, still)[k]),
    )


def _missed(problem: Problem, x: FloatArray, neutral: FloatArray, data: Data) -> Missed:
    placed = problem.place(x, neutral)
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


def _starts(priors: Position) -> tuple[FloatArray, FloatArray]:
    """Return starting parameters, shape (K, P), and their neutral axes, shape (K, 3, 3)."""
    starts = priors.starts
    legs = list(product(starts["legs"], repeat=2))
    rows, axes = [], []
    for base, azimuth, elevation, pair in product(priors.neutral, starts["azimuth"], starts["elevation"], legs):
        x = priors.mean.copy()
        x[PARAMETER_INDEX["azimuth"]], x[PARAMETER_INDEX["elevation"]] = azimuth, elevation
        for side, (flexion, knee) in zip(SIDES, pair, strict=True):
            x[PARAMETER_INDEX[f"hip_flexion_{side}"]], x[PARAMETER_INDEX[f"knee_flexion_{side}"]] = flexion, knee
        rows.append(x)
        axes.append(base)
    return np.array(rows), np.array(axes)


def _laid_over(problem: Problem, x: FloatArray, neutral: FloatArray, data: Data) -> tuple[FloatArray, FloatArray]:
    """Return the starts moved and scaled onto the picture, and how badly they then fit."""
    placed = problem.place(x, neutral)
    points, weight = placed.points, data.precision[0] ** 2
    total = weight.sum()
    mean = np.einsum("j,njd->nd", weight, points[..., :2]) / total
    seen = weight @ data.pixels[0] / total
    model, picture = points[..., :2] - mean[:, None], data.pixels[0] - seen
    scale = np.einsum("j,njd,jd->n", weight, model, picture) / np.einsum("j,njd,njd->n", weight, model, model)
    scale = np.maximum(scale, problem.focal / 20.0)  # nobody is farther away than 20 m
    missed = scale[:, None, None] * model - picture
    cost = np.einsum("j,njd,njd->n", weight, missed, missed)
    cost += np.sum(((points[..., 2] - data.depth) * data.depth_precision) ** 2, axis=1)
    out = x.copy()
    out[:, PARAMETER_INDEX["log_distance"]] = np.log(problem.focal / scale)
    slopes = (seen - scale[:, None] * mean) / problem.focal
    out[:, PARAMETER_INDEX["slope_x"]], out[:, PARAMETER_INDEX["slope_y"]] = slopes.T
    return out, cost
