"""What `formcheck exercises show` says of a drill."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from formcheck.cli.exercises import app


@pytest.mark.parametrize(("drill", "asked"), [("banded-ir-isometric", True), ("supine-ir-ere", False)])
def test_a_drill_says_what_it_asks_for_and_how_to_tell_it(drill: str, asked: bool) -> None:
    shown = CliRunner().invoke(app, ["show", drill])
    assert shown.exit_code == 0
    assert ("--told effort=NUMBER, 0 to 10" in shown.stdout) == asked
    assert ("Asked of you" in shown.stdout) == asked


def test_a_drill_says_which_compensations_are_hints_and_from_where_they_are_judged() -> None:
    watched = {
        drill: CliRunner().invoke(app, ["show", drill]).stdout.split("Watched for")[1].split("One camera")[0]
        for drill in ("arm-bar", "lying-hip-cars", "sleeper-rotations", "supine-ir-ere")
    }
    assert watched["arm-bar"].count("a hint, it fails nobody") == 3
    assert "judged from overhead only; a hint, it fails nobody" in watched["lying-hip-cars"]
    assert "percent; the repetition does not count then" in watched["sleeper-rotations"]
    assert "hint" not in watched["supine-ir-ere"]
