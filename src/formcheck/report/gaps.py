"""What could not be judged, for how much of the clip, why, and how to film it better."""

from __future__ import annotations

from collections import defaultdict

from formcheck.coach.samples import SideView
from formcheck.core.measurement import Reason
from formcheck.core.words import channel_words, reason_words
from formcheck.exercises.viewcheck import VIEW_WORDS
from formcheck.measure.channels import split_name
from formcheck.report.summary import moved_sides
from formcheck.report.wording import lower_first
from formcheck.session import Judgement

_SHORT = 0.01  # share of the clip below which a gap is not worth a row


def gap_rows(judgement: Judgement) -> list[dict[str, str]]:
    """Return one row for each reason, length and advice: `what`, `when`, `why` and `advice`, longest first.

    Parameters
    ----------
    judgement
        What was found.
    """
    time = judgement.track.time_s
    length = float(time[-1] - time[0])
    missing: dict[tuple[str, str, str], float] = defaultdict(float)
    concerned = _concerned(judgement)
    for gap in judgement.abstentions:
        for name in [n for n in gap.channels if n in concerned] if gap.channels else [""]:
            what = channel_words(name, with_side=not _two_sided(judgement)) if name else ""
            missing[what, gap.reason, _advice(judgement, gap.reason, name)] += gap.end_s - gap.start_s
    rows: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for (what, reason, advice), seconds in missing.items():
        if seconds >= _SHORT * length:
            rows[min(100, round(100 * seconds / length)), reason, advice].append(what)
    return [
        {
            "what": _sentence(names),
            "when": "the whole clip" if percent == 100 else f"{percent} % of the clip",
            "why": f"{reason_words(reason).what}.",
            "advice": advice,
        }
        for (percent, reason, advice), names in sorted(rows.items(), key=lambda row: -row[0][0])
    ]


def _concerned(judgement: Judgement) -> set[str]:
    """Return the channels of the sides that moved: what is missing of a leg that never worked is no loss."""
    views = [
        SideView(judgement.exercise, side, judgement.channels, judgement.baseline_values)
        for side in moved_sides(judgement)
    ]
    return {name for view in views for names in view.sources.values() for name in names}


def _two_sided(judgement: Judgement) -> bool:
    return judgement.side == "both" and "both" in judgement.exercise.sides


def _sentence(names: list[str]) -> str:
    first, *others = names
    return "; ".join([first, *map(lower_first, others)]) if first else "Everything"


def _advice(judgement: Judgement, reason: str, channel: str) -> str:
    """Return how to film it better; for what this view does not show, from where the drill allows to see it."""
    drill = judgement.exercise
    if reason != Reason.WRONG_VIEW:
        return reason_words(reason).advice
    if not judgement.view_ok or not channel:
        return drill.camera
    views = split_name(channel)[0].views
    places = [VIEW_WORDS[view] for view in drill.views if view in views]
    return f"Film it once more with the camera {' or '.join(places)}." if places else ""
