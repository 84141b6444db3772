"""Who is rendered: thirteen named people, and anybody from a seed."""

from __future__ import annotations

import difflib
from dataclasses import replace

import numpy as np

from formcheck.core.errors import FormcheckError
from formcheck.synthetic.appearance import CLOTHS, HAIRS, PATTERNS, SKINS, Person, person_from_seed, random_proportions

__all__ = ["PATTERNS", "PEOPLE", "Person", "find_person", "person_from_seed"]


def _named(
    name: str,
    seed: int,
    *,
    male: float,
    fat: float,
    muscle: float,
    height: float,
    skin: int,
    hair: str,
    hair_colour: int,
    beard: float = 0.0,
    **clothes: object,
) -> Person:
    base = person_from_seed(seed)
    rng = np.random.default_rng([314, seed])
    return replace(
        base,
        name=name,
        male=male,
        fat=fat,
        muscle=muscle,
        proportions=random_proportions(rng, male, height),
        skin=SKINS[skin],
        hair=hair,
        hair_colour=HAIRS[hair_colour],
        beard=beard,
        outfit=replace(base.outfit, **clothes),  # type: ignore[arg-type]
    )


def _build_named() -> dict[str, Person]:
    c = CLOTHS
    people = (
        _named(
            "ana",
            1,
            male=0.0,
            fat=0.3,
            muscle=0.35,
            height=1.66,
            skin=1,
            hair="bun",
            hair_colour=1,
            top="tank",
            bottom="leggings",
            feet="bare",
            top_colour=c[12],
            top_pattern="plain",
            bottom_colour=c[0],
            bottom_pattern="plain",
        ),
        _named(
            "ben",
            2,
            male=1.0,
            fat=0.3,
            muscle=0.5,
            height=1.80,
            skin=0,
            hair="short",
            hair_colour=2,
            top="tshirt",
            bottom="shorts",
            feet="bare",
            top_colour=c[3],
            top_pattern="plain",
            bottom_colour=c[1],
            bottom_pattern="plain",
        ),
        _named(
            "chi",
            3,
            male=0.1,
            fat=0.2,
            muscle=0.3,
            height=1.58,
            skin=2,
            hair="bob",
            hair_colour=0,
            top="tshirt",
            bottom="leggings",
            feet="socks",
            top_colour=c[6],
            top_pattern="plain",
            bottom_colour=c[2],
            bottom_pattern="plain",
        ),
        _named(
            "dayo",
            4,
            male=0.95,
            fat=0.2,
            muscle=0.75,
            height=1.86,
            skin=6,
            hair="buzz",
            hair_colour=0,
            top="tank",
            bottom="shorts",
            feet="shoes",
            top_colour=c[8],
            top_pattern="plain",
            bottom_colour=c[0],
            bottom_pattern="panel",
            shoe_colour=c[6],
        ),
        _named(
            "eva",
            5,
            male=0.05,
            fat=0.55,
            muscle=0.3,
            height=1.70,
            skin=0,
            hair="long",
            hair_colour=4,
            top="loose_tshirt",
            bottom="shorts",
            feet="bare",
            top_colour=c[10],
            top_pattern="stripes",
            top_colour2=c[6],
            bottom_colour=c[2],
            bottom_pattern="plain",
        ),
        _named(
            "finn",
            6,
            male=1.0,
            fat=0.75,
            muscle=0.4,
            height=1.75,
            skin=0,
            hair="bald",
            hair_colour=5,
            beard=0.9,
            top="tshirt",
            bottom="loose_shorts",
            feet="shoes",
            top_colour=c[5],
            top_pattern="plain",
            bottom_colour=c[11],
            bottom_pattern="plain",
        ),
        _named(
            "gita",
            7,
            male=0.0,
            fat=0.45,
            muscle=0.25,
            height=1.62,
            skin=3,
            hair="bun",
            hair_colour=0,
            top="longsleeve",
            bottom="loose_trousers",
            feet="bare",
            top_colour=c[4],
            top_pattern="plain",
            bottom_colour=c[7],
            bottom_pattern="plain",
            crease=1.0,
        ),
        _named(
            "hugo",
            8,
            male=0.9,
            fat=0.15,
            muscle=0.35,
            height=1.90,
            skin=1,
            hair="short",
            hair_colour=6,
            beard=0.4,
            top="tshirt",
            bottom="trousers",
            feet="shoes",
            top_colour=c[0],
            top_pattern="plain",
            bottom_colour=c[0],
            bottom_pattern="plain",
            shoe_colour=c[1],
        ),
        _named(
            "imani",
            9,
            male=0.05,
            fat=0.35,
            muscle=0.5,
            height=1.72,
            skin=5,
            hair="bun",
            hair_colour=0,
            top="tank",
            bottom="loose_shorts",
            feet="bare",
            top_colour=c[9],
            top_pattern="panel",
            top_colour2=c[6],
            bottom_colour=c[1],
            bottom_pattern="plain",
        ),
        _named(
            "jun",
            10,
            male=0.85,
            fat=0.25,
            muscle=0.3,
            height=1.70,
            skin=2,
            hair="short",
            hair_colour=0,
            top="loose_tshirt",
            bottom="loose_trousers",
            feet="socks",
            top_colour=c[7],
            top_pattern="blotches",
            top_colour2=c[1],
            bottom_colour=c[1],
            bottom_pattern="plain",
            crease=0.9,
        ),
        _named(
            "kaya",
            11,
            male=0.2,
            fat=0.15,
            muscle=0.55,
            height=1.76,
            skin=3,
            hair="long",
            hair_colour=2,
            top="tank",
            bottom="shorts",
            feet="shoes",
            top_colour=c[0],
            top_pattern="plain",
            bottom_colour=c[4],
            bottom_pattern="plain",
            shoe_colour=c[3],
        ),
        _named(
            "leo",
            12,
            male=1.0,
            fat=0.45,
            muscle=0.55,
            height=1.83,
            skin=4,
            hair="short",
            hair_colour=1,
            beard=0.7,
            top="tshirt",
            bottom="leggings",
            feet="bare",
            top_colour=c[6],
            top_pattern="checks",
            top_colour2=c[3],
            bottom_colour=c[0],
            bottom_pattern="plain",
        ),
        _named(
            "mira",
            13,
            male=0.1,
            fat=0.7,
            muscle=0.25,
            height=1.64,
            skin=1,
            hair="bob",
            hair_colour=5,
            top="tshirt",
            bottom="trousers",
            feet="bare",
            top_colour=c[12],
            top_pattern="dots",
            top_colour2=c[6],
            bottom_colour=c[11],
            bottom_pattern="plain",
        ),
    )
    return {person.name: person for person in people}


PEOPLE: dict[str, Person] = _build_named()
"""The named people, for tests and reports."""


def find_person(body: str | int) -> Person:
    """Return a named person, or the person of a seed.

    Parameters
    ----------
    body
        One of the names in `PEOPLE`, or a whole number.

    Raises
    ------
    FormcheckError
        The name is unknown.
    """
    text = str(body).strip().lower()
    if text in PEOPLE:
        return PEOPLE[text]
    if text.isdigit():
        return person_from_seed(int(text))
    near = difflib.get_close_matches(text, PEOPLE, n=1, cutoff=0.0)[0]
    raise FormcheckError(
        f"Body {str(body)!r} is neither a whole number nor a known person; did you mean {near!r}? "
        f"Known: {', '.join(PEOPLE)}."
    )
