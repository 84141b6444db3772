"""The dressed body in the bind pose: bare parts, clothes and hair as one signed-distance shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import SIDES, Side
from formcheck.core.pose import FloatArray
from formcheck.synthetic.anatomy import Anatomy, Girth, mirror_z
from formcheck.synthetic.distance import FAR, Distances, Points, ellipsoid, smooth_intersect, smooth_union
from formcheck.synthetic.people import Person
from formcheck.synthetic.rotations import side_sign
from formcheck.synthetic.skeleton import BIND, Posture, forward_kinematics

_TOP_EASE = {"tank": 0.006, "tshirt": 0.010, "longsleeve": 0.009, "loose_tshirt": 0.020}
_TOP_STRAIGHT = {"tank": 0.15, "tshirt": 0.45, "longsleeve": 0.3, "loose_tshirt": 0.85}
_TOP_HEM = {"tank": 0.10, "tshirt": 0.04, "longsleeve": 0.02, "loose_tshirt": -0.04}
_SLEEVE = {"tank": 0.0, "tshirt": 0.55, "longsleeve": 2.0, "loose_tshirt": 0.72}
_BOTTOM_EASE = {"shorts": 0.009, "loose_shorts": 0.018, "leggings": 0.0035, "trousers": 0.011, "loose_trousers": 0.020}
_BOTTOM_STRAIGHT = {"shorts": 0.3, "loose_shorts": 0.7, "leggings": 0.0, "trousers": 0.45, "loose_trousers": 1.0}
_BOTTOM_HEM = {"shorts": 0.42, "loose_shorts": 0.62, "leggings": 1.90, "trousers": 1.95, "loose_trousers": 1.96}
"""Hem along the leg: 0 hip, 1 knee, 2 ankle."""


@dataclass(frozen=True)
class Part:
    """One piece of the body."""

    name: str
    distance: Callable[[Points], Distances]
    """Distance of points in the world of the bind pose."""
    low: FloatArray
    """Lower corner of the box outside which the part is certainly not, metres."""
    high: FloatArray
    blend: float
    """How widely it melts into what is already there, metres; 0 keeps the edge."""


class BodyShape:
    """A person's whole shape in the bind pose.

    Parameters
    ----------
    person
        Whose body.
    """

    def __init__(self, person: Person) -> None:
        self.person = person
        self.anatomy = Anatomy(person)
        p = person.proportions
        root = forward_kinematics(p, BIND)
        # sole at y = 0 in the bind pose
        low = min(root.joints[f"{s}_ankle"][1] for s in SIDES) - p.ankle_height
        self.bind_angles = replace(BIND, root_position=BIND.root_position - np.array([0.0, low, 0.0]))
        self.bind: Posture = forward_kinematics(p, self.bind_angles)
        self.shoe = {"bare": 0.0, "socks": 0.0, "shoes": 0.009}[person.outfit.feet]
        self.sock = 0.003 if person.outfit.feet == "socks" else 0.0
        self.sole_drop = self.shoe * 0.9
        """How much lower than the bare sole the shoe's sole is, metres."""

    def local(self, points: Points, bone: str) -> Points:
        """Return points of the bind pose in a bone's frame."""
        rot, origin = self.bind.bones[bone]
        out: Points = ((points - origin.astype(np.float32)) @ rot.astype(np.float32)).astype(np.float32)
        return out

    # ---- bare body -------------------------------------------------------------------------------------------------

    def trunk(self, points: Points, girth: Girth = Girth()) -> Distances:  # noqa: B008
        """Return the distance to the trunk."""
        return self.anatomy.trunk(self.local(points, "pelvis"), girth)

    def leg(self, points: Points, side: Side, girth: Girth = Girth()) -> Distances:  # noqa: B008
        """Return the distance to thigh and lower leg."""
        thigh = self.anatomy.thigh(mirror_z(self.local(points, f"{side}_thigh"), side), girth)
        shank = self.anatomy.shank(mirror_z(self.local(points, f"{side}_shank"), side), girth)
        return smooth_union(thigh, shank, 0.03)

    def arm(self, points: Points, side: Side, ease: float = 0.0) -> Distances:
        """Return the distance to upper arm and forearm."""
        upper = self.anatomy.upper_arm(mirror_z(self.local(points, f"{side}_upper_arm"), side), ease)
        fore = self.anatomy.forearm(mirror_z(self.local(points, f"{side}_forearm"), side), ease)
        return smooth_union(upper, fore, 0.02)

    def hand(self, points: Points, side: Side) -> Distances:
        """Return the distance to a hand."""
        return self.anatomy.hand(mirror_z(self.local(points, f"{side}_hand"), side))

    def foot(self, points: Points, side: Side) -> Distances:
        """Return the distance to a bare foot, or the foot inside sock or shoe."""
        return self.anatomy.foot(mirror_z(self.local(points, f"{side}_foot"), side), self.shoe, self.sock)

    def head(self, points: Points) -> Distances:
        """Return the distance to head and neck without hair."""
        q = self.local(points, "head")
        return smooth_union(self.anatomy.head(q), self.anatomy.neck(q), 0.018)

    # ---- what is worn ----------------------------------------------------------------------------------------------

    def top(self, points: Points) -> Distances:
        """Return the distance to shirt or tank top."""
        surface, edge = self._top(points)
        return np.maximum(surface, edge)

    def bottom(self, points: Points) -> Distances:
        """Return the distance to shorts, leggings or trousers, tucked under the shirt."""
        surface, edge = self._bottom(points)
        top, top_edge = self._top(points)
        tucked = np.minimum(top + np.float32(0.004), -top_edge)
        return np.asarray(np.maximum(np.maximum(surface, edge), tucked))

    def _top(self, points: Points) -> tuple[Distances, Distances]:
        """Return the distance to the endless shirt, and how far beyond its hems a point is (negative: covered)."""
        kind = self.person.outfit.top
        ease, sleeve = _TOP_EASE[kind], _SLEEVE[kind]
        q = self.local(points, "pelvis")
        p, scale = self.person.proportions, self.anatomy.trunk_scale
        d = self.trunk(points, Girth(ease, _TOP_STRAIGHT[kind]))
        edge = np.float32(_TOP_HEM[kind] * self.anatomy.trunk_length) - q[:, 1]
        if sleeve > 0:
            shoulders = {
                side: self.arm(points, side, ease + (0.008 if kind == "loose_tshirt" else 0.0)) for side in SIDES
            }
            for side, arm in shoulders.items():
                if sleeve > 1.5:
                    along = -self.local(points, f"{side}_forearm")[:, 1]
                    cut = along - np.float32(0.93 * p.forearm)
                else:
                    along = -self.local(points, f"{side}_upper_arm")[:, 1]
                    cut = along - np.float32(sleeve * p.upper_arm)
                edge = np.where((arm < d) & (along > 0.0), cut, edge)
                d = smooth_union(d, arm, 0.05)
        else:
            t = q[:, 1] / np.float32(self.anatomy.trunk_length)
            hole = (
                np.abs(q[:, 2]) - np.float32(p.shoulder_half_width * 0.80) + np.clip(0.86 - t, 0, 1) * np.float32(-0.12)
            )
            edge = np.maximum(edge, hole)
        collar = np.array([0.105, 0.070, 0.078]) if sleeve else np.array([0.105, 0.105, 0.085])
        hole = ellipsoid(q, (0.02, self.anatomy.trunk_length + 0.066 * scale, 0.0), collar * scale)
        edge = np.maximum(edge, -hole)
        return (d + self._creases(points, 1.0)).astype(np.float32), edge.astype(np.float32)

    def _bottom(self, points: Points) -> tuple[Distances, Distances]:
        """Return the distance to endless trousers, and how far beyond their hems a point is (negative: covered)."""
        kind = self.person.outfit.bottom
        girth = Girth(_BOTTOM_EASE[kind], _BOTTOM_STRAIGHT[kind])
        p, hem = self.person.proportions, _BOTTOM_HEM[kind]
        q = self.local(points, "pelvis")
        d = self.trunk(points, Girth(girth.ease * 0.7, 0.0))
        edge = q[:, 1] - np.float32(0.20 * self.anatomy.trunk_length)
        legs = {side: self.leg(points, side, girth) for side in SIDES}
        for side in SIDES:
            if hem < 1:
                cut = -self.local(points, f"{side}_thigh")[:, 1] - np.float32(hem * p.thigh)
            else:
                cut = -self.local(points, f"{side}_shank")[:, 1] - np.float32((hem - 1.0) * p.shank)
            own = q[:, 2] * np.float32(side_sign(side)) > 0
            edge = np.where(own & (q[:, 1] < 0), np.maximum(edge, cut), edge)
        d = smooth_union(d, np.minimum(legs["left"], legs["right"]), 0.04)
        crease = 0.35 if kind == "leggings" else 1.0
        return (d + self._creases(points, crease)).astype(np.float32), edge.astype(np.float32)

    def hair(self, points: Points) -> Distances:
        """Return the distance to the hair."""
        style = self.person.hair
        if style == "bald":
            return np.full(len(points), FAR, dtype=np.float32)
        s = np.float32(self.anatomy.head_scale)
        q = self.local(points, "head") / s
        thick = {"short": 0.012, "buzz": 0.0035, "bob": 0.017, "long": 0.014, "bun": 0.008}[style]
        x, y, z = q[:, 0], q[:, 1], np.abs(q[:, 2])
        cap = ellipsoid(q, (0.008, 0.103, 0.0), np.array([0.096, 0.084, 0.076]) + thick)
        front = np.array([0.140, 0.131, 0.112, 0.080, 0.060, 0.030, 0.012, 0.0])
        line = np.interp(x - 0.25 * z, [-0.09, -0.05, -0.025, 0.0, 0.03, 0.055, 0.082, 0.11][0:8], front[::-1]).astype(
            np.float32
        )
        wave = np.float32(0.0022) * np.sin(q[:, 2] * 190 + 3 * np.sin(y * 60)) * np.cos(x * 140)
        d = smooth_intersect(cap + wave, (line - y).astype(np.float32), 0.006)
        if style in ("bob", "long"):
            drop = -0.035 if style == "bob" else -0.105
            shell = ellipsoid(q, (-0.016, 0.062, 0.0), (0.092, 0.118 if style == "bob" else 0.135, 0.094))
            face = np.maximum(x - (0.012 + 0.25 * (y - 0.06)), drop - y).astype(np.float32)
            d = smooth_union(d, smooth_intersect(shell + wave, face, 0.010), 0.012)
        if style == "bun":
            d = smooth_union(d, ellipsoid(q, (-0.055, 0.182, 0.0), (0.034, 0.030, 0.034)) + wave, 0.010)
        return (d * s).astype(np.float32)

    def _creases(self, points: Points, amount: float) -> Distances:
        """Return a small wavy displacement, metres: folds of the cloth."""
        size = np.float32(0.0034 * amount * self.person.outfit.crease)
        ph = np.random.default_rng([99, self.person.seed]).uniform(0, 6.28, 6).astype(np.float32)
        x, y, z = points[:, 0], points[:, 1], points[:, 2]
        a = np.sin(38 * y + 21 * z + 5 * np.sin(17 * x + ph[0]) + ph[1])
        b = np.sin(52 * y - 33 * z + 26 * x + 4 * np.sin(23 * z + ph[2]) + ph[3])
        out: Distances = size * (0.6 * a + 0.4 * b).astype(np.float32)
        return out

    # ---- together --------------------------------------------------------------------------------------------------

    def parts(self) -> list[Part]:
        """Return all parts in the order in which they are joined."""
        j, p = self.bind.joints, self.person.proportions
        parts: list[Part] = []

        def add(
            name: str, fn: Callable[[Points], Distances], corners: list[FloatArray], pad: float, blend: float
        ) -> None:
            pts = np.array(corners)
            parts.append(Part(name, fn, pts.min(axis=0) - pad, pts.max(axis=0) + pad, blend))

        trunk_box = [
            j["mid_hip"] + np.array([0.0, -0.2 * p.trunk, 0.0]),
            j["neck"],
            j["left_hip"] * [1, 1, 1.6] + [0.12, 0, 0],
            j["right_hip"] * [1, 1, 1.6] - [0.08, 0, 0],
        ]
        shoulders = [j["left_shoulder"], j["right_shoulder"]]
        add("trunk", self.trunk, trunk_box + shoulders, 0.11, 0.03)
        for side in SIDES:
            leg = [j[f"{side}_hip"], j[f"{side}_knee"], j[f"{side}_ankle"]]
            add(f"{side}_leg", lambda q, s=side: self.leg(q, s), leg, 0.14, 0.035)  # type: ignore[misc]
            foot = [j[f"{side}_ankle"], j[f"{side}_foot_index"], j[f"{side}_heel"]]
            add(f"{side}_foot", lambda q, s=side: self.foot(q, s), foot, 0.09, 0.016)  # type: ignore[misc]
            arm = [j[f"{side}_shoulder"], j[f"{side}_elbow"], j[f"{side}_wrist"]]
            add(f"{side}_arm", lambda q, s=side: self.arm(q, s), arm, 0.10, 0.045)  # type: ignore[misc]
            hand = [j[f"{side}_wrist"], j[f"{side}_fingertip"]]
            add(f"{side}_hand", lambda q, s=side: self.hand(q, s), hand, 0.09, 0.012)  # type: ignore[misc]
        head_box = [j["neck"], j["head"] + [0.0, 0.23, 0.0]]
        add("head", self.head, head_box, 0.15, 0.022)
        add("top", self.top, trunk_box + shoulders + [j["left_wrist"], j["right_wrist"]], 0.14, 0.0)
        legs = [j[f"{s}_{n}"] for s in SIDES for n in ("hip", "knee", "ankle")]
        add("bottom", self.bottom, [*legs, *trunk_box], 0.13, 0.0)
        add("hair", self.hair, head_box, 0.17, 0.0)
        return parts

    def cloth_fields(self, points: Points, bare: Distances) -> NDArray[np.float32]:
        """Return, per point, how far it is beyond the edge of each covering: top, bottom, footwear, hair.

        Negative where that covering is what one sees; shape (N, 4), metres. Smooth across hems, so that the picture
        shows a clean edge between the mesh's vertices.
        """
        top, top_edge = self._top(points)
        bottom, bottom_edge = self._bottom(points)
        on_top = np.where(top < 0.012, top_edge, FAR)
        on_bottom = np.where(bottom < 0.012, bottom_edge, FAR)
        shoe = np.full(len(points), FAR, dtype=np.float32)
        if self.shoe or self.sock:
            for side in SIDES:
                local = self.local(points, f"{side}_foot")
                height = np.float32(0.020 if self.shoe else 0.085)
                near = self.foot(points, side) < (0.006 if self.shoe else 0.03)
                shoe = np.where(near, local[:, 1] - height, shoe)
            if self.person.outfit.bottom in ("trousers", "loose_trousers", "leggings"):
                shoe = np.where(on_bottom < 0, np.maximum(shoe, -on_bottom), shoe)
        return np.stack([on_top, on_bottom, shoe, self.hair(points) - bare], axis=1).astype(np.float32)
