"""The skeleton as data: the 33 landmarks of BlazePose, its edges, and the left-right symmetry from the names."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Side = Literal["left", "right"]
SIDES: Final[tuple[Side, Side]] = ("left", "right")

LANDMARKS: Final[tuple[str, ...]] = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
"""Landmark names in the order of the pose model's output ("left" is the person's left)."""

INDEX: Final[dict[str, int]] = {name: i for i, name in enumerate(LANDMARKS)}

BODY_EDGES: Final[tuple[tuple[str, str], ...]] = (
    ("left_shoulder", "right_shoulder"),
    ("left_hip", "right_hip"),
    ("left_shoulder", "left_hip"),
    ("right_shoulder", "right_hip"),
    ("left_shoulder", "left_elbow"),
    ("left_elbow", "left_wrist"),
    ("right_shoulder", "right_elbow"),
    ("right_elbow", "right_wrist"),
    ("left_hip", "left_knee"),
    ("left_knee", "left_ankle"),
    ("left_ankle", "left_heel"),
    ("left_heel", "left_foot_index"),
    ("left_ankle", "left_foot_index"),
    ("right_hip", "right_knee"),
    ("right_knee", "right_ankle"),
    ("right_ankle", "right_heel"),
    ("right_heel", "right_foot_index"),
    ("right_ankle", "right_foot_index"),
)
"""Pairs of landmarks joined by a body segment (trunk, arms, legs, feet)."""


def other_side(name: str) -> str:
    """Return `name` with left and right exchanged; names without a side come back unchanged.

    Examples
    --------
    >>> other_side("left_knee"), other_side("mouth_right"), other_side("nose")
    ('right_knee', 'mouth_left', 'nose')
    """
    words = {"left": "right", "right": "left"}
    return "_".join(words.get(word, word) for word in name.split("_"))


MIRROR: Final[NDArray[np.intp]] = np.array([INDEX[other_side(name)] for name in LANDMARKS], dtype=np.intp)
"""Permutation that exchanges left and right landmarks, derived from their names."""

JOINTS: Final[tuple[str, ...]] = (
    "left_shoulder",
    "right_shoulder",
    "lumbar",
    "left_hip",
    "right_hip",
    "left_asis",
    "right_asis",
    "left_knee",
    "right_knee",
    "left_knee_front",
    "right_knee_front",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
"""Points of the refined skeleton: joint centres, and points that show how a segment is turned. `lumbar` lies straight
above mid-hip on the pelvis' y axis; `*_asis` stands for the front of the pelvis, from mid-hip in half hip widths: 0.9
forward, 0.9 up, 1.35 sideways; `*_knee_front` lies on the femur's x axis, 5 cm in front of the knee's centre."""

JOINT_INDEX: Final[dict[str, int]] = {name: i for i, name in enumerate(JOINTS)}

JOINT_MIRROR: Final[NDArray[np.intp]] = np.array([JOINT_INDEX[other_side(name)] for name in JOINTS], dtype=np.intp)
"""Permutation that exchanges left and right joints, derived from their names."""
