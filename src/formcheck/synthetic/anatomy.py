"""The bare body as signed-distance parts, each in the frame of the bone that carries it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import Side
from formcheck.synthetic.distance import (
    Distances,
    Points,
    Profile,
    ellipsoid,
    loft,
    round_cone,
    smooth_intersect,
    smooth_subtract,
    smooth_union,
)
from formcheck.synthetic.people import Person
from formcheck.synthetic.rotations import side_sign

_TRUNK_T = (-0.20, -0.12, 0.0, 0.15, 0.30, 0.42, 0.58, 0.75, 0.88, 0.98, 1.06, 1.14)
_WIDTH_M = (0.060, 0.120, 0.160, 0.162, 0.150, 0.145, 0.154, 0.166, 0.164, 0.140, 0.088, 0.052)
_WIDTH_F = (0.060, 0.124, 0.166, 0.166, 0.146, 0.128, 0.132, 0.142, 0.138, 0.116, 0.076, 0.047)
_FRONT_M = (0.040, 0.075, 0.096, 0.102, 0.102, 0.100, 0.108, 0.114, 0.098, 0.070, 0.052, 0.044)
_FRONT_F = (0.040, 0.072, 0.090, 0.096, 0.092, 0.086, 0.090, 0.094, 0.082, 0.060, 0.046, 0.040)
_BACK_M = (0.045, 0.085, 0.108, 0.098, 0.084, 0.080, 0.094, 0.108, 0.106, 0.092, 0.072, 0.056)
_BACK_F = (0.045, 0.085, 0.108, 0.096, 0.076, 0.070, 0.082, 0.094, 0.092, 0.080, 0.064, 0.050)


@dataclass(frozen=True)
class Girth:
    """How much cloth or air is added around the bare body, metres."""

    ease: float = 0.0
    straight: float = 0.0
    """0 follows the waist, 1 hangs straight from the chest (trunk) or the thigh (legs)."""


def _bump(t: NDArray[np.float64], centre: float, width: float) -> NDArray[np.float64]:
    out: NDArray[np.float64] = np.exp(-(((t - centre) / width) ** 2))
    return out


class Anatomy:
    """Bare-body shapes of one person. Every method takes points in the named bone's bind frame."""

    def __init__(self, person: Person) -> None:
        self.person = person
        p = person.proportions
        m, fat, muscle = person.male, person.fat, person.muscle
        self.trunk_length = p.trunk
        self.trunk_scale = p.trunk / 0.49
        self.wide = 0.5 * (p.trunk / 0.49) + 0.25 * (p.hip_half_width / 0.0865) + 0.25 * (p.shoulder_half_width / 0.172)
        self.head_scale = 0.55 + 0.45 * p.height / 1.72
        self.limb = (0.91 + 0.20 * fat + 0.13 * muscle) * (0.5 + 0.5 * p.height / 1.72)
        t = np.array(_TRUNK_T)
        belly = fat * (0.085 * _bump(t, 0.33, 0.22) + 0.02 * _bump(t, 0.7, 0.2))
        width = m * np.array(_WIDTH_M) + (1 - m) * np.array(_WIDTH_F)
        width = width * self.wide + (fat - 0.3) * (0.050 * _bump(t, 0.30, 0.30)) + 0.012 * muscle * _bump(t, 0.8, 0.15)
        front = (
            (m * np.array(_FRONT_M) + (1 - m) * np.array(_FRONT_F)) * self.wide + belly - 0.012 * _bump(t, 0.33, 0.2)
        )
        back = (m * np.array(_BACK_M) + (1 - m) * np.array(_BACK_F)) * self.wide
        back = back + fat * 0.02 * _bump(t, 0.5, 0.4)
        self._width, self._front, self._back = width, front, back
        self._trunk_profiles: dict[float, tuple[Profile, Profile, Profile]] = {}

    def _profiles(self, straight: float) -> tuple[Profile, Profile, Profile]:
        if straight not in self._trunk_profiles:
            t = np.array(_TRUNK_T)
            below = t < 0.75
            out = []
            for values in (self._width, self._front, self._back):
                hanging = np.where(below & (t > -0.15), np.maximum(values, 0.95 * values[7]), values)
                out.append(Profile(_TRUNK_T, values + straight * (hanging - values)))
            self._trunk_profiles[straight] = (out[0], out[1], out[2])
        return self._trunk_profiles[straight]

    def trunk(self, q: Points, girth: Girth = Girth(), glutes: bool = True) -> Distances:
        """Return the distance to pelvis, belly and chest; points in the upright trunk frame, origin mid-hip."""
        s, w = self.trunk_scale, self.wide
        m, fat, muscle = self.person.male, self.person.fat, self.person.muscle
        width, front, back = self._profiles(girth.straight)
        t = q[:, 1] / np.float32(self.trunk_length)
        e = np.float32(girth.ease)
        depth = np.where(q[:, 0] > 0, front(t), back(t)).astype(np.float32) + e
        d = loft(q, 1, t, self.trunk_length, (-0.2, 1.14), depth, width(t) + e, power=2.35)
        mirrored = q.copy()
        mirrored[:, 2] = np.abs(q[:, 2])
        if glutes:
            r = np.array([0.078, 0.092, 0.080]) * (0.92 + 0.22 * fat + 0.08 * (1 - m)) * w + girth.ease
            d = smooth_union(d, ellipsoid(mirrored, (-0.052 * w, -0.035 * s, 0.074 * w), r), 0.035)
        if m < 0.5:
            size = (1 - 2 * m) * (0.75 + 0.5 * fat)
            r = np.array([0.048, 0.056, 0.056]) * size * w + girth.ease
            if size > 0.3:
                d = smooth_union(d, ellipsoid(mirrored, (0.072 * w, 0.335 * s, 0.068 * w), r), 0.03)
        else:
            r = np.array([0.030, 0.052, 0.066]) * (0.8 + 0.5 * muscle) * w + girth.ease
            d = smooth_union(d, ellipsoid(mirrored, (0.082 * w, 0.375 * s, 0.068 * w), r), 0.035)
        shoulder = np.array([-0.012, self.trunk_length - 0.004, self.person.proportions.shoulder_half_width * 0.80])
        neck = np.array([-0.022, self.trunk_length + 0.052 * s, 0.022])
        trap = round_cone(mirrored, neck, shoulder, 0.038 * w + girth.ease, 0.046 * w + girth.ease)
        return smooth_union(d, trap, 0.045)

    def neck(self, q: Points, ease: float = 0.0) -> Distances:
        """Return the distance to the neck; points in the head's frame, origin at the head's joint."""
        r = (0.0475 + 0.010 * self.person.male + 0.006 * self.person.fat + 0.004 * self.person.muscle) * self.head_scale
        low = -self.person.proportions.head_rise - 0.03
        return round_cone(q, (-0.020, low, 0.0), (0.0, 0.035, 0.0), r * 1.10 + ease, r + ease)

    def head(self, q: Points) -> Distances:
        """Return the distance to the head without hair; points in the head's frame."""
        p = q / np.float32(self.head_scale)
        nose, jaw, brow, cheek = self.person.face
        m = self.person.male
        a = p.copy()
        a[:, 2] = np.abs(p[:, 2])
        d = ellipsoid(a, (0.010, 0.102, 0.0), (0.096, 0.084, 0.075))
        d = smooth_union(d, ellipsoid(a, (0.044, 0.036, 0.0), (0.056, 0.074 + 0.003 * m, 0.055 + 0.003 * jaw)), 0.03)
        jaw_r = 0.015 + 0.002 * m
        d = smooth_union(
            d,
            round_cone(
                a, (0.016, 0.012, 0.047 + 0.003 * m + 0.002 * jaw), (0.080, -0.024, 0.012 + 0.005 * m), jaw_r, 0.014
            ),
            0.025,
        )
        d = smooth_union(d, ellipsoid(a, (0.083, -0.024, 0.0), (0.017, 0.016, 0.018 + 0.004 * m)), 0.018)
        d = smooth_union(d, ellipsoid(a, (0.072, 0.046, 0.041 + 0.002 * cheek), (0.024, 0.021, 0.022)), 0.022)
        d = smooth_union(
            d,
            round_cone(a, (0.096, 0.089, 0.010), (0.084, 0.090, 0.044), 0.0085 + 0.0015 * m + 0.001 * brow, 0.008),
            0.016,
        )
        d = smooth_subtract(d, ellipsoid(a, (0.112, 0.071, 0.032), (0.020, 0.0135, 0.0185)), 0.014)
        d = smooth_union(d, ellipsoid(a, (0.0845, 0.0705, 0.0315), (0.0125, 0.0115, 0.0135)), 0.004)
        tip = 0.1195 + 0.003 * nose
        d = smooth_union(d, round_cone(a, (0.097, 0.078, 0.0), (tip, 0.039, 0.0), 0.0075, 0.0105), 0.012)
        d = smooth_union(d, ellipsoid(a, (0.108, 0.034, 0.0115), (0.012, 0.0080, 0.0075 + 0.001 * nose)), 0.007)
        d = smooth_subtract(d, ellipsoid(a, (0.112, 0.028, 0.0065), (0.006, 0.004, 0.0035)), 0.004)
        d = smooth_union(d, round_cone(a, (0.1015, 0.0120, 0.0), (0.0905, 0.0085, 0.021), 0.0055, 0.0030), 0.006)
        d = smooth_union(d, round_cone(a, (0.1005, 0.0015, 0.0), (0.0900, 0.0060, 0.019), 0.0065, 0.0030), 0.006)
        ear = ellipsoid(a, (-0.004, 0.062, 0.0770), (0.0165, 0.0300, 0.0085))
        ear = smooth_subtract(ear, ellipsoid(a, (0.000, 0.060, 0.0870), (0.0085, 0.0150, 0.0075)), 0.005)
        return (smooth_union(d, ear, 0.007) * np.float32(self.head_scale)).astype(np.float32)

    def thigh(self, q: Points, girth: Girth = Girth()) -> Distances:
        """Return the distance to a thigh; points in the thigh's frame, origin at the hip."""
        length, g = self.person.proportions.thigh, self.limb
        fat, m = self.person.fat, self.person.male
        ts = (-0.20, -0.05, 0.08, 0.22, 0.45, 0.68, 0.86, 0.96, 1.04)
        wide = 1.0 + (0.10 * (1 - m) + 0.12 * fat) * np.array([1, 1, 1, 1, 0.6, 0.2, 0, 0, 0])
        rz = np.array([0.050, 0.074, 0.081, 0.081, 0.072, 0.060, 0.053, 0.052, 0.050]) * g * wide
        rx = np.array([0.055, 0.082, 0.089, 0.088, 0.079, 0.066, 0.057, 0.055, 0.052]) * g * wide
        if girth.straight:
            rz = rz + girth.straight * (np.maximum(rz, 0.082 * g) - rz)
            rx = rx + girth.straight * (np.maximum(rx, 0.088 * g) - rx)
        t = -q[:, 1] / np.float32(length)
        cx = Profile(ts, (-0.012, -0.008, -0.002, 0.004, 0.009, 0.006, 0.0, 0.0, 0.0))(t)
        e = np.float32(girth.ease)
        d = loft(q, 1, t, length, (-0.2, 1.04), Profile(ts, rx)(t) + e, Profile(ts, rz)(t) + e, cx)
        knee = ellipsoid(q, (0.036 * g, -length, 0.0), np.array([0.020, 0.030, 0.026]) * g + girth.ease)
        return smooth_union(d, knee, 0.03)

    def shank(self, q: Points, girth: Girth = Girth()) -> Distances:
        """Return the distance to a lower leg; points in the shank's frame, origin at the knee."""
        length, g = self.person.proportions.shank, self.limb
        calf = 0.94 + 0.12 * self.person.muscle
        ts = (-0.06, 0.04, 0.15, 0.30, 0.45, 0.62, 0.80, 0.94, 1.03)
        rz = np.array([0.050, 0.051, 0.051, 0.053 * calf, 0.049 * calf, 0.040, 0.0325, 0.0305, 0.031]) * g
        rx = np.array([0.051, 0.053, 0.054, 0.058 * calf, 0.053 * calf, 0.043, 0.036, 0.035, 0.037]) * g
        if girth.straight:
            rz = rz + girth.straight * (np.maximum(rz, 0.070 * g) - rz)
            rx = rx + girth.straight * (np.maximum(rx, 0.072 * g) - rx)
        t = -q[:, 1] / np.float32(length)
        cx = Profile(ts, (0.0, -0.003, -0.010, -0.017, -0.014, -0.008, -0.004, -0.003, 0.0))(t)
        e = np.float32(girth.ease)
        d = loft(q, 1, t, length, (-0.06, 1.03), Profile(ts, rx)(t) + e, Profile(ts, rz)(t) + e, cx)
        if girth.ease == 0.0:
            for z in (-0.0305, 0.0305):
                d = smooth_union(
                    d, ellipsoid(q, (0.0, -length + 0.004, z * g), np.array([0.013, 0.015, 0.011]) * g), 0.012
                )
        return d

    def foot(self, q: Points, shoe: float = 0.0, socks: float = 0.0) -> Distances:
        """Return the distance to a foot or shoe; points in the right foot's frame, origin at the ankle.

        Parameters
        ----------
        q
            Points; for the left foot mirror z first.
        shoe
            Thickness of the shoe's wall and sole, metres; 0 is barefoot with toes.
        socks
            Thickness of a sock, metres; hides the toes.
        """
        p = self.person.proportions
        length, h = p.foot_length, p.ankle_height
        k = length / 0.255
        t = (q[:, 0] + 0.255 * length) / np.float32(length)
        covered = shoe > 0 or socks > 0
        last = 1.0 if covered else 0.80
        ts = (0.0, 0.06, 0.18, 0.34, 0.50, 0.66, 0.78, 0.90, 1.0)
        half = np.array([0.016, 0.027, 0.032, 0.031, 0.036, 0.043, 0.046, 0.041, 0.022]) * k
        top = np.array([0.040, 0.068, 0.086, 0.082, 0.064, 0.046, 0.034, 0.027, 0.016]) * k
        e = float(shoe + socks)
        half_t, top_t = Profile(ts, half)(t) + e, Profile(ts, top)(t) + e
        centre_y = np.float32(-h) + (top_t - e * 0.2) * np.float32(0.42)
        cz = Profile(ts, np.array([-0.004, -0.003, 0.0, 0.001, 0.001, 0.0, -0.003, -0.009, -0.016]) * k)(t)
        reach = (0.0 - (shoe + socks) / length, last + (shoe + socks) / length)
        d = loft(q, 0, t, length, reach, top_t * np.float32(0.58), half_t, centre_y, cz, power=2.4)
        d = smooth_union(
            d, round_cone(q, (-0.004, 0.012, 0.0), (0.045 * k, -0.40 * h, 0.0), 0.034 * k + e, 0.027 * k + e), 0.025
        )
        if not covered:
            for z, start, reach_x, r in (
                (-0.031, 0.50, 0.755, 0.0125),
                (-0.011, 0.52, 0.750, 0.0088),
                (0.005, 0.51, 0.725, 0.0082),
                (0.019, 0.49, 0.690, 0.0078),
                (0.032, 0.46, 0.645, 0.0076),
            ):
                a = (start * length, -h + 0.019 * k, z * k * 0.92)
                b = (reach_x * length - r * k, -h + r * k, z * k)
                d = smooth_union(d, round_cone(q, a, b, r * k * 1.15, r * k), 0.005)
        floor = (-h - shoe * 0.9) - q[:, 1]
        return smooth_intersect(d, floor.astype(np.float32), 0.006)

    def upper_arm(self, q: Points, ease: float = 0.0) -> Distances:
        """Return the distance to an upper arm with its shoulder muscle; points in its frame, origin at the shoulder."""
        length, g = self.person.proportions.upper_arm, self.limb * (0.86 + 0.12 * self.person.male)
        mus = 0.95 + 0.16 * self.person.muscle
        ts = (-0.14, 0.0, 0.18, 0.40, 0.65, 0.88, 1.0, 1.06)
        rx = np.array([0.034, 0.051, 0.053 * mus, 0.049 * mus, 0.045, 0.039, 0.038, 0.034]) * g
        rz = np.array([0.034, 0.050, 0.050 * mus, 0.045 * mus, 0.040, 0.037, 0.037, 0.033]) * g
        t = -q[:, 1] / np.float32(length)
        cx = Profile(ts, (0.0, 0.0, 0.002, 0.004, 0.003, 0.0, -0.001, 0.0))(t)
        e = np.float32(ease)
        return loft(q, 1, t, length, (-0.14, 1.06), Profile(ts, rx)(t) + e, Profile(ts, rz)(t) + e, cx)

    def forearm(self, q: Points, ease: float = 0.0) -> Distances:
        """Return the distance to a forearm; points in its frame, origin at the elbow."""
        length, g = self.person.proportions.forearm, self.limb * (0.87 + 0.12 * self.person.male)
        ts = (-0.08, 0.05, 0.22, 0.45, 0.70, 0.92, 1.02)
        rx = np.array([0.034, 0.041, 0.044, 0.039, 0.032, 0.029, 0.029]) * g
        rz = np.array([0.034, 0.037, 0.038, 0.033, 0.026, 0.021, 0.020]) * g
        t = -q[:, 1] / np.float32(length)
        e = np.float32(ease)
        return loft(q, 1, t, length, (-0.08, 1.02), Profile(ts, rx)(t) + e, Profile(ts, rz)(t) + e)

    def hand(self, q: Points) -> Distances:
        """Return the distance to a right hand with five fingers; for the left mirror z first; origin at the wrist."""
        k = self.person.proportions.hand / 0.188
        n = q / np.float32(k)
        d = ellipsoid(n, (0.002, -0.050, 0.0), (0.043, 0.058, 0.0155))
        d = smooth_union(d, round_cone(n, (0.0, 0.012, 0.0), (0.0, -0.03, 0.0), 0.022, 0.02), 0.02)
        d = smooth_union(d, ellipsoid(n, (0.024, -0.032, -0.010), (0.018, 0.030, 0.014)), 0.012)
        for x, top, size, r in (
            (0.029, 0.086, 0.072, 0.0088),
            (0.009, 0.092, 0.082, 0.0090),
            (-0.011, 0.088, 0.076, 0.0086),
            (-0.029, 0.080, 0.058, 0.0076),
        ):
            spread = 1.25
            a, b = (x, -top + 0.012, 0.0), (x * spread, -top - 0.5 * size, -0.006)
            c = (x * spread * 1.04, -top - 0.94 * size, -0.020)
            finger = np.minimum(round_cone(n, a, b, r * 1.06, r * 0.95), round_cone(n, b, c, r * 0.95, r * 0.78))
            d = smooth_union(d, finger, 0.006)
        thumb = np.minimum(
            round_cone(n, (0.028, -0.022, -0.008), (0.056, -0.056, -0.014), 0.0125, 0.0105),
            round_cone(n, (0.056, -0.056, -0.014), (0.063, -0.090, -0.020), 0.0105, 0.0082),
        )
        return (smooth_union(d, thumb, 0.009) * np.float32(k)).astype(np.float32)


def mirror_z(q: Points, side: Side) -> Points:
    """Return points with z flipped for the left side, so that one right-handed shape serves both."""
    out = q.copy()
    out[:, 2] *= np.float32(side_sign(side))
    return out
