"""Rendered people with exactly known joint angles (extra: `formcheck[synthetic]`).

Importing this needs nothing beyond numpy and scipy; rendering needs moderngl and OpenGL over EGL, meshes need
scikit-image. `Clip` renders, `read_truth` reads what was written beside a clip.
"""

from __future__ import annotations

from formcheck.synthetic.clip import Clip, ClipSpec
from formcheck.synthetic.movements import MOVEMENTS, find_movement
from formcheck.synthetic.people import PEOPLE, Person, find_person, person_from_seed
from formcheck.synthetic.truth import read_truth, truth_path

__all__ = [
    "MOVEMENTS",
    "PEOPLE",
    "Clip",
    "ClipSpec",
    "Person",
    "find_movement",
    "find_person",
    "person_from_seed",
    "read_truth",
    "truth_path",
]
