"""Pilots as records, what counts as an observation of one, and whether its cycles may lengthen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.cycles.number_talks import AS_OF, FIRST, PILOT, SECOND, changed, records, visits, with_visits
from tests.cycles.test_stability import STEADY, counts
from tests.progress.small_school import roster, table_of, walk

from ilr.base import InvalidInput, Policy, TrainingRecord
from ilr.cycles import Cohort, Involvement, ShareCount, may_lengthen, stabilised
from ilr.forms import Purpose
from ilr.observation import ObservationTable

POLICY = Policy()


def problems(**changes: Any) -> list[str]:
    """What a pilot with other fields is refused for."""
    with pytest.raises(InvalidInput) as caught:
        attrs.evolve(PILOT, **changes)
    return [problem.code for problem in caught.value.problems]


def test_a_pilot_has_look_fors_and_a_first_cohort() -> None:
    """What is missing is told at once."""
    assert problems(look_fors=(), cohorts=()) == ["pilot.look_fors", "pilot.first"]


def test_cohorts_are_apart() -> None:
    """Cohorts have ids and teachers of their own, and an expansion starts after the pilot."""
    again = attrs.evolve(FIRST, kind="expansion")
    assert problems(cohorts=(FIRST, again)) == ["pilot.repeated", "pilot.teacher", "pilot.expansion"]
    assert problems(cohorts=(SECOND,)) == ["pilot.first"]


@pytest.mark.parametrize(("teachers", "code"), [((), "cohort.teachers"), (("t1", "t1"), "cohort.repeated")])
def test_a_cohort_has_teachers_once(teachers: tuple[str, ...], code: str) -> None:
    """A cohort of nobody, or of somebody twice, is refused."""
    with pytest.raises(InvalidInput, match=code):
        Cohort(id="c", starts=date(2026, 9, 7), teachers=teachers)


def test_a_cohort_is_not_called_like_a_sum() -> None:
    """An id like that of all together would be taken for it."""
    with pytest.raises(InvalidInput, match=r"cohort\.id"):
        attrs.evolve(FIRST, id="(all)")


def test_cohorts_by_kind() -> None:
    """First cohorts pilot the practice, expansions follow."""
    assert PILOT.first == (FIRST,)
    assert PILOT.expansions == (SECOND,)


# Which observations count


def rows(found: ObservationTable | None) -> int:
    """Number of records."""
    assert found is not None
    return len(found)


def test_pilot_observations_of_its_teachers_count() -> None:
    """Other purposes, teachers, buildings and days before the start or after the day of the question do not."""
    day = FIRST.starts
    pilot: dict[str, Any] = {"purpose": Purpose.PILOT}
    counted = walk(day, "t1", **pilot)
    table = table_of(
        [
            counted,
            walk(day, "t1", hour=10),
            walk(day, "t9", **pilot),
            walk(day, "t2", building="s2", **pilot),
            walk(day - timedelta(days=1), "t2", **pilot),
            walk(AS_OF + timedelta(days=1), "t2", **pilot),
        ]
    )
    found = changed(table=table).observations([FIRST])
    assert found is not None
    assert found.ids == (counted.id,)
    assert found.column("cohort").decoded() == ["first"]


def test_a_table_without_buildings_is_of_the_building() -> None:
    """Where no record names a building, all are taken to be of the pilot's."""
    table = table_of([walk(FIRST.starts, "t1", building=None, purpose=Purpose.PILOT)])
    assert "building" not in table.walks
    assert rows(changed(table=table).observations([FIRST])) == 1


def test_a_visit_of_two_cohorts_is_of_neither() -> None:
    """A co-taught visit of two cohorts is kept apart, and one with an outsider is the cohort's."""
    day = SECOND.starts
    table = table_of(
        [
            walk(day, ["t1", "t7"], purpose=Purpose.PILOT),
            walk(day, ["t2", "outsider"], purpose=Purpose.PILOT),
        ]
    )
    found = changed(table=table).observations(PILOT.cohorts)
    assert found is not None
    assert sorted(found.column("cohort").decoded()) == ["(several)", "first"]


def test_a_day_is_needed() -> None:
    """A record without a day is not of a cohort, for nobody knows whether it had started."""
    table = ObservationTable.from_frame(
        {
            "visit": ["v"],
            "teacher": ["t1"],
            "observer": ["p1"],
            "item": ["questioning"],
            "level": [3],
            "purpose": ["pilot"],
        },
        visit="visit",
        teacher="teacher",
        observer="observer",
        item="item",
        level="level",
        purpose="purpose",
        levels=[1, 2, 3, 4],
    )
    assert rows(changed(table=table).observations([FIRST])) == 0


def test_nothing_kept_is_nothing() -> None:
    """Without a table there are no observations, no series and no answer about them."""
    bare = changed(table=None, reviews=None)
    assert bare.observations([FIRST]) is None
    assert not bare.weekly()
    assert not bare.stability()
    assert (bare.pilot_reviews, bare.decisions) == (None, ())


def test_training_is_the_first_on_the_topic() -> None:
    """Another topic, another person and a later day do not count; an alias does."""
    events = [
        TrainingRecord(id="1", on=date(2026, 9, 1), person="t1", topic="something else"),
        TrainingRecord(id="2", on=date(2026, 9, 4), person="t1-sis", topic=PILOT.training),
        TrainingRecord(id="3", on=date(2026, 9, 3), person="t2", topic=PILOT.training),
        TrainingRecord(id="4", on=date(2027, 1, 8), person="t3", topic=PILOT.training),
    ]
    held = changed(events=tuple(events), roster=roster())
    assert held.trained_on("t1") == date(2026, 9, 4)
    assert held.trained_on("t3") is None
    assert changed(events=None).trained_on("t1") is None


def test_reviews_of_the_pilot_are_those_of_its_cycles() -> None:
    """Reviews of other cycles and later ones are left out; the rest comes in order."""
    assert records().reviews is not None
    own = records().pilot_reviews
    assert own is not None
    early = changed(reviews=own[::-1], as_of=own[1].on).pilot_reviews
    assert early == own[:2]
    assert changed(pilot=attrs.evolve(PILOT, cycles=("other",))).pilot_reviews == ()
    assert [decision.kind.name for decision in records().decisions] == [
        "ADAPT",
        "EXPAND",
        "EXPECTATION_REVISION",
    ]


def test_the_series_has_the_weeks_that_are_over() -> None:
    """The week of the question counts only when it is over, and only the first cohorts count."""
    friday, sunday = date(2026, 9, 18), date(2026, 9, 20)
    found = [with_visits(visits(FIRST, range(15)), as_of=day).weekly() for day in (friday, sunday)]
    assert [[len(series) for series in one] for one in found] == [[1, 1], [2, 2]]
    assert found[1][0] == (ShareCount(6, 6), ShareCount(6, 6))
    assert records().weekly(until=sunday) == found[1]


def test_a_series_is_never_of_one_teacher() -> None:
    """Two teachers make no series, three do, whoever else taught beside them."""
    for size, found in ((2, 0), (3, 2)):
        few = attrs.evolve(FIRST, teachers=FIRST.teachers[:size])
        taught = [walk(few.starts, [teacher, "outsider"], purpose=Purpose.PILOT) for teacher in few.teachers]
        held = with_visits(taught, pilot=attrs.evolve(PILOT, cohorts=(few,)))
        assert len(held.weekly()) == found


def test_a_phase_begins_anew() -> None:
    """A practice that grew and then stood still has settled in the phase that leaders say began then."""
    grown = [*visits(FIRST, range(4), level=1), *visits(FIRST, range(4, 18))]
    whole = with_visits(grown, as_of=date(2027, 1, 24))
    phase = attrs.evolve(whole, phase_start=FIRST.starts + timedelta(weeks=4))
    assert [one.outcome for one in whole.stability()] == ["no", "no"]
    assert [one.outcome for one in phase.stability()] == ["yes", "yes"]
    assert [one.points for one in phase.stability()] == [14, 14]


# Lengthening


def permit(*series: Any) -> tuple[bool, list[str]]:
    """Whether cycles may lengthen, and why."""
    found = may_lengthen([stabilised(one, policy=POLICY) for one in series], policy=POLICY)
    assert found.policy == POLICY.version
    return found.granted, [reason.code for reason in found.reasons]


def test_settled_use_allows_longer_cycles() -> None:
    """When every look-for has settled, cycles may lengthen."""
    assert permit(STEADY, STEADY) == (True, ["LENGTHEN_SETTLED"])


def test_six_quiet_points_allow_one_step() -> None:
    """Before anybody can tell, six points against which nothing speaks allow one step, and five none."""
    assert permit(STEADY, STEADY[:6]) == (True, ["LENGTHEN_ONE_STEP"])
    granted, reasons = permit(STEADY, STEADY[:5])
    assert (granted, reasons[:2]) == (False, ["PREMATURE", "SERIES_SHORT"])


@pytest.mark.parametrize(
    "series",
    [
        counts(12, 12, 12, 12, 24, 24, 24, 24),
        counts(24, 24, 24, 24, 24, 24, 24, 5),
        counts(*[12] * 6, *[24] * 6),
        [],
    ],
)
def test_what_moves_is_premature(series: list[ShareCount | None]) -> None:
    """Halves that differ beyond chance, a signal, and a series that is not stable allow nothing."""
    assert permit(series)[0] is False


def test_without_a_series_it_is_premature() -> None:
    """Nobody has observed anything, or too few teachers, so nothing is allowed."""
    assert permit() == (False, ["PREMATURE", "NO_SERIES"])


def test_involvement_names_the_pilot() -> None:
    """An involvement is of one pilot and one teacher."""
    made = Involvement(id="i", on=FIRST.starts, pilot="talks", teacher="t1", kind="peer visit")
    assert (made.pilot, made.kind) == ("talks", "peer visit")
