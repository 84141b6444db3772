"""The channels' true values, from joint centres alone. Names and signs are those of docs/channels.md."""

from __future__ import annotations

import numpy as np

from formcheck.core.landmarks import SIDES
from formcheck.core.pose import FloatArray
from formcheck.synthetic.rotations import side_sign

Joints = dict[str, FloatArray]
"""Joint centres over time, each of shape (T, 3), metres."""


def _unit(v: FloatArray) -> FloatArray:
    out: FloatArray = v / np.linalg.norm(v, axis=-1, keepdims=True)
    return out


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    out: FloatArray = np.einsum("...i,...i->...", a, b)
    return out


def _wrapped(deg: FloatArray) -> FloatArray:
    out: FloatArray = (deg + 180.0) % 360.0 - 180.0
    return out


def pelvis_axes(j: Joints) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the pelvis' anterior, up and right axes, each (T, 3)."""
    z = _unit(j["right_hip"] - j["left_hip"])
    up = j["lumbar"] - j["mid_hip"]
    y = _unit(up - z * _dot(up, z)[..., None])
    return np.cross(y, z), y, z


def true_channels(j: Joints, pixels: Joints, shank_m: float, lying: bool, baseline: slice) -> dict[str, FloatArray]:
    """Return every channel over time.

    Parameters
    ----------
    j
        Joint centres in the world.
    pixels
        The same in the picture, shape (T, 2).
    shank_m
        Knee to ankle, metres: the unit of heights.
    lying
        Whether roll (lying) or yaw and lean (upright) mean something.
    baseline
        Frames of the still neutral pose, from which changes are counted.
    """
    px, py, pz = pelvis_axes(j)
    shoulder = _unit(j["right_shoulder"] - j["left_shoulder"])
    trunk = j["mid_shoulder"] - j["mid_hip"]
    out: dict[str, FloatArray] = {}
    for side in SIDES:
        s = side_sign(side)
        hip, knee, ankle = (j[f"{side}_{n}"] for n in ("hip", "knee", "ankle"))
        thigh, shin = _unit(knee - hip), _unit(ankle - knee)
        out[f"knee_flexion_{side}"] = np.rad2deg(np.arccos(np.clip(_dot(thigh, shin), -1, 1)))
        yf = -thigh
        front = j[f"{side}_knee_front"] - knee
        xf = _unit(front - yf * _dot(front, yf)[..., None])
        zf = np.cross(xf, yf)
        e2 = _unit(np.cross(yf, pz))
        out[f"hip_flexion_{side}"] = np.rad2deg(np.arctan2(_dot(e2, py), _dot(e2, px)))
        out[f"hip_adduction_{side}"] = s * np.rad2deg(np.arcsin(np.clip(_dot(pz, yf), -1, 1)))
        out[f"hip_ir_{side}"] = s * np.rad2deg(np.arctan2(_dot(e2, zf), _dot(e2, xf)))
        out |= _image_channels(pixels, side)
        leg = _unit(ankle - hip)
        if lying:
            out[f"leg_raise_{side}"] = np.rad2deg(np.arcsin(np.clip(leg[..., 1], -1, 1)))
        shoulder_at, elbow, wrist = (j[f"{side}_{n}"] for n in ("shoulder", "elbow", "wrist"))
        bend = _dot(_unit(elbow - shoulder_at), _unit(wrist - elbow))
        out[f"elbow_flexion_{side}"] = np.rad2deg(np.arccos(np.clip(bend, -1, 1)))
        if lying:
            out[f"arm_lean_{side}"] = np.rad2deg(np.arccos(np.clip(_unit(wrist - shoulder_at)[..., 1], -1, 1)))
        for name, point in (("knee", knee), ("ankle", ankle)):
            out[f"{name}_height_{side}"] = point[..., 1] / shank_m
    up = np.array([0.0, 1.0, 0.0])
    head = np.mean(trunk[baseline], axis=0) * [1, 0, 1] if lying else np.mean(trunk[baseline], axis=0)
    head = head / np.linalg.norm(head)
    right = np.mean(pz[baseline], axis=0)
    right = right - head * (right @ head)
    right /= np.linalg.norm(right)
    if lying:
        for side in SIDES:
            aside = _dot(j[f"{side}_ankle"] - j["mid_hip"], right) * side_sign(side)
            out[f"ankle_out_{side}"] = aside / shank_m
        front_up = 1.0 if np.cross(head, right)[1] > 0 else -1.0
        roll = np.rad2deg(np.arctan2(_dot(pz, up), _dot(pz, right)))
        chest = np.rad2deg(np.arctan2(_dot(shoulder, up), _dot(shoulder, right)))
        out["pelvis_roll"] = _change(roll, baseline)
        out["chest_roll"] = _change(chest, baseline)
        turned = front_up * (_change(chest, baseline) - out["pelvis_roll"])
        out["trunk_twist"] = _wrapped(turned)
        out["pelvis_hike"] = _change(np.rad2deg(np.arcsin(np.clip(_dot(pz, head), -1, 1))), baseline)
    else:
        yaw = np.rad2deg(np.arctan2(pz[..., 0], pz[..., 2]))
        chest = np.rad2deg(np.arctan2(shoulder[..., 0], shoulder[..., 2]))
        out["pelvis_yaw"], out["trunk_yaw"] = _change(yaw, baseline), _change(chest, baseline)
        out["trunk_twist"] = _wrapped(out["trunk_yaw"] - out["pelvis_yaw"])
        out["pelvis_hike"] = _change(np.rad2deg(np.arcsin(np.clip(_dot(pz, up), -1, 1))), baseline)
        forward = np.cross(pz, up)  # x anterior is -(z x up) for a right-handed pelvis
        out["trunk_lean"] = np.rad2deg(np.arctan2(_dot(trunk, -forward), _dot(trunk, up)))
    out["ankle_gap"] = np.linalg.norm(j["right_ankle"] - j["left_ankle"], axis=-1) / shank_m
    aside, along = (_dot(trunk, right), _dot(trunk, head)) if lying else (_dot(trunk, pz), _dot(trunk, py))
    out["trunk_side_bend"] = np.rad2deg(np.arctan2(aside, along))
    return out


def _change(deg: FloatArray, baseline: slice) -> FloatArray:
    zero = np.deg2rad(deg[baseline])
    mean = np.rad2deg(np.arctan2(np.sin(zero).mean(), np.cos(zero).mean()))
    return _wrapped(deg - mean)


def _image_channels(pixels: Joints, side: str) -> dict[str, FloatArray]:
    hip, knee, ankle = (pixels[f"{side}_{n}"] for n in ("hip", "knee", "ankle"))
    lateral = np.sign(pixels["right_hip"][..., 0] - pixels["left_hip"][..., 0])
    lateral = lateral if side == "right" else -lateral
    thigh, shin = knee - hip, ankle - knee
    tilt = np.rad2deg(np.arctan2(-lateral * thigh[..., 0], thigh[..., 1]))
    shank = np.rad2deg(np.arctan2(-lateral * -shin[..., 0], shin[..., 1]))
    turn = np.rad2deg(np.arctan2(thigh[..., 0] * shin[..., 1] - thigh[..., 1] * shin[..., 0], _dot(thigh, shin)))
    return {f"thigh_tilt_{side}": tilt, f"shank_tilt_{side}": shank, f"knee_frontal_{side}": -lateral * turn}
