"""Count, phase, fault banners and message at the borders of the picture."""

from __future__ import annotations

import itertools
from typing import Final

from formcheck.overlay.state import OverlayState
from formcheck.overlay.style import BANNERS, INK, PLATE, QUIET_INK, Style
from formcheck.overlay.text import REGULAR, Icon, Image, Plate, PlateSpec, Rect, Run, render_plate, wrap

_ROOM: Final = 0.2
"""Share of the picture's height that banners and message may take; the worst fault is always shown."""

_SIDE_LETTER: Final = {"left": "L ", "right": "R ", "both": ""}


def draw_panels(image: Image, state: OverlayState, style: Style) -> list[Rect]:
    """Draw the panels in place; return their boxes."""
    edges: dict[str, list[list[Plate]]] = {"top": [], "bottom": []}
    edges[state.status_edge].append(_status(state, style))
    width = image.shape[1] - 2 * style.pad
    edges[state.banner_edge] += [[plate] for plate in _banners(state, style, width, round(_ROOM * image.shape[0]))]
    return [box for edge, rows in edges.items() for box in _stack(image, edge, rows, style)]


def _stack(image: Image, edge: str, rows: list[list[Plate]], style: Style) -> list[Rect]:
    """Draw rows of plates from the border inwards: one plate to the left, two to left and right."""
    boxes, inset = [], style.pad
    for row in rows:
        if not row:
            continue
        height = max(plate.size[1] for plate in row)
        y = inset if edge == "top" else image.shape[0] - inset - height
        x = [style.pad, image.shape[1] - style.pad - row[-1].size[0]]
        boxes += [plate.draw(image, x[i], y) for i, plate in enumerate(row)]
        inset += height + style.pad
    return boxes


def _status(state: OverlayState, style: Style) -> list[Plate]:
    """Return the plates of count and phase."""
    plates = []
    if state.counts:
        target = f" / {state.target}" if state.target else ""
        text = "   ".join(f"{_SIDE_LETTER[c.side]}{c.counted}" for c in state.counts) + target
        done = sum(c.counted for c in state.counts)
        word = "rep" if (state.target or done) == 1 else "reps"
        under = word if not state.attempts else f"{word}, {state.attempts} not counted"
        lines = ((Run(text, style.count, INK),), (Run(under, style.text, QUIET_INK, REGULAR),))
        plates.append(render_plate(PlateSpec(lines, PLATE, style.pad)))
    if state.phase:
        plates.append(render_plate(PlateSpec(((Run(state.phase, style.number, INK),),), PLATE, style.pad)))
    return plates


def _banners(state: OverlayState, style: Style, width: int, height: int) -> list[Plate]:
    """Return the plates of faults and message, outermost first; what goes beyond `height` is left out."""
    plates = []
    for banner in state.banners:
        plate, ink = BANNERS[banner.severity]
        icon: Icon = banner.severity
        room = width - round(1.3 * style.number) - 3 * style.pad
        lines = tuple((Run(line, style.number, ink),) for line in wrap(banner.text, style.number, room, 2))
        plates.append(render_plate(PlateSpec(lines, plate, style.pad, icon)))
    if state.message:
        texts = wrap(state.message, style.text, width - 2 * style.pad, 3)
        lines = tuple((Run(line, style.text, INK, REGULAR),) for line in texts)
        plates.append(render_plate(PlateSpec(lines, PLATE, style.pad)))
    heights = itertools.accumulate(plate.size[1] + style.pad for plate in plates)
    return [plate for i, (plate, below) in enumerate(zip(plates, heights, strict=True)) if not i or below <= height]
