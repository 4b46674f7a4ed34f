"""What changed in ratings of coached look-fors: against plain loops, with what is refused and what is never said."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from random import Random
from statistics import fmean
from typing import Any

import attrs
import pytest
from tests.coaching.one_plan import session
from tests.coaching.small_logs import log, of_a_leader

from ilr import interop
from ilr.base import InvalidInput, Person, Policy, Reason, Roster, SourceId, UnknownCode
from ilr.calibration import Standings
from ilr.coaching import (
    CoachingChange,
    CoachingPlan,
    Dosage,
    Goal,
    coaching_changes,
    hold_session,
    plan,
)
from ilr.continuum.lookfors import LevelScale
from ilr.forms import Form, Item, Outcome, Walkthrough
from ilr.observation import ObservationTable
from ilr.stats.association import benjamini_hochberg
from ilr.testing import synthetic

FORM = Form(
    id="talk",
    items=tuple(
        Item(id=id, label=id, scale=LevelScale.numbered(4, fidelity=3), look_for=id)
        for id in ("asking", "pausing")
    ),
)
MONTHS = [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
TEACHERS = [f"t{n:02d}" for n in range(30)]
Levels = Mapping[str, list[list[int]]]
"""For each teacher the levels of each month."""


def walk(teachers: Iterable[str], day: date, level: int, **facts: Any) -> Walkthrough:
    """A visit with the same level in both look-fors."""
    return FORM.record(
        teachers=tuple(teachers),
        observer="o1",
        at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
        answers={"asking": level, "pausing": level},
        **facts,
    )


def table(levels: Levels, *more: Walkthrough) -> ObservationTable:
    """The table of visits on the tenth of each month and the days after."""
    walks = [
        walk([teacher], month.replace(day=10 + place), level, visit=f"{teacher}-{month}-{place}")
        for teacher, own in levels.items()
        for month, found in zip(MONTHS, own, strict=True)
        for place, level in enumerate(found)
    ]
    return ObservationTable.from_walkthroughs([*walks, *more], forms=[FORM])


@cache
def drawn(teachers: int = 30) -> Levels:
    """Levels at random, now and then none in a month."""
    rng = Random(3)  # noqa: S311  # reproducible on purpose
    return {
        teacher: [[rng.randint(1, 4) for _ in range(rng.randint(0, 3))] for _ in MONTHS]
        for teacher in TEACHERS[:teachers]
    }


def coached(
    teacher: str, *days: date, on: str = "asking", minutes: float | None = None, coach: str = "c1"
) -> CoachingPlan:
    """A teacher with a goal of their own and conversations on some days."""
    held = plan(teacher, coach).propose(Goal(students="more speak", look_for=on), by=teacher)
    for day in days:
        held = held.note(log("none", on=day, minutes=minutes))
    return held


def staggered(early: int, late: int, elsewhere: int = 0) -> list[CoachingPlan]:
    """Plans that begin in October and December, and some on another look-for."""
    october, december = date(2026, 10, 1), date(2026, 12, 1)
    return [
        *(coached(one, october) for one in TEACHERS[:early]),
        *(coached(one, december) for one in TEACHERS[early : early + late]),
        *(coached(one, october, on="pausing") for one in TEACHERS[early + late : early + late + elsewhere]),
    ]


def change(plans: Iterable[CoachingPlan], held: ObservationTable, **options: Any) -> CoachingChange:
    """The change in asking."""
    options = {"seed": 1, "look_fors": ["asking"], "permutations": 39, **options}
    (found,) = coaching_changes(plans, held, **options)
    return found


def plain(levels: Levels, starts: Mapping[str, int]) -> tuple[float, float]:
    """Both differences by loops over teachers and months; whoever is in the mapping began in that month."""
    shares = {
        teacher: [fmean(level >= 3 for level in own) if own else math.nan for own in months]
        for teacher, months in levels.items()
    }

    def mean(values: Iterable[float]) -> float:
        known = [one for one in values if not math.isnan(one)]
        return fmean(known) if known else math.nan

    own = mean(
        mean(shares[teacher][start:]) - mean(shares[teacher][:start]) for teacher, start in starts.items()
    )
    total, weight = 0.0, 0
    for start in sorted(set(starts.values()) - {0}):
        for at in range(start, len(MONTHS)):
            sides: dict[bool, list[float]] = {True: [], False: []}
            for teacher, found in shares.items():
                begun = starts.get(teacher, len(MONTHS))
                since = found[at] - mean(found[:start])
                if not math.isnan(since) and (begun == start or begun > at):
                    sides[begun == start].append(since)
            if sides[True] and sides[False]:
                total += len(sides[True]) * (fmean(sides[True]) - fmean(sides[False]))
                weight += len(sides[True])
    return own, total / weight


def test_differences_are_those_of_plain_loops() -> None:
    """Own and staggered difference are what loops over teachers and months find, without those coached elsewhere."""
    found = change(staggered(8, 7, 6), table(drawn()))
    starts = {**dict.fromkeys(TEACHERS[:8], 1), **dict.fromkeys(TEACHERS[8:15], 3)}
    own, beside = plain(
        {one: levels for one, levels in drawn().items() if one not in TEACHERS[15:21]}, starts
    )
    assert (found.own.value, found.beside.value) == pytest.approx((own, beside))
    assert found.elsewhere == 6
    assert found.beside.low < found.beside.value < found.beside.high
    assert found.exchange.p == found.adjusted


def test_teachers_coached_elsewhere_are_in_neither_group() -> None:
    """Whatever is seen of them changes nothing; few of them are not counted either."""
    wild = {**drawn(), **{one: [[4]] * 3 + [[1]] * 2 for one in TEACHERS[15:21]}}
    one, other = (change(staggered(8, 7, 6), table(levels)) for levels in (drawn(), wild))
    assert one == other
    assert change(staggered(8, 7, 4), table(drawn())).elsewhere is None
    assert change(staggered(8, 7), table(drawn())).elsewhere == 0


@pytest.mark.parametrize("day", [date(2026, 10, 2), date(2026, 10, 31), date(2026, 11, 1)])
def test_a_start_counts_from_the_next_period(day: date) -> None:
    """A conversation on the second of a month counts from the month after, one on the first from that month on."""
    late = [coached(one, day) for one in TEACHERS[:8]]
    begun = {**dict.fromkeys(TEACHERS[:8], 2)}
    own, beside = plain(drawn(), begun)
    found = change(late, table(drawn()))
    assert (found.own.value, found.beside.value) == pytest.approx((own, beside))


def test_the_first_conversation_of_all_plans_is_the_start() -> None:
    """A second plan, with another coach or on another look-for, moves nobody's start to a later day."""
    later = [coached(one, date(2026, 12, 1), on="pausing", coach="c2") for one in TEACHERS[:8]]
    found = change([*staggered(8, 7), *later], table(drawn()))
    assert found.own == change(staggered(8, 7), table(drawn())).own
    assert found.dosage is not None
    assert found.dosage.teachers == 15


@pytest.mark.parametrize("step", ["propose", "decline"])
def test_goals_without_the_teachers_word_leave_no_trace(step: str) -> None:
    """CH-4: with goals that were proposed or declined everything is equal to what it is without them."""
    goal = Goal(students="all speak", look_for="asking")

    def with_it(held: CoachingPlan) -> CoachingPlan:
        asked = held.propose(goal, by=held.coach)
        return asked if step == "propose" else asked.decline(goal.id, by=held.teacher)

    met = [plan(one, "c1").note(log("none", on=date(2026, 10, 1))) for one in TEACHERS[15:20]]
    silent = [plan(one, "c1") for one in TEACHERS[20:]]
    without = [*staggered(8, 7), *met, *silent]
    asked = [with_it(one) for one in without]
    found, same = (coaching_changes(one, table(drawn()), seed=1, permutations=39) for one in (asked, without))
    assert found == same
    assert interop.dumps(found) == interop.dumps(same)
    alone = [with_it(plan(one, "c1").note(log("none", on=date(2026, 10, 1)))) for one in TEACHERS[:9]]
    assert change(alone, table(drawn())).own.undefined == Reason.of("BELOW_TEACHERS", least=5)


def refusal(found: CoachingChange) -> Reason | None:
    """Why nothing is told, after seeing that nothing else is."""
    assert found.own.undefined == found.beside.undefined == found.exchange.undefined
    assert dict(found.own.n) == dict(found.beside.n) == dict(found.exchange.n) == {}
    assert (found.adjusted, found.dosage, found.elsewhere) == (None, None, None)
    return found.own.undefined


@pytest.mark.parametrize("early", [0, 1, 4])
def test_few_coached_teachers_are_refused_as_none_are(early: int) -> None:
    """P-K-OUT: below five coached teachers the answer is the same as for a look-for that nobody was coached on."""
    found = change(staggered(early, 0, 3), table(drawn()))
    assert refusal(found) == Reason.of("BELOW_TEACHERS", least=5)
    assert found == change([], table(drawn()))
    assert str(found) == "asking: undefined: fewer than 5 teachers"


def test_below_the_least_number_of_teachers_the_reason_alone_is_told() -> None:
    """P-ASSOC: of nineteen teachers nothing is told, neither how many they are; of twenty it is."""
    for teachers, others in ((19, 0), (25, 6)):
        found = change(staggered(8, 5, others), table(drawn(teachers)))
        assert refusal(found) == Reason.of("BELOW_TEACHERS", least=20)
        assert "19" not in interop.dumps(found)
    assert change(staggered(8, 5), table(drawn(20))).own.undefined is None
    fewer = Policy(association_teachers=19)
    assert change(staggered(8, 5), table(drawn(19)), policy=fewer).own.undefined is None


def test_teachers_who_start_at_once_do_not_make_up_the_number() -> None:
    """P-K-OUT, P-ASSOC: whoever has no time before is in no difference, and in no count of it."""
    early = [coached(one, date(2026, 8, 31)) for one in TEACHERS[:8]]
    four = [coached(one, date(2026, 12, 1)) for one in TEACHERS[8:12]]
    assert refusal(change([*early, *four], table(drawn()))) == Reason.of("BELOW_TEACHERS", least=5)
    many = [coached(one, date(2026, 8, 31)) for one in TEACHERS[:11]]
    five = [coached(one, date(2026, 12, 1)) for one in TEACHERS[11:17]]
    assert refusal(change([*many, *five], table(drawn()))) == Reason.of("BELOW_TEACHERS", least=20)


def test_few_teachers_to_compare_with_are_refused() -> None:
    """P-K-OUT: beside one to four teachers who had not begun, both differences together would tell of these."""
    full = {one: [[2], [3], [1], [4], [2]] for one in TEACHERS}
    for waiting, least in ((4, 5), (5, None)):
        begun = [coached(one, date(2026, 10, 1)) for one in TEACHERS[: 30 - waiting]]
        assert change(begun, table(full)).own.undefined == (
            None if least is None else Reason.of("BELOW_TEACHERS", least=least)
        )


def test_without_anybody_to_compare_with_the_own_difference_stands_alone() -> None:
    """Where all begin at once their own difference is told, and beside it why there is no other."""
    begun = [coached(one, date(2026, 11, 1)) for one in TEACHERS]
    found = change(begun, table(drawn()))
    assert found.own.value == pytest.approx(fmean_own())
    assert found.beside.undefined == found.exchange.undefined == Reason.of("NOTHING_TO_COMPARE")
    assert found.adjusted is None
    assert str(found).endswith(" beside teachers not yet coached")
    assert dict(found.beside.n) == {"units": found.beside.n["units"]}


def fmean_own() -> float:
    """The own difference where all begin in November, by loops."""
    changes = []
    for months in drawn().values():
        sides = [
            [fmean(level >= 3 for level in own) for own in part if own] for part in (months[:2], months[2:])
        ]
        if all(sides):
            changes.append(fmean(sides[1]) - fmean(sides[0]))
    return fmean(changes)


def test_a_co_taught_visit_counts_for_each_teacher() -> None:
    """The rating of a visit with two teachers is in the shares of both."""
    pair = TEACHERS[0], TEACHERS[20]
    day = date(2026, 12, 3)
    together = change(staggered(8, 7), table(drawn(), walk(pair, day, 4, visit="both")))
    added = {one: [list(own) for own in months] for one, months in drawn().items()}
    for one in pair:
        added[one][3].append(4)
    assert together.own.value == pytest.approx(change(staggered(8, 7), table(added)).own.value)
    assert together.beside.value == pytest.approx(change(staggered(8, 7), table(added)).beside.value)


def test_only_valid_observations_count() -> None:
    """A visit with a substitute changes nothing."""
    away = walk([TEACHERS[0]], date(2026, 12, 3), 4, outcome=Outcome.SUBSTITUTE)
    assert change(staggered(8, 7), table(drawn(), away)) == change(staggered(8, 7), table(drawn()))


def test_with_standings_ratings_of_others_are_left_out() -> None:
    """Without a calibrated rating there is no teacher in it."""
    found = change(staggered(8, 7), table(drawn()), standings=Standings())
    assert refusal(found) == Reason.of("BELOW_TEACHERS", least=5)


def test_ids_of_one_person_are_one_teacher() -> None:
    """A plan under another id of the person is the teacher's."""
    roster = Roster(people=tuple(Person(id=one, also=(SourceId("sis", f"also-{one}"),)) for one in TEACHERS))
    renamed = [attrs.evolve(one, teacher=f"also-{one.teacher}", goals=()) for one in staggered(8, 7)]
    goal = Goal(students="more speak", look_for="asking")
    renamed = [one.propose(goal, by=one.teacher) for one in renamed]
    assert change(renamed, table(drawn()), roster=roster) == change(staggered(8, 7), table(drawn()))


def test_leaders_who_are_coached_change_nothing() -> None:
    """The plan of a leader makes nobody a coached teacher."""
    leaders = [of_a_leader(one, log("none", on=date(2026, 10, 1))) for one in TEACHERS[20:26]]
    assert change([*staggered(8, 7), *leaders], table(drawn())) == change(staggered(8, 7), table(drawn()))


def test_a_plan_without_conversation_is_no_coaching() -> None:
    """A goal alone begins nothing: the teacher stays among those not yet coached."""
    waiting = [coached(one) for one in TEACHERS[20:]]
    assert change([*staggered(8, 7), *waiting], table(drawn())) == change(staggered(8, 7), table(drawn()))


def test_the_seed_decides() -> None:
    """The same seed gives the same again; another gives another interval."""
    first, again, other = (
        change(staggered(8, 7), table(drawn()), seed=seed, permutations=499) for seed in (1, 1, 2)
    )
    assert first == again
    assert (first.beside.low, first.exchange.p) != (other.beside.low, other.exchange.p)
    assert first.own == other.own


def test_weeks_and_levels_can_be_asked_for() -> None:
    """Shorter periods and another level give another difference; the level stands in the result."""
    month = change(staggered(8, 7), table(drawn()))
    assert change(staggered(8, 7), table(drawn()), every="week").own != month.own
    highest = change(staggered(8, 7), table(drawn()), at_least=4)
    assert (highest.at_least, month.at_least) == (4, None)
    assert highest.own != month.own


def test_dosage_counts_and_judges_nothing() -> None:
    """CL-4: conversations, minutes and weeks of those coached on the look-for; minutes that are missing are none."""
    weeks = [date(2026, 10, 1), date(2026, 10, 8), date(2026, 10, 29)]
    plans = [coached(one, *weeks[: 1 + place % 3], minutes=20) for place, one in enumerate(TEACHERS[:9])]
    found = change(plans, table(drawn())).dosage
    assert found == Dosage(teachers=9, conversations=18, conversations_each=2, minutes=360.0, weeks_each=1.0)
    unknown = [*plans[:8], coached(TEACHERS[8], *weeks)]
    assert attrs.evolve(found, minutes=None) == change(unknown, table(drawn())).dosage
    spoken = [hold_session(one, session("s", date(2026, 11, 5))) for one in plans]
    told = change(spoken, table(drawn())).dosage
    assert told is not None
    assert (told.conversations, told.weeks_each) == (27, 5.0)
    assert {field.name for field in attrs.fields(Dosage)} == {
        "teachers",
        "conversations",
        "conversations_each",
        "minutes",
        "weeks_each",
    }


def test_p_is_adjusted_for_all_that_is_told() -> None:
    """Two look-fors with enough coached teachers are a family of two; one that is refused does not belong to it."""
    both = [*staggered(8, 7), *(coached(one, date(2026, 11, 1), on="pausing") for one in TEACHERS[8:20])]
    found = coaching_changes(both, table(drawn()), seed=1, permutations=99)
    assert [one.look_for for one in found] == ["asking", "pausing"]
    assert [one.adjusted for one in found] == list(benjamini_hochberg([one.exchange.p for one in found]))
    alone = coaching_changes(staggered(8, 7), table(drawn()), seed=1, permutations=99)
    assert [one.adjusted for one in alone] == [alone[0].exchange.p, None]


def test_nothing_told_is_of_a_single_teacher() -> None:
    """Law 9: a result names no teacher and no group of starts, and no count in it is of one to four teachers."""
    begun = [coached(one, MONTHS[1 + place % 4]) for place, one in enumerate(TEACHERS[:9])]
    found = change(begun, table(drawn()))
    text = interop.dumps(found)
    assert not any(one in text for one in TEACHERS)
    assert "cohort" not in text
    assert found.dosage is not None
    counts = [*found.own.n.values(), *found.beside.n.values(), found.dosage.teachers]
    assert all(one >= 5 for one in counts)
    assert interop.loads(text, CoachingChange) == found


def test_no_word_of_a_cause() -> None:
    """A result says what was seen before, after and beside; never what brought it about."""
    told = str(change(staggered(8, 7), table(drawn())))
    assert told.startswith("asking: ")
    assert "against their own time before; " in told
    assert "beside teachers not yet coached, p = " in told
    assert not any(word in told for word in ("caus", "effect", "impact", "because", "due to", "thanks"))


def test_a_look_for_and_its_level_have_to_be_there() -> None:
    """An item that the table lacks is unknown, and a level that its scale lacks is refused."""
    with pytest.raises(UnknownCode):
        change([], table(drawn()), look_fors=["listening"])
    with pytest.raises(InvalidInput) as refused:
        change([], table(drawn()), at_least=5)
    assert [one.code for one in refused.value.problems] == ["rate.level"]


def test_growth_of_everybody_is_in_the_own_difference_alone() -> None:
    """In a year in which all grow in wait-time alike, teachers differ from before and not from those not yet coached."""
    district = synthetic.district(seed=7)
    held = ObservationTable.from_walkthroughs(
        district.walkthroughs, forms=[district.form], calendar=district.calendar
    )
    plans = [
        coached(teacher, date(2026, 11, 2) if place % 4 else date(2027, 1, 4), on="wait-time")
        for place, teacher in enumerate(sorted(district.truth.practice))
        if place % 2
    ]
    found = change(plans, held, look_fors=["wait-time"], roster=district.roster, permutations=1_999)
    assert found.own.low > 0.1
    assert found.beside.low < 0 < found.beside.high
    assert found.exchange.p > 0.2
