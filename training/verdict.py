"""Trains the pelvis verdict: whether a side is lifted, from the corrector's evidence and the trunk's surface.

python training/verdict.py --people A:B --seen C:D --cache FOLDER --out verdict.npz

The rows are those that `corrector.py` gathered for the same people and kept in the folder.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
from pathlib import Path

import numpy as np
import torch
from corrector import AGAIN, FLAT_DEG, LIFT_DEG
from torch import nn

from formcheck.core.pose import FloatArray
from formcheck.measure.ensemble import CLIP
from formcheck.pose.refiner import Refiner

MEMBERS, HIDDEN, STEPS, BATCH, DROP = 6, (48, 24), 2000, 256, 0.15
ROLL_WEIGHT, ROLL_UNIT_DEG = 0.05, 5.0
"""The networks are asked for the roll as well, in these units: what they learn for it helps the verdict."""
BENT_DEG, BENT_WEIGHT = 5.0, 8.0
"""Flat pelvises under a trunk that bends to a side by more than this are rare (274 rows of 17 people) and look lifted:
they are drawn so many times as often."""


def rows_of(cache: Path, people: str, seen: str, tag: str) -> dict[str, FloatArray]:
    """Return the rows that `corrector.py` kept, those with every input known."""
    files = [cache / f"{p.replace(':', '_')}_{tag}_{time}.npz" for p in people.split(",") for time in range(1 + AGAIN)]
    files += [cache / f"{p.replace(':', '_')}_{tag}_0.npz" for p in filter(None, seen.split(","))]
    parts = [dict(np.load(file)) for file in files]
    data = {k: np.concatenate([p[k] for p in parts]) for k in ("x", "surface", "roll", "bend", "person")}
    data["x"] = np.concatenate([data["x"], data.pop("surface")], axis=1)
    known = np.isfinite(data["x"]).all(axis=1)
    return {k: v[known] for k, v in data.items()}


def member(inputs: int) -> nn.Sequential:
    """Return a network that has not learned anything: inputs to the logit of a lift, and the roll."""
    layers: list[nn.Module] = []
    for a, b in itertools.pairwise((inputs, *HIDDEN)):
        layers += [nn.Linear(a, b), nn.ReLU(), nn.Dropout(DROP)]
    return nn.Sequential(*layers, nn.Linear(HIDDEN[-1], 2))


def train_member(
    seed: int, z: torch.Tensor, roll: torch.Tensor, people: FloatArray, weight: FloatArray
) -> nn.Sequential:
    """Return a network trained on a bootstrap of the people."""
    rng = np.random.default_rng([3, seed])
    torch.manual_seed(seed)
    names = np.unique(people)
    index = np.concatenate([np.flatnonzero(people == p) for p in rng.choice(names, len(names))])
    chance = weight[index] / weight[index].sum()
    net = member(z.shape[1])
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=3e-2)
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * 0.5 * (1 + np.cos(np.pi * step / STEPS))
        pick = torch.from_numpy(rng.choice(index, BATCH, p=chance))
        out = net(z[pick] + 0.1 * torch.randn(BATCH, z.shape[1]))
        label = ((roll[pick] - FLAT_DEG) / (LIFT_DEG - FLAT_DEG)).clamp(0, 1)
        loss = nn.functional.binary_cross_entropy_with_logits(out[:, 0], label)
        loss = loss + ROLL_WEIGHT * nn.functional.smooth_l1_loss(ROLL_UNIT_DEG * out[:, 1], roll[pick])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return net.eval()


def train(data: dict[str, FloatArray], card: dict[str, object], out: Path) -> None:
    """Train the ensemble on rows and write it to a file."""
    x = data["x"].astype(np.float64)
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-3
    z = np.clip((x - mean) / spread, -CLIP, CLIP)
    inputs, roll = (torch.from_numpy(v.astype(np.float32)) for v in (z, data["roll"]))
    bent = (np.abs(data["bend"]) > BENT_DEG) & (np.abs(data["roll"]) < FLAT_DEG)
    weight = np.where(bent, BENT_WEIGHT, 1.0)
    members = [train_member(m, inputs, roll, data["person"], weight) for m in range(MEMBERS)]
    values, vectors = np.linalg.eigh(np.cov(z.T))
    keep = np.argsort(values)[::-1][:24]
    basis = vectors[:, keep] / np.sqrt(values[keep])
    limit = 1.25 * float(np.percentile(np.sqrt(np.mean((z @ basis) ** 2, axis=1)), 99.5))
    linear = [[layer for layer in m if isinstance(layer, nn.Linear)] for m in members]
    arrays: dict[str, FloatArray] = {}
    for k in range(len(HIDDEN) + 1):
        kept = slice(None) if k < len(HIDDEN) else slice(0, 1)  # of the last layer the logit
        arrays[f"weight{k}"] = np.stack([m[k].weight.detach().numpy().T[:, kept] for m in linear])
        arrays[f"bias{k}"] = np.stack([m[k].bias.detach().numpy()[None, kept] for m in linear])
    card |= {"rows": len(x), "distinct_people": len(np.unique(data["person"]))}
    card |= {"data_sha256": hashlib.sha256(np.ascontiguousarray(x).tobytes()).hexdigest()}
    np.savez_compressed(
        out,
        mean=mean,
        spread=spread,
        layers=len(HIDDEN) + 1,
        basis=basis,
        limit=limit,
        card=np.frombuffer(json.dumps(card).encode(), np.uint8),
        **{name: v.astype(np.float32) for name, v in arrays.items()},
    )
    print(json.dumps(card))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", required=True, help="A:B, or several with commas: the refiner never saw them")
    parser.add_argument("--seen", default="", help="A:B, people that the refiner was trained on")
    parser.add_argument("--refiner", type=Path, help="the packaged one by default")
    parser.add_argument("--cache", type=Path, required=True, help="folder of the gathered rows")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    sha256 = Refiner(args.refiner).sha256
    card: dict[str, object] = {
        "people": args.people,
        "seen_by_the_refiner": args.seen,
        "refiner_sha256": sha256,
    }
    train(rows_of(args.cache, args.people, args.seen, sha256[:8]), card, args.out)


if __name__ == "__main__":
    main()
