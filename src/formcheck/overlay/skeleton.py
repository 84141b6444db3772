"""The skeleton: only segments whose two ends are seen, the working leg emphasised."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import BODY_EDGES, INDEX, SIDES
from formcheck.core.pose import FloatArray, Pose
from formcheck.overlay.style import HALO, RESTING, RGB, WORKING, Style
from formcheck.overlay.text import Image

MIN_VISIBILITY: Final = 0.5
"""Below this a landmark is more likely hidden than not, and is not drawn."""

_SUBPIXEL_BITS: Final = 3
_LEG: Final = ("hip", "knee", "ankle", "heel", "foot_index")
_EDGES: Final = np.array([[INDEX[a], INDEX[b]] for a, b in BODY_EDGES])


def _leg_edges(side: str) -> NDArray[np.bool_]:
    names = {f"{side}_{part}" for part in _LEG}
    return np.array([a in names and b in names for a, b in BODY_EDGES])


_LEG_EDGES: Final = {side: _leg_edges(side) for side in SIDES}
_LEG_JOINTS: Final = {side: [INDEX[f"{side}_{part}"] for part in _LEG[:3]] for side in SIDES}


def draw_skeleton(image: Image, pose: Pose, side: str, style: Style) -> None:
    """Draw the visible segments on `image`, in place.

    Parameters
    ----------
    image
        Shape (height, width, 3), RGB.
    pose
        Landmarks in pixels of the picture.
    side
        Working side: left, right or both.
    style
        Sizes.
    """
    height, width = image.shape[:2]
    with np.errstate(invalid="ignore"):
        inside = ((pose.pixels >= 0) & (pose.pixels <= (width - 1, height - 1))).all(axis=1)
    seen = inside & (pose.visibility >= MIN_VISIBILITY)
    drawn = seen[_EDGES].all(axis=1)
    sides = [s for s in SIDES if side in (s, "both")]
    working = np.any([_LEG_EDGES[s] for s in sides], axis=0)
    thick = style.line + max(1, style.line // 2)
    _segments(image, pose.pixels, _EDGES[drawn & ~working], style.line, RESTING)
    _segments(image, pose.pixels, _EDGES[drawn & working], thick, WORKING)
    for joint in (j for s in sides for j in _LEG_JOINTS[s] if seen[j]):
        centre = tuple(_fixed(pose.pixels[joint]).tolist())
        one = 1 << _SUBPIXEL_BITS
        cv2.circle(image, centre, (thick + 2) * one, HALO, -1, cv2.LINE_AA, _SUBPIXEL_BITS)
        cv2.circle(image, centre, thick * one, WORKING, -1, cv2.LINE_AA, _SUBPIXEL_BITS)


def _segments(image: Image, pixels: FloatArray, edges: NDArray[np.intp], thickness: int, colour: RGB) -> None:
    lines = list(_fixed(pixels[edges]))
    halo = thickness + max(2, thickness // 2)
    cv2.polylines(image, lines, False, HALO, halo, cv2.LINE_AA, _SUBPIXEL_BITS)
    cv2.polylines(image, lines, False, colour, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)


def _fixed(xy: FloatArray) -> NDArray[np.int32]:
    """Return positions in OpenCV's fixed-point pixels."""
    return np.asarray((xy * (1 << _SUBPIXEL_BITS)).round(), dtype=np.int32)
