from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from formcheck.history import store
from formcheck.history.detectable import ENOUGH, detectable, own_sem, published_sem
from formcheck.history.progress import change, changes_of, past_of, side_sentences
from formcheck.history.records import Session
from formcheck.history.trend import trend_of, trend_page, write_trend
from tests.fixtures.reports import report

DAY = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def keep(place: Path, days_ago: float, left: float, right: float | None = None, **more: float | str) -> Session:
    """Keep a session of so many days ago and return it."""
    made = report(left, right, clip=f"{days_ago}", **more)  # type: ignore[arg-type]
    number = store.add(made, at=DAY - timedelta(days=days_ago), store=place)
    return store.read(number, place)[0]


def repeats(place: Path, values: list[float], **more: float | str) -> tuple[Session, ...]:
    """Keep sessions of one day."""
    for i, value in enumerate(values):
        keep(place, 60 + i / 100, value, **more)
    return store.sessions(store=place)


def test_without_repeats_the_published_benchmark_decides(place: Path) -> None:
    first, second = keep(place, 40, 20.0, sigma=2.0), keep(place, 0, 28.0, sigma=2.0)
    sem = published_sem(first, "ir", "left")
    assert sem is not None
    found = detectable(first, second, "ir", "left", (first, second))
    assert found is not None
    assert found.source == "published"
    assert found.mdc == pytest.approx(1.96 * math.sqrt(2) * sem)
    assert "docs/accuracy.md" in found.words()


def test_a_session_worse_than_the_benchmark_needs_a_larger_change(place: Path) -> None:
    first, second = keep(place, 40, 20.0, sigma=2.0), keep(place, 0, 28.0, sigma=9.0)
    found = detectable(first, second, "ir", "left", (first, second))
    sem = published_sem(first, "ir", "left")
    assert found is not None
    assert sem is not None
    assert found.mdc == pytest.approx(1.96 * math.hypot(sem, 9.0))


def test_a_low_camera_is_published_as_less_exact_than_one_overhead(place: Path) -> None:
    low, high = keep(place, 2, 20.0, elevation_deg=35.0), keep(place, 1, 20.0, view="overhead", elevation_deg=85.0)
    sems = [published_sem(s, "ir", "left") for s in (low, high)]
    assert sems[0] is not None
    assert sems[1] is not None
    assert sems[0] > sems[1]


def test_own_repeats_are_the_pooled_spread_within_days(place: Path) -> None:
    history = repeats(place, [20.0, 22.0, 20.0, 22.0, 20.0, 22.0, 21.0])
    found = own_sem(history, "ir", "left", history[0])
    assert found == pytest.approx((1.0, 7))
    last = keep(place, 0, 26.0)
    known = store.sessions(store=place)
    limit = detectable(history[0], last, "ir", "left", known)
    assert limit is not None
    assert (limit.source, limit.repeats) == ("own", 7)
    assert limit.mdc == pytest.approx(1.96 * math.sqrt(2))


def test_too_few_repeats_and_repeats_of_another_camera_do_not_count(place: Path) -> None:
    few = repeats(place, [20.0, 22.0] * (ENOUGH // 2))
    assert own_sem(few, "ir", "left", few[0]) is None
    for i in range(ENOUGH + 1):
        keep(place, 50 + i / 100, 20.0 + i, elevation_deg=40.0)
    known = store.sessions(store=place)
    assert own_sem(known, "ir", "left", few[0]) is None
    low = keep(place, 0, 30.0, elevation_deg=40.0)
    between = detectable(few[0], low, "ir", "left", known)
    assert between is not None
    assert between.source == "published"  # the two cameras do not stand alike


def test_only_a_change_beyond_the_detectable_one_is_called_a_change(place: Path) -> None:
    first, near, far = keep(place, 50, 20.0), keep(place, 10, 26.0), keep(place, 0, 45.0)
    small = change(first, near, "ir", "left", (first, near, far))
    large = change(first, far, "ir", "left", (first, near, far))
    assert small is not None
    assert large is not None
    assert small.verdict == "no_change"
    assert "no change since 14 Jan 2026 that can be told (+6°)" in small.words("Hip IR")
    assert large.verdict == "more"
    assert large.words("Hip IR") == "Hip IR: 25° more than on 14 Jan 2026."


def test_the_latest_number_is_compared_with_the_first_and_with_a_month_before(place: Path) -> None:
    first, month, _, last = (keep(place, d, 20.0 + d) for d in (90, 31, 5, 0))
    history = store.sessions(store=place)
    compared = changes_of(history, "ir", "left")
    assert [(c.first.id, c.second.id) for c in compared] == [(first.id, last.id), (month.id, last.id)]


def test_sides_are_called_different_only_on_two_days_and_beyond_ten_degrees(place: Path) -> None:
    keep(place, 3, 20.0, 35.0, sigma=2.0)
    assert side_sentences(store.sessions(store=place)) == []  # one day
    keep(place, 1, 21.0, 34.0, sigma=2.0)
    (sentence,) = side_sentences(store.sessions(store=place))
    assert "more on the right than on the left, by 13° and 15°" in sentence
    keep(place, 0, 21.0, 30.0, sigma=2.0)  # within 10 degrees
    assert side_sentences(store.sessions(store=place)) == []


@pytest.mark.parametrize(("later", "sigma"), [((35.0, 20.0), 2.0), ((20.0, 35.0), 9.0)])
def test_sides_that_change_places_or_lie_within_their_error_are_not_called_different(
    place: Path, later: tuple[float, float], sigma: float
) -> None:
    keep(place, 3, 20.0, 35.0, sigma=2.0)
    keep(place, 1, *later, sigma=sigma)
    assert side_sentences(store.sessions(store=place)) == []


def test_left_and_right_may_be_filmed_one_after_the_other_on_a_day(place: Path) -> None:
    for days in (3, 1):
        for part, sides in enumerate(((20.0, None), (None, 36.0))):
            made = report(*sides, sigma=2.0, clip=f"{days}-{part}")
            store.add(made, at=DAY - timedelta(days=days, hours=part), store=place)
    assert len(side_sentences(store.sessions(store=place))) == 1


def test_a_new_report_is_told_of_earlier_sessions_and_not_of_itself(place: Path) -> None:
    keep(place, 40, 20.0)
    new = report(45.0, None, clip="new")
    store.add(new, at=DAY, store=place)
    past = past_of(new, store.sessions(store=place), "me", DAY)
    found = past.of("ir", "left")
    assert found is not None
    assert [v.value for v in found.values] == [20.0]
    assert "25° more than on 24 Jan 2026" in found.change
    assert "published benchmark" in found.detectable
    assert past.of("ir", "right") is None


def test_the_trend_is_a_page_and_a_picture_that_say_the_same(place: Path, tmp_path: Path) -> None:
    for days, left in ((60, 20.0), (30, 22.0), (0, 45.0)):
        keep(place, days, left, left + 2)
    trend = trend_of(store.sessions(store=place))
    assert [line.side for line in trend.charts[0].lines] == ["left", "right"]
    assert "Active hip IR, left: 25° more than on 4 Jan 2026." in trend.sentences()
    page = trend_page(trend)
    assert "25° more than on 4 Jan 2026" in page
    assert "http://" not in page
    assert "https://" not in page
    files = write_trend(trend, tmp_path / "out")
    assert files.picture.read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "out" / "assets" / "plotly.min.js").is_file()


def test_one_session_is_no_trend_yet(place: Path) -> None:
    keep(place, 0, 20.0)
    assert "one session so far" in " ".join(trend_of(store.sessions(store=place)).sentences())


def test_a_single_session_is_drawn_among_days_and_not_among_milliseconds(place: Path) -> None:
    session = keep(place, 0, 20.0)
    first, last = trend_of(store.sessions(store=place)).span
    assert first < session.at < last
    assert last - first >= timedelta(days=6)
