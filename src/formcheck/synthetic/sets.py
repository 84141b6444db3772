"""Many random clips or single poses from a range of seeds, in parallel, resumable, each with the estimator's output."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from formcheck.core.errors import FormcheckError, OutputError
from formcheck.core.landmarks import Side
from formcheck.core.pose import Pose, PoseTrack
from formcheck.synthetic.camera import Placement, parse_placement
from formcheck.synthetic.clip import Clip, ClipSpec
from formcheck.synthetic.movements import MOVEMENTS
from formcheck.synthetic.truth import truth_path, write_truth

Mode = Literal["poses", "clips"]


@dataclass(frozen=True)
class SetOptions:
    """What every seed of a set has in common."""

    mode: Mode = "poses"
    frames: int = 8
    """Pictures a seed in `poses` mode; the first shows the neutral pose."""
    drills: tuple[str, ...] = ()
    """Drills to choose from; all when empty."""
    size: tuple[int, int] = (640, 480)
    model: str = "full"
    """Pose model whose output is saved; empty for none."""


def random_spec(seed: int, options: SetOptions = SetOptions()) -> ClipSpec:
    """Return the clip of a seed: a random person, drill, side, size of movement, fault, camera and room."""
    rng = np.random.default_rng([662607, seed])
    movement = MOVEMENTS[str(rng.choice(options.drills or tuple(MOVEMENTS)))]
    side: Side = "right" if rng.random() < 0.5 else "left"
    faults: list[str] = []
    if rng.random() < 0.55:
        code = str(rng.choice(list(movement.faults)))
        spec = movement.faults[code]
        size = spec.default * float(rng.uniform(0.4, 1.4)) if spec.kind != "speed" else spec.default
        faults.append(f"{code}={size:.3f}")
    base = parse_placement(str(rng.choice(movement.views)), side)
    params = {"position": "prone"} if movement.id == "active-ir-arom" and rng.random() < 0.4 else {}
    return ClipSpec(
        drill=movement.id,
        side=side,
        body=str(seed),
        camera=_random_camera(rng, base),
        faults=tuple(faults),
        reps=2,
        amplitude=movement.amplitude * float(rng.uniform(0.35, 1.35)),
        params=params,
        fps=float(rng.choice([24.0, 25.0, 30.0, 30.0])),
        fps_jitter=float(rng.choice([0.0, 0.0, 0.08])),
        size=options.size,
        seed=seed,
        transitions=bool(rng.random() < 0.3),
    )


def _random_camera(rng: np.random.Generator, base: Placement) -> str:
    """Return a placement near one of the drill's own, written as `--camera` takes it."""
    hfov = float(rng.uniform(46.0, 74.0))
    distance = base.distance * np.tan(np.deg2rad(30.0)) / np.tan(np.deg2rad(hfov / 2)) * rng.uniform(0.92, 1.22)
    lying = base.place in ("foot_end", "head_end")
    elevation = rng.uniform(32.0, 76.0) if lying else np.clip(base.elevation + rng.normal(0, 4.0), -5, 88)
    azimuth = base.azimuth + np.clip(rng.normal(0, 8.0), -16, 16)
    shake = float(rng.choice([0.0, 0.0, 0.25]))
    return (
        f"{base.place}:{elevation:.2f},azimuth={azimuth:.2f},distance={distance:.3f},hfov={hfov:.2f},"
        f"roll={np.clip(rng.normal(0, 1.5), -4, 4):.2f},shake={shake}"
    )


def parse_seed_range(text: str) -> range:
    """Read `A:B`, from seed A up to but not including B.

    Raises
    ------
    FormcheckError
        It is not two whole numbers in rising order.
    """
    parts = text.split(":")
    if len(parts) != 2 or not all(p.strip().isdigit() for p in parts) or int(parts[0]) >= int(parts[1]):
        raise FormcheckError(f"Seeds {text!r} are not A:B with whole numbers A < B, e.g. 0:100.")
    return range(int(parts[0]), int(parts[1]))


def seed_path(out: Path, seed: int) -> Path:
    """Return the name from which the files of a seed are made (a clip's own name)."""
    return out / f"{seed:06d}.mp4"


def is_done(out: Path, seed: int) -> bool:
    """Return whether a seed is finished: its truth is written last."""
    return truth_path(seed_path(out, seed)).exists()


def render_seed(seed: int, out: Path, options: SetOptions) -> int:
    """Render one seed with its truth and the estimator's output, unless it is there already; return the seed.

    Files: `NNNNNN.truth.json.gz`; `NNNNNN.poses.npz` (the estimator's landmarks, as `formcheck.pose.saved` writes
    them); and `NNNNNN.mp4` (clips) or `NNNNNN_FF.jpg` (poses).
    """
    if is_done(out, seed):
        return seed
    clip = Clip(random_spec(seed, options))
    path = seed_path(out, seed)
    poses = _render_poses(clip, path, options) if options.mode == "poses" else _render_clip(clip, path, options)
    if options.model:
        from formcheck.pose.models import model_info
        from formcheck.pose.saved import PosesMeta, save_poses

        info = model_info(options.model)
        meta = PosesMeta(path.name, clip.spec.fps, model_name=info.name, model_sha256=info.sha256)
        save_poses(PoseTrack.from_poses(poses, clip.spec.size), path.with_suffix(".poses.npz"), meta=meta)
    truth = clip.truth()
    truth["found"] = [bool(p.found) for p in poses]
    write_truth(truth, truth_path(path))
    return seed


def _render_poses(clip: Clip, path: Path, options: SetOptions) -> list[Pose]:
    import cv2

    rng = np.random.default_rng([137035, clip.spec.seed])
    n = len(clip.times)
    first = int(np.searchsorted(clip.times, float(np.mean(clip.script.baseline))))
    clip.keep(sorted({first, *rng.integers(first + 1, n, max(options.frames - 1, 0)).tolist()}))
    finder = None
    if options.model:
        from formcheck.pose.landmarker import Finder
        from formcheck.pose.models import resolve_model

        finder = Finder(resolve_model(options.model), 1)
    poses: list[Pose] = []
    for i, frame in enumerate(clip.frames()):
        name = path.with_name(f"{path.stem}_{i:02d}.jpg")
        if not cv2.imwrite(str(name), np.ascontiguousarray(frame.image[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 92]):
            raise OutputError(f"Picture {name} cannot be written.")
        if finder is not None:
            found = finder.find(frame.image, frame.time_s)
            poses.append(found[0] if found else Pose.missing(frame.time_s))
    if finder is not None:
        finder.close()
    return poses


def _render_clip(clip: Clip, path: Path, options: SetOptions) -> list[Pose]:
    from formcheck.video.writer import VideoWriter

    poses: list[Pose] = []
    estimator = None
    if options.model:
        from formcheck.pose.estimator import create_estimator

        estimator = create_estimator("mediapipe", model=options.model)
    with VideoWriter(path, size=clip.spec.size, fps=clip.spec.fps) as writer:
        for frame in clip.frames():
            writer.write(frame.image, frame.time_s)
            if estimator is not None:
                poses.append(estimator.estimate(frame))
    if estimator is not None:
        estimator.close()
    return poses


def render_set(seeds: range, out: Path, options: SetOptions = SetOptions(), workers: int = 1) -> Iterator[int]:
    """Render the seeds that are not done yet, yielding each as it is finished.

    Parameters
    ----------
    seeds
        Which.
    out
        Folder for the files; made if missing.
    options
        What they have in common.
    workers
        Processes; 1 renders in this one.

    Raises
    ------
    OutputError
        The folder cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise OutputError(f"Folder {out} cannot be made: {err}.") from err
    left = [s for s in seeds if not is_done(out, s)]
    job = partial(render_seed, out=out, options=options)
    if workers <= 1:
        yield from map(job, left)
        return
    for name in ("LP_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # one core a worker
    with multiprocessing.get_context("spawn").Pool(min(workers, max(len(left), 1))) as pool:
        yield from pool.imap_unordered(job, left)


def with_drills(options: SetOptions, drills: tuple[str, ...]) -> SetOptions:
    """Return options limited to some drills.

    Raises
    ------
    FormcheckError
        A drill is unknown.
    """
    unknown = [d for d in drills if d not in MOVEMENTS]
    if unknown:
        raise FormcheckError(f"Drill {unknown[0]!r} is unknown; known: {', '.join(MOVEMENTS)}.")
    return replace(options, drills=drills)
