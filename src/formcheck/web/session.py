"""One live session on the server: a thread with the pose model and the engine, fed with pictures by a socket."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from formcheck.core.errors import FormcheckError
from formcheck.live.engine import Command
from formcheck.live.engine import Update as EngineUpdate
from formcheck.live.plan import PlannedSet
from formcheck.web.coach import Coach
from formcheck.web.protocol import Ended, Refused, Update, Waiting, event_model, points_of, state_model

TICK_S: Final = 0.25
"""How often the engine is told the time while no picture comes, seconds."""
ABANDONED_S: Final = 90.0
"""A session without a camera for this long is ended, seconds."""


class Listener(Protocol):
    """Whoever is told what happens in a session; called in its thread."""

    def put(self, message: Waiting | Ended | Refused | Update, picture: bytes | None = None) -> None:
        """Take a message, and the picture it is about."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it came."""

    number: int
    """Its number on its socket."""
    taken_s: float
    """When it was taken, on the page's clock, seconds."""
    arrived_s: float
    """When it arrived, on the server's clock, seconds."""
    data: bytes
    """JPEG or WebP."""


class LiveSession:
    """A session with its own thread, from its turn to its end.

    Parameters
    ----------
    session_id
        Its id.
    plan
        The sets.
    language
        Of the coach.
    new_coach
        Makes what judges the pictures, in the session's thread.
    over
        Called in its thread when it has ended, with what to tell the person.
    """

    def __init__(
        self,
        session_id: str,
        plan: Sequence[PlannedSet],
        language: str,
        new_coach: Callable[[LiveSession], Coach],
        over: Callable[[LiveSession, bool], Ended],
    ) -> None:
        self.id, self.plan, self.language = session_id, tuple(plan), language
        self._new_coach, self._over = new_coach, over
        self._change = threading.Condition()
        self._picture: Picture | None = None
        self._commands: list[Command] = []
        self._listeners: list[Listener] = []
        self._camera: object | None = None
        self._camera_left_s = time.monotonic()
        self._clock_shift: float | None = None
        self._number = 0
        self._passed_over = 0
        self._closing = False
        self._last: Update | None = None
        self._thread: threading.Thread | None = None

    # --- called by sockets -------------------------------------------------------------------------------------------

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
        with self._change:
            return self._camera is not None

    @property
    def abandoned(self) -> bool:
        """Whether there has been no camera for so long that nobody will come back."""
        with self._change:
            return self._camera is None and time.monotonic() - self._camera_left_s > ABANDONED_S

    def take_camera(self, who: object) -> bool:
        """Make `who` the camera; False while somebody else is. The camera's clock starts anew."""
        with self._change:
            if self._camera is not None and self._camera is not who:
                return False
            self._camera, self._clock_shift = who, None
            self._number = 0
            return True

    def leave_camera(self, who: object) -> None:
        """Be the camera no longer."""
        with self._change:
            if self._camera is who:
                self._camera, self._camera_left_s = None, time.monotonic()
                self._picture = None

    def listen(self, listener: Listener) -> None:
        """Tell `listener` everything from now on, and how things stand."""
        with self._change:
            self._listeners.append(listener)
            last = self._last
        if last is not None:
            listener.put(last.model_copy(update={"events": [], "number": 0}))

    def unlisten(self, listener: Listener) -> None:
        """Tell it no more."""
        with self._change:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def offer(self, picture: Picture) -> None:
        """Hand in a picture; one that still waits is passed over for it."""
        with self._change:
            self._passed_over += self._picture is not None
            self._picture = picture
            self._change.notify_all()

    def press(self, command: Command) -> None:
        """Press a button."""
        with self._change:
            self._commands.append(command)
            self._change.notify_all()

    def tell(self, message: Waiting | Ended | Refused | Update, picture: bytes | None = None) -> None:
        """Tell everybody who listens."""
        with self._change:
            listeners = list(self._listeners)
        for listener in listeners:
            listener.put(message, picture)

    def close(self) -> None:
        """Stop without an end: the server stops. What was recorded stays and can be reported later."""
        with self._change:
            self._closing = True
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=10)

    # --- its thread --------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        recorded = False
        try:
            recorded = self._work()
        except FormcheckError as error:
            self.tell(Refused(why="cannot", message=str(error)))
        except Exception:
            self.tell(Refused(why="cannot", message="The session broke off; what was recorded can still be reported."))
            raise
        finally:
            ended = self._over(self, recorded)
            if not self._closing:
                self.tell(ended)

    def _work(self) -> bool:
        """Run the session; return whether something was recorded that can be reported."""
        start_s = time.monotonic()
        with self._new_coach(self) as coach:
            while True:
                picture, commands = self._wait()
                if self._closing:
                    return False
                if self.abandoned:
                    commands = [Command.END]
                for command in commands:
                    self._publish(coach, coach.press(command, time.monotonic() - start_s))
                if picture is not None:
                    self._publish(coach, coach.judge(picture.data, self._time_of(picture, start_s)), picture)
                elif not commands:
                    self._publish(coach, coach.tick(time.monotonic() - start_s))
                if coach.finished:
                    return coach.recorded

    def _publish(self, coach: Coach, update: EngineUpdate | None, picture: Picture | None = None) -> None:
        """Tell what the engine made of it."""
        if update is None:  # there was no picture yet
            return
        if picture is not None:
            self._number = picture.number
        message = Update.model_construct(
            number=self._number,
            state=state_model(update.state),
            points=points_of(update.state, coach.size),
            events=[event_model(event) for event in update.events],
            passed_over=self._passed_over,
            judging_ms=round(1000 * (time.monotonic() - picture.arrived_s), 1) if picture else 0.0,
        )
        self._last = message
        self.tell(message, picture.data if picture else None)

    def _wait(self) -> tuple[Picture | None, list[Command]]:
        with self._change:
            self._change.wait_for(lambda: self._picture or self._commands or self._closing, timeout=TICK_S)
            picture, self._picture = self._picture, None
            commands, self._commands = self._commands, []
            return picture, commands

    def _time_of(self, picture: Picture, start_s: float) -> float:
        """Return a picture's session time: the camera's clock, set to the server's at its first picture."""
        with self._change:
            if self._clock_shift is None:
                self._clock_shift = picture.arrived_s - start_s - picture.taken_s
            return picture.taken_s + self._clock_shift
