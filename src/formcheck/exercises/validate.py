"""Problems of a drill file, said with the line and key where they stand."""

from __future__ import annotations

import difflib
import re
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from formcheck.core.errors import ExerciseError
from formcheck.exercises.names import BOTH, EITHER, MINUS, OTHER, OWN, parse_channel
from formcheck.exercises.schema import Exercise
from formcheck.measure.channels import CHANNELS

Location = tuple[str | int, ...]

_IN_ITS_UNIT: Final = ("peak", "median", "start", "end", "lost", "range")  # of what a measure takes from a channel


def describe_problems(error: ValidationError, text: str, name: str) -> str:
    """Return one line for each problem: file, line, key, what is wrong."""
    if not text.strip():
        return f"{name}: the file is empty"
    problems = error.errors()
    missing = {p["loc"]: p for p in problems if p["type"] == "missing"}
    meant: dict[Location, str] = {}
    for p in problems:
        if p["type"] == "extra_forbidden":
            keys = [str(loc[-1]) for loc in missing if loc[:-1] == p["loc"][:-1]]
            near = difflib.get_close_matches(str(p["loc"][-1]), keys, n=1)
            if near:
                meant[p["loc"]] = near[0]
                del missing[(*p["loc"][:-1], near[0])]
    lines = []
    for p in problems:
        location = p["loc"]
        if p["type"] == "missing" and location not in missing:
            continue  # it is there under a name that was nearly right
        if p["type"] == "too_short" and any(o["loc"][: len(location)] == location != o["loc"] for o in problems):
            continue  # what it holds is wrong, and has its own line
        key = ".".join(str(part) for part in location)
        if key:
            lines.append(f"{name}:{line_of(text, location)}: {key}: {_plain(p, meant.get(location))}")
        else:
            message = p["msg"].removeprefix("Value error, ")
            lines.append(f"{name}:{_line_of_name(text, message)}: {message}")
    return "\n".join(lines)


def _plain(problem: ErrorDetails, meant: str | None) -> str:
    """Return a problem in plain words."""
    message = problem["msg"].removeprefix("Value error, ")
    match problem["type"]:
        case "missing":
            return "this is missing"
        case "extra_forbidden":
            return f"there is no such key; did you mean {meant!r}?" if meant else "there is no such key here"
        case "float_parsing" | "int_parsing" | "float_type" | "int_type" | "int_from_float":
            kind = "a whole number" if problem["type"].startswith("int") else "a number"
            return f"must be {kind}, not {problem['input']!r}"
        case "string_pattern_mismatch":
            return f"must be small letters, digits and - or _, beginning with a letter, not {problem['input']!r}"
        case "literal_error":
            known = re.findall(r"'([^']*)'", message)
            near = difflib.get_close_matches(str(problem["input"]), known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            return f"{message.replace('Input should be', 'must be')}, not {problem['input']!r}{hint}"
    return message.replace("Input should", "must")


def _line_of_name(text: str, message: str) -> int:
    """Return the line with the name that a message ends with; of a name that is there twice the second line."""
    for name in reversed(re.findall(r"'([^']+)'", message)):
        key = r"(?:name|code) = " if "twice" in message else ""
        found = [i for i, line in enumerate(text.splitlines(), start=1) if re.search(f'{key}"{re.escape(name)}"', line)]
        if found:
            return found[-1] if "twice" in message else found[0]
    return 1


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
    _check_units(drill, text, name)


def _check_units(drill: Exercise, text: str, name: str) -> None:
    """Raise ExerciseError if something is given another unit than that of the channel it is taken from."""
    given: list[tuple[Location, str, str]] = [(("signal", "unit"), drill.signal.unit, drill.signal.channel)]
    for i, m in enumerate(drill.measures):
        if m.channel and m.take in _IN_ITS_UNIT and m.of != "rate" and m.band is None:
            given.append((("measures", i, "unit"), m.unit, m.channel))
    given += [
        (("faults", i, "unit"), f.unit, f.channel) for i, f in enumerate(drill.faults) if f.channel and f.of != "rate"
    ]
    for location, unit, channel in given:
        parsed = parse_channel(channel)
        own = unit if parsed is None else CHANNELS[parsed.base].unit
        if unit != own:
            key = ".".join(str(part) for part in location)
            raise ExerciseError(
                f"{name}:{line_of(text, location)}: {key}: {channel!r} is measured in {own!r}, not in {unit!r}"
            )


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
