"""Landmarks of one person: in one frame (`Pose`) and over a whole clip (`PoseTrack`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import JOINT_MIRROR, JOINTS, LANDMARKS, MIRROR
from formcheck.core.surface import MIRROR as SURFACE_MIRROR
from formcheck.core.surface import POINTS

FloatArray = NDArray[np.float64]


def no_joints(*frames: int) -> FloatArray:
    """Return the `joints` of nobody, all NaN, shape (*frames, 17, 3)."""
    return np.full((*frames, len(JOINTS), 3), np.nan)


def no_joint_sigma(*frames: int) -> FloatArray:
    """Return the `joint_sigma` of nobody, all NaN, shape (*frames, 17, 2)."""
    return np.full((*frames, len(JOINTS), 2), np.nan)


def no_surface(*frames: int) -> FloatArray:
    """Return the `surface` of nobody, all NaN, shape (*frames, 35, 3)."""
    return np.full((*frames, POINTS, 3), np.nan)


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

    joints: FloatArray = field(default_factory=no_joints)
    """Refined `JOINTS`, shape (17, 3): x right and y down in pixels of the full frame, and how much farther from the
    camera than mid-hip along its axis, metres. NaN where nothing refined them, or the refiner abstained."""

    joint_sigma: FloatArray = field(default_factory=no_joint_sigma)
    """Standard error of `joints`, shape (17, 2): of x and y each, pixels; of the depth, metres."""

    surface: FloatArray = field(default_factory=no_surface)
    """How far points on the front of the trunk (`core.surface`) have moved in the picture since an earlier frame,
    shape (35, 3): to the person's right, towards the head, and by how much there and back disagree, metres. NaN where
    nothing followed them."""

    surface_from_s: float = np.nan
    """Time of that earlier frame, seconds; NaN where there is none."""

    @classmethod
    def missing(cls, time_s: float) -> Pose:
        """Return the pose of a frame in which nobody was found."""
        n = len(LANDMARKS)
        return cls(time_s, np.full((n, 2), np.nan), np.full((n, 3), np.nan), np.zeros(n), np.zeros(n))

    @property
    def found(self) -> bool:
        """Whether a person was found in the frame."""
        return bool(np.isfinite(self.pixels[0, 0]))

    @property
    def refined(self) -> bool:
        """Whether the joints are known."""
        return bool(np.isfinite(self.joints).all())

    def mirrored(self, width: int) -> Pose:
        """Return the pose of the mirror person in the mirrored picture, `width` pixels wide."""
        return replace(self, **_mirrored(self, width))


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

    joints: FloatArray = field(default_factory=lambda: no_joints(0))
    """Refined joints as in `Pose`, shape (T, 17, 3). Left out: NaN, nothing refined them."""

    joint_sigma: FloatArray = field(default_factory=lambda: no_joint_sigma(0))
    """Their standard error as in `Pose`, shape (T, 17, 2). Left out: NaN."""

    surface: FloatArray = field(default_factory=lambda: no_surface(0))
    """Movement of points on the trunk as in `Pose`, shape (T, 35, 3). Left out: NaN, nothing followed them."""

    surface_from_s: FloatArray = field(default_factory=lambda: np.zeros(0))
    """Since which frame, as in `Pose`, shape (T,). Left out: NaN."""

    def __post_init__(self) -> None:
        """Check the shapes once, so that nothing after this has to."""
        t, n, j = len(self.time_s), len(LANDMARKS), len(JOINTS)
        if not len(self.joints) and not len(self.joint_sigma):
            object.__setattr__(self, "joints", no_joints(t))
            object.__setattr__(self, "joint_sigma", no_joint_sigma(t))
        if not len(self.surface) and not len(self.surface_from_s):
            object.__setattr__(self, "surface", no_surface(t))
            object.__setattr__(self, "surface_from_s", np.full(t, np.nan))
        shapes = {
            "pixels": (t, n, 2),
            "world": (t, n, 3),
            "visibility": (t, n),
            "presence": (t, n),
            "joints": (t, j, 3),
            "joint_sigma": (t, j, 2),
            "surface": (t, POINTS, 3),
            "surface_from_s": (t,),
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
        n, j = len(LANDMARKS), len(JOINTS)
        return cls(
            np.array([p.time_s for p in poses], dtype=np.float64),
            np.array([p.pixels for p in poses], dtype=np.float64).reshape(-1, n, 2),
            np.array([p.world for p in poses], dtype=np.float64).reshape(-1, n, 3),
            np.array([p.visibility for p in poses], dtype=np.float64).reshape(-1, n),
            np.array([p.presence for p in poses], dtype=np.float64).reshape(-1, n),
            image_size,
            np.array([p.joints for p in poses], dtype=np.float64).reshape(-1, j, 3),
            np.array([p.joint_sigma for p in poses], dtype=np.float64).reshape(-1, j, 2),
            np.array([p.surface for p in poses], dtype=np.float64).reshape(-1, POINTS, 3),
            np.array([p.surface_from_s for p in poses], dtype=np.float64),
        )

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.time_s)

    def poses(self) -> Iterator[Pose]:
        """Yield the pose of each frame."""
        for i, time_s in enumerate(self.time_s.tolist()):
            yield Pose(
                time_s,
                self.pixels[i],
                self.world[i],
                self.visibility[i],
                self.presence[i],
                self.joints[i],
                self.joint_sigma[i],
                self.surface[i],
                float(self.surface_from_s[i]),
            )

    @property
    def found(self) -> NDArray[np.bool_]:
        """Whether the person was found, shape (T,)."""
        return np.isfinite(self.pixels[:, 0, 0])

    @property
    def refined(self) -> NDArray[np.bool_]:
        """Whether the joints are known, shape (T,)."""
        return np.asarray(np.isfinite(self.joints).all(axis=(1, 2)))

    def mirrored(self) -> PoseTrack:
        """Return the same movement done by the mirror person (left and right exchanged, x reflected)."""
        return replace(self, **_mirrored(self, self.image_size[0]))

    def without(self, left_out: NDArray[np.bool_]) -> PoseTrack:
        """Return the track with nobody in some frames, a mask of shape (T,)."""
        known = ~left_out[:, None, None]
        return replace(
            self,
            pixels=np.where(known, self.pixels, np.nan),
            world=np.where(known, self.world, np.nan),
            visibility=np.where(known[..., 0], self.visibility, 0.0),
            presence=np.where(known[..., 0], self.presence, 0.0),
            joints=np.where(known, self.joints, np.nan),
            joint_sigma=np.where(known, self.joint_sigma, np.nan),
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
            joints=self.joints[s],
            joint_sigma=self.joint_sigma[s],
            surface=self.surface[s],
            surface_from_s=self.surface_from_s[s],
        )


def _mirrored(of: Pose | PoseTrack, width: int) -> dict[str, Any]:
    """Return the fields of the mirror person. The picture's left edge is at 0 and becomes its right one, at `width`."""
    pixels, world, joints = of.pixels[..., MIRROR, :], of.world[..., MIRROR, :], of.joints[..., JOINT_MIRROR, :]
    return {
        "pixels": np.stack([width - pixels[..., 0], pixels[..., 1]], axis=-1),
        "world": world * (-1.0, 1.0, 1.0),
        "visibility": of.visibility[..., MIRROR],
        "presence": of.presence[..., MIRROR],
        "joints": np.concatenate([width - joints[..., :1], joints[..., 1:]], axis=-1),
        "joint_sigma": of.joint_sigma[..., JOINT_MIRROR, :],
        "surface": of.surface[..., SURFACE_MIRROR, :] * (-1.0, 1.0, 1.0),
    }
