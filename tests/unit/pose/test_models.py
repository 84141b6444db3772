"""A model is fetched once, checked each time, and a missing one is said in one sentence."""

import hashlib
import http.server
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from formcheck.core.errors import ModelError
from formcheck.pose import manifest, models
from formcheck.pose.fetching import assemble
from formcheck.pose.manifest import ModelEntry, Part, UrlSource, read_manifest
from formcheck.pose.models import fetch_model, file_sha256, list_models, model_folder, resolve_model


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FORMCHECK_MODEL_DIR", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Serve a folder on this machine."""
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "tiny.task").write_bytes(b"a model" * 1000)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path / "served"))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def offer(monkeypatch: pytest.MonkeyPatch, url: str, sha256: str | None = None) -> ModelEntry:
    """Put a model with this address into the manifest."""
    entry = replace(read_manifest()["lite"], name="tiny", file="tiny.task", source=UrlSource(url), sha256=sha256)
    monkeypatch.setattr(models, "read_manifest", lambda: {"tiny": entry})
    return entry


def test_the_manifest_pins_what_it_can() -> None:
    full = read_manifest()["full"]
    assert full.sha256 is not None
    assert len(full.sha256) == 64
    assert {e.licence for e in read_manifest().values()} == {"Apache-2.0"}


def test_the_model_here_is_the_pinned_one(pose_model: Path) -> None:
    assert file_sha256(pose_model) == read_manifest()["full"].sha256
    assert pose_model.stat().st_size == read_manifest()["full"].size_bytes


def test_checkout_keeps_models_beside_the_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORMCHECK_MODEL_DIR", raising=False)
    root = manifest.checkout_root()
    assert root is not None
    assert model_folder() == root / "models"


def test_installed_package_keeps_models_in_the_users_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORMCHECK_MODEL_DIR", raising=False)
    monkeypatch.setattr(models, "checkout_root", lambda: None)
    assert "formcheck" in model_folder().parts


def test_offline_says_the_command(folder: Path) -> None:
    with pytest.raises(ModelError, match="run: formcheck models fetch full"):
        resolve_model("full", offline=True)
    assert not folder.exists()


def test_unknown_name_lists_the_known() -> None:
    with pytest.raises(ModelError, match="'huge'; there are: full, lite, heavy"):
        fetch_model("huge")


def test_missing_model_is_announced_then_fetched(folder: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, f"{address}/tiny.task")
    said: list[str] = []
    path = resolve_model("tiny", announce=said.append)
    assert path.read_bytes() == b"a model" * 1000
    assert len(said) == 1
    assert "fetching it once" in said[0]
    assert [s.present for s in list_models()] == [True]
    resolve_model("tiny", offline=True, announce=said.append)
    assert len(said) == 1


def test_other_bytes_than_promised_are_deleted(folder: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, f"{address}/tiny.task", sha256="0" * 64)
    with pytest.raises(ModelError, match="is not what was expected"):
        fetch_model("tiny")
    assert not list(folder.iterdir())


def test_no_network_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, "http://127.0.0.1:9/tiny.task")
    with pytest.raises(ModelError, match="check the network, then run: formcheck models fetch tiny"):
        fetch_model("tiny")
    assert not list(folder.iterdir())


def test_damaged_file_is_noticed(folder: Path) -> None:
    folder.mkdir()
    (folder / read_manifest()["full"].file).write_bytes(b"half a model")
    with pytest.raises(ModelError, match="is damaged; run: formcheck models fetch full"):
        resolve_model("full")


def test_pip_that_cannot_get_the_wheel_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with pytest.raises(ModelError, match=r"pip could not get mediapipe 0\.10\.21 .* formcheck models fetch full"):
        fetch_model("full")
    assert not list(folder.iterdir())


def test_bundle_is_the_same_bytes_each_time_and_refuses_other_parts(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as wheel:
        wheel.writestr("net.tflite", b"net")
    right, wrong = hashlib.sha256(b"net").hexdigest(), "0" * 64
    with zipfile.ZipFile(tmp_path / "a.whl") as wheel:
        with pytest.raises(ModelError, match="another SHA-256 than expected"):
            assemble(wheel, (Part("net.tflite", "n.tflite", wrong, b""),))
        with pytest.raises(ModelError, match=r"lacks other\.tflite"):
            assemble(wheel, (Part("other.tflite", "n.tflite", right, b""),))
        parts = (Part("net.tflite", "n.tflite", right, b""),)
        assert assemble(wheel, parts) == assemble(wheel, parts)
