"""Coaching of leaders: who coaches whom, on which plan, and who has a mentor (LS-12b).

Here belong learning plans, the facts of coaching sessions of leaders, mentors, practice of protocols, and one function
for each criterion that records can tell. Whatever a leader says in a session stays with the two; here are days, codes
and ids. Not here: partnerships of supervisors with building leaders (`ilr.coaching.partnerships`), coaching of
teachers (`ilr.coaching.plan`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import attrs

from ilr.base import (
    Checker,
    Event,
    InputRequest,
    InputResponse,
    Policy,
    Role,
    Roster,
    TrainingRecord,
    Window,
    read_only,
)
from ilr.coaching._tallies import (
    Tally,
    check_ids,
    check_interval,
    longest_gap_in_months,
    tally,
    window_in,
    years_later,
)
from ilr.coaching.models import CoachingProtocol
from ilr.coaching.roles import PriorityList
from ilr.coaching.sessions import Session
from ilr.cycles import ProtocolStep
from ilr.disclosure import Subject
from ilr.forms import Purpose

__all__ = [
    "COACHING_PROTOCOL",
    "LEADER_GROUPS",
    "LeaderRecords",
    "LeaderSession",
    "LearningPlan",
    "LogTemplate",
    "MentorAssignment",
    "PracticeSession",
    "coaches_trained",
    "coaches_who_practised",
    "leader_gaps_in_months",
    "leader_groups_coached",
    "leader_groups_heard",
    "leader_session",
    "leaders_with_plan",
    "leaders_within_gap",
    "leaders_without_start",
    "mentees_new_by_start",
    "new_leaders",
    "new_leaders_meeting_mentor",
    "new_leaders_mentored",
    "new_leaders_with_joint_plan",
    "protocols_of_both_levels",
    "sessions_by_protocol",
    "sessions_on_systems",
    "sessions_serving_plan",
    "sessions_with_purpose",
    "sessions_with_tag",
]

COACHING_PROTOCOL = "coaching protocol"
"""The usual topic of training in coaching and feedback by protocol."""

LEADER_GROUPS = (Role.BUILDING_LEADER, Role.INSTRUCTIONAL_LEADER, Role.SUPPORT_LEADER)
"""The groups of leaders whom district leaders coach."""

_ADMINISTRATORS = (Role.DISTRICT_LEADER, Role.BUILDING_LEADER)
_LEADERS = (Role.DISTRICT_LEADER, *LEADER_GROUPS)
_SYSTEMS = frozenset({"system", "policy", "instructional system", "district system", "district policy"})


def _leader_subject(id: str, leader: str, *others: str) -> Subject:
    coach = next((other for other in others if other != leader), None)
    return Subject(
        id=id,
        kind="leader coaching",
        teachers=(leader,),
        authors=tuple(others),
        coach=coach,
        purposes=(Purpose.COACHING,),
    )


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LearningPlan:
    """What a leader means to learn over a longer time. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        leader: id of the leader whose plan it is.
        authors: ids of who wrote it, the leader among them.
        aims: what is to be learned, in words; never aggregated.
        opened: first day.
        closed: last day, None while it lasts.

    Raises:
        InvalidInput: for a plan without its leader as author, an author twice, or an end before the start.

    Example:
        >>> plan = LearningPlan(id="l", leader="p1", authors=["p1", "m1"], opened=date(2026, 9, 1))
        >>> plan.is_joint_with("m1")
        True
    """

    id: str
    leader: str
    authors: tuple[str, ...]
    aims: tuple[str, ...] = ()
    opened: date
    closed: date | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("LearningPlan")
        check_ids(self.authors, check, "authors")
        check(
            self.leader in self.authors,
            "learning_plan.leader",
            "authors",
            "do not name the leader",
            expected="the leader among them",
        )
        check_interval(self.opened, self.closed, check, "closed")
        check.done()

    def is_joint_with(self, other: str) -> bool:
        """Whether somebody else wrote it together with the leader."""
        return other != self.leader and other in self.authors

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return window_in(Window(day, day), self.opened, self.closed) is not None

    def subject(self) -> Subject:
        """What a gate needs to know of it: the leader and who wrote it with them, and nobody else."""
        return _leader_subject(self.id, self.leader, *self.authors)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LeaderSession:
    """The facts of a coaching session of a leader, without its words. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day.
        coach: id of who coaches.
        leader: id of the leader who is coached.
        serves: whether it served the learning plan or an immediate issue, None where nobody says (LS-12b.KI.3).
        plan: id of the plan that it served; for such a session alone.
        tags: what it was about, for example ``policy`` or ``administrative problem``.
        protocol: id of the coaching protocol, or None.
        steps: the steps of the protocol and whether they were done.

    Raises:
        InvalidInput: for a plan without its id or an id without a plan, or a leader who coaches themself.
    """

    id: str
    on: date
    coach: str
    leader: str
    serves: Literal["plan", "immediate"] | None = None
    plan: str | None = None
    tags: tuple[str, ...] = ()
    protocol: str | None = None
    steps: tuple[ProtocolStep, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("LeaderSession")
        check(self.coach != self.leader, "session.people", "coach", "is the leader", expected="two people")
        check(
            (self.plan is not None) == (self.serves == "plan"),
            "session.plan",
            "plan",
            "does not go with what it serves",
            expected="the id of the plan that it serves, and none otherwise",
        )
        check.done()

    @property
    def follows_protocol(self) -> bool:
        """Whether it names a protocol and each of its steps was done."""
        return self.protocol is not None and bool(self.steps) and all(step.done for step in self.steps)

    def subject(self) -> Subject:
        """What a gate needs to know of it; content is for the two, and for a leader's own request (FW-2)."""
        return _leader_subject(self.id, self.leader, self.coach)


def leader_session(
    session: Session, *, coach: str, leader: str, protocol: CoachingProtocol | None = None
) -> LeaderSession:
    """The facts of a conversation with a leader: its day, tags and steps, and none of its words (VS-8).

    Args:
        session: the conversation. It serves the learning plan when an item of its agenda does, the first such item
            says which, and an immediate issue when one says so and none serves the plan.
        coach: id of who coaches.
        leader: id of the leader.
        protocol: the protocol that it followed; its steps are the parts that conversations of that phase have.
    """
    items = [entry for entry in session.entries if entry.kind == "agenda"]
    plan = next((entry.learning_plan for entry in items if entry.serves == "plan"), None)
    immediate = any(entry.serves == "immediate" for entry in items)
    parts = () if protocol is None else protocol.model.parts_in(session.phase)
    return LeaderSession(
        id=session.id,
        on=session.on,
        coach=coach,
        leader=leader,
        serves="plan" if plan else "immediate" if immediate else None,
        plan=plan,
        tags=tuple(dict.fromkeys(tag for entry in items for tag in entry.tags)),
        protocol=session.protocol if protocol is None else protocol.id,
        steps=tuple(ProtocolStep(part, done=part in session.parts) for part in parts),
    )


@attrs.frozen(kw_only=True, field_transformer=read_only)
class MentorAssignment:
    """A mentor for somebody new, or for who asked for one: a teacher, a leader or a coach. Equal when all fields are.

    Nothing that was observed leads to an assignment: whom it is for is told by a start date, by that person's own
    request, or by a flag of the host (FW-3).

    Attributes:
        id: opaque id.
        mentor: id of the mentor.
        mentee: id of who is mentored.
        because: what it rests on.
        starts: first day.
        ends: last day, None while it lasts.
        meetings: days on which the two met.
        feedback: ids of what the mentee said about it, kept by the host.

    Raises:
        InvalidInput: for one person as both, or an end before the start.
    """

    id: str
    mentor: str
    mentee: str
    because: Literal["new", "own request", "flag of the host"] = "new"
    starts: date
    ends: date | None = None
    meetings: tuple[date, ...] = ()
    feedback: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("MentorAssignment")
        check(
            self.mentor != self.mentee, "assignment.people", "mentor", "is the mentee", expected="two people"
        )
        check_interval(self.starts, self.ends, check)
        check.done()

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return window_in(Window(day, day), self.starts, self.ends) is not None

    def finished_by(self, day: date) -> bool:
        """Whether it was finished by a day, with feedback of the mentee (MT-5)."""
        return self.ends is not None and self.ends <= day and bool(self.feedback)

    def subject(self, kind: Literal["coaching facts", "leader coaching"] = "coaching facts") -> Subject:
        """What a gate needs to know of it.

        Args:
            kind: ``leader coaching`` where the mentee is a leader.
        """
        if kind == "leader coaching":
            return _leader_subject(self.id, self.mentee, self.mentor)
        return Subject(
            id=self.id,
            kind=kind,
            teachers=(self.mentee,),
            authors=(self.mentor,),
            coach=self.mentor,
            purposes=(Purpose.COACHING,),
        )


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PracticeSession:
    """People rehearsed a protocol together (LS-12b.GR.2). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day.
        protocol: id of the protocol.
        participants: ids of two or more people.

    Raises:
        InvalidInput: for fewer than two.
    """

    id: str
    on: date
    protocol: str
    participants: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        check = Checker("PracticeSession")
        check_ids(self.participants, check, "participants", least=2)
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LogTemplate:
    """The shared way to document coaching conversations (LS-12b.GR.3). Equal when all fields are equal.

    Attributes:
        id: stable code.
        published_on: the day of publication, None for a draft.
        contributors: ids of who took part in making it.
    """

    id: str
    published_on: date | None = None
    contributors: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LeaderRecords:
    """What is on record of the coaching of leaders in a district. Equal when all fields are equal.

    Attributes:
        roster: who holds which post since when, and which ids are one person.
        window: first and last day of the question; who is new is asked on the last.
        policy: the numbers.
        sessions: coaching sessions of leaders.
        plans: learning plans.
        mentors: mentor assignments.
        practice: rehearsals of protocols.
        protocols: coaching protocols.
        templates: templates for the documentation of conversations.
        priorities: lists of priorities.
        events: small dated facts, training and input among them.

    Example:
        >>> talk = LeaderSession(id="s", on=date(2026, 9, 15), coach="d1", leader="p1", tags=["policy"])
        >>> window = Window(date(2026, 9, 1), date(2026, 9, 30))
        >>> sessions_on_systems(LeaderRecords(roster=Roster(), window=window, sessions=[talk])).all
        True
    """

    roster: Roster
    window: Window
    policy: Policy = attrs.field(factory=Policy)
    sessions: tuple[LeaderSession, ...] = ()
    plans: tuple[LearningPlan, ...] = ()
    mentors: tuple[MentorAssignment, ...] = ()
    practice: tuple[PracticeSession, ...] = ()
    protocols: tuple[CoachingProtocol, ...] = ()
    templates: tuple[LogTemplate, ...] = ()
    priorities: tuple[PriorityList, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def held(self) -> tuple[LeaderSession, ...]:
        """The sessions of the window."""
        return tuple(one for one in self.sessions if one.on in self.window)

    @property
    def coached(self) -> tuple[str, ...]:
        """The leaders who had a session in the window, in order of ids."""
        return tuple(sorted(self.roster.persons(one.leader for one in self.held)))

    @property
    def coaches(self) -> tuple[str, ...]:
        """The district leaders who coached in the window, in order of ids."""
        found = self.roster.persons(one.coach for one in self.held if self.is_district(one.coach, one.on))
        return tuple(sorted(found))

    def roles_on(self, person: str, day: date) -> frozenset[Role]:
        """The roles of a person on a day."""
        who = self.roster.resolve(person)
        return frozenset(
            post.role
            for post in self.roster.appointments
            if self.roster.resolve(post.person) == who and post.holds_on(day)
        )

    def is_district(self, person: str, day: date) -> bool:
        """Whether a person is a district leader on a day."""
        return Role.DISTRICT_LEADER in self.roles_on(person, day)

    def trained(self, topic: str) -> frozenset[str]:
        """Who had completed a training by the last day."""
        return self.roster.persons(
            one.person
            for one in self.events
            if isinstance(one, TrainingRecord) and one.topic == topic and one.on <= self.window.end
        )


def leader_groups_heard(records: LeaderRecords, *, about: str) -> Tally:
    """LS-12b.GA.2: groups of leaders whose answer to a request for input is cited by a list of priorities.

    Args:
        records: the records; requests, answers and lists up to the last day count.
        about: what was asked, as the requests name it.

    Returns:
        Of building and instructional leaders those groups that the roster holds; a group is written as its role.
    """
    last = records.window.end
    asked = {
        one.id
        for one in records.events
        if isinstance(one, InputRequest) and one.about == about and one.on <= last
    }
    cited = {id for one in records.priorities if one.on <= last for id in one.evidence}
    answers = [
        one
        for one in records.events
        if isinstance(one, InputResponse) and one.request in asked and one.id in cited and one.on <= last
    ]
    heard = frozenset(role for one in answers for role in records.roles_on(one.by, one.on))
    return _groups(records, heard, (Role.BUILDING_LEADER, Role.INSTRUCTIONAL_LEADER))


def _groups(records: LeaderRecords, reached: frozenset[Role], wanted: Iterable[Role]) -> Tally:
    there = {post.role for post in records.roster.appointments if post.overlaps(records.window)}
    return tally(
        (role for role in wanted if role in there), lambda role: role in reached, lambda role: role.value
    )


def coaches_trained(records: LeaderRecords, *, topic: str = COACHING_PROTOCOL) -> Tally:
    """LS-12b.GR.1, KI.2: district leaders who coach and had completed the training by the last day.

    Args:
        records: the records.
        topic: topic of the training records that count.
    """
    return tally(records.coaches, records.trained(topic).__contains__, str)


def coaches_who_practised(records: LeaderRecords) -> Tally:
    """LS-12b.GR.2: district leaders who coach and have rehearsed a protocol with others by the last day."""
    done = records.roster.persons(
        id for one in records.practice if one.on <= records.window.end for id in one.participants
    )
    return tally(records.coaches, done.__contains__, str)


def protocols_of_both_levels(records: LeaderRecords) -> Tally:
    """LS-12b.GR.3: protocols and templates that are published and were made by district and building leaders."""
    last = records.window.end

    def of_both(one: CoachingProtocol | LogTemplate) -> bool:
        if one.published_on is None or one.published_on > last:
            return False
        day = one.published_on
        roles = frozenset(role for person in one.contributors for role in records.roles_on(person, day))
        return Role.DISTRICT_LEADER in roles and not roles.isdisjoint(LEADER_GROUPS)

    held: tuple[CoachingProtocol | LogTemplate, ...] = (*records.protocols, *records.templates)
    return tally(held, of_both, lambda one: one.id)


def leader_groups_coached(records: LeaderRecords) -> Tally:
    """LS-12b.GS.1: of `LEADER_GROUPS` in the roster those of which a leader was coached by a district leader."""
    reached = frozenset(
        role
        for one in records.held
        if records.is_district(one.coach, one.on)
        for role in records.roles_on(one.leader, one.on)
    )
    return _groups(records, reached, LEADER_GROUPS)


def new_leaders(records: LeaderRecords) -> tuple[str, ...]:
    """District and building leaders in the first P-NEWLEADER years of a post on the last day, in order of ids.

    A post without a first day tells nothing, see `leaders_without_start`.
    """
    last, years = records.window.end, records.policy.new_leader_years
    return tuple(
        sorted(
            records.roster.persons(
                post.person
                for post in records.roster.appointments
                if post.role in _ADMINISTRATORS
                and post.holds_on(last)
                and post.start is not None
                and last < years_later(post.start, years)
            )
        )
    )


def leaders_without_start(records: LeaderRecords) -> int:
    """How many district and building leaders of the last day have a post whose first day is not known."""
    last = records.window.end
    return len(
        records.roster.persons(
            post.person
            for post in records.roster.appointments
            if post.role in _ADMINISTRATORS and post.holds_on(last) and post.start is None
        )
    )


def _mentors_of(records: LeaderRecords, leader: str) -> list[MentorAssignment]:
    return [
        one
        for one in records.mentors
        if one.holds_on(records.window.end) and records.roster.resolve(one.mentee) == leader
    ]


def mentees_new_by_start(mentors: Iterable[MentorAssignment], *, roster: Roster, policy: Policy) -> Tally:
    """ILR-12.GS.2: of the assignments that rest on being new, those whose mentee was, by the first day of a post.

    Teachers are new for P-NEWTEACHER years, everyone else for P-NEWLEADER. Assignments on a person's own request, or on
    a flag of the host, are not asked: nothing that was observed may bear on them (FW-3).

    Args:
        mentors: mentor assignments.
        roster: who holds which post since when, and which ids are one person.
        policy: the numbers.
    """

    def is_new(one: MentorAssignment) -> bool:
        mentee = roster.resolve(one.mentee)
        return any(
            roster.resolve(post.person) == mentee
            and post.holds_on(one.starts)
            and post.start is not None
            and one.starts < years_later(post.start, _years(post.role, policy))
            for post in roster.appointments
        )

    return tally((one for one in mentors if one.because == "new"), is_new, lambda one: one.id)


def _years(role: Role, policy: Policy) -> int:
    teaching = role in (Role.TEACHER, Role.LONG_TERM_SUBSTITUTE)
    return policy.new_teacher_years if teaching else policy.new_leader_years


def new_leaders_mentored(records: LeaderRecords) -> Tally:
    """LS-12b.GS.2: new leaders who have a mentor on the last day."""
    return tally(new_leaders(records), lambda leader: bool(_mentors_of(records, leader)), str)


def new_leaders_meeting_mentor(records: LeaderRecords) -> Tally:
    """LS-12b.GB.3: new leaders who never went without meeting one of their mentors for longer than P-MENTOR.

    The window is cut by the start of the earliest assignment that holds on the last day.
    """

    def often(leader: str) -> bool:
        held = _mentors_of(records, leader)
        if not held:
            return False
        own = Window(max(records.window.start, min(one.starts for one in held)), records.window.end)
        days = (day for one in held for day in one.meetings)
        return longest_gap_in_months(days, own) <= records.policy.mentor_gap

    return tally(new_leaders(records), often, str)


def new_leaders_with_joint_plan(records: LeaderRecords) -> Tally:
    """LS-12b.GB.3: new leaders with a learning plan, in force on the last day, that they wrote with a mentor."""

    def jointly(leader: str) -> bool:
        mentors = records.roster.persons(one.mentor for one in _mentors_of(records, leader))
        return any(
            not mentors.isdisjoint(records.roster.persons(one.authors)) for one in _plans(records, leader)
        )

    return tally(new_leaders(records), jointly, str)


def _plans(records: LeaderRecords, leader: str) -> list[LearningPlan]:
    last = records.window.end
    return [
        one for one in records.plans if one.holds_on(last) and records.roster.resolve(one.leader) == leader
    ]


def leader_gaps_in_months(records: LeaderRecords) -> tuple[tuple[str, int], ...]:
    """LS-12b.GB.1, KI.1: each coached leader with the longest time without a session, in calendar months begun.

    The first day of a leading post cuts the window, where it is known.
    """
    return tuple((leader, _gap(records, leader)) for leader in records.coached)


def _gap(records: LeaderRecords, leader: str) -> int:
    resolve, window = records.roster.resolve, records.window
    days = [one.on for one in records.held if resolve(one.leader) == leader]
    posts = [
        post.start
        for post in records.roster.appointments
        if post.role in _LEADERS and resolve(post.person) == leader and post.overlaps(window)
    ]
    starts = min((start or window.start for start in posts), default=window.start)
    return longest_gap_in_months(days, Window(min(max(starts, window.start), *days), window.end))


def leaders_within_gap(records: LeaderRecords) -> Tally:
    """LS-12b.GB.1, KI.1: coached leaders who never went without a session for longer than P-LCOACH."""
    most = records.policy.leader_coaching_gap
    return tally(records.coached, lambda leader: _gap(records, leader) <= most, str)


def sessions_with_tag(records: LeaderRecords, tag: str) -> Tally:
    """LS-12b.GB.2: sessions of the window with a tag, for example ``leadership planning``."""
    return tally(records.held, lambda one: tag in one.tags, lambda one: one.id)


def sessions_on_systems(records: LeaderRecords) -> Tally:
    """LS-12b.GB.1: sessions of the window that were about a system or a policy."""
    return tally(records.held, lambda one: not _SYSTEMS.isdisjoint(one.tags), lambda one: one.id)


def sessions_by_protocol(records: LeaderRecords) -> Tally:
    """LS-12b.KI.2: sessions of the window in which each step of a protocol was done; the share to hold to P-PROTO."""
    return tally(records.held, lambda one: one.follows_protocol, lambda one: one.id)


def leaders_with_plan(records: LeaderRecords) -> Tally:
    """LS-12b.KI.3: coached leaders with a learning plan that is in force on the last day."""
    return tally(records.coached, lambda leader: bool(_plans(records, leader)), str)


def sessions_with_purpose(records: LeaderRecords) -> Tally:
    """LS-12b.KI.3: sessions of the window that say whether they served a plan or an immediate issue."""
    return tally(records.held, lambda one: one.serves is not None, lambda one: one.id)


def sessions_serving_plan(records: LeaderRecords) -> Tally:
    """LS-12b.KI.3: of the sessions that say so those that served a plan of that leader; the share to hold to P-PLAN."""
    plans = {(one.id, records.roster.resolve(one.leader)) for one in records.plans}
    return tally(
        (one for one in records.held if one.serves is not None),
        lambda one: (one.plan, records.roster.resolve(one.leader)) in plans,
        lambda one: one.id,
    )
