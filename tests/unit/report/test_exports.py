"""Exports are read back with public readers: pyomeca (TRC, MOT, C3D), xarray and pyarrow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import xarray as xr

from formcheck.core.errors import SourceError
from formcheck.core.landmarks import INDEX, LANDMARKS
from formcheck.pose.saved import PosesMeta, save_poses
from formcheck.report.exports.c3d import evenly
from formcheck.report.exports.formats import FORMATS, export
from formcheck.report.exports.given import Given, open_given
from formcheck.report.model import RepReport
from formcheck.report.write import write_report
from formcheck.session import Judgement
from tests.conftest import missing
from tests.unit.report.conftest import report_of

LOST = slice(10, 14)
"""Frames in which nobody is found."""


@pytest.fixture(scope="module")
def turned(judged: Callable[..., Judgement]) -> Judgement:
    """Return a squat seen from 45 degrees, with a few frames lost."""
    found = judged(yaw_deg=45.0)
    world, pixels = found.track.world.copy(), found.track.pixels.copy()
    world[LOST], pixels[LOST] = np.nan, np.nan
    channels = {}
    for name, series in found.channels.items():
        value, reason = series.value.copy(), series.reason.copy()
        value[LOST], reason[LOST] = np.nan, "no_person"
        channels[name] = replace(series, value=value, reason=reason)
    return replace(found, track=replace(found.track, world=world, pixels=pixels), channels=channels)


@pytest.fixture(scope="module")
def given(turned: Judgement, tmp_path_factory: pytest.TempPathFactory) -> Given:
    folder = tmp_path_factory.mktemp("report")
    write_report(turned, report_of(turned), None, folder)
    return open_given(folder)


@pytest.fixture(scope="module")
def pyomeca() -> object:
    try:
        import pyomeca
    except ImportError:
        missing("pyomeca")
    return pyomeca


def test_every_format_is_written_beside_the_report_and_named_after_the_clip(given: Given) -> None:
    for to in FORMATS:
        assert export(given, to) == given.path / f"squat.{to}"
        assert (given.path / f"squat.{to}").stat().st_size > 0


def test_a_public_reader_finds_the_markers_of_the_trc(given: Given, tmp_path: Path, pyomeca: object) -> None:
    path = export(given, "trc", tmp_path / "m.trc")
    found = pyomeca.Markers.from_trc(path, pandas_kwargs={"sep": "\t"})  # type: ignore[attr-defined]
    track = given.landmarks()
    assert list(found.channel.values) == list(LANDMARKS)
    assert found.time.values == pytest.approx(track.time_s, abs=1e-6)
    knee = found.sel(channel="left_knee").values[:3].T
    world = track.world[:, INDEX["left_knee"]] * (1, -1, -1)
    np.testing.assert_allclose(knee, world, atol=1e-6)
    assert np.isnan(knee[LOST]).all()


def test_a_public_reader_finds_the_markers_of_the_c3d(given: Given, tmp_path: Path, pyomeca: object) -> None:
    path = export(given, "c3d", tmp_path / "m.c3d")
    found = pyomeca.Markers.from_c3d(path)  # type: ignore[attr-defined]
    track = given.landmarks()
    assert found.attrs["rate"] == pytest.approx(30.0, abs=0.01)
    assert found.attrs["units"] == "mm"
    knee = found.sel(channel="left_knee").values[:3].T / 1000
    world = track.world[: len(knee), INDEX["left_knee"]] * (1, -1, -1)
    assert len(knee) >= len(track) - 1
    np.testing.assert_allclose(knee[20:60], world[20:60], atol=1e-3)
    assert np.isnan(knee[LOST]).all()


def test_a_public_reader_finds_the_angles_of_the_mot_and_no_invented_ones(
    given: Given, turned: Judgement, tmp_path: Path, pyomeca: object
) -> None:
    path = export(given, "mot", tmp_path / "a.mot")
    found = pyomeca.Analogs.from_mot(path, pandas_kwargs={"sep": "\t"})  # type: ignore[attr-defined]
    truth = turned.channels["knee_flexion_left"].value
    times = turned.track.time_s
    whole = np.isin(np.round(times, 4), np.round(found.time.values, 4))
    assert not whole[LOST].any()
    assert whole.sum() > len(times) / 2
    np.testing.assert_allclose(found.sel(channel="knee_angle_l").values, truth[whole], atol=1e-3)
    assert np.isfinite(found.values).all()
    assert "inDegrees=yes" in path.read_text()
    assert f"nRows={whole.sum()}" in path.read_text()


def test_netcdf_has_the_layout_of_movement_and_the_angles_beside_it(given: Given, tmp_path: Path) -> None:
    found = xr.load_dataset(export(given, "nc", tmp_path / "p.nc"))
    track = given.landmarks()
    assert found.position.dims == ("time", "space", "keypoints", "individuals")
    assert found.confidence.dims == ("time", "keypoints", "individuals")
    assert list(found.space.values) == ["x", "y"]
    assert found.attrs["ds_type"] == "poses"
    assert found.attrs["time_unit"] == "seconds"
    nose = found.position.sel(keypoints="nose").squeeze().values
    np.testing.assert_allclose(nose, track.pixels[:, INDEX["nose"]])
    knee = found.angle.sel(channel="knee_flexion_left").values
    assert given.channels is not None
    np.testing.assert_allclose(knee, given.channels["knee_flexion_left"].value)


def test_parquet_holds_numbers_nulls_and_reasons(given: Given, turned: Judgement, tmp_path: Path) -> None:
    table = pq.read_table(export(given, "parquet", tmp_path / "a.parquet"))
    knee = table["knee_flexion_left"].to_pylist()
    assert knee[LOST] == [None] * 4
    assert table["knee_flexion_left_reason"].to_pylist()[LOST] == ["no_person"] * 4
    assert knee[100] == pytest.approx(turned.channels["knee_flexion_left"].value[100], abs=1e-3)
    assert table.schema.field("knee_flexion_left").metadata[b"unit"] == b"deg"


def test_json_is_the_report(given: Given, tmp_path: Path) -> None:
    path = export(given, "json", tmp_path / "r.json")
    assert RepReport.model_validate_json(path.read_text()) == given.report


def test_saved_poses_give_points_and_with_a_drill_angles(turned: Judgement, tmp_path: Path) -> None:
    path = tmp_path / "clip.poses.npz"
    save_poses(turned.track, path, meta=PosesMeta("clip.mp4", 30.0))
    assert export(open_given(path), "trc") == tmp_path / "clip.trc"
    with pytest.raises(SourceError, match="--exercise"):
        export(open_given(path), "mot")
    assert export(open_given(path, "screen-squat"), "parquet").is_file()
    with pytest.raises(SourceError, match="poses only"):
        export(open_given(path), "json")


def test_what_cannot_be_exported_is_said(given: Given, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no format 'fbx'"):
        export(given, "fbx")
    with pytest.raises(SourceError, match="does not exist"):
        open_given(tmp_path / "none.npz")
    with pytest.raises(SourceError, match=r"no report\.json"):
        open_given(tmp_path)
    (given.path / "poses.npz").rename(tmp_path / "away.npz")
    try:
        with pytest.raises(SourceError, match=r"no poses\.npz"):
            export(open_given(given.path), "trc")
    finally:
        (tmp_path / "away.npz").rename(given.path / "poses.npz")


def test_even_steps_lie_between_the_frames_and_never_beside_a_missing_one() -> None:
    time = np.array([0.0, 0.1, 0.25, 0.3])
    values = np.array([0.0, 1.0, np.nan, 3.0])[:, None]
    found = evenly(time, values, 10.0)[:, 0]
    assert found[:2].tolist() == [0.0, 1.0]
    assert np.isnan(found[2])
    assert found[3] == pytest.approx(3.0)
