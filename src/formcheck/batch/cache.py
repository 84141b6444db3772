"""Poses and measurements of clips, kept in a folder under the fingerprint of what they were made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from formcheck.api import Progress, track_clip
from formcheck.batch.fingerprint import LOOKING, MEASURING, code_sha256, settings_sha256, stamp_clip
from formcheck.batch.measured import load_measured, save_measured
from formcheck.core.errors import SourceError
from formcheck.core.landmarks import SIDES
from formcheck.core.pose import PoseTrack
from formcheck.exercises.schema import Exercise
from formcheck.pose.models import model_info
from formcheck.pose.saved import PosesMeta, load_poses, save_poses
from formcheck.session import Measured, measure_track, measured_by
from formcheck.video.checks import check_track_is_judgeable

SAVED: Final = ".npz"
KINDS: Final = ("poses", "measured")


@dataclass(frozen=True)
class Looked:
    """The poses of a clip."""

    track: PoseTrack
    """The landmarks."""

    meta: PosesMeta
    """Where they are from."""

    kind: str
    """`file`, `images` or `poses`."""

    stamp: str
    """What they were made of."""

    fresh: bool
    """Whether the pictures were looked at just now."""


class Cache:
    """Poses and measurements in one folder, made when they are missing or were made of something else.

    Parameters
    ----------
    folder
        Where the files are; it is made when the first is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._used: set[Path] = set()

    def poses(
        self,
        clip: Path,
        side: str,
        *,
        model: str = "full",
        offline: bool = False,
        sha256: str | None = None,
        progress: Progress | None = None,
    ) -> Looked:
        """Return the poses of a clip, from the folder if the same clip was looked at by the same code and model.

        Parameters
        ----------
        clip
            A video, a folder of pictures, or saved poses, which are read as they are.
        side
            The side that works, as for `analyze`.
        model
            Name of the pose model.
        offline
            Never fetch a missing model.
        sha256
            Hash of the clip's content, where it is known already.
        progress
            Called as frames are done.

        Raises
        ------
        FormcheckError
            The clip or the model cannot be used.
        """
        content = sha256 or stamp_clip(clip).sha256
        if clip.suffix == SAVED:
            return Looked(*_judgeable(clip), "poses", settings_sha256(poses=content), fresh=False)
        working = side if side in SIDES else ""
        weights = _weights(model, offline)
        stamp = settings_sha256(clip=content, code=code_sha256(*LOOKING), model=weights, side=working)
        kind = "images" if clip.is_dir() else "file"
        path = self._path(clip, stamp, "poses")
        if path.is_file():
            try:
                track, meta = load_poses(path)
                return Looked(track, meta, kind, stamp, fresh=False)
            except SourceError:  # damaged: looked at again
                path.unlink(missing_ok=True)
        track, meta = track_clip(clip, side, model=model, offline=offline, progress=progress)
        save_poses(track, path, meta=meta)
        track, meta = load_poses(path)  # what is judged later is what is judged now, to the last bit
        return Looked(track, meta, kind, stamp, fresh=True)

    def measured(self, clip: Path, looked: Looked, exercise: Exercise) -> Measured:
        """Return what is measured on poses, from the folder if the same was measured by the same code.

        Parameters
        ----------
        clip
            The clip, for the file's name.
        looked
            Its poses.
        exercise
            The drill; only `measured_by` of it matters.
        """
        stamp = settings_sha256(poses=looked.stamp, code=code_sha256(*MEASURING), by=measured_by(exercise))
        path = self._path(clip, stamp, "measured")
        known = load_measured(path, stamp, looked.track)
        if known is not None:
            return known
        measured = measure_track(looked.track, exercise)
        save_measured(measured, path, stamp)
        return measured

    def forget_others(self) -> None:
        """Remove what was not asked for since this object was made: it was made of something that is gone."""
        for kind in KINDS:
            for path in self.folder.glob(f"*.{kind}.npz"):
                if path not in self._used:
                    path.unlink(missing_ok=True)

    def _path(self, clip: Path, stamp: str, kind: str) -> Path:
        path = self.folder / f"{clip.stem}-{stamp[:12]}.{kind}.npz"
        self._used.add(path)
        return path


@cache
def _weights(model: str, offline: bool) -> str:
    """Return the hash of a pose model's file, read once in a process."""
    return model_info(model, offline=offline).sha256


def _judgeable(path: Path) -> tuple[PoseTrack, PosesMeta]:
    track, meta = load_poses(path)
    check_track_is_judgeable(track, path)
    return track, meta
