"""The plan of one teacher with one coach: what it holds, and goals that only the teacher can make active.

Here belong the plan and the steps of its goals (CH-1, CH-4, CH-5). A plan is a value: every step gives a new
one, and one that contradicts itself, its engagement model or the teacher's word over goals cannot be built.
What was said stays with teacher and coach; only codes add up (VS-8). Not here: the other steps of an
engagement (`ilr.coaching.engagement`), what may be told of it (`ilr.coaching.facts`), and what a plan shows
against the principles of partnership (`ilr.coaching.principles`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import attrs

from ilr.base import Checker, content_hash, listed, read_only
from ilr.coaching._steps import find, require
from ilr.coaching.goals import CLOSED, Goal, GoalState, GoalStatus, PeersCheck
from ilr.coaching.log import LogEntry
from ilr.coaching.models import IMPACT_CYCLE, EngagementModel, PhaseMove, check_moves
from ilr.coaching.sessions import ObservationRequest, Session
from ilr.coaching.work import (
    ActionStep,
    GrowthArtefact,
    Interpretation,
    Mandate,
    Measurement,
    NeedProposal,
    Signature,
    Strategy,
)
from ilr.disclosure import Agreement, Subject
from ilr.forms import Purpose

__all__ = ["WITHOUT_WORD", "CoachingPlan", "plan"]

WITHOUT_WORD = (GoalStatus.PROPOSED, GoalStatus.DECLINED)
"""The states of a goal that does not stand, or stands no more, by the teacher's word."""

_LISTS = ("interpretations", "strategies", "steps", "growth", "mandates", "sessions", "requests")


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CoachingPlan:
    """The plan of one teacher with one coach. Every step gives a new plan. Equal when all fields are equal.

    Records may come from elsewhere, so a plan can hold a strategy that the coach chose, or work on a goal
    that the teacher has not accepted; such a strategy is not adopted, and `ilr.coaching.read_principles`
    shows both.

    Attributes:
        teacher: id of the teacher, who owns the goals; of the leader, where a leader is coached.
        coach: id of the coach.
        goals: goals with their states, in order of proposal.
        log: coded entries.
        visibility: what a building leader may see; content is never among it (FW-6).
        dual_role: whether the coach also evaluates the teacher; shown to the teacher (FW-5).
        id: made from teacher, coach and the first day unless given; what is shared of one engagement opens
            none that follows.
        walkthroughs: whether the coach may read the teacher's walkthroughs.
        signatures: who signed the agreement as it now is.
        model: the phases and parts that the two go by.
        opened: the first day, None where none was given.
        ended: the last day, None as long as it goes on.
        moves: the phases that followed the first one, in order.
        interpretations: how the teacher's data are read.
        peers: the teacher's answers about goals, one record a goal.
        strategies: what was put forward and chosen.
        measurements: the measures of goals, by day.
        steps: what the teacher will do or did in class.
        evaluation_needs: needs that evaluation names, as proposals.
        growth: what the teacher may show as evidence of growth.
        mandates: rules by which the teacher takes part.
        sessions: conversations.
        requests: what the teacher asks to have observed.

    Raises:
        InvalidInput: with all that contradicts: one person in both places, repeated ids, a goal that stands
            without the teacher's word, work on an unknown goal, a word of somebody outside, a move that the
            model does not allow, or anything after the end.
    """

    teacher: str
    coach: str
    goals: tuple[GoalState, ...] = ()
    log: tuple[LogEntry, ...] = ()
    visibility: Literal["facts only", "nothing"] = "facts only"
    dual_role: bool = False
    id: str = ""
    walkthroughs: Literal["shared", "not shared"] = "not shared"
    signatures: tuple[Signature, ...] = ()
    model: EngagementModel = IMPACT_CYCLE
    opened: date | None = None
    ended: date | None = None
    moves: tuple[PhaseMove, ...] = ()
    interpretations: tuple[Interpretation, ...] = ()
    peers: tuple[PeersCheck, ...] = ()
    strategies: tuple[Strategy, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    steps: tuple[ActionStep, ...] = ()
    evaluation_needs: tuple[NeedProposal, ...] = ()
    growth: tuple[GrowthArtefact, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    sessions: tuple[Session, ...] = ()
    requests: tuple[ObservationRequest, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("CoachingPlan")
        check(self.teacher != self.coach, "plan.people", "coach", "is the teacher", expected="two people")
        self._check_goals(check)
        self._check_ids(check)
        self._check_people(check)
        self._check_course(check)
        check.done()
        if not self.id:
            key = [*self.pair, *([] if self.opened is None else [self.opened])]
            object.__setattr__(self, "id", "p-" + content_hash(key)[:16])

    def _check_goals(self, check: Checker) -> None:
        known = [state.goal.id for state in self.goals]
        check(len(set(known)) == len(known), "plan.repeated", "goals", "repeat an id", expected="unlike ids")
        for place, state in enumerate(self.goals):
            check(
                state.status in WITHOUT_WORD or state.has_word_of(self.teacher),
                "plan.word",
                f"goals[{place}].accepted_by",
                "stands without the teacher's word",
                expected="the teacher as its last author or as who accepted it",
            )
        for name in ("peers", "strategies", "measurements", "steps"):
            for place, record in enumerate(getattr(self, name)):
                check(
                    record.goal in known,
                    "plan.goal",
                    f"{name}[{place}].goal",
                    "is no goal of the plan",
                    expected=listed(known),
                )

    def _check_ids(self, check: Checker) -> None:
        keys = {name: [record.id for record in getattr(self, name)] for name in _LISTS}
        keys["peers"] = [record.goal for record in self.peers]
        keys["evaluation_needs"] = [record.need.component for record in self.evaluation_needs]
        keys["signatures"] = [record.by for record in self.signatures]
        for name, ids in keys.items():
            check(len(set(ids)) == len(ids), "plan.repeated", name, "repeat an id", expected="unlike ids")
        for place, step in enumerate(self.steps):
            check(
                step.session is None or step.session in keys["sessions"],
                "plan.session",
                f"steps[{place}].session",
                "is no conversation of the plan",
                expected=listed(keys["sessions"]),
            )

    def _check_people(self, check: Checker) -> None:
        words = [(f"signatures[{place}].by", one.by) for place, one in enumerate(self.signatures)]
        words += [(f"moves[{place}].by", one.by) for place, one in enumerate(self.moves)]
        words += [
            (f"strategies[{place}].proposed_by", one.proposed_by) for place, one in enumerate(self.strategies)
        ]
        words += [
            (f"sessions[{place}].entries[{number}].by", entry.by)
            for place, session in enumerate(self.sessions)
            for number, entry in enumerate(session.entries)
        ]
        for path, by in words:
            check(by in self.pair, "plan.party", path, "is outside the plan", expected="teacher or coach")
        for place, request in enumerate(self.requests):
            check(
                request.by == self.teacher,
                "plan.request",
                f"requests[{place}].by",
                "is not the teacher",
                expected="the teacher of the plan",
            )

    def _check_course(self, check: Checker) -> None:
        check_moves(self.model, self.moves, check)
        phases = [phase.id for phase in self.model.phases]
        for place, session in enumerate(self.sessions):
            check(
                session.phase is None or session.phase in phases,
                "plan.phase",
                f"sessions[{place}].phase",
                "is no phase of the model",
                expected=listed(phases),
            )
        days = [("moves", one.on) for one in self.moves] + [("sessions", one.on) for one in self.sessions]
        for name, day in days:
            check(
                (self.opened is None or self.opened <= day) and (self.ended is None or day <= self.ended),
                "plan.days",
                name,
                "lie outside the days of the plan",
                expected="days from the first to the last",
            )
        check(
            self.opened is None or self.ended is None or self.opened <= self.ended,
            "plan.order",
            "ended",
            "lies before the first day",
            expected="its day or later",
        )
        check(
            self.ended is None or not self.active,
            "plan.ended",
            "goals",
            "are active after the end",
            expected="each closed",
        )

    @property
    def pair(self) -> tuple[str, str]:
        """Ids of the two: the teacher, then the coach."""
        return (self.teacher, self.coach)

    @property
    def phase(self) -> str:
        """Id of the phase in which the engagement is."""
        return self.moves[-1].phase if self.moves else self.model.first

    @property
    def agreement(self) -> Agreement:
        """What the two agreed on who may see what, as a gate reads it."""
        return Agreement(
            teacher=self.teacher,
            coach=self.coach,
            visibility=self.visibility,
            walkthroughs=self.walkthroughs,
            dual_role=self.dual_role,
        )

    def subject(
        self,
        kind: Literal["coaching content", "coaching facts", "needs"],
        *,
        session: str | None = None,
        building: str | None = None,
        made_at: datetime | None = None,
    ) -> Subject:
        """What a gate needs to know of the plan: its content, its facts or its coded needs (FW-6).

        Args:
            kind: which of the three is asked for; each has openings of its own. All that tells of the
                coaching of a leader is leader coaching, which has its own row.
            session: id of one conversation, which a teacher may share by itself; None for the whole plan.
            building: id of the school, without which no leader of it has an opening.
            made_at: the instant of its last change, without which the teacher cannot release it to
                evaluation.

        Raises:
            UnknownCode: when the plan has no such conversation.
        """
        if session is not None:
            find("session", session, ((one.id, one) for one in self.sessions))
        return Subject(
            id=self.id if session is None else f"{self.id}/{session}",
            kind="leader coaching" if self.model.coachee == "leader" else kind,
            teachers=(self.teacher,),
            authors=(self.coach,),
            building=building,
            coach=self.coach,
            purposes=(Purpose.COACHING,),
            made_at=made_at,
        )

    def propose(self, goal: Goal, *, by: str, on: date | None = None) -> CoachingPlan:
        """Put a goal forward: active at once when the teacher is its author, otherwise proposed (CH-1).

        Args:
            goal: the goal.
            by: id of who puts it forward.
            on: the day.

        Raises:
            InvalidInput: when somebody outside the plan proposes, or the goal is there already.
        """
        self.require_party(by)
        return attrs.evolve(self, goals=(*self.goals, self._written(goal, by, on)))

    def accept(self, goal: str | None = None, *, by: str, on: date | None = None) -> CoachingPlan:
        """Accept a proposed goal; the teacher alone can (CH-1).

        Args:
            goal: id of the goal; may be left out when one goal is proposed.
            by: id of who accepts.
            on: the day.

        Raises:
            InvalidInput: when it is not the teacher, or the goal is not proposed.
        """
        return self._answer(goal, by, on, GoalStatus.ACTIVE, "accept")

    def decline(self, goal: str | None = None, *, by: str, on: date | None = None) -> CoachingPlan:
        """Decline a proposed goal for good; the teacher alone can (CH-4).

        It stays in the plan, which the two read, and in nothing that is told outside.

        Args:
            goal: id of the goal; may be left out when one goal is proposed.
            by: id of who declines.
            on: the day.

        Raises:
            InvalidInput: when it is not the teacher, or the goal is not proposed.
        """
        return self._answer(goal, by, on, GoalStatus.DECLINED, "decline")

    def edit(self, goal: Goal, *, by: str, on: date | None = None) -> CoachingPlan:
        """Change a goal that is open, its measure and target among it (CH-2).

        An edit by anyone but the teacher makes it a proposal again (CH-1).

        Args:
            goal: the goal as it is to be, with its id.
            by: id of who changes it.
            on: the day.

        Raises:
            InvalidInput: when the goal is closed or the editor is outside the plan.
        """
        self.require_party(by)
        state = self.state(goal.id)
        require(state.status not in CLOSED, "goal.closed", goal.id, "is closed", "an open goal")
        return self._with(self._written(goal, by, on))

    def close(
        self,
        goal: str,
        *,
        by: str,
        how: Literal["met", "revised", "ended by teacher", "ended by administration"],
        reason: str = "",
        on: date | None = None,
    ) -> CoachingPlan:
        """Close an active goal (CH-5). The coach alone cannot.

        Args:
            goal: id of the goal.
            by: id of who closes it.
            how: with which outcome.
            reason: why; required of administration.
            on: the day.

        Raises:
            InvalidInput: when the coach closes, the teacher's word is taken by another, administration
                gives no reason, or the goal is not active.
        """
        status = GoalStatus(how)
        state = self.state(goal)
        if status is GoalStatus.ENDED_BY_ADMIN:
            require(
                by not in self.pair,
                "goal.close",
                goal,
                "is not theirs to end so",
                "somebody of the administration",
            )
            require(bool(reason.strip()), "goal.reason", goal, "ends without a reason", "why it is ended")
        else:
            self.require_teacher(by, "goal.close", goal)
        require(state.status is GoalStatus.ACTIVE, "goal.status", goal, "is not active", "an active goal")
        return self._with(attrs.evolve(state, status=status, reason=reason, on=on))

    def note(self, entry: LogEntry) -> CoachingPlan:
        """Add a coded log entry."""
        return attrs.evolve(self, log=(*self.log, entry))

    def state(self, goal: str) -> GoalState:
        """A goal with its state.

        Raises:
            UnknownCode: when the plan has no such goal.
        """
        return find("goal", goal, ((state.goal.id, state) for state in self.goals))

    @property
    def active(self) -> tuple[Goal, ...]:
        """The goals that the teacher has taken on."""
        return tuple(state.goal for state in self.goals if state.status is GoalStatus.ACTIVE)

    @property
    def adopted(self) -> tuple[Strategy, ...]:
        """The strategies that the teacher chose (CH-2)."""
        return tuple(one for one in self.strategies if one.chosen_by == self.teacher)

    @property
    def final(self) -> tuple[Interpretation, ...]:
        """The readings of the teacher's data that the teacher confirmed (CH-3)."""
        return tuple(one for one in self.interpretations if one.confirmed_by == self.teacher)

    def require_party(self, by: str) -> None:
        """Refuse a step by anybody but the two.

        Raises:
            InvalidInput: when it is somebody else.
        """
        require(by in self.pair, "plan.party", "by", "is outside the plan", "teacher or coach")

    def require_teacher(self, by: str, code: str, path: str) -> None:
        """Refuse a step that is the teacher's own by anybody else.

        Args:
            by: id of who takes it.
            code: of the refusal.
            path: what the step is about.

        Raises:
            InvalidInput: when it is somebody else.
        """
        require(by == self.teacher, code, path, "is the teacher's to decide", "the teacher of the plan")

    def _written(self, goal: Goal, by: str, on: date | None) -> GoalState:
        status = GoalStatus.ACTIVE if by == self.teacher else GoalStatus.PROPOSED
        return GoalState(goal=goal, status=status, by=by, on=on)

    def _answer(
        self, goal: str | None, by: str, on: date | None, status: GoalStatus, word: str
    ) -> CoachingPlan:
        self.require_teacher(by, f"goal.{word}", "by")
        proposed = [state for state in self.goals if state.status is GoalStatus.PROPOSED]
        if goal is None:
            require(len(proposed) == 1, "goal.which", "goal", "is not clear", "the id of one proposed goal")
            chosen = proposed[0]
        else:
            chosen = self.state(goal)
            require(chosen in proposed, "goal.status", goal, "is not proposed", "a proposed goal")
        accepted = by if status is GoalStatus.ACTIVE else None
        return self._with(attrs.evolve(chosen, status=status, accepted_by=accepted, on=on))

    def _with(self, changed: GoalState) -> CoachingPlan:
        goals = tuple(changed if state.goal.id == changed.goal.id else state for state in self.goals)
        return attrs.evolve(self, goals=goals)


def plan(
    teacher: str,
    coach: str,
    *,
    dual_role: bool = False,
    model: EngagementModel = IMPACT_CYCLE,
    opened: date | None = None,
) -> CoachingPlan:
    """Open a coaching plan.

    Args:
        teacher: id of the teacher; of the leader, where the model is one for leaders.
        coach: id of the coach.
        dual_role: whether the coach also evaluates the teacher (FW-5).
        model: the phases and parts that the two go by.
        opened: the first day.

    Example:
        >>> goal = Goal(students="eight of ten explain their method", look_for="questioning")
        >>> plan("t9", "c2").propose(goal, by="c2").accept(by="t9").active == (goal,)
        True
    """
    return CoachingPlan(teacher=teacher, coach=coach, dual_role=dual_role, model=model, opened=opened)
