"""Who is in a picture: every person, found on the whole picture and on enlarged parts of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.core.pose import Pose
from formcheck.pose.body import Place
from formcheck.pose.landmarker import Finder
from formcheck.pose.turning import turned, turned_back

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, pixels; right and bottom exclusive."""

_TILE: Final = 0.55  # side of an enlarged part; three of them across overlap by half, so that one holds a body whole
_TILES_ACROSS: Final = 3
_SAME_DISTANCE: Final = 0.5  # sizes of the body: two finds nearer than this are one person
_SAME_GROWTH: Final = 1.6
_CENTRE_WIDTH: Final = 0.25  # of the picture's diagonal: how fast it stops to matter as one leaves the middle


@dataclass(frozen=True, slots=True)
class Person:
    """A person found in one picture."""

    pose: Pose
    """Landmarks, pixels of the whole picture."""

    votes: int
    """On how many parts of the picture the person was found."""

    quarters: int = 0
    """How often the picture was turned to the left by a quarter of a circle for it."""


def find_people(
    finder: Finder, image: NDArray[np.uint8], time_s: float, boxes: list[Box], quarters: int = 0
) -> list[Person]:
    """Return the people found in parts of a picture, each once.

    Parameters
    ----------
    finder
        Finds people in one picture.
    image
        RGB, shape (height, width, 3).
    time_s
        Its time, seconds.
    boxes
        The parts to look at.
    quarters
        How often each is turned to the left by a quarter of a circle before.

    Returns
    -------
    list
        The people; if some were found on two parts or more, those found on one part only are left out, as these are
        mostly bodies cut by the part's edge.
    """
    groups: list[list[Pose]] = []
    for left, top, right, bottom in boxes:
        for found in finder.find(turned(image[top:bottom, left:right], quarters), time_s):
            pose = turned_back(found, quarters, right - left, bottom - top)
            pose = replace(pose, pixels=pose.pixels + np.array((left, top)))
            for group in groups:
                if is_near(Place.of(pose), Place.of(group[0]), _SAME_DISTANCE, _SAME_GROWTH):
                    group.append(pose)
                    break
            else:
                groups.append([pose])
    best = [max(group, key=lambda p: float(p.visibility.mean())) for group in groups]
    people = [Person(pose, len(group), quarters) for pose, group in zip(best, groups, strict=True)]
    return [p for p in people if p.votes > 1] or people


def whole(image: NDArray[np.uint8]) -> Box:
    """Return the box of the whole picture."""
    return 0, 0, image.shape[1], image.shape[0]


def tiles(image: NDArray[np.uint8]) -> list[Box]:
    """Return overlapping parts of a picture, in which small people are large enough for the detector."""
    height, width = image.shape[:2]
    w, h = round(width * _TILE), round(height * _TILE)
    lefts = np.linspace(0, width - w, _TILES_ACROSS).astype(int).tolist()
    tops = np.linspace(0, height - h, _TILES_ACROSS).astype(int).tolist()
    return [(left, top, left + w, top + h) for top, left in product(tops, lefts)]


def is_near(a: Place, b: Place, distance: float, growth: float) -> bool:
    """Whether two places differ by at most a distance (sizes of the body) and a factor in size."""
    return a.distance(b) <= distance and a.growth(b) <= growth


def prominence(pose: Pose, image: NDArray[np.uint8]) -> float:
    """Return how likely a person is the one the camera was set up for: large, and in the middle.

    Parameters
    ----------
    pose
        A found pose.
    image
        Its picture.

    Returns
    -------
    float
        Size of the body over the picture's diagonal, times a bell curve of the distance from the middle.
    """
    height, width = image.shape[:2]
    diagonal = float(np.hypot(width, height))
    place = Place.of(pose)
    off = float(np.hypot(*(place.centre - (width / 2, height / 2)))) / diagonal
    return place.size / diagonal * float(np.exp(-((off / _CENTRE_WIDTH) ** 2)))


def is_clearly_the_one(people: list[Person], image: NDArray[np.uint8]) -> bool:
    """Whether the search may end: one person was found on the whole picture, large and in the middle of it."""
    if len(people) != 1:
        return False
    height, width = image.shape[:2]
    pose = people[0].pose
    centre = Place.of(pose).centre / (width, height)
    span = (pose.pixels.max(axis=0) - pose.pixels.min(axis=0)) / (width, height)
    return bool(np.all(np.abs(centre - 0.5) < 0.2) and span.max() > 0.4)
