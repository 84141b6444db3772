"""The application: guard, routes and the page's files, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles

from formcheck import __version__
from formcheck.core.errors import FormcheckError
from formcheck.exercises.lookup import shipped_exercises
from formcheck.web.files import PAGE
from formcheck.web.guard import Guard
from formcheck.web.jobs import Jobs
from formcheck.web.routes import analyses, drills, history, live, reports
from formcheck.web.routes.common import REFUSED
from formcheck.web.sessions import Sessions
from formcheck.web.settings import ServerSettings
from formcheck.web.state import Server

NO_TELEMETRY: Final[Any] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""Newer releases of FastAPI measure requests for an OpenTelemetry collector if the environment names one. Not here."""


def create_app(settings: ServerSettings) -> FastAPI:
    """Return the server as an ASGI application.

    Parameters
    ----------
    settings
        How it runs.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        shipped_exercises()  # whatever is wrong with a drill is said at the start
        jobs = Jobs()
        server = Server(settings, jobs, Sessions(settings, jobs))
        app.state.server = server
        try:
            yield
        finally:
            server.close()

    app = FastAPI(
        title="formcheck",
        version=__version__,
        summary="The local page of formcheck. Nothing leaves this computer.",
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/openapi.json",
        responses=REFUSED,
        telemetry=NO_TELEMETRY,
    )
    for part in (drills, analyses, reports, history, live):
        app.include_router(part.router)

    @app.get("/", include_in_schema=False)
    def page() -> Response:
        return FileResponse(PAGE / "index.html", headers={"cache-control": "no-cache"})

    app.mount("/static", StaticFiles(directory=PAGE), name="static")
    app.add_exception_handler(FormcheckError, _say)
    app.add_exception_handler(RequestValidationError, _say_invalid)
    app.add_middleware(Guard, access=settings.access)
    return app


async def _say(_: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, status_code=400)


async def _say_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems = [
        {"loc": list(p["loc"]), "msg": p["msg"], "type": p["type"]} for p in error.errors()
    ]  # not the input: it may be anything, also what is not JSON
    return JSONResponse({"detail": problems}, status_code=422)
