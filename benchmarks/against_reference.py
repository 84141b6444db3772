"""Compare a clip's channels with angles from another system, such as motion capture.

    python benchmarks/against_reference.py CLIP REFERENCE.csv --map knee_flexion_right=knee_angle_r ...

REFERENCE.csv has a column `time` (seconds of clip time) and one column an angle, degrees. Prints mean absolute error,
bias, correlation, slope and the share of samples inside one and two sigma; writes
benchmarks/out/against_reference.json.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from measuring.statistics import compare

from formcheck.api import track_clip
from formcheck.exercises.lookup import load_exercise
from formcheck.session import judge_track

OUT = Path(__file__).parent / "out" / "against_reference.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path)
    parser.add_argument("reference", type=Path)
    parser.add_argument("--exercise", default="screen-squat")
    parser.add_argument("--map", nargs="+", required=True, metavar="CHANNEL=COLUMN")
    args = parser.parse_args()
    track, _ = track_clip(args.clip)
    judgement = judge_track(track, load_exercise(args.exercise))
    reference = np.genfromtxt(args.reference, delimiter=",", names=True)
    rows = {}
    for pair in args.map:
        channel, column = pair.split("=")
        truth = np.interp(track.time_s, reference["time"], reference[column], left=np.nan, right=np.nan)
        series = judgement.channels[channel]
        rows[channel] = compare(series.value, series.sigma, truth)
    columns = ["coverage", "mae", "bias", "p90", "r", "slope", "sigma", "inside_1_sigma", "inside_2_sigma"]
    print(f"{args.clip.name}, view {judgement.view.view}, reps {sum(r.counted for r in judgement.reps)}")
    print(f"{'':22}" + "".join(f"{c:>15}" for c in columns))
    for channel, row in rows.items():
        print(f"{channel:22}" + "".join(f"{row.get(c, float('nan')):15.2f}" for c in columns))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"clip": args.clip.name, "rows": rows}, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
