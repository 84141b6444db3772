"""How the local server runs: one record, made once at the start."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from formcheck.web.guard import Access


def new_token() -> str:
    """Return a secret that nobody guesses."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class ServerSettings:
    """Everything that the server is told at its start."""

    data: Path
    """Folder of its own: reports, uploads, recordings."""

    token: str = field(default_factory=new_token, repr=False)
    """Who knows it may use the server."""

    host: str = "127.0.0.1"
    """Address that it listens on."""

    port: int = 8520
    """Port that it listens on."""

    names: tuple[str, ...] = ("127.0.0.1", "localhost")
    """Names and addresses by which a browser may call it."""

    tls: bool = False
    """Whether it speaks HTTPS."""

    lan: bool = False
    """Whether other devices of the local network may use it."""

    store: Path | None = None
    """The history's file; None: the one in the user's data folder."""

    profile: str = "me"
    """Who trains, for the history."""

    model: str = "full"
    """Pose model."""

    seats: int = 2
    """Live sessions at once; others wait their turn."""

    max_upload_bytes: int = 2_000_000_000
    """Largest video that is taken."""

    keep_uploads: bool = False
    """Whether videos stay after their analysis."""

    keep_video: bool = False
    """Whether live sessions keep their pictures too, and not only the landmarks."""

    @property
    def scheme(self) -> str:
        """`http` or `https`."""
        return "https" if self.tls else "http"

    @property
    def access(self) -> Access:
        """Who may call."""
        return Access.of(self.scheme, self.names, self.port, self.token)

    def address(self, name: str | None = None) -> str:
        """Return the address of the page, with the token, by one of the server's names (the first if left out)."""
        return f"{self.scheme}://{name or self.names[0]}:{self.port}/?token={self.token}"

    @property
    def reports(self) -> Path:
        """Folder of the reports and of the recordings of live sessions, one folder each."""
        return self.data / "reports"

    @property
    def uploads(self) -> Path:
        """Folder of videos that are being analysed."""
        return self.data / "uploads"
