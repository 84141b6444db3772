"""What the fit minimises: residuals of picture, depth, floor contact, priors and joint limits; their derivatives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import JOINTS, SIDES
from formcheck.core.pose import FloatArray
from formcheck.measure.fit.model import CAMERA, MOVES, PARAMETERS, SCREW_PARAMETER, Placed, cross, place
from formcheck.measure.fit.observations import Observations
from formcheck.measure.fit.table import Contacts, Position, fit_options, focal_px, standard_lengths

_J: Final = len(JOINTS)
_P: Final = len(PARAMETERS)
_FOCAL, _HEIGHT, _DEPTH = (PARAMETERS.index(n) for n in ("log_focal", "pelvis_height", "log_depth"))
_BACK: Final = PARAMETERS.index("trunk_flexion")
_HIPS: Final = [PARAMETERS.index(f"hip_flexion_{side}") for side in SIDES]
_SHIFTS_ALL: Final = np.isin(SCREW_PARAMETER, [PARAMETERS.index(n) for n in ("slope_x", "slope_y", "log_distance")])
_CAMERA_ONLY: Final = np.isin(SCREW_PARAMETER, [PARAMETERS.index(n) for n in CAMERA])


@dataclass(frozen=True, slots=True)
class Data:
    """Observations made ready: weights instead of sigmas, zeros instead of NaN."""

    pixels: FloatArray
    """From the picture's centre, shape (N, J, 2)."""
    precision: FloatArray
    """1 / sigma, shape (N, J); 0 where not observed."""
    depth: FloatArray
    """Shape (N, J)."""
    depth_precision: FloatArray
    """1 / sigma, shape (N, J)."""

    def at(self, frames: NDArray[np.intp] | slice) -> Data:
        """Return some of the frames."""
        return Data(self.pixels[frames], self.precision[frames], self.depth[frames], self.depth_precision[frames])


def ready(obs: Observations) -> Data:
    """Return observations made ready for fitting."""
    seen, deep = obs.seen, obs.deep
    with np.errstate(divide="ignore", invalid="ignore"):
        return Data(
            np.where(seen[..., None], obs.pixels - np.array(obs.image_size) / 2, 0.0),
            np.where(seen, 1.0 / obs.sigma_px, 0.0),
            np.where(deep, obs.depth_m, 0.0),
            np.where(deep, 1.0 / obs.depth_sigma_m, 0.0),
        )


@dataclass(frozen=True, slots=True)
class Prior:
    """Independent Gaussians on parameters; those with no freedom stay at their mean."""

    mean: FloatArray
    """Shape (P,), or (N, P) for one a frame."""
    precision: FloatArray
    """1 / sigma, shape as `mean`; 0 where nothing is known."""
    free: NDArray[np.intp]
    """Parameters that may move."""
    low: FloatArray
    """Lower limits, shape (P,)."""
    high: FloatArray
    """Upper limits, shape (P,)."""
    rhythm: FloatArray | None = None
    """One more Gaussian, on the sum of the parameters' distances from their mean times these, in sigmas, shape (P,)."""

    def at(self, frames: NDArray[np.intp]) -> Prior:
        """Return the prior of some of the frames."""
        return self if self.mean.ndim == 1 else replace(self, mean=self.mean[frames], precision=self.precision[frames])


def rest_prior(position: Position, mean: FloatArray, precision: FloatArray) -> Prior:
    """Return the prior of the rest pose, for several starts with means and precisions of shape (N, P)."""
    return Prior(mean, precision, np.arange(_P), position.low, position.high)


def change_prior(position: Position, rest: FloatArray) -> Prior:
    """Return the prior of a frame, given the rest pose's parameters, shape (P,).

    Where the low back bends with the hips (`Position.lumbar_share`), its own Gaussian is about its share of their
    flexion.
    """
    free = np.flatnonzero(position.change)
    precision = np.zeros(_P)
    precision[free] = 1.0 / position.change[free]
    if not position.lumbar_share:
        return Prior(rest, precision, free, position.low, position.high)
    rhythm = np.zeros(_P)
    rhythm[_BACK], rhythm[_HIPS] = precision[_BACK], -position.lumbar_share / len(_HIPS) * precision[_BACK]
    precision[_BACK] = 0.0
    return Prior(rest, precision, free, position.low, position.high, rhythm)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Cost, its derivatives and what they were computed from."""

    cost: FloatArray
    """Shape (N,): twice the negative log posterior, but for a constant."""
    gradient: FloatArray
    """Half the cost's gradient over the free parameters, shape (N, F)."""
    normal: FloatArray
    """Gauss-Newton approximation of half the cost's Hessian, shape (N, F, F)."""
    data_cost: FloatArray
    """The observations' part of the cost, shape (N,)."""
    jacobian: FloatArray
    """Weighted Jacobian of the residuals, shape (N, rows, F)."""
    precision: FloatArray
    """The residuals' weights, shape (N, rows)."""
    picture: FloatArray
    """Fitted joints from the picture's centre, shape (N, J, 2), pixels."""


class Problem:
    """The cost of parameters, for a batch of frames.

    Parameters
    ----------
    size
        Width and height of the picture, pixels.
    prior
        On the parameters.
    contacts
        Joints that touch the floor or stay above it.
    floor_m
        Where the floor is, as the camera sees it: how far over the lens, negative below; None: not known.
    """

    def __init__(self, size: tuple[int, int], prior: Prior, contacts: Contacts, floor_m: float | None = None) -> None:
        self.focal = focal_px(size)
        self.prior, self.contacts = prior, contacts
        self._lengths = standard_lengths()
        self._screws = np.flatnonzero(np.isin(SCREW_PARAMETER, prior.free))
        free = SCREW_PARAMETER[self._screws]
        self._groups = np.flatnonzero(np.r_[True, free[1:] != free[:-1]])
        moves = MOVES[:, self._screws]
        relative = moves * ~_SHIFTS_ALL[self._screws]
        camera = _CAMERA_ONLY[self._screws]
        touching = MOVES[list(contacts.joints)][:, self._screws] * ~camera
        self._mask = np.concatenate([moves, moves, relative, camera[None], touching.reshape(-1, len(camera))])
        self._floor = 0.0 if floor_m is None else floor_m
        self._floor_precision = 0.0 if floor_m is None else 1.0 / fit_options().floor_sigma_m
        self._focal_column = np.flatnonzero(prior.free == _FOCAL)
        self._depth_column = np.flatnonzero(prior.free == _DEPTH)
        self._height_column = np.flatnonzero(prior.free == _HEIGHT)

    def place(self, x: FloatArray, neutral: FloatArray) -> Placed:
        """Return the placed people for parameters of shape (N, P)."""
        return place(x, neutral, self._lengths)

    def residuals(self, x: FloatArray, data: Data, placed: Placed) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return unweighted residuals, precisions and the part of the cost's weight that the floor's side decides.

        Rows: x of all joints, y of all joints, depth of all joints, the floor where it was, contacts.
        """
        focal = self.focal * np.exp(x[:, _FOCAL])[:, None]
        metres = placed.points + placed.mid_hip[:, None]
        inverse = focal / np.maximum(metres[..., 2], 0.1)
        picture = inverse[..., None] * metres[..., :2]
        joints = list(self.contacts.joints)
        heights = np.sum(placed.points[:, joints] * placed.up[:, None], axis=-1) + x[:, _HEIGHT, None]
        over = heights - self.contacts.height
        counted = np.where((self.contacts.above > 0) & (over > 0), 0.0, 1.0 / self.contacts.sigma)
        deep = placed.points[..., 2] * np.exp(x[:, _DEPTH])[:, None]
        missed = picture - data.pixels
        sunk = x[:, _HEIGHT] - np.sum(placed.up * placed.mid_hip, axis=-1) + self._floor
        known = np.full((len(x), 1), self._floor_precision)
        r = np.concatenate([missed[..., 0], missed[..., 1], deep - data.depth, sunk[:, None], over], axis=1)
        p = np.concatenate([data.precision, data.precision, data.depth_precision, known, counted], axis=1)
        return r, p, picture

    def evaluate(
        self, x: FloatArray, data: Data, neutral: FloatArray, prior: Prior, placed: Placed | None = None
    ) -> Evaluation:
        """Return cost and derivatives.

        Parameters
        ----------
        x
            Parameters, shape (N, P).
        data
            Observations of the same frames.
        neutral
            See `place`.
        prior
            Of the same frames.
        placed
            The people that `x` describes, where they are already at hand.
        """
        placed = placed or self.place(x, neutral)
        r, precision, picture = self.residuals(x, data, placed)
        weight, cost = self._robust(r, precision)
        jacobian = self.jacobian(x, placed, picture)
        weight = precision * np.sqrt(weight)
        jacobian *= weight[..., None]
        z = r * weight
        normal = np.matmul(jacobian.transpose(0, 2, 1), jacobian)
        gradient = np.matmul(jacobian.transpose(0, 2, 1), z[..., None])[..., 0]
        away = (x - prior.mean) * prior.precision
        wall = (np.minimum(x - prior.low, 0.0) + np.maximum(x - prior.high, 0.0)) / fit_options().limit_sigma
        pull = away * prior.precision + wall / fit_options().limit_sigma
        stiff = prior.precision**2 + (wall != 0.0) / fit_options().limit_sigma ** 2
        free = prior.free
        normal[:, np.arange(len(free)), np.arange(len(free))] += stiff[..., free]
        gradient += pull[..., free]
        total = cost.sum(axis=1) + np.sum(away**2, axis=1) + np.sum(wall**2, axis=1)
        if prior.rhythm is not None:
            together = prior.rhythm[free]
            off = (x - prior.mean) @ prior.rhythm
            normal += together[:, None] * together
            gradient += off[:, None] * together
            total += off**2
        return Evaluation(total, gradient, normal, cost[:, : 3 * _J].sum(axis=1), jacobian, weight, picture)

    def _robust(self, r: FloatArray, precision: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return Huber weights and costs; the two coordinates of a point share one weight."""
        square = (r * precision) ** 2
        both = square[:, :_J] + square[:, _J : 2 * _J]
        square[:, :_J], square[:, _J : 2 * _J] = both, both
        k = fit_options().huber
        far = square > k * k
        size = np.sqrt(np.where(far, square, 1.0))
        weight = np.where(far, k / size, 1.0)
        cost = np.where(far, 2 * k * size - k * k, square)
        cost[:, : 2 * _J] /= 2  # counted once a point
        return weight, cost

    def jacobian(self, x: FloatArray, placed: Placed, picture: FloatArray) -> FloatArray:
        """Return the residuals' derivatives by the free parameters, shape (N, rows, F)."""
        n, q, joints = len(x), placed.points, list(self.contacts.joints)
        wrench = np.zeros((n, len(self._mask), 6))
        moment, look = wrench[..., :3], wrench[..., 3:]
        focal = self.focal * np.exp(x[:, _FOCAL])[:, None]
        z = np.maximum(q[..., 2] + placed.mid_hip[:, 2:], 0.1)
        inverse = focal / z
        look[:, :_J, 0] = look[:, _J : 2 * _J, 1] = inverse
        look[:, :_J, 2], look[:, _J : 2 * _J, 2] = -picture[..., 0] / z, -picture[..., 1] / z
        metre = np.exp(x[:, _DEPTH])[:, None]
        look[:, 2 * _J : 3 * _J, 2] = metre
        look[:, 3 * _J] = -placed.up
        look[:, 3 * _J + 1 :] = placed.up[:, None]
        where = np.concatenate([q, q, q, -placed.mid_hip[:, None], q[:, joints]], axis=1)
        moment[:] = cross(where, look)  # floor: the camera turns the vertical about a mid-hip that stays
        screws = placed.screws[:, self._screws] if len(self._screws) < placed.screws.shape[1] else placed.screws
        every = np.matmul(wrench, screws.transpose(0, 2, 1))
        every *= self._mask
        out = every if len(self._groups) == every.shape[-1] else np.add.reduceat(every, self._groups, axis=-1)
        out[:, : 2 * _J, self._focal_column] = np.concatenate([picture[..., 0], picture[..., 1]], axis=1)[..., None]
        out[:, 2 * _J : 3 * _J, self._depth_column] = (metre * q[..., 2])[..., None]
        out[:, 3 * _J :, self._height_column] = 1.0
        return np.asarray(out)
