"""The body's triangle mesh: marching cubes over the signed-distance shape, skin weights, and a cache on disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import MissingDependencyError
from formcheck.core.landmarks import SIDES
from formcheck.core.pose import FloatArray
from formcheck.synthetic.body import BodyShape
from formcheck.synthetic.distance import FAR, smooth_union
from formcheck.synthetic.people import Person
from formcheck.synthetic.skeleton import BONES, Posture
from formcheck.synthetic.skinning import skin_weights

_VERSION = 1
_BODY_CELL, _HEAD_CELL, _HAND_CELL, _FOOT_CELL = 0.0110, 0.0046, 0.0046, 0.0062


@dataclass(frozen=True)
class BodyMesh:
    """A person's surface in the bind pose with everything needed to move and paint it."""

    vertices: NDArray[np.float32]
    """Bind positions, shape (V, 3), metres."""
    normals: NDArray[np.float32]
    """Bind normals, shape (V, 3)."""
    faces: NDArray[np.int32]
    """Triangles, shape (F, 3)."""
    weights: NDArray[np.float32]
    """Skin weights over `BONES`, shape (V, B); rows sum to 1."""
    cover: NDArray[np.float32]
    """Signed fields of top, bottom, footwear, hair, shape (V, 4); negative where it is the outermost layer."""
    head_local: NDArray[np.float32]
    """Bind positions in the head's frame, in units of a standard head, shape (V, 3)."""
    bind_rotation: NDArray[np.float64]
    """Bone rotations of the bind pose, shape (B, 3, 3)."""
    bind_origin: NDArray[np.float64]
    """Bone origins of the bind pose, shape (B, 3)."""

    def bone_matrices(self, posture: Posture) -> NDArray[np.float32]:
        """Return the (B, 3, 4) maps from bind pose to posture."""
        out = np.empty((len(BONES), 3, 4))
        for i, name in enumerate(BONES):
            rot, origin = posture.bones[name]
            turn = rot @ self.bind_rotation[i].T
            out[i, :, :3] = turn
            out[i, :, 3] = origin - turn @ self.bind_origin[i]
        return out.astype(np.float32)

    def posed(self, posture: Posture) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return vertices and normals of a posture, each shape (V, 3)."""
        m = (self.weights @ self.bone_matrices(posture).reshape(len(BONES), 12)).reshape(-1, 3, 4)
        v = np.einsum("vij,vj->vi", m[:, :, :3], self.vertices) + m[:, :, 3]
        n = np.einsum("vij,vj->vi", m[:, :, :3], self.normals)
        n /= np.linalg.norm(n, axis=1, keepdims=True) + 1e-9
        return v, n


def _zone(
    shape: BodyShape, low: FloatArray, high: FloatArray, cell: float
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return the surface inside a box, sampled every `cell` metres."""
    try:
        from skimage.measure import marching_cubes
    except ImportError as err:
        raise MissingDependencyError(
            "Rendering people needs scikit-image: install it with `pip install 'formcheck[synthetic]'`."
        ) from err
    n = np.ceil((high - low) / cell).astype(int) + 1
    axes = [(low[i] + cell * np.arange(n[i])).astype(np.float32) for i in range(3)]
    grid = np.full(tuple(n), FAR, dtype=np.float32)
    for part in shape.parts():
        first = np.maximum(np.floor((part.low - low) / cell).astype(int), 0)
        last = np.minimum(np.ceil((part.high - low) / cell).astype(int) + 1, n)
        if np.any(last <= first):
            continue
        box = tuple(slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
        mesh = np.meshgrid(*(axes[i][box[i]] for i in range(3)), indexing="ij")
        points = np.stack([m.ravel() for m in mesh], axis=1)
        d = part.distance(points).reshape(mesh[0].shape)
        grid[box] = smooth_union(grid[box], d, part.blend) if part.blend > 0 else np.minimum(grid[box], d)
    v, f, _, _ = marching_cubes(grid, 0.0)
    return (v * cell + low).astype(np.float32), f.astype(np.int32)


def _inside(points: NDArray[np.float32], box: tuple[FloatArray, FloatArray], shrink: float) -> NDArray[np.bool_]:
    out: NDArray[np.bool_] = np.all((points > box[0] + shrink) & (points < box[1] - shrink), axis=1)
    return out


def build_mesh(person: Person) -> BodyMesh:
    """Make a person's mesh (a few seconds; `load_mesh` remembers it)."""
    shape = BodyShape(person)
    j = shape.bind.joints
    boxes: list[tuple[tuple[FloatArray, FloatArray], float]] = []
    neck_cut = 0.4 * j["neck"][1] + 0.6 * j["head"][1] - 0.02
    drop = 0.10 if person.hair == "long" else 0.0
    boxes.append(((np.array([-0.22, neck_cut - drop, -0.17]), np.array([0.22, j["head"][1] + 0.30, 0.17])), _HEAD_CELL))
    for side in SIDES:
        pts = np.array([j[f"{side}_wrist"], j[f"{side}_fingertip"]])
        boxes.append(
            (
                (pts.min(axis=0) - np.array([0.09, 0.05, 0.045]), pts.max(axis=0) + np.array([0.09, 0.0, 0.045])),
                _HAND_CELL,
            )
        )
        pts = np.array([j[f"{side}_ankle"], j[f"{side}_heel"], j[f"{side}_foot_index"]])
        boxes.append(
            (
                (pts.min(axis=0) - np.array([0.07, 0.06, 0.075]), pts.max(axis=0) + np.array([0.08, 0.03, 0.075])),
                _FOOT_CELL,
            )
        )
    everything = np.array(list(j.values()))
    low, high = (
        everything.min(axis=0) - np.array([0.30, 0.10, 0.20]),
        everything.max(axis=0) + np.array([0.30, 0.32, 0.20]),
    )
    v, f = _zone(shape, low, high, _BODY_CELL)
    for box, _ in boxes:
        f = f[~np.all(_inside(v, box, 0.006)[f], axis=1)]
    all_v, all_f, offset = [v], [f], len(v)
    for box, cell in boxes:
        v, f = _zone(shape, box[0], box[1], cell)
        all_v.append(v)
        all_f.append(f + offset)
        offset += len(v)
    vertices, faces = _compact(np.concatenate(all_v), np.concatenate(all_f))
    normals = vertex_normals(vertices, faces)
    if np.mean(np.einsum("ij,ij->i", normals, vertices - vertices.mean(axis=0))) < 0:
        faces, normals = faces[:, ::-1].copy(), -normals
    bare = _bare_distance(shape, vertices)
    head = shape.local(vertices, "head") / np.float32(shape.anatomy.head_scale)
    return BodyMesh(
        vertices=vertices,
        normals=normals,
        faces=faces,
        weights=skin_weights(shape, vertices),
        cover=shape.cloth_fields(vertices, bare),
        head_local=head.astype(np.float32),
        bind_rotation=np.array([shape.bind.bones[b][0] for b in BONES]),
        bind_origin=np.array([shape.bind.bones[b][1] for b in BONES]),
    )


def _compact(v: NDArray[np.float32], f: NDArray[np.int32]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    used, inverse = np.unique(f, return_inverse=True)
    return np.ascontiguousarray(v[used]), inverse.reshape(f.shape).astype(np.int32)


def coarse_faces(v: NDArray[np.float32], f: NDArray[np.int32], cell: float) -> NDArray[np.int32]:
    """Return fewer triangles over the same vertices: all corners in a cube of `cell` metres become one; for shadows."""
    key = np.floor(v / cell).astype(np.int64)
    _, first, inverse = np.unique(key @ np.array([1, 4096, 4096 * 4096]), return_index=True, return_inverse=True)
    merged = first[inverse.ravel()][f]
    a, b, c = merged.T
    kept = merged[(a != b) & (b != c) & (a != c)]
    return np.unique(kept, axis=0).astype(np.int32)


def vertex_normals(v: NDArray[np.float32], f: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return area-weighted vertex normals, shape (V, 3)."""
    a, b, c = (v[f[:, i]] for i in range(3))
    face = np.cross(b - a, c - a)
    n = np.stack([sum(np.bincount(f[:, i], face[:, k], len(v)) for i in range(3)) for k in range(3)], axis=1)
    out: NDArray[np.float32] = (n / (np.linalg.norm(n, axis=1, keepdims=True) + 1e-12)).astype(np.float32)
    return out


def _bare_distance(shape: BodyShape, points: NDArray[np.float32]) -> NDArray[np.float32]:
    d = np.full(len(points), FAR, dtype=np.float32)
    for part in shape.parts():
        if part.name in ("top", "bottom", "hair"):
            continue
        near = np.all((points >= part.low) & (points <= part.high), axis=1)
        if not near.any():
            continue
        part_d = part.distance(points[near])
        d[near] = smooth_union(d[near], part_d, part.blend) if part.blend else np.minimum(d[near], part_d)
    return d


_MEMORY: dict[str, BodyMesh] = {}


def load_mesh(person: Person, cache: Path | None = None) -> BodyMesh:
    """Return a person's mesh from memory, from disk, or freshly made.

    Parameters
    ----------
    person
        Whose mesh.
    cache
        Folder for meshes; the user's cache folder when absent.
    """
    key = hashlib.sha256(f"{_VERSION} {_code_key()} {person!r}".encode()).hexdigest()[:24]
    if key in _MEMORY:
        return _MEMORY[key]
    if cache is None:
        from platformdirs import user_cache_path

        cache = user_cache_path("formcheck") / "meshes"
    path = cache / f"{key}.npz"
    mesh = _read(path)
    if mesh is None:
        mesh = build_mesh(person)
        _write(path, mesh)
    if len(_MEMORY) > 24:
        _MEMORY.pop(next(iter(_MEMORY)))
    _MEMORY[key] = mesh
    return mesh


def _code_key() -> str:
    """Return a hash of the code that decides a mesh, so that a changed shape is never read from an old cache."""
    here = Path(__file__).parent
    names = ("anatomy", "body", "distance", "mesh", "skinning", "skeleton", "rotations")
    return hashlib.sha256(b"".join((here / f"{n}.py").read_bytes() for n in names)).hexdigest()


def _read(path: Path) -> BodyMesh | None:
    if not path.exists():
        return None
    try:
        with np.load(path) as data:
            return BodyMesh(**{f.name: data[f.name] for f in fields(BodyMesh)})
    except (OSError, KeyError, ValueError):
        return None  # damaged or half-written: made again


def _write(path: Path, mesh: BodyMesh) -> None:
    import os

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.stem}.{os.getpid()}.tmp.npz")
        np.savez(temporary, **{f.name: getattr(mesh, f.name) for f in fields(BodyMesh)})
        temporary.replace(path)
    except OSError:
        return  # no cache folder: it only costs time
