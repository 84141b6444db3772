"""Channels on a stick person: right values, and what turning, scaling and mirroring must do to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from formcheck.core.landmarks import INDEX
from formcheck.core.measurement import Reason
from formcheck.core.pose import PoseTrack
from formcheck.measure import channels, compute
from formcheck.measure.body import body_context
from formcheck.measure.channels import CHANNELS, HEEL_CENTRE, full_names, split_name
from formcheck.measure.compute import compute_channels, propagate_sigma
from formcheck.measure.view import ViewFinding
from tests.fixtures.stick import SIZE, leg_from_angles, squat_track, upright_world

FRONT = ViewFinding("front", lying=False, elevation_deg=None)
SIDE = ViewFinding("side", lying=False, elevation_deg=None)
LYING_SIDE = ViewFinding("side", lying=True, elevation_deg=None)
ALL = [name for base in CHANNELS for name in full_names(base)]


def posed_track(seed: int, frames: int = 4) -> PoseTrack:
    """Return people in random poses (world and picture alike)."""
    rng = np.random.default_rng(seed)
    world = np.array([upright_world(k) for k in rng.uniform(20, 110, frames)])
    world += rng.normal(0, 0.03, world.shape)
    pixels = world[..., :2] * 150 + np.array(SIZE) / 2
    ones = np.ones(world.shape[:2])
    return PoseTrack(np.arange(frames) / 30.0, pixels, world, ones, ones, SIZE)


def raw_value(track: PoseTrack, name: str, view: ViewFinding = FRONT) -> np.ndarray:
    """Return a channel's value without abstention."""
    spec, side = split_name(name)
    if side == "left":
        track = track.mirrored()
    ctx = body_context(track, view)
    points = (track.pixels if spec.space == "image" else track.world)[:, [INDEX[n] for n in spec.landmarks]]
    return spec.compute(points, ctx)


def test_knee_flexion_of_a_squat_is_the_squats_knee_flexion() -> None:
    track = squat_track([80.0])
    for name in ("knee_flexion_left", "knee_flexion_right"):
        value = raw_value(track, name)
        assert value.max() == pytest.approx(80, abs=0.5)
        assert value[0] == pytest.approx(0, abs=1e-5)
        series = compute_channels(track, [name], SIDE)[name]  # fused with the leg's shortening in the picture
        assert np.abs(series.value - value).max() < 1.5 * series.sigma.max()
        assert series.value.max() == pytest.approx(80, abs=5)


def test_a_standing_person_is_neutral() -> None:
    channels = compute_channels(squat_track([0.0]), ALL, FRONT)
    for name in ("knee_frontal_left", "knee_frontal_right", "pelvis_hike", "trunk_side_bend", "hip_shift"):
        assert channels[name].value[0] == pytest.approx(0, abs=1e-6), name
    assert channels["pelvis_yaw"].value[0] == pytest.approx(0, abs=1e-6)
    assert channels["ankle_height_right"].value[0] == pytest.approx(0.06 / 0.42 + HEEL_CENTRE, abs=0.02)
    assert channels["knee_height_right"].value[0] == pytest.approx(0.48 / 0.42 + HEEL_CENTRE, abs=0.05)


@pytest.mark.parametrize(("yaw", "expected"), [(20, 20), (-35, -35)])
def test_turning_to_the_own_left_is_positive_yaw(yaw: float, expected: float) -> None:
    """Rotation about the camera's y axis (down) by +yaw turns the person's right side towards the camera."""
    track = squat_track([0.0], yaw_deg=yaw)
    right_hip_depth = track.world[0, INDEX["right_hip"], 2]
    value = raw_value(track, "pelvis_yaw")[0]
    assert abs(value) == pytest.approx(abs(expected), abs=1.0)  # the camera looks down a little
    assert np.sign(value) == -np.sign(right_hip_depth)


def test_knee_towards_the_midline_is_positive_on_both_sides() -> None:
    track = squat_track([60.0])
    for side, inwards in (("right", 1), ("left", -1)):
        pixels = track.pixels.copy()
        pixels[:, INDEX[f"{side}_knee"], 0] += 12 * inwards  # the person's right is the picture's left
        moved = replace(track, pixels=pixels)
        for base in ("knee_frontal", "thigh_tilt", "shank_tilt"):
            assert raw_value(moved, f"{base}_{side}")[0] > 3, (base, side)


def test_an_ankle_away_from_the_midline_is_positive_on_both_sides() -> None:
    track = squat_track([0.0])
    for side, outwards in (("right", -1), ("left", 1)):  # the person's right is the picture's left
        pixels = track.pixels.copy()
        pixels[:, INDEX[f"{side}_ankle"], 0] += 30 * outwards
        moved = raw_value(replace(track, pixels=pixels), f"ankle_out_{side}") - raw_value(track, f"ankle_out_{side}")
        ctx = body_context(track, FRONT)
        np.testing.assert_allclose(moved, 30 / (ctx.px_per_m * ctx.shank_m), rtol=0.1)


def test_the_gap_between_the_ankles_is_measured_in_shanks() -> None:
    track = squat_track([0.0])
    pixels = track.pixels.copy()
    pixels[:, INDEX["left_ankle"]] = pixels[:, INDEX["right_ankle"]] + np.array([30.0, 40.0])
    ctx = body_context(track, FRONT)
    np.testing.assert_allclose(
        raw_value(replace(track, pixels=pixels), "ankle_gap"), 50 / (ctx.px_per_m * ctx.shank_m), rtol=0.1
    )


@pytest.mark.parametrize("facing", [90, -90])
def test_a_bending_knee_is_positive_seen_from_the_side(facing: int) -> None:
    """A person who squats, and the same laid on the back: the picture turned by a quarter, head to the side."""
    for view, place in ((LYING_SIDE, _laid), (SIDE, lambda track: track)):  # and upright, as one squats
        straight, bent = (
            raw_value(place(squat_track([deep], yaw_deg=facing)), "knee_sagittal_right", view) for deep in (0, 60)
        )
        assert np.abs(straight).max() < 1
        assert bent.max() == pytest.approx(60, abs=5)


def test_a_trunk_that_hinges_towards_the_lens_looks_short() -> None:
    upright = squat_track([0.0])
    index = [INDEX[name] for name in ("left_shoulder", "right_shoulder")]
    pixels, world = upright.pixels.copy(), upright.world.copy()
    hips = pixels[:, [INDEX["left_hip"], INDEX["right_hip"]], 1].mean(axis=1, keepdims=True)
    lean = np.radians(50.0)
    pixels[:, index, 1] = hips + (pixels[:, index, 1] - hips) * np.cos(lean)
    world[:, index, 2] = world[:, index, 1] * np.sin(lean)
    world[:, index, 1] *= np.cos(lean)
    hinged = raw_value(replace(upright, pixels=pixels, world=world), "trunk_fold")
    assert hinged.max() == pytest.approx(50, abs=8)


def test_toes_that_point_in_are_positive_for_either_foot_and_one_foot_is_told_against_the_other() -> None:
    track = squat_track([0.0])
    pixels = track.pixels.copy()
    length = 0.59 * raw_scale(track)
    pixels[:, INDEX["right_foot_index"], 0] = (
        pixels[:, INDEX["right_heel"], 0] + 0.5 * length
    )  # to the picture's right: in
    pixels[:, INDEX["left_foot_index"], 0] = pixels[:, INDEX["left_heel"], 0] + 0.5 * length  # out
    turned = replace(track, pixels=pixels)
    assert raw_value(turned, "foot_turn_right").mean() == pytest.approx(30, abs=1)
    assert raw_value(turned, "foot_turn_left").mean() == pytest.approx(-30, abs=1)
    assert raw_value(turned, "foot_apart_right").mean() == pytest.approx(60, abs=2)
    assert raw_value(turned, "foot_out").mean() == pytest.approx(30, abs=1)


def raw_scale(track: PoseTrack) -> np.ndarray:
    """Return the length of a shank in the picture, pixels."""
    ctx = body_context(track, FRONT)
    return ctx.px_per_m * ctx.shank_m


def _laid(track: PoseTrack) -> PoseTrack:
    """Return a track turned so that a person who faces the picture's right or left lies on the back."""
    facing = np.sign(track.pixels[0, INDEX["right_foot_index"], 0] - track.pixels[0, INDEX["right_heel"], 0])
    x, y = track.pixels[..., 0], track.pixels[..., 1]
    return replace(track, pixels=np.stack([facing * y, -facing * x], axis=-1))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_mirroring_the_person_swaps_the_sides_and_turns_the_signs(seed: int) -> None:
    track = posed_track(seed)
    mirrored = track.mirrored()
    for base, spec in CHANNELS.items():
        if spec.sided:
            for a, b in (("left", "right"), ("right", "left")):
                np.testing.assert_allclose(
                    raw_value(mirrored, f"{base}_{a}"), raw_value(track, f"{base}_{b}"), atol=1e-9, err_msg=base
                )
        elif base in ("trunk_lean", "trunk_fold", "hip_back", "hip_rise", "ankle_gap", "foot_out", "foot_dump"):
            np.testing.assert_allclose(raw_value(mirrored, base), raw_value(track, base), atol=1e-9)
        else:
            np.testing.assert_allclose(raw_value(mirrored, base), -raw_value(track, base), atol=1e-9, err_msg=base)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.tuples(*[st.floats(-180, 180)] * 3))
def test_turning_the_camera_does_not_change_joint_angles(seed: int, euler: tuple[float, float, float]) -> None:
    track = posed_track(seed)
    turned = replace(track, world=track.world @ Rotation.from_euler("zyx", euler, degrees=True).as_matrix().T)
    for base in ("knee_flexion", "hip_flexion", "hip_adduction", "hip_ir"):
        for side in ("left", "right"):
            name = f"{base}_{side}"
            np.testing.assert_allclose(raw_value(turned, name), raw_value(track, name), atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.5, 2.0))
def test_a_larger_body_has_the_same_angles_and_relative_heights(seed: int, scale: float) -> None:
    track = posed_track(seed)
    scaled = replace(track, world=track.world * scale, pixels=(track.pixels - 300) * scale + 300)
    for name in ALL:
        np.testing.assert_allclose(raw_value(scaled, name), raw_value(track, name), atol=1e-6, err_msg=name)


@pytest.mark.parametrize("name", ["knee_flexion_right", "hip_flexion_left", "knee_frontal_left", "trunk_side_bend"])
def test_sigma_agrees_with_monte_carlo(name: str) -> None:
    track = squat_track([90.0]).between(79, 80)  # near the bottom: nothing is singular
    spec, side = split_name(name)
    seen = track.mirrored() if side == "left" else track
    ctx = body_context(seen, FRONT)
    points = (seen.pixels if spec.space == "image" else seen.world)[:, [INDEX[n] for n in spec.landmarks]]
    size = compute.landmark_sigma(spec.landmarks, spec.space, "upright_front")
    if spec.space == "image":
        size = size * ctx.torso_px[0]
    rng = np.random.default_rng(1)
    drawn = spec.compute(points + rng.normal(0, 1, (20_000, 1, *size.shape)) * size, ctx)
    assert propagate_sigma(spec, points, ctx)[0] == pytest.approx(float(np.std(drawn)), rel=0.15)


@pytest.mark.parametrize(("knee", "published"), [(90, 4.5), (60, 4.9), (45, 5.5)])
def test_sigma_of_rotation_agrees_with_the_published_propagation(
    knee: float, published: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BIOMECHANICS section 2: hip-line reference, 1 cm on every joint, at 20 degrees of rotation."""
    monkeypatch.setattr(compute, "landmark_sigma", lambda names, space, pictured: np.full((len(names), 3), 0.01))
    frame = np.eye(3)
    hip = 0.1 * frame[2]
    knee_at, ankle = leg_from_angles(frame, hip, (0.417, 0.418), (0, 0, 20, knee))
    up = 0.5 * frame[1]
    points = np.array([[hip, -hip, up + 0.18 * frame[2], up - 0.18 * frame[2], knee_at, ankle]])
    ctx = body_context(squat_track([0.0]).between(0, 1), FRONT)
    assert propagate_sigma(CHANNELS["hip_ir"], points, ctx)[0] == pytest.approx(published, rel=0.12)


def test_rotation_is_abstained_near_a_straight_knee() -> None:
    series = compute_channels(squat_track([20.0]), ["hip_ir_right"], FRONT)["hip_ir_right"]
    assert set(series.reason) == {Reason.KNEE_TOO_STRAIGHT}
    assert np.isnan(series.value).all()
    assert np.isnan(series.sigma).all()


def test_what_a_view_cannot_show_is_abstained() -> None:
    channels = compute_channels(squat_track([60.0], yaw_deg=90), ["knee_frontal_left", "trunk_lean"], SIDE)
    assert set(channels["knee_frontal_left"].reason) == {Reason.WRONG_VIEW}
    assert set(channels["trunk_lean"].reason) == {""}
    front = compute_channels(squat_track([60.0]), ["trunk_lean"], FRONT)
    assert set(front["trunk_lean"].reason) == {Reason.WRONG_VIEW}


def test_hidden_missing_and_cut_off_landmarks_are_abstained_with_their_reason() -> None:
    track = squat_track([60.0])
    visibility, pixels = track.visibility.copy(), track.pixels.copy()
    visibility[0, INDEX["right_knee"]] = 0.1
    pixels[1, INDEX["right_ankle"], 1] = SIZE[1] + 5
    pixels[2] = np.nan
    world = track.world.copy()
    world[2] = np.nan
    broken = replace(track, visibility=visibility, pixels=pixels, world=world)
    series = compute_channels(broken, ["knee_flexion_right"], SIDE)["knee_flexion_right"]
    assert list(series.reason[:4]) == [Reason.NOT_VISIBLE, Reason.OUT_OF_FRAME, Reason.NO_PERSON, ""]
    assert np.isnan(series.value[:3]).all()
    assert np.isfinite(series.value[3])


def test_every_channel_is_documented() -> None:
    text = (Path(__file__).parents[3] / "docs" / "channels.md").read_text(encoding="utf-8")
    for base, spec in CHANNELS.items():
        assert f"`{base}" + ("_{side}`" if spec.sided else "`") in text, base


@pytest.mark.parametrize("turn", [-30.0, 12.0, 30.0])
def test_the_turn_of_head_and_shoulders_follows_the_nose_and_not_a_lean(turn: float) -> None:
    track = squat_track([20.0, 20.0])
    pixels, context = track.pixels.copy(), body_context(track, FRONT)
    shoulders, hips = (pixels[:, [INDEX[f"left_{n}"], INDEX[f"right_{n}"]]].mean(axis=1) for n in ("shoulder", "hip"))
    aside = np.sin(np.radians(turn)) * channels._NOSE_AHEAD * context.px_per_m[1] * context.torso_m
    up = (shoulders - hips) / np.linalg.norm(shoulders - hips, axis=1)[:, None]
    pixels[:, INDEX["nose"]] = shoulders + 0.4 * (shoulders - hips)
    pixels[1, INDEX["nose"]] += aside * np.array([-up[1, 1], up[1, 0]])
    value = raw_value(replace(track, pixels=pixels), "upper_turn")[:2]
    assert value == pytest.approx([0.0, turn], abs=0.1)
    assert raw_value(replace(track, pixels=pixels).mirrored(), "upper_turn")[:2] == pytest.approx([0.0, -turn], abs=0.1)


def test_head_and_shoulders_together_are_their_mean_and_unknown_where_one_of_them_is() -> None:
    track = squat_track([20.0, 20.0])
    head, shoulders = (compute_channels(track, [name], FRONT)[name] for name in ("upper_turn", "trunk_yaw"))
    shoulders = replace(shoulders, reason=np.array(["", "not_visible"] + [""] * (len(track) - 2), dtype=object))
    both = compute.with_shoulders(head, shoulders)
    assert both.value == pytest.approx((head.value + shoulders.value) / 2)
    assert both.reason.tolist() == shoulders.reason.tolist()
    assert (both.sigma < np.hypot(head.sigma, shoulders.sigma)).all()
