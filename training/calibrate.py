"""Measures on tuning clips by how much the corrector's own sigmas are too small.

    python training/calibrate.py --clips training/out/tuning --poses training/out/poses --corrector corrector.npz

Several folders may follow `--clips` and `--poses`, one for one. Clips of other parts of the split are left out, and
those that the corrector does not judge. Writes the factors into the corrector's file.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from accuracy import clips_in
from measuring.clips import BANDS, Case, change, part_of, read_case

from formcheck.core.pose import FloatArray
from formcheck.exercises.lookup import load_exercise
from formcheck.measure.corrector import BOUNDED, Corrector, read_corrector
from formcheck.measure.engine import correct_clip, corrected_change, fit_clip
from formcheck.measure.fitted import known_by_fit
from formcheck.measure.verdict import load_verdict
from formcheck.synthetic.truth import read_truth

INSIDE = 0.935
"""Share of the errors that two sigma are to hold: the middle of what is asked for, 90 to 97 %."""


def errors_of(case: Case, corrector: Corrector) -> dict[str, tuple[FloatArray, FloatArray]] | None:
    """Return error and sigma of every corrected channel in the judged frames of a clip; None where nothing fits."""
    seen = case.seen
    if seen.baseline is None:
        return None
    clip = fit_clip(seen.track, seen.baseline, seen.position, seen.view)
    if clip is None or not known_by_fit(seen.view):
        return None
    corrections = correct_clip(clip, corrector, load_verdict())
    use = case.judged[seen.track.refined[case.judged]]
    found: dict[str, tuple[FloatArray, FloatArray]] = {}
    for base in BOUNDED:
        names = [base] if base == "pelvis_roll" else [f"{base}_{side}" for side in case.moving]
        error, sigma = [], []
        for name in names:
            measured, own = corrected_change(clip, corrections, name)
            error.append((change(measured, case.neutral) - change(case.truth[name], case.neutral))[use])
            sigma.append(own[use])
        found[base] = np.concatenate(error), np.concatenate(sigma)
    return found


def tuning_clips(folders: list[Path], poses: list[Path]) -> list[tuple[Path, Path]]:
    """Return the clips of the tuning part that show what they should, and where their poses are kept."""
    found = []
    for folder, kept in zip(folders, poses, strict=True):
        for path in clips_in(folder):
            truth = read_truth(path)
            corrected = not load_exercise(truth["drill"]).rolls_over
            if part_of(truth["options"]["body"]) == "tuning" and corrected and "wrong_view" not in path.stem:
                found.append((path, kept))
    return found


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, nargs="+", required=True)
    parser.add_argument("--poses", type=Path, nargs="+", required=True, help="as many folders as --clips")
    parser.add_argument("--corrector", type=Path, required=True)
    args = parser.parse_args()
    corrector = replace(read_corrector(args.corrector), sigma_factor=np.ones(len(BOUNDED)))  # its own sigmas
    rows: dict[str, list[tuple[float, FloatArray, FloatArray]]] = {base: [] for base in BOUNDED}
    for path, poses in tuning_clips(args.clips, args.poses):
        case = read_case(path, poses, {"model": "full"})
        if case.seen.lying and (found := errors_of(case, corrector)) is not None:
            for base, (error, sigma) in found.items():
                rows[base].append((case.elevation_deg, error, sigma))
    factors = []
    for base in BOUNDED:
        # every clip weighs the same: a long one says no more about other people than a short one
        ratio = [np.abs(e) / s for _, e, s in rows[base]]
        weight = np.concatenate([np.full(len(r), 1.0 / len(r)) for r in ratio])
        order = np.argsort(np.concatenate(ratio))
        along = np.cumsum(weight[order]) / weight.sum()
        factors.append(float(np.concatenate(ratio)[order][np.searchsorted(along, INSIDE)]) / 2)
        for low, high in BANDS:
            band = [(e, s) for elevation, e, s in rows[base] if low <= elevation < high]
            if band:
                inside = np.mean([np.mean(np.abs(e) < 2 * factors[-1] * s) for e, s in band])
                print(f"{base:14s} {low}-{high}: {len(band)} clips, {inside:.2f} inside 2 sigma after calibration")
        print(f"{base:14s} factor {factors[-1]:.2f}")
    with np.load(args.corrector) as data:
        arrays = dict(data)
    arrays["sigma_factor"] = np.array(factors)
    np.savez_compressed(args.corrector, **arrays)


if __name__ == "__main__":
    main()
