"""Partnerships of leaders: who meets whom, when, on an agenda of both, and what districts hear of it (LS-12a).

Here belong the partnership with its standing time, its meetings and agendas, what a building raises with its district,
and one function for each criterion that records can tell. A leader may hold several partnerships, also with
peers. Not here: how time in meetings is spent (`ilr.coaching.time_study`), coaching sessions of leaders and their
mentors (`ilr.coaching.leaders`). What leaders say to each other is no part of a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Literal

import attrs

from ilr.base import Checker, Policy, Role, Roster, SchoolCalendar, Term, Window, check_aware, read_only
from ilr.coaching._tallies import (
    Tally,
    check_ids,
    check_interval,
    longest_gap_in_months,
    tally,
    terms_within,
    window_in,
)
from ilr.cycles import CycleState, ImprovementCycle
from ilr.disclosure import Subject
from ilr.forms import Purpose

__all__ = [
    "AGENDA_TAGS",
    "Agenda",
    "AgendaItem",
    "LeaderTies",
    "Partnership",
    "PartnershipMeeting",
    "PartnershipRecords",
    "PartnershipSlot",
    "TimeEntry",
    "TimeKind",
    "UpwardIssue",
    "agendas_planned_ahead",
    "gaps_in_months",
    "leaders_partnered",
    "partnerships_on_policy",
    "partnerships_planning_ahead",
    "partnerships_planning_support",
    "partnerships_set_jointly",
    "partnerships_that_met",
    "partnerships_with_cycle",
    "partnerships_with_focus",
    "partnerships_with_slot",
    "partnerships_with_time_for_feedback",
    "partnerships_within_gap",
    "terms_with_answered_issue",
    "ties_of_leaders",
]

AGENDA_TAGS = (
    "instructional system",
    "student support",
    "district policy",
    "district system",
    "building routine",
    "feedback",
)
"""What the criteria ask agendas for; further tags are codes of competencies or of the host."""

ItemKind = Literal["long-term", "ad hoc"]
TimeKind = Literal["coaching", "planning", "situational", "other"]
"""What minutes of a meeting went to; ``situational`` are the problems of the day."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PartnershipSlot:
    """The time that leaders keep free for each other. Equal when all fields are equal.

    Attributes:
        weekday: 0 for Monday to 6 for Sunday.
        at: time of day on the wall clock.
        minutes: how long.
        repeats: how often.
        calendars: ids of the leaders in whose calendars it stands.
        accepted_by: ids of the leaders who agreed to it.

    Raises:
        InvalidInput: for a day that is none, or no minutes.
    """

    weekday: int
    at: time
    minutes: float
    repeats: Literal["weekly", "every two weeks", "monthly"]
    calendars: tuple[str, ...] = ()
    accepted_by: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("PartnershipSlot")
        check(0 <= self.weekday <= 6, "slot.weekday", "weekday", "is no day", expected="0 to 6")
        check(self.minutes > 0, "slot.minutes", "minutes", "are none", expected="more than 0")
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Partnership:
    """Two or more leaders who meet regularly. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        leaders: ids of the building leaders, or of the peers.
        supervisors: ids of those who supervise them; none among peers.
        starts: first day.
        ends: last day, None while it lasts.
        slot: the standing time, None without one.
        standing_items: tags of the items that each agenda has.
        practices: codes of the district practices that it weaves in.
        competencies: codes of the leadership competencies that it weaves in.
        cycles: ids of its improvement cycles.
        building_plans: ids of the plans of buildings that it wrote.

    Raises:
        InvalidInput: for fewer than two leaders, one on both sides, an end before the start, or a slot in which
            somebody else has a part.

    Example:
        >>> pair = Partnership(id="a", supervisors=["d1"], leaders=["p1"], starts=date(2026, 8, 17))
        >>> pair.sides
        (('d1',), ('p1',))
    """

    id: str
    leaders: tuple[str, ...]
    supervisors: tuple[str, ...] = ()
    starts: date
    ends: date | None = None
    slot: PartnershipSlot | None = None
    standing_items: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    competencies: tuple[str, ...] = ()
    cycles: tuple[str, ...] = ()
    building_plans: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("Partnership")
        check_ids(self.members, check, "leaders", least=2)
        check(bool(self.leaders), "partnership.leaders", "leaders", "are missing", expected="one or more")
        check_interval(self.starts, self.ends, check)
        held = () if self.slot is None else (*self.slot.calendars, *self.slot.accepted_by)
        check(
            set(held) <= set(self.members),
            "partnership.slot",
            "slot",
            "names somebody else",
            expected="its own leaders",
        )
        check.done()

    @property
    def members(self) -> tuple[str, ...]:
        """Everyone in it, supervisors first."""
        return (*self.supervisors, *self.leaders)

    @property
    def sides(self) -> tuple[tuple[str, ...], ...]:
        """Who speaks with whom: supervisors and building leaders, or each peer alone."""
        if self.supervisors:
            return self.supervisors, self.leaders
        return tuple((leader,) for leader in self.leaders)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class AgendaItem:
    """A point of an agenda, as codes. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        kind: whether it belongs to the long-term part or to the urgent one.
        tags: what it is about, of `AGENDA_TAGS`, competencies or codes of the host.
        author: id of who put it there.
        terms: how many terms it plans ahead, 0 for the matter at hand.
        minutes: how long it is to take, or None.

    Raises:
        InvalidInput: for negative terms or minutes.
    """

    id: str
    kind: ItemKind
    tags: tuple[str, ...] = ()
    author: str
    terms: int = 0
    minutes: float | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("AgendaItem")
        check(self.terms >= 0, "item.terms", "terms", "are negative", expected="0 or more")
        check(
            self.minutes is None or self.minutes >= 0,
            "item.minutes",
            "minutes",
            "are negative",
            expected="0 or more",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Agenda:
    """What a meeting is to be about. Equal when all fields are equal.

    Attributes:
        items: its points in order.
        published_at: the instant from which everyone could read it, None while it is a draft.
        parts: the parts it has; one may be empty.

    Raises:
        InvalidInput: for repeated ids, a point of a part that it does not have, an instant without offset.
    """

    items: tuple[AgendaItem, ...] = ()
    published_at: datetime | None = None
    parts: tuple[ItemKind, ...] = ("long-term", "ad hoc")

    def __attrs_post_init__(self) -> None:
        check = Checker("Agenda")
        check_ids((item.id for item in self.items), check, "items")
        check(
            {item.kind for item in self.items} <= set(self.parts),
            "agenda.parts",
            "items",
            "belong to a part that it does not have",
            expected="one of its parts",
        )
        if self.published_at is not None:
            check_aware(self.published_at, check, "published_at")
        check.done()


@attrs.frozen
class TimeEntry:
    """Minutes of a meeting that went to one kind of work. Equal when both are equal.

    Raises:
        InvalidInput: for negative minutes.
    """

    kind: TimeKind
    minutes: float

    def __attrs_post_init__(self) -> None:
        check = Checker("TimeEntry")
        check(self.minutes >= 0, "time.minutes", "minutes", "are negative", expected="0 or more")
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PartnershipMeeting:
    """A meeting of a partnership, also one that did not take place (TS-2). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        partnership: id of the partnership.
        start: the instant for which it was planned.
        status: what became of it; one that was moved stays, and its successor is a meeting of its own.
        reason: why it was cancelled or moved, as a code of the host.
        instead_of: id of the meeting that it replaces, or None.
        agenda: its agenda, None without one.
        time: the minutes that were logged, one entry a kind; empty where nobody did.

    Raises:
        InvalidInput: without a reason where it was cancelled or moved, with minutes where it was not held, with a kind
            of minutes twice, or an instant without offset.
    """

    id: str
    partnership: str
    start: datetime
    status: Literal["planned", "held", "cancelled", "moved"] = "held"
    reason: str = ""
    instead_of: str | None = None
    agenda: Agenda | None = None
    time: tuple[TimeEntry, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("PartnershipMeeting")
        check_aware(self.start, check, "start")
        check(
            self.status not in ("cancelled", "moved") or bool(self.reason.strip()),
            "meeting.reason",
            "reason",
            "is missing",
            expected="why it did not take place",
        )
        check(
            self.status == "held" or not self.time,
            "meeting.time",
            "time",
            "was logged for a meeting that was not held",
            expected="no minutes",
        )
        kinds = [entry.kind for entry in self.time]
        check(len(set(kinds)) == len(kinds), "meeting.kinds", "time", "repeats a kind", expected="each once")
        check.done()

    @property
    def items(self) -> tuple[AgendaItem, ...]:
        """The points of its agenda."""
        return () if self.agenda is None else self.agenda.items

    def minutes(self, *kinds: TimeKind) -> float:
        """Logged minutes of some kinds."""
        return sum(entry.minutes for entry in self.time if entry.kind in kinds)

    def subject(self, partnership: Partnership) -> Subject:
        """What a gate needs to know of it: its agenda and minutes are for those who met, others have the fact.

        Args:
            partnership: its partnership.
        """
        return Subject(
            id=self.id,
            kind="leader coaching",
            teachers=partnership.members,
            purposes=(Purpose.COACHING,),
            made_at=self.start,
        )


@attrs.frozen(kw_only=True)
class UpwardIssue:
    """A difficulty of a building that its district is to hear of (LS-12a.GB.3). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day on which it was raised.
        partnership: id of the partnership in which it came up.
        by: id of the leader who raised it.
        about: the matter, as a code of the host.
        disposition: what the district made of it.
        answered_on: the day of the answer, None while it is open.

    Raises:
        InvalidInput: for an answer without a day, a day without an answer, or one before it was raised.
    """

    id: str
    on: date
    partnership: str
    by: str
    about: str
    disposition: Literal["open", "adopted", "adapted", "declined"] = "open"
    answered_on: date | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("UpwardIssue")
        check(
            (self.disposition == "open") == (self.answered_on is None),
            "issue.answer",
            "answered_on",
            "does not fit the answer",
            expected="the day of the answer, where there is one",
        )
        check_interval(self.on, self.answered_on, check, "answered_on")
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PartnershipRecords:
    """The partnerships of a district with all that is on record of them. Equal when all fields are equal.

    Attributes:
        partnerships: the partnerships; those that last on a day of the window count.
        window: first and last day of the question.
        calendar: its terms; it tells the school day of an instant.
        policy: the numbers.
        meetings: the meetings, whatever became of them.
        issues: what buildings raised.
        cycles: improvement cycles.

    Raises:
        InvalidInput: for repeated ids, and a meeting or issue of a partnership that is not there.

    Example:
        >>> pair = Partnership(id="a", supervisors=["d1"], leaders=["p1"], starts=date(2026, 8, 17))
        >>> year = SchoolCalendar.weekdays(date(2026, 9, 1), date(2027, 6, 11))
        >>> records = PartnershipRecords(partnerships=[pair], window=year.window, calendar=year)
        >>> partnerships_that_met(records)
        Tally(reached=0, of=1, lacking=('a',))
    """

    partnerships: tuple[Partnership, ...]
    window: Window
    calendar: SchoolCalendar
    policy: Policy = attrs.field(factory=Policy)
    meetings: tuple[PartnershipMeeting, ...] = ()
    issues: tuple[UpwardIssue, ...] = ()
    cycles: tuple[ImprovementCycle, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("PartnershipRecords")
        check_ids((one.id for one in self.partnerships), check, "partnerships")
        check_ids((one.id for one in self.meetings), check, "meetings")
        check_ids((one.id for one in self.issues), check, "issues")
        known = {one.id for one in self.partnerships}
        named = {one.partnership for one in self.meetings} | {one.partnership for one in self.issues}
        check(
            named <= known,
            "records.partnership",
            "meetings",
            "or issues name a partnership that is not there",
            expected="the id of one of them",
        )
        check.done()

    @property
    def lasting(self) -> tuple[Partnership, ...]:
        """The partnerships that last on a day of the window."""
        return tuple(one for one in self.partnerships if window_in(self.window, one.starts, one.ends))

    @property
    def supervised(self) -> tuple[Partnership, ...]:
        """Those of them between supervisors and building leaders."""
        return tuple(one for one in self.lasting if one.supervisors)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of which the window holds a day."""
        return terms_within(self.calendar.terms, self.window)

    def day(self, meeting: PartnershipMeeting) -> date:
        """The school day of a meeting."""
        return self.calendar.school_day(meeting.start)

    def held(self, partnership: Partnership, window: Window | None = None) -> tuple[PartnershipMeeting, ...]:
        """The meetings that a partnership held in the window of the records, or in another one."""
        span = window or self.window
        return tuple(
            one
            for one in self.meetings
            if one.partnership == partnership.id and one.status == "held" and self.day(one) in span
        )

    def items(self, partnership: Partnership, window: Window | None = None) -> tuple[AgendaItem, ...]:
        """The points of the agendas of those meetings."""
        return tuple(item for meeting in self.held(partnership, window) for item in meeting.items)


def _of(partnerships: Iterable[Partnership], holds: Callable[[Partnership], bool]) -> Tally:
    return tally(partnerships, holds, lambda one: one.id)


def _tags(items: Iterable[AgendaItem]) -> frozenset[str]:
    return frozenset(tag for item in items for tag in item.tags)


def _by_term(records: PartnershipRecords, holds: Callable[[Partnership, Window], bool]) -> Tally:
    """Count pairs of partnership and term, as far as both last in the window."""
    found = [
        (f"{one.id}/{term.id}", one, span)
        for one in records.lasting
        for term in records.terms
        if (own := window_in(records.window, one.starts, one.ends)) and (span := term.window.overlap(own))
    ]
    return tally(found, lambda row: holds(row[1], row[2]), lambda row: row[0])


def partnerships_with_slot(records: PartnershipRecords) -> Tally:
    """LS-12a.GR.1: partnerships whose standing time is in the calendar of everyone in them."""
    return _of(
        records.lasting, lambda one: one.slot is not None and set(one.slot.calendars) == set(one.members)
    )


def partnerships_with_time_for_feedback(records: PartnershipRecords) -> Tally:
    """LS-12a.GR.2, what records tell of it: a standing time of at least P-PMIN with feedback on each agenda.

    Whether that suffices is for the leaders to say.
    """
    least = records.policy.partner_minutes
    return _of(
        records.lasting,
        lambda one: one.slot is not None and one.slot.minutes >= least and "feedback" in one.standing_items,
    )


def partnerships_with_focus(records: PartnershipRecords) -> Tally:
    """LS-12a.GR.3: partnerships that name both district practices and leadership competencies to weave in."""
    return _of(records.lasting, lambda one: bool(one.practices and one.competencies))


def partnerships_that_met(records: PartnershipRecords) -> Tally:
    """LS-12a.GS.1: of the partnerships with supervisors those that held a meeting in the window.

    Whether every building leader is in one tells `leaders_partnered`. A meeting of more than two counts for all.
    """
    return _of(records.supervised, lambda one: bool(records.held(one)))


def leaders_partnered(records: PartnershipRecords, roster: Roster) -> Tally:
    """LS-12a.GS.1: building leaders of the roster who are in a partnership with a supervisor.

    Args:
        records: the partnerships.
        roster: who led a building in the window, and which ids are one person.
    """
    held = roster.persons(leader for one in records.supervised for leader in one.leaders)
    posts = (
        roster.resolve(post.person)
        for post in roster.appointments
        if post.role is Role.BUILDING_LEADER and post.overlaps(records.window)
    )
    return tally(dict.fromkeys(posts), held.__contains__, str)


def partnerships_planning_support(records: PartnershipRecords) -> Tally:
    """LS-12a.GS.2: those that spoke of teaching and of student support, and wrote a plan for the building."""
    wanted = {"instructional system", "student support"}
    return _of(
        records.supervised, lambda one: wanted <= _tags(records.items(one)) and bool(one.building_plans)
    )


def gaps_in_months(records: PartnershipRecords) -> tuple[tuple[str, int], ...]:
    """LS-12a.GB.1: id of each partnership and its longest time without a meeting, in calendar months begun.

    The start of a partnership and its end cut the window.
    """
    return tuple((one.id, _gap(records, one)) for one in records.lasting)


def _gap(records: PartnershipRecords, one: Partnership) -> int:
    own = window_in(records.window, one.starts, one.ends) or records.window
    return longest_gap_in_months((records.day(meeting) for meeting in records.held(one, own)), own)


def partnerships_within_gap(records: PartnershipRecords) -> Tally:
    """LS-12a.GB.1: those that never went without a meeting for longer than P-PART."""
    return _of(records.lasting, lambda one: _gap(records, one) <= records.policy.partner_gap)


def partnerships_on_policy(records: PartnershipRecords) -> Tally:
    """LS-12a.GB.2: partnerships and terms, written ``partnership/term``, in which district policy was on an agenda."""
    return _by_term(records, lambda one, span: "district policy" in _tags(records.items(one, span)))


def terms_with_answered_issue(records: PartnershipRecords) -> Tally:
    """LS-12a.GB.3: terms in which a building raised something that the district has answered by the last day.

    A term counts as far as it lies in the window.
    """
    answered = [
        issue.on
        for issue in records.issues
        if issue.answered_on is not None and issue.answered_on <= records.window.end
    ]
    return tally(
        records.terms,
        lambda term: any(day in term.window and day in records.window for day in answered),
        lambda term: term.id,
    )


def agendas_planned_ahead(records: PartnershipRecords) -> Tally:
    """LS-12a.GB.4: held meetings whose agenda was out more than P-AGENDA before, with both parts and a long-term point.

    The part for urgent matters may be empty.
    """
    lead = timedelta(days=records.policy.agenda_days)

    def ahead(meeting: PartnershipMeeting) -> bool:
        agenda = meeting.agenda
        return (
            agenda is not None
            and agenda.published_at is not None
            and agenda.published_at < meeting.start - lead
            and "ad hoc" in agenda.parts
            and any(item.kind == "long-term" for item in agenda.items)
        )

    meetings = (meeting for one in records.lasting for meeting in records.held(one))
    return tally(meetings, ahead, lambda meeting: meeting.id)


def partnerships_planning_ahead(records: PartnershipRecords) -> Tally:
    """LS-12a.KI.1: those with a point a term or more ahead for systems of the district, and one for building routines."""
    wanted = {"district system", "building routine"}
    return _of(
        records.lasting, lambda one: wanted <= _tags(item for item in records.items(one) if item.terms >= 1)
    )


def partnerships_set_jointly(records: PartnershipRecords) -> Tally:
    """LS-12a.KI.2: partnerships and terms in which each side put a point on an agenda, on a schedule all accepted."""

    def jointly(one: Partnership, span: Window) -> bool:
        authors = {item.author for item in records.items(one, span)}
        return (
            one.slot is not None
            and set(one.slot.accepted_by) == set(one.members)
            and all(authors.intersection(side) for side in one.sides)
        )

    return _by_term(records, jointly)


def partnerships_with_cycle(records: PartnershipRecords) -> Tally:
    """LS-12a.KI.3: partnerships and terms with an improvement cycle that ran on a day of them and has data.

    A cycle that was given up does not count, nor one that is a draft.
    """
    cycles = {one.id: one for one in records.cycles}

    def run(one: Partnership, span: Window) -> bool:
        return any(_ran(cycles[id], span) for id in one.cycles if id in cycles)

    return _by_term(records, run)


def _ran(cycle: ImprovementCycle, span: Window) -> bool:
    if cycle.state in (CycleState.DRAFT, CycleState.ABANDONED) or cycle.do is None:
        return False
    ends = None if cycle.act is None else cycle.act.on
    return bool(cycle.do.observations) and window_in(span, cycle.opened, ends) is not None


@attrs.frozen(kw_only=True)
class LeaderTies:
    """How many partnerships a leader holds, and with whom. Equal when all fields are equal.

    Attributes:
        leader: id of the leader.
        partnerships: number of partnerships.
        peers: number of other leaders met as peers.
        supervised: number of leaders that they supervise: the span of supervision.
    """

    leader: str
    partnerships: int
    peers: int
    supervised: int


def ties_of_leaders(
    partnerships: Iterable[Partnership], *, on: date, roster: Roster
) -> tuple[LeaderTies, ...]:
    """LS-12a.KI.4: how many partnerships each leader holds on a day, and the span of each supervisor.

    Args:
        partnerships: the partnerships.
        on: the day.
        roster: which ids are one person.

    Returns:
        One row a leader, in order of ids.

    Example:
        >>> pair = Partnership(id="a", supervisors=["d1"], leaders=["p1", "p2"], starts=date(2026, 8, 17))
        >>> [one.supervised for one in ties_of_leaders([pair], on=date(2026, 9, 1), roster=Roster())]
        [2, 0, 0]
    """
    day = Window(on, on)
    held = [
        (roster.persons(one.supervisors), roster.persons(one.leaders))
        for one in partnerships
        if window_in(day, one.starts, one.ends)
    ]
    people = sorted({person for both in held for side in both for person in side})
    return tuple(
        LeaderTies(
            leader=person,
            partnerships=sum(person in above | below for above, below in held),
            peers=len(_joined(below for above, below in held if not above and person in below) - {person}),
            supervised=len(_joined(below for above, below in held if person in above)),
        )
        for person in people
    )


def _joined(groups: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset(person for group in groups for person in group)
