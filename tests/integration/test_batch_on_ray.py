"""A cluster of two machines (two Ray nodes of this one): same rows, and an actor killed mid-clip costs nothing."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from formcheck.batch.ray_engine import NO_REPORTS, RayOptions
from formcheck.batch.run import run_batch
from formcheck.batch.scorer import Options
from tests.conftest import missing
from tests.fixtures.saved import put_squat

FAST = Options(report=False, offline=True)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a cluster of two nodes with one core each."""
    for name, value in NO_REPORTS.items():
        monkeypatch.setenv(name, value)
    try:
        import ray
        from ray.cluster_utils import Cluster
    except ImportError:
        missing("ray")
    monkeypatch.setattr(ray._private.services, "start_api_server", lambda *_, **__: (None, None))
    nodes = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 80 * 2**20}
    cluster = Cluster(initialize_head=True, head_node_args=nodes)
    cluster.add_node(num_cpus=1, object_store_memory=80 * 2**20)
    yield cluster
    cluster.shutdown()


def test_two_nodes_give_the_rows_of_local_processes_though_an_actor_is_killed_mid_clip(
    cluster: Any, tmp_path: Path
) -> None:
    """The clip that is killed is a pipe nobody writes to at first; then the clip is there."""
    clips = tmp_path / "clips"
    for name in ("a", "b", "c"):
        put_squat(clips / f"{name}.poses.npz", with_truth=name == "a")
    listed = clips / "clips.csv"  # a folder would leave the pipe out
    listed.write_text("path\na.poses.npz\nb.poses.npz\nc.poses.npz\n", encoding="utf-8")
    run_batch(listed, tmp_path / "local", exercise="screen-squat", options=FAST, workers=2)
    hanging = clips / "b.poses.npz"
    real = hanging.rename(tmp_path / "b.npz")
    os.mkfifo(hanging)
    killed: list[tuple[int, set[int]]] = []

    def kill_then_mend() -> None:
        pid, ours = _reader_of(hanging)
        end = time.monotonic() + 60
        while len(nodes := {_parent_of(actor) for actor in _actors()} - {0}) < 2 and time.monotonic() < end:
            time.sleep(0.1)
        killed.append((pid, nodes))
        hanging.unlink()
        real.rename(hanging)
        os.kill(pid, signal.SIGKILL)
        os.close(ours)

    killer = threading.Thread(target=kill_then_mend)
    killer.start()
    on_ray = RayOptions(address=cluster.address, workers=2)
    result = run_batch(listed, tmp_path / "ray", exercise="screen-squat", options=FAST, on_ray=on_ray)
    killer.join()
    (nodes,) = [nodes for _, nodes in killed]
    assert len(nodes) == 2, "an actor on each node"
    assert (result.scored, result.errors) == (3, 0)
    for name in ("results.csv", "metrics.json"):
        assert (tmp_path / "ray" / name).read_text() == (tmp_path / "local" / name).read_text()


def _reader_of(pipe: Path) -> tuple[int, int]:
    """Return the actor that reads a pipe, once there is one, and our end of the pipe, on which it waits."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        try:
            ours = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads
            time.sleep(0.05)
            continue
        while time.monotonic() < end:
            for pid in _actors():
                if str(pipe) in [_target(fd) for fd in Path(f"/proc/{pid}/fd").iterdir()]:
                    return pid, ours
    raise AssertionError("no actor came to the pipe")


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


def _actors() -> list[int]:
    """Return the actors of the nodes that this process has started, not those of tests beside it."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    actors = [pid for pid in pids if b"RemoteScorer" in _read(Path(f"/proc/{pid}/cmdline"))]
    return [pid for pid in actors if _parent_of(_parent_of(pid)) == os.getpid()]


def _parent_of(pid: int) -> int:
    """Return the process that started a process, which is an actor's node for an actor; 0 for one that is gone."""
    lines = _read(Path(f"/proc/{pid}/status")).decode().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("PPid:")), 0)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
