"""`formcheck history` and `formcheck export` as a person runs them, on a store with a few sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from formcheck.cli import app
from formcheck.core.errors import FormcheckError, HistoryError
from formcheck.history import store
from tests.fixtures.reports import DRILL, report


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a store with two people's sessions; the first one's report has a folder."""
    path, now = tmp_path / "history.db", datetime.now().astimezone()
    folder = tmp_path / "report"
    folder.mkdir()
    first = report(20.0, 21.0, clip="a.mp4")
    (folder / "report.json").write_text(first.model_dump_json(), encoding="utf-8")
    (folder / "angles.csv").write_text("time_s\n0.0\n", encoding="utf-8")
    (folder / "mine.txt").write_text("keep", encoding="utf-8")
    store.add(first, profile="anna", at=now - timedelta(days=60), folder=folder, store=path)
    store.add(report(45.0, 22.0, clip="b.mp4"), profile="anna", at=now, store=path)
    store.add(report(30.0, 30.0, clip="c.mp4"), profile="ben", at=now, store=path)
    return path


def run(*arguments: str | Path, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], input=answer, env={"COLUMNS": "200"})


def said(done: Result) -> str:
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def refused(done: Result) -> str:
    assert isinstance(done.exception, FormcheckError), done.output
    text = str(done.exception)
    assert "\n" not in text
    return text


def test_the_list_can_be_narrowed(place: Path) -> None:
    everyone = said(run("history", "--store", place))
    assert "anna" in everyone
    assert "ben" in everyone
    assert "ben" not in said(run("history", "--profile", "anna", "--store", place))
    today = f"{datetime.now():%Y-%m-%d}"
    assert "20° ± 3°" not in said(run("history", "list", "--since", today, "--store", place))
    assert "No sessions" in said(run("history", "--exercise", "screen-squat", "--store", place))
    assert "YYYY-MM-DD" in refused(run("history", "--since", "yesterday", "--store", place))


def test_a_session_can_be_shown_and_two_compared(place: Path) -> None:
    assert "3 repetitions counted." in said(run("history", "show", "1", "--store", place))
    text = said(run("history", "compare", "1", "2", "--store", place))
    assert "+25°" in text
    assert "more" in text
    assert "no change that can be told" in text
    assert "published benchmark" in text
    assert "ben's" in refused(run("history", "compare", "1", "3", "--store", place))
    assert "no session 9" in refused(run("history", "show", "9", "--store", place))


def test_sessions_of_different_sides_are_not_compared(tmp_path: Path) -> None:
    place = tmp_path / "history.db"
    for left, right in ((20.0, None), (None, 20.0)):
        store.add(report(left, right, clip=f"{left}"), store=place)
    assert "no number of the same side" in refused(run("history", "compare", "1", "2", "--store", place))


def test_the_trend_is_written_for_one_person(place: Path, tmp_path: Path) -> None:
    assert "say whose with --profile" in refused(run("history", "trend", DRILL, "--store", place))
    text = said(run("history", "trend", DRILL, "--profile", "anna", "--store", place, "--out", tmp_path / "t"))
    assert "Active hip IR, left: 25° more" in text
    assert {p.name for p in (tmp_path / "t").iterdir()} == {"trend.html", "trend.png", "assets"}


def test_sessions_travel_in_a_file(place: Path, tmp_path: Path) -> None:
    said(run("history", "export", tmp_path / "all.json", "--store", place))
    assert "3 new, 0 known" in said(run("history", "import", tmp_path / "all.json", "--store", tmp_path / "two.db"))
    assert ".json or .csv" in refused(run("history", "export", tmp_path / "all.xls", "--store", place))


def test_deleting_asks_and_takes_the_reports_files_too(place: Path, tmp_path: Path) -> None:
    asked = run("history", "delete", "1", "--store", place, answer="n\n")
    assert asked.exit_code == 1
    assert str(tmp_path / "report") in asked.output
    assert len(store.sessions(store=place)) == 3
    said(run("history", "delete", "1", "--store", place, answer="y\n"))
    assert {s.id for s in store.sessions(store=place)} == {2, 3}
    assert [p.name for p in (tmp_path / "report").iterdir()] == ["mine.txt"]
    said(run("history", "delete", "--profile", "ben", "--yes", "--store", place))
    assert {s.profile for s in store.sessions(store=place)} == {"anna"}
    with pytest.raises(HistoryError):
        raise run("history", "delete", "--store", place).exception or AssertionError


def test_keeping_options_need_save(tmp_path: Path) -> None:
    text = refused(run("analyze", tmp_path / "clip.mp4", "-e", "screen-squat", "--profile", "anna"))
    assert "--save" in text
