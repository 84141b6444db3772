"""The report as data: what `report.json` holds and `formcheck.analyze` returns."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from formcheck.core.measurement import Measurement
from formcheck.core.results import Abstention, Rep

SCHEMA_VERSION: Final = 1


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class ModelInfo(_Record):
    """The pose model that saw the frames."""

    name: str
    """Model name as in `formcheck models list`."""

    sha256: str | None
    """SHA-256 of the model file; null for saved poses that do not say."""


class SourceReport(_Record):
    """The clip that was judged."""

    name: str
    """File or folder name, without its folder."""

    kind: str
    """`file`, `images`, `photos` (measured one by one), `poses` or `live`."""

    width: int
    """Width of the upright frames, pixels."""

    height: int
    """Height of the upright frames, pixels."""

    duration_s: float
    """Time from the first to the last judged frame, seconds."""

    frames: int
    """Frames judged."""

    frame_rate: float
    """Median frame rate, frames a second."""

    frames_lost: int
    """Frames that the file announces but that could not be decoded."""

    loss: str | None
    """What was lost, in plain words; null when nothing was."""


class ViewReport(_Record):
    """Where the camera stood."""

    found: str
    """View seen: foot_end, overhead, head_end, front, back, side, oblique or unknown."""

    expected: tuple[str, ...]
    """Views that the drill can be judged from."""

    ok: bool
    """Whether the drill can be judged from the view found."""

    elevation_deg: float | None
    """Estimated height of the lens over the body, as the angle of the optical axis below horizontal."""

    message: str | None
    """What to change about the camera, in plain words; null when nothing."""


class BaselineReport(_Record):
    """The still neutral pose from which changes are measured."""

    start_s: float
    """Start of the still stretch, seconds."""

    end_s: float
    """End of the still stretch, seconds."""

    still: bool
    """Whether the person was still; if not, the least moving stretch was taken."""

    channels: dict[str, Measurement]
    """The neutral value of each channel that could be measured."""


class MeasureInfo(_Record):
    """What a measured result of the drill is called."""

    name: str
    """Key in `reps[].measures`."""

    label: str
    """What a person reads."""

    unit: str
    """deg, deg/s, shank, hip_width, s or ratio."""

    result: bool
    """Whether it is a result of the drill; the others explain it."""


class WatchedFault(_Record):
    """What can be said about one compensation in this clip. Not seen and not judged are different things."""

    code: str
    """Fault code as in `reps[].faults`."""

    label: str
    """What a person reads."""

    verdict: Literal["seen", "not_seen", "partly_judged", "not_judged"]
    """`not_seen`: it was watched and stayed away; `partly_judged`: the same for a part of the movements only."""

    reps: int
    """Repetitions and attempts in which it was seen, as advice, warning or failure."""

    judged_share: float
    """Share of the movement time (of the movements, for a fault of a result) in which it could be judged, 0 to 1."""

    sigma: float | None
    """Typical uncertainty where it was judged, in `unit`: less than this can hide; null for rates and if not judged."""

    unit: str
    """deg, deg/s, shank or hip_width."""

    reason: str | None
    """Why it could not be judged for the rest, mostly; null when it could."""


class ToldAnswer(_Record):
    """What the person answered to one of the drill's questions. It is told, not measured."""

    name: str
    """Name of the question, as in `--told NAME=NUMBER`."""

    ask: str
    """The question."""

    value: float | None
    """The answer; null when nothing was told."""

    low: float
    """Smallest answer."""

    high: float
    """Largest answer."""

    note: str = ""
    """What the answer means for the results, in a sentence; empty where it changes nothing."""


class Summary(_Record):
    """The clip in a few numbers and sentences."""

    counted: int
    """Repetitions that count."""

    attempts: int
    """Movements that did not qualify."""

    counted_by_side: dict[str, int]
    """Counted repetitions for each side."""

    faults: dict[str, int]
    """Reps and attempts in which each fault was seen, as advice, warning or failure."""

    measures: dict[str, Measurement]
    """Median over the counted reps of each measure (its sigma: the median sigma), by `name`, or `name_left` and
    `name_right` for a drill of one side."""

    sentences: tuple[str, ...]
    """The verdict in plain words."""


class RepReport(_Record):
    """Everything that was found in one clip for one drill."""

    schema_version: Literal[1] = SCHEMA_VERSION
    """Version of this layout."""

    formcheck_version: str
    """Version of the program that wrote it."""

    model: ModelInfo
    """The pose model."""

    source: SourceReport
    """The clip."""

    exercise: str
    """Drill id."""

    exercise_name: str
    """Drill name."""

    side: str
    """Side that was judged: left, right or both."""

    view: ViewReport
    """Where the camera stood, and whether that fits the drill."""

    coverage: float
    """Share of frames in which the drill's signal could be measured, 0 to 1."""

    baseline: BaselineReport | None
    """Neutral pose; null when none could be found."""

    measures: tuple[MeasureInfo, ...]
    """The drill's measures, in its order."""

    reps: tuple[Rep, ...]
    """Repetitions and attempts in order of time."""

    faults: tuple[WatchedFault, ...]
    """Every compensation of the drill: seen, not seen, or not judged."""

    told: tuple[ToldAnswer, ...]
    """What the person told about what no camera sees, effort for instance; never measured."""

    summary: Summary
    """The clip in a few numbers and sentences."""

    abstentions: tuple[Abstention, ...]
    """Stretches that could not be judged, and why."""

    notes: tuple[str, ...]
    """What one camera cannot see of this drill, and the safety line."""
