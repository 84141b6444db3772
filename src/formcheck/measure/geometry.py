"""Vectors, angles and frames on arrays. The last axis holds the coordinates; everything else broadcasts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from formcheck.core.pose import FloatArray


def unit(v: FloatArray) -> FloatArray:
    """Return `v` scaled to length 1 along the last axis; NaN where its length is 0."""
    length = np.linalg.norm(v, axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(v / length)


def dot(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the scalar product along the last axis."""
    return np.asarray(np.sum(a * b, axis=-1))


def atan2_deg(y: FloatArray, x: FloatArray) -> FloatArray:
    """Return the angle of (x, y) in degrees, -180 to 180."""
    return np.asarray(np.degrees(np.arctan2(y, x)))


def wrap_deg(angle: ArrayLike) -> FloatArray:
    """Return angles brought into [-180, 180) degrees.

    Examples
    --------
    >>> wrap_deg([190.0, -190.0, 20.0]).tolist()
    [-170.0, 170.0, 20.0]
    """
    return np.asarray((np.asarray(angle, dtype=np.float64) + 180.0) % 360.0 - 180.0)


def angle_between_deg(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the unsigned angle between two 3-D vectors in degrees, 0 to 180.

    The arctangent of cross and dot product keeps its precision near 0 and 180, where the arccosine loses it.
    """
    return atan2_deg(np.linalg.norm(np.cross(a, b), axis=-1), dot(a, b))


def rotation_about(axis: ArrayLike, angle_deg: float) -> FloatArray:
    """Return the 3x3 matrix that turns vectors about `axis` by `angle_deg` (right-hand rule; Rodrigues)."""
    k = unit(np.asarray(axis, dtype=np.float64))
    a = np.radians(angle_deg)
    cross = np.array([[0, -k[2], k[1]], [k[2], 0, -k[0]], [-k[1], k[0], 0]])
    return np.asarray(np.eye(3) + np.sin(a) * cross + (1 - np.cos(a)) * cross @ cross)
