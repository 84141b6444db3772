"""Faults that many drills share."""

from __future__ import annotations

from formcheck.synthetic.movements.base import FaultSpec

PELVIS_ROLL = FaultSpec(
    "the pelvis rolls and the working side's sit bone lifts, degrees", 12, controls=(("±roll", 1.0),), spoils_at=9
)
ROCKING = FaultSpec("the pelvis rocks to and fro, degrees", 8, "wave", controls=(("±roll", 1.0),))
SIDE_BEND = FaultSpec("the ribs bend towards the working side, degrees", 14, controls=(("±bend", 1.0),))
HIP_HIKE = FaultSpec("the working side's hip is drawn up towards the ribs, degrees", 11, controls=(("±hike", 1.0),))
MOMENTUM = FaultSpec("thrown: this many times as fast, hardly any hold", 3.0, "speed")
TOO_FAST = FaultSpec("this many times as fast", 2.5, "speed")
TOO_SMALL = FaultSpec("share of the usual size that is reached", 0.22, "scale", spoils_at=0.4)
HOLD_BROKEN = FaultSpec(
    "the hold gives way by this much in its second half, degrees", 15, "hold", controls=(("{s}_dir", -1.0),)
)
TRUNK_LEAN = FaultSpec("the trunk leans forwards, degrees", 22, controls=(("lean", 0.6), ("spine", 0.4)))
BACK_ARCH = FaultSpec("the low back arches, degrees of forward pelvic tilt", 15, controls=(("tilt", 1.0),))
KNEE_VALGUS = FaultSpec(
    "the knee falls in: turned about the line from hip to ankle, degrees", 22, controls=(("{s}_valgus", 1.0),)
)
KNEE_VARUS = FaultSpec(
    "the knee goes out: turned about the line from hip to ankle, degrees", 24, controls=(("{s}_valgus", -1.0),)
)


def both(spec: FaultSpec) -> FaultSpec:
    """Return the fault with the other side's controls taking part equally."""
    extra = tuple((name.replace("{s}", "{o}"), gain) for name, gain in spec.controls if "{s}" in name)
    return FaultSpec(
        spec.text, spec.default, spec.kind, spec.controls + extra, spec.omitted, spec.rise, spec.fall, spec.spoils_at
    )


def at(spec: FaultSpec, rise: str = "", fall: str = "") -> FaultSpec:
    """Return the fault tied to other phases."""
    return FaultSpec(spec.text, spec.default, spec.kind, spec.controls, spec.omitted, rise, fall, spec.spoils_at)
