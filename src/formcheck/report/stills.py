"""The evidence pictures: which moments are kept, and their captions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import OutputError
from formcheck.core.results import Fault, Rep
from formcheck.core.words import measurement_words, quantity
from formcheck.photos import PhotoJudgement
from formcheck.report.photos import photo_sentence
from formcheck.report.wording import clock, verdict
from formcheck.session import Judgement
from formcheck.video.files import atomic_path

MAX_STILLS: Final = 12
"""More pictures than this nobody looks at."""
SAME_MOMENT_S: Final = 0.2
"""Moments that are nearer than this share one picture, seconds."""
JPEG_QUALITY: Final = 85

Kind = Literal["neutral", "seen", "fault", "peak"]

_WORST_FIRST: Final = ("fail", "warn", "advice")


@dataclass(frozen=True, slots=True)
class Still:
    """One moment worth a picture."""

    frame: int
    """Index of the frame."""

    time_s: float
    """Its time, seconds."""

    name: str
    """File name without its folder."""

    captions: tuple[str, ...]
    """What is to be seen, in plain words: more than one where a fault and a peak share the moment."""

    kind: Kind
    """neutral; seen: what the camera saw where there is no neutral pose; fault; peak of a repetition or attempt."""

    rep: int | None = None
    """Number of the repetition."""


def choose_stills(judgement: Judgement) -> tuple[Still, ...]:
    """Return the moments to keep: the neutral pose, then faults worst first, then the peaks of attempts and of reps.

    Without a neutral pose the middle of the time in which the person was found stands for it.

    Parameters
    ----------
    judgement
        What was found.
    """
    chosen: dict[int, Still] = {}
    for frame, name, caption, kind, rep in _candidates(judgement):
        time_s = float(judgement.track.time_s[frame])
        same = next((s for s in chosen.values() if abs(s.time_s - time_s) <= SAME_MOMENT_S), None)
        if same is not None:
            chosen[same.frame] = replace(same, captions=(*same.captions, caption))
        elif len(chosen) < MAX_STILLS:
            chosen[frame] = Still(frame, time_s, name, (caption,), kind, rep)
    return tuple(chosen.values())


def _candidates(judgement: Judgement) -> Iterator[tuple[int, str, str, Kind, int | None]]:
    if isinstance(judgement, PhotoJudgement):
        for frame, photo in enumerate(judgement.photos):
            yield frame, f"photo-{frame + 1:02d}.jpg", photo_sentence(photo), "seen", None
        return
    yield from _neutral(judgement)
    faults = [(rep, fault) for rep in judgement.reps for fault in rep.faults]
    thresholds = {rule.code: rule.warn for rule in judgement.exercise.faults}
    faults.sort(key=lambda rf: (_WORST_FIRST.index(rf[1].severity), -rf[1].peak / thresholds[rf[1].code]))
    for rep, fault in faults:
        yield (
            _frame(judgement, fault.evidence_s),
            f"rep-{rep.index:02d}-{fault.code}.jpg",
            _of_fault(rep, fault, judgement),
            "fault",
            rep.index,
        )
    for rep in sorted(judgement.reps, key=lambda r: r.counted):
        name = f"rep-{rep.index:02d}-peak.jpg"
        yield _frame(judgement, rep.peak_s), name, _of_peak(rep, judgement), "peak", rep.index


def _frame(judgement: Judgement, time_s: float) -> int:
    return int(np.argmin(np.abs(judgement.track.time_s - time_s)))


def _neutral(judgement: Judgement) -> Iterator[tuple[int, str, str, Kind, None]]:
    span, time = judgement.baseline, judgement.track.time_s
    if span is not None:
        frame = (span.start + span.stop - 1) // 2
        still = "" if span.still else " (the least moving moment)"
        when = clock(float(time[frame]))
        text = f"Neutral pose{still}, {when}: changes are measured from here."
        yield frame, "neutral.jpg", text if judgement.view_ok else f"What the camera saw, {when}.", "neutral", None
    elif judgement.track.found.any():
        found = np.flatnonzero(judgement.track.found)
        frame = int(found[len(found) // 2])
        yield frame, "seen.jpg", f"What the camera saw, {clock(float(time[frame]))}.", "seen", None


def _who(rep: Rep) -> str:
    return f"Rep {rep.index}" + (f", {rep.side}" if rep.side != "both" else "")


def _of_fault(rep: Rep, fault: Fault, judgement: Judgement) -> str:
    rule = next(rule for rule in judgement.exercise.faults if rule.code == fault.code)
    size = quantity(fault.peak, fault.unit)
    return f"{_who(rep)}, {clock(fault.evidence_s)}: {rule.label} ({fault.severity}, up to {size}). {fault.message}"


def _of_peak(rep: Rep, judgement: Judgement) -> str:
    results = [m for m in judgement.exercise.measures if m.result and rep.measures[m.name].value is not None]
    numbers = "".join(f" {m.label}: {measurement_words(rep.measures[m.name])}." for m in results)
    return f"{_who(rep)} ({verdict(rep)}), {clock(rep.peak_s)}: at its largest.{numbers}"


def still_keeper(stills: tuple[Still, ...], folder: Path) -> Callable[[int, NDArray[np.uint8]], None]:
    """Return what saves the drawn pictures of the chosen frames as they come by.

    Parameters
    ----------
    stills
        The moments to keep.
    folder
        Where the pictures go.

    Raises
    ------
    OutputError
        By the returned function: a picture cannot be written.
    """
    wanted = {still.frame: still.name for still in stills}

    def keep(frame: int, picture: NDArray[np.uint8]) -> None:
        if frame in wanted:
            _write_jpeg(picture, folder / wanted[frame])

    return keep


def _write_jpeg(picture: NDArray[np.uint8], path: Path) -> None:
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    done, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), quality)
    if not done:
        raise OutputError(f"cannot write {path}: the picture could not be compressed")
    with atomic_path(path) as temporary:
        temporary.write_bytes(data.tobytes())
