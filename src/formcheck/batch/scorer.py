"""Scores one clip after another, in one process; what every engine runs."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import cv2

from formcheck.api import source_report
from formcheck.batch.angles import compare_angles
from formcheck.batch.cache import SAVED, Cache
from formcheck.batch.fingerprint import ALL, ClipStamp, code_sha256, drill_sha256, settings_sha256, stamp_clip
from formcheck.batch.jobs import Job
from formcheck.batch.memory import DEFAULT_MB, MemoryWatch, TooMuchMemoryError, forget_peak, peak_mb
from formcheck.batch.record import RECORD, Record, read_record, write_record
from formcheck.batch.rows import error_row, found_row
from formcheck.core.errors import ExerciseError, FormcheckError, SourceError
from formcheck.exercises.lookup import load_exercise
from formcheck.report.build import build_report
from formcheck.report.exports.given import POSES
from formcheck.report.model import ModelInfo, RepReport
from formcheck.report.write import write_report
from formcheck.session import Judgement, judge_measured, sides_to_judge
from formcheck.video.files import atomic_path
from formcheck.video.source import open_source

CLIPS: Final = "clips"
"""Folder of the clips' folders among the results."""
THUMBNAIL: Final = "thumbnail.jpg"
FAILURE: Final = "failure.txt"
"""Where it is, the program itself failed; what a developer needs to know."""

Row = dict[str, Any]
Angles = dict[str, dict[str, Any]]

_THUMBNAIL_PX: Final = 160


@dataclass(frozen=True)
class Options:
    """How clips are scored."""

    model: str = "full"
    """Name of the pose model."""

    report: bool = True
    """Whether each clip gets its report, beside its row."""

    overlay: bool = False
    """Whether the report has a video."""

    offline: bool = False
    """Never fetch a missing model."""

    memory_mb: float = DEFAULT_MB
    """Most that a worker may hold, resident megabytes; a clip that needs more becomes an error."""


def folder_of(out: Path, job: Job) -> Path:
    """Return the folder of a job's results."""
    return out / CLIPS / job.key


def settings_of(job: Job, options: Options) -> str:
    """Return the hash of everything that a job's result depends on, beside the clip's content."""
    try:
        drill = drill_sha256(load_exercise(job.exercise))
    except ExerciseError as error:
        drill = str(error)
    angles = asdict(stamp_clip(job.expected.angles)) if job.expected.angles and job.expected.angles.exists() else None
    if angles is not None:
        angles.pop("mtime_ns")
    return settings_sha256(
        code=code_sha256(*ALL),
        drill=drill,
        side=job.side,
        angles=angles,
        model=options.model,
        report=options.report,
        overlay=options.overlay,
    )


class Scorer:
    """Scores jobs in a worker process. It holds nothing of a clip when that is done.

    Parameters
    ----------
    options
        How to score.
    out
        Folder of the results.
    """

    def __init__(self, options: Options, out: Path) -> None:
        self._options, self._out = options, out
        cv2.setNumThreads(1)  # there are as many workers as cores

    def score(self, job: Job) -> Record:
        """Score a job and write all of its results; an error becomes its row.

        Parameters
        ----------
        job
            The job.

        Returns
        -------
        Record
            The same that was written.

        Raises
        ------
        OutputError
            Not even the record can be written.
        """
        folder = folder_of(self._out, job)
        settings = settings_of(job, self._options)
        forget_peak()
        watch, processor_s = Stopwatch(), time.process_time()
        stamp: ClipStamp | None = None
        before = read_record(folder)
        clean(folder)
        row: Row = {}
        angles: Angles = {}
        lasting = True
        try:
            with watch.stage("read"):
                stamp = stamp_clip(job.path)
            if before and before.lasting and before.settings == settings and before.clip.get("sha256") == stamp.sha256:
                record = Record(**(vars(before) | {"clip": asdict(stamp)}))  # the same, only newer on disk
                write_record(record, folder)
                return record
            (folder / RECORD).unlink(missing_ok=True)
            with MemoryWatch(self._options.memory_mb) as bound:
                bound.start()
                row, angles = self._judge(job, folder, stamp, watch)
        except TooMuchMemoryError:
            most = f"{self._options.memory_mb:.0f} MB"
            row = error_row(
                f"{job.path} needs more than {most} of memory; allow more with --memory, or make it smaller"
            )
            lasting = False
        except (SourceError, ExerciseError) as error:
            row = error_row(str(error))
        except FormcheckError as error:
            row, lasting = error_row(str(error)), False
        except Exception as error:  # one bad clip never stops the rest
            row, lasting = error_row(f"formcheck failed: {type(error).__name__}: {error}"), False
            _write_text(folder / FAILURE, traceback.format_exc())
        row["fingerprint"] = settings_sha256(clip=stamp.sha256 if stamp else None, settings=settings)[:16]
        record = Record(
            key=job.key,
            settings=settings,
            clip=asdict(stamp) if stamp else {},
            row=row,
            angles=angles,
            lasting=lasting,
            seconds={name: round(s, 4) for name, s in watch.seconds.items()},
            processor_s=round(time.process_time() - processor_s, 4),
            memory_mb=round(peak_mb(), 1),
        )
        write_record(record, folder)
        return record

    def _judge(self, job: Job, folder: Path, stamp: ClipStamp, watch: Stopwatch) -> tuple[Row, Angles]:
        exercise = load_exercise(job.exercise)
        sides_to_judge(exercise, job.side)  # a wrong one is said before the work
        cache = Cache(folder)
        options = self._options
        with watch.stage("poses"):
            looked = cache.poses(job.path, job.side, model=options.model, offline=options.offline, sha256=stamp.sha256)
        with watch.stage("measure"):
            measured = cache.measured(job.path, looked, exercise)
        with watch.stage("judge"):
            judgement = judge_measured(measured, exercise, job.side)
            model = ModelInfo(name=looked.meta.model_name, sha256=looked.meta.model_sha256 or None)
            report = build_report(judgement, source_report(looked.track, looked.meta, looked.kind), model)
        angles = compare_angles(judgement, job.expected.angles) if job.expected.angles else {}
        with watch.stage("report"):
            if options.report:
                self._write_report(job, folder, judgement, report)
        cache.forget_others()
        share_poses(folder)
        return found_row(report), angles

    def _write_report(self, job: Job, folder: Path, judgement: Judgement, report: RepReport) -> None:
        pictures = None if job.path.suffix == SAVED else (lambda only: open_source(job.path, only=only))
        files = write_report(judgement, report, pictures, folder, overlay=self._options.overlay)
        share_assets(folder, self._out)
        if files.stills:
            _write_thumbnail(files.stills[0], folder / THUMBNAIL)


class Stopwatch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def clean(folder: Path) -> None:
    """Remove what an interrupted run left in a clip's folder, and its record: the folder is being worked on."""
    for path in folder.glob(".*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    (folder / FAILURE).unlink(missing_ok=True)


def share_assets(folder: Path, out: Path) -> None:
    """Keep one copy of what every report has beside it (the plot library, 5 MB), where the disk can link files."""
    for path in (folder / "assets").glob("*"):
        content = path.read_bytes()
        shared = out / CLIPS / ".assets" / f"{hashlib.sha256(content).hexdigest()[:12]}-{path.name}"
        if not shared.exists():
            with atomic_path(shared) as temporary:
                temporary.write_bytes(content)
        _link(shared, path)


def share_poses(folder: Path) -> None:
    """Keep the poses of a clip once: those of the report are those that are kept to judge it again."""
    for kept in folder.glob("*.poses.npz"):
        if (folder / POSES).exists():
            _link(kept, folder / POSES)


def _link(kept: Path, path: Path) -> None:
    """Make a file another name of one that has the same content; where the disk has no links it stays its own copy."""
    linked = path.with_name(f".{path.name}")
    try:
        linked.unlink(missing_ok=True)
        os.link(kept, linked)
        linked.replace(path)
    except OSError:
        linked.unlink(missing_ok=True)


def _write_thumbnail(picture: Path, path: Path) -> None:
    image = cv2.imread(str(picture))
    if image is None:
        return
    height, width = image.shape[:2]
    scale = _THUMBNAIL_PX / max(height, width)
    small = cv2.resize(image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    done, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])
    if done:
        with atomic_path(path) as temporary:
            temporary.write_bytes(data.tobytes())


def _write_text(path: Path, text: str) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
