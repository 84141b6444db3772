"""Measure how much memory a long clip takes at most.

    python benchmarks/memory.py CLIP --exercise screen-squat [--minutes 10] [--height 1080] [--fps 30] [--report]

Repeats CLIP until it is that long and high, analyses it in a process of its own and prints that process's peak resident
memory. Writes benchmarks/out/memory.json.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2

from formcheck.video.source import open_source
from formcheck.video.writer import VideoWriter

OUT = Path(__file__).parent / "out" / "memory.json"


def lengthen(clip: Path, target: Path, minutes: float, height: int, fps: float) -> int:
    """Write CLIP again and again until it is `minutes` long; return the number of frames."""
    with open_source(clip) as source:
        size = (round(source.info.width * height / source.info.height / 2) * 2, height)
        pictures = [cv2.imencode(".jpg", cv2.resize(f.image, size, interpolation=cv2.INTER_LINEAR))[1] for f in source]
    total = round(minutes * 60 * fps)
    with VideoWriter(target, size, fps=fps, preset="ultrafast") as writer:
        for i in range(total):
            round_trip = i % (2 * len(pictures) - 2)  # forwards, then backwards: no jump
            index = min(round_trip, 2 * len(pictures) - 2 - round_trip)
            writer.write(cv2.imdecode(pictures[index], cv2.IMREAD_COLOR), i / fps)
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path)
    parser.add_argument("--exercise", default="screen-squat")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--height", type=int, default=1080)
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--report", action="store_true", help="also write report and overlay")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.mp4"
        frames = lengthen(args.clip, long, args.minutes, args.height, args.fps)
        command = [sys.executable, "-m", "formcheck", "analyze", str(long), "-e", args.exercise, "--quiet"]
        if args.report:
            command += ["--out", str(Path(folder) / "out")]
        start = time.perf_counter()
        subprocess.run(command, check=True)
        seconds = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{args.clip.name} x {args.minutes:g} min at {args.height}p: {frames} frames in {seconds:.0f} s")
    print(f"peak resident memory {peak_mb:.0f} MB")
    OUT.parent.mkdir(exist_ok=True)
    row = {"frames": frames, "height": args.height, "report": args.report, "seconds": seconds, "peak_mb": peak_mb}
    OUT.write_text(json.dumps(row, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
