"""The true `JOINTS` of a rendered clip, in the picture and in camera metres."""

from __future__ import annotations

from typing import Any

import numpy as np

from formcheck.core.landmarks import JOINTS
from formcheck.core.pose import FloatArray

ASIS = (0.9, 0.9, 1.35)
"""The front of the pelvis from mid-hip, in half hip widths: forward, up, sideways (see `JOINTS`)."""


def true_joints(truth: dict[str, Any]) -> tuple[FloatArray, FloatArray]:
    """Return pixels, shape (T, J, 2), and camera metres, shape (T, J, 3: x right, y down, z away), of a truth file."""
    camera = {k: np.asarray(v) for k, v in truth["joints_camera_m"].items()}
    half = (camera["right_hip"] - camera["left_hip"]) / 2
    width = np.linalg.norm(half, axis=-1, keepdims=True)
    z = half / width
    rise = camera["lumbar"] - camera["mid_hip"]
    y = rise - np.sum(rise * z, axis=-1, keepdims=True) * z
    y /= np.linalg.norm(y, axis=-1, keepdims=True)
    x = np.cross(y, z)
    for side, sign in (("left", -1.0), ("right", 1.0)):
        camera[f"{side}_asis"] = camera["mid_hip"] + width * (ASIS[0] * x + ASIS[1] * y + sign * ASIS[2] * z)
    metres = np.stack([camera[name] for name in JOINTS], axis=1)
    lens = truth["camera"]
    pixels = lens["focal_px"] * metres[..., :2] / metres[..., 2:] + np.array([lens["width"], lens["height"]]) / 2
    return pixels, metres
