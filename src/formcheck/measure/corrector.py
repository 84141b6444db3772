"""Learned correction of the fitted hip angles and pelvis roll: what rendered people showed the fit to get wrong.

A small ensemble of networks reads what the fit and the refined joints say of rest and now, for one leg as if it were
the right one, and answers with corrections, their sigma, and how likely that side of the pelvis is lifted.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np

from formcheck.core.pose import FloatArray
from formcheck.measure.ensemble import Ensemble, probability, read_ensemble

BOUNDED: Final = ("hip_ir", "pelvis_roll", "hip_flexion", "knee_flexion", "hip_adduction")
"""Channels whose change from rest is corrected, in the order of the outputs."""
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

    def judged(self, lifted: FloatArray, spread: FloatArray) -> Correction:
        """Return these corrections with another verdict where there is one and they are believed, shape (T,) each."""
        known = np.isfinite(lifted) & np.isfinite(self.lifted)
        return replace(
            self,
            lifted=np.where(known, lifted, self.lifted),
            lifted_spread=np.where(known, spread, self.lifted_spread),
        )

    def between(self, start: int, stop: int) -> Correction:
        """Return the corrections of some of the frames."""
        return Correction(*(getattr(self, field.name)[start:stop] for field in fields(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrector(Ensemble):
    """An ensemble of small networks, its corrections bounded."""

    bound: FloatArray
    """Largest correction of each channel, degrees."""

    sigma_factor: FloatArray
    """By how much the networks' own sigma is too small, each channel; measured on tuning people."""

    def correct(self, inputs: FloatArray) -> Correction:
        """Return corrections.

        Parameters
        ----------
        inputs
            From `formcheck.measure.evidence.leg_evidence`, shape (T, D).
        """
        h, believed, distance = self.answers(inputs)
        n = len(BOUNDED)
        means = self.bound * np.tanh(h[..., :n])  # members, T, n
        variances = np.exp(2 * np.clip(h[..., n : 2 * n], *LOG_SIGMA))
        change = means.mean(axis=0)
        sigma = self.sigma_factor * np.sqrt(variances.mean(axis=0) + means.var(axis=0))
        lifted = probability(h[..., 2 * n])
        return Correction(
            np.where(believed[:, None], change, 0.0),
            np.where(believed[:, None], sigma, np.nan),
            np.where(believed, lifted.mean(axis=0), np.nan),
            np.where(believed, lifted.std(axis=0), np.nan),
            distance,
        )


def read_corrector(path: Path) -> Corrector:
    """Read a corrector from its file."""
    own, rest = read_ensemble(path)
    return Corrector(**own, **rest)


@cache
def load_corrector() -> Corrector:
    """Return the packaged corrector."""
    return read_corrector(Path(str(files("formcheck.measure") / "corrector.npz")))
