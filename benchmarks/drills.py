"""Judges clips designed to test each drill: repetitions, attempts, faults, wrong views.

python benchmarks/drills.py --clips /tmp/drills --render --workers 2     # hours; finished clips are skipped
python benchmarks/drills.py --clips /tmp/drills                          # minutes, from kept poses
python benchmarks/drills.py --clips /tmp/drills --part tuning --drills supine-ir-ere --details

What is designed is in `judging/design.toml`, the sample in `judging/plan.py`. Thresholds are tuned on the tuning part
of people and cameras; the figures that count are those of the reporting part and, judged only once, of the final one.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from functools import partial
from pathlib import Path
from typing import Any

from judging.page import write_page
from judging.plan import KINDS, PARTS, PlannedClip, drills, plan
from judging.rendering import draw_all, video_path, workers
from judging.scores import Verdict, as_json, overall, score, verdict, wrong

from formcheck.synthetic.truth import truth_path

PAGE = Path(__file__).parents[1] / "docs" / "judging.md"
OUT = Path(__file__).parent / "out" / "drills.json"


def chosen(names: list[str], parts: list[str], kinds: list[str]) -> list[PlannedClip]:
    """Return the planned clips of some kinds, the first of every drill before the second of any."""
    rounds = (itertools.zip_longest(*(plan(d, h) for d in names)) for h in PARTS if h in parts)
    return [clip for part in rounds for turn in part for clip in turn if clip and clip.kind in kinds]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, required=True, help="folder of the clips")
    parser.add_argument("--drills", nargs="*", default=list(drills()), choices=drills())
    parser.add_argument("--part", nargs="*", default=["tuning", "reporting"], choices=PARTS)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=KINDS)
    parser.add_argument("--render", action="store_true", help="draw what is missing")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--details", action="store_true", help="print what was found in each clip that is not right")
    parser.add_argument("--docs", action="store_true", help="write docs/judging.md")
    parser.add_argument("--json", type=Path, default=OUT)
    args = parser.parse_args()
    clips = chosen(args.drills, args.part, args.kinds)
    if args.render:
        begin = time.monotonic()
        for done, name in enumerate(draw_all(clips, args.clips, args.workers), 1):
            print(f"{done}/{len(clips)} {name}, {time.monotonic() - begin:.0f} s", flush=True)
        return
    there = [c for c in clips if truth_path(video_path(c, args.clips)).exists()]
    if len(there) < len(clips):
        print(f"{len(clips) - len(there)} of {len(clips)} clips are not drawn yet: --render draws them.")
    with workers(args.workers) as pool:
        verdicts = pool.map(partial(verdict, folder=args.clips), there, chunksize=1)
    scores = {
        part: {drill: score(found) for drill in args.drills if (found := _of(verdicts, drill, part))}
        for part in args.part
    }
    together = {part: _together(verdicts, part) for part in args.part}
    for part, by_drill in scores.items():
        _print(part, by_drill)
    for part, groups in together.items():
        for group, counts in groups.items():
            print(f"\n{part}, {group}: " + ", ".join(f"{name} {_counted(value)}" for name, value in counts.items()))
    if args.details:
        for v in filter(wrong, verdicts):
            print(f"\n{v.clip}: {v.reps} of {v.true_reps} counted, {v.attempts} attempts; said {v.faults + v.advice}")
            print("\n".join(f"  {line}" for line in v.detail))
    if args.docs:
        write_page(scores, together, PAGE)
    args.json.parent.mkdir(parents=True, exist_ok=True)
    args.json.write_text(
        json.dumps({"overall": together, "scores": scores, "clips": [as_json(v) for v in verdicts]}, indent=1),
        encoding="utf-8",
    )


def _of(verdicts: list[Verdict], drill: str, part: str) -> list[Verdict]:
    return [v for v in verdicts if v.drill == drill and v.part == part]


def _together(verdicts: list[Verdict], part: str) -> dict[str, dict[str, Any]]:
    """Return the counts of all lying and of all standing drills of a part."""
    groups = {"lying": drills(standing=False), "standing": drills(standing=True)}
    of = {name: [v for v in verdicts if v.part == part and v.drill in names] for name, names in groups.items()}
    return {name: overall(found) for name, found in of.items() if found}


def _counted(value: Any) -> str:
    """Return one of the counts as it is printed."""
    return f"{value[0]} of {value[1]}" if isinstance(value, tuple) else _two(value) if value is None else f"{value:.4g}"


def _print(part: str, by_drill: dict[str, dict[str, Any]]) -> None:
    print(
        f"\n{part}: clips, reps exact, attempts right, too many, false alarms per 10 clean reps, coverage, "
        "results shown, silent"
    )
    for drill, s in by_drill.items():
        print(
            f"{drill:28s} {s['clips']:3d}  {_two(s['reps_exact'])}  {_two(s['attempts_right'])}  "
            f"{s['attempts_too_many']:2d}  "
            f"{s['false_alarms_per_10']:5.1f}  {_two(s['coverage'])}  {_two(s['results_shown'])}  "
            f"{s['silent_wrong_views']:2d}"
        )
        for code, f in s["faults"].items():
            print(
                f"    {code:22s} F1 {_two(f['f1'])}  precision {_two(f['precision'])}  recall {_two(f['recall'])} of "
                f"{f['shown']}  at warning {_two(f['recall_at_warning'])}  not judged {f['not_judged']}"
            )
        if s["not_judged"]:
            print("    not judged: " + "; ".join(f"{why} ({n})" for why, n in s["not_judged"].items()))


def _two(value: float | None) -> str:
    return " –  " if value is None else f"{value:.2f}"


if __name__ == "__main__":
    main()
