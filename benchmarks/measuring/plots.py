"""The four plots of the accuracy page."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import erf

from measuring.clips import BAND_NAMES
from measuring.results import FLAT_DEG, LIFTED_DEG, ROTATION, Results, Series
from measuring.statistics import share_inside

COLOURS = dict(zip(BAND_NAMES[1:], ("#d1495b", "#edae49", "#3a7d44", "#30638e"), strict=True))
"""Colour of each band of elevation."""
MARKS = ("o", "^", "s", "D", "v")
GREY = "#8a8a8a"
STYLE = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
}
EVERY = 3
"""Of neighbouring frames, which differ little, only every third is drawn in the scatter."""
LIMITS_DEG = (-35.0, 55.0)


def _measured(results: Results, method: str) -> list[Series]:
    return [
        s
        for s in results.series
        if s.method == method and s.channel == ROTATION and s.case.seen.lying and np.isfinite(s.measured).any()
    ]


def draw_all(folder: Path, results: Results, method: str) -> list[str]:
    """Write the plots that there is something to draw for; return their file names."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        figures = {
            "rotation.png": rotation(results),
            "elevation.png": elevation(results),
            "sigma.png": calibration(results),
            "pelvis.png": pelvis(results, method),
        }
        for name, figure in figures.items():
            if figure is not None:
                figure.savefig(folder / name, dpi=130, bbox_inches="tight")
                plt.close(figure)
    return [name for name, figure in figures.items() if figure is not None]


def rotation(results: Results) -> Figure | None:
    """Measured against true change of hip rotation, a panel a method, a colour a band."""
    methods = [m for m in results.methods if _measured(results, m)]
    if not methods:
        return None
    figure, panels = plt.subplots(
        1, len(methods), figsize=(2.9 * len(methods), 3.3), sharex=True, sharey=True, squeeze=False
    )
    for method, axes in zip(methods, panels[0], strict=True):
        axes.plot(LIMITS_DEG, LIMITS_DEG, color=GREY, linewidth=0.8, zorder=1)
        for band, colour in COLOURS.items():
            chosen = [s for s in _measured(results, method) if s.case.band == band]
            if chosen:
                true = np.concatenate([s.true[::EVERY] for s in chosen])
                measured = np.concatenate([s.measured[::EVERY] for s in chosen])
                axes.scatter(
                    true, np.clip(measured, *LIMITS_DEG), s=5, color=colour, alpha=0.45, linewidths=0, label=band
                )
        axes.set(title=method, xlabel="true change (°)", xlim=LIMITS_DEG, ylim=LIMITS_DEG, aspect="equal")
    panels[0][0].set_ylabel("measured change (°)")
    _legend_below(figure, panels[0][0])
    return figure


def elevation(results: Results) -> Figure | None:
    """Mean error of each clip against the camera's elevation, all methods."""
    methods = [m for m in results.methods if _measured(results, m)]
    if not methods:
        return None
    figure, axes = plt.subplots(figsize=(6.4, 3.4))
    for i, method in enumerate(methods):
        last = i == len(methods) - 1
        clips: dict[str, list[Series]] = {}
        for s in _measured(results, method):
            clips.setdefault(s.case.name, []).append(s)
        x = np.array([group[0].case.elevation_deg for group in clips.values()])
        y = np.array([np.nanmean(np.abs(np.concatenate([s.measured - s.true for s in g]))) for g in clips.values()])
        colour = plt.get_cmap("viridis")(0.85 - 0.8 * i / max(len(methods) - 1, 1))
        axes.scatter(x, y, s=22, color=colour, marker=MARKS[i % len(MARKS)], label=method, zorder=3 if last else 2)
        middles = [(np.mean(x[at]), np.mean(y[at])) for at in _bands(x) if at.any()]
        axes.plot(*zip(*middles, strict=True), color=colour, linewidth=1.2)
    axes.axvline(45, color=GREY, linewidth=0.8, linestyle=":")
    axes.set(
        xlabel="elevation of the camera (°)", ylabel="mean absolute error of a clip (°)", xlim=(28, 91), yscale="log"
    )
    axes.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
    axes.minorticks_off()
    axes.legend(ncols=len(methods), loc="upper center", bbox_to_anchor=(0.5, 1.14))
    return figure


def _bands(x: np.ndarray) -> list[np.ndarray]:
    return [(x >= low) & (x < high) for low, high in ((30, 45), (45, 60), (60, 76), (76, 91))]


def calibration(results: Results) -> Figure | None:
    """Share of the errors within multiples of sigma, by band, against the normal distribution."""
    methods = [
        m
        for m in results.methods
        if any(np.isfinite(s.sigma[np.isfinite(s.measured)]).any() for s in _measured(results, m))
    ]
    if not methods:
        return None
    multiples = np.linspace(0, 3.5, 71)
    figure, panels = plt.subplots(1, len(methods), figsize=(3.4 * len(methods), 3.2), sharey=True, squeeze=False)
    for method, axes in zip(methods, panels[0], strict=True):
        axes.plot(
            multiples, 100 * erf(multiples / np.sqrt(2)), color="black", linewidth=1, linestyle="--", label="normal"
        )
        for band, colour in COLOURS.items():
            chosen = [s for s in _measured(results, method) if s.case.band == band]
            if chosen:
                error = np.concatenate([s.measured - s.true for s in chosen])
                sigma = np.concatenate([s.sigma for s in chosen])
                axes.plot(multiples, 100 * share_inside(error, sigma, multiples), color=colour, label=band)
        axes.add_patch(plt.Rectangle((1.9, 90), 0.2, 7, facecolor="none", edgecolor="black", linewidth=0.9))
        axes.set(title=method, xlabel="multiples of the stated sigma", xlim=(0, 3.5), ylim=(0, 101))
    panels[0][0].set_ylabel("errors inside (%)")
    panels[0][-1].legend(loc="lower right")
    return figure


def pelvis(results: Results, method: str) -> Figure | None:
    """What a method says of the pelvis in every repetition, against its true roll."""
    lifts = [r for r in results.lifts if r.method == method]
    answered = [r for r in lifts if np.isfinite(r.score)]
    if not answered:
        return None
    threshold = answered[0].threshold
    figure, axes = plt.subplots(figsize=(6.4, 3.2))
    axes.axvspan(FLAT_DEG, LIFTED_DEG, color="#f2f2f2", zorder=0)
    axes.axhline(threshold, color=GREY, linewidth=0.9, linestyle="--")
    for band, colour in COLOURS.items():
        chosen = [r for r in answered if r.case.band == band]
        axes.scatter([r.true_deg for r in chosen], [r.score for r in chosen], s=26, color=colour, label=band, zorder=3)
    silent = [r for r in lifts if not np.isfinite(r.score)]
    probability = threshold < 1
    low = -0.08 if probability else -1.5
    axes.scatter(
        [r.true_deg for r in silent],
        np.full(len(silent), low),
        s=26,
        marker="x",
        color=[COLOURS[r.case.band] for r in silent] or None,
        linewidths=1,
    )
    axes.set(
        xlabel="largest true roll of the pelvis in the repetition (°)",
        ylabel="probability of a lift" if probability else "measured roll (°)",
        title=method,
    )
    axes.legend(ncols=1, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _legend_below(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    legend = figure.legend(handles, labels, ncols=len(labels), loc="outside lower center", markerscale=2.5)
    for handle in legend.legend_handles:
        handle.set_alpha(1.0)
