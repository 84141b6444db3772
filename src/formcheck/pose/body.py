"""Where a body is in the picture, and how large: what is needed to tell whether two poses are of the same person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from formcheck.core.landmarks import INDEX, MIRROR
from formcheck.core.pose import FloatArray, Pose

_JOINTS: Final = np.array(
    [INDEX[f"{side}_{j}"] for j in ("shoulder", "hip", "knee", "ankle") for side in ("left", "right")]
)


@dataclass(frozen=True, slots=True)
class Place:
    """Centre and size of a body in the picture."""

    centre: FloatArray
    """Mean of shoulders, hips, knees and ankles, pixels, shape (2,)."""

    size: float
    """Root mean square distance of these joints from the centre, pixels; about a trunk length when standing."""

    @classmethod
    def of(cls, pose: Pose) -> Self:
        """Return the place of a found pose."""
        joints = pose.pixels[_JOINTS]
        centre = joints.mean(axis=0)
        return cls(centre, max(float(np.sqrt(((joints - centre) ** 2).sum(axis=1).mean())), 1.0))

    def distance(self, other: Place) -> float:
        """Return the distance of the centres in sizes of the larger body."""
        return float(np.hypot(*(self.centre - other.centre))) / max(self.size, other.size)

    def growth(self, other: Place) -> float:
        """Return how much larger one of the two is than the other, a factor from 1 up."""
        return max(self.size / other.size, other.size / self.size)


def joints_apart(a: Pose, b: Pose) -> float:
    """Return how far the joints of two found poses are apart, root mean square, in sizes of the larger body."""
    return _root_mean_square(a.pixels[_JOINTS] - b.pixels[_JOINTS]) / max(Place.of(a).size, Place.of(b).size)


def exchange_ratio(before: Pose, now: Pose) -> float:
    """Return how well `now` fits `before` with left and right exchanged, compared with as it is.

    Parameters
    ----------
    before, now
        Found poses of one body, shortly after each other.

    Returns
    -------
    float
        Distance of the joints to where their counterparts were, over their distance to where they were themselves:
        far below 1 when the sides have changed places, above 1 when not. Infinite when the joints have moved by less
        than a tenth of the body's size, as in side views, where an exchange moves nothing.
    """
    same = _root_mean_square(now.pixels[_JOINTS] - before.pixels[_JOINTS])
    crossed = _root_mean_square(now.pixels[_JOINTS] - before.pixels[MIRROR][_JOINTS])
    return crossed / same if same > Place.of(before).size / 10 else float("inf")


def bounding_box(pose: Pose, margin: float, width: int, height: int) -> tuple[int, int, int, int]:
    """Return a box around all landmarks, within the picture.

    Parameters
    ----------
    pose
        A found pose.
    margin
        Added on each side, in sizes of the body (`Place.size`).
    width, height
        Of the picture, pixels.

    Returns
    -------
    tuple
        Left, top, right, bottom, pixels; right and bottom exclusive.
    """
    room = margin * Place.of(pose).size
    low = (pose.pixels.min(axis=0) - room).clip(0, (width - 1, height - 1))
    high = (pose.pixels.max(axis=0) + room).clip(1, (width, height))
    left, top = (int(v) for v in low)
    return left, top, max(int(high[0]), left + 1), max(int(high[1]), top + 1)


def _root_mean_square(offsets: FloatArray) -> float:
    """Return the root mean square length of offsets, shape (n, 2)."""
    return float(np.sqrt((offsets**2).sum(axis=1).mean()))
