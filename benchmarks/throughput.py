"""Time batch scoring against a bare decode-and-detect loop with the same model, and say where the time goes.

    python benchmarks/throughput.py sample_videos/squat_front_clean.mp4 [--exercise screen-squat] [--workers 1 2]

Bare loop and batches take turns, so that a busy machine slows all of them alike; medians are taken. The batch's time is
all of `formcheck batch` but starting Python: finding clips, starting workers (also said apart), reports with pictures,
tables, summary. The processor's time is given beside the clock's: it hardly changes when others use the machine. Prints
tables and writes benchmarks/out/throughput.json, with the load of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision

from formcheck.api import track_clip
from formcheck.batch.cache import Cache
from formcheck.batch.record import read_record
from formcheck.batch.rescore import rescore
from formcheck.batch.run import run_batch
from formcheck.batch.scorer import CLIPS, Options
from formcheck.exercises.lookup import load_exercise
from formcheck.pose.estimator import create_estimator
from formcheck.pose.models import resolve_model
from formcheck.session import judge_measured, measure_track, track_person
from formcheck.video.source import open_source

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


def seconds_of(run: Callable[[], object]) -> tuple[float, float]:
    """Return wall and processor seconds of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


def batch_run(folder: Path, out: Path, exercise: str, workers: int) -> dict[str, Any]:
    """Score a folder of copies; return seconds in all, of each stage over all clips, of the processor, and memory.

    `workers_cpu` is the processor time of the workers from start to end, `clips_cpu` that part of it in which they
    scored clips; the rest is starting and ending them.
    """
    shutil.rmtree(out, ignore_errors=True)
    start, before = time.perf_counter(), _children_cpu()
    result = run_batch(folder, out, exercise=exercise, options=Options(offline=True), workers=workers)
    wall, workers_cpu = time.perf_counter() - start, _children_cpu() - before
    records = [record for path in (out / CLIPS).iterdir() if (record := read_record(path))]
    assert not result.errors, result.rows
    stages: dict[str, float] = {}
    for record in records:
        for name, value in record.seconds.items():
            stages[name] = stages.get(name, 0.0) + value
    return {
        "seconds": wall,
        "stages": stages,
        "memory_mb": max(record.memory_mb for record in records),
        "clips_cpu": sum(record.processor_s for record in records),
        "workers_cpu": workers_cpu,
    }


def _children_cpu() -> float:
    """Return the processor seconds of this process's children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def stage_costs(clip: Path, exercise: str, frames: int) -> dict[str, dict[str, float]]:
    """Return wall and processor milliseconds a frame of what happens to a frame, in this process alone."""
    drill = load_exercise(exercise)

    def decode() -> None:
        with open_source(clip) as source:
            for _ in source:
                pass

    def decode_few() -> None:
        with open_source(clip, only=frozenset(range(0, frames, frames // 12))) as source:
            for _ in source:
                pass

    def find(refine: bool) -> None:
        with open_source(clip) as source, create_estimator(offline=True, refine=refine) as estimator:
            track_person(source, estimator, (source.info.width, source.info.height))

    track, _ = track_clip(clip, offline=True)
    measured = measure_track(track, drill)
    runs: dict[str, Callable[[], object]] = {
        "decode": decode,
        "decode, 12 pictures": decode_few,
        "decode and find the person": lambda: find(refine=False),
        "the same and refine": lambda: find(refine=True),
        "measure": lambda: measure_track(track, drill),
        "judge": lambda: judge_measured(measured, drill),
    }
    costs = {}
    for name, run in runs.items():
        wall, cpu = seconds_of(run)
        costs[name] = {"wall_ms": 1000 * wall / frames, "cpu_ms": 1000 * cpu / frames}
    return costs


def rescoring(clip: Path, exercise: str, folder: Path, repeat: int) -> dict[str, dict[str, float]]:
    """Return frames a second of judging a clip again: from kept measurements, and from kept poses alone."""
    drill = load_exercise(exercise)
    cache = Cache(folder)
    looked = cache.poses(clip, "auto", offline=True)
    cache.measured(clip, looked, drill)
    frames = len(looked.track)
    runs: dict[str, Callable[[], object]] = {
        "kept measurements": lambda: rescore(clip, drill, "auto", folder, offline=True),
        "kept poses, measured again": lambda: judge_measured(measure_track(looked.track, drill), drill),
    }
    found = {}
    for name, run in runs.items():
        times = [seconds_of(run) for _ in range(repeat)]
        wall, cpu = (statistics.median(t[i] for t in times) for i in (0, 1))
        found[name] = {"frames_per_s": frames / wall, "frames_per_cpu_s": frames / cpu}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path)
    parser.add_argument("--exercise", default="screen-squat")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--copies", type=int, default=4, help="clips in the batch")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--rescore-only", action="store_true", help="only judging again; needs no quiet machine")
    args = parser.parse_args()
    clip: Path = args.clip
    report: dict[str, Any] = {"clip": clip.name, "cores": os.cpu_count(), "load_before": os.getloadavg()}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        report["rescore"] = rescoring(clip, args.exercise, scratch / "kept", 5 * args.repeat)
        if not args.rescore_only:
            report |= compare(clip, args, scratch)
    report["load_after"] = os.getloadavg()
    show(report)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(report, indent=2), encoding="utf-8")


def compare(clip: Path, args: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Return frames a second of the bare loop and of batches, in turns."""
    folder = scratch / "clips"
    folder.mkdir()
    for i in range(args.copies):
        shutil.copy(clip, folder / f"{i}-{clip.name}")
    frames = bare_loop(clip)  # warms the caches
    bare: list[tuple[float, float]] = []
    batches: dict[int, list[dict[str, Any]]] = {workers: [] for workers in args.workers}
    for _ in range(args.repeat):
        bare.append(seconds_of(lambda: bare_loop(clip)))
        for workers in args.workers:
            batches[workers].append(batch_run(folder, scratch / "out", args.exercise, workers))
    bare_fps = frames / statistics.median(wall for wall, _ in bare)
    bare_cpu = statistics.median(cpu for _, cpu in bare)
    rows = {}
    for workers, runs in batches.items():
        fps = args.copies * frames / statistics.median(run["seconds"] for run in runs)
        stages = {k: 1000 * v / (args.copies * frames) for k, v in runs[-1]["stages"].items()}
        rows[str(workers)] = {
            "frames_per_s": fps,
            "of_bare": fps / bare_fps,
            "stage_ms": stages,
            "memory_mb": max(run["memory_mb"] for run in runs),
            "cpu_ms": 1000 * statistics.median(run["clips_cpu"] for run in runs) / (args.copies * frames),
            "start_cpu_s": statistics.median(run["workers_cpu"] - run["clips_cpu"] for run in runs) / workers,
        }
    return {
        "frames": frames,
        "copies": args.copies,
        "bare_frames_per_s": bare_fps,
        "bare_cpu_ms": 1000 * bare_cpu / frames,
        "batch": rows,
        "stages": stage_costs(clip, args.exercise, frames),
    }


def show(report: dict[str, Any]) -> None:
    """Print the tables."""
    load = " ".join(f"{x:.1f}" for x in report["load_before"])
    print(f"{report['clip']} on {report['cores']} cores, load before {load}")
    if "batch" in report:
        head = f"{'frames/s':>9} {'of bare':>8} {'processor ms/frame':>19} {'start, s':>9} {'MB/worker':>10}"
        print(f"\n{report['copies']} clips of {report['frames']} frames\n{'':28} {head}")
        bare = f"{report['bare_frames_per_s']:9.1f} {1:8.2f} {report['bare_cpu_ms']:19.1f}"
        print(f"{'bare decode and detect':28} {bare}")
        for workers, row in report["batch"].items():
            name = f"batch with reports, {workers} workers"
            cost = f"{row['cpu_ms']:19.1f} {row['start_cpu_s']:9.2f} {row['memory_mb']:10.0f}"
            print(f"{name:28} {row['frames_per_s']:9.1f} {row['of_bare']:8.2f} {cost}")
            print(
                "    by the clock: " + ", ".join(f"{stage} {ms:.2f} ms/frame" for stage, ms in row["stage_ms"].items())
            )
        print(f"\n{'one process, ms a frame':28} {'wall':>9} {'processor':>10}")
        for name, cost in report["stages"].items():
            print(f"{name:28} {cost['wall_ms']:9.2f} {cost['cpu_ms']:10.2f}")
    print(f"\n{'judged again, one core':28} {'frames/s':>9} {'a processor second':>20}")
    for name, row in report["rescore"].items():
        print(f"{name:28} {row['frames_per_s']:9.0f} {row['frames_per_cpu_s']:20.0f}")


if __name__ == "__main__":
    main()
