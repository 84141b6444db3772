"""Whether a person lies or is upright: which of them explains the refined joints better."""

from __future__ import annotations

from typing import Final

from formcheck.core.pose import PoseTrack
from formcheck.measure.fit import Observations, RestFit, fit_rest

LYING: Final = ("supine", "prone", "side_lying")
"""Positions of `fit/positions.toml` that together explain anybody who lies."""
UPRIGHT: Final = ("standing", "single_leg")
"""Those that explain anybody on their feet, one or both."""
LYING_EVIDENCE: Final = 10.0
"""How much greater the logarithm of the evidence for lying must be: seen from overhead a lying person looks like one
who stands before the camera, but for hips, knees and feet. Of 214 rendered lying people 2 were below 10, of 75 upright
ones none was above 9; photographed and filmed upright people had up to 15, a deep squat 23."""
EXPECTED: Final = 5.0
"""By how much that moves towards what the drill expects: 92 of 100 of those lying people are above either limit, 74 of
the 75 upright ones below either."""


def explain(track: PoseTrack, lying_expected: bool | None = None) -> RestFit | None:
    """Return the rest pose that explains the refined joints of a still stretch best.

    Parameters
    ----------
    track
        The stretch.
    lying_expected
        Whether the drill is done lying; decides the cases in between.

    Returns
    -------
    RestFit or None
        Its `position` is one of `LYING` or `UPRIGHT`. None when less than half of the found frames are refined.
    """
    refined = track.refined
    if not refined.any() or 2 * refined.sum() < track.found.sum():
        return None
    joints, sigma = track.joints[refined], track.joint_sigma[refined]
    seen = Observations(joints[..., :2], sigma[..., 0], joints[..., 2], sigma[..., 1], track.image_size).median()
    lying, upright = (_best([fit_rest(seen, p) for p in positions]) for positions in (LYING, UPRIGHT))
    expected = 0.0 if lying_expected is None else (-EXPECTED if lying_expected else EXPECTED)
    return lying if lying.log_evidence - upright.log_evidence > LYING_EVIDENCE + expected else upright


def _best(fits: list[RestFit]) -> RestFit:
    return max(fits, key=lambda rest: rest.log_evidence)
