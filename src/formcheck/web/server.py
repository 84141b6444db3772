"""Running the server: its settings from the command line's options, its socket, its end."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import uvicorn

from formcheck.core.errors import FormcheckError
from formcheck.web.app import create_app
from formcheck.web.lan import certificate, kept_token, lan_addresses
from formcheck.web.protocol import MAX_PICTURE_BYTES
from formcheck.web.settings import ServerSettings, new_token

LOOPBACK = ("127.0.0.1", "localhost")


class ServerError(FormcheckError):
    """The server cannot start."""


def loopback_settings(data: Path, port: int, **more: object) -> ServerSettings:
    """Return the settings of a server for this computer only; its token stays the same from start to start."""
    token = kept_token(data / "token", new_token())
    return replace(ServerSettings(data=data, token=token, port=port, names=LOOPBACK), **more)  # type: ignore[arg-type]


def lan_settings(data: Path, port: int, **more: object) -> ServerSettings:
    """Return the settings of a server for the local network, with TLS and a token of this start only.

    Raises
    ------
    ServerError
        This computer is in no network.
    """
    addresses = lan_addresses()
    if not addresses:
        raise ServerError("This computer is in no network that a phone could join; connect it to one, or omit --lan.")
    host = socket.gethostname().lower()
    names = tuple(dict.fromkeys([*addresses, *LOOPBACK, host, f"{host.removesuffix('.local')}.local"]))
    chosen = ServerSettings(data=data, port=port, host="0.0.0.0", names=names, tls=True, lan=True)
    return replace(chosen, **more)  # type: ignore[arg-type]


def serve(settings: ServerSettings, started: Callable[[ServerSettings], None]) -> None:
    """Run until it is stopped.

    Parameters
    ----------
    settings
        How to run; port 0 takes a free one.
    started
        Called with the settings, port included, as soon as the port is taken.

    Raises
    ------
    ServerError
        The port is in use.
    """
    with _bound(settings.host, settings.port) as listening:
        settings = replace(settings, port=listening.getsockname()[1])
        tls: dict[str, str] = {}
        if settings.tls:
            cert, key = certificate(settings.data / "tls", settings.names)
            tls = {"ssl_certfile": str(cert), "ssl_keyfile": str(key)}
        config = uvicorn.Config(
            create_app(settings),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="websockets-sansio",
            ws_max_size=MAX_PICTURE_BYTES,
            ws_max_queue=4,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=3,
            **tls,  # type: ignore[arg-type]
        )
        started(settings)
        uvicorn.Server(config).run(sockets=[listening])


def open_browser(address: str) -> None:
    """Show the page in the person's browser, if there is one."""
    try:
        webbrowser.open(address)
    except webbrowser.Error:
        return


def _bound(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)  # whoever comes before the server is ready waits for it
    except OSError as error:
        listening.close()
        raise ServerError(
            f"Port {port} cannot be used ({error.strerror}); another formcheck may run, or choose one with --port."
        ) from error
    return listening
