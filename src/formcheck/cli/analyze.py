"""`formcheck analyze`: a clip to a report."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.core.errors import ExerciseError, HistoryError, SourceError

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_STAGES = {"poses": "Finding the person", "pictures": "Drawing the report"}


def analyze(
    source: Annotated[
        Path | None, typer.Argument(help="Video file, folder of pictures, or a photo. Not needed with --poses.")
    ] = None,
    exercise: Annotated[
        str, typer.Option("--exercise", "-e", help="Drill id, name or drill file; see `formcheck exercises list`.")
    ] = "",
    side: Annotated[str, typer.Option(help="left, right, both or auto.")] = "auto",
    told: Annotated[
        list[str] | None,
        typer.Option(help="NAME=NUMBER: answer to one of the drill's questions, e.g. effort=7. May be repeated."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for the report, tables, pictures and video.")
    ] = None,
    overlay: Annotated[bool, typer.Option(help="Write overlay.mp4 into the report's folder.")] = True,
    model: Annotated[str, typer.Option(help="Pose model; see `formcheck models list`.")] = "full",
    offline: Annotated[bool, typer.Option("--offline", help="Never fetch a missing model.")] = False,
    poses: Annotated[Path | None, typer.Option(help="Judge saved poses instead of looking at the video.")] = None,
    save_poses: Annotated[Path | None, typer.Option(help="Save the poses, for judging again with --poses.")] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Keep the session in the history; see `formcheck history`.")
    ] = False,
    profile: Annotated[str | None, typer.Option("--profile", "-p", help="With --save: who trained.")] = None,
    date: Annotated[
        str | None, typer.Option(help="With --save: the day it was filmed, YYYY-MM-DD, if the video does not say.")
    ] = None,
    store: Annotated[Path | None, typer.Option(help="With --save: the history's file.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no table.")] = False,
) -> None:
    """Measure and judge a clip: count its repetitions, name its compensations, write the report."""
    from rich.console import Console

    from formcheck.api import analyze as run
    from formcheck.exercises.lookup import load_exercise, shipped_exercises

    if not exercise:
        drills = ", ".join(shipped_exercises())
        raise SourceError(f"Say which drill it is with --exercise; there are: {drills}.")
    drill = load_exercise(exercise)
    if not save and (profile is not None or date is not None or store is not None):
        raise HistoryError("--profile, --date and --store belong to --save; add --save to keep the session")
    with _Progress(quiet) as bar:
        report = run(
            source,
            drill,
            side,
            told=read_told(told or []),
            out=out,
            overlay=overlay,
            model=model,
            offline=offline,
            poses=poses,
            save_poses_to=save_poses,
            save=save,
            profile=profile,
            at=read_day(date),
            store=store,
            progress=bar.update,
        )
    if quiet:
        return
    from formcheck.report.table import rep_table

    console = Console()
    if report.source.kind != "photos":
        console.print(rep_table(report))
    for sentence in report.summary.sentences:
        console.print(sentence, highlight=False)
    if report.source.loss:
        console.print(f"Note: {report.source.loss}.", highlight=False)
    if save:
        console.print("Kept in the history: `formcheck history` lists it.", highlight=False)
    if out is not None:
        console.print(f"Report: {out / 'report.html'}", highlight=False, soft_wrap=True)


def read_day(text: str | None) -> datetime | None:
    """Return the noon of a day, in this computer's time zone.

    Raises
    ------
    HistoryError
        It is not YYYY-MM-DD, or not yet.
    """
    if text is None:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(hour=12).astimezone()
    except ValueError:
        raise HistoryError(f"--date {text!r}: write the day as YYYY-MM-DD, for instance 2026-03-05") from None
    now = datetime.now().astimezone()
    if day.date() > now.date():
        raise HistoryError(f"--date {text}: that day is still to come")
    return min(day, now)


def read_told(texts: list[str]) -> dict[str, float]:
    """Return the answers of `--told` by name.

    Raises
    ------
    ExerciseError
        One of them is not NAME=NUMBER.

    Examples
    --------
    >>> read_told(["effort=7"])
    {'effort': 7.0}
    """
    told = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            told[name.strip()] = float(number)
        except ValueError:
            raise ExerciseError(f"--told {text!r}: write NAME=NUMBER, for instance effort=7.") from None
    return told


class _Progress:
    """A progress bar with rate and remaining time on stderr, one stage at a time; only on a terminal."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._stage = ""

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def update(self, stage: str, done: int, total: int | None) -> None:
        """Show how far a stage has come."""
        if self._quiet or not sys.stderr.isatty():
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
            )
            self._bar.start()
        if stage != self._stage:
            self._stage = stage
            self._task = self._bar.add_task(_STAGES[stage], total=total, rate="")
        assert self._task is not None
        speed = self._bar.tasks[self._task].speed
        rate = f"{speed:.0f} frames/s" if speed else ""
        self._bar.update(self._task, completed=done, total=max(total, done) if total else None, rate=rate)
