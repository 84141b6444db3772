"""What the report's plots show, as plain data for Plotly: curves with their uncertainty, phases, reps, faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.coach.samples import SideView
from formcheck.core.measurement import ChannelSeries
from formcheck.core.pose import FloatArray
from formcheck.core.words import channel_words, quantity, split_side
from formcheck.exercises.names import parse_channel
from formcheck.exercises.tables import FaultRule
from formcheck.report.summary import moved_sides
from formcheck.session import Judgement

MAX_POINTS: Final = 2000
"""Points drawn of one curve; the tables hold every frame."""


def plots(judgement: Judgement) -> list[dict[str, Any]]:
    """Return one plot a channel of the drill that has numbers: results first, then the signal, then faults.

    Parameters
    ----------
    judgement
        What was found.

    Returns
    -------
    list of dict
        `title`, `alt`, `unit`, `curves` (side, time_s, value, sigma, band_s, band, baseline), `limits` (where faults
        begin, in the channel's unit) and `faults` (those seen, at their evidence). Ready for JSON: gaps are null.
    """
    views = [
        SideView(judgement.exercise, side, judgement.channels, judgement.baseline_values)
        for side in moved_sides(judgement)
    ]
    out = []
    plotted = _plotted(judgement, views)
    for channel, series in plotted.items():
        shown = [s for s in series if np.isfinite(s.value).any()]
        if shown:
            names = tuple(s.name for s in series)
            limits = [limit for rule in judgement.exercise.faults for limit in _limits(judgement, rule, channel, names)]
            out.append(
                {
                    "title": channel_words(names[0], with_side=False),
                    "unit": shown[0].unit,
                    "curves": [_curve(judgement, s) for s in shown],
                    "limits": limits,
                    "alt": _alt(channel_words(names[0], with_side=False), shown),
                    "faults": _marks(judgement, channel, shown, plotted),
                }
            )
    return out


def _alt(title: str, shown: list[ChannelSeries]) -> str:
    """Return what a plot shows, for people who do not see it."""
    parts = []
    for series in shown:
        side = split_side(series.name)[1]
        low, high = (quantity(float(f(series.value)), series.unit) for f in (np.nanmin, np.nanmax))
        parts.append(f"{f'{side}: ' if side else ''}from {low} to {high}")
    return f"{title} over time, {'; '.join(parts)}. Every number is in angles.csv."


def _plotted(judgement: Judgement, views: list[SideView]) -> dict[str, tuple[ChannelSeries, ...]]:
    """Return the channels to plot, by the drill's name for each: the series of the sides that moved."""
    exercise = judgement.exercise
    wanted = [measure.channel for measure in exercise.measures if measure.result and measure.channel]
    wanted += [exercise.signal.channel]
    wanted += [rule.channel for rule in exercise.faults if rule.channel]
    found: dict[str, tuple[ChannelSeries, ...]] = {}
    drawn: set[str] = set()
    for channel in dict.fromkeys(wanted):
        series = {
            name: _judgeable(judgement.channels[name], view.judging_reason(channel))
            for view in views
            for name in view.sources[channel]
            if name not in drawn
        }
        drawn |= series.keys()
        if series:
            found[channel] = tuple(series.values())
    return found


def _judgeable(series: ChannelSeries, reason: NDArray[np.object_]) -> ChannelSeries:
    """Return a series without the numbers that are too uncertain to judge: a curve would be read as if they counted."""
    known = reason == ""
    return replace(series, value=np.where(known, series.value, np.nan), sigma=np.where(known, series.sigma, np.nan))


def _curve(judgement: Judgement, series: ChannelSeries) -> dict[str, Any]:
    time = judgement.track.time_s
    kept = thinned(series.value, MAX_POINTS)
    neutral = judgement.baseline_values.get(series.name)
    band_s, band = _band(time[kept], series, kept)
    return {
        "side": split_side(series.name)[1],
        "time_s": _numbers(time[kept]),
        "value": _numbers(series.value[kept]),
        "sigma": _numbers(series.sigma[kept]),
        "band_s": band_s,
        "band": band,
        "baseline": None if neutral is None or neutral.value is None else round(neutral.value, 2),
    }


def thinned(value: FloatArray, most: int) -> NDArray[np.intp]:
    """Return the frames to draw so that at most `most` remain: lowest, highest and first missing of each stretch.

    Parameters
    ----------
    value
        The curve, shape (T,); NaN where there is no number.
    most
        How many points may be drawn.
    """
    if len(value) <= most:
        return np.arange(len(value))
    kept: list[int] = []
    for stretch in np.array_split(np.arange(len(value)), most // 3):
        known = stretch[np.isfinite(value[stretch])]
        missing = stretch[~np.isfinite(value[stretch])]
        picked = set(missing[:1].tolist())
        if len(known):
            picked |= {int(known[np.argmin(value[known])]), int(known[np.argmax(value[known])])}
        kept += sorted(picked)
    return np.array(kept, dtype=np.intp)


def _band(time: FloatArray, series: ChannelSeries, kept: NDArray[np.intp]) -> tuple[list[Any], list[Any]]:
    """Return the outline of value ± sigma: one closed shape for each stretch with numbers, null between them."""
    value, sigma = series.value[kept], series.sigma[kept]
    x: list[Any] = []
    y: list[Any] = []
    for run in _runs(np.isfinite(value)):
        low, high = value[run] - sigma[run], value[run] + sigma[run]
        x += [*_numbers(time[run]), *_numbers(time[run][::-1]), None]
        y += [*_numbers(high), *_numbers(low[::-1]), None]
    return x, y


def _runs(known: NDArray[np.bool_]) -> Iterator[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(int), [0]])))
    for start, stop in edges.reshape(-1, 2).tolist():
        yield slice(start, stop)


def _numbers(values: FloatArray, digits: int = 3) -> list[float | None]:
    return [None if v != v else v for v in np.round(values, digits).tolist()]


def _limits(judgement: Judgement, rule: FaultRule, channel: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return where a fault begins on this plot; nothing for rates, and where there is no neutral value to add it to."""
    name, plotted = parse_channel(rule.channel or ""), parse_channel(channel)
    if name is None or plotted is None or (name.base, name.legs) != (plotted.base, plotted.legs) or rule.of == "rate":
        return []
    if rule.views and judgement.view.view not in rule.views:
        return []
    zero = 0.0
    if rule.of == "change":
        neutral = [judgement.baseline_values.get(name) for name in names]
        known = [m.value for m in neutral if m and m.value is not None]
        if not known:
            return []
        zero = float(np.mean(known))
    turned = name.negated != (name.legs == "own" and judgement.side == "left")
    signs = [1, -1] if rule.absolute and rule.unit != "percent" else [-1 if turned else 1]
    return [{"at": round(zero + sign * rule.warn, 2), "label": rule.label} for sign in signs]


def _marks(
    judgement: Judgement, channel: str, series: list[ChannelSeries], plotted: dict[str, tuple[ChannelSeries, ...]]
) -> list[dict[str, Any]]:
    """Return the faults to mark on a plot: those of its channel, and on the signal's also those of no plotted one."""
    labels = {rule.code: rule.label for rule in judgement.exercise.faults}
    signal = next(iter(plotted))
    marks = []
    for rep in judgement.reps:
        own = [s for s in series if split_side(s.name)[1] in (None, rep.side)] or series
        for fault in rep.faults:
            if (fault.channel if fault.channel in plotted else signal) != channel:
                continue
            frame = int(np.argmin(np.abs(judgement.track.time_s - fault.evidence_s)))
            at = [s.value[frame] for s in own if np.isfinite(s.value[frame])]
            if at:
                text = {"label": labels[fault.code], "severity": fault.severity, "rep": rep.index}
                marks.append({"time_s": round(fault.evidence_s, 3), "value": round(float(np.mean(at)), 2), **text})
    return marks
