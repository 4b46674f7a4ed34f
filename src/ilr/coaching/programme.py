"""The coaching programme of a district: what it is built of, how it is measured, how coaches are supported.

Here belong the records that a programme needs beside those of coaching itself, what people say about coaches and the
programme, and for each published component where its record lives. It is no evaluation of teachers, and of a coach
nothing is told that few said. Not here: money beyond what it pays for, capacity (`ilr.coaching.capacity`), effects
(`ilr.coaching.effects`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

import attrs

from ilr.base import (
    Checker,
    Event,
    FrozenMap,
    Policy,
    Reason,
    Role,
    Roster,
    TrainingRecord,
    Window,
    listed,
    read_only,
)
from ilr.coaching._tallies import Tally, check_ids, check_interval, coaches_on, tally
from ilr.coaching.leaders import MentorAssignment
from ilr.coaching.roles import Convening
from ilr.continuum.lookfors import LevelCode, LevelScale
from ilr.disclosure import Subject
from ilr.forms import Purpose

__all__ = [
    "COMPONENT_HOMES",
    "FUNCTION_HOMES",
    "ORIENTATION",
    "Axis",
    "Challenge",
    "CoachFeedback",
    "CoachPosting",
    "CoachSupport",
    "CoachingProgramme",
    "FeedbackShare",
    "FundingSource",
    "MeasureRecord",
    "PartnerOrganisation",
    "Placement",
    "ProgrammeYear",
    "QuadrantScheme",
    "coaches_oriented_first",
    "feedback_shares",
    "growth_notes",
    "leaders_taking_part",
    "new_coaches_mentored",
    "quadrant",
]

ORIENTATION = "orientation"
"""The usual topic of the training that a coach completes before the first engagement."""

COMPONENT_HOMES: Mapping[str, tuple[str, ...]] = FrozenMap(
    {
        "TH-I1": ("coaching.FundingSource",),
        "TH-I2": ("coaching.CoachPosting", "base.RoleAppointment", "coaching.RoleDescription"),
        "TH-I3": ("coaching.ProgrammeYear", "coaching.CapacityInventory", "cycles.Decision"),
        "TH-I4": ("coaching.Convening",),
        "TH-I5": ("base.TrainingRecord", "coaching.CoachingPlan"),
        "TH-I6": ("coaching.RoundsVisit",),
        "TH-I7": ("continuum.LookForSet",),
        "TH-I8": ("coaching.EngagementModel",),
        "TH-I9": ("coaching.CoachingProtocol", "coaching.RoleDescription", "coaching.LogTemplate"),
        "TH-I10": ("coaching.Challenge",),
        "TH-M1": ("coaching.MeasureRecord", "continuum.LookForSet", "forms.Walkthrough"),
        "TH-M2": ("coaching.MeasureRecord", "continuum.LookForSet", "continuum.Crosswalk"),
        "TH-M3": ("coaching.MeasureRecord", "coaching.Session"),
        "TH-M4": ("coaching.MeasureRecord", "coaching.CoachFeedback"),
        "TH-M5": ("coaching.MeasureRecord", "cycles.AssociationAnalysis"),
        "TH-M6": ("coaching.MeasureRecord", "forms.Walkthrough", "coaching.Goal"),
        "TH-S1": ("coaching.PartnerOrganisation", "coaching.CoachSupport"),
        "TH-S2": ("base.TrainingRecord", "coaching.CoachSupport"),
        "TH-S3": ("coaching.CoachingProtocol", "coaching.Session"),
        "TH-S4": ("coaching.Convening",),
        "TH-S5": ("coaching.QuadrantScheme", "coaching.Placement"),
        "TH-S6": ("coaching.MentorAssignment", "coaching.CoachSupport"),
    }
)
"""For each component of the catalogue ``coaching-implementation`` the records it is told by, as room and type."""

FUNCTION_HOMES: Mapping[str, tuple[str, ...]] = FrozenMap(
    {
        "TLMS-1a": ("coaching.Convening",),
        "TLMS-2b": ("cycles.Review",),
        "TLMS-2d": ("base.TrainingRecord",),
        "TLMS-3a": ("base.Contribution",),
        "TLMS-3c": ("base.TrainingRecord",),
        "TLMS-3e": ("cycles.AssociationAnalysis",),
        "TLMS-3g": ("coaching.Session",),
        "TLMS-4a": ("cycles.Review",),
        "TLMS-4b": ("coaching.Session",),
        "TLMS-4c": ("coaching.MentorAssignment", "coaching.CoachingPlan"),
        "TLMS-4d": ("base.RoleAppointment",),
        "TLMS-5b": ("cycles.Review",),
        "TLMS-5d": ("cycles.Decision",),
        "TLMS-7d": ("cycles.Input",),
    }
)
"""For each function of teacher leaders that records can bear on, those records; the others are attested."""


@attrs.frozen(kw_only=True)
class FundingSource:
    """What pays for coaches; used for their number alone (TH-I1). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        period: first and last day.
        fte: full-time coaches that it pays for.
        amount: the money, in the currency of the host; nothing is computed from it.

    Raises:
        InvalidInput: for a number of coaches below zero.
    """

    id: str
    period: Window
    fte: float
    amount: float | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("FundingSource")
        check(self.fte >= 0, "funding.fte", "fte", "is negative", expected="0 or more")
        check.done()


@attrs.frozen(kw_only=True)
class CoachPosting:
    """A post for a coach that was offered (TH-I2). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        role: id of the role description, which names the competencies.
        opened: the day on which it was offered.
        filled: the day on which somebody was appointed, None while it is open.
        appointment: id of the appointment, empty while it is open.

    Raises:
        InvalidInput: when it was filled before it was offered, or day and appointment do not go together.
    """

    id: str
    role: str
    opened: date
    filled: date | None = None
    appointment: str = ""

    def __attrs_post_init__(self) -> None:
        check = Checker("CoachPosting")
        check_interval(self.opened, self.filled, check, "filled")
        check(
            bool(self.appointment) == (self.filled is not None),
            "posting.appointment",
            "appointment",
            "does not go with the day",
            expected="the id of the appointment, where there is one",
        )
        check.done()

    @property
    def days_to_fill(self) -> int | None:
        """Calendar days until it was filled; None while it is open."""
        return None if self.filled is None else (self.filled - self.opened).days


@attrs.frozen(kw_only=True)
class ProgrammeYear:
    """How large the programme was in a year (TH-I3). Equal when all fields are equal.

    Attributes:
        year: first and last day.
        fte: full-time coaches.
        coached: schools with a coach.
        schools: schools of the district.

    Raises:
        InvalidInput: for more schools with a coach than there are, or numbers below zero.
    """

    year: Window
    fte: float
    coached: int
    schools: int

    def __attrs_post_init__(self) -> None:
        check = Checker("ProgrammeYear")
        check(self.fte >= 0, "year.fte", "fte", "is negative", expected="0 or more")
        check(
            0 <= self.coached <= self.schools, "year.schools", "coached", "are too many", expected="0 to all"
        )
        check.done()

    @property
    def coverage(self) -> float | None:
        """The share of schools with a coach, 0 to 1; None of no school."""
        return self.coached / self.schools if self.schools else None


def growth_notes(years: Iterable[ProgrammeYear]) -> tuple[Reason, ...]:
    """One note for each year in which a programme grew: what held in a small one need not hold in a large one (TH-I3).

    Over sixty studies, coaching did less in larger programmes (Kraft, Blazar & Hogan 2018). No gain is predicted.

    Args:
        years: the years in any order.

    Example:
        >>> from ilr.base import Window
        >>> small = ProgrammeYear(year=Window(date(2025, 8, 1), date(2026, 6, 30)), fte=2, coached=3, schools=9)
        >>> large = ProgrammeYear(year=Window(date(2026, 8, 1), date(2027, 6, 30)), fte=6, coached=9, schools=9)
        >>> [note.code for note in growth_notes([large, small])]
        ['COACHING_GROWS']
    """
    ordered = sorted(years, key=lambda one: one.year.start)
    return tuple(
        Reason.of("COACHING_GROWS", before=before.fte, after=after.fte)
        for before, after in pairwise(ordered)
        if after.fte > before.fte
    )


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PartnerOrganisation:
    """An organisation outside that supports coaches (TH-S1). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        support: codes of what it gives.
    """

    id: str
    support: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Challenge:
    """Something that stood in the way of the programme, as a code (TH-I10). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day on which it was noted.
        kind: what it was.
        resolved: the day on which it was over, None while it lasts.

    Raises:
        InvalidInput: when it was over before it was noted.
    """

    id: str
    on: date
    kind: Literal["time", "role drift", "trust", "funding", "turnover", "other"]
    resolved: date | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Challenge")
        check_interval(self.on, self.resolved, check, "resolved")
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class MeasureRecord:
    """By what a programme is measured, when, and where the result is (TH-RQ2). Equal when all fields are equal.

    Attributes:
        component: code of the component, ``TH-M1`` to ``TH-M6``.
        planned: the days on which it is to be taken.
        taken: the day on which it was taken last, None before.
        results: ids of the results.

    Raises:
        InvalidInput: for another component, or results without a day.
    """

    component: str
    planned: tuple[date, ...] = ()
    taken: date | None = None
    results: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("MeasureRecord")
        measures = [code for code in COMPONENT_HOMES if code.startswith("TH-M")]
        check(
            self.component in measures,
            "measure.component",
            "component",
            "is no measure",
            expected=listed(measures),
        )
        check(
            self.taken is not None or not self.results,
            "measure.taken",
            "taken",
            "is missing",
            expected="the day of the results",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CoachSupport:
    """What supports one coach (TH-RQ3). Equal when all fields are equal.

    Attributes:
        coach: id of the coach.
        partners: ids of organisations outside.
        training: ids of training records.
        protocols: ids of the coaching protocols in use.
        convenings: ids of the meetings of coaches that the coach takes part in.
        mentors: ids of mentor assignments.
        placements: ids of placements in quadrants.
    """

    coach: str
    partners: tuple[str, ...] = ()
    training: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    convenings: tuple[str, ...] = ()
    mentors: tuple[str, ...] = ()
    placements: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Axis:
    """One of the two axes of a placement, in the words of the host. Equal when all fields are equal.

    Attributes:
        name: what it stands for.
        codes: its codes, lowest first.
        cut: the lowest code of the upper half.

    Raises:
        InvalidInput: for fewer than two codes, or a cut that leaves one half empty.
    """

    name: str
    codes: tuple[str, ...]
    cut: str

    def __attrs_post_init__(self) -> None:
        check = Checker("Axis")
        check_ids(self.codes, check, "codes", least=2)
        check(self.cut in self.codes[1:], "axis.cut", "cut", "leaves a half empty", expected="a later code")
        check.done()

    def is_upper(self, code: str) -> bool:
        """Whether a code lies in the upper half."""
        return self.codes.index(code) >= self.codes.index(self.cut)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class QuadrantScheme:
    """Two axes and the four labels that a host gives; the library gives them no meaning (TH-S5). Equal when all are.

    Attributes:
        id: stable code.
        across: the first axis.
        up: the second axis.
        labels: of lower left, lower right, upper left and upper right, in this order.

    Raises:
        InvalidInput: unless there are four unlike labels.
    """

    id: str
    across: Axis
    up: Axis
    labels: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        check = Checker("QuadrantScheme")
        check_ids(self.labels, check, "labels")
        check(len(self.labels) == 4, "quadrants.labels", "labels", "are not four", expected="four labels")
        check.done()


@attrs.frozen(kw_only=True)
class Placement:
    """Where a coach is placed on the axes of a scheme, to plan support. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day.
        coach: id of the coach.
        by: id of who placed.
        scheme: id of the scheme.
        across: code on the first axis.
        up: code on the second axis.
    """

    id: str
    on: date
    coach: str
    by: str
    scheme: str
    across: str
    up: str

    def subject(self) -> Subject:
        """What a gate needs to know of it: it is open to the coach and to who placed."""
        return Subject(
            id=self.id,
            kind="coaching content",
            authors=tuple(dict.fromkeys((self.coach, self.by))),
            purposes=(Purpose.COACHING,),
        )


def quadrant(scheme: QuadrantScheme, placement: Placement) -> str:
    """The label of the quadrant in which a placement lies.

    Raises:
        InvalidInput: for a placement on another scheme, or a code that an axis does not have.

    Example:
        >>> skill, will = (Axis(name=name, codes=["low", "high"], cut="high") for name in ("a", "b"))
        >>> scheme = QuadrantScheme(id="q", across=skill, up=will, labels=["I", "II", "III", "IV"])
        >>> quadrant(scheme, Placement(id="1", on=date(2026, 9, 1), coach="c1", by="d1", scheme="q", across="high",
        ...     up="low"))
        'II'
    """
    check = Checker("quadrant")
    check(placement.scheme == scheme.id, "placement.scheme", "scheme", "is another", expected="this scheme")
    for name in ("across", "up"):
        codes = getattr(scheme, name).codes
        check(
            getattr(placement, name) in codes,
            "placement.code",
            name,
            "is no code of it",
            expected=listed(codes),
        )
    check.done()
    return scheme.labels[scheme.across.is_upper(placement.across) + 2 * scheme.up.is_upper(placement.up)]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CoachFeedback:
    """What somebody answered about a coach or the programme; it says nothing of teachers (TH-M4). Equal when all are.

    Attributes:
        id: opaque id.
        on: the day.
        coach: id of the coach.
        by: id of who answers.
        side: whether that person is coached or leads.
        answers: item and code of the answer.

    Raises:
        InvalidInput: for an item twice, or a coach who answers about themself.
    """

    id: str
    on: date
    coach: str
    by: str
    side: Literal["coachee", "leader"]
    answers: tuple[tuple[str, LevelCode], ...]

    def __attrs_post_init__(self) -> None:
        check = Checker("CoachFeedback")
        check_ids((item for item, _ in self.answers), check, "answers")
        check(self.by != self.coach, "feedback.by", "by", "is the coach", expected="somebody else")
        check.done()

    def subject(self) -> Subject:
        """What a gate needs to know of it: a single answer is open to who gave it, and to nobody else."""
        return Subject(id=self.id, kind="coaching content", authors=(self.by,), purposes=(Purpose.COACHING,))


@attrs.frozen(kw_only=True)
class FeedbackShare:
    """How many of one side answered an item at or above a level. Equal when all fields are equal.

    Attributes:
        item: id of the item.
        side: who answered.
        people: number of people; None where it is hidden, and then so is the share.
        low: the share, or the lower end of the band in which it is told; None where it is hidden.
        high: the share, or the upper end of the band.
    """

    item: str
    side: Literal["coachee", "leader"]
    people: int | None
    low: float | None
    high: float | None


def feedback_shares(
    feedback: Iterable[CoachFeedback],
    *,
    scale: LevelScale,
    at_least: LevelCode,
    policy: Policy,
    roster: Roster,
) -> tuple[FeedbackShare, ...]:
    """What people say about a coach or a programme, where enough of them do (TH-M4).

    The latest answer of each person counts. What fewer than P-K-OUT coachees answered is hidden, and a share of
    coachees near 0 or 1 is told as a band of P-BAND, so that nobody's answer shows. Who tells the shares of single
    coaches and those of all of them tells the difference as well: publish one or the other.

    Args:
        feedback: the answers, of one coach or of all.
        scale: the scale of the answers.
        at_least: the level.
        policy: the numbers.
        roster: which ids are one person.

    Returns:
        One row an item and side that somebody answered, in order.

    Raises:
        InvalidInput: for a level or an answer that the scale does not have.

    Example:
        >>> said = CoachFeedback(id="1", on=date(2027, 1, 8), coach="c1", by="t1", side="coachee",
        ...     answers=[("listens", 4)])
        >>> feedback_shares([said], scale=LevelScale.numbered(4), at_least=3, policy=Policy(), roster=Roster())
        (FeedbackShare(item='listens', side='coachee', people=None, low=None, high=None),)
    """
    held = sorted(feedback, key=lambda one: (one.on, one.id))
    check = Checker("feedback_shares")
    check(at_least in scale.codes, "feedback.level", "at_least", "is no level", expected=listed(scale.codes))
    check(
        all(code in scale.codes for one in held for _, code in one.answers),
        "feedback.answer",
        "answers",
        "are not on the scale",
        expected=listed(scale.codes),
    )
    check.done()
    least = scale.codes.index(at_least)
    reached: dict[tuple[str, Literal["coachee", "leader"]], dict[str, bool]] = {}
    for one in held:
        for item, code in one.answers:
            people = reached.setdefault((item, one.side), {})
            people[roster.resolve(one.by)] = scale.codes.index(code) >= least
    return tuple(
        _told(item, side, tuple(reached[item, side].values()), policy) for item, side in sorted(reached)
    )


def _told(
    item: str, side: Literal["coachee", "leader"], marks: Sequence[bool], policy: Policy
) -> FeedbackShare:
    if side == "coachee" and len(marks) < policy.outside_teachers:
        return FeedbackShare(item=item, side=side, people=None, low=None, high=None)
    share = sum(marks) / len(marks)
    low = high = share
    if side == "coachee" and share <= policy.band:
        low, high = 0.0, policy.band
    elif side == "coachee" and share >= 1 - policy.band:
        low, high = 1 - policy.band, 1.0
    return FeedbackShare(item=item, side=side, people=len(marks), low=low, high=high)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CoachingProgramme:
    """The coaching programme of a district (TH-RQ1 to TH-RQ3). Equal when all fields are equal.

    What other rooms and modules hold is named by id.

    Attributes:
        id: opaque id.
        district: id of the district.
        owner: id of who answers for it.
        funding: what pays for it.
        postings: posts that were offered.
        years: how large it was.
        partners: organisations outside.
        roles: ids of role descriptions.
        protocols: ids of coaching protocols.
        templates: ids of templates for documentation.
        look_for_sets: ids of the look-for sets in use.
        models: ids of engagement models.
        rounds: ids of instructional rounds.
        convenings: meetings of coaches.
        measures: by what it is measured.
        support: what supports each coach.
        challenges: what stood in its way.

    Raises:
        InvalidInput: for repeated ids, or two plans of support for one coach.
    """

    id: str
    district: str
    owner: str
    funding: tuple[FundingSource, ...] = ()
    postings: tuple[CoachPosting, ...] = ()
    years: tuple[ProgrammeYear, ...] = ()
    partners: tuple[PartnerOrganisation, ...] = ()
    roles: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    look_for_sets: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    rounds: tuple[str, ...] = ()
    convenings: tuple[Convening, ...] = ()
    measures: tuple[MeasureRecord, ...] = ()
    support: tuple[CoachSupport, ...] = ()
    challenges: tuple[Challenge, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("CoachingProgramme")
        for name in ("funding", "postings", "partners", "convenings", "challenges"):
            check_ids((one.id for one in getattr(self, name)), check, name)
        check_ids((one.coach for one in self.support), check, "support")
        check.done()

    def funded_on(self, day: date) -> float:
        """Full-time coaches that are paid for on a day."""
        return sum(one.fte for one in self.funding if day in one.period)


def coaches_oriented_first(
    begun: Iterable[tuple[str, date]], *, events: Iterable[Event], roster: Roster, topic: str = ORIENTATION
) -> Tally:
    """Coaches who had completed the orientation by the day of their first engagement (TH-I5).

    Args:
        begun: id of the coach and first day of each engagement.
        events: training among other facts.
        roster: which ids are one person.
        topic: topic of the training records that count.
    """
    first: dict[str, date] = {}
    for coach, day in begun:
        person = roster.resolve(coach)
        first[person] = min(day, first.get(person, day))
    done = [
        (roster.resolve(one.person), one.on)
        for one in events
        if isinstance(one, TrainingRecord) and one.topic == topic
    ]
    return tally(
        sorted(first), lambda coach: any(who == coach and day <= first[coach] for who, day in done), str
    )


def leaders_taking_part(convenings: Iterable[Convening], *, window: Window, roster: Roster) -> Tally:
    """District and building leaders who took part in a meeting of coaches in a window (TH-S4).

    Args:
        convenings: the meetings.
        window: first and last day.
        roster: who led in the window, and which ids are one person.
    """
    present = roster.persons(id for one in convenings if one.on in window for id in one.participants)
    leaders = roster.persons(
        post.person
        for post in roster.appointments
        if post.role in (Role.DISTRICT_LEADER, Role.BUILDING_LEADER) and post.overlaps(window)
    )
    return tally(sorted(leaders), present.__contains__, str)


def new_coaches_mentored(mentors: Iterable[MentorAssignment], *, window: Window, roster: Roster) -> Tally:
    """Coaches whose post began in a window and who have a mentor on its last day (TH-S6).

    Args:
        mentors: mentor assignments.
        window: first and last day.
        roster: who coaches since when, and which ids are one person.
    """
    new = roster.persons(
        post.person
        for post in roster.appointments
        if post.role is Role.COACH and post.start is not None and post.start in window
    ) & coaches_on(roster, window.end)
    held = roster.persons(one.mentee for one in mentors if one.holds_on(window.end))
    return tally(sorted(new), held.__contains__, str)
