"""Landmarks of one person: in one frame (`Pose`) and over a whole clip (`PoseTrack`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import LANDMARKS, MIRROR

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """Landmarks of one person in one frame. Nobody there: every coordinate is NaN."""

    time_s: float
    """Time of the frame, seconds."""

    pixels: FloatArray
    """Image positions, shape (33, 2): x right, y down, pixels of the full frame."""

    world: FloatArray
    """Metres, shape (33, 3): origin mid-hip, camera axes (x right, y down, z away), not gravity-aligned."""

    visibility: FloatArray
    """The model's belief that a landmark is in the frame and not hidden, shape (33,), 0 to 1."""

    presence: FloatArray
    """The model's belief that a landmark is inside the frame, shape (33,), 0 to 1."""

    @classmethod
    def missing(cls, time_s: float) -> Pose:
        """Return the pose of a frame in which nobody was found."""
        n = len(LANDMARKS)
        return cls(time_s, np.full((n, 2), np.nan), np.full((n, 3), np.nan), np.zeros(n), np.zeros(n))

    @property
    def found(self) -> bool:
        """Whether a person was found in the frame."""
        return bool(np.isfinite(self.pixels[0, 0]))


@dataclass(frozen=True, slots=True)
class PoseTrack:
    """Landmarks of one person over T frames; frames without the person are NaN."""

    time_s: FloatArray
    """Frame times, shape (T,), seconds, strictly increasing."""

    pixels: FloatArray
    """Image positions, shape (T, 33, 2): x right, y down, pixels."""

    world: FloatArray
    """Positions in metres, shape (T, 33, 3): origin mid-hip, camera axes (x right, y down, z away)."""

    visibility: FloatArray
    """Shape (T, 33), 0 to 1."""

    presence: FloatArray
    """Shape (T, 33), 0 to 1."""

    image_size: tuple[int, int]
    """Width and height of the frames, pixels."""

    def __post_init__(self) -> None:
        """Check the shapes once, so that nothing after this has to."""
        t, n = len(self.time_s), len(LANDMARKS)
        shapes = {
            "pixels": (t, n, 2),
            "world": (t, n, 3),
            "visibility": (t, n),
            "presence": (t, n),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"PoseTrack.{name} has shape {getattr(self, name).shape}, expected {shape}")
        if np.any(np.diff(self.time_s) <= 0):
            raise ValueError("PoseTrack.time_s must be strictly increasing")

    @classmethod
    def from_poses(cls, poses: Sequence[Pose], image_size: tuple[int, int]) -> PoseTrack:
        """Stack the poses of consecutive frames.

        Parameters
        ----------
        poses
            One pose a frame, in order of time.
        image_size
            Width and height of the frames, pixels.
        """
        n = len(LANDMARKS)
        return cls(
            np.array([p.time_s for p in poses], dtype=np.float64),
            np.array([p.pixels for p in poses], dtype=np.float64).reshape(-1, n, 2),
            np.array([p.world for p in poses], dtype=np.float64).reshape(-1, n, 3),
            np.array([p.visibility for p in poses], dtype=np.float64).reshape(-1, n),
            np.array([p.presence for p in poses], dtype=np.float64).reshape(-1, n),
            image_size,
        )

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.time_s)

    @property
    def found(self) -> NDArray[np.bool_]:
        """Whether the person was found, shape (T,)."""
        return np.isfinite(self.pixels[:, 0, 0])

    def mirrored(self) -> PoseTrack:
        """Return the same movement done by the mirror person (left and right exchanged, x reflected)."""
        width = self.image_size[0]
        pixels = self.pixels[:, MIRROR].copy()
        pixels[..., 0] = width - 1 - pixels[..., 0]
        world = self.world[:, MIRROR].copy()
        world[..., 0] *= -1
        return replace(
            self,
            pixels=pixels,
            world=world,
            visibility=self.visibility[:, MIRROR],
            presence=self.presence[:, MIRROR],
        )

    def between(self, start: int, stop: int) -> PoseTrack:
        """Return frames `start` up to but not including `stop`."""
        s = slice(start, stop)
        return replace(
            self,
            time_s=self.time_s[s],
            pixels=self.pixels[s],
            world=self.world[s],
            visibility=self.visibility[s],
            presence=self.presence[s],
        )
