"""How long the second look at a picture takes by itself: the landmark refiner, and following the trunk's surface."""

from __future__ import annotations

import time
from itertools import islice
from pathlib import Path

from formcheck.core.pose import Pose, PoseTrack
from formcheck.pose.refiner import Refiner, packaged_refiner
from formcheck.pose.surface import TrunkWatch
from formcheck.video.source import open_source

WARM_UP, FRAMES = 5, 60


def refiner_ms(clip: Path, track: PoseTrack) -> float:
    """Return the second look's processor time a frame on a clip's first frames, milliseconds; 0 without a refiner."""
    if not packaged_refiner().is_file():
        return 0.0
    refiner, trunk = Refiner(), TrunkWatch()
    spent, count = 0.0, 0
    with open_source(clip) as source:
        for i, frame in enumerate(islice(source, WARM_UP + FRAMES)):
            begin = time.process_time()
            trunk.follow(frame.image, refiner.refine(frame.image, _pose(track, i)))
            if i >= WARM_UP:
                spent, count = spent + time.process_time() - begin, count + 1
    return 1000 * spent / max(count, 1)


def _pose(track: PoseTrack, i: int) -> Pose:
    return Pose(float(track.time_s[i]), track.pixels[i], track.world[i], track.visibility[i], track.presence[i])
