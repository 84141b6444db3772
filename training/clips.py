"""Draws the short drill videos that the measuring engine is tuned and reported on, with their truth.

    python training/clips.py --part tuning --out training/out/tuning

Every clip is planned: which drill, side, camera band and whether the pelvis rolls follow from its place in the list, so
that every band has its share of people, drills, sides and lifts. What is left (person, room, exact camera, sizes) comes
from the person's number, which `split.toml` allots to one part. Finished clips are skipped. The pelvis rolls in more
clips than in life, so that there are lifts enough to count.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
from split import people_of, unseen_drills

from formcheck.core.landmarks import SIDES, Side
from formcheck.synthetic.camera import parse_placement
from formcheck.synthetic.clip import Clip, ClipSpec
from formcheck.synthetic.movements import MOVEMENTS
from formcheck.synthetic.sets import is_done, seed_path

SHOTS = 2
"""Clips a person; a clip's own number is `SHOTS * person + shot`, as in `pictures.py`."""
PEOPLE = {"tuning": (12, 2), "reporting": (22, 3)}
"""How many people lie and how many stand in each part."""
LYING = (
    "supine-ir-liftoff",
    "knee-inward-tilts",
    "active-ir-arom",
    "supine-ir-ere",
    "assess-supine-ir",
    "sleeper-rotations",
    "lying-hip-cars",
)
STANDING = (
    ("screen-squat", "front"),
    ("screen-squat", "side"),
    ("ir-hinge", "front"),
    ("screen-squat", "diagonal_right"),
    ("screen-squat", "side"),
    ("screen-squat", "diagonal_left"),
)
TWO_REPS = ("active-ir-arom", "assess-supine-ir", "knee-to-floor", "lying-hip-cars")
BANDS = {"low": (30.5, 44.5), "middle": (45.5, 59.5), "high": (60.5, 74.5), "overhead": (80.0, 88.0)}
"""Elevations of the camera, degrees."""
BAND_CYCLE = ("low", "middle", "high", "overhead", "middle", "low", "high", "middle", "low", "overhead", "high")
ROLL_CYCLE = ("lift", "none", "none", "part", "lift", "none", "none", "lift", "none")
ROLLS = {"lift": (10.5, 16.0), "part": (3.0, 10.0)}
"""How far the pelvis rolls, degrees."""
NOT_OTHER = ("pelvis_roll", "rocking", "trunk_joins", "hip_lift", "momentum", "too_fast")
"""Faults that are not drawn beside the planned ones: they roll the pelvis, or leave no hold to measure."""
BASELINE_S = 1.7


def plan(part: str) -> list[ClipSpec]:
    """Return the clips of a part, in the order in which they are drawn."""
    lie, stand = PEOPLE[part]
    people = people_of(part)
    drills = (*LYING, *(unseen_drills() if part == "reporting" else ()))
    sides = _sides(drills, lie * SHOTS)
    lying = [_lying_spec(k, people[0] * SHOTS + k, drills, side) for k, side in enumerate(sides)]
    first = people[lie] * SHOTS
    return lying + [_standing_spec(k, first + k) for k in range(stand * SHOTS)]


def _lying_spec(k: int, seed: int, drills: tuple[str, ...], side: Side) -> ClipSpec:
    rng = np.random.default_rng([316228, seed])
    movement = MOVEMENTS[drills[k % len(drills)]]
    reps = 2 if movement.id in TWO_REPS else 1
    band = BAND_CYCLE[k % len(BAND_CYCLE)]
    place = "overhead" if band == "overhead" else "foot_end"
    params: dict[str, float | str] = {"hold_s": 0.7, "rest_s": 0.4, "circle_s": 4.0}
    if movement.id == "supine-ir-liftoff" and rng.random() < 0.5:
        params["other_leg"] = "bent"
    return ClipSpec(
        drill=movement.id,
        side=side,
        body=str(seed // SHOTS),
        camera=_camera(rng, place, float(rng.uniform(*BANDS[band])), "right"),
        faults=_faults(rng, movement.id, ROLL_CYCLE[k % len(ROLL_CYCLE)], reps),
        reps=reps,
        amplitude=movement.amplitude * float(rng.uniform(0.5, 1.25)),
        params=params,
        fps=float(rng.choice([12.0, 12.5, 15.0])),
        fps_jitter=float(rng.choice([0.0, 0.0, 0.08])),
        seed=seed,
        baseline_s=BASELINE_S,
    )


def _sides(drills: tuple[str, ...], count: int) -> list[Side]:
    """Return the working sides: in every drill, band and kind of roll both come about equally often."""
    seen: Counter[tuple[str, Side]] = Counter()
    chosen: list[Side] = []
    for k in range(count):
        kinds = (drills[k % len(drills)], BAND_CYCLE[k % len(BAND_CYCLE)], ROLL_CYCLE[k % len(ROLL_CYCLE)])
        rarer = min(SIDES, key=lambda side: sum(seen[kind, side] for kind in kinds))
        seen.update((kind, rarer) for kind in kinds)
        chosen.append(rarer)
    return chosen


def _standing_spec(k: int, seed: int) -> ClipSpec:
    rng = np.random.default_rng([316228, seed])
    drill, place = STANDING[k % len(STANDING)]
    side = SIDES[k % 2]
    elevation = float(np.clip(parse_placement(place, side).elevation + rng.normal(0, 4.0), -2, 20))
    return ClipSpec(
        drill=drill,
        side=side,
        body=str(seed // SHOTS),
        camera=_camera(rng, place, elevation, side),
        reps=1,
        amplitude=MOVEMENTS[drill].amplitude * float(rng.uniform(0.6, 1.1)),
        params={"hold_s": 0.7, "rest_s": 0.4},
        fps=float(rng.choice([12.0, 12.5, 15.0])),
        seed=seed,
        baseline_s=BASELINE_S,
    )


def _camera(rng: np.random.Generator, place: str, elevation: float, side: Side) -> str:
    """Return a placement with the spread of `formcheck.synthetic.sets`, its elevation given."""
    base = parse_placement(place, side)
    hfov = float(rng.uniform(46.0, 74.0))
    distance = base.distance * np.tan(np.deg2rad(30.0)) / np.tan(np.deg2rad(hfov / 2)) * rng.uniform(0.92, 1.22)
    azimuth = base.azimuth + np.clip(rng.normal(0, 8.0), -16, 16)
    roll = np.clip(rng.normal(0, 1.5), -4, 4)
    shake = float(rng.choice([0.0, 0.0, 0.25]))
    lens = f"azimuth={azimuth:.2f},distance={distance:.3f},hfov={hfov:.2f},roll={roll:.2f},shake={shake}"
    return f"{place}:{elevation:.2f},{lens}"


def _faults(rng: np.random.Generator, drill: str, roll: str, reps: int) -> tuple[str, ...]:
    """Return the planned roll of the pelvis, each repetition its own size, or sometimes another fault."""
    if roll != "none":
        rolling = rng.random(reps) < 0.75
        rolling[rng.integers(reps)] = True
        return tuple(f"pelvis_roll={rng.uniform(*ROLLS[roll]):.2f}@{i + 1}" for i in np.flatnonzero(rolling))
    others = {code: f for code, f in MOVEMENTS[drill].faults.items() if code not in NOT_OTHER}
    if rng.random() >= 0.35:
        return ()
    code = str(rng.choice(list(others)))
    return (f"{code}={others[code].default * rng.uniform(0.6, 1.1):.3f}",)


def draw(spec: ClipSpec, out: Path) -> str:
    """Write video and truth of a clip, unless they are there; return its name."""
    path = seed_path(out, spec.seed)
    if not is_done(out, spec.seed):
        Clip(spec).write(path)
    return path.stem


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=sorted(PEOPLE), required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    specs = plan(args.part)
    for name in ("LP_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    begin = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(args.workers) as pool:
        for done, name in enumerate(pool.imap(partial(draw, out=args.out), specs), 1):
            print(f"{done}/{len(specs)} {name}, {time.monotonic() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
