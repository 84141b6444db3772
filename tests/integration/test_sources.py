"""Real files, good and bad: what is delivered, what is counted as lost, and what each refusal says."""

import threading
import time
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.core.errors import SourceError
from formcheck.core.pose import Pose, PoseTrack
from formcheck.video import file_source
from formcheck.video.checks import check_track_is_judgeable
from formcheck.video.source import FrameSource, open_source
from tests.fixtures.clips import (
    SIZE,
    cut_off,
    number_of,
    numbered,
    scratch,
    start_later,
    turn,
    write_clip,
    write_sound,
)

EVEN_S = np.arange(90) / 30
UNEVEN_S = np.cumsum(np.random.default_rng(1).uniform(0.02, 0.05, 90))


def read(path: Path) -> tuple[FrameSource, list[float], list[int]]:
    """Return the source after reading, and the times and numbers of its frames."""
    with open_source(path) as source:
        frames = [(f.time_s, number_of(f.image)) for f in source]
    return source, [t for t, _ in frames], [n for _, n in frames]


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv", "ts"])
def test_every_frame_comes_once_in_order(tmp_path: Path, ending: str) -> None:
    source, times, numbers = read(write_clip(tmp_path / f"a.{ending}", EVEN_S.tolist()))
    assert numbers == list(range(90))
    np.testing.assert_allclose(times, EVEN_S, atol=1e-3)
    assert source.loss is None
    assert source.info.fps == pytest.approx(30, rel=0.002)
    assert (source.info.width, source.info.height) == SIZE


def test_variable_frame_rate_keeps_true_times(tmp_path: Path) -> None:
    _, times, _ = read(write_clip(tmp_path / "a.mp4", UNEVEN_S.tolist(), b_frames=2))
    np.testing.assert_allclose(times, UNEVEN_S - UNEVEN_S[0], atol=1e-4)


@pytest.mark.parametrize(("clockwise", "red_row", "red_column"), [(0, 0, -1), (90, -1, -1), (180, -1, 0), (270, 0, 0)])
def test_rotation_of_phones_is_applied(tmp_path: Path, clockwise: int, red_row: int, red_column: int) -> None:
    path = turn(write_clip(tmp_path / "a.mp4", EVEN_S.tolist()), clockwise)
    with open_source(path) as source:
        image = next(iter(source)).image
        size = SIZE[::-1] if clockwise % 180 else SIZE
        assert (source.info.width, source.info.height) == size
        assert image.shape == (size[1], size[0], 3)
    corner = image[4 if red_row == 0 else -4, 4 if red_column == 0 else -4]
    assert corner[0] > 200
    assert corner[1] < 100


def test_edit_list_hides_frames_and_is_no_loss(tmp_path: Path) -> None:
    path = start_later(write_clip(tmp_path / "a.mp4", EVEN_S.tolist(), b_frames=2), ticks=10 * 3000)
    source, times, numbers = read(path)
    assert numbers == list(range(10, 90))
    assert times[0] == 0
    assert source.info.frames_expected == 80
    assert source.loss is None


def test_cut_off_file_gives_what_decodes_and_says_how_much_is_lost(tmp_path: Path) -> None:
    source, _, numbers = read(cut_off(write_clip(tmp_path / "a.mp4", EVEN_S.tolist()), 0.7))
    assert numbers == list(range(len(numbers)))
    assert 10 < len(numbers) < 90
    assert source.loss is not None
    assert source.loss.frames == 90 - len(numbers)
    assert source.loss.seconds == pytest.approx((90 - len(numbers)) / 30, abs=0.05)
    assert f"of 90 frames ({source.loss.seconds:.1f} s) could not be read" in str(source.loss)


def test_cut_off_file_without_an_announced_number_of_frames(tmp_path: Path) -> None:
    source, _, numbers = read(cut_off(write_clip(tmp_path / "a.mkv", EVEN_S.tolist()), 0.6))
    assert source.info.frames_expected is None
    assert source.loss is not None
    assert source.loss.frames == pytest.approx(90 - len(numbers), abs=2)


def test_reading_goes_on_after_damage_in_the_middle(tmp_path: Path) -> None:
    source, times, numbers = read(scratch(write_clip(tmp_path / "a.mp4", EVEN_S.tolist()), 0.45, 0.5))
    assert numbers[-1] == 89
    assert times[-1] == pytest.approx(EVEN_S[-1], abs=1e-3)
    assert source.loss is not None
    assert source.loss.frames == 90 - len(numbers) > 0


def test_early_exit_and_exceptions_release_the_file(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", EVEN_S.tolist())
    with pytest.raises(ZeroDivisionError), open_source(path) as source:  # noqa: PT012
        for _ in source:
            raise ZeroDivisionError
    assert not any(t.name == "formcheck-read-ahead" for t in threading.enumerate())
    with open_source(path) as source:
        pass  # never iterated


def test_chosen_frames_are_those_of_the_whole_clip(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", UNEVEN_S.tolist(), b_frames=2)
    with open_source(path) as source:
        every = {frame.index: frame for frame in source}
    with open_source(path, only=frozenset({3, 41, 60})) as source:
        chosen = list(source)
        assert source.loss is None
    assert [frame.index for frame in chosen] == [3, 41, 60]
    for frame in chosen:
        assert frame.time_s == every[frame.index].time_s
        np.testing.assert_array_equal(frame.image, every[frame.index].image)


def test_frames_that_are_not_asked_for_are_not_made_into_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[float] = []

    def counted(frame: av.VideoFrame) -> np.ndarray:
        made.append(float(frame.time or 0))
        return frame.to_ndarray(format="rgb24")

    monkeypatch.setattr(file_source, "_upright_rgb", counted)
    with open_source(write_clip(tmp_path / "a.mp4", EVEN_S.tolist()), only=frozenset({5, 30})) as source:
        assert len(list(source)) == 2
    assert made == pytest.approx([5 / 30, 1.0])


def test_a_source_is_read_once(tmp_path: Path) -> None:
    with open_source(write_clip(tmp_path / "a.mp4", EVEN_S.tolist())) as source:
        list(source)
        with pytest.raises(SourceError, match="already read"):
            iter(source)


def test_few_frames_are_held_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def counted(frame: av.VideoFrame) -> np.ndarray:
        made.append(1)
        return frame.to_ndarray(format="rgb24")

    monkeypatch.setattr(file_source, "_upright_rgb", counted)
    with open_source(write_clip(tmp_path / "a.mp4", EVEN_S.tolist())) as source:
        next(iter(source))
        time.sleep(0.2)
        assert len(made) < 10


def bad_sources(folder: Path) -> dict[str, tuple[Path, str]]:
    """Return bad files and what is said of each."""
    (folder / "empty folder").mkdir()
    (folder / "zero.mp4").write_bytes(b"")
    (folder / "text.mp4").write_text("this is a text " * 100)
    with av.open(str(folder / "no frames.mp4"), "w") as out:
        stream = out.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        out.start_encoding()
    with av.open(str(folder / "index last.mp4"), "w") as out:  # as a camera writes it
        stream = out.add_stream("libx264", rate=30, options={"crf": "5"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for i in range(60):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(i), format="rgb24")))
        out.mux(stream.encode(None))
    return {
        "missing": (folder / "nothing.mp4", "does not exist; check the spelling"),
        "folder without pictures": (folder / "empty folder", "holds no pictures"),
        "zero bytes": (folder / "zero.mp4", r"is empty \(0 bytes\)"),
        "not a video": (folder / "text.mp4", "is not a video that can be read"),
        "index lost": (cut_off(folder / "index last.mp4", 0.5), "index that belongs at its end is missing"),
        "sound only": (write_sound(folder / "sound.mp4"), "holds sound only"),
        "no frames": (folder / "no frames.mp4", "holds no video that can be read"),
        "one frame": (write_clip(folder / "one.mp4", [0.0]), "holds a single picture"),
        "slow": (write_clip(folder / "slow.mp4", (np.arange(20) / 5).tolist()), "5.0 frames a second.*film at 30"),
    }


def test_each_bad_source_has_its_own_sentence(tmp_path: Path) -> None:
    for path, message in bad_sources(tmp_path).values():
        with pytest.raises(SourceError, match=message) as error, open_source(path):
            pass
        assert str(path) in str(error.value)
        assert "\n" not in str(error.value)


def test_track_without_anybody_is_not_judgeable(tmp_path: Path) -> None:
    track = PoseTrack.from_poses([Pose.missing(t) for t in EVEN_S], SIZE)
    with pytest.raises(SourceError, match=r"no person was found in any of the 90 frames of .*clip\.mp4"):
        check_track_is_judgeable(track, tmp_path / "clip.mp4")
