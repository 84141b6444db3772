"""The history's tables, step by step: a store of any earlier version becomes the newest when it is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from formcheck.core.errors import HistoryError

APPLICATION_ID: Final = 0x666D6368
"""Marks a SQLite file as formcheck's history ("fmch")."""

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """
        CREATE TABLE profiles (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        )
        """,
        """
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            uid TEXT NOT NULL UNIQUE,
            profile_id INTEGER NOT NULL REFERENCES profiles(id),
            at TEXT NOT NULL,
            mode TEXT NOT NULL,
            exercise TEXT NOT NULL,
            exercise_name TEXT NOT NULL,
            side TEXT NOT NULL,
            view TEXT NOT NULL,
            elevation_deg REAL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            counted INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            clip TEXT NOT NULL,
            folder TEXT,
            report TEXT NOT NULL
        )
        """,
        "CREATE INDEX sessions_by_drill ON sessions (profile_id, exercise, at)",
        """
        CREATE TABLE results (
            session_id INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            side TEXT NOT NULL,
            label TEXT NOT NULL,
            unit TEXT NOT NULL,
            value REAL,
            sigma REAL,
            reason TEXT,
            PRIMARY KEY (session_id, name, side)
        )
        """,
    ),
)
"""Statements that lead from version n to n + 1; never changed once released, only added to."""


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring an open store to the newest version; two programs that do so at once do it once.

    Parameters
    ----------
    connection
        In autocommit mode (`isolation_level=None`).
    path
        Its file, for the message.

    Raises
    ------
    HistoryError
        The file is another program's, or a newer formcheck made it.
    """
    _check(connection, path)
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        _check(connection, path)
        for version in range(_version(connection), len(MIGRATIONS)):
            for statement in MIGRATIONS[version]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _check(connection: sqlite3.Connection, path: Path) -> None:
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if mark != APPLICATION_ID and tables:
        raise HistoryError(f"{path} is a database of another program; give another file with --store")
    if _version(connection) > len(MIGRATIONS):
        raise HistoryError(f"{path} was written by a newer formcheck; update formcheck to read it")
