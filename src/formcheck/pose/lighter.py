"""The pose model without its outline of the person, which nothing here reads and which takes a third of the time.

The landmarks stay the same to the last bit: operators that only the outline needs are left out, nothing is changed.
"""

from __future__ import annotations

import io
import math
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import flatbuffers
from mediapipe.tasks.metadata import schema_py_generated as schema

_LANDMARKS: Final = "pose_landmarks_detector.tflite"
_PICTURE_AXES: Final = 4


@lru_cache(maxsize=1)
def without_outline(bundle: Path) -> bytes:
    """Return a pose model that does not compute the outline of the person.

    Parameters
    ----------
    bundle
        The `.task` file: a zip of two TensorFlow Lite networks.

    Returns
    -------
    bytes
        The bundle. As it is in the file if it has no outline.

    Raises
    ------
    OSError
        The file cannot be read.
    zipfile.BadZipFile, KeyError
        It is not such a bundle.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(bundle) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as lighter:
        for part in parts.infolist():
            network = parts.read(part)
            lighter.writestr(part.filename, _without_outline(network) if part.filename == _LANDMARKS else network)
        parts.getinfo(_LANDMARKS)
    return out.getvalue()


def _without_outline(network: bytes) -> bytes:
    """Return the landmark network with the outline's place among the outputs taken by a small one."""
    model: Any = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(network, 0))
    graph = model.subgraphs[0]
    shapes = {int(i): tuple(graph.tensors[i].shape) for i in (*graph.inputs, *graph.outputs)}
    picture = shapes[int(graph.inputs[0])]
    outline = [i for i in shapes if len(shapes[i]) == _PICTURE_AXES and shapes[i] == (*picture[:3], 1)]
    if not outline:
        return network
    small = min((i for i in shapes if i not in (*outline, *graph.inputs)), key=lambda i: math.prod(shapes[i]))
    graph.outputs = [small if i in outline else int(i) for i in graph.outputs]  # five outputs are expected
    graph.operators = _needed(graph)
    builder = flatbuffers.Builder(len(network))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _needed(graph: Any) -> list[Any]:
    """Return the operators that the outputs of a graph need, in their order."""
    needed = {int(i) for i in graph.outputs}
    kept = []
    for operator in reversed(graph.operators):
        if needed.intersection(int(i) for i in operator.outputs):
            kept.append(operator)
            needed.update(int(i) for i in operator.inputs)
    return kept[::-1]
