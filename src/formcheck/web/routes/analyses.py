"""Videos that are handed in: upload, progress, cancelling."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.requests import ClientDisconnect

from formcheck.core.errors import ExerciseError
from formcheck.exercises.lookup import shipped_exercises
from formcheck.live.plan import sides_of
from formcheck.live.report import SUMMARY
from formcheck.report.write import REPORT
from formcheck.web.catalogue import Record
from formcheck.web.files import inside
from formcheck.web.jobs import Job, State, new_id
from formcheck.web.routes.common import NOT_FOUND, Id, Problem, ServerParts, not_found
from formcheck.web.uploads import NoVideoError, TooLargeError, check_name, receive, safe_name
from formcheck.web.work import Work

router = APIRouter(tags=["analyses"])

_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The video file itself.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_UPLOAD: Final[dict[int | str, dict[str, Any]]] = {
    413: {"model": Problem, "description": "The video is too large."},
    415: {"model": Problem, "description": "The file is not a video."},
}


class ReportLink(Record):
    """A report."""

    title: str
    """What it is about."""

    address: str
    """Its address."""


class Progress(Record):
    """How far an analysis, or a live session's report, has come."""

    id: str
    """Its id; the report's is the same."""

    kind: str
    """`analysis` or `session`."""

    name: str
    """What it is called."""

    exercise: str
    """Drill id."""

    state: State
    """Where it is."""

    stage: str
    """`poses`: the person is being found; `pictures`: the report is being drawn."""

    done: int
    """Frames done in this stage."""

    total: int | None
    """Frames in all, if that is known."""

    ahead: int
    """How many others come first."""

    error: str
    """What went wrong, in one sentence."""

    reports: list[ReportLink]
    """The reports when it is done: one of a video, one a set of a live session."""


@router.post(
    "/api/analyses", status_code=201, openapi_extra=_BODY, responses={**NOT_FOUND, **_UPLOAD, 400: {"model": Problem}}
)
async def analyse_video(
    request: Request,
    server: ServerParts,
    exercise: Annotated[str, Query(description="Drill id.")],
    name: Annotated[str, Query(max_length=300, description="The file's name.")],
    side: Annotated[str, Query(pattern="^(auto|left|right|both)$", description="Side that works.")] = "auto",
    save: Annotated[bool, Query(description="Keep the result in the history.")] = True,
) -> Progress:
    """Take a video and analyse it; the body is the file."""
    settings = server.settings
    drill = shipped_exercises().get(exercise)
    if drill is None:
        raise not_found("such drill")
    clip, job_id = safe_name(name), new_id()
    try:
        sides_of(drill, side)
        check_name(clip)
        if int(request.headers.get("content-length", "0")) > settings.max_upload_bytes:
            raise TooLargeError(
                f"{clip} is larger than {settings.max_upload_bytes / 1e6:.0f} MB, the most that is taken."
            )
        folder = settings.uploads / job_id
        path = folder / clip
        try:
            await receive(request.stream(), path, settings.max_upload_bytes, clip)
        except BaseException:
            _remove(path)
            raise
    except ExerciseError as error:
        raise HTTPException(400, str(error)) from None
    except TooLargeError as error:
        raise HTTPException(413, str(error)) from None
    except NoVideoError as error:
        raise HTTPException(415, str(error)) from None
    except ClientDisconnect:
        raise HTTPException(400, "The upload broke off.") from None
    work = Work(
        "analysis",
        path,
        settings.reports / job_id,
        clip,
        exercise,
        side,
        settings.model,
        settings.store,
        settings.profile if save else "",
    )

    def after(_: Job) -> None:
        if not settings.keep_uploads:
            _remove(path)

    server.jobs.add(Job(job_id, "analysis", clip, exercise), work, after)
    return progress_of(server, job_id)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        path.parent.rmdir()


def progress_of(server: ServerParts, job_id: str) -> Progress:
    """Return how far a job is; what was finished before this start of the server counts as done."""
    job = server.jobs.get(job_id)
    reports = reports_of(server.settings.reports / job_id)
    if job is None:
        if reports is None:
            raise not_found("such analysis")
        job = Job(job_id, "analysis", "", "", "done")
    return Progress(
        id=job.id,
        kind=job.kind,
        name=job.name,
        exercise=job.exercise,
        state=job.state,
        stage=job.stage,
        done=job.done,
        total=job.total,
        ahead=server.jobs.ahead(job_id),
        error=job.error,
        reports=(reports or []) if job.state == "done" else [],
    )


def reports_of(folder: Path) -> list[ReportLink] | None:
    """Return the finished reports in a folder; None where nothing is finished."""
    base = f"/reports/{folder.name}"
    if (folder / REPORT).is_file():
        return [ReportLink(title="Report", address=f"{base}/report.html")]
    try:
        parts = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))["parts"]
    except (OSError, ValueError, KeyError):
        return None
    return [
        ReportLink(title=_title(part), address=f"{base}/{part['report']}")
        for part in parts
        if part["report"] and inside(folder, part["report"])
    ]


def _title(part: dict[str, Any]) -> str:
    drill = shipped_exercises().get(part["exercise"])
    side = f", {part['side']}" if part["side"] != "both" else ""
    again = f" (part {part['number']})" if part["number"] > 1 else ""
    return f"Set {part['set_index']}{again}: {drill.name if drill else part['exercise']}{side}"


@router.get("/api/analyses/{id}", responses=NOT_FOUND)
def show_progress(id: Id, server: ServerParts) -> Progress:
    """Return how far it has come."""
    return progress_of(server, id)


@router.delete("/api/analyses/{id}", status_code=204, responses={**NOT_FOUND, 409: {"model": Problem}})
def cancel(id: Id, server: ServerParts) -> None:
    """Stop an analysis that waits or runs; its video is deleted."""
    if server.jobs.get(id) is None:
        raise not_found("such analysis")
    if not server.jobs.cancel(id):
        raise HTTPException(409, "It is over already.")
