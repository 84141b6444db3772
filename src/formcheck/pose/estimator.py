"""What finds the landmarks of the person in a frame: the protocol, and the registry of those that do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

from formcheck.core.errors import ModelError
from formcheck.core.frame import Frame
from formcheck.core.pose import Pose


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The pose model that an estimator runs, so that a result can name it."""

    name: str
    """Name in the manifest, e.g. `full`."""

    path: Path
    """The model file."""

    sha256: str
    """Hash of the model file, hexadecimal."""

    refiner_sha256: str = ""
    """Hash of the network that refines its landmarks, hexadecimal; empty when there is none."""


class PoseEstimator(Protocol):
    """Finds one person's landmarks in consecutive frames of one clip; used with `with`.

    An estimator remembers the frames before, so each clip needs its own.
    """

    name: str
    """Name in the registry."""

    model: ModelInfo
    """The model that it runs."""

    def estimate(self, frame: Frame) -> Pose:
        """Return the person's pose in the next frame (`Pose.missing` when not found or not certain who it is)."""
        ...

    def close(self) -> None:
        """Release the model."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


EstimatorFactory = Callable[..., PoseEstimator]

_FACTORIES: Final[dict[str, EstimatorFactory]] = {}
_BUILT_IN: Final = {"mediapipe": "formcheck.pose.mediapipe_estimator"}  # imported when asked for: it takes long


def register_estimator(name: str, factory: EstimatorFactory) -> None:
    """Make an estimator available under a name, replacing one of the same name.

    Parameters
    ----------
    name
        What `create_estimator` is asked for.
    factory
        Returns a new estimator; gets the options of `create_estimator` as keywords.
    """
    _FACTORIES[name] = factory


def list_estimators() -> list[str]:
    """Return the names of the estimators that can be created, sorted."""
    return sorted({*_FACTORIES, *_BUILT_IN})


def create_estimator(name: str = "mediapipe", **options: Any) -> PoseEstimator:
    """Return a new estimator for one clip.

    Parameters
    ----------
    name
        One of `list_estimators()`.
    **options
        Passed to the estimator; see e.g. `formcheck.pose.mediapipe_estimator.MediaPipeEstimator`.

    Raises
    ------
    ModelError
        There is no estimator of that name, or its model cannot be had.
    """
    if name not in _FACTORIES and name in _BUILT_IN:
        import_module(_BUILT_IN[name])  # registers itself
    if name not in _FACTORIES:
        raise ModelError(f"there is no pose estimator named {name!r}; there are: {', '.join(list_estimators())}")
    return _FACTORIES[name](**options)
