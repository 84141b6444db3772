"""A small ensemble of networks that says how far its input is from what it was trained on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from formcheck.core.pose import FloatArray

CLIP: Final = 6.0
"""Inputs are brought this near to the training's mean before the networks see them, spreads."""
FARTHEST: Final = 15.0
"""A single input farther than this from the training's mean makes the whole unfamiliar, spreads (people that the first
corrector was not trained on: at most 11)."""
LOGIT: Final = (-30.0, 30.0)
"""Least and largest logit of a lift: beyond, the exponential overflows."""


class Answers(NamedTuple):
    """What the members say of T inputs."""

    outputs: FloatArray
    """Shape (members, T, outputs)."""

    believed: NDArray[np.bool_]
    """Whether the input is like those of the training, shape (T,)."""

    familiar: FloatArray
    """Distance of the input from the training's in units of its usual spread, shape (T,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """Networks with the limit within which they are believed."""

    mean: FloatArray
    """Of the inputs, shape (D,)."""

    spread: FloatArray
    """Standard deviation of the inputs, shape (D,)."""

    layers: tuple[tuple[FloatArray, FloatArray], ...]
    """Weights (members, in, out) and biases (members, 1, out) of each layer."""

    basis: FloatArray
    """Whitened principal directions of the inputs, shape (D, K), for the distance to the training's inputs."""

    limit: float
    """Largest distance at which the answers are believed."""

    card: dict[str, Any]
    """What it was trained on."""

    def answers(self, inputs: FloatArray) -> Answers:
        """Return what the members say of inputs of shape (T, D); NaN is answered as the mean, and not believed."""
        away = (inputs - self.mean) / self.spread
        z = np.clip(away, -CLIP, CLIP)
        distance = np.sqrt(np.mean((z @ self.basis) ** 2, axis=1))
        believed = (np.abs(away) <= FARTHEST).all(axis=1) & (distance <= self.limit)
        h = np.nan_to_num(z)[None]
        for k, (weight, bias) in enumerate(self.layers):
            h = h @ weight + bias
            if k < len(self.layers) - 1:
                h = np.maximum(h, 0.0)
        return Answers(h, believed, distance)


def probability(logit: FloatArray) -> FloatArray:
    """Return the probability of a logit."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, *LOGIT))))


def read_ensemble(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arguments of an `Ensemble` kept in a file, and everything else in the file."""
    with np.load(path, allow_pickle=False) as data:
        rest: dict[str, Any] = dict(data)
    count = int(rest.pop("layers"))
    own = {
        "layers": tuple((rest.pop(f"weight{k}"), rest.pop(f"bias{k}")) for k in range(count)),
        "limit": float(rest.pop("limit")),
        "card": json.loads(bytes(rest.pop("card"))),
        **{name: rest.pop(name) for name in ("mean", "spread", "basis")},
    }
    return own, rest
