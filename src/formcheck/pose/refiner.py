"""Looks at the picture again, where the pose model found the person: a small network that refines the joints."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from formcheck.core.errors import ModelError
from formcheck.core.landmarks import INDEX, JOINT_INDEX, JOINT_MIRROR, JOINTS, SIDES
from formcheck.core.pose import FloatArray, Pose
from formcheck.pose.crop import SIDE_M, Crop, crop_of
from formcheck.pose.gate import Doubt, Gate
from formcheck.pose.sides import CONFUSED, LEG_PARTS, LEGS, agreement, exchanged

onnxruntime.disable_telemetry_events()

FEATURE_LANDMARKS: Final = tuple(
    f"{side}_{part}" for part in ("shoulder", "hip", "knee", "ankle", "heel", "foot_index") for side in SIDES
)
"""Landmarks that the network is told."""

_INPUTS: Final = ["image", "landmarks"]
_OUTPUTS: Final = ["points", "log_sigma", "features"]
_LANDMARKS: Final = np.array([INDEX[name] for name in FEATURE_LANDMARKS])
_COUNT: Final = len(FEATURE_LANDMARKS)
_OTHER_SIDE: Final = np.arange(_COUNT).reshape(-1, 2)[:, ::-1].ravel()  # left and right alternate

UNSURE_M: Final = 0.05
"""Mean standard error of knees and ankles from which it is asked whether the pose model took the legs for each other,
metres. Rendered lying people whose landmarks are right: 0.02 to 0.04 in most frames."""
SURER: Final = 0.8
"""The joints with the legs' landmarks exchanged are taken where their standard error is smaller by this factor. On a
tuning clip (feet that swing out) they were 11 cm off then, the others 20."""
FIRST_WEIGHS: Final = 2 / 3
"""Weight of the first answer's standard errors against those of the answer when asked again, in their geometric mean.
Told its own joints, knees and ankles of four tuning clips were 3.2, 3.6, 2.7 and 4.7 cm off in x and y each (first
answer: 3.6, 3.7, 4.2 and 5.4); the first one stated 9.6, 13.5, 17.5 and 12.9, the second 1.4 to 1.9. Told the legs
exchanged they were 4.4 and 10.6 cm off in two; the first one stated 20 and 34, the second 2.7 and 15. Half would fit
these; the rest is for what errs alike all the time, as feet that swing out and are read too near."""
_LEG_JOINTS: Final = np.array([JOINT_INDEX[f"{side}_{part}"] for part in ("knee", "ankle") for side in SIDES])
_SHARED: Final = np.array([i for i, name in enumerate(JOINTS) if name in INDEX])
_AS_LANDMARKS: Final = np.array([INDEX[JOINTS[i]] for i in _SHARED])
_HIPS: Final = np.array([JOINT_INDEX[f"{side}_hip"] for side in SIDES])


@dataclass(frozen=True, slots=True)
class Refinement:
    """What the network says about a picture, believed or not."""

    joints: FloatArray
    """As in `Pose.joints`, shape (17, 3)."""

    joint_sigma: FloatArray
    """As in `Pose.joint_sigma`, shape (17, 2)."""

    features: FloatArray
    """What the network made of the picture, shape (D,)."""

    px_per_m: float
    """Scale of the picture at the person that the depth is consistent with."""

    doubt: Doubt | None
    """Why it is not to be believed; None: it is."""

    @property
    def legs_sigma_m(self) -> float:
        """Mean standard error of knees and ankles in the picture, metres."""
        return float(self.joint_sigma[_LEG_JOINTS, 0].mean()) / self.px_per_m


class Refiner:
    """Refines the joints of poses. Frames are independent of each other; it runs on one core.

    Parameters
    ----------
    model_path
        The network (`.onnx`); beside it, with the ending `.npz`, its `Gate`. By default those of the package.

    Raises
    ------
    ModelError
        One of the files is missing or damaged.

    Notes
    -----
    The network gets `image`, float32 (N, 3, 128, 128), RGB from 0 to 1, and `landmarks`, float32 (N, 60), from
    `landmark_features`. It returns `points` (N, 17, 3): x and y in sides of the crop from its middle, depth in metres
    from mid-hip; `log_sigma` (N, 17, 2): natural logarithms of the standard errors, in the same units; and `features`
    (N, D), for the gate.
    """

    def __init__(self, model_path: Path | None = None) -> None:
        path = model_path or packaged_refiner()
        try:
            model = path.read_bytes()
        except OSError as error:
            raise ModelError(f"the landmark refiner {path} cannot be read; install formcheck again") from error
        self.sha256 = hashlib.sha256(model).hexdigest()
        """Hash of the network's file, hexadecimal."""
        self._session = _start(model, path)
        self._gate = Gate.load(path.with_suffix(".npz"))

    def refine(self, image: NDArray[np.uint8], pose: Pose, mirrored: bool = False) -> Pose:
        """Return the pose with its joints; without where nobody was found or the network is not to be believed.

        Parameters
        ----------
        image
            RGB, shape (height, width, 3).
        pose
            The pose model's landmarks, pixels of `image`.
        mirrored
            Show the network the mirror image: the left leg works, and the network knows working right legs best.

        Notes
        -----
        The pose model takes the legs of lying people for each other at times, or people who lie face up for people seen
        from behind, and the network, which is told its landmarks, then is unsure. It is asked again: with the legs
        exchanged, which is taken if it is surer then; and, where the trunk is exchanged, with its own joints for
        landmarks. What it says then is nearer, and its standard error too small (`FIRST_WEIGHS`).
        """
        found = self._look_again(image, pose, mirrored)
        if found is None or found.doubt is not None:
            return pose
        return replace(pose, joints=found.joints, joint_sigma=found.joint_sigma)

    def _look_again(self, image: NDArray[np.uint8], pose: Pose, mirrored: bool) -> Refinement | None:
        """Return what the network says, asked again where it may be unsure because it was told wrong landmarks."""
        found = self.look(image, pose, mirrored)
        if found is None or found.doubt is Doubt.UNFAMILIAR or found.legs_sigma_m <= UNSURE_M:
            return found
        trunk_right = agreement(pose, found.joints) >= CONFUSED
        if trunk_right and agreement(pose, found.joints, LEG_PARTS) >= CONFUSED:
            return found
        other = self.look(image, exchanged(pose, LEGS), mirrored)
        if other is not None and other.doubt is None and other.legs_sigma_m < SURER * found.legs_sigma_m:
            found = _as_sure_as_both(found, other)
        if trunk_right:
            return found
        again = self.look(image, _with_joints(pose, found), mirrored)
        if again is None or again.doubt is not None:
            return found
        return _as_sure_as_both(found, again)

    def look(self, image: NDArray[np.uint8], pose: Pose, mirrored: bool = False) -> Refinement | None:
        """Return all that the network says, also where it is not believed; None where nobody was found.

        Parameters
        ----------
        image, pose, mirrored
            As for `refine`.
        """
        crop = crop_of(pose)
        if crop is None:
            return None
        picture, told = crop.cut(image), landmark_features(pose, crop)
        if mirrored:
            picture, told = picture[:, ::-1], _mirrored_features(told)
        blob = np.ascontiguousarray(picture.transpose(2, 0, 1), dtype=np.float32)[np.newaxis] / np.float32(255)
        feed = {"image": blob, "landmarks": told[np.newaxis].astype(np.float32)}
        points, log_sigma, features = (out[0].astype(np.float64) for out in self._session.run(_OUTPUTS, feed))
        if mirrored:
            points, log_sigma = points[JOINT_MIRROR] * (-1.0, 1.0, 1.0), log_sigma[JOINT_MIRROR]
        joints = np.column_stack([crop.to_picture(points[:, :2] + 0.5, 1), points[:, 2]])
        doubt = self._gate.doubt(joints, features, pose, crop.px_per_m)
        sigma = np.exp(log_sigma) * (SIDE_M * crop.px_per_m, 1.0)
        return Refinement(joints, sigma, features, crop.px_per_m, doubt)


@cache
def shared_refiner() -> Refiner:
    """Return the packaged refiner, loaded once in a process: it remembers nothing of a clip."""
    return Refiner()


def packaged_refiner() -> Path:
    """Return where the package keeps the network."""
    return Path(str(resources.files("formcheck.pose") / "refiner.onnx"))


def _as_sure_as_both(first: Refinement, then: Refinement) -> Refinement:
    """Return the later answer, nearly as unsure as the first: asked again, the network is surer than it is right."""
    return replace(then, joint_sigma=first.joint_sigma**FIRST_WEIGHS * then.joint_sigma ** (1 - FIRST_WEIGHS))


def _with_joints(pose: Pose, found: Refinement) -> Pose:
    """Return a pose with refined joints in the place of its landmarks."""
    pixels, world = pose.pixels.copy(), pose.world.copy()
    joints = found.joints[_SHARED]
    middle = found.joints[_HIPS].mean(axis=0)
    pixels[_AS_LANDMARKS] = joints[:, :2]
    world[_AS_LANDMARKS] = np.column_stack([(joints[:, :2] - middle[:2]) / found.px_per_m, joints[:, 2]])
    return replace(pose, pixels=pixels, world=world)


def landmark_features(pose: Pose, crop: Crop) -> FloatArray:
    """Return what the network is told of the pose model's landmarks.

    Parameters
    ----------
    pose
        A found pose.
    crop
        Its crop.

    Returns
    -------
    FloatArray
        Shape (60,): x and y of each of `FEATURE_LANDMARKS`, in sides of the crop from its middle; then x, y and z of
        each in metres, origin mid-hip, turned like the crop.
    """
    flat = crop.to_crop(pose.pixels[_LANDMARKS], 1) - 0.5
    solid = pose.world[_LANDMARKS].copy()
    solid[:, :2] = solid[:, :2] @ crop.rotation().T
    return np.concatenate([flat.ravel(), solid.ravel()])


def _mirrored_features(features: FloatArray) -> FloatArray:
    """Return the features of the mirror person in the mirrored crop."""
    flat, solid = features[: 2 * _COUNT].reshape(-1, 2), features[2 * _COUNT :].reshape(-1, 3)
    return np.concatenate([(flat[_OTHER_SIDE] * (-1.0, 1.0)).ravel(), (solid[_OTHER_SIDE] * (-1.0, 1.0, 1.0)).ravel()])


def _start(model: bytes, path: Path) -> onnxruntime.InferenceSession:
    """Return the network ready to run on one core."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library has no common class for its errors
        raise ModelError(f"the landmark refiner {path} is damaged; install formcheck again") from error
    names = ([i.name for i in session.get_inputs()], [o.name for o in session.get_outputs()])
    if not (set(names[0]) == set(_INPUTS) and set(names[1]) >= set(_OUTPUTS)):
        raise ModelError(f"{path} is not a landmark refiner; it has the inputs {names[0]} and outputs {names[1]}")
    return session
