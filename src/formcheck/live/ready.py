"""Whether a set may begin: what was seen last, from where, and what is not right yet."""

from __future__ import annotations

from collections import deque
from typing import Final

from formcheck.coach.language import Language
from formcheck.core.pose import Pose, PoseTrack
from formcheck.exercises.schema import Exercise
from formcheck.live.setup import RECENT_S, check_setup, first_wrong
from formcheck.live.state import Check
from formcheck.measure.posture import LYING
from formcheck.measure.view import ViewFinding, find_view

CHECK_EVERY_S: Final = 0.2
"""How often the set-up is checked, seconds."""
VIEW_EVERY_S: Final = 1.0
"""How often the camera's place is looked for while it matters, seconds: it takes a quarter of a second."""
ADVISE_S: Final = 10.0
"""How long a check that may be wrong itself keeps a person waiting, seconds."""


class Readiness:
    """Follows the checks of a set-up from frame to frame.

    Parameters
    ----------
    image_size
        Width and height of the frames, pixels.
    language
        Of labels and advice.
    """

    def __init__(self, image_size: tuple[int, int], language: Language) -> None:
        self._size, self._language = image_size, language
        self._people: int | None = None
        self._light: float | None = None
        self.recent: deque[Pose] = deque()
        """The poses of the last moments."""
        self.begin()

    def begin(self) -> None:
        """Begin anew, for another set or after the person has moved."""
        self.checks: tuple[Check, ...] = ()
        """Every check as it stood last, in the order in which they should be mended."""
        self.view: ViewFinding | None = None
        """Where the camera stands, once that is known."""
        self._since: float | None = None
        self._next_check_s = self._next_view_s = -1e9

    def see(self, pose: Pose, people: int | None, light: float | None) -> None:
        """Take a frame into account; what was not looked at stays as it was seen last."""
        self._people = people if people is not None else self._people
        self._light = light if light is not None else self._light
        self.recent.append(pose)
        while self.recent[0].time_s < pose.time_s - RECENT_S:
            self.recent.popleft()

    def check(self, exercise: Exercise, now_s: float, *, view_known: bool, find: bool) -> None:
        """Check the set-up for a drill, when it is time to.

        Parameters
        ----------
        exercise
            The drill.
        now_s
            Session time, seconds.
        view_known
            Whether `view` is what the person's still pose showed, and need not be looked for.
        find
            Whether the view is looked for at all.
        """
        if now_s < self._next_check_s:
            return
        self._next_check_s = now_s + CHECK_EVERY_S
        self._since = now_s if self._since is None else self._since
        find = find and not view_known and now_s >= self._next_view_s
        if find and first_wrong(self._check(exercise, None)) is None:
            self._next_view_s = now_s + VIEW_EVERY_S
            found = find_view(PoseTrack.from_poses(list(self.recent), self._size), exercise.position in LYING)
            self.view = found if found.view != "unknown" else None
        self.checks = self._check(exercise, self.view)

    def wrong(self, now_s: float) -> Check | None:
        """Return what must be mended first; None when all is right."""
        return first_wrong(self.checks, self._waited_s(now_s) > ADVISE_S)

    def advice(self, now_s: float) -> Check | None:
        """Return what to tell the person; nothing in the first moment, when checks may still change."""
        return self.wrong(now_s) if self._waited_s(now_s) > RECENT_S else None

    def _waited_s(self, now_s: float) -> float:
        return 0.0 if self._since is None else now_s - self._since

    def _check(self, exercise: Exercise, view: ViewFinding | None) -> tuple[Check, ...]:
        recent = tuple(self.recent)
        return check_setup(
            recent, self._size, exercise, self._language, people=self._people, light=self._light, view=view
        )
