"""`formcheck history`: past sessions, what they say about progress, and how to get rid of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.core.errors import HistoryError

if TYPE_CHECKING:
    from formcheck.history.records import Session

app = typer.Typer(help="Past sessions: list, show, trend, compare, export, import, delete.")

Profile = Annotated[str | None, typer.Option("--profile", "-p", help="Whose sessions; everybody's if left out.")]
Store = Annotated[Path | None, typer.Option(help="The history's file; in your data folder if left out.")]
Drill = Annotated[str | None, typer.Option("--exercise", "-e", help="Only this drill's.")]
Since = Annotated[str | None, typer.Option(help="Only from this day on, YYYY-MM-DD.")]
Until = Annotated[str | None, typer.Option(help="Only up to this day, YYYY-MM-DD.")]


@app.callback(invoke_without_command=True)
def history(
    ctx: typer.Context,
    profile: Profile = None,
    exercise: Drill = None,
    side: Annotated[str | None, typer.Option(help="Only those with a result of this side: left, right, both.")] = None,
    since: Since = None,
    until: Until = None,
    store: Store = None,
) -> None:
    """List past sessions; with a command, do that instead."""
    if ctx.invoked_subcommand is None:
        _list(_sessions(profile, exercise, side, since, until, store))


@app.command("list")
def list_(
    profile: Profile = None,
    exercise: Drill = None,
    side: Annotated[str | None, typer.Option(help="Only those with a result of this side: left, right, both.")] = None,
    since: Since = None,
    until: Until = None,
    store: Store = None,
) -> None:
    """List past sessions."""
    _list(_sessions(profile, exercise, side, since, until, store))


@app.command()
def show(number: Annotated[int, typer.Argument(help="A session's number.")], store: Store = None) -> None:
    """Show one session: its repetitions and what was said of them."""
    from rich.console import Console

    from formcheck.history.store import read
    from formcheck.report.table import rep_table

    session, report = read(number, store)
    console = Console()
    console.print(f"Session {session.id}, {session.at:%Y-%m-%d %H:%M}, {session.profile}", highlight=False)
    console.print(rep_table(report))
    for sentence in report.summary.sentences:
        console.print(sentence, highlight=False)
    if session.folder is not None:
        there = session.folder / "report.html"
        console.print(f"Report: {there}{'' if there.is_file() else ' (gone)'}", highlight=False, soft_wrap=True)


@app.command()
def trend(
    exercise: Annotated[str, typer.Argument(help="Drill id, name or drill file.")],
    profile: Profile = None,
    since: Since = None,
    until: Until = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for trend.html and trend.png.")] = Path(
        "formcheck-trend"
    ),
    store: Store = None,
) -> None:
    """Show how a drill's results went over the weeks, and which changes are more than the measurement's error."""
    from formcheck.history.trend import trend_of, write_trend

    found = trend_of(_one_person(_sessions(profile, exercise, None, since, until, store)))
    files = write_trend(found, out)
    for sentence in found.sentences():
        typer.echo(sentence)
    typer.echo(f"Trend: {files.page}")


@app.command()
def compare(
    first: Annotated[int, typer.Argument(help="Number of the earlier session.")],
    second: Annotated[int, typer.Argument(help="Number of the later session.")],
    store: Store = None,
) -> None:
    """Put two sessions of one drill side by side."""
    from rich.console import Console

    from formcheck.history.progress import change
    from formcheck.history.store import read, sessions
    from formcheck.history.tables import comparison_table

    one, two = (read(number, store)[0] for number in (first, second))
    if one.exercise != two.exercise:
        raise HistoryError(f"session {first} is {one.exercise} and session {second} is {two.exercise}: not comparable")
    if one.profile != two.profile:
        raise HistoryError(f"session {first} is {one.profile}'s and session {second} is {two.profile}'s")
    known = sessions(profile=one.profile, exercise=one.exercise, store=store)
    if not any(two.result(r.name, r.side) for r in one.results if one.result(r.name, r.side)):
        raise HistoryError(f"sessions {first} and {second} have no number of the same side in common")
    console = Console()
    console.print(f"{one.exercise_name}, {one.profile}", highlight=False)
    console.print(comparison_table(one, two, known))
    found = [change(one, two, r.name, r.side, known) for r in one.results]
    for source in dict.fromkeys(c.limit.source_words() for c in found if c is not None):
        console.print(f"Needed for a change: {source}.", highlight=False)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to: .json for another computer, .csv for a spreadsheet.")],
    profile: Profile = None,
    exercise: Drill = None,
    since: Since = None,
    until: Until = None,
    store: Store = None,
) -> None:
    """Write sessions to a file."""
    from formcheck.history.transfer import export_csv, export_json

    found = _sessions(profile, exercise, None, since, until, store)
    if file.suffix.lower() == ".csv":
        export_csv(found, file)
    elif file.suffix.lower() == ".json":
        export_json(found, file, store)
    else:
        raise HistoryError(f"{file}: what to write is told by the ending; end it in .json or .csv")
    typer.echo(f"{len(found)} sessions: {file}")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .json file of `formcheck history export`.")], store: Store = None
) -> None:
    """Add the sessions of a file; those that are here already are left as they are."""
    from formcheck.history.transfer import import_json

    done = import_json(file, store)
    typer.echo(f"{done.new} new, {done.known} known already")


@app.command()
def delete(
    numbers: Annotated[list[int] | None, typer.Argument(help="Numbers of the sessions.")] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", "-p", help="Instead: all sessions of this person.")
    ] = None,
    keep_files: Annotated[bool, typer.Option("--keep-files", help="Leave the reports' files.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    store: Store = None,
) -> None:
    """Delete sessions for good, with the report files that were written for them."""
    from formcheck.history.store import delete as delete_sessions
    from formcheck.history.store import read, sessions
    from formcheck.report.write import remove_report

    if bool(numbers) == (profile is not None):
        raise HistoryError("say which sessions: their numbers, or --profile NAME for all of a person")
    chosen = [read(n, store) for n in dict.fromkeys(numbers or [s.id for s in sessions(profile=profile, store=store)])]
    if not chosen:
        raise HistoryError(f"there is no session of {profile!r}")
    folders = {session.folder: report for session, report in chosen if session.folder and not keep_files}
    what = f"{len(chosen)} session{'s' if len(chosen) > 1 else ''}"
    if not yes:
        for folder in folders:
            typer.echo(f"Also: the report's files in {folder}")
        typer.confirm(f"Delete {what} for good?", abort=True)
    left = [folder for folder, report in folders.items() if folder.exists() and not remove_report(folder, report)]
    delete_sessions([session.id for session, _ in chosen], store)
    typer.echo(f"Deleted {what}.")
    for folder in left:
        typer.echo(f"Left as it is, because another report is there now: {folder}")


def _sessions(
    profile: str | None,
    exercise: str | None,
    side: str | None,
    since: str | None,
    until: str | None,
    store: Path | None,
) -> tuple[Session, ...]:
    from datetime import timedelta

    from formcheck.exercises.lookup import load_exercise
    from formcheck.history.store import sessions

    drill = exercise
    if exercise is not None and not any(s.exercise == exercise for s in sessions(store=store)):
        drill = load_exercise(exercise).id
    end = _day(until, "--until")
    return sessions(
        profile=profile,
        exercise=drill,
        side=side,
        since=_day(since, "--since"),
        until=None if end is None else end + timedelta(days=1),
        store=store,
    )


def _day(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").astimezone()
    except ValueError:
        raise HistoryError(f"{option} {text!r}: write the day as YYYY-MM-DD, for instance 2026-03-05") from None


def _list(found: tuple[Session, ...]) -> None:
    from rich.console import Console

    from formcheck.history.tables import session_table

    if not found:
        typer.echo("No sessions. `formcheck analyze … --save` keeps one; live sessions are kept by themselves.")
        return
    Console().print(session_table(found))


def _one_person(found: tuple[Session, ...]) -> tuple[Session, ...]:
    names = sorted({s.profile for s in found})
    if len(names) > 1:
        raise HistoryError(f"several people did this drill ({', '.join(names)}): say whose with --profile")
    if not found:
        raise HistoryError("no session of this drill is kept; `formcheck analyze … --save` keeps one")
    return found
