"""Points on the front of the trunk whose way in the picture is followed: where they are, and their mirror image."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

LATERAL: Final = (-1.6, -0.8, 0.0, 0.8, 1.6)
"""Where the points of a row lie beside the body's middle, half hip widths towards the person's right side."""
PELVIS_ROWS: Final = (-0.25, -0.1, 0.05, 0.2)
"""Rows on the pelvis and waist: from mid-hip towards mid-shoulder, trunk lengths in the picture."""
CHEST_ROWS: Final = (0.4, 0.6, 0.8)
"""Rows on the chest, likewise."""
ROWS: Final = (*PELVIS_ROWS, *CHEST_ROWS)
POINTS: Final = len(ROWS) * len(LATERAL)
"""How many points there are, row by row."""
MIRROR: Final[NDArray[np.intp]] = np.arange(POINTS).reshape(len(ROWS), -1)[:, ::-1].ravel()
"""Permutation that exchanges left and right points."""
