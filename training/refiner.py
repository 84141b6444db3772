"""Trains the landmark refiner on the crops of `dataset.py`; `export.py` packs it.

python training/refiner.py --crops training/out/crops --out training/out/refiner --minutes 30
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from augment import augment
from dataset import MARGIN
from network import RefinerNet

from formcheck.core.landmarks import JOINTS
from formcheck.pose.crop import SIDE_M

BONES = tuple(
    (JOINTS.index(a.format(s)), JOINTS.index(b.format(s)))
    for a, b in (("{}_hip", "{}_knee"), ("{}_knee", "{}_ankle"), ("{}_knee", "{}_knee_front"), ("{}_hip", "{}_asis"))
    for s in ("left", "right")
) + tuple(
    (JOINTS.index(a), JOINTS.index(b))
    for a, b in (("left_hip", "right_hip"), ("left_asis", "right_asis"), ("left_shoulder", "right_shoulder"))
)
"""Pairs of joints whose direction from one to the other is what angles are made of."""
WEIGHT = {"knee": 2.0, "ankle": 2.0, "hip": 1.5, "asis": 1.5, "lumbar": 1.0, "knee_front": 1.5, "heel": 1.0}


def load(folder: Path, low: int, high: int) -> dict[str, np.ndarray]:
    """Return the examples of the shots of people `low` up to but not including `high`, stacked."""
    files = [p for p in sorted(folder.glob("*.npz")) if low <= int(p.stem) // 2 < high]
    parts = [dict(np.load(p)) for p in files]
    return {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}


def loss_of(points: torch.Tensor, log_sigma: torch.Tensor, truth: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Return the negative log likelihood of Laplace errors, the mean over joints and examples."""
    b = torch.exp(log_sigma)
    flat = (points[..., :2] - truth[..., :2]).abs()
    inside = (truth[..., :2].abs() < 0.56).all(-1).float() * weight
    xy = (flat / b[..., :1] + log_sigma[..., :1]).sum(-1)
    deep = (points[..., 2] - truth[..., 2]).abs()
    z = deep / b[..., 1] + log_sigma[..., 1]
    plain = 8.0 * flat.sum(-1) + 3.0 * deep
    scale = torch.tensor([SIDE_M, SIDE_M, 1.0])
    first, second = torch.tensor(BONES).T
    missed = ((points[:, second] - points[:, first]) - (truth[:, second] - truth[:, first])) * scale
    bones = missed.abs().sum(-1) * ((inside[:, first] > 0) & (inside[:, second] > 0))
    return ((xy + z + plain) * inside).sum() / inside.sum() + 8.0 * bones.mean()


def evaluate(net: RefinerNet, data: dict[str, np.ndarray]) -> dict[str, Any]:
    """Return errors in metres of the pose model's scale on unchanged examples."""
    net.eval()
    out, sig, _ = predict(net, data)
    error = out - data["points"]
    flat = np.linalg.norm(error[..., :2], axis=-1) * SIDE_M
    inside = (np.abs(data["points"][..., :2]) < 0.5).all(-1)
    result: dict[str, Any] = {}
    for j, name in enumerate(JOINTS):
        k = inside[:, j]
        z = np.abs(error[k, j, :2]) / (np.sqrt(2) * np.exp(sig[k, j, :1]))
        result[name] = [
            round(float(v), 4)
            for v in (flat[k, j].mean(), np.median(flat[k, j]), np.abs(error[k, j, 2]).mean(), (z < 2).mean())
        ]
    return result


def predict(net: RefinerNet, data: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points, log sigmas and features of unchanged examples."""
    import cv2

    from formcheck.pose.crop import SIZE

    outs = []
    k = SIZE * MARGIN / data["image"].shape[1]
    shift = (SIZE - 1) / 2 - k * (data["image"].shape[1] - 1) / 2
    m = np.array([[k, 0, shift], [0, k, shift]])
    with torch.no_grad():
        for i in range(0, len(data["image"]), 64):
            images = np.stack([cv2.warpAffine(im, m, (SIZE, SIZE)) for im in data["image"][i : i + 64]])
            x = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255.0
            outs.append([t.numpy() for t in net(x, torch.from_numpy(data["features"][i : i + 64]))])
    return tuple(np.concatenate([o[j] for o in outs]) for j in range(3))  # type: ignore[return-value]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crops", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--people", default="200000:300000")
    parser.add_argument("--check", default="", help="A:B, people looked at only")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--width", type=int, default=24)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    args.out.mkdir(parents=True, exist_ok=True)
    low, high = (int(v) for v in args.people.split(":"))
    data = load(args.crops, low, high)
    check = load(args.crops, *(int(v) for v in args.check.split(":"))) if args.check else None
    n = len(data["image"])
    net = RefinerNet(width=args.width).to(memory_format=torch.channels_last)
    if args.start:
        net.load_state_dict(torch.load(args.start))
    average = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=args.rate, weight_decay=1e-3)
    weight = torch.tensor([WEIGHT.get(j.split("_", 1)[-1] if "_" in j else j, 1.0) for j in JOINTS])
    begin, step, running = time.monotonic(), 0, 0.0
    budget, batch, said = args.minutes * 60, 32, 0.0
    print(f"{n} examples of {len(set(data['shot'] // 2))} people", flush=True)
    order = rng.permutation(n)
    at = 0
    while (done := (time.monotonic() - begin) / budget) < 1:
        rate = args.rate * min(1.0, (step + 1) / 200) * (0.5 * (1 + np.cos(np.pi * done)) + 0.002)
        for group in optimiser.param_groups:
            group["lr"] = rate
        if at + batch > n:
            order, at = rng.permutation(n), 0
        pick = order[at : at + batch]
        at += batch
        rows = [augment(rng, data["image"][i], data["features"][i], data["points"][i], MARGIN) for i in pick]
        x = torch.from_numpy(np.stack([r[0] for r in rows])).permute(0, 3, 1, 2).float() / 255.0
        told = torch.from_numpy(np.stack([r[1] for r in rows]))
        truth = torch.from_numpy(np.stack([r[2] for r in rows]).astype(np.float32))
        net.train()
        points, log_sigma, _ = net(x.to(memory_format=torch.channels_last), told)
        loss = loss_of(points, log_sigma, truth, weight)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        keep = min(0.998, 1 - 1 / (step / 10 + 1))
        with torch.no_grad():
            for a, b in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
                if a.dtype.is_floating_point:
                    a.mul_(keep).add_(b, alpha=1 - keep)
                else:
                    a.copy_(b)
        step += 1
        running += (loss.item() - running) / min(step, 100)
        if time.monotonic() - said > 60:
            said = time.monotonic()
            note = ""
            if check is not None:
                e = evaluate(average, check)
                shown = ("left_hip", "left_asis", "left_knee", "left_ankle", "left_heel")
                note = " ".join(f"{j}:{e[j][0] * 100:.1f}/{e[j][2] * 100:.1f}" for j in shown)
            print(f"{done:.2f} step {step} epoch {step * batch / n:.1f} loss {running:.3f} {note}", flush=True)
            torch.save(average.state_dict(), args.out / "weights.pt")
    average.eval()
    torch.save(average.state_dict(), args.out / "weights.pt")
    if check is not None:
        result = evaluate(average, check)
        print(json.dumps(result, indent=0))
        (args.out / "check.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main()
