from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.core.frame import Frame
from formcheck.core.landmarks import INDEX
from formcheck.core.results import Fault, Rep
from formcheck.exercises.lookup import load_exercise
from formcheck.overlay.draw import draw_overlay
from formcheck.overlay.timeline import ATTEMPT_S, MIN_BANNER_S, Timeline, first_sentence
from formcheck.overlay.video import MAX_SIDE_PX, draw_frames, picture_scale, render_overlay
from formcheck.session import Judgement

SQUAT = load_exercise("screen-squat")


def at(judgement: Judgement, time_s: float) -> int:
    return int(np.argmin(np.abs(judgement.track.time_s - time_s)))


def with_fault(judgement: Judgement, start_s: float, end_s: float) -> Judgement:
    rule = SQUAT.faults[0]
    fault = Fault(rule.code, "fail", start_s, end_s, 20.0, "deg", start_s, rule.channel or "", rule.message)
    first = replace(judgement.reps[0], faults=(fault,))
    return replace(judgement, reps=(first, *judgement.reps[1:]))


def frames(judgement: Judgement, size: tuple[int, int] | None = None) -> Iterator[Frame]:
    width, height = size or judgement.track.image_size
    for i, time in enumerate(judgement.track.time_s):
        yield Frame(i, float(time), np.full((height, width, 3), 90, np.uint8))


def test_count_rises_when_a_repetition_closes(judgement: Judgement) -> None:
    timeline = Timeline(judgement)
    counted = [rep for rep in judgement.reps if rep.counted]
    assert len(counted) == 2
    for done, rep in enumerate(counted):
        before, after = timeline.state(at(judgement, rep.end_s) - 2), timeline.state(at(judgement, rep.end_s) + 2)
        assert [c.counted for c in before.counts] == [done]
        assert [c.counted for c in after.counts] == [done + 1]
        assert before.target == SQUAT.dose.reps


def test_attempt_is_counted_apart_and_its_reason_is_shown_for_a_while(judgement: Judgement) -> None:
    timeline = Timeline(judgement)
    attempt = next(rep for rep in judgement.reps if not rep.counted)
    after = timeline.state(at(judgement, attempt.end_s) + 2)
    assert after.attempts == 1
    assert after.message is not None
    assert attempt.reason_text in after.message
    assert timeline.state(at(judgement, attempt.start_s)).message is None
    assert timeline.state(at(judgement, attempt.end_s + ATTEMPT_S + 0.2)).message is None


def test_phase_is_named_as_the_drill_names_it(judgement: Judgement) -> None:
    timeline = Timeline(judgement)
    assert timeline.state(0).phase == SQUAT.phases[0].label
    for span in judgement.reps[0].phases:
        assert timeline.state(at(judgement, (span.start_s + span.end_s) / 2)).phase == SQUAT.phase_label(span.name)


@pytest.mark.parametrize("lasts_s", [0.1, 3.0])
def test_fault_is_shown_until_it_ends_and_long_enough_to_be_read(judgement: Judgement, lasts_s: float) -> None:
    start = judgement.reps[0].start_s + 0.2
    timeline = Timeline(with_fault(judgement, start, start + lasts_s))
    shown = max(lasts_s, MIN_BANNER_S)
    label = SQUAT.faults[0].label
    for time, expected in ((start - 0.1, []), (start + 0.05, [label]), (start + shown - 0.1, [label])):
        assert [b.text for b in timeline.state(at(judgement, time)).banners] == expected
    assert timeline.state(at(judgement, start + shown + 0.1)).banners == ()


def with_limit(judgement: Judgement, max_sigma: float) -> Judgement:
    """Return the judgement for a drill that shows its results up to an uncertainty."""
    measures = tuple(m.model_copy(update={"max_sigma": max_sigma}) for m in judgement.exercise.measures)
    return replace(judgement, exercise=judgement.exercise.model_copy(update={"measures": measures}))


def test_measured_joint_has_its_number(judgement: Judgement) -> None:
    state = Timeline(with_limit(judgement, 40.0)).state(at(judgement, judgement.reps[0].peak_s))
    assert {"knee_flexion_left", "knee_flexion_right"} <= {mark.channel for mark in state.marks}
    assert all("±" in mark.text for mark in state.marks)


def test_a_joint_more_uncertain_than_the_drill_shows_has_no_number(judgement: Judgement) -> None:
    state = Timeline(with_limit(judgement, 5.0)).state(at(judgement, judgement.reps[0].peak_s))
    assert not {"knee_flexion_left", "knee_flexion_right"} & {mark.channel for mark in state.marks}


def test_nothing_is_drawn_for_what_is_abstained(judgement: Judgement) -> None:
    index = at(judgement, judgement.reps[0].peak_s)
    unknown = {}
    for name, series in judgement.channels.items():
        reason = np.full(len(series.value), "low_confidence", dtype=object)
        nothing = np.full(len(series.value), np.nan)
        unknown[name] = replace(series, value=nothing, sigma=nothing, reason=reason)
    pixels = judgement.track.pixels.copy()
    visibility = np.zeros_like(judgement.track.visibility)
    track = replace(judgement.track, pixels=pixels, visibility=visibility)
    abstained = replace(judgement, channels=unknown, track=track)
    state = Timeline(abstained).state(index)
    assert state.marks == ()
    assert state.message == "Too uncertain for a number"
    image = np.full((480, 640, 3), 90, np.uint8)
    drawn = draw_overlay(image, state)
    for name in ("left_knee", "right_knee"):
        x, y = np.round(pixels[index, INDEX[name]]).astype(int)
        np.testing.assert_array_equal(drawn[y - 20 : y + 20, x - 20 : x + 20], image[y - 20 : y + 20, x - 20 : x + 20])


def test_short_gap_is_not_talked_about(judgement: Judgement) -> None:
    holed = {}
    for name, series in judgement.channels.items():
        reason, value = series.reason.copy(), series.value.copy()
        reason[60:64], value[60:64] = "not_visible", np.nan
        holed[name] = replace(series, reason=reason, value=value)
    state = Timeline(replace(judgement, channels=holed)).state(61)
    assert state.marks == ()
    assert state.message is None


def test_wrong_view_says_so_and_counts_nothing(judgement: Judgement) -> None:
    message = "The camera is at the side. Put it at the foot end."
    state = Timeline(replace(judgement, view_ok=False, view_message=message)).state(5)
    assert state.message == "The camera is at the side."
    assert state.counts == ()
    assert state.phase is None
    assert first_sentence("No stop here") == "No stop here"


def test_empty_picture_has_neither_phase_nor_numbers(judgement: Judgement) -> None:
    pixels = judgement.track.pixels.copy()
    pixels[:40] = np.nan
    channels = {}
    for name, series in judgement.channels.items():
        reason = series.reason.copy()
        reason[:40] = "no_person"
        channels[name] = replace(series, reason=reason)
    state = Timeline(replace(judgement, channels=channels, track=replace(judgement.track, pixels=pixels))).state(10)
    assert state.marks == ()
    assert state.phase is None
    assert state.message == "Nobody is in the picture"


def test_two_one_sided_drills_in_a_clip_count_each_side(judgement: Judgement) -> None:
    drill = load_exercise("supine-ir-liftoff")
    reps = tuple(
        Rep(i, side, i, i + 0.5, True, None, None, i + 0.2) for i, side in ((1, "left"), (2, "right"), (3, "left"))
    )
    names = tuple(f"{drill.signal.channel}_{side}" for side in ("left", "right"))
    channels = {name: replace(judgement.channels["knee_frontal_left"], name=name) for name in names}
    both = replace(judgement, exercise=drill, reps=reps, phases=(), channels=channels)
    state = Timeline(both).state(len(judgement.track) - 1)
    assert [(c.side, c.counted) for c in state.counts] == [("left", 2), ("right", 1)]


def test_panels_avoid_the_edge_where_the_working_leg_is(judgement: Judgement) -> None:
    assert (Timeline(judgement).state(0).status_edge, Timeline(judgement).state(0).banner_edge) == ("top", "top")
    pixels = judgement.track.pixels.copy()
    pixels[..., 1] = 0.7 * pixels[..., 1] + 0.1 * 480  # further away: the feet leave the lower edge
    away = replace(judgement, track=replace(judgement.track, pixels=pixels))
    assert Timeline(away).state(0).banner_edge == "bottom"
    pixels[..., 1] += 80  # room above the head: off the lower edge, where players have their controls
    low = replace(judgement, track=replace(judgement.track, pixels=pixels))
    assert Timeline(low).state(0).banner_edge == "top"


def test_video_has_the_clips_own_times_and_every_picture_is_offered(judgement: Judgement, tmp_path: Path) -> None:
    uneven = np.cumsum(np.where(np.arange(len(judgement.track)) % 2, 0.02, 0.05))
    short = replace(judgement, track=replace(judgement.track, time_s=uneven - uneven[0]))
    kept: list[int] = []
    told: list[tuple[int, int | None]] = []
    path = tmp_path / "overlay.mp4"
    render_overlay(frames(short), short, path, lambda *done: told.append(done), lambda i, picture: kept.append(i))
    with av.open(str(path)) as file:
        times = [float(frame.time) for frame in file.decode(video=0)]
    np.testing.assert_allclose(times, short.track.time_s, atol=1e-3)
    assert kept == list(range(len(short.track)))
    assert told[-1] == (len(short.track), len(short.track))


def test_large_pictures_are_shrunk_before_drawing(judgement: Judgement) -> None:
    size = (2560, 1920)
    large = replace(judgement, track=replace(judgement.track, pixels=judgement.track.pixels * 4, image_size=size))
    ((frame, picture),) = draw_frames(frames(large, size), large, frozenset([3]))
    assert frame.index == 3
    assert picture.shape == (960, MAX_SIDE_PX, 3)
    assert picture_scale((640, 480)) == 1.0


def test_frames_past_the_track_are_left_out(judgement: Judgement) -> None:
    short = replace(judgement, track=judgement.track.between(0, 20))
    short = replace(short, channels={n: _cut(s, 20) for n, s in judgement.channels.items()})
    assert len(list(draw_frames(frames(judgement), short))) == 20


def _cut(series, stop):  # type: ignore[no-untyped-def]
    return replace(series, value=series.value[:stop], sigma=series.sigma[:stop], reason=series.reason[:stop])


def test_only_the_leg_that_moves_has_its_number_in_a_one_sided_drill(judgement: Judgement) -> None:
    drill = load_exercise("supine-ir-liftoff")
    names = tuple(f"{drill.signal.channel}_{side}" for side in ("left", "right"))
    channels = judgement.channels | {
        name: replace(judgement.channels["knee_frontal_left"], name=name) for name in names
    }
    rep = Rep(1, "right", 2.0, 3.0, True, None, None, 2.5)
    timeline = Timeline(replace(judgement, exercise=drill, reps=(rep,), phases=(), channels=channels))
    resting, moving = timeline.state(at(judgement, 1.0)), timeline.state(at(judgement, 2.5))
    assert (resting.side, moving.side) == ("both", "right")
    assert set(names) <= {mark.channel for mark in resting.marks}
    assert {mark.channel for mark in moving.marks if mark.channel in names} == {names[1]}
