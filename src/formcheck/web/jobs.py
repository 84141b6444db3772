"""The queue of things that take a while: one process at a time, each with its progress."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Final, Literal

from formcheck.web.work import Work, do

State = Literal["queued", "running", "done", "failed", "cancelled"]

_REMEMBERED: Final = 200
"""Finished jobs that are remembered; their reports stay."""


def new_id() -> str:
    """Return an id that nobody guesses and that is a safe folder name."""
    return secrets.token_hex(10)


@dataclass(frozen=True, slots=True)
class Job:
    """How far something has come."""

    id: str
    """Its id, and its report's."""

    kind: Literal["analysis", "session"]
    """A video that was handed in, or a live session."""

    name: str
    """What it is called: the video's name."""

    exercise: str
    """Drill id."""

    state: State = "queued"
    """Where it is."""

    stage: str = ""
    """`poses`: the person is being found; `pictures`: the report is being drawn."""

    done: int = 0
    """Frames done in this stage."""

    total: int | None = None
    """Frames in all, if that is known."""

    error: str = ""
    """What went wrong, in one sentence."""


class Jobs:
    """Does one piece of work after another, in processes of their own."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._waiting: list[tuple[Work, Callable[[Job], None]]] = []
        self._running: tuple[str, BaseProcess] | None = None
        self._change = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="formcheck-jobs", daemon=True)
        self._thread.start()

    def add(self, job: Job, work: Work, after: Callable[[Job], None]) -> Job:
        """Put a piece of work at the end of the queue; `after` is called with its last state, whatever that is."""
        with self._change:
            self._jobs[job.id] = job
            self._waiting.append((work, after))
            self._forget()
            self._change.notify_all()
        return job

    def get(self, job_id: str) -> Job | None:
        """Return how far a job is; None when it is not known (any more)."""
        with self._change:
            return self._jobs.get(job_id)

    def ahead(self, job_id: str) -> int:
        """Return how many jobs come before this one."""
        with self._change:
            order = [w.out.name for w, _ in self._waiting]
            return order.index(job_id) + (self._running is not None) if job_id in order else 0

    def cancel(self, job_id: str) -> bool:
        """Stop a job, whether it runs or waits; False when it is over already or not known."""
        with self._change:
            job = self._jobs.get(job_id)
            if job is None or job.state not in ("queued", "running"):
                return False
            self._jobs[job_id] = replace(job, state="cancelled")
            if self._running and self._running[0] == job_id:
                self._running[1].terminate()
            self._change.notify_all()
            return True

    def close(self) -> None:
        """Stop everything; what ran is not finished."""
        with self._change:
            self._stopping = True
            if self._running:
                self._running[1].terminate()
            self._change.notify_all()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._stopping)
                if self._stopping:
                    return
                work, after = self._waiting.pop(0)
                job_id = work.out.name
                cancelled = self._jobs[job_id].state == "cancelled"
            if not cancelled:
                self._do(job_id, work)
            job = self._jobs[job_id]
            if job.state != "done" and work.kind == "analysis":  # a session's recording stays, whatever happens
                shutil.rmtree(work.out, ignore_errors=True)
            after(job)

    def _do(self, job_id: str, work: Work) -> None:
        context = get_context("spawn")  # the server has threads: a forked copy of them would hang
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(target=do, args=(work, theirs), name="formcheck-work", daemon=True)
        with self._change:
            if self._jobs[job_id].state == "cancelled" or self._stopping:
                return
            process.start()
            theirs.close()
            self._running = (job_id, process)
            self._jobs[job_id] = replace(self._jobs[job_id], state="running")
        ended = replace(
            self._jobs[job_id],
            state="failed",
            error="The analysis broke off. The file may be damaged; try it once more, or another one.",
        )
        while True:
            try:
                told = mine.recv()
            except (EOFError, OSError):
                break
            if told[0] == "progress":
                self._update(job_id, stage=told[1], done=told[2], total=told[3])
            elif told[0] == "failed":
                ended = replace(ended, error=told[1])
            else:
                ended = replace(self._jobs[job_id], state="done")
        process.join()
        process.close()
        mine.close()
        with self._change:
            self._running = None
            if self._jobs[job_id].state == "running":
                self._jobs[job_id] = ended

    def _update(self, job_id: str, *, stage: str, done: int, total: int | None) -> None:
        with self._change:
            self._jobs[job_id] = replace(self._jobs[job_id], stage=stage, done=done, total=total)

    def _forget(self) -> None:
        over = [i for i, job in self._jobs.items() if job.state in ("done", "failed", "cancelled")]
        for job_id in over[: max(0, len(self._jobs) - _REMEMBERED)]:
            del self._jobs[job_id]
