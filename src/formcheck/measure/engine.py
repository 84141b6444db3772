"""The measuring engine: the person fitted to every frame, tied to the still stretch, with the learned correction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.core.landmarks import SIDES
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.measure.baseline import BaselineSpan
from formcheck.measure.body import pictured_as
from formcheck.measure.corrector import BOUNDED, Correction, Corrector
from formcheck.measure.evidence import leg_evidence
from formcheck.measure.fit import PARAMETERS, FitTrack, Observations, RestFit, fit_frames, fit_rest
from formcheck.measure.fit.table import known_positions, position_priors
from formcheck.measure.noise import Pictured
from formcheck.measure.observe import observe, standard_scale
from formcheck.measure.surface import surface_changes, surface_evidence
from formcheck.measure.verdict import PelvisVerdict
from formcheck.measure.view import ViewFinding


@dataclass(frozen=True, slots=True)
class ClipFit:
    """The fit of a whole clip."""

    observations: Observations
    """What the fit was given."""

    rest_observations: Observations
    """Their median over the still stretch, one frame."""

    fit: FitTrack
    """The fitted person in every frame."""

    surface: FloatArray
    """How the trunk's surface has moved since the neutral pose (`surface_changes`), shape (T, 35, 3)."""


@dataclass(frozen=True, slots=True)
class Tie:
    """The neutral pose of a person, to which every later frame is tied."""

    rest: RestFit
    """Its fit."""

    rest_observations: Observations
    """The median of the still stretch, one frame."""

    pictured: Pictured
    """How the pose model sees the person."""

    scale: float
    """Metres of the fit's standard person in one metre of the pose model's."""

    at_rest: PoseTrack
    """The still stretch itself."""

    def observe(self, track: PoseTrack) -> Observations:
        """Return what the fit is given of frames."""
        return observe(track, self.pictured, self.scale)

    def clip(self, track: PoseTrack, observations: Observations, fit: FitTrack) -> ClipFit:
        """Return the fit of frames beside all that belongs to it."""
        return ClipFit(observations, self.rest_observations, fit, surface_changes(track, self.at_rest))


def tie_to(at_rest: PoseTrack, position: str, view: ViewFinding) -> Tie | None:
    """Fit the neutral pose.

    Parameters
    ----------
    at_rest
        The still stretch.
    position
        Name of the position, see `fit/positions.toml`.
    view
        Where the camera stands.

    Returns
    -------
    Tie or None
        None when nothing was observed in the still stretch, or the person lies and should not, or the other way round.

    Notes
    -----
    The pose model's metres and those of the fit's standard person differ by a factor that the first fit of the rest
    pose finds; the second uses it.
    """
    if position not in known_positions() or position_priors(position, PARAMETERS).lying != view.lying:
        return None
    pictured = pictured_as(view)
    first = observe(at_rest, pictured)
    if not first.seen.any():
        return None
    scale = standard_scale(at_rest, fit_rest(first, position))
    rest_observations = observe(at_rest, pictured, scale).median()
    return Tie(fit_rest(rest_observations, position), rest_observations, pictured, scale, at_rest)


def fit_clip(track: PoseTrack, still: BaselineSpan, position: str, view: ViewFinding) -> ClipFit | None:
    """Fit a person to a clip.

    Parameters
    ----------
    track
        Landmarks of one person.
    still
        The neutral pose.
    position, view
        As for `tie_to`.

    Returns
    -------
    ClipFit or None
        None where there is nothing to tie to.
    """
    tie = tie_to(track.between(still.start, still.stop), position, view)
    if tie is None:
        return None
    observations = tie.observe(track)
    return tie.clip(track, observations, fit_frames(observations, tie.rest))


def correct_clip(clip: ClipFit, corrector: Corrector, verdict: PelvisVerdict) -> dict[str, Correction]:
    """Return the learned corrections of both legs.

    Parameters
    ----------
    clip
        The fit.
    corrector
        Corrects the changes of angles; says itself whether a side is lifted where the verdict does not know.
    verdict
        Says whether a side is lifted where the trunk's surface was followed.
    """
    evidence = [leg_evidence(clip.observations, clip.rest_observations, clip.fit, side) for side in SIDES]
    both = corrector.correct(np.concatenate(evidence))
    if np.isfinite(clip.surface).any():
        surface = [surface_evidence(clip.surface, side) for side in SIDES]
        both = both.judged(*verdict.lifted(np.concatenate([np.concatenate(evidence), np.concatenate(surface)], axis=1)))
    half = len(evidence[0])
    return {side: both.between(k * half, (k + 1) * half) for k, side in enumerate(SIDES)}


def corrected_change(clip: ClipFit, corrections: dict[str, Correction], name: str) -> tuple[FloatArray, FloatArray]:
    """Return a channel's change from rest and its sigma after correction, each of shape (T,), degrees.

    The pelvis' roll is the mean of what the two legs' corrections say of it. Where they are not to be believed, both
    are the fit's.
    """
    fit = clip.fit
    if name == "pelvis_roll":
        k = BOUNDED.index(name)
        right, left = corrections["right"], corrections["left"]
        correction = (right.change[:, k] - left.change[:, k]) / 2
        sigma = (right.sigma[:, k] + left.sigma[:, k]) / 2
    else:
        base, _, side = name.rpartition("_")
        k = BOUNDED.index(base)
        correction, sigma = corrections[side].change[:, k], corrections[side].sigma[:, k]
    believed = np.isfinite(sigma)
    return fit.change(name) + np.where(believed, correction, 0.0), np.where(believed, sigma, fit.change_sigma(name))
