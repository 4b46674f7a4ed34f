"""What is due on a day: visits, shares, reviews and decisions, and nothing that is not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.progress.small_school import (
    ALIKE,
    AS_OF,
    CALENDAR,
    DAYS,
    SCALE,
    SCHOOL,
    changed,
    evidence,
    meeting,
    reclosed,
    review,
    roster,
    table_of,
    walk,
    walks_of,
)

from ilr import interop
from ilr.base import Appointment, Leave, Organisation, Person, Policy, Role, SchoolCalendar, Window
from ilr.cycles import Decision, DecisionKind, DecisionStatus, Review, StatusEntry
from ilr.disclosure import Release
from ilr.observation import ObservationTable
from ilr.progress import Due, Evidence, due

FIRST = DAYS[0]


def subjects(found: tuple[Due, ...], kind: str) -> list[str]:
    """The subjects of one kind of entry, in order."""
    return [one.subject for one in found if one.kind == kind]


def owed(school: Evidence, as_of: date, **options: Any) -> tuple[Due, ...]:
    """What is due in the school's calendar."""
    return due(school, as_of=as_of, calendar=CALENDAR, **options)


def test_nothing_recorded_owes_nothing() -> None:
    """Each absent part keeps its kind of entry out, and an empty evidence owes nothing at all."""
    assert due(Evidence(), as_of=AS_OF) == ()
    assert owed(Evidence(roster=roster()), AS_OF) == ()
    assert owed(Evidence(table=table_of(walks_of())), AS_OF) == ()


def test_a_busy_school_owes_only_its_open_decisions() -> None:
    """With everybody seen and reviewed, and shares not kept, only the decision whose day has come waits."""
    found = owed(changed(releases=None), AS_OF)
    assert [(one.kind, one.subject, one.since) for one in found] == [
        ("decision", "coach-2026-10-01", date(2026, 10, 15))
    ]
    assert found[0].building == SCHOOL
    assert str(found[0].reason) == "decided on 2026-10-01 and still open"


@pytest.mark.parametrize(("unseen", "listed"), [(9, []), (10, ["t1"])])
def test_a_teacher_is_due_on_the_tenth_day_unseen(unseen: int, listed: list[str]) -> None:
    """P-GAP: nine school days after the last visit nothing is owed, the tenth makes it due."""
    posts = [Appointment(person="t1", organisation=SCHOOL, role=Role.TEACHER)]
    school = Evidence(roster=roster(appointments=posts), table=table_of([walk(DAYS[4])]))
    found = owed(school, DAYS[4 + unseen])
    assert subjects(found, "visit") == listed
    assert [one.since for one in found] == [DAYS[14]] * len(listed)


def test_days_of_leave_and_before_hire_are_not_unseen_days() -> None:
    """A teacher who was away, or came late, is due only after ten days in which a visit was possible."""
    posts = [
        Appointment(person="t1", organisation=SCHOOL, role=Role.TEACHER),
        Appointment(person="t2", organisation=SCHOOL, role=Role.TEACHER, start=DAYS[4]),
        Appointment(person="t3", organisation=SCHOOL, role=Role.TEACHER),
    ]
    away = roster(appointments=posts, leaves=(Leave(person="t1", window=Window(DAYS[0], DAYS[3])),))
    school = Evidence(roster=away, table=table_of([walk(DAYS[0], "t9")]))
    assert subjects(owed(school, DAYS[12]), "visit") == ["t3"]
    assert subjects(owed(school, DAYS[13]), "visit") == ["t3", "t1", "t2"]


def test_before_the_first_school_day_nobody_is_unseen() -> None:
    """A question asked in August lists no visits."""
    assert owed(Evidence(roster=roster(), table=table_of([walk(FIRST)])), date(2026, 8, 1)) == ()


def test_without_a_calendar_weekdays_count() -> None:
    """The weekdays of the year before the question stand in for a calendar."""
    posts = [Appointment(person="t1", organisation=SCHOOL, role=Role.TEACHER, start=FIRST)]
    school = Evidence(roster=roster(appointments=posts), table=table_of([walk(FIRST)]))
    assert due(school, as_of=date(2026, 9, 14)) == ()
    assert subjects(due(school, as_of=date(2026, 9, 15)), "visit") == ["t1"]


def release(subject: str, to: str, **changes: Any) -> Release:
    """A disclosure of a record."""
    facts: dict[str, Any] = {
        "on": FIRST,
        "to": to,
        "audience": "teacher",
        "grain": "individual content",
        **changes,
    }
    return Release(subject=subject, **facts)


@pytest.mark.parametrize(("later", "count"), [(2, 0), (3, 1)])
def test_a_share_is_owed_after_two_school_days(later: int, count: int) -> None:
    """P-SHARE: the third school day after a visit lists its record, with the day it was due."""
    record = walk(DAYS[2])
    found = owed(Evidence(table=table_of([record]), releases=()), DAYS[2 + later])
    assert subjects(found, "share") == [record.id] * count
    assert [one.since for one in found] == [DAYS[4]] * count


@pytest.mark.parametrize("school", [None, SCHOOL])
def test_a_share_names_its_school_where_records_do(school: str | None) -> None:
    """The building of an owed share is that of its record, or unknown."""
    found = owed(Evidence(table=table_of([walk(FIRST, building=school)]), releases=()), AS_OF)
    assert [one.building for one in found] == [school]


def test_a_released_record_is_not_owed() -> None:
    """A release to the teacher settles the share, under any id of that person; others do not."""
    record = walk(FIRST)
    school = Evidence(roster=roster(appointments=()), table=table_of([record]), releases=())
    for given, count in (
        (release(record.id, "t1"), 0),
        (release(record.id, "t1-sis"), 0),
        (release(record.id, "t2"), 1),
        (release("another", "t1"), 1),
        (release(record.id, "t1", audience="building"), 1),
    ):
        found = owed(attrs.evolve(school, releases=(given,)), AS_OF)
        assert len(subjects(found, "share")) == count


def test_a_co_taught_record_is_owed_to_each_teacher() -> None:
    """A record shared with one of two teachers is still owed."""
    record = walk(FIRST, ["t1", "t2"])
    one = Evidence(table=table_of([record]), releases=(release(record.id, "t1"),))
    assert subjects(owed(one, AS_OF), "share") == [record.id]
    both = attrs.evolve(one, releases=(*(one.releases or ()), release(record.id, "t2")))
    assert owed(both, AS_OF) == ()


def test_what_may_not_be_shared_is_not_owed() -> None:
    """CG-1: where meetings are recorded, the record of an observer who was not calibrated owes no share."""
    records = [walk(FIRST, "t1", "p1"), walk(FIRST, "t2", "p3"), walk(FIRST, "t3", "p1", minutes=1.0)]
    held = (meeting({"p1": ALIKE, "p2": ALIKE}),)
    found = owed(Evidence(table=table_of(records), releases=(), calibration=held), AS_OF)
    assert subjects(found, "share") == [records[0].id]


def test_an_undated_record_owes_nothing() -> None:
    """Without its day nobody can say when a share fell due."""
    table = ObservationTable.from_frame(
        {"visit": ["v"], "teacher": ["t1"], "observer": ["p1"], "item": ["questioning"], "level": [3]},
        visit="visit",
        teacher="teacher",
        observer="observer",
        item="item",
        level="level",
        scales=SCALE,
    )
    assert owed(Evidence(table=table, releases=()), AS_OF) == ()


def test_a_review_is_due_by_the_calendar() -> None:
    """RT-1: thirty-one days after the last cut the review of the school is listed with its reason."""
    table = table_of([walk(FIRST), walk(date(2026, 9, 21), "t2")])
    held = (review(table, date(2026, 9, 14), decisions=(idle(date(2026, 9, 14)),)),)
    school = Evidence(table=table, reviews=held)
    assert owed(school, date(2026, 10, 14)) == ()
    found = owed(school, date(2026, 10, 15))
    assert [(one.kind, one.subject, one.building) for one in found] == [("review", SCHOOL, SCHOOL)]
    assert str(found[0].reason) == "a review is due by calendar, with 1 new observations"


def test_the_first_review_is_due_by_count() -> None:
    """RT-1: with a roster the school is known before any review was held."""
    records = [walk(day, "t1", hour=hour) for day in DAYS[:10] for hour in (8, 10, 12)]
    school = Evidence(roster=roster(appointments=()), table=table_of(records), reviews=())
    assert subjects(owed(school, DAYS[9]), "review") == [SCHOOL]
    assert owed(school, DAYS[8]) == ()
    held = attrs.evolve(school, reviews=(review(table_of(records), DAYS[9], closed=False),))
    assert subjects(owed(held, DAYS[9]), "review") == [SCHOOL]


def test_without_a_table_only_decisions_wait() -> None:
    """Reviews without observations still hold decisions to come back to."""
    school = Evidence(reviews=evidence().reviews)
    assert [one.kind for one in owed(school, AS_OF)] == ["decision"]


def test_a_decision_is_due_on_its_day_until_a_review_ends_it() -> None:
    """RT-4: a decision is listed from its day on and leaves the list when a later review ends it."""
    first, second = evidence().reviews or ()
    school = Evidence(reviews=(first, second))
    assert owed(school, date(2026, 10, 14)) == ()
    assert subjects(owed(school, date(2026, 10, 15)), "decision") == ["coach-2026-10-01"]
    for status, count in ((DecisionStatus.CONTINUE, 1), (DecisionStatus.DONE, 0)):
        entry = StatusEntry(decision="coach-2026-10-01", status=status, on=second.on)
        assert len(owed(attrs.evolve(school, reviews=revisited(entry)), AS_OF)) == count


def revisited(entry: StatusEntry) -> tuple[Review, ...]:
    """The reviews of the small school, the second with another status of one decision."""
    first, second = evidence().reviews or ()
    rest = (one for one in second.revisits if one.decision != entry.decision)
    return reclosed([first, attrs.evolve(second, seal="", revisits=(*rest, entry))])


def test_an_adjusted_decision_is_due_on_its_new_day() -> None:
    """RT-4: a decision that a review put off leaves the list until then."""
    later = date(2026, 11, 12)
    reviews = revisited(
        StatusEntry(
            decision="coach-2026-10-01", status=DecisionStatus.ADJUST, on=date(2026, 10, 29), due=later
        )
    )
    for as_of, ids in ((date(2026, 11, 11), []), (later, ["coach-2026-10-01", "coach-2026-10-29"])):
        assert subjects(owed(Evidence(reviews=reviews), as_of), "decision") == ids


def idle(on: date) -> Decision:
    """A decision to do nothing."""
    return Decision(id="idle", kind=DecisionKind.NO_ACTION, on=on, owner="p1", evidence=("f",), reason="so")


def test_a_review_of_tomorrow_decides_nothing_today() -> None:
    """Reviews after the day of the question are not read."""
    assert owed(Evidence(reviews=evidence().reviews), date(2026, 9, 30)) == ()


def test_entries_come_by_kind_then_day_then_id() -> None:
    """The list is in one order that says nothing of quality: visits, shares, reviews, decisions."""
    first, _ = evidence().reviews or ()
    table = table_of(walks_of(DAYS[:32]))
    school = changed(table=table, reviews=(first,), releases=())
    found = owed(school, date(2026, 12, 1))
    kinds = ["visit", "share", "review", "decision"]
    keys = [(kinds.index(one.kind), one.since, one.subject) for one in found]
    assert keys == sorted(keys)
    assert {one.kind for one in found} == set(kinds)


def test_every_school_of_the_roster_is_asked() -> None:
    """Schools count, departments do not; a school without reviews is asked like the others."""
    wider = roster(
        organisations=(
            *roster().organisations,
            Organisation(id="s2", parent="d1"),
            Organisation(id="dep", kind="department", parent=SCHOOL),
        ),
        people=(*roster().people, Person(id="t8")),
        appointments=(
            Appointment(person="t8", organisation="s2", role=Role.TEACHER),
            Appointment(person="t1", organisation="dep", role=Role.TEACHER),
        ),
    )
    school = Evidence(roster=wider, table=table_of([walk(FIRST)]))
    assert [(one.subject, one.building) for one in owed(school, DAYS[20])] == [("t8", "s2")]


def test_the_policy_moves_the_days() -> None:
    """A district that wants teachers seen within five days gets them listed after five."""
    posts = [Appointment(person="t1", organisation=SCHOOL, role=Role.TEACHER)]
    school = Evidence(roster=roster(appointments=posts), table=table_of([walk(DAYS[0])]))
    assert subjects(owed(school, DAYS[5], policy=Policy(gap=5)), "visit") == ["t1"]
    assert owed(school, DAYS[5]) == ()


def test_a_calendar_that_ended_still_owes() -> None:
    """What was due in June is due in August, counted to the end of the calendar."""
    summer = SchoolCalendar.weekdays(FIRST, FIRST + timedelta(days=1))
    record = walk(FIRST)
    found = due(Evidence(table=table_of([record]), releases=()), as_of=AS_OF, calendar=summer)
    assert [one.since for one in found] == [FIRST + timedelta(days=1)]


def test_entries_come_back_from_json_equal() -> None:
    """The morning's list survives the way through text."""
    found = owed(evidence(), AS_OF)
    assert [interop.loads(interop.dumps(one), Due) for one in found] == list(found)
