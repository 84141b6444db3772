"""Signed-distance primitives and smooth joins, on arrays of points. Negative inside; metres."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
"""Points, shape (N, 3)."""
Distances = NDArray[np.float32]
"""Signed distances, shape (N,)."""
Vec = Sequence[float] | NDArray[np.float64]

FAR = np.float32(9.0)
"""Stands for "nowhere near"."""


def ellipsoid(p: Points, centre: Vec, radii: Vec) -> Distances:
    """Return the (approximate) distance to an axis-aligned ellipsoid."""
    r = np.asarray(radii, dtype=np.float32)
    q = (p - np.asarray(centre, dtype=np.float32)) / r
    k0 = np.sqrt(np.einsum("ij,ij->i", q, q))
    g = q / r
    k1 = np.sqrt(np.einsum("ij,ij->i", g, g)) + np.float32(1e-6)
    out: Distances = k0 * (k0 - 1.0) / k1
    return out


def round_cone(p: Points, a: Vec, b: Vec, ra: float, rb: float) -> Distances:
    """Return the distance to a capsule from `a` to `b` whose radius goes from `ra` to `rb`."""
    a32 = np.asarray(a, dtype=np.float32)
    ab = np.asarray(b, dtype=np.float32) - a32
    ap = p - a32
    h = np.clip(ap @ ab / np.float32(ab @ ab), 0.0, 1.0)
    d = ap - h[:, None] * ab
    out: Distances = np.sqrt(np.einsum("ij,ij->i", d, d)) - np.float32(ra) - h * np.float32(rb - ra)
    return out


def smooth_union(a: Distances, b: Distances, k: float) -> Distances:
    """Return the union of two shapes, melted together over about `k` metres."""
    h = np.maximum(np.float32(k) - np.abs(a - b), 0.0) / np.float32(k)
    out: Distances = np.minimum(a, b) - h * h * np.float32(k * 0.25)
    return out


def smooth_subtract(a: Distances, b: Distances, k: float) -> Distances:
    """Return shape `a` without shape `b`, the edge rounded over about `k` metres."""
    return -smooth_union(-a, b, k)


def smooth_intersect(a: Distances, b: Distances, k: float) -> Distances:
    """Return what `a` and `b` share, the edge rounded over about `k` metres."""
    return -smooth_union(-a, -b, k)


class Profile:
    """A smooth curve through a few points, read by linear interpolation from a fine table."""

    def __init__(self, t: Sequence[float], values: Sequence[float] | NDArray[np.float64]) -> None:
        from scipy.interpolate import PchipInterpolator

        self._t = np.linspace(t[0], t[-1], 129)
        self._v = np.asarray(PchipInterpolator(t, values)(self._t))

    def __call__(self, t: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the curve at `t`, held constant beyond its ends."""
        out: NDArray[np.float32] = np.interp(t, self._t, self._v).astype(np.float32)
        return out


def loft(
    p: Points,
    axis: int,
    t: NDArray[np.float32],
    length: float,
    t_range: tuple[float, float],
    radius_a: NDArray[np.float32],
    radius_b: NDArray[np.float32],
    centre_a: NDArray[np.float32] | float = 0.0,
    centre_b: NDArray[np.float32] | float = 0.0,
    power: float = 2.0,
) -> Distances:
    """Return the approximate distance to a stack of (super)ellipses along one axis.

    Parameters
    ----------
    p
        Points in the part's own frame.
    axis
        The axis along which the sections are stacked; `radius_a`/`centre_a` belong to the first of the other two axes.
    t, length, t_range
        Position along the axis as a share of `length`, and between which shares the shape exists.
    radius_a, radius_b, centre_a, centre_b
        Half widths and centre of the section at each point.
    power
        2 is an ellipse; more is boxier.
    """
    others = [i for i in range(3) if i != axis]
    u = np.abs((p[:, others[0]] - centre_a) / radius_a)
    v = np.abs((p[:, others[1]] - centre_b) / radius_b)
    q = np.sqrt(u * u + v * v) if power == 2.0 else np.power(u**power + v**power + 1e-12, 1.0 / power)
    side = (q - 1.0) * np.minimum(radius_a, radius_b)
    end = np.maximum(t_range[0] - t, t - t_range[1]) * np.float32(length)
    outside = np.hypot(np.maximum(side, 0.0), np.maximum(end, 0.0))
    out: Distances = (outside + np.minimum(np.maximum(side, end), 0.0)).astype(np.float32)
    return out
