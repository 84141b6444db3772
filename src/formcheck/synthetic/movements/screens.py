"""Assessments and screens."""

from __future__ import annotations

import numpy as np

from formcheck.core.landmarks import SIDES
from formcheck.synthetic.inverse import leg_reach
from formcheck.synthetic.movements.base import Context, FaultSpec, Movement, Step
from formcheck.synthetic.movements.faults import (
    BACK_ARCH,
    HIP_HIKE,
    KNEE_VALGUS,
    KNEE_VARUS,
    MOMENTUM,
    PELVIS_ROLL,
    SIDE_BEND,
    TOO_SMALL,
    TRUNK_LEAN,
    both,
)
from formcheck.synthetic.movements.lying import FE, STRAIGHT, floor_arms
from formcheck.synthetic.movements.standing import hanging_arms
from formcheck.synthetic.posing import LegSetup, Setup


def _ninety(ctx: Context) -> Setup:
    return Setup(
        "supine",
        {ctx.side: LegSetup("free", flexion=90, adduction=0, knee=90), ctx.other: STRAIGHT},
        floor_arms(),
    )


def _supine_ir(ctx: Context) -> list[Step]:
    s = ctx.side
    return [
        Step("turn_in", 1.8, {f"{s}_ir": ctx.amplitude}, ctx.number("hold_s", 2.0), "hold"),
        Step("return", 1.6, {f"{s}_ir": 0.0}, ctx.number("rest_s", 1.2), "rest"),
    ]


def _slr(ctx: Context) -> list[Step]:
    s, a = ctx.side, ctx.amplitude
    lift = {f"{s}_dflex": a, f"{s}_dir": 12.0, "tilt": -0.10 * a, f"{s}_ankle": 12.0}
    return [
        Step("raise", 2.4, lift, ctx.number("hold_s", 1.2), "hold"),
        Step("lower", 2.2, dict.fromkeys(lift, 0.0), ctx.number("rest_s", 1.2), "rest"),
    ]


def _both_feet(out: float, toe_out: float) -> Setup:
    leg = LegSetup("planted", foot_ahead=0.0, foot_out=out, toe_out=toe_out)
    return Setup("standing", dict.fromkeys(SIDES, leg), hanging_arms())


def _squat(ctx: Context) -> list[Step]:
    p, depth = ctx.proportions, ctx.amplitude
    scale = (p.thigh + p.shank) / 0.84
    back = -0.21 * np.sin(np.deg2rad(min(depth, 110.0)) / 2) * scale
    out = 0.05 * scale
    tall = np.sqrt(leg_reach(p, 4.0) ** 2 - out**2)
    low = np.sqrt(max(leg_reach(p, depth) ** 2 - back**2 - out**2, 0.01))
    share = depth / 100.0
    down = {
        "drop": float(tall - low) / scale,
        "px": float(back),
        "lean": 34.0 * share,
        "spine": 8.0 * share,
        "left_arm_flex": 82.0 * share,
        "right_arm_flex": 82.0 * share,
        "left_valgus": 0.0,
        "right_valgus": 0.0,
        "head_nod": -18.0 * share,
    }
    return [
        Step("lower", 2.2, down, ctx.number("hold_s", 1.0), "bottom"),
        Step("rise", 1.8, dict.fromkeys(down, 0.0), ctx.number("rest_s", 1.0), "rest"),
    ]


def _toe_touch(ctx: Context) -> list[Step]:
    a = ctx.amplitude
    down = {
        "lean": 0.58 * a,
        "spine": 0.42 * a,
        "px": -0.0011 * a,
        "left_arm_flex": 0.94 * a,
        "right_arm_flex": 0.94 * a,
        "left_elbow": -10.0,
        "right_elbow": -10.0,
        "left_arm_abd": -8.0,
        "right_arm_abd": -8.0,
        "head_nod": 0.2 * a,
    }
    return [
        Step("reach", 2.4, down, ctx.number("hold_s", 1.2), "hold"),
        Step("rise", 2.2, dict.fromkeys(down, 0.0), ctx.number("rest_s", 1.0), "rest"),
    ]


def _stand(ctx: Context) -> list[Step]:
    return [Step("stand", 0.0, {}, ctx.number("hold_s", 5.0))]


_SHALLOW = FaultSpec("share of the usual depth that is reached", 0.4, "scale", spoils_at=0.4)
_HOLD = "seconds the end position is held"

SCREENS: tuple[Movement, ...] = (
    Movement(
        "assess-supine-ir",
        30,
        "hip internal rotation, degrees",
        "hip_ir_{s}",
        "foot_end:60",
        FE,
        _ninety,
        _supine_ir,
        {
            "pelvis_roll": FaultSpec(
                "the pelvis turns away from the working side, degrees", 12, controls=(("±roll", -1.0),), spoils_at=9
            ),
            "flexion_lost": FaultSpec("hip flexion drops on the way, degrees", 16, controls=(("{s}_dflex", -1.0),)),
            "back_arch": BACK_ARCH,
            "side_bend": SIDE_BEND,
            "too_small": TOO_SMALL,
        },
        {"hold_s": _HOLD},
    ),
    Movement(
        "assess-slr",
        72,
        "how far the leg is raised, degrees of hip flexion",
        "hip_flexion_{s}",
        "side",
        ("side_right", "side_left"),
        lambda c: Setup("supine", dict.fromkeys(SIDES, STRAIGHT), floor_arms(24.0)),
        _slr,
        {
            "knee_bend": FaultSpec("the raised knee bends, degrees", 28, controls=(("{s}_dknee", 1.0),)),
            "other_leg_rise": FaultSpec(
                "the other thigh rises, degrees", 14, controls=(("{o}_dflex", 1.0), ("{o}_dknee", 0.8))
            ),
            "pelvis_tilt": FaultSpec("the pelvis tilts back early, degrees", 14, controls=(("tilt", -1.0),)),
            "pelvis_roll": PELVIS_ROLL,
            "momentum": MOMENTUM,
            "too_small": TOO_SMALL,
        },
        {"hold_s": _HOLD},
    ),
    Movement(
        "screen-squat",
        96,
        "depth, knee flexion in degrees",
        "knee_flexion_{s}",
        "front",
        ("front", "side_right", "back", "side_left"),
        lambda _: _both_feet(0.05, 12),
        _squat,
        {
            "knee_valgus": both(KNEE_VALGUS),
            "knee_varus": both(KNEE_VARUS),
            "hip_shift": FaultSpec(
                "the pelvis shifts to the working side, centimetres", 8, controls=(("±pz", 0.01), ("±hike", -0.5))
            ),
            "hip_hike": HIP_HIKE,
            "side_bend": SIDE_BEND,
            "trunk_lean": TRUNK_LEAN,
            "heel_rise": FaultSpec(
                "the heels come up, degrees", 18, controls=(("left_heel", 1.0), ("right_heel", 1.0), ("px", 0.002))
            ),
            "shallow": _SHALLOW,
            "too_small": TOO_SMALL,
        },
        {"hold_s": _HOLD},
        bilateral=True,
    ),
    Movement(
        "screen-toe-touch",
        118,
        "how far the trunk goes down in all, degrees",
        "trunk_lean",
        "side",
        ("side_right", "side_left", "front"),
        lambda _: _both_feet(0.0, 5),
        _toe_touch,
        {
            "knee_bend": FaultSpec("the knees bend, about degrees", 28, controls=(("drop", 0.00115), ("px", 0.0008))),
            "hip_shift": FaultSpec("the pelvis shifts sideways, centimetres", 7, controls=(("±pz", 0.01),)),
            "reach_uneven": FaultSpec("one hand reaches lower, degrees of turn", 18, controls=(("±twist", -1.0),)),
            "knee_hyperextension": FaultSpec(
                "the knees go past straight, degrees", 12, controls=(("left_dknee", -1.0), ("right_dknee", -1.0))
            ),
            "too_small": TOO_SMALL,
        },
        {"hold_s": _HOLD},
        bilateral=True,
        reps=2,
    ),
    Movement(
        "screen-foot-presentation",
        0,
        "unused: quiet standing",
        "hip_ir_{s}",
        "front:18",
        ("front:18", "back:18"),
        lambda c: _both_feet(0.02, c.number("toe_out", 8.0)),
        _stand,
        {
            "foot_turn": FaultSpec(
                "the working side's foot points outwards, degrees", 22, controls=(("{s}_toe_out", 1.0),)
            ),
            "foot_dumped": FaultSpec(
                "the working side's foot is dumped in, degrees",
                14,
                controls=(("{s}_inversion", -1.0), ("{s}_valgus", 0.5)),
            ),
            "knee_hyperextension": FaultSpec(
                "the knees go past straight, degrees", 10, controls=(("left_dknee", -1.0), ("right_dknee", -1.0))
            ),
        },
        {"hold_s": "seconds of standing", "toe_out": "direction of both feet, degrees"},
        bilateral=True,
        reps=1,
    ),
)
