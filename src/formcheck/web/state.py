"""The parts of the running server, made at its start and closed at its end."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.web.jobs import Jobs
from formcheck.web.sessions import Sessions
from formcheck.web.settings import ServerSettings


@dataclass(frozen=True, slots=True)
class Server:
    """Everything that routes need."""

    settings: ServerSettings
    """How the server runs."""

    jobs: Jobs
    """Analyses and reports in the making."""

    sessions: Sessions
    """Live sessions."""

    def close(self) -> None:
        """Stop what runs."""
        self.sessions.close()
        self.jobs.close()
