"""People, rooms and drills of one part of the split are in no other."""

from itertools import combinations

import pytest
from clips import BAND_CYCLE, PEOPLE, SHOTS, plan
from split import PARTS, part_of, people_of, read_split, unseen_drills

from formcheck.synthetic.movements import MOVEMENTS


def test_no_person_is_in_two_parts():
    for a, b in combinations(PARTS, 2):
        assert not set(people_of(a)) & set(people_of(b))


def test_no_room_camera_or_movement_is_in_two_parts():
    numbers = {part: range(people_of(part).start * SHOTS, people_of(part).stop * SHOTS) for part in PARTS}
    for a, b in combinations(PARTS, 2):
        assert not set(numbers[a]) & set(numbers[b])


def test_earlier_people_are_in_no_part():
    assert part_of(101) is None
    assert part_of(113) is None
    assert "ana" in read_split()["earlier"][0]["people"]


@pytest.mark.parametrize("part", sorted(PEOPLE))
def test_planned_clips_show_people_of_their_part_only(part):
    specs = plan(part)
    assert {part_of(int(spec.body)) for spec in specs} == {part}
    assert all(spec.seed // SHOTS == int(spec.body) for spec in specs)
    assert len({spec.seed for spec in specs}) == len(specs)


def test_unseen_drills_are_drawn_for_reporting_only():
    unseen = set(unseen_drills())
    assert unseen <= set(MOVEMENTS)
    assert not unseen & {spec.drill for spec in plan("tuning")}
    assert unseen <= {spec.drill for spec in plan("reporting")}


def test_training_pictures_show_no_unseen_drill():
    from pictures import LYING, STANDING

    assert not set(unseen_drills()) & {*LYING, *STANDING}


def test_a_planned_clip_is_the_same_every_time():
    assert plan("tuning") == plan("tuning")


@pytest.mark.parametrize("part", sorted(PEOPLE))
def test_every_band_is_seen_on_four_people_and_both_sides(part):
    lying = plan(part)[: PEOPLE[part][0] * SHOTS]
    for band in set(BAND_CYCLE):
        chosen = [s for k, s in enumerate(lying) if BAND_CYCLE[k % len(BAND_CYCLE)] == band]
        assert len({s.body for s in chosen}) >= 4
        assert {s.side for s in chosen} == {"left", "right"}


def test_reporting_has_enough_lifted_and_flat_repetitions():
    lying = plan("reporting")[: PEOPLE["reporting"][0] * SHOTS]
    lifted = [f for s in lying for f in s.faults if f.startswith("pelvis_roll=1")]
    flat = [s for s in lying if not any(f.startswith("pelvis_roll") for f in s.faults)]
    assert len(lifted) >= 15
    assert len(flat) >= 20
