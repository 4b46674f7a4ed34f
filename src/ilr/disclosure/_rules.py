"""The rules behind the table of openings: who holds a capacity, and when a condition holds.

Every rule is a function of one question. A capacity is held or not; a condition answers with the reason why it
does not hold, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import attrs

from ilr.base import FrozenMap, Reason, Role, Window
from ilr.calibration import Standing
from ilr.disclosure.context import Agreement, Context
from ilr.disclosure.entries import Approval, Consent, Release, TeacherShare
from ilr.disclosure.firewall import check_release, withdrawn
from ilr.disclosure.subjects import Subject
from ilr.disclosure.visibility import Audience, Condition, Grain, Use

__all__ = ["CAPACITIES", "CONDITIONS", "PERSONAL", "Question", "closed_by_firewall", "handed_on", "standings"]

PERSONAL: tuple[Grain, ...] = ("individual content", "individual fact")
"""The grains that tell single persons apart."""

_LEADERS = (Role.BUILDING_LEADER, Role.INSTRUCTIONAL_LEADER)


@attrs.frozen(kw_only=True)
class Question:
    """One question to the gate."""

    viewer: str
    subject: Subject
    audience: Audience
    grain: Grain
    purpose: Use
    context: Context

    @property
    def person(self) -> str:
        """The person behind the viewer's id."""
        return self.context.roster.resolve(self.viewer)

    @property
    def people(self) -> frozenset[str]:
        """The people the record is about."""
        return self.context.roster.persons(self.subject.teachers)

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """The agreements of the people the record is about."""
        roster = self.context.roster
        return tuple(one for one in self.context.agreements if roster.resolve(one.teacher) in self.people)

    @property
    def is_personal(self) -> bool:
        """Whether the record tells single persons apart: it does with fewer teachers than k (FW-3)."""
        behind = self.subject.contributors
        return behind is None or behind < self.context.policy.outside_teachers


def closed_by_firewall(question: Question) -> Reason | None:
    """Why a use is closed for what tells single persons apart, or None (FW-3)."""
    if not question.is_personal:
        return None
    if question.purpose == "personnel action":
        return Reason.of("PERSONNEL_CLOSED")
    if question.purpose == "evaluation" and question.audience != "evaluator":
        return Reason.of("EVALUATION_CLOSED")
    if question.purpose == "role selection" and not _consented(question, "role selection"):
        return Reason.of("NO_CONSENT", about="role selection")
    return None


def handed_on(question: Question) -> bool:
    """Whether every teacher the record is about has handed it to the viewer (FW-6)."""
    context = question.context
    givers = context.roster.persons(
        entry.teacher
        for entry in context.ledger.of(question.subject.id)
        if isinstance(entry, TeacherShare)
        and context.roster.resolve(entry.to) == question.person
        and entry.on <= context.as_of
        and not withdrawn(entry, context.ledger, context.roster, by=entry.teacher, at=context.at)
    )
    return bool(question.people) and question.people <= givers


def standings(question: Question) -> tuple[Standing, ...]:
    """The standing of the record's observer on each look-for, on the day of the visit."""
    subject, context = question.subject, question.context
    if subject.made_at is None:
        return ()
    day = context.school_day(subject.made_at)
    observer = next(iter(subject.authors), "")
    return tuple(context.standings.of(observer, look_for, on=day) for look_for in subject.look_fors)


# Capacities


def _is_teacher(question: Question) -> bool:
    return question.person in question.people


def _is_author(question: Question) -> bool:
    return question.person in question.context.roster.persons(question.subject.authors)


def _is_coach(question: Question) -> bool:
    coaches = [one.coach for one in question.agreements]
    if question.subject.coach is not None:
        coaches.append(question.subject.coach)
    # A leader who is coached belongs to the pair as much as the coach does.
    pair = question.people if question.subject.kind == "leader coaching" else frozenset()
    return question.person in question.context.roster.persons(coaches) | pair


def _is_of_team(question: Question) -> bool:
    roster = question.context.roster
    return any(
        team.id == question.subject.team and question.person in roster.persons(team.members)
        for team in roster.teams
    )


def _holds(question: Question, roles: tuple[Role, ...], organisation: str) -> bool:
    today = Window(question.context.as_of, question.context.as_of)
    return question.person in question.context.roster.holding(roles, organisation, today)


def _leads_building(question: Question) -> bool:
    building = question.subject.building
    return building is not None and _holds(question, _LEADERS, building)


def _leads_district(question: Question) -> bool:
    parents = {one.id: one.parent for one in question.context.roster.organisations}
    at, seen = question.subject.building, set[str]()
    while at is not None and at not in seen:
        if _holds(question, (Role.DISTRICT_LEADER,), at):
            return True
        seen.add(at)
        at = parents.get(at)
    return False


CAPACITIES: Mapping[Audience, Callable[[Question], bool]] = FrozenMap(
    {
        "teacher": _is_teacher,
        "author": _is_author,
        "coach": _is_coach,
        "team": _is_of_team,
        "building": _leads_building,
        "district": _leads_district,
        # Nothing is open to these by who they are: a release, an approval or a publication names them.
        "evaluator": lambda _: True,
        "researcher": lambda _: True,
        "public": lambda _: True,
    }
)
"""Whether a viewer holds the capacity in which they ask."""


# Conditions


def _agreed_with_coach(question: Question) -> Reason | None:
    roster = question.context.roster
    agreed = roster.persons(
        one.teacher
        for one in question.agreements
        if roster.resolve(one.coach) == question.person and one.walkthroughs == "shared"
    )
    return (
        None if question.people <= agreed else Reason.of("NOT_AGREED", teachers=len(question.people - agreed))
    )


def _approved(question: Question) -> Reason | None:
    context = question.context

    def covers(entry: Approval) -> bool:
        day: date = context.as_of
        return (
            question.subject.kind in entry.kinds
            and entry.on <= day
            and (entry.until is None or day <= entry.until)
            and not withdrawn(entry, context.ledger, context.roster, by=entry.by, at=context.at)
        )

    entries = context.ledger.of(question.viewer)
    found = any(isinstance(entry, Approval) and covers(entry) for entry in entries)
    return None if found else Reason.of("NOT_APPROVED", kind=question.subject.kind)


def _consented(question: Question, about: str) -> bool:
    context = question.context
    return bool(question.people) and all(
        any(
            isinstance(entry, Consent)
            and entry.about == about
            and entry.on <= context.as_of
            and not withdrawn(entry, context.ledger, context.roster, by=person, at=context.at)
            for entry in context.ledger.of(person)
        )
        for person in question.people
    )


def _consent(question: Question) -> Reason | None:
    kind = question.subject.kind
    return None if _consented(question, kind) else Reason.of("NO_CONSENT", about=kind)


def _enough_teachers(question: Question) -> Reason | None:
    policy, subject = question.context.policy, question.subject
    least = policy.team_teachers if question.audience == "team" else policy.outside_teachers
    behind = len(question.people) if subject.contributors is None else subject.contributors
    return None if behind >= least else Reason.of("BELOW_TEACHERS", least=least)


def _facts_by_agreement(question: Question) -> Reason | None:
    silent = [one for one in question.agreements if one.visibility == "nothing"]
    return Reason.of("FACTS_NOT_AGREED") if silent else None


def _for_improvement(question: Question) -> Reason | None:
    return None if question.purpose == "improvement" else Reason.of("FOR_IMPROVEMENT_ONLY")


def _observers_calibrated(question: Question) -> Reason | None:
    return None if question.subject.calibrated else Reason.of("OBSERVERS_NOT_CALIBRATED")


def _oneself(question: Question) -> Reason | None:
    return None if question.person in question.people else Reason.of("NOT_ONESELF")


def _policy_tells(question: Question) -> Reason | None:
    return None if question.context.policy.model_told == "told" else Reason.of("POLICY_KEEPS")


def _released_to(audiences: tuple[Audience, ...], code: str) -> Callable[[Question], Reason | None]:
    def rule(question: Question) -> Reason | None:
        entries = question.context.ledger.of(question.subject.id)
        told = any(isinstance(entry, Release) and entry.audience in audiences for entry in entries)
        return None if told else Reason.of(code)

    return rule


def _released_by_teacher(question: Question) -> Reason | None:
    context = question.context
    return check_release(
        question.subject,
        to=question.viewer,
        at=context.at,
        ledger=context.ledger,
        policy=context.policy,
        roster=context.roster,
    )


def _observer_calibrated(question: Question) -> Reason | None:
    """Holds for part of a record as well: what waits is withheld."""
    if question.purpose == "access":
        return None
    if not question.subject.look_fors:
        return Reason.of("NOTHING_RATED")
    return Reason.of("NO_INSTANT") if question.subject.made_at is None else None


CONDITIONS: Mapping[Condition, Callable[[Question], Reason | None]] = FrozenMap(
    {
        "agreed with the coach": _agreed_with_coach,
        "approved by the host": _approved,
        "consent": _consent,
        "enough teachers": _enough_teachers,
        "facts by agreement": _facts_by_agreement,
        "for improvement": _for_improvement,
        "observer calibrated": _observer_calibrated,
        "observers calibrated": _observers_calibrated,
        "oneself": _oneself,
        "policy tells": _policy_tells,
        "published": _released_to(("public",), "NOT_PUBLISHED"),
        "released": _released_to(("teacher", "team", "public"), "NOT_RELEASED_YET"),
        "released by the teacher": _released_by_teacher,
    }
)
"""Why a condition of an opening does not hold."""
