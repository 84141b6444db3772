"""Nothing is ever left half-written."""

import errno
from pathlib import Path

import pytest

from formcheck.core.errors import OutputError
from formcheck.video.files import atomic_path, check_folder


def test_file_appears_only_after_success(tmp_path: Path) -> None:
    target = tmp_path / "new" / "report.json"
    with atomic_path(target) as temporary:
        temporary.write_text("{}")
        assert not target.exists()
        assert temporary.parent == target.parent
        assert temporary.suffix == ".json"
    assert target.read_text() == "{}"
    assert list(target.parent.iterdir()) == [target]


def test_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_path(target) as temporary:  # noqa: PT012
        temporary.write_text("half")
        raise ZeroDivisionError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_full_disk_is_one_sentence_with_advice(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"a\.txt: the disk is full; free some space"),
        atomic_path(tmp_path / "a.txt"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="part of the path is a file"), atomic_path(tmp_path / "file" / "x.txt"):
        pass


def test_a_folder_under_a_file_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="part of the path is a file"):
        check_folder(tmp_path / "file" / "out")
    check_folder(tmp_path / "new" / "deeper")
    assert not (tmp_path / "new").exists()
