"""The rules of LS-12a: do leaders meet as partners, on agendas of both, and does the district hear of it?

The leadership system is of a district, so all partnerships that are on record count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps

import attrs

from ilr.base import FrozenMap, Reason, Roster, Verdict
from ilr.coaching import (
    PartnershipMeeting,
    PartnershipRecords,
    Tally,
    TimeStudy,
    agendas_planned_ahead,
    leaders_partnered,
    partnerships_on_policy,
    partnerships_planning_ahead,
    partnerships_planning_support,
    partnerships_set_jointly,
    partnerships_that_met,
    partnerships_with_cycle,
    partnerships_with_focus,
    partnerships_with_slot,
    partnerships_with_time_for_feedback,
    partnerships_within_gap,
    terms_with_answered_issue,
    ties_of_leaders,
    time_study,
)
from ilr.progress._engagements import tallied
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, Rule, judged, judged_in_part, missing, not_applicable

__all__ = ["RULES"]

_MEETINGS = (
    "partnership.supervisor",
    "partnership.leader",
    "partnership_meeting.on",
    "partnership_meeting.status",
)
_SEED = 1


def _partnerships(question: Question) -> PartnershipRecords | None:
    """Partnerships and what is on record of them up to the end of the window; None where none are kept."""
    parts = question.leadership
    if parts.partnerships is None:
        return None
    known, last = {one.id for one in parts.partnerships}, question.window.end
    return PartnershipRecords(
        partnerships=parts.partnerships,
        window=question.window,
        calendar=question.calendar,
        policy=question.policy,
        meetings=tuple(
            one
            for one in parts.meetings or ()
            if one.partnership in known and question.calendar.school_day(one.start) <= last
        ),
        issues=tuple(one for one in parts.issues or () if one.partnership in known and one.on <= last),
        cycles=question.evidence.cycles or (),
    )


def _asks_partnerships(
    *needs: str, of: tuple[str, ...] = ("meetings",)
) -> Callable[[Callable[[Question, PartnershipRecords], Answer]], Rule]:
    """Make a rule of a question about partnerships; without partnerships on record it is not assessable.

    Args:
        needs: the record fields that it reads.
        of: parts of the evidence about leaders that it reads beside the partnerships.
    """

    def made(ask: Callable[[Question, PartnershipRecords], Answer]) -> Rule:
        @wraps(ask)
        def rule(question: Question) -> Answer:
            records = _partnerships(question)
            if records is None or any(getattr(question.leadership, one) is None for one in of):
                return missing(needs)
            return ask(question, records)

        return rule

    return made


def _study(question: Question, records: PartnershipRecords) -> TimeStudy | None:
    """The time study of the weeks that were looked at; None before they are over."""
    frame = question.leadership.frame
    if frame is None or frame.weeks[-1].end > question.as_of:
        return None
    return time_study(records, frame=frame, seed=_SEED)


@_asks_partnerships(*_MEETINGS, "time_study.window", of=("meetings", "frame"))
def meetings_are_counted(question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.GA.1: weeks that were looked at tell how often each pair of leaders meets; the least is told."""
    study = _study(question, records)
    if study is None:
        return missing(["time_study.window"])
    if not study.pairs:
        return judged(False, Reason.of("NO_PARTNERSHIPS"))
    least = min(one.a_month or 0.0 for one in study.pairs)
    return judged(True, Reason.of("MEETINGS_A_MONTH", n=len(study.pairs), least=round(least, 2)))


@_asks_partnerships(
    "time_entry.meeting", "time_entry.category", "time_entry.minutes", of=("meetings", "frame")
)
def minutes_are_told_apart(question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.GA.2: minutes of those weeks tell coaching and planning from the problems of the day; the share is told."""
    study = _study(question, records)
    if study is None:
        return missing(["time_study.window"])
    share, of = study.share, study.share.n
    if share.undefined is not None:
        return missing(["time_entry.category", "time_entry.minutes"], share.undefined)
    return judged(True, Reason.of("COACHING_SHARE", share=float(share.value), n=int(of["meetings"])))


@_asks_partnerships("partnership_slot.partnership", "partnership_slot.repeats", of=())
def time_is_kept_free(_question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.GR.1: every partnership has a standing time that is in the calendar of everyone in it."""
    return tallied(partnerships_with_slot(records), "PARTNERSHIPS_WITHOUT_SLOT", none="NO_PARTNERSHIPS")


@_asks_partnerships("partnership_slot.minutes", "agenda_template.parts", of=())
def time_allows_feedback(question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.GR.2: the standing time is P-PMIN or longer, with feedback on each agenda; that it suffices, people attest.

    Where LS-12a.KI.2 is met, agendas need no standing place for feedback.
    """
    if agendas_are_joint(question).verdict is Verdict.MET:
        held = (attrs.evolve(one, standing_items=("feedback",)) for one in records.partnerships)
        records = attrs.evolve(records, partnerships=tuple(held))
    answer = tallied(
        partnerships_with_time_for_feedback(records), "PARTNERSHIPS_WITHOUT_FEEDBACK", none="NO_PARTNERSHIPS"
    )
    return judged_in_part(answer.verdict is Verdict.MET, *answer.reasons)


@_asks_partnerships("partnership_focus.practices", "partnership_focus.competencies", of=())
def focus_is_named(_question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.GR.3: every partnership names district practices and leadership competencies to weave in."""
    return tallied(partnerships_with_focus(records), "PARTNERSHIPS_WITHOUT_FOCUS", none="NO_PARTNERSHIPS")


@_asks_partnerships(*_MEETINGS)
def supervisors_have_met_leaders(question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.GS.1: every building leader of the roster has a supervisor as partner, and every such pair has met."""
    roster = question.evidence.roster
    if roster is None:
        return missing(["roster.appointments"])
    met, partnered = partnerships_that_met(records), leaders_partnered(records, roster)
    if not met.of:
        return judged(False, Reason.of("NO_PARTNERSHIPS"))
    return judged(
        not met.lacking and not partnered.lacking,
        Reason.of("PARTNERSHIPS_UNMET", n=len(met.lacking), of=met.of),
        Reason.of("LEADERS_UNPARTNERED", n=len(partnered.lacking), of=partnered.of),
    )


@_asks_partnerships("agenda_item.meeting", "agenda_item.tags", "building_plan.partnership")
def buildings_are_planned(question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.GS.2: every pair spoke of teaching and of student support, and wrote a plan for the building.

    Where LS-12a.KI.1 is met, the plan is enough.
    """
    found = partnerships_planning_support(records)
    if partners_plan_ahead(question).verdict is Verdict.MET:
        bare = tuple(one.id for one in records.supervised if not one.building_plans)
        found = Tally(reached=found.of - len(bare), of=found.of, lacking=bare)
    return tallied(found, "PARTNERSHIPS_WITHOUT_BUILDING_PLAN", none="NO_PARTNERSHIPS")


@_asks_partnerships(*_MEETINGS)
def meetings_are_regular(question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.GB.1: no partnership goes without a meeting for longer than P-PART."""
    found = partnerships_within_gap(records)
    if not found.of:
        return judged(False, Reason.of("NO_PARTNERSHIPS"))
    most = question.policy.partner_gap
    return judged(
        not found.lacking, Reason.of("PARTNERSHIP_GAPS", n=len(found.lacking), of=found.of, most=most)
    )


def _by_term(found: Tally, records: PartnershipRecords, code: str) -> Answer:
    """An answer about partnerships and terms; without terms it cannot be told."""
    if not records.terms:
        return missing(["calendar.terms"])
    return tallied(found, code, none="NO_PARTNERSHIPS")


@_asks_partnerships("agenda_item.meeting", "agenda_item.tags")
def policy_is_discussed(_question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.GB.2: in every term every partnership has district policy on an agenda."""
    return _by_term(partnerships_on_policy(records), records, "TERMS_WITHOUT_POLICY")


@_asks_partnerships("upward_issue.raised_on", "upward_issue.disposition", of=("issues",))
def issues_are_answered(_question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.GB.3: in every term a building raised something that the district has answered."""
    return _by_term(terms_with_answered_issue(records), records, "TERMS_WITHOUT_ISSUE")


@_asks_partnerships("agenda.published_on", "agenda_item.kind", "partnership_meeting.on")
def agendas_are_out_ahead(question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.GB.4: the agenda of every meeting was out before P-AGENDA, with long-term points and room for urgent ones.

    Where LS-12a.KI.2 is met, agendas need not be sent out.
    """
    if agendas_are_joint(question).verdict is Verdict.MET:
        records = attrs.evolve(records, meetings=tuple(map(_as_known, records.meetings)))
    return tallied(agendas_planned_ahead(records), "MEETINGS_WITHOUT_AGENDA", none="NO_MEETINGS")


def _as_known(meeting: PartnershipMeeting) -> PartnershipMeeting:
    """A meeting whose agenda everyone knew, because both sides wrote it."""
    if meeting.agenda is None:
        return meeting
    early = datetime.min.replace(tzinfo=UTC)
    return attrs.evolve(meeting, agenda=attrs.evolve(meeting.agenda, published_at=early))


@_asks_partnerships("agenda_item.tags", "agenda_item.horizon")
def partners_plan_ahead(_question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.KI.1: every partnership plans a term or more ahead for district systems and for building routines."""
    return tallied(
        partnerships_planning_ahead(records), "PARTNERSHIPS_WITHOUT_LONG_PLAN", none="NO_PARTNERSHIPS"
    )


@_asks_partnerships("partnership_slot.accepted_by", "agenda_item.author")
def agendas_are_joint(_question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.KI.2: in every term each side put a point on an agenda, on a schedule that all accepted."""
    return _by_term(partnerships_set_jointly(records), records, "TERMS_NOT_JOINT")


@_asks_partnerships("partnership.cycle", "cycle.opened_on", "cycle.evidence", of=())
def partners_run_cycles(question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.KI.3: in every term every partnership runs an improvement cycle on data of its own."""
    if question.evidence.cycles is None:
        return missing(["partnership.cycle", "cycle.opened_on", "cycle.evidence"])
    return _by_term(partnerships_with_cycle(records), records, "TERMS_WITHOUT_PARTNER_CYCLE")


@_asks_partnerships("partnership.supervisor", "partnership.leader", of=())
def leaders_have_several_partners(question: Question, records: PartnershipRecords) -> Answer:
    """LS-12a.KI.4: how many leaders hold several partnerships, or one with peers, is told; it never fails."""
    ties = ties_of_leaders(
        records.partnerships, on=question.window.end, roster=question.evidence.roster or Roster()
    )
    several = sum(one.partnerships > 1 or one.peers > 0 for one in ties)
    reason = Reason.of("LEADERS_WITH_SEVERAL", n=several, of=len(ties))
    return judged(True, reason) if several else not_applicable(reason)


RULES: Mapping[str, Rule] = FrozenMap(
    {
        "LS-12a.GA.1": meetings_are_counted,
        "LS-12a.GA.2": minutes_are_told_apart,
        "LS-12a.GR.1": time_is_kept_free,
        "LS-12a.GR.2": time_allows_feedback,
        "LS-12a.GR.3": focus_is_named,
        "LS-12a.GS.1": supervisors_have_met_leaders,
        "LS-12a.GS.2": buildings_are_planned,
        "LS-12a.GB.1": meetings_are_regular,
        "LS-12a.GB.2": policy_is_discussed,
        "LS-12a.GB.3": issues_are_answered,
        "LS-12a.GB.4": agendas_are_out_ahead,
        "LS-12a.KI.1": partners_plan_ahead,
        "LS-12a.KI.2": agendas_are_joint,
        "LS-12a.KI.3": partners_run_cycles,
        "LS-12a.KI.4": leaders_have_several_partners,
    }
)
