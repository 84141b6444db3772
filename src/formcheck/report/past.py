"""What a report shows of earlier sessions: plain data, which the history fills in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PastValue:
    """A result of an earlier session."""

    at: datetime
    """When."""

    value: float
    """In the result's unit."""

    sigma: float
    """One standard deviation of its error."""


@dataclass(frozen=True, slots=True)
class PastResult:
    """What the person's history says of one result of one side."""

    name: str
    """The drill's measure, without its side."""

    side: str
    """left, right or both."""

    values: tuple[PastValue, ...]
    """Earlier sessions in order of time."""

    change: str
    """What can be said of the change, as a sentence; empty where there is nothing to compare with."""

    detectable: str
    """How large a change must be to be called one, and from what that is known; empty without a change."""


@dataclass(frozen=True, slots=True)
class Past:
    """A person's history of one drill, as far as it concerns a new report."""

    profile: str
    """Whose history it is."""

    at: datetime
    """When the new session was."""

    results: tuple[PastResult, ...] = ()
    """Results that were there before."""

    sides: tuple[str, ...] = ()
    """Differences between left and right that two sessions show, as sentences."""

    def of(self, name: str, side: str) -> PastResult | None:
        """Return the history of one result; None without one."""
        return next((r for r in self.results if (r.name, r.side) == (name, side)), None)
