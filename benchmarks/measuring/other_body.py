"""Clips of another body drawn by another renderer: what is left of the accuracy where nothing learned has been."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from measuring.clips import change, seen, tracked
from measuring.methods import METHODS
from measuring.statistics import compare

CHANNELS = ("hip_ir", "hip_flexion", "knee_flexion")
SIDES = {"left": "L", "right": "R"}
MOVES_DEG = 2.0


def measure_other(folder: Path, poses: Path, options: dict[str, Any]) -> dict[str, dict[str, dict[str, float]]]:
    """Return per method and `clip, channel` the figures of every clip of a folder that has a `.json.gz`.

    Truth is each frame's `angles`; the pose is neutral until the first of them changes.
    """
    out: dict[str, dict[str, dict[str, float]]] = {}
    for clip in sorted(folder.glob("*.mp4")):
        truth = json.loads(gzip.decompress(clip.with_suffix(".json.gz").read_bytes()))
        lying = truth["exercise"].startswith("Supine")
        side = {"L": "left", "R": "right"}.get(truth["params"].get("side", ""))
        track, _ = tracked(clip, poses, {**options, "side": side})
        frames = truth["frames"]
        moving = next(i for i, frame in enumerate(frames) if frame["angles"] != frames[0]["angles"])
        neutral = np.arange(moving)
        for method, function in METHODS.items():
            values = function(seen(track, "supine" if lying else "standing")).values
            for name, true in _truths(frames, side, lying).items():
                if name in values:
                    value, sigma = values[name]
                    count = min(len(value), len(true))
                    row = compare(
                        change(value, neutral)[:count], sigma[:count], change(true, neutral)[:count], moves=MOVES_DEG
                    )
                    out.setdefault(method, {})[f"{clip.stem}, {name}"] = row
    return out


def _truths(frames: list[dict[str, Any]], side: str | None, lying: bool) -> dict[str, NDArray[np.float64]]:
    """Return the true channels that are compared: of the working leg, or flexions of both when standing."""
    found = {}
    for word, letter in SIDES.items():
        if side not in (word, None):
            continue
        hip, knee = f"hip_{letter}", f"knee_{letter}"
        keys = {"hip_ir": (hip, "ir"), "hip_flexion": (hip, "flex"), "knee_flexion": (knee, "flex")}
        for channel, (joint, angle) in keys.items():
            if channel == "hip_ir" and not lying:
                continue
            if joint in frames[0]["angles"]:
                found[f"{channel}_{word}"] = np.array([f["angles"][joint].get(angle, 0.0) for f in frames])
    if lying:
        found["pelvis_roll"] = np.array([float(f["extra"]["pelvis_roll"]) for f in frames])
    return found
