"""The coaching plans of a building, and answers from counts over them.

Here belongs what the rules on coaching, on the people for it and on leaders share. Not here: the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps

import attrs

from ilr.base import Reason, Roster, Verdict, Window
from ilr.coaching import CoachingPlan, Tally
from ilr.forms import Purpose, Walkthrough
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, Rule, judged, missing

__all__ = ["added", "asks_plans", "days_of", "in_window", "plans_of_building", "tallied", "visits"]


def plans_of_building(question: Question) -> tuple[CoachingPlan, ...] | None:
    """The plans of teachers of the building that ran on a day of the window; None where it cannot be told.

    Coaching of leaders is not among them.
    """
    engagements, roster = question.evidence.engagements, question.evidence.roster
    if engagements is None or roster is None:
        return None
    teachers = frozenset(roster.teachers(question.building, question.window))
    return tuple(
        one
        for one in engagements
        if one.model.coachee == "teacher"
        and roster.resolve(one.teacher) in teachers
        and days_of(one, question.window) is not None
    )


def days_of(plan: CoachingPlan, window: Window) -> Window | None:
    """The part of a window in which a plan ran; None where it ran on no day of it."""
    starts, ends = plan.opened or window.start, plan.ended or window.end
    first, last = max(starts, window.start), min(ends, window.end)
    return Window(first, last) if first <= last else None


def _unknown(question: Question) -> int:
    """How many coached teachers the roster does not know."""
    roster = question.evidence.roster or Roster()
    held = {post.person for post in roster.appointments}
    plans = (one for one in question.evidence.engagements or () if one.model.coachee == "teacher")
    return len(roster.unknown(one.teacher for one in plans) - held)


def asks_plans(*needs: str) -> Callable[[Callable[[Question, tuple[CoachingPlan, ...]], Answer]], Rule]:
    """Make a rule of a question about the plans of a building.

    Without plans or roster it is not assessable and names the needs; where nobody is coached it is not met; where it
    would be met, but the roster does not know a coached teacher, it cannot be told.

    Args:
        needs: the record fields that it reads of plans.
    """

    def made(ask: Callable[[Question, tuple[CoachingPlan, ...]], Answer]) -> Rule:
        @wraps(ask)
        def rule(question: Question) -> Answer:
            plans = plans_of_building(question)
            if plans is None:
                return missing([*needs, "roster.appointments"])
            unknown = _unknown(question)
            if not plans and not unknown:
                return judged(False, Reason.of("NO_COACHING"))
            answer = ask(question, plans) if plans else judged(True)
            if answer.verdict is Verdict.MET and unknown:
                return missing(
                    ["roster.appointments"], *answer.reasons, Reason.of("UNKNOWN_COACHED", n=unknown)
                )
            return answer

        return rule

    return made


def in_window(plan: CoachingPlan, window: Window) -> CoachingPlan:
    """A plan with the conversations and requests of a window alone; it opens with the last conversation before."""
    before = [one.on for one in plan.sessions if one.on < window.start]
    return attrs.evolve(
        plan,
        sessions=tuple(one for one in plan.sessions if one.on in window),
        requests=tuple(one for one in plan.requests if one.on in window),
        steps=(),
        moves=(),
        opened=max(before, default=plan.opened),
    )


def visits(question: Question) -> tuple[Walkthrough, ...] | None:
    """The records of visits to the building in the window that nobody corrected; None where none are kept.

    Records made for calibration are not among them.
    """
    held = question.coaching.walkthroughs
    if held is None:
        return None
    corrected = {one.supersedes for one in held}
    return tuple(
        one
        for one in held
        if one.building in (None, question.building)
        and one.purpose is not Purpose.CALIBRATION
        and one.id not in corrected
        and question.calendar.school_day(one.at) in question.window
    )


def added(tallies: Iterable[Tally]) -> tuple[int, int]:
    """How many are lacking over several counts, and of how many."""
    held = tuple(tallies)
    return sum(len(one.lacking) for one in held), sum(one.of for one in held)


def tallied(tally: Tally, code: str, *, none: str | None = None) -> Answer:
    """Met when every one is among them; without any not met.

    Args:
        tally: the count.
        code: code of the reason with the numbers.
        none: code of the reason where there is nothing to count; the former where None.
    """
    if none is not None and not tally.of:
        return judged(False, Reason.of(none))
    return judged(bool(tally.all), Reason.of(code, n=len(tally.lacking), of=tally.of))
