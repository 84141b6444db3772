"""The README is true: its commands run, its Python runs, its files exist."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from formcheck.web.lan import lan_addresses
from tests.conftest import ROOT, missing

README = (ROOT / "README.md").read_text(encoding="utf-8")
SQUAT = "squat_front_clean"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands() -> list[str]:
    """Return every formcheck command of the README, without its comment and the path of its environment."""
    lines = [line.split("  #")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    return [
        line.removeprefix(".venv/bin/") for line in lines if line.removeprefix(".venv/bin/").startswith("formcheck ")
    ]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory, pose_model: Path, sample: Callable[[str], Path]) -> Path:
    """Return a folder with the files that the commands name."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copy(sample(SQUAT), folder / "clip.mp4")
    (folder / "sample_videos").symlink_to(ROOT / "sample_videos")
    drill = ROOT / "src/formcheck/exercises/library/screen-squat.toml"
    (folder / "my_drill.toml").write_text(drill.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def test_the_readme_has_commands_to_try() -> None:
    assert len(commands()) >= 8


@pytest.mark.slow
@pytest.mark.parametrize("command", commands())
def test_each_command_of_the_readme_runs(command: str, workplace: Path) -> None:
    if command.startswith("formcheck models fetch"):
        command = "formcheck models path full"  # fetching is tested where a model is missing
    if command.startswith("formcheck render "):
        pytest.importorskip("moderngl")
        command += " --reps 1 --fps 10"
    arguments = shlex.split(command)[1:]
    if arguments[0] == "serve":
        assert_serves(arguments, workplace)
        return
    program = [sys.executable, "-m", "formcheck", *arguments]
    if arguments[0] == "live" and not os.environ.get("DISPLAY"):
        if shutil.which("xvfb-run") is None:
            missing("xvfb-run")
        program = ["xvfb-run", "--auto-servernum", *program, "--mute"]
    done = subprocess.run(program, cwd=workplace, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    if "--out" in arguments and arguments[0] == "analyze":
        out = workplace / arguments[arguments.index("--out") + 1]
        assert (out / "report.json").is_file()
        assert (out / "report.html").is_file()


def assert_serves(arguments: list[str], workplace: Path) -> None:
    """Start the local page, see that it is ready, and stop it."""
    if "--lan" in arguments and not lan_addresses():
        missing("a network for --lan")
    command = [sys.executable, "-m", "formcheck", *arguments, "--no-browser", "--port", "0", "--data", str(workplace)]
    served = subprocess.Popen(command, cwd=workplace, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert served.stdout is not None
        assert served.stdout.readline().startswith("formcheck is ready: http")
    finally:
        served.terminate()
        served.communicate(timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize("code", blocks("python"))
def test_the_python_of_the_readme_runs(code: str, workplace: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=workplace, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "True" in done.stdout


def test_make_knows_the_targets_of_the_readme() -> None:
    for target in re.findall(r"`?make ([a-z-]+)`?", README):
        done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, (target, done.stderr)


def test_links_of_the_readme_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)]+)\)", README):
        assert link.startswith("http") or (ROOT / link).exists(), link
