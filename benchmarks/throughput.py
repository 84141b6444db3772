"""Time the whole way against a bare decode-and-detect loop with the same model on the same clip.

    python benchmarks/throughput.py CLIP --exercise screen-squat [--repeat 3]

Prints a table and writes benchmarks/out/throughput.json. The runs are interleaved and the median is taken, so that a
busy machine slows all of them alike.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision

import formcheck
from formcheck.pose.models import resolve_model

OUT = Path(__file__).parent / "out" / "throughput.json"


def bare_loop(clip: Path) -> int:
    """Decode and detect, nothing else: what the pose model's own examples do."""
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(resolve_model("full"))),
        running_mode=vision.RunningMode.VIDEO,
        num_poses=1,
    )
    frames, last_ms = 0, -1
    with vision.PoseLandmarker.create_from_options(options) as landmarker, av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            last_ms = max(last_ms + 1, round((frame.time or 0) * 1000))
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.to_ndarray(format="rgb24"))
            landmarker.detect_for_video(image, last_ms)
            frames += 1
    return frames


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path)
    parser.add_argument("--exercise", default="screen-squat")
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    clip: Path = args.clip

    with tempfile.TemporaryDirectory() as folder:
        poses = Path(folder) / "poses.npz"
        report = formcheck.analyze(clip, args.exercise, save_poses_to=poses)  # warms every cache
        frames = report.source.frames

        def analyse() -> None:
            formcheck.analyze(clip, args.exercise)

        def analyse_with_report() -> None:
            formcheck.analyze(clip, args.exercise, out=Path(folder) / "out")

        def rescore() -> None:
            formcheck.analyze(None, args.exercise, poses=poses)

        runs: dict[str, Callable[[], object]] = {
            "bare decode and detect": lambda: bare_loop(clip),
            "analyze": analyse,
            "analyze, report and overlay": analyse_with_report,
            "re-score saved poses": rescore,
        }
        seconds: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(args.repeat):
            for name, run in runs.items():
                start = time.perf_counter()
                run()
                seconds[name].append(time.perf_counter() - start)

    bare = statistics.median(seconds["bare decode and detect"])
    rows = {
        name: {"frames_per_s": frames / statistics.median(s), "of_bare": bare / statistics.median(s), "seconds": s}
        for name, s in seconds.items()
    }
    print(f"{clip.name}: {frames} frames, {report.source.width}x{report.source.height}")
    print(f"{'':30} {'frames/s':>9} {'of bare':>8}")
    for name, row in rows.items():
        print(f"{name:30} {row['frames_per_s']:9.1f} {row['of_bare']:8.2f}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"clip": clip.name, "frames": frames, "rows": rows}, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
