"""A picture with its own time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a source."""

    index: int
    """Position among the frames that the source delivered, from 0."""

    time_s: float
    """The frame's own presentation time, seconds from the first frame."""

    image: NDArray[np.uint8]
    """Pixels, shape (height, width, 3), RGB, upright (rotation metadata applied), never mirrored."""
