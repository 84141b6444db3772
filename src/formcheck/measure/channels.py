"""The channels: one function each, registered by name. Sided ones are written for the right leg.

A function gets landmark positions of shape (..., T, n, d), in the order of the landmarks that it names, and the
`BodyContext`, and returns shape (..., T) in the channel's unit. Leading axes are there for the propagation of sigma.
World positions are metres in camera axes, image positions pixels (x right, y down). docs/channels.md has the meanings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.core.pose import FloatArray
from formcheck.measure import joints
from formcheck.measure.body import BodyContext
from formcheck.measure.geometry import atan2_deg, dot, unit, wrap_deg
from formcheck.measure.noise import Space

ChannelFunction = Callable[[FloatArray, BodyContext], FloatArray]

FRONTAL: Final = frozenset({"front", "back"})
FRONT: Final = frozenset({"front"})
LYING_END: Final = frozenset({"foot_end", "head_end", "overhead"})
FRONTAL_OR_LYING: Final = FRONTAL | LYING_END
SIDE: Final = frozenset({"side"})
UPRIGHT: Final = FRONTAL | SIDE | {"oblique"}


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """How a channel is computed and from where it can be seen."""

    name: str
    """Name without the side."""

    unit: str
    """deg, shank, hip_width or percent."""

    sided: bool
    """Whether there is one for each leg."""

    space: Space
    """Which landmarks it takes: `image` pixels or `world` metres."""

    landmarks: tuple[str, ...]
    """The landmarks it takes, for the right leg, in the order of the function's second-last axis."""

    views: frozenset[str]
    """Views that show it; empty: any."""

    period: float | None
    """360 for a full angle that wraps, 180 for the angle of an undirected line, None otherwise."""

    compute: ChannelFunction
    """The function."""

    refined: bool = False
    """Of lying people: whether it takes the refined joints in the place of landmarks, where there are any."""


CHANNELS: dict[str, ChannelSpec] = {}


def channel(
    name: str,
    space: Space,
    landmarks: tuple[str, ...],
    *,
    sided: bool = True,
    unit: str = "deg",
    views: frozenset[str] = frozenset(),
    period: float | None = None,
    refined: bool = False,
) -> Callable[[ChannelFunction], ChannelFunction]:
    """Register a channel function under `name`."""

    def register(function: ChannelFunction) -> ChannelFunction:
        CHANNELS[name] = ChannelSpec(name, unit, sided, space, landmarks, views, period, function, refined)
        return function

    return register


_HIPS = ("right_hip", "left_hip")
_SHOULDERS = ("right_shoulder", "left_shoulder")
_LEG = ("right_hip", "right_knee", "right_ankle")
_TRUNK_AND_LEG = (*_HIPS, *_SHOULDERS, "right_knee", "right_ankle")


def _middle(points: FloatArray, first: int) -> FloatArray:
    return np.asarray((points[..., first, :] + points[..., first + 1, :]) / 2)


def _lateral(points: FloatArray) -> FloatArray:
    """Sign of the picture direction that points to the person's right, from the hips (0: right, 1: left)."""
    return np.sign(points[..., 0, 0] - points[..., 1, 0])


# --- joint angles, 3-D -------------------------------------------------------------------------------------------


@channel("knee_flexion", "world", _LEG)
def knee_flexion(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Angle between the prolonged thigh and the shank."""
    return joints.knee_flexion_deg(p[..., 0, :], p[..., 1, :], p[..., 2, :])


def _hip_angles(p: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    pelvis = joints.pelvis_axes(p[..., 0, :], p[..., 1, :], _middle(p, 2))
    return joints.hip_angles_deg(pelvis, joints.femur_axes(p[..., 0, :], p[..., 4, :], p[..., 5, :]))


@channel("hip_flexion", "world", _TRUNK_AND_LEG, period=360)
def hip_flexion(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """ISB hip flexion; the trunk line stands in for the pelvis' up axis."""
    return _hip_angles(p)[0]


@channel("hip_adduction", "world", _TRUNK_AND_LEG)
def hip_adduction(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """ISB hip adduction."""
    return _hip_angles(p)[1]


@channel("hip_ir", "world", _TRUNK_AND_LEG, period=360)
def hip_ir(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """ISB hip internal rotation, the femur's plane given by the bent shank."""
    return _hip_angles(p)[2]


# --- leg lines in the picture ------------------------------------------------------------------------------------


@channel("knee_frontal", "image", (*_HIPS, "right_knee", "right_ankle"), views=FRONTAL, period=360)
def knee_frontal(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Frontal-plane projection angle: thigh line against shank line, + knee towards the midline."""
    thigh, shank = p[..., 2, :] - p[..., 0, :], p[..., 3, :] - p[..., 2, :]
    cross = thigh[..., 0] * shank[..., 1] - thigh[..., 1] * shank[..., 0]
    return -_lateral(p) * atan2_deg(cross, dot(thigh, shank))


@channel("thigh_tilt", "image", (*_HIPS, "right_knee"), views=FRONTAL_OR_LYING, period=360)
def thigh_tilt(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Hip-to-knee line from image-down, + knee medial of the hip."""
    line = p[..., 2, :] - p[..., 0, :]
    return atan2_deg(-_lateral(p) * line[..., 0], line[..., 1])


@channel("shank_tilt", "image", (*_HIPS, "right_knee", "right_ankle"), views=FRONTAL_OR_LYING, period=360)
def shank_tilt(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Ankle-to-knee line from image-up, + knee medial of the ankle (BIOMECHANICS: tilt, "knee-dip tilt")."""
    line = p[..., 2, :] - p[..., 3, :]
    return atan2_deg(-_lateral(p) * line[..., 0], -line[..., 1])


@channel("leg_raise", "image", (*_SHOULDERS, "right_hip", "right_ankle"), views=SIDE, period=360)
def leg_raise(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Hip-to-ankle line over the floor line of a lying person seen from the side, 0 flat, 90 straight up."""
    line = p[..., 3, :] - p[..., 2, :]
    away_from_head = np.sign(p[..., 2, 0] - _middle(p, 0)[..., 0])
    return atan2_deg(-line[..., 1], away_from_head * line[..., 0])


@channel("knee_sagittal", "image", (*_SHOULDERS, *_LEG), views=SIDE, period=360)
def knee_sagittal(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Seen from the side, upright or on the back: thigh line against shank line in the picture, + the knee bends."""
    thigh, shank = p[..., 3, :] - p[..., 2, :], p[..., 4, :] - p[..., 3, :]
    front = np.sign(p[..., 2, 0] - _middle(p, 0)[..., 0]) if ctx.lying else ctx.facing
    cross = thigh[..., 0] * shank[..., 1] - thigh[..., 1] * shank[..., 0]
    return np.asarray(front * atan2_deg(cross, dot(thigh, shank)))


# --- heights over the floor --------------------------------------------------------------------------------------

HEEL_CENTRE: Final = 0.07
"""Height of the heel landmark over the floor of a planted foot, shank lengths (3 cm)."""


def _height(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Height of point 0 over the floor in shank lengths; 1, 2: heels. One heel at least is on the floor.

    Of a person lying along the line of sight the picture does not show heights; the fit knows them.
    """
    if ctx.pictured == "lying_end":
        return np.full(p.shape[:-2], np.nan)
    floor = np.max(p[..., 1:, 1], axis=-1)
    return np.asarray((floor - p[..., 0, 1]) / (ctx.px_per_m * ctx.shank_m) + HEEL_CENTRE)


@channel("knee_height", "image", ("right_knee", "right_heel", "left_heel"), unit="shank")
def knee_height(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Height of the knee."""
    return _height(p, ctx)


@channel("ankle_height", "image", ("right_ankle", "right_heel", "left_heel"), unit="shank")
def ankle_height(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Height of the ankle."""
    return _height(p, ctx)


@channel("hip_drop", "image", ("right_hip", "right_heel", "right_foot_index"), unit="shank", views=UPRIGHT)
def hip_drop(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: minus the height of the hip over its foot, so that the change from standing is how far the hip sank."""
    floor = np.max(p[..., 1:, 1], axis=-1)
    return np.asarray((p[..., 0, 1] - floor) / (ctx.px_per_m * ctx.shank_m))


@channel("hip_rise", "image", _HIPS, sided=False, unit="shank", views=UPRIGHT)
def hip_rise(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: how far mid-hip is over where it mostly is in the picture; its change is how far the hips rose.

    No foot takes part: one steps on boxes, and the pose model mixes up feet that stand one before the other.
    """
    return np.asarray((ctx.usual_hips_px - _middle(p, 0)[..., 1]) / (ctx.usual_px_per_m * ctx.shank_m))


@channel(
    "leg_rise",
    "image",
    (*_HIPS, *_SHOULDERS, "right_knee", "right_ankle"),
    unit="shank",
    views=frozenset({"foot_end", "overhead"}),
    refined=True,
)
def leg_rise(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Lying: how far the middle of the shin is from mid-hip towards the head in the picture, + towards the head.

    A thigh that flexes takes knee and foot towards the head; seen from the feet what rises goes there too. It shows
    where the fit, which weighs the whole leg against a person's usual postures, follows only part of the way.
    """
    hips = _middle(p, 0)
    head = unit(_middle(p, 2) - hips)
    return np.asarray(dot(_middle(p, 4) - hips, head) / (ctx.usual_px_per_m * ctx.shank_m))


@channel("ankle_out", "image", (*_HIPS, "right_ankle"), unit="shank", views=LYING_END)
def ankle_out(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Lying: how far the ankle is to the side of mid-hip in the picture, + outwards."""
    aside = p[..., 2, 0] - _middle(p, 0)[..., 0]
    return np.asarray(_lateral(p) * aside / (ctx.px_per_m * ctx.shank_m))


# --- feet and balance, upright -----------------------------------------------------------------------------------

FOOT_SHANKS: Final = 0.59
"""Heel to foot index, shank lengths (24 cm, the fit's standard person)."""


def _share_deg(length: FloatArray) -> FloatArray:
    """Return the angle whose sine is a share of a length; a little more than the whole counts as the whole."""
    return np.degrees(np.arcsin(np.clip(length, -1.0, 1.0)))


@channel("foot_turn", "image", (*_HIPS, "right_heel", "right_foot_index"), views=FRONTAL, period=360)
def foot_turn(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: direction of the foot from straight ahead, + toes in, from how far the toes are beside the heel."""
    aside = p[..., 3, 0] - p[..., 2, 0]
    return _share_deg(-_lateral(p) * aside / (FOOT_SHANKS * ctx.px_per_m * ctx.shank_m))


@channel(
    "foot_apart",
    "image",
    (*_HIPS, "right_heel", "right_foot_index", "left_heel", "left_foot_index"),
    views=FRONTAL,
    period=360,
)
def foot_apart(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: direction of the foot against that of the other one, + toes in.

    The pose model turns both feet a little when one turns: the one that stands the other way. Their difference shows
    the turn better than one foot alone, where the other foot stands still.
    """
    other = p[..., [1, 0, 4, 5], :]
    return foot_turn(p[..., :4, :], ctx) - foot_turn(other, ctx)


@channel(
    "foot_out",
    "image",
    (*_HIPS, "right_heel", "right_foot_index", "left_heel", "left_foot_index"),
    sided=False,
    views=FRONTAL,
    period=360,
)
def foot_out(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: direction of the foot that points farther out, + toes out."""
    return np.asarray(-np.minimum(foot_turn(p[..., :4, :], ctx), foot_turn(p[..., [1, 0, 4, 5], :], ctx)))


@channel("heel_lift", "image", ("right_heel", "right_foot_index"), views=SIDE, period=360)
def heel_lift(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: heel over the toes, as the angle of the foot over the floor."""
    return _share_deg((p[..., 1, 1] - p[..., 0, 1]) / (FOOT_SHANKS * ctx.px_per_m * ctx.shank_m))


@channel(
    "foot_dump",
    "image",
    (*_HIPS, "right_ankle", "left_ankle", "right_heel", "left_heel"),
    sided=False,
    unit="shank",
    views=frozenset({"back"}),
)
def foot_dump(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright, from behind: how far an ankle stands inside its heel; that of the foot with more of it."""
    inside = _lateral(p)[..., None] * (p[..., 4:6, 0] - p[..., 2:4, 0]) * np.array([1.0, -1.0])
    return np.asarray(inside.max(axis=-1) / (ctx.px_per_m * ctx.shank_m))


@channel("hip_over_foot", "image", (*_HIPS, "right_ankle"), unit="shank", views=FRONTAL)
def hip_over_foot(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: mid-hip beside the ankle, + to that leg's own side: beyond the foot."""
    aside = _middle(p, 0)[..., 0] - p[..., 2, 0]
    return np.asarray(_lateral(p) * aside / (ctx.px_per_m * ctx.shank_m))


@channel("hip_back", "image", (*_HIPS, "right_ankle", "left_ankle"), sided=False, unit="shank", views=SIDE)
def hip_back(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: mid-hip behind mid-ankle."""
    ahead = _middle(p, 0)[..., 0] - _middle(p, 2)[..., 0]
    return np.asarray(-ctx.facing * ahead / (ctx.px_per_m * ctx.shank_m))


# --- arms --------------------------------------------------------------------------------------------------------

_ARM: Final = ("right_shoulder", "right_elbow", "right_wrist")


@channel("elbow_flexion", "world", _ARM, views=LYING_END)
def elbow_flexion(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Angle between the prolonged upper arm and the forearm."""
    return joints.knee_flexion_deg(p[..., 0, :], p[..., 1, :], p[..., 2, :])


@channel("arm_lean", "image", ("right_shoulder", "right_wrist"), views=frozenset({"foot_end", "head_end"}))
def arm_lean(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Lying, arm up: shoulder-to-wrist line from the vertical, the part of it that leans sideways in the picture."""
    line = p[..., 1, :] - p[..., 0, :]
    return np.abs(atan2_deg(line[..., 0], -line[..., 1]))


@channel("hand_height", "image", ("right_wrist", "right_heel"), unit="shank", views=UPRIGHT - {"back"})
def hand_height(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: height of the wrist over the heel on its side, which from the side is seen where the wrist is."""
    return _height(p, ctx)


@channel("hand_gap", "image", ("right_wrist", "left_wrist"), sided=False, unit="shank", views=frozenset({"front"}))
def hand_gap(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright, from the front: how much higher the right wrist is than the left one."""
    return np.asarray((p[..., 1, 1] - p[..., 0, 1]) / (ctx.px_per_m * ctx.shank_m))


# --- pelvis and trunk --------------------------------------------------------------------------------------------


def _line_tilt_deg(right: FloatArray, left: FloatArray, flatten: float = 1.0) -> FloatArray:
    """Angle of the right-left line in the picture over the horizontal, + right end up, -90 to 90."""
    line = right - left
    across = np.abs(line[..., 0])
    return atan2_deg(-line[..., 1] / flatten, across)


@channel("pelvis_roll", "image", _HIPS, sided=False, views=frozenset({"foot_end", "head_end"}), period=180)
def pelvis_roll(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Lying: hip line against the floor, + right side up. From elevation e the picture shows its height times cos e."""
    return _line_tilt_deg(p[..., 0, :], p[..., 1, :], ctx.cos_elevation)


@channel("chest_roll", "image", _SHOULDERS, sided=False, views=frozenset({"foot_end", "head_end"}), period=180)
def chest_roll(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Lying: shoulder line against the floor, + right side up."""
    return _line_tilt_deg(p[..., 0, :], p[..., 1, :], ctx.cos_elevation)


@channel("pelvis_lift", "image", _HIPS, sided=False, unit="percent", views=LYING_END)
def pelvis_lift(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Lying: how likely it is that a side of the pelvis is lifted. Two hips do not tell; the engine's verdict does."""
    return np.full(p.shape[:-2], np.nan)


@channel("pelvis_hike", "image", _HIPS, sided=False, views=FRONTAL, period=180)
def pelvis_hike(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: hip line against the horizontal, + right side up."""
    return _line_tilt_deg(p[..., 0, :], p[..., 1, :])


def _yaw_deg(right: FloatArray, left: FloatArray) -> FloatArray:
    """Turn of the right-left line about the vertical: 0 facing the camera, + towards the person's own left."""
    line = right - left
    return atan2_deg(-line[..., 2], -line[..., 0])


@channel("pelvis_yaw", "world", _HIPS, sided=False, views=UPRIGHT, period=360)
def pelvis_yaw(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: turn of the hip line about the vertical."""
    return _yaw_deg(p[..., 0, :], p[..., 1, :])


@channel("trunk_yaw", "world", _SHOULDERS, sided=False, views=UPRIGHT, period=360)
def trunk_yaw(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: turn of the shoulder line about the vertical."""
    return _yaw_deg(p[..., 0, :], p[..., 1, :])


_NOSE_AHEAD: Final = 0.29
"""How far the nose is in front of the middle of the shoulders, torso lengths: rendered heads that turned by 31 to 33
degrees moved it by 0.16 to 0.31 shoulder widths, 0.22 on average."""


@channel("upper_turn", "image", (*_HIPS, *_SHOULDERS, "nose"), sided=False, views=FRONT)
def upper_turn(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Turn of the head: nose beside the middle of the shoulders, across the trunk's line, + to the own left.

    With the fit, half of it is the turn of the shoulders (`with_shoulders`).
    """
    up = unit(_middle(p, 2) - _middle(p, 0))
    nose = p[..., 4, :] - _middle(p, 2)
    aside = up[..., 0] * nose[..., 1] - up[..., 1] * nose[..., 0]
    return _share_deg(aside / (_NOSE_AHEAD * ctx.px_per_m * ctx.torso_m))


@channel("trunk_twist", "world", (*_SHOULDERS, *_HIPS), sided=False, views=UPRIGHT, period=360)
def trunk_twist(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Shoulder line against hip line about the vertical."""
    return wrap_deg(_yaw_deg(p[..., 0, :], p[..., 1, :]) - _yaw_deg(p[..., 2, :], p[..., 3, :]))


@channel("trunk_side_bend", "image", (*_HIPS, *_SHOULDERS), sided=False, views=FRONTAL_OR_LYING, period=360)
def trunk_side_bend(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Mid-hip to mid-shoulder line against the normal of the hip line, + to the own right."""
    right = unit(p[..., 0, :] - p[..., 1, :])
    trunk = _middle(p, 2) - _middle(p, 0)
    along = dot(trunk, right)
    across = np.abs(trunk[..., 0] * right[..., 1] - trunk[..., 1] * right[..., 0])
    return atan2_deg(along, across)


@channel("shoulder_tilt", "image", _SHOULDERS, sided=False, views=FRONTAL, period=180)
def shoulder_tilt(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: shoulder line against the horizontal, + right side up. Ribs that bend to a side take it along."""
    return _line_tilt_deg(p[..., 0, :], p[..., 1, :])


@channel("trunk_tilt", "image", (*_HIPS, *_SHOULDERS), sided=False, views=FRONTAL, period=360)
def trunk_tilt(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: mid-hip to mid-shoulder line from the vertical, + to the own right."""
    trunk = _middle(p, 2) - _middle(p, 0)
    return atan2_deg(_lateral(p) * trunk[..., 0], -trunk[..., 1])


@channel("trunk_lean", "image", (*_HIPS, *_SHOULDERS), sided=False, views=SIDE, period=360)
def trunk_lean(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: mid-hip to mid-shoulder line from the vertical, + forward."""
    trunk = _middle(p, 2) - _middle(p, 0)
    return atan2_deg(ctx.facing * trunk[..., 0], -trunk[..., 1])


@channel("trunk_fold", "image", (*_HIPS, *_SHOULDERS), sided=False, views=UPRIGHT)
def trunk_fold(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Upright: trunk from the vertical, whichever way, from how short it looks; from the side also from its line."""
    trunk = _middle(p, 2) - _middle(p, 0)
    folded = np.degrees(np.arccos(np.clip(-trunk[..., 1] / (ctx.px_per_m * ctx.torso_m), -1.0, 1.0)))
    if ctx.pictured == "upright":
        folded = np.maximum(folded, atan2_deg(np.abs(trunk[..., 0]), -trunk[..., 1]))
    return np.asarray(folded)


@channel(
    "hip_shift",
    "image",
    (*_HIPS, "right_ankle", "left_ankle"),
    sided=False,
    unit="hip_width",
    views=FRONTAL,
)
def hip_shift(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Mid-hip beside mid-ankle in hip widths, + to the own right."""
    offset = _middle(p, 0)[..., 0] - _middle(p, 2)[..., 0]
    hips = p[..., 0, 0] - p[..., 1, 0]
    return np.asarray(offset / np.abs(hips) * np.sign(hips))


@channel("ankle_gap", "image", ("right_ankle", "left_ankle"), sided=False, unit="shank", views=LYING_END)
def ankle_gap(p: FloatArray, ctx: BodyContext) -> FloatArray:
    """Lying: distance between the ankles in the picture."""
    apart = np.linalg.norm(p[..., 0, :] - p[..., 1, :], axis=-1)
    return np.asarray(apart / (ctx.px_per_m * ctx.shank_m))


def split_name(name: str) -> tuple[ChannelSpec, str | None]:
    """Return the channel behind a full name such as `knee_flexion_left`, and its side.

    Raises
    ------
    KeyError
        If there is no such channel.
    """
    if name in CHANNELS and not CHANNELS[name].sided:
        return CHANNELS[name], None
    base, _, side = name.rpartition("_")
    if side in ("left", "right") and base in CHANNELS and CHANNELS[base].sided:
        return CHANNELS[base], side
    raise KeyError(name)


def full_names(base: str) -> tuple[str, ...]:
    """Return the full names of a channel: one, or one for each side."""
    spec = CHANNELS[base]
    return (f"{base}_left", f"{base}_right") if spec.sided else (base,)
