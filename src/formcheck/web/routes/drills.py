"""What the page needs to know before anything starts: settings and drills."""

from __future__ import annotations

from fastapi import APIRouter

from formcheck import __version__
from formcheck.coach.language import SOURCE, list_languages
from formcheck.core.errors import ExerciseError
from formcheck.exercises.lookup import shipped_exercises
from formcheck.web.catalogue import DrillCard, DrillPage, Record, cards, page
from formcheck.web.routes.common import NOT_FOUND, ServerParts, not_found
from formcheck.web.uploads import SUFFIXES

router = APIRouter(tags=["drills"])


class About(Record):
    """The server, for its page."""

    version: str
    """Version of formcheck."""

    lan: bool
    """Whether a phone can be the camera."""

    languages: list[str]
    """Languages in which the coach speaks."""

    max_upload_bytes: int
    """Largest video that is taken."""

    video_types: list[str]
    """Endings of the videos that are taken."""

    keeps_uploads: bool
    """Whether videos stay on this computer after their analysis."""


@router.get("/api/about")
def about(server: ServerParts) -> About:
    """Return what the page needs to know of the server."""
    return About(
        version=__version__,
        lan=server.settings.lan,
        languages=languages(),
        max_upload_bytes=server.settings.max_upload_bytes,
        video_types=list(SUFFIXES),
        keeps_uploads=server.settings.keep_uploads,
    )


def languages() -> list[str]:
    """Return the codes of the languages in which the coach speaks, English first."""
    return sorted(list_languages(), key=lambda code: (code != SOURCE, code))


@router.get("/api/drills")
def list_drills() -> list[DrillCard]:
    """List the drills."""
    return cards()


@router.get("/api/drills/{drill_id}", responses=NOT_FOUND)
def show_drill(drill_id: str) -> DrillPage:
    """Return everything about one drill."""
    try:
        return page(shipped_exercises()[drill_id])
    except (KeyError, ExerciseError):
        raise not_found("such drill") from None
