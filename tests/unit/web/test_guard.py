from __future__ import annotations

import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from formcheck.web.guard import POLICY, Access
from formcheck.web.settings import ServerSettings
from tests.unit.web.conftest import ADDRESS, TOKEN

SOCKET = "/api/live/socket"


def test_without_the_token_nothing_is_answered(stranger: TestClient) -> None:
    for path in ("/api/about", "/api/drills", "/api/history", "/api/openapi.json", "/static/js/app.js", "/reports/a/b"):
        assert stranger.get(path).status_code == 401, path


def test_a_wrong_token_is_none(stranger: TestClient) -> None:
    for wrong in (TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "ä", ""):
        answer = stranger.get("/api/about", headers={"authorization": f"Bearer {wrong}".encode()})
        assert answer.status_code == 401, wrong
    assert stranger.get("/", params={"token": "wrong"}).status_code == 401


def test_whoever_is_refused_the_page_is_told_what_to_do(stranger: TestClient) -> None:
    answer = stranger.get("/")
    assert answer.status_code == 401
    assert "formcheck serve" in answer.text


def test_the_address_with_the_token_gives_a_cookie_that_scripts_cannot_read(stranger: TestClient) -> None:
    answer = stranger.get("/", params={"token": TOKEN})
    assert answer.status_code == 200
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=Strict" in answer.headers["set-cookie"]
    assert stranger.get("/api/about").status_code == 200  # the client keeps cookies as a browser does


def test_the_cookie_of_an_encrypted_server_is_for_encrypted_connections_only() -> None:
    assert Access.of("https", ["host"], 8520, TOKEN).set_cookie().endswith("Secure")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1:1", "127.0.0.1", "evil.example:8520", "127.0.0.1:8520.evil.example", ""]
)
def test_another_name_in_the_host_header_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/api/about", headers={"host": host}).status_code == 421


def test_the_server_goes_by_each_of_its_names(client: TestClient) -> None:
    for host in ("127.0.0.1:8520", "localhost:8520", "LOCALHOST:8520"):
        assert client.get("/api/about", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:8521",
        "https://127.0.0.1:8520",
        "http://127.0.0.1:8520.evil.example",
    ],
)
def test_pages_from_elsewhere_are_refused(client: TestClient, origin: str) -> None:
    assert client.get("/api/about", headers={"origin": origin}).status_code == 403
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET, headers={"origin": origin}):
        pass


def test_a_picture_of_this_server_in_a_foreign_page_is_refused(client: TestClient) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert client.get("/api/about", headers=headers).status_code == 403


def test_a_socket_without_origin_or_token_is_refused(client: TestClient, stranger: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET):
        pass
    with pytest.raises(WebSocketDisconnect), stranger.websocket_connect(SOCKET, headers={"origin": ADDRESS}):
        pass


def test_an_address_with_the_token_opens_no_socket(stranger: TestClient) -> None:
    address = f"{SOCKET}?token={TOKEN}"
    with pytest.raises(WebSocketDisconnect), stranger.websocket_connect(address, headers={"origin": ADDRESS}):
        pass


def test_every_answer_carries_the_strict_headers(client: TestClient, stranger: TestClient) -> None:
    for answer in (client.get("/"), client.get("/api/drills"), client.get("/nothing"), stranger.get("/")):
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert "unsafe" not in POLICY
    assert "script-src 'self';" in POLICY


def test_a_damaged_cookie_is_no_token(settings: ServerSettings) -> None:
    for cookie in ('formcheck-8520="', "formcheck-8520", "\x00=;;=", "a=b; formcheck-8520=wrong"):
        assert not settings.access.knows(Headers({"cookie": cookie}))
