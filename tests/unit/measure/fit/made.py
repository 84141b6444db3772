"""Made-up people: observations of the synthetic skeleton seen by a synthetic camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import JOINT_INDEX, JOINTS
from formcheck.measure.fit import Observations
from formcheck.synthetic.camera import Camera, Placement, place_camera
from formcheck.synthetic.channels import true_channels
from formcheck.synthetic.rotations import rot_y, rot_z
from formcheck.synthetic.skeleton import BodyAngles, LegAngles, Proportions, SpineAngles, forward_kinematics

PERSON = Proportions(1.7, 0.086, 0.416, 0.411, 0.07, 0.255, 0.118, 0.15, 0.222, 0.17, 0.05, 0.1, 0.3, 0.26, 0.18)
SIZE = (640, 480)
SUPINE = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
BENT = LegAngles(flexion=42.0, adduction=-4.0, ir=1.0, knee=95.0, dorsiflexion=-30.0)


@dataclass(frozen=True)
class Pose:
    """One instant of a lying person."""

    left: LegAngles = BENT
    right: LegAngles = BENT
    roll: float = 0.0
    """Pelvis to the own left while the chest stays."""

    def joints(self) -> dict[str, NDArray[np.float64]]:
        pelvis = SUPINE @ rot_y(self.roll) @ rot_z(8.0)
        chest = SUPINE @ rot_z(2.0)
        rel = pelvis.T @ chest
        twist = float(np.degrees(np.arctan2(-rel[2, 0], rel[2, 2])))
        bend = float(np.degrees(np.arcsin(rel[2, 1])))
        flexion = float(np.degrees(np.arctan2(rel[0, 1], rel[1, 1])))
        angles = BodyAngles(np.array([0.0, 0.13, 0.0]), pelvis, SpineAngles(flexion, bend, twist))
        return forward_kinematics(PERSON, replace(angles, left_leg=self.left, right_leg=self.right)).joints


def camera(elevation: float, azimuth: float = 0.0, distance: float = 2.7, hfov: float = 60.0) -> Camera:
    placement = Placement("foot_end", azimuth, elevation, distance, hfov)
    return place_camera(placement, np.array([0.1, 0.2, 0.0]), np.array([1.0, 0.0, 0.0]), SIZE)


def seen(
    poses: Sequence[Pose], eye: Camera, sigma_m: float = 0.01, depth_sigma_m: float | None = 0.02
) -> tuple[Observations, dict[str, NDArray[np.float64]]]:
    """Return exact observations with the sigmas given (no depth: None), and the true channels."""
    each = [pose.joints() for pose in poses]
    world = {name: np.stack([j[name] for j in each]) for name in each[0]}
    for side, sign in (("left", -1.0), ("right", 1.0)):
        world[f"{side}_asis"] = np.stack([_asis(j, sign) for j in each])
    metres = np.stack([eye.to_camera(world[name]) for name in JOINTS], axis=1)
    pixels = np.stack([eye.project(world[name]) for name in JOINTS], axis=1)
    middle = metres[:, [JOINT_INDEX["left_hip"], JOINT_INDEX["right_hip"]], 2].mean(axis=1)
    depth = metres[..., 2] - middle[:, None]
    deep = np.full(depth.shape, np.nan if depth_sigma_m is None else depth_sigma_m)
    flat = {name: eye.project(points) for name, points in world.items()}
    truth = true_channels(world, flat, PERSON.shank, True, slice(0, 1))
    return Observations(pixels, sigma_m * eye.focal / metres[..., 2], depth, deep, SIZE), truth


def _asis(joints: dict[str, NDArray[np.float64]], sign: float) -> NDArray[np.float64]:
    half = (joints["right_hip"] - joints["left_hip"]) / 2
    width = np.linalg.norm(half)
    rise = joints["lumbar"] - joints["mid_hip"]
    up = rise / np.linalg.norm(rise)
    ahead = np.cross(up, half / width)
    return np.asarray(joints["mid_hip"] + width * (0.9 * ahead + 0.9 * up) + sign * 1.35 * half)
