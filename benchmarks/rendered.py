"""Judge rendered clips and compare with their truth: repetitions, channels, and the landmarks' own errors.

    python benchmarks/rendered.py sample_videos [--poses FOLDER]

Every clip of the folder that has a truth file and a drill is judged. Prints three tables and writes
benchmarks/out/rendered.json. With --poses, poses are kept in FOLDER and read from there the next time. The last table
is where the numbers of measure/noise.toml come from (made with people and seeds that no report uses).
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from measuring.statistics import compare

from formcheck.api import track_clip
from formcheck.core.landmarks import INDEX, SIDES
from formcheck.core.pose import PoseTrack
from formcheck.exercises.lookup import shipped_exercises
from formcheck.measure.body import body_context
from formcheck.measure.points import torso_px
from formcheck.pose.saved import load_poses, save_poses
from formcheck.session import Judgement, judge_track
from formcheck.synthetic.truth import read_truth, truth_path

OUT = Path(__file__).parent / "out" / "rendered.json"
FROM_BASELINE = ("pelvis_roll", "pelvis_yaw", "pelvis_hike", "trunk_yaw", "trunk_twist")
"""Channels whose truth is the change from the neutral pose."""
PARTS = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
SIGMA = {"coverage": ".2f", "mae": ".1f", "bias": ".1f", "p90": ".1f", "slope": ".2f", "sigma": ".1f"}


def track_of(clip: Path, folder: Path | None) -> PoseTrack:
    """Return the poses of a clip, kept in `folder`."""
    kept = folder / f"{clip.stem}.poses.npz" if folder else None
    if kept and kept.is_file():
        return load_poses(kept)[0]
    track, meta = track_clip(clip)
    if kept:
        save_poses(track, kept, meta=meta)
    return track


def rep_row(judgement: Judgement, truth: dict[str, Any]) -> dict[str, Any]:
    """Return how the repetitions compare: counts, and the largest error of a peak's time."""
    true = [r for r in truth["reps"] if r["counted"]]
    found = [r for r in judgement.reps if r.counted]
    late = [abs(f.peak_s - t["peak_s"]) for f, t in zip(found, true, strict=False)]
    return {
        "view": judgement.view.view,
        "true": len(true),
        "counted": len(found),
        "attempts": len(judgement.reps) - len(found),
        "peak_error_s": round(max(late), 2) if late and len(found) == len(true) else None,
        "true_faults": sorted({f["code"] for f in truth["faults"]}),
        "faults": sorted({f.code for r in judgement.reps for f in r.faults}),
    }


def channel_rows(judgement: Judgement, truth: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return the errors of every channel that is known and has a truth."""
    rows = {}
    for name, true in truth["channels"].items():
        series = judgement.channels.get(name)
        count = min(len(true), len(judgement.track))
        if series is None or not np.isfinite(series.value[:count]).any():
            continue
        zero = 0.0
        if name in FROM_BASELINE:
            neutral = judgement.baseline_values[name].value
            if neutral is None:
                continue
            zero = neutral
        rows[name] = compare(series.value[:count] - zero, series.sigma[:count], np.array(true[:count]))
    return rows


def landmark_errors(track: PoseTrack, truth: dict[str, Any]) -> dict[str, np.ndarray]:
    """Return the errors of each kind of landmark: across and down in torso lengths, then x, y, z in metres."""
    count = min(len(track), len(truth["time_s"]))
    pixels = {k: np.array(v)[:count] for k, v in truth["joints_px"].items()}
    camera = {k: np.array(v)[:count] for k, v in truth["joints_camera_m"].items()}
    middle = (camera["left_hip"] + camera["right_hip"]) / 2
    scale = torso_px(track.pixels)[:count, None]
    out = {}
    for part in PARTS:
        sides = []
        for side in SIDES:
            i, name = INDEX[f"{side}_{part}"], f"{side}_{part}"
            flat = (track.pixels[:count, i] - pixels[name]) / scale
            sides.append(np.concatenate([flat, track.world[:count, i] - (camera[name] - middle)], axis=1))
        out[part] = np.concatenate(sides)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--poses", type=Path, help="folder to keep the poses in")
    args = parser.parse_args()
    drills = shipped_exercises()
    reps: dict[str, Any] = {}
    channels: dict[str, Any] = {}
    errors: dict[tuple[str, str], list[np.ndarray]] = defaultdict(list)
    for clip in sorted(args.folder.glob("*.mp4")):
        if not truth_path(clip).is_file() or (truth := read_truth(clip))["drill"] not in drills:
            continue
        track = track_of(clip, args.poses)
        judgement = judge_track(track, drills[truth["drill"]])
        reps[clip.stem] = rep_row(judgement, truth)
        channels[clip.stem] = channel_rows(judgement, truth)
        pictured = body_context(track, judgement.view).pictured
        for part, error in landmark_errors(track, truth).items():
            errors[pictured, part].append(error)

    print(f"{'clip':52}{'view':>10}{'true':>6}{'counted':>9}{'attempts':>10}{'peak, s':>9}  true faults / faults")
    for name, row in reps.items():
        peak = "" if row["peak_error_s"] is None else f"{row['peak_error_s']:.2f}"
        faults = f"{', '.join(row['true_faults']) or '-'} / {', '.join(row['faults']) or '-'}"
        print(f"{name:52}{row['view']:>10}{row['true']:6}{row['counted']:9}{row['attempts']:10}{peak:>9}  {faults}")
    print(f"\n{'clip, channel':76}" + "".join(f"{c:>10}" for c in SIGMA) + f"{'in 2 sigma':>12}")
    for name, rows in channels.items():
        for channel, row in rows.items():
            cells = "".join(f"{row[c]:10{form}}" for c, form in SIGMA.items())
            print(f"{name + ', ' + channel:76}{cells}{row['inside_2_sigma']:12.2f}")
    print("\nlandmark errors, root mean square: across, down (torso lengths); x, y, z (m)")
    noise = {}
    for (pictured, part), found in sorted(errors.items()):
        rms = np.sqrt(np.nanmean(np.concatenate(found) ** 2, axis=0))
        noise[f"{pictured} {part}"] = rms.round(3).tolist()
        print(f"{pictured:16}{part:12}" + "".join(f"{v:8.3f}" for v in rms))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"reps": reps, "channels": channels, "landmarks": noise}, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
