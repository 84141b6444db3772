"""Levenberg-Marquardt over many frames at once."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from formcheck.core.pose import FloatArray
from formcheck.measure.fit.model import Placed
from formcheck.measure.fit.problem import Data, Evaluation, Problem
from formcheck.measure.fit.table import fit_options


def solve(
    problem: Problem,
    start: FloatArray,
    data: Data,
    neutral: FloatArray,
    iterations: int,
    placed: Placed | None = None,
) -> tuple[FloatArray, Evaluation]:
    """Return the parameters of least cost near the start, and the evaluation there.

    Parameters
    ----------
    problem
        What to minimise.
    start
        Parameters, shape (N, P).
    data
        Observations of the same frames.
    neutral
        The pelvis' neutral axes, shape (3, 3) or (N, 3, 3).
    iterations
        At most so many steps are tried.
    placed
        The people of `start`, where they are already at hand.

    Notes
    -----
    Marquardt's (1963) scaling of the damping by the normal matrix' diagonal; a frame whose next step promises less
    than the tolerance takes it unchecked and is done. The evaluation is that before the last step.
    """
    options, free = fit_options(), problem.prior.free
    x = start.copy()
    neutral = np.broadcast_to(neutral, (len(x), 3, 3))
    best = problem.evaluate(x, data, neutral, problem.prior, placed)
    damping = np.full(len(x), options.damping)
    active = np.arange(len(x))
    diagonal = np.arange(len(free))
    for _ in range(iterations):
        everyone = len(active) == len(x)
        now = best if everyone else _at(best, active)
        normal = now.normal.copy()
        normal[:, diagonal, diagonal] *= 1.0 + damping[active, None]
        step = -np.linalg.solve(normal, now.gradient[..., None])[..., 0]
        promise = -np.sum(step * now.gradient, axis=1)
        going = promise > options.tolerance
        if not going.all():
            x[np.ix_(active[~going], free)] += step[~going]
            active, step = active[going], step[going]
            if not len(active):
                break
            everyone = False
        tried = x[active]
        tried[:, free] += step
        trial = problem.evaluate(
            tried, data if everyone else data.at(active), neutral[active], problem.prior.at(active)
        )
        better = trial.cost < best.cost[active]
        won = active[better]
        x[won] = tried[better]
        for field in fields(Evaluation):
            getattr(best, field.name)[won] = getattr(trial, field.name)[better]
        damping[active] *= np.where(better, 0.2, 5.0)
    return x, best


def _at(evaluation: Evaluation, frames: NDArray[np.intp]) -> Evaluation:
    return Evaluation(*(getattr(evaluation, field.name)[frames] for field in fields(Evaluation)))
