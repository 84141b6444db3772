"""The drills as the page shows them."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from formcheck.exercises.lookup import shipped_exercises
from formcheck.exercises.schema import Exercise
from formcheck.web.files import PAGE

Group = Literal["lying", "standing", "assessment"]
_STANDING: Final = ("standing", "seated")


class Record(BaseModel):
    """Base of everything that the server answers."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Dose(Record):
    """How much to do."""

    reps: int
    """Repetitions a set."""

    sets: int
    """Sets a side."""

    hold_s: float
    """How long to hold, seconds; 0 where nothing is held."""


class DrillCard(Record):
    """A drill in the list."""

    id: str
    """Its id."""

    name: str
    """Its name."""

    purpose: str
    """What it is for."""

    group: Group
    """Where it stands in the list."""

    position: str
    """How the person is placed."""

    views: list[str]
    """Where the camera may stand, best first."""

    sides: list[str]
    """Sides that can be asked for."""

    picture: str | None
    """Address of a picture; null where there is none."""


class DrillPage(DrillCard):
    """Everything about a drill that a person needs before it."""

    camera: str
    """How to place the camera."""

    setup: list[str]
    """Set-up steps."""

    steps: list[str]
    """Movement steps."""

    watched: list[str]
    """Compensations that are watched for."""

    cannot_see: list[str]
    """What one camera cannot see."""

    safety: str
    """When to stop."""

    dose: Dose
    """How much."""


def cards() -> list[DrillCard]:
    """Return the drills in the order of the list: what trains first, assessments and screens last."""
    order = {"lying": 0, "standing": 1, "assessment": 2}
    found = [DrillCard(**_card(drill)) for drill in shipped_exercises().values()]
    return sorted(found, key=lambda card: (order[card.group], card.name))


def page(drill: Exercise) -> DrillPage:
    """Return a drill's page."""
    return DrillPage(
        **_card(drill),
        camera=drill.camera,
        setup=list(drill.setup),
        steps=list(drill.steps),
        watched=[rule.label for rule in drill.faults],
        cannot_see=list(drill.cannot_see),
        safety=drill.safety,
        dose=Dose(reps=drill.dose.reps, sets=drill.dose.sets, hold_s=drill.dose.hold_s),
    )


def _card(drill: Exercise) -> dict[str, Any]:
    picture = f"pictures/{drill.id}.webp"
    return {
        "id": drill.id,
        "name": drill.name,
        "purpose": drill.purpose,
        "group": _group(drill),
        "position": drill.position,
        "views": list(drill.views),
        "sides": list(drill.sides),
        "picture": f"/static/{picture}" if (PAGE / picture).is_file() else None,
    }


def _group(drill: Exercise) -> Group:
    if drill.id.startswith(("assess-", "screen-")):
        return "assessment"
    return "standing" if drill.position in _STANDING else "lying"
