"""Follows points on the front of the trunk by optical flow: clothes and skin move with the pelvis, joints hardly do.

Every picture is compared with one earlier picture of the same person in the same place, the anchor, so that nothing
drifts. What is kept are movements of points, never a picture.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import JOINT_INDEX
from formcheck.core.pose import FloatArray, Pose
from formcheck.core.surface import LATERAL, ROWS
from formcheck.pose.crop import SIDE_M, Crop, crop_of

SIZE: Final = 128
"""Side of the pictures that are compared, pixels."""
TRUNK_M: Final = 1.0
"""Their side in metres at the person, as the pose model scales the person."""
WINDOW_S: Final = 0.5
"""How long somebody must have been still, or elsewhere, for another anchor, seconds."""
STILL_M: Final = 0.02
"""Hips and shoulders that stay this near to where they were are still, metres in the picture."""
SETTLING_S: Final = 1.2
"""How long after it was taken an anchor may give way to one of a person who is still, seconds: later, the neutral pose
may have been taken with it."""
ELSEWHERE_M: Final = 0.2
"""Hips or shoulders that are this far from where the anchor has them are elsewhere: no repetition moves them so."""

_LEAST_HALF_PX: Final = 2.0  # hips that seem to lie over each other have no direction to the right

Gray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A picture that later ones are compared with."""

    time_s: float
    place: FloatArray
    """Mid-hip and mid-shoulder in the picture, shape (2, 2), pixels."""
    crop: Crop
    gray: Gray
    points: FloatArray
    """The followed points, shape (POINTS, 2), pixels of the crop."""
    axes: FloatArray
    """Directions to the person's right and to the head, rows, shape (2, 2)."""
    settled: bool
    """Whether the person was still."""


class TrunkWatch:
    """Follows the trunk's surface through the frames of one clip, in order."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._anchor: _Anchor | None = None
        self._past: deque[tuple[float, FloatArray]] = deque()

    def follow(self, image: NDArray[np.uint8], pose: Pose) -> Pose:
        """Return the pose with `surface` and `surface_from_s`; as it is where the joints are not known.

        Parameters
        ----------
        image
            RGB, shape (height, width, 3).
        pose
            The pose with refined joints, pixels of `image`.
        """
        crop = _trunk_crop(pose) if pose.refined else None
        if crop is None:
            return pose
        place = _place(pose)
        self._past.append((pose.time_s, place))
        while self._past[0][0] < pose.time_s - WINDOW_S:
            self._past.popleft()
        if (settled := self._new_anchor(place, crop.px_per_m * SIDE_M / TRUNK_M)) is not None:
            self._anchor = _anchor_of(image, pose, crop, place, settled)
        assert self._anchor is not None  # the first pose is one
        return replace(pose, surface=self._moved(image), surface_from_s=self._anchor.time_s)

    def _new_anchor(self, place: FloatArray, px_per_m: float) -> bool | None:
        """Return whether the newest picture becomes the anchor, and then whether the person was still; None: no."""
        now = self._past[-1][0]
        past = np.array([p for _, p in self._past])
        full = now - self._past[0][0] >= 0.8 * WINDOW_S
        still = full and float(np.linalg.norm(past - place, axis=-1).max()) < STILL_M * px_per_m
        if self._anchor is None:
            return still
        away = np.linalg.norm(past - self._anchor.place, axis=-1).max(axis=-1)
        if full and float(away.min()) > ELSEWHERE_M * px_per_m:
            return still
        settles = still and not self._anchor.settled and now - self._anchor.time_s < SETTLING_S
        return True if settles else None

    def _moved(self, image: NDArray[np.uint8]) -> FloatArray:
        """Return how far the points have moved since the anchor, and by how much there and back disagree, metres."""
        anchor = self._anchor
        assert anchor is not None
        gray = _gray(image, anchor.crop)
        there = _at(self._flow.calc(anchor.gray, gray, None), anchor.points)
        back = _at(self._flow.calc(gray, anchor.gray, None), anchor.points + there)
        metre = TRUNK_M / SIZE
        return metre * np.column_stack([there @ anchor.axes.T, np.linalg.norm(there + back, axis=1)])


def _trunk_crop(pose: Pose) -> Crop | None:
    """Return the square around the trunk, upright; None where the pose has no extent."""
    crop = crop_of(pose)
    if crop is None:
        return None
    return Crop(_place(pose).mean(axis=0), crop.px_per_m * TRUNK_M / SIDE_M, crop.quarter_turns)


def _place(pose: Pose) -> FloatArray:
    """Return mid-hip and mid-shoulder, shape (2, 2), pixels."""
    return np.array([_middle(pose, part) for part in ("hip", "shoulder")])


def _middle(pose: Pose, part: str) -> FloatArray:
    left, right = (pose.joints[JOINT_INDEX[f"{side}_{part}"], :2] for side in ("left", "right"))
    return np.asarray((left + right) / 2)


def _anchor_of(image: NDArray[np.uint8], pose: Pose, crop: Crop, place: FloatArray, settled: bool) -> _Anchor:
    hips, shoulders = crop.to_crop(place, SIZE)
    trunk = float(np.linalg.norm(shoulders - hips))
    up = (shoulders - hips) / max(trunk, 1e-9)
    right = np.array([-up[1], up[0]])
    ends = crop.to_crop(pose.joints[[JOINT_INDEX["left_hip"], JOINT_INDEX["right_hip"]], :2], SIZE)
    across = float((ends[1] - ends[0]) @ right)
    if across < 0:
        right = -right
    half = max(abs(across) / 2, _LEAST_HALF_PX)
    points = np.array([hips + up * trunk * row + right * half * beside for row in ROWS for beside in LATERAL])
    return _Anchor(pose.time_s, place, crop, _gray(image, crop), points, np.stack([right, up]), settled)


def _gray(image: NDArray[np.uint8], crop: Crop) -> Gray:
    return np.asarray(cv2.cvtColor(crop.cut(image, SIZE), cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _at(flow: NDArray[np.float32], points: FloatArray) -> FloatArray:
    """Return the flow at points of the crop, shape (POINTS, 2), pixels; beyond the edge that at the edge."""
    x, y = (points.T[..., None] - 0.5).astype(np.float32)  # OpenCV counts from pixel centres
    return np.asarray(cv2.remap(flow, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[:, 0], dtype=np.float64)
