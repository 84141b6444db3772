"""Movement over time: minimum-jerk moves between values of named controls, with overlays for faults and tremor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from formcheck.core.pose import FloatArray

PathFunction = Callable[[FloatArray], dict[str, FloatArray]]
"""Controls along a path: takes progress 0..1, shape (N,), returns values by control name."""


def minimum_jerk(u: FloatArray) -> FloatArray:
    """Return progress 0..1 of the smoothest move (Flash and Hogan 1985) at time shares `u`, clipped to 0..1."""
    u = np.clip(u, 0.0, 1.0)
    out: FloatArray = u**3 * (10.0 - 15.0 * u + 6.0 * u * u)
    return out


@dataclass(frozen=True)
class Span:
    """A stretch of time with a name."""

    name: str
    start_s: float
    end_s: float
    rep: int
    """Number of the repetition it belongs to, from 1; 0 outside."""


@dataclass
class Timeline:
    """Builds the controls of a clip piece by piece; sample it at any times afterwards."""

    base: dict[str, float] = field(default_factory=dict)
    """Value of every control before anything moves; absent is 0."""
    now_s: float = 0.0
    """Where the next piece starts."""
    spans: list[Span] = field(default_factory=list)
    """Phases so far."""

    def __post_init__(self) -> None:
        """Start from the base values."""
        self._value = dict(self.base)
        self._moves: dict[str, list[tuple[float, float, float, float]]] = {}
        self._paths: list[tuple[float, float, PathFunction]] = []
        self._overlays: list[tuple[str, Callable[[FloatArray], FloatArray]]] = []

    def move(
        self,
        seconds: float,
        targets: dict[str, float],
        phase: str = "",
        rep: int = 0,
        delay: dict[str, float] | None = None,
    ) -> None:
        """Bring controls to new values in `seconds`; `delay` starts single controls later, by seconds."""
        for name, target in targets.items():
            wait = (delay or {}).get(name, 0.0)
            start = self._value.get(name, 0.0)
            self._moves.setdefault(name, []).append((self.now_s + wait, self.now_s + wait + seconds, start, target))
            self._value[name] = target
        self._span(seconds, phase, rep)

    def path(self, seconds: float, function: PathFunction, phase: str = "", rep: int = 0) -> None:
        """Move controls along a path, added to their values; it must start and end at 0."""
        self._paths.append((self.now_s, self.now_s + seconds, function))
        self._span(seconds, phase, rep)

    def hold(self, seconds: float, phase: str = "", rep: int = 0) -> None:
        """Stay."""
        self._span(seconds, phase, rep)

    def _span(self, seconds: float, phase: str, rep: int) -> None:
        if phase:
            self.spans.append(Span(phase, self.now_s, self.now_s + seconds, rep))
        self.now_s += seconds

    def bump(
        self,
        control: str,
        size: float,
        rise: tuple[float, float],
        fall: tuple[float, float],
        hz: float = 0.0,
        one_way: bool = False,
    ) -> None:
        """Add `size` to a control between `rise` and `fall` (start and end of each), or a wave of that size.

        A wave that goes one way has no other half.
        """

        def shape(t: FloatArray) -> FloatArray:
            up = minimum_jerk((t - rise[0]) / max(rise[1] - rise[0], 1e-6))
            down = minimum_jerk((t - fall[0]) / max(fall[1] - fall[0], 1e-6))
            wave = np.sin(2 * np.pi * hz * (t - rise[0])) if hz else np.ones_like(t)
            if one_way:
                wave = np.maximum(wave, 0.0)
            out: FloatArray = size * (up - down) * wave
            return out

        self._overlays.append((control, shape))

    def overlay(self, control: str, shape: Callable[[FloatArray], FloatArray]) -> None:
        """Add a function of time to a control."""
        self._overlays.append((control, shape))

    def sample(self, times: FloatArray) -> dict[str, FloatArray]:
        """Return every control at the given times, each of shape (T,)."""
        out: dict[str, FloatArray] = {k: np.full(len(times), v) for k, v in self.base.items()}

        def channel(name: str) -> FloatArray:
            return out.setdefault(name, np.zeros(len(times)))

        for name, moves in self._moves.items():
            value = channel(name)
            for start, end, a, b in moves:
                value += (b - a) * minimum_jerk((times - start) / (end - start))
        for start, end, function in self._paths:
            inside = (times >= start) & (times <= end)
            progress = minimum_jerk((times[inside] - start) / (end - start))
            for name, values in function(progress).items():
                channel(name)[inside] += values
        for name, shape in self._overlays:
            channel(name).__iadd__(shape(times))
        return out


def tremor(rng: np.random.Generator, size: float) -> Callable[[FloatArray], FloatArray]:
    """Return a small wandering function of time with standard deviation `size`, made of a few slow waves."""
    hz = rng.uniform([0.08, 0.25, 0.6, 1.4], [0.2, 0.5, 1.1, 2.6])
    phase = rng.uniform(0, 2 * np.pi, 4)
    weight = np.array([1.0, 0.6, 0.3, 0.12])
    weight *= size * np.sqrt(2.0) / np.linalg.norm(weight)

    def wander(t: FloatArray) -> FloatArray:
        out: FloatArray = (np.sin(2 * np.pi * np.outer(t, hz) + phase) * weight).sum(axis=1)
        return out

    return wander
