"""Trains the learned corrector, on people that the landmark refiner was not trained on and on some that it was.

python training/corrector.py --pictures PICTURES --people A:B --seen C:D --cache FOLDER --out corrector.npz

Joints of people that the refiner was trained on (`--seen`) are better than life: their errors are enlarged to those of
others. The others' joints are also taken with errors smaller and larger than they are.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from joints import true_joints
from torch import nn

from formcheck.core.landmarks import SIDES
from formcheck.core.pose import FloatArray, Pose, PoseTrack
from formcheck.measure.baseline import BaselineSpan
from formcheck.measure.corrector import BOUNDED, LOG_SIGMA
from formcheck.measure.engine import fit_clip
from formcheck.measure.ensemble import CLIP
from formcheck.measure.evidence import leg_evidence
from formcheck.measure.geometry import wrap_deg
from formcheck.measure.surface import surface_evidence
from formcheck.measure.view import ViewFinding
from formcheck.pose.crop import crop_of
from formcheck.pose.refiner import Refiner
from formcheck.pose.saved import load_poses
from formcheck.pose.surface import TrunkWatch
from formcheck.synthetic.truth import read_truth

BOUND_DEG = {"hip_ir": 15.0, "pelvis_roll": 8.0, "hip_flexion": 12.0, "knee_flexion": 15.0, "hip_adduction": 8.0}
FOOT_END = ViewFinding("foot_end", lying=True, elevation_deg=None)
LIFT_DEG, FLAT_DEG = 10.0, 3.0
MEMBERS, HIDDEN, STEPS, BATCH = 6, (96, 48), 4000, 256
SEEN_ERROR = (1.11, 1.25)
"""By how much the refiner errs more on people that it was not trained on: in the picture, in depth."""
AGAIN, SCALED = 2, (0.7, 1.6)
"""How often others are taken again, their joints' errors scaled by a factor between these, one a shot."""
ROTATION_WEIGHT = 8.0
"""How much more the loss of rotation counts than that of another channel."""
LIFT_GAIN = 1.3
"""By how much the logit of a lift is enlarged: trained with dropout and soft labels, the networks are too unsure. On
tuning clips the cross entropy falls by a third up to 2, but from 1.7 on two drill clips of a flat pelvis are called."""
BIN_DEG, RAREST, HEAVIEST = 5.0, 0.0025, 8.0
"""Rows of bent legs are drawn the more often the fewer have as much rotation: as the inverse square root of their bin's
share, which counts as at least RAREST; no row more than HEAVIEST times as often as usual."""


def refined_track(stem: Path, refiner: Refiner) -> PoseTrack:
    """Return the poses of a shot with refined joints and the trunk's surface, followed from the first picture on."""
    track, _ = load_poses(stem.with_name(f"{stem.name}.poses.npz"))
    poses, trunk = [], TrunkWatch()
    for i in range(len(track)):
        pose = Pose(float(track.time_s[i]), track.pixels[i], track.world[i], track.visibility[i], track.presence[i])
        picture = np.ascontiguousarray(cv2.imread(str(stem.with_name(f"{stem.name}_{i:02d}.jpg")))[..., ::-1])
        poses.append(trunk.follow(picture, refiner.refine(picture, pose)))
    return PoseTrack.from_poses(poses, track.image_size)


def with_errors(track: PoseTrack, truth: dict[str, Any], factor: tuple[float, float]) -> PoseTrack:
    """Return a track whose refined joints are so many times as wrong: in the picture, in depth."""
    pixels, metres = true_joints(truth)
    middle = np.asarray(truth["joints_camera_m"]["mid_hip"])[:, 2]
    joints = track.joints.copy()
    for i in np.flatnonzero(track.refined):
        crop = crop_of(Pose(0.0, track.pixels[i], track.world[i], track.visibility[i], track.presence[i]))
        assert crop is not None  # it was refined
        depth = (metres[i, :, 2] - middle[i]) * truth["camera"]["focal_px"] / middle[i] / crop.px_per_m
        true = np.column_stack([pixels[i], depth])
        joints[i] = true + (joints[i] - true) * (factor[0], factor[0], factor[1])
    return replace(track, joints=joints)


def factors(shot: int, seen: bool, time: int) -> tuple[float, float]:
    """Return by how much to scale the errors of a shot's joints, the first time or later."""
    base = SEEN_ERROR if seen else (1.0, 1.0)
    if time == 0:
        return base
    scale = float(np.exp(np.random.default_rng([7, time, shot]).uniform(*np.log(SCALED))))
    return base[0] * scale, base[1] * scale


def rows_of_shot(stem: Path, refiner: Refiner, seen: bool, time: int) -> dict[str, FloatArray] | None:
    """Return evidence and what the corrector should have said, one row a picture and leg.

    Parameters
    ----------
    stem
        The shot's files without their endings.
    refiner
        Refines the joints.
    seen
        Whether the refiner was trained on the person.
    time
        0: joints as they are on new people; 1 and more: with errors scaled.
    """
    truth = read_truth(stem.with_name(f"{stem.name}.truth.json.gz"))
    if truth["position"] not in ("supine", "prone"):
        return None
    track = refined_track(stem, refiner)
    if not track.refined[0]:
        return None
    scale = factors(int(stem.name), seen, time)
    if scale != (1.0, 1.0):
        track = with_errors(track, truth, scale)
    still = BaselineSpan(0, 1, still=True)
    clip = fit_clip(track, still, truth["position"], FOOT_END)
    if clip is None:
        return None
    columns = ("x", "surface", "miss", "roll", "bend", "bent", "elevation", "true_ir", "fit_ir")
    out: dict[str, list[FloatArray]] = {name: [] for name in columns}
    roll, bend = (np.asarray(truth["channels"][name]) for name in ("pelvis_roll", "trunk_side_bend"))
    use = np.flatnonzero(track.refined)[1:]
    for side in SIDES:
        sign = 1.0 if side == "right" else -1.0
        evidence = leg_evidence(clip.observations, clip.rest_observations, clip.fit, side)
        channels = {b: (b if b == "pelvis_roll" else f"{b}_{side}") for b in BOUNDED}
        miss = []
        for base, name in channels.items():
            value = np.asarray(truth["channels"][name])
            s = sign if base == "pelvis_roll" else 1.0
            miss.append(s * wrap_deg((value - value[0]) - clip.fit.change(name)))
        knee = np.asarray(truth["channels"][f"knee_flexion_{side}"])
        out["x"].append(evidence[use].astype(np.float32))
        out["surface"].append(surface_evidence(clip.surface, side)[use].astype(np.float32))
        out["miss"].append(np.stack(miss, axis=1)[use])
        out["roll"].append(sign * (roll - roll[0])[use])
        out["bend"].append(sign * (bend - bend[0])[use])
        out["bent"].append(((knee > 45) & (knee[0] > 45))[use].astype(float))
        out["elevation"].append(np.full(len(use), truth["placement"]["elevation"]))
        ir = np.asarray(truth["channels"][f"hip_ir_{side}"])
        out["true_ir"].append((ir - ir[0])[use])
        out["fit_ir"].append(clip.fit.change(f"hip_ir_{side}")[use])
    return {k: np.concatenate(v) for k, v in out.items()}


def gather(
    pictures: Path, low: int, high: int, cache: Path, refiner: Refiner, seen: bool, time: int
) -> dict[str, FloatArray]:
    """Return the rows of all shots of a range of people; made once and kept."""
    if cache.exists():
        return dict(np.load(cache))
    parts = []
    for path in sorted(pictures.glob("*.truth.json.gz")):
        stem = path.with_name(path.name.split(".")[0])
        person = int(stem.name) // 2
        if low <= person < high and (rows := rows_of_shot(stem, refiner, seen, time)) is not None:
            rows["person"] = np.full(len(rows["x"]), float(person))
            parts.append(rows)
    data = {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}
    np.savez(cache, **data)
    return data


class Member(nn.Module):
    """One network of the ensemble."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        sizes = (inputs, *HIDDEN, 2 * len(BOUNDED) + 1)
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in itertools.pairwise(sizes))
        nn.init.zeros_(self.layers[-1].weight)
        with torch.no_grad():
            self.layers[-1].bias.copy_(torch.tensor([0.0] * len(BOUNDED) + [1.0] * len(BOUNDED) + [-1.0]))

    def forward(self, x: torch.Tensor, drop: float = 0.0) -> torch.Tensor:
        """Return corrections before their bound, log sigmas, and the logit of a lift."""
        for k, layer in enumerate(self.layers):
            x = layer(x)
            if k < len(self.layers) - 1:
                x = nn.functional.dropout(torch.relu(x), drop, self.training)
        return x


def often(rotation: FloatArray, bent: FloatArray) -> FloatArray:
    """Return how often rows are drawn: far ends of rotation, which are rare, more often than their share."""
    bins = np.round(rotation / BIN_DEG).astype(int)
    bins -= bins.min()
    share = np.maximum(np.bincount(bins, weights=bent)[bins] / bent.sum(), RAREST)
    weight = np.where(bent > 0, share**-0.5, 1.0)
    weight[bent > 0] /= weight[bent > 0].mean()
    return np.minimum(weight, HEAVIEST)


def train_member(
    seed: int, z: torch.Tensor, rows: dict[str, torch.Tensor], people: FloatArray, weight: FloatArray
) -> Member:
    """Return a network trained on a bootstrap of the people."""
    rng = np.random.default_rng([1, seed])
    torch.manual_seed(seed)
    names = np.unique(people)
    drawn = rng.choice(names, len(names))
    index = np.concatenate([np.flatnonzero(people == p) for p in drawn])
    chance = weight[index] / weight[index].sum()
    net = Member(z.shape[1])
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=3e-2)
    bound = torch.tensor([BOUND_DEG[b] for b in BOUNDED], dtype=torch.float32)
    n = len(BOUNDED)
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * 0.5 * (1 + np.cos(np.pi * step / STEPS))
        pick = torch.from_numpy(rng.choice(index, BATCH, p=chance))
        x = z[pick] + 0.1 * torch.randn(BATCH, z.shape[1])
        out = net(x, 0.15)
        mean, log_sigma = bound * torch.tanh(out[:, :n]), out[:, n : 2 * n].clamp(*LOG_SIGMA)
        error = (rows["miss"][pick] - mean) / torch.exp(log_sigma)
        counts = torch.ones_like(error)
        counts[:, 0] = ROTATION_WEIGHT * rows["bent"][pick]
        likelihood = (0.5 * error.abs().clamp(max=4.0) ** 2 + log_sigma) * torch.exp(log_sigma.detach())  # beta-NLL
        label = ((rows["roll"][pick] - FLAT_DEG) / (LIFT_DEG - FLAT_DEG)).clamp(0, 1)
        lift = nn.functional.binary_cross_entropy_with_logits(out[:, 2 * n], label)
        loss = (likelihood * counts).mean() + 3.0 * lift
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return net.eval()


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--people", required=True, help="A:B, or several with commas: the refiner never saw them")
    parser.add_argument("--seen", default="", help="A:B, people that the refiner was trained on")
    parser.add_argument("--check", default="", help="A:B, people that are only looked at")
    parser.add_argument("--refiner", type=Path, help="the packaged one by default")
    parser.add_argument("--cache", type=Path, required=True, help="folder for the gathered rows")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    args.cache.mkdir(parents=True, exist_ok=True)
    refiner = Refiner(args.refiner)
    tag = refiner.sha256[:8]

    def rows_of(people: str, seen: bool = False, times: int = 1) -> dict[str, FloatArray]:
        parts = []
        for part in filter(None, people.split(",")):
            low, high = (int(v) for v in part.split(":"))
            for time in range(times):
                cache = args.cache / f"{low}_{high}_{tag}_{time}.npz"
                parts.append(gather(args.pictures, low, high, cache, refiner, seen, time))
        return {k: np.concatenate([p[k] for p in parts]) for k in parts[0]} if parts else {}

    data = rows_of(args.people, times=1 + AGAIN)
    if args.seen:
        known = rows_of(args.seen, seen=True)
        data = {k: np.concatenate([v, known[k]]) for k, v in data.items()}
    x = data["x"]
    good = np.isfinite(x).all(axis=1)
    data = {k: v[good] for k, v in data.items()}
    x = data["x"]
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-3
    z = np.clip((x - mean) / spread, -CLIP, CLIP)
    rows = {k: torch.from_numpy(data[k].astype(np.float32)) for k in ("miss", "bent", "roll")}
    weight = often(data["true_ir"], data["bent"])
    inputs = torch.from_numpy(z.astype(np.float32))
    members = [train_member(m, inputs, rows, data["person"], weight) for m in range(MEMBERS)]
    values, vectors = np.linalg.eigh(np.cov(z.T))
    keep = np.argsort(values)[::-1][:24]
    basis = vectors[:, keep] / np.sqrt(values[keep])
    limit = 1.25 * float(np.percentile(np.sqrt(np.mean((z @ basis) ** 2, axis=1)), 99.5))
    card = {
        "people": args.people,
        "seen_by_the_refiner": args.seen,
        "rows": len(x),
        "distinct_people": len(np.unique(data["person"])),
        "refiner_sha256": refiner.sha256,
        "data_sha256": hashlib.sha256(np.ascontiguousarray(x).tobytes()).hexdigest(),
    }
    arrays: dict[str, FloatArray] = {}
    for k in range(len(HIDDEN) + 1):
        arrays[f"weight{k}"] = np.stack([m.layers[k].weight.detach().numpy().T for m in members]).astype(np.float32)
        arrays[f"bias{k}"] = np.stack([m.layers[k].bias.detach().numpy()[None] for m in members]).astype(np.float32)
    for name in (f"weight{len(HIDDEN)}", f"bias{len(HIDDEN)}"):
        arrays[name][..., 2 * len(BOUNDED)] *= LIFT_GAIN
    np.savez_compressed(
        args.out,
        mean=mean,
        spread=spread,
        layers=len(HIDDEN) + 1,
        bound=np.array([BOUND_DEG[b] for b in BOUNDED]),
        sigma_factor=np.ones(len(BOUNDED)),
        basis=basis,
        limit=limit,
        card=np.frombuffer(json.dumps(card).encode(), np.uint8),
        **arrays,
    )
    print(json.dumps(card))
    if args.check:
        report(args.out, rows_of(args.check))


def report(path: Path, data: dict[str, FloatArray]) -> None:
    """Print what the corrector does on people that it was not trained on."""
    from formcheck.measure.corrector import read_corrector

    corrector = read_corrector(path)
    found = corrector.correct(data["x"])
    bent = data["bent"] > 0
    believed = np.isfinite(found.lifted)
    print(f"believed {believed.mean():.3f}")
    for low, high in ((0, 99), (0, 45), (45, 60), (60, 78), (78, 99)):
        k = bent & (data["elevation"] >= low) & (data["elevation"] < high)
        if k.sum() < 20:
            continue
        print(f"elevation {low}-{high}, {k.sum()} pictures")
        for label, shift in (("fit", 0.0), ("corrected", found.change[:, 0])):
            estimate = (data["fit_ir"] + shift)[k]
            error = estimate - data["true_ir"][k]
            slope = np.polyfit(data["true_ir"][k], estimate, 1)[0]
            size = f"MAE {np.abs(error).mean():.2f} p90 {np.percentile(np.abs(error), 90):.1f}"
            print(f"  {label:9s} hip IR {size} bias {error.mean():+.2f} slope {slope:.2f}")
        left = np.abs(data["miss"] - found.change)[k & believed]
        inside = (left < 2 * found.sigma[k & believed]).mean(axis=0)
        print("  inside 2 sigma", dict(zip(BOUNDED, inside.round(2).tolist(), strict=True)))
        lifted, flat = k & (data["roll"] >= LIFT_DEG) & believed, k & (np.abs(data["roll"]) < FLAT_DEG) & believed
        if lifted.any() and flat.any():
            pairs = found.lifted[lifted][:, None] > found.lifted[flat][None]
            rolled = np.abs(data["miss"][k, 1]).mean(), np.abs(data["miss"] - found.change)[k, 1].mean()
            print(f"  roll MAE {rolled[0]:.2f} -> {rolled[1]:.2f}, lift AUC {pairs.mean():.3f}")


if __name__ == "__main__":
    main()
