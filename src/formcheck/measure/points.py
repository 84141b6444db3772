"""Landmarks by short name, and the length that scales the picture."""

from __future__ import annotations

import numpy as np

from formcheck.core.landmarks import INDEX
from formcheck.core.pose import FloatArray

L_SHOULDER, R_SHOULDER = INDEX["left_shoulder"], INDEX["right_shoulder"]
L_HIP, R_HIP = INDEX["left_hip"], INDEX["right_hip"]
L_KNEE, R_KNEE = INDEX["left_knee"], INDEX["right_knee"]
L_ANKLE, R_ANKLE = INDEX["left_ankle"], INDEX["right_ankle"]


def torso_px(pixels: FloatArray) -> FloatArray:
    """Return the distance from mid-shoulder to mid-hip in the picture, shape (T,), pixels."""
    middle = (pixels[:, L_SHOULDER] + pixels[:, R_SHOULDER] - pixels[:, L_HIP] - pixels[:, R_HIP]) / 2
    return np.asarray(np.linalg.norm(middle, axis=-1))
