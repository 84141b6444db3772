"""The store of past sessions: one SQLite file that several programs may read and write at once.

Write-ahead logging lets readers go on while one writes, every session is one transaction that reaches the disk before
`add` returns, and a program killed at any moment leaves the store as it was before or after that transaction.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from formcheck.core.errors import HistoryError
from formcheck.core.measurement import Measurement
from formcheck.history.migrations import migrate
from formcheck.history.place import default_store
from formcheck.history.records import Mode, Result, Session, clip_of, results_of
from formcheck.report.model import RepReport

DEFAULT_PROFILE: Final = "me"
"""Whose sessions they are where nobody says."""
_WAIT_S: Final = 30.0  # how long to wait for another program's transaction; each takes milliseconds


def add(
    report: RepReport,
    *,
    profile: str = DEFAULT_PROFILE,
    at: datetime | None = None,
    mode: Mode = "analyze",
    folder: Path | None = None,
    store: Path | None = None,
    uid: str | None = None,
) -> int:
    """Write a session to the history; the one way in, for live sessions and analysed clips alike.

    The same clip, drill and side judged again replaces what was there for it (of the same person and day), so that
    nothing is counted twice. A live session is never the same as another.

    Parameters
    ----------
    report
        The session's report.
    profile
        Who trained.
    at
        When it was filmed, with its offset from UTC; left out: now, or for a clip that is there already, as before.
    mode
        analyze or live.
    folder
        Where the report's files are, if any were written.
    store
        The history's file; left out: in the user's data folder.
    uid
        The session's unique name, given when it comes from another store.

    Returns
    -------
    int
        The session's number.

    Raises
    ------
    HistoryError
        The store cannot be written, or is another program's; the profile's name is empty.
    """
    name = profile.strip()
    if not name:
        raise HistoryError("a profile needs a name; give one with --profile NAME")
    with opened(store) as connection, _transaction(connection):
        connection.execute("INSERT OR IGNORE INTO profiles (name) VALUES (?)", (name,))
        owner = connection.execute("SELECT id FROM profiles WHERE name = ?", (name,)).fetchone()[0]
        earlier = None if mode == "live" else _same_clip(connection, owner, clip_of(report), at, uid)
        when = at or (datetime.fromisoformat(earlier["at"]) if earlier else datetime.now().astimezone())
        values = _columns(report, owner, when, mode, folder)
        if earlier is not None:
            session = int(earlier["id"])
            connection.execute("DELETE FROM results WHERE session_id = ?", (session,))
            connection.execute(
                f"UPDATE sessions SET {', '.join(f'{k} = ?' for k in values)} WHERE id = ?", (*values.values(), session)
            )
        else:
            values["uid"] = uid or uuid.uuid4().hex
            marks = ", ".join("?" * len(values))
            done = connection.execute(
                f"INSERT INTO sessions ({', '.join(values)}) VALUES ({marks})", tuple(values.values())
            )
            session = int(done.lastrowid or 0)
        connection.executemany(
            "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (session, r.name, r.side, r.label, r.measurement.unit, *_number(r.measurement))
                for r in results_of(report)
            ],
        )
    return session


def sessions(
    *,
    profile: str | None = None,
    exercise: str | None = None,
    side: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    store: Path | None = None,
) -> tuple[Session, ...]:
    """Return the sessions in order of time, as far as they fit what is asked for.

    Parameters
    ----------
    profile, exercise
        Only this person's, only this drill's (by id).
    side
        Only those with a result of this side.
    since, until
        Only from then on, only before then; with their offsets from UTC.
    store
        The history's file; left out: in the user's data folder.

    Raises
    ------
    HistoryError
        The store cannot be read.
    """
    with opened(store) as connection:
        rows = connection.execute(f"{_SELECT} ORDER BY sessions.id").fetchall()
        results = _results(connection)
    found = [_session(row, results.get(row["id"], ())) for row in rows]
    found = [
        s
        for s in found
        if (profile is None or s.profile == profile)
        and (exercise is None or s.exercise == exercise)
        and (side is None or s.side == side or any(r.side == side for r in s.results))
        and (since is None or s.at >= since)
        and (until is None or s.at < until)
    ]
    return tuple(sorted(found, key=lambda s: (s.at, s.id)))


def read(session: int, store: Path | None = None) -> tuple[Session, RepReport]:
    """Return a session and its whole report.

    Raises
    ------
    HistoryError
        There is no such session, or it cannot be read.
    """
    with opened(store) as connection:
        row = connection.execute(f"{_SELECT} WHERE sessions.id = ?", (session,)).fetchone()
        if row is None:
            raise HistoryError(f"there is no session {session}; `formcheck history` lists them")
        results = _results(connection, session)
    try:
        report = RepReport.model_validate_json(row["report"])
    except ValidationError as error:
        raise HistoryError(f"the report of session {session} is of a version this formcheck cannot read") from error
    return _session(row, results.get(session, ())), report


def unique_names(store: Path | None = None) -> dict[str, int]:
    """Return the session number of every unique name in the store."""
    with opened(store) as connection:
        return {row["uid"]: row["id"] for row in connection.execute("SELECT uid, id FROM sessions")}


def delete(numbers: list[int], store: Path | None = None) -> None:
    """Delete sessions for good: their pages in the file are overwritten and the file is packed anew.

    People without any session left are forgotten with their last one.

    Raises
    ------
    HistoryError
        There is no such session; then none is deleted.
    """
    with opened(store) as connection:
        with _transaction(connection):
            known = {row["id"] for row in connection.execute("SELECT id FROM sessions")}
            if missing := [n for n in numbers if n not in known]:
                raise HistoryError(f"there is no session {missing[0]}; nothing was deleted")
            connection.executemany("DELETE FROM sessions WHERE id = ?", [(n,) for n in numbers])
            connection.execute("DELETE FROM profiles WHERE id NOT IN (SELECT profile_id FROM sessions)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def opened(store: Path | None = None) -> Iterator[sqlite3.Connection]:
    """Give a connection to the store, made and brought to the newest version if need be.

    Raises
    ------
    HistoryError
        It cannot be opened, read or written; or it stayed busy.
    """
    path = Path(store) if store is not None else default_store()
    connection: sqlite3.Connection | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
        connection.row_factory = sqlite3.Row
        _patiently(connection, "PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection, path)
        yield connection
    except (sqlite3.Error, OSError) as error:
        raise HistoryError(f"the history {path} cannot be used: {_why(error)}") from error
    finally:
        if connection is not None:
            connection.close()


def _patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Run a statement that does not wait by itself while another program opens the same new file."""
    until = time.monotonic() + _WAIT_S
    while True:
        try:
            connection.execute(statement)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _why(error: Exception) -> str:
    if isinstance(error, sqlite3.DatabaseError) and "not a database" in str(error):
        return "it is not a history; give another file with --store"
    if "locked" in str(error):
        return "another program keeps it busy; try again when that one is done"
    if "readonly" in str(error) or "unable to open" in str(error) or isinstance(error, OSError):
        return "it cannot be opened there for writing; give another file with --store"
    return f"{error}; give another file with --store"


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _same_clip(
    connection: sqlite3.Connection, owner: int, clip: str, at: datetime | None, uid: str | None
) -> sqlite3.Row | None:
    """Return the session of the same clip (of the same day, where a day is said), or of the same unique name."""
    if uid is not None:
        found: sqlite3.Row | None = connection.execute("SELECT * FROM sessions WHERE uid = ?", (uid,)).fetchone()
        return found
    rows = connection.execute(
        "SELECT * FROM sessions WHERE profile_id = ? AND clip = ? AND mode = 'analyze' ORDER BY id", (owner, clip)
    ).fetchall()
    same = [r for r in rows if at is None or datetime.fromisoformat(r["at"]).date() == at.date()]
    return same[-1] if same else None


def _columns(report: RepReport, owner: int, at: datetime, mode: Mode, folder: Path | None) -> dict[str, Any]:
    return {
        "profile_id": owner,
        "at": (at if at.tzinfo else at.astimezone()).isoformat(timespec="seconds"),
        "mode": mode,
        "exercise": report.exercise,
        "exercise_name": report.exercise_name,
        "side": report.side,
        "view": report.view.found,
        "elevation_deg": report.view.elevation_deg,
        "width": report.source.width,
        "height": report.source.height,
        "counted": report.summary.counted,
        "attempts": report.summary.attempts,
        "clip": clip_of(report),
        "folder": None if folder is None else str(Path(folder).resolve()),
        "report": report.model_dump_json(),
    }


def _number(found: Measurement) -> tuple[float | None, float | None, str | None]:
    return found.value, found.sigma, found.reason


_SELECT: Final = "SELECT sessions.*, profiles.name AS profile FROM sessions JOIN profiles ON profiles.id = profile_id"


def _results(connection: sqlite3.Connection, session: int | None = None) -> dict[int, tuple[Result, ...]]:
    where, values = ("", ()) if session is None else ("WHERE session_id = ?", (session,))
    rows = connection.execute(f"SELECT * FROM results {where} ORDER BY rowid", values).fetchall()
    found: dict[int, tuple[Result, ...]] = {}
    for row in rows:
        number = Measurement(row["value"], row["sigma"], row["unit"], row["reason"])
        result = Result(row["name"], row["side"], row["label"], number)
        found[row["session_id"]] = (*found.get(row["session_id"], ()), result)
    return found


def _session(row: sqlite3.Row, results: tuple[Result, ...]) -> Session:
    return Session(
        id=row["id"],
        profile=row["profile"],
        at=datetime.fromisoformat(row["at"]),
        mode=row["mode"],
        exercise=row["exercise"],
        exercise_name=row["exercise_name"],
        side=row["side"],
        view=row["view"],
        elevation_deg=row["elevation_deg"],
        size=(row["width"], row["height"]),
        counted=row["counted"],
        attempts=row["attempts"],
        clip=row["clip"],
        folder=None if row["folder"] is None else Path(row["folder"]),
        results=results,
    )
