"""Measured angles against true ones, as sums that can be put together over clips."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.batch.labels import true_angles
from formcheck.coach.samples import drill_channels, sources
from formcheck.core.landmarks import SIDES
from formcheck.core.pose import FloatArray
from formcheck.measure.channels import split_name
from formcheck.measure.geometry import wrap_deg
from formcheck.session import Judgement

CHANGE = "_change"
"""Ending of a series that holds the change from the neutral pose."""


@dataclass(frozen=True)
class AngleErrors:
    """Errors of one channel over the frames of a clip: measured minus expected."""

    asked: int
    """Frames with an expected value."""

    n: int
    """Those of them with a measured one."""

    total: float
    """Sum of the errors."""

    squares: float
    """Sum of their squares."""

    sizes: float
    """Sum of their absolute values."""


def compare_angles(judgement: Judgement, path: Path) -> dict[str, dict[str, Any]]:
    """Return the errors of the drill's channels, by channel, and by `<channel>_change` for changes from neutral.

    Parameters
    ----------
    judgement
        What was found.
    path
        True angles; interpolated to the times of the frames. Where they are absolute, their change from their median
        over the neutral pose that was found is compared too.

    Raises
    ------
    SourceError
        The file cannot be read.
    """
    time_s, expected = true_angles(path)
    wanted = {name for base in drill_channels(judgement.exercise) for side in SIDES for name in sources(base, side)}
    now, span = judgement.track.time_s, judgement.baseline
    found: dict[str, dict[str, Any]] = {}
    for column, values in expected.items():
        name = column.removesuffix(CHANGE)
        if name not in judgement.channels or not (name in wanted or (column.endswith(CHANGE) and name in wanted)):
            continue
        known = np.isfinite(values)
        if known.sum() < 2:
            continue
        truth = np.interp(now, time_s[known], values[known], left=np.nan, right=np.nan)
        measured = judgement.channels[name].value
        neutral = judgement.baseline_values.get(name)
        period = split_name(name)[0].period
        if column == name:
            found[name] = asdict(_errors(measured, truth, period))
            truth = truth - float(np.nanmedian(truth[span.start : span.stop])) if span else np.full(len(now), np.nan)
        if neutral is not None and neutral.value is not None:
            found[name + CHANGE] = asdict(_errors(measured - neutral.value, truth, period))
    return found


def _errors(measured: FloatArray, truth: FloatArray, period: float | None) -> AngleErrors:
    """Return the errors; an angle that comes round is never more than half a turn off."""
    asked = np.isfinite(truth)
    error = (measured - truth)[asked & np.isfinite(measured)]
    if period is not None:
        error = wrap_deg(error * 360 / period) * period / 360
    sums = (round(float(s), 6) for s in (error.sum(), (error**2).sum(), np.abs(error).sum()))
    return AngleErrors(int(asked.sum()), len(error), *sums)
