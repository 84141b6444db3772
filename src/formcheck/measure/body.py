"""What a channel must know about the person and the camera besides the landmarks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.core.landmarks import INDEX
from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.measure.noise import Pictured, low_camera_factor
from formcheck.measure.points import (
    L_ANKLE,
    L_HIP,
    L_KNEE,
    L_SHOULDER,
    R_ANKLE,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    torso_px,
)
from formcheck.measure.view import ViewFinding

_SEGMENTS = (
    (L_SHOULDER, R_SHOULDER),
    (L_SHOULDER, L_HIP),
    (R_SHOULDER, R_HIP),
    (L_HIP, R_HIP),
    (L_HIP, L_KNEE),
    (R_HIP, R_KNEE),
    (L_KNEE, L_ANKLE),
    (R_KNEE, R_ANKLE),
)


def pixels_per_metre(track: PoseTrack) -> FloatArray:
    """Return the scale of the picture at the person, shape (T,): least squares of segments in pixels on metres.

    Weak perspective: in-plane parts of trunk and leg segments of the world landmarks against the same in the picture.
    """
    px = np.stack([track.pixels[:, b] - track.pixels[:, a] for a, b in _SEGMENTS], axis=1)
    m = np.stack([track.world[:, b, :2] - track.world[:, a, :2] for a, b in _SEGMENTS], axis=1)
    return np.asarray(np.sum(px * m, axis=(1, 2)) / np.maximum(np.sum(m * m, axis=(1, 2)), 1e-9))


@dataclass(frozen=True, slots=True)
class BodyContext:
    """Person and camera, for the functions of the channels. Arrays over T frames."""

    lying: bool
    """Whether the person lies."""

    pictured: Pictured
    """How the pose model sees the person."""

    noise_factor: float
    """How much larger the landmarks' errors are than usual: more than 1 when the camera is low over a lying person."""

    cos_elevation: float
    """Cosine of the camera's elevation; 1 when it is unknown or the camera is level."""

    torso_px: FloatArray
    """Torso length in the picture, shape (T,), pixels."""

    px_per_m: FloatArray
    """Scale of the picture at the person, shape (T,), pixels a metre."""

    usual_px_per_m: float
    """Its median over the clip."""

    usual_hips_px: float
    """How far down in the picture mid-hip is, median over the clip, pixels."""

    shank_m: float
    """Length of the shank, metres."""

    torso_m: float
    """Mid-hip to mid-shoulder, metres."""

    facing: float
    """+1 when the person's front points to the right of the picture, -1 to the left (side views)."""

    def mirrored(self) -> BodyContext:
        """Return the context of the mirror person."""
        return replace(self, facing=-self.facing)

    def between(self, frames: slice) -> BodyContext:
        """Return the context of some of the frames."""
        return replace(self, torso_px=self.torso_px[frames], px_per_m=self.px_per_m[frames])


def pictured_as(view: ViewFinding) -> Pictured:
    """Return how the pose model sees the person from there."""
    if view.lying:
        return "lying_side" if view.view == "side" else "lying_end"
    return "upright_front" if view.view in ("front", "back") else "upright"


def body_context(track: PoseTrack, view: ViewFinding, known: BodyContext | None = None) -> BodyContext:
    """Gather what the channels need to know.

    Parameters
    ----------
    track
        Landmarks of one person.
    view
        Where the camera stands.
    known
        From an earlier stretch of the same session, for a few frames of a live one: only what changes from frame to
        frame is then taken from the track.
    """
    if known is not None:
        return replace(known, torso_px=torso_px(track.pixels), px_per_m=pixels_per_metre(track))
    shank = np.linalg.norm(track.world[:, [L_ANKLE, R_ANKLE]] - track.world[:, [L_KNEE, R_KNEE]], axis=-1)
    trunk = track.world[:, [L_SHOULDER, R_SHOULDER]].mean(axis=1) - track.world[:, [L_HIP, R_HIP]].mean(axis=1)
    toes = (track.pixels[:, INDEX["left_foot_index"]] + track.pixels[:, INDEX["right_foot_index"]]) / 2
    heels = (track.pixels[:, INDEX["left_heel"]] + track.pixels[:, INDEX["right_heel"]]) / 2
    elevation = view.elevation_deg if view.elevation_deg is not None else 0.0
    found = track.found
    px_per_m = pixels_per_metre(track)
    hips_px = track.pixels[:, [L_HIP, R_HIP], 1].mean(axis=1)
    return BodyContext(
        lying=view.lying,
        pictured=pictured_as(view),
        noise_factor=low_camera_factor(view.elevation_deg) if view.lying else 1.0,
        cos_elevation=float(np.cos(np.radians(elevation))),
        torso_px=torso_px(track.pixels),
        px_per_m=px_per_m,
        usual_px_per_m=float(np.median(px_per_m[found])) if found.any() else float("nan"),
        usual_hips_px=float(np.median(hips_px[found])) if found.any() else float("nan"),
        shank_m=float(np.median(shank[found])) if found.any() else float("nan"),
        torso_m=float(np.median(np.linalg.norm(trunk[found], axis=-1))) if found.any() else float("nan"),
        facing=float(np.sign(np.median((toes - heels)[found, 0])) or 1.0) if found.any() else 1.0,
    )
