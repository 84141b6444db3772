"""The page in docs/ that shows how well each drill is judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from formcheck.batch.metrics import wilson
from formcheck.exercises.lookup import load_exercise
from formcheck.video.files import atomic_path
from judging.plan import drills, plan

INTRODUCTION = """# How well each drill is judged

Written by `benchmarks/drills.py --docs`; do not edit by hand. Rendered people, not patients: what it proves is that
the rules hold for bodies, clothes and cameras that nobody looked at while they were made.
`benchmarks/judging/design.toml` says what each clip shows, `plan.py` how the sample is drawn: both sides, every clip
another person, cameras inside the drill's cone. Thresholds were tuned on the tuning part; the tables are of the
reporting part, other people and other cameras.

*Shown* is the fault a quarter above its failing threshold, *at warning* a quarter above the warning one. A fault that
is advice only (in italics) fails nobody. False alarms are warnings and failures in clean repetitions and in those
with a fault just under its warning threshold. *Attempts right* are clips with an attempt in which repetitions and
attempts are; *attempts too many* are those found where every repetition counts, all of which were counted.
*Results shown* are those with a number among the results of counted repetitions that the clip's view shows.
What truly shows in the clips of a fault besides it (`also` in the design) counts neither for nor against.
"""


def write_page(
    scores: dict[str, dict[str, dict[str, Any]]], together: dict[str, dict[str, dict[str, Any]]], path: Path
) -> None:
    """Write the page from the scores of every drill and the counts of all together, both by part."""
    lines = [INTRODUCTION, *_together(together)]
    reporting, tuning = scores.get("reporting", {}), scores.get("tuning", {})
    there = sum(s["clips"] for part in (reporting, tuning) for s in part.values())
    planned = sum(len(plan(drill, part)) for drill in drills() for part in ("tuning", "reporting"))
    if there < planned:
        lines.append(f"**{there} of {planned} planned clips are in the tables; the others are not drawn yet.**\n")
    lines += [
        "| drill | clips | reps exact | attempts right | attempts too many | false alarms per 10 clean reps "
        "| signal seen | results shown | verdicts on a wrong view | (tuning: clips, reps exact, false alarms) |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for drill, s in reporting.items():
        t = tuning.get(drill)
        beside = f"{t['clips']}, {share(t['reps_exact'])}, {t['false_alarms_per_10']:.1f}" if t else "–"
        lines.append(
            f"| {drill} | {s['clips']} | {share(s['reps_exact'])} | {share(s['attempts_right'])} | "
            f"{s['attempts_too_many']} | "
            f"{s['false_alarms_per_10']:.1f} | {share(s['coverage'])} | {share(s['results_shown'])} | "
            f"{s['silent_wrong_views']} | {beside} |"
        )
    lines += ["", "| drill | fault | shown | F1 | precision | recall | recall at warning | tuning: F1 of |"]
    lines += ["|---|---|---|---|---|---|---|---|"]
    for drill, s in reporting.items():
        advice = {f.code for f in load_exercise(drill).faults if f.advice_only}
        for code, f in s["faults"].items():
            other = tuning.get(drill, {}).get("faults", {}).get(code)
            beside = f"{share(other['f1'])} of {other['shown']}" if other else "–"
            name = f"*{code}*" if code in advice else code
            lines.append(
                f"| {drill} | {name} | {f['shown']} | {share(f['f1'])} | {share(f['precision'])} | "
                f"{share(f['recall'])} | {share(f['recall_at_warning'])} | {beside} |"
            )
    lines += _final(scores.get("final", {}))
    lines += ["", "## What could not be judged, and why", ""]
    for drill, s in reporting.items():
        if s["not_judged"]:
            lines.append(f"- {drill}: " + "; ".join(f"{what} ({n} clips)" for what, n in s["not_judged"].items()))
    with atomic_path(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _together(together: dict[str, dict[str, dict[str, Any]]]) -> list[str]:
    """Return the table of all lying and all standing drills; shares with their 95 % interval."""
    lines = [
        "## All together",
        "",
        "Faults are those that can fail a repetition, a quarter above failing; *named wrongly* counts every clip in "
        "which one was said that it does not show, whatever else it shows.",
        "",
        "| part | drills | clips | reps exact | attempts right | faults named | named wrongly | F1 "
        "| false alarms in clean reps | signal seen | verdicts on a wrong view |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for part, groups in together.items():
        for group, c in groups.items():
            lines.append(
                f"| {part} | {group} | {c['clips']} | {_of(c['reps_exact'])} | {_of(c['attempts_right'])} | "
                f"{_of(c['faults_named'])} | {c['faults_false']} | {share(c['fault_f1'])} | "
                f"{c['false_alarms'][0]} in {c['false_alarms'][1]} | {share(c['coverage'])} | "
                f"{c['verdicts_on_wrong_views'][0]} of {c['verdicts_on_wrong_views'][1]} |"
            )
    return [*lines, "", "## Drill by drill, reporting part", ""]


def _of(count: tuple[int, int]) -> str:
    """Return a share as a count with its interval."""
    interval = wilson(*count)
    if interval is None:
        return "–"
    return f"{count[0]} of {count[1]} ({interval[0]:.2f}–{interval[1]:.2f})"


def _final(scores: dict[str, dict[str, Any]]) -> list[str]:
    """Return the table of the people whom nobody looked at before the work was done; nothing where there are none."""
    if not scores:
        return []
    lines = [
        "",
        "## People who were judged last",
        "",
        "The reporting part was looked at while the drills were made, to see why a clip fails. These clips are "
        "judged when the work is done, and no threshold is set by them; what failed in the clean ones and in the first "
        "faults was known when later work began. Clean ones are drawn first, then faults a quarter above failing "
        "and movements too small.",
        "",
        "| drill | clips | reps exact | attempts right | faults named (advice too) | false alarms per 10 clean reps "
        "| signal seen |",
        "|---|---|---|---|---|---|---|",
    ]
    for drill, s in scores.items():
        shown = sum(f["shown"] for f in s["faults"].values())
        named = sum(round(f["shown"] * (f["recall"] or 0.0)) for f in s["faults"].values())
        lines.append(
            f"| {drill} | {s['clips']} | {share(s['reps_exact'])} | {share(s['attempts_right'])} | "
            f"{f'{named} of {shown}' if shown else '–'} | {s['false_alarms_per_10']:.1f} | {share(s['coverage'])} |"
        )
    return lines


def share(value: float | None) -> str:
    """Return a share as it stands in a table."""
    return "–" if value is None else f"{value:.2f}"
