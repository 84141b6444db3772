"""Made-up clips of lying people: tracks whose refined joints are exact, and correctors that say what they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import INDEX, JOINT_INDEX, JOINTS, LANDMARKS
from formcheck.core.pose import PoseTrack
from formcheck.measure.baseline import BaselineSpan
from formcheck.measure.corrector import BOUNDED, Corrector
from formcheck.measure.engine import ClipFit, fit_clip
from formcheck.measure.evidence import leg_evidence
from formcheck.measure.surface import surface_evidence
from formcheck.measure.verdict import PelvisVerdict
from formcheck.measure.view import ViewFinding
from formcheck.synthetic.camera import Camera
from tests.unit.measure.fit.made import BENT, Pose, camera, seen

STILL = BaselineSpan(0, 3, still=True)
REST = [Pose()] * STILL.stop
WORK = [Pose(right=replace(BENT, ir=1.0 + 4.0 * k, adduction=-4.0 + k), roll=0.8 * k) for k in range(1, 7)]
FROM_FEET = ViewFinding("foot_end", lying=True, elevation_deg=55.0)


def track_of(poses: Sequence[Pose], eye: Camera, metre: float = 1.0) -> PoseTrack:
    """Return the track of a lying person at ten frames a second, joints and landmarks exact.

    Parameters
    ----------
    poses
        One a frame.
    eye
        The camera.
    metre
        The pose model's metres in a true one: it does not know how tall a person is.
    """
    obs, _ = seen(poses, eye)
    world = {name: np.stack([pose.joints()[name] for pose in poses]) for name in poses[0].joints()}
    middle = (world["left_shoulder"] + world["right_shoulder"]) / 2  # head and arms, which nothing here looks at
    points = np.stack([world.get(name, middle) for name in LANDMARKS], axis=1)
    centre = eye.to_camera(world["mid_hip"])
    solid = np.stack([eye.to_camera(points[i]) - centre[i] for i in range(len(poses))])
    ones = np.ones(points.shape[:2])
    return PoseTrack(
        np.arange(len(poses)) / 10.0,
        np.stack([eye.project(frame) for frame in points]),
        solid * metre,
        ones,
        ones,
        obs.image_size,
        np.concatenate([obs.pixels, metre * obs.depth_m[..., None]], axis=-1),
        np.stack([obs.sigma_px, metre * obs.depth_sigma_m], axis=-1),
    )


def without_joints(track: PoseTrack, frames: slice) -> PoseTrack:
    """Return the track with nothing refined in some frames."""
    joints, sigma = track.joints.copy(), track.joint_sigma.copy()
    joints[frames], sigma[frames] = np.nan, np.nan
    return replace(track, joints=joints, joint_sigma=sigma)


def fitted(track: PoseTrack, view: ViewFinding = FROM_FEET) -> ClipFit:
    """Return the fit of a track."""
    clip = fit_clip(track, STILL, "supine", view)
    assert clip is not None
    return clip


def working(elevation: float = 55.0, azimuth: float = 0.0) -> tuple[PoseTrack, dict[str, NDArray[np.float64]]]:
    """Return a person whose right hip turns in, and the true channels."""
    eye = camera(elevation, azimuth)
    return track_of(REST + WORK, eye), seen(REST + WORK, eye)[1]


def corrector_of(
    inputs: int,
    *,
    push: float = 0.0,
    log_sigma: float = 0.0,
    logit: float = 0.0,
    limit: float = 1.0,
    members: int = 2,
    weight: float = 0.0,
    spread: float = 1e6,
) -> Corrector:
    """Return a corrector that says the same of everybody.

    Parameters
    ----------
    inputs
        How many inputs there are.
    push
        What is bounded and added to every change: 0 nothing, 20 the whole bound.
    log_sigma, logit
        Of its sigma in degrees, and of its verdict.
    limit
        0 or more: it believes itself; less: never.
    members
        Size of the ensemble.
    weight
        Spread of random weights; with any it says of everybody something else.
    spread
        Of the inputs in its training.
    """
    n = len(BOUNDED)
    rng = np.random.default_rng(0)
    return Corrector(
        mean=np.zeros(inputs),
        spread=np.full(inputs, spread),
        layers=(
            (
                weight * rng.normal(size=(members, inputs, 2 * n + 1)),
                np.tile([push] * n + [log_sigma] * n + [logit], (members, 1, 1)).astype(float),
            ),
        ),
        bound=np.array([15.0, 8.0, 12.0, 15.0, 8.0]),
        sigma_factor=np.ones(n),
        basis=np.zeros((inputs, 1)),
        limit=limit,
        card={"people": "1:2"},
    )


def verdict_of(clip: ClipFit, logit: float = 0.0, limit: float = 1.0) -> PelvisVerdict:
    """Return a pelvis verdict that says the same of everybody; below 0, its limit makes it doubt everybody."""
    legs = leg_evidence(clip.observations, clip.rest_observations, clip.fit, "right").shape[1]
    inputs = legs + surface_evidence(clip.surface, "right").shape[1]
    return PelvisVerdict(
        mean=np.zeros(inputs),
        spread=np.full(inputs, 1e6),
        layers=((np.zeros((2, inputs, 1)), np.full((2, 1, 1), logit)),),
        basis=np.zeros((inputs, 1)),
        limit=limit,
        card={"people": "1:2"},
    )


SHARED = [name for name in JOINTS if name in INDEX]
OWN = [JOINT_INDEX[name] for name in JOINTS if name not in INDEX]
