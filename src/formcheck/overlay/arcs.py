"""Arcs at joints and the plates with their numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.overlay.state import AngleMark
from formcheck.overlay.style import ANGLE, HALO, PLATE, QUIET_INK, Style
from formcheck.overlay.text import REGULAR, Image, Plate, PlateSpec, Rect, Run, render_plate

FILL_OPACITY: Final = 0.5

Places = dict[str, tuple[float, int]]
"""Where each channel's number stood on the frame before: direction from its joint, degrees, and distance beyond its
arc, pixels. It stays there as long as the place is free; numbers that jump from frame to frame cannot be read."""

_DASHES: Final = 7
_TURNS_DEG: Final = (0, 25, -25, 50, -50, 80, -80, 115, -115, 150, -150, 180)
"""Where a number may stand, seen from the middle of its arc; the first free place is taken."""


def arc_radius(mark: AngleMark, style: Style) -> int:
    """Return the radius of a mark's arc, pixels; 0 for a mark without one."""
    if mark.rays_deg is None:
        return 0
    return round(float(np.clip(0.4 * mark.reach_px, 1.6 * style.text, 4.0 * style.text)))


def draw_arc(image: Image, mark: AngleMark, style: Style) -> None:
    """Draw the arc between reference line (dashed) and segment, in place."""
    if mark.rays_deg is None:
        return
    radius, thickness = arc_radius(mark, style), max(2, style.line - 1)
    start, turn = mark.rays_deg[0], _short_way(*mark.rays_deg)
    at = np.array(mark.at)
    sector = _sector(at, radius, start, turn)
    _fill(image, sector)
    arc = sector[1:]
    for colour, width in ((HALO, thickness + 2), (ANGLE, thickness)):
        cv2.polylines(image, [arc], False, colour, width, cv2.LINE_AA)
        _dashed(image, at, start, radius * 1.45, colour, width)


def _short_way(start_deg: float, end_deg: float) -> float:
    return (end_deg - start_deg + 180) % 360 - 180


def _toward(at: NDArray[np.float64], angle_deg: float, distance: float) -> NDArray[np.float64]:
    angle = np.radians(angle_deg)
    return np.asarray(at + distance * np.array([np.cos(angle), np.sin(angle)]))


def _sector(at: NDArray[np.float64], radius: int, start: float, turn: float) -> NDArray[np.int32]:
    angles = np.radians(start + np.linspace(0, turn, max(3, int(abs(turn) / 4))))
    arc = at + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.asarray(np.vstack([at, arc]).round(), dtype=np.int32)


def _fill(image: Image, polygon: NDArray[np.int32]) -> None:
    low = np.maximum(polygon.min(axis=0), 0)
    high = np.minimum(polygon.max(axis=0) + 1, (image.shape[1], image.shape[0]))
    if (low >= high).any():
        return
    region = image[low[1] : high[1], low[0] : high[0]]
    filled = cv2.fillPoly(region.copy(), [polygon - low], ANGLE, cv2.LINE_AA)
    cv2.addWeighted(filled, FILL_OPACITY, region, 1 - FILL_OPACITY, 0, dst=region)


def _dashed(
    image: Image, at: NDArray[np.float64], angle: float, length: float, colour: tuple[int, int, int], width: int
) -> None:
    stops = [_toward(at, angle, length * k / _DASHES) for k in range(_DASHES + 1)]
    dashes = [np.array([stops[k], stops[k + 1]]).round().astype(np.int32) for k in range(1, _DASHES, 2)]
    cv2.polylines(image, dashes, False, colour, width, cv2.LINE_AA)


def draw_numbers(
    image: Image,
    marks: Sequence[AngleMark],
    joints: Sequence[Rect],
    taken: list[Rect],
    style: Style,
    places: Places | None = None,
) -> None:
    """Draw the number of each mark beside its arc, in place; a number that has no free place is left out.

    Parameters
    ----------
    image
        Shape (height, width, 3), RGB.
    marks
        What to write, most important first: the first one is always written.
    joints
        Boxes that must stay uncovered.
    taken
        Boxes of what stands already; those of the numbers are added.
    style
        Sizes.
    places
        Where the numbers stood on the frame before, brought up to date; leave it out for a single picture.
    """
    places = {} if places is None else places
    for first, mark in enumerate(marks):
        number, caption = Run(mark.text, style.number, ANGLE), Run(mark.caption, style.text, QUIET_INK, REGULAR)
        plate = render_plate(PlateSpec(((number,), (caption,)), PLATE, style.pad))
        covered, box, place = _free_place(mark, plate, image, joints, taken, style, places.get(mark.channel))
        if not covered or not first:
            places[mark.channel] = place
            taken.append(plate.draw(image, box.x, box.y))


def _free_place(
    mark: AngleMark,
    plate: Plate,
    image: Image,
    joints: Sequence[Rect],
    taken: Sequence[Rect],
    style: Style,
    before: tuple[float, int] | None,
) -> tuple[int, Rect, tuple[float, int]]:
    """Return the first place beside the arc that covers nothing, or the one that covers least, with how much."""
    (w, h), (height, width) = plate.size, image.shape[:2]
    middle = 90.0 if mark.rays_deg is None else mark.rays_deg[0] + _short_way(*mark.rays_deg) / 2
    clear = (arc_radius(mark, style) or style.text) + style.pad
    best = (w * h * 1000, Rect(0, 0, w, h), (middle, 0))
    choices = [before] if before else []
    choices += [(middle + turn, beyond) for beyond in (0, 2 * style.number) for turn in _TURNS_DEG]
    for direction, beyond in choices:
        x, y = _beside(mark.at, plate.size, direction, clear + beyond)
        box = Rect(min(max(x, 0), max(width - w, 0)), min(max(y, 0), max(height - h, 0)), w, h)
        covered = sum(map(box.overlap, joints)) * 4 + sum(map(box.overlap, taken))
        best = min(best, (covered, box, (direction, beyond)))
        if not covered:
            break
    return best


def _beside(at: tuple[float, float], size: tuple[int, int], angle_deg: float, gap: float) -> tuple[int, int]:
    """Return the corner of the box whose border is `gap` pixels from a point in a direction."""
    w, h = size
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    half = min(w / 2 / max(abs(cos), 1e-6), h / 2 / max(abs(sin), 1e-6))  # from the box's middle to its border
    return round(at[0] + (gap + half) * cos - w / 2), round(at[1] + (gap + half) * sin - h / 2)
