"""What a process of its own does: analyse a video, or finish a live session's report. Its memory goes when it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from formcheck.core.errors import FormcheckError

Told = tuple[Literal["progress"], str, int, int | None] | tuple[Literal["done"]] | tuple[Literal["failed"], str]
"""What the process tells: a stage with frames done and in all; or how it ended."""


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work, sent to the process."""

    kind: Literal["analysis", "session"]
    """A video that was handed in, or the recording of a live session."""

    source: Path
    """The video, or the recording's folder."""

    out: Path
    """Folder for the report."""

    name: str
    """What the report calls the source."""

    exercise: str = ""
    """Drill id (of a video)."""

    side: str = "auto"
    """Side (of a video)."""

    model: str = "full"
    """Pose model."""

    store: Path | None = None
    """The history's file."""

    profile: str = "me"
    """Whose history it goes to; empty: it is not kept there."""


def do(work: Work, pipe: Connection) -> None:
    """Do the work and tell how it goes; runs in a process of its own, after the live sessions in rank."""
    if hasattr(os, "nice"):
        os.nice(10)

    def progress(stage: str, done: int, total: int | None) -> None:
        pipe.send(("progress", stage, done, total))

    try:
        (_analyse if work.kind == "analysis" else _finish)(work, progress)
    except FormcheckError as error:
        pipe.send(("failed", _for_the_person(str(error), work)))
    except BrokenPipeError:  # the server has gone: nobody waits for this
        sys.exit(1)
    else:
        pipe.send(("done",))
    finally:
        pipe.close()


def _for_the_person(sentence: str, work: Work) -> str:
    """Return an error with the video's own name in the place of the server's path for it."""
    sentence = sentence.replace(str(work.source), work.name)
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def _analyse(work: Work, progress: Callable[[str, int, int | None], None]) -> None:
    from formcheck.api import analyze

    analyze(
        work.source,
        work.exercise,
        work.side,
        out=work.out,
        model=work.model,
        offline=True,
        save=bool(work.profile),
        profile=work.profile or None,
        store=work.store,
        progress=progress,
    )


def _finish(work: Work, progress: Callable[[str, int, int | None], None]) -> None:
    from formcheck.history.keeping import Keeping
    from formcheck.live.report import finish

    keeping = Keeping(work.profile, work.store, mode="live") if work.profile else None
    finish(work.source, keeping=keeping, progress=lambda done, total: progress("pictures", done, total))
