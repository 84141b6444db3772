"""A batch from source to tables: finds what is missing, has it scored, puts all of it together."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from formcheck.batch.fingerprint import glance
from formcheck.batch.jobs import Job, find_jobs
from formcheck.batch.local import run_local
from formcheck.batch.metrics import compute_metrics
from formcheck.batch.page import write_page
from formcheck.batch.ray_engine import RayOptions, run_ray
from formcheck.batch.record import Record, read_record
from formcheck.batch.rows import ERROR, labelled
from formcheck.batch.scorer import Options, folder_of, settings_of
from formcheck.batch.tables import write_csv, write_parquet, write_timings
from formcheck.core.errors import OutputError, SourceError
from formcheck.video.files import atomic_path, check_folder

Progress = Callable[["Count"], None]
"""Told after each clip how far the batch is."""

LOCK: Final = ".lock"
METRICS: Final = "metrics.json"
DEFAULT: Final = Options()


@dataclass
class Count:
    """How far a batch is."""

    total: int
    """Clips asked for."""

    current: int
    """Those that an earlier run finished."""

    done: int = 0
    """Finished in this run."""

    failed: int = 0
    """Clips with an error, of earlier runs too."""

    frames: int = 0
    """Frames looked at in this run."""


@dataclass(frozen=True)
class BatchResult:
    """What a batch found."""

    out: Path
    """Folder of the results."""

    rows: tuple[dict[str, Any], ...]
    """One a clip, in the source's order."""

    scored: int
    """How many of them were scored in this run."""

    @property
    def errors(self) -> int:
        """Clips that could not be judged."""
        return sum(row["status"] == ERROR for row in self.rows)

    @property
    def mismatches(self) -> int:
        """Clips that are not as their labels expect."""
        return sum(row["match"] is False for row in self.rows)


def run_batch(
    source: str | Path,
    out: str | Path,
    *,
    exercise: str = "",
    side: str = "auto",
    options: Options = DEFAULT,
    workers: int = 1,
    on_ray: RayOptions | None = None,
    again: bool = False,
    progress: Progress | None = None,
) -> BatchResult:
    """Score many clips; what an earlier run has finished is kept.

    Parameters
    ----------
    source
        A folder, a pattern, a manifest or a clip; see `find_jobs`.
    out
        Folder of the results.
    exercise, side
        For clips that do not say theirs.
    options
        How to score.
    workers
        Processes of the local engine.
    on_ray
        Where to run on Ray; None: local processes.
    again
        Try clips with an error again, also where the clip itself was at fault.
    progress
        Told after each clip how far it is.

    Returns
    -------
    BatchResult
        The rows, as they are in results.csv.

    Raises
    ------
    SourceError
        The source has no clips, or a row cannot be understood.
    MissingDependencyError
        Ray is asked for and not installed.
    OutputError
        The results cannot be written, or another run is writing to the same folder.
    """
    folder = Path(out).absolute()
    check_folder(folder)
    jobs = find_jobs(source, exercise, side, leave_out=folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / LOCK, timeout=0):
            records = {job.key: record for job in jobs if (record := current(job, options, folder, again))}
            missing = [job for job in jobs if job.key not in records]
            count = Count(len(jobs), len(records), failed=sum(r.row["status"] == ERROR for r in records.values()))
            if progress:
                progress(count)
            try:
                for record in _engine(missing, options, folder, workers, on_ray):
                    records[record.key] = record
                    count.done += 1
                    count.failed += record.row["status"] == ERROR
                    count.frames += record.row.get("frames") or 0
                    if progress:
                        progress(count)
            finally:
                rows = write_results([job for job in jobs if job.key in records], records, folder)
    except Timeout:
        raise OutputError(
            f"another run is writing to {folder}; wait until it has ended, or choose another folder"
        ) from None
    return BatchResult(folder, tuple(rows), len(missing))


def _engine(jobs: list[Job], options: Options, out: Path, workers: int, on_ray: RayOptions | None) -> Iterator[Record]:
    return run_local(jobs, options, out, workers) if on_ray is None else run_ray(jobs, options, out, on_ray)


def current(job: Job, options: Options, out: Path, again: bool = False) -> Record | None:
    """Return the record of a job if it is what scoring it again would give."""
    record = read_record(folder_of(out, job))
    if record is None or not record.lasting or (again and record.row["status"] == ERROR):
        return None
    try:
        same = (record.clip.get("size"), record.clip.get("mtime_ns")) == glance(job.path)
    except SourceError:
        same = not record.clip  # it was missing, and still is
    return record if same and record.settings == settings_of(job, options) else None


def write_results(jobs: list[Job], records: dict[str, Record], out: Path) -> list[dict[str, Any]]:
    """Write tables, figures and page of some jobs and return their rows."""
    rows = []
    for job in jobs:
        row = labelled(job, records[job.key].row)
        report = folder_of(out, job) / "report.html"
        row["report"] = report.relative_to(out).as_posix() if row["status"] != ERROR and report.is_file() else None
        rows.append(row)
    angles = {job.key: records[job.key].angles for job in jobs if records[job.key].angles}
    metrics = compute_metrics(rows, angles)
    write_csv(rows, out / "results.csv")
    write_parquet(rows, out / "results.parquet")
    write_timings([records[job.key] for job in jobs], out / "timings.csv")
    with atomic_path(out / METRICS) as temporary:
        temporary.write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")
    write_page(rows, metrics, out)
    return rows
