"""What a person looks like: the colours of trunk, thighs and shanks, to tell people apart who cross."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import INDEX
from formcheck.core.pose import FloatArray, Pose

PARTS: Final = ("trunk", "thighs", "shanks")
"""Parts of the body whose colours are looked at: what clothes cover separately."""

MATCH: Final = 15.0
"""Largest distance (CIE L*a*b*, L* halved) at which a part still has its colour. On clips of one person mostly one part
at a time is farther from its reference (an arm across the trunk); another person was 23 or farther in all three."""

_LIGHTNESS_WEIGHT: Final = 0.5  # shadows change lightness more than colour
_LEARNING_LOOKS: Final = 10  # the first second, while nobody can have taken the place
_FOLLOWING_RATE: Final = 0.05  # then slowly, as daylight does


class Look:
    """The remembered colours of one person, from every side that was seen: clothes differ before and behind."""

    def __init__(self) -> None:
        self._sides = [np.full((len(PARTS), 3), np.nan)]
        self._looks = 0

    def matches(self, colours: FloatArray) -> tuple[int, int]:
        """Compare with the remembered colours.

        Parameters
        ----------
        colours
            From `part_colours`.

        Returns
        -------
        tuple
            How many parts have the remembered colour, of the side that is most alike, and how many could be compared.
        """
        distance = np.linalg.norm(colours - self._nearest(colours), axis=1)
        return int((distance <= MATCH).sum()), int(np.isfinite(distance).sum())

    def learn(self, colours: FloatArray) -> None:
        """Take the colours of a frame in which it is certain who it is.

        Parameters
        ----------
        colours
            From `part_colours`.
        """
        known_colours = self._nearest(colours)
        self._looks += 1
        learning = self._looks <= _LEARNING_LOOKS
        rate = 1 / self._looks if learning else _FOLLOWING_RATE
        known = np.isfinite(known_colours[:, 0])
        seen = np.isfinite(colours[:, 0])
        alike = np.linalg.norm(colours - known_colours, axis=1) <= MATCH
        update = seen & known & (alike | learning)
        known_colours[update] += rate * (colours[update] - known_colours[update])
        new = seen & ~known
        known_colours[new] = colours[new]

    def learn_side(self, colours: FloatArray) -> None:
        """Take the colours of a person who is certainly the same but looks otherwise: another side, another light.

        Parameters
        ----------
        colours
            From `part_colours`.
        """
        self._sides.append(colours.copy())

    def _nearest(self, colours: FloatArray) -> FloatArray:
        """Return the side with most parts of these colours, the first of equals, shape (3, 3)."""
        return max(self._sides, key=lambda side: int((np.linalg.norm(colours - side, axis=1) <= MATCH).sum()))


def part_colours(pose: Pose, image: NDArray[np.uint8]) -> FloatArray:
    """Return the median colour of each part.

    Parameters
    ----------
    pose
        A found pose, pixels of `image`.
    image
        RGB, shape (height, width, 3).

    Returns
    -------
    FloatArray
        Shape (3, 3): for each of `PARTS` CIE L* (halved), a*, b*; NaN for a part that is mostly outside the picture.
    """
    corners = pose.pixels[_CORNERS]  # (sample, corner, xy)
    points = np.rint(np.einsum("sc,scx->sx", _WEIGHTS, corners)).astype(np.int64)
    height, width = image.shape[:2]
    inside = (points >= 0).all(1) & (points[:, 0] < width) & (points[:, 1] < height)
    clipped = points.clip((0, 0), (width - 1, height - 1))
    rgb = image[clipped[:, 1], clipped[:, 0]][np.newaxis].astype(np.float32) / 255.0
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0] * (_LIGHTNESS_WEIGHT, 1.0, 1.0)
    colours = np.full((len(PARTS), 3), np.nan)
    for part in range(len(PARTS)):
        seen = inside & (part == _PART)
        if 2 * np.count_nonzero(seen) > np.count_nonzero(part == _PART):
            colours[part] = np.median(lab[seen], axis=0)
    return colours


def _samples() -> tuple[NDArray[np.int64], FloatArray, NDArray[np.int64]]:
    """Return for each sample four landmarks, their weights, and its part."""
    corners: list[tuple[int, ...]] = []
    weights: list[tuple[float, ...]] = []
    parts: list[int] = []
    trunk = tuple(INDEX[n] for n in ("left_shoulder", "right_shoulder", "left_hip", "right_hip"))
    for across in (0.25, 0.4, 0.6, 0.75):
        for down in (0.15, 0.35, 0.55, 0.75):
            corners.append(trunk)
            weights.append(
                ((1 - across) * (1 - down), across * (1 - down), (1 - across) * down, across * down),
            )
            parts.append(0)
    for part, (upper, lower) in enumerate((("hip", "knee"), ("knee", "ankle")), start=1):
        for side in ("left", "right"):
            for along in (0.25, 0.35, 0.45, 0.55, 0.65, 0.75):
                a, b = INDEX[f"{side}_{upper}"], INDEX[f"{side}_{lower}"]
                corners.append((a, b, a, b))
                weights.append((1 - along, along, 0.0, 0.0))
                parts.append(part)
    return np.array(corners), np.array(weights), np.array(parts)


_CORNERS, _WEIGHTS, _PART = _samples()
