"""The metadata added to the landmark model is there, and the model itself is untouched."""

import hashlib
import zipfile
from pathlib import Path

import pytest
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata_schema
from mediapipe.tasks.metadata import schema_py_generated as schema

from formcheck.pose.manifest import WheelSource, read_manifest
from formcheck.pose.tflite_metadata import add_metadata


@pytest.fixture(scope="module")
def landmark_model(pose_model: Path) -> bytes:
    return zipfile.ZipFile(pose_model).read("pose_landmarks_detector.tflite")


def source() -> WheelSource:
    found = read_manifest()["full"].source
    assert isinstance(found, WheelSource)
    return found


def test_the_record_says_how_pictures_are_normalised() -> None:
    record = source().parts[1].metadata
    subgraph = metadata_schema.ModelMetadataT.InitFromObj(
        metadata_schema.ModelMetadata.GetRootAsModelMetadata(record, 0)
    ).subgraphMetadata[0]
    options = subgraph.inputTensorMetadata[0].processUnits[0].options
    assert list(options.mean) == [0.0]
    assert list(options.std) == [255.0]


def test_the_model_refers_to_the_record(landmark_model: bytes) -> None:
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(landmark_model, 0))
    record = next(m for m in model.metadata if m.name == b"TFLITE_METADATA")
    assert bytes(model.buffers[record.buffer].data) == source().parts[1].metadata
    assert [m.name for m in model.metadata][:2] == [b"min_runtime_version", b"reduced_precision_support"]


def test_the_networks_are_those_of_the_wheel(pose_model: Path, landmark_model: bytes) -> None:
    detector, landmarks = source().parts
    assert hashlib.sha256(zipfile.ZipFile(pose_model).read(detector.name)).hexdigest() == detector.sha256
    original = landmark_model[-6_440_512:]  # what was put before it leaves it as it was
    assert hashlib.sha256(original).hexdigest() == landmarks.sha256
    assert add_metadata(original, landmarks.metadata) == landmark_model


def test_other_files_are_refused() -> None:
    with pytest.raises(ValueError, match="not a TensorFlow Lite model"):
        add_metadata(b"something else", b"")
