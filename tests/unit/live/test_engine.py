"""Whole sessions on kept poses: stages with their reasons, pauses, pain, cues."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import get_args

from formcheck.coach.language import load_language
from formcheck.core.pose import Pose
from formcheck.exercises.lookup import shipped_exercises
from formcheck.exercises.schema import Exercise
from formcheck.live.engine import Command, LiveEngine
from formcheck.live.events import (
    CueSaid,
    Event,
    NeutralMoved,
    PainReported,
    Paused,
    RepEnded,
    Resumed,
    SetBegan,
    SetEnded,
    SourceBack,
    SourceLost,
    StageChanged,
)
from formcheck.live.recorder import Recorder, read_recording
from formcheck.live.report import parts_of
from formcheck.live.state import LiveState, Stage
from formcheck.live.wording import short_reasons
from tests.fixtures.sessions import CLIPS, engine_for, kept, moved, nobody, repeated, run, stopped_on_the_way

CLEAN = CLIPS[0]
ROLLING = CLIPS[1]


def stages(events: list[Event]) -> list[str]:
    return [e.stage for e in events if isinstance(e, StageChanged)]


def one(events: list[Event], kind: type) -> list[Event]:
    return [e for e in events if isinstance(e, kind)]


def later(poses: list[Pose], by_s: float) -> list[Pose]:
    """Return poses some time later."""
    return [replace(pose, time_s=pose.time_s + by_s) for pose in poses]


@cache
def _once() -> tuple[LiveEngine, tuple[Event, ...], tuple[LiveState, ...], float]:
    engine, poses = engine_for(CLEAN), repeated(CLEAN, 1)
    events, updates = run(engine, poses)
    return engine, tuple(events), tuple(u.state for u in updates), poses[-1].time_s


def exercising() -> tuple[LiveEngine, float]:
    """Return an engine in the middle of its first set, one repetition done, and the time."""
    engine, _, _, now = _once()
    assert engine.state.stage == "exercising"
    return copy.deepcopy(engine), now


def test_a_set_from_an_empty_room_to_done() -> None:
    engine = engine_for(CLEAN, reps=1)
    events, updates = run(engine, nobody(0.0, 1.0))
    assert engine.state.stage == "no_person"
    assert engine.state.reason == "Nobody is in the picture."
    events += run(engine, later(repeated(CLEAN, 1), 1.0))[0]
    assert stages(events) == ["positioning", "baseline", "exercising", "done"]
    assert all(e.reason for e in events if isinstance(e, StageChanged))
    assert [e.rep.counted for e in events if isinstance(e, RepEnded)] == [True]
    ended = one(events, SetEnded)
    assert [(e.counted, e.why) for e in ended if isinstance(e, SetEnded)] == [(1, "complete")]
    assert engine.finished
    assert updates[0].state.stage == "no_person"
    said = [e.text for e in events if isinstance(e, CueSaid)]
    assert said[-1] == "1. Set done. You can sit up; your report is being written."


def test_states_say_what_is_measured_and_how_sure() -> None:
    engine, _, states, _ = _once()
    shown = [s for s in states if s.stage == "exercising" and s.signal is not None]
    known = [s.signal.measured for s in shown if s.signal is not None and s.signal.measured.value is not None]
    assert known
    assert all(m.sigma is not None and m.sigma > 0 for m in known)
    assert {s.phase for s in shown} >= {"dip", "hold", "lift"}
    assert any(s.timer is not None and s.timer.kind == "hold" for s in shown)
    assert all(s.signal is not None and s.signal.low == 8 for s in shown)
    assert engine.state.counted == 1


def test_a_lifted_sit_bone_is_told_while_it_lasts() -> None:
    events, updates = run(engine_for(ROLLING), repeated(ROLLING, 1))
    cues = [e for e in events if isinstance(e, CueSaid) and e.key == "fault:pelvis_roll"]
    assert cues
    assert cues[0].text == "Both sit bones down. Dip less."
    assert cues[0].tone == "fault"
    assert any(u.state.banner is not None and u.state.banner.code == "pelvis_roll" for u in updates)


def test_pain_stops_everything_is_recorded_and_advises() -> None:
    engine, now = exercising()
    update = engine.command(Command.PAIN, now)
    kinds = [type(e) for e in update.events]
    assert PainReported in kinds
    assert [e.why for e in update.events if isinstance(e, SetEnded)] == ["pain"]
    assert engine.finished
    assert update.state.pain
    assert "stop" in update.state.reason.lower()
    said = [e for e in update.events if isinstance(e, CueSaid)]
    assert [e.key for e in said] == ["pain"]


def test_leaving_pauses_and_coming_back_goes_on_with_the_same_set() -> None:
    engine, now = exercising()
    events, _ = run(engine, nobody(now + 1 / 15, 3.0))
    assert engine.state.stage == "no_person"
    assert engine.state.paused
    assert "waits" in engine.state.reason
    assert [e.why for e in events if isinstance(e, Paused)] == ["left"]
    events, _ = run(engine, later(repeated(CLEAN, 1), engine.state.time_s + 1 / 15))
    assert one(events, Resumed)
    assert len(one(events, SetBegan)) == 1
    assert engine.state.stage == "exercising"
    assert engine.state.counted == 2


def test_who_stopped_on_the_way_into_position_is_measured_from_where_repetitions_come_home(tmp_path: Path) -> None:
    engine, poses = engine_for(CLEAN, reps=1), stopped_on_the_way(CLEAN, 1)
    with Recorder(tmp_path / "s", engine._flow.plan, kept(CLEAN).image_size, {}) as recorder:
        events, _ = run(engine, poses)
        for pose in poses:
            recorder.pose(pose)
        recorder.events(events)
    moved = [e for e in events if isinstance(e, NeutralMoved)]
    assert [e.baseline_start_s >= 3.0 for e in moved] == [True]
    assert [(e.rep.counted, e.counted) for e in events if isinstance(e, RepEnded)] == [(True, 1)]
    assert engine.finished
    (part,) = parts_of(read_recording(tmp_path / "s"))
    assert part.start_s == moved[0].baseline_start_s
    assert (part.live_counted, part.live_attempts) == (1, 0)


def test_of_several_stops_on_the_way_the_one_that_repetitions_come_home_to() -> None:
    engine = engine_for(CLEAN, reps=1)
    events, _ = run(engine, stopped_on_the_way(CLEAN, 1, ("hold", "lift")))
    assert [e.baseline_start_s >= 6.0 for e in events if isinstance(e, NeutralMoved)] == [True]
    assert [(e.rep.counted, e.counted) for e in events if isinstance(e, RepEnded)] == [(True, 1)]


def test_another_neutral_pose_after_a_pause_loses_no_repetition() -> None:
    engine, now = exercising()
    run(engine, nobody(now + 1 / 15, 3.0))
    poses = later(stopped_on_the_way(CLEAN, 1), engine.state.time_s + 1 / 15)
    events, _ = run(engine, poses)
    assert one(events, NeutralMoved)
    assert engine.state.counted == 2


def test_pause_by_key_and_on_again() -> None:
    engine, now = exercising()
    update = engine.command(Command.PAUSE, now)
    assert (update.state.stage, update.state.paused) == ("resting", True)
    update = engine.command(Command.PAUSE, now + 1)
    assert update.state.stage == "positioning"


def test_sitting_up_ends_the_session_after_a_warning() -> None:
    engine, now = exercising()
    up = moved(repeated(CLEAN, 2), 1.6)
    events, _ = run(engine, later(up, now + 0.07))
    assert [e.why for e in events if isinstance(e, Paused)] == ["sat_up"]
    assert [e.why for e in events if isinstance(e, SetEnded)] == ["sat_up"]
    assert engine.finished
    cues = [e.key for e in events if isinstance(e, CueSaid)]
    assert cues.index("sat_up") < cues.index("finished")


def test_a_camera_that_goes_pauses_the_set_and_comes_back() -> None:
    engine, now = exercising()
    events = list(engine.tick(now + 2.5, source_lost=True).events)
    assert engine.state.source_lost
    assert one(events, SourceLost)
    assert [e.why for e in events if isinstance(e, Paused)] == ["source"]
    events, _ = run(engine, later(repeated(CLEAN, 1)[:3], now + 5))
    back = [e for e in events if isinstance(e, SourceBack)]
    assert len(back) == 1
    assert 4 < back[0].gone_s < 6
    assert not engine.state.source_lost


def test_sides_are_switched_and_the_rest_is_timed() -> None:
    engine = engine_for(CLEAN, reps=1, side="auto")
    assert [p.side for p in engine._flow.plan[:2]] == ["left", "right"]
    engine = engine_for(CLEAN, reps=1, sets=2)
    events, _ = run(engine, repeated(CLEAN, 1))
    assert engine.state.stage == "resting"
    assert engine.state.set_index == 2
    assert engine.state.timer is not None
    assert engine.state.timer.kind == "rest"
    update = engine.command(Command.GO, engine.state.time_s)
    assert update.state.stage == "positioning"
    assert [e.set_index for e in events if isinstance(e, SetEnded)] == [1]


def test_somebody_else_in_the_picture_is_asked_away_before_a_set() -> None:
    engine = engine_for(CLEAN)
    _, updates = run(engine, repeated(CLEAN, 1)[:16], people=2)
    assert engine.state.stage == "positioning"
    checks = {c.name: c.ok for c in updates[-1].state.checks}
    assert checks["alone"] is False
    assert checks["whole"] is True
    assert "Only one person" in updates[-1].state.instruction


def read(state: LiveState) -> set[str]:
    """Return every text of a state that a person reads."""
    texts = {state.reason, state.exercise_name, state.phase_label, state.instruction, state.last_rep_text, state.spoken}
    texts |= {t for c in state.checks for t in (c.label, c.advice)}
    texts |= {state.signal.label, state.signal.text} if state.signal else set()
    texts |= {t.label for t in (state.timer, state.breath) if t} | ({state.banner.cue} if state.banner else set())
    return texts - {""}


def test_a_german_session_is_german_throughout() -> None:
    english, german = load_language("en"), load_language("de")
    drills = [text for drill in shipped_exercises().values() for text in texts_of(drill)]
    foreign = {t for group in english.table.values() for t in group.values() if t} | set(drills)
    foreign -= {t for group in german.table.values() for t in group.values()}
    engine = engine_for(ROLLING, reps=2, sets=2, lang="de")
    _, updates = run(engine, nobody(0.0, 1.0))
    updates += run(engine, later(repeated(ROLLING, 2), 1.0))[1]
    updates += run(engine, nobody(engine.state.time_s + 0.1, 3.0))[1]
    updates.append(engine.command(Command.PAUSE, engine.state.time_s + 1))
    updates.append(engine.command(Command.PAIN, engine.state.time_s + 2))
    seen = {text for update in updates for text in read(update.state)}
    seen |= {e.text for update in updates for e in update.events if isinstance(e, CueSaid) if e.text}
    assert {u.state.stage for u in updates} == set(get_args(Stage))
    assert "Bein abheben in Innenrotation" in seen
    assert "Hüft-Adduktion" in seen
    assert not sorted(seen & foreign)


def texts_of(drill: Exercise) -> list[str]:
    own = [drill.name, drill.praise, *(p.label for p in drill.phases)]
    return own + [t for f in drill.faults for t in (f.cue, f.label)] + short_reasons(drill)


def test_what_is_said_never_overlaps_in_a_whole_session() -> None:
    engine = engine_for(CLEAN, lang="de")
    events, _ = run(engine, repeated(CLEAN, 2))
    events += engine.command(Command.END, engine.state.time_s).events
    cues = [e for e in events if isinstance(e, CueSaid)]
    assert len(cues) >= 4
    for before, after in pairwise(cues):
        assert after.time_s >= before.time_s + before.lasts_s - 0.01
        assert after.time_s - before.time_s >= 1.0 - 1e-6
    counted = [e.counted for e in events if isinstance(e, RepEnded) and e.rep.counted]
    assert [e.key for e in cues if e.key.startswith("rep:")] == [f"rep:{n}" for n in counted]
