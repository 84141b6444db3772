"""What is kept of a job: its row, what it was made of, how long it took. Where it is, all else of the clip is."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from formcheck.video.files import atomic_path

RECORD: Final = "row.json"
"""Written last into a clip's folder."""


@dataclass(frozen=True)
class Record:
    """The outcome of one job."""

    key: str
    """The job."""

    settings: str
    """Hash of everything that it depends on, beside the clip."""

    clip: dict[str, Any]
    """Hash, size and time of the clip; empty when it could not be read."""

    row: dict[str, Any]
    """What was found, or the error; see `rows`."""

    angles: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Errors of the angles, where they are labelled; see `angles`."""

    lasting: bool = True
    """False for an error of the machine, which the next run tries again."""

    seconds: dict[str, float] = field(default_factory=dict)
    """How long each stage took, seconds."""

    processor_s: float = 0.0
    """Processor time of all threads, seconds."""

    memory_mb: float = 0.0
    """Most that the process held meanwhile, resident megabytes."""


def write_record(record: Record, folder: Path) -> None:
    """Write a record into its clip's folder, whole or not at all."""
    with atomic_path(folder / RECORD) as temporary:
        temporary.write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")


def read_record(folder: Path) -> Record | None:
    """Return the record of a clip's folder; None when there is none that can be read."""
    try:
        return Record(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
