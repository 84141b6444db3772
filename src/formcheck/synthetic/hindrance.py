"""What gets in the way of seeing: a blanket, a hidden leg, a picture that lost its half, another person, another view.

Painted over the rendered picture, or another camera for a while; what the person truly does stays the same.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import FormcheckError
from formcheck.core.landmarks import SIDES, Side
from formcheck.core.pose import FloatArray
from formcheck.synthetic.movements.script import Script

Picture = NDArray[np.uint8]
Joints = dict[str, FloatArray]

HINDRANCES: Final = {
    "blanket": "a patterned cloth over both legs",
    "leg_hidden": "something plain before the working shin and foot",
    "half_out": "the camera was knocked: from the knees on the legs are out of the picture",
    "second_person": "somebody as large and as much in motion lies or stands beside",
    "wrong_view": "the camera stands where the drill cannot be judged",
}
"""Every hindrance and what it is."""
BEFORE_S: Final = 0.5
AFTER_S: Final = 0.3
"""A hindrance of a repetition begins so long before it and ends so long after it, seconds."""
_LEG: Final = ("knee", "ankle", "heel", "foot_index")
_ELSEWHERE: Final = {True: ("side:8", "head_end:20", "foot_end:55"), False: ("side:10", "back:10", "front:10")}


@dataclass(frozen=True)
class Hindrance:
    """A hindrance and when it is there."""

    kind: str
    """One of `HINDRANCES`."""

    start_s: float
    """Begin, seconds of clip time."""

    end_s: float
    """End, seconds of clip time."""


def parse_hindrance(text: str, script: Script) -> Hindrance:
    """Read `KIND`, `KIND@REP` or `KIND@START-END` (seconds); a kind alone lasts for the whole clip.

    Raises
    ------
    FormcheckError
        There is no such hindrance or repetition, or a number cannot be read.
    """
    kind, _, when = text.partition("@")
    if kind not in HINDRANCES:
        near = difflib.get_close_matches(kind, HINDRANCES, n=1, cutoff=0.0)[0]
        raise FormcheckError(
            f"There is no hindrance {kind!r}; did you mean {near!r}? There are: {', '.join(HINDRANCES)}."
        )
    start, dash, end = when.partition("-")
    try:
        if not when:
            return Hindrance(kind, 0.0, script.duration_s)
        if dash:
            return Hindrance(kind, float(start), float(end))
        number = int(when)
    except ValueError as err:
        raise FormcheckError(f"Hindrance {text!r}: write KIND, KIND@REP or KIND@START-END, with numbers.") from err
    for rep in script.reps:
        if rep.index == number:
            return Hindrance(kind, rep.start_s - BEFORE_S, rep.end_s + AFTER_S)
    raise FormcheckError(f"Hindrance {text!r}: the clip has {len(script.reps)} repetitions.")


def elsewhere(views: tuple[str, ...], lying: bool) -> str:
    """Return a camera placement from which a drill that is meant to be seen from `views` cannot be judged.

    Raises
    ------
    FormcheckError
        It can be judged from everywhere.
    """
    places = {view.partition(":")[0].partition("_right")[0].partition("_left")[0] for view in views}
    wrong = next((place for place in _ELSEWHERE[lying] if place.partition(":")[0] not in places), None)
    if wrong is None:
        raise FormcheckError("This movement can be seen from everywhere: leave out the hindrance wrong_view.")
    return wrong


def hinder(picture: Picture, kind: str, joints: Joints, side: Side) -> Picture:
    """Return the picture with something in the way; a copy.

    Parameters
    ----------
    picture
        Shape (H, W, 3).
    kind
        One of `HINDRANCES`; `wrong_view` changes nothing in the picture, the camera is another one.
    joints
        Where the joints are in it, pixels, shape (2,) each.
    side
        The working side.
    """
    if kind == "blanket":
        return _blanket(picture, joints)
    if kind == "leg_hidden":
        return _leg_hidden(picture, joints, side)
    if kind == "half_out":
        return _half_out(picture, joints)
    return _second_person(picture, joints) if kind == "second_person" else picture.copy()


def _blanket(picture: Picture, joints: Joints) -> Picture:
    points = np.array([joints[f"{side}_{name}"] for side in SIDES for name in ("hip", *_LEG)], dtype=np.float32)
    hull = cv2.convexHull(points)[:, 0]
    middle = points.mean(axis=0)
    cloth = np.random.default_rng(3).integers(60, 200, (24, 32, 3)).astype(np.uint8)
    cloth = cv2.resize(cloth, picture.shape[1::-1], interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(mask, [(middle + 1.25 * (hull - middle)).astype(np.int32)], (1,))
    return np.where(mask[..., None] > 0, cloth, picture)


def _leg_hidden(picture: Picture, joints: Joints, side: Side) -> Picture:
    points = np.array([joints[f"{side}_{name}"] for name in _LEG])
    scale = picture.shape[1] / 640
    (left, top), (right, bottom) = points.min(axis=0) - 28 * scale, points.max(axis=0) + 22 * scale
    out = picture.copy()
    out[max(int(top), 0) : max(int(bottom), 0), max(int(left), 0) : max(int(right), 0)] = (60, 85, 120)
    return out


def _half_out(picture: Picture, joints: Joints) -> Picture:
    hips, knees, ankles = (
        np.mean([joints[f"{side}_{name}"] for side in SIDES], axis=0) for name in ("hip", "knee", "ankle")
    )
    axis = int(np.argmax(np.abs(ankles - hips)))  # the picture moves along the legs, until the knees are at its edge
    size = picture.shape[1 - axis]
    forwards = ankles[axis] > hips[axis]
    shift = int((size - knees[axis]) if forwards else -knees[axis])
    out = np.zeros_like(picture)
    moved, kept = (slice(shift, None), slice(None, -shift)) if shift > 0 else (slice(None, shift), slice(-shift, None))
    if axis:
        out[moved] = picture[kept]
    else:
        out[:, moved] = picture[:, kept]
    return out


def _second_person(picture: Picture, joints: Joints) -> Picture:
    points = np.array([xy for xy in joints.values() if np.isfinite(xy).all()])
    height, width = picture.shape[:2]
    margin = 0.04 * width
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    left, right = max(int(low[0]), 0), min(int(high[0]), width)
    top, bottom = max(int(low[1]), 0), min(int(high[1]), height)
    wide = min(right - left, max(left, width - right))  # as much of the person as there is room beside
    out = picture.copy()
    copy = picture[top:bottom, left : left + wide]
    if left >= width - right:
        out[top:bottom, :wide] = copy
    else:
        out[top:bottom, width - wide :] = copy
    return out
