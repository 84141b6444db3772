"""The tables of a drill file: what makes a repetition, what is measured of it, and what counts against it."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
DrillId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Position = Literal["standing", "supine", "prone", "side_lying", "seated"]
View = Literal["foot_end", "overhead", "head_end", "front", "back", "side", "oblique"]
Quantity = Literal["value", "change", "rate", "peak_fraction", "drop", "gain"]
Take = Literal[
    "peak",
    "median",
    "start",
    "end",
    "lost",
    "range",
    "duration",
    "held",
    "onset",
    "speed",
    "when",
    "reach",
    "cut",
    "area",
    "closure",
    "jerks",
    "pace",
]
CIRCLE_TAKES = ("reach", "cut", "area", "closure", "jerks", "pace")
"""Results that are taken from the whole path of a circle."""
Unit = Literal["deg", "deg/s", "shank", "shank/s", "hip_width", "percent", "s", "ratio", "count", "class"]


class Table(BaseModel):
    """A table that takes no unknown key."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Dose(Table):
    """How much to do."""

    reps: int = Field(ge=1)
    """Repetitions a set and side."""

    sets: int = Field(default=2, ge=1)
    """Sets a side."""

    hold_s: float = Field(default=0.0, ge=0)
    """How long to hold the end position, seconds."""


class BaselineRule(Table):
    """When the neutral pose at the start is good enough to measure changes from."""

    min_s: float = Field(default=0.5, gt=0)
    """Shortest still stretch, seconds."""

    within_s: float = Field(default=20.0, gt=0)
    """How far into the clip to look for it, seconds."""

    max_speed: float = Field(default=0.35, gt=0)
    """Fastest joint movement that still counts as still, torso lengths a second."""


class Signal(Table):
    """The one quantity whose rise and fall makes a repetition."""

    channel: Name
    """Channel, without its side: the working side's is taken, or both for a two-sided drill."""

    unit: Unit = "deg"
    """Unit of the channel."""

    stir: float | None = Field(default=None, gt=0)
    """A movement from the neutral pose that passes this and comes home without beginning a repetition is an attempt,
    too small; it must also pass its own standard error. Left out: such movements are not mentioned."""


class Condition(Table):
    """One comparison on a channel; all conditions of a list must hold."""

    channel: Name | None = None
    """Channel, without its side; the drill's signal if left out. docs/drills.md tells what may stand before it."""

    of: Quantity = "change"
    """What is compared. value; change from baseline; rate of change a second; peak_fraction: change as a share of
    this repetition's largest; drop: how far below this repetition's largest; gain: rise since this phase began."""

    above: float | None = None
    """Holds while the quantity is above this."""

    below: float | None = None
    """Holds while the quantity is below this."""

    absolute: bool = False
    """Compare the size, whatever the sign."""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.above is None and self.below is None:
            raise ValueError("a condition needs `above`, `below` or both")
        return self


class Phase(Table):
    """A state of the repetition machine. The first phase is the rest from which a repetition starts."""

    name: Name
    """Phase name."""

    label: Text
    """What the person reads: one or two words."""

    enter: tuple[Condition, ...] = ()
    """The phase begins when all of these hold."""

    sustain_s: float = Field(default=0.1, ge=0)
    """For how long they must hold, seconds."""

    after_s: float | None = Field(default=None, gt=0)
    """The phase begins by the clock: this long after the one before began, and `enter` holds."""

    unfinished_s: float | None = Field(default=None, gt=0)
    """For rest: for how long its conditions must hold to end a repetition that has not been through every phase, so
    that a pause in its middle does not; `sustain_s` if left out."""

    optional: bool = False
    """A repetition may pass it by."""

    again: bool = False
    """Where its conditions hold once more after every phase has been gone through, the repetition is over and the next
    one begins: for movements to and fro without a rest between them."""

    missed_reason: Name | None = None
    """Reason code of an attempt that never got here."""

    missed_text: Text | None = None
    """The same for the person."""

    min_hold_s: float = Field(default=0.0, ge=0)
    """For how long the signal must be `held` here, seconds; for less it is an attempt (`hold_too_short`)."""


class Typical(Table):
    """What other people reach: context for a person's own number, never a goal."""

    low: float
    """Lower end, in the measure's unit."""

    high: float
    """Upper end, in the measure's unit."""

    who: Text
    """Who was measured, and how: `healthy adults, passive`."""

    source: Text
    """Where it is published."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.high <= self.low:
            raise ValueError("`high` must be above `low`")
        return self


class Measure(Table):
    """A result of each repetition."""

    name: Name
    """Key in the report."""

    label: Text
    """What the person reads."""

    channel: Name | None = None
    """Channel, without its side; left out for a difference, a sine or a duration."""

    of: Literal["value", "change", "rate"] = "change"
    """Absolute value, change from baseline, or rate of change a second."""

    absolute: bool = False
    """Take the size, whatever the sign."""

    during: Name | tuple[Name, ...] = "rep"
    """Phase or phases in which it is taken, or `rep` for the whole repetition."""

    take: Take = "peak"
    """peak: best 0.5 s; median; start or end of the phase; lost: start minus lowest level kept, in the phase that lost
    most; range; duration of the phase in seconds; held: seconds for which it stays within 15 % of its middle level
    in that phase, also before and after it; onset: seconds until half of the peak; speed: how fast it rose from
    15 to 90 % of its largest, a second; when: what it is when the channel `when` first passes `when_above`.

    Of the drill's circle, compared with the ellipse that most of it lies on: reach (its shortest sector, percent of
    that), cut (what is missing there, percent), area (percent of that), closure (how far from the neutral pose it
    ends, degrees), jerks (stops on the way, a count), pace (degrees of turn a second)."""

    when: Name | None = None
    """For `take = "when"`: the channel that is waited for, its change from neutral whatever the sign."""

    when_above: float | None = Field(default=None, gt=0)
    """For `take = "when"`: what it must pass and stay above for 0.3 s."""

    sine_of: Name | None = None
    """An angle among the measures above: how far one end of a level segment of length 1 rises when it turns by it."""

    difference: tuple[Name, Name] | None = None
    """First measure minus second."""

    band: float | None = Field(default=None, gt=0)
    """Reported as a class, with unit `class`: in (1) above this, out (-1) below minus this, neutral (0) between. For
    what a camera shows too roughly for a number."""

    unit: Unit = "deg"
    """Unit."""

    max_sigma: float | None = Field(default=None, gt=0)
    """With more uncertainty than this it is not shown (low_confidence)."""

    min_known: float = Field(default=0.0, ge=0, le=1)
    """With a number for less than this share of the moments it is not shown: the largest may be among the others."""

    result: bool = False
    """Goes into summary and history."""

    typical: Typical | None = None
    """What other people reach, shown as quiet context."""

    trend: bool = False
    """The summary says how it changed from the first counted repetition to the last."""

    @property
    def phases(self) -> tuple[str, ...]:
        """The phases in which it is taken; empty for the whole repetition."""
        names = (self.during,) if isinstance(self.during, str) else self.during
        return () if "rep" in names else names


class Qualify(Table):
    """What a repetition needs to count; otherwise it is an attempt with this reason."""

    measure: Name
    """A measure of this drill."""

    above: float | None = None
    """Counts only above this, in the measure's unit."""

    below: float | None = None
    """Counts only below this, in the measure's unit."""

    or_unknown: bool = False
    """Counts as well where the measure could not be taken: for what another condition shows too."""

    reason: Name
    """Reason code of the attempt."""

    text: Text
    """The same for the person."""

    why: Text
    """Where the threshold comes from."""

    def met_by(self, value: float | None, *, unknown: bool) -> bool:
        """Return whether a value is enough; `unknown` is the answer for None."""
        if value is None:
            return unknown
        return (self.above is None or value > self.above) and (self.below is None or value < self.below)


class FaultRule(Table):
    """A compensation: when it is warned of and when it fails the repetition."""

    code: Name
    """Fault code."""

    label: Text
    """What it is called."""

    channel: Name | None = None
    """Channel to watch, without its side; or use `measure`."""

    measure: Name | None = None
    """A measure of this drill, judged when the repetition closes."""

    of: Literal["value", "change", "rate"] = "change"
    """What of the channel."""

    absolute: bool = True
    """Compare the size, whatever the sign; false: only the positive direction (`minus_` before a channel turns it)."""

    less: bool = False
    """Of a measure: the fault is too little. `warn` and `fail` are what it stays below."""

    warn: float
    """Threshold of a warning, in `unit`."""

    fail: float
    """Threshold of a failure, in `unit`."""

    unit: Unit = "deg"
    """Unit of the thresholds."""

    sustain_s: float = Field(default=0.3, ge=0)
    """For how long, seconds."""

    release: float = Field(default=0.8, gt=0, le=1)
    """Share of the warning threshold below which it is over (hysteresis)."""

    during: tuple[Name, ...] = ()
    """Phases in which it is judged; empty: all but rest."""

    views: tuple[View, ...] = ()
    """Views from which it can be seen; empty: every view of the drill."""

    spoils: bool = False
    """A failure makes the repetition an attempt."""

    ends: bool = False
    """A failure ends the repetition there and then, as an attempt; the next one may begin when one has stayed at rest
    for the time that ends an unfinished repetition."""

    advice_only: bool = False
    """Too uncertain to fail anything: reported as advice."""

    cue: Text
    """What the person hears."""

    message: Text
    """What the report says happened."""

    why: Text
    """Where the thresholds come from."""

    @property
    def blur(self) -> float:
        """With more uncertainty than this it cannot be judged, in `unit`; too little is judged where it is known."""
        return math.inf if self.less else self.fail

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.channel is None) == (self.measure is None):
            raise ValueError("a fault watches either `channel` or `measure`")
        if self.ends and (self.channel is None or self.advice_only):
            raise ValueError("`ends` is for faults of a `channel` that may fail")
        if self.less and self.measure is None:
            raise ValueError("`less` is for faults of a `measure`")
        if self.fail < self.warn and not self.less:
            raise ValueError("`fail` must not be below `warn`")
        if self.fail > self.warn and self.less:
            raise ValueError("with `less`, `fail` must not be above `warn`")
        return self


class Circle(Table):
    """Two channels whose changes draw the path of the knee: a drill that goes round instead of to and fro."""

    across: Name
    """Channel of the horizontal axis, + towards the midline."""

    along: Name
    """Channel of the vertical axis, + towards the chest."""


class Question(Table):
    """Something that no camera sees, asked of the person and reported as told."""

    name: Name
    """Key in the report, and for `--told NAME=NUMBER`."""

    ask: Text
    """The question."""

    low: float = 0.0
    """Smallest answer."""

    high: float = 10.0
    """Largest answer."""

    note: Text | None = None
    """What an answer above the smallest means for the results, one sentence: it stands beside them."""


class Render(Table):
    """How the synthetic person moves for this drill (`formcheck render`)."""

    movement: DrillId
    """Name of a movement that `formcheck.synthetic` knows."""

    params: dict[str, float | str] = {}
    """Its parameters."""
