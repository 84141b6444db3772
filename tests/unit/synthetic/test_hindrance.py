"""What gets in the way of seeing: asked for by name, there for its time, and the truth says when."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.core.errors import FormcheckError
from formcheck.synthetic.clip import Clip, ClipSpec
from formcheck.synthetic.hindrance import HINDRANCES, elsewhere, hinder

SPEC = ClipSpec("supine-ir-liftoff", reps=2, fps=2, size=(160, 120), hindrances=("wrong_view@2", "blanket@0-1.5"))


def test_the_truth_says_what_was_in_the_way_and_when() -> None:
    clip = Clip(SPEC)
    second = clip.script.reps[1]
    wrong, blanket = clip.truth()["hindrances"]
    assert (wrong["kind"], wrong["start_s"], wrong["end_s"]) == ("wrong_view", second.start_s - 0.5, second.end_s + 0.3)
    assert (blanket["start_s"], blanket["end_s"]) == (0.0, 1.5)
    away = [camera is not clip.cameras[0] for camera in clip.cameras]
    there = [wrong["start_s"] <= t < wrong["end_s"] for t in clip.times.tolist()]
    assert away == there
    assert any(away)
    assert len(clip.truth()["camera"]["position_m"]) == len(clip.times)


@pytest.mark.parametrize("text", ["blnket", "blanket@9", "blanket@one", "half_out@1-x"])
def test_what_is_not_known_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(FormcheckError, match="indrance"):
        Clip(ClipSpec("supine-ir-liftoff", reps=1, hindrances=(text,)))


def test_the_other_view_is_one_that_the_drill_is_not_meant_for() -> None:
    assert elsewhere(("foot_end:45", "overhead"), lying=True) == "side:8"
    assert elsewhere(("side_right", "side_left"), lying=True) == "head_end:20"
    assert elsewhere(("front", "side"), lying=False) == "back:10"


@pytest.mark.parametrize("kind", [kind for kind in HINDRANCES if kind != "wrong_view"])
def test_a_hindrance_changes_the_picture_and_leaves_the_given_one_alone(kind: str) -> None:
    clip = Clip(ClipSpec("supine-ir-liftoff", reps=1, fps=2, size=(160, 120)))
    joints = {name: clip.cameras[0].project(at) for name, at in clip.neutral.joints.items()}
    picture = np.random.default_rng(0).integers(0, 255, (120, 160, 3)).astype(np.uint8)
    before = picture.copy()
    after = hinder(picture, kind, joints, "right")
    assert after.shape == picture.shape
    assert (after != picture).mean() > 0.02
    np.testing.assert_array_equal(picture, before)
