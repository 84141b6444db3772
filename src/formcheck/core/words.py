"""Codes to plain words: the one table that the overlay, the HTML report and the terminal read from."""

from __future__ import annotations

from typing import Final, NamedTuple

from formcheck.core.measurement import Measurement


class ReasonWords(NamedTuple):
    """A reason code for people."""

    what: str
    """What is the matter, as a sentence without its full stop."""

    advice: str
    """What to do about it when filming again; empty when there is nothing to do."""


REASONS: Final[dict[str, ReasonWords]] = {
    "no_person": ReasonWords("Nobody is in the picture", "Keep your whole body in the picture from start to end."),
    "not_visible": ReasonWords(
        "A joint is hidden", "Place the camera so that nothing stands or lies in front of hips, knees and ankles."
    ),
    "out_of_frame": ReasonWords(
        "A joint is outside the picture", "Move the camera back until head and feet stay inside the picture."
    ),
    "out_of_place": ReasonWords(
        "Not in the place of the drill",
        "Only what is done where you started is judged: stay there between repetitions.",
    ),
    "wrong_view": ReasonWords("The camera cannot see this from where it stands", "Place the camera as described."),
    "knee_too_straight": ReasonWords(
        "The knee is too straight to read a rotation", "Keep the knee bent while the hip turns."
    ),
    "low_confidence": ReasonWords(
        "Too uncertain for a number", "Film in even light, closer, with clothes that show the shape of the legs."
    ),
    "camera_too_low": ReasonWords(
        "The camera is too low over the person to show this",
        "Raise the camera to head height (about 1.7 m), one step beyond your feet, tilted down at the pelvis.",
    ),
    "no_baseline": ReasonWords(
        "There was no still start to measure from", "Hold the starting position still for two seconds."
    ),
    "cut": ReasonWords(
        "The recording is cut, and camera or person are somewhere else",
        "Film in one go without moving the camera, or judge each part as a clip of its own.",
    ),
    "phase_not_reached": ReasonWords("That part of the movement was not reached", ""),
    "not_passed": ReasonWords("It did not happen", ""),
    "no_circle": ReasonWords("The knee could not be followed round a circle", ""),
}
"""Every reason for a missing number: the members of `Reason`, and those of repetitions' results."""

CHANNELS: Final[dict[str, tuple[str, str]]] = {
    "knee_flexion": ("Knee flexion", "knee"),
    "hip_flexion": ("Hip flexion", "hip"),
    "hip_adduction": ("Hip adduction", "hip add."),
    "hip_ir": ("Hip internal rotation", "hip IR"),
    "knee_frontal": ("Knee in or out", "knee, + in"),
    "thigh_tilt": ("Thigh tilt", "thigh tilt"),
    "shank_tilt": ("Shin tilt", "shin tilt"),
    "knee_sagittal": ("Knee bend seen from the side", "knee bend"),
    "leg_raise": ("Leg raise", "leg raise"),
    "knee_height": ("Knee height", "knee height"),
    "ankle_height": ("Ankle height", "ankle height"),
    "leg_rise": ("Leg rise", "leg rise"),
    "ankle_out": ("Ankle to the side", "ankle out"),
    "hip_drop": ("Hips lowered", "hips lower"),
    "elbow_flexion": ("Elbow bend", "elbow"),
    "arm_lean": ("Arm from the vertical", "arm lean"),
    "pelvis_roll": ("Pelvis roll", "pelvis roll"),
    "chest_roll": ("Chest roll", "chest roll"),
    "pelvis_lift": ("A sit bone lifted, how likely", "sit bone up"),
    "pelvis_yaw": ("Pelvis turn", "pelvis turn"),
    "pelvis_hike": ("Hip hike", "hip hike"),
    "hip_shift": ("Hip shift", "hip shift"),
    "ankle_gap": ("Gap between the ankles", "ankle gap"),
    "trunk_side_bend": ("Side bend", "side bend"),
    "trunk_lean": ("Trunk lean", "lean"),
    "trunk_yaw": ("Trunk turn", "trunk turn"),
    "upper_turn": ("Turn of head and shoulders", "upper turn"),
    "trunk_twist": ("Trunk twist", "twist"),
    "trunk_fold": ("Hinge of the trunk", "hinge"),
    "foot_turn": ("Direction of the foot, + in", "foot, + in"),
    "foot_apart": ("Foot against the other foot, + in", "foot, + in"),
    "foot_out": ("Foot that points farther out", "foot out"),
    "hip_rise": ("Hips raised", "hips higher"),
    "shoulder_tilt": ("Shoulder line tilts", "shoulders"),
    "trunk_tilt": ("Trunk leans sideways", "lean aside"),
    "foot_dump": ("Ankle inside its heel", "ankle in"),
    "heel_lift": ("Heel lift", "heel up"),
    "hip_over_foot": ("Hips beside the foot", "hips aside"),
    "hip_back": ("Hips back", "hips back"),
    "hand_height": ("Height of the hand", "hand height"),
    "hand_gap": ("One hand higher", "hand gap"),
}
"""Channels without their side: display name, and a caption short enough for a picture."""

_UNITS: Final = {
    "deg": "°",
    "deg/s": "°/s",
    "shank": " shin lengths",
    "shank/s": " shin lengths/s",
    "hip_width": " hip widths",
    "percent": " %",
    "ratio": "",
    "count": "",
}


def reason_words(code: str | None) -> ReasonWords:
    """Return the words for a reason code; an unknown one is spelled out.

    Examples
    --------
    >>> reason_words("no_person").what, reason_words("lost_sight").what
    ('Nobody is in the picture', 'Lost sight')
    """
    code = code or ""
    return REASONS.get(code) or ReasonWords(code.replace("_", " ").capitalize(), "")


def split_side(channel: str) -> tuple[str, str | None]:
    """Return a channel's name without its side, and the side.

    Examples
    --------
    >>> split_side("hip_ir_left"), split_side("pelvis_roll")
    (('hip_ir', 'left'), ('pelvis_roll', None))
    """
    base, _, side = channel.rpartition("_")
    return (base, side) if base and side in ("left", "right") else (channel, None)


def channel_words(channel: str, *, with_side: bool = True) -> str:
    """Return the display name of a channel.

    Examples
    --------
    >>> channel_words("hip_ir_left"), channel_words("pelvis_roll")
    ('Hip internal rotation, left', 'Pelvis roll')
    """
    base, side = split_side(channel)
    name = CHANNELS.get(base, (base.replace("_", " ").capitalize(), ""))[0]
    return f"{name}, {side}" if side and with_side else name


def channel_caption(channel: str) -> str:
    """Return the few letters that name a channel beside its number in a picture."""
    base = split_side(channel)[0]
    return CHANNELS.get(base, ("", base.replace("_", " ")))[1]


def quantity(value: float, unit: str) -> str:
    """Return a bare number with its unit.

    Examples
    --------
    >>> quantity(12.4, "deg"), quantity(0.213, "shank"), quantity(-0.2, "deg"), quantity(-7, "deg")
    ('12°', '0.21 shin lengths', '0°', '−7°')
    """
    if unit == "class":
        return CLASSES[float(min(max(round(value), -1), 1))]
    digits = 0 if unit in ("deg", "deg/s", "percent", "count") else 2
    number = f"{round(value, digits) + 0.0:.{digits}f}"  # + 0.0: no minus zero
    return number.replace("-", "−") + _UNITS.get(unit, f" {unit}")


def unit_words(unit: str) -> str:
    """Return what follows a number of this unit.

    Examples
    --------
    >>> unit_words("deg"), unit_words("shank")
    ('°', ' shin lengths')
    """
    return _UNITS.get(unit, f" {unit}")


CLASSES: Final = {-1.0: "out", 0.0: "neutral", 1.0: "in"}
"""Words for a class, unit `class`: what is too rough for a number."""


def measurement_words(m: Measurement) -> str:
    """Return a measurement as `98° ± 6°`, or a dash.

    Examples
    --------
    >>> measurement_words(Measurement(98.2, 5.7)), measurement_words(Measurement(None, None, reason="no_person"))
    ('98° ± 6°', '–')
    """
    if m.value is None or m.sigma is None:
        return "–"
    if m.unit in ("class", "count"):
        return quantity(m.value, m.unit)
    value, sigma = quantity(m.value, m.unit), quantity(m.sigma, m.unit)
    unit = _UNITS.get(m.unit, f" {m.unit}")
    if unit.startswith(" "):  # the word only once
        value = value.removesuffix(unit)
    return f"{value} ± {sigma}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "repetition"), plural(3, "repetition"), plural(0, "time")
    ('1 repetition', '3 repetitions', '0 times')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"
