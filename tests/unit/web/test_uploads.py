from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.web.uploads import NoVideoError, TooLargeError, check_name, receive, safe_name

MP4 = b"\x00\x00\x00\x18ftypisom" + b"\x00" * 100


def take(pieces: list[bytes], path: Path, most: int = 1000) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    asyncio.run(receive(stream(), path, most, "clip.mp4"))


def test_a_video_is_written_as_it_came(tmp_path: Path) -> None:
    take([MP4[:3], MP4[3:20], MP4[20:]], tmp_path / "new" / "clip.mp4")
    assert (tmp_path / "new" / "clip.mp4").read_bytes() == MP4


def test_what_is_too_large_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(TooLargeError, match="larger than"):
        take([MP4] * 20, tmp_path / "clip.mp4")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "data", [b"", b"<html>" + b"x" * 100, b"#!/bin/sh\n" + b"x" * 100, b"RIFF1234WAVE" + b"x" * 100, b"short"]
)
def test_what_is_no_video_is_refused_whatever_its_name(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(NoVideoError):
        take([data], tmp_path / "clip.mp4")
    assert not any(tmp_path.iterdir())


def test_endings_that_are_no_videos_are_refused() -> None:
    for name in ("notes.txt", "clip.mp4.exe", "clip", ""):
        with pytest.raises(NoVideoError):
            check_name(name)
    check_name("CLIP.MOV")


@given(st.text(max_size=300))
def test_a_name_never_leads_anywhere(name: str) -> None:
    safe = safe_name(name)
    assert "/" not in safe
    assert "\\" not in safe
    assert "\0" not in safe
    assert safe not in (".", "..")
    assert len(safe) <= 90
