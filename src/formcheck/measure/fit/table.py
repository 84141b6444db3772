"""What is known before looking, from `positions.toml`: the standard person, limits, and the priors of each position."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from formcheck.core.errors import FormcheckError
from formcheck.core.landmarks import JOINT_INDEX, SIDES
from formcheck.core.pose import FloatArray

# a person lying on the back: anterior up, the head away from the feet, the right side to their right; as columns
_LYING: Final = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


@dataclass(frozen=True, slots=True)
class Lengths:
    """The standard person, metres; see `positions.toml`."""

    hip_half_width: float
    lumbar_rise: float
    trunk: float
    """Lumbar joint to mid-shoulder."""
    shoulder_half_width: float
    thigh: float
    shank: float
    knee_front: float
    asis: tuple[float, float, float]
    """Forward, up, sideways in half hip widths."""
    heel: tuple[float, float]
    """From the ankle: forward and up."""
    foot_index: tuple[float, float]

    @property
    def asis_points(self) -> FloatArray:
        """Left and right asis in the pelvis' axes, half hip widths, shape (2, 3)."""
        forward, up, sideways = self.asis
        return np.array([[forward, up, -sideways], [forward, up, sideways]])

    @property
    def foot_points(self) -> FloatArray:
        """Heel and foot_index in the foot's axes from the ankle, metres, shape (2, 3)."""
        return np.array([[*self.heel, 0.0], [*self.foot_index, 0.0]])


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How the fit is solved; see `positions.toml`."""

    huber: float
    limit_sigma: float
    floor_sigma_m: float
    same_error: float
    same_error_fades_deg: float
    rest_starts_kept: int
    rest_iterations: int
    frame_iterations: int
    damping: float
    tolerance: float


@dataclass(frozen=True, slots=True)
class Contacts:
    """Where joints are over the floor."""

    joints: tuple[int, ...]
    """Indices into `JOINTS`."""
    height: FloatArray
    """Metres, one a joint."""
    sigma: FloatArray
    """Metres, one a joint."""
    above: FloatArray
    """1 where only a joint below its height counts, 0 where above counts too."""


@dataclass(frozen=True, slots=True)
class Position:
    """The priors of one position, over `PARAMETERS`."""

    name: str
    lying: bool
    neutral: FloatArray
    """Candidates for the pelvis' neutral axes in the world, as columns, shape (K, 3, 3)."""
    mean: FloatArray
    """Mean at rest."""
    rest: FloatArray
    """Sigma at rest; inf where nothing is known."""
    change: FloatArray
    """Sigma of the change from rest; 0 where there is none."""
    low: FloatArray
    """Lower limit; -inf where there is none."""
    high: FloatArray
    """Upper limit."""
    at_rest: Contacts
    later: Contacts
    azimuths: list[float]
    """To start from at rest."""
    elevations: list[float]
    """To start from at rest."""
    legs: FloatArray
    """Postures of a leg at rest, shape (K, 2, 2): hip and knee flexion, mean and sigma."""
    shares: FloatArray
    """How often to expect each of `legs`, shape (K,)."""
    lumbar_share: float
    """Degrees by which the low back is expected to bend for each degree of both hips' flexion from rest."""
    moved: FloatArray
    """Changes of hip flexion, knee flexion and tilt to start from later, besides none, shape (K, 3)."""


@cache
def table() -> dict[str, Any]:
    """Return `positions.toml`."""
    return tomllib.loads(files("formcheck.measure.fit").joinpath("positions.toml").read_text(encoding="utf-8"))


@cache
def standard_lengths() -> Lengths:
    """Return the standard person."""
    row = table()["standard"]
    plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return Lengths(**plain)


@cache
def fit_options() -> FitOptions:
    """Return how the fit is solved."""
    return FitOptions(**table()["fit"])


def focal_px(size: tuple[int, int]) -> float:
    """Return the assumed lens' focal length for a picture of `size` (width, height), pixels."""
    half = np.radians(table()["lens"]["field_of_view_deg"]) / 2
    return float(max(size) / 2 / np.tan(half))


def known_positions() -> tuple[str, ...]:
    """Return the names of the positions that can be fitted."""
    return tuple(table()["position"])


def _row(name: str) -> dict[str, Any]:
    positions = table()["position"]
    if name not in positions:
        raise FormcheckError(f"Position {name!r} is unknown to the fit; known: {', '.join(sorted(positions))}.")
    row: dict[str, Any] = positions[name]
    return {**_row(row["like"]), **row} if "like" in row else row


def _kind(parameter: str) -> str:
    for side in SIDES:
        parameter = parameter.removesuffix(f"_{side}")
    return parameter


def _contacts(*tables: tuple[dict[str, list[float]], bool]) -> Contacts:
    rows = [
        (JOINT_INDEX[f"{side}_{kind}"], height, sigma, float(above))
        for contacts, above in tables
        for kind, (height, sigma) in contacts.items()
        for side in SIDES
    ]
    columns = np.array([row[1:] for row in rows], dtype=np.float64).reshape(-1, 3).T
    return Contacts(tuple(row[0] for row in rows), *columns)


@cache
def position_priors(name: str, parameters: tuple[str, ...]) -> Position:
    """Return the priors of a position.

    Parameters
    ----------
    name
        Position as drills call it: supine, side_lying, prone, standing, single_leg, split_stance.
    parameters
        The model's parameters in order.

    Raises
    ------
    FormcheckError
        No such position.
    """
    row, common, limits = _row(name), table()["common"], table()["limits"]
    kinds = [_kind(p) for p in parameters]
    values = [{**common[kind], **row.get(kind, {})} for kind in kinds]
    low, high = (np.array([limits.get(kind, (-np.inf, np.inf))[k] for kind in kinds]) for k in (0, 1))
    base = _LYING if row["lying"] else np.eye(3)
    turns = np.radians(row["neutral_turn"])
    neutral = np.stack([base @ [[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]] for a in turns])
    mean, rest, change = (np.array([v[key] for v in values]) for key in ("mean", "rest", "change"))
    return Position(
        name,
        row["lying"],
        neutral,
        mean,
        rest,
        change,
        low,
        high,
        _contacts((row["at"], False), (row["above"], True)),
        _contacts((row["held"], False), (row["above"], True)),
        row["starts"]["azimuth"],
        row["starts"]["elevation"],
        np.array([[leg["hip"], leg["knee"]] for leg in row["legs"]]),
        np.array([leg["share"] for leg in row["legs"]]),
        row.get("lumbar_share", 0.0),
        np.array(row["moved"]).reshape(-1, 3),
    )
