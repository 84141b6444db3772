"""Crops of the training pictures with what the landmark refiner is told and what it should answer.

    python training/dataset.py --pictures training/out/pictures --out training/out/crops

One file a shot (`NNNNNN.npz`); shots that are there already are skipped.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from joints import true_joints

from formcheck.core.landmarks import JOINTS
from formcheck.core.pose import FloatArray, Pose
from formcheck.pose.crop import SIDE_M, crop_of
from formcheck.pose.refiner import landmark_features
from formcheck.pose.saved import load_poses
from formcheck.synthetic.truth import read_truth

MARGIN = 1.4
"""How much wider than the network's crop is kept, for shifting and turning."""
KEPT_PX = 180
"""Side of the kept crop: the network's 128 pixels times the margin."""


def crops_of_shot(stem: Path) -> dict[str, FloatArray] | None:
    """Return the examples of one shot, stacked; None when nobody was found in its first picture."""
    truth = read_truth(stem.with_name(f"{stem.name}.truth.json.gz"))
    track, _ = load_poses(stem.with_name(f"{stem.name}.poses.npz"))
    pixels, metres = true_joints(truth)
    mid = np.asarray(truth["joints_camera_m"]["mid_hip"])[:, 2]
    if len(track) != len(pixels):
        return None
    rows: dict[str, list[object]] = {
        k: [] for k in ("image", "features", "points", "frame", "px_per_m", "error_m", "angles", "centre", "turns")
    }
    names = [f"{c}_{s}" for s in ("left", "right") for c in ("hip_ir", "hip_flexion", "hip_adduction", "knee_flexion")]
    for i in range(len(track)):
        pose = Pose(0.0, track.pixels[i], track.world[i], track.visibility[i], track.presence[i])
        crop = crop_of(pose)
        picture = cv2.imread(str(stem.with_name(f"{stem.name}_{i:02d}.jpg")))
        if crop is None or picture is None:
            continue
        wide = type(crop)(crop.centre, crop.px_per_m * MARGIN, crop.quarter_turns)
        depth = (metres[i, :, 2] - mid[i]) * truth["camera"]["focal_px"] / mid[i] / crop.px_per_m
        xy = crop.to_crop(pixels[i], 1)[:] - 0.5
        rows["image"].append(np.ascontiguousarray(wide.cut(picture, KEPT_PX)[..., ::-1]))
        rows["features"].append(landmark_features(pose, crop))
        rows["points"].append(np.column_stack([xy, depth]))
        rows["frame"].append(i)
        rows["px_per_m"].append(crop.px_per_m)
        rows["centre"].append(crop.centre)
        rows["turns"].append(crop.quarter_turns)
        rows["angles"].append([truth["channels"].get(n, [np.nan] * 99)[i] for n in names])
        scale = truth["camera"]["focal_px"] / mid[i]
        rows["error_m"].append(scale / crop.px_per_m)
    if not rows["image"] or rows["frame"][0] != 0:
        return None
    out = {k: np.array(v, dtype=np.uint8 if k == "image" else np.float32) for k, v in rows.items()}
    n = len(out["frame"])
    out["roll"] = (
        np.array(truth["channels"]["pelvis_roll"], np.float32)[out["frame"].astype(int)]
        if ("pelvis_roll" in truth["channels"])
        else np.full(n, np.nan, np.float32)
    )
    out["lying"] = np.full(n, truth["position"] != "standing" and "pelvis_roll" in truth["channels"])
    out["elevation"] = np.full(n, truth["placement"]["elevation"], np.float32)
    out["right"] = np.full(n, truth["side"] == "right")
    out["shot"] = np.full(n, int(stem.name))
    return out


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    stems = sorted({p.name.split(".")[0] for p in args.pictures.glob("*.truth.json.gz")})
    for stem in stems:
        path = args.out / f"{stem}.npz"
        if path.exists():
            continue
        rows = crops_of_shot(args.pictures / stem)
        if rows is not None:
            np.savez(path, **rows)
    print(f"{len(list(args.out.glob('*.npz')))} shots of {len(JOINTS)} joints, side {SIDE_M} m")


if __name__ == "__main__":
    main()
