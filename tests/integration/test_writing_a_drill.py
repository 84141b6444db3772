"""The drill author's guide and the page about programmes are true: their files are valid, their commands run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from formcheck.exercises.lookup import read_exercise_file
from formcheck.exercises.programme import read_programme_file
from tests.conftest import ROOT

GUIDE = (ROOT / "docs/writing-a-drill.md").read_text(encoding="utf-8")
PROGRAMMES = (ROOT / "docs/programmes.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)


def commands(page: str, word: str) -> list[list[str]]:
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith(f"formcheck {word}")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files that the two pages say to write."""
    folder = tmp_path_factory.mktemp("desk")
    (drill,), (programme,) = blocks(GUIDE, "toml"), blocks(PROGRAMMES, "toml")
    (folder / "box-squat.toml").write_text(drill, encoding="utf-8")
    (folder / "my-morning.toml").write_text(programme, encoding="utf-8")
    return folder


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "formcheck", *arguments], cwd=folder, capture_output=True, text=True, timeout=300
    )


def test_the_files_of_the_guides_are_valid(desk: Path) -> None:
    assert read_exercise_file(desk / "box-squat.toml").id == "box-squat"
    assert read_programme_file(desk / "my-morning.toml").id == "my-morning"


@pytest.mark.slow
@pytest.mark.parametrize("arguments", commands(GUIDE, "exercises") + commands(PROGRAMMES, "programmes"), ids=shlex.join)
def test_a_command_that_looks_at_files_runs(arguments: list[str], desk: Path) -> None:
    if arguments[1] == "report":
        pytest.skip("needs clips: tests/unit/report/test_programme.py")
    done = run(arguments, desk)
    assert done.returncode == 0, done.stderr


def test_the_mistake_of_the_guide_is_answered_as_it_says(desk: Path) -> None:
    said = re.search(r"`(box-squat\.toml:\d+: .*?'hip_drop'\?)`", GUIDE)
    assert said is not None
    wrong = desk / "wrong"
    wrong.mkdir()
    (wrong / "box-squat.toml").write_text(
        (desk / "box-squat.toml").read_text("utf-8").replace('channel = "hip_drop"', 'channel = "hip_dorp"', 1), "utf-8"
    )
    done = run(["exercises", "validate", "box-squat.toml"], wrong)
    assert done.returncode == 2
    assert said.group(1) in done.stderr


@pytest.mark.slow
def test_a_persons_drill_file_is_rendered(desk: Path) -> None:
    pytest.importorskip("moderngl")
    clean = commands(GUIDE, "render")[0]
    done = run([*clean, "--reps", "1", "--fps", "2", "--size", "160x120"], desk)
    assert done.returncode == 0, done.stderr
    assert (desk / "clean.mp4").stat().st_size > 0
    assert (desk / "clean.truth.json.gz").is_file()


def test_the_drill_says_of_the_rendered_movements_what_the_guide_promises(desk: Path) -> None:
    pytest.importorskip("moderngl")
    from formcheck.cli.render import parse_params
    from formcheck.synthetic.clip import ClipSpec
    from tests.fixtures.true_clip import true_reps

    drill = read_exercise_file(desk / "box-squat.toml")
    said = {}
    for arguments in commands(GUIDE, "render"):
        options = dict(zip(arguments[2::2], arguments[3::2], strict=True))
        spec = ClipSpec(
            drill=str(desk / arguments[1]),
            body=options["--body"],
            camera=options["--camera"],
            faults=tuple(v for k, v in options.items() if k == "--fault"),
            amplitude=float(options["--amplitude"]) if "--amplitude" in options else None,
            reps=1,
            params=parse_params([]),
            fps=7.0,
            baseline_s=1.2,
        )
        reps, _ = true_reps(drill, spec, "both", "front")
        said[options["--out"]] = [(r.counted, r.reason, {f.code for f in r.faults}) for r in reps]
    assert said["clean.mp4"] == [(True, None, set())]
    assert said["knees-in.mp4"] == [(True, None, {"knee_valgus"})]
    assert not any(counted for counted, _, _ in said["shallow.mp4"])


@pytest.mark.slow
def test_the_commands_that_judge_run(desk: Path, pose_model: Path, sample: Callable[[str], Path]) -> None:
    shutil.copy(sample("squat_front_clean"), desk / "clean.mp4")
    for arguments in commands(GUIDE, "analyze"):
        done = run([*arguments, *(["--no-overlay"] if "--out" in arguments else [])], desk)
        assert done.returncode == 0, done.stderr
    assert (desk / "clean-report/report.html").is_file()
