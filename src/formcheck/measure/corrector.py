"""Learned correction of the fitted hip angles and pelvis roll: what rendered people showed the fit to get wrong.

A small ensemble of networks reads what the fit and the refined joints say of rest and now, for one leg as if it were
the right one, and answers with corrections, their sigma, and how likely that side of the pelvis is lifted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np

from formcheck.core.pose import FloatArray

BOUNDED: Final = ("hip_ir", "pelvis_roll", "hip_flexion", "knee_flexion", "hip_adduction")
"""Channels whose change from rest is corrected, in the order of the outputs."""
CLIP: Final = 6.0
"""Inputs are brought this near to the training's mean before the networks see them, spreads."""
FARTHEST: Final = 15.0
"""A single input farther than this from the training's mean makes the whole unfamiliar, spreads (people that the first
corrector was not trained on: at most 11)."""
LOGIT: Final = (-30.0, 30.0)
"""Least and largest logit of a lift: beyond, the exponential overflows."""
LOG_SIGMA: Final = (-1.0, 4.0)
"""Least and largest natural logarithm of a network's sigma, degrees: beyond, nothing was learned."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What the corrector says of one leg over T frames."""

    change: FloatArray
    """What to add to the fit's change from rest, shape (T, len(BOUNDED)), degrees; 0 where it is not to be believed."""

    sigma: FloatArray
    """Standard deviation of the corrected changes, shape (T, len(BOUNDED)), degrees; NaN where not to be believed."""

    lifted: FloatArray
    """Probability that this side of the pelvis is lifted, shape (T,); NaN where not to be believed."""

    lifted_spread: FloatArray
    """How far the members of the ensemble are apart on it, one standard deviation, shape (T,)."""

    familiar: FloatArray
    """Distance of the input from the training's in units of its usual spread, shape (T,)."""

    def between(self, start: int, stop: int) -> Correction:
        """Return the corrections of some of the frames."""
        return Correction(*(getattr(self, field.name)[start:stop] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Corrector:
    """An ensemble of small networks with the limits within which it is believed."""

    mean: FloatArray
    """Of the inputs, shape (D,)."""

    spread: FloatArray
    """Standard deviation of the inputs, shape (D,)."""

    layers: tuple[tuple[FloatArray, FloatArray], ...]
    """Weights (members, in, out) and biases (members, 1, out) of each layer."""

    bound: FloatArray
    """Largest correction of each channel, degrees."""

    sigma_factor: FloatArray
    """By how much the networks' own sigma is too small, each channel; measured on tuning people."""

    basis: FloatArray
    """Whitened principal directions of the inputs, shape (D, K), for the distance to the training's inputs."""

    limit: float
    """Largest distance at which the correction is believed."""

    card: dict[str, Any]
    """What it was trained on."""

    def correct(self, inputs: FloatArray) -> Correction:
        """Return corrections.

        Parameters
        ----------
        inputs
            From `formcheck.measure.evidence.leg_evidence`, shape (T, D).
        """
        away = (inputs - self.mean) / self.spread
        z = np.clip(away, -CLIP, CLIP)
        distance = np.sqrt(np.mean((z @ self.basis) ** 2, axis=1))
        believed = (np.abs(away) <= FARTHEST).all(axis=1) & (distance <= self.limit)
        h = np.nan_to_num(z)[None]
        for k, (weight, bias) in enumerate(self.layers):
            h = h @ weight + bias
            if k < len(self.layers) - 1:
                h = np.maximum(h, 0.0)
        n = len(BOUNDED)
        means = self.bound * np.tanh(h[..., :n])  # members, T, n
        variances = np.exp(2 * np.clip(h[..., n : 2 * n], *LOG_SIGMA))
        change = means.mean(axis=0)
        sigma = self.sigma_factor * np.sqrt(variances.mean(axis=0) + means.var(axis=0))
        lifted = 1.0 / (1.0 + np.exp(-np.clip(h[..., 2 * n], *LOGIT)))
        return Correction(
            np.where(believed[:, None], change, 0.0),
            np.where(believed[:, None], sigma, np.nan),
            np.where(believed, lifted.mean(axis=0), np.nan),
            np.where(believed, lifted.std(axis=0), np.nan),
            distance,
        )


def read_corrector(path: Path) -> Corrector:
    """Read a corrector from its file."""
    with np.load(path, allow_pickle=False) as data:
        return Corrector(
            data["mean"],
            data["spread"],
            tuple((data[f"weight{k}"], data[f"bias{k}"]) for k in range(int(data["layers"]))),
            data["bound"],
            data["sigma_factor"],
            data["basis"],
            float(data["limit"]),
            json.loads(bytes(data["card"])),
        )


@cache
def load_corrector() -> Corrector:
    """Return the packaged corrector."""
    return read_corrector(Path(str(files("formcheck.measure") / "corrector.npz")))
