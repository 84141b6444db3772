"""Poses kept in a file, so that a clip can be judged again without looking at the video."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import formcheck
from formcheck.core.errors import SourceError
from formcheck.core.pose import PoseTrack
from formcheck.pose.estimator import ModelInfo
from formcheck.video.files import atomic_path
from formcheck.video.source import FrameSource

FORMAT: Final = "formcheck-poses"
FORMAT_VERSION: Final = 3

_ARRAYS: Final = ("pixels", "world", "visibility", "presence")
_REFINED: Final = ("joints", "joint_sigma")  # since version 2
_SURFACE: Final = ("surface", "surface_from_s")  # since version 3


@dataclass(frozen=True, slots=True)
class PosesMeta:
    """What is worth knowing of saved poses beside the numbers."""

    source_name: str
    """Name of the video or folder they are from."""

    fps: float
    """Its nominal frames per second."""

    duration_s: float | None = None
    """Its announced length, seconds; None when it does not say."""

    loss: str | None = None
    """How much of it could not be read, one sentence; None when nothing was lost."""

    frames_lost: int = 0
    """The same as a number of frames."""

    model_name: str = ""
    """The pose model."""

    model_sha256: str = ""
    """Hash of the model file, hexadecimal."""

    refiner_sha256: str = ""
    """Hash of the network that refined the joints, hexadecimal; empty when none did."""

    formcheck_version: str = formcheck.__version__
    """The version that made them."""

    @classmethod
    def of(cls, source: FrameSource, model: ModelInfo) -> PosesMeta:
        """Return the record of a source that has been read with a model."""
        return cls(
            source_name=source.info.name,
            fps=source.info.fps,
            duration_s=source.info.duration_s,
            loss=str(source.loss) if source.loss else None,
            frames_lost=source.loss.frames if source.loss else 0,
            model_name=model.name,
            model_sha256=model.sha256,
            refiner_sha256=model.refiner_sha256,
        )


def save_poses(track: PoseTrack, path: str | Path, *, meta: PosesMeta) -> None:
    """Write a track to one compressed file (`.npz`), whole or not at all.

    Parameters
    ----------
    track
        The poses. Landmarks are stored in single precision (a thousandth of a pixel), times in double.
    path
        The file.
    meta
        Where they are from.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    header = {"format": FORMAT, "format_version": FORMAT_VERSION, **asdict(meta)}
    names = (*_ARRAYS, *_REFINED, "surface")
    arrays: dict[str, NDArray[Any]] = {name: getattr(track, name).astype(np.float32) for name in names}
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            allow_pickle=False,
            meta=np.frombuffer(json.dumps(header).encode(), np.uint8),
            time_s=track.time_s,
            surface_from_s=track.surface_from_s,
            image_size=np.array(track.image_size, np.int64),
            **arrays,
        )


def load_poses(path: str | Path) -> tuple[PoseTrack, PosesMeta]:
    """Read a file of `save_poses`.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    tuple
        The track and where it is from. Files of version 1 have no refined joints, those of 2 no surface.

    Raises
    ------
    SourceError
        The file is missing, damaged, something else, or of a newer version.
    """
    path = Path(path)
    try:
        with np.load(path, allow_pickle=False) as data:
            header = json.loads(bytes(data["meta"]))
            if header.pop("format") != FORMAT:
                raise ValueError("another format")
            if (version := header.pop("format_version")) not in range(1, FORMAT_VERSION + 1):
                raise SourceError(f"{path} has poses of format version {version}, which this formcheck cannot read")
            width, height = (int(side) for side in data["image_size"])
            names = (*_ARRAYS, *(_REFINED if version >= 2 else ()), *(_SURFACE if version >= 3 else ()))
            arrays = {name: data[name].astype(np.float64) for name in names}
            return PoseTrack(data["time_s"], **arrays, image_size=(width, height)), PosesMeta(**header)
    except FileNotFoundError as error:
        raise SourceError(f"{path} does not exist; check the spelling of the path") from error
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise SourceError(
            f"{path} holds no poses saved by formcheck, or is damaged; analyse the video again"
        ) from error
