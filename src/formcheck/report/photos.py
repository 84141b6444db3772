"""What is said of photos: what each shows, and what no single picture tells."""

from __future__ import annotations

from formcheck.core.words import channel_words, measurement_words, split_side
from formcheck.exercises.viewcheck import VIEW_WORDS
from formcheck.photos import Photo, PhotoJudgement
from formcheck.report.wording import listed, lower_first

WHAT_FOR = "Photos show a posture, not a movement: nothing is counted, and no compensation is judged."
WHAT_TO_DO = "Film it from a still start for repetitions and compensations."


def photo_sentences(judgement: PhotoJudgement) -> tuple[str, ...]:
    """Return what the pictures show, a sentence each, and what they do not."""
    return (WHAT_FOR, *(photo_sentence(photo) for photo in judgement.photos), WHAT_TO_DO)


def photo_sentence(photo: Photo) -> str:
    """Return what one picture shows."""
    if not photo.found:
        return f"{photo.name}: nobody was found."
    where = f"{photo.name}, seen with the camera {VIEW_WORDS[photo.view.view]}"
    if photo.view.lying:
        return f"{photo.name}: somebody lies; a single picture of that is not measured."
    if not photo.angles:
        return f"{where}: no angle is certain enough for a number."
    return f"{where}: {listed(_angles(photo))}."


def _angles(photo: Photo) -> list[str]:
    """Return the angles, left and right of one together."""
    found: dict[str, list[str]] = {}
    for name, angle in photo.angles.items():
        base, side = split_side(name)
        found.setdefault(base, []).append(f"{measurement_words(angle)}{f' {side}' if side else ''}")
    return [f"{lower_first(channel_words(base))} {', '.join(sizes)}" for base, sizes in found.items()]
