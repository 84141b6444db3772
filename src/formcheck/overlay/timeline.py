"""The overlay state of every frame of a judged clip."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray

from formcheck.coach.history import classed
from formcheck.coach.samples import sources
from formcheck.core.landmarks import INDEX, SIDES
from formcheck.core.measurement import Measurement, Reason
from formcheck.core.pose import FloatArray, Pose, PoseTrack
from formcheck.core.results import Fault, Rep
from formcheck.core.words import reason_words, split_side
from formcheck.exercises.tables import Measure
from formcheck.measure.baseline import BaselineSpan
from formcheck.overlay.marks import Body, angle_mark
from formcheck.overlay.measured import measured_track
from formcheck.overlay.state import AngleMark, Banner, Edge, OverlayState, RepCount
from formcheck.photos import PhotoJudgement
from formcheck.session import Judgement

MIN_BANNER_S: Final = 1.5
"""A fault is shown for at least this long, or nobody could read it."""
ATTEMPT_S: Final = 2.5
"""How long the reason of an attempt is shown after it."""
MIN_GAP_S: Final = 0.4
"""Shorter gaps of the signal are not talked about; numbers still disappear in them."""

Which = Literal["left", "right", "both"]

_WORST_FIRST: Final = {"fail": 0, "warn": 1, "advice": 2}
_MAX_BANNERS: Final = 2
_EDGE_SHARE: Final = 0.16  # height of count and phase, as a share of the picture
_ABOVE_SHARE: Final = 0.33  # the same with banners under them
_OFTEN: Final = 0.05  # share of the frames


class Timeline:
    """Gives the overlay state of each frame.

    Parameters
    ----------
    judgement
        What was found.
    scale
        Size of the drawn picture over the size of the judged frames.

    Examples
    --------
    `draw_overlay(frame.image, Timeline(judgement).state(frame.index))`
    """

    def __init__(self, judgement: Judgement, scale: float = 1.0) -> None:
        self._judgement, self._scale = judgement, scale
        self._drill = judgement.exercise
        self._track = measured_track(judgement.track, judgement.exercise, judgement.view.lying)
        time = judgement.track.time_s
        self._phase = _phase_of_frames(judgement)
        self._gap = _gap_reasons(judgement)
        self._neutral = _neutral_pixels(self._track, judgement.baseline, scale)
        self._results = {side: self._shown_channels(side) for side in get_args(Which)}
        self._counts = {
            side: np.searchsorted([r.end_s for r in judgement.reps if r.counted and r.side == side], time, "right")
            for side in _count_sides(judgement)
        }
        self._attempts = np.searchsorted([r.end_s for r in judgement.reps if not r.counted], time, "right")
        self._labels = {rule.code: rule.label for rule in self._drill.faults}
        self._faults = [(rep, fault) for rep in judgement.reps for fault in rep.faults]
        self._edges = _free_edges(judgement)

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self._judgement.track)

    def state(self, index: int) -> OverlayState:
        """Return what is drawn on frame `index` of the track."""
        track, scale = self._track, self._scale
        now = float(track.time_s[index])
        pixels = track.pixels[index] * scale
        pose = Pose(now, pixels, track.world[index], track.visibility[index], track.presence[index])
        faults = self._active_faults(now)
        judged = self._judgement.view_ok and not isinstance(self._judgement, PhotoJudgement)
        side = self._working_side(now)
        return OverlayState(
            pose=pose,
            side=side,
            marks=self._marks(index, side, pixels, faults) if pose.found else (),
            phase=self._phase[index] if pose.found and judged else None,
            counts=tuple(RepCount(side, int(n[index])) for side, n in self._counts.items()) if judged else (),
            target=self._drill.dose.reps,
            attempts=int(self._attempts[index]),
            banners=self._banners(faults),
            message=self._message(index, now, pose.found),
            status_edge=self._edges[0],
            banner_edge=self._edges[1],
        )

    def _working_side(self, now: float) -> Which:
        """Return the side of the movement in progress; the judged side between movements."""
        sides = {rep.side for rep in self._judgement.reps if rep.start_s <= now <= rep.end_s}
        return cast("Which", sides.pop() if len(sides) == 1 else self._judgement.side)

    def _shown_channels(self, side: Which) -> tuple[str, ...]:
        """Return the full names of the angles among signal and results, for one side or both; lengths if none is."""
        names = [self._drill.signal.channel]
        names += [m.channel for m in self._drill.measures if m.result and m.channel]
        full = dict.fromkeys(s for name in names for s in sources(name, side))
        channels = self._judgement.channels
        known = tuple(name for name in full if name in channels)
        return tuple(name for name in known if channels[name].unit == "deg") or known

    def _marks(
        self, index: int, side: Which, pixels: FloatArray, faults: list[tuple[Rep, Fault]]
    ) -> tuple[AngleMark, ...]:
        names = list(self._results[side])
        for rep, fault in faults:
            rule = next((r for r in self._drill.faults if r.code == fault.code), None)
            if rule is not None and rule.channel:
                names += [s for s in sources(rule.channel, rep.side) if s in self._judgement.channels]
        body = Body(pixels, self._neutral)
        neutral = self._judgement.baseline_values
        marks = [
            angle_mark(name, self._measured(name, index), neutral.get(name), body) for name in dict.fromkeys(names)
        ]
        return tuple(mark for mark in marks if mark is not None)

    def _measured(self, name: str, index: int) -> Measurement:
        """Return a channel's number, abstained where the drill's results of that channel are too uncertain to show.

        What the drill tells as a class has no degrees here either.
        """
        measured = self._judgement.channels[name].at(index)
        of_it = [m for m in self._drill.measures if m.channel in (name, split_side(name)[0])]
        if in_classes := [m for m in of_it if m.result and m.band is not None]:
            return self._class_of(name, measured, in_classes[0])
        limits = [m.max_sigma for m in of_it if m.max_sigma]
        if limits and measured.sigma is not None and measured.sigma > max(limits):
            return Measurement(None, None, measured.unit, Reason.LOW_CONFIDENCE)
        return measured

    def _class_of(self, name: str, measured: Measurement, measure: Measure) -> Measurement:
        zero = self._judgement.baseline_values.get(name) if measure.of == "change" else None
        if measured.value is not None and zero is not None:
            measured = replace(measured, value=measured.value - (zero.value or 0.0))
        return classed(measured, measure.band or 1.0)

    def _active_faults(self, now: float) -> list[tuple[Rep, Fault]]:
        active = [
            (rep, fault)
            for rep, fault in self._faults
            if fault.start_s <= now <= max(fault.end_s, fault.start_s + MIN_BANNER_S)
        ]
        return sorted(active, key=lambda pair: _WORST_FIRST[pair[1].severity])

    def _banners(self, faults: list[tuple[Rep, Fault]]) -> tuple[Banner, ...]:
        banners = [Banner(f.severity, self._labels.get(f.code, f.message)) for _, f in faults]
        worst: dict[str, Banner] = {}
        for banner in banners:  # worst first: a fault seen twice keeps its worst
            worst.setdefault(banner.text, banner)
        return tuple(worst.values())[:_MAX_BANNERS]

    def _message(self, index: int, now: float, found: bool) -> str | None:
        if found and not self._judgement.view_ok and self._judgement.view_message:
            return first_sentence(self._judgement.view_message)
        if self._gap[index]:
            return reason_words(self._gap[index]).what
        for rep in self._judgement.reps:
            if not rep.counted and 0 <= now - rep.end_s < ATTEMPT_S:
                return f"Not counted. {rep.reason_text or reason_words(rep.reason).what}"
        return None


def first_sentence(text: str) -> str:
    """Return a text up to its first full stop.

    Examples
    --------
    >>> first_sentence("Raise the camera by 0.5 m. Then start again.")
    'Raise the camera by 0.5 m.'
    """
    head, stop, _ = text.partition(". ")
    return head + "." if stop else head


def _count_sides(judgement: Judgement) -> tuple[Which, ...]:
    """Return the sides that are counted separately."""
    seen = {rep.side for rep in judgement.reps}
    if judgement.side != "both":
        return (cast("Which", judgement.side),)
    return SIDES if seen & set(SIDES) else ("both",)


def _phase_of_frames(judgement: Judgement) -> list[str]:
    """Return the phase label of every frame; rest where no machine is in another phase."""
    time = judgement.track.time_s
    labels = {p.name: p.label for p in judgement.exercise.phases}
    rest = judgement.exercise.phases[0]
    out = [rest.label] * len(time)
    for span in judgement.phases:
        if span.name != rest.name:
            first, stop = np.searchsorted(time, [span.start_s, span.end_s])
            out[first:stop] = [labels.get(span.name, span.name)] * int(stop - first)
    return out


def _gap_reasons(judgement: Judgement) -> list[str]:
    """Return why the signal has no value on each frame; empty where it has one or the gap is too short to mention."""
    names = [n for n in sources(judgement.exercise.signal.channel, judgement.side) if n in judgement.channels]
    reasons = np.stack([judgement.channels[n].reason for n in names])
    missing: NDArray[np.bool_] = (reasons != "").all(axis=0)
    out = [""] * len(missing)
    time = judgement.track.time_s
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]]).astype(int)))
    for start, stop in edges.reshape(-1, 2).tolist():
        if time[stop - 1] - time[start] >= MIN_GAP_S:
            out[start:stop] = [str(r) for r in reasons[0, start:stop]]
    return out


def _neutral_pixels(track: PoseTrack, span: BaselineSpan | None, scale: float) -> FloatArray | None:
    """Return the median landmarks of the neutral pose, pixels of the drawn picture."""
    if span is None:
        return None
    pixels = track.pixels[span.start : span.stop]
    seen = pixels[np.isfinite(pixels[:, 0, 0])]
    return np.asarray(np.median(seen, axis=0) * scale) if len(seen) else None


def _free_edges(judgement: Judgement) -> tuple[Edge, Edge]:
    """Return the edges for status and banners, the same for the whole clip.

    Both stand above the person where there is room, because players lay their controls over the lower edge; otherwise
    where the working leg is least often.
    """
    track = judgement.track
    if not len(track):
        return "top", "bottom"
    sides = [s for s in SIDES if judgement.side in (s, "both")]
    joints = [INDEX[f"{s}_{part}"] for s in sides for part in ("hip", "knee", "ankle")]
    with np.errstate(invalid="ignore"):
        height = track.pixels[..., 1] / track.image_size[1]
        person = float((height < _ABOVE_SHARE).any(axis=1).mean())
        top = float((height[:, joints] < _EDGE_SHARE).any(axis=1).mean())
        bottom = float((height[:, joints] > 1 - _EDGE_SHARE).any(axis=1).mean())
    if person <= _OFTEN:
        return "top", "top"
    if top <= _OFTEN:
        return "top", "bottom" if bottom <= _OFTEN else "top"
    return ("bottom", "bottom") if bottom <= _OFTEN else ("top", "bottom")
