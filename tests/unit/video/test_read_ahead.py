"""The background thread works ahead, hands exceptions on, and never outlives its loop."""

import threading
import time
from collections.abc import Iterator

import pytest

from formcheck.video.read_ahead import read_ahead


def running() -> int:
    return sum(t.name == "formcheck-read-ahead" for t in threading.enumerate())


def test_order_is_kept() -> None:
    assert list(read_ahead(range(100), depth=3)) == list(range(100))
    assert running() == 0


def test_no_more_than_depth_is_made_ahead() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for i in range(50):
            made.append(i)
            yield i

    ahead = read_ahead(items(), depth=3)
    next(ahead)
    time.sleep(0.1)
    assert len(made) <= 1 + 3 + 2  # taken, waiting, and in the maker's hands
    ahead.close()
    assert running() == 0


def test_exception_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    ahead = read_ahead(items(), depth=3)
    assert next(ahead) == 1
    with pytest.raises(ValueError, match="broken"):
        next(ahead)
    assert running() == 0


def test_early_exit_ends_the_thread_even_when_it_waits_for_room() -> None:
    ahead = read_ahead(iter(range(1000)), depth=1)
    next(ahead)
    ahead.close()
    assert running() == 0
