"""From a folder of clips to one report of a programme."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from formcheck.api import analyze
from formcheck.core.errors import SourceError
from formcheck.exercises.programme import Bout, Programme, load_programme
from formcheck.live.report import SessionReport
from formcheck.report.programme import Part, ProgrammeReport, write_programme
from formcheck.video.files import check_folder

CLIP_ENDINGS: Final = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi")
POSES_ENDINGS: Final = (".poses.npz", ".npz")


def clip_of(bout: Bout, folder: Path) -> Path | None:
    """Return the clip or the saved poses of a drill and side in a folder.

    `02-supine-ir-liftoff-left.mp4`, or the same without the number; of a drill done with both sides at once also
    without the side. Capital letters do not matter: some cameras write `.MOV`.
    """
    stems = [bout.clip_stem, f"{bout.exercise.id}-{bout.side}"]
    if bout.side == "both":
        stems += [stem.removesuffix("-both") for stem in stems]
    there = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file()}
    names = (f"{stem}{ending}" for stem in stems for ending in (*CLIP_ENDINGS, *POSES_ENDINGS))
    return next((there[name] for name in names if name in there), None)


def left_over(programme: Programme, folder: Path) -> list[Path]:
    """Return the clips and saved poses in a folder that belong to no part of a programme, by name."""
    used = {clip_of(bout, folder) for bout in programme.bouts()}
    endings = (*CLIP_ENDINGS, *POSES_ENDINGS)
    return [p for p in sorted(folder.iterdir()) if p.name.lower().endswith(endings) and p.is_file() and p not in used]


def report_session(programme: Programme, session: SessionReport) -> ProgrammeReport:
    """Write one report of a programme that was coached live, into the session's folder beside the report of each set.

    Parameters
    ----------
    programme
        The programme.
    session
        What the session came to: its sets are the programme's, in order. A set that was paused has several stretches.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    parts = []
    for index, bout in enumerate(programme.bouts(), start=1):
        done = [(part, report) for part, report in session.parts if part.set_index == index and report is not None]
        asked = bout.exercise.dose.reps
        parts += [
            Part(number=bout.number, side=bout.side, asked=asked, folder=part.folder, report=report)
            for part, report in done
        ]
        if not done:
            parts.append(Part(number=bout.number, side=bout.side, asked=asked, folder=None, report=None))
    whole = ProgrammeReport(programme=programme.id, programme_name=programme.name, parts=tuple(parts))
    write_programme(whole, programme, session.folder)
    return whole


def report_programme(
    programme: str | Programme,
    clips: str | Path,
    out: str | Path,
    *,
    model: str = "full",
    offline: bool = False,
    overlay: bool = False,
    progress: Callable[[str], None] | None = None,
) -> ProgrammeReport:
    """Judge the clips of a programme and write one report of it, with a report of each part beside it.

    Parameters
    ----------
    programme
        Id, name or file of a programme, or a programme.
    clips
        Folder with a clip or saved poses for each drill and side; see `clip_of`.
    out
        Folder for programme.html, programme.json, and a folder for each part.
    model, offline, overlay
        As in `formcheck.analyze`.
    progress
        Told the name of each clip before it is judged.

    Raises
    ------
    FormcheckError
        Every problem that a person can act on, in one sentence.
    """
    plan = programme if isinstance(programme, Programme) else load_programme(programme)
    folder, target = Path(clips), Path(out)
    if not folder.is_dir():
        raise SourceError(f"There is no folder {folder}; give the folder with the programme's clips.")
    check_folder(target)
    found = {bout.clip_stem: clip_of(bout, folder) for bout in plan.bouts()}
    if not any(found.values()):
        example = next(iter(found))
        raise SourceError(
            f"{folder} holds no clip of {plan.id}; name them like {example}.mp4, "
            f"as `formcheck programmes show {plan.id}` lists them."
        )
    parts = []
    for stem, clip in found.items():
        bouts = [bout for bout in plan.bouts() if bout.clip_stem == stem]
        first = bouts[0]
        asked = sum(bout.exercise.dose.reps for bout in bouts)
        report = None
        if clip is not None:
            if progress:
                progress(clip.name)
            saved = clip.name.lower().endswith(POSES_ENDINGS)
            report = analyze(
                None if saved else clip,
                first.exercise,
                first.side,
                out=target / stem,
                overlay=overlay and not saved,
                poses=clip if saved else None,
                model=model,
                offline=offline,
            )
        folder_name = stem if report is not None else None
        parts.append(Part(number=first.number, side=first.side, asked=asked, folder=folder_name, report=report))
    whole = ProgrammeReport(programme=plan.id, programme_name=plan.name, parts=tuple(parts))
    write_programme(whole, plan, target)
    return whole
