"""The example project works as it stands, and says what is wrong when something is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "checked-clips"


def run_pytest(project: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-rA", "--tb=short"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the example project after its first run."""
    target = tmp_path_factory.mktemp("example") / "project"
    shutil.copytree(EXAMPLE, target, ignore=shutil.ignore_patterns(".pytest_cache", "__pycache__"))
    done = run_pytest(target)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed" in done.stdout
    return target


def test_the_example_project_passes_and_keeps_what_it_measured(project: Path) -> None:
    kept = list((project / ".pytest_cache").rglob("*.measured.npz"))
    assert len(kept) >= 2


def test_what_is_not_as_it_should_be_is_said_in_words(project: Path) -> None:
    drill = project / "drills/house-squat.toml"
    drill.write_text(
        drill.read_text(encoding="utf-8").replace("above = 0.3\nreason", "above = 3.0\nreason"), encoding="utf-8"
    )
    manifest = project / "clips/clips.formcheck.csv"
    rows = manifest.read_text(encoding="utf-8").replace("person 2,1,0,knee_valgus", "person 2,2,0,none")
    manifest.write_text(rows + "gone.mp4,screen-squat,,,,\n", encoding="utf-8")
    done = run_pytest(project)
    assert done.returncode == 1
    assert "0 repetitions counted, expected 1" in done.stdout
    assert "attempt (too_shallow)" in done.stdout
    assert "squat_knees_in.poses.npz: 1 of 2 reps; knee_valgus not expected" in done.stdout
    assert "gone.mp4 does not exist" in done.stdout
    assert "4 failed, 3 passed" in done.stdout
    assert "Traceback" not in done.stdout
