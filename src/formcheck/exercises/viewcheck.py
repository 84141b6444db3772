"""Whether a drill can be judged from where the camera stands, and what to change if not."""

from __future__ import annotations

from formcheck.exercises.schema import Exercise
from formcheck.measure.view import ViewFinding

VIEW_WORDS = {
    "foot_end": "at the foot end",
    "overhead": "overhead",
    "head_end": "at the head end",
    "front": "in front",
    "back": "behind",
    "side": "at the side",
    "oblique": "at an angle",
    "unknown": "where it cannot be told",
}
_POSITION_WORDS = {
    "standing": "standing",
    "supine": "lying on the back",
    "prone": "lying face down",
    "side_lying": "lying on the side",
    "seated": "sitting",
}


def view_problem(exercise: Exercise, view: ViewFinding) -> str | None:
    """Return what to change, in plain words, or None when the drill can be judged.

    Parameters
    ----------
    exercise
        The drill.
    view
        Where the camera stands.
    """
    if view.view == "unknown":
        return "The person is not seen still for long enough to tell where the camera stands."
    lies = exercise.position in ("supine", "prone", "side_lying")
    if view.lying != lies:
        seen = "lying" if view.lying else "upright"
        return f"The person is {seen}; this drill is done {_POSITION_WORDS[exercise.position]}. {exercise.camera}"
    if view.view not in exercise.views:
        return f"The camera is {VIEW_WORDS[view.view]}, from where this drill cannot be judged. {exercise.camera}"
    lowest = exercise.min_elevation_deg
    if lowest is not None and view.elevation_deg is not None and view.elevation_deg < lowest:
        return f"The camera looks down by only {view.elevation_deg:.0f} degrees: raise it. {exercise.camera}"
    return None
