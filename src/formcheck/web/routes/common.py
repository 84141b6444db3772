"""What the routes share: the server's parts, the shape of a refusal, ids."""

from __future__ import annotations

from typing import Annotated, Any, Final, cast

from fastapi import Depends, HTTPException, Path
from starlette.requests import HTTPConnection

from formcheck.web.catalogue import Record
from formcheck.web.files import ID_PATTERN
from formcheck.web.state import Server


class Problem(Record):
    """Why something was refused."""

    detail: str
    """One sentence for a person."""


def server_of(connection: HTTPConnection) -> Server:
    """Return the parts of the running server."""
    return cast(Server, connection.app.state.server)


ServerParts = Annotated[Server, Depends(server_of)]
Id = Annotated[str, Path(pattern=ID_PATTERN, description="Id of a session, an analysis or a report.")]

REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    401: {"model": Problem, "description": "The token is missing or wrong."},
    403: {"model": Problem, "description": "Asked by another site's page."},
    421: {"model": Problem, "description": "The server is not known by that name."},
}
"""What every route may answer: the guard's refusals."""

NOT_FOUND: Final[dict[int | str, dict[str, Any]]] = {404: {"model": Problem, "description": "There is no such thing."}}


def not_found(what: str) -> HTTPException:
    """Return the answer for something that is not there."""
    return HTTPException(404, f"There is no {what}.")
