"""The room: floor, mat, walls, furniture and clutter with random surfaces, and the light. All from a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.core.pose import FloatArray
from formcheck.synthetic.rotations import rot_y, unit

TEXTURE_PX = 256


@dataclass(frozen=True)
class Light:
    """A sky, a floor that throws light back, and one sun. Colours are linear."""

    sun_direction: FloatArray
    """Towards the sun, unit length."""
    sun: FloatArray
    sky: FloatArray
    ground: FloatArray


@dataclass(frozen=True)
class Box:
    """A block that stands in the room."""

    centre: FloatArray
    """Metres."""
    size: FloatArray
    """Full extent along its own axes, metres."""
    turn: float
    """About the vertical, degrees."""
    surface: int
    """Which texture."""
    tint: FloatArray


@dataclass(frozen=True)
class Scene:
    """What is around the person."""

    seed: int
    vertices: NDArray[np.float32]
    """Position, normal, texture position, texture number and tint, shape (N, 12); three rows a triangle."""
    textures: NDArray[np.uint8]
    """Shape (layers, TEXTURE_PX, TEXTURE_PX, 3)."""
    light: Light
    clear: FloatArray
    """Colour where nothing is, 0 to 1."""


def _noise_image(rng: np.random.Generator, octaves: int, first: int = 4) -> NDArray[np.float32]:
    """Return tiling value noise in 0..1, shape (TEXTURE_PX, TEXTURE_PX)."""
    from scipy.ndimage import zoom

    out = np.zeros((TEXTURE_PX, TEXTURE_PX))
    weight, total = 1.0, 0.0
    for o in range(octaves):
        n = first * 2**o
        if n > TEXTURE_PX:
            break
        coarse = np.pad(rng.random((n, n)), 2, mode="wrap")
        fine = zoom(coarse, TEXTURE_PX / n, order=1 if o > 2 else 3)
        edge = (fine.shape[0] - TEXTURE_PX) // 2
        out += weight * fine[edge : edge + TEXTURE_PX, edge : edge + TEXTURE_PX]
        total += weight
        weight *= 0.6
    return np.clip(out / total, 0, 1).astype(np.float32)


def _texture(rng: np.random.Generator, kind: str) -> NDArray[np.uint8]:
    n = TEXTURE_PX
    y, x = np.mgrid[0:n, 0:n] / n
    soft = _noise_image(rng, 5)
    if kind == "wood":
        planks = int(rng.integers(4, 9))
        row = np.floor(y * planks).astype(int)
        shade = rng.uniform(0.78, 1.0, planks)[row]
        grain = 0.5 + 0.5 * np.sin(2 * np.pi * (x * 2 + 6 * soft + row * 0.37))
        fine = _noise_image(rng, 3, 32)
        v = shade * (0.88 + 0.09 * grain + 0.06 * fine)
        v = np.where((y * planks) % 1.0 < 0.02, 0.55 * v, v)
        base = np.array([[0.80, 0.64, 0.46], [0.62, 0.45, 0.30], [0.45, 0.32, 0.22], [0.84, 0.76, 0.64]])[
            rng.integers(4)
        ]
        rgb = v[..., None] * base
    elif kind == "tiles":
        k = int(rng.integers(3, 6))
        edge = np.minimum((x * k) % 1.0, (y * k) % 1.0)
        shade = rng.uniform(0.85, 1.0, (k, k))[np.floor(y * k).astype(int), np.floor(x * k).astype(int)]
        v = np.where(edge < 0.03, 0.6, shade * (0.92 + 0.1 * soft))
        rgb = v[..., None] * rng.uniform(0.45, 0.9, 3).mean() * (1 + rng.normal(0, 0.06, 3))
    elif kind == "carpet":
        fibre = rng.random((n, n))
        rgb = (0.72 + 0.25 * fibre + 0.15 * (soft - 0.5))[..., None] * rng.uniform(0.2, 0.75, 3)
    elif kind == "rug":
        a, b = rng.uniform(0.2, 0.8, 3), rng.uniform(0.2, 0.8, 3)
        f = int(rng.integers(2, 7))
        k = (np.sin(2 * np.pi * f * x) * np.sin(2 * np.pi * f * y) + 0.4 * (soft - 0.5)) > rng.uniform(-0.3, 0.5)
        rgb = np.where(k[..., None], a, b) * (0.85 + 0.15 * rng.random((n, n, 1)))
    elif kind == "plaster":
        rgb = (0.90 + 0.08 * (soft - 0.5))[..., None] * (rng.uniform(0.55, 0.95) + rng.normal(0, 0.05, 3))
    elif kind == "paper":
        f = int(rng.integers(4, 14))
        stripes = (np.sin(2 * np.pi * f * (x + rng.integers(0, 2) * y)) > 0.3)[..., None]
        rgb = np.where(stripes, rng.uniform(0.4, 0.9, 3), rng.uniform(0.5, 0.95, 3)) * (0.93 + 0.07 * soft[..., None])
    elif kind == "mat":
        weave = 0.5 + 0.5 * np.sin(2 * np.pi * 40 * x) * np.sin(2 * np.pi * 40 * y)
        colour = np.array([rng.uniform(0.1, 0.75) for _ in range(3)])
        rgb = (0.84 + 0.06 * weave + 0.08 * soft)[..., None] * colour
    else:  # picture: anything
        blobs = np.stack([_noise_image(rng, 3, int(rng.integers(2, 6))) for _ in range(3)], axis=-1)
        rgb = np.clip((blobs - 0.5) * rng.uniform(1.0, 3.0) + rng.uniform(0.3, 0.7, 3), 0, 1)
    out: NDArray[np.uint8] = (np.clip(rgb, 0.02, 1.0) * 255).astype(np.uint8)
    return out


_TEXTURES = ("floor", "wall", "wall", "mat", "thing", "thing", "thing", "picture")


def _quad(corners: FloatArray, normal: FloatArray, uv: FloatArray, layer: int, tint: FloatArray) -> NDArray[np.float32]:
    rows = [np.concatenate([corners[i], normal, uv[i], [layer], tint]) for i in (0, 1, 2, 0, 2, 3)]
    return np.array(rows, dtype=np.float32)


def _box_quads(box: Box) -> list[NDArray[np.float32]]:
    turn = rot_y(box.turn)
    quads = []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            n = np.zeros(3)
            n[axis] = sign
            u, v = [(1, 2), (2, 0), (0, 1)][axis]
            if sign < 0:
                u, v = v, u
            corners, uv = [], []
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                c = np.zeros(3)
                c[axis], c[u], c[v] = sign, a, b
                corners.append(box.centre + turn @ (c * box.size / 2))
                uv.append([(a + 1) * box.size[u], (b + 1) * box.size[v]])
            quads.append(_quad(np.array(corners), turn @ n, np.array(uv), box.surface, box.tint))
    return quads


def _distance_to_line(point: FloatArray, a: FloatArray, b: FloatArray) -> float:
    """Return the horizontal distance of a point to the line from `a` to a little beyond `b`, metres."""
    flat = np.array([1.0, 0.0, 1.0])
    way = (b - a) * flat
    share = np.clip((point - a) * flat @ way / max(float(way @ way), 1e-9), 0.0, 1.3)
    return float(np.linalg.norm((point - a) * flat - share * way))


def build_scene(
    seed: int,
    lying: bool,
    centre: FloatArray,
    heading: FloatArray,
    props: tuple[Box, ...] = (),
    keep_clear: float = 2.2,
    lenses: tuple[FloatArray, ...] = (),
) -> Scene:
    """Make the room of a seed around a person.

    Parameters
    ----------
    seed
        Same seed, same room.
    lying
        Whether the person lies (then there is nearly always a mat).
    centre
        The person's neutral pelvis, metres.
    heading
        Where a standing person faces, or a lying person's feet point.
    props
        Blocks the drill needs: a step, a stack of blocks.
    keep_clear
        No furniture nearer to the person than this, metres.
    lenses
        Where cameras may stand; nothing is put between them and the person.
    """
    rng = np.random.default_rng([161803, seed])
    kinds = [
        str(rng.choice(["wood", "wood", "tiles", "carpet", "rug", "plaster"])),
        str(rng.choice(["plaster", "plaster", "paper"])),
        str(rng.choice(["plaster", "paper", "wood"])),
        str(rng.choice(["mat", "mat", "rug"])),
        str(rng.choice(["wood", "picture", "plaster"])),
        str(rng.choice(["paper", "picture", "carpet"])),
        "plaster",
        "picture",
    ]
    textures = np.stack([_texture(rng, kind) for kind in kinds])
    ahead = unit(np.array([heading[0], 0.0, heading[2]]))
    right = np.cross(ahead, [0.0, 1.0, 0.0])
    white = np.ones(3)
    ground = np.array([centre[0], 0.0, centre[2]])
    quads: list[NDArray[np.float32]] = []

    def floor_quad(
        middle: FloatArray, half_a: float, half_b: float, y: float, layer: int, repeat: float, turn: float
    ) -> None:
        r = rot_y(turn)
        a, b = r @ ahead, r @ right
        corners = np.array(
            [middle + sa * half_a * a + sb * half_b * b for sa, sb in ((-1, -1), (-1, 1), (1, 1), (1, -1))]
        )
        corners[:, 1] = y
        uv = np.array([[sa * half_a, sb * half_b] for sa, sb in ((-1, -1), (-1, 1), (1, 1), (1, -1))]) * repeat
        quads.append(_quad(corners, np.array([0.0, 1.0, 0.0]), uv, layer, white))

    half_l, half_w = rng.uniform(2.6, 4.5), rng.uniform(2.2, 3.8)
    room_middle = ground + ahead * rng.uniform(-0.4, 1.2) + right * rng.uniform(-0.8, 0.8)
    floor_quad(
        room_middle,
        half_l + 4,
        half_w + 4,
        0.0,
        0,
        float(rng.uniform(0.5, 1.1)),
        float(rng.choice([0.0, 90.0, rng.uniform(0, 90)])),
    )
    if rng.random() < (0.9 if lying else 0.45):
        middle = ground + (-ahead * 0.05 if lying else ahead * 0.05)
        floor_quad(
            middle,
            float(rng.uniform(0.95, 1.15)),
            float(rng.uniform(0.32, 0.55)),
            0.003,
            3,
            1.0,
            float(rng.normal(0, 3)),
        )
    for sign, along in ((-1.0, True), (1.0, False), (-1.0, False), (1.0, True)):
        axis, other, near, far = (ahead, right, half_l, half_w + 4) if along else (right, ahead, half_w, half_l + 4)
        if sign > 0 and along:
            near += 2.5  # behind the camera
        base = room_middle + sign * axis * near
        height = 2.6
        corners = np.array(
            [
                base - other * far,
                base + other * far,
                base + other * far + [0, height, 0],
                base - other * far + [0, height, 0],
            ]
        )
        uv = np.array([[0, 0], [2 * far, 0], [2 * far, height], [0, height]]) * 0.6
        tint = np.full(3, rng.uniform(0.7, 1.0))
        quads.append(_quad(corners, -sign * axis, uv, 1 if along else 2, tint))
        if rng.random() < 0.6:  # a picture or a window
            w, h, c = rng.uniform(0.3, 0.8), rng.uniform(0.3, 0.6), rng.uniform(-1.5, 1.5)
            m = base - sign * axis * 0.02 + other * c + np.array([0, rng.uniform(1.2, 1.8), 0])
            corners = np.array(
                [
                    m - other * w - [0, h, 0],
                    m + other * w - [0, h, 0],
                    m + other * w + [0, h, 0],
                    m - other * w + [0, h, 0],
                ]
            )
            bright = np.full(3, rng.choice([0.9, 2.2]))
            quads.append(_quad(corners, -sign * axis, np.array([[0, 0], [1, 0], [1, 1], [0, 1]]), 7, bright))
    for _ in range(int(rng.integers(2, 8))):
        angle, radius = rng.uniform(0, 2 * np.pi), rng.uniform(keep_clear, keep_clear + 1.6)
        spot = ground + radius * (np.cos(angle) * ahead + np.sin(angle) * right)
        if any(_distance_to_line(spot, ground, lens) < 1.1 for lens in lenses):
            continue  # in the camera's way
        size = rng.uniform([0.2, 0.15, 0.2], [0.9, 1.1, 0.9]) if rng.random() < 0.6 else rng.uniform(0.08, 0.3, 3)
        spot = np.array([spot[0], size[1] / 2, spot[2]])
        quads += _box_quads(
            Box(spot, size, float(rng.uniform(0, 90)), int(rng.integers(4, 7)), rng.uniform(0.4, 1.0, 3))
        )
    for box in props:
        quads += _box_quads(box)
    return Scene(seed, np.concatenate(quads), textures, _light(rng), np.full(3, rng.uniform(0.5, 0.8)))


def _light(rng: np.random.Generator) -> Light:
    elevation, azimuth = np.deg2rad(rng.uniform(35, 78)), rng.uniform(0, 2 * np.pi)
    direction = np.array([np.cos(elevation) * np.cos(azimuth), np.sin(elevation), np.cos(elevation) * np.sin(azimuth)])
    warmth = rng.uniform(-0.12, 0.16)
    colour = np.array([1.0 + warmth, 1.0, 1.0 - warmth])
    share = rng.uniform(0.30, 0.75)
    return Light(
        direction,
        1.55 * share * colour,
        (0.95 - 0.5 * share) * (2 - colour),
        (0.50 - 0.25 * share) * np.array([1.0, 0.94, 0.86]),
    )
