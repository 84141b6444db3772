"""The person model: from parameters to joints in camera axes, and how each parameter moves them.

Segment axes follow the ISB: X anterior, Y up (towards the head), Z to the person's right. World: y up. Camera axes: x
right, y down, z away from the lens, as in the picture. The root chain goes from the camera to the pelvis: camera roll,
elevation, azimuth about the vertical, the position's neutral orientation, then turn, hike and tilt of the pelvis.

Notes
-----
A joint angle is a screw: turning segment B by a small angle about the unit axis a through pivot c moves every point q
beyond c by a x (q - c). A residual that looks at q along m changes by m . (a x (q - c)) = a . (q x m) + (c x a) . m, so
the Jacobian is the product of rows (q x m, m) with screws (a, c x a), masked by which points hang on which joint.
Lengths and the camera's distance are screws (0, d).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import JOINT_INDEX, JOINTS, SIDES
from formcheck.core.pose import FloatArray
from formcheck.measure.fit.table import Lengths

CAMERA: Final = ("elevation", "roll", "log_focal", "slope_x", "slope_y", "log_distance")
LENGTHS: Final = (
    "log_hip_width",
    "log_lumbar_rise",
    "log_trunk",
    "log_shoulder_width",
    "log_thigh",
    "log_shank",
    "log_foot",
)
TRUNK: Final = ("azimuth", "turn", "hike", "tilt", "trunk_flexion", "trunk_bend", "trunk_twist")
LEG: Final = (
    "hip_flexion",
    "hip_adduction",
    "hip_ir",
    "knee_flexion",
    "dorsiflexion",
    "inversion",
    "foot_in",
)
PARAMETERS: Final[tuple[str, ...]] = (
    *CAMERA,
    *LENGTHS,
    *TRUNK,
    *(f"{name}_{side}" for side in SIDES for name in LEG),
    "pelvis_height",
    "log_depth",
)
"""Parameters in order. Angles in degrees: elevation (the camera looks down), roll (camera clockwise), azimuth (camera
towards the person's right), turn (to the own left about the body's axis), hike (right side up), tilt (pelvis forwards),
trunk flexion, bend (to the own right) and twist (to the own left) against the pelvis, legs as in `LegAngles` of the
synthetic skeleton. Natural logarithms against the standard person and the assumed lens; `log_distance` of metres to
mid-hip along the viewing axis; slopes: mid-hip's x / z and y / z. `pelvis_height`: mid-hip over the floor, metres.
`log_depth`: the observed depths' metre against the standard person's."""

PARAMETER_INDEX: Final[dict[str, int]] = {name: i for i, name in enumerate(PARAMETERS)}

_I = PARAMETER_INDEX
_DEG: Final = np.pi / 180.0
_SIDE: Final = np.array([[-1.0], [1.0]])  # sign of z
_LOOK: Final = np.array([[0.0, 0.0, -1.0], [0.0, -1.0, 0.0], [-1.0, 0.0, 0.0]])  # world to a level camera at azimuth 0

# every angle in the order of the chains: parameter, axis (0 x, 1 y, 2 z) and sign of the turn
_ROOT: Final = (
    ("roll", 2, 1.0),
    ("elevation", 0, 1.0),
    ("azimuth", 1, 1.0),
    ("turn", 1, 1.0),
    ("hike", 0, -1.0),
    ("tilt", 2, -1.0),
    ("trunk_flexion", 2, -1.0),
    ("trunk_bend", 0, 1.0),
    ("trunk_twist", 1, 1.0),
)
_LEG_AXES: Final = (2, 0, 1, 2, 2, 0, 1)
_LEG_SIGNS: Final = {"left": (1.0, -1.0, -1.0, -1.0, 1.0, -1.0, -1.0), "right": (1.0, 1.0, 1.0, -1.0, 1.0, 1.0, 1.0)}
_TURNS: Final = (
    *_ROOT,
    *((f"{n}_{side}", k, s) for side in SIDES for n, k, s in zip(LEG, _LEG_AXES, _LEG_SIGNS[side], strict=True)),
)
_TURN_PARAMETER: Final = np.array([_I[name] for name, _, _ in _TURNS])
_TURN_AXIS: Final = np.array([axis for _, axis, _ in _TURNS])
_TURN_SCALE: Final = np.array([sign * _DEG for _, _, sign in _TURNS])
_AXIS_COLUMNS: Final = np.array([9 * k + 3 * row + axis for k, (_, axis, _) in enumerate(_TURNS) for row in range(3)])
_AZIMUTH, _PELVIS, _CHEST = (
    [name for name, _, _ in _ROOT].index(name) for name in ("azimuth", "tilt", "trunk_twist")
)  # frames after these turns


def _points(*kinds: str, side: str | None = None) -> list[int]:
    sides = SIDES if side is None else (side,)
    return [JOINT_INDEX[f"{s}_{kind}" if kind != "lumbar" else kind] for kind in kinds for s in sides]


_FOOT: Final = ("heel", "foot_index")
_LOWER: Final = ("ankle", *_FOOT)
_WHOLE_LEG: Final = ("hip", "knee", "knee_front", *_LOWER)


def _screw_table() -> list[tuple[str, list[int]]]:
    """Return (parameter, points that it moves) of every screw, grouped by parameter in their order."""
    everything = list(range(len(JOINTS)))
    left, right = SIDES
    table: list[tuple[str, list[int]]] = [(name, everything) for name in CAMERA]
    table += [("log_hip_width", _points(*_WHOLE_LEG, side=left)), ("log_hip_width", _points(*_WHOLE_LEG, side=right))]
    table += [("log_hip_width", _points("asis", side=left)), ("log_hip_width", _points("asis", side=right))]
    table += [("log_lumbar_rise", [*_points("shoulder"), JOINT_INDEX["lumbar"]]), ("log_trunk", _points("shoulder"))]
    for name, kinds in (
        ("log_shoulder_width", ("shoulder",)),
        ("log_thigh", ("knee", "knee_front", *_LOWER)),
        ("log_shank", _LOWER),
        ("log_foot", ("heel",)),
        ("log_foot", ("foot_index",)),
    ):
        table += [(name, _points(*kinds, side=left)), (name, _points(*kinds, side=right))]
    table += [(name, everything) for name in TRUNK[:4]]
    table += [(name, _points("shoulder")) for name in TRUNK[4:]]
    for side in SIDES:
        table += [(f"{name}_{side}", _points("knee", "knee_front", *_LOWER, side=side)) for name in LEG[:3]]
        table += [(f"{LEG[3]}_{side}", _points(*_LOWER, side=side))]
        table += [(f"{name}_{side}", _points(*_FOOT, side=side)) for name in LEG[4:]]
    return [*table, ("pelvis_height", []), ("log_depth", [])]


_TABLE: Final = _screw_table()
SCREW_PARAMETER: Final[NDArray[np.intp]] = np.array([_I[name] for name, _ in _TABLE])
"""The parameter of each screw, ascending."""
_PARAMETER_STARTS: Final = np.flatnonzero(np.r_[True, SCREW_PARAMETER[1:] != SCREW_PARAMETER[:-1]])
MOVES: Final[FloatArray] = np.array([[float(j in points) for _, points in _TABLE] for j in range(len(JOINTS))])
"""1 where a screw moves a point, shape (J, screws)."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A batch of placed people."""

    points: FloatArray
    """Joints from mid-hip in camera axes, shape (N, J, 3), metres."""
    mid_hip: FloatArray
    """Mid-hip in camera axes, shape (N, 3), metres."""
    up: FloatArray
    """The world's up in camera axes, shape (N, 3)."""
    screws: FloatArray
    """Screws about mid-hip in camera axes per unit of their parameter, shape (N, screws, 6)."""
    trunk: FloatArray
    """Axes of pelvis and chest in camera axes, as columns, shape (N, 2, 3, 3)."""
    legs: FloatArray
    """The same of left and right femur, tibia, foot, shape (N, 2, 3, 3, 3)."""

    @property
    def carriers(self) -> FloatArray:
        """Axes of the segment that each joint sits on, shape (N, J, 3, 3)."""
        segments = np.concatenate([self.trunk, self.legs.reshape(-1, 6, 3, 3)], axis=1)
        return np.asarray(segments[:, _CARRIER])


_AXIS_PATTERN, _COS_PATTERN, _SIN_PATTERN = (np.zeros((3, 9)) for _ in range(3))
for _k in range(3):
    _i, _j = (_k + 1) % 3, (_k + 2) % 3
    _AXIS_PATTERN[_k, 4 * _k] = 1.0
    _COS_PATTERN[_k, [4 * _i, 4 * _j]] = 1.0
    _SIN_PATTERN[_k, [3 * _j + _i, 3 * _i + _j]] = 1.0, -1.0


def turns(angles: FloatArray, axes: NDArray[np.intp]) -> FloatArray:
    """Return rotation matrices about coordinate axes.

    Parameters
    ----------
    angles
        Radians, shape (..., K).
    axes
        0 x, 1 y, 2 z, shape (K,).

    Returns
    -------
    ndarray, shape (..., K, 3, 3)
    """
    cos, sin = np.cos(angles)[..., None], np.sin(angles)[..., None]
    flat = cos * _COS_PATTERN[axes] + sin * _SIN_PATTERN[axes] + _AXIS_PATTERN[axes]
    return np.asarray(flat.reshape(*angles.shape, 3, 3))


_NEXT: Final = np.array([1, 2, 0])
_LAST: Final = np.array([2, 0, 1])


def cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the vector product along the last axis; quicker than `np.cross` on small arrays."""
    return np.asarray(a[..., _NEXT] * b[..., _LAST] - a[..., _LAST] * b[..., _NEXT])


def slopes_along(axis: FloatArray, points: FloatArray, placed: Placed, moves: FloatArray) -> FloatArray:
    """Return how fast points move along an axis with each parameter, shape (N, K, P).

    Parameters
    ----------
    axis
        Unit vector in camera axes, shape (3,) or broadcast to `points`.
    points
        Shape (N, K, 3), metres.
    placed
        The people that they are on.
    moves
        1 where a screw moves a point, as in `MOVES`, shape (K, screws).
    """
    along = np.broadcast_to(axis, points.shape)
    rows = np.concatenate([cross(points, along), along], axis=-1)
    return np.add.reduceat((rows @ placed.screws.transpose(0, 2, 1)) * moves, _PARAMETER_STARTS, axis=-1)


def place(parameters: FloatArray, neutral: FloatArray, lengths: Lengths) -> Placed:
    """Place people in front of the camera.

    Parameters
    ----------
    parameters
        Shape (N, P), see `PARAMETERS`.
    neutral
        The pelvis' axes in the world when turn, hike and tilt are 0, as columns, shape (3, 3) or (N, 3, 3).
    lengths
        Segment lengths of the standard person.
    """
    n, x = len(parameters), parameters
    frames = _chained(turns(x[:, _TURN_PARAMETER] * _TURN_SCALE, _TURN_AXIS), neutral)
    pelvis, chest = frames[:, _PELVIS], frames[:, _CHEST]
    legs = frames[:, len(_ROOT) :].reshape(n, 2, len(LEG), 3, 3)
    femur, tibia, foot = legs[:, :, 2], legs[:, :, 3], legs[:, :, 6]
    scale = np.exp(x[:, _FIRST_LENGTH : _FIRST_LENGTH + len(LENGTHS)])[..., None]  # (n, lengths, 1)
    half = lengths.hip_half_width * scale[:, 0]
    lumbar = lengths.lumbar_rise * scale[:, 1] * pelvis[..., 1]
    rise = lengths.trunk * scale[:, 2] * chest[..., 1]

    # one for each side: (n, 2, 3)
    hips = (half * pelvis[..., 2])[:, None] * _SIDE
    asis = half[:, None] * (lengths.asis_points @ pelvis.transpose(0, 2, 1))
    shoulders = (lengths.shoulder_half_width * scale[:, 3] * chest[..., 2])[:, None] * _SIDE
    thigh = (-lengths.thigh) * scale[:, 4, None] * femur[..., 1]
    shank = (-lengths.shank) * scale[:, 5, None] * tibia[..., 1]
    sole = scale[:, 6, None, None] * (lengths.foot_points @ foot.transpose(0, 1, 3, 2))  # (n, 2, heel or toes, 3)
    knee = hips + thigh
    ankle = knee + shank

    points = np.empty((n, len(JOINTS), 3))
    points[:, _LUMBAR], points[:, _SHOULDER] = lumbar, (lumbar + rise)[:, None] + shoulders
    points[:, _HIP], points[:, _ASIS], points[:, _KNEE], points[:, _ANKLE] = hips, asis, knee, ankle
    points[:, _KNEE_FRONT] = knee + lengths.knee_front * femur[..., 0]
    points[:, _HEEL], points[:, _TOE] = ankle + sole[:, :, 0], ankle + sole[:, :, 1]

    distance = np.exp(x[:, 5])
    mid_hip = np.empty((n, 3))
    mid_hip[:, 0], mid_hip[:, 1], mid_hip[:, 2] = distance * x[:, 3], distance * x[:, 4], distance
    screws = np.zeros((n, len(_TABLE), 6))
    shifts = screws[..., 3:]
    shifts[:, 3, 0] = shifts[:, 4, 1] = distance
    shifts[:, 5] = mid_hip
    shifts[:, _SCREW_OF["log_lumbar_rise"]], shifts[:, _SCREW_OF["log_trunk"]] = lumbar, rise
    for k, shift in zip(_PAIRS, (hips, asis, shoulders, thigh, shank, sole[:, :, 0], sole[:, :, 1]), strict=True):
        shifts[:, k : k + 2] = shift
    pivots = np.zeros((n, len(_TURNS), 3))
    pivots[:, _PELVIS + 1 : len(_ROOT)] = lumbar[:, None]
    of_legs = pivots[:, len(_ROOT) :].reshape(n, 2, len(LEG), 3)
    of_legs[:, :, :3], of_legs[:, :, 3], of_legs[:, :, 4:] = hips[:, :, None], knee, ankle[:, :, None]
    axes = frames.reshape(n, -1)[:, _AXIS_COLUMNS].reshape(n, len(_TURNS), 3) * _TURN_SCALE[:, None]
    screws[:, _TURN_SCREW] = np.concatenate([axes, cross(pivots, axes)], axis=-1)
    return Placed(
        points, mid_hip, frames[:, _AZIMUTH, :, 1], screws, frames[:, [_PELVIS, _CHEST]], legs[:, :, [2, 3, 6]]
    )


def _chained(matrices: FloatArray, neutral: FloatArray) -> FloatArray:
    """Return the frame after each of `_TURNS` in camera axes, shape (N, turns, 3, 3)."""
    n, root = len(matrices), len(_ROOT)
    frames = np.empty_like(matrices)
    frames[:, 0] = matrices[:, 0]
    for k in range(1, root):
        before = frames[:, k - 1]
        if k == _AZIMUTH:
            before = before @ _LOOK
        if k == _AZIMUTH + 1:
            before = before @ neutral
        np.matmul(before, matrices[:, k], out=frames[:, k])
    own = matrices[:, root:].reshape(n, 2, len(LEG), 3, 3)
    legs = frames[:, root:].reshape(n, 2, len(LEG), 3, 3)
    for k in range(len(LEG)):
        np.matmul(legs[:, :, k - 1] if k else frames[:, None, _PELVIS], own[:, :, k], out=legs[:, :, k])
    return frames


_HIP, _ASIS, _SHOULDER = (_points(kind) for kind in ("hip", "asis", "shoulder"))
_KNEE, _KNEE_FRONT, _ANKLE, _HEEL, _TOE = (
    _points(kind) for kind in ("knee", "knee_front", "ankle", "heel", "foot_index")
)
_CARRIERS: Final = {"shoulder": 1, "knee": 2, "knee_front": 2, "ankle": 3, "heel": 4, "foot_index": 4}
_CARRIER: Final = [
    _CARRIERS[kind] + 3 * (side == "right" and kind != "shoulder") if kind in _CARRIERS else 0
    for side, _, kind in (name.partition("_") for name in JOINTS)
]
_LUMBAR: Final = JOINT_INDEX["lumbar"]
_FIRST_LENGTH: Final = _I[LENGTHS[0]]
_SCREW_OF: Final = {name: i for i, (name, _) in reversed(list(enumerate(_TABLE)))}
_TURN_SCREW: Final = np.array([_SCREW_OF[name] for name, _, _ in _TURNS])
_PAIRS: Final = [
    _SCREW_OF[name] + more
    for name, more in (
        ("log_hip_width", 0),
        ("log_hip_width", 2),
        ("log_shoulder_width", 0),
        ("log_thigh", 0),
        ("log_shank", 0),
        ("log_foot", 0),
        ("log_foot", 2),
    )
]
