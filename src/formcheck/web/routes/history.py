"""Past sessions: the list, one's report, deleting."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path

from formcheck.core.errors import HistoryError
from formcheck.core.measurement import Measurement
from formcheck.history import store
from formcheck.history.records import Session
from formcheck.history.trend import trend_of
from formcheck.web.catalogue import Record
from formcheck.web.files import inside
from formcheck.web.routes.common import NOT_FOUND, Problem, ServerParts, not_found

router = APIRouter(tags=["history"])

Number = Annotated[int, Path(ge=1, lt=2**53, description="The session's number.")]


class PastResult(Record):
    """A result of a past session."""

    name: str
    """The drill's measure."""
    label: str
    """What a person reads."""
    side: str
    """left, right or both."""
    measured: Measurement
    """Its value, or why there is none."""


class PastSession(Record):
    """A past session."""

    id: int
    """Its number."""
    at: datetime
    """When."""
    profile: str
    """Who."""
    mode: str
    """analyze or live."""
    exercise: str
    """Drill id."""
    exercise_name: str
    """Drill name."""
    side: str
    """left, right or both."""
    counted: int
    """Repetitions that count."""
    attempts: int
    """Movements that did not."""
    results: list[PastResult]
    """The drill's results."""
    report: str | None
    """Address of its report, where it was made by this page."""


@router.get("/api/history", responses={400: {"model": Problem, "description": "The history cannot be read."}})
def list_history(server: ServerParts, exercise: str | None = None) -> list[PastSession]:
    """List past sessions of this server's person, the newest first."""
    settings = server.settings
    found = store.sessions(profile=settings.profile, exercise=exercise, store=settings.store)
    return [_past(session, server) for session in reversed(found)]


class Progress(Record):
    """What can be told of a drill's results over time."""

    sentences: list[str]
    """Only changes beyond what the measurement can tell are called changes."""


@router.get("/api/history/trend", responses={400: {"model": Problem, "description": "The history cannot be read."}})
def trend(server: ServerParts, exercise: str) -> Progress:
    """Say what this server's person's past sessions of one drill tell of progress."""
    settings = server.settings
    found = store.sessions(profile=settings.profile, exercise=exercise, store=settings.store)
    return Progress(sentences=list(trend_of(found).sentences()) if found else [])


@router.delete("/api/history/{number}", status_code=204, responses=NOT_FOUND)
def delete_session(number: Number, server: ServerParts) -> None:
    """Delete a past session for good, and the report that this page made of it."""
    import shutil

    settings = server.settings
    try:
        session, _ = store.read(number, settings.store)
    except HistoryError:
        raise not_found("such session") from None
    store.delete([number], settings.store)
    folder = _own_report(session, server)
    if folder:
        shutil.rmtree(settings.reports / folder, ignore_errors=True)


def _own_report(session: Session, server: ServerParts) -> str | None:
    """Return the path of a session's report below this server's reports, if it lies there."""
    root, folder = server.settings.reports, session.folder
    if folder is None or not folder.is_relative_to(root) or inside(folder, "report.html") is None:
        return None
    return folder.relative_to(root).as_posix()


def _past(session: Session, server: ServerParts) -> PastSession:
    own = _own_report(session, server)
    return PastSession(
        id=session.id,
        at=session.at,
        profile=session.profile,
        mode=session.mode,
        exercise=session.exercise,
        exercise_name=session.exercise_name,
        side=session.side,
        counted=session.counted,
        attempts=session.attempts,
        results=[PastResult(name=r.name, label=r.label, side=r.side, measured=r.measurement) for r in session.results],
        report=f"/reports/{own}/report.html" if own else None,
    )
