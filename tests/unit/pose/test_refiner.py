"""The refiner's way round the network: crop and features in, joints and sigma out, mirrored or not, believed or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.core.errors import ModelError
from formcheck.core.landmarks import INDEX, JOINT_INDEX, JOINT_MIRROR, JOINTS
from formcheck.core.pose import Pose
from formcheck.pose.crop import SIDE_M, crop_of
from formcheck.pose.gate import Doubt
from formcheck.pose.refiner import FEATURE_LANDMARKS, FIRST_WEIGHS, Refinement, Refiner, landmark_features
from formcheck.pose.sides import LEG_PARTS, LEGS, TRUNK, agreement, exchanged
from tests.fixtures.refiner import ASIDE, LOG_SIGMA, SEEN, landmark_of, write_refiner
from tests.unit.pose.test_crop import turned
from tests.unit.pose.test_gate import joints_of

WIDTH, HEIGHT = 900, 700
SPOT_PX = 15.0


@pytest.fixture(scope="module")
def refiner(tmp_path_factory: pytest.TempPathFactory) -> Refiner:
    return Refiner(write_refiner(tmp_path_factory.mktemp("refiner")))


def picture(red: tuple[float, float] = (450.0, 300.0)) -> np.ndarray:
    """Return a picture with a soft red spot around a point, on a green that rises to the right."""
    x, y = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    spot = np.exp(-0.5 * ((x - red[0]) ** 2 + (y - red[1]) ** 2) / SPOT_PX**2)
    return np.stack([255 * spot, (60 + x / 10) * (1 - spot), 0 * x], axis=-1).astype(np.uint8)


def person(quarter_turns: float = 0.0) -> Pose:
    return turned(quarter_turns, at=(430.0, 350.0))


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("quarter_turns", range(4))
def test_what_the_network_sees_and_is_told_is_where_it_is_in_the_picture(
    refiner: Refiner, quarter_turns: int, mirrored: bool
) -> None:
    pose = person(quarter_turns)
    refined = refiner.refine(picture((470.0, 310.0)), pose, mirrored)
    crop = crop_of(pose)
    assert crop is not None
    assert refined.refined
    side_px = SIDE_M * crop.px_per_m
    np.testing.assert_allclose(refined.joints[JOINT_INDEX[SEEN], :2], (470.0, 310.0), atol=0.2)
    aside = crop.rotation().T @ (ASIDE * side_px, 0.0)
    for j, joint in enumerate(JOINTS):
        if joint == SEEN:
            continue
        k = INDEX[landmark_of(joint)]
        expected = pose.pixels[k].copy()
        if mirrored and joint.startswith("left"):  # what the network takes for the right leg
            expected -= aside
        elif not mirrored and joint.startswith("right"):
            expected += aside
        np.testing.assert_allclose(refined.joints[j, :2], expected, atol=1e-3, err_msg=joint)
        assert refined.joints[j, 2] == pytest.approx(pose.world[k, 2], abs=1e-6), "depth does not turn with the picture"
    sigma = np.exp(LOG_SIGMA[JOINT_MIRROR] if mirrored else LOG_SIGMA) * (side_px, 1.0)
    np.testing.assert_allclose(refined.joint_sigma, sigma, rtol=1e-5)
    np.testing.assert_array_equal(refined.pixels, pose.pixels)


@given(quarter_turns=st.floats(0, 4), red=st.tuples(st.integers(380, 480), st.integers(300, 400)), left=st.booleans())
@settings(max_examples=25, deadline=None)
def test_mirror_person_in_the_mirrored_picture_has_the_mirrored_joints(
    refiner: Refiner, quarter_turns: float, red: tuple[int, int], left: bool
) -> None:
    image, pose = picture(red), person(quarter_turns)
    ours = refiner.refine(image, pose, mirrored=left)
    theirs = refiner.refine(np.ascontiguousarray(image[:, ::-1]), pose.mirrored(WIDTH), mirrored=not left)
    back = theirs.mirrored(WIDTH)
    np.testing.assert_allclose(back.joints, ours.joints, atol=0.15)
    np.testing.assert_allclose(back.joint_sigma, ours.joint_sigma, rtol=1e-6)


def test_features_are_the_landmarks_of_the_upright_person(refiner: Refiner) -> None:
    features = [landmark_features(person(k), crop) for k in range(4) if (crop := crop_of(person(k)))]
    assert len(features) == 4
    for other in features[1:]:
        np.testing.assert_allclose(other, features[0], atol=1e-9)
    knee = FEATURE_LANDMARKS.index("left_knee")
    np.testing.assert_allclose(features[0][24 + 3 * knee :][:3], person().world[INDEX["left_knee"]])
    crop = crop_of(person())
    assert crop is not None
    x, y = features[0][2 * knee : 2 * knee + 2]
    np.testing.assert_allclose(crop.to_picture(np.array([x, y]) + 0.5, 1), person().pixels[INDEX["left_knee"]])


def test_nobody_is_not_refined(refiner: Refiner) -> None:
    assert not refiner.refine(picture(), Pose.missing(0.0)).refined
    assert refiner.look(picture(), Pose.missing(0.0)) is None


def test_joints_that_are_not_believed_are_left_out_and_the_reason_can_be_asked(tmp_path: Path) -> None:
    strict = Refiner(write_refiner(tmp_path, feature_limit=0.01))
    pose = person()
    assert not strict.refine(picture(), pose).refined
    found = strict.look(picture(), pose)
    assert found is not None
    assert found.doubt is Doubt.UNFAMILIAR
    assert np.isfinite(found.joints).all()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("refiner.onnx", None, r"refiner\.onnx cannot be read; install formcheck again"),
        ("refiner.onnx", b"no network", r"refiner\.onnx is damaged; install formcheck again"),
        ("refiner.npz", None, r"limits of the landmark refiner .*refiner\.npz cannot be read"),
        ("refiner.npz", b"no arrays", r"limits of the landmark refiner .*refiner\.npz cannot be read"),
    ],
)
def test_missing_and_damaged_files_are_one_sentence(
    tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    path = write_refiner(tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=sentence):
        Refiner(path)


def test_runtime_is_one_that_collects_no_usage_data() -> None:
    major, minor = (int(part) for part in onnxruntime.__version__.split(".")[:2])
    assert (major, minor) < (1, 29), "see docs/decisions/0006-landmark-refiner.md"


class Knowing:
    """What a network says that sees where the joints are, and is as sure as what it is told is right."""

    def __init__(self, legs_hidden: bool = False) -> None:
        self.told: list[Pose] = []
        self._hidden = legs_hidden

    def look(self, image: np.ndarray, pose: Pose, mirrored: bool = False) -> Refinement:
        self.told.append(pose)
        joints = joints_of(person())
        right = all(agreement(pose, joints, parts) > 0.9 for parts in (("shoulder", "hip"), LEG_PARTS))
        sigma = np.full((17, 2), 0.15 if self._hidden or not right else 0.01)
        return Refinement(joints, sigma * (150.0, 1.0), np.zeros(3), 150.0, None)


@pytest.fixture
def knowing(refiner: Refiner, monkeypatch: pytest.MonkeyPatch) -> Knowing:
    network = Knowing()
    monkeypatch.setattr(refiner, "look", network.look)
    return network


def test_landmarks_that_are_right_are_told_once(refiner: Refiner, knowing: Knowing) -> None:
    refiner.refine(picture(), person())
    assert len(knowing.told) == 1


def test_legs_taken_for_each_other_are_told_the_other_way_round(refiner: Refiner, knowing: Knowing) -> None:
    refined = refiner.refine(picture(), exchanged(person(), LEGS))
    np.testing.assert_array_equal(knowing.told[1].pixels, person().pixels)
    assert refined.joint_sigma[0, 1] == pytest.approx(0.15**FIRST_WEIGHS * 0.01 ** (1 - FIRST_WEIGHS))


def test_a_trunk_seen_from_behind_is_asked_again_with_the_joints_for_landmarks(
    refiner: Refiner, knowing: Knowing
) -> None:
    refined = refiner.refine(picture(), exchanged(person(), TRUNK))
    np.testing.assert_allclose(knowing.told[-1].pixels[INDEX["left_hip"]], person().pixels[INDEX["left_hip"]])
    assert refined.joint_sigma[0, 1] == pytest.approx(0.15**FIRST_WEIGHS * 0.01 ** (1 - FIRST_WEIGHS))


def test_hidden_legs_stay_uncertain(refiner: Refiner, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Knowing(legs_hidden=True)
    monkeypatch.setattr(refiner, "look", network.look)
    refined = refiner.refine(picture(), person())
    assert len(network.told) == 1
    assert refined.joint_sigma[0, 1] == pytest.approx(0.15)
