"""Makes training pictures look like other cameras, rooms and skins: turns, shifts, mirrors, colours, blur, cover."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import JOINT_MIRROR
from formcheck.core.pose import FloatArray
from formcheck.pose.crop import SIZE

LANDMARKS = 12
LEG_LANDMARKS = (4, 5)
"""Where the left and the right leg's landmarks begin: knee, ankle, heel, toes, every second one."""
FEATURE_MIRROR = np.arange(LANDMARKS).reshape(-1, 2)[:, ::-1].ravel()


def augment(
    rng: np.random.Generator, image: NDArray[np.uint8], features: FloatArray, points: FloatArray, margin: float
) -> tuple[NDArray[np.uint8], FloatArray, FloatArray]:
    """Return a changed example.

    Parameters
    ----------
    rng
        Where chance comes from.
    image
        Wide crop, RGB.
    features
        Landmark features, shape (60,).
    points
        Joints in crop sides from the centre and depth in metres, shape (J, 3).
    margin
        How much wider than the network's crop the wide crop is.
    """
    turn = np.deg2rad(np.clip(rng.normal(0, 6), -20, 20))
    zoom = float(np.exp(np.clip(rng.normal(0, 0.08), -0.22, 0.22)))
    shift = np.clip(rng.normal(0, 0.03, 2), -0.1, 0.1)
    c, s = zoom * np.cos(turn), zoom * np.sin(turn)
    move = np.array([[c, -s], [s, c]])
    mirror = rng.random() < 0.5
    if mirror:
        move = move @ np.diag([-1.0, 1.0])
    k = SIZE * margin / image.shape[0]
    full = np.column_stack([k * move, np.zeros(2)])
    middle = (image.shape[0] - 1) / 2
    full[:, 2] = (SIZE - 1) / 2 + SIZE * shift - full[:, :2] @ [middle, middle]
    picture = cv2.warpAffine(image, full, (SIZE, SIZE), borderMode=cv2.BORDER_REFLECT_101)
    xy = features[: 2 * LANDMARKS].reshape(-1, 2) @ move.T + shift
    solid = features[2 * LANDMARKS :].reshape(-1, 3).copy()
    solid[:, :2] = solid[:, :2] @ (move / zoom).T
    doubt(rng, xy, solid)
    moved = points.copy()
    moved[:, :2] = points[:, :2] @ move.T + shift
    moved[:, 2] *= zoom
    if mirror:
        xy, solid, moved = xy[FEATURE_MIRROR], solid[FEATURE_MIRROR], moved[JOINT_MIRROR]
    return colours(rng, picture), np.concatenate([xy.ravel(), solid.ravel()]).astype(np.float32), moved


def doubt(rng: np.random.Generator, xy: FloatArray, solid: FloatArray) -> None:
    """Shift landmarks, in place, as the pose model errs: a little, or a leg at a time and far.

    Where it errs most (baggy trousers, rare postures) its errors are unlike those of the training's people; without
    this the network follows it there, although the picture shows the foot elsewhere.
    """
    if rng.random() < 0.5:
        xy += rng.normal(0, 0.01, xy.shape)
    if rng.random() < 0.4:
        for first in LEG_LANDMARKS:
            if rng.random() < 0.6:
                leg = np.arange(first, LANDMARKS, 2)
                spread = rng.uniform(0.02, 0.08)  # in crop sides: 3 to 12 cm
                xy[leg] += rng.normal(0, spread, 2) * np.linspace(0.5, 1.0, len(leg))[:, None]
                xy[leg] += rng.normal(0, spread / 2, (len(leg), 2))
                solid[leg] += rng.normal(0, spread, (len(leg), 3))


def colours(rng: np.random.Generator, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture as another camera, light or cloth would show it."""
    x = image.astype(np.float32) / 255.0
    if rng.random() < 0.12:
        x = x[..., rng.permutation(3)]
    if rng.random() < 0.1:
        x = np.repeat(x.mean(-1, keepdims=True), 3, axis=-1)
    if rng.random() < 0.7:
        x = x * np.exp(rng.normal(0, 0.12, 3)).astype(np.float32)
    if rng.random() < 0.7:
        grey = x.mean()
        x = (x - grey) * np.float32(np.exp(rng.normal(0, 0.25))) + grey + np.float32(rng.normal(0, 0.08))
    x = np.clip(x, 0.0, 1.0)
    if rng.random() < 0.5:
        x = x ** np.float32(np.exp(rng.normal(0, 0.25)))
    if rng.random() < 0.4:  # light falls off across the picture
        slope = rng.normal(0, 0.25, 2)
        ramp = np.linspace(-0.5, 0.5, SIZE, dtype=np.float32)
        x = x * (1.0 + slope[0] * ramp[None, :, None] + slope[1] * ramp[:, None, None]).astype(np.float32)
    if rng.random() < 0.3:
        x = cv2.GaussianBlur(x, (0, 0), float(rng.uniform(0.4, 1.4)))
    if rng.random() < 0.2:
        small = int(rng.integers(56, 110))
        x = cv2.resize(cv2.resize(x, (small, small), interpolation=cv2.INTER_AREA), (SIZE, SIZE))
    if rng.random() < 0.5:
        x = x + rng.normal(0, rng.uniform(0.0, 0.05), x.shape).astype(np.float32)
    for _ in range(int(rng.random() < 0.3) + int(rng.random() < 0.1)):  # something in the way
        w, h = rng.integers(8, 40, 2)
        left, top = rng.integers(0, SIZE - 8, 2)
        x[top : top + h, left : left + w] = rng.random(3) if rng.random() < 0.5 else rng.random((1, 1, 3))
    return np.asarray(np.clip(x, 0.0, 1.0) * 255.0, dtype=np.uint8)
