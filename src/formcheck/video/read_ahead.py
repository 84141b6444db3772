"""One background thread that works ahead of a loop, by a bounded number of items."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import Final, TypeVar

T = TypeVar("T")

_END: Final = object()


def read_ahead(items: Iterable[T], depth: int) -> Generator[T, None, None]:
    """Yield `items`, which are made on a background thread while the caller works on those before.

    The thread ends when the items end, when they raise (the exception is raised here, after the items before it),
    and when this generator is closed early; it never outlives the generator.

    Parameters
    ----------
    items
        Where the items come from; only the background thread touches it.
    depth
        How many finished items may wait, which bounds memory.

    Examples
    --------
    >>> list(read_ahead(range(3), depth=2))
    [0, 1, 2]
    """
    ready: queue.Queue[object] = queue.Queue(depth)
    failure: list[BaseException] = []
    stop = threading.Event()

    def work() -> None:
        try:
            for item in items:
                if stop.is_set():
                    return
                ready.put(item)
        except BaseException as error:
            failure.append(error)
        finally:
            ready.put(_END)

    thread = threading.Thread(target=work, name="formcheck-read-ahead", daemon=True)
    thread.start()
    ended = False
    try:
        while (item := ready.get()) is not _END:
            yield item  # type: ignore[misc]  # the queue holds T and _END
        ended = True
        if failure:
            raise failure[0]
    finally:
        stop.set()
        while not ended:  # makes room so that a waiting `put` returns and the thread sees `stop`
            ended = ready.get() is _END
        thread.join()
