"""The skeleton: segment lengths, joint angles, and exact forward kinematics.

World and segment axes follow the ISB: X anterior, Y up (towards the head), Z to the person's right. The floor is y = 0.
A person standing in the neutral pose faces world +X and every segment frame equals the world frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from formcheck.core.landmarks import SIDES, Side
from formcheck.core.pose import FloatArray
from formcheck.synthetic.rotations import hip_rotation, rot_x, rot_y, rot_z, rotation_between, side_sign


@dataclass(frozen=True)
class Proportions:
    """Segment lengths of one person, metres."""

    height: float
    """Standing height without shoes or hair."""
    hip_half_width: float
    """Half the distance between the hip joint centres."""
    thigh: float
    """Hip to knee joint centre."""
    shank: float
    """Knee to ankle joint centre."""
    ankle_height: float
    """Ankle joint centre over the bare sole."""
    foot_length: float
    """Heel to toe tip."""
    lumbar_rise: float
    """Mid-hip to the lumbar joint, along the pelvis' y."""
    thoracic_rise: float
    """Lumbar to thoracic joint."""
    shoulder_rise: float
    """Thoracic joint to the line of the shoulder joints."""
    shoulder_half_width: float
    """Half the distance between the shoulder joint centres."""
    neck_rise: float
    """Shoulder line to the base of the neck."""
    head_rise: float
    """Base of the neck to the head's joint."""
    upper_arm: float
    """Shoulder to elbow."""
    forearm: float
    """Elbow to wrist."""
    hand: float
    """Wrist to fingertip."""

    @property
    def hip_height(self) -> float:
        """Height of the hip joints over the floor when standing barefoot with straight legs."""
        return self.thigh + self.shank + self.ankle_height

    @property
    def trunk(self) -> float:
        """Mid-hip to mid-shoulder."""
        return self.lumbar_rise + self.thoracic_rise + self.shoulder_rise


@dataclass(frozen=True)
class LegAngles:
    """Joint angles of one leg, degrees; the same sign means the same thing on both sides."""

    flexion: float = 0.0
    """Hip flexion."""
    adduction: float = 0.0
    """Hip adduction."""
    ir: float = 0.0
    """Hip internal rotation."""
    knee: float = 0.0
    """Knee flexion."""
    dorsiflexion: float = 0.0
    """Ankle: toes towards the shin."""
    inversion: float = 0.0
    """Ankle: sole turned inwards."""
    foot_in: float = 0.0
    """Ankle and lower leg: toes turned inwards."""
    toes: float = 0.0
    """Toes bent up against the foot."""


@dataclass(frozen=True)
class ArmAngles:
    """Joint angles of one arm, degrees."""

    flexion: float = 0.0
    """Shoulder: arm raised forwards."""
    abduction: float = 8.0
    """Shoulder: arm away from the side."""
    rotation: float = 0.0
    """Shoulder: upper arm turned inwards."""
    elbow: float = 12.0
    """Elbow flexion."""
    pronation: float = 20.0
    """Forearm turned so that the palm looks back."""
    wrist: float = 0.0
    """Wrist flexion, towards the palm."""


@dataclass(frozen=True)
class SpineAngles:
    """One spinal joint, degrees."""

    flexion: float = 0.0
    """Forwards."""
    bend: float = 0.0
    """To the own right."""
    twist: float = 0.0
    """To the own left."""

    def matrix(self) -> FloatArray:
        """Return the upper segment's rotation in the lower segment's frame."""
        out: FloatArray = rot_z(-self.flexion) @ rot_x(self.bend) @ rot_y(self.twist)
        return out


@dataclass(frozen=True)
class BodyAngles:
    """A complete pose: where the pelvis is and every joint angle."""

    root_position: FloatArray = field(default_factory=lambda: np.array([0.0, 0.95, 0.0]))
    """Mid-hip in the world, metres."""
    root_rotation: FloatArray = field(default_factory=lambda: np.eye(3))
    """Pelvis frame in the world."""
    lumbar: SpineAngles = SpineAngles()
    thoracic: SpineAngles = SpineAngles()
    neck: SpineAngles = SpineAngles()
    head: SpineAngles = SpineAngles()
    left_leg: LegAngles = LegAngles()
    right_leg: LegAngles = LegAngles()
    left_arm: ArmAngles = ArmAngles()
    right_arm: ArmAngles = ArmAngles()

    def leg(self, side: Side) -> LegAngles:
        """Return the leg of `side`."""
        return self.left_leg if side == "left" else self.right_leg

    def arm(self, side: Side) -> ArmAngles:
        """Return the arm of `side`."""
        return self.left_arm if side == "left" else self.right_arm

    def with_leg(self, side: Side, leg: LegAngles) -> BodyAngles:
        """Return a copy with one leg changed."""
        return replace(self, left_leg=leg) if side == "left" else replace(self, right_leg=leg)

    def with_arm(self, side: Side, arm: ArmAngles) -> BodyAngles:
        """Return a copy with one arm changed."""
        return replace(self, left_arm=arm) if side == "left" else replace(self, right_arm=arm)


@dataclass(frozen=True)
class Posture:
    """Where everything is: the result of forward kinematics."""

    joints: dict[str, FloatArray]
    """Joint centres in the world, metres."""
    bones: dict[str, tuple[FloatArray, FloatArray]]
    """Rotation (3, 3) and origin (3,) of every bone, anatomical segments and skinning helpers alike."""

    def rotation(self, bone: str) -> FloatArray:
        """Return a bone's rotation in the world."""
        return self.bones[bone][0]


BIND = BodyAngles(
    left_leg=LegAngles(adduction=-9.0),
    right_leg=LegAngles(adduction=-9.0),
    left_arm=ArmAngles(abduction=38.0, elbow=0.0, pronation=0.0),
    right_arm=ArmAngles(abduction=38.0, elbow=0.0, pronation=0.0),
)
"""The pose in which the body's shape is defined: limbs held apart so that nothing melts together."""


def forward_kinematics(p: Proportions, a: BodyAngles) -> Posture:
    """Place every joint and bone of a person.

    Parameters
    ----------
    p
        Segment lengths.
    a
        The pose.

    Returns
    -------
    Posture
        Joint centres and bone frames in the world, metres.

    Notes
    -----
    The lumbar joint lies straight above mid-hip along the pelvis' y, so the pelvis frame, and with a bent knee the
    femur frame, can be recovered exactly from joint centres alone. For straight knees `{side}_knee_front` marks the
    femur's anterior axis.
    """
    joints: dict[str, FloatArray] = {}
    bones: dict[str, tuple[FloatArray, FloatArray]] = {}
    pelvis, root = a.root_rotation, np.asarray(a.root_position, dtype=np.float64)
    joints["mid_hip"] = root
    bones["pelvis"] = (pelvis, root)
    joints["lumbar"] = root + pelvis @ np.array([0.0, p.lumbar_rise, 0.0])
    lumbar = pelvis @ a.lumbar.matrix()
    bones["lumbar"] = (lumbar, joints["lumbar"])
    joints["thoracic"] = joints["lumbar"] + lumbar @ np.array([0.0, p.thoracic_rise, 0.0])
    thorax = lumbar @ a.thoracic.matrix()
    bones["thorax"] = (thorax, joints["thoracic"])
    joints["mid_shoulder"] = joints["thoracic"] + thorax @ np.array([0.0, p.shoulder_rise, 0.0])
    joints["neck"] = joints["mid_shoulder"] + thorax @ np.array([-0.01, p.neck_rise, 0.0])
    neck = thorax @ a.neck.matrix()
    bones["neck"] = (neck, joints["neck"])
    joints["head"] = joints["neck"] + neck @ np.array([0.012, p.head_rise, 0.0])
    bones["head"] = (neck @ a.head.matrix(), joints["head"])
    for side in SIDES:
        _leg(p, a.leg(side), side, pelvis, root, joints, bones)
        _arm(p, a.arm(side), side, thorax, joints, bones)
    return Posture(joints, bones)


def _leg(
    p: Proportions,
    leg: LegAngles,
    side: Side,
    pelvis: FloatArray,
    root: FloatArray,
    joints: dict[str, FloatArray],
    bones: dict[str, tuple[FloatArray, FloatArray]],
) -> None:
    s = side_sign(side)
    hip = root + pelvis @ np.array([0.0, 0.0, s * p.hip_half_width])
    femur = pelvis @ hip_rotation(leg.flexion, leg.adduction, leg.ir, side)
    # skin near the hip follows the swing but only part of the twist
    prox = pelvis @ hip_rotation(leg.flexion, leg.adduction, 0.25 * leg.ir, side)
    mid = pelvis @ hip_rotation(leg.flexion, leg.adduction, 0.62 * leg.ir, side)
    knee = hip + femur @ np.array([0.0, -p.thigh, 0.0])
    shank = femur @ rot_z(-leg.knee)
    ankle = knee + shank @ np.array([0.0, -p.shank, 0.0])
    foot = shank @ rot_z(leg.dorsiflexion) @ rot_x(s * leg.inversion) @ rot_y(s * leg.foot_in)
    ball = ankle + foot @ ball_offset(p)
    toes = foot @ rot_z(leg.toes)
    joints[f"{side}_hip"] = hip
    joints[f"{side}_knee"] = knee
    joints[f"{side}_knee_front"] = knee + femur @ np.array([0.05, 0.0, 0.0])
    joints[f"{side}_ankle"] = ankle
    joints[f"{side}_heel"] = ankle + foot @ np.array([-0.2 * p.foot_length, -0.75 * p.ankle_height, 0.0])
    joints[f"{side}_ball"] = ball
    joints[f"{side}_foot_index"] = ball + toes @ np.array([0.22 * p.foot_length, 0.0, 0.0])
    bones[f"{side}_hip_half"] = (rotation_between(pelvis, prox, 0.5), hip)
    bones[f"{side}_thigh_prox"] = (prox, hip)
    bones[f"{side}_thigh_mid"] = (mid, hip)
    bones[f"{side}_thigh"] = (femur, hip)
    bones[f"{side}_knee_half"] = (femur @ rot_z(-leg.knee / 2.0), knee)
    bones[f"{side}_shank"] = (shank, knee)
    bones[f"{side}_foot"] = (foot, ankle)
    bones[f"{side}_toes"] = (toes, ball)


def ball_offset(p: Proportions) -> FloatArray:
    """Return the ball of the foot in the foot's frame, from the ankle."""
    return np.array([0.53 * p.foot_length, -0.82 * p.ankle_height, 0.0])


def _arm(
    p: Proportions,
    arm: ArmAngles,
    side: Side,
    thorax: FloatArray,
    joints: dict[str, FloatArray],
    bones: dict[str, tuple[FloatArray, FloatArray]],
) -> None:
    s = side_sign(side)
    raised = max(0.0, arm.abduction - 60.0) / 120.0 + max(0.0, arm.flexion - 60.0) / 160.0
    lift = np.array([0.0, 0.045 * raised, -0.012 * s * raised])
    shoulder = joints["mid_shoulder"] + thorax @ (np.array([0.0, 0.0, s * p.shoulder_half_width]) + lift)

    def turn(share: float) -> FloatArray:
        out: FloatArray = thorax @ rot_z(arm.flexion) @ rot_x(-s * arm.abduction) @ rot_y(s * share * arm.rotation)
        return out

    upper = turn(1.0)
    elbow = shoulder + upper @ np.array([0.0, -p.upper_arm, 0.0])
    fore = upper @ rot_z(arm.elbow)
    wrist = elbow + fore @ np.array([0.0, -p.forearm, 0.0])
    twisted = fore @ rot_y(s * arm.pronation)
    hand = twisted @ rot_x(s * arm.wrist)
    joints[f"{side}_shoulder"] = shoulder
    joints[f"{side}_elbow"] = elbow
    joints[f"{side}_wrist"] = wrist
    joints[f"{side}_index"] = wrist + hand @ np.array([0.02, -0.52 * p.hand, 0.0])
    joints[f"{side}_pinky"] = wrist + hand @ np.array([-0.03, -0.47 * p.hand, 0.0])
    joints[f"{side}_thumb"] = wrist + hand @ np.array([0.035, -0.3 * p.hand, -0.015 * s])
    joints[f"{side}_fingertip"] = wrist + hand @ np.array([0.0, -p.hand, 0.0])
    bones[f"{side}_shoulder_half"] = (rotation_between(thorax @ rot_x(-s * 15.0), turn(0.2), 0.5), shoulder)
    bones[f"{side}_upper_prox"] = (turn(0.35), shoulder)
    bones[f"{side}_upper_arm"] = (upper, shoulder)
    bones[f"{side}_elbow_half"] = (upper @ rot_z(arm.elbow / 2.0), elbow)
    bones[f"{side}_forearm"] = (fore, elbow)
    bones[f"{side}_fore_twist"] = (fore @ rot_y(s * 0.6 * arm.pronation), elbow)
    bones[f"{side}_hand"] = (hand, wrist)


BONES: tuple[str, ...] = tuple(
    forward_kinematics(
        Proportions(1.7, 0.09, 0.42, 0.42, 0.07, 0.25, 0.1, 0.15, 0.24, 0.17, 0.05, 0.1, 0.3, 0.26, 0.18), BIND
    ).bones
)
"""Bone names in a fixed order."""

JOINTS: tuple[str, ...] = tuple(
    forward_kinematics(
        Proportions(1.7, 0.09, 0.42, 0.42, 0.07, 0.25, 0.1, 0.15, 0.24, 0.17, 0.05, 0.1, 0.3, 0.26, 0.18), BIND
    ).joints
)
"""Joint names in a fixed order."""
