"""Where the camera stands, read from the person in the picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ViewFinding:
    """Camera placement relative to the person, over a stretch of frames."""

    view: str
    """foot_end, overhead, head_end, front, back, side, oblique or unknown."""

    lying: bool
    """Whether the person lies."""

    elevation_deg: float | None
    """How far below horizontal the lens looks, degrees; None when it cannot be told."""
