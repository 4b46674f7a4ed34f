"""Who could show their practice to others: a list of strengths, kept by review members until a teacher consents (MT).

Here belong the search of every school and subject, the steps from candidate to model teacher, and what the appointment
of a coach has to rest on. It is a list of strengths alone: nobody is ordered, nobody has a score, and who is not on it
may simply not have been seen. Not here: coaching needs, which teachers state for themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from itertools import pairwise
from typing import Any, Literal

import attrs

from ilr.base import Checker, Permit, Policy, Reason, RoleAppointment, Roster, Window, listed, read_only
from ilr.calibration import Standings
from ilr.coaching._tallies import Tally, check_ids, tally
from ilr.coaching.leaders import MentorAssignment
from ilr.continuum.lookfors import LevelCode
from ilr.disclosure import Consent, Ledger, Subject, calibrated_only
from ilr.disclosure.firewall import withdrawn
from ilr.observation import ObservationTable, valid_records
from ilr.stats import proportions

__all__ = [
    "CandidateCell",
    "CandidateSearch",
    "Nomination",
    "NominationState",
    "OtherSource",
    "candidates",
    "check_appointment",
    "coaches_from_practice",
    "model_teachers",
    "nominate",
]


@attrs.frozen(kw_only=True)
class CandidateCell:
    """One school, subject and look-for of a search (MT-2). Equal when all fields are equal.

    Attributes:
        building: id of the school.
        subject_area: code of the subject.
        look_for: id of the look-for.
        state: ``none evident`` is said only where at least P-K-OUT teachers were seen often enough; with fewer it is
            ``not enough data``, so that nobody can be read from it.
        candidates: ids of the candidates, in no order.
        seen_too_little: number of its teachers who were not seen often enough, by enough observers or over enough
            reviews (MT-7); None where they are fewer than P-K-OUT, or none.
    """

    building: str
    subject_area: str
    look_for: str
    state: Literal["candidates", "none evident", "not enough data"]
    candidates: frozenset[str] = frozenset()
    seen_too_little: int | None = None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CandidateSearch:
    """What a search of every school and subject found. Equal when all fields are equal.

    Attributes:
        cells: one a school, subject and look-for, the empty ones too, in order of ids.
        periods: the review periods that were looked at.
        policy: version of the policy.
    """

    cells: tuple[CandidateCell, ...]
    periods: tuple[Window, ...]
    policy: str

    def cell(self, building: str, subject_area: str, look_for: str) -> CandidateCell | None:
        """One cell, None where the school does not teach the subject or the look-for was not searched."""
        key = (building, subject_area, look_for)
        return next(
            (one for one in self.cells if (one.building, one.subject_area, one.look_for) == key), None
        )

    def subject(self, id: str, *, review: Iterable[str]) -> Subject:
        """What a gate needs to know of it: open to the members of a review, and to nobody else before consent (MT-4).

        Args:
            id: id under which the host keeps it.
            review: ids of the members of the review.
        """
        people = sorted({teacher for one in self.cells for teacher in one.candidates})
        return Subject(id=id, kind="model teacher", teachers=tuple(people), authors=tuple(review))


@attrs.define
class _Looks:
    """What was seen of one person on one look-for."""

    visits: dict[str, list[bool]] = attrs.field(factory=dict)
    observers: set[str] = attrs.field(factory=set)
    periods: set[int] = attrs.field(factory=set)

    def is_enough(self, policy: Policy) -> bool:
        return (
            len(self.visits) >= policy.model_visits
            and len(self.observers) >= policy.model_observers
            and len(self.periods) >= policy.model_reviews
        )

    def shows_model(self, policy: Policy) -> bool:
        reached = sum(sum(marks) / len(marks) for marks in self.visits.values())
        return proportions.wilson(reached, len(self.visits)).low >= policy.model_share


def candidates(
    table: ObservationTable,
    *,
    model_levels: Mapping[str, LevelCode],
    periods: Sequence[Window],
    standings: Standings,
    roster: Roster,
    policy: Policy,
) -> CandidateSearch:
    """Search every school and subject for practice that others could visit (ILR-12.GS.1, MT-1, MT-2, MT-7).

    A teacher is a candidate on a look-for with at least P-MODELN valid visits in which a calibrated observer rated it,
    by P-MODELOBS observers, in P-MODELREV review periods, where the lower limit of Wilson's two-sided 95 % interval of
    the share of visits at the model level is at least P-MODELSHARE. A visit is the unit: it counts once, and with
    several ratings as their mean, so that two observers in one lesson are no two lessons. A co-taught visit does
    not tell whose practice it was and is left out.

    Args:
        table: the observations. With a column ``subject`` a visit counts for that subject alone, otherwise for each
            subject its teacher teaches; likewise with ``building``.
        model_levels: for each look-for to search the lowest level that others could learn from; of one that nobody
            rated there is not enough data.
        periods: the periods between reviews, apart from each other; visits outside them do not count.
        standings: of the observers; what one noted who was not calibrated that day does not count (CG-5).
        roster: its classes tell who teaches which subject where.
        policy: the numbers.

    Returns:
        Every cell with an unordered set and no score. There is no query for the others (MT-6): in a cell with a
        candidate, or with few teachers, who is not named cannot be told apart from who was not seen.

    Raises:
        InvalidInput: for a level that the scale of a look-for does not have, or periods over each other.
    """
    ordered = sorted(periods, key=lambda one: one.start)
    least = _least_levels(table, model_levels, ordered)
    looks = _looks(table, least, ordered, standings=standings, roster=roster, policy=policy)
    has_building, has_subject = "building" in table.walks, "subject" in table.walks
    cells = []
    for (building, subject), people in sorted(_taught(roster).items()):
        where = (building if has_building else None, subject if has_subject else None)
        for item in sorted(model_levels):
            seen = [(person, looks.get((*where, person, item), _Looks())) for person in people]
            cells.append(_cell((building, subject, item), seen, policy))
    return CandidateSearch(cells=tuple(cells), periods=tuple(ordered), policy=policy.version)


def _least_levels(
    table: ObservationTable, model_levels: Mapping[str, LevelCode], periods: Sequence[Window]
) -> dict[int, tuple[str, int]]:
    """For the place of each look-for that was rated its id and the place of its model level."""
    check = Checker("candidates")
    found = {}
    for item, level in model_levels.items():
        if item in table.items:
            codes = table.scale(item).codes
            path = f"model_levels[{item}]"
            if check(level in codes, "candidates.level", path, "is no level", expected=listed(codes)):
                found[table.place(item)] = (item, codes.index(level))
    check(
        all(one.end < other.start for one, other in pairwise(periods)),
        "candidates.periods",
        "periods",
        "lie over each other",
        expected="each day in one period",
    )
    check.done()
    return found


def _taught(roster: Roster) -> dict[tuple[str, str], frozenset[str]]:
    """Who teaches in each school and subject."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for section in roster.sections:
        if section.subject is not None:
            key = (section.building, section.subject)
            found[key] = found.get(key, frozenset()) | roster.persons(section.teachers)
    return found


_Key = tuple[str | None, str | None, str, str]


def _looks(
    table: ObservationTable,
    least: Mapping[int, tuple[str, int]],
    periods: Sequence[Window],
    *,
    standings: Standings,
    roster: Roster,
    policy: Policy,
) -> dict[_Key, _Looks]:
    """What was seen, by building and subject of the record, person and look-for."""
    used = calibrated_only(table.select(valid_records(table, policy)), standings)
    columns = {
        name: used.column(name).decoded() if name in used.walks else [None] * len(used)
        for name in ("visit", "teacher", "observer", "building", "subject")
    }
    days: list[date | None] = used.days.tolist()
    found: dict[_Key, _Looks] = {}
    for row, place, level in zip(used.walk.tolist(), used.item.tolist(), used.level.tolist(), strict=True):
        day, teacher = days[row], columns["teacher"][row]
        period = next((n for n, one in enumerate(periods) if day is not None and day in one), None)
        if place not in least or level < 0 or period is None or not isinstance(teacher, str):
            continue
        item, lowest = least[place]
        key = (columns["building"][row], columns["subject"][row], roster.resolve(teacher), item)
        looks = found.setdefault(key, _Looks())
        looks.visits.setdefault(columns["visit"][row], []).append(level >= lowest)
        looks.observers.add(roster.resolve(columns["observer"][row]))
        looks.periods.add(period)
    return found


def _cell(cell: tuple[str, str, str], seen: Sequence[tuple[str, _Looks]], policy: Policy) -> CandidateCell:
    enough = [(person, looks) for person, looks in seen if looks.is_enough(policy)]
    found = frozenset(person for person, looks in enough if looks.shows_model(policy))
    few, k = len(seen) - len(enough), policy.outside_teachers
    empty: Literal["none evident", "not enough data"] = (
        "none evident" if len(enough) >= k else "not enough data"
    )
    return CandidateCell(
        building=cell[0],
        subject_area=cell[1],
        look_for=cell[2],
        state="candidates" if found else empty,
        candidates=found,
        seen_too_little=few if few >= k else None,
    )


@attrs.frozen
class OtherSource:
    """What else speaks for a candidate beside observation (MT-3). Equal when both are equal.

    Attributes:
        kind: what it is; results of students are those of a group.
        reference: where the host keeps it.
    """

    kind: Literal["peer nomination", "student outcomes", "mentor feedback", "other"]
    reference: str


class NominationState(Enum):
    """How far a candidate has come; only the teacher makes it public."""

    CANDIDATE = "candidate"
    NOMINATED = "nominated"
    INVITED = "invited"
    CONSENTED = "consented"
    DECLINED = "declined"
    ACTIVE = "active"


_PUBLIC = frozenset({NominationState.CONSENTED, NominationState.ACTIVE})


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Nomination:
    """One candidate on the way to model teacher. Every step gives a new value. Equal when all fields are equal.

    Before consent nobody but the members of the review sees the name, and the teacher where the policy tells; who
    declined is, for everyone else, as if never asked (MT-4).

    Attributes:
        id: opaque id.
        teacher: id of the teacher.
        building: id of the school.
        subject_area: code of the subject.
        look_for: id of the look-for.
        review: ids of the members of the review.
        team: id of the teacher's team, or None.
        sources: what else speaks for the teacher.
        state: how far it has come.
        consent: id of the consent in the ledger, empty before.

    Raises:
        InvalidInput: for a state beyond candidate without another source (MT-3), for consent without its id or an id
            without consent, or without a member of the review.
    """

    id: str
    teacher: str
    building: str
    subject_area: str
    look_for: str
    review: tuple[str, ...]
    team: str | None = None
    sources: tuple[OtherSource, ...] = ()
    state: NominationState = NominationState.CANDIDATE
    consent: str = ""

    def __attrs_post_init__(self) -> None:
        check = Checker("Nomination")
        check_ids(self.review, check, "review", least=1)
        check(
            self.state is NominationState.CANDIDATE or bool(self.sources),
            "nomination.sources",
            "sources",
            "are missing",
            expected="one or more beside observation",
        )
        check(
            bool(self.consent) == (self.state in _PUBLIC),
            "nomination.consent",
            "consent",
            "does not go with the state",
            expected="the id of the consent from then on",
        )
        check.done()

    def nominate(self, *sources: OtherSource) -> Nomination:
        """Add what else speaks for the candidate; with one source or more it is nominated (MT-3).

        Raises:
            InvalidInput: without a source, or when it is nominated already.
        """
        return self._step(
            NominationState.NOMINATED, (NominationState.CANDIDATE,), sources=(*self.sources, *sources)
        )

    def invite(self, *, by: str) -> Nomination:
        """Ask the teacher.

        Raises:
            InvalidInput: by somebody outside the review, or before it is nominated.
        """
        self._require(by in self.review, "by", "is no member of the review", "one of its members")
        return self._step(NominationState.INVITED, (NominationState.NOMINATED,))

    def accept(self, consent: Consent) -> Nomination:
        """Take the teacher's consent; the host adds it to its ledger.

        Raises:
            InvalidInput: for the consent of another person or to something else, or without an invitation.
        """
        self._require(
            consent.person == self.teacher and consent.about == "model teacher",
            "consent",
            "is to something else",
            "the teacher's consent to be told as a model teacher",
        )
        return self._step(NominationState.CONSENTED, (NominationState.INVITED,), consent=consent.id)

    def decline(self, *, by: str) -> Nomination:
        """Decline, or take consent back, for good; the teacher alone can. A consent is withdrawn in the ledger.

        Raises:
            InvalidInput: by anybody else, or where the teacher was not asked.
        """
        self._require(by == self.teacher, "by", "cannot decline", "the teacher")
        return self._step(
            NominationState.DECLINED,
            (NominationState.INVITED, NominationState.CONSENTED, NominationState.ACTIVE),
            consent="",
        )

    def activate(self) -> Nomination:
        """Begin to show the practice to others.

        Raises:
            InvalidInput: without consent.
        """
        return self._step(NominationState.ACTIVE, (NominationState.CONSENTED,))

    def subject(self) -> Subject:
        """What a gate needs to know of it: before consent, and after it was declined, the review and the teacher alone.

        From consent on it names the school and the team; whether the consent still holds, the gate reads in the ledger.
        """
        return Subject(
            id=self.id,
            kind="model teacher",
            teachers=(self.teacher,),
            authors=self.review,
            building=self.building if self.state in _PUBLIC else None,
            team=self.team if self.state in _PUBLIC else None,
        )

    def _step(self, to: NominationState, after: tuple[NominationState, ...], **changes: Any) -> Nomination:
        self._require(self.state in after, "state", "does not allow it", listed(one.value for one in after))
        return attrs.evolve(self, state=to, **changes)

    @staticmethod
    def _require(holds: bool, path: str, message: str, expected: str) -> None:
        check = Checker("Nomination")
        check(holds, f"nomination.{path}", path, message, expected=expected)
        check.done()


def nominate(
    cell: CandidateCell, teacher: str, *, id: str, review: Iterable[str], team: str | None = None
) -> Nomination:
    """Begin with a candidate of a search; whoever the search did not find cannot be put forward from it.

    Args:
        cell: the cell of the search.
        teacher: id of one of its candidates.
        id: opaque id of the nomination.
        review: ids of the members of the review.
        team: id of the teacher's team, or None.

    Raises:
        InvalidInput: for somebody else.

    Example:
        >>> cell = CandidateCell(
        ...     building="s1", subject_area="math", look_for="talk", state="candidates", candidates=frozenset({"t1"})
        ... )
        >>> asked = nominate(cell, "t1", id="n", review=["p1"]).nominate(OtherSource("peer nomination", "r-7"))
        >>> asked.invite(by="p1").decline(by="t1").state.value
        'declined'
    """
    check = Checker("nominate")
    check(
        teacher in cell.candidates, "nomination.teacher", "teacher", "is not evident", expected="a candidate"
    )
    check.done()
    return Nomination(
        id=id,
        teacher=teacher,
        building=cell.building,
        subject_area=cell.subject_area,
        look_for=cell.look_for,
        review=tuple(review),
        team=team,
    )


def model_teachers(
    nominations: Iterable[Nomination], *, ledger: Ledger, roster: Roster, at: datetime | None = None
) -> tuple[Nomination, ...]:
    """The active model teachers whose consent stands in the ledger and was not withdrawn, in order of ids.

    Args:
        nominations: of any state; those that are not active leave no trace.
        ledger: where consents and withdrawals stand.
        roster: which ids are one person.
        at: the instant of the question; None counts every withdrawal.
    """
    return tuple(
        sorted(
            (
                one
                for one in nominations
                if one.state is NominationState.ACTIVE and _stands(one, ledger, roster, at)
            ),
            key=lambda one: one.id,
        )
    )


def _stands(one: Nomination, ledger: Ledger, roster: Roster, at: datetime | None) -> bool:
    return any(
        isinstance(entry, Consent)
        and entry.id == one.consent
        and not withdrawn(entry, ledger, roster, by=one.teacher, at=at)
        for entry in ledger.of(one.teacher)
    )


def check_appointment(
    appointment: RoleAppointment,
    *,
    nominations: Iterable[Nomination],
    mentors: Iterable[MentorAssignment],
    roster: Roster,
    policy: Policy,
) -> Permit:
    """Whether the appointment of a coach rests on what it has to rest on (MT-5, ILR-12.GB.2).

    It cites, by their ids, a nomination of that person who consented to it, and a mentor assignment of that person
    that was finished by then with feedback of the mentee.

    Args:
        appointment: the appointment with the evidence it cites.
        nominations: the nominations that it may cite.
        mentors: the mentor assignments that it may cite.
        roster: which ids are one person.
        policy: its version stands in the answer.
    """
    person, cited = roster.resolve(appointment.person), frozenset(appointment.evidence)
    practice = any(
        one.id in cited and one.state in _PUBLIC and roster.resolve(one.teacher) == person
        for one in nominations
    )
    mentoring = any(
        one.id in cited and one.finished_by(appointment.on) and roster.resolve(one.mentor) == person
        for one in mentors
    )
    reasons = [Reason.of("NO_PRACTICE_CITED")] if not practice else []
    reasons += [Reason.of("NO_MENTORING_CITED")] if not mentoring else []
    return Permit(
        granted=not reasons,
        reasons=tuple(reasons) or (Reason.of("APPOINTMENT_FOUNDED"),),
        policy=policy.version,
    )


def coaches_from_practice(
    appointments: Iterable[RoleAppointment],
    *,
    nominations: Iterable[Nomination],
    mentors: Iterable[MentorAssignment],
    roster: Roster,
    policy: Policy,
) -> Tally:
    """ILR-12.GB.2: appointments of coaches that cite strong practice and finished mentoring (MT-5).

    Args:
        appointments: the appointments of coaches.
        nominations: the nominations that they may cite.
        mentors: the mentor assignments that they may cite.
        roster: which ids are one person.
        policy: as in `check_appointment`.
    """
    named, held = tuple(nominations), tuple(mentors)
    return tally(
        appointments,
        lambda one: (
            check_appointment(one, nominations=named, mentors=held, roster=roster, policy=policy).granted
        ),
        lambda one: one.id,
    )
