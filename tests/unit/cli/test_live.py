"""Options that contradict each other are refused, not passed over."""

import pytest

from formcheck.cli.live import _plan
from formcheck.core.errors import ExerciseError


@pytest.mark.parametrize(("side", "sets", "reps"), [("right", None, None), ("auto", 2, None), ("auto", None, 5)])
def test_a_programme_says_itself_what_is_done(side: str, sets: int | None, reps: int | None) -> None:
    assert _plan("", "hinge-day-12min", "auto", None, None)
    with pytest.raises(ExerciseError, match="leave out --side, --sets, --reps"):
        _plan("", "hinge-day-12min", side, sets, reps)
