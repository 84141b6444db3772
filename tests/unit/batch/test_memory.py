"""What a worker may hold is enforced: the clip becomes an error, the worker is replaced, the next clips go on."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.batch import local
from formcheck.batch.jobs import find_jobs
from formcheck.batch.memory import MemoryWatch, TooMuchMemoryError, peak_mb, resident_mb
from formcheck.batch.run import current
from formcheck.batch.scorer import Options, Scorer
from tests.fixtures.saved import put_squat

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process holds")

TIGHT = Options(report=False, offline=True, memory_mb=1)


def nobody_watches() -> bool:
    time.sleep(0.3)
    return not [t for t in threading.enumerate() if t.name == "formcheck-memory"]


def test_growth_beyond_the_bound_is_stopped_where_it_happens() -> None:
    held: list[Any] = []
    bound = resident_mb() + 60

    def grow(watch: MemoryWatch) -> None:
        watch.start()
        for _ in range(100):
            held.append(np.ones(10 * 2**17))  # 10 MB
            time.sleep(0.02)

    with pytest.raises(TooMuchMemoryError), MemoryWatch(bound) as watch:
        grow(watch)
    assert 5 <= len(held) < 60
    assert peak_mb() > bound


def test_work_within_the_bound_is_left_alone_and_the_watch_ends_with_it() -> None:
    with MemoryWatch(resident_mb() + 500) as watch:
        watch.start()
        time.sleep(0.3)
    assert nobody_watches()


def test_a_watch_that_strikes_at_once_ends_as_well() -> None:
    def sleep(watch: MemoryWatch) -> None:
        watch.start()
        time.sleep(1)

    for _ in range(20):
        with pytest.raises(TooMuchMemoryError), MemoryWatch(1) as watch:
            sleep(watch)
    assert nobody_watches()


def test_a_clip_that_needs_too_much_is_an_error_that_more_memory_mends(tmp_path: Path) -> None:
    (job,) = find_jobs(put_squat(tmp_path / "a.poses.npz"), "screen-squat")
    record = Scorer(TIGHT, tmp_path / "out").score(job)
    assert record.row["status"] == "error"
    assert "needs more than 1 MB of memory; allow more with --memory" in record.row["error"]
    assert current(job, TIGHT, tmp_path / "out") is None, "the next run tries again"
    again = Scorer(Options(report=False, offline=True), tmp_path / "out").score(job)
    assert (again.row["status"], again.row["reps"]) == ("ok", 1)


def test_a_worker_that_rests_too_high_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        put_squat(tmp_path / f"in/{name}.poses.npz")
    hired: list[int] = []
    hire = local._hire

    def counted(options: Options, out: Path) -> Any:
        worker = hire(options, out)
        hired.append(worker.process.pid or 0)
        return worker

    monkeypatch.setattr(local, "_hire", counted)
    records = list(local.run_local(find_jobs(tmp_path / "in", "screen-squat"), TIGHT, tmp_path / "out", 1))
    assert [r.row["status"] for r in records] == ["error", "error"]
    assert len(set(hired)) == 2
