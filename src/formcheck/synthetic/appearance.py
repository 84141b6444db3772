"""What a person looks like: a continuous space of bodies, faces and clothes, each from a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.synthetic.skeleton import Proportions

Colour = tuple[float, float, float]

TOPS = ("tshirt", "tank", "longsleeve", "loose_tshirt")
BOTTOMS = ("shorts", "loose_shorts", "leggings", "trousers", "loose_trousers")
HAIR = ("short", "buzz", "bob", "long", "bun", "bald")
FEET = ("bare", "shoes", "socks")
PATTERNS = ("plain", "stripes", "checks", "dots", "blotches", "panel")


@dataclass(frozen=True)
class Outfit:
    """Clothes: cut, colours (linear 0..1 sRGB values) and pattern."""

    top: str
    bottom: str
    feet: str
    top_colour: Colour
    top_colour2: Colour
    top_pattern: str
    bottom_colour: Colour
    bottom_colour2: Colour
    bottom_pattern: str
    shoe_colour: Colour
    sole_colour: Colour
    crease: float
    """How strongly the cloth is creased, 0 to 1."""


@dataclass(frozen=True)
class Person:
    """One person: everything that decides how they look."""

    name: str
    seed: int
    male: float
    """0 female shape, 1 male shape, anything between."""
    fat: float
    """0 lean to 1 heavy."""
    muscle: float
    """0 slight to 1 muscular."""
    proportions: Proportions
    skin: Colour
    hair: str
    hair_colour: Colour
    eye_colour: Colour
    beard: float
    """0 shaven to 1 full beard."""
    face: tuple[float, float, float, float]
    """Small shape differences of the face: nose, jaw, brow, cheeks; -1 to 1."""
    outfit: Outfit


SKINS: tuple[Colour, ...] = (
    (0.93, 0.76, 0.66),
    (0.89, 0.70, 0.58),
    (0.82, 0.62, 0.48),
    (0.72, 0.52, 0.38),
    (0.58, 0.40, 0.28),
    (0.44, 0.29, 0.20),
    (0.32, 0.21, 0.15),
)
HAIRS: tuple[Colour, ...] = (
    (0.08, 0.06, 0.05),
    (0.16, 0.10, 0.07),
    (0.30, 0.19, 0.11),
    (0.48, 0.33, 0.18),
    (0.72, 0.57, 0.33),
    (0.55, 0.24, 0.12),
    (0.62, 0.60, 0.58),
)
CLOTHS: tuple[Colour, ...] = (
    (0.10, 0.10, 0.12),
    (0.20, 0.21, 0.25),
    (0.13, 0.18, 0.33),
    (0.25, 0.42, 0.68),
    (0.62, 0.16, 0.18),
    (0.16, 0.38, 0.26),
    (0.86, 0.86, 0.84),
    (0.58, 0.58, 0.60),
    (0.80, 0.64, 0.22),
    (0.46, 0.28, 0.52),
    (0.80, 0.44, 0.42),
    (0.36, 0.30, 0.24),
    (0.20, 0.52, 0.54),
)


def random_proportions(rng: np.random.Generator, male: float, height: float) -> Proportions:
    """Return segment lengths for a height, each varied a little around its usual share."""

    def vary(share: float, spread: float) -> float:
        return float(height * share * (1.0 + np.clip(rng.normal(0.0, spread), -2.2 * spread, 2.2 * spread)))

    thigh = vary(0.2435, 0.020)
    shank = vary(0.2425, 0.022)
    ankle = vary(0.041, 0.03)
    trunk = vary(0.288, 0.02)
    neck = 0.031 * height
    head_rise = vary(0.046, 0.06)
    return Proportions(
        height=height,
        hip_half_width=vary(0.0515 - 0.002 * male, 0.035),
        thigh=thigh,
        shank=shank,
        ankle_height=ankle,
        foot_length=vary(0.147 + 0.006 * male, 0.03),
        lumbar_rise=0.24 * trunk,
        thoracic_rise=0.30 * trunk,
        shoulder_rise=0.46 * trunk,
        shoulder_half_width=vary(0.0945 + 0.011 * male, 0.03),
        neck_rise=neck,
        head_rise=head_rise,
        upper_arm=vary(0.170, 0.025),
        forearm=vary(0.148, 0.025),
        hand=vary(0.106, 0.03),
    )


def _pick(rng: np.random.Generator, options: tuple[str, ...], weights: list[float]) -> str:
    w = np.array(weights) / np.sum(weights)
    return options[int(rng.choice(len(options), p=w))]


def _colour(rng: np.random.Generator, palette: tuple[Colour, ...], spread: float) -> Colour:
    base = np.array(palette[int(rng.integers(len(palette)))])
    c = np.clip(base * (1.0 + rng.normal(0.0, spread, 3)), 0.02, 0.95)
    return float(c[0]), float(c[1]), float(c[2])


def _outfit(rng: np.random.Generator, male: float) -> Outfit:
    top = _pick(rng, TOPS, [5, 3, 2, 3])
    bottom = _pick(rng, BOTTOMS, [4, 3, 4 if male < 0.5 else 2, 2, 2])
    feet = _pick(rng, FEET, [5, 3, 2])
    top_colour = _colour(rng, CLOTHS, 0.12)
    bottom_colour = _colour(rng, CLOTHS, 0.12)
    if rng.random() < 0.2:  # dark on dark
        top_colour = _colour(rng, CLOTHS[:3], 0.1)
        bottom_colour = _colour(rng, CLOTHS[:2], 0.1)
    return Outfit(
        top,
        bottom,
        feet,
        top_colour,
        _colour(rng, CLOTHS, 0.1),
        _pick(rng, PATTERNS, [6, 1.5, 1, 1, 1.5, 1.5]),
        bottom_colour,
        _colour(rng, CLOTHS, 0.1),
        _pick(rng, PATTERNS, [8, 0.6, 0.6, 0.3, 1, 1.5]),
        _colour(rng, CLOTHS, 0.15),
        _colour(rng, CLOTHS[6:8], 0.05),
        float(rng.uniform(0.15, 1.0)),
    )


def person_from_seed(seed: int) -> Person:
    """Return the person of a seed; the same seed gives the same person."""
    rng = np.random.default_rng([2718, seed])
    male = float(np.clip(rng.beta(0.6, 0.6), 0.0, 1.0))
    height = float(np.clip(rng.normal(1.635 + 0.135 * male, 0.065), 1.47, 1.98))
    hair_weights = [1, 0.3, 3, 3, 3, 0.05] if male < 0.5 else [6, 2.5, 0.6, 0.3, 0.3, 1]
    return Person(
        name=str(seed),
        seed=seed,
        male=male,
        fat=float(rng.beta(1.6, 2.6)),
        muscle=float(np.clip(rng.beta(2.0, 2.5) * (0.55 + 0.45 * male), 0, 1)),
        proportions=random_proportions(rng, male, height),
        skin=_colour(rng, SKINS, 0.04),
        hair=_pick(rng, HAIR, hair_weights),
        hair_colour=_colour(rng, HAIRS, 0.1),
        eye_colour=_colour(rng, ((0.25, 0.15, 0.08), (0.3, 0.42, 0.55), (0.28, 0.36, 0.22)), 0.1),
        beard=float(rng.uniform(0.3, 1.0)) if male > 0.6 and rng.random() < 0.4 else 0.0,
        face=tuple(float(v) for v in np.clip(rng.normal(0, 0.5, 4), -1, 1)),  # type: ignore[arg-type]
        outfit=_outfit(rng, male),
    )
