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
    """`file`, `images` or `poses`."""

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


class Summary(_Record):
    """The clip in a few numbers and sentences."""

    counted: int
    """Repetitions that count."""

    attempts: int
    """Movements that did not qualify."""

    counted_by_side: dict[str, int]
    """Counted repetitions for each side."""

    faults: dict[str, int]
    """Reps and attempts in which each fault was seen, warn or fail."""

    measures: dict[str, Measurement]
    """Median over the counted reps of each measured result, by `name` or `name_side`."""

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

    reps: tuple[Rep, ...]
    """Repetitions and attempts in order of time."""

    summary: Summary
    """The clip in a few numbers and sentences."""

    abstentions: tuple[Abstention, ...]
    """Stretches that could not be judged, and why."""

    notes: tuple[str, ...]
    """What one camera cannot see of this drill, and the safety line."""
