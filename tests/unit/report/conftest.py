"""A squat of a stick person, judged, and plain pictures in place of its video."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from formcheck.core.frame import Frame
from formcheck.core.pose import PoseTrack
from formcheck.exercises.lookup import load_exercise
from formcheck.report.build import build_report
from formcheck.report.model import ModelInfo, RepReport, SourceReport
from formcheck.session import Judgement, judge_track
from tests.conftest import missing
from tests.fixtures.stick import SIZE, squat_track


def report_of(judgement: Judgement) -> RepReport:
    track = judgement.track
    source = SourceReport(
        name="squat.mp4",
        kind="file",
        width=SIZE[0],
        height=SIZE[1],
        duration_s=float(track.time_s[-1]),
        frames=len(track),
        frame_rate=30.0,
        frames_lost=0,
        loss=None,
    )
    return build_report(judgement, source, ModelInfo(name="full", sha256=None))


class FakeClip:
    """Grey pictures at the times of a track; counts how often it was opened and how many frames were taken."""

    def __init__(self, track: PoseTrack) -> None:
        self.track, self.opened, self.taken = track, 0, 0

    @contextmanager
    def open(self, only: frozenset[int] | None) -> Iterator[Iterator[Frame]]:
        self.opened += 1
        yield (frame for frame in self._frames() if only is None or frame.index in only)

    def _frames(self) -> Iterator[Frame]:
        image = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
        for i, time in enumerate(self.track.time_s.tolist()):
            self.taken += 1
            yield Frame(i, time, image)


@pytest.fixture(scope="session")
def judged() -> Callable[..., Judgement]:
    """Return a function that judges stick squats of given depths, seen from the front or turned by `yaw_deg`."""
    drill = load_exercise("screen-squat")
    measures = tuple(m.model_copy(update={"max_sigma": None}) for m in drill.measures)  # shown however uncertain
    drill = drill.model_copy(update={"measures": measures})

    def judge(depths_deg: tuple[float, ...] = (95, 95), yaw_deg: float = 0.0) -> Judgement:
        return judge_track(squat_track(list(depths_deg), yaw_deg=yaw_deg), drill)

    return judge


@pytest.fixture(scope="session")
def front(judged: Callable[..., Judgement]) -> Judgement:
    return judged()


@pytest.fixture(scope="session")
def front_report(front: Judgement) -> RepReport:
    return report_of(front)


@pytest.fixture
def browser_page() -> Iterator[Callable[[], Any]]:
    """Return a function that opens a page of a phone's width in Chromium."""
    api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        missing("Chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield lambda: browser.new_page(viewport={"width": 390, "height": 844})
        browser.close()
