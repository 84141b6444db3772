"""The published schema of report.json."""

from __future__ import annotations

from typing import Any

from formcheck.report.model import RepReport


def report_schema() -> dict[str, Any]:
    """Return the JSON schema (2020-12) that every report.json fulfils.

    Examples
    --------
    >>> report_schema()["title"]
    'RepReport'
    """
    schema = RepReport.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
