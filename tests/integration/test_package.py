"""What a person gets with pip: a wheel with its data, and an import that is quick and quiet."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.conftest import ROOT

DATA = (
    "formcheck/py.typed",
    "formcheck/measure/noise.toml",
    "formcheck/pose/manifest.toml",
    "formcheck/exercises/library/screen-squat.toml",
    "formcheck/web/page/index.html",
    "formcheck/web/page/js/views/live.js",
    "formcheck/web/page/pictures/screen-squat.webp",
    "formcheck/report/templates/document.html.j2",
    "formcheck/report/templates/sections/verdict.html.j2",
    "formcheck/exercises/library/programmes/hip-ir-baseline.toml",
    "formcheck/coach/languages/de.toml",
    "formcheck/history/benchmark.toml",
)


def test_the_wheel_holds_the_data_files(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (wheel,) = tmp_path.glob("formcheck-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in DATA if name not in names] == []


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = ("mediapipe", "cv2", "av", "plotly", "moderngl", "scipy")
    code = f"import sys, formcheck; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_file_stays_readable_and_knows_its_place() -> None:
    """A folder imports only from folders above it in the house (DESIGN): core knows nothing but numpy."""
    order = ["core", "video", "pose", "measure", "exercises", "coach", "session", "overlay", "report"]
    source = ROOT / "src" / "formcheck"
    wrong = []
    for rank, folder in enumerate(order):
        files = [source / f"{folder}.py"] if folder == "session" else sorted((source / folder).rglob("*.py"))
        for file in files:
            text = file.read_text(encoding="utf-8")
            wrong += [f"{file.name}: {below}" for below in order[rank + 1 :] if f"from formcheck.{below}" in text]
    assert wrong == []
