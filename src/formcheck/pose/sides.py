"""Left and right of a body: named as the refined joints are, and watched for exchanges by the pose model."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import INDEX, JOINT_INDEX, LANDMARKS, MIRROR, SIDES
from formcheck.core.pose import FloatArray, Pose, PoseTrack
from formcheck.pose.body import exchange_ratio

_SUDDEN_S: Final = 0.25
"""An exchange within this time is no turn of the body; the library's smoothing spreads it over up to 0.2 s."""

_SETTLED_S: Final = 0.5
"""The new view has lasted so long that it is taken as it is."""

_UNMISTAKABLE: Final = 0.25
_BACK: Final = 1.0

_CROSSED: Final = 0.6
"""Joints lie on the landmarks of the other side when these are nearer by this factor than those of their own."""

_SIDE_WIDTH: Final = 0.38
"""Width of the shoulders, in lengths of the trunk, below which a person is seen from the side."""

LEGS: Final = np.array([i for i, n in enumerate(LANDMARKS) if n.endswith(("knee", "ankle", "heel", "foot_index"))])
"""The legs' landmarks."""
ACROSS: Final = ("shoulder", "hip")
LEG_PARTS: Final = ("knee", "ankle")
TRUNK: Final = np.setdiff1d(np.arange(len(LANDMARKS)), LEGS)
"""All others."""
CONFUSED: Final = 0.5
"""`agreement` below which the pose model is at odds with the joints about left and right: on tuning clips in which it
takes people who lie face up for people seen from behind -1 to 0.4, with legs under a blanket or behind a box 0.7 and
more."""
_REFINED: Final = np.array([name in JOINT_INDEX for name in LANDMARKS])
_JOINT_OF: Final = np.array([JOINT_INDEX.get(name, 0) for name in LANDMARKS])


def exchanged(pose: Pose, landmarks: NDArray[np.intp]) -> Pose:
    """Return a pose with left and right of some landmarks exchanged; its joints stay."""
    order = np.arange(len(LANDMARKS))
    order[landmarks] = MIRROR[landmarks]
    return replace(
        pose,
        pixels=pose.pixels[order],
        world=pose.world[order],
        visibility=pose.visibility[order],
        presence=pose.presence[order],
    )


def agreement(pose: Pose, joints: FloatArray, parts: tuple[str, str] = ACROSS) -> float:
    """Return how far landmarks agree with joints about left and right.

    Parameters
    ----------
    pose
        A found pose.
    joints
        As in `Pose.joints`, shape (17, 3).
    parts
        Which: those of the trunk or, `LEG_PARTS`, of the legs.

    Returns
    -------
    float
        1: they do; -1: they have left and right exchanged; 0: they have both in the same place.
    """
    return float(_agreements(pose.pixels[None], joints[None, :, :2], parts)[0])


def _agreements(pixels: FloatArray, xy: FloatArray, parts: tuple[str, str]) -> FloatArray:
    """Return `agreement` for landmarks, shape (T, 33, 2), and joints in the picture, shape (T, 17, 2)."""
    ours = np.concatenate([xy[:, JOINT_INDEX[f"left_{p}"]] - xy[:, JOINT_INDEX[f"right_{p}"]] for p in parts], axis=1)
    seen = [pixels[:, INDEX[f"left_{p}"]] - pixels[:, INDEX[f"right_{p}"]] for p in parts]
    both = np.sum(ours * np.concatenate(seen, axis=1), axis=1)
    return np.asarray(both / np.maximum(np.sum(ours**2, axis=1), 1.0))


def settle_sides(track: PoseTrack, lies: bool) -> PoseTrack:
    """Return a track whose landmarks are called left and right rightly, without the poses of which that is uncertain.

    Parameters
    ----------
    track
        Landmarks of one person.
    lies
        Whether the drill is done lying. Then refined joints name the landmarks.

    Returns
    -------
    PoseTrack
        Uncertain frames have no landmarks and no joints.

    Notes
    -----
    The pose model sometimes takes a person who lies face up for one seen from behind, or the legs for each other, for a
    few frames or a whole clip. The refiner, which looks at the picture again, knows better: its joints name the
    landmarks, and take the place of those that are at odds with them, as halfway through an exchange, when the
    shoulders pass through each other. Of upright people it does not know better, and from the side nobody does.
    """
    if lies:
        track = _put_right(track)
    watch = SideWatch()
    certain = np.array([not pose.found or watch.is_certain(pose) for pose in track.poses()])
    if certain.all():
        return track
    return track.without(~certain)


def settle_pose(pose: Pose, lies: bool, watch: SideWatch) -> Pose:
    """Return the next pose of a live session as `settle_sides` does; `watch` has seen those before."""
    if not pose.found:
        return pose
    if lies:
        row = _put_right(PoseTrack.from_poses([pose], (0, 0)))
        pose = replace(
            pose, pixels=row.pixels[0], world=row.world[0], visibility=row.visibility[0], presence=row.presence[0]
        )
    return pose if watch.is_certain(pose) else Pose.missing(pose.time_s)


def _put_right(track: PoseTrack) -> PoseTrack:
    """Return the track of a lying person with landmarks named and, where at odds with them, replaced by the joints."""
    order = np.tile(np.arange(len(LANDMARKS)), (len(track), 1))
    xy = track.joints[..., :2]
    (left, right), hips = ([JOINT_INDEX[f"{side}_{part}"] for side in SIDES] for part in ACROSS)
    with np.errstate(invalid="ignore"):
        trunk = np.linalg.norm(xy[:, [left, right]].mean(axis=1) - xy[:, hips].mean(axis=1), axis=1)
        wide = np.linalg.norm(xy[:, left] - xy[:, right], axis=1) > _SIDE_WIDTH * trunk
        for part, names in ((TRUNK, ACROSS), (LEGS, LEG_PARTS)):
            called = [f"{side}_{name}" for side in SIDES for name in names]
            of_part = xy[:, [JOINT_INDEX[n] for n in called]]
            index = np.array([INDEX[n] for n in called])
            own, other = (
                np.linalg.norm(of_part - track.pixels[:, i], axis=2).sum(axis=1) for i in (index, MIRROR[index])
            )
            order[np.ix_(wide & (other < _CROSSED * own), part)] = MIRROR[part]
        confused = wide & (_agreements(track.pixels, xy, ACROSS) < CONFUSED)
    replaced = confused[:, None] & _REFINED
    if not replaced.any() and (order == np.arange(len(LANDMARKS))).all():
        return track
    rows = order[..., None]
    return replace(
        track,
        pixels=np.where(replaced[..., None], xy[:, _JOINT_OF], np.take_along_axis(track.pixels, rows, axis=1)),
        world=np.take_along_axis(track.world, rows, axis=1),
        visibility=np.where(replaced, 1.0, np.take_along_axis(track.visibility, order, axis=1)),
        presence=np.take_along_axis(track.presence, order, axis=1),
    )


class SideWatch:
    """Tells for each pose of a track whether its left and right can be trusted to be those of the poses before.

    It sees exchanges of the whole body (trunk and legs together). Which of two views is the right one cannot be told
    from them alone: poses are distrusted until the exchange goes back, or has lasted for half a second.
    """

    def __init__(self) -> None:
        self._recent: deque[Pose] = deque()
        self._before: Pose | None = None  # the last pose before an exchange
        self._since_s = 0.0

    def is_certain(self, pose: Pose) -> bool:
        """Return whether left and right are as before.

        Parameters
        ----------
        pose
            The next found pose.
        """
        if self._before is not None:
            back = exchange_ratio(self._before, pose) > _BACK
            if not back and pose.time_s - self._since_s < _SETTLED_S:
                return False
            self._before = None
            self._recent.clear()
        while self._recent and pose.time_s - self._recent[0].time_s > _SUDDEN_S:
            self._recent.popleft()
        for earlier in (self._recent[0], self._recent[-1]) if self._recent else ():
            if exchange_ratio(earlier, pose) < _UNMISTAKABLE:
                self._before, self._since_s = earlier, pose.time_s
                return False
        self._recent.append(pose)
        return True
