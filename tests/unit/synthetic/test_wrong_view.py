"""The camera that stands where a drill cannot be judged."""

from __future__ import annotations

import pytest

from formcheck.core.errors import FormcheckError
from formcheck.synthetic.clip import Clip, ClipSpec
from formcheck.synthetic.hindrance import elsewhere


def test_a_movement_that_shows_from_everywhere_renders_and_has_no_wrong_view() -> None:
    clip = Clip(ClipSpec(drill="screen-squat", camera="front:10", reps=1, seed=1))
    assert len({id(camera) for camera in clip.cameras}) == 1
    with pytest.raises(FormcheckError, match="seen from everywhere"):
        elsewhere(clip.script.movement.views, lying=False)


def test_the_wrong_view_of_a_lying_drill_is_none_of_its_own() -> None:
    assert elsewhere(("foot_end:55", "overhead"), lying=True) == "side:8"
