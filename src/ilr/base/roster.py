"""The roster: who works where, in which role and when, by opaque ids of the host.

Here belong people, organisations, teams, sections and appointments, and the questions that many rooms
ask of them. Names of persons never enter. Not here: what anybody saw or did.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import Literal

import attrs

from ilr.base.days import Window
from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.base.records import read_only

__all__ = [
    "Appointment",
    "Leave",
    "Organisation",
    "Person",
    "Role",
    "Roster",
    "Section",
    "SourceId",
    "Team",
]


class Role(Enum):
    """What a person is appointed to do in an organisation."""

    TEACHER = "teacher"
    LONG_TERM_SUBSTITUTE = "long-term substitute"
    BUILDING_LEADER = "building leader"
    INSTRUCTIONAL_LEADER = "instructional leader"
    DISTRICT_LEADER = "district leader"
    SUPPORT_LEADER = "support leader"
    COACH = "coach"
    MENTOR = "mentor"
    SUPPORT_STAFF = "support staff"


_TEACHING = frozenset({Role.TEACHER, Role.LONG_TERM_SUBSTITUTE})


@attrs.frozen
class SourceId:
    """An id with the system that gave it. Equal when both parts are equal."""

    source: str
    id: str


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Person:
    """One person. Equal when all fields are equal.

    Attributes:
        id: the id by which records of this library name the person.
        source: the system that gave it.
        also: further ids of the same person in this or other systems.
    """

    id: str
    source: str = "host"
    also: tuple[SourceId, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Organisation:
    """A district, a school building or a department. Equal when all fields are equal."""

    id: str
    kind: Literal["district", "school", "department", "other"] = "school"
    parent: str | None = None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Team:
    """A teacher collaborative group of one building. Equal when all fields are equal."""

    id: str
    building: str
    members: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Section:
    """A class with its teachers (several when co-taught). Equal when all fields are equal.

    Attributes:
        id: opaque id of the class.
        building: id of the school.
        teachers: ids of everyone who teaches it.
        subject: code of the subject, or None.
        grade: code of the grade, or None.
        focus: code of the usual instructional focus, or None.
        periods: the host's period codes at which it meets.
    """

    id: str
    building: str
    teachers: tuple[str, ...] = ()
    subject: str | None = None
    grade: str | None = None
    focus: str | None = None
    periods: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Appointment:
    """A person's role in an organisation for a time. Equal when all fields are equal.

    A substitute for a day holds no appointment and covers nobody; one for longer is appointed as
    ``LONG_TERM_SUBSTITUTE`` and is observable like any teacher.

    Attributes:
        person: id of the person.
        organisation: id of the organisation.
        role: what the person does there.
        start: first day, None when open.
        end: last day, None when open.
    """

    person: str
    organisation: str
    role: Role
    start: date | None = None
    end: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the appointment is in force on a day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def overlaps(self, window: Window) -> bool:
        """Whether the appointment is in force on any day of a window."""
        return (self.start is None or self.start <= window.end) and (
            self.end is None or window.start <= self.end
        )


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Leave:
    """Recorded leave of a person, during which nobody can observe them. Equal when all fields are equal."""

    person: str
    window: Window


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Roster:
    """Everyone and everything that records point to, as far as the host knows it.

    A roster may be partial: an id it does not hold is unknown, is counted by whoever meets it, and a
    rule about it is not assessable. Equal when all fields are equal.

    Raises:
        InvalidInput: listing repeated ids, ids that belong to two people, references to organisations
            that the roster does not hold.
    """

    people: tuple[Person, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    teams: tuple[Team, ...] = ()
    sections: tuple[Section, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    leaves: tuple[Leave, ...] = ()
    version: str = "1"
    _canonical: FrozenMap[str, str] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        check = Checker("Roster")
        canonical: dict[str, str] = {}
        for index, person in enumerate(self.people):
            for name in (person.id, *(other.id for other in person.also)):
                check(
                    canonical.setdefault(name, person.id) == person.id,
                    "roster.shared_id",
                    f"people[{index}]",
                    "has an id that another person has too",
                    expected="every id with one person",
                )
        for field in ("people", "organisations", "teams", "sections"):
            ids = [record.id for record in getattr(self, field)]
            check(
                len(ids) == len(set(ids)),
                "roster.repeated_id",
                field,
                "repeat an id",
                expected="one record an id",
            )
        known = {organisation.id for organisation in self.organisations}
        references = [
            *((f"organisations[{i}].parent", o.parent) for i, o in enumerate(self.organisations) if o.parent),
            *((f"teams[{i}].building", team.building) for i, team in enumerate(self.teams)),
            *((f"sections[{i}].building", section.building) for i, section in enumerate(self.sections)),
            *((f"appointments[{i}].organisation", a.organisation) for i, a in enumerate(self.appointments)),
        ]
        for path, reference in references:
            check(
                reference in known,
                "roster.reference",
                path,
                "is not in the roster",
                expected="an organisation id",
            )
        check.done()
        object.__setattr__(self, "_canonical", FrozenMap(canonical))

    def knows(self, id: str) -> bool:
        """Whether the id belongs to a person of the roster."""
        return id in self._canonical

    def resolve(self, id: str) -> str:
        """The one id of the person behind an id; an unknown id stands for itself."""
        return self._canonical.get(id, id)

    def persons(self, ids: Iterable[str]) -> frozenset[str]:
        """The distinct people behind ids."""
        return frozenset(map(self.resolve, ids))

    def unknown(self, ids: Iterable[str]) -> frozenset[str]:
        """The ids that belong to nobody of the roster."""
        return frozenset(name for name in ids if not self.knows(name))

    def holding(self, roles: Iterable[Role], organisation: str, window: Window) -> tuple[str, ...]:
        """The people who hold one of the roles in an organisation at some time of a window, in roster order."""
        wanted = frozenset(roles)
        found = (
            self.resolve(appointment.person)
            for appointment in self.appointments
            if appointment.organisation == organisation
            and appointment.role in wanted
            and appointment.overlaps(window)
        )
        return tuple(dict.fromkeys(found))

    def teachers(self, building: str, window: Window) -> tuple[str, ...]:
        """Everyone appointed to teach in a building at some time of a window."""
        return self.holding(_TEACHING, building, window)

    def observable_days(self, teacher: str, building: str, days: Iterable[date]) -> tuple[date, ...]:
        """Of the given days those on which a teacher can be observed in a building.

        That is: appointed to teach there and not on recorded leave.
        """
        person = self.resolve(teacher)
        posts = [
            post
            for post in self.appointments
            if post.organisation == building
            and post.role in _TEACHING
            and self.resolve(post.person) == person
        ]
        away = [leave.window for leave in self.leaves if self.resolve(leave.person) == person]
        return tuple(
            day
            for day in days
            if any(post.holds_on(day) for post in posts) and not any(day in window for window in away)
        )
