"""The combined report of a programme: every drill with what was counted and measured, left beside right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict

from formcheck import __version__
from formcheck.core.measurement import Measurement
from formcheck.core.words import measurement_words, plural, reason_words
from formcheck.exercises.programme import Programme
from formcheck.report.compare import difference_sentence
from formcheck.report.compare import side_sentences as within
from formcheck.report.document import document, section
from formcheck.report.model import MeasureInfo, RepReport
from formcheck.report.wording import lower_first
from formcheck.video.files import atomic_path

PAGE: Final = "programme.html"
DATA: Final = "programme.json"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Part(_Record):
    """One drill and side of a programme."""

    number: int
    """Number of the step, from 1."""

    side: str
    """left, right or both."""

    asked: int
    """Repetitions asked for, all sets together."""

    folder: str | None
    """Folder of this part's own report; null without a clip."""

    report: RepReport | None
    """What was found; null without a clip."""


class ProgrammeReport(_Record):
    """A whole programme."""

    schema_version: Literal[1] = 1
    """Version of this layout."""

    formcheck_version: str = __version__
    """Version of the program that wrote it."""

    programme: str
    """Programme id."""

    programme_name: str
    """Programme name."""

    parts: tuple[Part, ...]
    """Every drill and side in order."""


def write_programme(report: ProgrammeReport, programme: Programme, out: Path) -> Path:
    """Write programme.html and programme.json into a folder; return the page.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    with atomic_path(out / PAGE) as temporary:
        temporary.write_text(programme_page(report, programme), encoding="utf-8")
    with atomic_path(out / DATA) as temporary:
        temporary.write_text(report.model_dump_json(indent=1), encoding="utf-8")
    return out / PAGE


def programme_page(report: ProgrammeReport, programme: Programme) -> str:
    """Return the page."""
    steps = []
    for number, step in enumerate(programme.steps, start=1):
        parts = [p for p in report.parts if p.number == number]
        drill = programme.exercise(step)
        rows = [_row(part) for part in parts]
        sides = side_sentences(parts)
        sides += [s for p in parts if p.side == "both" and p.report for s in within(drill, p.report.summary.measures)]
        steps.append({"name": drill.name, "purpose": drill.purpose, "rows": rows, "sides": sides})
    done = sum(p.report is not None for p in report.parts)
    counted = sum(p.report.summary.counted for p in report.parts if p.report)
    second = "A part without a clip says nothing about you." if done < len(report.parts) else ""
    return document(
        title=f"{report.programme_name} – formcheck",
        kicker="formcheck programme",
        heading=report.programme_name,
        sub=programme.purpose,
        sections=[
            section(
                "programme",
                first=f"{done} of {plural(len(report.parts), 'part')} filmed, {plural(counted, 'repetition')} counted.",
                second=second,
                steps=steps,
                compensations=compensations(report),
                safety=programme.safety,
            )
        ],
        footer=Markup('<p>formcheck {}. All data: <a href="{}">{}</a>.</p>').format(
            report.formcheck_version, DATA, DATA
        ),
    )


def compensations(report: ProgrammeReport) -> list[dict[str, str]]:
    """Return what can be said of each compensation over the whole programme, those that were seen first.

    Each has a label, where it was seen, where it was watched and stayed away, and where it could not be judged and why.
    """
    rows: dict[str, dict[str, list[str]]] = {}
    for part in report.parts:
        found = part.report
        if found is None:
            continue
        where = found.exercise_name if part.side == "both" else f"{found.exercise_name}, {part.side}"
        for fault in found.faults:
            row = rows.setdefault(fault.label, {"seen": [], "not_seen": [], "not_judged": []})
            if fault.verdict == "seen":
                row["seen"].append(f"{where} ({plural(fault.reps, 'movement')})")
            elif fault.verdict == "not_seen":
                row["not_seen"].append(where)
            else:
                row["not_judged"].append(f"{where}: {lower_first(reason_words(fault.reason).what)}")
    ordered = sorted(rows.items(), key=lambda item: (not item[1]["seen"], not item[1]["not_seen"]))
    return [{"label": label, **{k: "; ".join(dict.fromkeys(v)) for k, v in row.items()}} for label, row in ordered]


def _row(part: Part) -> dict[str, object]:
    """Return what the page shows of one side."""
    name = "both sides" if part.side == "both" else part.side
    if part.report is None:
        return {"side": name, "counted": "No clip", "results": [], "said": [], "link": None}
    found = part.report
    if not found.view.ok:
        counted, said = "Not judged", [found.view.message or ""]
    else:
        counted = f"{found.summary.counted} of {part.asked}"
        codes = [f for f in found.faults if f.verdict == "seen"]
        said = [f"{f.label}: in {plural(f.reps, 'movement')}." for f in codes]
    results = [
        (m.label, measurement_words(value), lower_first(reason_words(value.reason).what) if value.reason else "")
        for m in found.measures
        if m.result and (value := _measure(found, m, part.side)) is not None
    ]
    return {"side": name, "counted": counted, "results": results, "said": said, "link": f"{part.folder}/report.html"}


def _measure(report: RepReport, measure: MeasureInfo, side: str) -> Measurement | None:
    return report.summary.measures.get(f"{measure.name}_{side}") or report.summary.measures.get(measure.name)


def side_sentences(parts: Sequence[Part]) -> list[str]:
    """Return a sentence for each result that both sides have: what differs, and whether more than by chance."""
    by_side = {p.side: p.report for p in parts if p.report is not None}
    left, right = by_side.get("left"), by_side.get("right")
    if left is None or right is None:
        return []
    sentences = []
    for m in left.measures:
        a, b = _measure(left, m, "left"), _measure(right, m, "right")
        if m.result and a is not None and b is not None:
            sentence = difference_sentence(m.label, a, b)
            sentences += [sentence] if sentence else []
    return sentences
