"""What a drill file may say: the schema of `exercises/library/*.toml` and of a user's own files."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from formcheck.exercises.tables import (
    CIRCLE_TAKES,
    BaselineRule,
    Circle,
    Dose,
    DrillId,
    FaultRule,
    Measure,
    Phase,
    Position,
    Qualify,
    Question,
    Render,
    Signal,
    Table,
    Text,
    View,
)


class Exercise(Table):
    """One drill, assessment or screen."""

    schema_version: Literal[1]
    """Version of this layout."""

    id: DrillId
    """Unique name."""

    name: Text
    """Display name."""

    aliases: tuple[Text, ...] = ()
    """Other names people use."""

    purpose: Text
    """What it is for, in one line."""

    position: Position
    """How the person is placed."""

    rolls_over: bool = False
    """Whether the person, lying, rolls onto a side: pelvis and chest leave the floor."""

    hinges: bool = False
    """Whether the person, standing, bends forward at the hips and turns there, pelvis level: the torso then leans to
    where the pelvis faces."""

    sides: tuple[Literal["left", "right", "both"], ...] = Field(min_length=1)
    """Sides that can be asked for: left and right, or both at once."""

    works: Literal["front", "rear"] | None = None
    """Which leg works where one foot stands before the other and both legs show the same movement; asked only where
    nobody says which side it is."""

    views: tuple[View, ...] = Field(min_length=1)
    """Where the camera may stand; the first is the best."""

    min_elevation_deg: float | None = None
    """Lowest camera elevation at the pelvis from which it can be judged."""

    camera: Text
    """How to place the camera."""

    setup: tuple[Text, ...] = Field(min_length=1)
    """Set-up steps."""

    steps: tuple[Text, ...] = Field(min_length=1)
    """Movement steps, in order."""

    cannot_see: tuple[Text, ...] = Field(min_length=1)
    """What one camera cannot see, and the honest proxy."""

    safety: Text
    """When to stop."""

    praise: Text
    """What the person hears for an honest repetition."""

    dose: Dose
    """How much."""

    baseline: BaselineRule = BaselineRule()
    """The neutral pose at the start."""

    signal: Signal
    """What makes a repetition."""

    min_rep_s: float = Field(default=1.0, gt=0)
    """A faster movement is not a repetition, seconds."""

    max_rep_s: float = Field(default=20.0, gt=0)
    """A slower movement is not a repetition, seconds."""

    lost_s: float = Field(default=0.7, gt=0)
    """A repetition whose signal stays unknown for longer is given up, seconds: longer where the person holds still."""

    phases: tuple[Phase, ...] = Field(min_length=2)
    """The states, in order, rest first."""

    measures: tuple[Measure, ...] = Field(min_length=1)
    """Results of each repetition."""

    qualify: tuple[Qualify, ...] = ()
    """What a repetition needs to count."""

    faults: tuple[FaultRule, ...] = ()
    """Compensations."""

    circle: Circle | None = None
    """The path of the knee, for a drill that goes round."""

    questions: tuple[Question, ...] = ()
    """What to ask the person."""

    render: Render | None = None
    """How to render test clips of it."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        phases = [p.name for p in self.phases]
        measures = [m.name for m in self.measures]
        for kind, names in (
            ("phase", phases),
            ("measure", measures),
            ("fault", [f.code for f in self.faults]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"{kind} {twice[0]!r} is defined twice")
        for m in self.measures:
            if not set(m.phases) <= set(phases):
                raise ValueError(f"measure {m.name!r}: there is no phase {sorted(set(m.phases) - set(phases))[0]!r}")
            if m.sine_of and m.sine_of not in measures[: measures.index(m.name)]:
                raise ValueError(f"measure {m.name!r}: `sine_of` takes an angle among the measures above it")
            if m.difference and not set(m.difference) <= set(measures[: measures.index(m.name)]):
                raise ValueError(f"measure {m.name!r}: a difference takes two measures defined above it")
            if (m.take == "when") != (m.when is not None and m.when_above is not None):
                raise ValueError(f"measure {m.name!r}: `take = 'when'`, `when` and `when_above` belong together")
            if (m.band is not None) != (m.unit == "class"):
                raise ValueError(f"measure {m.name!r}: `band` and `unit = 'class'` belong together")
            if m.take in CIRCLE_TAKES:
                if self.circle is None:
                    raise ValueError(f"measure {m.name!r}: `take = {m.take!r}` needs a [circle] table")
            elif not m.difference and not m.sine_of and m.channel is None and m.take != "duration":
                raise ValueError(f"measure {m.name!r} needs `channel`, `difference` or `sine_of`")
        for p in self.phases:
            if not p.enter and p.after_s is None:
                raise ValueError(f"phase {p.name!r} needs `enter` or `after_s`")
            if p.unfinished_s is not None and p is not self.phases[0]:
                raise ValueError(f"phase {p.name!r}: only rest, the first phase, has `unfinished_s`")
        for q in self.qualify:
            if q.measure not in measures:
                raise ValueError(f"qualify {q.reason!r}: there is no measure {q.measure!r}")
        for f in self.faults:
            if f.measure is not None and f.measure not in measures:
                raise ValueError(f"fault {f.code!r}: there is no measure {f.measure!r}")
            if not set(f.during) <= set(phases):
                raise ValueError(f"fault {f.code!r}: there is no phase {sorted(set(f.during) - set(phases))[0]!r}")
        return self

    @property
    def by_clock(self) -> bool:
        """Whether its repetitions are rounds of a clock, begun and ended whatever is seen."""
        return self.phases[1].after_s is not None

    def phase_label(self, name: str) -> str:
        """Return what the person reads for a phase name."""
        return next(p.label for p in self.phases if p.name == name)
