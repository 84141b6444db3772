"""What is kept of a clip judges exactly as what was measured just now."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formcheck.batch import cache as cache_module
from formcheck.batch.cache import Cache
from formcheck.batch.measured import load_measured
from formcheck.batch.rescore import rescore
from formcheck.exercises.lookup import load_exercise
from formcheck.session import judge_measured, judge_track, measured_by
from tests.fixtures.saved import squat


def test_kept_measurements_give_the_same_report(tmp_path: Path) -> None:
    drill = load_exercise("screen-squat")
    fresh = rescore(squat(), drill, "auto", tmp_path)
    kept = rescore(squat(), drill, "auto", tmp_path)
    assert kept.model_dump_json() == fresh.model_dump_json()
    assert fresh.summary.counted == 1


def test_kept_measurements_are_the_same_to_the_last_bit(tmp_path: Path) -> None:
    drill = load_exercise("screen-squat")
    cache = Cache(tmp_path)
    looked = cache.poses(squat(), "auto")
    fresh, kept = cache.measured(squat(), looked, drill), cache.measured(squat(), looked, drill)
    assert kept.view == fresh.view
    assert kept.baseline == fresh.baseline
    for name, series in fresh.channels.items():
        np.testing.assert_array_equal(kept.channels[name].value, series.value)
        np.testing.assert_array_equal(kept.channels[name].sigma, series.sigma)
        assert kept.channels[name].reason.tolist() == series.reason.tolist()
        assert (kept.channels[name].change_sigma is None) == (series.change_sigma is None)
    assert judge_measured(kept, drill).reps == judge_track(looked.track, drill).reps


def test_a_drill_with_other_rules_needs_no_new_measurement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drill = load_exercise("screen-squat")
    rescore(squat(), drill, "auto", tmp_path)
    deeper = drill.qualify[0].model_copy(update={"above": 5.0})
    strict = drill.model_copy(update={"qualify": (deeper, *drill.qualify[1:])})
    assert measured_by(strict) == measured_by(drill)
    monkeypatch.setattr(cache_module, "measure_track", None)  # measuring again would fail
    report = rescore(squat(), strict, "auto", tmp_path)
    assert (report.summary.counted, report.reps[0].reason) == (0, "too_shallow")


def test_another_neutral_pose_is_measured_again(tmp_path: Path) -> None:
    drill = load_exercise("screen-squat")
    rescore(squat(), drill, "auto", tmp_path)
    longer = drill.model_copy(update={"baseline": drill.baseline.model_copy(update={"min_s": 1.1})})
    rescore(squat(), longer, "auto", tmp_path)
    assert len(list(tmp_path.glob("*.measured.npz"))) == 2


def test_a_damaged_or_foreign_file_is_measured_again(tmp_path: Path) -> None:
    drill = load_exercise("screen-squat")
    fresh = rescore(squat(), drill, "auto", tmp_path)
    (path,) = tmp_path.glob("*.measured.npz")
    track = Cache(tmp_path).poses(squat(), "auto").track
    assert load_measured(path, "another stamp", track) is None
    path.write_bytes(path.read_bytes()[:1000])
    assert rescore(squat(), drill, "auto", tmp_path).model_dump_json() == fresh.model_dump_json()
