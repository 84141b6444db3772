"""One live session on the server: fed with pictures by one socket, followed by any number."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, cast

from formcheck.core.errors import FormcheckError
from formcheck.live.camera_video import CameraVideo
from formcheck.live.engine import Command, LiveEngine
from formcheck.live.events import Event
from formcheck.live.plan import PlannedSet
from formcheck.live.recorder import Recorder
from formcheck.live.report import VIDEO
from formcheck.live.runner import Runner, Shown
from formcheck.live.state import LiveState
from formcheck.pose.estimator import PoseEstimator
from formcheck.video.live_source import LiveSource
from formcheck.web.protocol import FromServer, Taken, Update, ended, event_model, points_of, refused, state_model
from formcheck.web.source import BrowserSource, Picture

LOOK_S: Final = 0.1
"""How long the session's thread waits for something before it looks around, seconds."""
ABANDONED_S: Final = 90.0
"""A session without a camera for this long is ended, seconds."""
BEGIN_S: Final = 120.0
"""A session whose camera gives no first picture for this long is ended, seconds."""


class Listener(Protocol):
    """Whoever is told what happens in a session; called in its threads, and must return at once."""

    def put(self, message: FromServer, picture: bytes | None = None) -> None:
        """Take a message, and the picture it is about."""


class LiveSession:
    """A session, from its turn to its end.

    Parameters
    ----------
    session_id
        Its id.
    plan
        The sets.
    language
        Of the coach.
    folder
        Where it is recorded.
    about
        What the recording says of it beside that: profile, pose model.
    new_estimator
        Makes the pose estimator for a working side.
    over
        Called in its thread when it has ended, with whether something was recorded.
    keep_video
        Whether the pictures are recorded too.
    """

    def __init__(
        self,
        session_id: str,
        plan: Sequence[PlannedSet],
        language: str,
        *,
        folder: Path,
        about: dict[str, Any],
        new_estimator: Callable[[str | None], PoseEstimator],
        over: Callable[[LiveSession, bool], None],
        keep_video: bool = False,
    ) -> None:
        self.id, self.plan, self.language, self.folder = session_id, tuple(plan), language, folder
        self._about, self._new_estimator, self._over, self._keep_video = about, new_estimator, over, keep_video
        self._lock = threading.Lock()
        self._commands: list[Command] = []
        self._events: list[Event] = []
        self._listeners: list[Listener] = []
        self._camera: object | None = None
        self._camera_left_s = time.monotonic()
        self._source = BrowserSource(lambda number: self.tell(Taken(number=number)))
        self._runner: Runner | None = None
        self._closing = False
        self._last: Update | None = None
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Start working: it is this session's turn."""
        self._thread = threading.Thread(target=self._run, name=f"formcheck-live-{self.id}", daemon=True)
        self._thread.start()

    @property
    def begun(self) -> bool:
        """Whether it had its turn."""
        return self._thread is not None

    @property
    def has_camera(self) -> bool:
        """Whether a page is its camera at present."""
        with self._lock:
            return self._camera is not None

    @property
    def alone_s(self) -> float:
        """For how long no page has been its camera, seconds."""
        with self._lock:
            return time.monotonic() - self._camera_left_s if self._camera is None else 0.0

    def take_camera(self, who: object) -> bool:
        """Make `who` the camera; False while somebody else is."""
        with self._lock:
            if self._camera is not None and self._camera is not who:
                return False
            self._camera = who
        self._source.new_camera()
        return True

    def leave_camera(self, who: object) -> None:
        """Be the camera no longer."""
        with self._lock:
            if self._camera is who:
                self._camera, self._camera_left_s = None, time.monotonic()

    def listen(self, listener: Listener) -> None:
        """Tell `listener` everything from now on, and how things stand."""
        with self._lock:
            self._listeners.append(listener)
            last = self._last
        if last is not None:
            listener.put(last.model_copy(update={"events": []}))

    def unlisten(self, listener: Listener) -> None:
        """Tell it no more."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def offer(self, picture: Picture) -> None:
        """Hand in a picture of the camera."""
        self._source.offer(picture)

    def press(self, command: Command) -> None:
        """Press a button."""
        with self._lock:
            self._commands.append(command)

    def tell(self, message: FromServer, picture: bytes | None = None) -> None:
        """Tell everybody who listens."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener.put(message, picture)

    def close(self) -> None:
        """Stop without an end: the server stops. What was recorded stays and can be reported later."""
        self._closing = True
        if self._thread is not None:
            self._thread.join(timeout=15)

    def _run(self) -> None:
        recorded = False
        try:
            recorded = self._work()
        except FormcheckError as error:
            self.tell(refused("cannot", str(error)))
        except Exception:
            self.tell(refused("cannot", "The session broke off; what was recorded can still be reported."))
            raise
        finally:
            if self._closing:
                recorded = False
            self._over(self, recorded)
            if not self._closing:
                self.tell(ended(self.id if recorded else None))

    def _work(self) -> bool:
        """Run the session; return whether something was recorded."""
        if not self._first_picture():
            return False
        source = self._source
        engine = LiveEngine(self.plan, source.size, self.language)
        with Recorder(self.folder, self.plan, source.size, self._about | {"source": source.name}) as recorder:
            video = CameraVideo(self.folder / VIDEO, source.size) if self._keep_video else None
            # the same methods; a LiveSource reads by itself, this one is handed pictures
            runner = Runner(
                cast(LiveSource, source),
                engine,
                self._new_estimator,
                recorder=recorder,
                video=video,
                listeners=[self._hear],
            )
            with runner:
                while not (self._closing or runner.finished):
                    for command in self._pressed():
                        runner.command(command)
                    shown = runner.newest(LOOK_S)
                    self._publish(shown, runner.state)
                source.close()
            self._publish(None, engine.state)
        return True

    def _first_picture(self) -> bool:
        """Wait for the camera; return whether it came before everybody left or ended it."""
        began_s = time.monotonic()
        while not self._closing:
            if self._source.begin(LOOK_S):
                return True
            wants_end = any(c in (Command.END, Command.PAIN) for c in self._pressed())
            if wants_end or time.monotonic() - began_s > BEGIN_S:
                return False
        return False

    def _pressed(self) -> list[Command]:
        with self._lock:
            commands, self._commands = self._commands, []
        return [*commands, Command.END] if self.alone_s > ABANDONED_S else commands

    def _hear(self, event: Event) -> None:
        with self._lock:
            self._events.append(event)

    def _publish(self, shown: Shown | None, state: LiveState) -> None:
        """Tell what is to be shown now, and what happened since."""
        with self._lock:
            events, self._events = self._events, []
            last = self._last
        state = shown.state if shown is not None else state
        if shown is None and not events and last is not None and last.time_s == state.time_s:
            return
        status = self._source.status()
        age_s = self._source.age_s(shown.frame.index) if shown is not None else None
        message = Update.model_construct(
            time_s=state.time_s,
            state=state_model(state),
            points=points_of(state, self._source.size),
            events=[event_model(event) for event in events],
            judged=status.delivered,
            passed_over=status.dropped,
            age_ms=round(1000 * age_s, 1) if age_s is not None else None,
        )
        with self._lock:
            self._last = message
        latest = self._source.latest
        self.tell(message, latest.data if latest is not None and shown is not None else None)
