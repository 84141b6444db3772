"""What the coach found: phases, reps, attempts, faults, abstentions. Plain records, as reports show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from formcheck.core.measurement import Measurement

Severity = Literal["advice", "warn", "fail"]

_DOCUMENTED = {"use_attribute_docstrings": True}  # the report's JSON schema takes its texts from here


@dataclass(frozen=True)
class PhaseSpan:
    """A stretch of time spent in one phase of the drill."""

    __pydantic_config__ = _DOCUMENTED

    name: str
    """Phase name as in the drill file."""

    start_s: float
    """First moment, seconds of clip time."""

    end_s: float
    """Last moment, seconds of clip time."""


@dataclass(frozen=True)
class Fault:
    """A named compensation with its evidence."""

    __pydantic_config__ = _DOCUMENTED

    code: str
    """Fault code as in the drill file, e.g. `pelvis_roll`."""

    severity: Severity
    """`fail` spoils the rep, `warn` is worth a word, `advice` is a low-confidence hint."""

    start_s: float
    """When the threshold was first passed, seconds."""

    end_s: float
    """When the value came back, seconds."""

    peak: float
    """Largest value while it lasted, in `unit`."""

    unit: str
    """Unit of the peak: deg, deg/s, shank."""

    evidence_s: float
    """Time of the peak, the moment that shows it, seconds."""

    channel: str
    """The channel that showed it."""

    message: str
    """What happened, in plain words."""


@dataclass(frozen=True)
class Sector:
    """How far a circle reaches in one direction."""

    __pydantic_config__ = _DOCUMENTED

    name: str
    """The direction, e.g. `inwards and towards the chest`."""

    reach: float
    """Percent of the ellipse that most of the circle lies on."""


@dataclass(frozen=True)
class Circle:
    """The path of the knee in the pelvis frame during one repetition of a drill that goes round."""

    __pydantic_config__ = _DOCUMENTED

    time_s: tuple[float, ...]
    """Times of its points, seconds."""

    across_deg: tuple[float, ...]
    """Change from the neutral pose across, degrees, + towards the midline."""

    along_deg: tuple[float, ...]
    """Change from the neutral pose along, degrees, + towards the chest."""

    sectors: tuple[Sector, ...]
    """How far it reaches in each of eight directions from its middle, round from the chest by way of inwards."""

    middle_deg: tuple[float, ...]
    """Middle of the ellipse that most of it lies on, across and along, degrees."""

    half_deg: tuple[float, ...]
    """Half the width and height of that ellipse, degrees."""

    shortest: str
    """The direction in which it reaches least."""

    inwards_first: bool
    """Whether the knee went inwards, or outwards, after it was nearest to the chest."""


@dataclass(frozen=True)
class Rep:
    """A completed movement: counted, or an attempt with the reason why not."""

    __pydantic_config__ = _DOCUMENTED

    index: int
    """1, 2, 3 … over reps and attempts in order of time."""

    side: str
    """`left`, `right` or `both`."""

    start_s: float
    """Start of the movement, seconds."""

    end_s: float
    """Back at rest, seconds."""

    counted: bool
    """Whether it counts as a repetition."""

    reason: str | None
    """Why it does not count; null when it does."""

    reason_text: str | None
    """The same in plain words; null when it counts."""

    peak_s: float
    """Time of the largest movement, seconds."""

    phases: tuple[PhaseSpan, ...] = ()
    """The phases it went through, in order."""

    measures: dict[str, Measurement] = field(default_factory=dict)
    """Measured results of this rep by name."""

    faults: tuple[Fault, ...] = ()
    """Compensations seen during it."""

    circle: Circle | None = None
    """The path of the knee, in a drill that goes round; null in others, and where it could not be followed."""


@dataclass(frozen=True)
class Abstention:
    """A stretch of time that could not be judged."""

    __pydantic_config__ = _DOCUMENTED

    reason: str
    """Why, e.g. `no_person`, `wrong_view`."""

    start_s: float
    """Start, seconds."""

    end_s: float
    """End, seconds."""

    channels: tuple[str, ...] = ()
    """The channels without a value; empty when nothing at all could be judged."""
