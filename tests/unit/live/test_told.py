"""What no camera sees is asked after a live session and kept with its report, also when it is told later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from formcheck.cli import app
from formcheck.cli.live import ask
from formcheck.coach.language import load_language
from formcheck.core.errors import ExerciseError
from formcheck.exercises.lookup import load_exercise
from formcheck.exercises.tables import Question
from formcheck.live.picturing import SetView
from formcheck.live.recorder import Recorder
from formcheck.live.report import Part
from formcheck.live.speaking import set_done_cue
from tests.fixtures.sessions import CLIPS, engine_for, kept, poses_of, run

EN = load_language("en")
BAND = load_exercise("banded-ir-isometric")
DONE = Part(1, BAND.id, "both", 1, 0.0, 2.0, 100.0, "complete", 5, 0)


def session(folder: Path) -> None:
    """Record a session on kept poses, of a lift-off that asks for effort."""
    engine, track = engine_for(CLIPS[0]), kept(CLIPS[0])
    asking = {"questions": (Question(name="effort", ask="How hard?"),)}
    plan = tuple(replace(p, exercise=p.exercise.model_copy(update=asking)) for p in engine._flow.plan)
    with Recorder(folder, plan, track.image_size, {"source": "a clip", "model": "full"}) as recorder:
        for pose in poses_of(track):
            recorder.pose(pose)
            recorder.events(run(engine, [pose])[0])


def test_an_answer_told_afterwards_is_in_the_report_of_the_session(tmp_path: Path) -> None:
    session(tmp_path / "s")
    command = ["recover", str(tmp_path / "s"), "--no-history"]
    found = CliRunner().invoke(app, [*command, "--told", "effort=7"])
    assert found.exit_code == 0, found.output
    (report,) = (json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "s").glob("*/report.json"))
    assert [(a["name"], a["value"]) for a in report["told"]] == [("effort", 7.0)]
    assert "Effort, as told: 7 of 10." in report["summary"]["sentences"]
    refused = CliRunner().invoke(app, [*command, "--told", "efort=7"])
    assert isinstance(refused.exception, ExerciseError) or refused.exit_code == 2


def test_the_question_is_asked_aloud_when_the_set_is_done() -> None:
    done = SetView(counted=5)
    text = set_done_cue(EN, "complete", done, BAND).text
    assert text == "5. Set done. How hard did you push, from 0 (not at all) to 10 (as hard as you can)?"
    assert set_done_cue(EN, "complete", done, load_exercise("lying-hip-cars")).text == "5. Set done."


def test_at_the_terminal_an_answer_off_the_scale_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: Iterator[str] = iter(["a lot", "11", "7,5"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    assert ask(EN, DONE, BAND) == {"effort": 7.5}
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "")
    assert ask(EN, DONE, BAND) == {}


def test_nobody_is_asked_without_a_terminal_or_after_nothing_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_, **__: pytest.fail("asked"))
    assert ask(EN, DONE, BAND) == {}
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert ask(EN, replace(DONE, live_counted=0), BAND) == {}
    assert ask(EN, replace(DONE, why="paused"), BAND) == {}
