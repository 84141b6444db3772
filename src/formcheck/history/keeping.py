"""Puts sessions into the history, and tells each report what was there before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from formcheck.history.progress import past_of
from formcheck.history.records import Mode
from formcheck.history.store import DEFAULT_PROFILE, add, opened, sessions
from formcheck.report.model import RepReport
from formcheck.report.past import Past


@dataclass(frozen=True, slots=True)
class Keeping:
    """Whose history, and where it is.

    Raises
    ------
    HistoryError
        The store cannot be used. That is said here, before any picture is drawn.
    """

    profile: str = DEFAULT_PROFILE
    """Who trained."""

    store: Path | None = None
    """The history's file; left out: in the user's data folder."""

    mode: Mode = "analyze"
    """analyze or live."""

    def __post_init__(self) -> None:
        """Open the store once."""
        with opened(self.store):
            pass

    def past(self, report: RepReport, at: datetime | None = None) -> Past:
        """Return what earlier sessions of the drill say to this one, filmed at `at` (left out: now)."""
        profile = self.profile.strip()
        known = sessions(profile=profile, exercise=report.exercise, store=self.store)
        return past_of(report, known, profile, at or datetime.now().astimezone())

    def add(self, report: RepReport, at: datetime | None, folder: Path | None) -> None:
        """Write the session; `folder` has the report's files, if any were written."""
        add(report, profile=self.profile, at=at, mode=self.mode, folder=folder, store=self.store)
