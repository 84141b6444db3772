"""What several tests share. A missing part is a visible skip, and a failure where FORMCHECK_REQUIRE_ALL is set."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "sample_videos"


def missing(what: str) -> None:
    """Skip, or fail where everything is required (continuous integration)."""
    if os.environ.get("FORMCHECK_REQUIRE_ALL"):
        pytest.fail(f"required here and missing: {what}")
    pytest.skip(f"missing: {what}")


@pytest.fixture(scope="session", autouse=True)
def own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the history and the sessions of whoever runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def pose_model() -> Path:
    """Return the pose model's file."""
    from formcheck.core.errors import ModelError
    from formcheck.pose.models import resolve_model

    try:
        return resolve_model("full", offline=True)
    except ModelError as error:
        missing(str(error))
        raise


@pytest.fixture(scope="session")
def sample() -> Callable[[str], Path]:
    """Return the path of a sample video by its name without the ending."""

    def find(name: str) -> Path:
        path = SAMPLES / f"{name}.mp4"
        if not path.is_file():
            missing(f"sample_videos/{name}.mp4")
        return path

    return find
