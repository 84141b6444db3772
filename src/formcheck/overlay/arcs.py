"""Arcs at joints and the plates with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.overlay.state import AngleMark
from formcheck.overlay.style import ANGLE, HALO, PLATE, QUIET_INK, Style
from formcheck.overlay.text import REGULAR, Image, Plate, PlateSpec, Rect, Run, render_plate

FILL_OPACITY: Final = 0.35

_DASHES: Final = 7
_TURNS_DEG: Final = (0, 25, -25, 50, -50, 80, -80, 115, -115, 150, -150, 180)
"""Where a number may stand, seen from the middle of its arc; the first free place is taken."""


def arc_radius(mark: AngleMark, style: Style) -> int:
    """Return the radius of a mark's arc, pixels; 0 for a mark without one."""
    if mark.rays_deg is None:
        return 0
    return round(float(np.clip(0.32 * mark.reach_px, 1.2 * style.text, 3.0 * style.text)))


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
    image: Image, marks: Sequence[AngleMark], joints: Sequence[Rect], taken: list[Rect], style: Style
) -> None:
    """Draw the number of each mark beside its arc, in place.

    Parameters
    ----------
    image
        Shape (height, width, 3), RGB.
    marks
        What to write.
    joints
        Boxes that must stay uncovered.
    taken
        Boxes of what stands already; those of the numbers are added.
    style
        Sizes.
    """
    for mark in marks:
        number = Run(mark.text, style.number, ANGLE)
        plate = render_plate(
            PlateSpec(((number,), (Run(mark.caption, style.text, QUIET_INK, REGULAR),)), PLATE, style.pad)
        )
        box = _free_place(mark, plate, image, joints, taken, style)
        taken.append(plate.draw(image, box.x, box.y))


def _free_place(
    mark: AngleMark, plate: Plate, image: Image, joints: Sequence[Rect], taken: Sequence[Rect], style: Style
) -> Rect:
    """Return the first place beside the arc that covers nothing, or the one that covers least."""
    middle = 0.0 if mark.rays_deg is None else mark.rays_deg[0] + _short_way(*mark.rays_deg) / 2
    best: tuple[int, Rect] | None = None
    for turn in _TURNS_DEG:
        box = _beside(mark, plate.size, middle + turn, style)
        x = min(max(box.x, 0), max(image.shape[1] - box.width, 0))
        y = min(max(box.y, 0), max(image.shape[0] - box.height, 0))
        box = Rect(x, y, box.width, box.height)
        covered = sum(box.overlap(j) for j in joints) * 4 + sum(box.overlap(t) for t in taken)
        if best is None or covered < best[0]:
            best = covered, box
        if not covered:
            break
    assert best is not None
    return best[1]


def _beside(mark: AngleMark, size: tuple[int, int], angle: float, style: Style) -> Rect:
    """Return the box whose border is just outside the arc in a direction."""
    w, h = size
    cos, sin = abs(np.cos(np.radians(angle))), abs(np.sin(np.radians(angle)))
    half = min(w / 2 / max(cos, 1e-6), h / 2 / max(sin, 1e-6))  # from the box's middle to its border
    centre = _toward(
        np.array(mark.at), angle, arc_radius(mark, style) + style.pad + half + (style.text if not mark.rays_deg else 0)
    )
    return Rect(round(centre[0] - w / 2), round(centre[1] - h / 2), w, h)
