"""Channels from the fit: true changes, and the reasons for no number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from formcheck.core.landmarks import INDEX, JOINT_INDEX
from formcheck.core.measurement import Channels, Reason
from formcheck.core.words import reason_words
from formcheck.measure.channels import CHANNELS, full_names
from formcheck.measure.compute import compute_channels
from formcheck.measure.engine import ClipFit
from formcheck.measure.evidence import leg_evidence
from formcheck.measure.fitted import LIFT, channels_of_fit, known_by_fit
from formcheck.measure.noise import limit
from formcheck.measure.view import ViewFinding
from formcheck.synthetic.skeleton import LegAngles
from tests.unit.measure.fit.made import BENT, Pose, camera, seen
from tests.unit.measure.made_clip import FROM_FEET, REST, STILL, corrector_of, fitted, track_of, without_joints, working

LOW = replace(FROM_FEET, elevation_deg=40.0)
FROM_SIDE = ViewFinding("side", lying=True, elevation_deg=None)
Say = Callable[..., None]
NAMES = [name for base in CHANNELS for name in full_names(base)]


@pytest.fixture(scope="module")
def clip() -> ClipFit:
    return fitted(working()[0])


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, clip: ClipFit) -> Say:
    """Return a function that replaces the packaged corrector by one that says the same of everybody."""
    inputs = leg_evidence(clip.observations, clip.rest_observations, clip.fit, "right").shape[1]

    def replaced(**options: float) -> None:
        corrector = corrector_of(inputs, **options)
        monkeypatch.setattr("formcheck.measure.fitted.load_corrector", lambda: corrector)

    replaced()
    return replaced


def channels(clip: ClipFit, view: ViewFinding, *names: str) -> Channels:
    hidden = {name: np.full(len(clip.observations), "", dtype=object) for name in names}
    return channels_of_fit(clip, hidden, view)


def with_change_sigma(clip: ClipFit, name: str, sigma: float) -> ClipFit:
    """Return the clip with another sigma of a channel's change."""
    sigmas = clip.fit.change_sigmas.copy()
    sigmas[:, clip.fit.names.index(name)] = sigma
    return replace(clip, fit=replace(clip.fit, change_sigmas=sigmas))


@pytest.mark.parametrize("elevation", [45.0, 60.0, 80.0])
def test_exact_joints_give_the_true_changes_of_the_channels(say: Say, elevation: float) -> None:
    track, truth = working(elevation)
    found = compute_channels(track, NAMES, replace(FROM_FEET, elevation_deg=elevation), fitted(track))
    for name in ("hip_ir_right", "hip_ir_left", "knee_flexion_right", "knee_flexion_left", "pelvis_roll"):
        change = found[name].value - np.median(found[name].value[: STILL.stop])
        np.testing.assert_allclose(change, truth[name] - truth[name][0], atol=1.0, err_msg=name)
        assert (found[name].reason == "").all()


def test_a_foot_s_way_up_and_aside_is_in_shank_lengths(say: Say) -> None:
    lifted = replace(BENT, flexion=BENT.flexion + 12.0, adduction=BENT.adduction - 8.0)
    poses = [*REST, *[Pose(right=lifted)] * 3]
    track, truth = track_of(poses, camera(55.0)), seen(poses, camera(55.0))[1]
    found = compute_channels(track, NAMES, FROM_FEET, fitted(track))
    for name in ("ankle_height_right", "ankle_out_right", "knee_height_right", "ankle_out_left"):
        change = found[name].value - np.median(found[name].value[: STILL.stop])
        np.testing.assert_allclose(change, truth[name] - truth[name][0], atol=0.02, err_msg=name)
        assert found[name].unit == "shank"
    rise = truth["ankle_height_right"][-1] - truth["ankle_height_right"][0]
    assert rise > 0.1
    assert found["ankle_height_right"].change_sigma[-1] > 0.9 * limit("fitted_height_share") * rise
    assert truth["ankle_out_right"][-1] - truth["ankle_out_right"][0] > 0.1


def test_the_rise_of_a_leg_is_taken_from_the_refined_joints_and_unknown_where_they_are_blurred() -> None:
    track, _ = working()
    names = ["leg_rise_right"]
    exact = compute_channels(track, names, FROM_FEET)["leg_rise_right"]
    assert set(exact.reason) == {""}
    off = replace(track, pixels=track.pixels + 40.0)
    np.testing.assert_allclose(compute_channels(off, names, FROM_FEET)["leg_rise_right"].value, exact.value)
    higher = track.joints.copy()
    higher[-1, [JOINT_INDEX["right_knee"], JOINT_INDEX["right_ankle"]], 1] -= 30.0
    risen = compute_channels(replace(track, joints=higher), names, FROM_FEET)["leg_rise_right"]
    assert risen.value[-1] > exact.value[-1] + 0.1
    np.testing.assert_allclose(risen.value[:-1], exact.value[:-1])
    blurred = track.joint_sigma.copy()
    blurred[:, JOINT_INDEX["right_ankle"]] *= 100
    hidden = compute_channels(replace(track, joint_sigma=blurred), names, FROM_FEET)["leg_rise_right"]
    assert set(hidden.reason) == {Reason.NOT_VISIBLE}


def test_the_pose_models_doubt_does_not_hide_what_refined_joints_show(say: Say) -> None:
    track, _ = working()
    visibility = track.visibility.copy()
    visibility[:, INDEX["right_ankle"]] = 0.1
    doubted = replace(track, visibility=visibility)
    names = ["hip_ir_right", "shank_tilt_right"]
    fitted_ir, from_picture = compute_channels(doubted, names, FROM_FEET, fitted(doubted)).values()
    assert set(fitted_ir.reason) == {""}
    assert set(from_picture.reason) == {""}
    off = doubted.pixels.copy()
    off[:, INDEX["right_ankle"]] += 60.0
    there = compute_channels(replace(doubted, pixels=off), names, FROM_FEET, fitted(doubted))["shank_tilt_right"]
    np.testing.assert_allclose(there.value, from_picture.value, err_msg="the joint stands for the doubted landmark")
    blurred = doubted.joint_sigma.copy()
    blurred[:, JOINT_INDEX["right_ankle"]] *= 100
    hidden = compute_channels(replace(doubted, joint_sigma=blurred), names, FROM_FEET, fitted(doubted))
    assert set(hidden["shank_tilt_right"].reason) == {Reason.NOT_VISIBLE}
    bare = without_joints(doubted, slice(5, 7))
    assert list(compute_channels(bare, names, FROM_FEET, fitted(bare))["hip_ir_right"].reason[4:7]) == [
        "",
        Reason.NOT_VISIBLE,
        Reason.NOT_VISIBLE,
    ]


def test_lying_the_change_of_the_shin_s_tilt_is_surer_than_two_readings(say: Say) -> None:
    track, _ = working()
    tilt = compute_channels(track, ["shank_tilt_right"], FROM_FEET)["shank_tilt_right"]
    assert tilt.change_sigma is not None
    assert (tilt.change_sigma < np.sqrt(2) * tilt.sigma).all()


def test_every_channel_is_there_whether_the_fit_knows_it_or_not(say: Say, clip: ClipFit) -> None:
    track, _ = working()
    for view in (FROM_FEET, FROM_SIDE):
        found = compute_channels(track, NAMES, view, clip)
        assert list(found) == NAMES
        for name, series in found.items():
            assert series.name == name
            assert (np.isfinite(series.value) == (series.reason == "")).all()
            assert (np.isfinite(series.sigma) == (series.reason == "")).all()


def test_the_fit_knows_the_sigma_of_the_change_and_that_it_is_smaller(say: Say, clip: ClipFit) -> None:
    series = channels(clip, FROM_FEET, "hip_ir_right")["hip_ir_right"]
    np.testing.assert_allclose(series.change_sigma, 1.0)  # what the corrector says
    np.testing.assert_allclose(series.sigma, np.hypot(1.0, clip.fit.rest.sigma["hip_ir_right"]))
    without = compute_channels(working()[0], ["hip_ir_right"], FROM_FEET)["hip_ir_right"]
    assert without.change_sigma is None


def test_corrections_move_lying_people_s_channels_only(say: Say, clip: ClipFit) -> None:
    say(push=20.0)
    upright = replace(FROM_FEET, view="front", lying=False, elevation_deg=None)
    lying, standing = (channels(clip, view, "hip_ir_right")["hip_ir_right"] for view in (FROM_FEET, upright))
    np.testing.assert_allclose(lying.value - clip.fit.value("hip_ir_right"), 15.0, atol=1e-9)
    np.testing.assert_allclose(standing.value, clip.fit.value("hip_ir_right"))
    np.testing.assert_allclose(standing.change_sigma, clip.fit.change_sigma("hip_ir_right"))


def test_an_unfamiliar_person_gets_the_fit_s_value_and_sigma(say: Say, clip: ClipFit) -> None:
    say(push=20.0, limit=-1.0)
    found = channels(clip, FROM_FEET, "hip_ir_right", "pelvis_roll", LIFT)
    for name in ("hip_ir_right", "pelvis_roll"):
        np.testing.assert_allclose(found[name].value, clip.fit.value(name), atol=1e-9)
        np.testing.assert_array_equal(found[name].change_sigma, clip.fit.change_sigma(name))
    assert (found[LIFT].reason == Reason.LOW_CONFIDENCE).all()


def test_what_hides_a_channel_stays_its_reason(say: Say, clip: ClipFit) -> None:
    hidden = np.full(len(clip.observations), "", dtype=object)
    hidden[2], hidden[4] = Reason.NO_PERSON, Reason.OUT_OF_FRAME
    found = channels_of_fit(clip, {"hip_ir_right": hidden, LIFT: hidden}, FROM_FEET)
    for series in found.values():
        np.testing.assert_array_equal(series.reason, hidden)
        for numbers in (series.value, series.sigma, series.change_sigma):
            np.testing.assert_array_equal(np.isfinite(numbers), hidden == "")


@pytest.mark.parametrize("name", ["knee_flexion_left", "pelvis_hike", "hip_ir_left"])
def test_a_change_too_uncertain_is_the_camera_s_fault_where_it_is_low(say: Say, clip: ClipFit, name: str) -> None:
    say(limit=-1.0)
    largest = limit("hip_ir" if name.startswith("hip_ir") else "fitted_deg")
    for sigma, low, high in ((1.1 * largest, "camera_too_low", "low_confidence"), (0.9 * largest, "", "")):
        doubtful = with_change_sigma(clip, name, sigma)
        assert (channels(doubtful, LOW, name)[name].reason == low).all()
        assert (channels(doubtful, FROM_FEET, name)[name].reason == high).all()


def test_an_unknown_sigma_is_no_number(say: Say, clip: ClipFit) -> None:
    say(limit=-1.0)
    found = channels(with_change_sigma(clip, "pelvis_hike", np.nan), FROM_FEET, "pelvis_hike")["pelvis_hike"]
    assert (found.reason == Reason.LOW_CONFIDENCE).all()


def test_below_the_least_elevation_the_lift_is_not_judged_because_the_camera_is_too_low(
    say: Say, clip: ClipFit
) -> None:
    say(logit=2.0)
    least = limit("lift_min_elevation_deg")
    for elevation, reason in ((least - 1.0, Reason.CAMERA_TOO_LOW), (least + 1.0, ""), (85.0, "")):
        lift = channels(clip, replace(FROM_FEET, elevation_deg=elevation), LIFT)[LIFT]
        assert (lift.reason == reason).all()
        assert np.isfinite(lift.value).all() == (reason == "")


def test_camera_too_low_advises_to_raise_it() -> None:
    assert reason_words(Reason.CAMERA_TOO_LOW).advice.startswith("Raise the camera")


def test_the_lift_is_that_of_the_likelier_side_in_percent(
    say: Say, monkeypatch: pytest.MonkeyPatch, clip: ClipFit
) -> None:
    from formcheck.measure import fitted as module

    said = module.correct_clip(clip, module.load_corrector(), module.load_verdict())
    frames = len(clip.observations)
    right, left = np.full(frames, 0.3), np.linspace(0.1, 0.9, frames)
    left[-1] = np.nan  # only the other leg is believed
    spread = {"right": 0.05, "left": 0.15}
    told = {
        side: replace(said[side], lifted=likely, lifted_spread=np.full(frames, spread[side]))
        for side, likely in (("right", right), ("left", left))
    }
    monkeypatch.setattr(module, "correct_clip", lambda *_: told)
    lift = channels(clip, FROM_FEET, LIFT)[LIFT]
    assert lift.unit == "percent"
    np.testing.assert_allclose(lift.value, 100.0 * np.fmax(left, right))
    np.testing.assert_allclose(lift.sigma, 100.0 * np.where(left > right, spread["left"], spread["right"]))
    np.testing.assert_allclose(lift.change_sigma, lift.sigma)
    spread["left"] = 0.25
    told["left"] = replace(told["left"], lifted_spread=np.full(frames, spread["left"]))
    torn = channels(clip, FROM_FEET, LIFT)[LIFT]
    likelier = np.nan_to_num(left) > right
    assert set(torn.reason[likelier]) == {Reason.LOW_CONFIDENCE}, "members that disagree know nothing"
    assert set(torn.reason[~likelier]) == {""}


def test_hip_rotation_needs_a_bent_knee(say: Say) -> None:
    straight = LegAngles(flexion=0.0, adduction=-4.0, ir=0.0, knee=10.0, dorsiflexion=-25.0)
    track = track_of([Pose(left=straight)] * len(REST), camera(55.0))
    found = compute_channels(track, NAMES, FROM_FEET, fitted(track))
    assert (found["hip_ir_left"].reason == Reason.KNEE_TOO_STRAIGHT).all()
    assert (found["hip_ir_right"].reason == "").all()
    assert (found["knee_flexion_left"].reason == "").all()


def test_the_left_of_the_mirrored_person_is_the_right_of_the_person(say: Say) -> None:
    say(weight=0.1, spread=20.0)
    track, _ = working(50.0, azimuth=8.0)
    view = replace(FROM_FEET, elevation_deg=50.0)
    there, here = (compute_channels(t, NAMES, view, fitted(t)) for t in (track, track.mirrored()))
    for right, left in (("hip_ir_right", "hip_ir_left"), ("knee_flexion_left", "knee_flexion_right")):
        np.testing.assert_allclose(here[left].value, there[right].value, atol=0.1)
    np.testing.assert_allclose(here["pelvis_roll"].value, -there["pelvis_roll"].value, atol=0.1)
    np.testing.assert_allclose(here[LIFT].value, there[LIFT].value, atol=0.5)


def test_from_the_side_the_picture_itself_shows_a_lying_person() -> None:
    assert known_by_fit(FROM_SIDE) == frozenset()
    assert {"hip_ir", "pelvis_roll", LIFT} <= known_by_fit(FROM_FEET)
    assert LIFT not in known_by_fit(ViewFinding("front", lying=False, elevation_deg=None))


def test_who_rolls_onto_the_side_is_not_corrected_and_has_no_verdict_on_a_lift(say: Say, clip: ClipFit) -> None:
    say(push=5.0)
    rolling = replace(clip, fit=replace(clip.fit, rest=replace(clip.fit.rest, position="supine_rolling")))
    corrected, plain = (channels(c, FROM_FEET, "hip_ir_right", LIFT) for c in (clip, rolling))
    assert not np.allclose(corrected["hip_ir_right"].value, plain["hip_ir_right"].value)
    expected = clip.fit.change("hip_ir_right") + clip.fit.rest.channels["hip_ir_right"]
    np.testing.assert_allclose(plain["hip_ir_right"].value, expected)
    assert np.isfinite(corrected[LIFT].value).all()
    assert set(plain[LIFT].reason) == {Reason.LOW_CONFIDENCE}


def test_head_and_shoulders_are_the_same_whatever_else_is_asked_for(clip: ClipFit) -> None:
    upright, track = ViewFinding("front", lying=False, elevation_deg=None), working()[0]
    rest = clip.fit.rest
    known = {**rest.channels, "trunk_yaw": 3.0}, {**rest.sigma, "trunk_yaw": 1.0}
    names = tuple("trunk_yaw" if n == "trunk_twist" else n for n in clip.fit.names)
    clip = replace(clip, fit=replace(clip.fit, names=names, rest=replace(rest, channels=known[0], sigma=known[1])))
    alone = compute_channels(track, ["upper_turn"], upright, clip)
    beside = compute_channels(track, ["trunk_yaw", "upper_turn"], upright, clip)
    head = compute_channels(track, ["upper_turn"], upright)["upper_turn"]
    assert list(alone) == ["upper_turn"]
    np.testing.assert_array_equal(alone["upper_turn"].value, beside["upper_turn"].value)
    mean = (head.value + beside["trunk_yaw"].value) / 2
    np.testing.assert_allclose(alone["upper_turn"].value, mean)
    assert np.isfinite(mean).any()
