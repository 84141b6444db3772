"""`formcheck cameras`: which cameras this machine has."""

from __future__ import annotations

import typer


def cameras() -> None:
    """List the cameras of this machine, as `formcheck live --camera` takes them."""
    from formcheck.video.camera import list_cameras

    found = list_cameras()
    for camera in found:
        typer.echo(f"{camera.index}  {camera.name}")
    if not found:
        typer.echo("No camera is plugged in. A stream's address or a video file works with --camera as well.")
