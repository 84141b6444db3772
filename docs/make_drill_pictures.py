"""Renders the pictures of the drills that the local page shows: each at the far end of a repetition.

    python docs/make_drill_pictures.py [DRILL ...]

Needs `formcheck[synthetic]`. A drill without a `[render]` table has no picture.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from formcheck.exercises.lookup import shipped_exercises
from formcheck.synthetic import Clip, ClipSpec
from formcheck.synthetic.picture import PictureQuality

OUT = Path(__file__).parent.parent / "src/formcheck/web/page/pictures"
SIZE = (640, 480)
PEOPLE = ("ana", "ben", "kaya", "leo", "imani", "hugo", "mira", "jun")
AT = {"supine-ir-liftoff": "lift"}
"""Where another moment than the far end of the signal shows the drill better: the end of its first stretch."""


def picture(drill: str, body: str) -> np.ndarray:
    """Return the picture of a drill, shape (height, width, 3), RGB."""
    clean = PictureQuality(noise=1.0, blur=0.2)
    clip = Clip(ClipSpec(drill, "right", body, reps=1, fps=20.0, size=SIZE, seed=3, quality=clean))
    moment = moment_of(clip, drill)
    clip.keep([0, int(np.argmin(np.abs(clip.times - moment)))])
    return list(clip.frames())[1].image


def moment_of(clip: Clip, drill: str) -> float:
    """Return the time to show, seconds."""
    spans = [s for s in clip.script.phases if s.name == AT.get(drill)]
    if spans:
        return float(spans[0].end_s)
    return float(clip.script.reps[0].peak_s)


def main() -> None:
    """Render them."""
    OUT.mkdir(parents=True, exist_ok=True)
    for number, drill in enumerate(sys.argv[1:] or shipped_exercises()):
        if shipped_exercises()[drill].render is None:
            continue
        image = picture(drill, PEOPLE[number % len(PEOPLE)])
        small = cv2.resize(image, (480, 360), interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(OUT / f"{drill}.webp"), small[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, 78])
        print(drill, (OUT / f"{drill}.webp").stat().st_size)


if __name__ == "__main__":
    main()
