"""Renders the sample clips, their truth, and the contact sheet; `make samples` calls this."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from formcheck.synthetic import Clip, ClipSpec

HERE = Path(__file__).parent
SIZE = (640, 480)

CLIPS: dict[str, ClipSpec] = {
    "liftoff_right_clean": ClipSpec("supine-ir-liftoff", "right", "ben", "foot_end:60", reps=3, seed=11),
    "liftoff_left_clean": ClipSpec("supine-ir-liftoff", "left", "ana", "foot_end:60", reps=3, seed=12),
    "liftoff_right_pelvis_roll": ClipSpec(
        "supine-ir-liftoff", "right", "dayo", "foot_end:60", ("pelvis_roll=14",), reps=3, seed=13
    ),
    "liftoff_right_too_small": ClipSpec(
        "supine-ir-liftoff", "right", "chi", "foot_end:60", ("too_small",), reps=2, seed=14
    ),
    "slr_right_clean": ClipSpec("assess-slr", "right", "eva", "side", reps=2, seed=15),
    "squat_front_clean": ClipSpec("screen-squat", "right", "leo", "front", reps=3, seed=16),
    "squat_side_clean": ClipSpec("screen-squat", "right", "kaya", "side_right", reps=2, seed=17),
    "squat_front_knee_valgus": ClipSpec("screen-squat", "right", "mira", "front", ("knee_valgus",), reps=2, seed=18),
    "squat_front_hip_shift": ClipSpec("screen-squat", "right", "finn", "front", ("hip_shift",), reps=2, seed=19),
    "dissociation_right_clean": ClipSpec("standing-rotation-dissociation", "right", "imani", "front", reps=1, seed=20),
    "hinge_right_clean": ClipSpec("ir-hinge", "right", "hugo", "front", reps=2, seed=21),
    "hinge_left_torso_only": ClipSpec("ir-hinge", "left", "jun", "front", ("torso_only",), reps=2, seed=22),
    "ere_left_clean": ClipSpec("supine-ir-ere", "left", "gita", "foot_end:55", reps=1, seed=23),
}
"""Name of each sample and what it shows."""


def contact_sheet(pictures: dict[str, list[np.ndarray]], path: Path) -> None:
    """Write a picture with a row of frames for every clip."""
    import cv2

    rows = []
    for name, frames in pictures.items():
        row = np.hstack([cv2.resize(f, (160, 120), interpolation=cv2.INTER_AREA) for f in frames])
        cv2.rectangle(row, (0, 0), (230, 20), (255, 255, 255), -1)
        cv2.putText(row, name, (6, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
        rows.append(row)
    cv2.imwrite(str(path), np.vstack(rows)[..., ::-1])


def sheet_frames(path: Path, times: list[float]) -> list[np.ndarray]:
    """Return the pictures of a clip nearest to the given times."""
    import av

    with av.open(str(path)) as container:
        pictures = [(float(f.time or 0.0), f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]
    stamps = np.array([t for t, _ in pictures])
    return [pictures[int(np.argmin(np.abs(stamps - t)))][1] for t in times]


def main() -> None:
    """Render what was asked for, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="samples to render; all when none is given")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    parser.add_argument("--sheet-only", action="store_true", help="only make the contact sheet again")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name in [] if args.sheet_only else (args.names or CLIPS):
        clip = Clip(CLIPS[name])
        clip.write(args.out / f"{name}.mp4", crf=25)
        print(f"{name}: {len(clip.times)} frames", flush=True)
    if not args.names:
        from formcheck.synthetic import read_truth

        sheet = {}
        for name in CLIPS:
            rep = read_truth(args.out / f"{name}.mp4")["reps"][0]
            start, end = rep["start_s"], rep["end_s"]
            sheet[name] = sheet_frames(
                args.out / f"{name}.mp4", [start - 0.5, *np.linspace(start, end, 6)[1:-1], end + 0.3]
            )
        contact_sheet(sheet, args.out / "contact_sheet.png")


if __name__ == "__main__":
    main()
