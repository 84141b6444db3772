"""Pictures turned by quarters of a circle, for people whom the pose model does not find lying across or upside down."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from formcheck.core.pose import Pose


def turned(image: NDArray[np.uint8], quarters: int) -> NDArray[np.uint8]:
    """Return a picture turned to the left so often by a quarter of a circle."""
    return np.ascontiguousarray(np.rot90(image, quarters)) if quarters else image


def turned_back(pose: Pose, quarters: int, width: int, height: int) -> Pose:
    """Return a pose that was found in a turned picture in the axes of the picture itself.

    Parameters
    ----------
    pose
        As found in `turned(image, quarters)`.
    quarters
        How often it was turned, 0 to 3.
    width, height
        Of the picture itself, pixels.
    """
    if not pose.found or not quarters:
        return pose
    turn = np.linalg.matrix_power(np.array([[0.0, -1.0], [1.0, 0.0]]), quarters)  # (x, y) of a quarter: (-y, x)
    corner = {1: (width, 0), 2: (width, height), 3: (0, height)}[quarters]
    world = pose.world.copy()
    world[:, :2] = world[:, :2] @ turn.T
    return replace(pose, pixels=pose.pixels @ turn.T + corner, world=world)
