"""What a source asks for: folders, patterns, manifests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from formcheck.batch.jobs import find_jobs
from formcheck.core.errors import SourceError

ROWS: list[dict[str, Any]] = [
    {"path": "a.mp4", "exercise": "screen-squat", "person": "p1", "expected_reps": 3, "expected_faults": "none"},
    {"path": "sub/b.mp4", "exercise": "supine-ir-liftoff", "side": "left", "expected_faults": "pelvis_roll;momentum"},
    {"path": "c.mp4", "exercise": "screen-squat", "camera": "phone", "view": "side"},
]


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def csv_of(folder: Path, rows: list[dict[str, Any]] = ROWS, name: str = "clips.csv") -> Path:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [",".join(columns)] + [",".join(str(row.get(c, "")) for c in columns) for row in rows]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / name


def test_a_folder_gives_its_videos_by_name_and_poses_that_have_no_video(tmp_path: Path) -> None:
    touch(*(tmp_path / n for n in ("b.mp4", "a.MOV", "deep/c.mkv", "b.poses.npz", "d.poses.npz", "notes.txt")))
    touch(tmp_path / ".hidden/e.mp4", tmp_path / "out/clips/f.mp4")
    jobs = find_jobs(tmp_path, "screen-squat", leave_out=tmp_path / "out")
    assert [job.name for job in jobs] == ["a.MOV", "b.mp4", "d.poses.npz", "deep/c.mkv"]
    assert {job.exercise for job in jobs} == {"screen-squat"}


def test_a_pattern_gives_what_fits_it_and_names_it_from_its_fixed_part(tmp_path: Path) -> None:
    touch(tmp_path / "one/a.mp4", tmp_path / "two/b.mp4", tmp_path / "two/b.mov")
    jobs = find_jobs(str(tmp_path / "**/*.mp4"), "screen-squat")
    assert [job.name for job in jobs] == ["one/a.mp4", "two/b.mp4"]


def test_csv_json_lines_and_parquet_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "clips.jsonl").write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    whole = [dict.fromkeys(ROWS[0] | ROWS[1] | ROWS[2]) | row for row in ROWS]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(whole), tmp_path / "clips.parquet")
    by_csv = find_jobs(csv_of(tmp_path))
    assert find_jobs(tmp_path / "clips.jsonl") == by_csv
    assert find_jobs(tmp_path / "clips.parquet") == by_csv


def test_a_manifest_gives_labels_and_passes_other_columns_on(tmp_path: Path) -> None:
    first, second, third = find_jobs(csv_of(tmp_path))
    assert (first.expected.reps, first.expected.faults, first.person) == (3, (), "p1")
    assert (second.side, second.expected.reps, second.expected.faults) == ("left", None, ("momentum", "pelvis_roll"))
    assert (third.expected.faults, third.view, dict(third.meta)) == (None, "side", {"camera": "phone"})
    assert second.path == tmp_path / "sub/b.mp4"


def test_the_same_is_always_called_the_same(tmp_path: Path) -> None:
    keys = [job.key for job in find_jobs(csv_of(tmp_path))]
    assert [job.key for job in find_jobs(csv_of(tmp_path, ROWS[::-1]))] == keys[::-1]
    assert len(set(keys)) == 3


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"path": "a.mp4"}, "which drill"),
        ({"exercise": "screen-squat"}, "has no path"),
        ({"path": "a.mp4", "exercise": "screen-squat", "expected_reps": "three"}, "whole number"),
        ({"path": "a.mp4", "exercise": "screen-squat", "expected_reps": -1}, "whole number"),
        (
            {"path": "a.mp4", "exercise": "screen-squat", "expected_faults": "knee_valgos"},
            "no compensation .knee_valgos",
        ),
        ({"path": "a.mp4", "exercise": "screen-squat", "expected_faults": "none;knee_valgus"}, "one or the other"),
        ({"path": "a.mp4", "exercise": "screen-squat", "reps": 3}, "expected_reps"),
    ],
)
def test_a_row_that_cannot_be_understood_is_one_sentence(tmp_path: Path, row: dict[str, Any], says: str) -> None:
    with pytest.raises(SourceError, match=says):
        find_jobs(csv_of(tmp_path, [row]))


def test_the_same_asked_for_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"asks twice for a\.mp4"):
        find_jobs(csv_of(tmp_path, [ROWS[0], ROWS[0]]))


def test_nothing_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no videos"):
        find_jobs(tmp_path, "screen-squat")
    with pytest.raises(SourceError, match="nothing fits"):
        find_jobs(str(tmp_path / "*.mp4"), "screen-squat")
    with pytest.raises(SourceError, match="does not exist"):
        find_jobs(tmp_path / "gone", "screen-squat")
    (tmp_path / "bad.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be read as a manifest"):
        find_jobs(tmp_path / "bad.jsonl")
