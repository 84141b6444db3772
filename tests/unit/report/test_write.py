from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from formcheck.core.errors import OutputError
from formcheck.core.measurement import Measurement
from formcheck.core.results import Fault
from formcheck.exercises.lookup import load_exercise
from formcheck.report.model import RepReport
from formcheck.report.past import Past, PastResult, PastValue
from formcheck.report.schema import report_schema
from formcheck.report.stills import MAX_STILLS, choose_stills
from formcheck.report.write import remove_report, write_report
from formcheck.session import Judgement, judge_track
from tests.fixtures.stick import squat_track
from tests.unit.report.conftest import FakeClip, report_of


def page_of(judgement: Judgement, folder: Path) -> str:
    """Write a report without pictures and return its page."""
    files = write_report(judgement, report_of(judgement), None, folder)
    return files.page.read_text(encoding="utf-8")


def plot_data(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_everything_is_there_and_nothing_else(front: Judgement, front_report: RepReport, tmp_path: Path) -> None:
    clip, done = FakeClip(front.track), []
    files = write_report(
        front, front_report, clip.open, tmp_path / "new" / "out", progress=lambda n, of: done.append((n, of))
    )
    written = {str(p.relative_to(files.folder)) for p in files.folder.rglob("*") if p.is_file()}
    stills = {f"evidence/{path.name}" for path in files.stills}
    assert written == stills | {
        "report.json",
        "report.html",
        "angles.csv",
        "reps.csv",
        "report.png",
        "poses.npz",
        "overlay.mp4",
        "assets/plotly.min.js",
    }
    assert clip.opened == 1
    assert done[-1] == (len(front.track), len(front.track))
    data = json.loads(files.report.read_text(encoding="utf-8"))
    jsonschema.validate(data, report_schema())
    assert RepReport.model_validate(data) == front_report
    assert 'src="overlay.mp4"' in files.page.read_text(encoding="utf-8")


def test_pictures_are_kept_in_one_pass_without_the_overlay_video(
    front: Judgement, front_report: RepReport, tmp_path: Path
) -> None:
    clip = FakeClip(front.track)
    files = write_report(front, front_report, clip.open, tmp_path, overlay=False)
    assert clip.opened == 1
    assert clip.taken <= len(front.track)
    assert files.video is None
    assert {p.name for p in files.stills} == {"neutral.jpg", "rep-01-peak.jpg", "rep-02-peak.jpg"}
    page = files.page.read_text(encoding="utf-8")
    assert "<video" not in page
    assert "without the overlay video" in page
    for still in files.stills:
        assert f'src="evidence/{still.name}"' in page


def test_report_of_saved_poses_says_that_there_is_no_video(front: Judgement, tmp_path: Path) -> None:
    page = page_of(front, tmp_path)
    assert "no video and no pictures" in page
    assert 'data-seek="' not in page


def test_earlier_report_leaves_nothing_behind(front: Judgement, front_report: RepReport, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    write_report(front, front_report, FakeClip(front.track).open, tmp_path)
    write_report(front, front_report, None, tmp_path)
    assert not (tmp_path / "overlay.mp4").exists()
    assert not list((tmp_path / "evidence").glob("*"))
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_page_needs_no_network(front: Judgement, tmp_path: Path) -> None:
    page = page_of(front, tmp_path)
    assert not re.findall(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", page)
    assert "@import" not in page
    assert "url(" not in page
    assert (tmp_path / "assets" / "plotly.min.js").stat().st_size > 1_000_000


def test_abstained_result_is_a_dash_with_its_reason_and_no_number(front: Judgement, tmp_path: Path) -> None:
    blind = Measurement(None, None, "deg", "not_visible")
    reps = tuple(replace(rep, measures={**rep.measures, "depth": blind}) for rep in front.reps)
    page = page_of(replace(front, reps=reps), tmp_path)
    tile = re.search(r"<h3>Depth[^<]*</h3>(.*?)</div>\s*</div>", page, re.DOTALL)
    assert tile
    assert re.search(r'class="number">\s*–', tile[1])
    assert "hidden" in tile[1]
    assert re.search(r"No number \(–\) in any repetition for “Depth[^<]*hidden", page)


def test_curves_of_an_abstained_channel_have_gaps_not_zeros(judged: Callable[..., Judgement], tmp_path: Path) -> None:
    front = judged(yaw_deg=45.0)
    series = front.channels["knee_flexion_left"]
    gap = slice(40, 60)
    value, sigma, reason = series.value.copy(), series.sigma.copy(), series.reason.copy()
    value[gap], sigma[gap], reason[gap] = float("nan"), float("nan"), "not_visible"
    cut = replace(series, value=value, sigma=sigma, reason=reason)
    page = page_of(replace(front, channels={**front.channels, "knee_flexion_left": cut}), tmp_path)
    curve = plot_data(page)["plots"][0]["curves"][0]
    assert curve["value"][40:60] == [None] * 20
    assert curve["band"].count(None) == 2  # two closed outlines
    assert curve["value"][39] is not None


def test_curve_too_uncertain_to_judge_is_not_drawn(front: Judgement, tmp_path: Path) -> None:
    series = front.channels["pelvis_hike"]
    count = len(series.value)
    sigma = np.full(count, 15.0)
    blurred = replace(series, value=np.zeros(count), sigma=sigma, change_sigma=sigma, reason=np.full(count, "", object))
    page = page_of(replace(front, channels={**front.channels, "pelvis_hike": blurred}), tmp_path)
    assert "Hip hike" not in [plot["title"] for plot in plot_data(page)["plots"]]


def test_long_clips_are_thinned_for_the_plots_and_keep_their_peaks(tmp_path: Path) -> None:
    judgement = judge_track(squat_track([95.0] * 40, yaw_deg=45.0), load_exercise("screen-squat"))
    assert len(judgement.track) > 4000
    for curve in plot_data(page_of(judgement, tmp_path))["plots"][0]["curves"]:
        assert len(curve["value"]) <= 2000
        name = f"knee_flexion_{curve['side']}"
        assert max(curve["value"]) == pytest.approx(judgement.channels[name].value.max(), abs=0.001)


def test_text_of_a_drill_file_is_escaped(front: Judgement, tmp_path: Path) -> None:
    evil = "<script>alert('x')</script>"
    faults = tuple(f.model_copy(update={"label": evil, "message": evil, "cue": evil}) for f in front.exercise.faults)
    changes = {"name": evil, "purpose": evil, "safety": evil, "cannot_see": (evil,), "faults": faults}
    page = page_of(replace(front, exercise=front.exercise.model_copy(update=changes)), tmp_path)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_wrong_position_says_why_on_the_page(tmp_path: Path) -> None:
    judgement = judge_track(squat_track([95.0]), load_exercise("supine-ir-liftoff"))
    clip = FakeClip(judgement.track)
    files = write_report(judgement, report_of(judgement), clip.open, tmp_path)
    page = files.page.read_text(encoding="utf-8")
    assert "The person is upright" in page or "the person is upright" in page
    assert "What could not be judged" in page
    assert [path.name for path in files.stills] == ["neutral.jpg"]


def test_worst_faults_come_first_and_pictures_are_few(front: Judgement) -> None:
    rep, codes = front.reps[0], [rule.code for rule in front.exercise.faults]

    def fault(severity: Any, at: float) -> Fault:
        return Fault(codes[0], severity, at, at, 20.0, "deg", at, "knee_frontal", "So.")

    warn, fail = fault("warn", rep.start_s), fault("fail", rep.end_s)
    many = tuple(replace(r, faults=(warn, fail)) for r in front.reps)
    stills = choose_stills(replace(front, reps=many))
    assert [s.name for s in stills[:2]] == ["neutral.jpg", f"rep-01-{codes[0]}.jpg"]
    assert "fail" in stills[1].captions[0]
    long = judge_track(squat_track([95.0] * 20), load_exercise("screen-squat"))
    assert len(choose_stills(long)) == MAX_STILLS


def test_fault_at_the_peak_shares_its_picture(front: Judgement) -> None:
    rep = front.reps[0]
    code = front.exercise.faults[0].code
    fault = Fault(code, "warn", rep.start_s, rep.end_s, 20.0, "deg", rep.peak_s + 0.05, "knee_frontal", "So.")
    stills = choose_stills(replace(front, reps=(replace(rep, faults=(fault,)), *front.reps[1:])))
    shared = [s for s in stills if len(s.captions) == 2]
    assert [s.name for s in shared] == [f"rep-01-{code}.jpg"]


def test_path_that_is_a_file_is_said_in_one_sentence(front: Judgement, front_report: RepReport, tmp_path: Path) -> None:
    blocked = tmp_path / "report"
    blocked.write_text("mine")
    for target in (blocked, blocked / "deeper"):
        with pytest.raises(OutputError, match="choose another folder") as caught:
            write_report(front, front_report, None, target)
        assert "\n" not in str(caught.value)
    assert blocked.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [blocked]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_unwritable_folder_is_left_as_it_was(front: Judgement, front_report: RepReport, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="may not write there"):
            write_report(front, front_report, None, tmp_path / "out")
    finally:
        tmp_path.chmod(0o700)
    assert not list(tmp_path.iterdir())


def test_full_disk_leaves_nothing_half_written(
    front: Judgement, front_report: RepReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if "report" in path.name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    out = tmp_path / "deep" / "out"
    with pytest.raises(OutputError, match="the disk is full") as caught:
        write_report(front, front_report, FakeClip(front.track).open, out)
    assert str(out) in str(caught.value)
    assert ".formcheck-" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_failure_removes_the_earlier_report_json_first(
    front: Judgement, front_report: RepReport, tmp_path: Path
) -> None:
    write_report(front, front_report, None, tmp_path)

    def broken(_only: frozenset[int] | None) -> Any:
        raise OutputError("cannot read the clip again")

    with pytest.raises(OutputError):
        write_report(front, front_report, broken, tmp_path)
    assert not (tmp_path / "report.json").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.slow
def test_page_draws_its_curves_in_a_browser_and_a_row_seeks_the_video(
    front: Judgement, front_report: RepReport, tmp_path: Path, browser_page: Callable[[], Any]
) -> None:
    files = write_report(front, front_report, FakeClip(front.track).open, tmp_path)
    page = browser_page()
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(files.page.as_uri())
    page.wait_for_selector("#plot-0 svg")
    page.wait_for_function("document.getElementById('video').readyState >= 1")
    at = "Math.abs(document.getElementById('video').currentTime - {}) < {}"
    page.click("tr[data-seek] >> nth=1")
    page.wait_for_function(at.format(front.reps[1].start_s, 0.1))
    page.click(".chips button >> nth=0")
    page.wait_for_function(at.format(front.reps[0].start_s, 0.1))
    middle = page.evaluate(  # where a plot's axis shows the middle of the clip
        "(() => { const c = document.getElementById('plot-0'), a = c._fullLayout.xaxis;"
        f" return [a._offset + a.d2p({float(front.track.time_s[-1]) / 2}), c.clientHeight / 2]; }})()"
    )
    page.click("#plot-0", position={"x": middle[0], "y": middle[1]})
    page.wait_for_function(at.format(float(front.track.time_s[-1]) / 2, 0.1))
    page.focus("#curves")
    page.keyboard.press("Home")
    page.wait_for_function(at.format(0, 0.01))
    page.keyboard.press("ArrowRight")
    page.wait_for_function(at.format(0.2, 0.05))
    page.wait_for_function("document.getElementById('now-0').textContent.trim() !== ''")
    page.wait_for_function("Math.abs(document.getElementById('plot-0').layout.shapes[0].x0 - 0.2) < 0.05")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not errors
    assert all(url.startswith(("file:", "data:", "blob:")) for url in requests)
    page.set_viewport_size({"width": 1366, "height": 768})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    unnamed = (
        "[...document.images].filter((i) => !i.alt).length"
        " + [...document.querySelectorAll('button')].filter((b) => !b.textContent.trim() && !b.ariaLabel).length"
    )
    assert page.evaluate(unnamed) == 0
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 4


def test_the_history_stands_on_the_scale_and_says_what_changed(
    judged: Callable[..., Judgement], tmp_path: Path
) -> None:
    front = judged(yaw_deg=45.0)
    report = report_of(front)
    at = datetime(2026, 3, 5, 12, tzinfo=UTC)
    name = next(m.name for m in report.measures if m.result and report.summary.measures[m.name].value is not None)
    earlier = PastResult(name, "both", (PastValue(at, 80.0, 5.0),), "Depth: no change.", "Less than 9° is no change.")
    past = Past("anna", at, (earlier,), ("More on the left, twice.",))
    page = write_report(front, report, None, tmp_path, past=past).page.read_text(encoding="utf-8")
    for words in ("anna · 5 Mar 2026", "Depth: no change.", "Less than 9° is no change.", "More on the left, twice."):
        assert words in page
    assert 'class="past last"' in page
    assert "2026-03-05: 80°" in page


def test_without_a_history_the_page_speaks_of_none(front: Judgement, tmp_path: Path) -> None:
    page = page_of(front, tmp_path)
    assert 'class="past' not in page
    assert "earlier sessions" not in page


def test_removing_a_report_takes_its_files_and_nothing_else(
    front: Judgement, front_report: RepReport, tmp_path: Path
) -> None:
    write_report(front, front_report, FakeClip(front.track).open, tmp_path / "out")
    (tmp_path / "out" / "mine.txt").write_text("keep")
    other = front_report.model_copy(update={"side": "left"})
    assert not remove_report(tmp_path / "out", other)
    assert (tmp_path / "out" / "report.json").is_file()
    assert remove_report(tmp_path / "out", front_report)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
    write_report(front, front_report, None, tmp_path / "two")
    assert remove_report(tmp_path / "two", front_report)
    assert not (tmp_path / "two").exists()


def test_every_fault_is_shown_beside_the_neutral_pose(front: Judgement, tmp_path: Path) -> None:
    code, rep = front.exercise.faults[0].code, front.reps[0]
    fault = Fault(code, "fail", rep.start_s, rep.end_s, 20.0, "deg", rep.start_s, "knee_frontal", "So.")
    bad = replace(front, reps=(replace(rep, faults=(fault,)), *front.reps[1:]))
    files = write_report(bad, report_of(bad), FakeClip(front.track).open, tmp_path, overlay=False)
    page = files.page.read_text(encoding="utf-8")
    (pair,) = re.findall(r'<figure class="pair">(.*?)</figure>', page, re.DOTALL)
    assert re.findall(r'src="evidence/([^"]*)"', pair) == ["neutral.jpg", f"rep-01-{code}.jpg"]
