"""Photos: angles of each picture, nothing counted, nothing judged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

import formcheck.api
from formcheck.api import analyze
from formcheck.core.errors import SourceError
from formcheck.core.frame import Frame
from formcheck.core.pose import Pose
from formcheck.exercises.lookup import load_exercise
from formcheck.photos import SURE_DEG, judge_photos, look_at
from formcheck.pose.estimator import ModelInfo
from formcheck.report.headline import headline
from formcheck.video.photos import FEWER, photos_at
from tests.fixtures.stick import SIZE, squat_track

SQUAT = load_exercise("screen-squat")
DEEP = squat_track([95.0], yaw_deg=90)
BOTTOM = round(2.7 * 30)


class OfOne:
    """Finds a stick person: standing in a black picture, deep down in a grey one, nobody in a white one."""

    name = "of one"
    model = ModelInfo("stick", Path("stick"), "0" * 64)

    def estimate(self, frame: Frame) -> Pose:
        grey = float(frame.image.mean())
        if grey > 200:
            return Pose.missing(frame.time_s)
        pose = list(DEEP.poses())[BOTTOM if grey > 50 else 10]
        return Pose(frame.time_s, pose.pixels, pose.world, pose.visibility, pose.presence)

    def close(self) -> None: ...

    def __enter__(self) -> OfOne:
        return self

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    def make(*greys: int) -> Path:
        pictures = tmp_path / "photos"
        pictures.mkdir()
        for i, grey in enumerate(greys):
            cv2.imwrite(str(pictures / f"{i}.png"), np.full((SIZE[1], SIZE[0], 3), grey, np.uint8))
        return pictures

    return make


def test_a_picture_or_a_folder_of_a_few_are_photos_and_a_sequence_is_not(folder: Callable[..., Path]) -> None:
    few = folder(*[0] * (FEWER - 1))
    assert (photos_at(few / "0.png"), photos_at(few)) != (None, None)
    cv2.imwrite(str(few / "last.png"), np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
    assert photos_at(few) is None
    assert photos_at(few / "clip.mp4") is None


def test_each_picture_is_measured_by_itself_and_nothing_is_counted(folder: Callable[..., Path]) -> None:
    photos = photos_at(folder(0, 100, 255))
    assert photos is not None
    track, _ = look_at(photos, OfOne)
    found = judge_photos(track, photos, SQUAT)
    standing, deep, nobody = found.photos
    assert (standing.view.view, deep.found, nobody.found) == ("side", True, False)
    assert deep.angles["knee_flexion_left"].value == pytest.approx(95, abs=8)
    lean, upright = deep.angles["trunk_lean"].value, standing.angles["trunk_lean"].value
    assert lean is not None
    assert upright is not None
    assert lean > upright + 10
    assert not nobody.angles
    assert all(angle.sigma is not None and angle.sigma <= SURE_DEG for angle in deep.angles.values())
    assert not found.reps
    assert found.baseline is None


def test_the_report_says_what_photos_show_and_holds_nothing_against_anybody(
    folder: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formcheck.api, "create_estimator", lambda **_: OfOne())
    report = analyze(folder(0, 100), "screen-squat", out=tmp_path / "report")
    assert report.source.kind == "photos"
    assert not report.summary.counted
    assert report.summary.sentences[0].startswith("Photos show a posture, not a movement")
    assert "1.png, seen with the camera at the side: knee flexion" in report.summary.sentences[2]
    assert all(fault.verdict == "not_judged" for fault in report.faults)
    assert sorted(p.name for p in (tmp_path / "report" / "evidence").iterdir()) == ["photo-01.jpg", "photo-02.jpg"]
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "2 pictures" in page
    assert "Angles over time" not in page


def test_of_somebody_lying_no_single_picture_is_measured() -> None:
    lying = next(iter(squat_track([0.0]).poses()))
    turned = Pose(0.0, lying.pixels[:, ::-1].copy(), lying.world, lying.visibility, lying.presence)
    photos = photos_at(Path(__file__).parent / "nothing.png")
    assert photos is None
    track = DEEP.from_poses([turned], SIZE)
    one = judge_photos(track, type("P", (), {"paths": (Path("a.png"),)})(), load_exercise("assess-slr"))
    assert one.photos[0].view.lying
    assert not one.photos[0].angles


def test_photos_are_not_kept_and_a_picture_of_nobody_is_said(
    folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formcheck.api, "create_estimator", lambda **_: OfOne())
    pictures = folder(255)
    with pytest.raises(SourceError, match="no person was found"):
        analyze(pictures / "0.png", "screen-squat")
    with pytest.raises(SourceError, match="no place in the history"):
        analyze(pictures, "screen-squat", save=True)


def test_the_headline_of_photos_names_no_repetition(
    folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formcheck.api, "create_estimator", lambda **_: OfOne())
    pictures = folder(100)
    photos = photos_at(pictures)
    assert photos is not None
    found = judge_photos(look_at(photos, OfOne)[0], photos, SQUAT)
    first, second = headline(found, analyze(pictures, SQUAT))
    assert "posture" in first
    assert "Film it" in second
