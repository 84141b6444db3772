"""Landmarks to channels: value, sigma and reason for every frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import INDEX, JOINT_INDEX, LANDMARKS
from formcheck.core.measurement import Channels, ChannelSeries, Reason
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.measure.body import BodyContext, body_context
from formcheck.measure.channels import ChannelSpec, split_name
from formcheck.measure.engine import ClipFit
from formcheck.measure.fitted import channels_of_fit, known_by_fit
from formcheck.measure.geometry import wrap_deg
from formcheck.measure.noise import landmark_sigma, limit, noise_table
from formcheck.measure.shortening import fuse, knee_flexion_from_shortening
from formcheck.measure.view import ViewFinding

_REFINED = np.array([name in JOINT_INDEX for name in LANDMARKS])
_JOINT_OF = np.array([JOINT_INDEX.get(name, 0) for name in LANDMARKS])
_BLOCK = 2048  # frames propagated at once: bounds memory on long clips


def compute_channels(
    track: PoseTrack,
    names: Sequence[str],
    view: ViewFinding,
    fit: ClipFit | None = None,
    person: BodyContext | None = None,
) -> Channels:
    """Compute channels over a track.

    Parameters
    ----------
    track
        Landmarks of one person.
    names
        Full channel names, e.g. `knee_flexion_left`, `pelvis_roll`.
    view
        Where the camera stands; channels that it cannot show are abstained.
    fit
        The fit of the same frames, for the channels that it knows better than the landmarks alone.
    person
        What an earlier stretch of a live session showed of the person; otherwise the track itself is asked.

    Returns
    -------
    mapping of str to ChannelSeries
        Unfiltered, over the track's frames.
    """
    context = body_context(track, view, person)
    if view.lying and view.view != "side":
        track = _seen_by_refiner(track, context)
    mirrored = track.mirrored()
    out: dict[str, ChannelSeries] = {}
    fitted = known_by_fit(view) if fit is not None else frozenset()
    hidden: dict[str, NDArray[np.object_]] = {}
    as_right = {  # sided channels are written for the right leg
        "left": (mirrored, context.mirrored(), _doubts(mirrored, context)),
        "right": (track, context, _doubts(track, context)),
    }
    behind = ("trunk_yaw",) if "upper_turn" in names else ()
    for name in dict.fromkeys((*names, *behind)):
        spec, side = split_name(name)
        seen, ctx, doubts = as_right[side or "right"]
        if spec.name in fitted:
            hidden[name] = _visibility_reasons(doubts, spec.landmarks)
            if view.lying:
                _believe_refined(hidden[name], doubts, spec.landmarks)
        else:
            out[name] = _compute(name, spec, seen, ctx, view, doubts)
    if fit is None:
        return {name: out[name] for name in names}
    known = channels_of_fit(fit, hidden, view)
    if "upper_turn" in out and "trunk_yaw" in known:
        out["upper_turn"] = with_shoulders(out["upper_turn"], known["trunk_yaw"])
    return {name: known.get(name) or out[name] for name in names}


def with_shoulders(head: ChannelSeries, shoulders: ChannelSeries) -> ChannelSeries:
    """Return the mean of how far head and shoulders have turned: the two are misread for different reasons.

    Parameters
    ----------
    head
        As the picture has it.
    shoulders
        As the fit has it. Where it is not known, the mean is not either.
    """
    reason = np.where(head.reason == "", shoulders.reason, head.reason)
    sigmas = [s.sigma if s.change_sigma is None else s.change_sigma for s in (head, shoulders)]
    return ChannelSeries(
        head.name,
        head.unit,
        (head.value + shoulders.value) / 2,
        np.hypot(head.sigma, shoulders.sigma) / 2,
        reason,
        np.hypot(*sigmas) / 2,
    )


class _Doubts(NamedTuple):
    """What speaks against using landmarks, over T frames."""

    hidden: NDArray[np.bool_]
    """The pose model believes them hidden, shape (T, 33)."""
    outside: NDArray[np.bool_]
    """They are outside the picture, shape (T, 33)."""
    nobody: NDArray[np.bool_]
    """Nobody was found, shape (T,)."""
    refined: NDArray[np.bool_]
    """The joints were refined, shape (T,): these know better what is hidden."""
    blurred: NDArray[np.bool_]
    """Refined joints that are too uncertain, shape (T, 17)."""


def _doubts(track: PoseTrack, ctx: BodyContext) -> _Doubts:
    table = noise_table()["visibility"]
    with np.errstate(invalid="ignore"):
        outside = ((track.pixels < 0) | (track.pixels > np.array(track.image_size))).any(axis=-1)
        blurred = track.joint_sigma[..., 0] > limit("hidden_joint_m") * ctx.usual_px_per_m
    hidden, absent = track.visibility < table["min_visibility"], track.presence < table["min_presence"]
    return _Doubts(hidden, outside | absent, ~track.found, track.refined, blurred)


def _seen_by_refiner(track: PoseTrack, ctx: BodyContext) -> PoseTrack:
    """Return the track with joints in the place of landmarks that the pose model doubts and the refiner does not."""
    doubts = _doubts(track, ctx)
    seen = doubts.hidden & (doubts.refined[:, None] & ~doubts.blurred)[:, _JOINT_OF] & _REFINED
    if not seen.any():
        return track
    return replace(
        track,
        pixels=np.where(seen[..., None], track.joints[:, _JOINT_OF, :2], track.pixels),
        visibility=np.where(seen, 1.0, track.visibility),
    )


def _visibility_reasons(doubts: _Doubts, landmarks: tuple[str, ...]) -> NDArray[np.object_]:
    """Return "" or why the landmarks cannot be used, per frame."""
    index = [INDEX[name] for name in landmarks]
    reason = np.full(len(doubts.nobody), "", dtype=object)
    reason[doubts.hidden[:, index].any(axis=1)] = Reason.NOT_VISIBLE
    reason[doubts.outside[:, index].any(axis=1)] = Reason.OUT_OF_FRAME
    reason[doubts.nobody] = Reason.NO_PERSON
    return reason


def _believe_refined(reason: NDArray[np.object_], doubts: _Doubts, landmarks: tuple[str, ...]) -> None:
    """Let refined joints say themselves, in place, whether they are seen: by their own sigma.

    The pose model doubts a shin that points at the lens, and does not doubt one under a blanket.
    """
    index = [JOINT_INDEX[name] for name in landmarks if name in JOINT_INDEX]
    reason[(reason == Reason.NOT_VISIBLE) & doubts.refined] = ""
    reason[(reason == "") & doubts.blurred[:, index].any(axis=1)] = Reason.NOT_VISIBLE


def _compute(
    name: str, spec: ChannelSpec, track: PoseTrack, ctx: BodyContext, view: ViewFinding, doubts: _Doubts
) -> ChannelSeries:
    index = [INDEX[landmark] for landmark in spec.landmarks]
    points = (track.pixels if spec.space == "image" else track.world)[:, index]
    reason = _visibility_reasons(doubts, spec.landmarks)
    if spec.refined and ctx.lying:
        joints = [JOINT_INDEX[landmark] for landmark in spec.landmarks]
        points = np.where(track.refined[:, None, None], track.joints[:, joints, :2], points)
        _believe_refined(reason, doubts, spec.landmarks)
    if spec.views and view.view not in spec.views:  # whatever is hidden there: another view is what helps
        reason[reason != Reason.NO_PERSON] = Reason.WRONG_VIEW
    with np.errstate(invalid="ignore", divide="ignore"):
        value = spec.compute(points, ctx)
        sigma = np.hypot(propagate_sigma(spec, points, ctx), noise_table()["model"].get(spec.name, 0.0))
        if spec.name == "knee_flexion" and not ctx.lying:
            value, sigma = fuse((value, sigma), knee_flexion_from_shortening(track, ctx))
    _abstain_by_limits(spec, track, ctx, sigma, reason)
    reason[(reason == "") & ~(np.isfinite(value) & np.isfinite(sigma))] = Reason.LOW_CONFIDENCE
    unknown = reason != ""
    of_change = noise_table()["change_lying" if ctx.lying else "change"].get(spec.name)
    return ChannelSeries(
        name,
        spec.unit,
        np.where(unknown, np.nan, value),
        np.where(unknown, np.nan, sigma),
        reason,
        None if of_change is None else np.where(unknown, np.nan, of_change),
    )


def _abstain_by_limits(
    spec: ChannelSpec, track: PoseTrack, ctx: BodyContext, sigma: FloatArray, reason: NDArray[np.object_]
) -> None:
    """Write into `reason` where the geometry or the propagated error forbids a number."""
    free = reason == ""
    if spec.name == "hip_ir":
        knee = split_name("knee_flexion_right")[0]
        with np.errstate(invalid="ignore"):
            flexion = knee.compute(track.world[:, [INDEX[n] for n in knee.landmarks]], ctx)
            reason[free & (flexion < limit("hip_ir_min_knee_flexion_deg"))] = Reason.KNEE_TOO_STRAIGHT
        largest = limit("hip_ir")
    else:
        largest = limit("default_deg" if spec.unit == "deg" else "default_shank")
    if spec.name == "pelvis_roll" and ctx.cos_elevation < limit("roll_min_cos_elevation"):
        reason[free] = Reason.WRONG_VIEW
    with np.errstate(invalid="ignore"):
        reason[(reason == "") & (sigma > largest)] = Reason.LOW_CONFIDENCE


def propagate_sigma(spec: ChannelSpec, points: FloatArray, ctx: BodyContext) -> FloatArray:
    """Return the standard deviation of a channel from that of its landmarks.

    Each coordinate is moved up and down by its own sigma; the mean squares of the two changes are added: the linear
    propagation of independent errors, with the slope taken over the size of the error. That stays finite where the
    slope does not (rotation at a straight knee) and above zero where the slope vanishes (flexion at a straight knee).

    Parameters
    ----------
    spec
        The channel.
    points
        Its landmarks, shape (T, n, d).
    ctx
        Person and camera.

    Returns
    -------
    ndarray, shape (T,)
    """
    size = ctx.noise_factor * landmark_sigma(spec.landmarks, spec.space, ctx.pictured)
    n, d = size.shape
    steps = np.zeros((n * d, 1, n, d))
    steps[np.arange(n * d), 0, np.arange(n * d) // d, np.arange(n * d) % d] = size.ravel()
    sigma = np.empty(len(points))
    for start in range(0, len(points), _BLOCK):
        block = slice(start, start + _BLOCK)
        part = ctx.between(block)
        move = steps
        if spec.space == "image":  # image errors are in torso lengths
            move = steps * part.torso_px[:, None, None]
        here = spec.compute(points[block], part)
        squares = np.zeros(len(here))
        for moved in (points[block] + move, points[block] - move):
            difference = spec.compute(moved, part) - here
            if spec.period is not None:
                difference = wrap_deg(difference)
            squares += np.sum(difference**2, axis=0) / 2
        sigma[block] = np.sqrt(squares)
    return sigma
