"""Whether everything is right for a set to begin: the person, the place, the camera, the light."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from formcheck.coach.language import Language
from formcheck.core.landmarks import INDEX, SIDES
from formcheck.core.pose import Pose
from formcheck.exercises.schema import Exercise
from formcheck.live.state import Check, CheckName
from formcheck.measure.points import torso_px
from formcheck.measure.posture import LYING
from formcheck.measure.view import ViewFinding

RECENT_S: Final = 0.6
"""How much of the past is looked at, seconds."""
EDGE: Final = 0.02
"""How far outside the picture a joint may seem to be, share of its side: the pose model's own error."""
MIN_TORSO_PX: Final = 60.0
"""Shortest trunk in the picture: below it the person is missed (DESIGN, measurements of the field)."""
DARK: Final = 0.10
"""Mean brightness below which the refiner no longer sees where clothes end."""
BRIGHT: Final = 0.95
"""Mean brightness above which skin and clothes are burnt out."""
ADVISORY: Final[frozenset[CheckName]] = frozenset({"alone", "light"})
"""Checks that only advise after a while: what they warn of may be wrong, and the person may have no choice."""

_WHOLE: Final = [INDEX["nose"]] + [
    INDEX[f"{side}_{part}"] for part in ("shoulder", "hip", "knee", "ankle", "foot_index") for side in SIDES
]
_LIE: Final = {"supine": "lie_back", "prone": "lie_front", "side_lying": "lie_side"}


def check_setup(
    recent: Sequence[Pose],
    image_size: tuple[int, int],
    exercise: Exercise,
    language: Language,
    *,
    people: int | None = None,
    light: float | None = None,
    view: ViewFinding | None = None,
) -> tuple[Check, ...]:
    """Return every check, in the order in which they should be mended.

    Parameters
    ----------
    recent
        The last poses.
    image_size
        Width and height of the frames, pixels.
    exercise
        The drill.
    language
        Of labels and advice.
    people
        How many people were seen, where that was looked for.
    light
        Mean brightness of the picture, 0 to 1.
    view
        Where the camera stands, where that is known.
    """
    found = [pose for pose in recent if pose.found]
    person = 2 * len(found) > len(recent) > 0
    checks: list[tuple[CheckName, bool | None, str]] = [("person", person, "person")]
    checks.append(("light", None if light is None else DARK <= light <= BRIGHT, _light_advice(light)))
    checks.append(("alone", None if people is None else people <= 1, "alone"))
    whole, distance = (_frame(found, image_size)) if person else ((None, "too_close"), (None, "too_far"))
    checks += [("distance", *distance), ("whole", *whole)]
    checks += _camera(exercise, view if person else None)
    return tuple(
        Check(name, language.say("check", name), ok, language.say("advice", advice) if ok is False else "")
        for name, ok, advice in checks
    )


def _light_advice(light: float | None) -> str:
    return "too_bright" if light is not None and light > BRIGHT else "too_dark"


def _frame(found: list[Pose], size: tuple[int, int]) -> tuple[tuple[bool, str], tuple[bool, str]]:
    """Return whether the whole body is in the picture, and whether it is large enough there; each with its advice."""
    xy = np.median([pose.pixels[_WHOLE] for pose in found], axis=0) / size
    low, high = xy.min(axis=0), xy.max(axis=0)
    out = {
        "cut_left": -low[0],
        "cut_right": high[0] - 1.0,
        "cut_top": -low[1],
        "cut_bottom": high[1] - 1.0,
    }
    cut = [edge for edge, by in out.items() if by > EDGE]
    advice = "too_close" if len(cut) > 1 else cut[0] if cut else "too_close"
    torso = float(np.median(torso_px(np.array([pose.pixels for pose in found]))))
    return (not cut, advice), (torso >= MIN_TORSO_PX, "too_far")


def _camera(exercise: Exercise, view: ViewFinding | None) -> list[tuple[CheckName, bool | None, str]]:
    if view is None or view.view == "unknown":
        return [("position", None, "unseen"), ("view", None, "unseen"), ("elevation", None, "unseen")]
    lies = exercise.position in LYING
    advice = _LIE.get(exercise.position, "sit" if exercise.position == "seated" else "stand")
    if view.lying != lies:
        return [("position", False, advice), ("view", None, "unseen"), ("elevation", None, "unseen")]
    seen = view.view in exercise.views
    high: bool | None = None
    if seen and exercise.min_elevation_deg is not None and view.elevation_deg is not None:
        high = view.elevation_deg >= exercise.min_elevation_deg
    checks: list[tuple[CheckName, bool | None, str]] = [("position", True, advice)]
    return [*checks, ("view", seen, f"view_{exercise.views[0]}"), ("elevation", high if seen else None, "camera_up")]


def first_wrong(checks: Sequence[Check], advise_only: bool = False) -> Check | None:
    """Return the first check that is not right and keeps a set from beginning.

    Parameters
    ----------
    checks
        From `check_setup`.
    advise_only
        Whether the checks that may be wrong themselves keep nobody waiting any more.
    """
    for check in checks:
        if check.ok is False and not (advise_only and check.name in ADVISORY):
            return check
    return None
