"""One live session, for every front end: poses and buttons in, states and events out. No window, no file, no clock.

How a front end uses it
-----------------------
::

    engine = LiveEngine(plan_drill(load_exercise("supine-ir-liftoff"), "right"), image_size=(1280, 720), language="en")
    while not engine.finished:
        update = engine.step(Seen(pose, people=1, light=0.4))   # as often as there are poses
        update = engine.command(Command.PAIN, now_s)            # a key or a button
        update = engine.tick(now_s, source_lost=True)           # now and then while the camera is gone
        show(update.state)                                      # a `LiveState`: everything that is drawn
        for event in update.events: ...                         # `events.Event`: written down; a `CueSaid` is played

All times are session time: seconds from the first frame on the camera's clock (`Pose.time_s`); a front end passes the
same clock to `command` and `tick`. Each call returns a new `Update`; nothing in it ever changes. `events.to_json` makes
any record plain JSON.

What it does with a pose
------------------------
set-up checks (`ready.py`) -> the neutral pose is looked for and everything after it is measured and judged
(`judge.py`, the whole-clip pipeline of `formcheck.session` made causal) -> the flow decides the stage (`flow.py`) ->
one cue at a time (`formcheck.coach.cues`).

The stages, and what leads from one to the next
-----------------------------------------------
========== ================================================================ =======================================
stage      meaning                                                          leaves when
========== ================================================================ =======================================
no_person  nobody in the picture                                            somebody is seen
positioning something about person, place or camera is not right: `checks`  every check is right
baseline   hold still, 3-2-1 (`timer`)                                      the neutral pose is known
exercising repetitions count                                                the dose is done, or the person stops
resting    between sets (`timer`), or paused by key                         rest over and the person in position
done       the session is over: write the report                            never
========== ================================================================ =======================================

Sitting up ends the session, leaving pauses it, pain ends it at once. `formcheck.live.runner` puts camera, estimator,
engine and recorder together in threads; a front end gives it listeners (see there).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from formcheck.coach.cues import Cue, Cues, Importance
from formcheck.coach.language import load_language
from formcheck.core.pose import Pose
from formcheck.core.results import Rep
from formcheck.exercises.tables import Phase
from formcheck.live import speaking
from formcheck.live.events import (
    CueSaid,
    Event,
    FaultSeen,
    HoldReached,
    NeutralMoved,
    PainReported,
    Paused,
    PhaseBegan,
    RepEnded,
    Resumed,
    SetBegan,
    SetEnded,
    SourceBack,
    SourceLost,
    StageChanged,
)
from formcheck.live.flow import COUNT_S, Change, EndWhy, Facts, Flow
from formcheck.live.judge import CausalJudge, Moment
from formcheck.live.picturing import SetView, hold_s, state_of, timed_s
from formcheck.live.plan import PlannedSet, check_plan
from formcheck.live.ready import Readiness
from formcheck.live.state import LiveState

ENOUGH_FACTOR: Final = 2
"""A set ends after so many times its repetitions, counted or not: tired tries do no good."""


class Command(StrEnum):
    """What a person can ask for, by key or button."""

    GO = "go"
    """Begin: skip the rest, or the wait for a check that only advises."""

    PAUSE = "pause"
    """Wait; or, while waiting, go on."""

    NEXT = "next"
    """End this set and go on to the next."""

    AGAIN = "again"
    """Take the neutral pose again and begin this set again."""

    PAIN = "pain"
    """It hurts: everything stops."""

    END = "end"
    """End the session and write the report."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the camera saw in one frame."""

    pose: Pose
    """The person's landmarks; `Pose.missing` when nobody was found. Its time is the session's."""

    people: int | None = None
    """How many people are in the picture, where that was looked for."""

    light: float | None = None
    """Mean brightness of the picture, 0 (black) to 1 (white); None when it was not looked at."""


@dataclass(frozen=True, slots=True)
class Update:
    """What one call changed."""

    state: LiveState
    """What to show."""

    events: tuple[Event, ...] = ()
    """What happened, in order; cues to be heard are among them (`CueSaid`)."""


class LiveEngine:
    """Runs a session; see the top of this file.

    Parameters
    ----------
    plan
        The sets, in order: `plan_drill` or `plan_programme`.
    image_size
        Width and height of the frames, pixels.
    language
        Code of a language file (`formcheck.coach.language`), e.g. `en`, `de`.

    Raises
    ------
    ExerciseError
        The plan has no set, or the language does not exist.
    """

    def __init__(self, plan: Sequence[PlannedSet], image_size: tuple[int, int], language: str = "en") -> None:
        check_plan(plan)
        self._size = image_size
        self._words = load_language(language)
        self._flow = Flow(tuple(plan))
        self._cues = Cues()
        self._judge: CausalJudge | None = None
        self._moment: Moment | None = None
        self._set = SetView()
        self._readiness = Readiness(image_size, self._words)
        self._last_frame_s: float | None = None
        self._lost_since: float | None = None
        self._pain = False
        self._blind_since: float | None = None
        self._last_words: Cue | None = None
        self._events: list[Event] = []
        self._spoken: CueSaid | None = None
        self._state = self._snapshot(0.0, None)

    @property
    def state(self) -> LiveState:
        """What to show now."""
        return self._state

    @property
    def current(self) -> PlannedSet:
        """The present set; the next one while resting."""
        return self._flow.current

    @property
    def finished(self) -> bool:
        """Whether the session is over."""
        return self._flow.stage == "done"

    def step(self, seen: Seen) -> Update:
        """Take a frame's pose into account.

        Parameters
        ----------
        seen
            What the camera saw; its time must not be before the last one's.
        """
        pose, now = seen.pose, seen.pose.time_s
        if self._last_frame_s is None:
            self._offer_all(speaking.welcome_cues(self._words, self.current), now)
        if self._lost_since is not None:
            gone_s = now - self._lost_since
            self._lost_since = None
            self._events.append(SourceBack(now, gone_s))
            self._say("source_back", Importance.FLOW, now)
        self._last_frame_s = now
        self._readiness.see(pose, seen.people, seen.light)
        stage = self._flow.stage
        if stage in ("positioning", "baseline"):
            self._prepare(pose)
        elif self._flow.follows and self._judge is not None:
            self._follow(pose)
        return self._advance(self._facts(now, pose.found), pose if pose.found else None)

    def command(self, command: Command, now_s: float) -> Update:
        """Do what the person asks for, by key or button."""
        flow = self._flow
        match command:
            case Command.PAIN:
                self._report_pain(now_s)
            case Command.END:
                self._act(flow.finish("ended", "ended", now_s), now_s)
            case Command.PAUSE:
                self._act(flow.pause(now_s), now_s)
            case Command.GO:
                self._act(flow.go(now_s), now_s)
            case Command.NEXT:
                self._act(flow.skip(now_s), now_s)
            case Command.AGAIN:
                self._set.forget_reps()
                self._act(flow.again(now_s), now_s)
        return self._update(now_s, self._state.pose)

    def tick(self, now_s: float, source_lost: bool = False) -> Update:
        """Let time pass without a pose.

        Parameters
        ----------
        now_s
            Session time, seconds.
        source_lost
            Whether the camera is gone; the next `step` says that it is back.
        """
        if source_lost and self._lost_since is None:
            self._lost_since = now_s if self._last_frame_s is None else self._last_frame_s
            self._events.append(SourceLost(now_s))
            self._say("source_lost", Importance.FLOW, now_s)
        return self._advance(self._facts(now_s, False), None if self._lost_since is not None else self._state.pose)

    def _advance(self, facts: Facts, pose: Pose | None) -> Update:
        self._act(self._flow.step(facts), facts.time_s)
        self._advise(facts.time_s)
        return self._update(facts.time_s, pose)

    def _facts(self, now: float, person: bool) -> Facts:
        judge, moment, readiness = self._judge, self._moment, self._readiness
        known = readiness.view is not None or (judge is not None and judge.neutral is not None)
        rest = self.current.exercise.phases[0].name
        return Facts(
            now,
            person=person,
            ready=bool(readiness.checks) and readiness.wrong(now) is None and known,
            neutral_s=judge.neutral.start_s if judge is not None and judge.neutral is not None else None,
            moving=moment is not None and moment.phase != rest and not self.current.exercise.by_clock,
            away=moment is not None and moment.away,
            upright=readiness.view is not None and not readiness.view.lying,
            enough=self._enough(),
            source_lost=self._lost_since is not None,
        )

    def _enough(self) -> EndWhy | None:
        done, target = self._set, self.current.reps
        if done.counted >= target or (self.current.exercise.by_clock and done.counted + done.attempts >= target):
            return "complete"
        return "enough" if done.counted + done.attempts >= ENOUGH_FACTOR * target + 1 else None

    def _prepare(self, pose: Pose) -> None:
        """Check the set-up, and look for the neutral pose."""
        now, planned = pose.time_s, self.current
        if self._judge is None:
            self._judge = CausalJudge(planned.exercise, planned.side, self._size)
            for earlier in list(self._readiness.recent)[:-1]:
                self._judge.push(earlier)
        before = self._moment
        self._moment = self._judge.push(pose)
        if self._moment is not None:
            self._news(self._moment, before)
        view = self._judge.neutral.view if self._judge.neutral else self._judge.search.view
        if view is not None:
            self._readiness.view = view
        if self._judge.neutral is None:
            find = self._flow.stage == "positioning"
            self._readiness.check(planned.exercise, now, view_known=view is not None, find=find)

    def _follow(self, pose: Pose) -> None:
        assert self._judge is not None
        before, neutral = self._moment, self._judge.neutral
        self._moment = self._judge.push(pose)
        if self._moment is None or self._flow.stage != "exercising":
            return
        if self._judge.neutral is not neutral and self._judge.neutral is not None:
            moved = self._judge.neutral
            self._events.append(NeutralMoved(pose.time_s, moved.start_s, moved.end_s))
        self._news(self._moment, before)
        self._blind(self._moment)

    def _blind(self, moment: Moment) -> None:
        """Say why the movement is not known, when that has lasted."""
        now = moment.time_s
        if moment.change.value is not None or moment.away:
            self._blind_since = None
        elif self._blind_since is None:
            self._blind_since = now
        elif now - self._blind_since >= speaking.UNSEEN_S:
            self._blind_since = now + speaking.UNSEEN_AGAIN_S
            cue = speaking.unseen_cue(self._words, moment.change)
            if cue is not None:
                self._offer(cue, now)

    def _news(self, moment: Moment, before: Moment | None = None) -> None:
        """Say and record what a moment brought."""
        now, drill = moment.time_s, self.current.exercise
        if before is None or moment.phase != before.phase:
            self._events.append(PhaseBegan(now, moment.phase, drill.phase_label(moment.phase)))
            self._phase_began(moment, before)
        for fault in moment.faults:
            rule = next(f for f in drill.faults if f.code == fault.code)
            self._set.show_fault(self._words, rule, fault.severity, now)
            self._events.append(FaultSeen(now, fault.code, fault.severity, rule.cue))
            self._offer(speaking.fault_cue(self._words, rule, fault.severity), now)
        for rep in moment.reps:
            self._rep(rep, now)
        self._hold(moment)

    def _phase_began(self, moment: Moment, before: Moment | None) -> None:
        """Say what is to be done now where the clock says it, or that a hold was let go early."""
        now, drill = moment.time_s, self.current.exercise
        phase = self._phase(moment)
        left = next((p for p in drill.phases if before is not None and p.name == before.phase), None)
        of_s = hold_s(self.current, left) if left is not None else None
        if before is not None and left is not None and of_s is not None and timed_s(drill, left) is None:
            held_s = moment.phase_start_s - before.phase_start_s
            released = speaking.released_cue(self._words, left, held_s, of_s)
            if released is not None:
                self._offer(released, now)
        began = speaking.phase_cue(self._words, drill, phase)
        if began is not None:
            self._offer(began, now)
        self._set.begin_phase()

    def _rep(self, rep: Rep, now: float) -> None:
        self._set.add(rep, now)
        self._events.append(RepEnded(now, rep, self._set.counted))
        told = self._cues.said_since(f"fault:{rep.reason}", rep.start_s)
        cue = speaking.rep_cue(self._words, self.current, rep, self._set, told=told)
        if cue is not None:
            self._offer(cue, now)

    def _hold(self, moment: Moment) -> None:
        """Count a hold aloud and say when it is long enough."""
        held = moment.time_s - moment.phase_start_s
        phase = self._phase(moment)
        of_s = hold_s(self.current, phase)
        if of_s is None:
            return
        drill, told_s = self.current.exercise, self._set.held_until
        timed = timed_s(drill, phase) is not None
        if timed:
            resting = phase is drill.phases[0]
            cues = speaking.clock_cues(self._words, phase, held, of_s, told_s, resting=resting)
        else:
            cues = speaking.hold_cues(self._words, phase, held, of_s, told_s)
        self._offer_all(tuple(cues), moment.time_s)
        if held >= of_s > self._set.held_until and not timed:
            self._events.append(HoldReached(moment.time_s, held))
        self._set.held_until = held

    def _phase(self, moment: Moment) -> Phase:
        return next(p for p in self.current.exercise.phases if p.name == moment.phase)

    def _act(self, changes: list[Change], now: float) -> None:
        """Carry out what the flow decided."""
        for change in changes:
            match change.kind:
                case "look":
                    self._look()
                case "began":
                    self._began(now)
                case "ended":
                    self._ended(change.why, change.which, now)
                case "next":
                    self._set = SetView()
                    self._look()
                    self._offer_all(self._next_cues(), now)
                case "paused":
                    self._events.append(Paused(now, change.why))  # type: ignore[arg-type]
                    self._cues.drop(Importance.FAIL)
                    if change.why != "source":
                        self._say(speaking.PAUSE_KEYS[change.why], Importance.FLOW, now)
                case "resumed":
                    self._events.append(Resumed(now))
                    self._say("back", Importance.FLOW, now)
                case "stage":
                    self._stage(now)

    def _next_cues(self) -> Sequence[Cue]:
        before = self._flow.plan[self._flow.index - 1]
        return speaking.next_cues(self._words, self.current, before, self._flow.reason)

    def _look(self) -> None:
        """Forget the neutral pose: it must be found again."""
        self._judge = self._moment = None
        self._readiness.begin()

    def _began(self, now: float) -> None:
        judge = self._judge
        assert judge is not None
        assert judge.neutral is not None
        self._events.append(
            SetBegan(
                now,
                self._flow.index + 1,
                self.current.exercise.id,
                self.current.side,
                judge.neutral.start_s,
                judge.neutral.end_s,
            )
        )
        self._cues.drop(Importance.SETUP)
        self._spoken = None
        if self._moment is None or self._moment.phase == self.current.exercise.phases[0].name:
            self._offer(speaking.go_cue(self._words, self.current.exercise), now)

    def _ended(self, why: str, index: int, now: float) -> None:
        if self._judge is not None and why not in ("complete", "enough"):
            for rep in self._judge.finish():
                if rep.reason != "unfinished":
                    self._set.add(rep, now)
                    self._events.append(RepEnded(now, rep, self._set.counted))
        planned = self._flow.plan[index]
        counted, attempts = self._set.counted, self._set.attempts
        self._events.append(
            SetEnded(now, index + 1, planned.exercise.id, planned.side, counted, attempts, why)  # type: ignore[arg-type]
        )
        self._cues.drop(Importance.FAIL)
        if why in ("complete", "enough"):
            done = speaking.set_done_cue(self._words, why, self._set, planned.exercise)
            if index + 1 == len(self._flow.plan):
                self._last_words = done  # nothing is said after the end
            else:
                self._offer(done, now)

    def _stage(self, now: float) -> None:
        flow = self._flow
        self._events.append(StageChanged(now, flow.stage, self._words.say("reason", flow.reason)))
        if flow.stage == "baseline":
            self._cues.drop(Importance.SETUP)
        elif flow.stage == "done" and not self._pain:
            self._offer(speaking.finished_cue(self._words, self._last_words), now)

    def _advise(self, now: float) -> None:
        """Say what is not right yet, or count down."""
        flow = self._flow
        if flow.stage == "positioning":
            wrong = self._readiness.advice(now)
            if wrong is not None:
                self._offer(Cue(f"check:{wrong.name}:{wrong.advice}", wrong.advice, Importance.SETUP), now)
        elif flow.stage == "baseline":
            judge = self._judge
            neutral_s = judge.neutral.start_s if judge is not None and judge.neutral is not None else None
            still_s = now - neutral_s if neutral_s is not None else judge.search.still_s if judge is not None else 0.0
            for cue in speaking.countdown_cues(self._words, still_s, now - flow.since_s, self._set.told):
                self._offer(cue, now)

    def _report_pain(self, now: float) -> None:
        if self.finished:
            return
        phase = self._moment.phase if self._moment is not None and self._flow.stage == "exercising" else ""
        self._pain = True
        self._events.append(PainReported(now, self.current.exercise.id, self.current.side, phase))
        self._cues.drop(Importance.PAIN)
        self._say("pain", Importance.PAIN, now)
        self._act(self._flow.finish("pain", "pain", now), now)

    def _say(self, key: str, importance: Importance, now: float) -> None:
        self._offer(Cue(key, self._words.say("say", key), importance, valid_s=4.0), now)

    def _offer(self, cue: Cue, now: float) -> None:
        self._cues.offer(cue, now)

    def _offer_all(self, cues: Sequence[Cue], now: float) -> None:
        for cue in cues:
            self._cues.offer(cue, now)

    def _update(self, now: float, pose: Pose | None) -> Update:
        cue = self._cues.next(now)
        if cue is not None:
            importance = cue.importance.name.lower()
            self._spoken = CueSaid(now, cue.key, cue.text, cue.tone, round(cue.lasts_s, 2), importance, self._cues.cuts)
            self._events.append(self._spoken)
        self._state = self._snapshot(now, pose)
        events, self._events = tuple(self._events), []
        return Update(self._state, events)

    def _snapshot(self, now: float, pose: Pose | None) -> LiveState:
        flow, judge = self._flow, self._judge
        searching = judge is not None and judge.neutral is None
        neutral_s = judge.neutral.start_s if judge is not None and judge.neutral is not None else None
        still_s = judge.search.still_s if judge is not None and searching else 0.0
        return state_of(
            now,
            flow,
            self._words,
            self._set,
            moment=self._moment if flow.stage in ("baseline", "exercising") else None,
            pose=pose,
            checks=self._readiness.checks if flow.stage in ("positioning", "baseline") else (),
            wrong=self._readiness.wrong(now),
            still_s=min(COUNT_S, still_s if neutral_s is None else now - neutral_s),
            spoken=self._spoken,
            source_lost=self._lost_since is not None,
            pain=self._pain,
        )
