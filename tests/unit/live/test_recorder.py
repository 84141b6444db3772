"""What was recorded is there however the program ended, and the report can be finished from it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from formcheck.core.errors import OutputError, SourceError
from formcheck.core.frame import Frame
from formcheck.history.keeping import Keeping
from formcheck.history.store import sessions
from formcheck.live.camera_video import CameraVideo
from formcheck.live.events import RepEnded
from formcheck.live.recorder import EVENTS, LANDMARKS_FILE, RECORD, Recorder, read_recording
from formcheck.live.report import VIDEO, finish, parts_of
from formcheck.video.file_source import FileSource
from tests.conftest import ROOT
from tests.fixtures.sessions import CLIPS, engine_for, kept, poses_of, run

CLEAN = CLIPS[0]


def record(folder: Path, *, until: int | None = None) -> list[bool]:
    """Record a session on kept poses; return which repetitions counted live."""
    engine, track = engine_for(CLEAN), kept(CLEAN)
    counted = []
    with Recorder(folder, engine._flow.plan, track.image_size, {"source": "a clip", "model": "full"}) as recorder:
        for pose in list(poses_of(track))[:until]:
            recorder.pose(pose)
            events, _ = run(engine, [pose])
            recorder.events(events)
            counted += [e.rep.counted for e in events if isinstance(e, RepEnded)]
    return counted


def test_landmarks_and_events_come_back(tmp_path: Path) -> None:
    counted = record(tmp_path / "s")
    recording = read_recording(tmp_path / "s")
    track = kept(CLEAN)
    np.testing.assert_allclose(recording.track.time_s, track.time_s)
    np.testing.assert_allclose(recording.track.pixels, track.pixels, rtol=1e-6)
    np.testing.assert_allclose(recording.track.joints, track.joints, rtol=1e-5)
    assert recording.track.image_size == track.image_size
    assert [e["rep"]["counted"] for e in recording.events if e["event"] == "RepEnded"] == counted
    assert not recording.finished
    assert not recording.cut_off


def test_a_session_that_broke_off_is_finished_with_the_same_repetitions(tmp_path: Path) -> None:
    counted = record(tmp_path / "s")
    with (tmp_path / "s" / LANDMARKS_FILE).open("ab") as file:
        file.write(b"\0" * (RECORD.itemsize // 2))  # the record that was being written
    with (tmp_path / "s" / EVENTS).open("ab") as file:
        file.write(b'{"event": "VideoBegan", "time_s": 0.0}\n{"event": "PhaseBeg')
    (tmp_path / "s" / VIDEO).write_bytes(b"")  # of the video nothing was written yet
    assert read_recording(tmp_path / "s").cut_off
    keeping = Keeping("anna", tmp_path / "history.db", mode="live")
    session = finish(tmp_path / "s", keeping=keeping)
    (part, report), *others = session.parts
    assert not others
    assert part.why == "broke_off"
    assert report is not None
    assert report.summary.counted == sum(counted) == part.live_counted
    assert (tmp_path / "s" / part.folder / "report.html").is_file()
    (past,) = sessions(profile="anna", store=tmp_path / "history.db")
    assert past.mode == "live"
    assert past.folder == tmp_path / "s" / part.folder
    summary = json.loads((tmp_path / "s" / "session.json").read_text(encoding="utf-8"))
    assert summary["finished"] is False
    assert summary["parts"][0]["counted"] == sum(counted)


def test_a_video_that_was_never_finished_is_there_but_for_its_last_second(tmp_path: Path) -> None:
    video = CameraVideo(tmp_path / "camera.mkv", (160, 120))
    for k in range(90):
        video.write(Frame(k, k / 30, np.full((120, 160, 3), 2 * k, np.uint8)))
        time.sleep(0.005)  # the encoder follows
    time.sleep(0.2)
    broken = tmp_path / "broken.mkv"
    broken.write_bytes((tmp_path / "camera.mkv").read_bytes())
    video.close()
    with FileSource(broken) as source:
        times = [frame.time_s for frame in source]
    assert times[-1] > 1.5
    assert all(b > a for a, b in pairwise(times))


def test_a_folder_with_a_session_is_not_written_over(tmp_path: Path) -> None:
    record(tmp_path / "s", until=5)
    with pytest.raises(OutputError, match="formcheck recover"):
        record(tmp_path / "s", until=5)


def test_nothing_to_recover_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no session"):
        read_recording(tmp_path)
    (tmp_path / EVENTS).write_bytes(b"not json\n")
    (tmp_path / LANDMARKS_FILE).write_bytes(b"")
    with pytest.raises(SourceError, match="damaged"):
        read_recording(tmp_path)


def test_a_session_without_a_set_has_no_parts(tmp_path: Path) -> None:
    record(tmp_path / "s", until=6)
    assert parts_of(read_recording(tmp_path / "s")) == []
    assert finish(tmp_path / "s").parts == ()


KILLED = """
import sys
from pathlib import Path
from formcheck.live.recorder import Recorder
from tests.fixtures.sessions import CLIPS, engine_for, kept, poses_of
track = kept(CLIPS[0])
recorder = Recorder(Path(sys.argv[1]), engine_for(CLIPS[0])._flow.plan, track.image_size, {})
for i, pose in enumerate(poses_of(track)):
    recorder.pose(pose)
    if i == 40:
        print("recorded", flush=True)
        sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_kill_minus_nine_loses_nothing_that_was_recorded(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "s")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "recorded\n"
        program.send_signal(signal.SIGKILL)
        program.wait(timeout=30)
    assert len(read_recording(tmp_path / "s").track) == 41


def test_what_was_written_is_flushed_about_once_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[float] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        flushed.append(time.monotonic())
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    engine, track = engine_for(CLEAN), kept(CLEAN)
    with Recorder(tmp_path / "s", engine._flow.plan, track.image_size, {}) as recorder:
        recorder.pose(next(poses_of(track)))
        before = len(flushed)
        time.sleep(1.6)
        assert len(flushed) >= before + 2  # both files
