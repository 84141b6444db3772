from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from formcheck.core.errors import HistoryError
from formcheck.history import store
from formcheck.history.migrations import APPLICATION_ID, MIGRATIONS
from tests.conftest import ROOT
from tests.fixtures.reports import report

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
WRITER = """
import sys
from pathlib import Path
from formcheck.history import store
from tests.fixtures.reports import report
place, name, many = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
for i in range(many):
    print(store.add(report(clip=f"{name}-{i}.mp4"), profile=name, store=place), flush=True)
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "new" / "history.db"


def writer(place: Path, name: str, many: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(place), name, str(many)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_session_comes_back_with_its_whole_report_and_its_sides(place: Path) -> None:
    given = report(left=28.0, right=None)
    number = store.add(given, profile="anna", at=NOW, folder=place.parent, store=place)
    session, back = store.read(number, place)
    assert back == given
    assert (session.profile, session.at, session.exercise) == ("anna", NOW, "active-ir-arom")
    assert session.folder == place.parent.resolve()
    assert [(r.name, r.side, r.label) for r in session.results] == [
        ("ir", "left", "Active hip IR"),
        ("ir", "right", "Active hip IR"),
    ]
    found = session.result("ir", "left")
    assert found is not None
    assert (found.value, found.sigma) == (28.0, 3.0)
    assert session.result("ir", "right") is None


def test_the_same_clip_judged_again_is_the_same_session(place: Path) -> None:
    first = store.add(report(left=20.0), at=NOW, store=place)
    again = store.add(report(left=25.0), store=place)
    assert again == first
    (session,) = store.sessions(store=place)
    assert session.at == NOW
    found = session.result("ir", "left")
    assert found is not None
    assert found.value == 25.0
    assert store.add(report(), at=NOW + timedelta(days=1), store=place) != first
    assert store.add(report(), profile="ben", store=place) != first
    assert store.add(report(), mode="live", store=place) != store.add(report(), mode="live", store=place)


def test_sessions_are_found_by_person_drill_side_and_day(place: Path) -> None:
    for days, name, left in ((9, "anna", 20.0), (2, "anna", None), (1, "ben", 22.0)):
        store.add(report(left=left, clip=f"{days}"), profile=name, at=NOW - timedelta(days=days), store=place)
    assert [s.clip for s in store.sessions(store=place)] == [
        s.clip for s in sorted(store.sessions(store=place), key=lambda s: s.at)
    ]
    assert len(store.sessions(profile="anna", store=place)) == 2
    assert len(store.sessions(exercise="screen-squat", store=place)) == 0
    assert len(store.sessions(since=NOW - timedelta(days=3), store=place)) == 2
    assert len(store.sessions(until=NOW - timedelta(days=3), store=place)) == 1


def test_two_programs_writing_at_once_lose_nothing(place: Path) -> None:
    both = [writer(place, name, 15) for name in ("anna", "ben")]
    told = [program.communicate(timeout=120)[0].split()[1:] for program in both]
    assert all(program.returncode == 0 for program in both)
    numbers = [int(n) for one in told for n in one]
    assert len(set(numbers)) == 30
    assert {s.id for s in store.sessions(store=place)} == set(numbers)
    assert all(len(s.results) == 2 for s in store.sessions(store=place))


@pytest.mark.skipif(os.name == "nt", reason="kills with a signal")
def test_a_program_killed_at_any_moment_corrupts_nothing_and_loses_nothing_it_confirmed(place: Path) -> None:
    chance, confirmed = random.Random(5), set()
    for round_ in range(4):
        program = writer(place, f"anna-{round_}", 100_000)
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.05, 0.4))
        program.send_signal(signal.SIGKILL)
        told = program.communicate()[0].split("\n")[:-1]  # the last line may be cut off
        confirmed |= {int(line) for line in told}
    kept = store.sessions(store=place)
    with sqlite3.connect(place) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert confirmed
    assert confirmed <= {s.id for s in kept}
    assert all(len(s.results) == 2 for s in kept)
    assert store.add(report(clip="after"), store=place)


def test_deleting_leaves_no_trace_in_the_files(place: Path) -> None:
    keep = store.add(report(clip="kept.mp4"), profile="ben", store=place)
    gone = store.add(report(clip="secret-clip.mp4"), profile="secret-name", store=place)
    reader = sqlite3.connect(place)  # another program that has the store open
    reader.execute("SELECT count(*) FROM sessions").fetchone()
    store.delete([gone], place)
    reader.close()
    assert [s.id for s in store.sessions(store=place)] == [keep]
    bytes_ = b"".join(path.read_bytes() for path in place.parent.iterdir())
    assert b"kept.mp4" in bytes_
    assert b"secret" not in bytes_


def test_an_unknown_session_deletes_nothing(place: Path) -> None:
    number = store.add(report(), store=place)
    with pytest.raises(HistoryError, match="no session 99"):
        store.delete([number, 99], place)
    assert store.read(number, place)


def test_numbers_are_never_given_twice(place: Path) -> None:
    first = store.add(report(clip="a"), store=place)
    store.delete([first], place)
    assert store.add(report(clip="b"), store=place) > first


def test_the_store_is_marked_versioned_and_in_wal_mode(place: Path) -> None:
    store.add(report(), store=place)
    with sqlite3.connect(place) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_newer_store_is_left_alone(place: Path) -> None:
    store.add(report(), store=place)
    with sqlite3.connect(place) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(HistoryError, match="newer formcheck"):
        store.sessions(store=place)


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    theirs, text = tmp_path / "theirs.db", tmp_path / "notes.txt"
    with sqlite3.connect(theirs) as connection:
        connection.execute("CREATE TABLE birds (name TEXT)")
    text.write_text("not a database " * 100)
    with pytest.raises(HistoryError, match="another program"):
        store.add(report(), store=theirs)
    with pytest.raises(HistoryError, match="not a history"):
        store.add(report(), store=text)
    assert text.read_text().startswith("not a database")


def test_a_profile_needs_a_name(place: Path) -> None:
    with pytest.raises(HistoryError, match="needs a name"):
        store.add(report(), profile="  ", store=place)


def test_what_was_stored_is_plain_json(place: Path) -> None:
    store.add(report(), store=place)
    with sqlite3.connect(place) as connection:
        (text,) = connection.execute("SELECT report FROM sessions").fetchone()
    assert json.loads(text)["exercise"] == "active-ir-arom"
