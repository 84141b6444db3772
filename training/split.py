"""Which rendered people may be used for what: reads `split.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

SPLIT = Path(__file__).with_name("split.toml")
PARTS = ("training", "tuning", "reporting")


def read_split() -> dict[str, Any]:
    """Return the split as it stands in the file."""
    return tomllib.loads(SPLIT.read_text(encoding="utf-8"))


def people_of(part: str) -> range:
    """Return the numbers of the people of a part: training, tuning or reporting."""
    return range(*read_split()[part]["people"])


def unseen_drills() -> tuple[str, ...]:
    """Return the drills that only the reporting part shows."""
    return tuple(read_split()["unseen"]["drills"])


def part_of(person: int) -> str | None:
    """Return the part that a person belongs to, if any."""
    return next((part for part in PARTS if person in people_of(part)), None)
