"""Does a live session judge as the whole clip does, and what does a frame cost? From kept poses, one pose at a time.

python benchmarks/live.py --clips /tmp/drills [--drills supine-ir-ere] [--part tuning] [--each 3]

The clips are those of `benchmarks/drills.py`, which draws them. Prints what differs between the two, and the processor
time of a frame; writes benchmarks/out/live.json. Needs no quiet machine: processor time is this program's own.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from judging.plan import PARTS, PlannedClip, drills, plan
from judging.rendering import track_of, video_path
from judging.scores import exercise_of

from formcheck.core.pose import PoseTrack
from formcheck.core.results import Rep
from formcheck.exercises.schema import Exercise
from formcheck.live.judge import CausalJudge
from formcheck.session import judge_track
from formcheck.synthetic.truth import truth_path

OUT = Path(__file__).parent / "out" / "live.json"


def live(track: PoseTrack, exercise: Exercise, side: str) -> tuple[list[Rep], list[float]]:
    """Return what a live session finds in a clip, and the processor time of each judged frame, seconds."""
    judge = CausalJudge(exercise, side, track.image_size)
    spent = []
    for pose in track.poses():
        known = judge.neutral is not None
        begin = time.process_time()
        judge.push(pose)
        if known:
            spent.append(time.process_time() - begin)
    judge.finish()
    return judge.reps, spent


def plain(rep: Rep) -> dict[str, Any]:
    """Return a repetition as plain data."""
    return {
        "counted": rep.counted,
        "reason": rep.reason,
        "start_s": round(rep.start_s, 3),
        "end_s": round(rep.end_s, 3),
        "faults": sorted({(f.code, f.severity) for f in rep.faults}),
        "measures": {name: None if m.value is None else round(m.value, 3) for name, m in rep.measures.items()},
    }


def verdicts(reps: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Return what must be the same: what counts, why not, and every compensation with its severity."""
    return [(r["counted"], r["reason"], r["faults"]) for r in reps]


def compared(clip: PlannedClip, folder: Path) -> tuple[dict[str, Any], list[float]]:
    """Return both verdicts on a clip, and the frames' times."""
    track, exercise = track_of(clip, folder), exercise_of(clip.drill)
    side = "both" if "both" in exercise.sides else clip.spec.side
    whole = [plain(rep) for rep in judge_track(track, exercise, side).reps]
    found, spent = live(track, exercise, side)
    reps = [plain(rep) for rep in found]
    row = {"clip": clip.name, "same": verdicts(whole) == verdicts(reps), "whole": whole, "live": reps}
    return {**row, "frames": len(spent), "cpu_ms": round(1000 * float(np.mean(spent)), 2) if spent else None}, spent


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, required=True, help="folder of the clips")
    parser.add_argument("--drills", nargs="*", default=list(drills()), choices=drills())
    parser.add_argument("--part", default="tuning", choices=PARTS)
    parser.add_argument("--each", type=int, default=3, help="clips a drill")
    parser.add_argument("--json", type=Path, default=OUT)
    args = parser.parse_args()
    rows, every = [], []
    for drill in args.drills:
        clips = [c for c in plan(drill, args.part) if not c.both and c.kind not in ("wrong_view", "transitions")]
        there = [c for c in clips if truth_path(video_path(c, args.clips)).exists()]
        clean = [c for c in there if c.kind == "clean"]
        for clip in [*clean[:1], *(c for c in there if c.kind != "clean"), *clean[1:]][: args.each]:
            row, spent = compared(clip, args.clips)
            rows.append(row)
            every += spent
            print(f"{clip.name:60} {'same' if row['same'] else 'DIFFERS':8} {row['cpu_ms']} ms", flush=True)
            if not row["same"]:
                print(f"  whole {verdicts(row['whole'])}\n  live  {verdicts(row['live'])}")
    times = 1000 * np.array(every)
    print(f"{sum(r['same'] for r in rows)} of {len(rows)} clips the same")
    if len(times):
        print(f"processor time a frame: mean {times.mean():.1f} ms, median {np.median(times):.1f} ms, ", end="")
        print(f"95th percentile {np.percentile(times, 95):.1f} ms")
    args.json.parent.mkdir(exist_ok=True)
    args.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
