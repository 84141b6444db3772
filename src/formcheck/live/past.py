"""The last second of a set's raw channels, and what the whole clip's filter makes of a moment in it."""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.core.measurement import Channels, ChannelSeries
from formcheck.core.pose import FloatArray
from formcheck.measure.channels import split_name
from formcheck.measure.filters import runs, zero_phase

_ROOM: Final = 256  # frames that are kept before the oldest are moved out: more than a second at any camera's speed


class Past:
    """Frames of channels, appended as they come; the oldest are forgotten.

    Parameters
    ----------
    like
        Channels of the same names and units.
    """

    def __init__(self, like: Channels) -> None:
        self._like = dict(like)
        shape = (_ROOM, len(self._like))
        self._time = np.zeros(_ROOM)
        self._value, self._sigma, self._change = np.full((3, *shape), np.nan)
        self._reason = np.full(shape, "", dtype=object)
        self._start = self._stop = 0
        self._last: dict[str, float] = {}

    def __len__(self) -> int:
        return self._stop - self._start

    @property
    def time_s(self) -> FloatArray:
        """Times of the frames, shape (T,), seconds."""
        return self._time[self._start : self._stop]

    def append(self, time_s: float, channels: Channels, frame: int) -> None:
        """Add a frame of channels; an angle goes on from the frames before, past half a turn too."""
        if self._stop == _ROOM:
            self._make_room()
        k = self._stop
        self._time[k] = time_s
        for j, name in enumerate(self._like):
            series = channels[name]
            self._value[k, j] = self._unwrapped(name, float(series.value[frame]))
            self._sigma[k, j] = series.sigma[frame]
            self._reason[k, j] = series.reason[frame]
            if series.change_sigma is not None:
                self._change[k, j] = series.change_sigma[frame]
        self._stop += 1

    def forget(self, before_s: float) -> None:
        """Leave out the frames before a moment, but for the last of them and one more."""
        while len(self) > 2 and self._time[self._start + 1] < before_s:
            self._start += 1

    def newest(self) -> Channels:
        """Return the last frame, as it was measured."""
        last = slice(self._stop - 1, self._stop)
        return self._channels(last, self._value[last])

    def smooth(self, frames: slice) -> Channels:
        """Return frames of the past, smoothed without delay among all that are kept, as `smooth_channels` would."""
        time, value = self.time_s, self._value[self._start : self._stop]
        smooth = np.full((frames.stop - frames.start, value.shape[1]), np.nan)
        alike: dict[bytes, list[int]] = {}  # those that are known in the same frames are filtered together
        for j, known in enumerate(np.isfinite(value).T):
            if known[frames].any():
                alike.setdefault(known.tobytes(), []).append(j)
        for pattern, columns in alike.items():
            for run in runs(np.flatnonzero(np.frombuffer(pattern, np.bool_)), time):
                if run[-1] < frames.start or run[0] >= frames.stop:
                    continue
                here = (run >= frames.start) & (run < frames.stop)
                found = zero_phase(value[run][:, columns], time[run])
                smooth[(run[here] - frames.start)[:, None], columns] = found[here]
        return self._channels(slice(self._start + frames.start, self._start + frames.stop), smooth)

    def _channels(self, rows: slice, value: FloatArray) -> Channels:
        sigma, reason, change = self._sigma[rows], self._reason[rows], self._change[rows]
        return {
            name: ChannelSeries(
                name,
                like.unit,
                value[:, j],
                sigma[:, j],
                reason[:, j],
                None if like.change_sigma is None else change[:, j],
            )
            for j, (name, like) in enumerate(self._like.items())
        }

    def _make_room(self) -> None:
        self._start = max(self._start, 1)  # a camera so fast that a second does not fit loses the oldest frame
        kept = len(self)
        for rows in (self._time, self._value, self._sigma, self._change, self._reason):
            rows[:kept] = rows[self._start : self._stop].copy()
        self._start, self._stop = 0, kept

    def _unwrapped(self, name: str, value: float) -> float:
        period = split_name(name)[0].period
        if period is None or not np.isfinite(value):
            return value
        last = self._last.get(name, value)
        value -= period * round((value - last) / period)
        self._last[name] = value
        return value
