"""Smoothing of channels over time: zero-phase for a recorded clip, causal for a live one.

The pose model's landmarks are already One-Euro filtered in video mode, so both are light.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.core.measurement import Channels, ChannelSeries
from formcheck.core.pose import FloatArray
from formcheck.measure.channels import split_name
from formcheck.measure.geometry import wrap_deg

CUTOFF_HZ = 6.0
"""Cut-off of the zero-phase Butterworth filter (Sports2D's default; slow drills hold nothing above 3 Hz)."""
ORDER = 4
"""Order of the filter, forward and backward pass together."""
MAX_GAP_S = 0.2
"""Frames further apart than this are not smoothed together, seconds."""


def smooth_channels(channels: Channels, time_s: FloatArray) -> Channels:
    """Return the channels smoothed without delay, for a whole clip.

    Missing frames stay missing; stretches between gaps are filtered by themselves. Angles are unwrapped, so a filtered
    angle may leave [-180, 180) where the movement does.

    Parameters
    ----------
    channels
        Channels over the same frames.
    time_s
        Frame times, shape (T,), seconds; need not be evenly spaced.
    """
    alike: dict[bytes, list[str]] = {}  # those that are known in the same frames are filtered together
    for name, c in channels.items():
        alike.setdefault(np.isfinite(c.value).tobytes(), []).append(name)
    out: dict[str, ChannelSeries] = {}
    for names in alike.values():
        value = np.stack([channels[name].value for name in names], axis=1)
        known = np.flatnonzero(np.isfinite(value[:, 0]))
        for k, name in enumerate(names):
            period = split_name(channels[name].name)[0].period
            if period is not None and len(known):
                value[known, k] = np.unwrap(value[known, k], period=period)
        for run in runs(known, time_s):
            value[run] = zero_phase(value[run], time_s[run])
        out |= {name: replace(channels[name], value=value[:, k]) for k, name in enumerate(names)}
    return {name: out[name] for name in channels}


def runs(known: NDArray[np.intp], time_s: FloatArray) -> list[NDArray[np.intp]]:
    """Return frame numbers, shape (N,), split where frames are too far apart to be smoothed together."""
    if not len(known):
        return []
    return np.split(known, np.flatnonzero(np.diff(time_s[known]) > MAX_GAP_S) + 1)


def zero_phase(value: FloatArray, time_s: FloatArray, cutoff_hz: float = CUTOFF_HZ) -> FloatArray:
    """Return a low-passed copy without delay: a Butterworth filter run forward and backward, as a gain on the spectrum.

    Parameters
    ----------
    value
        Samples, shape (N,), or of several quantities, shape (N, C); finite.
    time_s
        Their times, shape (N,), seconds; resampled to an even grid for the filter when they are uneven.
    cutoff_hz
        Frequency at which the two passes together halve the power.
    """
    if len(value) < 2:
        return value.copy()
    steps = np.sort(np.diff(time_s))
    step = float(steps[(len(steps) - 1) // 2] + steps[len(steps) // 2]) / 2  # the median, quicker
    grid = np.arange(time_s[0], time_s[-1] + step / 2, step)
    even = _between(grid, time_s, value)
    margin = min(len(grid) - 1, int(1.0 / step))
    # Continued at both ends by its own reflection through the end point, so that the ends do not bend.
    before = 2 * even[0] - even[margin:0:-1]
    after = 2 * even[-1] - even[-2 : -margin - 2 : -1]
    long = np.concatenate([before, even, after])
    frequency = np.fft.rfftfreq(len(long), step)
    gain = 1.0 / (1.0 + (2**0.5 - 1.0) * (frequency / cutoff_hz) ** ORDER)
    spectrum = (np.fft.rfft(long, axis=0).T * gain).T
    smooth = np.fft.irfft(spectrum, len(long), axis=0)[margin : margin + len(grid)]
    return _between(time_s, grid, smooth)


def _between(at: FloatArray, time_s: FloatArray, value: FloatArray) -> FloatArray:
    """Return values between samples, as `np.interp`, for several quantities at once; times ascend."""
    if value.ndim == 1:
        return np.asarray(np.interp(at, time_s, value))
    left = np.clip(np.searchsorted(time_s, at, side="right") - 1, 0, len(time_s) - 2)
    share = np.clip((at - time_s[left]) / (time_s[left + 1] - time_s[left]), 0.0, 1.0)[:, None]
    return np.asarray(value[left] + share * (value[left + 1] - value[left]))


@dataclass
class OneEuro:
    """Causal low-pass for live angles: smooth when slow, quick when fast (Casiez 2012, doi 10.1145/2207676.2208639)."""

    min_cutoff_hz: float = 1.0
    """Cut-off at rest."""

    beta: float = 0.05
    """How much faster movement raises it, per degree a second."""

    derivative_cutoff_hz: float = 1.0
    """Cut-off of the speed estimate."""

    period: float | None = None
    """Period of the angle, degrees; None when it does not wrap."""

    _time: float | None = None
    _value: float = 0.0
    _speed: float = 0.0

    def __call__(self, time_s: float, value: float) -> float:
        """Return the smoothed value; a missing one (NaN) stays missing and, after a long gap, starts afresh."""
        if not np.isfinite(value):
            return float("nan")
        if self._time is None or time_s - self._time > MAX_GAP_S:
            self._time, self._value, self._speed = time_s, value, 0.0
            return value
        dt = time_s - self._time
        if dt <= 0:
            return self._value
        step = value - self._value
        if self.period is not None:
            step = float(wrap_deg(step * 360 / self.period)) * self.period / 360
        self._speed += _weight(self.derivative_cutoff_hz, dt) * (step / dt - self._speed)
        cutoff = self.min_cutoff_hz + self.beta * abs(self._speed)
        self._value += _weight(cutoff, dt) * step
        self._time = time_s
        return self._value


def _weight(cutoff_hz: float, dt: float) -> float:
    return 1.0 / (1.0 + 1.0 / (2 * np.pi * cutoff_hz * dt))
