"""How far behind is what a person sees and hears? A clip as a camera in real time, through the whole live session.

    python benchmarks/latency.py [--clip CLIP] [--exercise DRILL] [--side SIDE] [--size 1280x720] [--seconds 30]
        [--window]

Prints a table and writes benchmarks/out/latency.json. Frame time is the moment at which a camera would have given the
frame. `drawn_ms`: until the picture with its feedback was handed to the screen (with --window through a real window,
else drawn and thrown away). `sound_ms`: from the time of the frame at which a cue was decided to its first sample at
the loudspeaker's buffer. The load of the machine stands beside the numbers: they mean something on a machine that does
nothing else. CPU time a frame hardly depends on that.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.coach.language import load_language
from formcheck.exercises.lookup import load_exercise
from formcheck.live.drawing import draw_live
from formcheck.live.engine import LiveEngine
from formcheck.live.events import CueSaid, Event
from formcheck.live.plan import plan_drill
from formcheck.live.recorder import Recorder
from formcheck.live.runner import Runner, Shown
from formcheck.live.sound import Speaker, WavTrack
from formcheck.live.window import Window, window_words
from formcheck.pose.estimator import create_estimator
from formcheck.video.live_source import LiveSource
from formcheck.video.source import open_source

ROOT = Path(__file__).parent.parent
LIMITS = {"drawn_ms": 100.0, "sound_ms": 300.0, "dropped": 0.05}
"""What is promised: the 95th percentile, and the share of frames."""


OUT = Path(__file__).parent / "out" / "latency.json"


class Camera:
    """A clip as a camera of the wanted size would send it: JPEG pictures at their own times, decoded as they come."""

    paced = True

    def __init__(self, pictures: list[tuple[NDArray[np.uint8], float]]) -> None:
        self._pictures = iter(pictures)
        self.name = "clip"

    def read(self) -> tuple[NDArray[np.uint8], float | None] | None:
        """Return the next picture and its time."""
        found = next(self._pictures, None)
        if found is None:
            return None
        return np.asarray(cv2.imdecode(found[0], cv2.IMREAD_COLOR_RGB), dtype=np.uint8), found[1]

    def close(self) -> None:
        """Release nothing."""


def pictures_of(clip: Path, size: tuple[int, int], seconds: float) -> list[tuple[NDArray[np.uint8], float]]:
    """Return a clip's pictures as JPEG, with their times."""
    out = []
    with open_source(clip) as source:
        for frame in source:
            if frame.time_s > seconds:
                break
            picture = cv2.cvtColor(cv2.resize(frame.image, size), cv2.COLOR_RGB2BGR)
            out.append((np.asarray(cv2.imencode(".jpg", picture)[1], dtype=np.uint8), frame.time_s))
    return out


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Return the table of one run."""
    width, height = (int(side) for side in args.size.split("x"))
    plan = plan_drill(load_exercise(args.exercise), args.side, sets=1)
    working = args.side if args.side in ("left", "right") else None
    pictures = pictures_of(Path(args.clip), (width, height), args.seconds)
    ready = [create_estimator(model="full", offline=True, side=working)]
    shown: list[tuple[Shown, float]] = []
    cues: list[float] = []
    words = load_language("en")
    load_before = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory() as folder,
        LiveSource(lambda: Camera(pictures)) as source,
    ):
        engine = LiveEngine(plan, source.size)
        speaker = Speaker(WavTrack(Path(folder) / "cues.wav", source.clock))

        def hear(event: Event) -> None:
            if isinstance(event, CueSaid) and event.tone is not None:
                cues.append(source.clock() - event.time_s)
            speaker.hear(event)

        used = resource.getrusage(resource.RUSAGE_SELF)
        began = time.monotonic()
        with (
            Recorder(Path(folder) / "session", plan, source.size, {}) as recorder,
            Runner(source, engine, lambda side: ready.pop(), recorder=recorder, listeners=[hear]) as runner,
        ):
            if args.window:
                Window(runner, words, on_drawn=lambda new, now: shown.append((new, now))).run()
            else:
                own = window_words(words)
                while not runner.finished or not shown:
                    new = runner.newest(0.1)
                    if new is not None:
                        draw_live(new.frame.image, new.state, own)
                        shown.append((new, source.clock()))
        wall = time.monotonic() - began
        spent = resource.getrusage(resource.RUSAGE_SELF)
        status = source.status()
        speaker.close()
    cpu = spent.ru_utime + spent.ru_stime - used.ru_utime - used.ru_stime
    sounds = [1000 * (late + delay) for late, delay in zip(cues, speaker.delays_s, strict=False)]
    names = ("waited", "pose", "queued", "judge")
    stages = {name: [1000 * getattr(s.stages, name) for s, _ in shown] for name in names}
    drawing = [1000 * (now - s.frame.time_s - s.stages.age) for s, now in shown]
    drawn = [1000 * (now - s.frame.time_s) for s, now in shown]
    return {
        "clip": Path(args.clip).name,
        "size": [width, height],
        "cores": len(os.sched_getaffinity(0)),
        "load_before": round(load_before, 1),
        "load_after": round(os.getloadavg()[0], 1),
        "frames_shown": len(shown),
        "dropped": round(status.dropped / max(1, status.dropped + status.delivered), 3),
        "cpu_ms_a_frame": round(1000 * cpu / max(1, len(shown)), 1),
        "cpu_cores_used": round(cpu / wall, 2),
        "drawn_ms": summary(drawn),
        "sound_ms": summary(sounds),
        "stages_ms": {name: summary(values) for name, values in {**stages, "drawing": drawing}.items()},
    }


def summary(values: list[float]) -> dict[str, float]:
    """Return median and 95th percentile."""
    if not values:
        return {}
    return {"p50": round(statistics.median(values), 1), "p95": round(float(np.percentile(values, 95)), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clip", default=str(ROOT / "sample_videos/liftoff_right_clean.mp4"))
    parser.add_argument("--exercise", default="supine-ir-liftoff")
    parser.add_argument("--side", default="right")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--window", action="store_true", help="draw into a real window (needs a display)")
    args = parser.parse_args()
    found = measure(args)
    print(
        f"{found['clip']} at {args.size}, {found['cores']} cores, load {found['load_before']} to {found['load_after']}"
    )
    print(f"{'':>24} {'p50':>8} {'p95':>8}  limit (p95)")
    for name in ("drawn_ms", "sound_ms"):
        row = found[name]
        assert isinstance(row, dict)
        print(f"{name:>24} {row.get('p50', float('nan')):8.1f} {row.get('p95', float('nan')):8.1f}  {LIMITS[name]:g}")
    print(f"{'dropped':>24} {found['dropped']:8.1%} {'':>8}  {LIMITS['dropped']:.0%}")
    stages = found["stages_ms"]
    assert isinstance(stages, dict)
    for name, row in stages.items():
        print(f"{name:>24} {row.get('p50', float('nan')):8.1f} {row.get('p95', float('nan')):8.1f}")
    print(f"{'CPU ms a frame':>24} {found['cpu_ms_a_frame']:8.1f}   cores used {found['cpu_cores_used']}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
