"""What the pictures of reports share: one palette with the page, and how a figure is made and saved."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Final

from formcheck.video.files import atomic_path

COLOURS: Final = {
    "page": "#ffffff",
    "ink": "#1c1f23",
    "quiet": "#565c64",
    "line": "#dddbd5",
    "left": "#0069a8",
    "right": "#a64d00",
    "ok": "#0b6b3a",
    "warn": "#8a5300",
    "fail": "#a12a00",
    "card": "#f7f6f3",
}
"""The page's light colours."""

DPI: Final = 120
"""Pixels an inch of the pictures."""


def figure(width_in: float, height_in: float) -> Any:
    """Return an empty figure of a size in inches; it needs no screen."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width_in, height_in), dpi=DPI, facecolor=COLOURS["page"])


def save(fig: Any, path: Path) -> None:
    """Write a figure as PNG, whole or not at all.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(fig)
    with atomic_path(path) as temporary, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a name in a script that the font lacks: boxes
        fig.savefig(temporary, format="png", dpi=DPI)


def unit_sign(unit: str) -> str:
    """Return what stands behind a number on an axis.

    Examples
    --------
    >>> unit_sign("deg"), unit_sign("percent"), unit_sign("shank")
    ('°', ' %', '')
    """
    return {"deg": "°", "deg/s": "°/s", "percent": " %", "s": " s"}.get(unit, "")
