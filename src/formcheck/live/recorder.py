"""What a session leaves on disk while it runs: landmarks and events, appended as they come.

Two files in the session's folder. `session.jsonl`: one JSON object a line, first what the session is (drills, sides,
picture size, pose model), then every event. `landmarks.bin`: one record of fixed size a frame. Both are written
without a buffer, so a program that crashes or is killed loses nothing; a thread flushes them to the disk about once a
second, so a machine that loses power loses at most the last second. A last line or record that is cut off is left out
when reading.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np

import formcheck
from formcheck.core.errors import OutputError, SourceError
from formcheck.core.landmarks import JOINTS, LANDMARKS
from formcheck.core.pose import Pose, PoseTrack
from formcheck.core.surface import POINTS
from formcheck.exercises.schema import Exercise
from formcheck.live.events import Event, to_json
from formcheck.live.plan import PlannedSet
from formcheck.video.files import check_folder, output_error

FORMAT: Final = "formcheck-session"
FORMAT_VERSION: Final = 2
EVENTS: Final = "session.jsonl"
LANDMARKS_FILE: Final = "landmarks.bin"
FLUSH_S: Final = 1.0
"""How often what was written is flushed to the disk, seconds."""

_N, _J = len(LANDMARKS), len(JOINTS)
RECORD: Final = np.dtype(
    [
        ("time_s", "<f8"),
        ("pixels", "<f4", (_N, 2)),
        ("world", "<f4", (_N, 3)),
        ("visibility", "<f4", (_N,)),
        ("presence", "<f4", (_N,)),
        ("joints", "<f4", (_J, 3)),
        ("joint_sigma", "<f4", (_J, 2)),
        ("surface", "<f4", (POINTS, 3)),
        ("surface_from_s", "<f8"),
    ]
)
"""One frame of `landmarks.bin`."""


class Recorder:
    """Appends a session to its folder; use it with `with`.

    Parameters
    ----------
    folder
        The session's folder; made if missing.
    plan
        The sets.
    image_size
        Width and height of the frames, pixels.
    about
        What else is worth knowing: source, model, language, profile.

    Raises
    ------
    OutputError
        The folder cannot be written, or holds a session already.
    """

    def __init__(
        self, folder: Path, plan: Sequence[PlannedSet], image_size: tuple[int, int], about: dict[str, Any]
    ) -> None:
        check_folder(folder)
        if (folder / EVENTS).exists():
            raise OutputError(
                f"{folder} holds a session already; choose another folder, or finish that one with: "
                f"formcheck recover {folder}"
            )
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._events = (folder / EVENTS).open("ab", buffering=0)
            self._poses = (folder / LANDMARKS_FILE).open("ab", buffering=0)
            self._header(plan, image_size, about)
            _sync_folder(folder)
        except OSError as error:
            raise output_error(folder, error) from error
        self._problem: OutputError | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._flush, name="formcheck-flush", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def pose(self, pose: Pose) -> None:
        """Append a frame's landmarks."""
        record = np.zeros(1, RECORD)
        for name in RECORD.names or ():
            record[name][0] = getattr(pose, name)
        self._write(self._poses, record.tobytes())

    def events(self, events: Sequence[Event]) -> None:
        """Append what happened."""
        for event in events:
            self._write(self._events, (json.dumps(to_json(event), ensure_ascii=False) + "\n").encode())

    def close(self) -> None:
        """Flush everything to the disk; harmless when done twice."""
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join()
            self._sync()
            self._events.close()
            self._poses.close()

    def _header(self, plan: Sequence[PlannedSet], image_size: tuple[int, int], about: dict[str, Any]) -> None:
        drills = {planned.exercise.id: planned.exercise.model_dump(mode="json") for planned in plan}
        sets = [
            {"exercise": p.exercise.id, "side": p.side, "number": p.number, "of": p.of, "reps": p.reps} for p in plan
        ]
        header = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "formcheck_version": formcheck.__version__,
            "began": datetime.now().astimezone().isoformat(timespec="seconds"),
            "image_size": list(image_size),
            "sets": sets,
            "drills": drills,
            **about,
        }
        self._events.write((json.dumps(header, ensure_ascii=False) + "\n").encode())

    def _write(self, file: Any, data: bytes) -> None:
        if self._problem is not None:
            raise self._problem
        try:
            file.write(data)
        except OSError as error:
            self._problem = output_error(self.folder, error)
            raise self._problem from error

    def _flush(self) -> None:
        while not self._stop.wait(FLUSH_S):
            self._sync()

    def _sync(self) -> None:
        try:
            os.fsync(self._events.fileno())
            os.fsync(self._poses.fileno())
        except OSError as error:
            self._problem = output_error(self.folder, error)


def _sync_folder(folder: Path) -> None:
    """Make the files' names survive a power loss; where the system cannot do that, nothing is lost by not doing it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Recording:
    """A session as read from its folder."""

    folder: Path
    """Where it is."""

    header: dict[str, Any]
    """What the session is: the first line of `session.jsonl`."""

    drills: dict[str, Exercise]
    """Its drills by id."""

    events: tuple[dict[str, Any], ...]
    """What happened, in order, as written."""

    track: PoseTrack
    """All landmarks."""

    cut_off: bool
    """Whether the last record was not written completely."""

    @property
    def finished(self) -> bool:
        """Whether the session came to its end."""
        return any(e["event"] == "StageChanged" and e["stage"] == "done" for e in self.events)


def read_recording(folder: Path) -> Recording:
    """Read a session, also one that broke off.

    Raises
    ------
    SourceError
        There is none in the folder, it is damaged, or of a newer version.
    """
    path = folder / EVENTS
    try:
        lines = path.read_bytes().split(b"\n")
        header = json.loads(lines[0])
        if header["format"] != FORMAT or header["format_version"] != FORMAT_VERSION:
            raise SourceError(f"{path} was written by another version of formcheck; update formcheck to read it")
        width, height = (int(side) for side in header["image_size"])
        drills = {name: Exercise.model_validate(drill) for name, drill in header["drills"].items()}
        whole, cut_off = lines[1:-1], bool(lines[-1])
        events = tuple(json.loads(line) for line in whole if line)
        data = (folder / LANDMARKS_FILE).read_bytes()
    except FileNotFoundError:
        raise SourceError(
            f"{folder} holds no session recorded by formcheck; give the folder that --out named"
        ) from None
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise SourceError(f"{path} is damaged and cannot be read ({error})") from error
    usable = len(data) // RECORD.itemsize
    records = np.frombuffer(data, RECORD, usable)
    columns = {name: records[name].astype(np.float64) for name in RECORD.names or ()}
    track = PoseTrack(image_size=(width, height), **columns)
    return Recording(folder, header, drills, events, track, cut_off or len(data) % RECORD.itemsize > 0)
