"""Tells whether the landmark refiner may be believed: not where a picture is unlike those that it has learned from."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

import numpy as np

from formcheck.core.errors import ModelError
from formcheck.core.landmarks import INDEX, JOINT_INDEX, JOINTS
from formcheck.core.pose import FloatArray, Pose

SEGMENTS: Final = ("thigh", "shank", "hip_width")
"""Segments whose lengths are checked, in the order of `Gate.length_limit`."""
SHORTEST_M: Final = np.array([1e-6, 1e-6, 0.1])
"""Shortest length of each in the pose model's metres that is taken as it is. While it exchanges left and right of a
body, its hips pass through each other, and any hip width is many times too long beside that."""


class Doubt(StrEnum):
    """Why the refiner is not believed."""

    UNFAMILIAR = "unfamiliar"
    """The picture is unlike the training pictures, by what the network itself makes of it."""

    MOVED = "moved"
    """A joint lies farther from the pose model's landmark than it does in training pictures."""

    MISSHAPEN = "misshapen"
    """A segment is too long or too short."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What refined joints look like on pictures that the network knows. Kept in a file beside the network."""

    feature_mean: FloatArray
    """Mean of the network's features over training pictures, shape (D,)."""

    feature_whitening: FloatArray
    """Matrix W that makes the covariance of W (features - mean) the identity, shape (D, D)."""

    feature_limit: float
    """Largest length of the whitened features (Mahalanobis distance)."""

    shift_limit_m: FloatArray
    """Largest distance of each joint in the picture from its landmark (see `shifts_m`), metres, shape (17,)."""

    length_limit: FloatArray
    """Smallest and largest length ratio of each of `SEGMENTS` (see `length_ratios`), shape (3, 2)."""

    def __post_init__(self) -> None:
        """Check the shapes once."""
        d = self.feature_mean.size
        shapes = {
            "feature_mean": (d,),
            "feature_whitening": (d, d),
            "shift_limit_m": (len(JOINTS),),
            "length_limit": (len(SEGMENTS), 2),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"Gate.{name} has shape {getattr(self, name).shape}, expected {shape}")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a gate from an `.npz` file with an array for each field.

        Raises
        ------
        ModelError
            The file is missing or something else.
        """
        try:
            with np.load(path, allow_pickle=False) as data:
                return cls(
                    feature_mean=data["feature_mean"].astype(np.float64),
                    feature_whitening=data["feature_whitening"].astype(np.float64),
                    feature_limit=float(data["feature_limit"]),
                    shift_limit_m=data["shift_limit_m"].astype(np.float64),
                    length_limit=data["length_limit"].astype(np.float64),
                )
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise ModelError(
                f"the limits of the landmark refiner {path} cannot be read; install formcheck again"
            ) from error

    def doubt(self, joints: FloatArray, features: FloatArray, pose: Pose, px_per_m: float) -> Doubt | None:
        """Return why refined joints are not to be believed, or None.

        Parameters
        ----------
        joints
            Refined joints in the picture as in `Pose.joints`, shape (17, 3).
        features
            What the network made of the picture, shape (D,).
        pose
            The pose model's landmarks.
        px_per_m
            Scale of the picture at the person.
        """
        if not self.distance(features) <= self.feature_limit:
            return Doubt.UNFAMILIAR
        if not np.all(shifts_m(joints, pose, px_per_m) <= self.shift_limit_m):
            return Doubt.MOVED
        ratios = length_ratios(joints, pose, px_per_m)
        low, high = self.length_limit.T
        if not np.all((ratios >= low) & (ratios <= high)):
            return Doubt.MISSHAPEN
        return None

    def distance(self, features: FloatArray) -> float:
        """Return how far features are from those of training pictures, the unit being their usual spread."""
        return float(np.linalg.norm(self.feature_whitening @ (features - self.feature_mean)))


def shifts_m(joints: FloatArray, pose: Pose, px_per_m: float) -> FloatArray:
    """Return how far each refined joint lies in the picture from the pose model's nearest landmark.

    That is the landmark of the same name; for the front of the pelvis the hip, for the front of the knee the knee, for
    `lumbar` the middle of the hips.

    Parameters
    ----------
    joints
        As in `Pose.joints`, shape (17, 3).
    pose
        The pose model's landmarks.
    px_per_m
        Scale of the picture at the person.

    Returns
    -------
    FloatArray
        Metres, shape (17,).
    """
    landmarks = pose.pixels[_LANDMARKS].mean(axis=1)
    return np.asarray(np.linalg.norm(joints[:, :2] - landmarks, axis=1) / px_per_m)


def length_ratios(joints: FloatArray, pose: Pose, px_per_m: float) -> FloatArray:
    """Return the lengths of `SEGMENTS` between refined joints, over those of the pose model.

    Parameters
    ----------
    joints, pose, px_per_m
        As for `shifts_m`.

    Returns
    -------
    FloatArray
        Left and right, shape (2, 3); the hip width is in both rows.
    """
    refined = joints / (px_per_m, px_per_m, 1.0)
    ours, theirs = refined[_JOINT_ENDS], pose.world[_LANDMARK_ENDS]
    long = np.linalg.norm(ours[..., 1, :] - ours[..., 0, :], axis=-1)
    return np.asarray(long / np.maximum(np.linalg.norm(theirs[..., 1, :] - theirs[..., 0, :], axis=-1), SHORTEST_M))


def _nearest_landmarks(joint: str) -> tuple[str, str]:
    """Return the two landmarks between which the pose model sees a joint; twice the same where it has the joint."""
    if joint == "lumbar":
        return "left_hip", "right_hip"
    name = joint.removesuffix("_front").replace("asis", "hip")
    return name, name


_ENDS: Final = [
    [(f"{side}_hip", f"{side}_knee"), (f"{side}_knee", f"{side}_ankle"), ("left_hip", "right_hip")]
    for side in ("left", "right")
]
_JOINT_ENDS: Final = np.array([[[JOINT_INDEX[end] for end in ends] for ends in side] for side in _ENDS])
_LANDMARK_ENDS: Final = np.array([[[INDEX[end] for end in ends] for ends in side] for side in _ENDS])
_LANDMARKS: Final = np.array([[INDEX[name] for name in _nearest_landmarks(joint)] for joint in JOINTS])
