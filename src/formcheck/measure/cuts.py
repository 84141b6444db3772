"""Cuts in a recording: from one frame to the next the person is where no body gets in that time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import INDEX, JOINT_INDEX
from formcheck.core.pose import FloatArray, Pose, PoseTrack
from formcheck.measure.baseline import BaselineSpan
from formcheck.measure.place import place_of
from formcheck.measure.points import torso_px
from formcheck.measure.view import ViewFinding

JUMP_TORSO: Final = 0.2
"""Farther than this, beyond what `SPEED` allows, no trunk moves from one frame to the next, torso lengths. Filmed
squats cut and put together, 30 frames a second: 0.36 to 0.68; misread poses in 243 rendered clips of 15 frames a
second: up to 0.13; whole filmed clips: less than nothing."""
SPEED: Final = 5.0
"""No drill moves the trunk faster, torso lengths a second: about 2.5 m/s."""
LONGEST_S: Final = 0.25
"""After a longer time without the person nothing can be said."""
SETTLES_S: Final = 0.21
"""What is left out after a cut, seconds: the pose model needs up to three frames to find the joints again, and what is
farther apart than `filters.MAX_GAP_S` is not smoothed together."""
SAME_TORSO: Final = 0.2
"""How far a foot (upright) or the hips (lying) may be from the neutral place, torso lengths, for the camera to be in
the same place still: nearer than for a person who moves, because nobody was seen to move."""
SAME_SIZE: Final = 0.12
"""By which share the trunk's largest size in the picture may differ for that."""

_PARTS: Final = ("shoulder", "hip", "knee", "ankle")
_NAMES: Final = [f"{side}_{part}" for part in _PARTS for side in ("left", "right")]
_LANDMARKS: Final = [INDEX[name] for name in _NAMES]
_JOINTS: Final = [JOINT_INDEX[name] for name in _NAMES]


def find_cuts(track: PoseTrack) -> NDArray[np.intp]:
    """Return the frames with which another take begins, in order.

    Parameters
    ----------
    track
        Landmarks of one person over T frames.

    Notes
    -----
    Middle of the hips and middle of the shoulders both jump; they are the same where left and right are exchanged. Cuts
    after which one of them is where it was are not found. A body that changes its size is no sign: the pose model
    sometimes folds the legs of people who stand, and unfolds them within a frame.
    """
    found = np.flatnonzero(track.found)
    before, after = found[:-1], found[1:]
    wait_s = track.time_s[after] - track.time_s[before]
    refined = track.refined[before] & track.refined[after]
    joints, landmarks = track.joints[:, _JOINTS, :2], track.pixels[:, _LANDMARKS]
    a, b = (np.where(refined[:, None, None], joints[f], landmarks[f]) for f in (before, after))
    return after[(wait_s <= LONGEST_S) & _impossible(a, b, wait_s)]


class CutWatch:
    """Tells for each pose of a live session whether another take begins with it."""

    def __init__(self) -> None:
        self._before: Pose | None = None

    def is_cut(self, pose: Pose) -> bool:
        """Return whether the person cannot have come from where the last found pose was."""
        if not pose.found:
            return False
        before, self._before = self._before, pose
        if before is None or pose.time_s <= before.time_s:
            return False
        return bool(len(find_cuts(PoseTrack.from_poses([before, pose], (0, 0)))))


def settling_after(time_s: FloatArray, cuts_s: Iterable[float]) -> NDArray[np.bool_]:
    """Return the frames just after cuts, in which nothing is measured, shape (T,); times in seconds."""
    mask = np.zeros(len(time_s), dtype=bool)
    for start_s in cuts_s:
        mask |= (time_s >= start_s - 1e-6) & (time_s < start_s + SETTLES_S)
    return mask


def filmed_elsewhere(
    track: PoseTrack, cuts: NDArray[np.intp], neutral: BaselineSpan, view: ViewFinding
) -> NDArray[np.bool_]:
    """Return the frames of the takes in which camera or person are not where they were in the neutral pose, shape (T,).

    Parameters
    ----------
    track
        Landmarks over T frames.
    cuts
        From `find_cuts`.
    neutral
        The neutral pose.
    view
        Where the camera stood in it.
    """
    place = place_of(track.between(neutral.start, neutral.stop), view)
    mask = np.zeros(len(track), dtype=bool)
    for start, stop in takes(track, cuts):
        if start <= neutral.start < stop:
            continue
        take = track.between(start, stop)
        take = take.between(int(np.searchsorted(take.time_s, take.time_s[0] + SETTLES_S)), len(take))
        seen = np.flatnonzero(take.found)
        if len(seen):
            near = np.quantile(place.offset(take)[seen], 0.1) <= SAME_TORSO * place.torso_px
            size = np.quantile(torso_px(take.pixels[seen]), 0.9) / place.torso_px
            mask[start:stop] = not (near and abs(size - 1.0) <= SAME_SIZE)
    return mask


def takes(track: PoseTrack, cuts: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Return first and one past the last frame of each take."""
    return list(pairwise([0, *cuts.tolist(), len(track)]))


def _impossible(a: FloatArray, b: FloatArray, wait_s: FloatArray) -> NDArray[np.bool_]:
    """Return whether bodies in the picture, each (N, 8, 2), are too far from one another for the time between."""
    middles_a, middles_b = ((x[:, 0::2] + x[:, 1::2]) / 2 for x in (a, b))  # shoulders, hips, knees, ankles
    spread_a, spread_b = _spread(a), _spread(b)
    trunk = np.maximum(_trunk(middles_a), _trunk(middles_b))
    size = np.maximum(trunk, 0.4 * np.maximum(spread_a, spread_b))  # of who bends to the lens the trunk looks short
    moved = np.linalg.norm(middles_b[:, :2] - middles_a[:, :2], axis=-1).min(axis=1) / size
    return np.asarray(moved > JUMP_TORSO + SPEED * wait_s)


def _trunk(middles: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.norm(middles[:, 0] - middles[:, 1], axis=-1))


def _spread(body: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(((body - body.mean(axis=1, keepdims=True)) ** 2).sum(axis=2).mean(axis=1)))
