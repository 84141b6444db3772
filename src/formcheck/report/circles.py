"""The circles of a drill that goes round, as pictures for the page: path, sectors, start, where the pelvis joined."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from formcheck.core.pose import FloatArray
from formcheck.core.results import Circle, Rep
from formcheck.core.words import plural
from formcheck.exercises.schema import Exercise
from formcheck.exercises.tables import FaultRule
from formcheck.report.wording import verdict
from formcheck.session import Judgement

SIZE: Final = (420, 326)
"""Width and height of a picture's coordinates; the middle of the ellipse is in its middle."""

_RADIUS: Final = 106.0  # of the largest circle of the clip
_RIM: Final = 21.0  # from the ellipse to the numbers
_ARC: Final = np.radians(np.linspace(-22.5, 22.5, 13))
_ARROWS: Final = (0.22, 0.72)  # where along the path
_SCALE_DEG: Final = (5, 10, 20, 30, 50)


def circle_figures(judgement: Judgement) -> list[dict[str, Any]]:
    """Return what is drawn of each repetition's circle; the pictures of a clip have one scale.

    The person is seen from above with the head at the top, so inwards is to the right for the right leg and to the left
    for the left leg.

    Parameters
    ----------
    judgement
        What was found.
    """
    reps = [rep for rep in judgement.reps if rep.circle]
    if not reps:
        return []
    largest = max(max(rep.circle.half_deg) for rep in reps if rep.circle)
    return [_figure(rep, rep.circle, judgement.exercise, _RADIUS / largest) for rep in reps if rep.circle]


def cut_rule(drill: Exercise) -> FaultRule | None:
    """Return the drill's fault of a circle that is cut short, if it has one."""
    takes = {measure.name: measure.take for measure in drill.measures}
    return next((rule for rule in drill.faults if rule.measure and takes[rule.measure] == "cut"), None)


def circle_sentences(reps: tuple[Rep, ...], drill: Exercise) -> list[str]:
    """Return where circles were cut short, or where they reach least.

    Parameters
    ----------
    reps
        Repetitions and attempts.
    drill
        The drill.
    """
    drawn = [rep for rep in reps if rep.circle]
    rule = cut_rule(drill)
    if drawn and not any(_shape_known(rep, rule) for rep in drawn):
        return ["The circles were followed, but not well enough to say which sector is short."]
    drawn = [rep for rep in drawn if _shape_known(rep, rule)]
    cut = [rep for rep in drawn if rule and any(fault.code == rule.code for fault in rep.faults)]
    if cut:
        return [f"Circle of repetition {rep.index}: cut short {_least(rep.circle)}." for rep in cut if rep.circle]
    counted = [rep.circle for rep in drawn if rep.counted and rep.circle]
    if not counted:
        return []
    lows: dict[str, float] = {}
    for circle in counted:
        low = min(sector.reach for sector in circle.sectors)
        lows[circle.shortest] = min(low, lows.get(circle.shortest, low))
    where = " or ".join(f"{name} ({low:.0f} % of a full circle there)" for name, low in lows.items())
    return [f"{plural(len(counted), 'circle')}: the least reach is {where}."]


def _shape_known(rep: Rep, rule: FaultRule | None) -> bool:
    """Return whether the circle is certain enough to tell its sectors apart."""
    found = rep.measures.get(rule.measure or "") if rule else None
    return found is None or found.value is not None


def _least(circle: Circle) -> str:
    low = min(sector.reach for sector in circle.sectors)
    return f"{circle.shortest}, {low:.0f} % of a full circle there"


def _figure(rep: Rep, circle: Circle, drill: Exercise, px_per_deg: float) -> dict[str, Any]:
    mirror = -1.0 if rep.side == "left" else 1.0
    middle, half = np.array(circle.middle_deg), np.array(circle.half_deg)
    zoom = np.array([mirror, -1.0]) * px_per_deg
    centre = np.array(SIZE) / 2

    def place(deg: FloatArray) -> FloatArray:
        return np.asarray(centre + (deg - middle) * zoom)

    known = _shape_known(rep, cut_rule(drill))
    shape = f"Least {_least(circle)}" if known else "Too uncertain to say which sector is short"
    path = place(np.stack([circle.across_deg, circle.along_deg], axis=1))
    round_about = "inwards first" if circle.inwards_first else "outwards first"
    who = f"Repetition {rep.index}" + (f", {rep.side}" if rep.side != "both" else "")
    return {
        "index": rep.index,
        "side": rep.side,
        "start_s": rep.start_s,
        "title": f"{who}, {round_about}",
        "verdict": verdict(rep),
        "text": f"{2 * half[0]:.0f}° across and {2 * half[1]:.0f}° along. {shape}. {_smoothness(rep, drill)}".rstrip(),
        "sectors": _sectors(circle, place, cut_rule(drill)) if known else [],
        "path": _line(path),
        "gap": _line(path[[-1, 0]]),
        "joined": [_line(path[run]) for run in _joined(rep, circle, drill)],
        "arrows": [_arrow(path, share) for share in _ARROWS],
        "start": _point(place(np.zeros(2))),
        "middle": _point(centre),
        "half": _point(half * px_per_deg),
        "inwards": "right" if mirror > 0 else "left",
        "scale": _scale(px_per_deg),
    }


def _smoothness(rep: Rep, drill: Exercise) -> str:
    """Return how evenly the knee went round, where the drill asks for it."""
    for measure in drill.measures:
        found = rep.measures.get(measure.name) if measure.take == "jerks" else None
        if found is not None and (stops := found.value) is not None:
            return f"{plural(round(stops), 'stop')} on the way." if stops else "Without a stop on the way."
    return ""


def _sectors(circle: Circle, place: Any, rule: FaultRule | None) -> list[dict[str, Any]]:
    middle, half = np.array(circle.middle_deg), np.array(circle.half_deg)
    least = min(sector.reach for sector in circle.sectors)
    out = []
    for k, sector in enumerate(circle.sectors):
        arc = k * math.pi / 4 + _ARC
        rim = place(middle + half * np.stack([np.sin(arc), np.cos(arc)], axis=1))
        towards = place(middle + half * (math.sin(k * math.pi / 4), math.cos(k * math.pi / 4)))
        outwards = (towards - place(middle)) / np.linalg.norm(towards - place(middle))
        missing = 100 - sector.reach
        state = "full"
        if rule is not None and missing >= rule.warn:
            state = "fail" if missing >= rule.fail else "warn"
        out.append(
            {
                "name": sector.name,
                "reach": f"{sector.reach:.0f}",
                "state": state,
                "least": sector.reach == least,
                "wedge": _line(np.concatenate([place(middle)[None], rim])),
                "edge": _point(rim[0]),
                "label": _point(towards + _RIM * outwards),
            }
        )
    return out


def _joined(rep: Rep, circle: Circle, drill: Exercise) -> list[slice]:
    """Return the stretches of the path in which a fault was seen that has a time of its own."""
    time = np.array(circle.time_s)
    watched = {rule.code for rule in drill.faults if rule.channel}
    spans = [(f.start_s, f.end_s) for f in rep.faults if f.code in watched]
    ends = [(int(np.searchsorted(time, a)), int(np.searchsorted(time, b, side="right"))) for a, b in spans]
    return [slice(first, last) for first, last in ends if last - first > 1]


def _arrow(path: FloatArray, share: float) -> str:
    """Return a small triangle on the path that points the way it goes."""
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    at, before, after = (
        np.array([np.interp(share * length[-1] + d, length, x) for x in path.T]) for d in (0.0, -9.0, 9.0)
    )
    ahead = (after - before) / max(float(np.linalg.norm(after - before)), 1e-9)
    aside = np.array([-ahead[1], ahead[0]])
    return _line(np.stack([at + 7 * ahead, at - 5 * ahead + 5.5 * aside, at - 5 * ahead - 5.5 * aside]))


def _scale(px_per_deg: float) -> dict[str, Any]:
    deg = min(_SCALE_DEG, key=lambda d: abs(d * px_per_deg - 45))
    return {"text": f"{deg}°", "px": round(deg * px_per_deg, 1)}


def _point(xy: FloatArray) -> dict[str, float]:
    return {"x": round(float(xy[0]), 1), "y": round(float(xy[1]), 1)}


def _line(points: FloatArray) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points.tolist())
