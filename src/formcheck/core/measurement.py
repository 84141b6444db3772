"""What is known about an angle: a value with its sigma, or an abstention with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from formcheck.core.pose import FloatArray


class Reason(StrEnum):
    """Why there is no number."""

    NO_PERSON = "no_person"
    NOT_VISIBLE = "not_visible"
    OUT_OF_FRAME = "out_of_frame"
    OUT_OF_PLACE = "out_of_place"
    WRONG_VIEW = "wrong_view"
    KNEE_TOO_STRAIGHT = "knee_too_straight"
    LOW_CONFIDENCE = "low_confidence"
    CAMERA_TOO_LOW = "camera_too_low"
    NO_BASELINE = "no_baseline"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number with its uncertainty, or the reason why there is none."""

    value: float | None
    """The measured quantity in its channel's unit; null when abstained."""

    sigma: float | None
    """One standard deviation of the value's error, same unit; null when abstained."""

    unit: str = "deg"
    """Unit of value and sigma: deg, shank (shank lengths) or s."""

    reason: str | None = None
    """Why there is no value; null when there is one."""

    def __str__(self) -> str:
        """Return the number as a person reads it."""
        if self.value is None or self.sigma is None:
            return f"– ({self.reason})"
        sign = "°" if self.unit == "deg" else f" {self.unit}"
        digits = 0 if self.unit == "deg" else 2
        return f"{self.value:.{digits}f} ± {self.sigma:.{digits}f}{sign}"


@dataclass(frozen=True, slots=True)
class ChannelSeries:
    """A measured quantity over time."""

    name: str
    """Channel name, e.g. `knee_flexion_left`."""

    unit: str
    """Unit of value and sigma."""

    value: FloatArray
    """Shape (T,); NaN where abstained."""

    sigma: FloatArray
    """One standard deviation of the error, shape (T,); NaN where abstained."""

    reason: NDArray[np.object_]
    """Shape (T,): "" where there is a value, otherwise a `Reason`."""

    change_sigma: FloatArray | None = None
    """One standard deviation of the error of the change from the neutral pose, shape (T,), where it is known that both
    share part of their errors; None: the two are independent."""

    def at(self, index: int) -> Measurement:
        """Return frame `index` as a `Measurement`."""
        if self.reason[index]:
            return Measurement(None, None, self.unit, str(self.reason[index]))
        return Measurement(float(self.value[index]), float(self.sigma[index]), self.unit)


Channels = Mapping[str, ChannelSeries]
"""Channels by name, all over the same frames."""
