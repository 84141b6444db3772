"""The accuracy benchmark on a clip made by hand: what methods are given, what is counted, and the page."""

from dataclasses import replace

import numpy as np
import pytest
from measuring import methods, results
from measuring.bars import bars, dealt
from measuring.clips import Case, Hold, Seen, TrueRep
from measuring.findings import Findings
from measuring.methods import Reading
from measuring.page import BEGIN, END, write_page
from measuring.results import figures, measure

from formcheck.core.pose import Pose, PoseTrack
from formcheck.measure.baseline import BaselineSpan
from formcheck.measure.view import UNKNOWN_VIEW

FRAMES = 60
ANGLE = np.interp(np.arange(FRAMES), [20, 30, 45, 55], [0.0, 30.0, 30.0, 0.0])
ROLL = np.interp(np.arange(FRAMES), [20, 30, 45, 55], [0.0, 12.0, 12.0, 0.0])


@pytest.fixture
def case():
    track = PoseTrack.from_poses([Pose.missing(i / 12) for i in range(FRAMES)], (640, 480))
    return Case(
        name="400000",
        seen=Seen(track, "supine", BaselineSpan(0, 20, still=True), UNKNOWN_VIEW),
        drill="knee-to-floor",
        family="foot planted",
        side="right",
        person="400000",
        part="reporting",
        place="foot_end",
        elevation_deg=55.0,
        band="45-60°",
        unseen=True,
        truth={"hip_ir_right": ANGLE, "pelvis_roll": ROLL},
        neutral=np.arange(20),
        judged=np.arange(20, 58),
        moving=("right",),
        holds=(Hold(31, 45, "right"),),
        reps=(TrueRep(20, 58, 12.0),),
        tracking_ms=20.0,
    )


@pytest.fixture
def only(monkeypatch):
    """Return a function that replaces all methods by one."""

    def replace_methods(function):
        monkeypatch.setattr(methods, "METHODS", {"one": function})
        monkeypatch.setattr(results, "METHODS", {"one": function})

    return replace_methods


def shifted(seen):
    """A method that is 7 degrees off everywhere: changes are right."""
    sigma = np.full(FRAMES, 1.0)
    return Reading({"hip_ir_right": (ANGLE + 7.0, sigma), "pelvis_roll": (ROLL, sigma)})


def test_constant_offsets_do_not_count(case, only):
    only(shifted)
    found = measure([case])
    row = figures(s for s in found.series if s.channel == "hip_ir")
    assert row["mae"] == pytest.approx(0.0)
    assert row["slope"] == pytest.approx(1.0)
    assert (row["people"], row["clips"], row["n"]) == (1, 1, 38)


def test_bars_of_a_perfect_method_are_reached(case, only):
    only(shifted)
    verdicts = {bar.name: bar.verdict for bar in bars(measure([case]), "one", 1.0, None)}
    assert verdicts["hip rotation, 45° and more: MAE"] == "goal"
    assert verdicts["hip rotation in holds, 45° and more: worst clip"] == "goal"
    assert verdicts["pelvis lift, 45° and more: sensitivity"] == "goal"
    assert verdicts["pelvis lift, 30-45°: sensitivity"] == "abstains"
    assert verdicts["filmed squat, hip flexion: MAE"] == "not measured"


def test_silence_is_no_coverage_and_an_uncaught_lift(case, only):
    only(
        lambda seen: Reading(
            {"hip_ir_right": (np.full(FRAMES, np.nan),) * 2, "pelvis_roll": (np.full(FRAMES, np.nan),) * 2}
        )
    )
    values = {bar.name: bar.value for bar in bars(measure([case]), "one", 1.0, None)}
    assert values["coverage, 45° and more"] == 0.0
    assert values["pelvis lift, 45° and more: sensitivity"] == 0.0
    assert np.isnan(values["hip rotation, 45° and more: MAE"])


def test_a_probability_of_a_lift_goes_before_the_size_of_the_roll(case, only):
    only(lambda seen: replace(shifted(seen), lift=np.full(FRAMES, 0.2)))
    (rep,) = measure([case]).lifts
    assert (rep.score, rep.threshold) == (pytest.approx(0.2), results.LIKELY)


def test_errors_of_holds_are_those_of_the_median(case, only):
    wild = ANGLE.copy()
    wild[32:35] += 90.0
    only(lambda seen: Reading({"hip_ir_right": (wild, np.full(FRAMES, 1.0))}))
    (hold,) = measure([case]).holds
    assert hold.measured == pytest.approx(hold.true)


def test_the_page_keeps_what_is_written_by_hand(case, only, tmp_path):
    pytest.importorskip("matplotlib")
    only(shifted)
    page = tmp_path / "accuracy.md"
    page.write_text(f"# Before\n{BEGIN}\nold numbers\n{END}\nAfter\n", encoding="utf-8")
    found = measure([case])
    write_page(tmp_path, Findings(found, bars(found, "one", 1.0, None), "one", "full", 0.0))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Before\n")
    assert text.endswith("\nAfter\n")
    assert "old numbers" not in text
    assert (tmp_path / "accuracy" / "rotation.png").is_file()
    assert (tmp_path / "accuracy" / "pelvis.png").is_file()


def test_clips_dealt_at_random_show_how_far_people_differ_by_chance(case):
    """Ten people of two clips; half of all clips are wholly inside two sigma, the others wholly outside."""
    ones = np.ones(10)
    series = [
        results.Series(
            "one",
            replace(case, name=str(clip), person=str(clip // 2)),
            "hip_ir",
            0 * ones,
            (1.0 if clip // 2 % 2 else 3.0) * ones,
            ones,
        )
        for clip in range(20)
    ]
    least, most, inside = dealt(series)
    assert (least, most, inside) == (0.0, 1.0, 0.0)
    assert dealt([replace(s, measured=0 * ones) for s in series]) == (1.0, 1.0, 0.0)
    nineteen = [replace(s, measured=np.r_[3.0, np.zeros(9)]) for s in series]
    assert dealt(nineteen) == (0.9, 0.9, 10.0)
