"""The part of a picture that shows trunk and legs, upright and at one scale, for the landmark refiner."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import INDEX
from formcheck.core.pose import FloatArray, Pose

SIZE: Final = 128
"""Side of the crop, pixels."""
SIDE_M: Final = 1.5
"""Side of the crop in metres at the person, as the pose model scales the person."""
DOWN_M: Final = 0.2
"""How far the crop's centre lies from mid-hip towards the feet's side of the picture, metres."""

_GREY: Final = 128
_BORDER: Final = (_GREY, _GREY, _GREY)

_SEGMENTS: Final = tuple(
    (INDEX[a], INDEX[b])
    for a, b in (
        ("left_shoulder", "right_shoulder"),
        ("left_shoulder", "left_hip"),
        ("right_shoulder", "right_hip"),
        ("left_hip", "right_hip"),
        ("left_hip", "left_knee"),
        ("right_hip", "right_knee"),
        ("left_knee", "left_ankle"),
        ("right_knee", "right_ankle"),
    )
)


@dataclass(frozen=True, slots=True)
class Crop:
    """Where a crop lies in the picture."""

    centre: FloatArray
    """Its centre in the picture, shape (2,), pixels."""

    px_per_m: float
    """Scale of the picture at the person, pixels a metre."""

    quarter_turns: int
    """How often the picture is turned by 90 degrees, clockwise, so that the shoulders are above the feet."""

    def matrix(self, size: int = SIZE) -> FloatArray:
        """Return the affine map from picture to crop pixels, shape (2, 3); the left and top edges are at 0."""
        turn = self.shrink(size) * self.rotation()
        return np.column_stack([turn, size / 2 - turn @ self.centre])

    def rotation(self) -> FloatArray:
        """Return the rotation from the picture's to the crop's axes (x right, y down), shape (2, 2)."""
        c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[self.quarter_turns]
        return np.array([[c, -s], [s, c]], dtype=np.float64)

    def shrink(self, size: int = SIZE) -> float:
        """Return how many pixels of the crop a pixel of the picture becomes."""
        return size / (SIDE_M * self.px_per_m)

    def cut(self, image: NDArray[np.uint8], size: int = SIZE) -> NDArray[np.uint8]:
        """Return the crop of a picture, RGB, shape (size, size, 3); what lies outside the picture is grey.

        A large picture is halved first until about as many pixels are left, as bilinear sampling alone would skip most.
        """
        halvings = max(round(-math.log2(self.shrink(size))), 0)
        block = 2**halvings
        part, corner = self._needed(image, block)
        if not part.size:
            return np.full((size, size, 3), _GREY, dtype=np.uint8)
        rest = -np.array(part.shape[:2]) % block
        if rest.any():
            part = cv2.copyMakeBorder(part, 0, rest[0], 0, rest[1], cv2.BORDER_CONSTANT, value=_BORDER)
        for _ in range(halvings):
            part = cv2.resize(part, (part.shape[1] // 2, part.shape[0] // 2), interpolation=cv2.INTER_AREA)
        m = self.matrix(size)
        turn = m[:, :2] * block
        shift = m[:, 2] + m[:, :2] @ corner + turn @ (0.5, 0.5) - 0.5  # OpenCV counts from pixel centres
        return np.asarray(
            cv2.warpAffine(part, np.column_stack([turn, shift]), (size, size), borderValue=_BORDER), dtype=np.uint8
        )

    def _needed(self, image: NDArray[np.uint8], margin: int) -> tuple[NDArray[np.uint8], FloatArray]:
        """Return the part of the picture that the crop shows, with a margin in pixels, and its top left corner."""
        half = SIDE_M * self.px_per_m / 2 + margin
        limit = np.array([image.shape[1], image.shape[0]])
        low = np.floor(self.centre - half).clip(0, limit).astype(int)
        high = np.ceil(self.centre + half).clip(0, limit).astype(int)
        return image[low[1] : high[1], low[0] : high[0]], low.astype(np.float64)

    def to_crop(self, pixels: FloatArray, size: int = SIZE) -> FloatArray:
        """Return positions of the picture, shape (..., 2), in crop pixels."""
        m = self.matrix(size)
        return np.asarray(pixels @ m[:, :2].T + m[:, 2])

    def to_picture(self, crop_pixels: FloatArray, size: int = SIZE) -> FloatArray:
        """Return positions in the crop, shape (..., 2), in pixels of the picture."""
        m = self.matrix(size)
        return np.asarray((crop_pixels - m[:, 2]) @ np.linalg.inv(m[:, :2]).T)


def crop_of(pose: Pose) -> Crop | None:
    """Return the crop for a pose; None when nobody was found or the pose has no extent."""
    if not pose.found:
        return None
    a, b = np.array(_SEGMENTS).T
    px, m = pose.pixels[b] - pose.pixels[a], (pose.world[b] - pose.world[a])[:, :2]
    scale = float(np.sum(px * m) / max(np.sum(m * m), 1e-9))
    if not np.isfinite(scale) or scale <= 1.0:
        return None
    hips, shoulders, ankles = (
        pose.pixels[[INDEX[f"left_{part}"], INDEX[f"right_{part}"]]].mean(axis=0)
        for part in ("hip", "shoulder", "ankle")
    )
    turns = _quarter_turns(shoulders - ankles)
    down = ((0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0))[turns]
    return Crop(hips + DOWN_M * scale * np.array(down), scale, turns)


def _quarter_turns(up: FloatArray) -> int:
    """Return the clockwise quarter turns that bring the picture direction `up` (x right, y down) to the top."""
    x, y = float(up[0]), float(up[1])
    if abs(y) >= abs(x):
        return 0 if y <= 0 else 2
    return 3 if x > 0 else 1
