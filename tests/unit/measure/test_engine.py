"""The fit of a whole clip, and what the learned corrections do to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.core.landmarks import SIDES, other_side
from formcheck.measure.baseline import BaselineSpan
from formcheck.measure.corrector import BOUNDED, Correction
from formcheck.measure.engine import ClipFit, correct_clip, corrected_change, fit_clip, tie_to
from formcheck.measure.evidence import leg_evidence
from formcheck.measure.view import ViewFinding
from tests.fixtures.stick import squat_track
from tests.unit.measure.made_clip import FROM_FEET, STILL, corrector_of, fitted, verdict_of, without_joints, working

STANDING = ViewFinding("front", lying=False, elevation_deg=None)
SIDED = [name for name in BOUNDED if name != "pelvis_roll"]


@pytest.fixture(scope="module")
def clip() -> ClipFit:
    return fitted(working()[0])


def inputs_of(clip: ClipFit) -> int:
    return leg_evidence(clip.observations, clip.rest_observations, clip.fit, "right").shape[1]


def correction(frames: int, change: float, sigma: float) -> Correction:
    """Return the same correction of every channel in all frames."""
    every, one = np.ones((frames, len(BOUNDED))), np.ones(frames)
    return Correction(change * every, sigma * every, 0.5 * one, 0.1 * one, one)


@pytest.mark.parametrize("elevation", [45.0, 60.0, 85.0])
def test_exact_joints_give_the_true_changes(elevation: float) -> None:
    track, truth = working(elevation)
    fit = fitted(track).fit
    for name in ("hip_ir_right", "hip_ir_left", "knee_flexion_right", "pelvis_roll", "hip_adduction_right"):
        np.testing.assert_allclose(fit.change(name), truth[name] - truth[name][0], atol=1.0, err_msg=name)


def test_a_standing_person_in_a_lying_drill_is_not_fitted() -> None:
    stick = squat_track([])
    assert fit_clip(stick, STILL, "supine", STANDING) is None
    assert fit_clip(stick, STILL, "standing", STANDING) is not None


def test_a_lying_person_in_a_standing_drill_is_not_fitted() -> None:
    track, _ = working()
    assert fit_clip(track, STILL, "standing", FROM_FEET) is None


def test_a_position_that_the_fit_does_not_know_is_not_fitted() -> None:
    track, _ = working()
    assert fit_clip(track, STILL, "seated", FROM_FEET) is None


def test_without_anybody_in_the_still_stretch_nothing_is_fitted() -> None:
    track = without_joints(working()[0], slice(0, STILL.stop))
    pixels = track.pixels.copy()
    pixels[: STILL.stop] = np.nan
    assert fit_clip(replace(track, pixels=pixels), STILL, "supine", FROM_FEET) is None
    assert fit_clip(track, BaselineSpan(2, 2, still=True), "supine", FROM_FEET) is None


def test_the_rest_observations_are_the_median_of_the_still_stretch() -> None:
    track, _ = working()
    joints = track.joints.copy()
    joints[1, :, 0] += 400.0
    clip = fitted(replace(track, joints=joints))
    assert len(clip.rest_observations) == 1
    np.testing.assert_allclose(clip.rest_observations.pixels[0], track.joints[0, :, :2])


def test_a_correction_is_added_to_its_own_leg_s_change_and_brings_its_sigma(clip: ClipFit) -> None:
    frames = len(clip.observations)
    said = {"left": correction(frames, 2.0, 1.5), "right": correction(frames, -3.0, 2.5)}
    for base in SIDED:
        for side, change, sigma in (("left", 2.0, 1.5), ("right", -3.0, 2.5)):
            found = corrected_change(clip, said, f"{base}_{side}")
            np.testing.assert_allclose(found[0], clip.fit.change(f"{base}_{side}") + change)
            np.testing.assert_allclose(found[1], sigma)


def test_the_roll_s_correction_is_the_mean_of_what_both_legs_say_of_their_own_side(clip: ClipFit) -> None:
    frames = len(clip.observations)
    agreed = {"left": correction(frames, -2.0, 1.0), "right": correction(frames, 4.0, 3.0)}
    change, sigma = corrected_change(clip, agreed, "pelvis_roll")  # left side down by 2 is right side up by 2
    np.testing.assert_allclose(change, clip.fit.change("pelvis_roll") + 3.0)
    np.testing.assert_allclose(sigma, 2.0)


def test_where_a_leg_is_not_believed_change_and_sigma_are_exactly_the_fit_s(clip: ClipFit) -> None:
    said = correct_clip(clip, corrector_of(inputs_of(clip), push=20.0, limit=-1.0), verdict_of(clip))
    for name in ("pelvis_roll", *(f"{base}_{side}" for base in SIDED for side in SIDES)):
        change, sigma = corrected_change(clip, said, name)
        np.testing.assert_array_equal(change, clip.fit.change(name))
        np.testing.assert_array_equal(sigma, clip.fit.change_sigma(name))


def test_the_doubt_of_one_leg_leaves_the_roll_to_the_fit(clip: ClipFit) -> None:
    frames = len(clip.observations)
    said = {"left": correction(frames, 0.0, np.nan), "right": correction(frames, 4.0, 1.0)}
    change, sigma = corrected_change(clip, said, "pelvis_roll")
    np.testing.assert_array_equal(change, clip.fit.change("pelvis_roll"))
    np.testing.assert_array_equal(sigma, clip.fit.change_sigma("pelvis_roll"))


def test_frames_without_refined_joints_are_not_corrected() -> None:
    clip = fitted(without_joints(working()[0], slice(5, 7)))
    said = correct_clip(clip, corrector_of(inputs_of(clip), push=20.0), verdict_of(clip))
    for side in SIDES:
        believed = np.isfinite(said[side].sigma).all(axis=1)
        np.testing.assert_array_equal(np.flatnonzero(~believed), [5, 6])


def test_the_mirrored_person_has_the_mirrored_corrections() -> None:
    track, _ = working(50.0, azimuth=8.0)
    clip, mirrored = fitted(track), fitted(track.mirrored())
    corrector = corrector_of(inputs_of(clip), weight=0.1, spread=20.0)
    there, here = (correct_clip(c, corrector, verdict_of(c)) for c in (clip, mirrored))
    assert np.ptp(there["right"].change) > 0.1
    for side in SIDES:
        np.testing.assert_allclose(here[other_side(side)].change, there[side].change, atol=0.05)
    roll = [corrected_change(c, s, "pelvis_roll")[0] for c, s in ((clip, there), (mirrored, here))]
    np.testing.assert_allclose(roll[1], -roll[0], atol=0.05)


def with_surface(clip: ClipFit, change: float) -> ClipFit:
    """Return the clip with all of the trunk's surface moved by as much, in all frames but the last."""
    surface = np.full_like(clip.surface, change)
    surface[-1] = np.nan
    return replace(clip, surface=surface)


def test_the_verdict_is_the_surface_s_where_it_was_followed_and_else_the_corrector_s(clip: ClipFit) -> None:
    corrector = corrector_of(inputs_of(clip), logit=-2.0)
    alone = correct_clip(clip, corrector, verdict_of(clip, logit=3.0))
    both = correct_clip(with_surface(clip, 0.01), corrector, verdict_of(clip, logit=3.0))
    for side in SIDES:
        np.testing.assert_allclose(alone[side].lifted, 1 / (1 + np.exp(2.0)))
        np.testing.assert_allclose(both[side].lifted[:-1], 1 / (1 + np.exp(-3.0)))
        assert both[side].lifted[-1] == alone[side].lifted[-1]
        np.testing.assert_array_equal(both[side].change, alone[side].change)


def test_no_verdict_of_the_surface_where_the_corrector_is_not_believed(clip: ClipFit) -> None:
    said = correct_clip(with_surface(clip, 0.01), corrector_of(inputs_of(clip), limit=-1.0), verdict_of(clip))
    assert np.isnan([said[side].lifted for side in SIDES]).all()


def test_a_surface_unlike_those_of_the_training_leaves_the_verdict_to_the_corrector(clip: ClipFit) -> None:
    corrector = corrector_of(inputs_of(clip), logit=-2.0)
    said = correct_clip(with_surface(clip, 0.01), corrector, verdict_of(clip, logit=3.0, limit=-1.0))
    np.testing.assert_allclose(said["right"].lifted, 1 / (1 + np.exp(2.0)))


def test_live_the_surface_of_a_frame_is_what_it_is_in_the_whole_clip() -> None:
    track, _ = working()
    rng = np.random.default_rng(4)
    surface, since = rng.normal(size=(len(track), 35, 3)), np.full(len(track), 0.1)
    since[-1] = 0.7
    track = replace(track, surface=surface, surface_from_s=since)
    whole = fitted(track)
    tie = tie_to(track.between(STILL.start, STILL.stop), "supine", FROM_FEET)
    assert tie is not None
    for i in range(len(track)):
        one = track.between(i, i + 1)
        np.testing.assert_array_equal(tie.clip(one, tie.observe(one), whole.fit).surface[0], whole.surface[i])
    np.testing.assert_array_equal(np.isfinite(whole.surface).all(axis=(1, 2)), since == 0.1)
