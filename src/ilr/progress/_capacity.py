"""The rules of ILR-12: are there people who can show good teaching to others, and are they chosen, trained and used?"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ilr.base import FrozenMap, Reason, RoleAppointment, Term, TrainingRecord, Verdict, Window
from ilr.coaching import (
    RoleRecords,
    Tally,
    check_support,
    coach_activity,
    coaches_from_practice,
    coaches_with_role,
    coaches_with_training,
    current_priorities,
    roles_of_district,
    roles_with_competencies,
    terms_with_convening,
    time_share,
)
from ilr.progress._engagements import tallied, visits
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, Rule, judged, judged_in_part, missing, not_applicable

__all__ = ["RULES"]

_ROLES = ("role_description.status", "role_description.responsibilities", "role_appointment.person")


def capacity_is_known(question: Question) -> Answer:
    """ILR-12.GA.1: the inventory names who can support the building, and the minutes of each of them."""
    inventory = question.capacity.inventory
    if inventory is None or inventory.on > question.as_of:
        return missing(["capacity_inventory.building", "capacity_inventory.people"])
    people = [one for one in inventory.supporters if question.building in one.buildings]
    silent = sum(one.minutes is None for one in people)
    if silent:
        reason = Reason.of("HOURS_NOT_RECORDED", n=silent, of=len(people))
        return missing(["capacity_inventory.minutes"], reason)
    return judged(bool(people), Reason.of("SUPPORTERS", n=len(people)))


def support_reaches_the_minimum(question: Question) -> Answer:
    """ILR-12.GA.2: for every educator of the building as much support is planned as the state asks (CP-2).

    Teachers of the roster who are not among the educators leave it open.
    """
    parts, roster = question.capacity, question.evidence.roster
    if parts.educators is None or parts.planned is None or parts.requirements is None or roster is None:
        return missing(["roster.appointments", "requirement_pack.rules", "planned_support.person"])
    if parts.inventory is None:
        return missing(["capacity_inventory.people"])
    day = question.window.end
    own = [one for one in parts.educators if one.building == question.building]
    unlisted = {*roster.teachers(question.building, Window(day, day))} - roster.persons(one.id for one in own)
    found = check_support(
        own,
        parts.planned,
        on=day,
        pack=parts.requirements,
        inventory=parts.inventory,
        policy=question.policy,
        roster=roster,
    )
    reasons = [Reason.of("EDUCATORS_UNCOVERED", n=len(found.uncovered), of=found.educators)]
    if found.verdict is Verdict.NOT_MET:
        return judged(False, *reasons)
    if found.undecided:
        reasons.append(Reason.of("EDUCATORS_UNDECIDED", n=len(found.undecided), of=found.educators))
    if unlisted:
        reasons.append(Reason.of("TEACHERS_UNLISTED", n=len(unlisted)))
    if len(reasons) > 1 or not own:
        return missing(["educator.teaching_since", "educator.position_since", "educator.building"], *reasons)
    return judged(True, *reasons)


def priorities_are_set(question: Question) -> Answer:
    """ILR-12.GR.1: a dated list says what coaching and mentoring serve first; that it is sound, people attest."""
    lists = question.capacity.priorities
    if lists is None:
        return missing(["priority_list.items", "priority_list.owner", "priority_list.on"])
    found = current_priorities(lists, on=question.as_of)
    if found is None:
        return judged(False, Reason.of("NO_PRIORITIES"))
    return judged_in_part(True, Reason.of("PRIORITIES", n=len(found.items), on=found.on.isoformat()))


def _records(question: Question) -> RoleRecords | None:
    """What is on record of coaches of the building and of the organisations above it; None without roster or roles."""
    parts, roster = question.capacity, question.evidence.roster
    if roster is None or parts.roles is None:
        return None
    parents = {one.id: one.parent for one in roster.organisations}
    chain, above = {question.building}, parents.get(question.building)
    while above is not None and above not in chain:
        chain.add(above)
        above = parents.get(above)
    return RoleRecords(
        roster=attrs.evolve(
            roster, appointments=tuple(one for one in roster.appointments if one.organisation in chain)
        ),
        window=question.window,
        terms=tuple(Term(id=str(place), window=one) for place, one in enumerate(question.terms)),
        roles=parts.roles,
        profiles=parts.competencies or (),
        convenings=parts.convenings or (),
        events=question.evidence.events,
    )


def roles_name_competencies(question: Question) -> Answer:
    """ILR-12.GR.2: every description of a coach or mentor has a competency profile and is used to choose, pay or hire."""
    records = _records(question)
    if records is None or question.capacity.competencies is None:
        return missing(["role_description.competencies", "role_description.use"])
    return tallied(roles_with_competencies(records), "ROLES_WITHOUT_COMPETENCIES", none="NO_ROLES")


def every_subject_is_searched(question: Question) -> Answer:
    """ILR-12.GS.1: every subject that the building teaches was searched; cells without anybody evident are told.

    The search is of `ilr.coaching.candidates`, over review periods of which one or more lie in the window.
    """
    search, roster = question.capacity.search, question.evidence.roster
    if search is None or roster is None:
        return missing(["section.subject", "candidate.look_for", "standing.status"])
    subjects = {
        one.subject
        for one in roster.sections
        if one.building == question.building and one.subject is not None
    }
    if not subjects:
        return missing(["section.subject"])
    recent = any(one.overlap(question.window) is not None for one in search.periods)
    cells = [one for one in search.cells if one.building == question.building and recent]
    unsearched = len(subjects - {one.subject_area for one in cells})
    states = [one.state for one in cells]
    return judged(
        unsearched == 0,
        Reason.of("SUBJECTS_UNSEARCHED", n=unsearched, of=len(subjects)),
        Reason.of(
            "CELLS_SEARCHED",
            n=states.count("candidates"),
            none=states.count("none evident"),
            few=states.count("not enough data"),
        ),
    )


def leaders_may_mentor(question: Question) -> Answer:
    """ILR-12.GS.2: how many mentor assignments run, by what they rest on, is told; it never fails.

    An assignment rests on a start date, on a request of the person or on a flag of the host, never on what was
    observed (FW-3).
    """
    held = question.capacity.mentors
    if held is None:
        return missing(["mentor_assignment.mentor", "mentor_assignment.mentee"])
    why = [one.because for one in held if one.holds_on(question.window.end)]
    reason = Reason.of(
        "MENTORED",
        new=why.count("new"),
        own=why.count("own request"),
        host=why.count("flag of the host"),
    )
    return judged(True, reason) if why else not_applicable(reason)


def coaches_hold_a_role(question: Question) -> Answer:
    """ILR-12.GB.1: every coach was appointed to a published description that names duties."""
    records = _records(question)
    if records is None:
        return missing(_ROLES)
    return tallied(coaches_with_role(records), "COACHES_WITHOUT_ROLE", none="NO_COACHES")


def coaches_come_from_practice(question: Question) -> Answer:
    """ILR-12.GB.2: every appointment of a coach cites strong practice and finished mentoring (MT-5)."""
    records, parts = _records(question), question.capacity
    if records is None or parts.nominations is None or parts.mentors is None:
        return missing(
            ["role_appointment.evidence", "mentor_assignment.ended_on", "mentor_assignment.feedback"]
        )
    if not records.coaches:
        return judged(False, Reason.of("NO_COACHES"))
    coaching = {one.id for one in records.roles if one.role == "coach"}
    appointed = [
        one
        for one in question.events(RoleAppointment)
        if one.role in coaching and records.roster.resolve(one.person) in records.coaches
    ]
    unfounded = len(records.coaches) - len(records.roster.persons(one.person for one in appointed))
    if unfounded:
        return missing(["role_appointment.person"], Reason.of("COACHES_WITHOUT_APPOINTMENT", n=unfounded))
    found = coaches_from_practice(
        appointed,
        nominations=parts.nominations,
        mentors=parts.mentors,
        roster=records.roster,
        policy=question.policy,
    )
    return tallied(found, "APPOINTMENTS_UNFOUNDED")


def roles_serve_teaching(question: Question) -> Answer:
    """ILR-12.KI.1: the district made the roles, and at least P-COACHTIME of coaches' minutes goes to support."""
    records, time = _records(question), question.capacity.time
    if records is None or time is None:
        return missing(["role_description.origin", "coach_time.category", "coach_time.minutes"])
    roles = tallied(roles_of_district(records), "ROLES_OF_BUILDINGS", none="NO_ROLES")
    found = time_share(
        spent
        for one in time
        if one.on in question.window and records.roster.resolve(one.coach) in records.coaches
        for spent in one.spent
    )
    if found.support is None:
        return missing(["coach_time.category", "coach_time.minutes"], *roles.reasons)
    least = question.policy.coach_time
    return judged(
        roles.verdict is Verdict.MET and found.support >= least,
        *roles.reasons,
        Reason.of("SUPPORT_TIME", share=found.support, least=least),
    )


def coaches_are_trained(question: Question) -> Answer:
    """ILR-12.KI.2: every coach has completed training in coaching strategies and in feedback."""
    records = _records(question)
    if records is None or not question.events(TrainingRecord):
        return missing(["training_record.person", "training_record.topic", "role_appointment.person"])
    return tallied(coaches_with_training(records), "COACHES_UNTRAINED", none="NO_COACHES")


def coaches_convene(question: Question) -> Answer:
    """ILR-12.KI.3: in every term coaches met and planned jointly, where there are several coaches or roles."""
    records = _records(question)
    if records is None or question.capacity.convenings is None:
        return missing(["convening.on", "convening.participants", "convening.plan"])
    found = terms_with_convening(records)
    if not found.of:
        return not_applicable(Reason.of("ONE_COACH"))
    return tallied(found, "TERMS_WITHOUT_CONVENING")


def coaches_observe_and_coach(question: Question) -> Answer:
    """ILR-12.KI.4: every coach made a visit in the window and held a conversation that drew on evidence."""
    records, walks, plans = _records(question), visits(question), question.evidence.engagements
    if records is None or walks is None or plans is None:
        return missing(["walkthrough.observer", "coaching_session.coach", "coaching_session.evidence"])
    lacking = tuple(
        coach
        for coach in records.coaches
        if not coach_activity(
            coach, plans, walks, window=question.window, calendar=question.calendar, roster=records.roster
        ).both
    )
    found = Tally(reached=len(records.coaches) - len(lacking), of=len(records.coaches), lacking=lacking)
    return tallied(found, "COACHES_INACTIVE", none="NO_COACHES")


RULES: Mapping[str, Rule] = FrozenMap(
    {
        "ILR-12.GA.1": capacity_is_known,
        "ILR-12.GA.2": support_reaches_the_minimum,
        "ILR-12.GR.1": priorities_are_set,
        "ILR-12.GR.2": roles_name_competencies,
        "ILR-12.GS.1": every_subject_is_searched,
        "ILR-12.GS.2": leaders_may_mentor,
        "ILR-12.GB.1": coaches_hold_a_role,
        "ILR-12.GB.2": coaches_come_from_practice,
        "ILR-12.KI.1": roles_serve_teaching,
        "ILR-12.KI.2": coaches_are_trained,
        "ILR-12.KI.3": coaches_convene,
        "ILR-12.KI.4": coaches_observe_and_coach,
    }
)
