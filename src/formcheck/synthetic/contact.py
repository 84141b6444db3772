"""Where the body touches the floor: the outermost skin points of each part, posed like the skin itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.core.landmarks import SIDES
from formcheck.synthetic.mesh import BodyMesh
from formcheck.synthetic.skeleton import BONES, Posture


def _bones_of(part: str) -> tuple[str, ...]:
    trunk = {
        "pelvis": ("pelvis", "left_hip_half", "right_hip_half"),
        "thorax": ("lumbar", "thorax"),
        "head": ("head",),
        "shoulders": ("left_shoulder_half", "right_shoulder_half"),
    }
    if part in trunk:
        return trunk[part]
    side, limb = part.split("_")
    names = {
        "leg": ("thigh_prox", "thigh_mid", "thigh", "knee_half", "shank", "foot", "toes"),
        "thigh": ("thigh_prox", "thigh_mid", "thigh"),
        "arm": ("upper_prox", "upper_arm", "elbow_half", "forearm", "fore_twist", "hand"),
    }
    return tuple(f"{side}_{name}" for name in names[limb])


PARTS: tuple[str, ...] = (
    "pelvis",
    "thorax",
    "head",
    "shoulders",
    *(f"{s}_{limb}" for s in SIDES for limb in ("leg", "thigh", "arm")),
)


class ContactPoints:
    """The few hundred skin points that can touch the floor first, by part."""

    def __init__(self, mesh: BodyMesh) -> None:
        from scipy.spatial import ConvexHull

        main = np.argmax(mesh.weights, axis=1)
        self._points: dict[str, NDArray[np.float32]] = {}
        self._weights: dict[str, NDArray[np.float32]] = {}
        low_hair = (mesh.head_local[:, 1] < -0.02) & (mesh.cover[:, 3] < 0)
        for part in PARTS:
            chosen: list[NDArray[np.intp]] = []
            for bone in _bones_of(part):
                rows = np.flatnonzero((main == BONES.index(bone)) & ~low_hair)
                if len(rows) > 20:
                    rows = rows[ConvexHull(mesh.vertices[rows]).vertices]
                chosen.append(rows)
            rows = np.concatenate(chosen)
            self._points[part] = np.hstack([mesh.vertices[rows], np.ones((len(rows), 1), np.float32)])
            self._weights[part] = mesh.weights[rows]
        self._mesh = mesh

    def lowest(self, part: str, posture: Posture) -> float:
        """Return the height of a part's lowest skin point over the floor, metres."""
        height_rows = self._mesh.bone_matrices(posture)[:, 1, :]
        y = np.einsum("vk,vk->v", self._weights[part] @ height_rows, self._points[part])
        return float(y.min())
