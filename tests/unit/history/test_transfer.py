from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from formcheck.core.errors import HistoryError
from formcheck.history import store
from formcheck.history.transfer import export_csv, export_json, import_json
from tests.fixtures.reports import report

AT = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    place = tmp_path / "one.db"
    store.add(report(20.0, 21.0, clip="a"), profile="anna", at=AT, store=place)
    store.add(report(22.0, None, clip="b"), profile="ben", at=AT, mode="live", store=place)
    export_json(store.sessions(store=place), tmp_path / "out.json", place)
    return tmp_path / "out.json"


def test_another_computer_gets_the_same_sessions_once(exported: Path, tmp_path: Path) -> None:
    other = tmp_path / "two.db"
    assert import_json(exported, other).new == 2
    again = import_json(exported, other)
    assert (again.new, again.known) == (0, 2)
    kept = store.sessions(store=other)
    assert [(s.profile, s.at, s.mode) for s in kept] == [("anna", AT, "analyze"), ("ben", AT, "live")]
    assert store.read(kept[0].id, other)[1] == report(20.0, 21.0, clip="a")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "other"}, "no history of formcheck"),
        ({"format_version": 99}, "newer formcheck"),
        ({"sessions": [{"uid": "x"}]}, "damaged"),
    ],
)
def test_a_file_that_is_not_right_adds_nothing(
    exported: Path, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    data = json.loads(exported.read_text())
    exported.write_text(json.dumps({**data, **change}))
    with pytest.raises(HistoryError, match=words):
        import_json(exported, tmp_path / "two.db")
    assert store.sessions(store=tmp_path / "two.db") == ()


def test_a_file_that_is_missing_or_no_json_is_said(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="cannot be read"):
        import_json(tmp_path / "none.json", tmp_path / "two.db")
    (tmp_path / "text.json").write_text("hello")
    with pytest.raises(HistoryError, match="no JSON"):
        import_json(tmp_path / "text.json", tmp_path / "two.db")


def test_the_table_has_a_row_for_every_result_and_no_number_for_none(exported: Path, tmp_path: Path) -> None:
    export_csv(store.sessions(store=tmp_path / "one.db"), tmp_path / "out.csv")
    rows = list(csv.DictReader((tmp_path / "out.csv").open()))
    assert [(r["profile"], r["side"], r["value"], r["reason"]) for r in rows] == [
        ("anna", "left", "20.000", ""),
        ("anna", "right", "21.000", ""),
        ("ben", "left", "22.000", ""),
        ("ben", "right", "", "not_visible"),
    ]
