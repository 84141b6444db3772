"""Fit of a person model to observed joints: camera, body and posture at rest, then every frame tied to it."""

from formcheck.measure.fit.model import PARAMETER_INDEX, PARAMETERS
from formcheck.measure.fit.observations import Observations
from formcheck.measure.fit.rest import RestFit, fit_rest
from formcheck.measure.fit.track import FitTrack, FrameFitter, fit_frames

__all__ = [
    "PARAMETERS",
    "PARAMETER_INDEX",
    "FitTrack",
    "FrameFitter",
    "Observations",
    "RestFit",
    "fit_frames",
    "fit_rest",
]
