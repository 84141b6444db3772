"""What the product says of a designed clip, against what was rendered."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from formcheck.batch.metrics import detect, exactly, share
from formcheck.exercises.lookup import load_exercise
from formcheck.exercises.schema import Exercise
from formcheck.report.verdicts import judging_reasons, watched_faults
from formcheck.session import Judgement, judge_track
from formcheck.synthetic.truth import read_truth
from judging.plan import PlannedClip, read_design
from judging.rendering import track_of, video_path

FAST = ("momentum", "too_fast")
"""Faults of a bounced movement; a drill that asks for a hold makes an attempt of it instead."""


NOT_ASKED = ("wrong_view", "not_passed")
"""Why a result may be missing though all is well: another view shows it, or what it waits for did not happen."""


@dataclass(frozen=True)
class Verdict:
    """What was said of one clip."""

    clip: str
    drill: str
    part: str
    kind: str
    fault: str | None
    true_reps: int
    """Repetitions that count, on the working side."""
    true_attempts: int
    reps: int
    attempts: int
    faults: tuple[str, ...]
    """Codes seen as warning or failure, in repetitions or attempts of the working side."""
    advice: tuple[str, ...]
    """Codes seen as advice."""
    silent: bool
    """Whether the product judged (counted, faulted) although it should not have, in a wrong view."""
    coverage: float
    results: tuple[int, int]
    """Results of counted repetitions that have a number, and all that this view shows."""
    not_judged: dict[str, str]
    """Faults that could not be judged or only in part, with the reason."""
    detail: tuple[str, ...]
    """Every repetition in a line."""


def exercise_of(drill: str) -> Exercise:
    """Return the drill, its clock as fast as in the clips."""
    clock = read_design()["drills"][drill].get("clock", {})
    exercise = load_exercise(drill)
    phases = tuple(p.model_copy(update={"after_s": clock[p.name]} if p.name in clock else {}) for p in exercise.phases)
    return exercise.model_copy(update={"phases": phases})


def judge(clip: PlannedClip, folder: Path) -> Judgement:
    """Return what the product finds in a clip."""
    return judge_track(track_of(clip, folder), exercise_of(clip.drill), "both" if clip.both else clip.spec.side)


def verdict(clip: PlannedClip, folder: Path) -> Verdict:
    """Return what the product says of a clip, beside the truth."""
    truth = read_truth(video_path(clip, folder))
    judgement = judge(clip, folder)
    reps = [r for r in judgement.reps if r.side in (clip.spec.side, "both")]
    shown = [m.name for m in judgement.exercise.measures if m.result]
    results = [
        r.measures[name].value is not None
        for r in reps
        if r.counted
        for name in shown
        if r.measures[name].reason not in NOT_ASKED
    ]
    watched = watched_faults(judgement, judging_reasons(judgement))
    return Verdict(
        clip=clip.name,
        drill=clip.drill,
        part=clip.part,
        kind=clip.kind,
        fault=clip.fault,
        true_reps=sum(r["counted"] for r in truth["reps"]),
        true_attempts=sum(not r["counted"] for r in truth["reps"]),
        reps=sum(r.counted for r in reps),
        attempts=sum(not r.counted for r in reps),
        faults=tuple(sorted({f.code for r in reps for f in r.faults if f.severity != "advice"})),
        advice=tuple(sorted({f.code for r in reps for f in r.faults if f.severity == "advice"})),
        silent=clip.kind == "wrong_view" and judgement.view_ok and bool(judgement.reps),
        coverage=judgement.coverage,
        results=(sum(results), len(results)),
        not_judged={w.code: w.reason or "" for w in watched if w.verdict in ("not_judged", "partly_judged")},
        detail=_detail(judgement),
    )


def _detail(judgement: Judgement) -> tuple[str, ...]:
    view = judgement.view
    elevation = "" if view.elevation_deg is None else f" {view.elevation_deg:.0f}°"
    lines = [f"view {view.view}{elevation}, {'ok' if judgement.view_ok else judgement.view_message}"]
    for r in judgement.reps:
        counted = "rep" if r.counted else f"attempt ({r.reason})"
        measures = ", ".join(f"{name} {m}" for name, m in r.measures.items())
        faults = ", ".join(f"{f.code} {f.severity} {f.peak:.2f}" for f in r.faults)
        lines.append(f"{r.side} {r.start_s:.1f}-{r.end_s:.1f} s {counted}: {measures}; faults: {faults or 'none'}")
    return tuple(lines)


def exact(v: Verdict) -> bool:
    """Return whether the repetitions are exactly right.

    One that bounces or is plainly too fast may count (with its fault) or be an attempt: no hold is left of it.
    """
    if v.kind == "bounced" or (v.kind == "fail" and v.fault in FAST):
        return v.reps + v.attempts == v.true_reps + v.true_attempts and (v.reps == 0 or bool({*FAST} & {*v.faults}))
    return exactly(v.reps, v.true_reps)


def score(verdicts: list[Verdict]) -> dict[str, Any]:
    """Return the figures of one drill and part."""
    supported = [v for v in verdicts if v.kind != "wrong_view"]
    entry = read_design()["drills"][verdicts[0].drill]
    design = [code for code in entry["faults"] if code not in entry.get("unnamed", ())]
    also = entry.get("also", {})
    honest = [v for v in supported if v.kind in ("clean", "under", "transitions")]
    plain = [v for v in supported if not v.true_attempts and v.kind != "bounced" and v.reps == v.true_reps]
    spoiled = [v for v in supported if v.true_attempts]
    missing = Counter(f"{code}: {why}" for v in supported for code, why in v.not_judged.items())
    known, asked = (sum(v.results[i] for v in supported) for i in (0, 1))
    return {
        "clips": len(verdicts),
        "reps_exact": share(map(exact, supported)),
        "attempts_right": share(v.reps == v.true_reps and v.attempts == v.true_attempts for v in spoiled),
        "attempts_too_many": sum(v.attempts for v in plain),
        "faults": {code: _fault(code, [v for v in supported if code not in also.get(v.fault, ())]) for code in design},
        "false_alarms_per_10": 10 * sum(len(v.faults) for v in honest) / max(sum(v.true_reps for v in honest), 1),
        "bounced_noticed": share(v.reps == 0 or bool({*FAST} & {*v.faults}) for v in supported if v.kind == "bounced"),
        "coverage": sum(v.coverage for v in supported) / max(len(supported), 1),
        "results_shown": known / asked if asked else None,
        "silent_wrong_views": sum(v.silent for v in verdicts),
        "not_judged": dict(missing.most_common()),
    }


def _fault(code: str, supported: list[Verdict]) -> dict[str, Any]:
    """Return how a fault is told at a quarter above failing, and how often at a quarter above warning."""
    shown = [v for v in supported if v.fault == code and v.kind == "fail"]
    weak = [v for v in supported if v.fault == code and v.kind == "warn"]
    without = [v for v in supported if v.fault != code or v.kind == "under"]
    said = {v.clip: code in (*v.faults, *v.advice) for v in supported}
    told = detect([(True, said[v.clip]) for v in shown] + [(False, said[v.clip]) for v in without])
    return {
        "shown": len(shown),
        "recall": told.recall,
        "precision": told.precision,
        "f1": told.f1,
        "false": told.false,
        "recall_at_warning": share(code in (*v.faults, *v.advice) for v in weak),
        "not_judged": sum(code in v.not_judged for v in shown),
    }


def overall(verdicts: list[Verdict]) -> dict[str, Any]:
    """Return the counts of several drills together; of faults, those that can fail a repetition."""
    supported = [v for v in verdicts if v.kind != "wrong_view"]
    spoiled = [v for v in supported if v.true_attempts]
    wrong_views = [v for v in verdicts if v.kind == "wrong_view"]
    by_drill = {drill: [v for v in verdicts if v.drill == drill] for drill in dict.fromkeys(v.drill for v in verdicts)}
    shown = hits = false = alarms = honest = 0
    for drill, found in by_drill.items():
        advice = {f.code for f in load_exercise(drill).faults if f.advice_only}
        of = [f for code, f in score(found)["faults"].items() if code not in advice]
        shown += sum(f["shown"] for f in of)
        hits += sum(round(f["shown"] * (f["recall"] or 0.0)) for f in of)
        false += sum(f["false"] for f in of)
    for v in supported:
        if v.kind in ("clean", "under", "transitions"):
            alarms, honest = alarms + len(v.faults), honest + v.true_reps
    return {
        "clips": len(verdicts),
        "reps_exact": (sum(map(exact, supported)), len(supported)),
        "attempts_right": (
            sum(v.reps == v.true_reps and v.attempts == v.true_attempts for v in spoiled),
            len(spoiled),
        ),
        "faults_named": (hits, shown),
        "faults_false": false,
        "fault_f1": 2 * hits / (hits + shown + false) if shown else None,
        "false_alarms": (alarms, honest),
        "coverage": sum(v.coverage for v in supported) / max(len(supported), 1),
        "verdicts_on_wrong_views": (sum(v.silent for v in wrong_views), len(wrong_views)),
    }


def wrong(v: Verdict) -> bool:
    """Return whether anything about a clip is not as it should be."""
    if v.kind == "wrong_view":
        return v.silent
    said = {*v.faults, *v.advice}
    entry = read_design()["drills"][v.drill]
    unnamed = v.fault in entry.get("unnamed", ())
    wanted = {v.fault} if v.kind in ("fail", "warn") and not unnamed else set()
    allowed = {*FAST} if v.kind == "bounced" else {v.fault, *wanted} if v.kind == "too_small" else wanted
    return not exact(v) or not wanted <= said or bool(said - allowed - {*entry.get("also", {}).get(v.fault, ())})


def as_json(v: Verdict) -> dict[str, Any]:
    """Return a verdict as plain data."""
    return asdict(v)
