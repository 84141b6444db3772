"""A pinhole camera placed around a person, and the names of the usual places."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, replace

import numpy as np

from formcheck.core.errors import FormcheckError
from formcheck.core.landmarks import Side
from formcheck.core.pose import FloatArray
from formcheck.synthetic.rotations import rot_x, rot_y, rot_z, unit

_PLACES: dict[str, tuple[float, float, float]] = {
    # azimuth, elevation, distance
    "foot_end": (0.0, 52.0, 2.7),
    "head_end": (180.0, 52.0, 2.7),
    "overhead": (0.0, 86.0, 2.9),
    "front": (0.0, 10.0, 3.1),
    "back": (180.0, 10.0, 3.1),
    "side_right": (90.0, 8.0, 3.1),
    "side_left": (-90.0, 8.0, 3.1),
    "diagonal_right": (35.0, 12.0, 3.1),
    "diagonal_left": (-35.0, 12.0, 3.1),
}
PLACES: tuple[str, ...] = (*_PLACES, "side")
"""Camera places that `--camera` knows; `side` is the side of the working leg."""


@dataclass(frozen=True)
class Placement:
    """Where the camera stands, relative to the person's neutral pelvis and heading."""

    place: str
    azimuth: float
    """0 in front (standing) or beyond the feet (lying), positive towards the person's right, degrees."""
    elevation: float
    """How steeply the lens looks down at the target, degrees."""
    distance: float
    """Lens to target, metres."""
    hfov: float = 60.0
    """Horizontal field of view, degrees."""
    roll: float = 0.0
    """Camera tilted clockwise about its viewing axis, degrees."""
    shake: float = 0.0
    """Size of hand shake, degrees (standard deviation)."""


def parse_placement(text: str, side: Side = "right") -> Placement:
    """Read `PLACE[:ELEVATION][,azimuth=..][,distance=..][,hfov=..][,roll=..][,shake=..]`.

    Examples
    --------
    >>> parse_placement("foot_end:45").elevation
    45.0
    >>> parse_placement("side", side="left").azimuth
    -90.0

    Raises
    ------
    FormcheckError
        The place or an option is unknown, or a number cannot be read.
    """
    head, *options = [part.strip() for part in text.split(",")]
    place, _, elevation = head.partition(":")
    known = f"side_{side}" if place == "side" else place
    if known not in _PLACES:
        near = difflib.get_close_matches(place, PLACES, n=1, cutoff=0.0)[0]
        raise FormcheckError(f"Camera place {place!r} is unknown; did you mean {near!r}? Known: {', '.join(PLACES)}.")
    azimuth, elev, distance = _PLACES[known]
    values: dict[str, float] = {"azimuth": azimuth, "elevation": elev, "distance": distance}
    try:
        if elevation:
            values["elevation"] = float(elevation)
        for option in options:
            key, _, value = option.partition("=")
            if key not in ("azimuth", "elevation", "distance", "hfov", "roll", "shake"):
                raise FormcheckError(
                    f"Camera option {key!r} in {text!r} is unknown; "
                    "use azimuth, elevation, distance, hfov, roll or shake."
                )
            values[key] = float(value)
    except ValueError as err:
        raise FormcheckError(f"Camera {text!r} holds something that is not a number: {err}.") from err
    placement = Placement(known, **values)
    if not (
        all(math.isfinite(v) for v in values.values())
        and 5 <= placement.hfov <= 140
        and placement.distance > 0.3
        and -20 <= placement.elevation <= 90
    ):
        raise FormcheckError(
            f"Camera {text!r} is out of range: elevation -20 to 90 degrees, hfov 5 to 140 degrees, distance over 0.3 m."
        )
    return placement


@dataclass(frozen=True)
class Camera:
    """A pinhole camera: pixels = K (R x + t), x right, y down, z away from the lens.

    The picture's left edge is at 0 and its right edge at `width`, so the centre of the first pixel is at 0.5.
    """

    rotation: FloatArray
    """World to camera, shape (3, 3)."""
    position: FloatArray
    """Lens in the world, metres."""
    focal: float
    """Focal length, pixels."""
    width: int
    height: int

    @property
    def translation(self) -> FloatArray:
        """The t of R x + t, metres."""
        out: FloatArray = -self.rotation @ self.position
        return out

    def to_camera(self, points: FloatArray) -> FloatArray:
        """Return world points in camera axes, shape (..., 3), metres."""
        out: FloatArray = (points - self.position) @ self.rotation.T
        return out

    def project(self, points: FloatArray) -> FloatArray:
        """Return world points in the picture, shape (..., 2), pixels; NaN behind the lens."""
        q = self.to_camera(points)
        z = np.where(q[..., 2:] > 1e-6, q[..., 2:], np.nan)
        out: FloatArray = self.focal * q[..., :2] / z + np.array([self.width / 2.0, self.height / 2.0])
        return out

    def shaken(self, yaw: float, pitch: float, roll: float) -> Camera:
        """Return the camera turned a little about its own axes, degrees."""
        turn = rot_z(roll) @ rot_x(pitch) @ rot_y(yaw)
        return replace(self, rotation=turn @ self.rotation)

    def gl_matrix(self, near: float = 0.15, far: float = 40.0) -> FloatArray:
        """Return the 4 x 4 world-to-clip matrix for OpenGL."""
        view = np.eye(4)
        flip = np.diag([1.0, -1.0, -1.0])
        view[:3, :3] = flip @ self.rotation
        view[:3, 3] = flip @ self.translation
        proj = np.zeros((4, 4))
        proj[0, 0] = 2.0 * self.focal / self.width
        proj[1, 1] = 2.0 * self.focal / self.height
        proj[2, 2] = -(far + near) / (far - near)
        proj[2, 3] = -2.0 * far * near / (far - near)
        proj[3, 2] = -1.0
        out: FloatArray = proj @ view
        return out


def place_camera(placement: Placement, target: FloatArray, heading: FloatArray, size: tuple[int, int]) -> Camera:
    """Return the camera of a placement.

    Parameters
    ----------
    placement
        Where it stands.
    target
        The point it looks at, metres.
    heading
        Horizontal direction of azimuth 0: where a standing person faces, where a lying person's feet point.
    size
        Width and height of the picture, pixels.
    """
    az, el = np.deg2rad(placement.azimuth), np.deg2rad(placement.elevation)
    ahead = unit(np.array([heading[0], 0.0, heading[2]]))
    right = np.cross(ahead, np.array([0.0, 1.0, 0.0]))
    level = np.cos(az) * ahead + np.sin(az) * right
    out = np.cos(el) * level + np.sin(el) * np.array([0.0, 1.0, 0.0])
    position = target + placement.distance * out
    forward = -out
    # derivative of the viewing direction by elevation: stays defined straight overhead
    up = np.cos(el) * np.array([0.0, 1.0, 0.0]) - np.sin(el) * level
    x = np.cross(forward, up)
    rotation = np.stack([x, -up, forward])
    rotation = rot_z(placement.roll) @ rotation
    focal = size[0] / 2.0 / np.tan(np.deg2rad(placement.hfov) / 2.0)
    return Camera(rotation, position, float(focal), size[0], size[1])
