"""What goes over the live socket, both ways, as models: the published schema is made from them.

From the page: text frames with one of `FromPage`, and pictures as binary frames: eight bytes with the capture time
(seconds, IEEE double, little endian, any steady clock), four with a number that rises (unsigned, little endian), then
the JPEG or WebP file. From the server: text frames with one of `FromServer`; to those who watch also pictures.
"""

from __future__ import annotations

import struct
from dataclasses import fields
from typing import Annotated, Any, Final, Literal, Union, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model
from pydantic.json_schema import JsonSchemaMode

from formcheck.core.landmarks import BODY_EDGES, INDEX
from formcheck.live import events
from formcheck.live.engine import Command
from formcheck.live.state import LiveState
from formcheck.web.catalogue import Record
from formcheck.web.files import ID_PATTERN

HEADER: Final = struct.Struct("<dI")
"""Before each picture: capture time in seconds, and its number."""
IN_FLIGHT: Final = 2
"""Pictures that the page may have sent without an answer."""
MAX_PICTURE_BYTES: Final = 4_000_000
"""Largest picture that is taken."""
EDGES: Final = [[INDEX[a], INDEX[b]] for a, b in BODY_EDGES]
"""Pairs of landmark numbers between which the skeleton is drawn."""


class Strict(BaseModel):
    """Base of what the page may say: nothing that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Begin(Strict):
    """Begin a session; the camera is this page."""

    type: Literal["begin"]
    exercise: str = Field(max_length=80)
    """Drill id."""
    side: Literal["auto", "left", "right", "both"] = "auto"
    """Side that works; auto: each that the drill has."""
    sets: int | None = Field(default=None, ge=1, le=20)
    """Sets a side; the drill's dose if left out."""
    reps: int | None = Field(default=None, ge=1, le=100)
    """Repetitions a set; the drill's dose if left out."""
    language: str = Field(default="en", max_length=8)
    """Language of the coach."""


class Resume(Strict):
    """Be the camera of a session that was begun before: after the connection broke, or as the phone of another page."""

    type: Literal["resume"]
    session: str = Field(pattern=ID_PATTERN)
    """Its id."""


class Watch(Strict):
    """See what the camera of another page sees."""

    type: Literal["watch"]
    session: str = Field(pattern=ID_PATTERN)
    """Its id."""


class Press(Strict):
    """A button."""

    type: Literal["press"]
    command: Command
    """Which."""


FromPage = Annotated[Begin | Resume | Watch | Press, Field(discriminator="type")]


class Waiting(Record):
    """Others train; this session begins when it is its turn."""

    type: Literal["waiting"] = "waiting"
    ahead: int
    """How many sessions must end first."""
    message: str
    """The same for the person."""


class Ready(Record):
    """The session takes pictures."""

    type: Literal["ready"] = "ready"
    session: str
    """Its id, for resuming and watching."""
    resumed: bool
    """Whether it went on before."""
    role: Literal["camera", "watcher"]
    """What this socket is to it."""
    edges: list[list[int]]
    """Pairs of landmarks between which the skeleton is drawn."""


class Point(Record):
    """A landmark."""

    x: float
    """Right, share of the picture's width."""
    y: float
    """Down, share of its height."""
    seen: float
    """How likely it is seen, 0 to 1."""


def _without_pose(record: type, **more: Any) -> type[Record]:
    """Return the model of one of the live engine's records; poses are drawn from `Update.points`."""
    hints = get_type_hints(record, include_extras=True)
    known: dict[str, Any] = {f.name: (hints[f.name], ...) for f in fields(record) if f.name != "pose"}
    return create_model(record.__name__, __base__=Record, __doc__=record.__doc__, **more, **known)


State: Final = _without_pose(LiveState)
"""`LiveState` as it is sent."""
_EVENTS: Final = {
    kind: _without_pose(kind, event=(Literal[kind.__name__], kind.__name__)) for kind in get_args(events.Event)
}
AnyEvent: Final = Annotated[Union[tuple(_EVENTS.values())], Field(discriminator="event")]  # noqa: UP007


class Taken(Record):
    """A picture was dealt with, looked at or passed over for a newer one: another may be sent."""

    type: Literal["taken"] = "taken"
    number: int
    """Its number; all before it are dealt with too."""


class Update(Record):
    """What there is to show, and what happened."""

    type: Literal["update"] = "update"
    time_s: float
    """Session time, seconds."""
    state: State  # type: ignore[valid-type]
    """What to show."""
    points: list[Point] | None
    """The person's landmarks; null when nobody is there."""
    events: list[AnyEvent]  # type: ignore[valid-type]
    """What happened since the update before, in order."""
    judged: int
    """Pictures so far that were looked at."""
    passed_over: int
    """Pictures so far that were not, because a newer one was there."""
    age_ms: float | None
    """From the arrival of the picture to this update, milliseconds; null when it is about no picture."""


class Ended(Record):
    """The session is over."""

    type: Literal["ended"] = "ended"
    analysis: str | None
    """Its report is being made; ask for it under this id. Null: nothing was recorded that could be reported."""
    message: str
    """The same for the person."""


RefusedWhy = Literal["unknown_session", "interrupted", "bad_message", "bad_picture", "taken", "cannot"]


class Refused(Record):
    """Something cannot be done; the socket is closed after it."""

    type: Literal["refused"] = "refused"
    why: RefusedWhy
    """Code. interrupted: the server was started again; what was recorded can still be reported."""
    message: str
    """The same for the person."""


FromServer = Waiting | Ready | Taken | Update | Ended | Refused

from_page: Final[TypeAdapter[Begin | Resume | Watch | Press]] = TypeAdapter(FromPage)


def ended(analysis: str | None) -> Ended:
    """Return what is said when a session is over."""
    what = "Your report is being made." if analysis else "Nothing was recorded."
    return Ended(analysis=analysis, message=f"The session is over. {what}")


def refused(why: RefusedWhy, message: str) -> Refused:
    """Return a refusal."""
    return Refused(why=why, message=message)


def event_model(event: events.Event) -> Record:
    """Return an event as it is sent."""
    kind = type(event)
    return _EVENTS[kind].model_construct(event=kind.__name__, **{f.name: getattr(event, f.name) for f in fields(kind)})


def state_model(state: LiveState) -> Record:
    """Return a state as it is sent."""
    return State.model_construct(**{f.name: getattr(state, f.name) for f in fields(state) if f.name != "pose"})


def points_of(state: LiveState, size: tuple[int, int]) -> list[Point] | None:
    """Return the landmarks to draw, as shares of the picture."""
    pose = state.pose
    if pose is None or not pose.found:
        return None
    scaled = pose.pixels / size
    return [
        Point.model_construct(x=round(float(x), 4), y=round(float(y), 4), seen=round(float(v), 2))
        for (x, y), v in zip(scaled, pose.visibility, strict=True)
    ]


def live_schema() -> dict[str, Any]:
    """Return the JSON schema of both directions: what may be sent is under `from_page` and `from_server`."""
    parts: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        ("from_page", "validation", from_page),
        ("from_server", "serialization", TypeAdapter(Annotated[FromServer, Field(discriminator="type")])),
    ]
    found, definitions = TypeAdapter.json_schemas(parts)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "formcheck's live socket",
        "description": __doc__,
        "properties": {name: schema for (name, _), schema in found.items()},
        **definitions,
    }
