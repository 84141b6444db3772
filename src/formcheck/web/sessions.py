"""All live sessions: whose turn it is, who waits, and what becomes of a session when it ends."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from formcheck.live.plan import PlannedSet
from formcheck.pose.estimator import PoseEstimator, create_estimator
from formcheck.web.coach import Coach
from formcheck.web.jobs import Job, Jobs, new_id
from formcheck.web.protocol import Ended, Waiting
from formcheck.web.session import TICK_S, LiveSession
from formcheck.web.settings import ServerSettings
from formcheck.web.work import Work


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
        self._sessions: list[LiveSession] = []  # in order of arrival
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="formcheck-seats", daemon=True)
        self._keeper.start()

    def add(self, plan: Sequence[PlannedSet], language: str) -> LiveSession:
        """Begin a session: at once where a seat is free, otherwise when its turn comes."""
        session = LiveSession(new_id(), plan, language, self._coach, self._over)
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

    def _ahead(self, session: LiveSession) -> int:
        if session not in self._sessions:
            return 0
        return max(0, self._sessions.index(session) - self._settings.seats + 1)

    def _call_next(self) -> None:
        for session in self.all():
            if not session.begun:
                self.seat(session)

    def _keep(self) -> None:
        """Let go of those who wait and whose page has been gone for long."""
        while not self._stop.wait(10 * TICK_S):
            for session in self.all():
                if session.abandoned:
                    self.leave(session)

    def _coach(self, session: LiveSession) -> Coach:
        return Coach(session.plan, session.language, self._estimator, self.recording(session.id))

    def _estimator(self, side: str) -> PoseEstimator:
        working = side if side in ("left", "right") else None
        return create_estimator(model=self._settings.model, offline=True, side=working)

    def recording(self, session_id: str) -> Path:
        """Return the folder of a session's recording."""
        return self._settings.recordings / session_id

    def _over(self, session: LiveSession, recorded: bool) -> Ended:
        """Take an ended session off the list, have its report made, and let the next one begin."""
        with self._lock:
            if session in self._sessions:
                self._sessions.remove(session)
        if not self._stop.is_set():
            self._call_next()
        if not recorded:
            return Ended(analysis=None, message="The session is over. Nothing was recorded.")
        self.report(session.id, session.plan[0].exercise.id, session.plan[0].exercise.name)
        return Ended(analysis=session.id, message="The session is over. Your report is being made.")

    def report(self, session_id: str, exercise: str, name: str) -> Job:
        """Have the report of a recording made."""
        settings = self._settings
        work = Work(
            "session",
            self.recording(session_id),
            settings.reports / session_id,
            name,
            model=settings.model,
            store=settings.store,
            profile=settings.profile,
        )
        return self._jobs.add(Job(session_id, "session", name, exercise), work, lambda _: None)


def waiting(ahead: int) -> Waiting:
    """Return what those who wait are told."""
    others = "another session ends" if ahead == 1 else f"{ahead} other sessions end"
    return Waiting(
        ahead=ahead,
        message=f"This computer can coach two people at once. Yours begins by itself when {others}.",
    )
