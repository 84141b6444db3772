"""How well rendered people serve: found by BlazePose, frames a second on one core, depth in the floor.

Prints tables and writes JSON. `--quick` looks at three people, for a smoke test.
"""

# ruff: noqa: E402  (threads are set before the libraries load)

from __future__ import annotations

import os

for _name in ("LP_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # one core; must be set before the libraries load

import argparse
import json
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from formcheck.core.frame import Frame
from formcheck.core.landmarks import SIDES
from formcheck.pose.landmarker import Finder
from formcheck.pose.models import resolve_model
from formcheck.synthetic import MOVEMENTS, PEOPLE, Clip, ClipSpec
from formcheck.synthetic.camera import parse_placement, place_camera
from formcheck.synthetic.clip import camera_target
from formcheck.synthetic.picture import PictureSpoiler
from formcheck.synthetic.renderer import Renderer

POSITIONS: dict[str, tuple[str, dict[str, float | str]]] = {
    "supine, one knee bent": ("supine-ir-liftoff", {}),
    "supine, both knees bent": ("supine-ir-ere", {}),
    "supine, hip and knee 90": ("assess-supine-ir", {}),
    "supine, leg raised": ("assess-slr", {}),
    "prone, knees bent": ("active-ir-arom", {"position": "prone"}),
    "rolling onto the side": ("arm-bar", {}),
    "standing on one leg": ("standing-rotation-dissociation", {}),
    "hinging on one leg": ("ir-hinge", {}),
    "split squat": ("ffe-split-squat", {}),
    "squat": ("screen-squat", {}),
    "toe touch": ("screen-toe-touch", {}),
    "quiet standing": ("screen-foot-presentation", {}),
}
"""Every kind of position with the drill that stands for it."""


def detection(
    people: list[str], per_cell: int, seed: int, progress: Progress
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return one row for every position, view, person and side, and one row of floor depths a position and person."""
    rows: list[dict[str, object]] = []
    depths: list[dict[str, object]] = []
    finder = Finder(resolve_model("full"), 1)
    size = (640, 480)
    task = progress.add_task("detection", total=len(people) * len(POSITIONS) * 2)
    with Renderer(size) as renderer:
        for person in people:
            for i, (position, (drill, params)) in enumerate(POSITIONS.items()):
                deepest = 0.0
                for side in SIDES:
                    clip = Clip(
                        ClipSpec(
                            drill,
                            side,
                            person,
                            reps=1,
                            params=params,
                            size=size,
                            seed=seed + 31 * i + len(rows) % 7,
                            fps=15,
                        )
                    )
                    rep = clip.script.reps[0]
                    wanted = np.linspace(rep.start_s - 0.3, rep.end_s, per_cell + 1)[:-1]
                    clip.keep(sorted({int(np.argmin(np.abs(clip.times - t))) for t in wanted}))
                    _, postures = clip.solve()
                    deepest = min(deepest, *(float(clip.mesh.posed(p)[0][:, 1].min()) for p in postures))
                    renderer.set_person(clip.person, clip.mesh)
                    renderer.set_scene(clip.scene)
                    spoiler = PictureSpoiler(clip.quality, size, seed)
                    for view in MOVEMENTS[drill].views:
                        placement = parse_placement(view, side)
                        camera = place_camera(
                            placement, camera_target(clip.neutral, clip.lying), clip.poser.heading, size
                        )
                        found = 0
                        for k, posture in enumerate(postures):
                            frame = Frame(
                                k, k / 15, spoiler.apply(renderer.draw(posture, camera, clip.quality.exposure))
                            )
                            found += bool(finder.find(frame.image, frame.time_s))
                        rows.append(
                            {
                                "position": position,
                                "view": view,
                                "person": person,
                                "side": side,
                                "frames": len(postures),
                                "found": found,
                            }
                        )
                    progress.advance(task)
                depths.append({"position": position, "person": person, "lowest_mm": round(1000 * deepest, 2)})
    finder.close()
    return rows, depths


def contact_sheet(people: list[str], path: Path, progress: Progress) -> None:
    """Write one picture with a row for every person and a column for every position, to be looked at."""
    import cv2

    size = (240, 240)
    rows = []
    task = progress.add_task("contact sheet", total=len(people))
    with Renderer(size) as renderer:
        for n, person in enumerate(people):
            row = []
            for i, (drill, params) in enumerate(POSITIONS.values()):
                side = SIDES[(n + i) % 2]
                clip = Clip(ClipSpec(drill, side, person, reps=1, params=params, size=size, seed=97 * n + i, fps=15))
                at = clip.script.reps[0].peak_s if i % 3 else clip.script.reps[0].start_s + 0.6
                clip.keep([int(np.argmin(np.abs(clip.times - at)))])
                view = MOVEMENTS[drill].views[n % len(MOVEMENTS[drill].views)]
                placement = replace(parse_placement(view, side), hfov=46.0)
                camera = place_camera(placement, camera_target(clip.neutral, clip.lying), clip.poser.heading, size)
                renderer.set_person(clip.person, clip.mesh)
                renderer.set_scene(clip.scene)
                row.append(renderer.draw(clip.solve()[1][0], camera, clip.quality.exposure))
            rows.append(np.hstack(row))
            progress.advance(task)
    cv2.imwrite(str(path), np.vstack(rows)[..., ::-1])


def speed() -> dict[str, float]:
    """Return frames a second at 640 x 480 on one core: posing, drawing and spoiling the picture, without start-up."""
    out: dict[str, float] = {}
    for name, drill in (("lying", "supine-ir-liftoff"), ("standing", "screen-squat")):
        clip = Clip(ClipSpec(drill, reps=1))
        clip.keep(list(range(60, 100)))
        start = time.process_time()
        clip.solve()
        posing = time.process_time() - start
        frames = clip.frames()
        next(frames)  # compiles the shaders and draws the empty room
        start, wall = time.process_time(), time.perf_counter()
        count = sum(1 for _ in frames)
        busy, elapsed = time.process_time() - start, time.perf_counter() - wall
        out[f"{name}_fps_of_processor_time"] = round(count / (busy + posing * count / (count + 1)), 2)
        out[f"{name}_fps_of_wall_time_drawing_only"] = round(count / elapsed, 2)
    return out


def show(rows: list[dict[str, object]], depths: list[dict[str, object]], fps: dict[str, float]) -> dict[str, object]:
    """Print the tables and return the summary."""
    console = Console(width=120)
    cells: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: {s: [0, 0] for s in SIDES})
    by_person: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        cell = cells[str(row["position"]), str(row["view"])][str(row["side"])]
        person = by_person[str(row["person"])]
        for counter in (cell, person):
            counter[0] += int(str(row["found"]))
            counter[1] += int(str(row["frames"]))
    table = Table("position", "view", "left found", "right found", title="BlazePose full finds the person")
    for (position, view), sides in cells.items():
        table.add_row(position, view, *(f"{100 * f / n:.1f} % of {n}" for f, n in sides.values()))
    console.print(table)
    people = Table("person", "found", title="By person")
    for name, (found, n) in by_person.items():
        people.add_row(name, f"{100 * found / n:.1f} % of {n}")
    console.print(people)
    found = sum(v[0] for v in by_person.values())
    total = sum(v[1] for v in by_person.values())
    lowest = min(depths, key=lambda d: float(str(d["lowest_mm"])))
    summary: dict[str, object] = {
        "frames": total,
        "found": found,
        "found_share": round(found / total, 4),
        "deepest_mm": lowest,
        **fps,
    }
    console.print(summary)
    return summary


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/out/synthetic.json"), help="JSON to write")
    parser.add_argument("--frames", type=int, default=2, help="pictures for each position, view, person and side")
    parser.add_argument("--people", nargs="*", default=list(PEOPLE), help="names or seeds")
    parser.add_argument("--quick", action="store_true", help="three people only")
    parser.add_argument("--sheet", type=Path, help="only write a contact sheet of all people in all positions")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    people = args.people[:3] if args.quick else args.people
    if args.sheet is not None:
        with Progress(transient=True) as progress:
            contact_sheet(people, args.sheet, progress)
        return
    fps = speed()
    with Progress(transient=True) as progress:
        rows, depths = detection(people, args.frames, args.seed, progress)
    summary = show(rows, depths, fps)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps({"summary": summary, "detection": rows, "floor": depths}, indent=1) + "\n")
    print(f"written to {args.out}")


if __name__ == "__main__":
    main()
