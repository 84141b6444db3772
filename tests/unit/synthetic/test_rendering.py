"""Pictures agree with the truth: markers land on projections, the same seed gives the same pixels."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from formcheck.core.errors import MissingDependencyError
from formcheck.synthetic.camera import parse_placement, place_camera
from formcheck.synthetic.clip import Clip, ClipSpec
from formcheck.synthetic.mesh import load_mesh
from formcheck.synthetic.people import PEOPLE, find_person
from formcheck.synthetic.picture import PictureQuality, smooth_edges

slow = pytest.mark.slow
JOINTS = (
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_shoulder",
    "right_wrist",
)


@slow
@pytest.mark.parametrize("camera", ["foot_end:50,roll=3", "overhead", "side_right", "head_end:40,hfov=48,azimuth=170"])
def test_painted_markers_land_on_their_projection(camera: str, needs_renderer: None) -> None:
    from formcheck.synthetic.renderer import Renderer

    clip = Clip(ClipSpec("supine-ir-liftoff", reps=1, fps=5, camera=camera, size=(320, 240)))
    clip.keep([20])
    (posture,) = clip.solve()[1]
    with Renderer(clip.spec.size) as renderer:
        renderer.set_person(clip.person, clip.mesh)
        renderer.set_scene(clip.scene)
        for name in JOINTS:
            image = renderer.draw(posture, clip.cameras[0], markers=posture.joints[name][None])
            y, x = np.nonzero((image == (255, 0, 255)).all(axis=2))
            assert len(x) > 0, name
            expected = np.array(clip.truth()["joints_px"][name][0])
            assert np.hypot(x.mean() + 0.5 - expected[0], y.mean() + 0.5 - expected[1]) < 2.0, name


@slow
def test_drawn_body_covers_its_own_joints(needs_renderer: None) -> None:
    """Without markers: the picture changes where the truth says a knee is, when the person is taken away."""
    from formcheck.synthetic.renderer import Renderer

    clip = Clip(ClipSpec("screen-squat", reps=1, fps=5, camera="front", size=(320, 240)))
    clip.keep([5])
    (posture,) = clip.solve()[1]
    with Renderer(clip.spec.size) as renderer:
        renderer.set_person(clip.person, clip.mesh)
        renderer.set_scene(clip.scene)
        with_person = renderer.draw(posture, clip.cameras[0]).astype(int)
        assert renderer._empty_room is not None
        without = renderer._empty_room[1].astype(int)
    changed = np.abs(with_person - without).sum(axis=2) > 12
    for name in JOINTS:
        x, y = clip.truth()["joints_px"][name][0]
        assert changed[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2].any(), name


@slow
def test_same_seed_gives_the_same_truth_and_pixels(needs_renderer: None) -> None:
    def once() -> tuple[dict, list[np.ndarray]]:
        clip = Clip(
            ClipSpec("supine-ir-liftoff", reps=1, fps=4, size=(160, 120), seed=9, camera="foot_end:50,shake=0.3")
        )
        clip.keep([2, 12, 20])
        return clip.truth(), [f.image for f in clip.frames()]

    (truth_a, images_a), (truth_b, images_b) = once(), once()
    assert truth_a == truth_b
    for a, b in zip(images_a, images_b, strict=True):
        np.testing.assert_array_equal(a, b)


@slow
def test_other_seed_gives_other_pixels(needs_renderer: None) -> None:
    def first(seed: int) -> np.ndarray:
        clip = Clip(ClipSpec("screen-squat", reps=1, fps=4, size=(160, 120), seed=seed))
        clip.keep([2])
        return next(iter(clip.frames())).image

    assert np.abs(first(1).astype(int) - first(2).astype(int)).mean() > 3.0


def test_missing_egl_is_said_in_one_sentence_with_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    moderngl = pytest.importorskip("moderngl")
    from formcheck.synthetic import renderer

    def broken(*_: object, **__: object) -> None:
        raise Exception("libEGL.so not loaded")

    monkeypatch.setattr(moderngl, "create_standalone_context", broken)
    with pytest.raises(MissingDependencyError) as caught:
        renderer.create_context()
    for package in ("libegl1", "libegl-mesa0", "libgl1-mesa-dri"):
        assert package in str(caught.value)
    assert "\n" not in str(caught.value)


def test_importing_needs_neither_moderngl_nor_scikit_image() -> None:
    code = (
        "import sys; sys.modules['moderngl'] = None; sys.modules['skimage'] = None; import formcheck.synthetic as s; "
    )
    code += "from formcheck.synthetic.renderer import create_context\n"
    code += "try:\n    create_context()\nexcept Exception as e:\n    print(type(e).__name__, e)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.startswith("MissingDependencyError")
    assert "formcheck[synthetic]" in result.stdout


def test_mesh_is_closed_enough_and_weighted(needs_renderer: None) -> None:
    mesh = load_mesh(find_person("ben"))
    np.testing.assert_allclose(mesh.weights.sum(axis=1), 1.0, atol=1e-4)
    assert mesh.weights.min() >= 0
    assert 15_000 < len(mesh.vertices) < 90_000


def test_mesh_height_is_the_persons_height() -> None:
    for name in ("ben", "finn"):
        person = find_person(name)
        mesh = load_mesh(person)
        tall = float(np.ptp(mesh.vertices[:, 1]))
        assert abs(tall - person.proportions.height) < 0.06, name
    assert PEOPLE["finn"].hair == "bald"


def test_smooth_edges_leaves_flat_parts_alone() -> None:
    image = np.full((40, 60, 3), 90, dtype=np.uint8)
    image[:, 30:] = 200
    out = smooth_edges(image)
    np.testing.assert_array_equal(out[:, :25], image[:, :25])
    assert out.shape == image.shape


def test_camera_projection_matches_the_textbook() -> None:
    camera = place_camera(
        parse_placement("front:0,distance=2,hfov=90"), np.array([0.0, 1.0, 0.0]), np.array([1.0, 0, 0]), (400, 200)
    )
    # focal = 200 px; 0.5 m to the person's right at 2 m is 50 px to the left of the middle
    np.testing.assert_allclose(camera.project(np.array([0.0, 1.0, 0.5])), [150.0, 100.0], atol=1e-9)
    np.testing.assert_allclose(camera.project(np.array([0.0, 1.5, 0.0])), [200.0, 50.0], atol=1e-9)


def test_exposure_and_noise_are_bounded() -> None:
    from formcheck.synthetic.picture import PictureSpoiler

    image = np.full((48, 64, 3), 128, dtype=np.uint8)
    out = PictureSpoiler(PictureQuality(noise=5.0, blur=0.0, jpeg=70), (64, 48), 1).apply(image)
    assert out.shape == image.shape
    assert 1.0 < out.astype(float).std() < 8.0
