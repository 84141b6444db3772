"""The local engine: one process a worker, each with one thread of its own for every library.

Workers share nothing, not even a lock: each has its own pipe to the parent. So one that is killed in the middle of a
clip takes nothing with it but that clip, which another one takes over.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from formcheck.batch.jobs import Job
    from formcheck.batch.record import Record
    from formcheck.batch.scorer import Options

ATTEMPTS: Final = 3
"""So often a job is tried whose worker dies."""
THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""What libraries ask for the number of their threads when they are loaded."""


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    job: Job | None = None


@dataclass
class _Answer:
    record: Record
    tired: bool
    """Whether the worker holds so much memory that another should take its place."""


def run_local(jobs: list[Job], options: Options, out: Path, workers: int) -> Iterator[Record]:
    """Score jobs, yielding each record as it is finished.

    Parameters
    ----------
    jobs
        What to score.
    options
        How.
    out
        Folder of the results.
    workers
        Processes.
    """
    waiting, tries = deque(jobs), Counter[str]()
    team: list[_Worker] = []
    try:
        with one_thread_each():
            while waiting or any(worker.job for worker in team):
                while len(team) < min(workers, len(waiting) + sum(w.job is not None for w in team)):
                    team.append(_hire(options, out))
                for worker in team:
                    if worker.job is None and waiting:
                        _give(worker, waiting.popleft())
                for worker in _ready(team):
                    job, answer = worker.job, _take(worker)
                    if answer is not None:
                        worker.job = None
                        if answer.tired:
                            _dismiss(worker, team)
                        yield answer.record
                        continue
                    _dismiss(worker, team)
                    if job is None:
                        continue
                    tries[job.key] += 1
                    if tries[job.key] < ATTEMPTS:
                        waiting.appendleft(job)
                    else:
                        yield lost(job, options, out, f"its worker ended {ATTEMPTS} times ({_why(worker.process)})")
    finally:
        for worker in team:
            worker.connection.close()
            worker.process.kill() if worker.job else None
        for worker in team:
            worker.process.join()


def lost(job: Job, options: Options, out: Path, why: str) -> Record:
    """Return and write the record of a job whose worker cannot finish it."""
    from formcheck.batch.record import Record, write_record
    from formcheck.batch.rows import error_row
    from formcheck.batch.scorer import folder_of, settings_of

    row = error_row(f"{job.path} could not be scored: {why}; run the same command again to try once more")
    record = Record(job.key, settings_of(job, options), {}, row, lasting=False)
    write_record(record, folder_of(out, job))
    return record


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Make processes that are started inside use one thread for each library."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _hire(options: Options, out: Path) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, options, out), name="formcheck-worker", daemon=True)
    process.start()
    theirs.close()  # so that the worker's end closes with the worker
    return _Worker(process, ours)


def _give(worker: _Worker, job: Job) -> None:
    worker.job = job
    with suppress(OSError):  # dead already: taking its answer finds out
        worker.connection.send(job)


def _ready(team: list[_Worker]) -> list[_Worker]:
    ready = wait([worker.connection for worker in team])
    return [worker for worker in team if worker.connection in ready]


def _take(worker: _Worker) -> _Answer | None:
    """Return a worker's answer; None when it is dead."""
    try:
        answer: _Answer = worker.connection.recv()
    except (EOFError, OSError):
        return None
    return answer


def _dismiss(worker: _Worker, team: list[_Worker]) -> None:
    """Let a worker that is dead, or has no job, end."""
    team.remove(worker)
    worker.connection.close()
    worker.process.join()


def _why(process: BaseProcess) -> str:
    code = process.exitcode or 0
    if code < 0:
        name = signal.Signals(-code).name if -code in {*signal.Signals} else str(-code)
        return f"{name}: out of memory?" if name == "SIGKILL" else name
    return f"exit code {code}"


def _work(connection: Connection, options: Options, out: Path) -> None:
    """Score jobs until the parent closes the pipe; the body of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    threading.Thread(target=_end_with_parent, name="formcheck-parent", daemon=True).start()
    from formcheck.batch.memory import resting_too_high
    from formcheck.batch.scorer import Scorer

    scorer = Scorer(options, out)
    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(_Answer(scorer.score(job), resting_too_high(options.memory_mb)))


def _end_with_parent() -> None:
    """End this process at once when its parent is gone: the next run may be on the same clip already."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
