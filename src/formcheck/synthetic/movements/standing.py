"""Drills done standing."""

from __future__ import annotations

import numpy as np

from formcheck.core.landmarks import SIDES, Side
from formcheck.synthetic.inverse import leg_reach
from formcheck.synthetic.movements.base import Context, FaultSpec, Movement, Step
from formcheck.synthetic.movements.faults import (
    HIP_HIKE,
    KNEE_VALGUS,
    KNEE_VARUS,
    SIDE_BEND,
    TOO_FAST,
    TOO_SMALL,
    TRUNK_LEAN,
)
from formcheck.synthetic.posing import ArmSetup, LegSetup, Poser, Setup
from formcheck.synthetic.scene import Box
from formcheck.synthetic.skeleton import ArmAngles

FRONT = ("front", "diagonal_right", "diagonal_left")


def hanging_arms() -> dict[Side, ArmSetup]:
    """Return both arms hanging at the sides."""
    return {s: ArmSetup("free", angles=ArmAngles(flexion=3, abduction=9, elbow=14, pronation=25)) for s in SIDES}


def _dissociation_setup(ctx: Context) -> Setup:
    higher = ctx.number("hover", 0.0)
    hovering = LegSetup("free", flexion=20 + 0.55 * higher, adduction=-2, knee=28 + higher)
    return Setup(
        "standing",
        {ctx.side: hovering, ctx.other: LegSetup("planted", toe_out=4)},
        hanging_arms(),
        stance=ctx.other,
    )


def _dissociation(ctx: Context) -> list[Step]:
    s, k, a = ctx.side, ctx.sign, ctx.amplitude
    turn, hold = ctx.number("turn", 32.0), ctx.number("hold_s", 2.0)
    return [
        Step("out", 1.4, {f"{s}_ir": -a}),
        Step("turn_out", 1.6, {"twist": k * turn, "head_yaw": k * 20}, hold, "hold_out"),
        Step("centre", 1.6, {"twist": 0.0, "head_yaw": 0.0}),
        Step("in", 1.6, {f"{s}_ir": a}),
        Step("turn_in", 1.6, {"twist": -k * turn, "head_yaw": -k * 20}, hold, "hold_in"),
        Step("return", 1.8, {"twist": 0.0, "head_yaw": 0.0, f"{s}_ir": 0.0}, ctx.number("rest_s", 1.0), "rest"),
    ]


def _hinge_setup(ctx: Context) -> Setup:
    arms = {s: ArmSetup("free", angles=ArmAngles(flexion=5, abduction=12, elbow=20, pronation=25)) for s in SIDES}
    return Setup(
        "standing",
        {ctx.side: LegSetup("planted", toe_out=2), ctx.other: LegSetup("free", flexion=-14, adduction=-1, knee=18)},
        arms,
        stance=ctx.side,
    )


def _hinge(ctx: Context) -> list[Step]:
    k, a, hold = ctx.sign, ctx.amplitude, ctx.number("hold_s", 1.6)
    back = -0.075
    o = ctx.other
    down = {
        "lean": a,
        "px": back,
        f"{o}_flex": -4.0,
        "left_arm_flex": 0.55 * a,
        "right_arm_flex": 0.55 * a,
        "head_nod": -0.3 * a,
    }
    up = dict.fromkeys(down, 0.0)
    turn = ctx.number("turn", 22.0)
    return [
        Step("hinge", 2.0, down, 0.4, "hinge"),
        Step("rise", 1.8, up, 0.5, "rise"),
        Step("hinge_in", 2.4, {**down, "yaw": -k * turn}, hold, "hold"),
        Step("return", 2.2, {**up, "yaw": 0.0}, ctx.number("rest_s", 1.0), "rest"),
    ]


def _single_leg_start(stance: str) -> dict[str, float]:
    """Return controls that bring the pelvis over one foot."""
    k = 1.0 if stance == "right" else -1.0
    return {"pz": k * 0.062, "stance_knee": 14.0, "hike": -k * 2.0, "bend": k * 1.5}


def _split_setup(front_ground: float, ctx: Context, front_is_working: bool, length: float) -> Setup:
    front, rear = (ctx.side, ctx.other) if front_is_working else (ctx.other, ctx.side)
    return Setup(
        "standing",
        {
            front: LegSetup("planted", foot_ahead=0.5 * length, foot_out=0.02, toe_out=3, ground=front_ground),
            rear: LegSetup("planted", foot_ahead=-0.5 * length, foot_out=0.02, toe_out=2),
        },
        hanging_arms(),
    )


def _trailing(ctx: Context) -> list[Step]:
    s, k, a = ctx.side, ctx.sign, ctx.amplitude
    return [
        Step("in", 1.8, {f"{s}_toe_out": -a, "yaw": -k * 0.45 * a}, ctx.number("hold_s", 1.5), "hold"),
        Step("return", 1.8, {f"{s}_toe_out": 0.0, "yaw": 0.0}, ctx.number("rest_s", 1.0), "rest"),
    ]


def _ffe(ctx: Context) -> list[Step]:
    s, o, k = ctx.side, ctx.other, ctx.sign
    drop = 0.24 * ctx.amplitude / 85.0
    down = {
        "drop": drop,
        "yaw": -k * ctx.number("turn", 8.0),
        f"{o}_heel": 52.0,
        "lean": 14.0,
        "px": 0.04,
        "left_arm_flex": -8.0,
        "right_arm_flex": -8.0,
        f"{s}_valgus": 0.0,
    }
    start = {**dict.fromkeys(down, 0.0), f"{o}_heel": 34.0, "lean": 4.0, "drop": 0.02}
    return [
        Step("lower", 2.0, down, ctx.number("hold_s", 1.0), "bottom"),
        Step("rise", 1.7, start, ctx.number("rest_s", 1.0), "rest"),
    ]


def _step_box(height: float, ctx: Context, ahead: float, width: float = 0.42) -> Box:
    z = ctx.sign * ctx.proportions.hip_half_width
    return Box(
        np.array([ahead, height / 2 - 0.001, z * 0.6]),
        np.array([0.36, height, width]),
        0.0,
        4,
        np.array([0.8, 0.7, 0.6]),
    )


def _ffe_props(_: Poser, ctx: Context) -> tuple[Box, ...]:
    scale = (ctx.proportions.thigh + ctx.proportions.shank) / 0.84
    return (_step_box(0.10, ctx, 0.5 * 0.78 * scale + 0.06, 0.30),)


_BOX, _BOX_AHEAD = 0.28, 0.30


def _crossover_setup(ctx: Context) -> Setup:
    return Setup(
        "standing",
        {
            ctx.side: LegSetup("planted", foot_ahead=_BOX_AHEAD, foot_out=-0.02, toe_out=2, ground=_BOX),
            ctx.other: LegSetup("planted", foot_ahead=0.0, foot_out=0.02, toe_out=4),
        },
        hanging_arms(),
        stance=ctx.side,
    )


def _crossover_start(ctx: Context) -> dict[str, float]:
    """Return the start: foot on the box, the other leg nearly straight on the floor."""
    p = ctx.proportions
    scale = (p.thigh + p.shank) / 0.84
    px = 0.04
    up = np.sqrt(leg_reach(p, 10.0) ** 2 - px**2)
    gap = np.hypot(up - _BOX, _BOX_AHEAD * scale - px)
    cos_knee = (gap**2 - p.thigh**2 - p.shank**2) / (2 * p.thigh * p.shank)
    return {"px": px, "stance_knee": float(np.rad2deg(np.arccos(cos_knee))), "lean": 10.0}


def _crossover(ctx: Context) -> list[Step]:
    o, k = ctx.other, ctx.sign
    start = _crossover_start(ctx)
    scale = (ctx.proportions.thigh + ctx.proportions.shank) / 0.84
    across = ctx.amplitude / 100.0
    half = {
        "px": 0.5 * _BOX_AHEAD * scale,
        "stance_knee": 0.6 * start["stance_knee"],
        "lean": 16.0,
        "pz": k * 0.05,
        f"{o}_heel": 30.0,
    }
    top = {
        "px": _BOX_AHEAD * scale - 0.015,
        "stance_knee": 8.0,
        "lean": 3.0,
        "pz": k * (0.075 + across),
        "yaw": -k * ctx.number("turn", 10.0),
        f"{o}_foot_up": 0.36,
        f"{o}_foot_ahead": _BOX_AHEAD * scale + 0.12,
        f"{o}_foot_out": -0.16,
        f"{o}_heel": 10.0,
    }
    back = {**dict.fromkeys(top, 0.0), **start}
    return [
        Step("load", 0.7, half),
        Step("step", 1.5, top, ctx.number("hold_s", 1.0), "top"),
        Step("down", 2.0, back, ctx.number("rest_s", 1.0), "rest"),
    ]


def _crossover_props(_: Poser, ctx: Context) -> tuple[Box, ...]:
    scale = (ctx.proportions.thigh + ctx.proportions.shank) / 0.84
    return (_step_box(_BOX, ctx, _BOX_AHEAD * scale + 0.05, 0.50),)


_FOOT_TOUCH = FaultSpec(
    "the hovering foot goes down until it stands, share of the way",
    1.0,
    controls=(("{s}_flex", -30.0), ("{s}_knee", -47.0), ("{s}_ankle", 15.0)),
    rise="turn_out",
    fall="in",
    spoils_at=0.7,
)
_HOP = FaultSpec(
    "hops on the standing leg, centimetres",
    8,
    "hops",
    controls=(("{o}_foot_up", 0.01), ("left_arm_abd", 3.0), ("right_arm_abd", 3.0)),
)
_KNEE_CHANGE = FaultSpec("the standing knee bends, degrees", 28, controls=(("stance_knee", 1.0),), rise="hinge_in")
_HOLD = "seconds each end position is held"

STANDING: tuple[Movement, ...] = (
    Movement(
        "standing-rotation-dissociation",
        26,
        "thigh rotation each way, degrees",
        "hip_ir_{s}",
        "front",
        FRONT,
        _dissociation_setup,
        _dissociation,
        {
            "pelvis_follows": FaultSpec(
                "the pelvis turns with the torso, degrees",
                18,
                controls=(("±yaw", 1.0),),
                rise="turn_out",
                fall="centre",
                spoils_at=15,
            ),
            "thigh_follows": FaultSpec(
                "the thigh turns with the torso, degrees",
                30,
                controls=(("{s}_ir", 1.0),),
                rise="turn_out",
                fall="centre",
            ),
            "hip_hike": HIP_HIKE,
            "side_bend": SIDE_BEND,
            "foot_touch": _FOOT_TOUCH,
            "hop": _HOP,
            "balance_lost": FaultSpec(
                "a stagger, centimetres",
                9,
                "wave",
                controls=(
                    ("pz", 0.01),
                    ("±bend", -0.9),
                    ("left_arm_abd", 4.0),
                    ("right_arm_abd", 4.0),
                    ("{s}_flex", -0.6),
                ),
            ),
            "too_small": TOO_SMALL,
        },
        {
            "turn": "how far the torso turns, degrees",
            "hold_s": _HOLD,
            "hover": "how much more the hovering knee is bent, degrees; by 34 the foot hovers 5 cm higher",
        },
        start=lambda c: _single_leg_start(c.other),
        reps=2,
    ),
    Movement(
        "ir-hinge",
        52,
        "forward tilt of the pelvis, degrees",
        "trunk_lean",
        "front",
        FRONT,
        _hinge_setup,
        _hinge,
        {
            "torso_only": FaultSpec(
                "only the torso turns, the pelvis does not, degrees",
                26,
                "omit",
                controls=(("±twist", -1.0),),
                omitted=("yaw",),
                rise="hinge_in",
                spoils_at=15,
            ),
            "spine_round": FaultSpec(
                "the back rounds, degrees", 32, controls=(("spine", 1.0), ("lean", -0.4)), rise="hinge_in"
            ),
            "knee_change": _KNEE_CHANGE,
            "knee_valgus": KNEE_VALGUS,
            "foot_turn": FaultSpec(
                "the standing foot turns in, degrees", 20, controls=(("{s}_toe_out", -1.0),), rise="hinge_in"
            ),
            "hips_open": FaultSpec(
                "the free side's hip opens to the ceiling, degrees",
                20,
                controls=(("±hike", -1.0), ("±yaw", 0.6)),
                rise="hinge_in",
            ),
            "side_bend": SIDE_BEND,
            "too_small": TOO_SMALL,
        },
        {"turn": "how far pelvis and trunk turn over the standing hip, degrees", "hold_s": _HOLD},
        start=lambda c: {**_single_leg_start(c.side), "stance_knee": 18.0, "lean": 6.0},
        reps=2,
    ),
    Movement(
        "trailing-leg-ir",
        26,
        "turn of the rear thigh and foot, degrees",
        "hip_ir_{s}",
        "front",
        ("front", "back"),
        lambda c: _split_setup(0.0, c, False, 0.62),
        _trailing,
        {
            "knee_valgus": FaultSpec("the rear knee falls in, degrees", 20, controls=(("{s}_valgus", 1.0),)),
            "front_knee_in": FaultSpec("the front knee falls in, degrees", 20, controls=(("{o}_valgus", 1.0),)),
            "back_arch": FaultSpec("the low back arches, degrees", 16, controls=(("lean", 1.0), ("spine", -1.0))),
            "side_bend": SIDE_BEND,
            "too_small": TOO_SMALL,
        },
        {"hold_s": _HOLD},
        start=lambda c: {f"{c.side}_heel": 28.0, "drop": 0.03},
    ),
    Movement(
        "ffe-split-squat",
        85,
        "depth, about the front knee's flexion in degrees",
        "knee_flexion_{s}",
        "front",
        (*FRONT, "side"),
        lambda c: _split_setup(0.10, c, True, 0.78),
        _ffe,
        {
            "knee_valgus": KNEE_VALGUS,
            "knee_varus": KNEE_VARUS,
            "hip_hike": HIP_HIKE,
            "hip_shift": FaultSpec(
                "the pelvis shifts to the front leg's side, centimetres", 7, controls=(("±pz", 0.01),)
            ),
            "side_bend": SIDE_BEND,
            "trunk_lean": TRUNK_LEAN,
            "rear_push": FaultSpec(
                "pushed up and forwards by the rear leg, centimetres",
                9,
                controls=(("px", 0.01), ("lean", 2.0), ("{o}_heel", 1.2)),
                rise="lower",
                fall="rise",
            ),
            "too_small": TOO_SMALL,
            "shallow": FaultSpec("share of the usual depth that is reached", 0.4, "scale", spoils_at=0.4),
        },
        {"turn": "turn of the pelvis to the front leg, degrees", "hold_s": _HOLD},
        start=lambda c: {f"{c.other}_heel": 34.0, "lean": 4.0, "drop": 0.02},
        props=_ffe_props,
    ),
    Movement(
        "crossover-step-up",
        3,
        "how far the pelvis passes over the foot at the top, centimetres",
        "hip_adduction_{s}",
        "front",
        FRONT,
        _crossover_setup,
        _crossover,
        {
            "knee_valgus": KNEE_VALGUS,
            "hip_hike": FaultSpec("the free side's hip drops, degrees", 12, controls=(("±hike", 1.0),)),
            "torso_only": FaultSpec(
                "the torso turns instead of the hip, degrees",
                24,
                "omit",
                controls=(("±twist", -1.0),),
                omitted=("yaw",),
            ),
            "floor_push": FaultSpec(
                "the floor leg pushes off, degrees its heel lifts",
                34,
                controls=(("{o}_heel", 1.0), ("px", 0.0015)),
                rise="load",
                fall="step",
            ),
            "too_fast": TOO_FAST,
            "too_small": TOO_SMALL,
        },
        {"turn": "turn of the pelvis at the top, degrees", "hold_s": _HOLD},
        start=_crossover_start,
        props=_crossover_props,
    ),
)
