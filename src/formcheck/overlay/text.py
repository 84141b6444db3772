"""Plates with text, rendered once and kept: drawing one on a frame is two array operations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.overlay.style import PLATE_OPACITY, RGB

Image = NDArray[np.uint8]
Icon = Literal["fail", "warn", "advice"]

BOLD: Final = 650
REGULAR: Final = 450


class Run(NamedTuple):
    """A piece of a line in one type."""

    text: str
    size: int
    ink: RGB
    weight: int = BOLD


class PlateSpec(NamedTuple):
    """What a plate shows: lines of runs on one colour, with a severity sign in front if wanted."""

    lines: tuple[tuple[Run, ...], ...]
    plate: RGB
    pad: int
    icon: Icon | None = None


class Rect(NamedTuple):
    """A box in pixels."""

    x: int
    y: int
    width: int
    height: int

    def overlap(self, other: Rect) -> int:
        """Return the common area, square pixels."""
        w = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        h = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(w, 0) * max(h, 0)


@dataclass(frozen=True, slots=True)
class Plate:
    """A rendered plate."""

    ink: Image
    """Colour times opacity, shape (h, w, 3)."""

    keep: Image
    """How much of the picture stays, 0 to 255, shape (h, w, 3)."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        return self.ink.shape[1], self.ink.shape[0]

    def draw(self, image: Image, x: int, y: int) -> Rect:
        """Blend into `image` with the upper left corner at (x, y), in place; what is outside is cut off."""
        h, w = self.ink.shape[:2]
        x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, image.shape[1]), min(y + h, image.shape[0])
        if x0 < x1 and y0 < y1:
            part = (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))
            region = image[y0:y1, x0:x1]
            kept = cv2.multiply(region, self.keep[part], scale=1 / 255)
            cv2.add(kept, self.ink[part], dst=region)
        return Rect(x, y, w, h)


def _font() -> cv2.FontFace:
    return cv2.FontFace("sans")  # comes with OpenCV; has the degree and plus-minus signs


@lru_cache(maxsize=4096)
def text_width(text: str, size: int, weight: int = BOLD) -> int:
    """Return how wide a text is, pixels."""
    _, _, width, _ = cv2.getTextSize((1, 1), text, (0, 0), _font(), size, weight)
    trailing = len(text) - len(text.rstrip(" "))
    return int(width) + trailing * size // 4


def wrap(text: str, size: int, width: int, max_lines: int) -> tuple[str, ...]:
    """Break a text into at most `max_lines` lines of at most `width` pixels; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    cut = len(lines) > max_lines
    lines = lines[:max_lines]
    for i, line in enumerate(lines):
        dots = "…" if cut and i == max_lines - 1 else ""
        while text_width(line + dots, size) > width and len(line) > 1:
            line, dots = line[:-1].rstrip(), "…"
        lines[i] = line + dots
    return tuple(lines)


@lru_cache(maxsize=512)
def render_plate(spec: PlateSpec) -> Plate:
    """Render a plate, or return the one rendered before."""
    heights = [round(1.22 * max(run.size for run in line)) for line in spec.lines]
    widths = [sum(text_width(r.text, r.size, r.weight) for r in line) for line in spec.lines]
    icon = heights[0] if spec.icon else 0
    gap = spec.pad if icon else 0
    width = max(widths) + icon + gap + 2 * spec.pad
    height = sum(heights) + spec.pad
    colour = np.empty((height, width, 3), np.uint8)
    colour[:] = spec.plate
    cover = np.zeros((height, width), np.uint8)
    if spec.icon:
        _draw_icon(colour, cover, spec.icon, (spec.pad, (height - icon) // 2), icon, spec.lines[0][0].ink)
    y = spec.pad // 2
    for line, line_height in zip(spec.lines, heights, strict=True):
        x = spec.pad + icon + gap
        base = y + round(0.5 * line_height + 0.35 * max(run.size for run in line))
        for run in line:
            glyphs = np.zeros((height, width, 3), np.uint8)
            cv2.putText(glyphs, run.text, (x, base), (255, 255, 255), _font(), run.size, run.weight)
            alpha = glyphs[..., 0]
            share = alpha[..., None].astype(np.float32) / 255
            colour[:] = (colour * (1 - share) + np.array(run.ink, np.float32) * share).round()
            np.maximum(cover, alpha, out=cover)
            x += text_width(run.text, run.size, run.weight)
        y += line_height
    box = _rounded_box(width, height, min(spec.pad, height // 3)).astype(np.float32) / 255
    opacity = np.maximum(cover.astype(np.float32) / 255, PLATE_OPACITY) * box
    ink = (colour * opacity[..., None]).round().astype(np.uint8)
    keep = np.repeat((255 * (1 - opacity)).round().astype(np.uint8)[..., None], 3, axis=2)
    return Plate(ink, keep)


def _rounded_box(width: int, height: int, radius: int) -> Image:
    box = np.zeros((height, width), np.uint8)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(box, (x, y), radius, 255, -1, cv2.LINE_AA)
    box[radius : height - radius] = 255
    box[:, radius : width - radius] = 255
    return box


def _draw_icon(colour: Image, cover: Image, icon: Icon, corner: tuple[int, int], size: int, ink: RGB) -> None:
    """Draw the sign of a severity: cross in a circle, exclamation mark in a triangle, i in a circle."""
    x, y = corner
    mask = np.zeros(cover.shape, np.uint8)
    stroke = max(2, round(size / 10))
    centre, r = (x + size // 2, y + size // 2), round(0.42 * size)
    if icon == "warn":
        tip, base = y + round(0.08 * size), y + round(0.88 * size)
        outline = np.array([[centre[0], tip], [x + size - stroke, base], [x + stroke, base]], np.int32)
        cv2.polylines(mask, [outline], True, 255, stroke, cv2.LINE_AA)
    else:
        cv2.circle(mask, centre, r, 255, stroke, cv2.LINE_AA)
    if icon == "fail":
        d = round(0.42 * r)
        for sign in (1, -1):
            a, b = (centre[0] - d, centre[1] - sign * d), (centre[0] + d, centre[1] + sign * d)
            cv2.line(mask, a, b, 255, stroke, cv2.LINE_AA)
    else:
        top, bottom, dot = (0.36, 0.60, 0.74) if icon == "warn" else (0.46, 0.70, 0.30)
        cv2.line(
            mask, (centre[0], y + round(top * size)), (centre[0], y + round(bottom * size)), 255, stroke, cv2.LINE_AA
        )
        cv2.circle(mask, (centre[0], y + round(dot * size)), max(1, stroke // 2), 255, -1, cv2.LINE_AA)
    share = mask[..., None].astype(np.float32) / 255
    colour[:] = (colour * (1 - share) + np.array(ink, np.float32) * share).round()
    np.maximum(cover, mask, out=cover)
