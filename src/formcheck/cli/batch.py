"""`formcheck batch`: many clips."""

from __future__ import annotations

import os
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.batch.memory import DEFAULT_MB, LEAST_MB

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from formcheck.batch.run import BatchResult, Count

LINE_EVERY_S = 30.0
"""Between two lines about how far the batch is, where stderr is no terminal."""

MOST_LINES = 10
"""Clips with an error or a mismatch that are named at the end; the summary has all."""


class FailOn(StrEnum):
    """What makes the command exit with 1."""

    ERROR = "error"
    MISMATCH = "mismatch"
    NEVER = "never"


class EngineName(StrEnum):
    """What runs the work."""

    LOCAL = "local"
    RAY = "ray"


def batch(
    source: Annotated[
        str, typer.Argument(help="Folder, pattern ('clips/**/*.mp4'), or manifest (CSV, JSON lines, Parquet).")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the results; an earlier run goes on there.")],
    exercise: Annotated[str, typer.Option("--exercise", "-e", help="Drill of clips that do not say theirs.")] = "",
    side: Annotated[str, typer.Option(help="Side of clips that do not say theirs.")] = "auto",
    workers: Annotated[
        int, typer.Option("--workers", "-w", min=0, help="Processes, one core each; 0: as many as there are cores.")
    ] = 0,
    engine: Annotated[EngineName, typer.Option(help="local: processes of this machine; ray: a Ray cluster.")] = (
        EngineName.LOCAL
    ),
    address: Annotated[
        str | None, typer.Option(help="Address of the Ray cluster, or auto; without it Ray runs on this machine.")
    ] = None,
    through_store: Annotated[
        bool, typer.Option("--through-store", help="With ray: machines do not share paths, send clips and results.")
    ] = False,
    report: Annotated[bool, typer.Option(help="Write a report for each clip, beside its row.")] = True,
    overlay: Annotated[bool, typer.Option(help="Write overlay.mp4 into each report.")] = False,
    model: Annotated[str, typer.Option(help="Pose model; see `formcheck models list`.")] = "full",
    offline: Annotated[bool, typer.Option("--offline", help="Never fetch a missing model.")] = False,
    again: Annotated[bool, typer.Option("--retry-errors", help="Try clips that had an error again.")] = False,
    memory: Annotated[
        float, typer.Option(min=LEAST_MB, help="MB that a worker may hold; a clip that needs more becomes an error.")
    ] = DEFAULT_MB,
    fail_on: Annotated[
        FailOn, typer.Option(help="Exit with 1 when a clip has an error, or (mismatch) is not as its labels expect.")
    ] = FailOn.ERROR,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no table.")] = False,
) -> None:
    """Score many clips, compare them with their labels, and go on where an earlier run stopped."""
    from formcheck.batch.ray_engine import RayOptions
    from formcheck.batch.run import run_batch
    from formcheck.batch.scorer import Options
    from formcheck.core.errors import SourceError

    options = Options(model=model, report=report, overlay=overlay, offline=offline, memory_mb=memory)
    if engine is EngineName.RAY:
        if address and not workers:
            raise SourceError("Say with --workers how many cores of the Ray cluster may be used.")
        on_ray = RayOptions(address, workers or cores(), through_store)
    elif address or through_store:
        raise SourceError("--address and --through-store belong to --engine ray.")
    else:
        on_ray = None
    try:
        with _Progress(quiet) as bar:
            result = run_batch(
                source,
                out,
                exercise=exercise,
                side=side,
                options=options,
                workers=workers or cores(),
                on_ray=on_ray,
                again=again,
                progress=bar.update,
            )
    except KeyboardInterrupt:
        if not quiet:
            typer.echo("Stopped. What is finished is kept; the same command goes on from there.", err=True)
        raise typer.Exit(130) from None
    if not quiet:
        _print(result, out)
    if (fail_on is not FailOn.NEVER and result.errors) or (fail_on is FailOn.MISMATCH and result.mismatches):
        raise typer.Exit(1)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _print(result: BatchResult, out: Path) -> None:
    kept = len(result.rows) - result.scored
    typer.echo(
        f"{len(result.rows)} clips: {result.scored} scored now, {kept} kept from before; "
        f"{result.errors} with an error, {result.mismatches} not as labelled."
    )
    wrong = [f"  {row['clip']}: {row['error']}" for row in result.rows if row["status"] == "error"]
    wrong += [f"  {row['clip']}: {row['mismatch']}" for row in result.rows if row["match"] is False]
    for line in wrong[:MOST_LINES]:
        typer.echo(line)
    if len(wrong) > MOST_LINES:
        typer.echo(f"  and {len(wrong) - MOST_LINES} more")
    typer.echo(f"Summary: {out / 'summary.html'}")


class _Progress:
    """How far the batch is, on stderr: a bar on a terminal, otherwise a line now and then."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._start = self._said = time.monotonic()

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def update(self, count: Count) -> None:
        """Show how many clips are done, how fast, for how long still, and how many had an error."""
        if self._quiet:
            return
        now = time.monotonic()
        rate = count.frames / (now - self._start) if now > self._start else 0.0
        text = f"{rate:.0f} frames/s, {count.failed} failed"
        if sys.stderr.isatty():
            self._show(count, text)
        elif now - self._said >= LINE_EVERY_S:
            self._said = now
            left = (count.total - count.current - count.done) * (now - self._start) / max(count.done, 1)
            print(f"{count.current + count.done} of {count.total} clips, {text}, {left:.0f} s left", file=sys.stderr)

    def _show(self, count: Count, text: str) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn("Scoring clips"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[text]}"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                speed_estimate_period=600,
            )
            self._bar.start()
            self._task = self._bar.add_task("clips", total=count.total, completed=count.current, text=text)
        assert self._task is not None
        self._bar.update(self._task, completed=count.current + count.done, text=text)
