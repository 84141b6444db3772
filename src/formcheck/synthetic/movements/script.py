"""From a movement and its options to the controls, phases, repetitions and faults of a whole clip."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from formcheck.core.errors import FormcheckError
from formcheck.core.landmarks import Side
from formcheck.core.pose import FloatArray
from formcheck.synthetic.movements.base import Context, FaultSpec, Movement, Step, expand
from formcheck.synthetic.movements.timeline import PathFunction, Span, Timeline, tremor
from formcheck.synthetic.skeleton import Proportions


@dataclass(frozen=True)
class FaultChoice:
    """A fault that the rendered person shows."""

    code: str
    size: float
    """In the fault's own unit."""
    reps: tuple[int, ...] = ()
    """In which repetitions, from 1; empty for all."""

    def in_rep(self, rep: int) -> bool:
        """Return whether the fault shows in repetition `rep`."""
        return not self.reps or rep in self.reps


@dataclass(frozen=True)
class FaultSpan:
    """When a fault shows."""

    code: str
    size: float
    start_s: float
    end_s: float
    rep: int


@dataclass(frozen=True)
class RepSpan:
    """One scripted repetition."""

    index: int
    side: str
    start_s: float
    peak_s: float
    end_s: float
    counted: bool
    """Whether it is an honest repetition: no fault of a size that spoils it."""
    scale: float
    """Size of the movement as a share of the usual."""


@dataclass(frozen=True)
class Script:
    """A clip's movement, ready to be sampled at any times."""

    movement: Movement
    context: Context
    timeline: Timeline
    phases: tuple[Span, ...]
    reps: tuple[RepSpan, ...]
    faults: tuple[FaultSpan, ...]
    baseline: tuple[float, float]
    """Start and end of the still neutral pose, seconds."""
    duration_s: float

    def controls(self, times: FloatArray) -> list[dict[str, float]]:
        """Return the controls at each time."""
        values = self.timeline.sample(np.asarray(times, dtype=np.float64))
        names = list(values)
        table = np.stack([values[n] for n in names], axis=1) if names else np.zeros((len(times), 0))
        return [dict(zip(names, map(float, row), strict=True)) for row in table]


def parse_fault(text: str, movement: Movement) -> FaultChoice:
    """Read `CODE[=SIZE][@REP[+REP...]]`, e.g. `pelvis_roll=12` or `pelvis_roll=12@2+3`.

    Raises
    ------
    FormcheckError
        The movement has no such fault, or a number cannot be read.
    """
    head, _, rep_text = text.partition("@")
    code, _, size_text = head.partition("=")
    if code not in movement.faults:
        near = difflib.get_close_matches(code, movement.faults, n=1, cutoff=0.0)[0]
        raise FormcheckError(
            f"{movement.id} has no fault {code!r}; did you mean {near!r}? It has: {', '.join(movement.faults)}."
        )
    try:
        size = float(size_text) if size_text else movement.faults[code].default
        reps = tuple(int(r) for r in rep_text.split("+")) if rep_text else ()
    except ValueError as err:
        raise FormcheckError(f"Fault {text!r}: write CODE, CODE=SIZE or CODE=SIZE@REP, with numbers.") from err
    if not np.isfinite(size):
        raise FormcheckError(f"Fault {text!r}: the size must be a finite number.")
    return FaultChoice(code, size, reps)


def build_script(
    movement: Movement,
    proportions: Proportions,
    *,
    side: Side = "right",
    amplitude: float | None = None,
    reps: int | None = None,
    faults: tuple[FaultChoice, ...] = (),
    params: Mapping[str, float | str] | None = None,
    baseline_s: float = 2.4,
    transitions: bool = False,
    seed: int = 0,
) -> Script:
    """Return the script of a clip.

    Parameters
    ----------
    movement, proportions
        What is done, and by a body of which lengths.
    side
        Working side.
    amplitude, reps
        Size in the movement's unit and how many repetitions; the movement's own when absent.
    faults
        What goes wrong.
    params
        The movement's further parameters.
    baseline_s
        How long the person stays still in the neutral pose first, seconds.
    transitions
        Whether the person gets into position before and leaves it after.
    seed
        Decides tremor and the small differences between repetitions.
    """
    rng = np.random.default_rng([577215, seed])
    size = movement.amplitude if amplitude is None else float(amplitude)
    ctx = Context(side, size, dict(params or {}), proportions)
    line = Timeline(movement.start(ctx))
    lying = movement.setup(ctx).lying
    if transitions:
        _arrive(line, ctx, lying)
    base_start = line.now_s
    line.hold(baseline_s, "baseline")
    baseline = (base_start, line.now_s)
    rep_spans: list[RepSpan] = []
    fault_spans: list[FaultSpan] = []
    for rep in range(1, (movement.reps if reps is None else reps) + 1):
        active = [(f, movement.faults[f.code]) for f in faults if f.in_rep(rep)]
        span, shown = _add_rep(line, movement, replace(ctx, rep=rep), active, rng)
        rep_spans.append(span)
        fault_spans += shown
    if transitions:
        _leave(line, ctx, lying)
    line.hold(0.5)
    shaking = dict(_TREMOR_LYING if lying else _TREMOR_STANDING)
    if lying:  # a planted foot stays planted: only the knee wavers
        planted = movement.setup(ctx).legs[side].mode == "planted_ir"
        shaking |= {f"{side}_ir": 0.45} if planted else {f"{side}_dir": 0.45, f"{side}_dadd": 0.2, f"{side}_dflex": 0.2}
    for control, spread in shaking.items():
        line.overlay(control, tremor(rng, spread))
    return Script(movement, ctx, line, tuple(line.spans), tuple(rep_spans), tuple(fault_spans), baseline, line.now_s)


_TREMOR_LYING = {"roll": 0.20, "chest_roll": 0.10, "bend": 0.2, "head_yaw": 0.8}
_TREMOR_STANDING = {
    "px": 0.003,
    "pz": 0.0025,
    "yaw": 0.35,
    "twist": 0.5,
    "lean": 0.25,
    "left_arm_flex": 0.8,
    "right_arm_flex": 0.8,
    "head_yaw": 1.2,
}


def _scaled(targets: dict[str, float], rest: dict[str, float], factor: float) -> dict[str, float]:
    return {k: rest.get(k, 0.0) + factor * (v - rest.get(k, 0.0)) for k, v in targets.items()}


def _scaled_path(path: PathFunction, factor: float) -> PathFunction:
    return lambda u: {k: factor * v for k, v in path(u).items()}


def _add_rep(
    line: Timeline,
    movement: Movement,
    ctx: Context,
    active: list[tuple[FaultChoice, FaultSpec]],
    rng: np.random.Generator,
) -> tuple[RepSpan, list[FaultSpan]]:
    speed, factor, late, omitted = 1.0, 1.0, 0.0, set[str]()
    for choice, spec in active:
        if spec.kind == "speed":
            speed *= max(choice.size, 0.1)
        elif spec.kind == "scale":
            factor *= choice.size
        elif spec.kind == "late":
            late = choice.size
        elif spec.kind == "omit":
            omitted |= {expand(c, ctx)[0] for c in spec.omitted}
        elif spec.kind == "cut":
            ctx = replace(ctx, cut=choice.size)
    natural = float(np.clip(rng.normal(1.0, 0.035), 0.9, 1.1))
    steps = movement.steps(replace(ctx, amplitude=ctx.amplitude * natural))
    start = line.now_s
    moving: list[tuple[str, float, float, float]] = []  # phase, start, end of move, end of hold
    delays = {k: late for s in steps for k in s.targets if k.startswith(f"{ctx.other}_")} if late else {}
    for step in steps:
        tempo = float(np.clip(rng.normal(1.0, 0.07), 0.8, 1.25))
        seconds = step.seconds * tempo / speed
        t0 = line.now_s
        if step.path is not None:
            line.path(seconds, _scaled_path(step.path, factor), step.phase, ctx.rep)
        elif seconds > 0:
            targets = {k: v for k, v in _scaled(step.targets, line.base, factor).items() if k not in omitted}
            line.move(seconds, targets, step.phase, ctx.rep, delays)
        t1 = line.now_s
        resting = step is steps[-1]
        hold = step.hold_s * tempo if resting or speed == 1.0 else min(step.hold_s, 0.25)
        if hold > 0:
            line.hold(hold, step.hold_phase or step.phase, ctx.rep)
        moving.append((step.phase, t0, t1, line.now_s))
    last = moving[-1]
    end = last[2] if len(moving) > 1 or last[2] > last[1] else last[3]
    if len(steps) == 2 and steps[0].path is not None:
        end = moving[0][2]
    spans = [
        FaultSpan(choice.code, choice.size, *_place(line, spec, choice, ctx, moving, steps), ctx.rep)
        for choice, spec in active
    ]
    counted = not any(_spoils(choice, spec) for choice, spec in active)
    peak = (moving[0][2] + moving[0][3]) / 2 if steps[0].path is None else (moving[0][1] + moving[0][2]) / 2
    side = "both" if movement.bilateral else ctx.side
    return RepSpan(ctx.rep, side, start, peak, end, counted, factor * natural), spans


def _spoils(choice: FaultChoice, spec: FaultSpec) -> bool:
    if spec.spoils_at is None:
        return False
    return choice.size <= spec.spoils_at if spec.kind == "scale" else abs(choice.size) >= spec.spoils_at


def _place(
    line: Timeline,
    spec: FaultSpec,
    choice: FaultChoice,
    ctx: Context,
    moving: list[tuple[str, float, float, float]],
    steps: list[Step],
) -> tuple[float, float]:
    """Add a fault's overlays to the timeline and return when it shows."""
    whole = (moving[0][1], moving[-1][2] if moving[-1][2] > moving[-1][1] else moving[-1][3])
    if spec.kind in ("speed", "scale", "cut", "late"):
        return whole
    if spec.kind == "hold":
        shown = []
        for step, (_, _, t1, t2) in zip(steps[:-1], moving[:-1], strict=True):
            if step.hold_s < 0.4:
                continue
            middle, quarter = (t1 + t2) / 2, (t2 - t1) / 8
            for template, gain in spec.controls:
                name, sign = expand(template, ctx)
                line.bump(name, sign * gain * choice.size, (middle, middle + quarter), (t2, t2 + 0.5))
            shown.append((middle, t2 + 0.5))
        return (shown[0][0], shown[-1][1]) if shown else whole
    rise = next((m for m in moving if m[0] == spec.rise), moving[0])
    falls = [m for m in moving if m[0] == spec.fall] or [moving[-1]]
    up, down = (rise[1], rise[2]), (falls[0][1], falls[0][2])
    if steps[0].path is not None:  # a circle: in during its first fifth, out during its last
        t0, t1 = moving[0][1], moving[0][2]
        up, down = (t0, t0 + 0.2 * (t1 - t0)), (t1 - 0.2 * (t1 - t0), t1)
    if up[1] <= up[0]:  # a held pose without a move: the fault is there from the start
        up, down = (rise[1] + 0.2, rise[1] + 0.9), (rise[3] - 0.9, rise[3] - 0.2)
    for template, gain in spec.controls:
        name, sign = expand(template, ctx)
        swings = spec.kind in ("wave", "hops")
        line.bump(name, sign * gain * choice.size, up, down, 0.8 if swings else 0.0, one_way=spec.kind == "hops")
    return up[0], down[1]


def _arrive(line: Timeline, ctx: Context, lying: bool) -> None:
    """Get into position: from a looser pose to the neutral one."""
    s, o = ctx.side, ctx.other
    if lying:
        away = {
            f"{s}_foot_ahead": 0.16,
            "left_arm_abd": 22.0,
            "right_arm_abd": 14.0,
            "bend": 5.0,
            "head_yaw": 18.0,
            "chest_roll": 4.0,
        }
    else:
        away = {"yaw": 16.0, "px": -0.05, f"{o}_arm_flex": 22.0, f"{s}_arm_abd": 14.0, "head_yaw": 24.0, "drop": 0.02}
    for name, value in away.items():
        home = line.base.get(name, 0.0)
        line.bump(name, value, (-1.0, -0.5), (0.6, 2.6))
        line.base.setdefault(name, home)
    line.hold(3.0, "arrive")


def _leave(line: Timeline, ctx: Context, lying: bool) -> None:
    """Leave the position."""
    s, o = ctx.side, ctx.other
    if lying:
        away = {f"{s}_foot_ahead": 0.14, "left_arm_abd": 18.0, "right_arm_abd": 24.0, "head_yaw": -22.0}
    else:
        away = {"yaw": -14.0, f"{s}_arm_flex": 30.0, f"{o}_arm_abd": 10.0, "head_yaw": -25.0}
    line.move(2.2, {k: line.base.get(k, 0.0) + v for k, v in away.items()}, "leave")
