"""Rotation matrices in degrees: elementary turns, blending, and the hip's joint coordinate system."""

from __future__ import annotations

import numpy as np

from formcheck.core.landmarks import Side
from formcheck.core.pose import FloatArray


def rot_x(deg: float) -> FloatArray:
    """Return the rotation about x by `deg` degrees, shape (3, 3)."""
    a = np.deg2rad(deg)
    c, s = np.cos(a), np.sin(a)
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def rot_y(deg: float) -> FloatArray:
    """Return the rotation about y by `deg` degrees, shape (3, 3)."""
    a = np.deg2rad(deg)
    c, s = np.cos(a), np.sin(a)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def rot_z(deg: float) -> FloatArray:
    """Return the rotation about z by `deg` degrees, shape (3, 3)."""
    a = np.deg2rad(deg)
    c, s = np.cos(a), np.sin(a)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def rotation_about(axis: FloatArray, deg: float) -> FloatArray:
    """Return the rotation about a unit `axis` by `deg` degrees (Rodrigues), shape (3, 3)."""
    a = np.deg2rad(deg)
    x, y, z = axis
    k = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    out: FloatArray = np.eye(3) + np.sin(a) * k + (1.0 - np.cos(a)) * (k @ k)
    return out


def rotation_between(a: FloatArray, b: FloatArray, fraction: float) -> FloatArray:
    """Return the rotation that is `fraction` of the way from `a` to `b` along the shortest turn."""
    rel = a.T @ b
    cos = float(np.clip((np.trace(rel) - 1.0) / 2.0, -1.0, 1.0))
    angle = np.arccos(cos)
    if angle < 1e-9:
        return a.copy()
    if np.pi - angle < 1e-6:
        vals, vecs = np.linalg.eigh((rel + rel.T) / 2.0)
        axis = vecs[:, int(np.argmax(vals))]
    else:
        axis = np.array([rel[2, 1] - rel[1, 2], rel[0, 2] - rel[2, 0], rel[1, 0] - rel[0, 1]])
        axis = axis / (2.0 * np.sin(angle))
    out: FloatArray = a @ rotation_about(axis, float(np.rad2deg(angle)) * fraction)
    return out


def unit(vector: FloatArray) -> FloatArray:
    """Return `vector` scaled to length one."""
    out: FloatArray = vector / np.linalg.norm(vector)
    return out


def side_sign(side: Side) -> float:
    """Return +1 for the right side and -1 for the left: the sign of z."""
    return 1.0 if side == "right" else -1.0


def hip_rotation(flexion: float, adduction: float, ir: float, side: Side) -> FloatArray:
    """Return the femur's rotation in the pelvis frame.

    Notes
    -----
    ISB / Grood and Suntay: flexion about the pelvis' z (right), adduction about the floating axis, internal rotation
    about the femur's y. X anterior, Y up, Z right. Left is the mirror image: adduction and rotation change sign.
    """
    s = side_sign(side)
    out: FloatArray = rot_z(flexion) @ rot_x(s * adduction) @ rot_y(s * ir)
    return out


def hip_angles(pelvis: FloatArray, femur: FloatArray, side: Side) -> tuple[float, float, float]:
    """Return flexion, adduction and internal rotation (degrees) of a femur frame in a pelvis frame."""
    rel = pelvis.T @ femur
    return zxy_angles(rel, side)


def zxy_angles(rel: FloatArray, side: Side) -> tuple[float, float, float]:
    """Return the angles (about z, x, y in that order, mirrored for the left side) that make up `rel`, degrees."""
    s = side_sign(side)
    about_z = np.arctan2(-rel[0, 1], rel[1, 1])
    about_x = np.arcsin(np.clip(rel[2, 1], -1.0, 1.0))
    about_y = np.arctan2(-rel[2, 0], rel[2, 2])
    return float(np.rad2deg(about_z)), float(np.rad2deg(s * about_x)), float(np.rad2deg(s * about_y))
