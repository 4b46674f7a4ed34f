"""The rules of LS-12b: are leaders coached and mentored themselves?

The leadership system is of a district, so all leaders that are on record count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

import attrs

from ilr.base import FrozenMap, InputRequest, Reason, TrainingRecord, Verdict
from ilr.coaching import (
    LeaderRecords,
    LeaderSession,
    Tally,
    coaches_trained,
    coaches_who_practised,
    leader_groups_coached,
    leader_groups_heard,
    leader_session,
    leaders_with_plan,
    leaders_within_gap,
    leaders_without_start,
    new_leaders_meeting_mentor,
    new_leaders_mentored,
    new_leaders_with_joint_plan,
    protocols_of_both_levels,
    sessions_by_protocol,
    sessions_on_systems,
    sessions_serving_plan,
    sessions_with_purpose,
    sessions_with_tag,
)
from ilr.progress._engagements import tallied
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, Rule, judged, missing, not_applicable

__all__ = ["COACHING_OF_LEADERS", "RULES"]

COACHING_OF_LEADERS = "leader coaching"
"""What a request for input is about by which leaders say what coaching is to serve (LS-12b.GA.2)."""


def _leaders(question: Question) -> LeaderRecords | None:
    """What is on record of the coaching of leaders up to the end of the window; None without a roster."""
    evidence, last = question.evidence, question.window.end
    if evidence.roster is None:
        return None
    protocols = question.coaching.protocols or ()
    return LeaderRecords(
        roster=evidence.roster,
        window=question.window,
        policy=question.policy,
        sessions=_sessions(question) or (),
        plans=question.leadership.plans or (),
        mentors=question.capacity.mentors or (),
        practice=question.leadership.practice or (),
        protocols=tuple(one for one in protocols if one.model.coachee == "leader"),
        templates=question.leadership.templates or (),
        priorities=question.capacity.priorities or (),
        events=tuple(one for one in evidence.events if one.on <= last),
    )


def _sessions(question: Question) -> tuple[LeaderSession, ...] | None:
    """Sessions of leaders, those in coaching plans of leaders among them; None where neither is kept."""
    evidence = question.evidence
    protocols = {one.id: one for one in question.coaching.protocols or ()}
    plans = [one for one in evidence.engagements or () if one.model.coachee == "leader"]
    if question.leadership.sessions is None and not plans:
        return None
    held = {one.id: one for one in question.leadership.sessions or ()}
    for plan in plans:
        for session in plan.sessions:
            made = leader_session(
                session,
                coach=plan.coach,
                leader=plan.teacher,
                protocol=protocols.get(session.protocol or ""),
            )
            held.setdefault(made.id, made)
    return tuple(held.values())


def _asks_leaders(
    *needs: str, sessions: bool = True
) -> Callable[[Callable[[Question, LeaderRecords], Answer]], Rule]:
    """Make a rule of a question about the coaching of leaders.

    Args:
        needs: the record fields that it reads.
        sessions: whether it reads sessions; without any in the window it is then not met.
    """

    def made(ask: Callable[[Question, LeaderRecords], Answer]) -> Rule:
        @wraps(ask)
        def rule(question: Question) -> Answer:
            records = _leaders(question)
            if records is None or (sessions and _sessions(question) is None):
                return missing(needs)
            if sessions and not records.held:
                return judged(False, Reason.of("NO_LEADER_SESSIONS"))
            return ask(question, records)

        return rule

    return made


@_asks_leaders("input_request.about", "input_response.by", "priority_list.evidence", sessions=False)
def leaders_are_asked(question: Question, records: LeaderRecords) -> Answer:
    """LS-12b.GA.2: building and instructional leaders were asked, and a list of priorities cites answers of each group.

    The request is about ``leader coaching``.
    """
    asked = [one for one in question.events(InputRequest) if one.about == COACHING_OF_LEADERS]
    if question.capacity.priorities is None or not asked:
        return missing(["input_request.about", "input_response.by", "priority_list.evidence"])
    found = leader_groups_heard(records, about=COACHING_OF_LEADERS)
    if not found.of:
        return missing(["appointment.role"])
    return tallied(found, "LEADER_GROUPS_UNHEARD")


@_asks_leaders("training_record.person", "training_record.topic", "coaching_session.coach")
def coaches_of_leaders_are_trained(question: Question, records: LeaderRecords) -> Answer:
    """LS-12b.GR.1: every district leader who coaches is trained in coaching and feedback by protocol."""
    if not question.events(TrainingRecord):
        return missing(["training_record.person", "training_record.topic"])
    return tallied(coaches_trained(records), "LEADER_COACHES_UNTRAINED", none="NO_DISTRICT_COACHES")


@_asks_leaders("practice_session.participants", "practice_session.protocol", "practice_session.on")
def coaches_of_leaders_practise(question: Question, records: LeaderRecords) -> Answer:
    """LS-12b.GR.2: every district leader who coaches has rehearsed a protocol with others."""
    if question.leadership.practice is None:
        return missing(["practice_session.participants", "practice_session.protocol"])
    return tallied(coaches_who_practised(records), "LEADER_COACHES_UNPRACTISED", none="NO_DISTRICT_COACHES")


@_asks_leaders("coaching_protocol.status", "log_template.status", "contribution.person", sessions=False)
def one_way_is_agreed(question: Question, records: LeaderRecords) -> Answer:
    """LS-12b.GR.3: a published protocol for leaders and a log template were both made by district and building leaders."""
    if question.coaching.protocols is None or question.leadership.templates is None:
        return missing(["coaching_protocol.status", "log_template.status", "contribution.person"])
    protocols = protocols_of_both_levels(attrs.evolve(records, templates=())).reached
    templates = protocols_of_both_levels(attrs.evolve(records, protocols=())).reached
    return judged(
        protocols > 0 and templates > 0,
        Reason.of("WAYS_OF_BOTH_LEVELS", protocols=protocols, templates=templates),
    )


@_asks_leaders("coaching_session.coach", "coaching_session.coachee", "appointment.role")
def leader_groups_are_coached(_question: Question, records: LeaderRecords) -> Answer:
    """LS-12b.GS.1: of every group of leaders in the roster one was coached by a district leader."""
    found = leader_groups_coached(records)
    if not found.of:
        return missing(["appointment.role"])
    return tallied(found, "LEADER_GROUPS_UNCOACHED")


@_asks_leaders("appointment.start", "mentor_assignment.mentor", "mentor_assignment.mentee", sessions=False)
def new_leaders_have_mentors(question: Question, records: LeaderRecords) -> Answer:
    """LS-12b.GS.2: every district and building leader in the first P-NEWLEADER years of a post has a mentor."""
    if question.capacity.mentors is None:
        return missing(["mentor_assignment.mentor", "mentor_assignment.mentee"])
    found = new_leaders_mentored(records)
    return _of_new(records, found, Reason.of("NEW_LEADERS_UNMENTORED", n=len(found.lacking), of=found.of))


def _of_new(records: LeaderRecords, found: Tally, *reasons: Reason, holds: bool = True) -> Answer:
    """An answer about new leaders; a post without a first day leaves open who else is new."""
    unknown = leaders_without_start(records)
    if found.lacking or not holds:
        return judged(False, *reasons)
    if unknown:
        return missing(["appointment.start"], *reasons, Reason.of("LEADERS_WITHOUT_START", n=unknown))
    return judged(True, *reasons) if found.of else not_applicable(*reasons)


@_asks_leaders("coaching_session.coachee", "coaching_session.on", "coaching_session.tags", "appointment.role")
def leader_coaching_is_regular(question: Question, records: LeaderRecords) -> Answer:
    """LS-12b.GB.1 and KI.1: all groups are coached, no coached leader goes longer than P-LCOACH, on systems or policy."""
    gaps, topics, groups = (
        leaders_within_gap(records),
        sessions_on_systems(records),
        leader_groups_coached(records),
    )
    return judged(
        not gaps.lacking and not topics.lacking and not groups.lacking,
        Reason.of("LEADER_GAPS", n=len(gaps.lacking), of=gaps.of, most=question.policy.leader_coaching_gap),
        Reason.of("SESSIONS_OFF_SYSTEMS", n=len(topics.lacking), of=topics.of),
        Reason.of("LEADER_GROUPS_UNCOACHED", n=len(groups.lacking), of=groups.of),
    )


@_asks_leaders("coaching_session.tags")
def sessions_serve_planning_and_problems(_question: Question, records: LeaderRecords) -> Answer:
    """LS-12b.GB.2: sessions helped with planning and with problems of administration; both shares are told."""
    planning = sessions_with_tag(records, "leadership planning")
    problems = sessions_with_tag(records, "administrative problem")
    return judged(
        planning.reached > 0 and problems.reached > 0,
        Reason.of("SESSION_TOPICS", planning=planning.share or 0.0, problems=problems.share or 0.0),
    )


@_asks_leaders("appointment.start", "mentor_assignment.meetings", "learning_plan.authors", sessions=False)
def new_leaders_meet_and_plan(question: Question, records: LeaderRecords) -> Answer:
    """LS-12b.GB.3: no new leader goes longer than P-MENTOR without a mentor, and each wrote a learning plan with one."""
    if question.capacity.mentors is None or question.leadership.plans is None:
        return missing(["mentor_assignment.meetings", "learning_plan.authors"])
    meeting, joint = new_leaders_meeting_mentor(records), new_leaders_with_joint_plan(records)
    return _of_new(
        records,
        meeting,
        Reason.of("MENTOR_GAPS", n=len(meeting.lacking), of=meeting.of, most=question.policy.mentor_gap),
        Reason.of("NEW_LEADERS_WITHOUT_PLAN", n=len(joint.lacking), of=joint.of),
        holds=not joint.lacking,
    )


@_asks_leaders("training_record.person", "coaching_session.protocol", "coaching_session.steps")
def protocols_are_followed(question: Question, records: LeaderRecords) -> Answer:
    """LS-12b.KI.2: all who coach are trained, and at least P-PROTO of sessions take every step of their protocol."""
    trained = coaches_of_leaders_are_trained(question)
    if trained.verdict is Verdict.NOT_ASSESSABLE:
        return trained
    share, least = sessions_by_protocol(records).share or 0.0, question.policy.protocol_share
    return judged(
        trained.verdict is Verdict.MET and share >= least,
        *trained.reasons,
        Reason.of("SESSIONS_BY_PROTOCOL", share=share, least=least),
    )


@_asks_leaders("learning_plan.leader", "coaching_session.serves", "coaching_session.plan")
def sessions_serve_a_plan(question: Question, records: LeaderRecords) -> Answer:
    """LS-12b.KI.3: every coached leader has a learning plan, and at least P-PLAN of sessions serve it.

    Every session says whether it served a plan or an immediate issue.
    """
    if question.leadership.plans is None:
        return missing(["learning_plan.leader"])
    planned, purposed = leaders_with_plan(records), sessions_with_purpose(records)
    share, least = sessions_serving_plan(records).share or 0.0, question.policy.plan_share
    return judged(
        not planned.lacking and not purposed.lacking and share >= least,
        Reason.of("LEADERS_WITHOUT_PLAN", n=len(planned.lacking), of=planned.of),
        Reason.of("SESSIONS_WITHOUT_PURPOSE", n=len(purposed.lacking), of=purposed.of),
        Reason.of("SESSIONS_FOR_PLAN", share=share, least=least),
    )


RULES: Mapping[str, Rule] = FrozenMap(
    {
        "LS-12b.GA.2": leaders_are_asked,
        "LS-12b.GR.1": coaches_of_leaders_are_trained,
        "LS-12b.GR.2": coaches_of_leaders_practise,
        "LS-12b.GR.3": one_way_is_agreed,
        "LS-12b.GS.1": leader_groups_are_coached,
        "LS-12b.GS.2": new_leaders_have_mentors,
        "LS-12b.GB.1": leader_coaching_is_regular,
        "LS-12b.GB.2": sessions_serve_planning_and_problems,
        "LS-12b.GB.3": new_leaders_meet_and_plan,
        "LS-12b.KI.1": leader_coaching_is_regular,
        "LS-12b.KI.2": protocols_are_followed,
        "LS-12b.KI.3": sessions_serve_a_plan,
    }
)
