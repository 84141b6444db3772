"""What gets in the way of one of three repetitions: no number there, the reason said, the next one judged again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.core.frame import Frame
from formcheck.exercises.lookup import load_exercise
from formcheck.pose.estimator import create_estimator
from formcheck.pose.saved import load_poses
from formcheck.session import Judgement, judge_track, track_person
from formcheck.synthetic.truth import read_truth
from formcheck.video.source import open_source

pytestmark = pytest.mark.slow

Picture = NDArray[np.uint8]
LEG = ("knee", "ankle", "heel", "foot_index")
LOOSE_TROUSERS = Path(__file__).parents[1] / "fixtures" / "poses" / "supine-ir-liftoff__loose_trousers.npz"
"""Poses found in a rendered lift-off; where the shin in wide folds is, nobody could tell for most of it."""
EVERY = 3
"""Frames of the sample are 1/30 s apart; ten a second are enough here."""


def blanket(picture: Picture, joints: dict[str, Any], i: int) -> Picture:
    """Return the picture with a patterned cloth over both legs."""
    points = np.array([joints[f"{s}_{j}"][i] for s in ("left", "right") for j in ("hip", *LEG)], dtype=np.float32)
    hull = cv2.convexHull(points)[:, 0]
    middle = points.mean(axis=0)
    cloth = np.random.default_rng(3).integers(60, 200, (24, 32, 3)).astype(np.uint8)
    cloth = cv2.resize(cloth, picture.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(mask, [(middle + 1.25 * (hull - middle)).astype(np.int32)], (1,))
    return np.where(mask[..., None] > 0, cloth, picture)


def box_before_the_leg(picture: Picture, joints: dict[str, Any], i: int) -> Picture:
    """Return the picture with something plain before the working shin and foot."""
    points = np.array([joints[f"right_{j}"][i] for j in LEG])
    (left, top), (right, bottom) = (points.min(axis=0) - 28).astype(int), (points.max(axis=0) + 22).astype(int)
    out = picture.copy()
    out[top:bottom, left:right] = (120, 85, 60)
    return out


def camera_knocked(picture: Picture, joints: dict[str, Any], i: int) -> Picture:
    """Return the picture pushed down until the knees are at its lower edge."""
    knees = np.mean([joints[f"{side}_knee"][i][1] for side in ("left", "right")])
    shift = picture.shape[0] - int(knees)
    out = np.zeros_like(picture)
    out[shift:] = picture[:-shift]
    return out


def somebody_beside(picture: Picture, joints: dict[str, Any], i: int) -> Picture:
    """Return the picture with a second person, as large and as much in motion, lying on the left."""
    wide = 205
    left = int(min(joints["right_wrist"][i][0], joints["right_ankle"][i][0])) - 5
    top = int(joints["head"][i][1]) - 25
    out = picture.copy()
    out[top:, :wide] = picture[top:, left : left + wide]
    return out


def hindered(hinder: Callable[..., Picture], clip: Path, rep: dict[str, Any]) -> Judgement:
    """Return what is found in a clip with something in the way of one repetition."""
    change = partial(hinder, joints=read_truth(clip)["joints_px"])
    with open_source(clip) as source, create_estimator(offline=True, side="right") as estimator:
        frames = (
            Frame(f.index // EVERY, f.time_s, change(f.image, i=f.index))
            if rep["start_s"] - 0.5 < f.time_s < rep["end_s"] + 0.3
            else Frame(f.index // EVERY, f.time_s, f.image)
            for f in source
            if f.index % EVERY == 0
        )
        track = track_person(frames, estimator, (source.info.width, source.info.height))
    return judge_track(track, load_exercise("supine-ir-liftoff"), "right")


@pytest.mark.parametrize(
    ("hinder", "reasons"),
    [
        (blanket, {"low_confidence", "not_visible"}),
        (box_before_the_leg, {"low_confidence", "not_visible"}),
        (camera_knocked, {"out_of_frame"}),
    ],
)
def test_it_abstains_with_the_reason_and_goes_on_afterwards(
    hinder: Callable[[Picture, dict[str, Any], int], Picture],
    reasons: set[str],
    pose_model: Path,
    sample: Callable[[str], Path],
) -> None:
    clip = sample("liftoff_right_clean")
    truth = read_truth(clip)
    hidden = truth["reps"][1]
    found = hindered(hinder, clip, hidden)
    counted = [rep for rep in found.reps if rep.counted]
    assert len(counted) == 2
    for rep, true in zip(counted, (truth["reps"][0], truth["reps"][2]), strict=True):
        assert true["start_s"] < rep.peak_s < true["end_s"]
        assert rep.faults == ()
    held_against = [
        (rep.reason, f.code) for rep in found.reps if not rep.counted for f in rep.faults if f.severity == "fail"
    ]
    assert held_against == []
    said = [a for a in found.abstentions if a.reason in reasons]
    silent = sum(min(a.end_s, hidden["end_s"]) - max(a.start_s, hidden["start_s"]) for a in said)
    assert silent > 0.4 * (hidden["end_s"] - hidden["start_s"])


def test_a_second_person_beside_changes_nothing(pose_model: Path, sample: Callable[[str], Path]) -> None:
    clip = sample("liftoff_right_clean")
    truth = read_truth(clip)
    found = hindered(somebody_beside, clip, truth["reps"][1])
    assert [rep.counted for rep in found.reps] == [True, True, True]
    for rep, true in zip(found.reps, truth["reps"], strict=True):
        assert true["start_s"] < rep.peak_s < true["end_s"]
        assert rep.faults == ()
    assert found.abstentions == ()


def test_a_leg_lost_in_loose_trousers_is_said_and_nothing_is_held_against_it() -> None:
    track, _ = load_poses(LOOSE_TROUSERS)
    found = judge_track(track, load_exercise("supine-ir-liftoff"), "right")
    assert found.view_ok
    assert found.coverage < 0.7
    hidden = [a for a in found.abstentions if a.reason == "not_visible" and "hip_adduction_right" in a.channels]
    assert sum(a.end_s - a.start_s for a in hidden) > 4.0
    assert [rep.counted for rep in found.reps if rep.counted] == []
    assert [f.code for rep in found.reps for f in rep.faults] == []
