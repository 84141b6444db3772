"""Who may talk to the server: Host, Origin and token of every request and socket, and the headers of every answer."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from formcheck.web.files import PAGE

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Content-Security-Policy of the page: nothing from elsewhere, nothing inline."""

_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), screen-wake-lock=(self)",
    "cache-control": "no-store",
}
_OPEN_PATHS: Final = ("/static/css/", "/static/icon.svg")  # what the page of the refused needs to look right
_STANDARD_PORT: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Access:
    """Whom the server answers."""

    hosts: frozenset[str]
    """Values of the Host header that mean this server; any other may be a foreign page's trick (DNS rebinding)."""

    origins: frozenset[str]
    """Pages whose scripts may call it: its own."""

    token: str
    """The secret of this server."""

    cookie: str
    """Name of the cookie that carries it; cookies of one computer are shared by all its ports."""

    secure: bool
    """Whether the cookie is for HTTPS only."""

    @classmethod
    def of(cls, scheme: str, names: Iterable[str], port: int, token: str) -> Access:
        """Return the access to a server that is called by any of `names`."""
        hosts = set()
        for name in names:
            name = f"[{name}]" if ":" in name else name.lower()
            hosts.add(f"{name}:{port}")
            if port == _STANDARD_PORT[scheme]:
                hosts.add(name)
        return cls(
            frozenset(hosts),
            frozenset(f"{scheme}://{host}" for host in hosts),
            token,
            f"formcheck-{port}",
            scheme == "https",
        )

    def is_token(self, given: str) -> bool:
        """Compare with the token, in a time that says nothing about how much of it is right."""
        return hmac.compare_digest(given.encode(errors="surrogateescape"), self.token.encode())

    def knows(self, headers: Headers) -> bool:
        """Whether a request carries the token: in the cookie, or as `Authorization: Bearer`."""
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.is_token(bearer.strip()):
            return True
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return False
        return cookie is not None and self.is_token(cookie.value)

    def set_cookie(self) -> str:
        """Return the header that gives a browser the token."""
        secure = "; Secure" if self.secure else ""
        return f"{self.cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict{secure}"


class Guard:
    """Middleware around everything, HTTP and WebSocket.

    Parameters
    ----------
    app
        What is guarded.
    access
        Whom to let through.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with a reason."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal, cookie = self._judge(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if cookie:
                    headers.append("set-cookie", cookie)
            await send(message)

        if refusal is None:
            await self._app(scope, receive, with_headers)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        else:
            await refusal(scope, receive, with_headers)

    def _judge(self, scope: Scope) -> tuple[Response | None, str]:
        """Return why a request is refused, or None; and the cookie to set."""
        headers, access, path = Headers(scope=scope), self._access, scope["path"]
        socket = scope["type"] == "websocket"
        if headers.get("host", "").lower() not in access.hosts or len(headers.getlist("host")) != 1:
            return _no(421, "This server is not known by that name."), ""
        origin = headers.get("origin")
        if (origin is None and socket) or (origin is not None and origin.lower() not in access.origins):
            return _no(403, "Only the server's own page may ask that."), ""
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return _no(403, "Only the server's own page may ask that."), ""
        if path == "/" and not socket:
            given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
            if given and access.is_token(given):
                return None, access.set_cookie()
        if access.knows(headers) or path.startswith(_OPEN_PATHS):
            return None, ""
        if path == "/" and not socket:
            return FileResponse(PAGE / "refused.html", status_code=401), ""
        return _no(401, "Open the address that `formcheck serve` printed: it carries the key."), ""


def _no(status: int, message: str) -> Response:
    return JSONResponse({"detail": message}, status_code=status)
