"""The person of the drill is kept to while somebody else walks by in front, and never mistaken for them."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.core.frame import Frame
from formcheck.core.pose import Pose
from formcheck.pose.body import Place, bounding_box
from formcheck.pose.estimator import create_estimator
from formcheck.video.source import open_source

pytestmark = pytest.mark.slow

FRAMES = 150
WIDTHS_A_SECOND = 0.35
STARTS_S = 0.8
ELSEWHERE = 0.6
"""Farther from where the person is than this many body sizes, a pose is somebody else's."""


def first_frames(path: Path) -> list[Frame]:
    with open_source(path) as source:
        return [frame for frame, _ in zip(source, range(FRAMES), strict=False)]


def poses_of(frames: list[Frame]) -> list[Pose]:
    with create_estimator(offline=True) as estimator:
        return [estimator.estimate(frame) for frame in frames]


def with_passer_by(frames: list[Frame], others: list[Frame]) -> list[Frame]:
    """Paste the person of another clip, cut out as a box, so that it crosses the picture from left to right."""
    height, width = frames[0].image.shape[:2]
    left, top, right, bottom = bounding_box(poses_of(others[:1])[0], 0.3, width, height)
    pasted = []
    for frame, other in zip(frames, others, strict=False):
        box = cv2.resize(other.image[top:bottom, left:right], None, fx=0.9, fy=0.9)
        at = int((frame.time_s - STARTS_S) * WIDTHS_A_SECOND * width) - box.shape[1]
        a, b = max(at, 0), min(at + box.shape[1], width)
        image = frame.image.copy()
        if b > a:
            image[height - box.shape[0] :, a:b] = box[:, a - at : b - at]
        pasted.append(Frame(frame.index, frame.time_s, image))
    return pasted


def test_passer_by_is_never_taken_for_the_person(pose_model: Path, sample: Callable[[str], Path]) -> None:
    frames = first_frames(sample("liftoff_right_clean"))
    alone = poses_of(frames)
    assert all(pose.found for pose in alone)
    crossed = poses_of(with_passer_by(frames, first_frames(sample("liftoff_left_clean"))))
    off = [Place.of(a).distance(Place.of(b)) for a, b in zip(alone, crossed, strict=True) if b.found]
    assert max(off) < ELSEWHERE
    missing = [i for i, pose in enumerate(crossed) if not pose.found]
    assert missing, "the passer-by hides the person for a while"
    assert len(missing) < FRAMES / 3
    assert crossed[-1].found, "found again after the passer-by has gone"


def test_person_is_chosen_among_two_and_kept(pose_model: Path, sample: Callable[[str], Path]) -> None:
    """A bystander at the edge from the first frame on, larger than the person in the middle."""
    frames = first_frames(sample("liftoff_right_clean"))[:60]
    other = first_frames(sample("liftoff_left_clean"))[:1]
    height, width = frames[0].image.shape[:2]
    left, top, right, bottom = bounding_box(poses_of(other)[0], 0.1, width, height)
    box = cv2.resize(other[0].image[top:bottom, left:right], (width // 4, height))
    crowded = [Frame(f.index, f.time_s, np.hstack([box, f.image[:, width // 4 :]])) for f in frames]
    for own, found in zip(poses_of(frames), poses_of(crowded), strict=True):
        assert found.found
        assert Place.of(own).distance(Place.of(found)) < ELSEWHERE
