"""The pelvis verdict from all evidence: the fit, the refined joints, and the movement of the trunk's surface."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from formcheck.core.pose import FloatArray
from formcheck.measure.ensemble import Ensemble, probability, read_ensemble


class PelvisVerdict(Ensemble):
    """Says how likely a side of the pelvis is lifted, by 10 degrees rather than by less than 3."""

    __slots__ = ()

    def lifted(self, inputs: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the probability and how far the members are apart on it, each of shape (T,).

        Parameters
        ----------
        inputs
            `evidence.leg_evidence` and, beside it, `surface.surface_evidence`, shape (T, D).

        Returns
        -------
        tuple of ndarray
            NaN where an input is unknown or unlike those of the training.
        """
        outputs, believed, _ = self.answers(inputs)
        likely = probability(outputs[..., 0])
        return np.where(believed, likely.mean(axis=0), np.nan), np.where(believed, likely.std(axis=0), np.nan)


def read_verdict(path: Path) -> PelvisVerdict:
    """Read a verdict from its file."""
    return PelvisVerdict(**read_ensemble(path)[0])


@cache
def load_verdict() -> PelvisVerdict:
    """Return the packaged verdict."""
    return read_verdict(Path(str(files("formcheck.measure") / "verdict.npz")))
