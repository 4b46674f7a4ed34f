"""How walkthroughs reach coaching: notes before a conversation, evidence in it, answers to requests.

Here belong counts over one plan, or one coach, that read conversations beside walkthroughs (ILR-9, ILR-10,
ILR-12.KI.4). They name conversations and requests, never what was said or rated. Not here: how often the two
meet (`ilr.coaching.caseload`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from ilr.base import Policy, Roster, SchoolCalendar, Window, countable_days, read_only
from ilr.coaching._tallies import Tally, tally
from ilr.coaching.plan import CoachingPlan
from ilr.coaching.sessions import ObservationRequest, check_session
from ilr.continuum import Crosswalk
from ilr.disclosure import Release
from ilr.forms import AnswerState, Purpose, Walkthrough

__all__ = [
    "CoachActivity",
    "RequestCount",
    "coach_activity",
    "evidence_used",
    "goals_without_component",
    "notes_before_sessions",
    "parts_followed",
    "requests_answered",
]


def notes_before_sessions(
    plan: CoachingPlan,
    releases: Iterable[Release],
    *,
    policy: Policy | None = None,
    calendar: SchoolCalendar | None = None,
    roster: Roster | None = None,
) -> Tally:
    """Conversations before which the teacher had the notes of every walkthrough in scope (ILR-9.GB.2).

    Args:
        plan: the plan.
        releases: the disclosures so far.
        policy: P-LEAD, the days that must lie before that of the conversation, that of the notes counted.
        calendar: its instructional days count; without one all days do.
        roster: which ids are one person.

    Returns:
        How many conversations with walkthroughs in scope, and the ids of those where notes came late or not
        at all.
    """
    least = (policy or Policy()).lead_days
    people = roster or Roster()
    teacher = people.resolve(plan.teacher)
    told: dict[str, date] = {}
    for one in releases:
        if one.audience == "teacher" and people.resolve(one.to) == teacher:
            told[one.subject] = min(one.on, told.get(one.subject, one.on))

    def in_time(walk: str, day: date) -> bool:
        if walk not in told or told[walk] > day:
            return False
        days = countable_days(Window(told[walk], day), calendar=calendar)
        return sum(one < day for one in days) >= least

    return tally(
        (session for session in plan.sessions if session.scope),
        lambda session: all(in_time(walk, session.on) for walk in session.scope),
        lambda session: session.id,
    )


def evidence_used(
    plan: CoachingPlan,
    walks: Iterable[Walkthrough],
    *,
    calendar: SchoolCalendar | None = None,
    roster: Roster | None = None,
) -> Tally:
    """Conversations that drew on a walkthrough since the one before, where there was one (ILR-9.KI.1).

    Days do not tell what came first on one day, so a visit on the day of a conversation counts for it and for
    the next, and asks for nothing.

    Args:
        plan: the plan.
        walks: walkthroughs, of others among them.
        calendar: tells the school day of a walkthrough.
        roster: which ids are one person.

    Returns:
        How many conversations with a walkthrough since the one before, or since the first day of the plan,
        and the ids of those that named none of them as evidence.
    """
    days = {walk.id: _day(walk, calendar) for walk in _of_teacher(plan, walks, roster)}
    sessions = sorted(plan.sessions, key=lambda session: session.on)
    since = dict(
        zip(
            (one.id for one in sessions),
            (plan.opened or date.min, *(one.on for one in sessions)),
            strict=False,
        )
    )
    return tally(
        (one for one in sessions if any(since[one.id] < day < one.on for day in days.values())),
        lambda one: any(since[one.id] <= days[id] <= one.on for id in one.evidence if id in days),
        lambda one: one.id,
    )


def parts_followed(plan: CoachingPlan) -> Tally:
    """Conversations that held every part which the model of the engagement has for their phase, in order."""
    return tally(plan.sessions, lambda one: not check_session(one, plan.model), lambda one: one.id)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class RequestCount:
    """What became of a teacher's requests (ILR-9.KI.2). Equal when all fields are equal.

    Attributes:
        answered: ids of requests that the next walkthrough answered.
        unanswered: ids of requests that the next walkthrough passed over.
        waiting: ids of requests after which no walkthrough has taken place yet.
    """

    answered: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """Requests that were answered, of those that a walkthrough followed; None where none did."""
        of = len(self.answered) + len(self.unanswered)
        return len(self.answered) / of if of else None


def requests_answered(
    plan: CoachingPlan,
    walks: Iterable[Walkthrough],
    *,
    calendar: SchoolCalendar | None = None,
    roster: Roster | None = None,
) -> RequestCount:
    """What the next walkthrough made of each request of the teacher (ILR-9.KI.2).

    It answers a request for look-fors when each has an answer or a mark such as not observed; one with a
    question, when it was made on a form that the request was added to (`ObservationRequest.for_form`).

    Args:
        plan: the plan.
        walks: walkthroughs, of others among them.
        calendar: tells the school day of a walkthrough.
        roster: which ids are one person.

    Returns:
        The requests by what became of them. A teacher need not ask for anything, so none is no shortcoming.
    """
    visits = sorted(_of_teacher(plan, walks, roster), key=lambda walk: walk.at)
    found: dict[str, list[str]] = {"answered": [], "unanswered": [], "waiting": []}
    for request in plan.requests:
        after = next((walk for walk in visits if _day(walk, calendar) > request.on), None)
        state = "waiting" if after is None else "answered" if _answers(after, request) else "unanswered"
        found[state].append(request.id)
    return RequestCount(
        answered=tuple(found["answered"]),
        unanswered=tuple(found["unanswered"]),
        waiting=tuple(found["waiting"]),
    )


def _answers(walk: Walkthrough, request: ObservationRequest) -> bool:
    told = (*walk.answers, *(answer for entry in walk.entries for answer in entry))
    seen = {one.look_for for one in told if one.state is not AnswerState.UNANSWERED}
    on_form = request.id in walk.form.id.split("+")[1:]
    return set(request.look_fors) <= seen and (on_form or not request.question.strip())


def goals_without_component(plan: CoachingPlan, crosswalk: Crosswalk) -> tuple[str, ...]:
    """Active goals that no component of the evaluation framework goes with (ILR-10.GB.2).

    Args:
        plan: the plan.
        crosswalk: links from look-fors to components. It holds ids and labels, never ratings.

    Returns:
        Ids of the goals whose look-for has no entry, and whose need is no component; empty without active
        goals.
    """
    components = {one.id for one in crosswalk.components}
    return tuple(
        goal.id
        for goal in plan.active
        if goal.need not in components
        and (goal.look_for is None or not crosswalk.components_of("look_for", goal.look_for))
    )


@attrs.frozen(kw_only=True)
class CoachActivity:
    """Whether a coach observes and coaches with notes (ILR-12.KI.4). Equal when all fields are equal.

    Attributes:
        coach: id of the coach.
        observations: walkthroughs that the coach made.
        sessions: conversations of the coach that drew on evidence.
    """

    coach: str
    observations: int
    sessions: int

    @property
    def both(self) -> bool:
        """Whether there is at least one of each."""
        return self.observations > 0 and self.sessions > 0


def coach_activity(
    coach: str,
    plans: Iterable[CoachingPlan],
    walks: Iterable[Walkthrough],
    *,
    window: Window,
    calendar: SchoolCalendar | None = None,
    roster: Roster | None = None,
) -> CoachActivity:
    """How often a coach observed, and coached with evidence, in a window (ILR-12.KI.4).

    Args:
        coach: id of the coach.
        plans: coaching plans, of others among them.
        walks: walkthroughs, of others among them.
        window: the days.
        calendar: tells the school day of a walkthrough.
        roster: which ids are one person.
    """
    people = roster or Roster()
    person = people.resolve(coach)
    made = [walk for walk in _valid(walks) if people.resolve(walk.observer) == person]
    own = [plan for plan in plans if people.resolve(plan.coach) == person]
    return CoachActivity(
        coach=coach,
        observations=sum(_day(walk, calendar) in window for walk in made),
        sessions=sum(one.on in window and bool(one.evidence) for plan in own for one in plan.sessions),
    )


def _of_teacher(
    plan: CoachingPlan, walks: Iterable[Walkthrough], roster: Roster | None
) -> tuple[Walkthrough, ...]:
    people = roster or Roster()
    teacher = people.resolve(plan.teacher)
    return tuple(walk for walk in _valid(walks) if teacher in people.persons(walk.teachers))


def _valid(walks: Iterable[Walkthrough]) -> tuple[Walkthrough, ...]:
    """The walkthroughs that are about teaching and were not corrected by a later one."""
    held = tuple(walks)
    corrected = {walk.supersedes for walk in held}
    return tuple(
        walk for walk in held if walk.purpose is not Purpose.CALIBRATION and walk.id not in corrected
    )


def _day(walk: Walkthrough, calendar: SchoolCalendar | None) -> date:
    return walk.at.date() if calendar is None else calendar.school_day(walk.at)
