"""report.html: one page that opens from its folder, without a network. Each part of it is a function."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from formcheck.core.results import Rep
from formcheck.core.words import measurement_words, plural, quantity, reason_words
from formcheck.exercises.schema import Exercise
from formcheck.exercises.viewcheck import VIEW_WORDS
from formcheck.photos import PhotoJudgement
from formcheck.report.circles import SIZE, circle_figures, cut_rule
from formcheck.report.curves import plots
from formcheck.report.document import PLOTLY, document, section
from formcheck.report.gaps import gap_rows
from formcheck.report.headline import headline
from formcheck.report.model import MeasureInfo, RepReport, WatchedFault
from formcheck.report.past import Past
from formcheck.report.scales import result_scales, side_rows
from formcheck.report.stills import Still
from formcheck.report.summary import measure_sentences
from formcheck.report.told import told_label, told_sentence, told_words
from formcheck.report.verdicts import could_hide
from formcheck.report.wording import clock, day_words, listed, lower_first, why
from formcheck.session import Judgement

_MAIN_COLUMNS = 4


def report_page(
    judgement: Judgement,
    report: RepReport,
    stills: tuple[Still, ...],
    video: str | None,
    past: Past | None = None,
) -> str:
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
    past
        The person's history; None where it is not known.
    """
    drill = judgement.exercise
    photos = isinstance(judgement, PhotoJudgement)
    drawn = [] if photos else plots(judgement)
    when = f"{past.profile} · {day_words(past.at)} · " if past else ""
    phases = [{"name": p.name, "label": p.label} for p in drill.phases[1:]]
    return document(
        title=f"{drill.name} – {report.source.name}",
        kicker="formcheck report",
        heading=drill.name,
        sub=f"{when}{report.source.name} · {drill.purpose}",
        sections=[
            verdict_section(judgement, report, video),
            results_section(report, drill, past),
            Markup("") if photos else watch_section(judgement, report, stills, video, drawn, phases),
            pictures_section(report, stills, video),
            reps_section(report, drill, video),
            sides_section(report),
            circles_section(judgement, video),
            faults_section(report, drill),
            gaps_section(judgement),
            camera_section(report, drill),
        ],
        footer=section("facts", facts=_facts(report)),
        data={"plots": drawn, "timeline": _timeline(judgement), "phases": phases} if drawn or video else None,
        script="report.js" if drawn or video else None,
    )


def verdict_section(judgement: Judgement, report: RepReport, video: str | None) -> Markup:
    """Return the verdict in two sentences, every repetition and attempt, and what else is to be said."""
    drill = judgement.exercise
    first, second = headline(judgement, report)
    shown = {*measure_sentences(drill, report.summary.measures), report.summary.sentences[0], first, second}
    shown |= {told_sentence(answer) for answer in report.told if answer.value is not None}
    labels = {rule.code: lower_first(rule.label) for rule in drill.faults}
    return section(
        "verdict",
        counted=None if isinstance(judgement, PhotoJudgement) else report.summary.counted,
        first=first,
        second=second,
        reps=[
            {"index": rep.index, "counted": rep.counted, "start_s": rep.start_s, "chip": _chip(rep, labels)}
            for rep in report.reps
        ],
        sentences=[s for s in report.summary.sentences if s not in shown],
        video=video,
    )


def _chip(rep: Rep, labels: dict[str, str]) -> str:
    """Return the few words that stand beside a repetition's number: why it did not count, or what was seen in it."""
    if not rep.counted:
        reason = rep.reason or "not counted"
        return labels.get(reason, reason.replace("_", " "))
    seen = [fault.code for fault in rep.faults if fault.severity != "advice"]
    return listed([labels[code] for code in dict.fromkeys(seen)])


def results_section(report: RepReport, drill: Exercise, past: Past | None) -> Markup:
    """Return every result on a scale, with the person's earlier ones and what can be said of the change."""
    results = result_scales(report, drill, past) if report.summary.counted else []
    told = [answer for answer in report.told if answer.value is not None]
    if not results and not told:
        return Markup()
    counts = [n for n in report.summary.counted_by_side.values() if n]
    return section(
        "results",
        results=results,
        told=[{"label": told_label(a), "value": told_words(a), "note": a.note} for a in told],
        how=f"median of {plural(max(counts, default=1), 'repetition')}"
        if len(counts) == 1
        else "median of the repetitions",
        has_past=any(row["past"] for result in results for row in result["rows"]),
        has_typical=any(result["typical"] for result in results),
        profile=past.profile if past else "",
        asymmetry=past.sides if past else (),
    )


def watch_section(
    judgement: Judgement,
    report: RepReport,
    stills: tuple[Still, ...],
    video: str | None,
    drawn: list[dict[str, Any]],
    phases: list[dict[str, str]],
) -> Markup:
    """Return the video with its moments, and the curves beneath it in step."""
    return section(
        "watch",
        video=video,
        poster=f"evidence/{stills[0].name}" if stills else None,
        has_stills=bool(stills),
        moments=_moments(report, judgement.exercise) if video else [],
        plots=drawn,
        phases=phases,
        plotly=PLOTLY,
        any_faults=any(rep.faults for rep in report.reps),
        any_attempts=any(not rep.counted for rep in report.reps),
    )


def _moments(report: RepReport, drill: Exercise) -> list[dict[str, Any]]:
    labels = {rule.code: rule.label for rule in drill.faults}
    moments = []
    if report.baseline is not None:
        moments.append((report.baseline.start_s, "neutral", "Neutral pose"))
    for rep in report.reps:
        side = f", {rep.side}" if rep.side != "both" else ""
        moments.append(
            (
                rep.start_s,
                "ok" if rep.counted else "no",
                f"{'Repetition' if rep.counted else 'Attempt'} {rep.index}{side}",
            )
        )
        moments += [(f.evidence_s, f.severity, f"{labels[f.code]} ({f.severity})") for f in rep.faults]
    moments.sort(key=lambda m: m[0])
    return [{"time_s": t, "clock": clock(t), "kind": kind, "text": text} for t, kind, text in moments]


def pictures_section(report: RepReport, stills: tuple[Still, ...], video: str | None) -> Markup:
    """Return the evidence beside the neutral pose, and the other moments."""
    if not stills:
        return Markup()
    shown = [
        {
            "src": f"evidence/{s.name}",
            "time_s": s.time_s,
            "captions": s.captions,
            "kind": s.kind,
            "tag": f"rep {s.rep}" if s.rep else "",
        }
        for s in stills
    ]
    neutral = next((s for s in shown if s["kind"] == "neutral"), None)
    attempts = {rep.index for rep in report.reps if not rep.counted}
    paired = [s for s, still in zip(shown, stills, strict=True) if s["kind"] == "fault" or still.rep in attempts]
    paired = paired or [s for s in shown if s["kind"] == "peak"][:1]
    pairs = paired if neutral is not None else []
    used = [neutral, *pairs] if pairs else []
    return section("pictures", neutral=neutral, pairs=pairs, others=[s for s in shown if s not in used], video=video)


def reps_section(report: RepReport, drill: Exercise, video: str | None) -> Markup:
    """Return the table of repetitions and attempts."""
    if not report.reps:
        return Markup()
    shown, hidden = _shown_measures(report)
    results = [m for m in shown if m.result]
    main = results[:_MAIN_COLUMNS]  # more make the table wider than the page
    more = [m for m in shown if m not in main]
    return section(
        "reps",
        reps=[_rep_row(rep, main, more, drill) for rep in report.reps],
        main_columns=[_column(m) for m in main],
        more_columns=[_column(m) for m in more],
        unmeasured=hidden,
        sided=any(rep.side != "both" for rep in report.reps),
        any_judged=any(fault.verdict != "not_judged" for fault in report.faults),
        video=video,
    )


def sides_section(report: RepReport) -> Markup:
    """Return left against right."""
    rows = side_rows(report)
    return section("sides", rows=rows) if rows else Markup()


def circles_section(judgement: Judgement, video: str | None) -> Markup:
    """Return the circles of a drill that goes round."""
    circles = circle_figures(judgement)
    if not circles:
        return Markup()
    limits = cut_rule(judgement.exercise)
    return section("circles", circles=circles, circle_size=SIZE, circle_limits=limits, video=video)


def faults_section(report: RepReport, drill: Exercise) -> Markup:
    """Return what was watched, and the verdict on each compensation."""
    if not report.faults or not report.reps:
        return Markup()
    return section("faults", faults=[_fault_row(fault, drill, len(report.reps)) for fault in report.faults])


def gaps_section(judgement: Judgement) -> Markup:
    """Return what could not be judged, why, and how to film it better."""
    gaps = gap_rows(judgement)
    return section("gaps", gaps=gaps) if gaps else Markup()


def camera_section(report: RepReport, drill: Exercise) -> Markup:
    """Return where the camera stood and should stand, what no camera sees, and the safety line."""
    photos = report.source.kind == "photos"
    place = drill.camera if photos or not report.view.ok else ""
    return section("camera", camera=_camera(report), place=place, drill=drill)


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


def _column(measure: MeasureInfo) -> str:
    """Return a column's heading: units that are words stand there and not in every cell."""
    unit = _word_unit(measure.unit)
    return f"{measure.label} ({unit})" if unit else measure.label


def _word_unit(unit: str) -> str:
    words = quantity(0.0, unit).partition(" ")[2]
    return words if words.isascii() and len(words) > 2 else ""


def _cell(rep: Rep, measure: MeasureInfo) -> dict[str, Any]:
    found = rep.measures[measure.name]
    unit = _word_unit(measure.unit)
    text = measurement_words(found)
    return {
        "label": _column(measure),
        "text": text.removesuffix(f" {unit}") if unit else text,
        "why": None if found.value is not None else why(found.reason),
    }


def _rep_row(rep: Rep, main: list[MeasureInfo], more: list[MeasureInfo], drill: Exercise) -> dict[str, Any]:
    labels = {rule.code: rule.label for rule in drill.faults}
    return {
        "index": rep.index,
        "side": rep.side,
        "start_s": rep.start_s,
        "time": f"{clock(rep.start_s)} – {clock(rep.end_s)}",
        "counted": rep.counted,
        "chip": _chip(rep, {code: lower_first(label) for code, label in labels.items()}),
        "main": [_cell(rep, m) for m in main],
        "more": [_cell(rep, m) for m in more],
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
    limits = f"{'below' if rule.less else 'from'} {quantity(rule.warn, rule.unit)}"
    if not rule.advice_only:
        limits += f", too {'little below' if rule.less else 'much from'} {quantity(rule.fail, rule.unit)}"
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
    if report.source.kind == "photos":
        return "To film the drill, place the camera like this:"
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
    if source.kind == "photos":
        pictures = f"{source.name}: {plural(source.frames, 'picture')}, {source.width} × {source.height} pixels"
        return [
            ("Photos", pictures),
            ("Pose model", _model(report)),
            ("Program", f"formcheck {report.formcheck_version}"),
        ]
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
        ("Pose model", _model(report)),
        ("Program", f"formcheck {report.formcheck_version}"),
    ]
    return facts


def _model(report: RepReport) -> str:
    return report.model.name + (f", SHA-256 {report.model.sha256[:12]}…" if report.model.sha256 else "")
