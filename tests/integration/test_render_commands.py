"""`formcheck render` and `formcheck render-set` end to end: real renderer, real encoder, real pose model."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.core.errors import MissingDependencyError, ModelError
from formcheck.synthetic import read_truth
from formcheck.synthetic.renderer import create_context

pytestmark = pytest.mark.slow


def _needs(what: str, error: Exception) -> None:
    if os.environ.get("FORMCHECK_REQUIRE_ALL") == "1":
        pytest.fail(f"{what}: {error}")
    pytest.skip(f"{what}: {error}")


@pytest.fixture(scope="module", autouse=True)
def renderer_is_here() -> None:
    try:
        create_context().release()
    except MissingDependencyError as err:
        _needs("no renderer", err)


def formcheck(*args: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from formcheck.cli import main; sys.exit(main())"
    return subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=False)


def test_render_writes_a_playable_clip_with_matching_truth(tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    result = formcheck(
        *("render", "supine-ir-liftoff", "--side", "left", "--camera", "foot_end:45", "--fault", "pelvis_roll=12"),
        *("--reps", "1", "--fps", "6", "--size", "160x120", "--out", str(out)),
    )
    assert result.returncode == 0, result.stderr
    truth = read_truth(out)
    with av.open(str(out)) as container:
        times = [float(f.time or 0.0) for f in container.decode(video=0)]
        assert container.streams.video[0].codec_context.name == "h264"
    np.testing.assert_allclose(times, truth["time_s"], atol=1e-3)
    assert truth["side"] == "left"
    assert [f["code"] for f in truth["faults"]] == ["pelvis_roll"]
    assert min(truth["channels"]["pelvis_roll"]) == pytest.approx(-12.0, abs=1.5)  # the left side comes up: negative
    for name in ("joints_world_m", "joints_camera_m", "joints_px"):
        assert len(truth[name]["left_knee"]) == len(times)


def test_own_drill_file_can_be_rendered(tmp_path: Path) -> None:
    drill = tmp_path / "mine.toml"
    drill.write_text('id = "mine"\n[render]\nmovement = "screen-squat"\nparams = { hold_s = 0.5 }\n')
    out = tmp_path / "mine.mp4"
    result = formcheck(*("render", str(drill), "--reps", "1", "--fps", "4", "--size", "128x96", "--out", str(out)))
    assert result.returncode == 0, result.stderr
    assert read_truth(out)["drill"] == "screen-squat"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("render", "supine-ir-liftof", "--out", "x.mp4"), "supine-ir-liftoff"),
        (("render", "screen-squat", "--fault", "knee_valgu=3", "--out", "x.mp4"), "knee_valgus"),
        (("render", "screen-squat", "--size", "big", "--out", "x.mp4"), "WIDTHxHEIGHT"),
        (("render-set", "--seeds", "4", "--out", "x"), "A:B"),
    ],
)
def test_mistakes_are_one_sentence_and_exit_2(args: tuple[str, ...], words: str) -> None:
    result = formcheck(*args)
    assert result.returncode == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_render_set_of_poses_saves_the_estimate_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    from formcheck.pose.models import resolve_model
    from formcheck.pose.saved import load_poses

    try:
        resolve_model("full")
    except ModelError as err:
        _needs("no pose model", err)
    args = ("render-set", "--poses", "--frames", "2", "--drill", "screen-squat", "--out", str(tmp_path / "set"))
    first = formcheck(*args, "--seeds", "1:2")
    assert first.returncode == 0, first.stderr
    truth_file = tmp_path / "set" / "000001.truth.json.gz"
    stamp = truth_file.stat().st_mtime_ns
    second = formcheck(*args, "--seeds", "1:3", "--workers", "2")
    assert second.returncode == 0, second.stderr
    assert "1 of them new" in second.stdout
    assert truth_file.stat().st_mtime_ns == stamp
    track, meta = load_poses(tmp_path / "set" / "000001.poses.npz")
    truth = read_truth(truth_file)
    assert len(track) == len(truth["time_s"]) == 2
    assert meta.model_name == "full"
    assert track.found.all()
    # the estimate is of this picture: its hips are near the true ones (a torso is about 100 px)
    middle = (np.array(truth["joints_px"]["left_hip"]) + np.array(truth["joints_px"]["right_hip"])) / 2
    assert np.linalg.norm(track.pixels[:, 23:25].mean(axis=1) - middle, axis=1).max() < 40
