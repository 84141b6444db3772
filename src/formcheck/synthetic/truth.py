"""What is known about a rendered clip, per frame, and the file that holds it."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.core.errors import SourceError
from formcheck.core.landmarks import SIDES
from formcheck.core.pose import FloatArray
from formcheck.synthetic.camera import Camera, Placement
from formcheck.synthetic.channels import true_channels
from formcheck.synthetic.movements.script import Script
from formcheck.synthetic.people import Person
from formcheck.synthetic.skeleton import BodyAngles, Posture
from formcheck.video.files import atomic_path

SCHEMA_VERSION = 1

CONVENTIONS = {
    "angles": "degrees; ISB hip joint coordinate system (Wu 2002, Grood & Suntay 1983): flexion +, adduction +, "
    "internal rotation + on both sides; knee flexion +, 0 straight",
    "world": "metres, y up, floor y = 0; a standing person faces +x with the right side towards +z; a supine person's "
    "feet point to +x, head to -x, right side towards +z",
    "camera": "metres, x right, y down, z away from the lens; camera = rotation @ (world - position)",
    "pixels": "x right, y down; the picture's left and top edges are at 0, the centre of the first pixel at "
    "(0.5, 0.5); pixels = focal * camera[:2] / camera[2] + (width, height) / 2",
    "channels": "names and signs of docs/channels.md; pelvis_roll, pelvis_yaw, pelvis_hike, trunk_yaw are changes from "
    "the baseline frames, trunk_twist lying too; thigh_tilt, shank_tilt, knee_frontal are taken from the projected "
    "joints; heights in shank lengths; leg_raise is the hip-to-ankle line over the floor",
    "pelvis": "the lumbar joint lies straight above mid-hip along the pelvis' y; {side}_knee_front lies on the femur's "
    "x axis in front of the knee",
    "times": "seconds of clip time; reps and phases as [start, end)",
}


def build_truth(
    script: Script,
    person: Person,
    placement: Placement,
    cameras: list[Camera],
    times: FloatArray,
    angles: list[BodyAngles],
    postures: list[Posture],
    options: dict[str, Any],
) -> dict[str, Any]:
    """Return a clip's truth as plain data for JSON.

    Parameters
    ----------
    script, person, placement, options
        What was rendered.
    cameras, times, angles, postures
        One a frame.
    """
    names = list(postures[0].joints)
    world = {n: np.array([p.joints[n] for p in postures]) for n in names}
    camera = {n: np.array([c.to_camera(p.joints[n]) for c, p in zip(cameras, postures, strict=True)]) for n in names}
    pixels = {n: np.array([c.project(p.joints[n]) for c, p in zip(cameras, postures, strict=True)]) for n in names}
    still = [int(np.searchsorted(times, t)) for t in script.baseline]
    begin = min(still[0], len(times) - 1)
    base = slice(begin, max(still[1], begin + 1))
    lying = script.movement.setup(script.context).lying
    channels = true_channels(world, pixels, person.proportions.shank, lying, base)
    signal = script.movement.signal.format(s=script.context.side)
    first = cameras[0]
    moves = any(camera is not first for camera in cameras)
    return {
        "schema_version": SCHEMA_VERSION,
        "conventions": CONVENTIONS,
        "drill": script.movement.id,
        "side": script.context.side,
        "position": script.movement.setup(script.context).position,
        "options": options,
        "person": {"name": person.name, "seed": person.seed, "proportions_m": _rounded(asdict(person.proportions), 5)},
        "placement": asdict(placement),
        "camera": {
            "width": first.width,
            "height": first.height,
            "focal_px": first.focal,
            "rotation": [c.rotation.tolist() for c in cameras] if moves else [first.rotation.tolist()],
            "position_m": [c.position.tolist() for c in cameras] if moves else [first.position.tolist()],
            "note": "one entry, or one a frame when the camera moves",
        },
        "baseline_s": list(script.baseline),
        "phases": [asdict(s) for s in script.phases],
        "signal": signal,
        "reps": [_rep(script, r, channels, signal, base, times) for r in script.reps],
        "faults": [asdict(f) for f in script.faults],
        "time_s": _rounded(times.tolist(), 6),
        "joint_angles_deg": _rounded(_joint_angles(angles), 8),
        "pelvis_rotation": _rounded([a.root_rotation.tolist() for a in angles], 10),
        "channels": _rounded({k: v.tolist() for k, v in channels.items()}, 4),
        "joints_world_m": _rounded({k: v.tolist() for k, v in world.items()}, 10),
        "joints_camera_m": _rounded({k: v.tolist() for k, v in camera.items()}, 5),
        "joints_px": _rounded({k: v.tolist() for k, v in pixels.items()}, 3),
    }


def _rep(
    script: Script, rep: Any, channels: dict[str, FloatArray], signal: str, base: slice, times: FloatArray
) -> dict[str, Any]:
    out = asdict(rep)
    if signal in channels:
        values = channels[signal]
        inside = (times >= rep.start_s) & (times <= rep.end_s)
        change = values - float(np.mean(values[base]))
        if inside.any():
            out["amplitude"] = round(float(change[inside][np.argmax(np.abs(change[inside]))]), 4)
    return out


def _joint_angles(angles: list[BodyAngles]) -> dict[str, list[float]]:
    out: dict[str, list[float]] = {}
    for side in SIDES:
        legs = [a.leg(side) for a in angles]
        for name, key in (
            ("flexion", "hip_flexion"),
            ("adduction", "hip_adduction"),
            ("ir", "hip_ir"),
            ("knee", "knee_flexion"),
            ("dorsiflexion", "ankle_dorsiflexion"),
            ("inversion", "ankle_inversion"),
            ("foot_in", "foot_in"),
        ):
            out[f"{key}_{side}"] = [float(getattr(leg, name)) for leg in legs]
        arms = [a.arm(side) for a in angles]
        for name in ("flexion", "abduction", "rotation", "elbow"):
            out[f"{'elbow_flexion' if name == 'elbow' else 'shoulder_' + name}_{side}"] = [
                float(getattr(arm, name)) for arm in arms
            ]
    for joint in ("lumbar", "thoracic", "neck", "head"):
        for name in ("flexion", "bend", "twist"):
            out[f"{joint}_{name}"] = [float(getattr(getattr(a, joint), name)) for a in angles]
    return out


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, dict):
        return {k: _rounded(v, digits) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(v, digits) for v in value]
    return round(float(value), digits) if isinstance(value, float) else value


def truth_path(clip: Path) -> Path:
    """Return where a clip's truth lies: `<clip without suffix>.truth.json.gz`."""
    return clip.with_name(f"{clip.stem}.truth.json.gz")


def write_truth(truth: dict[str, Any], path: Path) -> None:
    """Write a truth file; the same truth gives the same bytes.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    data = json.dumps(truth, separators=(",", ":"), allow_nan=True).encode()
    with atomic_path(path) as temporary:
        temporary.write_bytes(gzip.compress(data, mtime=0))


def read_truth(path: Path) -> dict[str, Any]:
    """Read a truth file, given its own path or that of its clip.

    Raises
    ------
    SourceError
        The file is missing or damaged.
    """
    path = Path(path)
    if not path.name.endswith(".json.gz"):
        path = truth_path(path)
    try:
        data: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    except FileNotFoundError as err:
        raise SourceError(f"Truth file {path} does not exist; `formcheck render` writes one beside each clip.") from err
    except (OSError, EOFError, ValueError) as err:
        raise SourceError(f"Truth file {path} is damaged: {err}.") from err
    return data
