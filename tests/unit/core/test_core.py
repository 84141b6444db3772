"""The nouns: landmarks, tracks and measurements."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.core.landmarks import BODY_EDGES, INDEX, LANDMARKS, MIRROR, other_side
from formcheck.core.measurement import Measurement, Reason
from formcheck.core.pose import Pose, PoseTrack
from formcheck.core.words import REASONS, reason_words
from tests.fixtures.stick import squat_track


def test_the_mirror_permutation_exchanges_left_and_right_and_undoes_itself() -> None:
    assert len(LANDMARKS) == 33
    assert LANDMARKS[MIRROR[INDEX["left_knee"]]] == "right_knee"
    assert LANDMARKS[MIRROR[INDEX["nose"]]] == "nose"
    assert (MIRROR[MIRROR] == np.arange(33)).all()
    edges = {frozenset(edge) for edge in BODY_EDGES}
    assert {frozenset(map(other_side, edge)) for edge in BODY_EDGES} == edges


def test_mirroring_a_track_twice_gives_it_back() -> None:
    track = squat_track([60.0], yaw_deg=30)
    again = track.mirrored().mirrored()
    np.testing.assert_allclose(again.pixels, track.pixels)
    np.testing.assert_allclose(again.world, track.world)


def test_a_track_refuses_wrong_shapes_and_times_that_do_not_rise() -> None:
    poses = [Pose.missing(0.0), Pose.missing(0.0)]
    with pytest.raises(ValueError, match="strictly increasing"):
        PoseTrack.from_poses(poses, (4, 4))
    good = PoseTrack.from_poses([Pose.missing(0.0), Pose.missing(0.1)], (4, 4))
    assert not good.found.any()
    with pytest.raises(ValueError, match="shape"):
        PoseTrack(good.time_s, good.pixels[:1], good.world, good.visibility, good.presence, (4, 4))


@pytest.mark.parametrize(
    ("measurement", "text"),
    [
        (Measurement(31.4, 4.6), "31 ± 5°"),
        (Measurement(0.123, 0.02, "shank"), "0.12 ± 0.02 shank"),
        (Measurement(None, None, "deg", "low_confidence"), "– (low_confidence)"),
    ],
)
def test_a_measurement_reads_as_a_number_with_its_error_or_as_a_dash(measurement: Measurement, text: str) -> None:
    assert str(measurement) == text


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_and_advice(reason: Reason) -> None:
    assert reason in REASONS
    assert reason_words(reason).what
    assert reason_words(reason).advice
