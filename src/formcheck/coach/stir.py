"""Movements from the neutral pose that are too small to begin a repetition: they are named, not passed over."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from formcheck.coach.samples import Sample

SHORTEST_S: Final = 0.6
"""What is over sooner is a twitch or an error of a few frames."""
HOME: Final = 0.5
"""Share of its largest at which a movement has come home, and of what is needed below which nobody moves."""


@dataclass(frozen=True, slots=True)
class SmallMovement:
    """A small movement that went out and came home."""

    start_s: float
    """When it began to show, seconds."""
    end_s: float
    """When it had come home, seconds."""
    peak_s: float
    """When it was largest, seconds."""


@dataclass
class StirWatch:
    """Watches the signal at rest.

    Parameters
    ----------
    least
        From which change of the signal a movement is one, in its unit; None: nothing is watched.
    longest_s
        What lasts longer is another way of lying and no movement, seconds.
    home_s
        For how long it must have come home to be over, seconds: longer in drills that go out twice.
    """

    least: float | None
    longest_s: float
    home_s: float = 0.0
    _calm: bool = False
    _since: float | None = None
    _home: float | None = None
    _peak: float = 0.0
    _peak_s: float = 0.0

    def step(self, time_s: float, signal: Sample) -> SmallMovement | None:
        """Take a moment at rest into account; return the movement that is over."""
        change = signal.change
        if self.least is None or math.isnan(change):
            return None
        level = max(self.least, signal.change_sigma)
        if self._since is None:
            self._calm = self._calm or change < HOME * self.least
            if self._calm and change >= level:
                self._since, self._peak, self._peak_s = time_s, change, time_s
            return None
        if change > self._peak:
            self._peak, self._peak_s = change, time_s
        if change >= HOME * self._peak:
            self._home = None
            return None
        self._home = time_s if self._home is None else self._home
        return self.finish() if time_s - self._home >= self.home_s else None

    def finish(self) -> SmallMovement | None:
        """End the watch; return the movement that has come home, if there is one."""
        since, home, peak_s = self._since, self._home, self._peak_s
        self.forget()
        if since is None or home is None or not SHORTEST_S <= home - since <= self.longest_s:
            return None
        return SmallMovement(since, home, peak_s)

    def forget(self) -> None:
        """Begin anew: what is in progress was something else."""
        self._since, self._home, self._calm = None, None, False
