"""Finished reports: the files of one folder each, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from formcheck.web.files import inside
from formcheck.web.routes.common import NOT_FOUND, Id, ServerParts, not_found

router = APIRouter(tags=["reports"])

_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
_SCRIPT: Final = re.compile(rb"<script(?P<how>[^>]*)>(?P<text>.*?)</script>", re.DOTALL | re.IGNORECASE)


def report_policy(page: bytes) -> str:
    """Return the Content-Security-Policy of a report: exactly the scripts that it was written with may run.

    Parameters
    ----------
    page
        The report as it is on the disk.
    """
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(m['text']).digest()).decode()}'"
        for m in _SCRIPT.finditer(page)
        if b"src=" not in m["how"] and b"application/json" not in m["how"]
    ]
    return (
        f"default-src 'none'; script-src 'self' {' '.join(hashes)}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


@router.get("/reports/{id}/{name:path}", responses=NOT_FOUND, response_class=FileResponse)
def report_file(id: Id, name: str, server: ServerParts) -> Response:
    """Return a file of a report."""
    file = inside(server.settings.reports / id, name)
    if file is None or file.suffix not in _TYPES:
        raise not_found("such file in this report")
    headers = {}
    if file.suffix == ".html":
        headers["content-security-policy"] = report_policy(file.read_bytes())
    return FileResponse(file, media_type=_TYPES[file.suffix], headers=headers)
