"""Adds a metadata record to a TensorFlow Lite model, byte for byte the same everywhere.

The Tasks API refuses a landmark model that does not say how pictures are normalised, and the model inside the wheel
does not. The usual way (parse, add, serialise again) gives different bytes with different releases of `flatbuffers`, so
its hash could not be pinned. Here the model stays as it is, and a new root that points into it is put before it.

Layout of a flatbuffer: little-endian; a table starts with the distance back to its vtable, which lists where in the
table each field lies; offsets to strings, vectors and tables point forward from where they stand.
"""

from __future__ import annotations

import struct
from typing import Final

IDENTIFIER: Final = b"TFL3"
METADATA_NAME: Final = b"TFLITE_METADATA"

# Field numbers of `Model` in TensorFlow Lite's schema.fbs
_VERSION, _BUFFERS, _METADATA, _FIELDS = 0, 4, 6, 8
_ALIGNMENT: Final = 16  # of the data of buffers, as the schema demands


def add_metadata(model: bytes, metadata: bytes) -> bytes:
    """Return `model` with `metadata` stored under the name `TFLITE_METADATA`.

    Parameters
    ----------
    model
        A TensorFlow Lite file without such a record.
    metadata
        The record, a flatbuffer with identifier `M001`.

    Raises
    ------
    ValueError
        `model` is not a TensorFlow Lite file.
    """
    if model[4:8] != IDENTIFIER:
        raise ValueError("not a TensorFlow Lite model")
    fields = _root_fields(model)
    buffers = _vector(model, fields[_BUFFERS])
    records = _vector(model, fields[_METADATA]) if _METADATA in fields else []

    # Where everything new goes, in order; each piece is a multiple of 4 bytes long.
    vtable_at = 8
    root_at = _align(vtable_at + 4 + 2 * _FIELDS, 4)
    buffers_at = root_at + 4 + 4 * _FIELDS
    records_at = buffers_at + 4 + 4 * (len(buffers) + 1)
    record_at = records_at + 4 + 4 * (len(records) + 1) + 8  # the 8 bytes before it are its vtable
    name_at = record_at + 12
    buffer_at = _align(name_at + 4 + len(METADATA_NAME) + 1, 4) + 8  # again after its vtable
    data_at = _align(buffer_at + 8 + 4, _ALIGNMENT) - 4  # the bytes follow their length, which takes 4
    old_at = _align(data_at + 4 + len(metadata), _ALIGNMENT)

    targets = {number: position + old_at for number, position in fields.items()}
    targets[_BUFFERS], targets[_METADATA] = buffers_at, records_at

    out = bytearray(old_at)
    struct.pack_into("<I4s", out, 0, root_at, IDENTIFIER)
    slots = [4 + 4 * number if number in targets else 0 for number in range(_FIELDS)]
    struct.pack_into(f"<HH{_FIELDS}H", out, vtable_at, 4 + 2 * _FIELDS, 4 + 4 * _FIELDS, *slots)
    struct.pack_into("<i", out, root_at, root_at - vtable_at)
    for number, target in targets.items():
        _point(out, root_at + slots[number], target)
    if _VERSION in fields:  # a number, not an offset
        out[root_at + 4 : root_at + 8] = model[fields[_VERSION] : fields[_VERSION] + 4]
    _write_vector(out, buffers_at, [*(b + old_at for b in buffers), buffer_at])
    _write_vector(out, records_at, [*(r + old_at for r in records), record_at])
    struct.pack_into("<4H", out, record_at - 8, 8, 12, 4, 8)  # Metadata: name, buffer
    struct.pack_into("<iII", out, record_at, 8, name_at - record_at - 4, len(buffers))
    struct.pack_into(f"<I{len(METADATA_NAME)}s", out, name_at, len(METADATA_NAME), METADATA_NAME)
    struct.pack_into("<4H", out, buffer_at - 8, 6, 8, 4, 0)  # Buffer: data
    struct.pack_into("<iI", out, buffer_at, 8, data_at - buffer_at - 4)
    struct.pack_into(f"<I{len(metadata)}s", out, data_at, len(metadata), metadata)
    return bytes(out) + model


def _root_fields(model: bytes) -> dict[int, int]:
    """Return the fields that the root table has: number to position of the number itself or of what it points to."""
    (root,) = struct.unpack_from("<I", model, 0)
    (back,) = struct.unpack_from("<i", model, root)
    (size,) = struct.unpack_from("<H", model, root - back)
    slots = struct.unpack_from(f"<{(size - 4) // 2}H", model, root - back + 4)
    if len(slots) > _FIELDS:
        raise ValueError("a TensorFlow Lite model of a newer schema")
    fields: dict[int, int] = {}
    for number, slot in enumerate(slots):
        if slot:
            at = root + slot
            fields[number] = at if number == _VERSION else at + int(struct.unpack_from("<I", model, at)[0])
    return fields


def _vector(model: bytes, at: int) -> list[int]:
    """Return the positions that a vector of offsets points to."""
    (count,) = struct.unpack_from("<I", model, at)
    offsets = struct.unpack_from(f"<{count}I", model, at + 4)
    return [at + 4 + 4 * i + offset for i, offset in enumerate(offsets)]


def _write_vector(out: bytearray, at: int, targets: list[int]) -> None:
    """Write a vector of offsets."""
    struct.pack_into("<I", out, at, len(targets))
    for i, target in enumerate(targets):
        _point(out, at + 4 + 4 * i, target)


def _point(out: bytearray, at: int, target: int) -> None:
    """Write at `at` the offset to `target`."""
    struct.pack_into("<I", out, at, target - at)


def _align(position: int, to: int) -> int:
    """Return the next multiple of `to`."""
    return -(-position // to) * to
