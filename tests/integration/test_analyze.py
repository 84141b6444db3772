"""`formcheck analyze` as a person runs it: a clip to a report, and every bad input one sentence."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import pytest

import formcheck
from formcheck.synthetic.truth import read_truth
from tests.fixtures.clips import write_clip, write_sound

SQUAT = "squat_front_clean"


def run(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "formcheck", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=300, env={**os.environ, **environment}
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exit code 2, one line on stderr that names the matter, no traceback, nothing on stdout."""
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    for word in words:
        assert word in lines[0], lines[0]
    assert done.stdout == ""


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory, pose_model: Path, sample: Callable[[str], Path]) -> Path:
    """Return a folder with a report and saved poses of a sample clip."""
    folder = tmp_path_factory.mktemp("analysed")
    done = run(
        "analyze", sample(SQUAT), "-e", "screen-squat", "-o", folder / "out", "--save-poses", folder / "poses.npz"
    )
    assert done.returncode == 0, done.stderr
    (folder / "stdout.txt").write_text(done.stdout, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_the_report_agrees_with_the_truth_of_the_clip(analysed: Path, sample: Callable[[str], Path]) -> None:
    truth = read_truth(sample(SQUAT))
    report = json.loads((analysed / "out" / "report.json").read_text(encoding="utf-8"))
    counted = [rep for rep in report["reps"] if rep["counted"]]
    assert len(counted) == len(truth["reps"])
    for rep, true in zip(counted, truth["reps"], strict=True):
        assert rep["peak_s"] == pytest.approx(true["peak_s"], abs=0.5)
    assert report["exercise"] == "screen-squat"
    assert report["view"]["found"] == "front"
    assert report["coverage"] > 0.9
    assert report["model"]["name"] == "full"
    assert report["formcheck_version"] == formcheck.__version__


@pytest.mark.slow
def test_the_folder_holds_everything_and_nothing_half_written(analysed: Path) -> None:
    out = analysed / "out"
    names = {str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()}
    assert {"report.json", "report.html", "angles.csv", "reps.csv", "overlay.mp4"} <= names
    assert any(n.startswith("evidence") and n.endswith(".jpg") for n in names)
    assert not [n for n in names if ".part" in n]


@pytest.mark.slow
def test_the_overlay_has_the_clips_frames_and_times(analysed: Path, sample: Callable[[str], Path]) -> None:
    with av.open(str(analysed / "out" / "overlay.mp4")) as drawn, av.open(str(sample(SQUAT))) as clip:
        assert drawn.streams.video[0].codec_context.name == "h264"
        times = [[f.time for f in container.decode(video=0)] for container in (drawn, clip)]
    assert len(times[0]) == len(times[1])
    assert times[0][-1] == pytest.approx(times[1][-1], abs=0.02)


@pytest.mark.slow
def test_the_angles_table_has_value_sigma_and_reason_of_every_channel(analysed: Path) -> None:
    with (analysed / "out" / "angles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["time_s"] == "0.0000"
    row = rows[len(rows) // 2]
    assert row["knee_flexion_left"]
    assert float(row["knee_flexion_left_sigma"]) > 0
    assert row["knee_flexion_left_reason"] == ""
    assert row["trunk_lean"] == ""
    assert row["trunk_lean_reason"] == "wrong_view"


@pytest.mark.slow
def test_the_table_and_the_reports_place_are_printed(analysed: Path) -> None:
    text = (analysed / "stdout.txt").read_text(encoding="utf-8")
    assert "counted" in text
    assert "report.html" in text


@pytest.mark.slow
def test_saved_poses_give_the_same_verdict_without_the_video(analysed: Path) -> None:
    done = run("analyze", "--poses", analysed / "poses.npz", "-e", "screen-squat", "-o", analysed / "again")
    assert done.returncode == 0, done.stderr
    first, again = (json.loads((analysed / d / "report.json").read_text(encoding="utf-8")) for d in ("out", "again"))
    assert [(r["counted"], r["reason"]) for r in first["reps"]] == [(r["counted"], r["reason"]) for r in again["reps"]]
    for a, b in zip(first["reps"], again["reps"], strict=True):
        assert a["measures"]["hip_drop"]["value"] == pytest.approx(b["measures"]["hip_drop"]["value"], abs=0.01)
    assert not (analysed / "again" / "overlay.mp4").exists()


@pytest.mark.slow
def test_the_python_call_returns_what_the_file_holds(analysed: Path) -> None:
    report = formcheck.analyze(None, "screen-squat", poses=analysed / "poses.npz")
    assert isinstance(report, formcheck.RepReport)
    written = json.loads((analysed / "out" / "report.json").read_text(encoding="utf-8"))
    assert report.summary.counted == written["summary"]["counted"]


@pytest.mark.slow
def test_a_clip_cut_off_in_the_middle_is_judged_as_far_as_it_goes(
    tmp_path: Path, pose_model: Path, sample: Callable[[str], Path]
) -> None:
    data = sample(SQUAT).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(data[: int(len(data) * 0.6)])
    done = run("analyze", cut, "-e", "screen-squat", "-o", tmp_path / "out", "--no-overlay")
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["source"]["frames_lost"] > 10
    assert "could not be read" in done.stdout


def bad_inputs(folder: Path) -> dict[str, tuple[Path, str]]:
    (folder / "empty_folder").mkdir()
    (folder / "zero.mp4").touch()
    (folder / "text.mp4").write_text("this is not a video", encoding="utf-8")
    return {
        "missing": (folder / "none.mp4", "does not exist"),
        "folder without pictures": (folder / "empty_folder", "picture"),
        "zero bytes": (folder / "zero.mp4", "empty"),
        "not a video": (folder / "text.mp4", "not a video"),
        "sound only": (write_sound(folder / "sound.mp4"), "sound"),
        "one frame": (write_clip(folder / "one.mp4", [0.0]), "single picture"),
        "too few frames a second": (write_clip(folder / "slow.mp4", [i / 5 for i in range(20)]), "frames a second"),
        "nobody": (write_clip(folder / "nobody.mp4", [i / 30 for i in range(12)]), "no person"),
    }


@pytest.mark.slow
def test_every_bad_input_is_one_sentence_and_leaves_nothing_behind(tmp_path: Path, pose_model: Path) -> None:
    for name, (path, words) in bad_inputs(tmp_path).items():
        done = run("analyze", path, "-e", "screen-squat", "-o", tmp_path / "out")
        assert_one_sentence(done, words)
        assert not (tmp_path / "out").exists(), name


def test_an_unknown_drill_suggests_the_nearest(tmp_path: Path) -> None:
    assert_one_sentence(run("analyze", tmp_path / "x.mp4", "-e", "screen-sqat"), "did you mean 'screen-squat'")


def test_a_drill_must_be_named(tmp_path: Path) -> None:
    assert_one_sentence(run("analyze", tmp_path / "x.mp4"), "--exercise", "screen-squat")


def test_what_no_question_asks_for_cannot_be_told(tmp_path: Path) -> None:
    clip = tmp_path / "x.mp4"
    assert_one_sentence(run("analyze", clip, "-e", "screen-squat", "--told", "effort=7"), "asks no questions")
    assert_one_sentence(run("analyze", clip, "-e", "screen-squat", "--told", "effort"), "NAME=NUMBER")


def test_a_missing_model_offline_names_the_command(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", [i / 30 for i in range(12)])
    done = run("analyze", clip, "-e", "screen-squat", "--offline", FORMCHECK_MODEL_DIR=str(tmp_path / "models"))
    assert_one_sentence(done, "formcheck models fetch full")


@pytest.mark.slow
def test_an_output_that_cannot_be_written_is_said_before_the_work(analysed: Path, tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way", encoding="utf-8")
    done = run("analyze", "--poses", analysed / "poses.npz", "-e", "screen-squat", "-o", blocker / "out")
    assert_one_sentence(done, "cannot write")
    assert blocker.read_text(encoding="utf-8") == "in the way"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_one_sentence_and_leaves_no_report(analysed: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        done = run("analyze", "--poses", analysed / "poses.npz", "-e", "screen-squat", "-o", disk / "out")
        assert_one_sentence(done, "disk is full")
        assert not (disk / "out" / "report.json").exists()
        assert not list(disk.rglob("*.part*"))
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.slow
def test_a_persons_own_drill_file_is_judged(analysed: Path, tmp_path: Path) -> None:
    library = Path(formcheck.__file__).parent / "exercises" / "library"
    mine = tmp_path / "mine.toml"
    text = (library / "screen-squat.toml").read_text(encoding="utf-8")
    mine.write_text(text.replace('id = "screen-squat"', 'id = "my-squat"').replace("above = 0.2", "above = 5.0"))
    done = run("analyze", "--poses", analysed / "poses.npz", "-e", mine, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["exercise"] == "my-squat"
    assert {r["reason"] for r in report["reps"]} == {"too_shallow"}
    shutil.rmtree(tmp_path / "out")
