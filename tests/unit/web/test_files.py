from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.web.files import inside


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a report, a secret beside it, and a link to the secret inside."""
    root = tmp_path_factory.mktemp("house")
    (root / "report" / "evidence").mkdir(parents=True)
    (root / "report" / "report.html").write_text("report")
    (root / "report" / "evidence" / "rep-1.jpg").write_text("picture")
    (root / "report" / ".hidden").write_text("hidden")
    (root / "secret").write_text("secret")
    (root / "report" / "link").symlink_to(root / "secret")
    return root


def test_files_of_the_folder_are_found(house: Path) -> None:
    for name in ("report.html", "evidence/rep-1.jpg"):
        found = inside(house / "report", name)
        assert found is not None
        assert found.is_file()


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "evidence/../../secret",
        "/etc/passwd",
        "link",
        "",
        ".",
        "..",
        ".hidden",
        "evidence",
        "a\0b",
        "..\\secret",
        "no",
    ],
)
def test_nothing_else_is(house: Path, name: str) -> None:
    assert inside(house / "report", name) is None


@settings(max_examples=200)
@given(
    parts=st.lists(
        st.sampled_from(["..", ".", "", "secret", "report", "link", "evidence", "~", "%2e%2e", "report.html"]),
        max_size=6,
    )
)
def test_no_path_leads_out(house: Path, parts: list[str]) -> None:
    found = inside(house / "report", "/".join(parts))
    assert found is None or found.is_relative_to((house / "report").resolve())


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert inside(tmp_path / "gone", "report.html") is None
