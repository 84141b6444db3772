"""Packs trained refiner weights: the network as ONNX with calibrated sigmas, and the limits of its gate beside it.

python training/export.py --weights training/out/refiner/weights.pt --crops training/out/crops --check A:B --out .
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from network import RefinerNet
from refiner import load, predict
from torch import Tensor, nn

from formcheck.core.landmarks import INDEX, JOINTS
from formcheck.core.pose import FloatArray, Pose
from formcheck.pose.crop import SIDE_M
from formcheck.pose.gate import length_ratios, shifts_m
from formcheck.pose.refiner import FEATURE_LANDMARKS


class Calibrated(nn.Module):
    """The network with sigmas that hold 95 % of the check people's errors within two of them."""

    def __init__(self, net: RefinerNet, offset: Tensor) -> None:
        super().__init__()
        self.net = net
        self.register_buffer("offset", offset)

    def forward(self, image: Tensor, landmarks: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return what the network does, its sigmas calibrated."""
        points, log_sigma, features = self.net(image, landmarks)
        return points, log_sigma + self.offset, features


def pose_of(features: FloatArray) -> Pose:
    """Return the pose that landmark features stand for, in a picture of one pixel a metre."""
    pose = Pose.missing(0.0)
    index = [INDEX[name] for name in FEATURE_LANDMARKS]
    n = len(index)
    pose.pixels[index] = features[: 2 * n].reshape(n, 2) * SIDE_M
    pose.world[index] = features[2 * n :].reshape(n, 3)
    return pose


def gate_of(points: FloatArray, feats: FloatArray, told: FloatArray, fresh: int) -> dict[str, FloatArray]:
    """Return the gate's limits from what the network makes of people; the last `fresh` rows are new to it."""
    mean, cov = feats.mean(axis=0), np.cov(feats.T)
    values, vectors = np.linalg.eigh(cov)
    floor = 1e-3 * values.max()
    whitening = (vectors / np.sqrt(np.maximum(values, floor))) @ vectors.T
    distance = np.linalg.norm((feats - mean) @ whitening.T, axis=1)
    joints = points * (SIDE_M, SIDE_M, 1.0)
    poses = [pose_of(f) for f in told]
    shifts = np.array([shifts_m(j, p, 1.0) for j, p in zip(joints, poses, strict=True)])
    ratios = np.array([length_ratios(j, p, 1.0) for j, p in zip(joints, poses, strict=True)])
    low, high = np.percentile(ratios, [0.1, 99.9], axis=(0, 1))
    return {
        "feature_mean": mean,
        "feature_whitening": whitening,
        "feature_limit": np.asarray(1.1 * np.percentile(distance[-fresh:], 99.5)),
        "shift_limit_m": 1.25 * np.percentile(shifts, 99.8, axis=0),
        "length_limit": np.stack([0.8 * low, 1.25 * high], axis=1),
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--crops", type=Path, required=True)
    parser.add_argument("--people", default="200000:250000")
    parser.add_argument("--check", required=True, help="A:B, people that the network was not trained on")
    parser.add_argument("--width", type=int, default=24)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    net = RefinerNet(width=args.width)
    net.load_state_dict(torch.load(args.weights))
    net.eval()
    check = load(args.crops, *(int(v) for v in args.check.split(":")))
    points, log_sigma, feats = predict(net, check)
    error = np.abs(points - check["points"])
    inside = (np.abs(check["points"][..., :2]) < 0.5).all(-1)
    offset = np.zeros((len(JOINTS), 2))
    for j in range(len(JOINTS)):
        k = inside[:, j]
        flat = error[k, j, :2] / np.exp(log_sigma[k, j, :1])
        deep = error[k, j, 2] / np.exp(log_sigma[k, j, 1])
        offset[j] = [np.log(np.percentile(v, 95) / 2) for v in (flat, deep)]
    known = load(args.crops, *(int(v) for v in args.people.split(":")))
    some = np.random.default_rng(0).permutation(len(known["image"]))[:4000]
    known = {k: v[some] for k, v in known.items()}
    known_points, _, known_feats = predict(net, known)
    told = np.concatenate([known["features"], check["features"]])
    gate = gate_of(np.concatenate([known_points, points]), np.concatenate([known_feats, feats]), told, len(feats))
    np.savez_compressed(args.out / "refiner.npz", **gate)
    names = ("image", "landmarks", "points", "log_sigma", "features")
    torch.onnx.export(
        Calibrated(net, torch.from_numpy(offset.astype(np.float32))).eval(),
        (torch.rand(1, 3, 128, 128), torch.rand(1, 60)),
        str(args.out / "refiner.onnx"),
        input_names=list(names[:2]),
        output_names=list(names[2:]),
        dynamic_axes={k: {0: "n"} for k in names},
        opset_version=17,
        dynamo=False,
    )
    print(json.dumps({"log sigma offsets, picture and depth": np.round(offset, 2).tolist()}))


if __name__ == "__main__":
    main()
