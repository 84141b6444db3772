"""Colours and sizes. Everything scales with the width of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RGB = tuple[int, int, int]

# Okabe and Ito's palette, which people with any kind of colour blindness can tell apart.
WORKING: Final[RGB] = (86, 180, 233)
RESTING: Final[RGB] = (235, 235, 235)
ANGLE: Final[RGB] = (240, 228, 66)
HALO: Final[RGB] = (16, 16, 16)
PLATE: Final[RGB] = (18, 20, 24)
INK: Final[RGB] = (255, 255, 255)
QUIET_INK: Final[RGB] = (205, 210, 216)
BANNERS: Final[dict[str, tuple[RGB, RGB]]] = {
    "fail": ((150, 45, 0), (255, 255, 255)),
    "warn": ((230, 159, 0), (0, 0, 0)),
    "advice": ((0, 74, 122), (255, 255, 255)),
}
"""Plate and ink of each severity, contrast at least 7 : 1."""

PLATE_OPACITY: Final = 0.82


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes in pixels for one picture size."""

    text: int
    """Small type."""

    number: int
    """Numbers at joints, banners, phase."""

    count: int
    """The repetition count."""

    line: int
    """Skeleton lines."""

    pad: int
    """Space inside plates and from the border."""


def style_for(width: int, height: int) -> Style:
    """Return the sizes for a picture.

    Small type is 15 px high when the picture is shown 480 px wide, the width at which the overlay has to be readable.

    Parameters
    ----------
    width, height
        Picture size, pixels.
    """
    unit = max(width / 480, 0.8)
    line = max(2, round(3.2 * min(width, height) / 480))
    return Style(round(15 * unit), round(19 * unit), round(30 * unit), line, max(3, round(7 * unit)))
