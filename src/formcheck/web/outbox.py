"""From a session's thread to a socket of the event loop: states newest wins, events never lost."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from formcheck.web.protocol import FromServer, Taken, Update


@dataclass(slots=True)
class _Held:
    taken: Taken | None = None
    update: Update | None = None
    picture: bytes | None = None


class Outbox:
    """What a socket has yet to send.

    Made on the event loop that takes from it; anybody may put into it.
    """

    def __init__(self, *, pictures: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._messages: list[FromServer] = []
        self._held = _Held()
        self._pictures = pictures

    def put(self, message: FromServer, picture: bytes | None = None) -> None:
        """Add a message; an update takes the place of one that has not been sent, and keeps its events."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put, message, picture)

    def _put(self, message: FromServer, picture: bytes | None) -> None:
        if isinstance(message, Update):
            earlier = self._held.update
            events = [*earlier.events, *message.events] if earlier else message.events
            self._held.update = message.model_copy(update={"events": events})
            if self._pictures and picture is not None:
                self._held.picture = picture
        elif isinstance(message, Taken):
            self._held.taken = message
        else:
            if self._held.update is not None:  # in order
                self._messages.append(self._held.update)
                self._held.update = None
            self._messages.append(message)
        self._news.set()

    async def take(self) -> tuple[list[FromServer], bytes | None]:
        """Wait for something to send; return the messages in order, and the newest picture if there is one."""
        await self._news.wait()
        self._news.clear()
        held = (self._held.taken, self._held.update)
        messages = self._messages + [message for message in held if message is not None]
        picture = self._held.picture
        self._messages, self._held = [], _Held()
        return messages, picture
