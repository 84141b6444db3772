"""What gets in the way of one of three repetitions: no number there, the reason said, the next one judged again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.core.frame import Frame
from formcheck.exercises.lookup import load_exercise
from formcheck.pose.estimator import create_estimator
from formcheck.pose.saved import load_poses
from formcheck.session import Judgement, judge_track, track_person
from formcheck.synthetic.hindrance import hinder
from formcheck.synthetic.truth import read_truth
from formcheck.video.source import open_source

pytestmark = pytest.mark.slow

LOOSE_TROUSERS = Path(__file__).parents[1] / "fixtures" / "poses" / "supine-ir-liftoff__loose_trousers.npz"
"""Poses found in a rendered lift-off; where the shin in wide folds is, nobody could tell for most of it."""
EVERY = 3
"""Frames of the sample are 1/30 s apart; ten a second are enough here."""


def hindered(kind: str, clip: Path, rep: dict[str, Any]) -> Judgement:
    """Return what is found in a clip with something in the way of one repetition."""
    pixels = {name: np.array(at) for name, at in read_truth(clip)["joints_px"].items()}

    def change(picture: NDArray[np.uint8], i: int) -> NDArray[np.uint8]:
        return hinder(picture, kind, {name: at[i] for name, at in pixels.items()}, "right")

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
    ("kind", "reasons"),
    [
        ("blanket", {"low_confidence", "not_visible"}),
        ("leg_hidden", {"low_confidence", "not_visible"}),
        ("half_out", {"out_of_frame", "cut"}),
    ],
)
def test_it_abstains_with_the_reason_and_goes_on_afterwards(
    kind: str,
    reasons: set[str],
    pose_model: Path,
    sample: Callable[[str], Path],
) -> None:
    clip = sample("liftoff_right_clean")
    truth = read_truth(clip)
    hidden = truth["reps"][1]
    found = hindered(kind, clip, hidden)
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
    silent = sum(max(0.0, min(a.end_s, hidden["end_s"]) - max(a.start_s, hidden["start_s"])) for a in said)
    assert silent > 0.4 * (hidden["end_s"] - hidden["start_s"])


def test_a_second_person_beside_changes_nothing(pose_model: Path, sample: Callable[[str], Path]) -> None:
    clip = sample("liftoff_right_clean")
    truth = read_truth(clip)
    found = hindered("second_person", clip, truth["reps"][1])
    assert [rep.counted for rep in found.reps] == [True, True, True]
    for rep, true in zip(found.reps, truth["reps"], strict=True):
        assert true["start_s"] < rep.peak_s < true["end_s"]
        assert rep.faults == ()
    hidden = truth["reps"][1]
    assert [a for a in found.abstentions if a.start_s < hidden["end_s"] and hidden["start_s"] < a.end_s] == []


def test_a_leg_lost_in_loose_trousers_is_said_and_nothing_is_held_against_it() -> None:
    track, _ = load_poses(LOOSE_TROUSERS)
    found = judge_track(track, load_exercise("supine-ir-liftoff"), "right")
    assert found.view_ok
    assert found.coverage < 0.7
    hidden = [a for a in found.abstentions if a.reason == "not_visible" and "hip_adduction_right" in a.channels]
    assert sum(a.end_s - a.start_s for a in hidden) > 4.0
    assert [rep.counted for rep in found.reps if rep.counted] == []
    assert [f.code for rep in found.reps for f in rep.faults] == []
