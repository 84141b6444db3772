"""The knee's circle in the pelvis frame: how far it reaches in each direction, how round, how smooth, how quick.

The path is drawn by two channels' changes from the neutral pose: across, + towards the midline, and along, + towards
the chest. It is compared with the ellipse that fits most of it, so neither where it starts, nor which way it turns,
nor its size matters: a small circle can be whole, and a large one cut short.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.coach.samples import MISSING, Samples
from formcheck.core.measurement import Measurement
from formcheck.core.pose import FloatArray
from formcheck.core.results import Circle, Sector
from formcheck.exercises.tables import Circle as CircleRule
from formcheck.measure.filters import zero_phase

SECTORS: Final = (
    "towards the chest",
    "inwards and towards the chest",
    "inwards",
    "inwards and away from the chest",
    "away from the chest",
    "outwards and away from the chest",
    "outwards",
    "outwards and towards the chest",
)
"""Eight directions from the circle's middle, each the middle of a sector of 45 degrees."""

_RAYS: Final = np.radians(np.arange(-20.0, 21.0, 5.0))  # looked at in a sector, from its middle
_WHOLE: Final = 360.0
_LEAST_DEG: Final = 4.0  # what is narrower than this is a line and no circle
_LEAST_POINTS: Final = 8
_CUTOFF_HZ: Final = 2.0  # a circle of two seconds and more has nothing above it but noise
_LEAST_KNOWN: Final = 0.75  # share of the moments
_BENDS: Final = 0.4
"""Share of the channels' error that bends the shape. The rest makes the whole circle larger, smaller or shifts it: from
above, the shortest sector of rendered people was wrong by 14 % of the radius where the channels' sigma was 35 %."""
_END_S: Final = 0.3  # the end of the path is the median of its last moments
_STEP_S, _CHORD_S = 0.1, 0.4  # how often the speed is taken, and over how long
_ROUNDS: Final = 20
_POINTS: Final = 180  # along the path, for the ellipse
_OFF: Final = 0.2  # what lies farther from the ellipse than this share of it counts less than half
_BEYOND, _WITHIN = 0.2, 0.1  # how far its edges may be outside and inside the path's, shares of half its width
_STOP: Final = 0.25  # a stop is slower than this share of the speeds before and after it

Path = FloatArray
"""Shape (N, 2): across and along, degrees from the neutral pose."""


def circle_of(
    rule: CircleRule | None, samples: list[tuple[float, Samples]], seconds: float
) -> tuple[Circle | None, dict[str, Measurement]]:
    """Return the circle of a repetition, and what a measure may `take` of it.

    Parameters
    ----------
    rule
        Which channels draw it; None in a drill that does not go round.
    samples
        Time and samples of the repetition, in order.
    seconds
        How long the repetition took.

    Returns
    -------
    tuple
        None and nothing where too little of the path is known, or it is a line.
    """
    rows = [_row(rule, time, at) for time, at in samples] if rule else []
    known = [row for row in rows if all(map(math.isfinite, row))]
    if len(known) < max(_LEAST_POINTS, _LEAST_KNOWN * len(rows)):
        return None, {}
    table = np.array(known)
    time, path = _whole_path(table[:, 0], table[:, 1:3])
    if np.ptp(path, axis=0).min() < _LEAST_DEG:
        return None, {}
    ellipse = fitted_ellipse(path)
    reach = 100 * sector_reach(path, ellipse)
    circle = Circle(
        time_s=tuple(np.round(time, 3).tolist()),
        across_deg=tuple(np.round(path[:, 0], 2).tolist()),
        along_deg=tuple(np.round(path[:, 1], 2).tolist()),
        sectors=tuple(Sector(name, round(r, 1)) for name, r in zip(SECTORS, reach.tolist(), strict=True)),
        middle_deg=tuple(np.round(ellipse.middle, 2).tolist()),
        half_deg=tuple(np.round(ellipse.half, 2).tolist()),
        shortest=SECTORS[int(np.argmin(reach))],
        inwards_first=turns_inwards_first(path),
    )
    return circle, _results(time, path, np.median(table[:, 3:], axis=0), ellipse, reach, seconds)


def _whole_path(time_s: FloatArray, path: Path) -> tuple[FloatArray, Path]:
    """Return the path smoothed, with the neutral pose before it: a repetition begins when the knee has left it."""
    smooth = np.stack([zero_phase(x, time_s, _CUTOFF_HZ) for x in path.T], axis=1)
    before = time_s[0] - np.median(np.diff(time_s))
    return np.concatenate([[before], time_s]), np.concatenate([np.zeros((1, 2)), smooth])


def _row(rule: CircleRule, time_s: float, at: Samples) -> tuple[float, float, float, float, float]:
    across, along = at.get(rule.across, MISSING), at.get(rule.along, MISSING)
    return time_s, across.change, along.change, across.change_sigma, along.change_sigma


def _results(
    time_s: FloatArray, path: Path, sigma: FloatArray, ellipse: Ellipse, reach: FloatArray, seconds: float
) -> dict[str, Measurement]:
    blur = 100 * _BENDS * float(np.mean(sigma / ellipse.half))
    low = float(np.min(reach))
    frame_s = float(np.median(np.diff(time_s)))
    seconds = max(seconds, frame_s)
    return {
        "reach": Measurement(low, blur, "percent"),
        "cut": Measurement(max(0.0, 100.0 - low), blur, "percent"),
        "area": Measurement(100 * area_share(path, ellipse), blur, "percent"),
        "closure": Measurement(closure_deg(time_s, path), float(np.mean(sigma)), "deg"),
        "jerks": Measurement(float(count_stops(time_s, path, ellipse)), 0.0, "count"),
        "pace": Measurement(_WHOLE / seconds, _WHOLE * frame_s / seconds**2, "deg/s"),
    }


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse whose axes are those of the path."""

    middle: FloatArray
    """Across and along, shape (2,), degrees."""
    half: FloatArray
    """Half its width and height, shape (2,), degrees."""

    def share(self, path: Path) -> FloatArray:
        """Return points from its middle in units of its half width and height."""
        return np.asarray((path - self.middle) / self.half)


def fitted_ellipse(path: Path) -> Ellipse:
    """Return the ellipse that most of the path lies on; where a dent is, it goes on as if there were none.

    Least squares of the ellipse's equation, again and again with less weight for what lies far from it. Its edges stay
    near those of the path, so that a bow is not taken for the beginning of something large.
    """
    low, high = path.min(axis=0), path.max(axis=0)
    middle, half = (high + low) / 2, (high - low) / 2
    points = _evenly_spaced((path - middle) / half)
    equation = np.concatenate([points**2, points], axis=1)
    weight = np.ones(len(points))
    centre, size = np.zeros(2), np.ones(2)
    for _ in range(_ROUNDS):
        terms = np.linalg.lstsq(equation * weight[:, None], weight, rcond=None)[0]
        square, plain = terms[:2], terms[2:]
        if square.min() <= 0:
            break
        centre = -plain / (2 * square)
        size = np.sqrt((1 + np.sum(square * centre**2)) / square)
        first = np.clip(centre - size, -1 - _BEYOND, -1 + _WITHIN)
        last = np.clip(centre + size, 1 - _WITHIN, 1 + _BEYOND)
        centre, size = (first + last) / 2, (last - first) / 2
        off = np.linalg.norm((points - centre) / size, axis=1) - 1
        weight = 1 / (1 + (off / _OFF) ** 2)
    return Ellipse(middle + half * centre, half * size)


def _evenly_spaced(path: Path) -> Path:
    closed = np.concatenate([path, path[:1]])
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    at = np.linspace(0, length[-1], _POINTS, endpoint=False)
    return np.stack([np.interp(at, length, x) for x in closed.T], axis=1)


def sector_reach(path: Path, ellipse: Ellipse) -> FloatArray:
    """Return how far the circle reaches in each of `SECTORS`, as a share of the ellipse, shape (8,).

    A sector that the path cuts off from the ellipse's middle has 0.
    """
    shape = ellipse.share(path)
    angles = np.arange(len(SECTORS))[:, None] * (math.pi / 4) + _RAYS
    rays = np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(-1, 1, 2)
    edge = np.roll(shape, -1, axis=0) - shape
    with np.errstate(divide="ignore", invalid="ignore"):
        across = _cross(rays, edge)
        far, share = _cross(shape, edge) / across, _cross(shape, rays) / across
    met = (across != 0) & (far > 0) & (share >= 0) & (share <= 1)
    reach = np.max(np.where(met, far, 0.0), axis=1)
    return np.asarray(reach.reshape(angles.shape).mean(axis=1))


def _cross(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])


def _signed_area(path: Path) -> float:
    return float(np.sum(_cross(path, np.roll(path, -1, axis=0)))) / 2


def area_share(path: Path, ellipse: Ellipse) -> float:
    """Return the enclosed area as a share of the ellipse's."""
    return abs(_signed_area(ellipse.share(path))) / math.pi


def turns_inwards_first(path: Path) -> bool:
    """Return whether the knee goes inwards after it was nearest to the chest, or outwards."""
    return _signed_area(path) < 0


def closure_deg(time_s: FloatArray, path: Path) -> float:
    """Return how far from the neutral pose, where it began, the path ends, degrees."""
    return float(np.linalg.norm(np.median(path[time_s >= time_s[-1] - _END_S], axis=0)))


def count_stops(time_s: FloatArray, path: Path, ellipse: Ellipse) -> int:
    """Return how often the knee nearly stops on its way."""
    shape = ellipse.share(path)
    middle = np.arange(time_s[0] + _CHORD_S / 2, time_s[-1] - _CHORD_S / 2, _STEP_S)
    ends = [np.stack([np.interp(middle + s, time_s, x) for x in shape.T]) for s in (-_CHORD_S / 2, _CHORD_S / 2)]
    stops, top, low = 0, 0.0, math.inf
    for speed in np.linalg.norm(ends[1] - ends[0], axis=0).tolist():
        if speed < _STOP * top:
            low = min(low, speed)
        elif low < _STOP * speed:
            stops, top, low = stops + 1, speed, math.inf
        top = max(top, speed)
    return stops
