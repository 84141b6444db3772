"""Loaded pose models, lent to one session after another: loading takes time, and memory that never all comes back."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from formcheck.core.frame import Frame
from formcheck.core.landmarks import Side
from formcheck.core.pose import Pose
from formcheck.pose.mediapipe_estimator import MediaPipeEstimator


class Models:
    """Estimators that wait for a session; never more than were used at once.

    Parameters
    ----------
    model
        Name of the pose model.
    """

    def __init__(self, model: str) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._free: dict[bool, list[MediaPipeEstimator]] = {False: [], True: []}  # whether the left side works
        self._closed = False

    def lend(self, side: str | None) -> LentEstimator:
        """Return an estimator that knows nothing of the session before; closing it gives it back."""
        with self._lock:
            free = self._free[side == "left"]
            estimator = free.pop() if free else None
        if estimator is None:
            working: Side | None = "left" if side == "left" else "right" if side == "right" else None
            estimator = MediaPipeEstimator(model=self._model, offline=True, side=working)
        else:
            estimator.restart()
        return LentEstimator(estimator, self, side)

    def take_back(self, estimator: MediaPipeEstimator, side: str | None) -> None:
        """Keep an estimator for the next session."""
        with self._lock:
            if not self._closed:
                self._free[side == "left"].append(estimator)
                return
        estimator.close()

    def close(self) -> None:
        """Release all that are not lent; those come when they are given back."""
        with self._lock:
            self._closed = True
            free = [*self._free[False], *self._free[True]]
            self._free = {False: [], True: []}
        for estimator in free:
            estimator.close()


class LentEstimator:
    """An estimator that goes back when it is closed.

    Parameters
    ----------
    estimator
        The loaded one.
    models
        Where it goes back to.
    side
        The side that it was lent for.
    """

    name = MediaPipeEstimator.name

    def __init__(self, estimator: MediaPipeEstimator, models: Models, side: str | None) -> None:
        self._estimator: MediaPipeEstimator | None = estimator
        self._models, self._side = models, side
        self.model = estimator.model
        """The model that it runs."""

    def estimate(self, frame: Frame) -> Pose:
        """Return the person's pose in the next frame."""
        assert self._estimator is not None
        return self._estimator.estimate(frame)

    def find(self, frame: Frame) -> Pose:
        """Return the person's pose in the next frame, not refined."""
        assert self._estimator is not None
        return self._estimator.find(frame)

    def refine(self, frame: Frame, pose: Pose) -> Pose:
        """Return a pose of `find` refined; as it is when the estimator has been given back meanwhile."""
        return self._estimator.refine(frame, pose) if self._estimator is not None else pose

    def count_people(self, frame: Frame) -> int:
        """Return how many people are in a picture."""
        assert self._estimator is not None
        return self._estimator.count_people(frame)

    def close(self) -> None:
        """Give it back; harmless when done twice."""
        estimator, self._estimator = self._estimator, None
        if estimator is not None:
            self._models.take_back(estimator, self._side)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
