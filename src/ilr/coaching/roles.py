"""Roles of coaches and mentors: what they are to do, what they have to know, and what comes first (ILR-12).

Here belong role descriptions, competency profiles with a private self-assessment, lists of priorities, meetings of
coaches, and one function for each criterion that records of these can tell. Functions of teacher leaders are tags;
nobody is scored on them. Not here: who is a model teacher (`ilr.coaching.candidates`), or how much time coaches have
(`ilr.coaching.capacity`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import attrs

from ilr.base import (
    Checker,
    Diagnostic,
    Event,
    RoleAppointment,
    Roster,
    Term,
    TrainingRecord,
    Window,
    read_only,
)
from ilr.coaching._tallies import Tally, check_ids, coaches_on, tally, terms_within
from ilr.continuum import Catalogue
from ilr.continuum.lookfors import Level, LevelScale
from ilr.disclosure import Subject
from ilr.forms import Purpose

__all__ = [
    "TRAINING_TOPICS",
    "Competency",
    "CompetencyProfile",
    "Convening",
    "PriorityList",
    "RoleDescription",
    "RoleRecord",
    "RoleRecords",
    "SelfAssessment",
    "check_tags",
    "coaches_with_role",
    "coaches_with_training",
    "current_priorities",
    "roles_of_district",
    "roles_with_competencies",
    "terms_with_convening",
]

TRAINING_TOPICS = ("coaching strategies", "feedback")
"""The topics in which every coach is trained (ILR-12.KI.2)."""

_COLUMNS = ("unacceptable", "developmental", "expected")


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Competency:
    """Something a coach or mentor can do, in the three columns of a practice profile. Equal when all fields are equal.

    Attributes:
        id: stable code.
        title: short name.
        expected: what it looks like when the core is there.
        developmental: what it looks like when part of it is there, which coaching takes up.
        unacceptable: what it looks like when it is left out; look for causes in training, time and support first.
        tags: codes of functions of teacher leaders, or of the host.

    Raises:
        InvalidInput: when a column is empty.
    """

    id: str
    title: str
    expected: str
    developmental: str
    unacceptable: str
    tags: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("Competency")
        for column in _COLUMNS:
            text = getattr(self, column)
            check(bool(text.strip()), "competency.column", column, "is empty", expected="what it looks like")
        check.done()

    @property
    def scale(self) -> LevelScale:
        """The columns as a scale, lowest first, with ``expected`` as the level of fidelity."""
        levels = (
            Level(column, float(place), column.capitalize(), getattr(self, column))
            for place, column in enumerate(_COLUMNS, start=1)
        )
        return LevelScale(tuple(levels), fidelity="expected")


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CompetencyProfile:
    """What people of a role can do. Equal when all fields are equal.

    Attributes:
        id: stable code; role descriptions name it.
        version: semantic version.
        competencies: one or more, in order.

    Raises:
        InvalidInput: without a competency, or for repeated ids.

    Example:
        >>> trust = Competency(
        ...     id="trust", title="Builds trust", expected="keeps what is said", developmental="keeps most of it",
        ...     unacceptable="passes on what was said",
        ... )
        >>> CompetencyProfile(id="coach", version="1.0.0", competencies=[trust]).competencies[0].scale.codes
        ('unacceptable', 'developmental', 'expected')
    """

    id: str
    version: str
    competencies: tuple[Competency, ...]

    def __attrs_post_init__(self) -> None:
        check = Checker("CompetencyProfile")
        check_ids((one.id for one in self.competencies), check, "competencies", least=1)
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class SelfAssessment:
    """How somebody sees themself on a profile; theirs alone. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day.
        by: id of the person.
        profile: id and version of the profile.
        levels: competency and column, for those that the person answered.

    Raises:
        InvalidInput: for a column that is none, or a competency twice.
    """

    id: str
    on: date
    by: str
    profile: str
    levels: tuple[tuple[str, str], ...]

    def __attrs_post_init__(self) -> None:
        check = Checker("SelfAssessment")
        check_ids((competency for competency, _ in self.levels), check, "levels")
        check(
            all(column in _COLUMNS for _, column in self.levels),
            "self_assessment.column",
            "levels",
            "name a column that is none",
            expected=", ".join(_COLUMNS),
        )
        check.done()

    def subject(self) -> Subject:
        """What a gate needs to know of it: it is open to its author, whatever role somebody else holds."""
        return Subject(id=self.id, kind="coaching content", authors=(self.by,), purposes=(Purpose.COACHING,))


@attrs.frozen
class RoleRecord:
    """A record of the host in which a role description is used. Equal when both are equal.

    Attributes:
        kind: what for.
        reference: where the host keeps it; nothing of it enters.
    """

    kind: Literal["selection", "compensation", "hiring"]
    reference: str


@attrs.frozen(kw_only=True, field_transformer=read_only)
class RoleDescription:
    """What a coach or mentor is to do. Equal when all fields are equal.

    Attributes:
        id: stable code; appointments name it.
        role: which role it describes.
        origin: whether the district or a building made it (ILR-12.KI.1).
        responsibilities: what the role has to do.
        competencies: id of the competency profile, or None.
        tags: codes of functions of teacher leaders; they describe, nobody is scored on them.
        records: where it is used to select, pay or hire.
        published_on: the day of publication, None for a draft.
    """

    id: str
    role: Literal["coach", "mentor", "model teacher", "teacher leader"]
    origin: Literal["district", "building"] = "district"
    responsibilities: tuple[str, ...] = ()
    competencies: str | None = None
    tags: tuple[str, ...] = ()
    records: tuple[RoleRecord, ...] = ()
    published_on: date | None = None

    def is_published(self, on: date) -> bool:
        """Whether it is published by a day and names a responsibility (ILR-12.GB.1)."""
        return (
            self.published_on is not None
            and self.published_on <= on
            and any(one.strip() for one in self.responsibilities)
        )


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PriorityList:
    """What coaching and mentoring are to serve first (ILR-12.GR.1). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day on which it was set.
        owner: id of who answers for it.
        items: codes, the first comes first; never ids of persons.
        evidence: ids of the answers, profiles of needs and gaps that it rests on.

    Raises:
        InvalidInput: without an item, or for one named twice.
    """

    id: str
    on: date
    owner: str
    items: tuple[str, ...]
    evidence: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("PriorityList")
        check_ids(self.items, check, "items", least=1)
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Convening:
    """Coaches met to plan together (ILR-12.KI.3). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day.
        participants: ids of who was there: coaches, leaders, partners.
        plan: id of the joint plan, None where none was made.
    """

    id: str
    on: date
    participants: tuple[str, ...]
    plan: str | None = None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class RoleRecords:
    """What is on record of the roles of a district. Equal when all fields are equal.

    Attributes:
        roster: who coaches, and which ids are one person.
        window: first and last day of the question.
        terms: the terms of the school year.
        roles: role descriptions.
        profiles: competency profiles.
        priorities: lists of priorities.
        convenings: meetings of coaches.
        events: small dated facts, appointments and training among them.

    Example:
        >>> ours = RoleDescription(id="reading", role="coach", responsibilities=["coaches"], origin="building",
        ...     published_on=date(2026, 8, 1))
        >>> window = Window(date(2026, 9, 1), date(2026, 9, 30))
        >>> roles_of_district(RoleRecords(roster=Roster(), window=window, roles=[ours])).lacking
        ('reading',)
    """

    roster: Roster
    window: Window
    terms: tuple[Term, ...] = ()
    roles: tuple[RoleDescription, ...] = ()
    profiles: tuple[CompetencyProfile, ...] = ()
    priorities: tuple[PriorityList, ...] = ()
    convenings: tuple[Convening, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def coaches(self) -> tuple[str, ...]:
        """Who holds a post as coach on the last day, in order of ids."""
        return tuple(sorted(coaches_on(self.roster, self.window.end)))


def current_priorities(lists: Iterable[PriorityList], *, on: date) -> PriorityList | None:
    """ILR-12.GR.1, what records tell of it: the list that was set last by a day; None without one.

    Of two lists of one day the one with the later id holds. Whether it is sound is for leaders to say.
    """
    return max((one for one in lists if one.on <= on), key=lambda one: (one.on, one.id), default=None)


def roles_with_competencies(records: RoleRecords) -> Tally:
    """ILR-12.GR.2: descriptions of coaches and mentors with a competency profile that are used to select, pay or hire.

    A profile counts when the records hold it.
    """
    known = {one.id for one in records.profiles}
    wanted = (one for one in records.roles if one.role in ("coach", "mentor"))
    return tally(wanted, lambda one: one.competencies in known and bool(one.records), lambda one: one.id)


def coaches_with_role(records: RoleRecords) -> Tally:
    """ILR-12.GB.1: coaches of the last day who were appointed to a published description that names duties."""
    last = records.window.end
    published = {one.id for one in records.roles if one.is_published(last)}
    appointed = records.roster.persons(
        one.person
        for one in records.events
        if isinstance(one, RoleAppointment) and one.role in published and one.on <= last
    )
    return tally(records.coaches, appointed.__contains__, str)


def roles_of_district(records: RoleRecords) -> Tally:
    """ILR-12.KI.1: published descriptions of coaches that the district made; how coaches spend time is told elsewhere."""
    published = (one for one in records.roles if one.role == "coach" and one.is_published(records.window.end))
    return tally(published, lambda one: one.origin == "district", lambda one: one.id)


def coaches_with_training(records: RoleRecords, *, topics: Iterable[str] = TRAINING_TOPICS) -> Tally:
    """ILR-12.KI.2: coaches of the last day who had completed training in each of some topics by then.

    Args:
        records: the records.
        topics: topics of the training records that count.
    """
    wanted, resolve = frozenset(topics), records.roster.resolve
    done = {
        (resolve(one.person), one.topic)
        for one in records.events
        if isinstance(one, TrainingRecord) and one.on <= records.window.end
    }
    return tally(records.coaches, lambda coach: all((coach, topic) in done for topic in wanted), str)


def terms_with_convening(records: RoleRecords) -> Tally:
    """ILR-12.KI.3: terms in which two or more coaches met and made a joint plan.

    Returns:
        The terms of the window; none where there is one coach and one description of coaches at most, because then
        the criterion does not apply.
    """
    kinds = [one for one in records.roles if one.role == "coach" and one.is_published(records.window.end)]
    if len(kinds) < 2 and len(records.coaches) < 2:
        return Tally(reached=0, of=0)
    days = [
        one.on
        for one in records.convenings
        if one.plan is not None
        and one.on in records.window
        and len(records.roster.persons(one.participants) & coaches_on(records.roster, one.on)) >= 2
    ]
    return tally(
        terms_within(records.terms, records.window),
        lambda term: any(day in term.window for day in days),
        lambda term: term.id,
    )


def check_tags(tags: Iterable[str], catalogue: Catalogue) -> tuple[Diagnostic, ...]:
    """Tags in the namespace of a catalogue that it does not hold; tags of others are passed over.

    Args:
        tags: tags of roles, competencies, training or evidence.
        catalogue: for example the functions of teacher leaders.

    Example:
        >>> from ilr.continuum import packs
        >>> found = check_tags(["TLMS-4b", "TLMS-9a", "ours"], packs.catalogue("teacher-leader-model-standards"))
        >>> [problem.path for problem in found]
        ['tags[1]']
    """
    check = Checker("tags")
    for place, tag in enumerate(tags):
        check(
            not tag.startswith(f"{catalogue.namespace}-") or tag in catalogue,
            "tags.unknown",
            f"tags[{place}]",
            "is no code of the catalogue",
            expected=f"a code of {catalogue.id}",
        )
    return tuple(check.problems)
