"""Measure how accurate formcheck is on rendered people with exactly known angles, and print it.

    python benchmarks/accuracy.py                                    # draws the reporting clips if they are missing
    python benchmarks/accuracy.py --clips FOLDER --mocap FOLDER      # own clips; a filmed squat with motion capture
    python benchmarks/accuracy.py --docs                             # also writes docs/accuracy.md and its plots

Every number is a change from the neutral pose, of measurement and truth alike. Poses are kept beside the clips, by
pose model and refiner. Writes benchmarks/out/accuracy.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from measuring import tables
from measuring.bars import bars
from measuring.clips import fingerprint, read_case
from measuring.findings import Findings
from measuring.methods import METHODS
from measuring.mocap import measure_squat
from measuring.other_body import measure_other
from measuring.refining import refiner_ms
from measuring.results import LYING_CHANNELS, UPRIGHT_CHANNELS, measure

from formcheck.pose.estimator import create_estimator
from formcheck.synthetic.truth import truth_path

ROOT = Path(__file__).parents[1]
OUT = Path(__file__).parent / "out"
PRODUCT = "product"
"""The method that the bars are for, unless told otherwise."""


def clips_in(folder: Path) -> list[Path]:
    """Return the clips of a folder that have a truth."""
    return [clip for clip in sorted(folder.glob("*.mp4")) if truth_path(clip).is_file()]


def draw_reporting(folder: Path) -> None:
    """Draw what is missing of the reporting part."""
    script = ROOT / "training" / "clips.py"
    subprocess.run([sys.executable, str(script), "--part", "reporting", "--out", str(folder)], check=True)


def show(found: Findings) -> None:
    """Print every table."""
    results = found.results
    parts = Counter(c.part or "outside the split" for c in results.cases)
    people = len({c.person for c in results.cases})
    print(
        f"{len(results.cases)} clips, {people} people; clips by part: {dict(parts)}. Degrees, changes from neutral.\n"
    )
    for kind, rows in tables.rotation_tables(results, results.methods).items():
        print(f"Hip rotation, lying, by {kind}\n{tables.plain(*tables.cells(rows, kind))}\n")
    for lying, channels in ((True, LYING_CHANNELS), (False, UPRIGHT_CHANNELS)):
        rows = tables.channel_rows(results, channels, results.methods, lying)
        print(f"All channels, {'lying' if lying else 'standing'}\n{tables.plain(*tables.cells(rows, 'channel'))}\n")
    print(f"Hip rotation at holds\n{tables.plain(tables.HOLD_HEADINGS, tables.hold_rows(results))}\n")
    print("Pelvis lifted 10° or more against less than 3°, repetitions (with 95 % intervals)")
    print(tables.plain(tables.LIFT_HEADINGS, tables.lift_rows(results)) + "\n")
    if found.mocap:
        rows = tables.outside_rows(found.mocap)
        print(f"Filmed squat against motion capture\n{tables.plain(*tables.cells(rows, 'channel', tables.SHORT))}\n")
    if found.other:
        rows = tables.outside_rows(found.other)
        print(f"Another body, another renderer\n{tables.plain(*tables.cells(rows, 'clip, channel', tables.SHORT))}\n")
    costs = ", ".join(f"{name} {ms:.2f}" for name, ms in results.cost_ms.items())
    tracking = float(np.median([c.tracking_ms for c in results.cases]))
    costs += f"; refiner {found.refiner_ms:.2f}; video, pose model and refiner {tracking:.1f}"
    print(f"Processor time a frame, ms: {costs}\n")
    print(tables.plain(tables.BAR_HEADINGS, tables.bar_rows(found.bars)))


def as_json(found: Findings) -> dict[str, Any]:
    """Return everything for JSON, NaN as null."""
    results = found.results
    data = {
        "model": found.model,
        "judged": found.judged,
        "clips": [
            {"name": c.name, "person": c.person, "part": c.part, "drill": c.drill, "elevation_deg": c.elevation_deg}
            for c in results.cases
        ],
        "hip_rotation": {
            kind: tables.as_json(rows) for kind, rows in tables.rotation_tables(results, results.methods).items()
        },
        "hip_rotation_by_clip": [
            {"clip": s.case.name, "method": s.method, "mae": float(np.nanmean(np.abs(s.measured - s.true)))}
            for s in results.series
            if s.channel == "hip_ir" and np.isfinite(s.measured).any()
        ],
        "channels_lying": tables.as_json(tables.channel_rows(results, LYING_CHANNELS, results.methods, True)),
        "channels_standing": tables.as_json(tables.channel_rows(results, UPRIGHT_CHANNELS, results.methods, False)),
        "holds": [
            {"clip": h.case.name, "method": h.method, "true": h.true, "measured": h.measured} for h in results.holds
        ],
        "lifts": [
            {"clip": r.case.name, "method": r.method, "true_deg": r.true_deg, "score": r.score} for r in results.lifts
        ],
        "cost_ms": results.cost_ms,
        "refiner_ms": found.refiner_ms,
        "mocap": found.mocap,
        "other_body": found.other,
        "bars": [{"name": b.name, "value": b.value, "verdict": b.verdict, "note": b.note} for b in found.bars],
    }
    return _without_nan(data)


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_nan(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_without_nan(v) for v in value]
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 4)
    return value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=Path, help="folder of clips with truth; the reporting part without")
    parser.add_argument("--poses", type=Path, help="folder to keep the poses in; beside the clips without")
    parser.add_argument("--mocap", type=Path, help="folder of a filmed squat: video.mp4, angles_mocap.csv")
    parser.add_argument("--other", type=Path, help="folder of clips of another body and renderer: mp4, json.gz")
    parser.add_argument("--model", default="full", help="pose model")
    parser.add_argument("--given-baseline", action="store_true", help="tell the methods when the neutral pose is")
    parser.add_argument("--judged", default=PRODUCT, choices=sorted(METHODS), help="method that the bars are for")
    parser.add_argument("--docs", type=Path, nargs="?", const=ROOT / "docs", help="write the page and its plots there")
    args = parser.parse_args()
    folder = args.clips or OUT / "reporting"
    if args.clips is None:
        draw_reporting(folder)
    options = {"model": args.model}
    with create_estimator(**options) as estimator:
        model = fingerprint(estimator.model)
    cases = (
        read_case(clip, args.poses or folder, options, given_baseline=args.given_baseline) for clip in clips_in(folder)
    )
    results = measure(cases)
    if not results.cases:
        parser.error(f"{folder} holds no clips with truth; training/clips.py draws some")
    if args.docs == ROOT / "docs" and (args.given_baseline or any(c.part != "reporting" for c in results.cases)):
        parser.error(
            "this repository's page shows reporting clips as users would film them; give --docs another folder"
        )
    poses = args.poses or folder
    mocap = measure_squat(args.mocap, poses, options) if args.mocap else {}
    other = measure_other(args.other, poses, options) if args.other else {}
    first = results.cases[0]
    refining = refiner_ms(folder / f"{first.name}.mp4", first.seen.track)
    reached = bars(results, args.judged, refining + results.cost_ms[args.judged], mocap.get(args.judged))
    found = Findings(results, reached, args.judged, model, refining, mocap, other)
    show(found)
    OUT.mkdir(exist_ok=True)
    out = OUT / "accuracy.json"
    out.write_text(json.dumps(as_json(found), indent=1), encoding="utf-8")
    if args.docs:
        from measuring.page import write_page

        print(f"\nWritten: {write_page(args.docs, found)}")


if __name__ == "__main__":
    main()
