"""The registry, and what is promised of every estimator."""

import subprocess
import sys
from types import TracebackType
from typing import Any, Self

import pytest

from formcheck.core.errors import ModelError
from formcheck.core.frame import Frame
from formcheck.core.pose import Pose
from formcheck.pose import estimator
from formcheck.pose.estimator import create_estimator, list_estimators, register_estimator


class Blind:
    """Finds nobody."""

    name = "blind"

    def __init__(self, **options: Any) -> None:
        self.options = options

    def estimate(self, frame: Frame) -> Pose:
        return Pose.missing(frame.time_s)

    def close(self) -> None:
        return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def test_registered_estimator_can_be_created_with_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimator, "_FACTORIES", {})
    register_estimator("blind", Blind)  # type: ignore[arg-type]
    assert list_estimators() == ["blind", "mediapipe"]
    made = create_estimator("blind", strength=3)
    assert made.options == {"strength": 3}  # type: ignore[attr-defined]


def test_unknown_name_lists_the_known() -> None:
    with pytest.raises(ModelError, match=r"named 'openpose'; there are: .*mediapipe"):
        create_estimator("openpose")


def test_importing_formcheck_does_not_load_the_pose_library() -> None:
    code = "import formcheck, formcheck.pose.estimator, sys; sys.exit('mediapipe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
