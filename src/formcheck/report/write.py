"""Everything a person keeps of a clip, into one folder; all of it or nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from formcheck.core.errors import OutputError
from formcheck.core.frame import Frame
from formcheck.overlay.video import draw_frames, render_overlay
from formcheck.pose.saved import PosesMeta, save_poses
from formcheck.report.card import write_card
from formcheck.report.document import PLOTLY, plotly_source
from formcheck.report.exports.given import POSES
from formcheck.report.model import RepReport
from formcheck.report.page import report_page
from formcheck.report.past import Past
from formcheck.report.stills import Still, choose_stills, still_keeper
from formcheck.report.tables import write_angles_csv, write_reps_csv
from formcheck.session import Judgement
from formcheck.video.files import atomic_path, output_error

OpenFrames = Callable[[frozenset[int] | None], AbstractContextManager[Iterable[Frame]]]
"""Opens the frames that were judged, those with the given indices or all, to be iterated once; may give more."""
Progress = Callable[[int, int | None], None]
"""Told the number of frames done, and how many there are."""

REPORT: Final = "report.json"
"""Written last: where it is, everything else is."""
VIDEO: Final = "overlay.mp4"
STILLS: Final = "evidence"
CARD: Final = "report.png"
_PLAIN_FILES: Final = ("report.html", CARD, "angles.csv", "reps.csv", POSES)


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """What was written."""

    folder: Path
    """Where everything is."""

    report: Path
    """report.json."""

    page: Path
    """report.html."""

    angles: Path
    """angles.csv."""

    reps: Path
    """reps.csv."""

    card: Path
    """report.png."""

    poses: Path
    """poses.npz, to judge again and to export."""

    video: Path | None
    """overlay.mp4; None without an overlay."""

    stills: tuple[Path, ...]
    """Evidence pictures."""


def write_report(
    judgement: Judgement,
    report: RepReport,
    open_frames: OpenFrames | None,
    out_dir: Path,
    *,
    overlay: bool = True,
    past: Past | None = None,
    progress: Progress | None = None,
) -> ReportFiles:
    """Write report.json, report.html, the tables, the poses, the summary card, the pictures and the video.

    Everything is made in a hidden folder inside `out_dir` and moved out when it is complete, `report.json` last. The
    files of an earlier report in the same folder are replaced, its `report.json` is removed at the start.

    Parameters
    ----------
    judgement
        What was found.
    report
        The same as a report, from `build_report`.
    open_frames
        Opens the frames that were judged; they are decoded once. None: no pictures and no video.
    out_dir
        The folder; it is made if missing.
    overlay
        Whether to write overlay.mp4 as well.
    past
        The person's history, for the page; None where it is not known.
    progress
        Told how many frames have been drawn.

    Raises
    ------
    OutputError
        Something cannot be written; nothing of this report is left then.
    """
    stills = choose_stills(judgement) if open_frames else ()
    video = VIDEO if open_frames and overlay else None
    with _staging(out_dir) as stage:
        (out_dir / REPORT).unlink(missing_ok=True)
        write_angles_csv(judgement.track.time_s, judgement.channels, stage / "angles.csv")
        write_reps_csv(report, stage / "reps.csv")
        if open_frames:
            _write_pictures(judgement, open_frames, stage, stills, video, progress)
        stills = tuple(still for still in stills if (stage / STILLS / still.name).is_file())
        save_poses(judgement.track, stage / POSES, meta=_poses_meta(report))
        _write(stage / PLOTLY, plotly_source())
        write_card(judgement, report, stills, stage / STILLS, past, stage / CARD)
        _write(stage / "report.html", report_page(judgement, report, stills, video, past).encode())
        _write(stage / REPORT, (report.model_dump_json(indent=2) + "\n").encode())
        _remove_earlier(out_dir)
        _move(stage, out_dir)
    return ReportFiles(
        folder=out_dir,
        report=out_dir / REPORT,
        page=out_dir / "report.html",
        angles=out_dir / "angles.csv",
        reps=out_dir / "reps.csv",
        card=out_dir / CARD,
        poses=out_dir / POSES,
        video=out_dir / video if video else None,
        stills=tuple(out_dir / STILLS / still.name for still in stills),
    )


def _write_pictures(
    judgement: Judgement,
    open_frames: OpenFrames,
    stage: Path,
    stills: tuple[Still, ...],
    video: str | None,
    progress: Progress | None,
) -> None:
    """Draw video and stills in one pass over the frames."""
    keep = still_keeper(stills, stage / STILLS)
    chosen = frozenset(still.frame for still in stills)
    with open_frames(None if video else chosen) as frames:
        if video:
            render_overlay(frames, judgement, stage / video, progress=progress, keep=keep)
            return
        for done, (frame, picture) in enumerate(draw_frames(frames, judgement, chosen), start=1):
            keep(frame.index, picture)
            if progress:
                progress(done, len(chosen))


def _poses_meta(report: RepReport) -> PosesMeta:
    return PosesMeta(
        source_name=report.source.name,
        fps=report.source.frame_rate,
        loss=report.source.loss,
        frames_lost=report.source.frames_lost,
        model_name=report.model.name,
        model_sha256=report.model.sha256 or "",
    )


def _write(path: Path, data: bytes) -> None:
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


@contextmanager
def _staging(out_dir: Path) -> Iterator[Path]:
    """Give a hidden folder inside `out_dir`; on any failure it goes, and so do the folders that were made for it."""
    made: list[Path] = []
    stage: Path | None = None
    try:
        made = [folder for folder in (out_dir, *out_dir.parents) if not folder.exists()]
        out_dir.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".formcheck-", dir=out_dir))
        yield stage
        made = []
    except OutputError as error:
        raise OutputError(str(error).replace(str(stage), str(out_dir))) from error
    except OSError as error:
        raise output_error(out_dir, error) from error
    finally:
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
        _remove_empty(made)


def _remove_empty(folders: list[Path]) -> None:
    """Remove folders that are empty, innermost first."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def remove_report(folder: Path, report: RepReport) -> bool:
    """Delete a report's files, and its folder if nothing else is in it.

    Parameters
    ----------
    folder
        Where they are.
    report
        The report that is to go: a folder that holds another one by now is left as it is.

    Returns
    -------
    bool
        Whether it was that report, and is gone.

    Raises
    ------
    OutputError
        A file cannot be deleted.
    """
    try:
        if RepReport.model_validate_json((folder / REPORT).read_bytes()) != report:
            return False
    except (OSError, ValidationError):
        return False
    try:
        _remove_earlier(folder)
        for name in (*_PLAIN_FILES, PLOTLY, REPORT):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise output_error(folder, error) from error
    _remove_empty([folder / STILLS, (folder / PLOTLY).parent])
    _remove_empty([folder])
    return True


def _remove_earlier(out_dir: Path) -> None:
    """Remove pictures and video of an earlier report, which the new one may not replace."""
    (out_dir / VIDEO).unlink(missing_ok=True)
    for pattern in ("rep-*.jpg", "neutral.jpg", "seen.jpg", "photo-*.jpg"):
        for still in (out_dir / STILLS).glob(pattern):
            still.unlink()


def _move(stage: Path, out_dir: Path) -> None:
    files = [path for path in stage.rglob("*") if path.is_file()]
    for path in sorted(files, key=lambda p: p.name == REPORT):
        target = out_dir / path.relative_to(stage)
        target.parent.mkdir(exist_ok=True)
        path.replace(target)
