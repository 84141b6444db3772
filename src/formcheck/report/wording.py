"""Small helpers of plain sentences; the tables of words are in `formcheck.core.words`."""

from __future__ import annotations

from datetime import datetime

from formcheck.core.results import Rep
from formcheck.core.words import reason_words


def why(reason: str | None) -> str:
    """Return a reason code as the end of a sentence, without its full stop.

    Examples
    --------
    >>> why("no_person")
    'nobody is in the picture'
    """
    return lower_first(reason_words(reason).what)


def clock(time_s: float) -> str:
    """Return a time of the clip as minutes and seconds.

    Examples
    --------
    >>> clock(4.26), clock(65.04), clock(59.96)
    ('0:04.3', '1:05.0', '1:00.0')
    """
    tenths = round(time_s * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


def day_words(at: datetime) -> str:
    """Return a day as people write it.

    Examples
    --------
    >>> day_words(datetime(2026, 3, 5))
    '5 Mar 2026'
    """
    return f"{at.day} {at:%b %Y}"


def listed(words: list[str]) -> str:
    """Return words as an enumeration.

    Examples
    --------
    >>> listed(["hips", "knees", "feet"])
    'hips, knees and feet'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def lower_first(text: str) -> str:
    """Return a text with a small first letter, for the middle of a sentence; acronyms stay.

    Examples
    --------
    >>> lower_first("Pelvis roll"), lower_first("IR lost"), lower_first("A knee drifts in")
    ('pelvis roll', 'IR lost', 'a knee drifts in')
    """
    acronym = text[:2].isupper() and text[:2].isalpha()
    return text if acronym else text[:1].lower() + text[1:]


def without_side(label: str) -> str:
    """Return a label without the side at its end.

    Examples
    --------
    >>> without_side("Active hip IR, left")
    'Active hip IR'
    """
    return label.removesuffix(", left").removesuffix(", right")


def verdict(rep: Rep) -> str:
    """Return whether a rep counts, and if not why, in a few words.

    Examples
    --------
    >>> verdict(Rep(1, "left", 0.0, 1.0, False, "no_hold", "There was no hold.", 0.5))
    'attempt: no hold'
    """
    return "counted" if rep.counted else f"attempt: {(rep.reason or 'not counted').replace('_', ' ')}"
