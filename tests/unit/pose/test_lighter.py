"""The model without its outline finds the same landmarks to the last bit, and leaves other files alone."""

import io
import zipfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mediapipe import Image, ImageFormat
from mediapipe.tasks.metadata import schema_py_generated as schema
from mediapipe.tasks.python import BaseOptions, vision

from formcheck.pose.landmarker import Tracker
from formcheck.pose.lighter import without_outline
from formcheck.video.source import open_source

NETWORK = "pose_landmarks_detector.tflite"


def graph_of(bundle: Path | io.BytesIO) -> Any:
    network = zipfile.ZipFile(bundle).read(NETWORK)
    return schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(network, 0)).subgraphs[0]


def test_only_what_the_outline_needs_is_left_out(pose_model: Path) -> None:
    whole, lighter = graph_of(pose_model), graph_of(io.BytesIO(without_outline(pose_model)))
    shapes = [tuple(lighter.tensors[i].shape) for i in lighter.outputs]
    assert (1, 256, 256, 1) in [tuple(whole.tensors[i].shape) for i in whole.outputs]
    assert shapes == [(1, 195), (1, 1), (1, 1), (1, 64, 64, 39), (1, 117)]
    kept = [tuple(o.outputs) for o in lighter.operators]
    assert [o for o in (tuple(o.outputs) for o in whole.operators) if o in set(kept)] == kept
    assert 0 < len(whole.operators) - len(kept) < 60


@pytest.mark.slow
def test_the_landmarks_are_the_same_to_the_last_bit(pose_model: Path, sample: Callable[[str], Path]) -> None:
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(pose_model)), running_mode=vision.RunningMode.VIDEO
    )
    ours = Tracker(pose_model)
    with vision.PoseLandmarker.create_from_options(options) as whole, open_source(sample("squat_front_clean")) as clip:
        for frame in islice(clip, 12):
            picture = Image(image_format=ImageFormat.SRGB, data=np.ascontiguousarray(frame.image))
            theirs = whole.detect_for_video(picture, round(frame.time_s * 1000))
            pose = ours.track(frame.image, frame.time_s)
            assert pose.found
            assert pose.world.tolist() == [[p.x, p.y, p.z] for p in theirs.pose_world_landmarks[0]]
            assert pose.visibility.tolist() == [p.visibility for p in theirs.pose_landmarks[0]]
    ours.close()


def test_a_model_without_outline_stays_as_it_is(pose_model: Path, tmp_path: Path) -> None:
    once = tmp_path / "once.task"
    once.write_bytes(without_outline(pose_model))
    again = zipfile.ZipFile(io.BytesIO(without_outline(once)))
    assert again.read(NETWORK) == zipfile.ZipFile(once).read(NETWORK)
    detector = "pose_detector.tflite"
    assert again.read(detector) == zipfile.ZipFile(pose_model).read(detector)
