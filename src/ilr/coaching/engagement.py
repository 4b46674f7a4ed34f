"""The course of an engagement: agreement, phases, and the steps of work, each by whose word it takes.

Here belong the steps of a plan beside those of its goals. Each is a function that takes a plan and gives a
new one, and says who may take it: what is the teacher's to decide is refused to anybody else (CH-2, CH-3,
CH-6). Not here: the records themselves (`ilr.coaching.work`), and goals (`ilr.coaching.plan`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, TypeVar

import attrs

from ilr.base import Checker, listed
from ilr.coaching._steps import find, require
from ilr.coaching.goals import CLOSED, PeersCheck
from ilr.coaching.models import PhaseMove
from ilr.coaching.plan import CoachingPlan
from ilr.coaching.sessions import ObservationRequest, Session, log_entry
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
from ilr.disclosure import EvaluationNeedRef, EvaluationRelease

__all__ = [
    "add_growth",
    "add_measurement",
    "add_reading",
    "agree_step",
    "answer_need",
    "answer_peers",
    "ask_release",
    "bring_need",
    "change_agreement",
    "choose_strategy",
    "confirm_reading",
    "enact_step",
    "end_engagement",
    "hold_session",
    "move_to",
    "request_observation",
    "require_participation",
    "sign_agreement",
    "suggest_strategy",
]

T = TypeVar("T")


def sign_agreement(plan: CoachingPlan, *, by: str, on: date) -> CoachingPlan:
    """Sign the agreement as it now is; both are its signatories (PP-1).

    Args:
        plan: the plan.
        by: id of who signs.
        on: the day.

    Raises:
        InvalidInput: when it is none of the two, or signed already.
    """
    return attrs.evolve(plan, signatures=(*plan.signatures, Signature(by, on)))


def change_agreement(
    plan: CoachingPlan,
    *,
    by: str,
    on: date,
    visibility: Literal["facts only", "nothing"] | None = None,
    walkthroughs: Literal["shared", "not shared"] | None = None,
) -> CoachingPlan:
    """Change who may see what (FW-6): the teacher's word, which the coach signs anew.

    Args:
        plan: the plan.
        by: id of who changes it; the teacher.
        on: the day, on which the teacher signs.
        visibility: what a building leader may see; None leaves it as it is.
        walkthroughs: whether the coach may read the teacher's walkthroughs; None leaves it as it is.

    Raises:
        InvalidInput: when it is not the teacher.
    """
    plan.require_teacher(by, "agreement.by", "by")
    return attrs.evolve(
        plan,
        visibility=plan.visibility if visibility is None else visibility,
        walkthroughs=plan.walkthroughs if walkthroughs is None else walkthroughs,
        signatures=(Signature(by, on),),
    )


def move_to(plan: CoachingPlan, to: str, *, by: str, on: date) -> CoachingPlan:
    """Go on to a phase that may follow the present one.

    Args:
        plan: the plan.
        to: id of the phase; the present one again where the model lets it repeat.
        by: id of who records it, one of the two.
        on: the day.

    Raises:
        InvalidInput: for a phase that does not follow, with those that do; for a day before the last move.

    Example:
        >>> from ilr.coaching import plan
        >>> learning = move_to(plan("t9", "c2"), "learn", by="t9", on=date(2026, 9, 7))
        >>> learning.phase, learning.model.phase("learn").next
        ('learn', ('improve',))
    """
    plan.require_party(by)
    return attrs.evolve(plan, moves=(*plan.moves, PhaseMove(to, on, by)))


def end_engagement(plan: CoachingPlan, *, by: str, on: date) -> CoachingPlan:
    """End the engagement. A goal that is active is closed before, by whoever may close it (CH-5).

    Args:
        plan: the plan.
        by: id of who ends it, one of the two.
        on: the last day.

    Raises:
        InvalidInput: when it has ended, a goal is active, or something took place later.
    """
    plan.require_party(by)
    require(plan.ended is None, "plan.ended_twice", "ended", "has its day", "a plan that goes on")
    return attrs.evolve(plan, ended=on)


def hold_session(plan: CoachingPlan, session: Session, *, logged_on: date | None = None) -> CoachingPlan:
    """Add a conversation, with its coded entry where it names its needs.

    Args:
        plan: the plan.
        session: the conversation.
        logged_on: the day of the entry; the day of the conversation by default.

    Raises:
        InvalidInput: when the plan has it already, or an entry is of somebody outside.

    Example:
        >>> from ilr.coaching import plan
        >>> held = hold_session(plan("t9", "c2"), Session(id="1", on=date(2026, 9, 7), needs=("pacing",)))
        >>> [(entry.session, entry.needs) for entry in held.log]
        [('1', ('pacing',))]
    """
    log = (log_entry(session, logged_on=logged_on),) if session.needs else ()
    return attrs.evolve(plan, sessions=(*plan.sessions, session), log=(*plan.log, *log))


def add_reading(plan: CoachingPlan, reading: Interpretation, *, by: str) -> CoachingPlan:
    """Put a reading of the teacher's data forward; it is final once the teacher confirms it (CH-3).

    Args:
        plan: the plan.
        reading: the reading, not confirmed.
        by: id of who puts it forward, one of the two.

    Raises:
        InvalidInput: when it is confirmed already, or the plan has it.
    """
    plan.require_party(by)
    require(
        reading.confirmed_by is None,
        "interpretation.early",
        "confirmed_by",
        "is told",
        "a confirmation later",
    )
    return attrs.evolve(plan, interpretations=(*plan.interpretations, reading))


def confirm_reading(
    plan: CoachingPlan, reading: str, *, by: str, on: date, teacher_reading: str | None = None
) -> CoachingPlan:
    """Confirm a reading; the teacher alone can (CH-3). The coach's words stay beside the teacher's.

    Args:
        plan: the plan.
        reading: id of the reading.
        by: id of who confirms.
        on: the day.
        teacher_reading: how the teacher reads it; None leaves the words that are there.

    Raises:
        InvalidInput: when it is not the teacher, or the reading is final.
        UnknownCode: when the plan has no such reading.
    """
    plan.require_teacher(by, "interpretation.by", "by")
    held = find("reading", reading, ((one.id, one) for one in plan.interpretations))
    require(held not in plan.final, "interpretation.final", reading, "is final", "an open reading")
    words = held.teacher_reading if teacher_reading is None else teacher_reading
    made = attrs.evolve(held, confirmed_by=by, confirmed_on=on, teacher_reading=words)
    return attrs.evolve(plan, interpretations=_replaced(plan.interpretations, held, made))


def suggest_strategy(plan: CoachingPlan, strategy: Strategy) -> CoachingPlan:
    """Put a strategy forward; what the teacher puts forward is chosen with it (CH-2).

    Args:
        plan: the plan.
        strategy: the strategy, not chosen.

    Raises:
        InvalidInput: when somebody is named who chose it, the goal is not open, or who puts it forward is
            outside.
    """
    require(strategy.chosen_by is None, "strategy.early", "chosen_by", "is told", "a choice later")
    _require_open(plan, strategy.goal)
    own = strategy.proposed_by == plan.teacher
    made = attrs.evolve(strategy, chosen_by=plan.teacher, chosen_on=strategy.on) if own else strategy
    return attrs.evolve(plan, strategies=(*plan.strategies, made))


def choose_strategy(plan: CoachingPlan, strategy: str, *, by: str, on: date) -> CoachingPlan:
    """Adopt a strategy; the teacher alone can (CH-2).

    Args:
        plan: the plan.
        strategy: id of the strategy.
        by: id of who chooses.
        on: the day.

    Raises:
        InvalidInput: when it is not the teacher, it is chosen, or its goal is closed.
        UnknownCode: when the plan has no such strategy.
    """
    plan.require_teacher(by, "strategy.by", "by")
    held = find("strategy", strategy, ((one.id, one) for one in plan.strategies))
    require(held not in plan.adopted, "strategy.chosen", strategy, "is chosen", "an open proposal")
    _require_open(plan, held.goal)
    made = attrs.evolve(held, chosen_by=by, chosen_on=on)
    return attrs.evolve(plan, strategies=_replaced(plan.strategies, held, made))


def answer_peers(plan: CoachingPlan, answers: PeersCheck, *, by: str) -> CoachingPlan:
    """Keep the teacher's answers about a goal, in place of earlier ones (CH-7). None of them closes anything.

    Args:
        plan: the plan.
        answers: the answers, all or some.
        by: id of who answers.

    Raises:
        InvalidInput: when it is not the teacher, or the goal is none of the plan.
    """
    plan.require_teacher(by, "peers.by", "by")
    others = tuple(one for one in plan.peers if one.goal != answers.goal)
    return attrs.evolve(plan, peers=(*others, answers))


def add_measurement(plan: CoachingPlan, measurement: Measurement) -> CoachingPlan:
    """Note the measure of an active goal on a day.

    Args:
        plan: the plan.
        measurement: the measure.

    Raises:
        InvalidInput: when the goal is not active, or has no measure.
        UnknownCode: when the plan has no such goal.
    """
    _require_active(plan, measurement.goal)
    require(
        bool(plan.state(measurement.goal).goal.measure.strip()),
        "measurement.measure",
        measurement.goal,
        "has no measure",
        "a goal that says how progress is seen",
    )
    return attrs.evolve(plan, measurements=(*plan.measurements, measurement))


def agree_step(plan: CoachingPlan, step: ActionStep) -> CoachingPlan:
    """Add a step towards an active goal.

    Args:
        plan: the plan.
        step: the step.

    Raises:
        InvalidInput: when the goal is not active, the plan has the step, or the conversation is none of the
            plan.
        UnknownCode: when the plan has no such goal.
    """
    _require_active(plan, step.goal)
    return attrs.evolve(plan, steps=(*plan.steps, step))


def enact_step(plan: CoachingPlan, step: str, *, on: date, evidence: str | None = None) -> CoachingPlan:
    """Note that a step was taken in class (PP-6).

    Args:
        plan: the plan.
        step: id of the step.
        on: the day.
        evidence: id of a walkthrough or other artefact that shows it, None for none.

    Raises:
        InvalidInput: when it was taken already, or the day lies before it was agreed on.
        UnknownCode: when the plan has no such step.
    """
    held = find("step", step, ((one.id, one) for one in plan.steps))
    require(held.enacted_on is None, "step.enacted", step, "was taken", "a step that is open")
    return attrs.evolve(
        plan, steps=_replaced(plan.steps, held, attrs.evolve(held, enacted_on=on, evidence=evidence))
    )


def bring_need(plan: CoachingPlan, need: EvaluationNeedRef, *, on: date) -> CoachingPlan:
    """Bring in a need that evaluation names, as a proposal to the teacher (CH-6, FW-4).

    Args:
        plan: the plan.
        need: id and label of the component; evaluation hands over nothing else.
        on: the day.

    Raises:
        InvalidInput: when it is there already, declined ones among it (CH-4).
    """
    return attrs.evolve(plan, evaluation_needs=(*plan.evaluation_needs, NeedProposal(need=need, on=on)))


def answer_need(
    plan: CoachingPlan, component: str, answer: Literal["accepted", "declined"], *, by: str
) -> CoachingPlan:
    """Accept or decline a need that evaluation names; the teacher alone can, once (CH-4, CH-6).

    An accepted need makes no goal: whatever goal answers it is made as any other (CH-1).

    Args:
        plan: the plan.
        component: id of the component.
        answer: the teacher's.
        by: id of who answers.

    Raises:
        InvalidInput: when it is not the teacher, or it was answered.
        UnknownCode: when the plan has no such need.

    Example:
        >>> from ilr.coaching import plan
        >>> named = bring_need(plan("t9", "c2"), EvaluationNeedRef("3b", "Discussion"), on=date(2026, 9, 7))
        >>> answered = answer_need(named, "3b", "accepted", by="t9")
        >>> answered.evaluation_needs[0].status, answered.goals
        ('accepted', ())
    """
    plan.require_teacher(by, "need.by", "by")
    held = find("need", component, ((one.need.component, one) for one in plan.evaluation_needs))
    require(held.status == "proposed", "need.answered", component, "was answered", "an open proposal")
    made = attrs.evolve(held, status=answer)
    return attrs.evolve(plan, evaluation_needs=_replaced(plan.evaluation_needs, held, made))


def require_participation(plan: CoachingPlan, mandate: Mandate) -> CoachingPlan:
    """Note a rule by which the teacher takes part; goals stay the teacher's (CH-6).

    Args:
        plan: the plan.
        mandate: the rule.

    Raises:
        InvalidInput: when the plan has it.
    """
    return attrs.evolve(plan, mandates=(*plan.mandates, mandate))


def request_observation(plan: CoachingPlan, asked: ObservationRequest) -> CoachingPlan:
    """Keep what the teacher asks to have observed on the next visit (ILR-9.KI.2).

    Args:
        plan: the plan.
        asked: the request.

    Raises:
        InvalidInput: when it is not the teacher's, or the plan has it.
    """
    return attrs.evolve(plan, requests=(*plan.requests, asked))


def add_growth(plan: CoachingPlan, artefact: GrowthArtefact, *, by: str) -> CoachingPlan:
    """Put an artefact into the section of growth; the teacher alone does (ILR-10.KI.2).

    Args:
        plan: the plan.
        artefact: its id and kind; it opens to nobody by this.
        by: id of who puts it there.

    Raises:
        InvalidInput: when it is not the teacher, or it is there.
    """
    plan.require_teacher(by, "growth.by", "by")
    return attrs.evolve(plan, growth=(*plan.growth, artefact))


def ask_release(
    plan: CoachingPlan, artefacts: Sequence[str], *, by: str, at: datetime, recipient: str, cycle: str
) -> EvaluationRelease:
    """The teacher's request that named artefacts of growth go to one evaluator (FW-2, ILR-10.KI.2).

    Args:
        plan: the plan.
        artefacts: ids of artefacts in the section of growth, each named.
        by: id of who asks.
        at: the instant of the request.
        recipient: id of the evaluator.
        cycle: label of the evaluation cycle.

    Returns:
        The entry for the ledger. Whether it opens an artefact is for `ilr.disclosure.decide` to say, which
        looks at the artefact itself.

    Raises:
        InvalidInput: when it is not the teacher, an artefact is not in the section, or none is named.
    """
    check = Checker("ask_release")
    check(
        by == plan.teacher,
        "growth.by",
        "by",
        "is the teacher's to decide",
        expected="the teacher of the plan",
    )
    known = [one.id for one in plan.growth]
    check(
        set(artefacts) <= set(known),
        "growth.unknown",
        "artefacts",
        "are not all in the section of growth",
        expected=listed(known),
    )
    check.done()
    return EvaluationRelease(
        teacher=plan.teacher,
        requested_by=by,
        requested_at=at,
        records=tuple(artefacts),
        recipient=recipient,
        cycle=cycle,
    )


def _require_open(plan: CoachingPlan, goal: str) -> None:
    state = plan.state(goal)
    require(state.status not in CLOSED, "goal.closed", goal, "is closed", "an open goal")


def _require_active(plan: CoachingPlan, goal: str) -> None:
    known = plan.state(goal).goal in plan.active
    require(known, "goal.status", goal, "is not active", "a goal that the teacher has taken on")


def _replaced(held: tuple[T, ...], old: T, new: T) -> tuple[T, ...]:
    return tuple(new if one is old else one for one in held)
