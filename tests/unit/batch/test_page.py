"""summary.html in a browser: failures first, sortable, searchable; figures by drill, view and person."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from formcheck.batch.jobs import Job
from formcheck.batch.labels import Expected
from formcheck.batch.metrics import compute_metrics
from formcheck.batch.page import MOST_ROWS, write_page
from formcheck.batch.rows import labelled
from tests.conftest import missing


def row(name: str, person: str = "", expected: Expected | None = None, **found: Any) -> dict[str, Any]:
    job = Job(name, name, Path(name), "screen-squat", "auto", person=person or None, expected=expected or Expected())
    usual = {"status": "ok", "reps": 0, "attempts": 0, "faults": "", "advice": "", "not_judged": "", "view_ok": True}
    usual |= {"watched": "hip_shift;knee_valgus", "view_found": "front", "coverage": 1.0, "frames": 30, "side": "both"}
    return labelled(job, usual | found)


def few() -> list[dict[str, Any]]:
    knees = Expected(reps=2, faults=("knee_valgus",))
    return [
        row("ten.mp4", "ann", knees, reps=10, faults="knee_valgus"),
        row("two.mp4", "ann", knees, reps=2, faults="knee_valgus"),
        row("Übung.mp4", "ben", Expected(reps=3), reps=3, faults="hip_shift"),
        {**row("gone.mp4", "ben"), "status": "error", "error": "/far/away/gone.mp4 is empty (0 bytes); copy it again"},
    ]


@pytest.fixture
def page() -> Iterator[Any]:
    """Return an empty page in Chromium."""
    api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        missing("Chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.mark.slow
def test_clips_are_sorted_and_searched_in_a_browser(page: Any, tmp_path: Path) -> None:
    rows = few()
    page.goto(write_page(rows, compute_metrics(rows, {}), tmp_path).as_uri())

    def shown() -> list[str]:
        return [name.inner_text() for name in page.locator("#clips tbody tr:not([hidden]) .name").all()]

    assert shown() == ["gone.mp4", "ten.mp4", "two.mp4", "Übung.mp4"], "an error, then what is not as labelled"
    page.get_by_role("button", name="Counted").click()
    assert shown() == ["gone.mp4", "two.mp4", "Übung.mp4", "ten.mp4"], "by number, not by letter; unknown is least"
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    page.get_by_role("button", name="Counted").click()
    assert shown() == ["ten.mp4", "Übung.mp4", "two.mp4", "gone.mp4"]
    page.get_by_role("button", name="Clip", exact=True).click()
    assert shown() == ["gone.mp4", "ten.mp4", "two.mp4", "Übung.mp4"]
    page.get_by_label("Search the clips").fill("ANN knee")
    assert shown() == ["ten.mp4", "two.mp4"]
    assert page.locator("#shown").inner_text() == "2 shown"
    page.get_by_role("button", name="Not as labelled").click()
    assert shown() == ["ten.mp4"], "search and filter together"
    page.get_by_label("Search the clips").fill("")
    page.get_by_role("button", name="Errors 1").click()
    assert shown() == ["gone.mp4"]
    page.get_by_role("button", name="All 4").click()
    assert len(shown()) == 4


def test_each_person_has_figures_and_an_error_is_said_without_its_folder(tmp_path: Path) -> None:
    rows = few()
    text = write_page(rows, compute_metrics(rows, {}), tmp_path).read_text(encoding="utf-8")
    assert "<summary>ann</summary>" in text
    assert "<summary>ben</summary>" in text
    assert "By drill" not in text, "there is one drill only"
    assert "/far/away" not in text
    assert "gone.mp4 is empty (0 bytes)" in text


def test_of_very_many_clips_those_that_need_a_look_are_shown(tmp_path: Path) -> None:
    rows = [row(f"{i}.mp4") for i in range(MOST_ROWS)]
    rows.append(row("wrong.mp4", expected=Expected(reps=1), reps=0))
    text = write_page(rows, compute_metrics(rows, {}), tmp_path).read_text(encoding="utf-8")
    assert f">{MOST_ROWS - 1}.mp4<" not in text
    assert ">wrong.mp4<" in text
    assert "the other 1 are in results.csv only" in text
