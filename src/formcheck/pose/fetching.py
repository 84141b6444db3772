"""Gets pose models: from a wheel through pip, or from an address."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from formcheck.core.errors import ModelError
from formcheck.pose.manifest import Part, WheelSource
from formcheck.pose.tflite_metadata import add_metadata

_TIMEOUT_S: Final = 30.0
_CHUNK_BYTES: Final = 1 << 18
_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is put together


def download(url: str, path: Path, name: str) -> None:
    """Download `url` to `path` with a progress bar.

    Parameters
    ----------
    url
        The address.
    path
        The file to write.
    name
        The model's name, for the bar and for messages.

    Raises
    ------
    ModelError
        The address cannot be reached, or the connection broke off.
    """
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as response, path.open("wb") as file:
            size = int(response.headers["Content-Length"]) if response.headers["Content-Length"] else None
            with _progress(DownloadColumn(), TimeRemainingColumn()) as progress:
                task = progress.add_task(f"pose model {name}", total=size)
                while chunk := response.read(_CHUNK_BYTES):
                    file.write(chunk)
                    progress.advance(task, len(chunk))
            if size is not None and file.tell() != size:
                raise ModelError(
                    f"the download of the pose model {name!r} broke off; run: formcheck models fetch {name}"
                )
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        why = getattr(error, "reason", None) or error
        raise ModelError(
            f"the pose model {name!r} cannot be fetched from {url} ({why}); check the network, then run: "
            f"formcheck models fetch {name}"
        ) from error


def wheel_bundle(source: WheelSource, name: str) -> bytes:
    """Return a model bundle put together from a wheel.

    Parameters
    ----------
    source
        The wheel and its parts.
    name
        The model's name, for messages.

    Raises
    ------
    ModelError
        pip is missing or cannot get the wheel, or a part is not the expected one.
    """
    with tempfile.TemporaryDirectory(prefix="formcheck-") as folder, _progress(TimeElapsedColumn()) as progress:
        progress.add_task(f"pose model {name} (from {source.package} {source.version})", total=None)
        with zipfile.ZipFile(_pip_download(source, Path(folder), name)) as wheel:
            return assemble(wheel, source.parts)


def assemble(wheel: zipfile.ZipFile, parts: tuple[Part, ...]) -> bytes:
    """Return the bundle (a stored zip, always the same bytes) made of checked parts of a wheel.

    Raises
    ------
    ModelError
        A part is missing or has another hash than the manifest says.
    """
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as out:
        for part in parts:
            try:
                data = wheel.read(part.member)
            except KeyError as error:
                raise ModelError(f"the wheel lacks {part.member}; it is not the expected one") from error
            if hashlib.sha256(data).hexdigest() != part.sha256:
                raise ModelError(f"{part.member} in the wheel has another SHA-256 than expected; it was not used")
            info = zipfile.ZipInfo(part.name, _ZIP_DATE)
            info.create_system = 3  # else it depends on the machine
            info.external_attr = 0o644 << 16
            out.writestr(info, add_metadata(data, part.metadata) if part.metadata else data)
    return bundle.getvalue()


def _pip_download(source: WheelSource, folder: Path, name: str) -> Path:
    """Download a wheel through pip's own configured index, without installing it."""
    if importlib.util.find_spec("pip") is None:
        raise ModelError(f"pip is needed to get the pose model {name!r} and is not installed; run: python -m ensurepip")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--no-deps", "--only-binary=:all:", "--python-version", source.python_version, "--dest", str(folder)]
    command += [option for platform in source.platforms for option in ("--platform", platform)]
    run = subprocess.run([*command, f"{source.package}=={source.version}"], capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if run.returncode != 0 or not wheels:
        said = [line.removeprefix("ERROR: ") for line in run.stderr.splitlines() if line.startswith("ERROR")]
        raise ModelError(
            f"the pose model {name!r} cannot be fetched: pip could not get {source.package} {source.version} "
            f"({said[-1] if said else 'no reason given'}); check the network and pip's index, then run: "
            f"formcheck models fetch {name}"
        )
    return wheels[0]


def _progress(*columns: ProgressColumn) -> Progress:
    """Return a progress bar on stderr with these columns after it, hidden when that is not a terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
