"""`formcheck serve`: formcheck in the browser, and a phone as the camera."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.core.errors import MissingDependencyError

if TYPE_CHECKING:
    from formcheck.web.settings import ServerSettings


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8520,
    lan: Annotated[
        bool, typer.Option("--lan", help="Let other devices in this network in, e.g. a phone as the camera.")
    ] = False,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    profile: Annotated[str, typer.Option(help="Who trains, for the history.")] = "me",
    store: Annotated[Path | None, typer.Option(help="The history's file; left out: in your data folder.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder for reports and recordings.")] = None,
    keep_uploads: Annotated[bool, typer.Option("--keep-uploads", help="Keep videos after their analysis.")] = False,
    keep_video: Annotated[
        bool, typer.Option("--keep-video", help="Record the camera's pictures too, for reports with a video.")
    ] = False,
    max_upload_mb: Annotated[int, typer.Option(min=1, help="Largest video that is taken, megabytes.")] = 2000,
    model: Annotated[str, typer.Option(help="Pose model; see `formcheck models list`.")] = "full",
    offline: Annotated[bool, typer.Option("--offline", help="Never fetch a missing model.")] = False,
) -> None:
    """Serve the local page: drills, live coaching with the browser's camera, reports and history."""
    try:
        from formcheck.web import server
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            f"The local page needs {error.name}; install it with: pip install 'formcheck[web]'"
        ) from None
    from platformdirs import user_data_path

    from formcheck.pose.models import resolve_model

    resolve_model(model, offline=offline)
    make = server.lan_settings if lan else server.loopback_settings
    settings = make(
        data or user_data_path("formcheck", appauthor=False),
        port,
        profile=profile,
        store=store,
        model=model,
        keep_uploads=keep_uploads,
        keep_video=keep_video,
        max_upload_bytes=max_upload_mb * 1_000_000,
    )

    def started(now: ServerSettings) -> None:
        _say(now)
        if browser:
            server.open_browser(now.address("localhost" if not now.lan else None))

    server.serve(settings, started)


def _say(settings: ServerSettings) -> None:
    address = settings.address()
    typer.echo(f"formcheck is ready: {address}")
    if settings.lan:
        from formcheck.web.lan import code_for_terminal, fingerprint

        typer.echo("\nScan this with a phone in the same network:\n")
        typer.echo(code_for_terminal(address))
        typer.echo(
            "The phone will warn once that it does not know this computer's certificate. "
            "Compare the fingerprint and go on:"
        )
        typer.echo(f"  SHA-256 {fingerprint(settings.data / 'tls' / 'certificate.pem')}")
    typer.echo("Nothing leaves this computer. Ctrl-C stops it.")
