"""The written video plays in browsers, keeps each picture's time, and is whole or not there."""

import errno
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from formcheck.core.errors import OutputError
from formcheck.video.source import open_source
from formcheck.video.writer import VideoWriter
from tests.fixtures.clips import SIZE, number_of, numbered

UNEVEN_S = np.cumsum(np.tile([0.033, 0.050, 0.021], 20))


def test_pictures_keep_their_own_times(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "out.mp4", SIZE) as writer:
        for i, time_s in enumerate(UNEVEN_S):
            writer.write(numbered(i), time_s)
    with open_source(tmp_path / "out.mp4") as source:
        frames = [(f.time_s, number_of(f.image)) for f in source]
    assert [n for _, n in frames] == list(range(len(UNEVEN_S)))
    np.testing.assert_allclose([t for t, _ in frames], UNEVEN_S - UNEVEN_S[0], atol=1e-4)


def test_browsers_can_play_it(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "out.mp4", SIZE) as writer:
        for i in range(10):
            writer.write(numbered(i), i / 30)
    data = (tmp_path / "out.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "the index must come first to start before all is loaded"
    with av.open(str(tmp_path / "out.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")


def test_colours_survive(tmp_path: Path) -> None:
    colour = np.array([200, 90, 30], np.uint8)
    with VideoWriter(tmp_path / "out.mp4", (64, 64)) as writer:
        for i in range(3):
            writer.write(np.full((64, 64, 3), colour), i / 30)
    with open_source(tmp_path / "out.mp4") as source:
        image = next(iter(source)).image
    np.testing.assert_allclose(image.mean(axis=(0, 1)), colour, atol=4)


def test_odd_sizes_lose_one_row_and_column(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "out.mp4", (65, 49)) as writer:
        for i in range(3):
            writer.write(np.zeros((49, 65, 3), np.uint8), i / 30)
    with open_source(tmp_path / "out.mp4") as source:
        assert (source.info.width, source.info.height) == (64, 48)


def test_picture_may_be_changed_after_writing(tmp_path: Path) -> None:
    image = numbered(0)
    with VideoWriter(tmp_path / "out.mp4", SIZE) as writer:
        for i in range(20):
            image[:] = numbered(i)
            writer.write(image, i / 30)
            image[:] = 0
    with open_source(tmp_path / "out.mp4") as source:
        assert [number_of(f.image) for f in source] == list(range(20))


def test_exception_in_the_loop_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), VideoWriter(tmp_path / "out.mp4", SIZE) as writer:  # noqa: PT012
        writer.write(numbered(0), 0.0)
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_times_must_rise(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="come after"), VideoWriter(tmp_path / "a.mp4", SIZE) as writer:  # noqa: PT012
        writer.write(numbered(0), 1.0)
        writer.write(numbered(1), 1.0)


def test_unwritable_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"), VideoWriter(tmp_path / "file" / "out.mp4", SIZE):
        pass


def test_disk_that_fills_up_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match="disk is full"), VideoWriter(tmp_path / "a.mp4", SIZE) as writer:  # noqa: PT012
        monkeypatch.setattr(writer, "_container", _Failing(writer._container, full))
        for i in range(200):
            writer.write(np.random.default_rng(i).integers(0, 255, (*SIZE[::-1], 3), np.uint8), i / 30)
    assert not list(tmp_path.iterdir())


class _Failing:
    """A container that cannot write packets."""

    def __init__(self, container: Any, mux: Any) -> None:
        self._container = container
        self.mux = mux

    def __getattr__(self, name: str) -> Any:
        return getattr(self._container, name)
