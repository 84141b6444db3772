"""Drills done lying down."""

from __future__ import annotations

import numpy as np

from formcheck.core.landmarks import SIDES, Side
from formcheck.core.pose import FloatArray
from formcheck.synthetic.movements.base import Context, FaultSpec, Movement, Step
from formcheck.synthetic.movements.faults import (
    BACK_ARCH,
    HIP_HIKE,
    HOLD_BROKEN,
    MOMENTUM,
    PELVIS_ROLL,
    ROCKING,
    SIDE_BEND,
    TOO_FAST,
    TOO_SMALL,
    both,
)
from formcheck.synthetic.posing import ArmSetup, LegSetup, Poser, Setup
from formcheck.synthetic.rotations import side_sign
from formcheck.synthetic.scene import Box
from formcheck.synthetic.skeleton import ArmAngles

FE = ("foot_end:45", "foot_end:60", "overhead")
PLANTED = LegSetup("planted_ir", foot_ahead=0.55, foot_out=0.03, toe_out=6)
STRAIGHT = LegSetup("rest", adduction=-6, ir=-14, knee=4)


def floor_arms(spread: float = 34.0) -> dict[Side, ArmSetup]:
    """Return both arms lying beside the body."""
    arm = ArmSetup("floor", spread, ArmAngles(pronation=78, elbow=9))
    return dict.fromkeys(SIDES, arm)


def _supine(working: LegSetup, other: LegSetup, ctx: Context) -> Setup:
    return Setup("supine", {ctx.side: working, ctx.other: other}, floor_arms())


def _liftoff_setup(ctx: Context) -> Setup:
    other = PLANTED if ctx.params.get("other_leg") == "bent" else STRAIGHT
    return _supine(LegSetup("planted_ir", foot_ahead=0.54, foot_out=0.07, toe_out=8), other, ctx)


def _liftoff(ctx: Context) -> list[Step]:
    s, lift = ctx.side, ctx.number("lift", 24.0)
    return [
        Step("dip", 2.0, {f"{s}_ir": ctx.amplitude}, ctx.number("hold_s", 1.3), "hold"),
        Step("lift", 1.5, {f"{s}_dflex": lift, f"{s}_dknee": -4.0}, ctx.number("hold_s", 1.3)),
        Step("return", 1.4, {f"{s}_dflex": 0.0, f"{s}_dknee": 0.0}),
        Step("return", 1.6, {f"{s}_ir": 0.0}, ctx.number("rest_s", 1.2), "rest"),
    ]


def _hook_both(ctx: Context) -> Setup:
    return _supine(PLANTED, PLANTED, ctx)


def _ere(ctx: Context) -> list[Step]:
    s, o, hold = ctx.side, ctx.other, ctx.number("hold_s", 2.5)
    gap = 2 * (ctx.proportions.hip_half_width + 0.03) - 0.095
    return [
        Step("ir", 1.6, {f"{s}_dir": ctx.amplitude}, hold, "ir_hold"),
        Step("er", 1.4, {f"{s}_dir": 0.0, f"{o}_foot_out": -gap, f"{o}_block": 1.0}, hold, "er_hold"),
        Step("release", 1.0, {f"{o}_foot_out": 0.0, f"{o}_block": 0.0}),
        Step("ir", 1.6, {f"{s}_dir": ctx.amplitude * 1.08}, hold, "ir_hold"),
        Step("return", 1.5, {f"{s}_dir": 0.0}, ctx.number("rest_s", 1.2), "rest"),
    ]


def _cars(ctx: Context) -> list[Step]:
    s, r = ctx.side, ctx.amplitude
    turn = 1.0 if ctx.rep % 2 else -1.0

    def circle(u: FloatArray) -> dict[str, FloatArray]:
        a = turn * 2 * np.pi * u
        missing = 1.0 - ctx.cut * np.exp(-(((np.mod(a, 2 * np.pi) - np.pi * 1.35) / 0.6) ** 2))
        radius = r * missing
        return {
            f"{s}_flex": radius * (np.cos(a) - 1.0) + r * (missing - 1.0) * 0.0,
            f"{s}_add": 0.85 * radius * np.sin(a),
            f"{s}_ir": 0.9 * radius * np.sin(a),
        }

    seconds = ctx.number("circle_s", 6.0)
    return [Step("circle", seconds, path=circle), Step("rest", 0.6, {}, ctx.number("rest_s", 0.8))]


def _pails_steps(ctx: Context) -> list[Step]:
    s, hold = ctx.side, ctx.number("hold_s", 3.0)
    return [
        Step("place", 2.0, {f"{s}_dir": ctx.amplitude}, ctx.number("settle_s", 3.0), "settle"),
        Step("pails", 0.8, {f"{s}_dir": ctx.amplitude - 0.6}, hold),
        Step("rails", 0.8, {f"{s}_dir": ctx.amplitude + 0.6}, hold),
        Step("return", 2.0, {f"{s}_dir": 0.0}, ctx.number("rest_s", 1.2), "rest"),
    ]


def _blocks(poser: Poser, ctx: Context) -> tuple[Box, ...]:
    """Return the stack under the raised foot."""
    _, posture = poser.posture({f"{ctx.side}_dir": ctx.amplitude})
    joints = posture.joints
    heel, ball = joints[f"{ctx.side}_heel"], joints[f"{ctx.side}_ball"]
    top = max(min(heel[1], ball[1]) - 0.035, 0.03)
    middle = (heel + ball) / 2 + np.array([0.0, 0.0, 0.035 * side_sign(ctx.side)])
    size = np.array([0.22, top, 0.13])
    return (Box(np.array([middle[0], top / 2, middle[2]]), size, 0.0, 4, np.array([0.9, 0.75, 0.55])),)


def _wide_both(ctx: Context) -> Setup:
    leg = LegSetup("planted_ir", foot_ahead=0.56, foot_out=0.15, toe_out=14)
    return _supine(leg, leg, ctx)


def _sleeper(ctx: Context) -> list[Step]:
    s, o, a = ctx.side, ctx.other, ctx.amplitude
    hold = ctx.number("hold_s", 0.5)
    return [
        Step("in", 1.6, {f"{s}_ir": a, f"{o}_ir": -0.8 * a}, hold, "in"),
        Step("out", 2.4, {f"{s}_ir": -0.8 * a, f"{o}_ir": a}, hold, "out"),
        Step("return", 1.5, {f"{s}_ir": 0.0, f"{o}_ir": 0.0}, ctx.number("rest_s", 0.8), "rest"),
    ]


def _knee_to_floor(ctx: Context) -> list[Step]:
    return [
        Step("dip", 2.2, {f"{ctx.side}_ir": ctx.amplitude}, ctx.number("hold_s", 3.0), "hold"),
        Step("return", 1.8, {f"{ctx.side}_ir": 0.0}, ctx.number("rest_s", 1.2), "rest"),
    ]


def _wide_working(ctx: Context) -> Setup:
    return _supine(LegSetup("planted_ir", foot_ahead=0.55, foot_out=0.13, toe_out=10), PLANTED, ctx)


def _inward_tilt(ctx: Context) -> list[Step]:
    s = ctx.side
    return [
        Step("tilt", 3.0, {f"{s}_ir": ctx.amplitude, f"{s}_inversion": -8.0}, ctx.number("hold_s", 4.0), "hold"),
        Step("return", 2.2, {f"{s}_ir": 0.0, f"{s}_inversion": 0.0}, ctx.number("rest_s", 1.2), "rest"),
    ]


def _isometric(ctx: Context) -> list[Step]:
    s, o, a = ctx.side, ctx.other, ctx.amplitude
    return [
        Step("push", 0.8, {f"{s}_dir": a, f"{o}_dir": a}, ctx.number("hold_s", 5.0)),
        Step("release", 0.8, {f"{s}_dir": 0.0, f"{o}_dir": 0.0}, ctx.number("rest_s", 2.0), "rest"),
    ]


def _arom_setup(ctx: Context) -> Setup:
    if ctx.params.get("position") != "prone":
        return _hook_both(ctx)
    leg = LegSetup("rest", adduction=-2, knee=90)
    arm = ArmSetup("floor", 140.0, ArmAngles(pronation=78, elbow=62))
    return Setup("prone", dict.fromkeys(SIDES, leg), dict.fromkeys(SIDES, arm))


def _arom(ctx: Context) -> list[Step]:
    s, o, a = ctx.side, ctx.other, ctx.amplitude
    return [
        Step(
            "out",
            1.8,
            {f"{s}_dir": a, f"{o}_dir": a * ctx.number("other_share", 0.95)},
            ctx.number("hold_s", 1.2),
            "hold",
        ),
        Step("return", 1.8, {f"{s}_dir": 0.0, f"{o}_dir": 0.0}, ctx.number("rest_s", 1.0), "rest"),
    ]


def _arm_bar_setup(ctx: Context) -> Setup:
    return Setup(
        "supine",
        {ctx.side: LegSetup("free", flexion=44, adduction=-2, knee=96), ctx.other: STRAIGHT},
        {
            ctx.side: ArmSetup("vertical", angles=ArmAngles(elbow=4, pronation=0)),
            ctx.other: ArmSetup("floor", 148.0, ArmAngles(pronation=10, elbow=8)),
        },
    )


def _arm_bar(ctx: Context) -> list[Step]:
    s, o, k, a = ctx.side, ctx.other, ctx.sign, ctx.amplitude
    turned = {
        "roll": k * a,
        "chest_roll": k * 0.92 * a,
        f"{s}_flex": 34.0,
        f"{s}_add": 16.0,
        f"{o}_leg_roll": k * 0.8 * a,
    }
    return [
        Step("roll", 3.0, turned, ctx.number("hold_s", 4.0), "hold"),
        Step("return", 3.0, dict.fromkeys(turned, 0.0), ctx.number("rest_s", 1.2), "rest"),
    ]


_ROTATION_LOST = FaultSpec(
    "the hip turns back out while the leg rises, degrees", 16, controls=(("{s}_dir", -1.0),), rise="lift", fall="return"
)
_KNEE_DRIFT = FaultSpec("the knee drifts inwards, degrees of hip adduction", 14, controls=(("{s}_dadd", 1.0),))
_KNEE_LIFT = FaultSpec("the knee comes up, degrees of hip flexion", 14, controls=(("{s}_dflex", 1.0),))
_FEET_SLIDE = FaultSpec(
    "the feet slide outwards, centimetres", 9, controls=(("{s}_foot_out", 0.01), ("{o}_foot_out", 0.01))
)
_FOOT_SLIDES = FaultSpec("the foot slides outwards, centimetres", 8, controls=(("{s}_foot_out", 0.01),))
_FOOT_LIFT = FaultSpec("the foot leaves the floor, centimetres", 6, controls=(("{s}_foot_up", 0.01),))
_COMMON = {"pelvis_roll": PELVIS_ROLL, "too_small": TOO_SMALL, "back_arch": BACK_ARCH}
_KNEE_DRIFTS = both(_KNEE_DRIFT)
_HOLD = "seconds each end position is held"

LYING: tuple[Movement, ...] = (
    Movement(
        "supine-ir-liftoff",
        26,
        "hip internal rotation at the dip, degrees",
        "hip_ir_{s}",
        "foot_end:55",
        FE,
        _liftoff_setup,
        _liftoff,
        {
            **_COMMON,
            "rotation_lost": _ROTATION_LOST,
            "momentum": MOMENTUM,
            "rocking": ROCKING,
            "side_bend": SIDE_BEND,
            "hip_hike": HIP_HIKE,
        },
        {"lift": "how far the leg lifts, degrees of hip flexion", "hold_s": _HOLD, "other_leg": "straight or bent"},
    ),
    Movement(
        "supine-ir-ere",
        28,
        "hip internal rotation, degrees",
        "hip_ir_{s}",
        "foot_end:55",
        FE,
        _hook_both,
        _ere,
        {
            **_COMMON,
            "knee_drift": _KNEE_DRIFT,
            "foot_not_blocked": FaultSpec(
                "the other foot does not block (size unused)", 1, "omit", omitted=("{o}_foot_out", "{o}_block")
            ),
            "hold_broken": HOLD_BROKEN,
        },
        {"hold_s": _HOLD},
        reps=2,
    ),
    Movement(
        "lying-hip-cars",
        24,
        "radius of the knee's circle, degrees",
        "hip_flexion_{s}",
        "foot_end:55",
        (*FE, "side"),
        lambda c: _supine(LegSetup("free", flexion=96, adduction=-10, knee=88), STRAIGHT, c),
        _cars,
        {
            **_COMMON,
            "trunk_joins": FaultSpec(
                "pelvis and chest turn along, degrees", 14, controls=(("±roll", 1.0), ("±chest_roll", 0.7))
            ),
            "too_fast": TOO_FAST,
            "circle_cut": FaultSpec("share by which the outer lower sector is cut short", 0.6, "cut"),
        },
        {"circle_s": "seconds for one circle"},
    ),
    Movement(
        "pails-rails-blocks",
        24,
        "hip internal rotation with the foot on the blocks, degrees",
        "hip_ir_{s}",
        "foot_end:50",
        FE,
        _hook_both,
        _pails_steps,
        {
            **_COMMON,
            "range_lost": FaultSpec(
                "range is lost while pressing, degrees", 12, controls=(("{s}_dir", -1.0),), rise="pails", fall="return"
            ),
            "knee_lift": _KNEE_LIFT,
        },
        {"hold_s": "seconds of each effort", "settle_s": "seconds of settling"},
        props=_blocks,
        reps=2,
    ),
    Movement(
        "sleeper-rotations",
        24,
        "hip internal rotation, degrees",
        "hip_ir_{s}",
        "foot_end:55",
        FE,
        _wide_both,
        _sleeper,
        {**_COMMON, "side_bend": SIDE_BEND, "feet_slide": _FEET_SLIDE},
        {"hold_s": _HOLD},
    ),
    Movement(
        "knee-to-floor",
        32,
        "hip internal rotation, degrees",
        "hip_ir_{s}",
        "foot_end:55",
        FE,
        _wide_working,
        _knee_to_floor,
        {
            **_COMMON,
            "hip_lift": FaultSpec(
                "the hip leaves the floor, degrees of pelvis roll", 14, controls=(("±roll", 1.0),), spoils_at=9
            ),
            "side_bend": SIDE_BEND,
        },
        {"hold_s": _HOLD},
    ),
    Movement(
        "knee-inward-tilts",
        22,
        "hip internal rotation, degrees",
        "hip_ir_{s}",
        "foot_end:55",
        FE,
        _wide_working,
        _inward_tilt,
        {
            **_COMMON,
            "feet_slide": _FOOT_SLIDES,
            "foot_lift": _FOOT_LIFT,
            "side_bend": SIDE_BEND,
            "momentum": MOMENTUM,
            "too_fast": TOO_FAST,
        },
        {"hold_s": _HOLD},
        reps=2,
    ),
    Movement(
        "banded-ir-isometric",
        0.8,
        "how far the feet give, degrees",
        "hip_ir_{s}",
        "foot_end:55",
        FE,
        _hook_both,
        _isometric,
        {
            "pelvis_roll": PELVIS_ROLL,
            "back_arch": BACK_ARCH,
            "hold_broken": FaultSpec(
                "the feet move apart in the second half of the push, degrees",
                14,
                "hold",
                controls=(("{s}_dir", 1.0), ("{o}_dir", 1.0)),
            ),
            "uneven": FaultSpec("only the working side gives way, degrees", 12, "hold", controls=(("{s}_dir", 1.0),)),
        },
        {"hold_s": "seconds of each push"},
        bilateral=True,
    ),
    Movement(
        "active-ir-arom",
        30,
        "hip internal rotation, degrees",
        "hip_ir_{s}",
        "foot_end:55",
        FE,
        _arom_setup,
        _arom,
        {
            **_COMMON,
            "knee_drift": _KNEE_DRIFTS,
            "one_side_late": FaultSpec("the other side starts later, seconds", 0.9, "late"),
        },
        {"position": "supine or prone", "other_share": "how far the other side gets, as a share", "hold_s": _HOLD},
        bilateral=True,
    ),
    Movement(
        "arm-bar",
        78,
        "pelvis roll, degrees",
        "pelvis_roll",
        "foot_end:50",
        ("foot_end:50", "head_end:50", "overhead"),
        _arm_bar_setup,
        _arm_bar,
        {
            "elbow_bend": FaultSpec("the elbow bends, degrees", 35, controls=(("{s}_elbow", 1.0),)),
            "arm_not_vertical": FaultSpec(
                "the arm tilts towards the head, degrees", 28, controls=(("{s}_arm_tilt", 1.0),)
            ),
            "trunk_without_pelvis": FaultSpec(
                "the chest rolls, the pelvis stays behind by this, degrees",
                50,
                controls=(("±roll", -1.0), ("{s}_add", 0.3)),
                spoils_at=30,
            ),
            "too_small": TOO_SMALL,
        },
        {"hold_s": _HOLD},
        reps=2,
    ),
)
