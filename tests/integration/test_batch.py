"""Batches end to end: results, resuming after any kind of death, engines, the command's exit codes."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import av
import pyarrow.parquet
import pytest

from formcheck.batch.jobs import find_jobs
from formcheck.batch.local import ATTEMPTS, run_local
from formcheck.batch.ray_engine import RayOptions
from formcheck.batch.record import RECORD
from formcheck.batch.run import current, run_batch
from formcheck.batch.scorer import Options, Scorer, folder_of
from formcheck.core.errors import OutputError
from tests.conftest import missing
from tests.fixtures.saved import put_squat

FAST = Options(report=False, offline=True)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two squats, one with truth, and a file that is no video."""
    folder = tmp_path_factory.mktemp("clips")
    put_squat(folder / "a.poses.npz", with_truth=True)
    put_squat(folder / "b.poses.npz")
    (folder / "c.mp4").write_bytes(b"not a video")
    return folder


@pytest.fixture(scope="module")
def whole(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the results of an uninterrupted run with reports."""
    out = tmp_path_factory.mktemp("whole")
    result = run_batch(clips, out, exercise="screen-squat", workers=2)
    assert (len(result.rows), result.scored, result.errors) == (3, 3, 1)
    return out


def rows_of(out: Path) -> list[dict[str, str]]:
    with (out / "results.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_clip_has_its_report_and_row_and_a_bad_one_stops_nothing(whole: Path) -> None:
    first, second, third = rows_of(whole)
    assert [row["clip"] for row in (first, second, third)] == ["a.poses.npz", "b.poses.npz", "c.mp4"]
    assert (first["reps"], first["expected_reps"], first["match"]) == ("1", "1", "yes")
    assert (second["status"], second["expected_reps"], second["match"]) == ("ok", "", "")
    assert (third["status"], third["report"]) == ("error", "")
    assert "not a video" in third["error"]
    for row in (first, second):
        assert (whole / row["report"]).is_file()
    assert pyarrow.parquet.read_table(whole / "results.parquet").column("reps").to_pylist() == [1, 1, None]
    angles = json.loads((whole / "metrics.json").read_text(encoding="utf-8"))["overall"]["angles"]
    assert angles["hip_flexion_left_change"]["clips"] == 1
    assert 0 < angles["hip_flexion_left_change"]["mae"] < 15, "perfect landmarks of a known person"
    page = (whole / "summary.html").read_text(encoding="utf-8")
    assert page.index("c.mp4") < page.index("a.poses.npz"), "failures come first"
    assert first["report"] in page


def test_a_second_run_scores_nothing_and_a_changed_clip_alone(clips: Path, tmp_path: Path) -> None:
    mine = tmp_path / "clips"
    for name in ("a", "b"):
        put_squat(mine / f"{name}.poses.npz")
    out = tmp_path / "out"
    jobs = find_jobs(mine, "screen-squat")
    for job in jobs:
        Scorer(FAST, out).score(job)
    assert run_batch(mine, out, exercise="screen-squat", options=FAST).scored == 0
    os.utime(mine / "a.poses.npz", (1, 1))
    assert current(jobs[0], FAST, out) is None, "another time: looked at again"
    before = (folder_of(out, jobs[0]) / RECORD).read_bytes()
    Scorer(FAST, out).score(jobs[0])
    after = (folder_of(out, jobs[0]) / RECORD).read_bytes()
    assert before != after
    assert current(jobs[0], FAST, out) is not None, "the same content under another time is current"
    (mine / "a.poses.npz").write_bytes(b"damaged")
    assert current(jobs[0], FAST, out) is None
    assert current(jobs[1], FAST, out) is not None
    assert current(jobs[1], Options(report=True), out) is None, "other options, other results"


def test_two_runs_never_write_to_the_same_folder(clips: Path, tmp_path: Path) -> None:
    from filelock import FileLock

    with FileLock(tmp_path / ".lock"), pytest.raises(OutputError, match="another run"):
        run_batch(clips, tmp_path, exercise="screen-squat", options=FAST)


def test_killed_at_any_moment_and_run_again_the_results_are_the_same_set(
    whole: Path, clips: Path, tmp_path: Path
) -> None:
    """SIGKILL, SIGINT and SIGTERM at random moments; the last run ends by itself."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "formcheck", "batch", str(clips), "--out", str(out), "-e", "screen-squat"]
    command += ["--workers", "2", "--fail-on", "never", "--quiet"]
    dice = random.Random(7)
    for sign in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        _wait_for_a_moment(out, dice)
        process.send_signal(sign)
        process.wait(timeout=120)
    subprocess.run(command, check=True, timeout=300)
    assert (out / "results.csv").read_text() == (whole / "results.csv").read_text()
    assert sorted(p.name for p in (out / "clips").iterdir()) == sorted(p.name for p in (whole / "clips").iterdir())
    kept = {p.relative_to(out) for p in (out / "clips").rglob("*") if p.is_file()}
    assert kept == {p.relative_to(whole) for p in (whole / "clips").rglob("*") if p.is_file()}, "nothing is left over"


def _wait_for_a_moment(out: Path, dice: random.Random) -> None:
    """Wait until the run has begun to write, and a little longer."""
    end = time.monotonic() + 60
    while not (out / "clips").is_dir() and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(dice.uniform(0.0, 1.0))


def test_a_worker_killed_in_the_middle_of_a_clip_costs_nothing(tmp_path: Path) -> None:
    """The first worker dies on a clip that is a pipe nobody writes to; then the clip is there."""
    jobs = find_jobs(put_squat(tmp_path / "in/a.poses.npz"), "screen-squat")
    real = jobs[0].path.rename(tmp_path / "in/real.npz")
    os.mkfifo(jobs[0].path)
    found = run_local(jobs, FAST, tmp_path / "out", 1)
    import threading

    def kill_then_mend() -> None:
        worker = _child_of(os.getpid())
        time.sleep(1.0)
        jobs[0].path.unlink()
        real.rename(jobs[0].path)
        os.kill(worker, signal.SIGKILL)

    threading.Thread(target=kill_then_mend).start()
    (record,) = found
    assert (record.row["status"], record.row["reps"]) == ("ok", 1)


def test_a_clip_that_kills_every_worker_becomes_an_error_that_the_next_run_tries_again(tmp_path: Path) -> None:
    jobs = find_jobs(put_squat(tmp_path / "in/a.poses.npz"), "screen-squat")
    killed: list[int] = []

    def kill_all() -> None:
        while len(killed) < ATTEMPTS:
            killed.append(_child_of(os.getpid(), killed))
            os.kill(killed[-1], signal.SIGKILL)

    import threading

    threading.Thread(target=kill_all).start()
    (record,) = run_local(jobs, FAST, tmp_path / "out", 1)
    assert record.row["status"] == "error"
    assert f"ended {ATTEMPTS} times (SIGKILL" in record.row["error"]
    assert not record.lasting
    assert current(jobs[0], FAST, tmp_path / "out") is None


def _child_of(parent: int, but: list[int] | tuple[int, ...] = ()) -> int:
    """Return a worker process, once there is one."""
    import multiprocessing

    end = time.monotonic() + 60
    while time.monotonic() < end:
        for child in multiprocessing.active_children():
            if child.name == "formcheck-worker" and child.pid is not None and child.pid not in but:
                return child.pid
        time.sleep(0.01)
    raise AssertionError("no worker was started")


def test_ray_gives_the_same_rows(whole: Path, clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        import ray  # noqa: F401
    except ImportError:
        missing("ray")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "1")  # formcheck switches it off whatever was set
    run_batch(clips, tmp_path, exercise="screen-squat", on_ray=RayOptions(workers=2, through_store=True))
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
    assert (tmp_path / "results.csv").read_text() == (whole / "results.csv").read_text()
    kept = {p.relative_to(tmp_path) for p in (tmp_path / "clips").rglob("*") if p.is_file() and p.name[0] != "."}
    assert {p.relative_to(whole) for p in (whole / "clips").rglob("*") if p.is_file() and p.name[0] != "."} == kept


@pytest.mark.parametrize(("policy", "code"), [("error", 1), ("never", 0)])
def test_the_exit_code_follows_the_policy(whole: Path, clips: Path, policy: str, code: int) -> None:
    command = [sys.executable, "-m", "formcheck", "batch", str(clips), "--out", str(whole), "-e", "screen-squat"]
    done = subprocess.run([*command, "--fail-on", policy], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stderr
    assert "3 clips: 0 scored now, 3 kept from before; 1 with an error, 0 not as labelled." in done.stdout


def test_a_mismatch_fails_when_asked_to(tmp_path: Path) -> None:
    put_squat(tmp_path / "a.poses.npz")
    (tmp_path / "m.csv").write_text("path,exercise,expected_reps\na.poses.npz,screen-squat,4\n", encoding="utf-8")
    command = [sys.executable, "-m", "formcheck", "batch", str(tmp_path / "m.csv"), "--out", str(tmp_path / "out")]
    command += ["--no-report", "--quiet"]
    done = subprocess.run([*command, "--fail-on", "mismatch"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stderr
    assert rows_of(tmp_path / "out")[0]["mismatch"] == "1 of 4 reps"
    assert subprocess.run(command, capture_output=True, timeout=120).returncode == 0


@pytest.mark.slow
def test_a_video_gets_its_pictures_and_keeps_its_poses(
    pose_model: Path, sample: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = tmp_path / "in/squat.mp4"
    clip.parent.mkdir()
    with av.open(str(sample("squat_front_clean"))) as source, av.open(str(clip), "w") as target:
        stream = target.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for i, frame in enumerate(source.decode(video=0)):
            if i == 40:
                break
            target.mux(stream.encode(frame.reformat(format="yuv420p")))
        target.mux(stream.encode(None))
    (job,) = find_jobs(clip, "screen-squat")
    record = Scorer(Options(offline=True), tmp_path / "out").score(job)
    folder = folder_of(tmp_path / "out", job)
    assert record.row["status"] == "ok", record.row.get("error")
    assert (folder / "thumbnail.jpg").is_file()
    assert len(list(folder.glob("*.poses.npz"))) == 1
    monkeypatch.setattr("formcheck.batch.cache.track_clip", None)  # looking at it again would fail
    assert Scorer(Options(offline=True, report=False), tmp_path / "out").score(job).row["status"] == "ok"
