"""The live socket, and which sessions there are."""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, WebSocket
from pydantic import ValidationError
from starlette.responses import Response
from starlette.websockets import WebSocketDisconnect

from formcheck.coach.language import load_language
from formcheck.core.errors import FormcheckError
from formcheck.exercises.lookup import shipped_exercises
from formcheck.exercises.schema import Exercise
from formcheck.live.plan import plan_drill
from formcheck.live.recorder import EVENTS, Recording, read_recording
from formcheck.web.catalogue import Record
from formcheck.web.lan import code_as_svg
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
from formcheck.web.routes.analyses import Progress, progress_of
from formcheck.web.routes.common import NOT_FOUND, Id, Problem, ServerParts, not_found, server_of
from formcheck.web.session import LiveSession
from formcheck.web.sessions import waiting
from formcheck.web.source import Picture
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


class BrokenOff(Record):
    """A session that broke off: the server was stopped or the computer went off."""

    id: str
    """Its id."""
    name: str
    """The drill's name."""
    began: datetime
    """When it began."""
    seconds: float
    """How much was recorded."""


@router.get("/api/live")
def live_sessions(server: ServerParts) -> list[LiveNow]:
    """List the sessions that go on, so that another device can watch."""
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


@router.get("/api/live/interrupted")
def interrupted_sessions(server: ServerParts) -> list[BrokenOff]:
    """List the sessions that broke off and have no report yet, the newest first."""
    return [
        BrokenOff(
            id=r.folder.name,
            name=_drill_of(r).name,
            began=datetime.fromisoformat(r.header["began"]),
            seconds=round(float(r.track.time_s[-1]), 1),
        )
        for r in server.sessions.interrupted()
    ]


@router.delete("/api/live/{id}", status_code=204, responses={**NOT_FOUND, 409: {"model": Problem}})
def discard(id: Id, server: ServerParts) -> None:
    """Delete what was recorded of a session that broke off."""
    if server.sessions.get(id) is not None:
        raise HTTPException(409, "That session still goes on.")
    if not server.sessions.discard(id):
        raise not_found("such session")


@router.post("/api/live/{id}/report", status_code=202, responses={**NOT_FOUND, 409: {"model": Problem}})
def report_interrupted(id: Id, server: ServerParts) -> Progress:
    """Have the report of a session made that broke off."""
    if server.sessions.get(id) is not None:
        raise HTTPException(409, "That session still goes on.")
    folder = server.sessions.recording(id)
    if not (folder / EVENTS).is_file():
        raise not_found("such session")
    drill = _drill_of(read_recording(folder))
    server.sessions.report(id, drill.name, drill.id)
    return progress_of(server, id)


def _drill_of(recording: Recording) -> Exercise:
    return recording.drills[recording.header["sets"][0]["exercise"]]


@router.get(
    "/api/phone.svg",
    responses={**NOT_FOUND, 200: {"content": {"image/svg+xml": {}}}},
    response_class=Response,
)
def phone_code(
    server: ServerParts, to: Annotated[str, Query(pattern=r"^/[a-z0-9/?=&_-]{0,200}$", description="Page to open.")]
) -> Response:
    """Return a QR code with which a phone opens a page of this server; only where other devices are let in."""
    if not server.settings.lan:
        raise not_found("way in for a phone; start with `formcheck serve --lan`")
    return Response(code_as_svg(f"{server.settings.address()}#{to}"), media_type="image/svg+xml")


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
    if (server.sessions.recording(session_id) / EVENTS).is_file():
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
