"""A server in the test's own process, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from formcheck.web.app import create_app
from formcheck.web.settings import ServerSettings

TOKEN = "a-token-for-tests-only-0123456789"
ADDRESS = "http://127.0.0.1:8520"


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    return ServerSettings(data=tmp_path / "data", token=TOKEN, store=tmp_path / "history.db", max_upload_bytes=200_000)


@pytest.fixture
def client(settings: ServerSettings) -> Iterator[TestClient]:
    """Return a client with the token."""
    headers = {"authorization": f"Bearer {TOKEN}"}
    with TestClient(create_app(settings), base_url=ADDRESS, headers=headers) as client:
        yield client


@pytest.fixture
def stranger(settings: ServerSettings) -> Iterator[TestClient]:
    """Return a client without the token."""
    with TestClient(create_app(settings), base_url=ADDRESS) as client:
        yield client
