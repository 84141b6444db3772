from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.core.landmarks import JOINT_INDEX, other_side
from formcheck.measure.fit import PARAMETER_INDEX, FrameFitter, Observations, fit_frames, fit_rest

from .made import BENT, Pose, camera, seen

WORK = [Pose(right=replace(BENT, ir=1.0 + 3.0 * k, adduction=-4.0 + k), roll=0.8 * k) for k in range(9)]


def _noisy(obs: Observations, rng: np.random.Generator, same: float) -> Observations:
    """Return observations with errors of their sigma, a share `same` of the variance alike in every frame."""

    def error(shape: tuple[int, ...]) -> np.ndarray:
        return np.sqrt(same) * rng.normal(size=shape[1:]) + np.sqrt(1 - same) * rng.normal(size=shape)

    return replace(
        obs,
        pixels=obs.pixels + error(obs.pixels.shape) * obs.sigma_px[..., None],
        depth_m=obs.depth_m + error(obs.depth_m.shape) * obs.depth_sigma_m,
    )


@pytest.mark.parametrize("elevation", [40.0, 60.0, 85.0])
def test_exact_joints_give_back_the_true_changes(elevation: float) -> None:
    obs, truth = seen(WORK, camera(elevation))
    track = fit_frames(obs, fit_rest(obs.at(slice(0, 1)), "supine"))
    for name, within in (
        ("hip_ir_right", 0.6),
        ("hip_adduction_right", 0.6),
        ("hip_flexion_right", 1.0),
        ("knee_flexion_right", 1.0),
        ("pelvis_roll", 0.6),
        ("trunk_twist", 1.0),
        ("hip_ir_left", 0.6),
    ):
        np.testing.assert_allclose(track.change(name), truth[name] - truth[name][0], atol=within, err_msg=name)
    assert np.max(track.cost) < 0.1


def test_the_mirrored_person_has_the_mirrored_angles() -> None:
    obs, _ = seen(WORK, camera(50.0, azimuth=10.0))
    track = fit_frames(obs, fit_rest(obs.at(slice(0, 1)), "supine"))
    flipped = obs.mirrored()
    mirrored = fit_frames(flipped, fit_rest(flipped.at(slice(0, 1)), "supine"))
    for name in ("hip_ir_right", "hip_flexion_left", "hip_adduction_right", "knee_flexion_right"):
        np.testing.assert_allclose(mirrored.value(other_side(name)), track.value(name), atol=0.1)
    np.testing.assert_allclose(mirrored.value("pelvis_roll"), -track.value("pelvis_roll"), atol=0.1)


def test_an_error_that_stays_does_not_look_like_movement() -> None:
    obs, _ = seen([Pose()] * 9, camera(50.0))
    obs.pixels[:, JOINT_INDEX["right_knee"]] += [12.0, -9.0]
    track = fit_frames(obs, fit_rest(obs.at(slice(0, 4)), "supine"))
    assert np.abs(track.change("hip_ir_right")).max() < 0.5


def test_two_sigma_hold_the_truth_for_simulated_errors() -> None:
    rng = np.random.default_rng(5)
    ratios: dict[str, list[float]] = {"hip_ir_right": [], "pelvis_roll": [], "hip_flexion_right": []}
    for _ in range(16):
        exact, truth = seen(WORK, camera(rng.uniform(35.0, 85.0), hfov=rng.uniform(55.0, 65.0)), 0.02, 0.04)
        obs = _noisy(exact, rng, 0.85)
        track = fit_frames(obs, fit_rest(obs.at(slice(0, 1)), "supine"))
        for name, out in ratios.items():
            missed = track.change(name) - (truth[name] - truth[name][0])
            out.extend((missed / track.change_sigma(name))[1:])
    for name, out in ratios.items():
        assert 0.88 <= np.mean(np.abs(out) < 2.0) <= 1.0, name
        assert np.std(out) > 0.4, name


def test_a_missing_leg_has_a_large_sigma_and_breaks_nothing() -> None:
    obs, _ = seen(WORK, camera(55.0))
    rest = fit_rest(obs.at(slice(0, 1)), "supine")
    for name in ("knee", "knee_front", "ankle", "heel", "foot_index"):
        obs.pixels[5, JOINT_INDEX[f"right_{name}"]] = np.nan
        obs.sigma_px[6, JOINT_INDEX[f"right_{name}"]] = np.inf
        obs.depth_m[5:7, JOINT_INDEX[f"right_{name}"]] = np.nan
    track = fit_frames(obs, rest)
    assert np.isfinite(track.values).all()
    assert np.isfinite(track.change_sigmas).all()
    sigma = track.change_sigma("hip_ir_right")
    assert (sigma[5:7] > 20.0).all()
    assert (sigma[[4, 7]] < 5.0).all()


def test_a_frame_without_any_joint_stays_at_rest() -> None:
    obs, _ = seen(WORK, camera(55.0))
    rest = fit_rest(obs.at(slice(0, 1)), "supine")
    obs.pixels[4], obs.depth_m[4] = np.nan, np.nan
    track = FrameFitter(rest, obs.image_size).fit(obs.at(slice(4, 5)), rest.parameters[None])
    assert track.change("hip_ir_right")[0] == pytest.approx(0.0, abs=0.5)
    assert track.change_sigma("hip_ir_right")[0] > 20.0


def test_one_frame_at_a_time_gives_what_all_at_once_do() -> None:
    obs, _ = seen(WORK, camera(55.0))
    rest = fit_rest(obs.at(slice(0, 1)), "supine")
    together = fit_frames(obs, rest)
    fitter, x = FrameFitter(rest, obs.image_size), rest.parameters[None]
    for frame in range(len(obs)):
        track = fitter.fit(obs.at(slice(frame, frame + 1)), x)
        x = track.parameters
        np.testing.assert_allclose(track.values[0], together.values[frame], atol=0.5)


def test_where_the_floor_was_at_rest_decides_how_far_away_the_person_is() -> None:
    obs, _ = seen([Pose()] * 2, camera(35.0), 0.03, None)
    rest = fit_rest(obs.at(slice(0, 1)), "supine")
    middle = obs.pixels[1].mean(axis=0)
    obs.pixels[1] = middle + 0.9 * (obs.pixels[1] - middle)
    sunk = fit_frames(obs, rest)
    free = fit_frames(obs, replace(rest, floor_m=rest.floor_m - 1.0))
    distance = PARAMETER_INDEX["log_distance"]
    moved = [track.parameters[1, distance] - rest.parameters[distance] for track in (sunk, free)]
    assert abs(moved[0]) < 0.7 * abs(moved[1])
