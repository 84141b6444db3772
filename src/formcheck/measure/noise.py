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
Pictured = Literal["upright", "lying_side", "lying_end"]
"""How the pose model sees the person: its errors differ. `lying_end`: from the feet, the head, or above."""


@cache
def noise_table() -> dict[str, Any]:
    """Return the whole table of landmark errors and channel limits."""
    return tomllib.loads(files("formcheck.measure").joinpath("noise.toml").read_text(encoding="utf-8"))


def _kind(landmark: str) -> str:
    return landmark.split("_", 1)[1]


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
    table = noise_table()[pictured]
    kinds = [_kind(name) for name in landmarks]
    if space == "image":
        return np.array([[table["image"][k]] * 2 for k in kinds])
    return np.array([[table["plane"][k], table["plane"][k], table["depth"][k]] for k in kinds])


def limit(name: str) -> float:
    """Return one of the limits of `noise.toml`."""
    return float(noise_table()["limits"][name])
