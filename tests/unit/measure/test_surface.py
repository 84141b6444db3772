"""How the trunk's surface has moved since the neutral pose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.core.pose import PoseTrack
from formcheck.core.surface import LATERAL, POINTS
from formcheck.measure.surface import DOUBT_M, FARTHEST_M, surface_changes, surface_evidence
from tests.unit.measure.made_clip import STILL, working


def followed(from_s: list[float]) -> PoseTrack:
    """Return a track whose surface moves by a centimetre to the right and two up a frame, since these times."""
    track, _ = working()
    steps = np.arange(len(track), dtype=float)[:, None, None]
    surface = np.broadcast_to(steps * (0.01, 0.02, 0.0) + (0.0, 0.0, 0.003), (len(track), POINTS, 3))
    since = np.array([*from_s, *from_s[-1:] * (len(track) - len(from_s))])
    return replace(track, surface=surface.copy(), surface_from_s=since)


def test_the_movement_of_the_still_stretch_is_taken_off() -> None:
    track = followed([0.0])
    found = surface_changes(track, track.between(STILL.start, STILL.stop))
    steps = np.arange(len(track)) - 1  # the middle of three still frames
    np.testing.assert_allclose(found[:, 4, 0], 0.01 * steps)
    np.testing.assert_allclose(found[:, 4, 1], 0.02 * steps)
    np.testing.assert_allclose(found[..., 2], 0.003)


def test_frames_that_were_compared_with_another_picture_are_unknown() -> None:
    track = followed([0.0, 0.0, 0.2, 0.2, 0.5])
    found = surface_changes(track, track.between(STILL.start, STILL.stop))
    np.testing.assert_array_equal(np.isfinite(found).all(axis=(1, 2)), track.surface_from_s == 0.2)


def test_without_a_surface_at_rest_nothing_is_known() -> None:
    track, _ = working()
    later = followed([np.nan, np.nan, np.nan, 0.3])
    for one in (track, later):
        assert np.isnan(surface_changes(one, one.between(STILL.start, STILL.stop))).all()


def test_the_left_side_s_evidence_is_the_right_side_s_of_the_mirrored_person() -> None:
    track = followed([0.0])
    rng = np.random.default_rng(1)
    track = replace(track, surface=rng.uniform(-0.05, 0.05, track.surface.shape))
    there, here = (surface_changes(t, t.between(STILL.start, STILL.stop)) for t in (track, track.mirrored()))
    np.testing.assert_allclose(surface_evidence(there, "left"), surface_evidence(here, "right"))
    np.testing.assert_allclose(here[:, : len(LATERAL), 0], -there[:, : len(LATERAL), 0][:, ::-1])


def test_points_taken_for_others_and_their_doubt_are_bounded() -> None:
    wild = np.full((1, POINTS, 3), 5.0)
    evidence = surface_evidence(wild, "right")[0]
    np.testing.assert_allclose(evidence[: 2 * POINTS], FARTHEST_M)
    np.testing.assert_allclose(evidence[2 * POINTS :], np.log(DOUBT_M[1]))
