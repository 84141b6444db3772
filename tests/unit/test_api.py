"""What the one call hands on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from formcheck.api import track_clip
from formcheck.core.errors import SourceError
from formcheck.pose import estimator
from tests.fixtures.clips import write_clip
from tests.unit.pose.test_estimator import Blind


@pytest.mark.parametrize(("side", "told"), [("left", "left"), ("right", "right"), ("both", None), ("auto", None)])
def test_estimator_is_told_the_working_side_when_only_one_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, side: str, told: str | None
) -> None:
    made: list[dict[str, Any]] = []

    def make(**options: Any) -> Blind:
        made.append(options)
        return Blind()

    monkeypatch.setitem(estimator._FACTORIES, "mediapipe", make)
    with pytest.raises(SourceError):  # nobody is found
        track_clip(write_clip(tmp_path / "clip.mp4", [i / 10 for i in range(5)]), side)
    assert [options["side"] for options in made] == [told]
