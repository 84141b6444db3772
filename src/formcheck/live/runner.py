"""A live session in threads: grab -> find the person -> judge and record; the newest is there to be shown.

::

    with open_live("0") as source, Runner(source, plan, recorder, listeners=[speaker.hear]) as runner:
        while (shown := runner.newest(0.05)) is not None or not runner.finished:
            draw(shown.frame, shown.state)          # on the front end's own thread
            runner.command(Command.PAIN)            # keys and buttons, from any thread

The grabbing thread keeps the newest frame only, the pose thread takes that, and what is shown is the newest that was
judged. Joints are refined on the judge's thread, which shares the work more evenly. At most `BACKLOG` poses wait for
the judge, in order, so that a slow moment (fitting the neutral pose) loses none; while it catches up, frames that are
stale already are judged but not shown. If it cannot, the pose thread waits, and frames are dropped at the camera.
Listeners are called on the judging thread, with every event, and must return at once.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Final, Protocol, Self

import cv2
import numpy as np

from formcheck.core.frame import Frame
from formcheck.core.landmarks import SIDES
from formcheck.core.pose import Pose
from formcheck.live.camera_video import CameraVideo
from formcheck.live.engine import Command, LiveEngine, Seen, Update
from formcheck.live.events import Event, VideoBegan
from formcheck.live.recorder import Recorder
from formcheck.live.state import LiveState
from formcheck.pose.estimator import PoseEstimator
from formcheck.video.live_source import SourceStatus

Listener = Callable[[Event], None]
Refine = Callable[[Frame, Pose], Pose]

BACKLOG: Final = 30
"""So many poses may wait for the judge: a second."""
WAIT_S: Final = 0.1
"""How long threads wait for something before they look around, seconds."""
PEOPLE_EVERY_S: Final = 2.0
"""How often people are counted before a set, seconds: it takes as long as ten frames."""
SWITCH_S: Final = 0.001
"""How long a thread that wants to go on waits for another that computes, seconds: with Python's 0.005 the pose thread
waits for the judge several times a frame."""
CATCH_UP_S: Final = 0.25
"""How long a judge that is behind leaves out showing what is stale already, seconds."""
LIGHT_EVERY_S: Final = 0.5
"""How often the picture's brightness is looked at, seconds."""


@dataclass(frozen=True, slots=True)
class Stages:
    """How long one frame took, seconds, by stage."""

    waited: float
    """From the camera to the estimator."""

    pose: float
    """Finding the person."""

    queued: float
    """From there to the judge."""

    judge: float
    """Refining the joints, measuring, judging, deciding what to say."""

    age: float
    """From the frame's time to the state being ready to be drawn."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame with the state that belongs to it."""

    frame: Frame
    state: LiveState
    stages: Stages


class Source(Protocol):
    """Where frames come from; `formcheck.video.live_source.LiveSource` is one."""

    size: tuple[int, int]
    """Width and height of the frames, pixels."""

    def clock(self) -> float:
        """Return session time now, seconds."""
        ...

    def newest(self, timeout_s: float) -> Frame | None:
        """Return the newest frame that was not taken yet, waiting for it; None when none came in time."""
        ...

    def status(self) -> SourceStatus:
        """Return how it is doing."""
        ...


class Runner:
    """Runs a session; use it with `with`.

    Parameters
    ----------
    source
        Gives the frames.
    engine
        Judges and decides.
    new_estimator
        Makes the pose estimator for a working side (None: both).
    recorder
        Writes the session down; None: nothing is kept.
    video
        Keeps the camera's pictures; None: they are not kept.
    listeners
        Told of every event.
    """

    def __init__(
        self,
        source: Source,
        engine: LiveEngine,
        new_estimator: Callable[[str | None], PoseEstimator],
        *,
        recorder: Recorder | None = None,
        video: CameraVideo | None = None,
        listeners: Sequence[Listener] = (),
    ) -> None:
        self._source, self._engine, self._new_estimator = source, engine, new_estimator
        self._recorder, self._video, self._listeners = recorder, video, tuple(listeners)
        self._changed = threading.Condition()
        self._poses: deque[tuple[Frame, Seen, Refine, float, float]] = deque()
        self._shown_s = -np.inf
        self._commands: deque[Command] = deque()
        self._shown: Shown | None = None
        self._taken = -1
        self._stopping = False
        self._failure: BaseException | None = None
        self.finished = False
        """Whether the session is over and everything is written."""
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), name=name, daemon=True)
            for name, work in (("formcheck-pose", self._find), ("formcheck-judge", self._judge))
        ]
        self._before = sys.getswitchinterval(), cv2.getNumThreads()
        sys.setswitchinterval(SWITCH_S)
        cv2.setNumThreads(1)  # with small pictures, two threads take as long as one, and work half as much again
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def source(self) -> Source:
        """Where the frames come from."""
        return self._source

    @property
    def state(self) -> LiveState:
        """The latest state."""
        return self._engine.state

    def command(self, command: Command) -> None:
        """Hand on what the person asks for; from any thread."""
        with self._changed:
            self._commands.append(command)
            self._changed.notify_all()

    def newest(self, timeout_s: float) -> Shown | None:
        """Return the newest judged frame that was not taken yet; None when none came in time.

        Raises
        ------
        FormcheckError
            Something in the threads failed, e.g. the disk is full.
        """
        with self._changed:
            self._changed.wait_for(self._fresh, timeout_s)
            if self._failure is not None:
                raise self._failure
            if not self._fresh():
                return None
            assert self._shown is not None
            self._taken = self._shown.frame.index
            return self._shown

    def close(self) -> None:
        """Stop the threads and finish the files; harmless when done twice."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=10.0)
        sys.setswitchinterval(self._before[0])
        cv2.setNumThreads(self._before[1])
        if self._video is not None:
            self._video.close()
            self._video = None
        if self._recorder is not None:
            self._recorder.close()

    def _fresh(self) -> bool:
        failed = self._failure is not None
        return failed or (self._shown is not None and self._shown.frame.index > self._taken)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def _find(self) -> None:
        """Find the person in the newest frame, again and again."""
        estimator, side = None, ""
        next_people_s = next_light_s = 0.0
        try:
            while not self._stopping:
                wanted = self._engine.current.side
                if estimator is None or wanted != side:
                    if estimator is not None:
                        estimator.close()
                    estimator, side = self._new_estimator(wanted if wanted in SIDES else None), wanted
                frame = self._source.newest(WAIT_S)
                if frame is None:
                    if self._source.status().ended:
                        return
                    continue
                taken = self._source.clock()
                pose = getattr(estimator, "find", estimator.estimate)(frame)
                found = self._source.clock()
                people = light = None
                if frame.time_s >= next_light_s:
                    next_light_s = frame.time_s + LIGHT_EVERY_S
                    light = float(np.mean(frame.image[::16, ::16])) / 255.0
                if self._engine.state.stage == "positioning" and frame.time_s >= next_people_s:
                    next_people_s = frame.time_s + PEOPLE_EVERY_S
                    count = getattr(estimator, "count_people", None)
                    people = count(frame) if count is not None else None
                with self._changed:
                    self._changed.wait_for(lambda: len(self._poses) < BACKLOG or self._stopping, 5.0)
                    refine = getattr(estimator, "refine", _as_found)
                    self._poses.append((frame, Seen(pose, people, light), refine, taken, found))
                    self._changed.notify_all()
                if self._video is not None:
                    self._video.write(frame)
        finally:
            if estimator is not None:
                estimator.close()

    def _judge(self) -> None:
        """Judge the poses in order, carry out commands, and let time pass."""
        video_told = False
        while not self._stopping and not self._engine.finished:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._poses or self._commands or self._stopping), WAIT_S)
                item = self._poses.popleft() if self._poses else None
                self._changed.notify_all()
                commands = list(self._commands)
                self._commands.clear()
            for command in commands:
                self._tell(self._engine.command(command, self._engine.state.time_s))
            if item is None:
                status = self._source.status()
                if status.ended and not self._threads[0].is_alive():
                    break
                if status.lost_since_s is not None:
                    now = max(self._engine.state.time_s, self._source.clock())
                    self._tell(self._engine.tick(now, source_lost=True))
                continue
            frame, seen, refine, taken, found = item
            started = self._source.clock()
            seen = replace(seen, pose=refine(frame, seen.pose))
            if self._recorder is not None:
                self._recorder.pose(seen.pose)
            update = self._engine.step(seen)
            ready = self._source.clock()
            self._tell(update)
            if self._video is not None and self._video.began_s is not None and not video_told:
                video_told = True
                self._tell(Update(update.state, (VideoBegan(self._video.began_s),)))
            stages = Stages(taken - frame.time_s, found - taken, started - found, ready - started, ready - frame.time_s)
            with self._changed:
                if not self._poses or ready - self._shown_s >= CATCH_UP_S:
                    self._shown, self._shown_s = Shown(frame, update.state, stages), ready
                    self._changed.notify_all()
        if not self._engine.finished and not self._stopping:  # a file has come to its end
            self._tell(self._engine.command(Command.END, self._engine.state.time_s))
        self._show_last()
        self.finished = True

    def _show_last(self) -> None:
        """Let the front end draw the final state on the last frame."""
        with self._changed:
            if self._shown is not None:
                last = self._shown.frame
                frame = Frame(last.index + 1, last.time_s, last.image)
                self._shown = Shown(frame, self._engine.state, self._shown.stages)
            self._changed.notify_all()

    def _tell(self, update: Update) -> None:
        if self._recorder is not None:
            self._recorder.events(update.events)
        for event in update.events:
            for listener in self._listeners:
                listener(event)


def _as_found(_: Frame, pose: Pose) -> Pose:
    """Return the pose of an estimator that refines nothing, or at once."""
    return pose
