"""One picture with its overlay."""

from __future__ import annotations

import numpy as np

from formcheck.core.landmarks import INDEX, SIDES
from formcheck.overlay.arcs import Places, draw_arc, draw_numbers
from formcheck.overlay.panels import draw_panels
from formcheck.overlay.skeleton import draw_skeleton
from formcheck.overlay.state import OverlayState
from formcheck.overlay.style import Style, style_for
from formcheck.overlay.text import Image, Rect


def draw_overlay(image: Image, state: OverlayState, places: Places | None = None) -> Image:
    """Draw what a state says.

    Parameters
    ----------
    image
        Shape (height, width, 3), RGB; stays as it is.
    state
        What to draw, in pixels of this picture.
    places
        For the frames of a video: a dictionary, empty at first, that keeps the numbers where they are between frames.

    Returns
    -------
    ndarray
        A new picture of the same shape.

    Notes
    -----
    Everything is sized by the picture's width, so that it can be read when shown 480 pixels wide. Numbers stand beside
    their joints, inside the picture, and cover neither the working leg's joints nor each other where there is room.
    """
    canvas = image.copy()
    style = style_for(image.shape[1], image.shape[0])
    if state.pose is not None and state.pose.found:
        draw_skeleton(canvas, state.pose, state.side, style)
    for mark in state.marks:
        draw_arc(canvas, mark, style)
    boxes = draw_panels(canvas, state, style)
    draw_numbers(canvas, state.marks, _working_joints(state, style), boxes, style, places)
    return canvas


def _working_joints(state: OverlayState, style: Style) -> list[Rect]:
    """Return boxes round the working leg's joints and those that carry a mark."""
    at = [mark.at for mark in state.marks]
    if state.pose is not None:
        sides = [s for s in SIDES if state.side in (s, "both")]
        at += [tuple(state.pose.pixels[INDEX[f"{s}_{part}"]]) for s in sides for part in ("hip", "knee", "ankle")]
    r = style.text // 2
    return [Rect(round(x) - r, round(y) - r, 2 * r, 2 * r) for x, y in at if np.isfinite(x) and np.isfinite(y)]
