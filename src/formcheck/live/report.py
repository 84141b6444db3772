"""From a recording to the reports that a person keeps: at the end of a session, or after one that broke off."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from formcheck.api import source_report
from formcheck.coach.language import SOURCE
from formcheck.core.errors import SourceError
from formcheck.core.frame import Frame
from formcheck.exercises.schema import Exercise
from formcheck.history.keeping import Keeping
from formcheck.live.recorder import Recording, read_recording
from formcheck.measure.baseline import BaselineSpan
from formcheck.pose.saved import PosesMeta, save_poses
from formcheck.report.build import build_report
from formcheck.report.model import ModelInfo, RepReport
from formcheck.report.write import OpenFrames, write_report
from formcheck.session import Judgement, judge_measured, measure_track
from formcheck.video.file_source import FileSource
from formcheck.video.files import atomic_path

SUMMARY: Final = "session.json"
VIDEO: Final = "camera.mkv"
_SAME_S: Final = 0.004  # containers round times to milliseconds
LEAD_S: Final = 0.5
"""What is taken before the neutral pose, seconds: the filter needs a little."""


@dataclass(frozen=True)
class Part:
    """A stretch of a set between taking the neutral pose and its end, or a pause."""

    set_index: int
    """From 1."""

    exercise: str
    """Drill id."""

    side: str
    """left, right or both."""

    number: int
    """1, or more where the set was paused and begun again."""

    start_s: float
    """Beginning of the neutral pose, session seconds."""

    neutral_end_s: float
    """Its end."""

    end_s: float
    """End, session seconds."""

    why: str
    """How it ended: as in `SetEnded`, `paused`, or `broke_off`."""

    live_counted: int
    """Repetitions that counted as it was done."""

    live_attempts: int
    """Those that did not."""

    @property
    def folder(self) -> str:
        """Name of its report's folder."""
        again = f"-{self.number}" if self.number > 1 else ""
        return f"{self.set_index:02d}-{self.exercise}-{self.side}{again}"


@dataclass(frozen=True)
class SessionReport:
    """What a session came to."""

    folder: Path
    """The session's folder."""

    parts: tuple[tuple[Part, RepReport | None], ...]
    """Every stretch with its report; None where nothing could be judged."""

    pain: bool
    """Whether pain was reported."""

    language: str
    """Code of the language in which the person was coached."""


def parts_of(recording: Recording) -> list[Part]:
    """Return the stretches that were judged, in order."""
    parts: list[Part] = []
    open_part: dict[str, Any] | None = None
    reps: list[bool] = []

    def close(end_s: float, why: str) -> None:
        nonlocal open_part
        if open_part is None:
            return
        same = [p for p in parts if p.set_index == open_part["set_index"]]
        parts.append(
            Part(
                int(open_part["set_index"]),
                str(open_part["exercise"]),
                str(open_part["side"]),
                len(same) + 1,
                float(open_part["baseline_start_s"]),
                float(open_part["baseline_end_s"]),
                end_s,
                why,
                sum(reps),
                len(reps) - sum(reps),
            )
        )
        open_part = None
        reps.clear()

    for event in recording.events:
        match event["event"]:
            case "SetBegan":
                close(float(event["baseline_start_s"]), "paused")
                open_part = event
            case "NeutralMoved" if open_part is not None:
                open_part = {**open_part, **{k: event[k] for k in ("baseline_start_s", "baseline_end_s")}}
            case "RepEnded":
                reps.append(bool(event["rep"]["counted"]))
            case "SetEnded":
                close(float(event["time_s"]), str(event["why"]))
            case "Paused":
                close(float(event["time_s"]), "paused")
            case _:
                pass
    if len(recording.track):
        close(float(recording.track.time_s[-1]), "broke_off")
    return parts


def judge_part(recording: Recording, part: Part) -> Judgement | None:
    """Judge a stretch as a whole clip, from the neutral pose that was taken live; None when there is too little of it.

    Notes
    -----
    The whole clip knows what comes next, so it may differ from what was counted aloud by a repetition at its edge.
    """
    time = recording.track.time_s
    first = int(np.searchsorted(time, part.start_s - LEAD_S))
    stop = int(np.searchsorted(time, part.end_s, side="right"))
    track = recording.track.between(first, stop)
    if len(track) < 10 or not track.found.any():
        return None
    drill = recording.drills[part.exercise]
    start, end = (int(np.searchsorted(track.time_s, t - 1e-6)) for t in (part.start_s, part.neutral_end_s))
    still = BaselineSpan(start, min(end + 1, len(track)), still=True)
    return judge_measured(measure_track(track, drill, still), drill, part.side)


def finish(
    folder: Path,
    *,
    keeping: Keeping | None = None,
    video: bool = True,
    told: Callable[[Part, Exercise], Mapping[str, float]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SessionReport:
    """Write the reports of a recorded session: one folder a set, and `session.json`.

    Parameters
    ----------
    folder
        The session's folder.
    keeping
        Into which history the reports go; left out: none.
    video
        Whether to draw on the recorded video, if there is one.
    told
        Returns what the person tells of a stretch, by the names of the drill's questions; left out: nothing was told.
    progress
        Told the stretches done, and how many there are.

    Raises
    ------
    SourceError
        There is no session in the folder, or nobody was ever seen.
    OutputError
        Something cannot be written.
    """
    recording = read_recording(folder)
    if not len(recording.track) or not recording.track.found.any():
        raise SourceError(f"nobody was seen in the session in {folder}; there is nothing to report")
    began = datetime.fromisoformat(recording.header["began"])
    model = ModelInfo(name=recording.header.get("model", ""), sha256=recording.header.get("model_sha256") or None)
    done: list[tuple[Part, RepReport | None]] = []
    parts = parts_of(recording)
    for part in parts:
        if progress is not None:
            progress(len(done), len(parts))
        judgement = judge_part(recording, part)
        if judgement is None:
            done.append((part, None))
            continue
        meta = PosesMeta(
            source_name=str(recording.header.get("source", "camera")),
            fps=1.0 / max(float(np.median(np.diff(judgement.track.time_s))), 1e-3),
            model_name=model.name,
            model_sha256=model.sha256 or "",
        )
        answers = told(part, judgement.exercise) if told else None
        report = build_report(judgement, source_report(judgement.track, meta, "live"), model, answers)
        out = folder / part.folder
        clip = folder / VIDEO
        began_s = next((float(e["time_s"]) for e in recording.events if e["event"] == "VideoBegan"), None)
        drawn = video and began_s is not None and _readable(clip)
        frames = _frames_of(clip, began_s or 0.0, judgement) if drawn else None
        past = keeping.past(report, began) if keeping else None
        write_report(judgement, report, frames, out, overlay=frames is not None, past=past)
        save_poses(judgement.track, out / "poses.npz", meta=meta)
        if keeping is not None:
            keeping.add(report, began, out)
        done.append((part, report))
    pain = any(e["event"] == "PainReported" for e in recording.events)
    session = SessionReport(folder, tuple(done), pain, str(recording.header.get("language", SOURCE)))
    _write_summary(session, recording)
    return session


def _readable(clip: Path) -> bool:
    """Return whether a recorded video is there and has a picture: landmarks make a report without it."""
    try:
        with FileSource(clip) as source:
            return next(iter(source), None) is not None
    except SourceError:
        return False


def _frames_of(clip: Path, began_s: float, judgement: Judgement) -> OpenFrames:
    """Return what opens the frames of a stretch, with the numbers that its judgement has for them."""
    time = judgement.track.time_s

    @contextmanager
    def opened(_only: frozenset[int] | None) -> Iterator[Iterable[Frame]]:
        with FileSource(clip) as source:
            yield _matching(source)

    def _matching(source: FileSource) -> Iterator[Frame]:
        for frame in source:
            now = frame.time_s + began_s
            index = int(np.searchsorted(time, now - _SAME_S))
            if index < len(time) and abs(float(time[index]) - now) < _SAME_S:
                yield Frame(index, now, frame.image)

    return opened


def _write_summary(session: SessionReport, recording: Recording) -> None:
    data = {
        "format": "formcheck-session-summary",
        "began": recording.header["began"],
        "finished": recording.finished,
        "pain": session.pain,
        "seconds": round(float(recording.track.time_s[-1]), 1),
        "frames": len(recording.track),
        "parts": [
            {
                **asdict(part),
                "report": f"{part.folder}/report.html" if report is not None else None,
                "counted": report.summary.counted if report is not None else None,
                "attempts": report.summary.attempts if report is not None else None,
            }
            for part, report in session.parts
        ],
        "said": [e for e in recording.events if e["event"] == "CueSaid"],
    }
    with atomic_path(session.folder / SUMMARY) as temporary:
        temporary.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
