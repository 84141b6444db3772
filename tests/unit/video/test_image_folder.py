"""A folder of pictures is a source like any other."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.core.errors import SourceError
from formcheck.video.source import open_source
from tests.fixtures.clips import number_of, numbered


def write_pictures(folder: Path, names: list[str]) -> Path:
    folder.mkdir(exist_ok=True)
    for i, name in enumerate(names):
        cv2.imwrite(str(folder / name), numbered(i)[..., ::-1])
    return folder


def test_pictures_come_in_natural_order_evenly_spaced(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "f", [f"img{i}.png" for i in range(12)])
    with open_source(folder, image_fps=20) as source:
        frames = list(source)
        assert source.info.kind == "images"
        assert source.info.frames_expected == 12
    assert [number_of(f.image) for f in frames] == list(range(12))
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(12) / 20)
    assert source.loss is None


def test_chosen_pictures_keep_index_and_time(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "f", [f"{i}.png" for i in range(12)])
    (folder / "2.png").write_bytes(b"not a picture")
    with open_source(folder, only=frozenset({1, 4})) as source:
        found = [(f.index, f.time_s, number_of(f.image)) for f in source]
    assert found == [(1, pytest.approx(1 / 30), 1), (4, pytest.approx(5 / 30), 5)]


def test_jpg_and_webp_are_read(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "f", ["a.jpg", "b.JPG", "c.webp", "d.jpeg"])
    with open_source(folder) as source:
        assert len(list(source)) == 4


def test_damaged_picture_is_counted_and_keeps_its_place_in_time(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "f", [f"{i}.png" for i in range(6)])
    (folder / "3.png").write_bytes(b"not a picture")
    with open_source(folder) as source:
        times = [f.time_s for f in source]
    assert times == pytest.approx([0, 1 / 30, 2 / 30, 4 / 30, 5 / 30])
    assert source.loss is not None
    assert source.loss.frames == 1


def test_different_sizes_are_refused(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "f", ["0.png", "1.png"])
    cv2.imwrite(str(folder / "2.png"), np.zeros((10, 10, 3), np.uint8))
    with (
        pytest.raises(SourceError, match=r"2\.png is 10x10 but the pictures before it are 96x64"),
        open_source(folder) as source,
    ):
        list(source)


@pytest.mark.parametrize(
    ("names", "fps", "message"),
    [
        ([], 30, "holds no pictures"),
        (["0.png"], 30, "holds a single picture"),
        (["0.png", "1.png"], 5, "5.0 frames a second, too few"),
    ],
)
def test_too_little_is_refused(tmp_path: Path, names: list[str], fps: float, message: str) -> None:
    folder = write_pictures(tmp_path / "f", names)
    with pytest.raises(SourceError, match=message):
        open_source(folder, image_fps=fps)
