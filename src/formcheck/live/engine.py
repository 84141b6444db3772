"""One live session, for every front end: poses and buttons in, states and events out. No window, no file, no clock.

How a front end uses it
-----------------------
::

    engine = LiveEngine(plan_drill(load_exercise("supine-ir-liftoff"), "right"), image_size=(1280, 720), language="en")
    while not engine.finished:
        update = engine.step(Seen(pose, people=1, light=0.4))   # as often as there are poses
        update = engine.command(Command.PAIN, now_s)            # a key or a button
        update = engine.tick(now_s)                             # now and then while no pose comes: the camera is gone
        show(update.state)                                      # a `LiveState`: everything that is drawn
        for event in update.events: ...                         # `events.Event`: written down; a `CueSaid` is played

All times are session time: seconds from the first frame on the camera's clock (`Pose.time_s`); a front end passes the
same clock to `command` and `tick`. Each call returns a new `Update`; nothing in it ever changes. `events.to_json` makes
any record plain JSON.

What it does with a pose
------------------------
set-up checks (`setup.py`) -> the neutral pose is looked for and everything after it is measured and judged
(`judge.py`, the whole-clip pipeline of `formcheck.session` made causal) -> the flow decides the stage (`flow.py`) ->
one cue at a time (`formcheck.coach.cues`).

The stages, and what leads from one to the next
-----------------------------------------------
========== ================================================================ =======================================
stage      meaning                                                          leaves when
========== ================================================================ =======================================
no_person  nobody in the picture                                            somebody is seen
positioning something about person, place or camera is not right: `checks`  every check is right
baseline   hold still, 3-2-1 (`timer`)                                      the neutral pose is known
exercising repetitions count                                                the dose is done, or the person stops
resting    between sets (`timer`), or paused by key                         rest over and the person in position
done       the session is over: write the report                            never
========== ================================================================ =======================================

Sitting up ends the session, leaving pauses it, pain ends it at once. `formcheck.live.runner` puts camera, estimator,
engine and recorder together in threads; a front end gives it listeners (see there).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from formcheck.core.pose import Pose
from formcheck.live.events import Event
from formcheck.live.plan import PlannedSet, check_plan
from formcheck.live.state import LiveState


class Command(StrEnum):
    """What a person can ask for, by key or button."""

    GO = "go"
    """Begin: skip the rest, or the wait for a check that only advises."""

    PAUSE = "pause"
    """Wait; or, while waiting, go on."""

    NEXT = "next"
    """End this set and go on to the next."""

    AGAIN = "again"
    """Take the neutral pose again and begin this set again."""

    PAIN = "pain"
    """It hurts: everything stops."""

    END = "end"
    """End the session and write the report."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the camera saw in one frame."""

    pose: Pose
    """The person's landmarks; `Pose.missing` when nobody was found. Its time is the session's."""

    people: int | None = None
    """How many people are in the picture, where that was looked for."""

    light: float | None = None
    """Mean brightness of the picture, 0 (black) to 1 (white); None when it was not looked at."""


@dataclass(frozen=True, slots=True)
class Update:
    """What one call changed."""

    state: LiveState
    """What to show."""

    events: tuple[Event, ...] = ()
    """What happened, in order; cues to be heard are among them (`CueSaid`)."""


class LiveEngine:
    """Runs a session; see the top of this file.

    Parameters
    ----------
    plan
        The sets, in order: `plan_drill` or `plan_programme`.
    image_size
        Width and height of the frames, pixels.
    language
        Code of a language file (`formcheck.coach.words`), e.g. `en`, `de`.

    Raises
    ------
    ExerciseError
        The plan has no set, or the language does not exist.
    """

    def __init__(self, plan: Sequence[PlannedSet], image_size: tuple[int, int], language: str = "en") -> None:
        check_plan(plan)
        self._plan, self._size, self._language = tuple(plan), image_size, language
        first = self._plan[0]
        self._state = LiveState(
            time_s=0.0,
            stage="no_person",
            reason="Nobody is in the picture",
            exercise=first.exercise.id,
            exercise_name=first.exercise.name,
            side=first.side,
            set_index=1,
            sets=len(self._plan),
            target=first.reps,
        )

    @property
    def state(self) -> LiveState:
        """What to show now."""
        return self._state

    @property
    def current(self) -> PlannedSet:
        """The present set; the next one while resting."""
        return self._plan[self._state.set_index - 1]

    @property
    def finished(self) -> bool:
        """Whether the session is over."""
        return self._state.stage == "done"

    def step(self, seen: Seen) -> Update:
        """Take a frame's pose into account."""
        raise NotImplementedError

    def command(self, command: Command, now_s: float) -> Update:
        """Do what the person asks for."""
        raise NotImplementedError

    def tick(self, now_s: float) -> Update:
        """Let time pass without a pose, e.g. while the camera is gone."""
        raise NotImplementedError
