"""report.html: one page that opens from its folder, without a network."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from formcheck.core.results import Rep
from formcheck.core.words import measurement_words, plural, quantity, reason_words
from formcheck.exercises.schema import Exercise
from formcheck.exercises.viewcheck import VIEW_WORDS
from formcheck.report.circles import SIZE, circle_figures, cut_rule
from formcheck.report.curves import plots
from formcheck.report.gaps import gap_rows
from formcheck.report.model import MeasureInfo, RepReport, WatchedFault
from formcheck.report.stills import Still
from formcheck.report.summary import measure_sentences, sides_words
from formcheck.report.told import told_label, told_sentence, told_words
from formcheck.report.verdicts import could_hide
from formcheck.report.wording import clock, listed, lower_first, why
from formcheck.session import Judgement

PLOTLY: Final = "assets/plotly.min.js"
"""The plot library, beside the page."""


def plotly_source() -> bytes:
    """Return the plot library's code."""
    return files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()


def report_page(judgement: Judgement, report: RepReport, stills: tuple[Still, ...], video: str | None) -> str:
    """Return the page.

    Parameters
    ----------
    judgement
        What was found.
    report
        The same as a report.
    stills
        The evidence pictures that were written.
    video
        File name of the overlay video; None without one.
    """
    drill = judgement.exercise
    shown, hidden = _shown_measures(report)
    in_tiles = {*measure_sentences(drill, report.summary.measures)}
    in_tiles |= {told_sentence(answer) for answer in report.told if answer.value is not None}
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            drill=drill,
            headline=_headline(report),
            results=_results(report),
            sentences=[s for s in report.summary.sentences[1:] if s not in in_tiles],
            video=video,
            stills=[{"src": f"evidence/{s.name}", "time_s": s.time_s, "captions": s.captions} for s in stills],
            plotly=PLOTLY,
            plots=plots(judgement),
            circles=circle_figures(judgement),
            circle_size=SIZE,
            circle_limits=cut_rule(drill),
            timeline=_timeline(judgement),
            phases=[{"name": p.name, "label": p.label} for p in drill.phases[1:]],
            measures=shown,
            unmeasured=hidden,
            reps=[_rep_row(rep, shown, drill) for rep in report.reps],
            sided=any(rep.side != "both" for rep in report.reps),
            any_judged=any(fault.verdict != "not_judged" for fault in report.faults),
            faults=[_fault_row(fault, drill, len(report.reps)) for fault in report.faults],
            gaps=gap_rows(judgement),
            camera=_camera(report),
            facts=_facts(report),
        )
    )


@cache
def _environment() -> Environment:
    loader = PackageLoader("formcheck.report")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _headline(report: RepReport) -> dict[str, str]:
    total = report.summary.counted
    return {
        "count": str(total),
        "what": "repetition counted" if total == 1 else "repetitions counted",
        "detail": sides_words(report.summary.counted_by_side),
        "attempts": plural(report.summary.attempts, "attempt") if report.summary.attempts else "",
        "sentence": report.summary.sentences[0],
    }


def _results(report: RepReport) -> list[dict[str, str]]:
    """Return the drill's results over the clip and what was told, as tiles."""
    tiles = []
    for measure in report.measures:
        for side in ("", "left", "right"):
            found = report.summary.measures.get(f"{measure.name}_{side}" if side else measure.name)
            if found is not None and measure.result:
                note = (
                    why(found.reason)
                    if found.value is None
                    else f"median of {plural(report.summary.counted, 'repetition')}"
                )
                label = f"{measure.label}, {side}" if side else measure.label
                tiles.append({"label": label, "value": measurement_words(found), "note": note})
    told = [answer for answer in report.told if answer.value is not None]
    return tiles + [{"label": told_label(a), "value": told_words(a), "note": "told, not measured"} for a in told]


def _shown_measures(report: RepReport) -> tuple[list[MeasureInfo], list[dict[str, str]]]:
    """Return the measures with a number in any rep, results first, and the others with their reason."""
    ordered = sorted(report.measures, key=lambda m: not m.result)
    shown = [m for m in ordered if any(rep.measures[m.name].value is not None for rep in report.reps)]
    missing: dict[str, list[str]] = {}
    for m in ordered:
        if report.reps and m not in shown:
            missing.setdefault(why(report.reps[0].measures[m.name].reason), []).append(m.label)
    hidden = [{"labels": listed([f"“{label}”" for label in labels]), "why": w} for w, labels in missing.items()]
    return shown, hidden


def _rep_row(rep: Rep, shown: list[MeasureInfo], drill: Exercise) -> dict[str, Any]:
    labels = {rule.code: rule.label for rule in drill.faults}
    return {
        "index": rep.index,
        "side": rep.side,
        "start_s": rep.start_s,
        "time": f"{clock(rep.start_s)} – {clock(rep.end_s)}",
        "counted": rep.counted,
        "reason": rep.reason_text,
        "measures": [
            {
                "label": m.label,
                "text": measurement_words(rep.measures[m.name]),
                "why": None if rep.measures[m.name].value is not None else why(rep.measures[m.name].reason),
            }
            for m in shown
        ],
        "faults": [
            {
                "label": labels[f.code],
                "severity": f.severity,
                "peak": quantity(f.peak, f.unit),
                "time_s": f.evidence_s,
                "message": f.message,
            }
            for f in rep.faults
        ],
    }


def _fault_row(fault: WatchedFault, drill: Exercise, moved: int) -> dict[str, str]:
    rule = next(rule for rule in drill.faults if rule.code == fault.code)
    share = f"{fault.judged_share:.0%}"
    verdict, detail = {
        "seen": ("Seen", f"In {fault.reps} of {plural(moved, 'movement')}: {lower_first(rule.message)}"),
        "not_seen": ("Not seen", "It was watched all the time."),
        "partly_judged": ("Not seen, partly judged", f"{share} of the movement could be judged: {why(fault.reason)}."),
        "not_judged": ("Not judged", f"{reason_words(fault.reason).what}."),
    }[fault.verdict]
    if fault.sigma is not None and could_hide(fault, rule):
        detail += f" A small one could hide in the uncertainty of {quantity(fault.sigma, fault.unit)}."
    if fault.verdict == "seen" and fault.reason:
        detail += f" Only {share} of the movement could be judged: {why(fault.reason)}."
    limits = f"from {quantity(rule.warn, rule.unit)}"
    if not rule.advice_only:
        limits += f", too much from {quantity(rule.fail, rule.unit)}"
    return {
        "label": fault.label,
        "limits": limits,
        "state": "hint" if rule.advice_only and fault.verdict == "seen" else fault.verdict,
        "verdict": "Seen, a hint only" if rule.advice_only and fault.verdict == "seen" else verdict,
        "detail": detail,
        "cue": rule.cue if fault.verdict == "seen" else "",
    }


def _timeline(judgement: Judgement) -> dict[str, Any]:
    """Return what all plots share: phases, reps, the neutral stretch."""
    span, time = judgement.baseline, judgement.track.time_s
    rest = judgement.exercise.phases[0].name
    return {
        "end_s": round(float(time[-1]), 3),
        "baseline": None if span is None else [round(float(time[span.start]), 3), round(float(time[span.stop - 1]), 3)],
        "phases": [[p.name, round(p.start_s, 3), round(p.end_s, 3)] for p in judgement.phases if p.name != rest],
        "reps": [[r.index, r.counted, round(r.start_s, 3), round(r.end_s, 3)] for r in judgement.reps],
    }


def _camera(report: RepReport) -> str:
    view = report.view
    where = f"The camera was {VIEW_WORDS.get(view.found, view.found)}"
    if view.found == "unknown":
        return "Where the camera stood could not be told."
    if view.elevation_deg is not None:
        where += f", looking down by about {view.elevation_deg:.0f}°"
    if view.ok:
        return f"{where}: this drill can be judged from there."
    expected = [VIEW_WORDS[name] for name in report.view.expected]
    return f"{where}. For this drill it belongs {' or '.join(expected)}."


def _facts(report: RepReport) -> list[tuple[str, str]]:
    """Return what was judged, with what, in pairs of term and text."""
    source, baseline = report.source, report.baseline
    clip = f"{source.name}: {clock(source.duration_s)} min, {source.frames} frames, {source.frame_rate:.0f} a second, "
    clip += f"{source.width} × {source.height} pixels"
    neutral = "none found"
    if baseline is not None:
        neutral = f"{clock(baseline.start_s)} to {clock(baseline.end_s)}"
        neutral += "" if baseline.still else "; nobody held still, so this is the least moving moment"
    facts = [("Clip", clip)]
    if source.loss:
        facts.append(("Lost", f"{source.loss}."))
    facts += [
        ("Side", report.side),
        ("Neutral pose", neutral),
        (
            "Movement followed in",
            f"{report.coverage:.0%} of the clip" if report.view.ok else "– (not judged from here)",
        ),
        ("Pose model", report.model.name + (f", SHA-256 {report.model.sha256[:12]}…" if report.model.sha256 else "")),
        ("Program", f"formcheck {report.formcheck_version}"),
    ]
    return facts
