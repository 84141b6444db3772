"""Skin weights: how much of each bone's movement a point of the skin follows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import SIDES, Side
from formcheck.synthetic.body import BodyShape
from formcheck.synthetic.distance import FAR
from formcheck.synthetic.rotations import side_sign
from formcheck.synthetic.skeleton import BONES

F32 = NDArray[np.float32]


def _hats(u: F32, knots: list[float]) -> F32:
    """Return smooth hat functions over `knots`, shape (N, K): each row sums to 1."""
    k = np.array(knots, dtype=np.float32)
    pos = np.clip(np.interp(u, k, np.arange(len(k), dtype=np.float32)), 0, len(k) - 1)
    low = np.clip(np.floor(pos).astype(int), 0, len(k) - 2)
    frac = pos - low
    frac = frac * frac * (3 - 2 * frac)
    out = np.zeros((len(u), len(k)), dtype=np.float32)
    rows = np.arange(len(u))
    out[rows, low] = 1 - frac
    out[rows, low + 1] = frac
    return out


def skin_weights(shape: BodyShape, points: F32) -> F32:
    """Return weights over `BONES` for points on the surface, shape (N, B), rows summing to 1.

    Notes
    -----
    Every limb is a chain of bones with half-way helpers at the joints and, along thigh and forearm, helpers that follow
    part of the twist; a point blends between neighbours of its own chain only, so an arm never drags the chest's other
    side. Chains are told apart by which part's surface is nearest.
    """
    out = np.zeros((len(points), len(BONES)), dtype=np.float32)
    bone = {name: i for i, name in enumerate(BONES)}
    q = shape.local(points, "pelvis")
    trunk = _trunk_weights(shape, points, q, bone)
    arm_share = np.zeros(len(points), dtype=np.float32)
    leg_share = np.zeros(len(points), dtype=np.float32)
    for side in SIDES:
        share, w = _leg_weights(shape, points, q, side, bone)
        out += w * share[:, None]
        leg_share += share
        share, w = _arm_weights(shape, points, q, side, bone)
        out += w * share[:, None]
        arm_share += share
    out += trunk * np.clip(1.0 - arm_share - leg_share, 0.0, 1.0)[:, None]
    total = out.sum(axis=1, keepdims=True)
    result: F32 = out / total
    return result


def _trunk_weights(shape: BodyShape, points: F32, q: F32, bone: dict[str, int]) -> F32:
    p = shape.person.proportions
    length = p.trunk
    neck_y, head_y = length + p.neck_rise, length + p.neck_rise + p.head_rise
    knots = [0.06 * length, p.lumbar_rise + 0.55 * p.thoracic_rise, 0.86 * length, neck_y + 0.012, head_y - 0.012]
    w = np.zeros((len(points), len(bone)), dtype=np.float32)
    hats = _hats(q[:, 1], knots)
    for i, name in enumerate(("pelvis", "lumbar", "thorax", "neck", "head")):
        w[:, bone[name]] = hats[:, i]
    # chin and hair hang lower than the head's joint but belong to the head
    local = shape.local(points, "head") / np.float32(shape.anatomy.head_scale)
    own = np.minimum(shape.anatomy.head(shape.local(points, "head")), shape.hair(points))
    near_head = np.clip((0.012 - own) / 0.012, 0, 1) * np.clip((local[:, 1] + 0.12) / 0.05, 0, 1)
    near_head = near_head.astype(np.float32)[:, None]
    w *= 1 - near_head
    w[:, bone["head"]] += near_head[:, 0]
    return w


def _leg_weights(shape: BodyShape, points: F32, q: F32, side: Side, bone: dict[str, int]) -> tuple[F32, F32]:
    s = np.float32(side_sign(side))
    p = shape.person.proportions
    thigh = shape.local(points, f"{side}_thigh")
    shank = shape.local(points, f"{side}_shank")
    foot = shape.local(points, f"{side}_foot")
    lateral = q[:, 2] * s
    # the crease of the groin: from beside the crotch up to the outer hip; lower at the back, under the buttock
    across = lateral - np.float32(p.hip_half_width)
    u = -q[:, 1] + np.float32(0.40) * across + np.float32(0.35) * np.minimum(q[:, 0], 0.0) * 1.0
    # inner thigh: only this side's half
    own_half = np.clip(lateral / 0.012 * 0.5 + 0.5, 0, 1)
    below = np.clip((u + 0.045) / 0.02, 0, 1)
    hats = _hats(u.astype(np.float32), [-0.075, -0.005, 0.070])
    w = np.zeros((len(points), len(bone)), dtype=np.float32)
    along = (-thigh[:, 1] / np.float32(p.thigh)).astype(np.float32)
    twist = _hats(along, [0.10, 0.45, 0.85])
    below_hip = hats[:, 2]
    w[:, bone["pelvis"]] = hats[:, 0]
    w[:, bone[f"{side}_hip_half"]] = hats[:, 1]
    names = (f"{side}_thigh_prox", f"{side}_thigh_mid", f"{side}_thigh")
    for i, name in enumerate(names):
        w[:, bone[name]] = below_hip * twist[:, i]
    # knee, along the straight bind-pose leg
    v = (-thigh[:, 1] - np.float32(p.thigh)).astype(np.float32)
    knee = _hats(v, [-0.060, 0.0, 0.060])
    w *= knee[:, :1]
    w[:, bone[f"{side}_knee_half"]] += knee[:, 1]
    lower = knee[:, 2]
    ankle_y = (-shank[:, 1] - np.float32(p.shank)).astype(np.float32)
    # front of the ankle folds higher than the heel's tendon
    at_foot = np.clip((ankle_y + 0.030 + 0.35 * np.clip(foot[:, 0], -0.05, 0.10)) / 0.050, 0, 1)
    at_foot = (at_foot * at_foot * (3 - 2 * at_foot)).astype(np.float32)
    ball = np.float32(0.53 * p.foot_length)
    at_toes = np.clip((foot[:, 0] - ball + 0.012) / 0.026, 0, 1).astype(np.float32) * at_foot
    w[:, bone[f"{side}_shank"]] += lower * (1 - at_foot)
    w[:, bone[f"{side}_foot"]] += lower * (at_foot - at_toes)
    w[:, bone[f"{side}_toes"]] += lower * at_toes
    w /= np.maximum(w.sum(axis=1, keepdims=True), 1e-6)
    arm = np.minimum(shape.arm(points, side), shape.hand(points, side))
    not_arm = np.clip((arm - 0.03) / 0.02, 0, 1)
    low_enough = np.where(q[:, 1] < np.float32(0.25 * p.trunk), 1.0, 0.0)
    share = (own_half * below * not_arm * low_enough).astype(np.float32)
    # above the crotch the middle belongs to the pelvis: fade towards it
    w_pelvis = np.zeros_like(w)
    w_pelvis[:, bone["pelvis"]] = 1.0
    high = np.clip((q[:, 1] + 0.11) / 0.04, 0, 1) * np.clip((0.03 - lateral) / 0.025, 0, 1)
    high = high.astype(np.float32)[:, None]
    return share, (w * (1 - high) + w_pelvis * high).astype(np.float32)


def _arm_weights(shape: BodyShape, points: F32, q: F32, side: Side, bone: dict[str, int]) -> tuple[F32, F32]:
    p = shape.person.proportions
    upper = shape.local(points, f"{side}_upper_arm")
    fore = shape.local(points, f"{side}_forearm")
    w = np.zeros((len(points), len(bone)), dtype=np.float32)
    y = (-upper[:, 1]).astype(np.float32)
    # distance outward from the shoulder decides how much is still chest
    root = _hats(y, [-0.040, 0.020, 0.085])
    w[:, bone["thorax"]] = root[:, 0]
    w[:, bone[f"{side}_shoulder_half"]] = root[:, 1]
    turn = _hats(y / np.float32(p.upper_arm), [0.25, 0.80])
    w[:, bone[f"{side}_upper_prox"]] = root[:, 2] * turn[:, 0]
    w[:, bone[f"{side}_upper_arm"]] = root[:, 2] * turn[:, 1]
    elbow = _hats(y - np.float32(p.upper_arm), [-0.045, 0.0, 0.045])
    w *= elbow[:, :1]
    w[:, bone[f"{side}_elbow_half"]] += elbow[:, 1]
    z = (-fore[:, 1]).astype(np.float32)
    along = _hats(z / np.float32(p.forearm), [0.15, 0.70, 1.02])
    hand = _hats(z - np.float32(p.forearm), [-0.020, 0.022])
    w[:, bone[f"{side}_forearm"]] += elbow[:, 2] * along[:, 0] * hand[:, 0]
    w[:, bone[f"{side}_fore_twist"]] += elbow[:, 2] * (along[:, 1] + along[:, 2]) * hand[:, 0]
    w[:, bone[f"{side}_hand"]] += elbow[:, 2] * hand[:, 1]
    s = np.float32(side_sign(side))
    lateral = q[:, 2] * s - np.float32(p.shoulder_half_width)
    arm = np.minimum(shape.arm(points, side, 0.012), shape.hand(points, side))
    trunk = shape.trunk(points)
    by_surface = np.clip((trunk - arm + 0.030) / 0.045, 0, 1)
    by_surface = by_surface * by_surface * (3 - 2 * by_surface)
    outward = np.clip((lateral + 0.075) / 0.05, 0, 1)
    near = np.where(arm < 0.05, 1.0, 0.0)
    high = np.where(q[:, 1] > np.float32(-0.30), 1.0, 0.0)
    share = (by_surface * outward * near * high).astype(np.float32)
    share[np.minimum(arm, FAR) > 0.06] = 0.0
    return share, w
