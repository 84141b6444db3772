"""The combined report of a programme."""

from __future__ import annotations

from pathlib import Path

import pytest

from formcheck.core.errors import SourceError
from formcheck.core.measurement import Measurement
from formcheck.exercises.programme import load_programme
from formcheck.live.report import Part as LivePart
from formcheck.live.report import SessionReport
from formcheck.programmes import clip_of, left_over, report_programme, report_session
from formcheck.report.compare import difference_sentence
from formcheck.report.model import RepReport, WatchedFault
from formcheck.report.programme import Part, ProgrammeReport, compensations, programme_page
from tests.fixtures.reports import report


def test_clips_are_found_with_number_and_side_or_with_less(tmp_path: Path) -> None:
    bouts = {b.clip_stem: b for b in load_programme("hip-ir-baseline").bouts()}
    for name in ("01-assess-supine-ir-left.mp4", "assess-slr-right.mov", "screen-squat.poses.npz"):
        (tmp_path / name).touch()
    found = {stem: clip.name for stem, bout in bouts.items() if (clip := clip_of(bout, tmp_path))}
    assert found == {
        "01-assess-supine-ir-left": "01-assess-supine-ir-left.mp4",
        "03-assess-slr-right": "assess-slr-right.mov",
        "04-screen-squat-both": "screen-squat.poses.npz",
    }


def test_capital_letters_and_a_number_without_the_side_are_fine_and_other_names_are_told(tmp_path: Path) -> None:
    programme = load_programme("hip-ir-baseline")
    for name in ("03-Assess-SLR-left.MOV", "04-screen-squat.mp4", "04-screen-sqat-both.mp4", "notes.txt"):
        (tmp_path / name).touch()
    found = {clip.name for bout in programme.bouts() if (clip := clip_of(bout, tmp_path))}
    assert found == {"03-Assess-SLR-left.MOV", "04-screen-squat.mp4"}
    assert [path.name for path in left_over(programme, tmp_path)] == ["04-screen-sqat-both.mp4"]


def test_a_folder_without_clips_is_refused_with_the_names_to_give(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"01-assess-supine-ir-left\.mp4"):
        report_programme("hip-ir-baseline", tmp_path, tmp_path / "out")


def test_a_programme_that_was_coached_live_has_one_report_of_all_its_sets(tmp_path: Path) -> None:
    programme = load_programme("hip-ir-baseline")
    first = LivePart(1, "assess-supine-ir", "left", 1, 1.0, 2.0, 30.0, "paused", 2, 0)
    again = LivePart(1, "assess-supine-ir", "left", 2, 41.0, 42.0, 60.0, "complete", 1, 0)
    unseen = LivePart(2, "assess-supine-ir", "right", 1, 71.0, 72.0, 72.1, "left", 0, 0)
    blind = WatchedFault(
        code="knee_drift",
        label="A knee drifts in",
        verdict="not_judged",
        reps=0,
        judged_share=0.0,
        sigma=None,
        unit="deg",
        reason="wrong_view",
    )
    found = report().model_copy(update={"faults": (blind,)})
    parts = ((first, found), (again, found), (unseen, None))
    whole = report_session(programme, SessionReport(tmp_path, parts, False, "en"))
    assert [(p.number, p.side, p.folder) for p in whole.parts[:3]] == [
        (1, "left", "01-assess-supine-ir-left"),
        (1, "left", "01-assess-supine-ir-left-2"),
        (1, "right", None),
    ]
    assert len(whole.parts) == len(programme.bouts()) + 1
    page = (tmp_path / "programme.html").read_text(encoding="utf-8")
    assert 'href="01-assess-supine-ir-left-2/report.html"' in page
    assert (tmp_path / "programme.json").is_file()
    rows = compensations(whole)
    assert rows
    assert [row["not_judged"] for row in rows] == [
        "Active Hip IR, left: the camera cannot see this from where it stands"
    ]


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        (Measurement(30.0, 2.0), Measurement(20.0, 2.0), "left 10° ± 3° more than right"),
        (Measurement(20.0, 2.0), Measurement(30.0, 2.0), "right 10° ± 3° more than left"),
        (Measurement(24.0, 3.0), Measurement(20.0, 3.0), "no difference"),
        (Measurement(-1.0, 1.0, "class"), Measurement(0.0, 1.0, "class"), "left out, right neutral"),
        (Measurement(0.0, 1.0, "class"), Measurement(0.0, 1.0, "class"), "the same on both sides"),
    ],
)
def test_a_difference_is_told_only_beyond_its_own_uncertainty(left: Measurement, right: Measurement, said: str) -> None:
    assert said in (difference_sentence("IR", left, right) or "")


def test_nothing_is_said_of_a_side_without_a_number() -> None:
    assert difference_sentence("IR", Measurement(None, None, reason="wrong_view"), Measurement(20.0, 2.0)) is None


def test_a_part_without_a_clip_is_on_the_page_and_not_held_against_anybody() -> None:
    programme = load_programme("hip-ir-baseline")
    parts = tuple(Part(number=b.number, side=b.side, asked=3, folder=None, report=None) for b in programme.bouts())
    page = programme_page(
        ProgrammeReport(programme=programme.id, programme_name=programme.name, parts=parts), programme
    )
    assert page.count("No clip") == len(parts)
    assert "0 of 7 parts filmed" in page
    assert "says nothing about you" in page


def test_a_part_done_with_both_sides_says_what_differs_and_why_a_number_is_missing() -> None:
    programme = load_programme("hip-ir-baseline")
    number = next(b.number for b in programme.bouts() if b.exercise.id == "active-ir-arom")

    def page(found: RepReport) -> str:
        parts = (Part(number=number, side="both", asked=3, folder="x", report=found),)
        whole = ProgrammeReport(programme=programme.id, programme_name=programme.name, parts=parts)
        return programme_page(whole, programme)

    assert "left 20° ± 4° more than right" in page(report(40.0, 20.0))
    assert "hidden" in page(report(None, 20.0))
