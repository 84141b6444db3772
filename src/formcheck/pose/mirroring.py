"""The pose model shown the mirror image, so that the working leg is always the right one."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.core.pose import Pose
from formcheck.pose.landmarker import Tracker


class MirroredTracker(Tracker):
    """A tracker that sees the mirror image. What it returns is of the picture as it is: left stays left."""

    def track(self, image: NDArray[np.uint8], time_s: float) -> Pose:
        """Return the pose in the next picture, as `Tracker.track` does."""
        mirror_image = np.asarray(cv2.flip(image, 1), dtype=np.uint8)
        return super().track(mirror_image, time_s).mirrored(image.shape[1])
