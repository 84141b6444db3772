"""The estimator `mediapipe`: BlazePose, following the person of the drill."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from formcheck.core.frame import Frame
from formcheck.core.pose import Pose
from formcheck.pose.estimator import register_estimator
from formcheck.pose.landmarker import Finder, Tracker
from formcheck.pose.models import model_info, say_on_stderr
from formcheck.pose.person import PersonFollower


class MediaPipeEstimator:
    """MediaPipe's BlazePose on the CPU, following one person: the one of the drill.

    Parameters
    ----------
    model
        Name of the pose model in the manifest.
    offline
        Never fetch a missing model; fail with the command that does.
    announce
        Told in one sentence when a missing model is about to be fetched.

    Raises
    ------
    ModelError
        The model is unknown, missing, damaged or cannot be fetched.
    """

    name = "mediapipe"

    def __init__(
        self, *, model: str = "full", offline: bool = False, announce: Callable[[str], None] = say_on_stderr
    ) -> None:
        self.model = model_info(model, offline=offline, announce=announce)
        path = self.model.path
        self._follower = PersonFollower(Tracker(path), lambda people: Finder(path, people))

    def estimate(self, frame: Frame) -> Pose:
        """Return the person's pose in the next frame; missing when nobody is found or identity is uncertain."""
        return self._follower.follow(frame)

    def close(self) -> None:
        """Release the model."""
        self._follower.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


register_estimator("mediapipe", MediaPipeEstimator)
