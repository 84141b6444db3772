"""What one overlay picture says, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formcheck.core.pose import Pose
from formcheck.core.results import Severity

Edge = Literal["top", "bottom"]


@dataclass(frozen=True, slots=True)
class AngleMark:
    """A measured quantity shown at its joint. What is abstained has no mark."""

    channel: str
    """Full channel name, e.g. `knee_flexion_left`."""

    at: tuple[float, float]
    """The joint, pixels."""

    text: str
    """The number with its uncertainty, e.g. `98° ± 6°`."""

    caption: str
    """What is measured, in few letters."""

    rays_deg: tuple[float, float] | None = None
    """Picture directions of the reference line and of the segment, degrees from image-right towards image-down; None
    for a quantity that is no angle in the picture: then only the number is shown."""

    reach_px: float = 0.0
    """Length of the segment, pixels; the arc's size follows it."""


@dataclass(frozen=True, slots=True)
class Banner:
    """A fault while it lasts."""

    severity: Severity
    """Chooses colour and sign."""

    text: str
    """What it is called, in plain words."""


@dataclass(frozen=True, slots=True)
class RepCount:
    """Repetitions so far."""

    side: Literal["left", "right", "both"]
    """Side they were done with."""

    counted: int
    """Repetitions that count."""


@dataclass(frozen=True, slots=True)
class OverlayState:
    """Everything that is drawn on one frame; leave out a part and it is not drawn."""

    pose: Pose | None = None
    """Landmarks in pixels of the picture."""

    side: Literal["left", "right", "both"] = "both"
    """The working side, which is emphasised."""

    marks: tuple[AngleMark, ...] = ()
    """Measured quantities."""

    phase: str | None = None
    """What the person is doing, as the drill calls it."""

    counts: tuple[RepCount, ...] = ()
    """Repetitions so far: one entry, or one a side."""

    target: int | None = None
    """How many are to be done (each side)."""

    attempts: int = 0
    """Movements so far that did not count."""

    banners: tuple[Banner, ...] = ()
    """Faults that last, worst first."""

    message: str | None = None
    """One calm line: why nothing is measured, or why the last movement did not count."""

    status_edge: Edge = "top"
    """Where count and phase stand."""

    banner_edge: Edge = "bottom"
    """Where banners and message stand."""
