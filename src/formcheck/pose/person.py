"""Keeps to the person of the drill, from the first frame to the last, also when others stand or walk by.

The tracker of the pose library looks only where the person was a frame before, so following costs nothing while that
goes well. This adds what the library lacks: choosing the person, starting the tracker on that person and nobody else,
noticing that it has slid over to somebody else, and finding the person again. `docs/decisions/0002-person-choice.md`
has the reasons and the measurements. A frame in which it is not certain who it is has no pose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.core.frame import Frame
from formcheck.core.pose import FloatArray, Pose
from formcheck.pose.appearance import Look, part_colours
from formcheck.pose.body import Place, bounding_box, joints_apart
from formcheck.pose.landmarker import Finder, Tracker
from formcheck.pose.people import Box, Person, find_people, is_clearly_the_one, is_near, prominence, tiles, whole
from formcheck.pose.turning import turned, turned_back

# Sizes are in sizes of the body (`Place.size`, about a trunk length), speeds in sizes a second. On ten clips of one
# person, no body moved by more than 0.06 (0.15 once) or grew by more than 5 % between two frames of 17 to 33 ms.
_STEP: Final = 0.15  # free movement between two frames ...
_SPEED: Final = 3.0  # ... and with time: walking pace
_GROWTH: Final = 1.1
_GROWTH_RATE: Final = 1.0  # a second
_LEAP: Final = 1.0  # farther than this at once it is somebody else, whatever they wear
_LOCK_DISTANCE: Final = 0.5  # the tracker is on the chosen person when it agrees this well with the finder
_LOCK_GROWTH: Final = 1.5
_FAR: Final = 4.0  # how far from the last place a lost person is searched at most
_FOUND_GROWTH: Final = 1.6
_ALONE_DISTANCE: Final = 0.75  # somebody alone at the last or first place is the person, also in another light
_LOOK_EVERY_S: Final = 0.1
_SEARCH_EVERY_S: Final = 0.25  # a search costs about as much as ten frames
_UNSEEN_S: Final = 0.5  # without any find this long, the tracker's own search is not enough
_ALONE_AFTER_S: Final = 3.0
_STAYED_S: Final = 0.45  # somebody alone who has lain or stood like the lost person for so long is that person
_STAYED_APART: Final = 0.5  # and the joints have not moved farther meanwhile, on average
_GREY: Final = 128
_FEW_SIZES: Final = 3.0  # margin of the part of the picture in which a small person is tracked
_CLOSER_SIZES: Final = (2.0, 1.0)  # where even that fails; the finder has looked at such parts
_PEOPLE: Final = 4


class PersonFollower:
    """Follows one person through the frames of one clip.

    Parameters
    ----------
    tracker
        Follows whom it is started on.
    new_finder
        Makes what finds everybody in one picture; called when first needed, with the number of people.
    """

    def __init__(self, tracker: Tracker, new_finder: Callable[[int], Finder]) -> None:
        self._tracker = tracker
        self._new_finder = new_finder
        self._finder: Finder | None = None
        self._begin()

    def _begin(self) -> None:
        """Know nobody yet."""
        self._look = Look()
        self._last: Pose | None = None  # where the person certainly was
        self._home: Place | None = None  # where the person was chosen
        self._lost = False
        self._stayed_since: float | None = None  # somebody alone has been like the lost person since then
        self._window: Box | None = None  # the tracker sees this part only; None: the whole picture
        self._quarters = 0  # and it so often turned by a quarter of a circle
        self._next_look_s = 0.0
        self._next_search_s = 0.0

    def restart(self) -> None:
        """Begin another clip with the same models: what was known of the last one is forgotten."""
        self._tracker.restart()
        self._begin()

    def follow(self, frame: Frame) -> Pose:
        """Return the person's pose in the next frame; missing when not found or not certain who it is."""
        if self._last is None:
            pose = self._choose(frame)
        elif self._lost:
            pose = self._find_again(frame)
        else:
            pose = self._track(frame.image, frame.time_s)
            if pose.found and not self._is_same(pose, frame):
                self._lose()
                pose = self._find_again(frame)
            elif not pose.found and frame.time_s - self._last.time_s > _UNSEEN_S:
                self._lose()
        if not pose.found:
            return Pose.missing(frame.time_s)
        self._last = pose
        return pose

    def count(self, frame: Frame) -> int:
        """Return how many people are in a picture."""
        return len(self._find(frame, [whole(frame.image)]))

    def close(self) -> None:
        """Release the models."""
        self._tracker.close()
        if self._finder is not None:
            self._finder.close()

    def _choose(self, frame: Frame) -> Pose:
        """Choose the person of the drill among all in the picture, and start the tracker on that person."""
        if frame.time_s < self._next_search_s and not self._track(frame.image, frame.time_s).found:
            return Pose.missing(frame.time_s)
        self._next_search_s = frame.time_s + _UNSEEN_S
        people = self._find(frame, [whole(frame.image)])
        if not is_clearly_the_one(people, frame.image):
            people = self._find(frame, [whole(frame.image), *tiles(frame.image)]) or self._find_turned(frame)
        for person in sorted(people, key=lambda p: -prominence(p.pose, frame.image)):
            pose = self._start_on(person, people, frame)
            if pose.found:
                self._learn(pose, frame)
                self._home = Place.of(pose)
                return pose
        return Pose.missing(frame.time_s)

    def _lose(self) -> None:
        """Be no longer certain who is followed, and search at once."""
        self._lost, self._stayed_since, self._next_search_s = True, None, -np.inf

    def _find_again(self, frame: Frame) -> Pose:
        """Look for the lost person near the last place."""
        if self._last is None or frame.time_s < self._next_search_s:
            return Pose.missing(frame.time_s)
        self._next_search_s = frame.time_s + _SEARCH_EVERY_S
        height, width = frame.image.shape[:2]
        near = [bounding_box(self._last, margin, width, height) for margin in (0.5, 1.0, 2.0)]
        people = self._find(frame, [*near, whole(frame.image)]) or self._find_turned(frame)
        stayed = len(people) == 1 and joints_apart(people[0].pose, self._last) < _STAYED_APART
        if not stayed:
            self._stayed_since = None
        elif self._stayed_since is None:
            self._stayed_since = frame.time_s
        for person in self._candidates(people, frame):
            pose = self._start_on(person, people, frame)
            if pose.found and self._may_be(pose, frame, alone=len(people) == 1):
                self._lost = False
                colours = part_colours(pose, frame.image)
                if not self._looks_alike(colours):
                    self._look.learn_side(colours)
                return pose
        return Pose.missing(frame.time_s)

    def _candidates(self, people: list[Person], frame: Frame) -> list[Person]:
        """Return those who may be the lost person, nearest first."""
        assert self._last is not None
        last = Place.of(self._last)
        fitting = [p for p in people if self._may_be(p.pose, frame, alone=len(people) == 1)]
        return sorted(fitting, key=lambda p: Place.of(p.pose).distance(last))

    def _may_be(self, pose: Pose, frame: Frame, *, alone: bool) -> bool:
        """Whether a find may be the lost person: near enough for the time that passed, and looking alike."""
        assert self._last is not None
        gone_s = frame.time_s - self._last.time_s
        place, last = Place.of(pose), Place.of(self._last)
        at_home = self._home is not None and is_near(place, self._home, _ALONE_DISTANCE, _LOCK_GROWTH)
        if not (at_home or is_near(place, last, min(_LEAP + _SPEED * gone_s, _FAR), _FOUND_GROWTH)):
            return False  # half a body at the edge of the picture has no true size: the first place helps then
        if self._looks_alike(part_colours(pose, frame.image)):
            return True
        if self._stayed_since is not None and frame.time_s - self._stayed_since >= _STAYED_S:
            return joints_apart(pose, self._last) < _STAYED_APART
        there = at_home or is_near(place, last, _ALONE_DISTANCE, _LOCK_GROWTH)
        return alone and gone_s > _ALONE_AFTER_S and there

    def _looks_alike(self, colours: FloatArray) -> bool:
        """Whether two parts of three have remembered colours, as far as there are so many."""
        alike, compared = self._look.matches(colours)
        return alike >= min(2, compared)

    def _is_same(self, pose: Pose, frame: Frame) -> bool:
        """Whether the tracker is still on the person: by movement in each frame, by looks now and then."""
        assert self._last is not None
        gap_s = frame.time_s - self._last.time_s
        place, last = Place.of(pose), Place.of(self._last)
        steady = is_near(place, last, _STEP + _SPEED * gap_s, _GROWTH + _GROWTH_RATE * gap_s)
        if steady and frame.time_s < self._next_look_s:
            return True
        self._next_look_s = frame.time_s + _LOOK_EVERY_S
        colours = part_colours(pose, frame.image)
        alike, compared = self._look.matches(colours)
        if steady:
            same = alike > 0 or compared < 2  # one part is not enough to say that it is somebody else
        else:
            same = alike >= 2 and is_near(place, last, _LEAP + _SPEED * gap_s, _FOUND_GROWTH)
        if same:
            self._look.learn(colours)
        return same

    def _start_on(self, person: Person, people: list[Person], frame: Frame) -> Pose:
        """Start the tracker on a person: on the picture without the others, or on a part of it."""
        image = frame.image
        height, width = image.shape[:2]
        own = bounding_box(person.pose, 0.5, width, height)
        others = [bounding_box(p.pose, 0.25, width, height) for p in people if p is not person]
        close_up = bounding_box(person.pose, _FEW_SIZES, width, height)
        views: list[tuple[Box | None, NDArray[np.uint8]]] = [(None, _without(image, others, own))]
        if others:
            views.append((None, _without(image, [whole(image)], own)))
        views.append((close_up, _without(image, others, own)))
        views += [(bounding_box(person.pose, size, width, height), views[0][1]) for size in _CLOSER_SIZES]
        for window, view in views:
            self._forget(image)
            self._window, self._quarters = window, person.quarters
            pose = self._track(view, frame.time_s)
            if pose.found and is_near(Place.of(pose), Place.of(person.pose), _LOCK_DISTANCE, _LOCK_GROWTH):
                return pose
        self._window, self._quarters = None, 0
        return Pose.missing(frame.time_s)

    def _track(self, image: NDArray[np.uint8], time_s: float) -> Pose:
        """Return the tracker's pose in pixels of the whole picture."""
        left, top, right, bottom = self._window or whole(image)
        pose = self._tracker.track(turned(image[top:bottom, left:right], self._quarters), time_s)
        pose = turned_back(pose, self._quarters, right - left, bottom - top)
        return replace(pose, pixels=pose.pixels + np.array((left, top))) if self._window else pose

    def _forget(self, image: NDArray[np.uint8]) -> None:
        """Make the tracker lose whom it follows, by an empty picture."""
        if self._tracker.on_somebody:
            self._tracker.track(np.full_like(image, _GREY), 0.0)

    def _find(self, frame: Frame, boxes: list[Box]) -> list[Person]:
        """Return the people in parts of the picture."""
        return find_people(self._finder_of_all(), frame.image, frame.time_s, boxes)

    def _finder_of_all(self) -> Finder:
        if self._finder is None:
            self._finder = self._new_finder(_PEOPLE)
        return self._finder

    def _find_turned(self, frame: Frame) -> list[Person]:
        """Return the people in a picture that seems empty upright: who is found in two of its three turns."""
        finder, box = self._finder_of_all(), [whole(frame.image)]
        found = [p for quarters in (1, 3, 2) for p in find_people(finder, frame.image, frame.time_s, box, quarters)]
        places = [(p.quarters, Place.of(p.pose)) for p in found]
        twice = [
            any(q != p.quarters and is_near(place, own, _LOCK_DISTANCE, _LOCK_GROWTH) for q, place in places)
            for p, (_, own) in zip(found, places, strict=True)
        ]
        return [p for p, again in zip(found, twice, strict=True) if again][:1]

    def _learn(self, pose: Pose, frame: Frame) -> None:
        """Remember what the person looks like."""
        self._look.learn(part_colours(pose, frame.image))
        self._next_look_s = frame.time_s + _LOOK_EVERY_S


def _without(image: NDArray[np.uint8], others: list[Box], own: Box) -> NDArray[np.uint8]:
    """Return the picture with the boxes of others greyed out, but not the person's own."""
    if not others:
        return image
    view = image.copy()
    for left, top, right, bottom in others:
        view[top:bottom, left:right] = _GREY
    left, top, right, bottom = own
    view[top:bottom, left:right] = image[top:bottom, left:right]
    return view
