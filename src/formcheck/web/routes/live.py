"""The live socket, and which sessions there are."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

from fastapi import APIRouter, WebSocket
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect

from formcheck.coach.language import load_language
from formcheck.core.errors import FormcheckError
from formcheck.exercises.lookup import shipped_exercises
from formcheck.live.plan import plan_drill
from formcheck.web.catalogue import Record
from formcheck.web.outbox import Outbox
from formcheck.web.protocol import (
    EDGES,
    HEADER,
    MAX_PICTURE_BYTES,
    Begin,
    Press,
    Ready,
    Refused,
    Resume,
    Watch,
    from_page,
    live_schema,
)
from formcheck.web.routes.common import ServerParts, server_of
from formcheck.web.session import LiveSession, Picture
from formcheck.web.sessions import waiting
from formcheck.web.state import Server

router = APIRouter(tags=["live"])


class LiveNow(Record):
    """A live session."""

    id: str
    """Its id."""
    exercise: str
    """Drill id of its first set."""
    name: str
    """The drill's name."""
    waiting: bool
    """Whether it waits for its turn."""
    has_camera: bool
    """Whether a page is its camera at present."""


@router.get("/api/live")
def live_sessions(server: ServerParts) -> list[LiveNow]:
    """List the sessions that are going on, so that another device can watch or be the camera."""
    return [
        LiveNow(
            id=s.id,
            exercise=s.plan[0].exercise.id,
            name=s.plan[0].exercise.name,
            waiting=not s.begun,
            has_camera=s.has_camera,
        )
        for s in server.sessions.all()
    ]


@router.get("/api/live/schema.json")
def schema() -> dict[str, Any]:
    """Return the JSON schema of what goes over the live socket (`/api/live/socket`), both ways."""
    return live_schema()


class _Over(Exception):
    """The socket is done; what to say last."""

    def __init__(self, last: Refused | None = None) -> None:
        self.last = last


@router.websocket("/api/live/socket")
async def live_socket(socket: WebSocket) -> None:
    """Be the camera of a session, or watch one."""
    await socket.accept()
    server = server_of(socket)
    try:
        session, wish = await _hello(socket, server)
        outbox = Outbox(pictures=isinstance(wish, Watch))
        if not isinstance(wish, Watch) and not session.take_camera(outbox):
            raise _Over(Refused(why="taken", message="Another page or phone is this session's camera already."))
        try:
            await _attend(socket, server, session, wish, outbox)
        finally:
            session.unlisten(outbox)
            session.leave_camera(outbox)
            if not isinstance(wish, Watch):
                server.sessions.leave(session)
    except _Over as over:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            if over.last is not None:
                await socket.send_text(over.last.model_dump_json())
            await socket.close()
    except WebSocketDisconnect:
        pass


async def _hello(socket: WebSocket, server: Server) -> tuple[LiveSession, Begin | Resume | Watch]:
    """Return the session that the first message asks for."""
    wish = _parsed(await socket.receive_text())
    if isinstance(wish, Press):
        raise _Over(Refused(why="bad_message", message="A session must be begun first."))
    if isinstance(wish, Begin):
        drill = shipped_exercises().get(wish.exercise)
        if drill is None:
            raise _Over(Refused(why="cannot", message=f"There is no drill {wish.exercise!r}."))
        try:
            load_language(wish.language)
            plan = plan_drill(drill, wish.side, sets=wish.sets, reps=wish.reps)
        except FormcheckError as error:
            raise _Over(Refused(why="cannot", message=str(error))) from None
        return server.sessions.add(plan, wish.language), wish
    session = server.sessions.get(wish.session)
    if session is None:
        raise _Over(_lost(server, wish.session))
    return session, wish


def _lost(server: Server, session_id: str) -> Refused:
    if server.sessions.recording(session_id).is_dir():
        return Refused(
            why="interrupted",
            message="formcheck was started again. What was recorded until then is safe; its report can be made now.",
        )
    return Refused(why="unknown_session", message="That session is over.")


def _parsed(text: str) -> Begin | Resume | Watch | Press:
    try:
        return from_page.validate_json(text)
    except ValidationError:
        raise _Over(Refused(why="bad_message", message="The page said something unknown; reload it.")) from None


async def _attend(
    socket: WebSocket, server: Server, session: LiveSession, wish: Begin | Resume | Watch, outbox: Outbox
) -> None:
    """Send and receive until either side has enough."""
    watches = isinstance(wish, Watch)
    ready = Ready(
        session=session.id,
        resumed=isinstance(wish, Resume),
        role="watcher" if watches else "camera",
        edges=EDGES,
    )
    await socket.send_text(ready.model_dump_json())
    session.listen(outbox)
    if not watches:
        server.sessions.seat(session)
    elif not session.begun:
        outbox.put(waiting(server.sessions.ahead(session)))
    sending = asyncio.create_task(_send(socket, outbox))
    receiving = asyncio.create_task(_receive(socket, session, camera=not watches))
    done, pending = await asyncio.wait((sending, receiving), return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, _Over):
            await task
    for task in done:
        task.result()


async def _send(socket: WebSocket, outbox: Outbox) -> None:
    while True:
        messages, picture = await outbox.take()
        for message in messages:
            await socket.send_text(message.model_dump_json())
            if message.type in ("ended", "refused"):
                raise _Over
        if picture is not None:
            await socket.send_bytes(picture)


async def _receive(socket: WebSocket, session: LiveSession, *, camera: bool) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise _Over
        if (text := message.get("text")) is not None:
            said = _parsed(text)
            if not isinstance(said, Press):
                raise _Over(Refused(why="bad_message", message="The session has begun already."))
            session.press(said.command)
            continue
        data = message.get("bytes") or b""
        if not camera or len(data) <= HEADER.size or len(data) > MAX_PICTURE_BYTES:
            raise _Over(Refused(why="bad_picture", message="That is no picture of a camera; reload the page."))
        taken_s, number = HEADER.unpack_from(data)
        if not (0 <= taken_s < 1e12):
            raise _Over(Refused(why="bad_picture", message="That picture has no time; reload the page."))
        session.offer(Picture(number, taken_s, time.monotonic(), bytes(data[HEADER.size :])))
