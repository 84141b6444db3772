"""From a drill's few controls to a whole body that respects the floor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from formcheck.core.landmarks import SIDES, Side
from formcheck.core.pose import FloatArray
from formcheck.synthetic.body import BodyShape
from formcheck.synthetic.contact import ContactPoints
from formcheck.synthetic.inverse import arm_angles, foot_angles, leg_reach, solve_leg, solve_leg_for_ir
from formcheck.synthetic.mesh import BodyMesh
from formcheck.synthetic.people import Person
from formcheck.synthetic.rotations import (
    hip_angles,
    hip_rotation,
    rot_x,
    rot_y,
    rot_z,
    rotation_about,
    rotation_between,
    side_sign,
    unit,
    zxy_angles,
)
from formcheck.synthetic.skeleton import (
    ArmAngles,
    BodyAngles,
    LegAngles,
    Posture,
    SpineAngles,
    ball_offset,
    forward_kinematics,
)

Controls = Mapping[str, float]
"""Named numbers that describe one instant; absent means 0. Degrees and metres. See docs/synthetic.md."""

LegMode = Literal["planted", "planted_ir", "rest", "free"]
ArmMode = Literal["floor", "free", "vertical"]
_TRUNK_SINK, _LIMB_SINK, _DEEPEST = 0.005, 0.002, 0.007  # metres of give, as soft tissue has
_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class LegSetup:
    """How one leg starts."""

    mode: LegMode = "planted"
    """planted: foot on the ground, knee over the toes; planted_ir: foot on the ground, the hip's rotation is chosen;
    rest: lies on the floor; free: angles given."""
    foot_ahead: float = 0.0
    """Ankle in front of the pelvis (standing) or towards the feet (lying), metres for a leg of 0.84 m."""
    foot_out: float = 0.0
    """Ankle to the side beyond the hip joint, metres for a leg of 0.84 m."""
    toe_out: float = 5.0
    """Direction of the foot, degrees outwards."""
    ground: float = 0.0
    """Height of what the foot stands on, metres."""
    flexion: float = 0.0
    """Hip flexion of a free leg."""
    adduction: float = 0.0
    """Hip adduction of a free or resting leg."""
    ir: float = 0.0
    """Hip internal rotation of a free or resting leg."""
    knee: float = 3.0
    """Knee flexion of a free or resting leg."""


@dataclass(frozen=True)
class ArmSetup:
    """How one arm starts."""

    mode: ArmMode = "free"
    """floor: lies on the floor; free: angles given; vertical: points at the ceiling."""
    spread: float = 32.0
    """On the floor: angle away from the body's axis, degrees."""
    angles: ArmAngles = field(default_factory=ArmAngles)


@dataclass(frozen=True)
class Setup:
    """A starting position: what stays the same through a drill."""

    position: Literal["standing", "supine", "prone"]
    legs: dict[Side, LegSetup] = field(default_factory=lambda: {s: LegSetup() for s in SIDES})
    arms: dict[Side, ArmSetup] = field(default_factory=lambda: {s: ArmSetup() for s in SIDES})
    stance: Side | None = None
    """The leg whose knee control decides the pelvis' height."""

    @property
    def lying(self) -> bool:
        """Whether the person lies."""
        return self.position != "standing"


class Poser:
    """Solves whole bodies for one person in one starting position.

    Parameters
    ----------
    person, mesh
        Who.
    setup
        The starting position.
    """

    def __init__(self, person: Person, mesh: BodyMesh, setup: Setup) -> None:
        self.person, self.setup = person, setup
        self._p = person.proportions
        self._contact = ContactPoints(mesh)
        self._sole = BodyShape(person).sole_drop
        self._scale = (self._p.thigh + self._p.shank) / 0.84
        self._warm: dict[str, float] = {}
        right_x = {"supine": 1.0, "prone": -1.0, "standing": 1.0}[setup.position]
        self._right = np.array([0.0, 0.0, right_x])
        if setup.position == "standing":
            self.base = np.eye(3)
        else:
            anterior = _UP * right_x
            head = np.array([-1.0, 0.0, 0.0])
            self.base = np.stack([anterior, head, np.cross(anterior, head)], axis=1)
        self._neutral_ir: dict[Side, float] = {}
        for side in SIDES:
            if setup.legs[side].mode == "planted_ir":
                angles = self._solve({}, neutral=True)
                self._neutral_ir = {s: angles.leg(s).ir for s in SIDES}
                break

    @property
    def heading(self) -> FloatArray:
        """Where a standing person faces and a lying person's feet point."""
        return np.array([1.0, 0.0, 0.0])

    def solve(self, controls: Controls) -> BodyAngles:
        """Return the pose for one instant's controls."""
        return self._solve(controls, neutral=False)

    # ---- trunk -----------------------------------------------------------------------------------------------------

    def _solve(self, c: Controls, neutral: bool) -> BodyAngles:
        angles = self._solve_raised(c, neutral, 0.0)
        if self.setup.lying:
            # shoulders change shape with the arms, which are placed last
            low = self._lowest(angles, "shoulders")
            if low < -_DEEPEST:
                angles = self._solve_raised(c, neutral, -low - _DEEPEST)
        return angles

    def _solve_raised(self, c: Controls, neutral: bool, raised: float) -> BodyAngles:
        pelvis, thorax = self._trunk_frames(c)
        angles = BodyAngles(np.zeros(3), pelvis)
        rel = pelvis.T @ thorax
        half = rotation_between(np.eye(3), rel, 0.45)
        angles = replace(angles, lumbar=_spine(half), thoracic=_spine(half.T @ rel))
        if self.setup.lying:
            angles = self._lay_trunk(angles, c)
            angles = replace(angles, root_position=angles.root_position + raised * _UP)
        else:
            angles = self._stand_trunk(angles, c)
        for side in SIDES:
            angles = angles.with_leg(side, self._leg(angles, side, c, neutral))
        angles = self._head(angles, c)
        for side in SIDES:
            angles = angles.with_arm(side, self._arm(angles, side, c))
        return angles

    def _trunk_frames(self, c: Controls) -> tuple[FloatArray, FloatArray]:
        get = c.get
        spine = SpineAngles(get("spine", 0.0), get("bend", 0.0), 0.0).matrix()
        if self.setup.lying:
            sign = 1.0 if self.setup.position == "supine" else -1.0
            frame = self.base @ rot_y(sign * get("roll", 0.0))
            pelvis = frame @ rot_x(-get("hike", 0.0)) @ rot_z(-get("tilt", 0.0))
            chest = self.base @ rot_y(sign * get("chest_roll", 0.0))
            return pelvis, chest @ rot_x(get("bend", 0.0) - 0.4 * get("hike", 0.0)) @ rot_z(-get("spine", 0.0))
        pelvis = rot_y(get("yaw", 0.0)) @ rot_z(-get("lean", 0.0)) @ rot_x(-get("hike", 0.0))
        upright = pelvis @ rot_x(0.7 * get("hike", 0.0))
        return pelvis, upright @ spine @ rot_y(get("twist", 0.0))

    def _lay_trunk(self, angles: BodyAngles, c: Controls) -> BodyAngles:
        """Lower pelvis and chest until both touch the floor; the pitch of the whole trunk is solved."""
        rolled = angles.root_rotation
        edge = np.array([-0.10, -0.04, -0.075 if c.get("roll", 0.0) > 0 else 0.075])
        slide = (self.base @ edge - rolled @ edge)[2] if self.setup.position == "supine" else 0.0
        height, pitch = self._warm.get("height", 0.11), self._warm.get("pitch", 0.0)
        for _ in range(8):
            turn = rot_z(pitch)
            placed = replace(
                angles,
                root_rotation=turn @ rolled,
                root_position=np.array([c.get("px", 0.0), height, slide + c.get("pz", 0.0)]),
            )
            posture = forward_kinematics(self._p, placed)
            low_pelvis = self._contact.lowest("pelvis", posture) + _TRUNK_SINK
            low_chest = self._contact.lowest("thorax", posture) + _TRUNK_SINK
            height -= low_pelvis
            reach = 0.6 * self._p.trunk
            # turning about z by +pitch lowers the head end (it lies towards -x)
            pitch += 0.8 * float(np.rad2deg((low_chest - low_pelvis) / reach))
            if abs(low_pelvis) < 2e-4 and abs(low_chest - low_pelvis) < 6e-4:
                break
        self._warm["height"], self._warm["pitch"] = height, pitch
        return placed

    def _stand_trunk(self, angles: BodyAngles, c: Controls) -> BodyAngles:
        root = np.array([c.get("px", 0.0), 0.0, c.get("pz", 0.0)])
        tops = []
        for side in SIDES:
            setup = self.setup.legs[side]
            if setup.mode not in ("planted", "planted_ir"):
                continue
            if self.setup.stance is not None and side != self.setup.stance:
                continue
            ankle, _ = self._foot_target(side, c)
            hip = angles.root_rotation @ np.array([0.0, 0.0, side_sign(side) * self._p.hip_half_width])
            knee = c.get("stance_knee", 4.0) if self.setup.stance is not None else 4.0
            gap = root + hip - ankle
            flat = gap[0] ** 2 + gap[2] ** 2
            tops.append(ankle[1] + np.sqrt(max(leg_reach(self._p, knee) ** 2 - flat, 0.01)) - hip[1])
        root[1] = min(tops) - c.get("drop", 0.0) * self._scale
        return replace(angles, root_position=root)

    # ---- legs ------------------------------------------------------------------------------------------------------

    def _foot_target(self, side: Side, c: Controls) -> tuple[FloatArray, FloatArray]:
        """Return ankle position and foot rotation of a foot on the ground."""
        setup, s = self.setup.legs[side], side_sign(side)
        get = c.get
        out = setup.foot_out * self._scale + self._p.hip_half_width + get(f"{side}_foot_out", 0.0)
        ahead = setup.foot_ahead * self._scale + get(f"{side}_foot_ahead", 0.0)
        y = self._p.ankle_height + self._sole + setup.ground + get(f"{side}_foot_up", 0.0)
        ankle = np.array([ahead, y, 0.0]) + s * out * self._right
        toe_out = setup.toe_out + get(f"{side}_toe_out", 0.0)
        flat = rot_y(-s * toe_out * (1.0 if self.setup.position != "prone" else -1.0))
        heel = get(f"{side}_heel", 0.0)
        foot = flat @ rot_z(-heel)
        if heel:
            ball = ball_offset(self._p)
            ankle = ankle + flat @ ball - foot @ ball
        return ankle, foot

    def _hip(self, angles: BodyAngles, side: Side) -> FloatArray:
        out: FloatArray = angles.root_position + angles.root_rotation @ np.array(
            [0.0, 0.0, side_sign(side) * self._p.hip_half_width]
        )
        return out

    def _leg(self, angles: BodyAngles, side: Side, c: Controls, neutral: bool) -> LegAngles:
        setup = self.setup.legs[side]
        get = c.get
        delta = {k: get(f"{side}_{k}", 0.0) for k in ("dflex", "dadd", "dir", "dknee")}
        moved = float(np.sqrt(sum(v * v for v in delta.values())))
        foot: FloatArray | None = None
        if setup.mode in ("planted", "planted_ir"):
            ankle, foot = self._foot_target(side, c)
            hip = self._hip(angles, side)
            forward = np.asarray(_UP + 0.02 * self.heading) if self.setup.lying else foot[:, 0] * [1, 0, 1]
            if setup.mode == "planted" or neutral:
                leg = solve_leg(self._p, angles.root_rotation, hip, ankle, forward, get(f"{side}_valgus", 0.0), side)
            else:
                wanted = self._neutral_ir[side] + get(f"{side}_ir", 0.0)
                leg = solve_leg_for_ir(self._p, angles.root_rotation, hip, ankle, forward, wanted, side)
        elif setup.mode == "rest":
            leg = self._resting_leg(angles, side, c)
        else:
            leg = LegAngles(
                setup.flexion + get(f"{side}_flex", 0.0),
                setup.adduction + get(f"{side}_add", 0.0),
                setup.ir + get(f"{side}_ir", 0.0),
                max(setup.knee + get(f"{side}_knee", 0.0), -12.0),
            )
        flex, add, turn, bend = delta["dflex"], delta["dadd"], delta["dir"], delta["dknee"]
        leg = replace(
            leg, flexion=leg.flexion + flex, adduction=leg.adduction + add, ir=leg.ir + turn, knee=leg.knee + bend
        )
        if setup.mode in ("free", "rest"):
            leg = self._above_floor(angles, side, leg, get(f"{side}_ankle", 0.0))
        relaxed = (get(f"{side}_ankle", 0.0) - (14.0 if setup.mode == "rest" or self.setup.lying else 8.0), 0.0, 0.0)
        if foot is None:
            dorsi, inversion, toe_in = relaxed
        else:
            flat = foot_angles(angles.root_rotation, leg, foot, side)
            # level while it is near the floor, relaxed once it is well off it
            ankle_now = (
                forward_kinematics(self._p, angles.with_leg(side, leg)).joints[f"{side}_ankle"][1] if moved else 0.0
            )
            k = float(np.clip((ankle_now - self._foot_target(side, c)[0][1] - 0.02) / 0.10, 0.0, 1.0)) if moved else 0.0
            k = k * k * (3 - 2 * k)
            dorsi, inversion, toe_in = (a + k * (b - a) for a, b in zip(flat, relaxed, strict=True))
        inversion += get(f"{side}_inversion", 0.0)
        return replace(leg, dorsiflexion=dorsi, inversion=inversion, foot_in=toe_in, toes=get(f"{side}_heel", 0.0))

    def _relaxed(self, leg: LegAngles, ankle: float = 0.0) -> LegAngles:
        """Return the leg with the ankle of a foot in the air; `ankle` is how far a standing person lifts its toes."""
        return replace(leg, dorsiflexion=-14.0 if self.setup.lying else ankle - 8.0)

    def _resting_leg(self, angles: BodyAngles, side: Side, c: Controls) -> LegAngles:
        setup = self.setup.legs[side]
        # a leg that lies on the floor stays there when the pelvis rolls a little
        frame = self.base @ rot_y(c.get(f"{side}_leg_roll", 0.0))
        femur = frame @ hip_rotation(setup.flexion, setup.adduction, setup.ir, side)
        part = f"{side}_thigh" if setup.knee > 40 else f"{side}_leg"
        axis = unit(np.cross(_UP, femur[:, 1]))

        def leg_at(tilt: float) -> LegAngles:
            turned = rotation_about(axis, tilt) @ femur
            return LegAngles(*hip_angles(angles.root_rotation, turned, side), setup.knee, -14.0)

        tilt = self._settle(f"{side}_rest", lambda t: self._lowest(angles.with_leg(side, leg_at(t)), part), _LIMB_SINK)
        return leg_at(tilt)

    def _above_floor(self, angles: BodyAngles, side: Side, leg: LegAngles, ankle: float) -> LegAngles:
        """Lift a free leg that would go through the floor: the thigh of a lying person, the knee of a standing one."""
        if self._lowest(angles.with_leg(side, self._relaxed(leg, ankle)), f"{side}_leg") > -_LIMB_SINK:
            return leg
        if not self.setup.lying:

            def bent(more: float) -> LegAngles:
                return replace(leg, knee=leg.knee + abs(more), flexion=leg.flexion + 0.4 * abs(more))

            more = self._settle(
                f"{side}_hover",
                lambda t: self._lowest(angles.with_leg(side, self._relaxed(bent(t), ankle)), f"{side}_leg"),
                0.0,
            )
            return bent(more)
        femur = angles.root_rotation @ hip_rotation(leg.flexion, leg.adduction, leg.ir, side)
        axis = unit(np.cross(_UP, femur[:, 1]))

        def leg_at(tilt: float) -> LegAngles:
            turned = rotation_about(axis, tilt) @ femur
            hip = hip_angles(angles.root_rotation, turned, side)
            return replace(leg, flexion=hip[0], adduction=hip[1], ir=hip[2])

        def height(tilt: float) -> float:
            return self._lowest(angles.with_leg(side, self._relaxed(leg_at(tilt))), f"{side}_leg")

        tilt = self._settle(f"{side}_lift", height, _LIMB_SINK)
        return leg_at(tilt)

    # ---- head and arms ---------------------------------------------------------------------------------------------

    def _head(self, angles: BodyAngles, c: Controls) -> BodyAngles:
        thorax = forward_kinematics(self._p, angles).rotation("thorax")
        turned = rot_y(c.get("head_yaw", 0.0)) @ rot_z(-c.get("head_nod", 0.0))
        if self.setup.lying:
            axis = unit(np.cross(_UP, thorax[:, 1]))
            if self.setup.position == "prone":
                turned = rot_y(62.0) @ rot_z(12.0) @ turned  # the face looks to one side

            def pose(tilt: float) -> BodyAngles:
                world = rotation_about(axis, tilt) @ thorax @ turned
                rel = thorax.T @ world
                half = rotation_between(np.eye(3), rel, 0.5)
                return replace(angles, neck=_spine(half), head=_spine(half.T @ rel))

            return pose(self._settle("head", lambda t: self._lowest(pose(t), "head"), _LIMB_SINK))
        half = rotation_between(np.eye(3), turned, 0.45)
        return replace(angles, neck=_spine(half), head=_spine(half.T @ turned))

    def _arm(self, angles: BodyAngles, side: Side, c: Controls) -> ArmAngles:
        setup, s = self.setup.arms[side], side_sign(side)
        get = c.get
        own = setup.angles
        elbow = own.elbow + get(f"{side}_elbow", 0.0)
        if setup.mode == "free":
            return replace(
                own,
                flexion=own.flexion + get(f"{side}_arm_flex", 0.0),
                abduction=own.abduction + get(f"{side}_arm_abd", 0.0),
                rotation=own.rotation + get(f"{side}_arm_rot", 0.0),
                elbow=elbow,
            )
        thorax = forward_kinematics(self._p, angles).rotation("thorax")
        if setup.mode == "vertical":
            lean = np.deg2rad(get(f"{side}_arm_tilt", 0.0))
            flexion, abduction = arm_angles(thorax, np.array([-np.sin(lean), np.cos(lean), 0.0]), side)
            return replace(own, flexion=flexion, abduction=abduction, elbow=elbow)
        spread = np.deg2rad(setup.spread + get(f"{side}_arm_abd", 0.0))
        level = np.array([np.cos(spread), 0.0, 0.0]) + s * np.sin(spread) * self._right

        def arm_at(tilt: float) -> ArmAngles:
            t = np.deg2rad(tilt)
            flexion, abduction = arm_angles(thorax, np.cos(t) * level + np.sin(t) * _UP, side)
            return replace(own, flexion=flexion, abduction=abduction, elbow=elbow)

        tilt = self._settle(
            f"{side}_arm", lambda t: self._lowest(angles.with_arm(side, arm_at(t)), f"{side}_arm"), _LIMB_SINK
        )
        return arm_at(tilt)

    # ---- solving ---------------------------------------------------------------------------------------------------

    def _lowest(self, angles: BodyAngles, part: str) -> float:
        return self._contact.lowest(part, forward_kinematics(self._p, angles))

    def _settle(self, key: str, height: Callable[[float], float], sink: float) -> float:
        """Return the tilt (degrees) at which the height is `-sink`.

        Secant steps from the last frame's answer; once the answer is between two tries, they close in on it.
        """
        t0 = self._warm.get(key, 0.0)
        h0 = height(t0) + sink
        if abs(h0) < 3e-4:
            return t0
        t1 = t0 + 1.0
        h1 = height(t1) + sink
        for _ in range(16):
            if abs(h1) < 3e-4 or abs(h1 - h0) < 1e-9:
                break
            between = h0 * h1 < 0
            t2 = t1 - h1 * (t1 - t0) / (h1 - h0)
            if between:
                width = t1 - t0
                t2 = float(np.clip(t2, min(t0, t1) + 0.1 * abs(width), max(t0, t1) - 0.1 * abs(width)))
            else:
                t2 = t1 + float(np.clip(t2 - t1, -15.0, 15.0))
            h2 = height(t2) + sink
            if not between or h2 * h1 < 0:
                t0, h0 = t1, h1
            t1, h1 = t2, h2
        self._warm[key] = t1
        return t1

    def posture(self, controls: Controls) -> tuple[BodyAngles, Posture]:
        """Return the pose and where it puts everything."""
        angles = self.solve(controls)
        return angles, forward_kinematics(self._p, angles)


def _spine(rel: FloatArray) -> SpineAngles:
    about_z, about_x, about_y = zxy_angles(rel, "right")
    return SpineAngles(-about_z, about_x, about_y)
