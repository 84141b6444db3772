"""What a movement is: a starting position, the steps of one repetition, and the faults it can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from formcheck.core.landmarks import Side, other_side
from formcheck.synthetic.movements.timeline import PathFunction
from formcheck.synthetic.posing import Poser, Setup
from formcheck.synthetic.rotations import side_sign
from formcheck.synthetic.scene import Box
from formcheck.synthetic.skeleton import Proportions


@dataclass(frozen=True)
class Step:
    """One phase of a repetition: a move, then staying there."""

    phase: str
    """Phase name of the moving part."""
    seconds: float
    """How long the move takes; 0 for none."""
    targets: dict[str, float] = field(default_factory=dict)
    """Controls and the values they go to."""
    hold_s: float = 0.0
    """How long to stay afterwards, seconds."""
    hold_phase: str = ""
    """Phase name of the stay; the move's own when empty."""
    path: PathFunction | None = None
    """Instead of targets: a path that starts and ends at 0."""


@dataclass(frozen=True)
class FaultSpec:
    """How a fault shows in the controls."""

    text: str
    """What it is, with the unit of its size."""
    default: float
    """Size when none is chosen."""
    kind: Literal["add", "wave", "hops", "speed", "scale", "omit", "late", "hold", "cut"] = "add"
    """add: controls are off by the size from `rise` to `fall`; wave: they swing by it; hops: they go up by it and
    back, again and again; speed: the repetition is that
    many times as fast and the holds are short; scale: amplitude times size; omit: some controls never move, and `size`
    is used as for add on `controls`; late: the other side starts that many seconds later; hold: controls are off by the
    size in the second half of each hold; cut: a sector of the circle is smaller by this share."""
    controls: tuple[tuple[str, float], ...] = ()
    """Control templates ({s} working side, {o} other side; a leading ± follows the working side) and their gain."""
    omitted: tuple[str, ...] = ()
    """Controls that do not move (kind omit)."""
    rise: str = ""
    """Phase during whose move it builds up; the first when empty."""
    fall: str = ""
    """Phase during whose move it goes away; the last when empty."""
    spoils_at: float | None = None
    """From this size on the repetition does not count; for kind scale: at or below."""


@dataclass(frozen=True)
class Context:
    """What a movement's functions may look at."""

    side: Side
    amplitude: float
    """Primary size, in the movement's own unit."""
    params: dict[str, float | str]
    proportions: Proportions
    rep: int = 1
    """Number of the repetition, from 1."""
    cut: float = 0.0
    """Share by which a sector of the circle is missing."""

    @property
    def other(self) -> Side:
        """The other side."""
        return "left" if self.side == "right" else "right"

    @property
    def sign(self) -> float:
        """+1 for the right side, -1 for the left."""
        return side_sign(self.side)

    def number(self, name: str, default: float) -> float:
        """Return a numeric parameter."""
        return float(self.params.get(name, default))


@dataclass(frozen=True)
class Movement:
    """A movement that can be rendered; its id is the drill's."""

    id: str
    amplitude: float
    """Default size."""
    amplitude_text: str
    """What the size means, with its unit."""
    signal: str
    """Channel whose change measures a repetition ({s} working side)."""
    camera: str
    """Where the camera stands by default."""
    views: tuple[str, ...]
    """Camera places from which it is meant to be seen, for tests and benchmarks."""
    setup: Callable[[Context], Setup]
    steps: Callable[[Context], list[Step]]
    faults: dict[str, FaultSpec]
    params: dict[str, str] = field(default_factory=dict)
    """Parameters beyond the common ones, with their meaning."""
    start: Callable[[Context], dict[str, float]] = lambda _: {}
    """Controls of the neutral pose."""
    props: Callable[[Poser, Context], tuple[Box, ...]] = lambda _p, _c: ()
    """Things the drill needs."""
    bilateral: bool = False
    """Whether both sides work at once; repetitions then have side `both`."""
    reps: int = 3


def expand(template: str, ctx: Context) -> tuple[str, float]:
    """Return a control's name and the sign that follows the working side.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> expand("±roll", SimpleNamespace(side="left", other="right", sign=-1.0))
    ('roll', -1.0)
    """
    sign = ctx.sign if template.startswith("±") else 1.0
    return template.lstrip("±").format(s=ctx.side, o=ctx.other), sign


def mirrored(values: dict[str, float]) -> dict[str, float]:
    """Return controls with left and right exchanged (trunk controls unchanged)."""
    return {other_side(k): v for k, v in values.items()}
