"""`formcheck live`: coaching in a window, with sound."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.core.errors import ExerciseError, MissingDependencyError

if TYPE_CHECKING:
    from formcheck.coach.language import Language
    from formcheck.exercises.schema import Exercise
    from formcheck.live.plan import PlannedSet
    from formcheck.live.report import Part, SessionReport
    from formcheck.live.runner import Runner
    from formcheck.live.sound import Speaker
    from formcheck.pose.estimator import PoseEstimator


def live(
    exercise: Annotated[
        str, typer.Option("--exercise", "-e", help="Drill id, name or drill file; see `formcheck exercises list`.")
    ] = "",
    programme: Annotated[str, typer.Option(help="A programme instead of one drill; `formcheck programmes list`.")] = "",
    side: Annotated[str, typer.Option(help="left, right, both or auto (each side in turn).")] = "auto",
    sets: Annotated[int | None, typer.Option(min=1, help="Sets a side; the drill's own if left out.")] = None,
    reps: Annotated[int | None, typer.Option(min=1, help="Repetitions a set; the drill's own if left out.")] = None,
    camera: Annotated[
        str, typer.Option(help="Camera index or name, a stream's address (rtsp, http), or a video file.")
    ] = "0",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for recording and reports.")] = None,
    mute: Annotated[bool, typer.Option("--mute", help="No sound.")] = False,
    lang: Annotated[str, typer.Option(help="Language of what is said: en, de.")] = "en",
    record_video: Annotated[bool, typer.Option("--record-video", help="Keep the camera's pictures too.")] = False,
    latency: Annotated[bool, typer.Option("--latency", help="Show how far behind the picture is.")] = False,
    model: Annotated[str, typer.Option(help="Pose model; see `formcheck models list`.")] = "full",
    offline: Annotated[bool, typer.Option("--offline", help="Never fetch a missing model.")] = False,
    profile: Annotated[str, typer.Option(help="Who trains, for the history.")] = "me",
    history: Annotated[bool, typer.Option(help="Keep the results in the history.")] = True,
) -> None:
    """Coach a session live: set-up, neutral pose, sets with sound and speech, report. `h` shows the keys."""
    from formcheck.coach.language import load_language
    from formcheck.history.keeping import Keeping
    from formcheck.live.window import Window, check_display

    plan = _plan(exercise, programme, side, sets, reps)
    words = load_language(lang)
    check_display()
    keeping = Keeping(profile, mode="live") if history else None  # one that cannot be used is said before the session
    folder = out or _new_folder()
    with ExitStack() as stack:
        runner, speaker = _start(stack, plan, folder, camera, lang, model, offline, record_video, mute, words)
        muting = speaker.mute if speaker is not None else lambda muted: None
        try:
            Window(runner, words, latency=latency, on_mute=muting).run()
        except KeyboardInterrupt:
            typer.echo(words.say("told", "stopped"), err=True)
    from formcheck.live.report import finish

    session = finish(folder, keeping=keeping, told=partial(ask, words))
    print_session(session)
    if programme and session.parts:
        from formcheck.exercises.programme import load_programme
        from formcheck.programmes import report_session
        from formcheck.report.programme import PAGE

        report_session(load_programme(programme), session)
        typer.echo(f"  {session.folder / PAGE}")


def ask(words: Language, part: Part, drill: Exercise) -> dict[str, float]:
    """Ask at the terminal what no camera sees of a set; an empty answer is none, without a terminal nobody is asked."""
    if part.why == "paused" or not (part.live_counted or part.live_attempts) or not sys.stdin.isatty():
        return {}
    from formcheck.report.told import told_answers

    told: dict[str, float] = {}
    for question in drill.questions:
        side = words.say("side", part.side)
        name = words.of_drill(drill.name, drill.name)
        typer.echo(f"{name}, {side}: {words.of_drill(question.ask, question.ask)}")
        while True:
            answer = typer.prompt(words.say("told", "answer"), default="", show_default=False).strip()
            if not answer:
                break
            try:
                found = {question.name: float(answer.replace(",", "."))}
                told_answers(drill, found)  # refuses what is not on the scale
                told |= found
                break
            except (ExerciseError, ValueError):
                typer.echo(words.say("told", "scale", low=f"{question.low:g}", high=f"{question.high:g}"))
    return told


def _plan(exercise: str, programme: str, side: str, sets: int | None, reps: int | None) -> tuple[PlannedSet, ...]:
    from formcheck.exercises.lookup import load_exercise, shipped_exercises
    from formcheck.exercises.programme import load_programme
    from formcheck.live.plan import plan_drill, plan_programme

    if programme and exercise:
        raise ExerciseError("Give --exercise or --programme, not both.")
    if programme and (side != "auto" or sets is not None or reps is not None):
        raise ExerciseError(
            "A programme says itself which sides, sets and repetitions; leave out --side, --sets, --reps."
        )
    if programme:
        return plan_programme(load_programme(programme))
    if not exercise:
        drills = ", ".join(shipped_exercises())
        raise ExerciseError(f"Say which drill with --exercise, or give a --programme; drills: {drills}.")
    return plan_drill(load_exercise(exercise), side, sets=sets, reps=reps)


def _new_folder() -> Path:
    from platformdirs import user_data_path

    name = datetime.now().astimezone().strftime("%Y-%m-%d_%H-%M-%S")
    return user_data_path("formcheck", appauthor=False) / "sessions" / name


def _start(
    stack: ExitStack,
    plan: tuple[PlannedSet, ...],
    folder: Path,
    camera: str,
    lang: str,
    model: str,
    offline: bool,
    record_video: bool,
    mute: bool,
    words: Language,
) -> tuple[Runner, Speaker | None]:
    """Open camera, recording and sound, and start the session."""
    from formcheck.live.camera_video import CameraVideo
    from formcheck.live.engine import LiveEngine
    from formcheck.live.recorder import Recorder
    from formcheck.live.report import VIDEO
    from formcheck.live.runner import Runner
    from formcheck.pose.estimator import create_estimator
    from formcheck.pose.models import model_info, say_on_stderr
    from formcheck.video.stream import open_live

    info = model_info(model, offline=offline, announce=say_on_stderr)  # a missing model is fetched before anything runs
    ready = [create_estimator(model=model, offline=True, side=_working(plan[0].side))]  # before a file begins to run

    def new_estimator(working: str | None) -> PoseEstimator:
        return ready.pop() if ready else create_estimator(model=model, offline=True, side=working)

    source = stack.enter_context(open_live(camera))
    engine = LiveEngine(plan, source.size, lang)
    about = {"source": source.name, "model": info.name, "model_sha256": info.sha256, "language": lang}
    recorder = stack.enter_context(Recorder(folder, plan, source.size, about))
    video = CameraVideo(folder / VIDEO, source.size) if record_video else None
    speaker = None if mute else _speaker(lang, words, plan)
    if speaker is not None:
        stack.enter_context(speaker)
    runner = Runner(
        source,
        engine,
        new_estimator,
        recorder=recorder,
        video=video,
        listeners=[speaker.hear] if speaker is not None else [],
    )
    return stack.enter_context(runner), speaker


def _working(side: str) -> str | None:
    return side if side in ("left", "right") else None


def _speaker(lang: str, words: Language, plan: tuple[PlannedSet, ...]) -> Speaker | None:
    from formcheck.live.sound import Loudspeaker, Speaker
    from formcheck.live.speaking import sentences
    from formcheck.live.speech import find_speech

    try:
        loudspeaker = Loudspeaker()
    except MissingDependencyError as error:
        typer.echo(f"No sound: {error}.", err=True)
        return None
    speak = find_speech(lang)
    if speak is None:
        typer.echo(words.say("screen", "no_speech"), err=True)
    return Speaker(loudspeaker, speak, sentences(words, plan))


def print_session(session: SessionReport) -> None:
    """Print what a session came to, in the language in which it was coached."""
    from formcheck.coach.language import load_language

    words = load_language(session.language)
    for part, report in session.parts:
        side = words.say("side", part.side)
        if report is None:
            typer.echo(words.say("told", "too_little", drill=part.exercise, side=side))
            continue
        summary = report.summary
        name = words.of_drill(report.exercise_name, report.exercise_name)
        told = {"drill": name, "side": side, "counted": summary.counted, "attempts": summary.attempts}
        typer.echo(words.say("told", "part", **told))
        if summary.counted != part.live_counted:
            typer.echo(f"  ({words.say('told', 'aloud', n=part.live_counted)})")
        typer.echo(f"  {session.folder / part.folder / 'report.html'}")
    if not session.parts:
        typer.echo(words.say("told", "no_set"))
    if session.pain:
        typer.echo(words.say("told", "pain"))
    typer.echo(words.say("told", "folder", folder=session.folder))
