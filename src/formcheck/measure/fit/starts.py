"""Where the fit of a rest pose starts: every way that a person may lie or stand, laid over the picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from formcheck.core.landmarks import SIDES
from formcheck.core.pose import FloatArray
from formcheck.measure.fit.model import PARAMETER_INDEX, place
from formcheck.measure.fit.problem import Data
from formcheck.measure.fit.table import Position, fit_options, standard_lengths

_FARTHEST_M = 20.0


@dataclass(frozen=True, slots=True)
class Starts:
    """Parameters to start from, each with the prior of its posture."""

    parameters: FloatArray
    """Shape (K, P)."""
    neutral: FloatArray
    """The pelvis' neutral axes in the world, shape (K, 3, 3)."""
    mean: FloatArray
    """Mean of the prior, shape (K, P)."""
    precision: FloatArray
    """1 / sigma of the prior, shape (K, P)."""
    rarity: FloatArray
    """Minus twice the logarithm of the prior at its mean, but for a constant, shape (K,)."""


def closest_starts(priors: Position, data: Data, focal: float) -> Starts:
    """Return the starts of a position that lie closest to one frame's observations.

    Parameters
    ----------
    priors
        The position's.
    data
        One frame.
    focal
        The assumed lens' focal length, pixels.

    Notes
    -----
    A start is laid over the picture in closed form (scaled orthographic projection). Of each pair of leg postures the
    two closest go on.
    """
    rows = list(
        product(priors.neutral, priors.azimuths, priors.elevations, product(range(len(priors.legs)), repeat=len(SIDES)))
    )
    mean = np.repeat(priors.mean[None], len(rows), axis=0)
    sigma = np.repeat(priors.rest[None], len(rows), axis=0)
    for side_index, side in enumerate(SIDES):
        chosen = priors.legs[[pair[side_index] for _, _, _, pair in rows]]  # (K, 2, 2)
        for k, name in enumerate(("hip_flexion", "knee_flexion")):
            column = PARAMETER_INDEX[f"{name}_{side}"]
            mean[:, column], sigma[:, column] = chosen[:, k].T
    x = mean.copy()
    x[:, PARAMETER_INDEX["azimuth"]] = [row[1] for row in rows]
    x[:, PARAMETER_INDEX["elevation"]] = [row[2] for row in rows]
    neutral = np.array([row[0] for row in rows])
    x, distance = _laid_over(x, neutral, data, focal)
    kept: list[int] = []
    taken: dict[tuple[int, ...], int] = {}
    for k in np.argsort(distance):
        pair = rows[k][3]
        taken[pair] = taken.get(pair, 0) + 1
        if taken[pair] <= 2 and len(kept) < fit_options().rest_starts_kept:
            kept.append(int(k))
    width = np.where(np.isfinite(sigma[kept]), sigma[kept], 1.0)
    share = np.array([priors.shares[list(rows[k][3])].prod() for k in kept])
    rarity = 2 * np.log(width).sum(axis=1) - 2 * np.log(share)
    return Starts(x[kept], neutral[kept], mean[kept], 1.0 / sigma[kept], rarity)


def _laid_over(x: FloatArray, neutral: FloatArray, data: Data, focal: float) -> tuple[FloatArray, FloatArray]:
    """Return the starts moved and scaled onto the picture, and how badly they then fit."""
    points, weight = place(x, neutral, standard_lengths()).points, data.precision[0] ** 2
    total = weight.sum()
    mean = np.einsum("j,njd->nd", weight, points[..., :2]) / total
    seen = weight @ data.pixels[0] / total
    model, picture = points[..., :2] - mean[:, None], data.pixels[0] - seen
    size = np.einsum("j,njd,njd->n", weight, model, model)
    scale = np.einsum("j,njd,jd->n", weight, model, picture) / np.maximum(size, 1e-12 * total)
    scale = np.maximum(scale, focal / _FARTHEST_M)
    missed = scale[:, None, None] * model - picture
    cost = np.einsum("j,njd,njd->n", weight, missed, missed)
    cost += np.sum(((points[..., 2] - data.depth) * data.depth_precision) ** 2, axis=1)
    out = x.copy()
    out[:, PARAMETER_INDEX["log_distance"]] = np.log(focal / scale)
    slopes = (seen - scale[:, None] * mean) / focal
    out[:, PARAMETER_INDEX["slope_x"]], out[:, PARAMETER_INDEX["slope_y"]] = slopes.T
    return out, cost
