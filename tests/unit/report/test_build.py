from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import jsonschema
import numpy as np
import pytest

from formcheck.core.measurement import ChannelSeries, Measurement
from formcheck.core.results import Fault
from formcheck.exercises.lookup import load_exercise
from formcheck.report.model import RepReport
from formcheck.report.schema import report_schema
from formcheck.session import Judgement, judge_track
from tests.fixtures.stick import squat_track
from tests.unit.report.conftest import report_of


def with_channel(judgement: Judgement, name: str, sigma: float = 1.0, reason: str = "") -> Judgement:
    """Return the judgement with one channel at its neutral value, as certain as said, or abstained."""
    count = len(judgement.track)
    blind = bool(reason)
    value = np.full(count, np.nan if blind else 0.0)
    series = ChannelSeries(
        name, "deg", value, np.full(count, np.nan if blind else sigma), np.full(count, reason, dtype=object)
    )
    neutral = Measurement(None, None, "deg", reason) if blind else Measurement(0.0, sigma)
    return replace(
        judgement,
        channels={**judgement.channels, name: series},
        baseline_values={**judgement.baseline_values, name: neutral},
    )


def verdict_of(report: RepReport, code: str) -> str:
    return next(fault.verdict for fault in report.faults if fault.code == code)


def words_about(report: RepReport, label: str) -> str:
    return " ".join(s for s in report.summary.sentences if label.lower() in s.lower())


def test_report_fulfils_its_published_schema_and_comes_back_the_same(front_report: RepReport) -> None:
    text = front_report.model_dump_json()
    jsonschema.Draft202012Validator.check_schema(report_schema())
    jsonschema.validate(front_report.model_dump(mode="json"), report_schema())
    assert RepReport.model_validate_json(text) == front_report


def test_summary_counts_and_takes_the_median_of_counted_reps_only(judged: Callable[..., Judgement]) -> None:
    judgement = judged((95, 45, 100, 110))
    report = report_of(judgement)
    counted = [rep for rep in judgement.reps if rep.counted]
    assert report.summary.counted == len(counted) == 3
    assert report.summary.attempts == len(judgement.reps) - 3 == 1
    assert report.summary.counted_by_side == {"both": 3}
    depth = report.summary.measures["depth"]
    assert depth.value == pytest.approx(float(np.median([rep.measures["depth"].value for rep in counted])))
    assert depth.sigma == pytest.approx(float(np.median([rep.measures["depth"].sigma for rep in counted])))
    assert report.summary.sentences[0] == "3 repetitions counted."
    why = next(rep.reason_text for rep in judgement.reps if not rep.counted)
    assert any("1 attempt" in s and str(why)[1:] in s for s in report.summary.sentences)


def test_number_in_a_sentence_has_its_uncertainty(front_report: RepReport) -> None:
    depth = front_report.summary.measures["depth"]
    assert f"{depth.value:.0f}° ± {depth.sigma:.0f}°" in words_about(front_report, "depth")


def test_fault_that_was_watched_and_stayed_away_is_not_seen(front: Judgement) -> None:
    report = report_of(with_channel(front, "pelvis_hike"))
    assert verdict_of(report, "hip_hike") == "not_seen"
    assert "Watched and not seen" in words_about(report, "one hip higher")


def test_fault_whose_channel_abstains_is_not_judged_and_never_called_absent(front: Judgement) -> None:
    report = report_of(with_channel(front, "pelvis_hike", reason="not_visible"))
    assert verdict_of(report, "hip_hike") == "not_judged"
    words = words_about(report, "one hip higher")
    assert "could not be judged" in words
    assert "hidden" in words
    assert "not seen" not in words


def test_fault_with_more_uncertainty_than_its_threshold_is_not_judged(front: Judgement) -> None:
    report = report_of(with_channel(front, "pelvis_hike", sigma=12.0))
    assert verdict_of(report, "hip_hike") == "not_judged"
    assert next(f.reason for f in report.faults if f.code == "hip_hike") == "low_confidence"


def test_uncertainty_beyond_the_warning_is_said_of_a_fault_not_seen(front: Judgement) -> None:
    report = report_of(with_channel(front, "pelvis_hike", sigma=6.5))
    assert verdict_of(report, "hip_hike") == "not_seen"
    assert "could hide" in words_about(report, "one hip higher")


def test_fault_known_for_a_part_of_the_movement_is_partly_judged(front: Judgement) -> None:
    judgement = with_channel(front, "pelvis_hike")
    series = judgement.channels["pelvis_hike"]
    second = judgement.track.time_s > judgement.reps[0].end_s
    series = replace(
        series,
        value=np.where(second, np.nan, series.value),
        sigma=np.where(second, np.nan, series.sigma),
        reason=np.where(second, "not_visible", "").astype(object),
    )
    report = report_of(replace(judgement, channels={**judgement.channels, "pelvis_hike": series}))
    fault = next(f for f in report.faults if f.code == "hip_hike")
    assert fault.verdict == "partly_judged"
    assert fault.judged_share == pytest.approx(0.5, abs=0.1)


def test_a_movement_too_small_to_begin_a_repetition_leaves_what_could_be_judged_as_it_was(front: Judgement) -> None:
    of_result = front.exercise.faults[0].model_copy(
        update={"code": "shallow", "channel": None, "measure": "depth", "during": (), "views": ()}
    )
    exercise = front.exercise.model_copy(update={"faults": (*front.exercise.faults, of_result)})
    judgement = replace(front, exercise=exercise)
    rep = judgement.reps[0]
    unknown = {name: Measurement(None, None, m.unit, "phase_not_reached") for name, m in rep.measures.items()}
    small = replace(rep, counted=False, reason="too_small", phases=(), faults=(), measures=unknown)
    with_it = report_of(replace(judgement, reps=(*judgement.reps, small)))
    assert verdict_of(with_it, "shallow") == verdict_of(report_of(judgement), "shallow") != "partly_judged"
    assert [f.judged_share for f in with_it.faults] == [f.judged_share for f in report_of(judgement).faults]


def test_faults_of_other_views_are_not_judged_from_the_side(judged: Callable[..., Judgement]) -> None:
    judgement = judged(yaw_deg=90.0)
    assert judgement.view.view == "side"
    report = report_of(judgement)
    assert verdict_of(report, "hip_hike") == "not_judged"
    assert next(f.reason for f in report.faults if f.code == "hip_hike") == "wrong_view"


def failing(judgement: Judgement, severity: str) -> Judgement:
    rep = judgement.reps[0]
    fault = Fault("hip_hike", severity, rep.start_s, rep.end_s, 14.0, "deg", rep.peak_s, "pelvis_hike", "One hip rose.")  # type: ignore[arg-type]
    return replace(judgement, reps=(replace(rep, faults=(fault,)), *judgement.reps[1:]))


def test_praise_is_for_counted_reps_that_nothing_failed(front: Judgement) -> None:
    watched = with_channel(front, "pelvis_hike")
    praise = front.exercise.praise
    assert praise in report_of(watched).summary.sentences
    warned = report_of(failing(watched, "warn"))
    assert praise not in warned.summary.sentences, "what was warned of is not praised in the same breath"
    assert "seen in 1 of 2 movements (a warning)" in words_about(warned, "one hip higher")
    assert praise in report_of(failing(watched, "advice")).summary.sentences
    failed = report_of(failing(watched, "fail"))
    assert praise not in failed.summary.sentences
    assert failed.summary.faults == {"hip_hike": 1}
    assert "1 of 2" in words_about(failed, "one hip higher")


def test_no_praise_while_what_could_spoil_the_rep_was_not_judged(front: Judgement) -> None:
    rules = tuple(r.model_copy(update={"spoils": r.code == "hip_hike"}) for r in front.exercise.faults)
    strict = replace(front, exercise=front.exercise.model_copy(update={"faults": rules}))
    praise = front.exercise.praise
    assert praise in report_of(with_channel(strict, "pelvis_hike")).summary.sentences
    blind = with_channel(strict, "pelvis_hike", reason="not_visible")
    assert praise not in report_of(blind).summary.sentences


def test_wrong_position_counts_nothing_and_says_why(judged: Callable[..., Judgement]) -> None:
    judgement = judge_track(squat_track([95.0]), load_exercise("supine-ir-liftoff"))
    report = report_of(judgement)
    assert report.summary.counted == 0
    assert not report.view.ok
    assert report.view.message
    assert report.summary.sentences[0].startswith("No repetition counted: the person is upright")
    assert {fault.verdict for fault in report.faults} == {"not_judged"}
    assert judgement.exercise.praise not in report.summary.sentences


def test_notes_hold_what_the_camera_cannot_see_and_the_safety_line(front: Judgement, front_report: RepReport) -> None:
    assert front_report.notes == (*front.exercise.cannot_see, front.exercise.safety)
