"""The gate between an observer's record and the teacher who was observed, and the ledger behind it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from tests.progress.small_school import ALIKE, FORM, LOOK_FORS, POLICY, SCHOOL, meeting, roster, walk

from ilr import interop
from ilr.base import FrozenMap, InvalidInput, SchoolCalendar
from ilr.calibration import Standings
from ilr.disclosure import Context, MemoryLedger, Release, release, share
from ilr.forms import AnswerState, Purpose, Walkthrough

ON = date(2026, 9, 1)
NEXT = date(2026, 9, 2)
PASSED = Standings.from_meetings([meeting({"p1": ALIKE}, master=ALIKE)], POLICY)
HALF = Standings.from_meetings([meeting({"p1": ALIKE}, master=ALIKE, look_fors=("questioning",))], POLICY)


def context(**parts: Any) -> Context:
    """What the gate reads two weeks later, with one calibrated observer."""
    facts: dict[str, Any] = {"as_of": date(2026, 9, 15), "standings": PASSED, "roster": roster(), **parts}
    return Context(**facts)


def codes(walked: Walkthrough, to: str = "t1", **parts: Any) -> list[str]:
    """The codes of the reasons of a share."""
    return [reason.code for reason in share(walked, to=to, context=context(**parts)).reasons]


def test_the_record_of_a_calibrated_observer_goes_to_its_teacher() -> None:
    """CG-1: every look-for passes, nothing is withheld, and the permit names policy and ledger."""
    permit = share(walk(NEXT), to="t1", context=context())
    assert permit
    assert (permit.scope, permit.withheld) == (LOOK_FORS, ())
    assert [reason.code for reason in permit.reasons] == ["CALIBRATED"]
    assert (permit.policy, permit.ledger) == (POLICY.version, MemoryLedger().version)


@pytest.mark.parametrize(("day", "granted"), [(date(2026, 8, 31), False), (ON, True)])
def test_before_the_meeting_nothing_may_be_shared(day: date, granted: bool) -> None:
    """CG-1: what counts is the standing on the day of the visit, however late the question comes."""
    permit = share(walk(day), to="t1", context=context())
    assert bool(permit) is granted
    assert permit.withheld == (() if granted else LOOK_FORS)


def test_without_any_meeting_each_look_for_says_that_it_waits() -> None:
    """CG-1: the default is no, with a reason for every look-for."""
    permit = share(walk(NEXT), to="t1", context=Context(as_of=NEXT))
    assert not permit
    assert [str(reason) for reason in permit.reasons] == [
        f"{look_for}: the observer is not calibrated yet (never calibrated)" for look_for in LOOK_FORS
    ]


def test_what_passed_is_shared_and_the_rest_waits() -> None:
    """CG-1: an observer calibrated for one look-for of two shares that one."""
    permit = share(walk(NEXT), to="t1", context=context(standings=HALF))
    assert permit.granted
    assert (permit.scope, permit.withheld) == (("questioning",), ("wait-time",))
    assert [reason.code for reason in permit.reasons] == ["CALIBRATED", "CALIBRATION_PENDING"]


def test_a_standing_that_has_lapsed_shares_nothing() -> None:
    """CG-4: after a year the gate closes again and says since when."""
    late = ON + timedelta(days=POLICY.calibration_days + 1)
    assert codes(walk(late)) == ["CALIBRATION_EXPIRED", "CALIBRATION_EXPIRED"]


@pytest.mark.parametrize("to", ["t2", "p1", SCHOOL, ""])
def test_nobody_else_gets_the_record(to: str) -> None:
    """VS-1: another teacher, the observer's own id, the school or nobody is refused before anything is said."""
    permit = share(walk(NEXT), to=to, context=context())
    assert (permit.granted, permit.scope, permit.withheld) == (False, (), LOOK_FORS)
    assert [reason.code for reason in permit.reasons] == ["NOT_IN_CAPACITY"]


def test_every_teacher_of_a_co_taught_visit_may_get_it() -> None:
    """Both who taught were observed."""
    together = walk(NEXT, ["t1", "t2"])
    assert [bool(share(together, to=to, context=context())) for to in ("t1", "t2", "t3")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(("noted", "asked"), [("t1", "t1-sis"), ("t1-sis", "t1")])
def test_the_ids_of_one_person_are_one_receiver(noted: str, asked: str) -> None:
    """The roster says which ids belong to one person; without it they are two."""
    record = walk(NEXT, noted)
    assert share(record, to=asked, context=context())
    assert not share(record, to=asked, context=Context(as_of=NEXT, standings=PASSED))


def test_records_made_for_calibration_are_not_shared() -> None:
    """FW-1: the purpose of the record decides, whoever made it."""
    assert codes(walk(NEXT, purpose=Purpose.CALIBRATION)) == ["NOT_OPEN"]


def test_a_record_without_ratings_has_nothing_to_share() -> None:
    """A form on which everything was marked not observed permits nothing."""
    empty = FORM.record(
        teachers=["t1"],
        observer="p1",
        at=datetime(2026, 9, 2, 9, tzinfo=UTC),
        answers=dict.fromkeys(LOOK_FORS, AnswerState.NOT_OBSERVED),
    )
    permit = share(empty, to="t1", context=context())
    assert (permit.granted, [reason.code for reason in permit.reasons]) == (False, ["NOTHING_RATED"])


def test_the_calendar_tells_the_day_of_an_instant() -> None:
    """An instant late on the eve in UTC is the school's own day in its time zone."""
    east = SchoolCalendar.weekdays(date(2026, 8, 1), date(2026, 12, 1), timezone="Asia/Tokyo")
    eve = attrs.evolve(walk(ON), at=datetime(2026, 8, 31, 23, tzinfo=UTC))
    assert not share(eve, to="t1", context=context())
    assert share(eve, to="t1", context=context(calendar=east))


# The ledger


def test_a_release_is_the_entry_of_a_permit() -> None:
    """FW-8: who got which look-fors of which record, when, as what, and under which policy."""
    record = walk(NEXT)
    asked = context(standings=HALF)
    permit = share(record, to="t1", context=asked)
    entry = release(record, permit=permit, context=asked)
    assert (entry.on, entry.to, entry.subject) == (asked.as_of, "t1", record.id)
    assert (entry.audience, entry.grain, entry.scope) == ("teacher", "individual content", ("questioning",))
    assert (entry.purposes, entry.use, entry.policy) == ((Purpose.WALKTHROUGH,), "feedback", POLICY.version)
    assert interop.loads(interop.dumps(entry), Release) == entry


def test_a_permit_against_an_older_ledger_is_refused() -> None:
    """FW-8: once another entry was added the permit is stale and the question has to be asked again."""
    record, asked = walk(NEXT), context()
    permit = share(record, to="t1", context=asked)
    entry = release(record, permit=permit, context=asked)
    later = attrs.evolve(asked, ledger=MemoryLedger().append(entry, at=permit.ledger))
    with pytest.raises(InvalidInput) as refused:
        release(record, permit=permit, context=later)
    assert [problem.code for problem in refused.value.problems] == ["release.stale"]
    again = share(record, to="t1", context=later)
    assert release(record, permit=again, context=later).subject == record.id


def test_a_refused_permit_leaves_no_entry() -> None:
    """VS-1: what was refused and is stale besides says both."""
    record = walk(NEXT)
    permit = share(record, to="t2", context=context())
    other = Release(on=NEXT, to="x", audience="public", grain="district", subject="y")
    stale = context(ledger=MemoryLedger((other,)))
    with pytest.raises(InvalidInput) as refused:
        release(record, permit=permit, context=stale)
    assert [problem.code for problem in refused.value.problems] == ["release.refused", "release.stale"]


def test_a_permit_opens_its_own_question_only() -> None:
    """VS-1: a permit for one record makes no entry for another, nor for words that decide does not know."""
    record, asked = walk(NEXT), context()
    permit = share(record, to="t1", context=asked)
    for other, given in (
        (walk(NEXT, purpose=Purpose.CALIBRATION), permit),
        (walk(ON), permit),
        (record, attrs.evolve(permit, asked=FrozenMap({**permit.asked, "viewer": "t2"}))),
        (record, attrs.evolve(permit, asked=FrozenMap({**permit.asked, "purpose": "gossip"}))),
    ):
        with pytest.raises(InvalidInput) as refused:
            release(other, permit=given, context=asked)
        assert refused.value.code == "release.other"


def test_ledgers_find_entries_by_subject_and_change_version_with_each() -> None:
    """Two entries of one subject are found, and no two states of the ledger share a version."""
    first = Release(on=NEXT, to="t1", audience="teacher", grain="individual content", subject="w1")
    second = attrs.evolve(first, subject="w2", id="")
    states = [MemoryLedger(entries) for entries in ((), (first,), (first, second), (second,))]
    assert len({state.version for state in states}) == 4
    assert states[2].of("w1") == (first,)
    assert first.id != second.id
    assert interop.loads(interop.dumps(states[2]), MemoryLedger) == states[2]
