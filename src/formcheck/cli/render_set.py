"""`formcheck render-set`: random people in random poses or clips, from a range of seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.cli.render import parse_size


def render_set(
    seeds: Annotated[str, typer.Option(help="Seeds A:B, from A up to but not including B.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write to; what is there already is kept.")],
    clips: Annotated[
        bool, typer.Option("--clips/--poses", help="Whole clips, or a few single pictures a seed.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    frames: Annotated[int, typer.Option(min=1, help="Pictures a seed with --poses.")] = 8,
    drill: Annotated[list[str] | None, typer.Option(help="Only this drill; may be repeated.")] = None,
    size: Annotated[str, typer.Option(help="Picture size, WIDTHxHEIGHT.")] = "640x480",
    model: Annotated[str, typer.Option(help="Pose model whose output is saved; 'none' for no estimate.")] = "full",
) -> None:
    """Render random poses or clips with truth and the estimator's output; go on where an earlier run stopped."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from formcheck.synthetic.sets import SetOptions, is_done, parse_seed_range, with_drills
    from formcheck.synthetic.sets import render_set as run

    wanted = parse_seed_range(seeds)
    options = SetOptions("clips" if clips else "poses", frames, (), parse_size(size), "" if model == "none" else model)
    options = with_drills(options, tuple(drill or ()))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True) as progress:
        done = sum(is_done(out, s) for s in wanted)
        task = progress.add_task("rendering seeds", total=len(wanted), completed=done)
        for _ in run(wanted, out, options, workers):
            progress.advance(task)
    typer.echo(f"{out}: {len(wanted)} seeds, {len(wanted) - done} of them new")
