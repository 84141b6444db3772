"""All live sessions: whose turn it is, who waits, and what becomes of a session when it ends."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from formcheck.core.errors import FormcheckError
from formcheck.live.engine import Command
from formcheck.live.plan import PlannedSet
from formcheck.live.recorder import EVENTS, Recording, read_recording
from formcheck.live.report import SUMMARY
from formcheck.pose.models import model_info
from formcheck.web.jobs import Job, Jobs, new_id
from formcheck.web.models import Models
from formcheck.web.protocol import Waiting
from formcheck.web.session import LiveSession
from formcheck.web.settings import ServerSettings
from formcheck.web.work import Work

LET_GO_S: Final = 15.0
"""A session without a page for this long is ended when somebody waits, seconds."""
KEEP_S: Final = 2.0
"""How often it is looked for sessions that nobody will come back to, seconds."""


class Sessions:
    """The live sessions of the server: as many work as there are seats, the others wait in order.

    Parameters
    ----------
    settings
        How the server runs.
    jobs
        Where reports are made.
    """

    def __init__(self, settings: ServerSettings, jobs: Jobs) -> None:
        self._settings, self._jobs = settings, jobs
        self._models = Models(settings.model)
        self._sessions: list[LiveSession] = []  # in order of arrival
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="formcheck-seats", daemon=True)
        self._keeper.start()

    def add(self, plan: Sequence[PlannedSet], language: str) -> LiveSession:
        """Begin a session: at once where a seat is free, otherwise when its turn comes."""
        settings, session_id = self._settings, new_id()
        session = LiveSession(
            session_id,
            plan,
            language,
            folder=self.recording(session_id),
            about={
                "model": settings.model,
                "model_sha256": model_info(settings.model, offline=True).sha256,
                "language": language,
                "profile": settings.profile,
            },
            new_estimator=self._models.lend,
            over=self._over,
            keep_video=settings.keep_video,
        )
        with self._lock:
            self._sessions.append(session)
        return session

    def get(self, session_id: str) -> LiveSession | None:
        """Return a session that is not over."""
        with self._lock:
            return next((s for s in self._sessions if s.id == session_id), None)

    def all(self) -> list[LiveSession]:
        """Return the sessions that are not over, in order of arrival."""
        with self._lock:
            return list(self._sessions)

    def ahead(self, session: LiveSession) -> int:
        """Return how many sessions must end before this one's turn; 0: it is its turn."""
        with self._lock:
            return self._ahead(session)

    def seat(self, session: LiveSession) -> None:
        """Begin if it is its turn, otherwise say how long the queue is."""
        with self._lock:
            ahead = self._ahead(session)
            if session not in self._sessions:
                return
            if ahead == 0:
                if not session.begun:
                    session.begin()
                return
        session.tell(waiting(ahead))

    def leave(self, session: LiveSession) -> None:
        """Forget a session that never had its turn: its page has gone."""
        with self._lock:
            if session.begun or session not in self._sessions:
                return
            self._sessions.remove(session)
        self._call_next()

    def close(self) -> None:
        """Stop all; recordings stay and can be reported after the next start."""
        self._stop.set()
        for session in self.all():
            session.close()
        self._keeper.join(timeout=5)
        self._models.close()

    def _ahead(self, session: LiveSession) -> int:
        if session not in self._sessions:
            return 0
        return max(0, self._sessions.index(session) - self._settings.seats + 1)

    def _call_next(self) -> None:
        for session in self.all():
            if not session.begun:
                self.seat(session)

    def _keep(self) -> None:
        """End sessions whose page has gone, so that others need not wait for them."""
        while not self._stop.wait(KEEP_S):
            every = self.all()
            somebody_waits = any(not session.begun for session in every)
            for session in every:
                if session.alone_s < LET_GO_S:
                    continue
                if not session.begun:
                    self.leave(session)
                elif somebody_waits:
                    session.press(Command.END)

    def recording(self, session_id: str) -> Path:
        """Return the folder of a session: its recording, and later its reports."""
        return self._settings.reports / session_id

    def interrupted(self) -> list[Recording]:
        """Return the recordings of sessions that broke off and have no report yet, the newest first."""
        going_on = {session.id for session in self.all()}
        found = []
        for header in self._settings.reports.glob(f"*/{EVENTS}"):
            folder = header.parent
            job = self._jobs.get(folder.name)
            busy = job is not None and job.state in ("queued", "running")
            if folder.name not in going_on and not busy and not (folder / SUMMARY).is_file():
                with contextlib.suppress(FormcheckError):
                    recording = read_recording(folder)
                    if recording.track.found.any():
                        found.append(recording)
        return sorted(found, key=lambda recording: str(recording.header["began"]), reverse=True)

    def discard(self, session_id: str) -> bool:
        """Delete the recording of a session that broke off; False when there is none without a report."""
        folder = self.recording(session_id)
        if not (folder / EVENTS).is_file() or (folder / SUMMARY).is_file():
            return False
        shutil.rmtree(folder, ignore_errors=True)
        return True

    def report(self, session_id: str, name: str, exercise: str) -> Job:
        """Have the report of a recording made; what is being made already is not made twice."""
        settings = self._settings
        job = self._jobs.get(session_id)
        if job is not None and job.state in ("queued", "running", "done"):
            return job
        folder = self.recording(session_id)
        work = Work(
            "session", folder, folder, name, model=settings.model, store=settings.store, profile=settings.profile
        )
        return self._jobs.add(Job(session_id, "session", name, exercise), work, lambda _: None)

    def _over(self, session: LiveSession, recorded: bool) -> None:
        """Take an ended session off the list, have its report made, and let the next one begin."""
        if recorded:
            drill = session.plan[0].exercise
            self.report(session.id, drill.name, drill.id)
        with self._lock:
            if session in self._sessions:
                self._sessions.remove(session)
        if not self._stop.is_set():
            self._call_next()


def waiting(ahead: int) -> Waiting:
    """Return what those who wait are told."""
    others = "another session ends" if ahead == 1 else f"{ahead} other sessions end"
    return Waiting(
        ahead=ahead, message=f"This computer coaches two people at once. Yours begins by itself when {others}."
    )
