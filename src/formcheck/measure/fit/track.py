"""Every frame of a clip, tied to the rest pose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.core.pose import FloatArray
from formcheck.measure.fit.angles import channel_gradients, channel_names, channel_values
from formcheck.measure.fit.model import PARAMETERS
from formcheck.measure.fit.observations import Observations
from formcheck.measure.fit.problem import Evaluation, Problem, change_prior, ready
from formcheck.measure.fit.rest import RestFit, reduced_cost
from formcheck.measure.fit.solver import solve
from formcheck.measure.fit.table import fit_options, position_priors
from formcheck.measure.geometry import wrap_deg

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
    """Channel values, shape (T, C), degrees."""
    sigmas: FloatArray
    """Standard deviation of `values`, shape (T, C)."""
    change_sigmas: FloatArray
    """Standard deviation of the change from rest, shape (T, C): smaller, because camera, lengths and much of the
    landmarks' error are the same in both."""
    cost: FloatArray
    """Reduced chi-square of the observations, shape (T,)."""

    def value(self, name: str) -> FloatArray:
        """Return a channel, shape (T,), degrees."""
        return np.asarray(self.values[:, self.names.index(name)])

    def sigma(self, name: str) -> FloatArray:
        """Return the standard deviation of a channel, shape (T,)."""
        return np.asarray(self.sigmas[:, self.names.index(name)])

    def change(self, name: str) -> FloatArray:
        """Return a channel's change from the rest pose, shape (T,), degrees."""
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
        self._problem = Problem(size, change_prior(self._priors, rest.parameters), self._priors.later)
        self._rest_gradient = channel_gradients(
            rest.parameters[None], rest.parameters, rest.neutral, self._priors.lying
        )[0]

    def fit(self, obs: Observations, start: FloatArray | None = None) -> FitTrack:
        """Fit frames; see `fit_frames`."""
        frames, rest = len(obs), self._rest
        x = np.empty((frames, len(PARAMETERS)))
        names = channel_names(self._priors.lying)
        sigma, change = np.empty((frames, len(names))), np.empty((frames, len(names)))
        cost = np.empty(frames)
        if start is None:
            first = np.unique(np.r_[np.arange(0, frames, _STRIDE), frames - 1])
            at_rest = np.repeat(rest.parameters[None], len(first), axis=0)
            for block in np.array_split(np.arange(len(first)), max(1, len(first) // _BLOCK)):
                x[first[block]] = self._solve(obs.at(first[block]), at_rest[block])[0]
            start = np.stack([np.interp(np.arange(frames), first, x[first, k]) for k in range(x.shape[1])], axis=1)
        for block in np.array_split(np.arange(frames), max(1, frames // _BLOCK)):
            part = obs.at(block)
            x[block], found = self._solve(part, start[block])
            cost[block] = reduced_cost(found, part)
            sigma[block], change[block] = self._sigmas(x[block], found)
        values = channel_values(x, rest.parameters, rest.neutral, self._priors.lying)
        return FitTrack(rest, x, names, values, sigma, change, cost)

    def _solve(self, obs: Observations, start: FloatArray) -> tuple[FloatArray, Evaluation]:
        iterations = fit_options().frame_iterations
        return solve(self._problem, start, ready(obs), self._rest.neutral, iterations)

    def _sigmas(self, x: FloatArray, found: Evaluation) -> tuple[FloatArray, FloatArray]:
        """Return sigmas of the channels and of their change from rest, each (N, C).

        Notes
        -----
        With A the normal matrix and D the prior's, the estimate's error is K e0 + A^-1 J' w, where K = A^-1 D, e0 is
        the rest pose's error and the second part, with the true change's spread, has covariance A^-1.
        """
        prior, rest = self._problem.prior, self._rest
        free: NDArray[np.intp] = prior.free
        gradient = channel_gradients(x, rest.parameters, rest.neutral, self._priors.lying)
        own = gradient[..., free]
        inverse = np.linalg.inv(found.normal)
        weighted = own @ inverse  # (N, C, F)
        frame = np.sum(weighted * own, axis=-1)
        carried = gradient.copy()  # by what the rest pose's error enters: constants of the clip, and the tie
        carried[..., free] = weighted * prior.precision[free] ** 2
        shared = carried - self._rest_gradient
        noise = frame
        return (
            np.sqrt(noise + np.sum((carried @ rest.covariance) * carried, axis=-1)),
            np.sqrt(noise + np.sum((shared @ rest.covariance) * shared, axis=-1)),
        )
