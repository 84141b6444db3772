"""Notices when the model exchanges left and right of a body that did not turn round."""

from __future__ import annotations

from collections import deque
from typing import Final

from formcheck.core.pose import Pose
from formcheck.pose.body import exchange_ratio

_SUDDEN_S: Final = 0.25
"""An exchange within this time is no turn of the body; the library's smoothing spreads it over up to 0.2 s."""

_SETTLED_S: Final = 0.5
"""The new view has lasted so long that it is taken as it is."""

_UNMISTAKABLE: Final = 0.25
_BACK: Final = 1.0


class SideWatch:
    """Tells for each pose of a track whether its left and right can be trusted to be those of the poses before.

    It sees exchanges of the whole body (trunk and legs together). Which of two views is the right one cannot be told
    from them alone: poses are distrusted until the exchange goes back, or has lasted for half a second.
    """

    def __init__(self) -> None:
        self._recent: deque[Pose] = deque()
        self._before: Pose | None = None  # the last pose before an exchange
        self._since_s = 0.0

    def is_certain(self, pose: Pose) -> bool:
        """Return whether left and right are as before.

        Parameters
        ----------
        pose
            The next found pose.
        """
        if self._before is not None:
            back = exchange_ratio(self._before, pose) > _BACK
            if not back and pose.time_s - self._since_s < _SETTLED_S:
                return False
            self._before = None
            self._recent.clear()
        while self._recent and pose.time_s - self._recent[0].time_s > _SUDDEN_S:
            self._recent.popleft()
        for earlier in (self._recent[0], self._recent[-1]) if self._recent else ():
            if exchange_ratio(earlier, pose) < _UNMISTAKABLE:
                self._before, self._since_s = earlier, pose.time_s
                return False
        self._recent.append(pose)
        return True
