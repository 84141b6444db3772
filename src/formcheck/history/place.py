"""Where the history is kept."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path


def default_store() -> Path:
    """Return the history's place for the person who runs the program: `history.db` in the user's data folder."""
    return user_data_path("formcheck", appauthor=False) / "history.db"
