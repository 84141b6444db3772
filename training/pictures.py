"""Draws the pictures that the learned parts learn from: random people, rooms, cameras and movements, exact truth.

    python training/pictures.py --people 200000:200400 --out training/out/pictures --workers 2

Every person is drawn in two shots (another room, camera, drill, side), twelve pictures a shot, the first of them in the
neutral pose. A shot is what `formcheck render-set --poses` writes: pictures, the pose model's landmarks, the truth.
Finished shots are skipped. `split.py` says which people may be used for what.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from formcheck.core.pose import PoseTrack
from formcheck.pose.models import model_info
from formcheck.pose.saved import PosesMeta, save_poses
from formcheck.synthetic.clip import Clip, ClipSpec
from formcheck.synthetic.movements import MOVEMENTS
from formcheck.synthetic.sets import SetOptions, _render_poses, parse_seed_range, random_spec, seed_path
from formcheck.synthetic.truth import truth_path, write_truth

SHOTS = 2
PICTURES = 12
LYING = (
    "supine-ir-liftoff",
    "supine-ir-liftoff",
    "supine-ir-ere",
    "lying-hip-cars",
    "lying-hip-cars",
    "pails-rails-blocks",
    "sleeper-rotations",
    "sleeper-rotations",
    "knee-inward-tilts",
    "active-ir-arom",
    "assess-supine-ir",
    "assess-supine-ir",
    "assess-slr",
    "arm-bar",
)
OWN_RANGE = ("assess-slr", "arm-bar")
"""Their movement is not a rotation of the hip: not drawn larger, and from the camera places of the drill."""
STANDING = ("ir-hinge", "ffe-split-squat", "crossover-step-up", "screen-squat", "standing-rotation-dissociation")
STANDING_SHARE = 0.2


def shot_spec(person: int, shot: int) -> ClipSpec:
    """Return what is drawn in a shot of a person."""
    seed = person * SHOTS + shot
    rng = np.random.default_rng([173205, seed])
    drills = STANDING if rng.random() < STANDING_SHARE else LYING
    spec = random_spec(seed, SetOptions(drills=drills))
    faults = spec.faults
    if spec.drill in LYING:
        roll = "pelvis_roll" in MOVEMENTS[spec.drill].faults and rng.random() < 0.5
        if roll:
            faults = (f"pelvis_roll={rng.uniform(2.0, 20.0):.2f}",)
        if rng.random() < 0.15 and spec.drill not in OWN_RANGE:
            spec = replace(spec, camera=spec.camera.replace(spec.camera.split(",")[0], "overhead:84"))
        if (
            spec.amplitude is not None and spec.drill not in OWN_RANGE and rng.random() < 0.4
        ):  # far ends are rare, and what is rare is read too small
            spec = replace(spec, amplitude=spec.amplitude * float(rng.uniform(1.0, 1.5)))
    return replace(spec, body=str(person), faults=faults, params=dict(spec.params))


def draw_person(person: int, out: Path) -> int:
    """Draw what is missing of a person's shots."""
    for shot in range(SHOTS):
        path = seed_path(out, person * SHOTS + shot)
        if truth_path(path).exists():
            continue
        clip = Clip(shot_spec(person, shot))
        poses = _render_poses(clip, path, SetOptions(frames=PICTURES))
        info = model_info("full")
        meta = PosesMeta(path.name, clip.spec.fps, model_name=info.name, model_sha256=info.sha256)
        save_poses(PoseTrack.from_poses(poses, clip.spec.size), path.with_suffix(".poses.npz"), meta=meta)
        write_truth(clip.truth(), truth_path(path))
    return person


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", required=True, help="A:B")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    people = parse_seed_range(args.people)
    for name in ("LP_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    begin = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(args.workers) as pool:
        for done, person in enumerate(pool.imap_unordered(partial(draw_person, out=args.out), people), 1):
            print(f"{done}/{len(people)} person {person}, {time.monotonic() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
