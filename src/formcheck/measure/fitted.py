"""Channels from the fit of a clip: value, sigma, sigma of the change from the still stretch, and reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.core.measurement import Channels, ChannelSeries, Reason
from formcheck.core.pose import FloatArray
from formcheck.measure.corrector import BOUNDED, Correction, load_corrector
from formcheck.measure.engine import ClipFit, correct_clip, corrected_change
from formcheck.measure.noise import limit
from formcheck.measure.verdict import load_verdict
from formcheck.measure.view import ViewFinding

LIFT: Final = "pelvis_lift"
"""Channel of the pelvis verdict: how likely it is that one side of the pelvis is lifted, percent."""
_LYING_VIEWS: Final = ("foot_end", "overhead", "head_end")
_HEIGHTS: Final = ("knee_height", "ankle_height")
_PLACES: Final = (*_HEIGHTS, "ankle_out")
"""Channels in shank lengths, never corrected."""
_LYING: Final = frozenset({*BOUNDED, "pelvis_hike", "trunk_twist", "trunk_side_bend", "chest_roll", LIFT, *_PLACES})
_UPRIGHT: Final = frozenset(
    {"hip_flexion", "knee_flexion", "hip_adduction", "hip_ir", "pelvis_yaw", "trunk_yaw", "trunk_twist"}
)

_UNCORRECTED: Final = ("supine_rolling",)
"""Positions that the learned correction does not know: its fits were tied to the floor."""

_NOT_FROM_BEHIND: Final = ("knee_flexion", "hip_flexion")
"""Of upright people: rendered squats of 96 degrees of knee flexion were read as 43 to 61 from behind."""

Reasons = NDArray[np.object_]


def known_by_fit(view: ViewFinding) -> frozenset[str]:
    """Return the channels, without side, that the fit knows better than the landmarks alone.

    Notes
    -----
    Lying people are fitted from the foot end, the head end and overhead; from the side the picture itself shows the
    sagittal plane.
    """
    if not view.lying:
        return _UPRIGHT
    return _LYING if view.view in _LYING_VIEWS else frozenset()


def channels_of_fit(clip: ClipFit, hidden: Mapping[str, Reasons], view: ViewFinding) -> Channels:
    """Return channels as the fit and the learned correction have them.

    Parameters
    ----------
    clip
        The fit.
    hidden
        For each channel "" or why its landmarks cannot be used, shape (T,).
    view
        Where the camera stands. The learned correction knows lying people only.
    """
    known = view.lying and clip.fit.rest.position not in _UNCORRECTED
    corrections = correct_clip(clip, load_corrector(), load_verdict()) if known else None
    out: dict[str, ChannelSeries] = {}
    for name, reason in hidden.items():
        if name == LIFT:
            out[name] = _lift(corrections or {}, reason, view)
            continue
        base = name.removesuffix("_left").removesuffix("_right")
        if corrections is not None and base in BOUNDED:
            change, change_sigma = corrected_change(clip, corrections, name)
        else:
            change, change_sigma = clip.fit.change(name), clip.fit.change_sigma(name)
        if base in _HEIGHTS:
            change_sigma = np.hypot(change_sigma, limit("fitted_height_share") * np.abs(change))
        sigma = np.hypot(change_sigma, clip.fit.rest.sigma[name])
        reason = _reasons(reason, clip, name, base, change_sigma, view)
        value = change + clip.fit.rest.channels[name]
        value, sigma, change_sigma = (np.where(reason != "", np.nan, v) for v in (value, sigma, change_sigma))
        unit = "shank" if base in _PLACES else "deg"
        out[name] = ChannelSeries(name, unit, value, sigma, reason, change_sigma)
    return out


def _reasons(
    hidden: Reasons, clip: ClipFit, name: str, base: str, change_sigma: FloatArray, view: ViewFinding
) -> Reasons:
    """Return "" or why the fitted channel is not shown, shape (T,)."""
    reason = hidden.copy()
    if base == "hip_ir":
        bent = clip.fit.value(name.replace("hip_ir", "knee_flexion")) >= limit("hip_ir_min_knee_flexion_deg")
        reason[(reason == "") & ~bent] = Reason.KNEE_TOO_STRAIGHT
    if view.view == "back" and base in _NOT_FROM_BEHIND:
        reason[reason == ""] = Reason.WRONG_VIEW
    largest = limit("hip_ir" if base == "hip_ir" else "default_shank" if base in _PLACES else "fitted_deg")
    low = view.lying and view.elevation_deg is not None and view.elevation_deg < limit("good_elevation_deg")
    doubtful = Reason.CAMERA_TOO_LOW if low else Reason.LOW_CONFIDENCE
    reason[(reason == "") & ~(change_sigma <= largest)] = doubtful
    return reason


def _lift(corrections: Mapping[str, Correction], hidden: Reasons, view: ViewFinding) -> ChannelSeries:
    """Return the pelvis verdict: that of the side that is more likely lifted. Without a correction there is none."""
    if not corrections:
        nothing = np.full(len(hidden), np.nan)
        reason = np.where(hidden == "", Reason.LOW_CONFIDENCE, hidden)
        return ChannelSeries(LIFT, "percent", nothing, nothing, reason, nothing)
    likely = np.stack([c.lifted for c in corrections.values()])
    spread = np.stack([c.lifted_spread for c in corrections.values()])
    which = np.argmax(np.nan_to_num(likely, nan=-1.0), axis=0)[None]
    value, sigma = (100.0 * np.take_along_axis(a, which, axis=0)[0] for a in (likely, spread))
    reason = hidden.copy()
    low = view.elevation_deg is not None and view.elevation_deg < limit("lift_min_elevation_deg")
    reason[(reason == "") & low] = Reason.CAMERA_TOO_LOW
    with np.errstate(invalid="ignore"):
        reason[(reason == "") & ~(sigma <= limit("lift_percent"))] = Reason.LOW_CONFIDENCE
    value, sigma = (np.where(reason != "", np.nan, v) for v in (value, sigma))
    return ChannelSeries(LIFT, "percent", value, sigma, reason, sigma)
