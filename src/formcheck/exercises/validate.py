"""Problems of a drill file, said with the line and key where they stand."""

from __future__ import annotations

import difflib
import re

from pydantic import ValidationError

from formcheck.core.errors import ExerciseError
from formcheck.exercises.names import BOTH, EITHER, MINUS, OTHER, OWN, parse_channel
from formcheck.exercises.schema import Exercise
from formcheck.measure.channels import CHANNELS

Location = tuple[str | int, ...]


def describe_problems(error: ValidationError, text: str, name: str) -> str:
    """Return one line for each problem: file, line, key, what is wrong."""
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"]) or "the drill"
        message = problem["msg"].removeprefix("Value error, ")
        lines.append(f"{name}:{line_of(text, problem['loc'])}: {key}: {message}")
    return "\n".join(lines)


def check_channels(drill: Exercise, text: str, name: str) -> None:
    """Raise ExerciseError if the drill names a channel that does not exist, suggesting the nearest."""
    used: list[tuple[Location, str]] = [(("signal", "channel"), drill.signal.channel)]
    for i, phase in enumerate(drill.phases):
        used += [(("phases", i, "enter", j, "channel"), c.channel) for j, c in enumerate(phase.enter) if c.channel]
    used += [(("measures", i, "channel"), m.channel) for i, m in enumerate(drill.measures) if m.channel]
    used += [(("measures", i, "when"), m.when) for i, m in enumerate(drill.measures) if m.when]
    used += [(("faults", i, "channel"), f.channel) for i, f in enumerate(drill.faults) if f.channel]
    if drill.circle is not None:
        used += [(("circle", "across"), drill.circle.across), (("circle", "along"), drill.circle.along)]
    for location, channel in used:
        if parse_channel(channel) is not None:
            continue
        base = channel.removeprefix(MINUS).removeprefix(OTHER).removeprefix(EITHER).removeprefix(BOTH).removeprefix(OWN)
        near = difflib.get_close_matches(base, CHANNELS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "see docs/channels.md"
        key = ".".join(str(part) for part in location)
        raise ExerciseError(f"{name}:{line_of(text, location)}: {key}: there is no channel {channel!r}; {hint}")


def line_of(text: str, location: Location) -> int:
    r"""Return the line, counted from 1, of a key in a TOML text; of the table it belongs to if the key is not there.

    Examples
    --------
    >>> line_of('id = "a"\n[[faults]]\ncode = "x"\n[[faults]]\ncode = "y"\n', ("faults", 1, "code"))
    5
    """
    lines = text.splitlines()
    at, rest = _table_start(lines, location)
    for part in rest:
        if not isinstance(part, str):
            continue
        for number in range(at, len(lines)):
            if number > at and lines[number].startswith("["):
                break
            if re.match(rf"\s*{re.escape(part)}\s*=", lines[number]) or re.search(
                rf"[{{,]\s*{re.escape(part)}\s*=", lines[number]
            ):
                return number + 1
    return at + 1


def _table_start(lines: list[str], location: Location) -> tuple[int, Location]:
    """Return the index of the line where the innermost table of a location starts, and what is left of the location."""
    if not location:
        return 0, location
    name = location[0]
    if len(location) > 1 and isinstance(location[1], int):
        starts = [i for i, line in enumerate(lines) if line.strip() == f"[[{name}]]"]
        if location[1] < len(starts):
            return starts[location[1]], location[2:]
    for i, line in enumerate(lines):
        if line.strip() == f"[{name}]":
            return i, location[1:]
    return 0, location
