"""The ways of measuring that are compared, one function each. Add one with `@method("name")`.

A method gets what the product may know of a clip (`Seen`) and returns a `Reading`. The benchmark takes changes from the
neutral pose, so constant offsets do not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import INDEX, SIDES
from formcheck.core.pose import PoseTrack
from formcheck.measure.body import BodyContext, body_context
from formcheck.measure.channels import CHANNELS, ChannelSpec, full_names, split_name
from formcheck.measure.compute import compute_channels
from formcheck.measure.filters import smooth_channels
from formcheck.measure.view import view_of_lying
from measuring.clips import Seen

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """What a method says about a clip."""

    values: dict[str, tuple[FloatArray, FloatArray]] = field(default_factory=dict)
    """Channel name to value and sigma, each of shape (T,): NaN where abstained; sigma NaN where none is stated."""

    lift: FloatArray | None = None
    """Probability that the pelvis is rolled by 10 degrees or more, shape (T,), NaN where abstained. Without it the size
    of the roll's change is the score."""


Method = Callable[[Seen], Reading]
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a way of measuring under the name of its row."""

    def register(function: Method) -> Method:
        METHODS[name] = function
        return function

    return register


def _names() -> list[str]:
    return [name for base in CHANNELS for name in full_names(base)]


@method("naive")
def naive(seen: Seen) -> Reading:
    """Take the pose model's 3-D landmarks as they are, in every frame: what is usually done. States no sigma."""
    context = body_context(seen.track, seen.view)
    mirrored, mirrored_context = seen.track.mirrored(), context.mirrored()
    values = {}
    for name in _names():
        spec, side = split_name(name)
        value = _formula(spec, mirrored, mirrored_context) if side == "left" else _formula(spec, seen.track, context)
        values[name] = value, np.full(len(value), np.nan)
    return Reading(values)


def _formula(spec: ChannelSpec, track: PoseTrack, context: BodyContext) -> FloatArray:
    points = (track.pixels if spec.space == "image" else track.world)[:, [INDEX[n] for n in spec.landmarks]]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(spec.compute(points, context))


@method("shank tilt")
def shank_tilt(seen: Seen) -> Reading:
    """Read the rotation of the hip off the shin's tilt in the picture."""
    tilts = naive(seen).values
    return Reading({f"hip_ir_{side}": tilts[f"shank_tilt_{side}"] for side in SIDES})


@method("fit")
def fit(seen: Seen) -> Reading:
    """Fit a person to every frame, tied to the neutral pose; nothing learned but the refined joints it is given."""
    from formcheck.measure.engine import fit_clip

    if seen.baseline is None:
        return Reading()
    found = fit_clip(seen.track, seen.baseline, seen.position, seen.view)
    if found is None:
        return Reading()
    there = seen.track.found
    return Reading(
        {
            name: (np.where(there, found.fit.change(name), np.nan), found.fit.change_sigma(name))
            for name in found.fit.names
        }
    )


@method("product")
def product(seen: Seen) -> Reading:
    """Return the channels as formcheck reports them, with the sigma of their change and their abstentions."""
    from formcheck.measure.engine import fit_clip

    still, view = seen.baseline, seen.view
    found = fit_clip(seen.track, still, seen.position, view) if still else None
    if found is not None and still is not None and view.lying and seen.track.refined[still.start : still.stop].any():
        view = view_of_lying(found.fit.rest)
    channels = smooth_channels(compute_channels(seen.track, _names(), view, found), seen.track.time_s)
    values = {
        name: (series.value, series.sigma if series.change_sigma is None else series.change_sigma)
        for name, series in channels.items()
    }
    return Reading(values, lift=channels["pelvis_lift"].value / 100.0)
