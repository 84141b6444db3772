"""The desktop window's picture: what the camera sees, mirrored, and what matters in type that is readable from afar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.live.state import Check, LiveState, Signal, Timer
from formcheck.overlay.skeleton import draw_skeleton
from formcheck.overlay.style import ANGLE, BANNERS, INK, QUIET_INK, RGB, WORKING, style_for
from formcheck.overlay.text import BOLD, REGULAR, Image, text_width, wrap

SIZE: Final = (1280, 720)
"""Width and height of the window's picture, pixels."""
_TOP, _BOTTOM, _PANEL = 76, 150, 420
_PICTURE: Final = (SIZE[0] - _PANEL, SIZE[1] - _TOP - _BOTTOM)
_BACK: Final[RGB] = (18, 20, 24)
_PLATE: Final[RGB] = (34, 38, 45)
_GOOD: Final[RGB] = (0, 158, 115)
_WRONG: Final[RGB] = (213, 94, 0)
_UNKNOWN: Final[RGB] = (130, 136, 144)
_EMPTY: Final = np.full((SIZE[1], SIZE[0], 3), _BACK, np.uint8)
_STAGE_INK: Final[dict[str, RGB]] = {
    "no_person": _UNKNOWN,
    "positioning": (230, 159, 0),
    "baseline": WORKING,
    "exercising": _GOOD,
    "resting": (204, 121, 167),
    "done": INK,
}


@dataclass(frozen=True, slots=True)
class Words:
    """What the window itself says, in the person's language."""

    set_of: str
    """Of sets: `Set {n} of {total}`."""
    reps: str
    """Under the count."""
    not_counted: str
    """Beside it: `{n} not counted`."""
    keys: tuple[tuple[str, str], ...]
    """Keys and what they do."""
    hint: str
    """Reminder of the keys for help and pain."""
    side: dict[str, str]
    """Sides."""
    stage: dict[str, str]
    """Stages, one or two words."""


def draw_live(
    image: NDArray[np.uint8],
    state: LiveState,
    words: Words,
    *,
    drill_picture: Image | None = None,
    help_shown: bool = False,
    note: str = "",
) -> Image:
    """Return the window's picture.

    Parameters
    ----------
    image
        The camera's frame, shape (height, width, 3), RGB, not mirrored; stays as it is.
    state
        What to say.
    words
        The window's own words.
    drill_picture
        What the drill looks like, RGB.
    help_shown
        Whether to lay the list of keys over it.
    note
        A small line at the bottom: latency, where it was asked for.

    Returns
    -------
    ndarray
        RGB, of `SIZE`.
    """
    canvas = _EMPTY.copy()
    _draw_camera(canvas, image, state)
    _draw_top(canvas, state, words)
    _draw_panel(canvas, state, words, drill_picture)
    _draw_bottom(canvas, state)
    if note:
        _text(canvas, note, 12, SIZE[1] - 20, 20, QUIET_INK, REGULAR)
    if state.stage != "done":
        hint = words.hint
        _text(canvas, hint, SIZE[0] - 12 - text_width(hint, 20, REGULAR), SIZE[1] - 20, 20, QUIET_INK, REGULAR)
    if help_shown:
        _draw_help(canvas, words)
    return canvas


def _draw_camera(canvas: Image, image: NDArray[np.uint8], state: LiveState) -> None:
    """Draw the frame with the skeleton, mirrored, as large as it fits."""
    height, width = image.shape[:2]
    scale = min(_PICTURE[0] / width, _PICTURE[1] / height)
    size = round(width * scale), round(height * scale)
    how = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(image, size, interpolation=how), dtype=np.uint8)
    if state.pose is not None and state.pose.found:
        pose = replace(state.pose, pixels=state.pose.pixels * scale)
        side = state.side if state.side in ("left", "right") else "both"
        draw_skeleton(small, pose, side, style_for(*size))
    x, y = (_PICTURE[0] - size[0]) // 2, _TOP + (_PICTURE[1] - size[1]) // 2
    part = canvas[y : y + size[1], x : x + size[0]]
    cv2.flip(small, 1, dst=part)
    if state.stage in ("no_person", "done") or state.source_lost:
        cv2.convertScaleAbs(part, dst=part, alpha=0.45, beta=0)


def _draw_top(canvas: Image, state: LiveState, words: Words) -> None:
    ink = _STAGE_INK[state.stage]
    label = words.stage[state.stage]
    width = text_width(label, 34) + 44
    cv2.rectangle(canvas, (SIZE[0] - width - 16, 14), (SIZE[0] - 16, _TOP - 14), ink, -1, cv2.LINE_AA)
    dark = sum(ink) > 330
    _text(canvas, label, SIZE[0] - width + 6, _TOP // 2, 34, (0, 0, 0) if dark else INK)
    sets = words.set_of.format(n=state.set_index, total=state.sets) if state.sets > 1 else ""
    room = SIZE[0] - width - 60
    side = words.side[state.side] if state.side in ("left", "right") else ""
    clock = f"{_minutes(state.time_s)} / {_minutes(state.clock_s)}" if state.clock_s else ""
    right = " · ".join(part for part in (side, sets, clock) if part)
    name = wrap(state.exercise_name, 36, room - text_width(right, 36) - 30, 1)
    _text(canvas, name[0] if name else "", 20, _TOP // 2, 36, INK)
    if right:
        _text(canvas, right, 20 + text_width(name[0], 36) + 30, _TOP // 2, 36, WORKING)


def _minutes(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _draw_panel(canvas: Image, state: LiveState, words: Words, drill_picture: Image | None) -> None:
    x, middle = _PICTURE[0] + 24, _PICTURE[0] + _PANEL // 2
    wide = _PANEL - 48
    match state.stage:
        case "positioning" | "no_person":
            y = _TOP + 12
            for check in state.checks:
                _draw_check(canvas, check, x, y)
                y += 38
            _place(canvas, drill_picture, x, max(y + 8, _TOP + 20), wide, SIZE[1] - _BOTTOM - 12)
        case "baseline":
            _ring(canvas, state.timer, (middle, _TOP + 136), 112, WORKING, countdown=True)
            _place(canvas, drill_picture, x, _TOP + 306, wide, SIZE[1] - _BOTTOM - 8)
        case "exercising":
            _draw_work(canvas, state, words)
        case "resting":
            _ring(canvas, state.timer, (middle, _TOP + 136), 112, _STAGE_INK["resting"], countdown=True)
            _place(canvas, drill_picture, x, _TOP + 306, wide, SIZE[1] - _BOTTOM - 8)
        case "done":
            _count(canvas, state, words, _TOP + 120)


def _draw_work(canvas: Image, state: LiveState, words: Words) -> None:
    x, middle = _PICTURE[0] + 24, _PICTURE[0] + _PANEL // 2
    _count(canvas, state, words, _TOP + 74)
    if state.timer is not None:
        _ring(canvas, state.timer, (middle - 96, _TOP + 258), 54, _GOOD, countdown=False)
        if state.breath is not None:
            _breath(canvas, state.breath, (middle + 90, _TOP + 258))
    elif state.phase_label:
        _fit(canvas, state.phase_label, x, _TOP + 270, _PANEL - 48, 64, INK)
    if state.signal is not None:
        _draw_signal(canvas, state.signal, x, SIZE[1] - _BOTTOM - 92)


def _count(canvas: Image, state: LiveState, words: Words, y: int) -> None:
    x = _PICTURE[0] + 24
    text = str(state.counted)
    _text(canvas, text, x, y, 150, INK)
    after = x + text_width(text, 150) + 14
    _text(canvas, f"/ {state.target}", after, y + 30, 72, QUIET_INK)
    under = words.reps
    if state.attempts:
        under += " · " + words.not_counted.format(n=state.attempts)
    _fit(canvas, under, x, y + 100, _PANEL - 48, 30, QUIET_INK)


def _draw_signal(canvas: Image, signal: Signal, x: int, y: int) -> None:
    """Draw the value with its sigma, and the bar with the target band."""
    wide = _PANEL - 48
    _text(canvas, signal.label, x, y - 26, 26, QUIET_INK, REGULAR)
    if signal.measured.value is not None:
        _fit(canvas, signal.text, x, y + 16, wide, 56, ANGLE)
    else:
        for k, line in enumerate(wrap(f"– {signal.text}", 24, wide, 2)):
            _text(canvas, line, x, y + 4 + 30 * k, 24, QUIET_INK)
    top, bottom = y + 56, y + 80
    value = signal.measured.value
    top_of_scale = max(1.6 * (signal.low or 0.0), 1.1 * (signal.high or 0.0), 1.1 * abs(value or 0.0), 1e-6)
    cv2.rectangle(canvas, (x, top), (x + wide, bottom), _PLATE, -1)
    if signal.low is not None:
        band = x + round(wide * signal.low / top_of_scale)
        cv2.rectangle(canvas, (band, top), (x + wide, bottom), (20, 84, 66), -1)
        cv2.line(canvas, (band, top - 6), (band, bottom + 6), _GOOD, 4)
    if value is not None:
        at = x + round(wide * float(np.clip(value / top_of_scale, 0.0, 1.0)))
        cv2.rectangle(canvas, (x, top + 6), (at, bottom - 6), ANGLE, -1)
        half = round(wide * (signal.measured.sigma or 0.0) / top_of_scale)
        cv2.line(
            canvas, (max(x, at - half), (top + bottom) // 2), (min(x + wide, at + half), (top + bottom) // 2), INK, 3
        )


def _draw_check(canvas: Image, check: Check, x: int, y: int) -> None:
    colour = _UNKNOWN if check.ok is None else _GOOD if check.ok else _WRONG
    centre = (x + 16, y + 18)
    cv2.circle(canvas, centre, 15, colour, -1, cv2.LINE_AA)
    if check.ok:
        points = np.array([[x + 9, y + 18], [x + 14, y + 24], [x + 24, y + 12]], np.int32)
        cv2.polylines(canvas, [points], False, INK, 3, cv2.LINE_AA)
    elif check.ok is False:
        cv2.line(canvas, (x + 16, y + 9), (x + 16, y + 20), INK, 4, cv2.LINE_AA)
        cv2.circle(canvas, (x + 16, y + 26), 2, INK, -1, cv2.LINE_AA)
    _text(canvas, check.label, x + 44, y + 18, 30, INK if check.ok is False else QUIET_INK, BOLD)


def _draw_bottom(canvas: Image, state: LiveState) -> None:
    """Draw the one sentence that matters: a compensation, the last repetition's verdict, or what to do now."""
    y0, y1 = SIZE[1] - _BOTTOM + 8, SIZE[1] - 36
    text, ink, plate = state.instruction, INK, _PLATE
    if state.pain or state.stage != "exercising":
        plate = BANNERS["fail"][0] if state.pain or state.source_lost else _PLATE
    elif state.banner is not None:
        plate, ink = BANNERS[state.banner.severity]
        text = state.banner.cue or state.instruction
    elif state.last_rep_text:
        counted = state.last_rep is not None and state.last_rep.counted
        text, plate = state.last_rep_text, (16, 92, 70) if counted else _PLATE
    elif state.spoken:
        text = state.spoken
    cv2.rectangle(canvas, (8, y0), (SIZE[0] - 8, y1), plate, -1)
    for size in (60, 50, 40, 34):
        lines = wrap(text, size, SIZE[0] - 64, 2)
        if len(lines) * size * 1.2 <= y1 - y0 and not any(line.endswith("…") for line in lines):
            break
    step = round(1.15 * size)
    y = (y0 + y1) // 2 - step * (len(lines) - 1) // 2
    for line in lines:
        _text(canvas, line, 32, y, size, ink)
        y += step


def _draw_help(canvas: Image, words: Words) -> None:
    dim = cv2.convertScaleAbs(canvas, alpha=0.25, beta=0)
    canvas[:] = np.asarray(dim, dtype=np.uint8)
    y = 84
    for key, does in words.keys:
        _text(canvas, key, 120, y, 46, ANGLE)
        _text(canvas, does, 400, y, 42, INK, REGULAR)
        y += 64


def _ring(
    canvas: Image, timer: Timer | None, centre: tuple[int, int], radius: int, ink: RGB, *, countdown: bool
) -> None:
    """Draw a ring that fills, with seconds in it: those left, or those done of those to do."""
    if timer is None:
        return
    thick = max(10, radius // 7)
    cv2.circle(canvas, centre, radius, _PLATE, thick, cv2.LINE_AA)
    share = min(1.0, timer.done_s / timer.of_s) if timer.of_s else 1.0
    if share > 0:
        cv2.ellipse(canvas, centre, (radius, radius), -90, 0, 360 * share, ink, thick, cv2.LINE_AA)
    seconds = int(np.ceil(timer.of_s - timer.done_s - 1e-6)) if countdown else int(timer.done_s)
    text = str(max(0, seconds))
    size = round(1.0 * radius)
    _text(canvas, text, centre[0] - text_width(text, size) // 2, centre[1], size, INK)
    label = timer.label if countdown else f"{timer.of_s:.0f} s"
    fits = 30
    while fits > 18 and text_width(label, fits) > 2 * radius + 60:
        fits -= 2
    _text(canvas, label, centre[0] - text_width(label, fits) // 2, centre[1] + radius + 30, fits, QUIET_INK)


def _breath(canvas: Image, timer: Timer, centre: tuple[int, int]) -> None:
    """Draw a disc that grows and shrinks with the breath; even breaths go in."""
    share = min(1.0, timer.done_s / timer.of_s)
    inwards = timer.inwards
    radius = round(22 + 44 * (share if inwards else 1.0 - share))
    cv2.circle(canvas, centre, radius, WORKING, -1, cv2.LINE_AA)
    _text(canvas, timer.label, centre[0] - text_width(timer.label, 26) // 2, centre[1] + 82, 24, QUIET_INK)


def _place(canvas: Image, picture: Image | None, x: int, y: int, width: int, bottom: int) -> None:
    """Draw a picture as large as it fits."""
    if picture is None or bottom - y < 60:
        return
    scale = min(width / picture.shape[1], (bottom - y) / picture.shape[0])
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    left = x + (width - size[0]) // 2
    canvas[y : y + size[1], left : left + size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _fit(canvas: Image, text: str, x: int, y: int, width: int, size: int, ink: RGB) -> None:
    while size > 24 and text_width(text, size) > width:
        size -= 4
    _text(canvas, text, x, y, size, ink)


def _text(canvas: Image, text: str, x: int, y: int, size: int, ink: RGB, weight: int = BOLD) -> None:
    """Draw one line, vertically centred on y."""
    if not text:
        return
    mask, rest, right, down = _glyphs(text, size, weight)
    h, w = mask.shape
    left, top = x + right, y + down
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + w, canvas.shape[1]), min(top + h, canvas.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    seen = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
    part = canvas[y0:y1, x0:x1]
    cv2.blendLinear(_inked(h, w, ink)[seen], part, mask[seen], rest[seen], dst=part)


@lru_cache(maxsize=512)
def _glyphs(text: str, size: int, weight: int) -> tuple[NDArray[np.float32], NDArray[np.float32], int, int]:
    """Return how much of each pixel is ink, how much is not, and where that box begins: right of x, below y."""
    width, height = text_width(text, size, weight) + 4, round(1.5 * size)
    picture = np.zeros((height, width, 3), np.uint8)
    base = round(0.5 * height + 0.35 * size)
    cv2.putText(picture, text, (1, base), (255, 255, 255), cv2.FontFace("sans"), size, weight)
    ink = picture[..., 0]
    x, y, w, h = cv2.boundingRect(ink)
    mask = np.asarray(ink[y : y + h, x : x + w] / 255, np.float32)
    return mask, np.asarray(1 - mask, np.float32), x, y - height // 2


@lru_cache(maxsize=128)
def _inked(height: int, width: int, ink: RGB) -> Image:
    return np.full((height, width, 3), ink, np.uint8)
