"""The desktop window of a live session (OpenCV)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.resources import files
from typing import Final

import cv2
import numpy as np

from formcheck.coach.language import Language
from formcheck.core.errors import MissingDependencyError
from formcheck.live.drawing import Words, draw_live
from formcheck.live.engine import Command
from formcheck.live.runner import Runner, Shown
from formcheck.overlay.text import Image

TITLE: Final = "formcheck"
COMMANDS: Final = {
    "p": Command.PAIN,
    " ": Command.PAUSE,
    "n": Command.NEXT,
    "a": Command.AGAIN,
    "g": Command.GO,
    "q": Command.END,
    "\x1b": Command.END,
}
"""What a key asks for."""
AGAIN_S: Final = 0.25
"""Without a new frame the picture is drawn again this often, seconds: for keys, timers, and a camera that is gone."""
LINGER_S: Final = 4.0
"""How long the last picture stays, seconds."""


def check_display() -> None:
    """Refuse where no window can be shown.

    Raises
    ------
    MissingDependencyError
        There is no display.
    """
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise MissingDependencyError(
            "there is no display for a window here; use the local page instead: formcheck serve (any browser in your "
            "network can show it)"
        )


def window_words(words: Language) -> Words:
    """Return what the window itself says."""
    space = words.say("screen", "space")
    keys = [(space if key == "space" else key, text) for key, text in words.table["key"].items()]
    return Words(
        set_of=words.table["screen"]["set_of"],
        reps=words.table["screen"]["reps"],
        not_counted=words.table["screen"]["not_counted"],
        keys=tuple(keys),
        hint=words.table["screen"]["hint"],
        side=words.table["side"],
        stage=words.table["stage"],
    )


def drill_picture(drill: str) -> Image | None:
    """Return what a shipped drill looks like, RGB; None for a drill without a picture."""
    folder = files("formcheck").joinpath("web", "page", "pictures")
    found = [f for f in folder.iterdir() if f.name.rpartition(".")[0] == drill] if folder.is_dir() else []
    if not found:
        return None
    file = found[0]
    picture = cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)


class Window:
    """Shows a running session until it is over or the window is closed.

    Parameters
    ----------
    runner
        The session.
    words
        The language.
    latency
        Whether to show latency from the beginning; `l` switches it.
    on_mute
        Told when the person wants no sound, or sound again.
    on_drawn
        Told of every picture that was drawn, with session time after it was handed to the screen.
    """

    def __init__(
        self,
        runner: Runner,
        words: Language,
        *,
        latency: bool = False,
        on_mute: Callable[[bool], None] = lambda muted: None,
        on_drawn: Callable[[Shown, float], None] = lambda shown, time_s: None,
    ) -> None:
        check_display()
        self._runner, self._language, self._words = runner, words, window_words(words)
        self._latency, self._help, self._muted = latency, False, False
        self._on_mute, self._on_drawn = on_mute, on_drawn
        self._ages: list[float] = []
        self._drawn_s = 0.0
        self._pictures: dict[str, Image | None] = {}

    def run(self) -> None:
        """Show the session; returns when it is over.

        Raises
        ------
        FormcheckError
            The session failed.
        """
        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        cv2.resizeWindow(TITLE, 1280, 720)
        shown: Shown | None = None
        linger: float | None = None
        try:
            while True:
                new = self._runner.newest(0.03)
                if new is not None:
                    shown = new
                    self._draw(new)
                elif shown is not None and self._runner.source.clock() - self._drawn_s > AGAIN_S:
                    self._draw(Shown(shown.frame, self._runner.state, shown.stages), repeated=True)
                self._key(cv2.pollKey())
                if shown is not None and cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) < 1:
                    self._runner.command(Command.END)
                    linger = 0.0
                if self._runner.finished and new is None:
                    now = self._runner.source.clock()
                    linger = now + LINGER_S if linger is None else linger
                    if now >= linger:
                        return
        finally:
            cv2.destroyAllWindows()

    def _draw(self, shown: Shown, *, repeated: bool = False) -> None:
        state = shown.state
        if state.exercise not in self._pictures:
            self._pictures[state.exercise] = drill_picture(state.exercise)
        picture = draw_live(
            shown.frame.image,
            state,
            self._words,
            drill_picture=self._pictures[state.exercise],
            help_shown=self._help,
            note=self._note() if self._latency else "",
        )
        cv2.imshow(TITLE, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        self._drawn_s = self._runner.source.clock()
        if not repeated:
            now = self._runner.source.clock()
            self._ages = [*self._ages[-59:], now - shown.frame.time_s]
            self._on_drawn(shown, now)

    def _note(self) -> str:
        status = self._runner.source.status()
        total = max(1, status.delivered + status.dropped)
        ages = self._ages or [0.0]
        return self._language.say(
            "screen",
            "latency",
            ms=round(1000 * float(np.percentile(ages, 95))),
            fps=round(status.delivered / max(1.0, self._runner.source.clock())),
            dropped=round(100 * status.dropped / total),
        )

    def _key(self, code: int) -> None:
        if code < 0:
            return
        key = chr(code & 0xFF).lower()
        if key in COMMANDS:
            self._runner.command(COMMANDS[key])
        elif key == "h":
            self._help = not self._help
        elif key == "l":
            self._latency = not self._latency
        elif key == "m":
            self._muted = not self._muted
            self._on_mute(self._muted)
