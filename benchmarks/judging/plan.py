"""Which clips are drawn for a drill: a designed sample over sides, people, cameras and faults.

Each part (tuning, reporting, final) has its own people. Tuning has its own cameras too; the final part has the
reporting ones, dealt otherwise, and is drawn to be judged once, when nothing is changed any more. In each part: clean
clips; every fault a quarter above its failing threshold; every fault either a quarter above or just under its warning
one (the next part has the other); a too small movement, a bounced one, getting into position and leaving; and a view
from which it cannot be judged.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from formcheck.core.landmarks import SIDES
from formcheck.synthetic.clip import ClipSpec
from formcheck.synthetic.movements import MOVEMENTS

Part = Literal["tuning", "reporting", "final"]
Kind = Literal["clean", "under", "warn", "fail", "too_small", "bounced", "transitions", "wrong_view"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PARTS: tuple[Part, ...] = get_args(Part)
FIRST_PERSON = {"tuning": 320_000, "reporting": 420_000, "final": 460_000}
"""People of the parts of training/split.toml; a drill takes a hundred numbers."""
FPS = 15.0
BASELINE_S = 1.7
BOUNCE = 3.0
"""How many times as fast a bounced movement is."""
CLEAN = 3
"""Clean clips a part."""


@dataclass(frozen=True)
class PlannedClip:
    """A clip and what it is there for."""

    name: str
    """File name without its ending."""
    drill: str
    part: Part
    kind: Kind
    fault: str | None
    """The fault that is shown, if any."""
    spec: ClipSpec
    both: bool
    """Whether both sides are judged in one pass."""


def read_design() -> dict[str, Any]:
    """Return the design as it stands in the file."""
    return tomllib.loads(Path(__file__).with_name("design.toml").read_text(encoding="utf-8"))


def drills(standing: bool | None = None) -> tuple[str, ...]:
    """Return the drills that are designed for, in the file's order; all, or those done standing or lying."""
    entries = read_design()["drills"].items()
    return tuple(name for name, e in entries if standing is None or e.get("standing", False) == standing)


def plan(drill: str, part: Part) -> list[PlannedClip]:
    """Return the clips of a drill and part, in the order in which they are drawn."""
    design = read_design()
    entry = design["drills"][drill]
    views = design["views"][entry["views"]]
    first = FIRST_PERSON[part] + 100 * list(design["drills"]).index(drill)
    movement = MOVEMENTS[drill]
    clips: list[PlannedClip] = []

    def add(kind: Kind, fault: str | None = None, size: float | None = None, **changes: Any) -> None:
        k = len(clips)
        seen_from = design["views"].get(entry.get("seen_from", {}).get(fault), views)
        cameras = views["wrong"] if kind == "wrong_view" else seen_from["tuning" if part == "tuning" else "reporting"]
        person = first + k
        spec = ClipSpec(
            drill=drill,
            side=SIDES[(k + (part == "final")) % 2],
            body=str(person),
            camera=cameras[(k + k // len(cameras) + (part == "final")) % len(cameras)],
            faults=() if fault is None else (f"{fault}={size}",),
            reps=entry.get("reps", 1),
            params=entry["params"] | entry.get("with", {}).get(fault, {}),
            fps=FPS,
            seed=person,
            baseline_s=BASELINE_S,
        )
        spec = ClipSpec(**(vars(spec) | changes))
        name = "__".join(filter(None, (drill, part, f"{k:02d}", kind, fault)))
        clips.append(PlannedClip(name, drill, part, kind, fault, spec, entry.get("sides") == "both"))

    for _ in range(CLEAN):
        add("clean")
    for i, (code, sizes) in enumerate(entry["faults"].items()):
        add("fail", code, sizes[-1])
        if len(sizes) == 3:
            over = (i + PARTS.index(part)) % 2 == 0
            add("warn" if over else "under", code, sizes[1 if over else 0])
    if "too_small" in movement.faults:
        add("too_small", "too_small", movement.faults["too_small"].default)
    bounce = next((c for c in ("momentum", "too_fast") if c in movement.faults), None)
    if bounce is not None:
        add("bounced", bounce, BOUNCE)
    add("transitions", transitions=True)
    if views["wrong"]:
        add("wrong_view")
    return clips
