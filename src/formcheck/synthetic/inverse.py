"""Small analytic inverse kinematics: a leg whose ankle is given, an arm whose direction is given."""

from __future__ import annotations

import numpy as np

from formcheck.core.landmarks import Side
from formcheck.core.pose import FloatArray
from formcheck.synthetic.rotations import hip_angles, rot_z, rotation_about, side_sign, unit, zxy_angles
from formcheck.synthetic.skeleton import LegAngles, Proportions


def leg_reach(p: Proportions, knee_deg: float) -> float:
    """Return the distance between hip and ankle at a knee flexion, metres."""
    return float(np.sqrt(p.thigh**2 + p.shank**2 + 2 * p.thigh * p.shank * np.cos(np.deg2rad(knee_deg))))


def solve_leg(
    p: Proportions,
    pelvis: FloatArray,
    hip: FloatArray,
    ankle: FloatArray,
    forward: FloatArray,
    swivel: float,
    side: Side,
) -> LegAngles:
    """Return hip and knee angles that put the ankle where it is wanted.

    Parameters
    ----------
    p
        Segment lengths.
    pelvis
        Pelvis frame in the world.
    hip, ankle
        Joint centres in the world, metres. Farther apart than the leg is long: the leg points there, nearly straight.
    forward
        Direction to which the knee points at swivel 0.
    swivel
        Turn of the knee about the line from hip to ankle, positive towards the body's midline, degrees.
    side
        Which leg.
    """
    line = ankle - hip
    d = float(np.clip(np.linalg.norm(line), abs(p.thigh - p.shank) + 1e-3, leg_reach(p, 1.5)))
    axis = unit(line)
    ahead = unit(forward - axis * (forward @ axis))
    # seen along hip to ankle, turning about -axis moves a right knee to the left
    ahead = rotation_about(axis, -side_sign(side) * swivel) @ ahead
    a = (d * d + p.thigh**2 - p.shank**2) / (2 * d)
    b = np.sqrt(max(p.thigh**2 - a * a, 0.0))
    knee_from_hip = a * axis + b * ahead
    y = -knee_from_hip / p.thigh
    x = unit(ahead - y * (ahead @ y))
    femur = np.stack([x, y, np.cross(x, y)], axis=1)
    flexion, adduction, ir = hip_angles(pelvis, femur, side)
    cos_knee = (d * d - p.thigh**2 - p.shank**2) / (2 * p.thigh * p.shank)
    return LegAngles(flexion, adduction, ir, float(np.rad2deg(np.arccos(np.clip(cos_knee, -1, 1)))))


def solve_leg_for_ir(
    p: Proportions,
    pelvis: FloatArray,
    hip: FloatArray,
    ankle: FloatArray,
    forward: FloatArray,
    ir: float,
    side: Side,
) -> LegAngles:
    """Return the leg with its ankle in place whose hip is turned in by `ir` degrees (as near as the knee can get)."""

    def miss(swivel: float) -> float:
        return solve_leg(p, pelvis, hip, ankle, forward, swivel, side).ir - ir

    low, high = -75.0, 75.0
    at_low, at_high = miss(low), miss(high)
    if at_low * at_high > 0:
        best = low if abs(at_low) < abs(at_high) else high
        return solve_leg(p, pelvis, hip, ankle, forward, best, side)
    for _ in range(60):
        # false position kept safe by halving
        mid = 0.5 * (low + high) if _ % 3 == 2 else low - at_low * (high - low) / (at_high - at_low)
        value = miss(mid)
        if abs(value) < 1e-9:
            break
        if value * at_low > 0:
            low, at_low = mid, value
        else:
            high, at_high = mid, value
    return solve_leg(p, pelvis, hip, ankle, forward, mid, side)


def foot_angles(pelvis: FloatArray, leg: LegAngles, foot: FloatArray, side: Side) -> tuple[float, float, float]:
    """Return dorsiflexion, inversion and toe-in that give the foot its world orientation."""
    from formcheck.synthetic.rotations import hip_rotation

    shank = pelvis @ hip_rotation(leg.flexion, leg.adduction, leg.ir, side) @ rot_z(-leg.knee)
    return zxy_angles(shank.T @ foot, side)


def arm_angles(thorax: FloatArray, direction: FloatArray, side: Side) -> tuple[float, float]:
    """Return shoulder flexion and abduction that point the upper arm along a world direction."""
    x, y, z = thorax.T @ unit(direction)
    s = side_sign(side)
    abduction = np.rad2deg(np.arcsin(np.clip(s * z, -1.0, 1.0)))
    flexion = np.rad2deg(np.arctan2(x, -y))
    return float(flexion), float(abduction)
