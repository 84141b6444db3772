"""How a drill file names channels: the channel's own name with words before it, or a side behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from formcheck.measure.channels import CHANNELS

MINUS: Final = "minus_"
"""Before a channel: the opposite sign, e.g. external rotation as `minus_hip_ir`."""
OTHER: Final = "other_"
"""Before a channel: that of the resting leg."""
EITHER: Final = "either_"
"""Before a channel: that of the leg that is farther from neutral, at every moment."""
BOTH: Final = "both_"
"""Before a channel: that of the leg that is nearer to neutral: both legs are at least so far from it."""
OWN: Final = "own_"
"""Before a channel of pelvis or trunk: with the sign that it has for the right side, whichever side is judged."""

Legs = Literal["side", "other", "either", "both", "own", "left", "right"]


@dataclass(frozen=True, slots=True)
class ChannelName:
    """A channel as a drill names it."""

    base: str
    """The channel, without its side."""

    legs: Legs = "side"
    """Whose: the judged side's (the mean of both legs in a two-sided drill), the resting leg's, that of the leg that is
    farther from neutral (either) or nearer to it (both), or always the left or the right one's. own: of pelvis or
    trunk, mirrored when the left side is judged."""

    negated: bool = False
    """Whether its sign is turned."""


def parse_channel(name: str) -> ChannelName | None:
    """Return what a drill's channel name means, or None when there is no such channel.

    Examples
    --------
    >>> parse_channel("minus_hip_ir")
    ChannelName(base='hip_ir', legs='side', negated=True)
    >>> parse_channel("other_knee_flexion").legs, parse_channel("hip_ir_left").legs, parse_channel("hip_ri")
    ('other', 'left', None)
    >>> parse_channel("own_pelvis_roll").legs, parse_channel("own_hip_ir")
    ('own', None)
    """
    negated = name.startswith(MINUS)
    rest = name.removeprefix(MINUS)
    if rest in CHANNELS:
        return ChannelName(rest, "side", negated)
    if rest.startswith(OWN):
        base = rest.removeprefix(OWN)
        return ChannelName(base, "own", negated) if base in CHANNELS and not CHANNELS[base].sided else None
    legs: Legs
    for prefix, legs in ((OTHER, "other"), (EITHER, "either"), (BOTH, "both")):
        if rest.startswith(prefix):
            return _sided(rest.removeprefix(prefix), legs, negated)
    for legs in ("left", "right"):
        if rest.endswith(f"_{legs}"):
            return _sided(rest.removesuffix(f"_{legs}"), legs, negated)
    return None


def _sided(base: str, legs: Legs, negated: bool) -> ChannelName | None:
    return ChannelName(base, legs, negated) if base in CHANNELS and CHANNELS[base].sided else None
