"""The addresses answer as their OpenAPI document says, whatever is asked."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from pathlib import Path

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from starlette.testclient import TestClient

from formcheck.exercises.lookup import shipped_exercises
from formcheck.web.settings import ServerSettings
from formcheck.web.work import Work
from tests.unit.web.conftest import ADDRESS

ADDRESSES = (
    "GET /api/about",
    "GET /api/drills",
    "GET /api/drills/{drill_id}",
    "POST /api/analyses",
    "GET /api/analyses/{id}",
    "DELETE /api/analyses/{id}",
    "GET /reports/{id}/{name}",
    "GET /api/history",
    "GET /api/history/trend",
    "DELETE /api/history/{number}",
    "GET /api/live",
    "GET /api/live/interrupted",
    "DELETE /api/live/{id}",
    "POST /api/live/{id}/report",
    "GET /api/phone.svg",
    "GET /api/live/schema.json",
)


def test_the_document_names_every_address(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    found = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert found == set(ADDRESSES)


@pytest.mark.parametrize("label", ADDRESSES)
def test_whatever_is_asked_the_answer_is_as_documented(client: TestClient, label: str) -> None:
    document = schemathesis.openapi.from_dict(client.get("/api/openapi.json").json())
    [operation] = [o.ok() for o in document.get_all_operations() if o.ok().label == label]
    known = dict(client.headers)
    seen = set()

    @effort(
        max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], database=None
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        asked = case.as_transport_kwargs(base_url=ADDRESS)
        wanted = {key: asked[key] for key in ("method", "url", "params", "json", "data") if asked.get(key) is not None}
        if isinstance(wanted.get("data"), bytes):
            wanted["content"] = wanted.pop("data")
        answer = client.request(**wanted, headers={**(asked.get("headers") or {}), **known})
        seen.add(answer.status_code)
        case.validate_response(answer, excluded_checks=[schemathesis.checks.CHECKS.get_one("ignored_auth")])

    ask()
    assert seen
    assert max(seen) < 500


def test_every_shipped_drill_has_its_page_and_picture(client: TestClient) -> None:
    cards = client.get("/api/drills").json()
    assert {card["id"] for card in cards} == set(shipped_exercises())
    for card in cards:
        page = client.get(f"/api/drills/{card['id']}").json()
        assert page["camera"]
        assert page["steps"]
        if shipped_exercises()[card["id"]].render is not None:
            assert client.get(page["picture"]).headers["content-type"] == "image/webp", card["id"]


def test_a_file_that_is_no_video_is_refused_in_one_sentence(client: TestClient, settings: ServerSettings) -> None:
    query = {"exercise": "screen-squat", "name": "clip.mp4"}
    answer = client.post("/api/analyses", params=query, content=b"not a video at all, however long")
    assert answer.status_code == 415
    assert "not a video" in answer.json()["detail"]
    assert client.post("/api/analyses", params=query | {"name": "a.txt"}, content=b"x" * 99).status_code == 415
    assert not list(settings.uploads.glob("*"))


def test_a_video_that_is_too_large_is_refused_whether_it_says_so_or_not(
    client: TestClient, settings: ServerSettings
) -> None:
    query = {"exercise": "screen-squat", "name": "clip.mp4"}
    large = b"\x00\x00\x00\x18ftypisom" + b"\x00" * (settings.max_upload_bytes + 1)
    assert client.post("/api/analyses", params=query, content=large).status_code == 413
    pieces = (large[i : i + 50_000] for i in range(0, len(large), 50_000))  # sent without its length
    assert client.post("/api/analyses", params=query, content=pieces).status_code == 413
    assert not list(settings.uploads.glob("*"))


def test_a_damaged_video_fails_with_the_reason_and_is_deleted(client: TestClient, settings: ServerSettings) -> None:
    damaged = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 40
    job = client.post("/api/analyses", params={"exercise": "screen-squat", "name": "../my clip.mp4"}, content=damaged)
    assert job.status_code == 201
    assert job.json()["name"] == "my clip.mp4"
    address = f"/api/analyses/{job.json()['id']}"
    until = time.monotonic() + 120
    while (progress := client.get(address).json())["state"] in ("queued", "running") and time.monotonic() < until:
        time.sleep(0.1)
    assert progress["state"] == "failed"
    assert progress["error"].startswith("my clip.mp4 ")
    assert str(settings.data) not in progress["error"]
    assert progress["reports"] == []
    assert not list(settings.uploads.glob("*"))
    assert not (settings.reports / job.json()["id"]).exists()


def test_an_analysis_that_waits_can_be_cancelled(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    jobs = client.app.state.server.jobs  # type: ignore[attr-defined]
    from formcheck.web.jobs import Job

    for name in ("first", "second"):
        work = Work("analysis", tmp_path / "gone.mp4", tmp_path / name, "gone.mp4", "screen-squat")
        jobs.add(Job(name, "analysis", "gone.mp4", "screen-squat"), work, lambda _: None)
    assert client.delete("/api/analyses/second").status_code == 204
    assert client.get("/api/analyses/second").json()["state"] == "cancelled"
    assert client.delete("/api/analyses/second").status_code == 409


def test_only_files_of_the_report_are_served(client: TestClient, settings: ServerSettings) -> None:
    folder = settings.reports / "abc123"
    folder.mkdir(parents=True)
    (settings.data / "token").write_text("secret")
    (folder / "report.html").write_text("<script>let a = 1</script><script src='plotly.js'></script>")
    (folder / "landmarks.bin").write_text("landmarks")
    page = client.get("/reports/abc123/report.html")
    assert page.status_code == 200
    for name in ("landmarks.bin", "no.html", "%2e%2e/%2e%2e/token", "..%2f..%2ftoken", "%2e%2e%2f%2e%2e%2ftoken", ""):
        assert client.get(f"/reports/abc123/{name}").status_code == 404, name
    assert client.get("/reports/..%2fabc123/report.html").status_code in (404, 422)


def test_only_the_scripts_that_a_report_was_written_with_may_run(client: TestClient, settings: ServerSettings) -> None:
    folder = settings.reports / "abc123"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("<script>let a = 1</script>")
    policy = client.get("/reports/abc123/report.html").headers["content-security-policy"]
    scripts = policy.split("script-src ")[1].split(";")[0]
    own = base64.b64encode(hashlib.sha256(b"let a = 1").digest()).decode()
    assert scripts == f"'self' 'sha256-{own}'"


def test_the_framework_measures_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from formcheck.web.app import NO_TELEMETRY

    assert not any(NO_TELEMETRY.values())
    known = getattr(client.app, "_telemetry", NO_TELEMETRY)  # only newer releases have it
    assert not any(known[key] for key in NO_TELEMETRY)


def test_the_live_schema_is_a_schema(client: TestClient) -> None:
    schema = client.get("/api/live/schema.json").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    begin = {"type": "begin", "exercise": "screen-squat"}
    from_page = {**schema, **schema["properties"]["from_page"]}
    jsonschema.validate(begin, from_page)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"type": "begin", "exercise": "screen-squat", "shout": True}, from_page)
    assert json.dumps(schema)
