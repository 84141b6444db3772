"""Following one person: who turns over and looks otherwise is the same, who takes their place is not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.core.frame import Frame
from formcheck.core.pose import Pose
from formcheck.pose.person import PersonFollower
from formcheck.pose.turning import turned_back
from tests.unit.pose.test_following import dressed, standing

FPS = 15
FRONT = dressed((200, 30, 30), (20, 20, 90))
MARK = (250, 1, 250)
BACK = dressed((240, 240, 240), (60, 120, 60))


class Scene:
    """Finds and tracks people where a script puts them; the tracker slides over to whoever is nearest."""

    def __init__(self, people: list[list[Pose]]) -> None:
        self.people = people
        self.now = 0
        self.on_somebody = False
        self._at: Pose | None = None

    def track(self, image: NDArray[np.uint8], time_s: float) -> Pose:
        """Return who is nearest to the last one followed; an even picture makes it forget."""
        if (image == image[0, 0]).all():
            self._at, self.on_somebody = None, False
            return Pose.missing(time_s)
        there = self.people[self.now]
        at = self._at
        self._at = min(there, key=lambda p: 0.0 if at is None else float(abs(p.pixels - at.pixels).sum()), default=None)
        self.on_somebody = self._at is not None
        return self._at or Pose.missing(time_s)

    def find(self, image: NDArray[np.uint8], time_s: float) -> list[Pose]:
        """Return everybody, where the whole picture is looked at."""
        return self.people[self.now] if image.shape[1] == 640 else []

    def restart(self) -> None:
        """Nothing to forget."""

    def close(self) -> None:
        """Nothing to release."""


class Across(Scene):
    """Sees the people of the script only where the picture is turned in one of some ways; `MARK` tells how it is."""

    def __init__(self, people: list[list[Pose]], quarters: tuple[int, ...]) -> None:
        super().__init__(people)
        self.quarters = quarters

    def track(self, image: NDArray[np.uint8], time_s: float) -> Pose:
        """Return the first of those who are seen."""
        self._at = next(iter(self.find(image, time_s)), None)
        self.on_somebody = self._at is not None
        return self._at or Pose.missing(time_s)

    def find(self, image: NDArray[np.uint8], time_s: float) -> list[Pose]:
        """Return everybody in the picture's own axes."""
        quarters = next((k for k in range(4) if (np.rot90(image, -k)[0, 0] == MARK).all()), None)
        if quarters not in self.quarters:
            return []
        height, width = image.shape[:2]
        return [turned_back(pose, (4 - quarters) % 4, width, height) for pose in self.people[self.now]]


def followed(scene: Scene, images: list[NDArray[np.uint8]]) -> list[Pose]:
    follower = PersonFollower(scene, lambda _: scene)  # type: ignore[arg-type,return-value]
    found = []
    for scene.now, image in enumerate(images):
        found.append(follower.follow(Frame(scene.now, scene.now / FPS, image)))
    return found


def test_who_turns_over_is_lost_for_a_moment_and_known_from_both_sides_then() -> None:
    images = [FRONT] * 30 + [BACK] * 30 + [FRONT] * 30
    found = [p.found for p in followed(Scene([[standing(200, i / FPS)] for i in range(90)]), images)]
    assert all(found[:30])
    assert 0 < found[30:60].count(False) <= FPS
    assert all(found[48:]), "the front is remembered"


def test_a_stranger_who_takes_the_place_is_not_the_person_at_once() -> None:
    walks = [[standing(200, i / FPS)] if i < 30 else [standing(200 + 12 * (i - 30), i / FPS)] for i in range(60)]
    moved = [np.roll(BACK, 12 * max(0, i - 30), axis=1) for i in range(60)]
    assert not any(p.found for p in followed(Scene(walks), [FRONT] * 30 + moved[30:])[32:])


@pytest.mark.parametrize(("quarters", "seen"), [((1, 3), True), ((2, 3), True), ((1,), False), ((), False)])
def test_who_is_seen_in_two_turns_of_the_picture_is_followed_in_one(quarters: tuple[int, ...], seen: bool) -> None:
    image = FRONT.copy()
    image[0, 0] = MARK
    poses = followed(Across([[standing(200 + i, i / FPS)] for i in range(30)], quarters), [image] * 30)
    assert [pose.found for pose in poses] == [seen] * 30
    if seen:
        assert [pose.pixels[0, 0] for pose in poses] == pytest.approx(np.arange(200.0, 230.0))
