"""Which stage a session is in, and what leads to the next. Pure: facts and times in, changes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from formcheck.live.plan import PlannedSet
from formcheck.live.state import Stage
from formcheck.measure.posture import LYING

SEEN_S: Final = 0.3
"""Somebody is there after this long, seconds: a single find may be an error."""
GONE_S: Final = 1.0
"""Nobody is there any more after this long, while nothing is counted, seconds."""
LEFT_S: Final = 2.0
"""A set is paused after this long without the person, seconds: the pose model misses some frames."""
AWAY_S: Final = 1.0
"""Sitting up or stepping aside is meant after this long, seconds."""
UNREADY_S: Final = 1.0
"""What was right is wrong again after this long, seconds."""
COUNT_S: Final = 3.0
"""3-2-1, seconds. Whoever moves before has been measured already, and goes on."""
SIT_UP_END_S: Final = 10.0
"""From sitting up to the end of the session, seconds: enough to lie down again."""
UPRIGHT_END_S: Final = 30.0
"""The same between sets of a lying drill, where people turn over and drink, seconds."""
LEFT_END_S: Final = 300.0
"""A session without anybody ends after this, seconds."""

EndWhy = Literal["complete", "enough", "skipped", "ended", "left", "sat_up", "pain"]
ChangeKind = Literal["stage", "look", "began", "ended", "paused", "resumed", "next"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known at a moment."""

    time_s: float
    """The moment."""

    person: bool = False
    """Whether the person is seen in this frame."""

    ready: bool = False
    """Whether every set-up check that keeps a set from beginning is right."""

    neutral_s: float | None = None
    """When the neutral pose began; None while it is not known."""

    moving: bool = False
    """Whether a repetition is in progress."""

    away: bool = False
    """Whether the person has left the place or position of the neutral pose."""

    upright: bool = False
    """Whether the person is up, for a drill that is done lying."""

    enough: EndWhy | None = None
    """Why the set is over by what was done in it; None while it is not."""

    source_lost: bool = False
    """Whether the camera is gone."""


class Change(NamedTuple):
    """Something that the engine has to act on. `stage`: another stage or reason; `look`: the neutral pose must be found
    (again); `began`, `ended`: a set; `paused`, `resumed`: the same set waits, goes on; `next`: another set is up.
    """

    kind: ChangeKind
    why: str = ""
    which: int = 0
    """Index of the set that has ended."""


@dataclass
class Flow:
    """The stage and what it needs to know. See `formcheck.live.engine` for the table of stages."""

    plan: Sequence[PlannedSet]
    stage: Stage = "no_person"
    reason: str = "nobody"
    """Key of the reason among the language's `reason` sentences."""
    index: int = 0
    """Which set of the plan."""
    in_set: bool = False
    """Whether the present set has begun and is not over; it may be paused."""
    any_set: bool = False
    """Whether any set has begun."""
    since_s: float = 0.0
    """Since when the stage and its reason last."""
    _seen_since: float | None = None
    _last_seen: float | None = None
    _since: dict[str, float] = field(default_factory=dict)
    _paused: bool = False

    @property
    def current(self) -> PlannedSet:
        """The present set; while resting the next."""
        return self.plan[self.index]

    @property
    def lying(self) -> bool:
        """Whether the present drill is done lying."""
        return self.current.exercise.position in LYING

    @property
    def rest_s(self) -> float:
        """How long the present wait takes in all, seconds; 0 where it has no end of its own."""
        if self.stage != "resting":
            return 0.0
        return {"sat_up": SIT_UP_END_S, "paused": 0.0}.get(self.reason, self.current.rest_s)

    @property
    def follows(self) -> bool:
        """Whether poses are to be judged now."""
        return self.stage == "exercising" or (self.stage == "resting" and self.reason == "sat_up")

    def step(self, facts: Facts) -> list[Change]:
        """Return what changes by the facts of a moment."""
        if self.stage == "done":
            return []
        now = facts.time_s
        if facts.person:
            self._last_seen = now
            self._seen_since = now if self._seen_since is None else self._seen_since
        elif self._last_seen is None or now - self._last_seen > GONE_S:
            self._seen_since = None
        gone_s = now - (self._last_seen if self._last_seen is not None else now)
        match self.stage:
            case "no_person":
                return self._no_person(facts)
            case "positioning":
                return self._positioning(facts, gone_s)
            case "baseline":
                return self._baseline(facts, gone_s)
            case "exercising":
                return self._exercising(facts, gone_s)
            case _:
                return self._resting(facts)

    def pause(self, now: float) -> list[Change]:
        """Wait, or go on."""
        if self.stage == "resting" and self.reason == "paused":
            return self.go(now)
        if self.stage in ("done", "resting"):
            return []
        kept = [Change("paused", "asked")] if self.in_set else []
        self._paused = self.in_set
        return [*kept, *self._to("resting", "paused", now)]

    def go(self, now: float) -> list[Change]:
        """Do not wait any longer."""
        if self.stage != "resting":
            return []
        return [*self._resume(), Change("look"), *self._to("positioning", "setting_up", now)]

    def skip(self, now: float) -> list[Change]:
        """End this set, on to the next."""
        if self.stage == "done":
            return []
        return self._end_set("skipped", now)

    def again(self, now: float) -> list[Change]:
        """Take the neutral pose again."""
        if self.stage == "done":
            return []
        return [Change("look"), *self._to("positioning", "setting_up", now)]

    def finish(self, why: EndWhy, reason: str, now: float) -> list[Change]:
        """End the session."""
        if self.stage == "done":
            return []
        ended = [Change("ended", why, self.index)] if self.in_set else []
        self.in_set = False
        return [*ended, *self._to("done", reason, now)]

    def _no_person(self, facts: Facts) -> list[Change]:
        now = facts.time_s
        if self._seen_since is not None and now - self._seen_since >= SEEN_S:
            return [*self._resume(), Change("look"), *self._to("positioning", "setting_up", now)]
        if self.any_set and now - self.since_s > LEFT_END_S:
            return self.finish("left", "left_done", now)
        if facts.source_lost != (self.reason == "source"):
            reason = "source" if facts.source_lost else "left" if self.in_set else "nobody"
            return self._to("no_person", reason, now)
        return []

    def _positioning(self, facts: Facts, gone_s: float) -> list[Change]:
        now = facts.time_s
        if gone_s > GONE_S or facts.source_lost:
            return self._leave(facts, now)
        if self.any_set and self.lying and self._lasts("upright", facts.upright, now, UPRIGHT_END_S):
            return self.finish("sat_up", "sat_up_done", now)
        if facts.neutral_s is not None or facts.ready:
            return self._to("baseline", "hold_still", now)
        return []

    def _baseline(self, facts: Facts, gone_s: float) -> list[Change]:
        now = facts.time_s
        if gone_s > GONE_S or facts.source_lost:
            return self._leave(facts, now)
        if facts.neutral_s is not None:
            if now - facts.neutral_s < COUNT_S and not facts.moving:
                return []
            self.in_set = self.any_set = True
            return [Change("began"), *self._to("exercising", "judging", now)]
        if self._lasts("unready", not facts.ready, now, UNREADY_S):
            return self._to("positioning", "setting_up", now)
        return []

    def _exercising(self, facts: Facts, gone_s: float) -> list[Change]:
        now = facts.time_s
        if facts.enough is not None:
            return self._end_set(facts.enough, now)
        if gone_s > LEFT_S or facts.source_lost:
            self._paused = True
            why = "source" if facts.source_lost else "left"
            return [Change("paused", why), *self._to("no_person", why, now)]
        if self._lasts("away", facts.away, now, AWAY_S):
            self._paused = True
            if self.lying:
                return [Change("paused", "sat_up"), *self._to("resting", "sat_up", now)]
            return [Change("paused", "left_place"), Change("look"), *self._to("positioning", "left_place", now)]
        return []

    def _resting(self, facts: Facts) -> list[Change]:
        now = facts.time_s
        if self.reason == "paused":
            return self.finish("left", "left_done", now) if now - self.since_s > LEFT_END_S else []
        if now - self.since_s >= self.rest_s:
            return self.finish("sat_up", "sat_up_done", now) if self.reason == "sat_up" else self.go(now)
        if self.reason == "sat_up" and self._lasts("back", facts.person and not facts.away, now, AWAY_S):
            return self.go(now)
        return []

    def _leave(self, facts: Facts, now: float) -> list[Change]:
        reason = "source" if facts.source_lost else "left" if self.in_set else "nobody"
        self._paused = self.in_set
        self._seen_since = None
        return self._to("no_person", reason, now)

    def _end_set(self, why: EndWhy, now: float) -> list[Change]:
        ended = [Change("ended", why, self.index)] if self.in_set else []
        self.in_set = self._paused = False
        if self.index + 1 == len(self.plan):
            return [*ended, *self._to("done", "complete", now)]
        before = self.current
        self.index += 1
        other = self.current.side != before.side and self.current.exercise.id == before.exercise.id
        return [*ended, Change("next"), *self._to("resting", "switch" if other else "rest", now)]

    def _resume(self) -> list[Change]:
        was, self._paused = self._paused, False
        return [Change("resumed")] if was else []

    def _to(self, stage: Stage, reason: str, now: float) -> list[Change]:
        if stage in ("no_person", "positioning"):
            self._seen_since = None if stage == "no_person" else self._seen_since
        self.stage, self.reason, self.since_s = stage, reason, now
        self._since.clear()
        return [Change("stage", reason)]

    def _lasts(self, what: str, holds: bool, now: float, for_s: float) -> bool:
        """Return whether something has held for long enough without a break."""
        if not holds:
            self._since.pop(what, None)
            return False
        return now - self._since.setdefault(what, now) >= for_s
