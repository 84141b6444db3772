"""How wrong the pose model's landmarks are, as data (`noise.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from formcheck.core.pose import FloatArray

Space = Literal["image", "world"]
Pictured = Literal["upright", "upright_front", "lying_side", "lying_end"]
"""How the pose model sees the person: its errors differ. `upright_front`: from the front or the back;
`lying_end`: from the feet, the head, or above."""


@cache
def noise_table() -> dict[str, Any]:
    """Return the whole table of landmark errors and channel limits."""
    return tomllib.loads(files("formcheck.measure").joinpath("noise.toml").read_text(encoding="utf-8"))


def _kind(landmark: str) -> str:
    return landmark.removeprefix("left_").removeprefix("right_")


@cache
def landmark_sigma(landmarks: Sequence[str], space: Space, pictured: Pictured) -> FloatArray:
    """Return the standard deviation of each coordinate of the given landmarks.

    Parameters
    ----------
    landmarks
        Landmark names with their side, as a tuple.
    space
        `image`: torso lengths, two coordinates; `world`: metres, three.
    pictured
        Position and view of the person.

    Returns
    -------
    ndarray, shape (len(landmarks), 2 or 3)
    """
    table = [noise_table()[pictured][_kind(name)] for name in landmarks]
    if space == "image":
        return np.array([row["image"] for row in table])
    return np.array([[plane, plane, depth] for plane, depth in (row["world"] for row in table)])


def low_camera_factor(elevation_deg: float | None) -> float:
    """Return by how much errors grow when the camera looks at a lying person from too low; 1 when it is unknown."""
    low = noise_table()["low_camera"]
    return float(low["factor"]) if elevation_deg is not None and elevation_deg < low["below_deg"] else 1.0


def limit(name: str) -> float:
    """Return one of the limits of `noise.toml`."""
    return float(noise_table()["limits"][name])
