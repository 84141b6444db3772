"""Short sounds made by numpy: told apart by pitch and rhythm, pleasant, and never loud."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.coach.cues import TONES_S, Tone

RATE: Final = 22_050
"""Samples a second: speech has nothing above 11 kHz, and neither have these tones."""
LEVEL: Final = 0.35
"""Peak of a tone, share of full scale (-9 dB): as loud as speech that is normalised to it."""
_FADE_S: Final = 0.008  # in and out, so that nothing clicks

_SHAPES: Final[dict[Tone, tuple[tuple[float, float, float], ...]]] = {  # pitch in Hz, begins at s, lasts s
    "rep": ((880.0, 0.0, 0.12),),
    "attempt": ((330.0, 0.0, 0.14),),
    "hold": ((660.0, 0.0, 0.09), (990.0, 0.11, 0.12)),
    "fault": ((294.0, 0.0, 0.10), (233.0, 0.12, 0.12)),
    "tick": ((700.0, 0.0, 0.06),),
    "go": ((700.0, 0.0, 0.08), (1050.0, 0.09, 0.14)),
    "end": ((880.0, 0.0, 0.07), (660.0, 0.08, 0.07), (440.0, 0.16, 0.08)),
}


@cache
def tone(kind: Tone) -> NDArray[np.float32]:
    """Return a tone.

    Parameters
    ----------
    kind
        Which.

    Returns
    -------
    ndarray, shape (N,)
        Samples at `RATE`, from -`LEVEL` to `LEVEL`, `TONES_S` long.
    """
    out = np.zeros(round(TONES_S[kind] * RATE), np.float64)
    for pitch, begin_s, lasts_s in _SHAPES[kind]:
        time = np.arange(round(lasts_s * RATE)) / RATE
        wave = np.sin(2 * np.pi * pitch * time) + 0.25 * np.sin(4 * np.pi * pitch * time)
        fade = np.minimum(1.0, np.minimum(time, lasts_s - time) / _FADE_S)
        start = round(begin_s * RATE)
        out[start : start + len(time)] += wave * fade
    return np.asarray(LEVEL * out / np.abs(out).max(), dtype=np.float32)
