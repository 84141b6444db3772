"""Hip and knee angles of the ISB joint coordinate system, from joint centres in any Cartesian frame.

Wu et al. 2002 (J Biomech 35:543) for the segment axes, Grood & Suntay 1983 (J Biomech Eng 105:136) for the order of the
angles. All functions take the RIGHT leg; the left one is the right leg of the mirrored person. Axes are rows of a
matrix: X anterior, Y proximal, Z to the person's right. The input frame must be right-handed: image-like camera axes
(x right, y down, z away) are.
"""

from __future__ import annotations

import numpy as np

from formcheck.core.pose import FloatArray
from formcheck.measure.geometry import angle_between_deg, atan2_deg, dot, unit

_STRAIGHT = 1e-6  # sine of a knee flexion that is zero but for rounding


def pelvis_axes(hip_right: FloatArray, hip_left: FloatArray, up_point: FloatArray) -> FloatArray:
    """Return the pelvis axes from the hip centres and a point straight above them.

    Parameters
    ----------
    hip_right, hip_left
        Hip joint centres, shape (..., 3).
    up_point
        A point of the trunk above mid-hip, shape (..., 3): the lumbar joint where it is known, mid-shoulder as its
        proxy. With mid-shoulder, pelvic tilt and lumbar flexion cannot be told apart.

    Returns
    -------
    ndarray, shape (..., 3, 3)
        Rows X (anterior), Y (up), Z (right).
    """
    z = unit(hip_right - hip_left)
    x = unit(np.cross(up_point - (hip_right + hip_left) / 2, z))
    return np.stack([x, np.cross(z, x), z], axis=-2)


def femur_axes(hip: FloatArray, knee: FloatArray, ankle: FloatArray) -> FloatArray:
    """Return the femur axes, its plane given by the bent shank.

    NaN for a straight knee, where the plane is undefined; the error of the rotation grows with 1 / sin(knee flexion).

    Parameters
    ----------
    hip, knee, ankle
        Joint centres of the right leg, shape (..., 3).

    Returns
    -------
    ndarray, shape (..., 3, 3)
        Rows X (anterior), Y (proximal, knee to hip), Z (right).
    """
    y = unit(hip - knee)
    shank = unit(ankle - knee)
    behind = shank - dot(shank, y)[..., None] * y
    straight = np.linalg.norm(behind, axis=-1, keepdims=True) < _STRAIGHT
    x = np.where(straight, np.nan, -unit(behind))
    return np.stack([x, y, np.cross(x, y)], axis=-2)


def hip_angles_deg(pelvis: FloatArray, femur: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return flexion, adduction and internal rotation of the right hip.

    Parameters
    ----------
    pelvis, femur
        Axes as rows, shape (..., 3, 3).

    Returns
    -------
    flexion, adduction, internal_rotation
        Degrees, shape (...). Singular at 90 degrees of adduction.

    Notes
    -----
    e1 is the pelvis' Z axis, e3 the femur's Y axis, e2 the floating axis (Grood & Suntay 1983).
    """
    e1, e3 = pelvis[..., 2, :], femur[..., 1, :]
    e2 = unit(np.cross(e3, e1))
    flexion = atan2_deg(dot(e2, pelvis[..., 1, :]), dot(e2, pelvis[..., 0, :]))
    adduction = np.degrees(np.arcsin(np.clip(dot(e1, e3), -1.0, 1.0)))
    rotation = atan2_deg(dot(e2, femur[..., 2, :]), dot(e2, femur[..., 0, :]))
    return flexion, np.asarray(adduction), rotation


def knee_flexion_deg(hip: FloatArray, knee: FloatArray, ankle: FloatArray) -> FloatArray:
    """Return the angle between the prolonged thigh and the shank, degrees; 0 is a straight knee."""
    return angle_between_deg(knee - hip, ankle - knee)
