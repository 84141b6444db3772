"""Where in the picture a channel is shown: the joint, and the two lines between which its arc is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from formcheck.core.landmarks import INDEX
from formcheck.core.measurement import Measurement
from formcheck.core.pose import FloatArray
from formcheck.core.words import channel_caption, measurement_words, split_side
from formcheck.overlay.state import AngleMark

UP: Final = np.array([0.0, -1.0])
DOWN: Final = np.array([0.0, 1.0])


@dataclass(frozen=True, slots=True)
class Body:
    """Landmarks of a frame and of the neutral pose, pixels, shape (33, 2)."""

    now: FloatArray
    neutral: FloatArray | None

    def point(self, name: str) -> FloatArray:
        """Return a landmark, or the middle of a pair named `mid_hip` or `mid_shoulder`."""
        return _point(self.now, name)

    def line(self, start: str, end: str) -> FloatArray:
        """Return the vector from one landmark to another."""
        return self.point(end) - self.point(start)

    def neutral_line(self, start: str, end: str) -> FloatArray:
        """Return the same vector in the neutral pose; NaN when there is none."""
        if self.neutral is None:
            return np.full(2, np.nan)
        return _point(self.neutral, end) - _point(self.neutral, start)


def _point(pixels: FloatArray, name: str) -> FloatArray:
    if name.startswith("mid_"):
        part = name.removeprefix("mid_")
        return np.asarray((pixels[INDEX[f"left_{part}"]] + pixels[INDEX[f"right_{part}"]]) / 2)
    return np.asarray(pixels[INDEX[name]])


Geometry = tuple[str, FloatArray | None, FloatArray | None]
"""Landmark at which it is shown, reference line, segment."""


def _knee(body: Body, side: str) -> Geometry:
    return f"{side}_knee", body.line(f"{side}_hip", f"{side}_knee"), body.line(f"{side}_knee", f"{side}_ankle")


def _hip(body: Body, side: str) -> Geometry:
    return f"{side}_hip", body.line("mid_shoulder", "mid_hip"), body.line(f"{side}_hip", f"{side}_knee")


def _hip_rotation(body: Body, side: str) -> Geometry:
    ends = (f"{side}_knee", f"{side}_ankle")
    return f"{side}_knee", body.neutral_line(*ends), body.line(*ends)


def _thigh_tilt(body: Body, side: str) -> Geometry:
    return f"{side}_hip", DOWN, body.line(f"{side}_hip", f"{side}_knee")


def _shank_tilt(body: Body, side: str) -> Geometry:
    return f"{side}_ankle", UP, body.line(f"{side}_ankle", f"{side}_knee")


def _leg_raise(body: Body, side: str) -> Geometry:
    away = float(np.sign(body.line("mid_shoulder", "mid_hip")[0]))
    return f"{side}_hip", np.array([away, 0.0]), body.line(f"{side}_hip", f"{side}_ankle")


def _hip_line(body: Body, side: str) -> Geometry:
    ends = ("right_hip", "left_hip")
    return "mid_hip", body.neutral_line(*ends), body.line(*ends)


def _trunk_lean(body: Body, side: str) -> Geometry:
    return "mid_hip", UP, body.line("mid_hip", "mid_shoulder")


def _side_bend(body: Body, side: str) -> Geometry:
    trunk, (dx, dy) = body.line("mid_hip", "mid_shoulder"), body.line("right_hip", "left_hip")
    normal = np.array([-dy, dx])
    return "mid_hip", normal * np.sign(float(normal @ trunk)), trunk


def _number_at(part: str) -> Callable[[Body, str], Geometry]:
    return lambda body, side: (f"{side}_{part}" if side else f"mid_{part}", None, None)


_GEOMETRY: Final[dict[str, Callable[[Body, str], Geometry]]] = {
    "knee_flexion": _knee,
    "knee_frontal": _knee,
    "hip_flexion": _hip,
    "hip_adduction": _hip,
    "hip_ir": _hip_rotation,
    "thigh_tilt": _thigh_tilt,
    "shank_tilt": _shank_tilt,
    "leg_raise": _leg_raise,
    "pelvis_roll": _hip_line,
    "pelvis_lift": _hip_line,
    "pelvis_hike": _hip_line,
    "trunk_lean": _trunk_lean,
    "trunk_tilt": _trunk_lean,
    "trunk_side_bend": _side_bend,
    "knee_height": _number_at("knee"),
    "ankle_height": _number_at("ankle"),
    "leg_rise": _number_at("ankle"),
    "ankle_out": _number_at("ankle"),
    "trunk_yaw": _number_at("shoulder"),
    "trunk_twist": _number_at("shoulder"),
    "shoulder_tilt": _number_at("shoulder"),
}

_ELSEWHERE: Final = _number_at("hip")
"""For channels without a place of their own: only their number, at the hip."""

FROM_BASELINE: Final = frozenset({"hip_ir", "hip_drop", "hip_rise", "ankle_out", "pelvis_roll", "pelvis_hike"})
"""Channels that mean something, or whose arc starts, at the neutral pose: their number is the change from it."""

_CAPTION_UNITS: Final = {"shank": "shins", "hip_width": "hip widths"}  # beside the number they would be too wide


def angle_mark(channel: str, measured: Measurement, neutral: Measurement | None, body: Body) -> AngleMark | None:
    """Return how a channel is shown on a frame.

    Parameters
    ----------
    channel
        Full channel name.
    measured
        The channel on this frame.
    neutral
        Its neutral value; None when there is none.
    body
        Landmarks of this frame and of the neutral pose, pixels of the picture.

    Returns
    -------
    AngleMark or None
        None when the channel is abstained, cannot be placed, or is a change from a neutral value that is not known.
    """
    base, side = split_side(channel)
    shown = _change(measured, neutral) if base in FROM_BASELINE else measured
    place = _GEOMETRY.get(base, _ELSEWHERE)
    if shown is None or shown.value is None:
        return None
    joint, reference, segment = place(body, side or "")
    at = body.point(joint)
    if not np.isfinite(at).all():
        return None
    where, caption = (float(at[0]), float(at[1])), channel_caption(channel)
    text = measurement_words(shown)
    if shown.unit == "class":
        caption = caption.partition(",")[0]  # a class has no sign
    if shown.unit in _CAPTION_UNITS:
        text = measurement_words(replace(shown, unit="ratio"))
        caption += f", {_CAPTION_UNITS[shown.unit]}"
    if reference is None or segment is None:
        return AngleMark(channel, where, text, caption)
    if not (np.isfinite(reference).all() and np.isfinite(segment).all()):
        return None
    rays = (_direction_deg(reference), _direction_deg(segment))
    return AngleMark(channel, where, text, caption, rays, float(np.hypot(*segment)))


def _change(measured: Measurement, neutral: Measurement | None) -> Measurement | None:
    if measured.value is None or measured.sigma is None:
        return None
    if neutral is None or neutral.value is None or neutral.sigma is None:
        return None
    return Measurement(measured.value - neutral.value, float(np.hypot(measured.sigma, neutral.sigma)), measured.unit)


def _direction_deg(vector: FloatArray) -> float:
    return float(np.degrees(np.arctan2(vector[1], vector[0])))
