"""Everything that a run of the benchmark found, for terminal, JSON and page."""

from __future__ import annotations

from dataclasses import dataclass, field

from measuring.bars import Bar
from measuring.results import Results

Outside = dict[str, dict[str, dict[str, float]]]
"""Figures by method and channel of clips that are not planned ones."""


@dataclass(frozen=True)
class Findings:
    """What was measured, and with what."""

    results: Results
    bars: list[Bar]
    """Of the judged method."""
    judged: str
    """The method that the bars are for."""
    model: str
    """Pose model and refiner."""
    refiner_ms: float
    """Processor time of the refiner, a frame."""
    mocap: Outside = field(default_factory=dict)
    """The filmed squat against motion capture."""
    other: Outside = field(default_factory=dict)
    """Another body by another renderer."""
