"""Knee flexion of an upright person from how much shorter the leg looks: the law of cosines on the hip-ankle distance.

The pose model guesses depth, and with it the bend of a knee seen from the front, from habit; how far hip and ankle are
apart in the picture it sees. On rendered squats with the knees falling in (truth 94 to 100 degrees) its own angle was
20 to 56, this one 84 to 92. Near a straight leg it says little: its sigma grows with 1 / sin(flexion).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.core.pose import FloatArray, PoseTrack
from formcheck.measure.body import BodyContext
from formcheck.measure.noise import noise_table
from formcheck.measure.points import R_ANKLE, R_HIP, R_KNEE

_STRAIGHT_PERCENTILE: Final = 95
"""An upright person stands with straight knees for at least a twentieth of a clip."""
_LEAST_SINE: Final = 0.05  # below 3 degrees of flexion: sigma is past any use long before


def knee_flexion_from_shortening(track: PoseTrack, ctx: BodyContext) -> tuple[FloatArray, FloatArray]:
    """Return the right knee's flexion and its sigma, degrees, shape (T,).

    Notes
    -----
    With thigh a, shank b and hip-ankle distance d, d^2 = a^2 + b^2 + 2 a b cos(flexion), so that an error of d becomes
    d / (a b sin(flexion)) times itself. Lengths are those of the pose model over the clip; d is the distance in the
    picture, in the scale in which the leg is straight when the hip is farthest from the ankle. Somebody who never
    stands up is read as straight; the disagreement with the 3-D angle then makes sigma too large to show.
    """
    thigh = np.nanmedian(np.linalg.norm(track.world[:, R_HIP] - track.world[:, R_KNEE], axis=-1))
    shank = np.nanmedian(np.linalg.norm(track.world[:, R_KNEE] - track.world[:, R_ANKLE], axis=-1))
    distance = np.linalg.norm(track.pixels[:, R_HIP] - track.pixels[:, R_ANKLE], axis=-1) / ctx.px_per_m
    distance = distance * (thigh + shank) / np.nanpercentile(distance, _STRAIGHT_PERCENTILE)
    cosine = np.clip((distance**2 - thigh**2 - shank**2) / (2 * thigh * shank), -1.0, 1.0)
    errors = noise_table()["shortening"]
    error_m = np.hypot(errors["scale"] * distance, errors["distance_m"])
    sine = np.maximum(np.sqrt(1 - cosine**2), _LEAST_SINE)
    sigma = np.degrees(distance * error_m / (thigh * shank * sine))
    return np.degrees(np.arccos(cosine)), sigma


def fuse(first: tuple[FloatArray, FloatArray], second: tuple[FloatArray, FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return the inverse-variance mean of two estimates and its sigma, all of shape (T,).

    Where the two disagree by more than their sigmas allow, the sigma is scaled up by that much (the Particle Data
    Group's scale factor): disagreement is a sign that one of them does not know how wrong it is.
    """
    (a, sigma_a), (b, sigma_b) = first, second
    weight = sigma_b**2 / (sigma_a**2 + sigma_b**2)
    scale = np.maximum(1.0, np.abs(a - b) / np.hypot(sigma_a, sigma_b))
    return weight * a + (1 - weight) * b, scale * sigma_a * sigma_b / np.hypot(sigma_a, sigma_b)
