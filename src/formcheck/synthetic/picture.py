"""What a real camera does to a clean picture: blur, noise, exposure, JPEG."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class PictureQuality:
    """How a camera spoils the picture."""

    exposure: float = 1.0
    """Brightness factor."""
    noise: float = 3.0
    """Sensor noise, standard deviation in grey levels of 255."""
    blur: float = 0.35
    """Softness, standard deviation in pixels."""
    jpeg: int = 0
    """JPEG quality 1-100 of a webcam's own compression; 0 for none."""


def quality_from_seed(seed: int) -> PictureQuality:
    """Return a random but plausible camera."""
    rng = np.random.default_rng([141421, seed])
    return PictureQuality(
        float(rng.uniform(0.75, 1.25)),
        float(rng.uniform(1.0, 6.0)),
        float(rng.uniform(0.0, 0.9)),
        int(rng.integers(55, 95)) if rng.random() < 0.5 else 0,
    )


class PictureSpoiler:
    """Applies one camera's faults to picture after picture; the noise differs by frame and repeats by seed."""

    def __init__(self, quality: PictureQuality, size: tuple[int, int], seed: int) -> None:
        self.quality = quality
        self._rng = np.random.default_rng([173205, seed])
        w, h = size
        tile = self._rng.normal(0.0, quality.noise, (h + 64, w + 64, 3)) if quality.noise > 0 else None
        self._tile = None if tile is None else np.clip(np.rint(tile), -127, 127).astype(np.int16)

    def apply(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the spoiled picture."""
        import cv2

        h, w = image.shape[:2]
        out = image
        if self.quality.blur > 0.05:
            out = cv2.GaussianBlur(out, (0, 0), self.quality.blur).astype(np.uint8)
        if self._tile is not None:
            y, x = self._rng.integers(0, 64, 2)
            out = np.clip(out + self._tile[y : y + h, x : x + w], 0, 255).astype(np.uint8)
        if self.quality.jpeg > 0:
            ok, code = cv2.imencode(".jpg", out[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, self.quality.jpeg])
            if ok:
                decoded = cv2.imdecode(code, cv2.IMREAD_COLOR)
                if decoded is not None:
                    out = np.ascontiguousarray(decoded[..., ::-1]).astype(np.uint8)
        return np.ascontiguousarray(out)


def smooth_edges(image: NDArray[np.uint8], threshold: float = 24.0) -> NDArray[np.uint8]:
    """Return the picture with stair steps softened: where contrast is high, each pixel is averaged along its edge.

    Parameters
    ----------
    image
        RGB, shape (height, width, 3).
    threshold
        Contrast between neighbours, in grey levels, from which something counts as an edge.
    """
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    gx = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3)
    gy = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3)
    size = cv2.magnitude(gx, gy)
    ys, xs = np.nonzero(size > 4.0 * threshold)
    if not len(ys):
        return image
    step_x = -gy[ys, xs] / size[ys, xs]
    step_y = gx[ys, xs] / size[ys, xs]
    # remap takes tables of at most 32767 rows: lay the edge pixels out in rows of 512
    rows = -(-len(ys) // 512)
    table = np.zeros((4, rows * 512), dtype=np.float32)
    table[:, : len(ys)] = xs, ys, step_x, step_y
    x, y, along_x, along_y = table.reshape(4, rows, 512)
    total = np.zeros((rows, 512, 3), dtype=np.float32)
    for k in (0.0, 0.0, -1.5, -0.75, 0.75, 1.5):
        step = np.float32(k)
        total += cv2.remap(
            image, x + step * along_x, y + step * along_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    total = total.reshape(-1, 3)[: len(ys)]
    out = image.copy()
    out[ys, xs] = np.clip(total / 6.0 + 0.5, 0, 255).astype(np.uint8)
    return out
