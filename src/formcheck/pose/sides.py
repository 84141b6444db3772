"""Left and right of a body: named as the refined joints are, and watched for exchanges by the pose model."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Final, TypeVar

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


def exchanged(pose: Pose, landmarks: NDArray[np.intp]) -> Pose:
    """Return a pose with left and right of some landmarks exchanged; its joints stay."""
    order = np.arange(len(LANDMARKS))
    order[landmarks] = MIRROR[landmarks]
    return _in_order(pose, order)


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
    flat = joints[:, :2]
    ours = np.concatenate([flat[JOINT_INDEX[f"left_{p}"]] - flat[JOINT_INDEX[f"right_{p}"]] for p in parts])
    seen = [pose.pixels[INDEX[f"left_{p}"]] - pose.pixels[INDEX[f"right_{p}"]] for p in parts]
    return float(np.dot(ours, np.concatenate(seen)) / max(float(np.dot(ours, ours)), 1.0))


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
    few frames or a whole clip. The refiner, which looks at the picture again, knows better. Of upright people it does
    not, and from the side nobody does.
    """
    if lies:
        order = _order(track.pixels, track.joints)
        if (order != np.arange(len(LANDMARKS))).any():
            track = _in_order(track, order)
    watch = SideWatch()
    rows = zip(track.time_s, track.pixels, track.world, track.visibility, track.presence, strict=True)
    certain = np.array([not np.isfinite(row[1][0, 0]) or watch.is_certain(Pose(*row)) for row in rows])
    if certain.all():
        return track
    known = certain[:, None, None]
    return replace(
        track,
        pixels=np.where(known, track.pixels, np.nan),
        world=np.where(known, track.world, np.nan),
        visibility=np.where(known[..., 0], track.visibility, 0.0),
        presence=np.where(known[..., 0], track.presence, 0.0),
        joints=np.where(known, track.joints, np.nan),
        joint_sigma=np.where(known, track.joint_sigma, np.nan),
    )


def settle_pose(pose: Pose, lies: bool, watch: SideWatch) -> Pose:
    """Return the next pose of a live session as `settle_sides` does; `watch` has seen those before."""
    if not pose.found:
        return pose
    if lies:
        pose = _in_order(pose, _order(pose.pixels[None], pose.joints[None])[0])
    return pose if watch.is_certain(pose) else Pose.missing(pose.time_s)


def _order(pixels: FloatArray, joints: FloatArray) -> NDArray[np.intp]:
    """Return where each landmark, named as the joints are, stands among those of the pose model, shape (T, 33).

    Trunk and legs are exchanged, each by itself, where their joints lie on the landmarks of the other side.
    """
    order = np.tile(np.arange(len(LANDMARKS)), (len(pixels), 1))
    xy = joints[..., :2]
    (left, right), hips = ([JOINT_INDEX[f"{side}_{part}"] for side in SIDES] for part in ACROSS)
    with np.errstate(invalid="ignore"):
        trunk = np.linalg.norm(xy[:, [left, right]].mean(axis=1) - xy[:, hips].mean(axis=1), axis=1)
        wide = np.linalg.norm(xy[:, left] - xy[:, right], axis=1) > _SIDE_WIDTH * trunk
        for part, names in ((TRUNK, ACROSS), (LEGS, LEG_PARTS)):
            called = [f"{side}_{name}" for side in SIDES for name in names]
            of_part = xy[:, [JOINT_INDEX[n] for n in called]]
            index = np.array([INDEX[n] for n in called])
            own, other = (np.linalg.norm(of_part - pixels[:, i], axis=2).sum(axis=1) for i in (index, MIRROR[index]))
            order[np.ix_(wide & (other < _CROSSED * own), part)] = MIRROR[part]
    return order


_Poses = TypeVar("_Poses", Pose, PoseTrack)


def _in_order(of: _Poses, order: NDArray[np.intp]) -> _Poses:
    """Return a pose or track with its landmarks in another order, shape (33,) or (T, 33); its joints stay."""
    rows = order[..., None]
    return replace(
        of,
        pixels=np.take_along_axis(of.pixels, rows, axis=-2),
        world=np.take_along_axis(of.world, rows, axis=-2),
        visibility=np.take_along_axis(of.visibility, order, axis=-1),
        presence=np.take_along_axis(of.presence, order, axis=-1),
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
