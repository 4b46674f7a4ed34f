"""The seven principles of partnership: what a record can show against each, and what it never can.

Here belongs the reading of one plan against the principles (Knight 2018; PP-1 to PP-7), which are data: a
catalogue names each with what it leaves to people. A reading shows a breach, or that none is shown, or that
nothing was recorded; a share stands beside it as description, and none of them certifies a principle. A
reading is content of the plan, for its two people.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Literal

import attrs

from ilr.base import FrozenMap, Reason, Roster, read_only
from ilr.coaching.goals import GoalStatus
from ilr.coaching.plan import WITHOUT_WORD, CoachingPlan
from ilr.coaching.sessions import Session
from ilr.continuum import Entry, packs
from ilr.cycles import ShareCount
from ilr.disclosure import EvaluationRelease, Ledger, Release, TeacherShare, Withdrawal

__all__ = ["PRINCIPLES", "Principle", "PrincipleReading", "read_principles"]


@attrs.frozen(kw_only=True)
class Principle:
    """What a record can show of one principle of partnership. Equal when all fields are equal.

    Attributes:
        id: ``PP-1`` to ``PP-7``, its code in the catalogue of principles.
        breach: what a record can show against it.
        share: what the share beside a reading counts.

    Example:
        >>> PRINCIPLES[3].entry.title, PRINCIPLES[3].entry.human
        ('Dialogue', 'How good the talk was.')
    """

    id: str
    breach: str
    share: str

    @property
    def entry(self) -> Entry:
        """The entry of the catalogue: its name, what it asks, and what no record tells."""
        return packs.catalogue("partnership-principles")[self.id]


PRINCIPLES: tuple[Principle, ...] = (
    Principle(
        id="PP-1",
        breach="one of the two alone signed the agreement, or the coach alone decided on a strategy",
        share="decisions on goals and strategies that both took part in",
    ),
    Principle(
        id="PP-2",
        breach="work on a goal that the teacher has not accepted, or a choice or reading that is another's",
        share="goals taken on that the teacher wrote",
    ),
    Principle(
        id="PP-3",
        breach="content went to somebody to whom the teacher had not opened it",
        share="conversations with an entry of the teacher",
    ),
    Principle(
        id="PP-4",
        breach="a conversation of which the coach alone left an entry",
        share="conversations with entries of both",
    ),
    Principle(
        id="PP-5",
        breach="a step was agreed on before the teacher had reflected",
        share="conversations with a reflection of the teacher",
    ),
    Principle(
        id="PP-6",
        breach="a goal counts as met although none of its steps was taken",
        share="steps that were taken",
    ),
    Principle(
        id="PP-7",
        breach="the engagement ended, and the coach never noted what the coach learned",
        share="cycles with a learning note of the coach",
    ),
)
"""The principles in their order, each with what a record can show; what it cannot stands in the catalogue."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PrincipleReading:
    """What one plan shows of one principle. Equal when all fields are equal.

    Attributes:
        principle: id of the principle.
        result: a breach is shown, none is shown, or there is no record that could show one. There is no
            fourth answer: nothing is certified.
        breaches: each breach.
        count: what `Principle.share` counts, as description; no threshold is held against it.
    """

    principle: str
    result: Literal["breach shown", "no breach shown", "not recorded"]
    breaches: tuple[Reason, ...]
    count: ShareCount


def read_principles(
    plan: CoachingPlan, *, ledger: Ledger | None = None, roster: Roster | None = None
) -> tuple[PrincipleReading, ...]:
    """Read a plan against the seven principles (PP-1 to PP-7).

    Args:
        plan: the plan.
        ledger: the disclosures, shares and releases; without it voice (PP-3) is not recorded.
        roster: which ids are one person.

    Returns:
        One reading a principle, in order.

    Example:
        >>> from ilr.coaching import Goal, plan
        >>> goal = Goal(students="eight of ten explain their method")
        >>> held = plan("t9", "c2").propose(goal, by="c2").accept(by="t9")
        >>> [(one.principle, one.result) for one in read_principles(held)][:2]
        [('PP-1', 'no breach shown'), ('PP-2', 'no breach shown')]
    """
    readings = {id: check(plan) for id, check in _CHECKS.items()}
    readings["PP-3"] = _voice(plan, ledger, roster or Roster())
    return tuple(
        PrincipleReading(
            principle=principle.id,
            result=_result(readings[principle.id]),
            breaches=readings[principle.id].breaches,
            count=readings[principle.id].count,
        )
        for principle in PRINCIPLES
    )


@attrs.frozen
class _Found:
    """What the check of one principle found."""

    is_recorded: bool
    breaches: tuple[Reason, ...]
    count: ShareCount


def _result(found: _Found) -> Literal["breach shown", "no breach shown", "not recorded"]:
    if found.breaches:
        return "breach shown"
    return "no breach shown" if found.is_recorded else "not recorded"


def _count(holds: Iterable[bool]) -> ShareCount:
    held = list(holds)
    return ShareCount(sum(held), len(held))


def _told(plan: CoachingPlan) -> tuple[Session, ...]:
    """The conversations of which anybody left an entry."""
    return tuple(session for session in plan.sessions if session.entries)


def _equality(plan: CoachingPlan) -> _Found:
    taken = [state for state in plan.goals if state.status not in WITHOUT_WORD]
    chosen = [one for one in plan.strategies if one.chosen_by is not None]
    deciders = [{state.by, state.accepted_by} - {None} for state in taken]
    deciders += [{one.proposed_by, one.chosen_by} for one in chosen]
    signed = {one.by for one in plan.signatures}
    breaches = [Reason.of("SIGNED_BY_ONE")] if len(signed) == 1 and plan.sessions else []
    breaches += [
        Reason.of("STRATEGY_BY_COACH_ALONE", strategy=one.id)
        for one in chosen
        if {one.proposed_by, one.chosen_by} == {plan.coach}
    ]
    return _Found(
        bool(signed or deciders), tuple(breaches), _count(set(plan.pair) <= people for people in deciders)
    )


def _choice(plan: CoachingPlan) -> _Found:
    work = [(one.goal, one.on) for one in plan.steps] + [(one.goal, one.on) for one in plan.measurements]
    breaches = [
        Reason.of("WORK_WITHOUT_WORD", goal=state.goal.id)
        for state in plan.goals
        if state.status in WITHOUT_WORD
        and state.on is not None
        and any(goal == state.goal.id and day > state.on for goal, day in work)
    ]
    breaches += [
        Reason.of("STRATEGY_NOT_BY_TEACHER", strategy=one.id)
        for one in plan.strategies
        if one.chosen_by not in (None, plan.teacher)
    ]
    breaches += [
        Reason.of("READING_NOT_BY_TEACHER", reading=one.id)
        for one in plan.interpretations
        if one.confirmed_by not in (None, plan.teacher)
    ]
    taken = [state for state in plan.goals if state.status not in WITHOUT_WORD]
    return _Found(
        bool(plan.goals or plan.strategies or plan.interpretations),
        tuple(breaches),
        _count(state.by == plan.teacher for state in taken),
    )


def _voice(plan: CoachingPlan, ledger: Ledger | None, roster: Roster) -> _Found:
    said = _count(_wrote(session, plan.teacher) for session in _told(plan))
    if ledger is None:
        return _Found(False, (), said)
    pair = roster.persons(plan.pair)
    outside = [
        one
        for record in (plan.id, *(f"{plan.id}/{session.id}" for session in plan.sessions))
        for one in ledger.of(record)
        if isinstance(one, Release)
        and one.grain == "individual content"
        and roster.resolve(one.to) not in pair
        and not _opened(plan.teacher, one, ledger, roster)
    ]
    breaches = tuple(Reason.of("CONTENT_NOT_OPENED", on=one.on.isoformat()) for one in outside)
    return _Found(True, breaches, said)


def _opened(owner: str, told: Release, ledger: Ledger, roster: Roster) -> bool:
    """Whether the teacher had opened the content to the receiver by the day it went there."""
    teacher, receiver = roster.resolve(owner), roster.resolve(told.to)
    for entry in ledger.of(told.subject):
        if isinstance(entry, TeacherShare):
            given, to, day = entry.teacher, entry.to, entry.on
        elif isinstance(entry, EvaluationRelease):
            given, to, day = entry.requested_by, entry.recipient, entry.requested_at.date()
        else:
            continue
        if (
            (roster.resolve(given), roster.resolve(to)) == (teacher, receiver)
            and day <= told.on
            and not _taken_back(entry.id, teacher, told.on, ledger, roster)
        ):
            return True
    return False


def _taken_back(entry: str, teacher: str, before: date, ledger: Ledger, roster: Roster) -> bool:
    """Whether the teacher withdrew an entry before a day."""
    return any(
        isinstance(one, Withdrawal) and roster.resolve(one.by) == teacher and one.at.date() < before
        for one in ledger.of(entry)
    )


def _dialogue(plan: CoachingPlan) -> _Found:
    told = _told(plan)
    breaches = tuple(
        Reason.of("COACH_ALONE_SPEAKS", session=one.id) for one in told if not _wrote(one, plan.teacher)
    )
    return _Found(bool(told), breaches, _count(all(_wrote(one, by) for by in plan.pair) for one in told))


def _reflection(plan: CoachingPlan) -> _Found:
    told = _told(plan)
    breaches = tuple(
        Reason.of("STEP_BEFORE_REFLECTION", session=one.id, steps=len(steps))
        for one in told
        if (steps := one.steps_before_reflection(plan.teacher))
    )
    reflected = (
        any(entry.kind == "reflection" and entry.by == plan.teacher for entry in one.entries) for one in told
    )
    return _Found(bool(told), breaches, _count(reflected))


def _praxis(plan: CoachingPlan) -> _Found:
    enacted = {step.goal for step in plan.steps if step.enacted_on is not None}
    agreed = {step.goal for step in plan.steps}
    breaches = tuple(
        Reason.of("MET_WITHOUT_STEP", goal=state.goal.id)
        for state in plan.goals
        if state.status is GoalStatus.MET and state.goal.id in agreed - enacted
    )
    return _Found(bool(plan.steps), breaches, _count(step.enacted_on is not None for step in plan.steps))


def _reciprocity(plan: CoachingPlan) -> _Found:
    starts = [move.on for move in plan.moves if move.phase == plan.model.first]
    cycles: dict[int, bool] = {}
    for session in _told(plan):
        cycle = bisect_right(starts, session.on)
        noted = any(one.kind == "learning note" and one.by == plan.coach for one in session.entries)
        cycles[cycle] = cycles.get(cycle, False) or noted
    over = plan.ended is not None and bool(cycles) and not any(cycles.values())
    breaches = (Reason.of("NO_LEARNING_NOTE"),) if over else ()
    return _Found(bool(cycles), breaches, _count(cycles.values()))


def _wrote(session: Session, by: str) -> bool:
    return any(entry.by == by for entry in session.entries)


_CHECKS: Mapping[str, Callable[[CoachingPlan], _Found]] = FrozenMap(
    {
        "PP-1": _equality,
        "PP-2": _choice,
        "PP-4": _dialogue,
        "PP-5": _reflection,
        "PP-6": _praxis,
        "PP-7": _reciprocity,
    }
)
"""The checks that read the plan alone; voice reads the ledger as well."""
