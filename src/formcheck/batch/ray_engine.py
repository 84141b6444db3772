"""The Ray engine: the same work by actors on a cluster, each with one core."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from formcheck.batch.fingerprint import glance
from formcheck.batch.jobs import Job
from formcheck.batch.local import ATTEMPTS, THREADS, lost
from formcheck.batch.memory import resting_too_high
from formcheck.batch.record import RECORD, Record, write_record
from formcheck.batch.scorer import Options, Scorer, clean, folder_of, share_assets, share_poses
from formcheck.core.errors import FormcheckError, MissingDependencyError
from formcheck.video.files import atomic_path

NO_REPORTS: Final = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_USAGE_STATS_REPORT_URL": "http://127.0.0.1:9/"}
"""Ray would send usage statistics and, when told not to, that it was told so (ray 2.60, clusters of `ray start`).
Nobody listens at the second address."""

STARTS: Final = 3
"""So often Ray is started: it gives itself 30 s, which a busy machine may exceed."""


@dataclass(frozen=True)
class RayOptions:
    """How Ray is used."""

    address: str | None = None
    """A cluster's address, or `auto`; None: a cluster of this machine alone, for this run."""

    workers: int = 1
    """Actors, one core each."""

    through_store: bool = False
    """Send clips and results through Ray's object store; otherwise all machines see the same paths."""


Files = dict[str, bytes]
"""Contents by path."""


def run_ray(jobs: list[Job], options: Options, out: Path, ray_options: RayOptions) -> Iterator[Record]:
    """Score jobs on Ray, yielding each record as it is finished.

    Parameters
    ----------
    jobs
        What to score.
    options
        How.
    out
        Folder of the results.
    ray_options
        Where.

    Raises
    ------
    MissingDependencyError
        Ray is not installed.
    FormcheckError
        The cluster cannot be reached.
    """
    if not jobs:
        return
    ray = _start(ray_options)
    try:
        yield from _run(ray, jobs, options, out, ray_options)
    finally:
        ray.shutdown()


def _start(ray_options: RayOptions) -> Any:
    os.environ.update(NO_REPORTS)
    try:
        import ray
    except ImportError as error:
        raise MissingDependencyError(
            "the engine ray is not installed; run: pip install 'formcheck[cluster]'"
        ) from error
    if ray_options.address is None:
        _without_dashboard(ray)
    here = {"num_cpus": ray_options.workers, "include_dashboard": False} if ray_options.address is None else {}
    for attempt in range(1, STARTS + 1):
        try:
            ray.init(
                address=ray_options.address or "local",
                log_to_driver=False,
                logging_level="error",
                runtime_env={"env_vars": dict.fromkeys(THREADS, "1") | NO_REPORTS},
                **here,
            )
            return ray
        except Exception as error:  # the library has no common class for its errors
            ray.shutdown()
            if attempt == STARTS or ray_options.address is not None:
                first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
                where = ray_options.address or "this machine"
                raise FormcheckError(f"Ray cannot be started or reached at {where}: {first}") from error
    raise AssertionError("unreachable")


def _without_dashboard(ray: Any) -> None:
    """Keep Ray from starting its dashboard process.

    It is started even with `include_dashboard=False`, for usage statistics alone, and asks the metadata services of
    three clouds where it runs, even when the statistics are off (ray 2.60, system calls traced).
    """
    ray._private.services.start_api_server = lambda *_, **__: (None, None)


def _run(ray: Any, jobs: list[Job], options: Options, out: Path, ray_options: RayOptions) -> Iterator[Record]:
    actor = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=ATTEMPTS - 1)(RemoteScorer)
    idle = [actor.remote(options, out) for _ in range(min(ray_options.workers, len(jobs)))]
    waiting = list(reversed(jobs))
    running: dict[Any, tuple[Job, Any]] = {}
    while waiting or running:
        while waiting and idle:
            job, worker = waiting.pop(), idle.pop()
            # A reference inside a list is passed on as it is: the clip travels straight to the actor that needs it.
            sent = [ray.put(_contents(job))] if ray_options.through_store else None
            running[worker.score.remote(job, sent)] = job, worker
        (ready, *_), _ = ray.wait(list(running), num_returns=1)
        job, worker = running.pop(ready)
        try:
            record, files, tired = ray.get(ready)
        except ray.exceptions.RayError as error:
            yield lost(job, options, out, f"its Ray worker ended {ATTEMPTS} times ({type(error).__name__})")
            idle.append(actor.remote(options, out))
            continue
        idle.append(actor.remote(options, out) if tired else worker)  # one that nobody refers to ends
        yield record if files is None else _unpack(record, files, job, out)


class RemoteScorer:
    """The actor: a `Scorer` that can also get its clip and return its files through the object store."""

    def __init__(self, options: Options, out: Path) -> None:
        self._options, self._out = options, out
        self._scorer = Scorer(options, out)

    def score(self, job: Job, sent: list[Any] | None) -> tuple[Record, Files | None, bool]:
        """Score a job; with `sent` contents, return all files of its results. Last: whether to be replaced."""
        if sent is None:
            record, files = self._scorer.score(job), None
        else:
            record, files = self._score_sent(job, sent)
        return record, files, resting_too_high(self._options.memory_mb)

    def _score_sent(self, job: Job, sent: list[Any]) -> tuple[Record, Files]:
        import ray

        contents: Files = ray.get(sent[0])
        with tempfile.TemporaryDirectory(prefix="formcheck-") as name:
            folder = Path(name)
            here = _unpacked(job, contents, folder)
            record = Scorer(self._options, folder / "out").score(here)
            results = folder_of(folder / "out", here)
            files = {p.relative_to(results).as_posix(): p.read_bytes() for p in results.rglob("*") if p.is_file()}
        row = {k: v.replace(str(here.path), str(job.path)) if isinstance(v, str) else v for k, v in record.row.items()}
        return replace(record, row=row), files


def _contents(job: Job) -> Files:
    """Return everything that a job reads, by its path on this machine; nothing for what is missing."""
    paths = [job.path, Path(job.exercise), *([job.expected.angles] if job.expected.angles else [])]
    files = [f for p in paths for f in (sorted(p.iterdir()) if p.is_dir() else [p]) if f.is_file()]
    return {str(file): file.read_bytes() for file in files}


def _unpacked(job: Job, contents: Files, folder: Path) -> Job:
    """Return the job with its files in a folder."""

    def place(path: Path) -> Path:
        return folder / "in" / path.relative_to(path.anchor)

    for name, content in contents.items():
        place(Path(name)).parent.mkdir(parents=True, exist_ok=True)
        place(Path(name)).write_bytes(content)
    angles = job.expected.angles and place(job.expected.angles)
    drill = str(place(Path(job.exercise))) if job.exercise in contents else job.exercise
    return replace(job, path=place(job.path), exercise=drill, expected=replace(job.expected, angles=angles))


def _unpack(record: Record, files: Files, job: Job, out: Path) -> Record:
    """Write the files of a job's results, its record last."""
    folder = folder_of(out, job)
    clean(folder)
    (folder / RECORD).unlink(missing_ok=True)
    for name, content in files.items():
        if name != RECORD:
            with atomic_path(folder / name) as temporary:
                temporary.write_bytes(content)
    share_assets(folder, out)
    share_poses(folder)
    try:
        size, mtime_ns = glance(job.path)
        record = replace(record, clip=record.clip and record.clip | {"size": size, "mtime_ns": mtime_ns})
    except FormcheckError:
        record = replace(record, clip={})
    write_record(record, folder)
    return record
