"""What `formcheck batch` says at its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from formcheck.batch import run
from formcheck.batch.run import BatchResult
from formcheck.cli import app


def invoke(monkeypatch: pytest.MonkeyPatch, out: Path, found: BatchResult | BaseException, *options: str) -> Any:
    def batch(*_: Any, **__: Any) -> BatchResult:
        if isinstance(found, BaseException):
            raise found
        return found

    monkeypatch.setattr(run, "run_batch", batch)
    return CliRunner().invoke(app, ["batch", "clips", "--out", str(out), *options], env={"COLUMNS": "200"})


def test_stopped_by_ctrl_c_it_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = invoke(monkeypatch, tmp_path, KeyboardInterrupt())
    assert done.exit_code == 130
    assert "the same command goes on from there" in done.output


def test_clips_with_an_error_or_a_mismatch_are_named_up_to_ten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"clip": "gone.mp4", "status": "error", "error": "is empty", "match": None}]
    rows += [{"clip": f"{i}.mp4", "status": "ok", "match": False, "mismatch": "1 of 2 reps"} for i in range(11)]
    result = BatchResult(tmp_path, tuple(rows), scored=12)
    done = invoke(monkeypatch, tmp_path, result, "--fail-on", "never")
    assert done.exit_code == 0
    assert "gone.mp4: is empty" in done.output
    assert "0.mp4: 1 of 2 reps" in done.output
    assert "10.mp4" not in done.output
    assert "and 2 more" in done.output
    assert invoke(monkeypatch, tmp_path, result, "--fail-on", "mismatch").exit_code == 1
    assert invoke(monkeypatch, tmp_path, result, "--quiet", "--fail-on", "never").output == ""
