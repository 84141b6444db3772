"""What the fit is given: joints in the picture and their depth, each with its sigma."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import JOINT_MIRROR, JOINTS
from formcheck.core.pose import FloatArray


@dataclass(frozen=True, slots=True)
class Observations:
    """Observed `JOINTS` over time. A joint whose value or sigma is not finite was not observed.

    Raises
    ------
    ValueError
        The shapes do not belong together.
    """

    pixels: FloatArray
    """Picture position, shape (T, J, 2), pixels; the picture's left and top edges are at 0."""

    sigma_px: FloatArray
    """Standard deviation of each of the two coordinates, shape (T, J), pixels."""

    depth_m: FloatArray
    """Distance along the viewing axis minus that of mid-hip, shape (T, J), metres of the standard person."""

    depth_sigma_m: FloatArray
    """Standard deviation of the depth, shape (T, J), metres of the standard person."""

    image_size: tuple[int, int]
    """Width and height of the picture, pixels."""

    def __post_init__(self) -> None:
        frames = len(self.pixels)
        joints = (frames, len(JOINTS))
        shapes = (self.pixels.shape, self.sigma_px.shape, self.depth_m.shape, self.depth_sigma_m.shape)
        if shapes != ((*joints, 2), joints, joints, joints):
            raise ValueError(f"Observations of {frames} frames need shapes {(*joints, 2)} and {joints}, got {shapes}.")

    def __len__(self) -> int:
        return len(self.pixels)

    def at(self, frames: slice | NDArray[np.intp] | NDArray[np.bool_]) -> Observations:
        """Return some of the frames."""
        return Observations(
            self.pixels[frames],
            self.sigma_px[frames],
            self.depth_m[frames],
            self.depth_sigma_m[frames],
            self.image_size,
        )

    def median(self) -> Observations:
        """Return one frame: per joint the median over the frames in which it was observed.

        Sigmas are medians too: most of the error is the same in every frame, so that many frames do not lower it.
        """
        seen = self.seen
        deep = self.deep
        return Observations(
            _median(np.where(seen[..., None], self.pixels, np.nan)),
            _median(np.where(seen, self.sigma_px, np.nan)),
            _median(np.where(deep, self.depth_m, np.nan)),
            _median(np.where(deep, self.depth_sigma_m, np.nan)),
            self.image_size,
        )

    def mirrored(self) -> Observations:
        """Return the observations of the mirrored picture, left and right exchanged."""
        flip = np.array([self.image_size[0], 0.0]), np.array([-1.0, 1.0])
        return Observations(
            (flip[0] + flip[1] * self.pixels)[:, JOINT_MIRROR],
            self.sigma_px[:, JOINT_MIRROR],
            self.depth_m[:, JOINT_MIRROR],
            self.depth_sigma_m[:, JOINT_MIRROR],
            self.image_size,
        )

    def combined(self, other: Observations) -> Observations:
        """Return the means of two sources of the same frames, each weighted by its precision.

        Parameters
        ----------
        other
            Observations whose errors have nothing to do with these.
        """
        pixels, sigma_px = _weighted(self.pixels, self.sigma_px, self.seen, other.pixels, other.sigma_px, other.seen)
        depth, depth_sigma = _weighted(
            self.depth_m[..., None],
            self.depth_sigma_m,
            self.deep,
            other.depth_m[..., None],
            other.depth_sigma_m,
            other.deep,
        )
        return Observations(pixels, sigma_px, depth[..., 0], depth_sigma, self.image_size)

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Whether a joint's place in the picture was observed, shape (T, J)."""
        ok: NDArray[np.bool_] = np.isfinite(self.pixels).all(axis=-1) & np.isfinite(self.sigma_px)
        return ok

    @property
    def deep(self) -> NDArray[np.bool_]:
        """Whether a joint's depth was observed, shape (T, J)."""
        ok: NDArray[np.bool_] = np.isfinite(self.depth_m) & np.isfinite(self.depth_sigma_m)
        return ok


def _weighted(
    a: FloatArray,
    sigma_a: FloatArray,
    has_a: NDArray[np.bool_],
    b: FloatArray,
    sigma_b: FloatArray,
    has_b: NDArray[np.bool_],
) -> tuple[FloatArray, FloatArray]:
    """Return the weighted mean of values of shape (T, J, d) and its sigma, (T, J); NaN where neither was observed."""
    with np.errstate(divide="ignore", invalid="ignore"):
        weight_a, weight_b = (np.where(has, 1.0 / s**2, 0.0) for s, has in ((sigma_a, has_a), (sigma_b, has_b)))
        total = weight_a + weight_b
        share = (weight_b / total)[..., None]
        value = np.where(share > 0, np.where(share < 1, (1 - share) * a + share * b, b), a)
        return np.where(total[..., None] > 0, value, np.nan), np.where(total > 0, 1.0 / np.sqrt(total), np.nan)


def _median(values: FloatArray) -> FloatArray:
    """Return the median of the finite values over the first axis, kept with length 1; NaN where there is none."""
    ordered = np.sort(values, axis=0)  # NaN last
    count = np.isfinite(values).sum(axis=0)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, len(values) - 1)
    pick = (np.take_along_axis(ordered, low[None], axis=0) + np.take_along_axis(ordered, high[None], axis=0)) / 2
    return np.asarray(np.where(count > 0, pick, np.nan))
