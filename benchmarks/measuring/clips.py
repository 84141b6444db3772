"""Clips with truth, as the benchmark sees them: what the product may know, and what is true."""

from __future__ import annotations

import json
import time
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import SIDES, Side
from formcheck.core.pose import PoseTrack
from formcheck.exercises.lookup import load_exercise
from formcheck.measure.baseline import BaselineSpan, find_baseline
from formcheck.measure.view import UNKNOWN_VIEW, ViewFinding, find_view
from formcheck.pose.estimator import ModelInfo, create_estimator
from formcheck.pose.saved import PosesMeta, load_poses, save_poses
from formcheck.pose.sides import settle_sides
from formcheck.session import track_person
from formcheck.synthetic.truth import read_truth
from formcheck.video.files import atomic_path
from formcheck.video.source import open_source

FloatArray = NDArray[np.float64]

SPLIT = Path(__file__).parents[2] / "training" / "split.toml"
BASELINE_RULE = "supine-ir-liftoff"
"""The drill whose rule for the neutral pose is taken: the same for every clip."""
BANDS = ((0, 30), (30, 45), (45, 60), (60, 76), (76, 91))
BAND_NAMES = ("below 30°", "30-45°", "45-60°", "60-75°", "overhead")
FAMILIES = {
    "supine-ir-liftoff": "foot planted",
    "knee-inward-tilts": "foot planted",
    "sleeper-rotations": "foot planted",
    "knee-to-floor": "foot planted",
    "supine-ir-ere": "foot swings out",
    "active-ir-arom": "foot swings out",
    "assess-supine-ir": "foot free, hip 90°",
    "lying-hip-cars": "circles",
}
"""Drills that load the measurement alike; every other drill is its own family."""
LYING = ("supine", "prone", "side_lying")
"""Positions in which people lie."""
STILL_DEG = 3.0
"""A phase in which the true angle changes by no more than this is a hold."""
MIN_HOLD_S = 0.3
BOTH_LEGS = ("active-ir-arom", "sleeper-rotations")
"""Drills in which both legs turn; in the others only the working leg's rotation is asked for."""
FULL_TURN = 360.0


@dataclass(frozen=True)
class Seen:
    """What a way of measuring may know: no truth in it."""

    track: PoseTrack
    position: str
    """The drill's position: supine, standing, ..."""
    baseline: BaselineSpan | None
    """The still neutral stretch that the product found."""
    view: ViewFinding
    """Where the product thinks the camera stands."""

    @property
    def lying(self) -> bool:
        """Whether the drill is done lying."""
        return self.position in LYING


@dataclass(frozen=True)
class Hold:
    """A stretch in which the true rotation stays."""

    start: int
    stop: int
    side: Side


@dataclass(frozen=True)
class TrueRep:
    """A repetition and how far the pelvis really rolled in it."""

    start: int
    stop: int
    roll_deg: float


@dataclass(frozen=True)
class Case:
    """A clip: what is seen of it, and its truth."""

    name: str
    seen: Seen
    drill: str
    family: str
    side: Side
    person: str
    part: str
    """training, tuning or reporting; empty for people outside the split."""
    place: str
    elevation_deg: float
    band: str
    """Band of the camera's elevation; `upright` for standing drills."""
    unseen: bool
    """Whether no training picture shows the drill."""
    truth: dict[str, FloatArray]
    """True channels, shape (T,)."""
    neutral: NDArray[np.intp]
    """Frames of the true neutral pose."""
    judged: NDArray[np.intp]
    """Frames of the repetitions."""
    moving: tuple[Side, ...]
    """Legs whose rotation is measured."""
    holds: tuple[Hold, ...]
    reps: tuple[TrueRep, ...]
    tracking_ms: float
    """Processor time of the pose model and what refines it, a frame."""


@cache
def split() -> dict[str, Any]:
    """Return which people may be used for what."""
    return tomllib.loads(SPLIT.read_text(encoding="utf-8"))


def part_of(person: str) -> str:
    """Return the part of the split that a person belongs to; empty for named people and earlier seeds."""
    if not person.isdigit():
        return ""
    parts = (p for p in ("training", "tuning", "reporting") if int(person) in range(*split()[p]["people"]))
    return next(parts, "")


def fingerprint(model: ModelInfo) -> str:
    """Return what tells tracks of one estimator from those of another."""
    return f"{model.name}-{model.sha256[:8]}" + (f"-{model.refiner_sha256[:8]}" if model.refiner_sha256 else "")


def tracked(clip: Path, folder: Path, options: dict[str, Any]) -> tuple[PoseTrack, float]:
    """Return the poses of a clip and the milliseconds a frame that they took; kept in `folder` for the next time."""
    with create_estimator(**options) as estimator:
        mirrored = ".mirrored" if options.get("side") == "left" else ""
        stem = f"{clip.stem}.{fingerprint(estimator.model)}{mirrored}"
        kept, cost = folder / f"{stem}.poses.npz", folder / f"{stem}.cost.json"
        if kept.is_file() and cost.is_file():
            return load_poses(kept)[0], float(json.loads(cost.read_text(encoding="utf-8"))["ms_per_frame"])
        with open_source(clip) as source:
            begin = time.process_time()
            track = track_person(source, estimator, (source.info.width, source.info.height))
            spent = 1000 * (time.process_time() - begin) / max(len(track), 1)
            meta = PosesMeta.of(source, estimator.model)
    folder.mkdir(parents=True, exist_ok=True)
    save_poses(track, kept, meta=meta)
    with atomic_path(cost) as temporary:
        temporary.write_text(json.dumps({"ms_per_frame": round(spent, 3)}), encoding="utf-8")
    return load_poses(kept)[0], spent


def read_case(clip: Path, folder: Path, options: dict[str, Any], *, given_baseline: bool = False) -> Case:
    """Return a clip, tracked, with its truth. The estimator is told the side of a one-sided drill, as users tell it.

    Parameters
    ----------
    clip
        The video; its truth lies beside it.
    folder
        Where poses are kept.
    options
        Options of the estimator.
    given_baseline
        Whether methods are told when the neutral pose is, instead of what formcheck finds.

    Raises
    ------
    ValueError
        The times of the video are not those of the truth.
    """
    truth = read_truth(clip)
    told = truth["side"] if all(rep["side"] in SIDES for rep in truth["reps"]) else None
    track, tracking_ms = tracked(clip, folder, {**options, "side": told})
    times = np.array(truth["time_s"])
    if len(times) != len(track) or np.abs(times - track.time_s).max() > 2e-3:
        raise ValueError(f"{clip}: the video's frame times are not those of its truth")
    channels = {name: np.array(values, dtype=np.float64) for name, values in truth["channels"].items()}
    start, stop = (int(np.searchsorted(times, t)) for t in truth["baseline_s"])
    neutral = np.arange(start, stop)
    spans = [[int(np.searchsorted(times, rep[key])) for key in ("start_s", "end_s")] for rep in truth["reps"]]
    judged = np.unique(np.concatenate([np.arange(*span) for span in spans]))
    moving = SIDES if truth["drill"] in BOTH_LEGS else (truth["side"],)
    roll = np.abs(channels.get("pelvis_roll", np.zeros(len(times))))
    person = truth["options"]["body"]
    elevation = float(truth["placement"]["elevation"])
    return Case(
        name=clip.stem,
        seen=seen(track, truth["position"], BaselineSpan(start, stop, still=True) if given_baseline else None),
        drill=truth["drill"],
        family=FAMILIES.get(truth["drill"], truth["drill"]),
        side=truth["side"],
        person=person,
        part=part_of(person),
        place=truth["placement"]["place"],
        elevation_deg=elevation,
        band=band_of(elevation) if truth["position"] in LYING else "upright",
        unseen=truth["drill"] in split()["unseen"]["drills"],
        truth=channels,
        neutral=neutral,
        judged=judged,
        moving=moving,
        holds=tuple(h for s in moving for h in _holds(truth["phases"], times, channels[f"hip_ir_{s}"], s)),
        reps=tuple(TrueRep(a, b, float(roll[a:b].max())) for a, b in spans),
        tracking_ms=tracking_ms,
    )


def seen(track: PoseTrack, position: str, baseline: BaselineSpan | None = None) -> Seen:
    """Return what the product finds out by itself before it measures; the neutral pose may be given."""
    lying = position in LYING
    track = settle_sides(track, lying)
    rule = load_exercise(BASELINE_RULE).baseline
    baseline = baseline or find_baseline(
        track,
        min_s=rule.min_s,
        within_s=rule.within_s,
        max_speed=rule.max_speed,
        suits=lambda still: find_view(still, lying).lying == lying,
    )
    view = find_view(track.between(baseline.start, baseline.stop), lying) if baseline else UNKNOWN_VIEW
    return Seen(track, position, baseline, view)


def band_of(elevation_deg: float) -> str:
    """Return the band of a camera over a lying person."""
    return next(n for (low, high), n in zip(BANDS, BAND_NAMES, strict=True) if low <= elevation_deg < high)


def change(values: FloatArray, neutral: NDArray[np.intp]) -> FloatArray:
    """Return an angle's change from its median in the neutral pose, degrees in [-180, 180).

    NaN throughout when it is known in less than half of the neutral pose.
    """
    rest = values[neutral]
    known = np.isfinite(rest)
    if known.sum() * 2 < len(rest) or not len(rest):
        return np.full(len(values), np.nan)
    first = rest[known][0]
    zero = first + np.median(_wrapped(rest[known] - first))
    return _wrapped(values - zero)


def _wrapped(degrees: FloatArray) -> FloatArray:
    return (degrees + FULL_TURN / 2) % FULL_TURN - FULL_TURN / 2


def _holds(phases: list[dict[str, Any]], times: FloatArray, angle: FloatArray, side: Side) -> list[Hold]:
    """Return the phases of the repetitions, other than rest, in which the true angle stays."""
    found = []
    for phase in phases:
        start, stop = (int(np.searchsorted(times, phase[key])) for key in ("start_s", "end_s"))
        long_enough = phase["end_s"] - phase["start_s"] >= MIN_HOLD_S and stop - start >= 3
        if phase["rep"] and phase["name"] != "rest" and long_enough and np.ptp(angle[start:stop]) <= STILL_DEG:
            found.append(Hold(start, stop, side))
    return found
