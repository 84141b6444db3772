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
)
"""Parameters in order. Angles in degrees: elevation (the camera looks down), roll (camera clockwise), azimuth (camera
towards the person's right), turn (to the own left about the body's axis), hike (right side up), tilt (pelvis forwards),
trunk flexion, bend (to the own right) and twist (to the own left) against the pelvis, legs as in `LegAngles` of the
synthetic skeleton. Natural logarithms against the standard person and the assumed lens; `log_distance` of metres to
mid-hip along the viewing axis; slopes: mid-hip's x / z and y / z. `pelvis_height`: mid-hip over the floor, metres."""

PARAMETER_INDEX: Final[dict[str, int]] = {name: i for i, name in enumerate(PARAMETERS)}

_I = PARAMETER_INDEX
_DEG: Final = np.pi / 180.0
_SIDE: Final = np.array([-1.0, 1.0])  # sign of z
_LOOK: Final = np.array([[0.0, 0.0, -1.0], [0.0, -1.0, 0.0], [-1.0, 0.0, 0.0]])  # world to a level camera at azimuth 0
_LEG_FIRST: Final = [_I[f"{LEG[0]}_{side}"] for side in SIDES]
_ANKLE_TURNS: Final = ((2, 1.0), (0, 0.0), (1, 0.0))
# axis (0 x, 1 y, 2 z) and sign of the leg's angles; 0 means: the sign of the side
_LEG_TURNS: Final = ((2, 1.0), (0, 0.0), (1, 0.0), (2, -1.0), *_ANKLE_TURNS)
_LEG_SIGN: Final = np.array([[s or side for _, s in _LEG_TURNS] for side in _SIDE])  # (2, 7)
_TRUNK_TURNS: Final = ((2, -1.0), (0, 1.0), (1, 1.0))
_PELVIS_TURNS: Final = ((1, 1.0), (0, -1.0), (2, -1.0))


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
    return [*table, ("pelvis_height", [])]


_TABLE: Final = _screw_table()
SCREW_PARAMETER: Final[NDArray[np.intp]] = np.array([_I[name] for name, _ in _TABLE])
"""The parameter of each screw, ascending."""
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


Frame = list[FloatArray]  # the axes x, y, z of a segment, each (..., 3)


def _turned(frame: Frame, axis: int, cos: FloatArray, sin: FloatArray) -> Frame:
    """Return the frame turned about one of its own axes."""
    i, j = (axis + 1) % 3, (axis + 2) % 3
    out = list(frame)
    out[i] = cos * frame[i] + sin * frame[j]
    out[j] = cos * frame[j] - sin * frame[i]
    return out


def cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the vector product along the last axis; quicker than `np.cross` on small arrays."""
    out = np.empty(np.broadcast_shapes(a.shape, b.shape))
    a0, a1, a2 = a[..., 0], a[..., 1], a[..., 2]
    b0, b1, b2 = b[..., 0], b[..., 1], b[..., 2]
    out[..., 0] = a1 * b2 - a2 * b1
    out[..., 1] = a2 * b0 - a0 * b2
    out[..., 2] = a0 * b1 - a1 * b0
    return out


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
    n = len(parameters)
    x = parameters
    angles = x * _DEG
    cos, sin = np.cos(angles), np.sin(angles)
    screws = np.zeros((n, len(_TABLE), 6))
    points = np.empty((n, len(JOINTS), 3))
    axes, shifts = screws[..., :3], screws[..., 3:]

    def of(index: int) -> tuple[FloatArray, FloatArray]:
        return cos[:, index, None], sin[:, index, None]

    # camera: axes of the level camera, rolled and looking down; columns are the world's axes
    eye: Frame = [np.broadcast_to(row, (n, 3)) for row in np.eye(3)]
    axes[:, 1, 2] = _DEG
    rolled = _turned(eye, 2, *of(1))
    axes[:, 0] = _DEG * rolled[0]
    looking = np.stack(_turned(rolled, 0, *of(0)), axis=-1)  # (n, 3, 3)
    world = looking @ _LOOK
    up = world[..., 1]
    slopes = np.concatenate([x[:, 3:5], np.ones((n, 1))], axis=1)
    distance = np.exp(x[:, 5])
    mid_hip = distance[:, None] * slopes
    shifts[:, 3, 0] = shifts[:, 4, 1] = distance
    shifts[:, 5] = mid_hip

    # pelvis
    first = _SCREW_OF["azimuth"]
    axes[:, first] = _DEG * up
    about = _turned([world[..., k] for k in range(3)], 1, *of(_I["azimuth"]))
    base = np.stack(about, axis=-1) @ neutral
    pelvis: Frame = [base[..., k] for k in range(3)]
    for k, (axis, sign) in enumerate(_PELVIS_TURNS, 1):
        axes[:, first + k] = (sign * _DEG) * pelvis[axis]
        c, s = of(_I["azimuth"] + k)
        pelvis = _turned(pelvis, axis, c, sign * s)
    scale = np.exp(x[:, 6:13])[..., None]  # (n, 7, 1)
    half = lengths.hip_half_width * scale[:, 0]
    side = _SIDE[:, None]
    hips = (half * pelvis[2])[:, None] * side  # (n, 2, 3)
    asis = (lengths.asis[0] * pelvis[0] + lengths.asis[1] * pelvis[1])[:, None] + lengths.asis[2] * side * pelvis[2][
        :, None
    ]
    asis = half[:, None] * asis
    points[:, _HIP], points[:, _ASIS] = hips, asis
    shifts[:, 6:8], shifts[:, 8:10] = hips, asis

    # trunk
    lumbar = lengths.lumbar_rise * scale[:, 1] * pelvis[1]
    trunk = pelvis
    for k, (axis, sign) in enumerate(_TRUNK_TURNS):
        turn = (sign * _DEG) * trunk[axis]
        axes[:, first + 4 + k] = turn
        shifts[:, first + 4 + k] = cross(lumbar, turn)
        c, s = of(_I["trunk_flexion"] + k)
        trunk = _turned(trunk, axis, c, sign * s)
    rise = lengths.trunk * scale[:, 2] * trunk[1]
    wide = (lengths.shoulder_half_width * scale[:, 3] * trunk[2])[:, None] * side
    points[:, JOINT_INDEX["lumbar"]] = lumbar
    points[:, _SHOULDER] = (lumbar + rise)[:, None] + wide
    shifts[:, 10], shifts[:, 11], shifts[:, 12:14] = lumbar, rise, wide

    # legs, both at once: (n, 2, 3)
    leg: Frame = [a[:, None] for a in pelvis]
    leg_cos = np.stack([cos[:, i : i + 7] for i in _LEG_FIRST], axis=1)[..., None]  # (n, 2, 7, 1)
    leg_sin = np.stack([sin[:, i : i + 7] for i in _LEG_FIRST], axis=1)[..., None] * _LEG_SIGN[..., None]
    turns = np.empty((n, 2, 7, 3))
    pivots = np.empty((n, 2, 7, 3))
    pivots[:, :, :3] = hips[:, :, None]
    for k in range(3):
        turns[:, :, k] = leg[_LEG_TURNS[k][0]]
        leg = _turned(leg, _LEG_TURNS[k][0], leg_cos[:, :, k], leg_sin[:, :, k])
    thigh = -lengths.thigh * scale[:, 4, None] * leg[1]
    knee = hips + thigh
    points[:, _KNEE], points[:, _KNEE_FRONT] = knee, knee + lengths.knee_front * leg[0]
    pivots[:, :, 3], turns[:, :, 3] = knee, leg[2]
    leg = _turned(leg, 2, leg_cos[:, :, 3], leg_sin[:, :, 3])
    shank = -lengths.shank * scale[:, 5, None] * leg[1]
    ankle = knee + shank
    points[:, _ANKLE] = ankle
    pivots[:, :, 4:] = ankle[:, :, None]
    for k in range(4, 7):
        turns[:, :, k] = leg[_LEG_TURNS[k][0]]
        leg = _turned(leg, _LEG_TURNS[k][0], leg_cos[:, :, k], leg_sin[:, :, k])
    foot = scale[:, 6, None]
    heel = foot * (lengths.heel[0] * leg[0] + lengths.heel[1] * leg[1])
    toe = foot * (lengths.foot_index[0] * leg[0] + lengths.foot_index[1] * leg[1])
    points[:, _HEEL], points[:, _TOE] = ankle + heel, ankle + toe
    shifts[:, 14:16], shifts[:, 16:18], shifts[:, 18:20], shifts[:, 20:22] = thigh, shank, heel, toe
    turns *= (_DEG * _LEG_SIGN)[..., None]
    last = first + 7
    axes[:, last : last + 14] = turns.reshape(n, 14, 3)
    shifts[:, last : last + 14] = cross(pivots, turns).reshape(n, 14, 3)
    return Placed(points, mid_hip, up, screws)


_HIP, _ASIS, _SHOULDER = (_points(kind) for kind in ("hip", "asis", "shoulder"))
_KNEE, _KNEE_FRONT, _ANKLE, _HEEL, _TOE = (
    _points(kind) for kind in ("knee", "knee_front", "ankle", "heel", "foot_index")
)
_SCREW_OF: Final = {name: i for i, (name, _) in reversed(list(enumerate(_TABLE)))}


def project(placed: Placed, log_focal: FloatArray, focal_px: float, size: tuple[int, int]) -> FloatArray:
    """Return the joints in the picture, shape (N, J, 2), pixels."""
    metres = placed.points + placed.mid_hip[:, None]
    focal = focal_px * np.exp(log_focal)[:, None, None]
    return np.asarray(focal * metres[..., :2] / metres[..., 2:] + np.array(size) / 2)
