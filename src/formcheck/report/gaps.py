"""What could not be judged, for how much of the clip, why, and how to film it better."""

from __future__ import annotations

from collections import defaultdict

from formcheck.core.measurement import Reason
from formcheck.core.words import channel_words, reason_words
from formcheck.exercises.viewcheck import VIEW_WORDS
from formcheck.measure.channels import split_name
from formcheck.report.wording import lower_first
from formcheck.session import Judgement

_SHORT = 0.01  # share of the clip below which a gap is not worth a row


def gap_rows(judgement: Judgement) -> list[dict[str, str]]:
    """Return one row for each reason and length: `what`, `when`, `why` and `advice`, longest first.

    Parameters
    ----------
    judgement
        What was found.
    """
    time = judgement.track.time_s
    length = float(time[-1] - time[0])
    missing: dict[tuple[str, str], float] = defaultdict(float)
    for gap in judgement.abstentions:
        for name in gap.channels or ("",):
            missing[gap.reason, _words(judgement, name)] += gap.end_s - gap.start_s
    rows: dict[tuple[str, int], list[str]] = defaultdict(list)
    for (reason, words), seconds in missing.items():
        if seconds >= _SHORT * length:
            rows[reason, round(100 * seconds / length)].append(words)
    advice = _advice(judgement)
    return [
        {
            "what": _sentence(words),
            "when": "the whole clip" if percent >= 100 else f"{percent} % of the clip",
            "why": f"{reason_words(reason).what}.",
            "advice": advice.get(reason) or reason_words(reason).advice,
        }
        for (reason, percent), words in sorted(rows.items(), key=lambda row: -row[0][1])
    ]


def _words(judgement: Judgement, name: str) -> str:
    return (
        channel_words(name, with_side=judgement.side != "both" or "both" not in judgement.exercise.sides)
        if name
        else ""
    )


def _sentence(words: list[str]) -> str:
    first, *others = words
    return ", ".join([first, *map(lower_first, others)]) if first else "Everything"


def _advice(judgement: Judgement) -> dict[str, str]:
    """Return advice that needs the drill: where to stand for what this view does not show."""
    drill = judgement.exercise
    if not judgement.view_ok:
        return {Reason.WRONG_VIEW.value: drill.camera}
    hidden = [
        split_name(name)[0].views
        for gap in judgement.abstentions
        if gap.reason == Reason.WRONG_VIEW
        for name in gap.channels
    ]
    places = [VIEW_WORDS[view] for view in drill.views if any(view in views for views in hidden)]
    return {Reason.WRONG_VIEW.value: f"Film it once more with the camera {' or '.join(places)}."} if places else {}
