"""Pose model files: where they are, and how a missing one is fetched."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from formcheck.core.errors import ModelError
from formcheck.pose.estimator import ModelInfo
from formcheck.pose.fetching import download, wheel_bundle
from formcheck.pose.manifest import ModelEntry, UrlSource, checkout_root, read_manifest
from formcheck.video.files import atomic_path

FOLDER_VARIABLE = "FORMCHECK_MODEL_DIR"
"""Environment variable that names another folder for model files."""


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A model of the manifest, and whether its file is here."""

    entry: ModelEntry
    """What the manifest says."""

    path: Path
    """Where its file is or would be."""

    present: bool
    """Whether the file is there."""


def model_folder() -> Path:
    """Return where model files are kept.

    `FORMCHECK_MODEL_DIR` if set; `models/` of a source checkout; otherwise the user's cache.
    """
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen).expanduser()
    root = checkout_root()
    return root / "models" if root else platformdirs.user_cache_path("formcheck") / "models"


def list_models() -> list[ModelStatus]:
    """Return the models of the manifest, in its order."""
    paths = {entry: model_folder() / entry.file for entry in read_manifest().values()}
    return [ModelStatus(entry, path, path.is_file()) for entry, path in paths.items()]


def say_on_stderr(sentence: str) -> None:
    """Print a sentence on stderr."""
    print(sentence, file=sys.stderr)


def resolve_model(
    name: str = "full", *, offline: bool = False, announce: Callable[[str], None] = say_on_stderr
) -> Path:
    """Return the file of a model, fetched first if it is not here.

    Parameters
    ----------
    name
        Name in the manifest.
    offline
        Never fetch.
    announce
        Told in one sentence before anything is fetched.

    Raises
    ------
    ModelError
        The name is unknown; the file is damaged; it is missing and `offline`; or it cannot be fetched.
    """
    return model_info(name, offline=offline, announce=announce).path


def model_info(
    name: str = "full", *, offline: bool = False, announce: Callable[[str], None] = say_on_stderr
) -> ModelInfo:
    """Return a model's name, file and hash, like `resolve_model`."""
    entry = _entry(name)
    path = model_folder() / entry.file
    if not path.is_file():
        if offline:
            raise ModelError(f"the pose model {name!r} is not on this machine; run: formcheck models fetch {name}")
        announce(f"The pose model {name!r} is not on this machine yet; fetching it once to {path}.")
        fetch_model(name)
    found = file_sha256(path)
    if entry.sha256 is not None and found != entry.sha256:
        raise ModelError(f"the pose model {path} is damaged; run: formcheck models fetch {name}")
    return ModelInfo(name, path, found)


def fetch_model(name: str = "full") -> Path:
    """Fetch a model, also when it is already here, and return its file.

    A progress bar is shown on stderr when that is a terminal. The file appears only when complete and checked.

    Parameters
    ----------
    name
        Name in the manifest.

    Raises
    ------
    ModelError
        The name is unknown, there is no way to its source, or what came is not what the manifest promises.
    OutputError
        The file cannot be written.
    """
    entry = _entry(name)
    path = model_folder() / entry.file
    with atomic_path(path) as temporary:
        if isinstance(entry.source, UrlSource):
            download(entry.source.url, temporary, name)
        else:
            temporary.write_bytes(wheel_bundle(entry.source, name))
        if entry.sha256 is not None and (found := file_sha256(temporary)) != entry.sha256:
            raise ModelError(
                f"what was fetched for the pose model {name!r} is not what was expected (SHA-256 {found[:12]}… instead "
                f"of {entry.sha256[:12]}…), so it was deleted; try again, or look for a proxy on the way"
            )
    return path


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entry(name: str) -> ModelEntry:
    """Return a model of the manifest."""
    models = read_manifest()
    if name not in models:
        raise ModelError(f"there is no pose model named {name!r}; there are: {', '.join(models)}")
    return models[name]
