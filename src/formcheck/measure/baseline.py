"""The neutral pose at the start, from which changes are measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BaselineSpan:
    """The still stretch taken as neutral."""

    start: int
    """First frame."""

    stop: int
    """One past the last frame."""

    still: bool
    """Whether the person was still; if not it is the least moving stretch."""
