"""`formcheck render`: a person doing a drill, with exactly known joint angles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.core.errors import FormcheckError
from formcheck.core.landmarks import Side


def render(
    drill: Annotated[str, typer.Argument(help="Drill id, or the path of a drill file with a [render] table.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Video to write (.mp4); the truth goes beside it.")],
    side: Annotated[str, typer.Option(help="Working side: right or left.")] = "right",
    body: Annotated[str, typer.Option(help="Who: a name (ana, ben, ...) or a seed.")] = "ben",
    camera: Annotated[
        str,
        typer.Option(help="Where the camera stands, e.g. foot_end:45, overhead, side, front:10,distance=3,shake=0.3."),
    ] = "",
    fault: Annotated[
        list[str] | None, typer.Option(help="What goes wrong: CODE, CODE=SIZE or CODE=SIZE@REP; may be repeated.")
    ] = None,
    reps: Annotated[int | None, typer.Option(help="How many repetitions.")] = None,
    amplitude: Annotated[float | None, typer.Option(help="Size of the movement, in its own unit.")] = None,
    param: Annotated[
        list[str] | None, typer.Option(help="A parameter of the movement, NAME=VALUE; may be repeated.")
    ] = None,
    fps: Annotated[float, typer.Option(help="Frames a second.")] = 30.0,
    fps_jitter: Annotated[float, typer.Option(help="Variable frame rate: spread of frame durations as a share.")] = 0.0,
    size: Annotated[str, typer.Option(help="Picture size, WIDTHxHEIGHT.")] = "640x480",
    seed: Annotated[int, typer.Option(help="Decides room, light, tremor and noise.")] = 0,
    hinder: Annotated[
        list[str] | None,
        typer.Option(
            help="What gets in the way: blanket, leg_hidden, half_out, second_person, wrong_view; for the whole clip, "
            "in a repetition (KIND@REP) or for a time (KIND@START-END, seconds); may be repeated."
        ),
    ] = None,
    transitions: Annotated[bool, typer.Option(help="Also show getting into position and leaving it.")] = False,
    crf: Annotated[int, typer.Option(help="x264 quality, lower is better and larger.")] = 23,
) -> None:
    """Render a person doing a drill, with the truth beside the clip."""
    from formcheck.synthetic import Clip, ClipSpec, truth_path

    spec = ClipSpec(
        drill,
        parse_side(side),
        body,
        camera,
        tuple(fault or ()),
        reps,
        amplitude,
        parse_params(param or []),
        fps,
        fps_jitter,
        parse_size(size),
        seed,
        transitions=transitions,
        hindrances=tuple(hinder or ()),
    )
    from rich.progress import Progress

    with Progress(transient=True) as progress:
        task = progress.add_task("preparing the person", total=None)
        clip = Clip(spec)
        progress.update(task, description="rendering", total=len(clip.times))
        clip.write(out, crf, lambda done, _: progress.update(task, completed=done))
    typer.echo(f"{out}: {len(clip.times)} frames, {clip.times[-1]:.1f} s; truth in {truth_path(out)}")


def parse_side(text: str) -> Side:
    """Read a side.

    Raises
    ------
    FormcheckError
        It is neither right nor left.
    """
    if text == "right":
        return "right"
    if text == "left":
        return "left"
    raise FormcheckError(f"Side {text!r} is unknown; use right or left.")


def parse_size(text: str) -> tuple[int, int]:
    """Read `WIDTHxHEIGHT`.

    Raises
    ------
    FormcheckError
        It is not two whole numbers.
    """
    parts = text.lower().split("x")
    if len(parts) != 2 or not all(p.isdigit() for p in parts):
        raise FormcheckError(f"Size {text!r} is not WIDTHxHEIGHT, e.g. 640x480.")
    return int(parts[0]), int(parts[1])


def parse_params(items: list[str]) -> dict[str, float | str]:
    """Read `NAME=VALUE` pairs; values that are numbers become numbers.

    Raises
    ------
    FormcheckError
        There is no equals sign.
    """
    out: dict[str, float | str] = {}
    for item in items:
        name, found, value = item.partition("=")
        if not found or not name:
            raise FormcheckError(f"Parameter {item!r} is not NAME=VALUE.")
        try:
            out[name] = float(value)
        except ValueError:
            out[name] = value
    return out
