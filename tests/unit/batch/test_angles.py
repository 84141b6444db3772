"""Angles against true ones: an angle that comes round is never more than half a turn off."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from formcheck.batch.angles import compare_angles
from formcheck.exercises.lookup import load_exercise

TRUE = (176, 178, 180, 181, 181)


def test_errors_do_not_go_round(tmp_path: Path) -> None:
    time_s = np.linspace(0.0, 1.0, 5)
    channel = SimpleNamespace(value=np.array([175.0, 179.0, -179.0, -178.0, np.nan]))
    judged: Any = SimpleNamespace(
        exercise=load_exercise("arm-bar"),
        track=SimpleNamespace(time_s=time_s),
        channels={"chest_roll": channel},
        baseline=None,
        baseline_values={},
    )
    truth = tmp_path / "angles.csv"
    truth.write_text("time_s,chest_roll\n" + "\n".join(f"{t},{v}" for t, v in zip(time_s, TRUE, strict=True)))
    assert cast(dict[str, Any], compare_angles(judged, truth)["chest_roll"]) == {
        "asked": 5,
        "n": 4,
        "total": 2.0,
        "squares": 4.0,
        "sizes": 4.0,
    }
