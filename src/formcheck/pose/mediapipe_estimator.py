"""The estimator `mediapipe`: BlazePose, following the person of the drill, and the landmark refiner after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from formcheck.core.frame import Frame
from formcheck.core.landmarks import Side
from formcheck.core.pose import Pose
from formcheck.pose.estimator import register_estimator
from formcheck.pose.landmarker import Finder, Tracker
from formcheck.pose.mirroring import MirroredTracker
from formcheck.pose.models import model_info, say_on_stderr
from formcheck.pose.person import PersonFollower
from formcheck.pose.refiner import shared_refiner
from formcheck.pose.surface import TrunkWatch


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
    refine
        Look at each picture again for the refined joints.
    side
        The side that works, if it is known and only one does: when it is the left, the networks see mirror images, so
        that they always see a right leg at work.

    Raises
    ------
    ModelError
        The model is unknown, missing, damaged or cannot be fetched.
    """

    name = "mediapipe"

    def __init__(
        self,
        *,
        model: str = "full",
        offline: bool = False,
        announce: Callable[[str], None] = say_on_stderr,
        refine: bool = True,
        side: Side | None = None,
    ) -> None:
        self.model = model_info(model, offline=offline, announce=announce)
        path = self.model.path
        self._mirrored = side == "left"
        self._refiner = shared_refiner() if refine else None
        if self._refiner is not None:
            self.model = replace(self.model, refiner_sha256=self._refiner.sha256)
        tracker = MirroredTracker(path) if self._mirrored else Tracker(path)
        self._follower = PersonFollower(tracker, lambda people: Finder(path, people))
        self._trunk = TrunkWatch()

    def estimate(self, frame: Frame) -> Pose:
        """Return the person's pose in the next frame; missing when nobody is found or identity is uncertain."""
        return self.refine(frame, self.find(frame))

    def find(self, frame: Frame) -> Pose:
        """Return the person's pose in the next frame as the pose model sees it, the first half of `estimate`."""
        return self._follower.follow(frame)

    def refine(self, frame: Frame, pose: Pose) -> Pose:
        """Return what `find` found in a frame with its joints refined and the trunk's surface followed.

        Frames come in order; it may be another thread than that of `find`.
        """
        if self._refiner is None:
            return pose
        return self._trunk.follow(frame.image, self._refiner.refine(frame.image, pose, self._mirrored))

    def count_people(self, frame: Frame) -> int:
        """Return how many people are in a picture; costs as much as finding one in several."""
        return self._follower.count(frame)

    def restart(self) -> None:
        """Begin another clip with the models that are loaded, as a new estimator would; for the same working side."""
        self._follower.restart()
        self._trunk = TrunkWatch()

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
