"""What the person hears and reads in a live session, by language file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from formcheck.core.errors import ExerciseError

SOURCE: Final = "en"
"""The language in which drill files are written."""


@dataclass(frozen=True)
class Language:
    """One language file."""

    code: str
    """E.g. `en`."""

    name: str
    """What its speakers call it."""

    table: dict[str, dict[str, str]]
    """Sentences by group and key."""

    def say(self, group: str, key: str, **values: object) -> str:
        """Return a sentence with its values filled in.

        Examples
        --------
        >>> load_language("en").say("say", "count", n=3), load_language("de").say("side", "left")
        ('3.', 'links')
        """
        return self.table[group][key].format(**values)

    def of_drill(self, text: str, otherwise: str) -> str:
        """Return a sentence of a drill file in this language.

        Parameters
        ----------
        text
            As the drill file has it.
        otherwise
            What is said where this language does not have it: never a sentence in another language.
        """
        if self.code == SOURCE:
            return text
        return self.table["drills"].get(text, otherwise)


def list_languages() -> list[str]:
    """Return the codes of the languages there are."""
    folder = files("formcheck.coach").joinpath("languages")
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))


@cache
def load_language(code: str) -> Language:
    """Return a language.

    Raises
    ------
    ExerciseError
        There is no such language.
    """
    if code not in list_languages():
        raise ExerciseError(f"There is no language {code!r}; there are: {', '.join(list_languages())}.")
    text = files("formcheck.coach").joinpath("languages", f"{code}.toml").read_text(encoding="utf-8")
    data: dict[str, Any] = tomllib.loads(text)
    groups = {group: dict(table) for group, table in data.items() if isinstance(table, dict)}
    return Language(data["code"], data["name"], groups)
