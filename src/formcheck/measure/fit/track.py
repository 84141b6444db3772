"""Every frame of a clip, tied to the rest pose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import JOINTS, SIDES
from formcheck.core.pose import FloatArray
from formcheck.measure.fit.angles import ChannelMap
from formcheck.measure.fit.model import PARAMETER_INDEX, PARAMETERS
from formcheck.measure.fit.observations import Observations
from formcheck.measure.fit.problem import Data, Evaluation, Prior, Problem, change_prior, ready
from formcheck.measure.fit.rest import RestFit, reduced_cost
from formcheck.measure.fit.solver import solve
from formcheck.measure.fit.table import fit_options, position_priors
from formcheck.measure.geometry import wrap_deg

_BENDS = [[PARAMETER_INDEX[f"{name}_{side}"] for name in ("hip_flexion", "knee_flexion")] for side in SIDES]
_FLOOR = 3 * len(JOINTS)  # the row of the floor among the residuals
_NOTHING = Data(*(np.zeros((1, len(JOINTS), *more)) for more in ((2,), (), (), ())))
_STRIDE = 8  # frames between those that start from the rest pose; the others start between their neighbours
_BLOCK = 64  # frames solved together: what fits the processor's cache


@dataclass(frozen=True, slots=True)
class FitTrack:
    """The fitted person over time."""

    rest: RestFit
    """The rest pose that the frames are tied to."""
    parameters: FloatArray
    """Shape (T, P), see `PARAMETERS`."""
    names: tuple[str, ...]
    """The channels, in the order of the following arrays' last axis."""
    values: FloatArray
    """Channel values, shape (T, C); degrees, heights in shank lengths."""
    sigmas: FloatArray
    """Standard deviation of `values`, shape (T, C)."""
    change_sigmas: FloatArray
    """Standard deviation of the change from rest, shape (T, C): smaller, because camera, lengths and much of the
    landmarks' error are the same in both."""
    cost: FloatArray
    """Reduced chi-square of the observations, shape (T,)."""

    def value(self, name: str) -> FloatArray:
        """Return a channel, shape (T,)."""
        return np.asarray(self.values[:, self.names.index(name)])

    def sigma(self, name: str) -> FloatArray:
        """Return the standard deviation of a channel, shape (T,)."""
        return np.asarray(self.sigmas[:, self.names.index(name)])

    def change(self, name: str) -> FloatArray:
        """Return a channel's change from the rest pose, shape (T,)."""
        return wrap_deg(self.value(name) - self.rest.channels[name])

    def change_sigma(self, name: str) -> FloatArray:
        """Return the standard deviation of a channel's change from the rest pose, shape (T,)."""
        return np.asarray(self.change_sigmas[:, self.names.index(name)])


def fit_frames(obs: Observations, rest: RestFit, start: FloatArray | None = None) -> FitTrack:
    """Fit every frame, tied to the rest pose.

    Parameters
    ----------
    obs
        The frames.
    rest
        The rest pose of the same clip.
    start
        Parameters to start from, shape (T, P): those of the frame before, in a live session. Without it, every eighth
        frame starts from the rest pose and the others from their neighbours.
    """
    fitter = FrameFitter(rest, obs.image_size)
    return fitter.fit(obs, start)


class FrameFitter:
    """Fits frames that are tied to one rest pose.

    Parameters
    ----------
    rest
        The rest pose.
    size
        Width and height of the picture, pixels.
    """

    def __init__(self, rest: RestFit, size: tuple[int, int]) -> None:
        self._rest = rest
        self._priors = position_priors(rest.position, PARAMETERS)
        self._problem = Problem(size, change_prior(self._priors, rest.parameters), self._priors.later, rest.floor_m)
        constants = np.flatnonzero(self._priors.change == 0)
        nothing = Prior(rest.parameters, np.zeros(len(PARAMETERS)), constants, self._priors.low, self._priors.high)
        self._constants = Problem(size, nothing, self._priors.later)
        self._channels = ChannelMap(rest.parameters, rest.neutral, self._priors.lying, self._priors.later)
        placed = self._problem.place(rest.parameters[None], rest.neutral)
        picture = self._problem.residuals(rest.parameters[None], _NOTHING, placed)[2]
        floor = np.zeros((1, len(PARAMETERS)))
        floor[0, self._problem.prior.free] = self._problem.jacobian(rest.parameters[None], placed, picture)[0, _FLOOR]
        self._rest_rows = np.concatenate([rest.missed.jacobian, floor])
        self._rest_gradient = self._channels.values(rest.parameters[None], placed)[1][0]

    def fit(self, obs: Observations, start: FloatArray | None = None) -> FitTrack:
        """Fit frames; see `fit_frames`."""
        frames, rest = len(obs), self._rest
        x = np.empty((frames, len(PARAMETERS)))
        names = self._channels.names
        values, sigma, change = np.empty((3, frames, len(names)))
        cost = np.empty(frames)
        if start is None:
            first = np.unique(np.r_[np.arange(0, frames, _STRIDE), frames - 1])
            at_rest = np.repeat(rest.parameters[None], len(first), axis=0)
            for block in np.array_split(np.arange(len(first)), max(1, len(first) // _BLOCK)):
                x[first[block]] = self._from_rest(obs.at(first[block]), at_rest[block])
            start = np.stack([np.interp(np.arange(frames), first, x[first, k]) for k in range(x.shape[1])], axis=1)
        for block in np.array_split(np.arange(frames), max(1, frames // _BLOCK)):
            part = obs.at(block)
            x[block], found, same = self._solve(part, start[block])
            cost[block] = reduced_cost(found, part)
            placed = self._problem.place(x[block], rest.neutral)
            values[block], gradient = self._channels.values(x[block], placed)
            pull = self._constants.jacobian(x[block], placed, found.picture)
            sigma[block], change[block] = self._sigmas(gradient, found, same, pull)
        return FitTrack(rest, x, names, values, sigma, change, cost)

    def follow(self, obs: Observations, before: FloatArray | None, again: bool = False) -> FitTrack:
        """Fit the next frame of a live session.

        Parameters
        ----------
        obs
            One frame.
        before
            Parameters of the frame before, shape (P,); None: there is none.
        again
            Try the rest pose and the position's other starts as well, and take the best: not to be caught for long
            where the frame before had gone wrong.
        """
        start = before
        if before is None or again:
            starts = self._starts(self._rest.parameters[None])
            if before is not None:
                starts = np.concatenate([starts, before[None]])
            tried, found, _ = self._solve(obs.at(np.zeros(len(starts), np.intp)), starts)
            best = int(np.argmin(found.cost))
            start = before if before is not None and best == len(starts) - 1 else tried[best]
        assert start is not None
        return self.fit(obs, start[None])

    def _from_rest(self, obs: Observations, at_rest: FloatArray) -> FloatArray:
        """Return the best of the solutions from the rest pose and from the position's other starts."""
        x, cost = at_rest.copy(), np.full(len(at_rest), np.inf)
        for start in self._starts(at_rest).reshape(-1, *at_rest.shape):
            other, found, _ = self._solve(obs, start)
            x[found.cost < cost] = other[found.cost < cost]
            cost = np.minimum(cost, found.cost)
        return x

    def _starts(self, at_rest: FloatArray) -> FloatArray:
        """Return parameters to start from: the rest pose, shape (N, P), then all with each of the position's moves."""
        starts = np.repeat(at_rest[None], 1 + len(self._priors.moved), axis=0)
        for start, change in zip(starts[1:], self._priors.moved, strict=True):
            start[:, _BENDS] += change[:2]
            start[:, PARAMETER_INDEX["tilt"]] += change[2]
        return starts.reshape(-1, at_rest.shape[1])

    def _solve(self, obs: Observations, start: FloatArray) -> tuple[FloatArray, Evaluation, FloatArray]:
        """Return parameters, the evaluation there, and how far each joint's error is that of the rest pose, (N, J)."""
        options, neutral, missed = fit_options(), self._rest.neutral, self._rest.missed
        placed = self._problem.place(start, neutral)
        cos = np.clip((np.einsum("njab,jab->nj", placed.carriers, missed.carriers) - 1.0) / 2.0, -1.0, 1.0)
        turned = np.degrees(np.arccos(cos)) / options.same_error_fades_deg
        same = options.same_error / (1.0 + turned**2)
        data = ready(obs)
        left = 1.0 / np.sqrt(1.0 - same**2)
        data = Data(
            data.pixels - same[..., None] * missed.pixels,
            data.precision * left,
            data.depth - same * missed.depth,
            data.depth_precision * left,
        )
        x, found = solve(self._problem, start, data, neutral, options.frame_iterations, placed)
        return x, found, same

    def _sigmas(
        self, gradient: FloatArray, found: Evaluation, same: FloatArray, by_constants: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return sigmas of the channels and of their change from rest, each (N, C).

        Notes
        -----
        With e0 the rest pose's error, A the normal matrix, D the change's precision, W the observations', J their
        derivatives (J0 at rest, C those by the clip's constants) and S how far errors are those of the rest pose, the
        estimate's error is A^-1 (D e0 + J' W (S J0 - C) e0) plus a part of covariance A^-1 from new errors and from
        the change itself.
        """
        prior, rest = self._problem.prior, self._rest
        free: NDArray[np.intp] = prior.free
        constant = self._constants.prior.free
        rows = _FLOOR + 1
        weighted_rows = found.jacobian[:, :rows] * found.precision[:, :rows, None]  # J' W
        shared = np.concatenate([same, same, same, np.ones((len(same), 1))], axis=1)
        pull = shared[..., None] * self._rest_rows
        pull[..., constant] -= by_constants[:, :rows]
        own = gradient[..., free]
        weighted = own @ np.linalg.inv(found.normal)  # (N, C, F)
        frame = np.sum(weighted * own, axis=-1)
        carried = (weighted @ weighted_rows.transpose(0, 2, 1)) @ pull
        carried[..., free] += weighted * prior.precision[free] ** 2
        if prior.rhythm is not None:
            carried[..., free] += (weighted @ prior.rhythm[free])[..., None] * prior.rhythm[free]
        carried[..., constant] += gradient[..., constant]
        change = carried - self._rest_gradient
        return (
            np.sqrt(frame + np.sum((carried @ rest.covariance) * carried, axis=-1)),
            np.sqrt(frame + np.sum((change @ rest.covariance) * change, axis=-1)),
        )
