"""Channels from the fit of a clip: value, sigma, sigma of the change from the still stretch, and reason."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.core.measurement import Channels, ChannelSeries, Reason
from formcheck.core.pose import FloatArray
from formcheck.measure.corrector import BOUNDED, load_corrector
from formcheck.measure.engine import ClipFit, correct_clip, corrected_change
from formcheck.measure.noise import limit
from formcheck.measure.view import ViewFinding

LIFT: Final = "pelvis_lift"
"""Channel of the pelvis verdict: how likely it is that one side of the pelvis is lifted, percent."""
_LYING_VIEWS: Final = ("foot_end", "overhead", "head_end")
_LYING: Final = (*BOUNDED, "pelvis_hike", "trunk_twist", "trunk_side_bend")
_UPRIGHT: Final = ("hip_flexion", "knee_flexion", "hip_adduction", "hip_ir", "pelvis_yaw", "trunk_yaw", "trunk_twist")


def replace_by_fit(channels: Channels, clip: ClipFit, view: ViewFinding) -> Channels:
    """Return channels with those that the fit knows better taken from it.

    Parameters
    ----------
    channels
        From the landmarks alone.
    clip
        The fit of the same frames.
    view
        Where the camera stands.

    Notes
    -----
    Lying people are fitted from the foot end, the head end and overhead; from the side the picture itself shows the
    sagittal plane. The learned correction knows lying people only.
    """
    if view.lying and view.view not in _LYING_VIEWS:
        return channels
    corrections = correct_clip(clip, load_corrector()) if view.lying else None
    known = _LYING if view.lying else _UPRIGHT
    out = dict(channels)
    for name, series in channels.items():
        base = name.removesuffix("_left").removesuffix("_right")
        if base not in known:
            continue
        if corrections is not None and base in BOUNDED:
            change, change_sigma = corrected_change(clip, corrections, name)
        else:
            change, change_sigma = clip.fit.change(name), clip.fit.change_sigma(name)
        sigma = np.hypot(change_sigma, clip.fit.rest.sigma[name])
        reason = _reasons(series, clip, name, base, change_sigma, view)
        unknown = reason != ""
        value = change + clip.fit.rest.channels[name]
        value, sigma, change_sigma = (np.where(unknown, np.nan, v) for v in (value, sigma, change_sigma))
        out[name] = ChannelSeries(name, series.unit, value, sigma, reason, change_sigma)
    if corrections is not None and LIFT in channels:
        sides = np.stack([c.lifted for c in corrections.values()])
        spread = np.stack([c.lifted_spread for c in corrections.values()])
        out[LIFT] = _lift(channels[LIFT], sides, spread, view)
    return out


def _reasons(
    series: ChannelSeries, clip: ClipFit, name: str, base: str, change_sigma: FloatArray, view: ViewFinding
) -> NDArray[np.object_]:
    """Return "" or why the fitted channel is not shown, shape (T,)."""
    reason = _seen(series)
    free = reason == ""
    if base == "hip_ir":
        side = name.rpartition("_")[2]
        bent = clip.fit.value(f"knee_flexion_{side}") >= limit("hip_ir_min_knee_flexion_deg")
        reason[free & ~bent] = Reason.KNEE_TOO_STRAIGHT
        largest = limit("hip_ir")
    else:
        largest = limit("fitted_deg")
    low = Reason.CAMERA_TOO_LOW if _is_low(view) else Reason.LOW_CONFIDENCE
    reason[(reason == "") & ~(change_sigma <= largest)] = low
    return reason


def _seen(series: ChannelSeries) -> NDArray[np.object_]:
    """Return why a channel's landmarks cannot be used, without what its own formula could not show."""
    reason = series.reason.copy()
    own = (Reason.LOW_CONFIDENCE, Reason.KNEE_TOO_STRAIGHT, Reason.WRONG_VIEW)
    reason[np.isin(reason.astype(str), [str(r) for r in own])] = ""
    return reason


def _lift(series: ChannelSeries, sides: FloatArray, spread: FloatArray, view: ViewFinding) -> ChannelSeries:
    which = np.argmax(np.nan_to_num(sides, nan=-1.0), axis=0)[None]
    value, sigma = (100.0 * np.take_along_axis(a, which, axis=0)[0] for a in (sides, spread))
    reason = _seen(series)
    low = view.elevation_deg is not None and view.elevation_deg < limit("lift_min_elevation_deg")
    reason[(reason == "") & low] = Reason.CAMERA_TOO_LOW
    reason[(reason == "") & ~np.isfinite(value)] = Reason.LOW_CONFIDENCE
    unknown = reason != ""
    value, sigma = (np.where(unknown, np.nan, v) for v in (value, sigma))
    return ChannelSeries(LIFT, series.unit, value, sigma, reason, sigma)


def _is_low(view: ViewFinding) -> bool:
    return view.lying and view.elevation_deg is not None and view.elevation_deg < limit("good_elevation_deg")
