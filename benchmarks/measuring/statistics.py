"""How far measurements are from the truth, how honest their sigma is, and how well lifts are told from no lifts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.batch import metrics

FloatArray = NDArray[np.float64]
NAN = float("nan")


def compare(measured: FloatArray, sigma: FloatArray, truth: FloatArray, moves: float = 1e-3) -> dict[str, float]:
    """Return the figures of one quantity.

    Parameters
    ----------
    measured, sigma, truth
        Shape (N,), same unit. NaN in `measured` is an abstention; sigma may be NaN where none is stated. Samples
        without truth are left out.
    moves
        Standard deviation of the truth below which there is nothing to correlate with: `r` and `slope` are NaN.

    Returns
    -------
    dict
        `n` samples with truth; `coverage`, the share of them that was measured; and over those `mae`, `bias`, `p90` of
        the absolute error, `r`, `slope` of measured on true, `rmse`, median `sigma`, `inside_1_sigma` and
        `inside_2_sigma`. NaN where there is nothing to say.
    """
    asked = np.isfinite(truth)
    known = asked & np.isfinite(measured)
    n = int(asked.sum())
    out = dict.fromkeys(("mae", "bias", "p90", "rmse", "r", "slope", "sigma", "inside_1_sigma", "inside_2_sigma"), NAN)
    out |= {"n": n, "coverage": float(known.sum() / n) if n else NAN}
    if not known.any():
        return out
    m, t, s = measured[known], truth[known], sigma[known]
    error = m - t
    out |= {
        "mae": float(np.abs(error).mean()),
        "bias": float(error.mean()),
        "p90": float(np.percentile(np.abs(error), 90)),
        "rmse": float(np.sqrt(np.mean(error**2))),
    }
    if np.std(t) >= moves and np.std(m) > 0:
        out |= {"r": float(np.corrcoef(m, t)[0, 1]), "slope": float(np.polyfit(t, m, 1)[0])}
    if (stated := np.isfinite(s)).any():
        out["sigma"] = float(np.median(s[stated]))
        for k in (1, 2):
            out[f"inside_{k}_sigma"] = float(np.mean(np.abs(error[stated]) <= k * s[stated]))
    return out


def share_inside(error: FloatArray, sigma: FloatArray, multiples: FloatArray) -> FloatArray:
    """Return which share of the errors is at most each multiple of its sigma, shape of `multiples`."""
    stated = np.isfinite(error) & np.isfinite(sigma)
    if not stated.any():
        return np.full(len(multiples), NAN)
    score = np.abs(error[stated]) / sigma[stated]
    return np.array([float(np.mean(score <= k)) for k in multiples])


def area_under_curve(positive: FloatArray, negative: FloatArray) -> float:
    """Return how often a positive scores higher than a negative (ties count half); NaN if one of them is missing."""
    if not len(positive) or not len(negative):
        return NAN
    difference = positive[:, None] - negative[None, :]
    return float(np.mean((difference > 0) + 0.5 * (difference == 0)))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927): what so few repetitions can tell; NaN of nothing."""
    return metrics.wilson(hits, n) or (NAN, NAN)


@dataclass(frozen=True, slots=True)
class Detection:
    """How well something was told from its absence. Shares are of those that got an answer."""

    positives: int
    negatives: int
    answered_positives: int
    answered_negatives: int
    hits: int
    """Positives called so."""
    passes: int
    """Negatives called so."""
    auc: float
    """Over the answered ones."""

    @property
    def answered(self) -> float:
        """Share that got an answer."""
        n = self.positives + self.negatives
        return (self.answered_positives + self.answered_negatives) / n if n else NAN

    @property
    def sensitivity(self) -> float:
        """Share of the answered positives that were called so."""
        return self.hits / self.answered_positives if self.answered_positives else NAN

    @property
    def specificity(self) -> float:
        """Share of the answered negatives that were called so."""
        return self.passes / self.answered_negatives if self.answered_negatives else NAN


def detect(score: FloatArray, present: NDArray[np.bool_], threshold: float) -> Detection:
    """Count how a score above or at a threshold tells what is present from what is not.

    Parameters
    ----------
    score
        Shape (N,); NaN: no answer.
    present
        Truth, shape (N,).
    threshold
        Called present from here on.
    """
    known = np.isfinite(score)
    yes, no = score[known & present], score[known & ~present]
    return Detection(
        positives=int(present.sum()),
        negatives=int((~present).sum()),
        answered_positives=len(yes),
        answered_negatives=len(no),
        hits=int((yes >= threshold).sum()),
        passes=int((no < threshold).sum()),
        auc=area_under_curve(yes, no),
    )
