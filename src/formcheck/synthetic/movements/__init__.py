"""Movements for every drill, by drill id."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path

from formcheck.core.errors import ExerciseError
from formcheck.synthetic.movements.base import Movement
from formcheck.synthetic.movements.lying import LYING
from formcheck.synthetic.movements.screens import SCREENS
from formcheck.synthetic.movements.standing import STANDING

MOVEMENTS: dict[str, Movement] = {m.id: m for m in (*LYING, *STANDING, *SCREENS)}
"""All movements by id."""


def find_movement(drill: str | Path) -> tuple[Movement, dict[str, float | str]]:
    """Return the movement of a drill id or of a drill file, and the parameters the file sets.

    Raises
    ------
    ExerciseError
        The id is unknown, or the file is missing, unreadable, or names an unknown movement.
    """
    text = str(drill)
    if text in MOVEMENTS:
        return MOVEMENTS[text], {}
    path = Path(text)
    if not (text.endswith(".toml") or path.is_file()):
        near = difflib.get_close_matches(text, MOVEMENTS, n=1, cutoff=0.0)[0]
        raise ExerciseError(f"Drill {text!r} is unknown; did you mean {near!r}? A drill file ends in .toml.")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as err:
        raise ExerciseError(f"Drill file {text} does not exist.") from err
    except (OSError, UnicodeDecodeError) as err:
        raise ExerciseError(f"Drill file {text} cannot be read: {err}.") from err
    except tomllib.TOMLDecodeError as err:
        raise ExerciseError(f"Drill file {text} is not valid TOML: {err}.") from err
    render = data.get("render", {})
    name = render.get("movement", data.get("id")) if isinstance(render, dict) else None
    params = render.get("params", {}) if isinstance(render, dict) else {}
    if not isinstance(name, str):
        raise ExerciseError(f"Drill file {text} needs a [render] table with movement = one of: {', '.join(MOVEMENTS)}.")
    if name not in MOVEMENTS:
        near = difflib.get_close_matches(name, MOVEMENTS, n=1, cutoff=0.0)[0]
        raise ExerciseError(f"Drill file {text} names the movement {name!r}, which is unknown; did you mean {near!r}?")
    if not isinstance(params, dict) or not all(isinstance(v, (int, float, str)) for v in params.values()):
        raise ExerciseError(f"Drill file {text}: [render] params must be a table of numbers and words.")
    return MOVEMENTS[name], dict(params)


__all__ = ["MOVEMENTS", "Movement", "find_movement"]
