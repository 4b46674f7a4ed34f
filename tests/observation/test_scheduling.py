"""Plans of visits: what they hold, what they answer when nothing fits, and what a repair leaves alone."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import date, timedelta
from functools import cache
from typing import Any

import attrs
import pytest
from tests.shared import shared

from ilr.base import (
    Appointment,
    InvalidInput,
    Leave,
    Organisation,
    Person,
    Policy,
    Role,
    Roster,
    SchoolCalendar,
    Section,
    SourceId,
    Window,
)
from ilr.forms import LessonPart, Outcome, VisitMode
from ilr.observation import (
    Busy,
    ObserverTime,
    PlanTerms,
    Predictability,
    Slot,
    VisitPlan,
    check_capacity,
    commitment,
    keyed_order,
    plan_quality,
    plan_visits,
    repair_plan,
    visit_chances,
)

KEY = b"sixteen secret b"
START = date(2026, 9, 7)
PERIODS = ("1", "2", "3", "4", "5", "6")


def school(
    teachers: int = 60, *, sections: tuple[Section, ...] = (), leaves: tuple[Leave, ...] = ()
) -> Roster:
    """A school whose teachers have the ids t00, t01 and so on."""
    names = [f"t{number:02}" for number in range(teachers)]
    return Roster(
        organisations=(Organisation(id="school"), Organisation(id="other")),
        people=tuple(Person(id=name) for name in names),
        sections=sections,
        leaves=leaves,
        appointments=tuple(
            Appointment(person=name, organisation="school", role=Role.TEACHER) for name in names
        ),
    )


def terms(
    *, teachers: int = 60, observers: int = 4, weeks: int = 4, every: int = 4, **other: Any
) -> PlanTerms:
    """Terms of the size of the worked example, with what is given otherwise."""
    window = Window(START, START + timedelta(days=7 * weeks - 1))
    options: dict[str, Any] = {
        "building": "school",
        "window": window,
        "calendar": SchoolCalendar.weekdays(window.start, window.end),
        "roster": school(teachers),
        "observers": tuple(ObserverTime(f"o{number}", 6) for number in range(observers)),
        "periods": PERIODS,
        "every": every,
        "paired": 0.15,
    }
    return PlanTerms(**{**options, **other})


@cache
def gold(name: str) -> dict[str, Any]:
    """A worked case by id."""
    cases = json.loads(shared("gold", "cycles.json").read_text(encoding="utf-8"))["cases"]
    return next(dict(case) for case in cases if case["id"] == name)


@cache
def long_plan() -> VisitPlan:
    """A plan of twelve weeks."""
    return plan_visits(terms(weeks=12), key=KEY)


def problems(error: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    """The codes of what is wrong."""
    return [problem.code for problem in error.value.problems]


def test_needed_seats_and_shortest_run() -> None:
    """Counting tells the seats a week that each run of weeks asks for, and the shortest that fits."""
    case = gold("sched.capacity_bound")
    data, expected = case["data"], case["expected"]
    answers = [
        check_capacity(
            terms(
                teachers=data["teachers"],
                weeks=12,
                every=every,
                paired=data["pair_fraction"],
                observers=data["observers"],
            )
        )
        for every in data["k_weeks"]
    ]
    assert [answer.needed for answer in answers] == pytest.approx(expected["needed_per_week"])
    assert [answer.feasible for answer in answers] == expected["feasible"]
    assert {answer.least_every for answer in answers} == {expected["min_k"]}
    assert {seats for _, seats in answers[0].seats} == {expected["capacity"]}


def test_keyed_order_of_the_worked_case() -> None:
    """Leaving one id out keeps the order of the others, as published."""
    case = gold("sched.hmac_subset_stable")
    data = case["data"]
    options = {"key": data["seed_utf8"].encode(), "cycle": data["cycle"], "purpose": data["purpose"]}
    rest = [name for name in data["ids"] if name != data["drop"]]
    assert list(keyed_order(rest, **options)) == case["expected"]["order"]
    whole = keyed_order(data["ids"], **options)
    assert [name for name in whole if name != data["drop"]] == case["expected"]["order"]


def test_forced_share_of_the_worked_case() -> None:
    """The share of certain visits follows from the hazards and the number at risk."""
    case = gold("sched.predictability")
    risk = tuple(case["data"]["n_at_gap"].values())
    hazards = tuple(case["data"]["hazard_by_gap"].values())
    came = tuple(round(rate * count) for rate, count in zip(hazards, risk, strict=True))
    found = Predictability(risk, came, 4)
    assert found.hazard == pytest.approx(hazards, abs=1e-4)
    assert found.forced_share == pytest.approx(case["expected"]["forced_share_of_visits"], abs=case["tol"])


def test_forced_share_of_long_plans() -> None:
    """Plans of a school year come near the published share of visits that can be foreseen."""
    case = gold("sched.predictability")
    shares = [
        plan_visits(terms(weeks=36), key=bytes([seed])).quality.forced_share or 0.0 for seed in range(3)
    ]
    assert sum(shares) / len(shares) == pytest.approx(case["expected"]["forced_share_of_visits"], abs=0.03)


@pytest.mark.parametrize("seed", range(5))
def test_what_a_plan_of_four_weeks_holds(seed: int) -> None:
    """Sixty teachers, four observers and four weeks: nobody twice at once, everybody seen, pairs joined."""
    case = gold("sched.invariants.60x4x4")
    expected = case["expected"]
    quality = plan_visits(terms(), key=bytes([seed])).quality
    assert quality.conflicts == expected["conflicts"]
    assert quality.out_of_hours == expected["infeasible_slots"]
    assert quality.over_capacity == expected["capacity_violations"]
    assert quality.window_least == expected["min_visits_per_window"]
    assert quality.window_most == expected["max_visits_per_window"]
    assert 0.15 <= quality.paired <= expected["paired_fraction_range"][1]
    assert quality.pair_components == expected["pair_graph_components"]
    assert quality.total_variation <= 0.10 < expected["tv_period_segment_max"]
    assert quality.load_spread <= 1
    assert quality.adjacent == 0
    assert quality.longest_gap <= 4


def test_measures_counted_by_hand() -> None:
    """Conflicts, closed hours, loads and gaps of a few slots are what a reader counts."""
    small = terms(teachers=3, observers=2, weeks=3, every=3, periods=("1", "2"))
    small = attrs.evolve(
        small,
        observers=(ObserverTime("o0", 2), ObserverTime("o1", 6)),
        busy=(Busy(("t02",), Window(START, START), periods=("2",)),),
    )

    def slot(id: str, observer: str, teacher: str, day: int, period: str, part: LessonPart) -> Slot:
        return Slot(
            id=id,
            building="school",
            observer=observer,
            day=START + timedelta(days=day),
            mode=VisitMode.RANDOM,
            teachers=(teacher,),
            period=period,
            lesson_part=part,
        )

    slots = [
        slot("a", "o0", "t00", 0, "1", LessonPart.OPENING),
        slot("b", "o1", "t00", 0, "1", LessonPart.OPENING),
        slot("c", "o0", "t01", 0, "1", LessonPart.MIDDLE),
        slot("d", "o0", "t02", 0, "2", LessonPart.CLOSING),
        slot("e", "o1", "t00", 7, "2", LessonPart.CLOSING),
        slot("f", "o1", "nobody", 8, "9", LessonPart.UNKNOWN),
        attrs.evolve(slot("g", "o1", "t01", 9, "1", LessonPart.OPENING), outcome=Outcome.CANCELLED),
        slot("h", "o1", "t01", 70, "1", LessonPart.OPENING),
    ]
    quality = plan_quality(slots, small)
    assert quality.visits == 5
    assert (quality.conflicts, quality.out_of_hours, quality.over_capacity) == (1, 2, 1)
    assert (quality.window_least, quality.window_most) == (1, 2)
    assert (quality.adjacent, quality.longest_gap) == (1, 3)
    assert quality.load_spread == 0
    assert quality.paired == pytest.approx(1 / 5)
    assert (quality.pair_components, quality.pair_visits) == (1, 1)
    assert (quality.cell_least, quality.cell_most) == (0, 2)
    assert quality.diversity == 1.0
    assert quality.predictability.at_risk == (4, 2)
    assert quality.predictability.visited == (1, 0)
    assert quality.forced_share == 0.0


def test_time_left_over_is_not_filled_up() -> None:
    """With time for two visits in every run fewer are planned, so that the weeks cannot be foreseen."""
    quality = plan_visits(terms(teachers=12, weeks=12), key=KEY).quality
    assert quality.visits == 12 * 12 * 1.5 / 4
    assert (quality.window_least, quality.window_most) == (1, 2)
    assert max(quality.predictability.hazard[:3]) < 1


def test_nothing_planned_has_measures_too() -> None:
    """Measures of no slots are zeros, and what has no cases is None."""
    quality = plan_quality([], terms(weeks=4))
    assert (quality.visits, quality.window_least, quality.longest_gap) == (0, 0, 5)
    assert quality.diversity is None
    assert quality.forced_share is None
    assert quality.pair_components == 4


def test_both_modes_in_every_month() -> None:
    """ILR-3.GS.2: in every month each mode has at least the share that the policy asks for."""
    months: dict[int, Counter[VisitMode]] = {}
    seen = {(slot.teachers, slot.day): slot for slot in long_plan()}
    for slot in seen.values():
        months.setdefault(slot.day.month, Counter())[slot.mode] += 1
    for modes in months.values():
        assert min(modes[VisitMode.RANDOM], modes[VisitMode.SCHEDULED]) >= 0.2 * modes.total()


def test_no_period_takes_more_than_half() -> None:
    """ILR-3.GB.1: every period and lesson part has visits, none more than the policy allows."""
    for field in ("period", "lesson_part"):
        found = Counter(getattr(slot, field) for slot in long_plan())
        assert len(found) == {"period": 6, "lesson_part": 3}[field]
        assert max(found.values()) <= Policy().bin_most * found.total()


def test_the_key_decides_and_is_committed_to() -> None:
    """The same key gives the same plan, another key another, and the hash of the key goes with it."""
    first = plan_visits(terms(), key=KEY)
    assert first == plan_visits(terms(), key=KEY)
    assert {slot.id for slot in first} != {slot.id for slot in plan_visits(terms(), key=b"other")}
    assert first.commitment == commitment(KEY) == hashlib.sha256(KEY).hexdigest()
    assert len(first.schedule) == len(first)


def test_too_few_seats_are_answered_before_anything_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every two weeks is refused with the shortest run that fits and the weeks that are too full."""
    monkeypatch.setattr("ilr.observation._planning.cover", None)
    with pytest.raises(InvalidInput) as error:
        plan_visits(terms(every=2), key=KEY)
    (problem,) = error.value.problems
    assert problem.code == "plan.too_few_seats"
    assert "34.5 seats" in problem.message
    assert problem.expected == "every 3 weeks or more"
    assert problem.hint == "too full from 2026-09-07 to 2026-09-28, 4 weeks"


def test_no_run_of_weeks_helps() -> None:
    """Where nobody has time no run of weeks is named."""
    nobody = terms(observers=2)
    nobody = attrs.evolve(nobody, observers=(ObserverTime("o0", 0), ObserverTime("o1", 0)), paired=0.0)
    assert check_capacity(nobody).feasible  # nobody can be seen, so nothing is asked for
    few = terms(observers=1, paired=0.0)
    assert check_capacity(few).least_every is None
    with pytest.raises(InvalidInput, match="no number of weeks"):
        plan_visits(few, key=KEY)


def test_weeks_that_bind_are_named() -> None:
    """When teachers can be seen in one week only, that week is the one that is too full."""
    late = Window(START + timedelta(days=7), START + timedelta(days=27))
    leaves = tuple(Leave(person=f"t{n:02}", window=late) for n in range(30))
    small = terms(roster=school(60, leaves=leaves))
    answer = check_capacity(small)
    assert not answer.feasible
    assert answer.crowded == (START,)


def test_weeks_of_an_observer_can_differ() -> None:
    """A number for a single week takes the place of the usual one."""
    uneven = terms(
        teachers=20,
        observers=2,
        paired=0.0,
    )
    uneven = attrs.evolve(
        uneven, observers=(ObserverTime("o0", 6), ObserverTime("o1", 6, weeks=((START, 0),)))
    )
    assert [seats for _, seats in check_capacity(uneven).seats] == [6, 12, 12, 12]
    plan = plan_visits(uneven, key=KEY)
    assert not [slot for slot in plan if slot.observer == "o1" and slot.day < START + timedelta(days=7)]
    assert plan.quality.over_capacity == 0


def test_no_place_names_the_weeks() -> None:
    """Teachers who all teach the same hour cannot be seen at once, which only placing shows."""
    roster = school(
        12,
        sections=(
            *(
                Section(id=f"c{n}", building="school", teachers=(f"t{n:02}",), periods=("1",))
                for n in range(12)
            ),
            Section(id="d", building="other", periods=("2",)),
        ),
    )
    crowded = terms(teachers=12, observers=2, weeks=1, every=1, paired=0.0, roster=roster)
    with pytest.raises(InvalidInput) as error:
        plan_visits(crowded, key=KEY)
    assert problems(error) == ["plan.no_place"]
    assert "2026-09-07" in error.value.problems[0].hint


def test_the_search_for_places_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many rounds without a place for everybody the terms are refused."""
    monkeypatch.setattr("ilr.observation._planning.ROUNDS", 0)
    with pytest.raises(InvalidInput) as error:
        plan_visits(terms(), key=KEY)
    assert problems(error) == ["plan.no_place"]
    assert not error.value.problems[0].hint


def test_pairs_as_many_as_there_is_room() -> None:
    """Where a week has no second seat for every visit, as many are paired as can be."""
    tight = terms(teachers=3, observers=2, weeks=2, every=2, paired=1.0, fill=1.0)
    tight = attrs.evolve(tight, observers=(ObserverTime("o0", 1), ObserverTime("o1", 2)))
    quality = plan_visits(tight, key=KEY).quality
    assert (quality.visits, quality.conflicts, quality.over_capacity) == (3, 0, 0)
    assert 0 < quality.paired < 1


def test_a_teacher_without_place_gets_another_week() -> None:
    """Whoever finds no observer in a week is seen in another."""
    only = tuple(p for p in PERIODS if p != "1")
    monday = Window(START, START + timedelta(days=4))
    roster = school(
        8,
        sections=tuple(
            Section(id=f"c{n}", building="school", teachers=(f"t{n:02}",), periods=("1",)) for n in range(8)
        ),
    )
    tight = terms(
        teachers=8,
        observers=1,
        weeks=4,
        every=4,
        paired=0.0,
        roster=roster,
        busy=(
            Busy(("o0",), Window(START + timedelta(days=1), monday.end)),
            Busy(("o0",), monday, periods=only),
        ),
    )
    plan = plan_visits(tight, key=KEY)
    assert plan.quality.window_least in (1, 2)
    assert plan.quality.out_of_hours == 0
    assert sum(slot.day in monday for slot in plan) <= 1


def test_a_leader_who_teaches_does_not_observe_alone() -> None:
    """An observer who is on the list of teachers is seen by somebody else."""
    both = attrs.evolve(terms(teachers=6, observers=2, paired=0.0))
    both = attrs.evolve(both, observers=(ObserverTime("t00", 4), ObserverTime("o1", 4)))
    plan = plan_visits(both, key=KEY)
    assert all(slot.observer not in slot.teachers for slot in plan)
    alone = attrs.evolve(both, observers=(ObserverTime("t00", 4),))
    assert plan_visits(alone, key=KEY).quality.skipped == 1


def test_leave_and_no_go_times_are_kept() -> None:
    """Nobody is seen or sent while on leave or busy."""
    second = Window(START + timedelta(days=7), START + timedelta(days=11))
    leaves = (
        Leave(person="t00", window=second),
        Leave(person="o0", window=second),
        Leave(person="x", window=second),
    )
    busy = (Busy(("t01", "o1"), terms().window, periods=("1", "2")), Busy(("o2",), second))
    plan = plan_visits(terms(roster=school(40, leaves=leaves), busy=busy), key=KEY)
    for slot in plan:
        people = {slot.observer, *slot.teachers}
        assert not (slot.day in second and people & {"t00", "o0", "o2"})
        assert not (slot.period in ("1", "2") and people & {"t01", "o1"})
    assert plan.quality.out_of_hours == 0


def test_terms_that_no_plan_can_keep() -> None:
    """Everything that is wrong with terms is told at once."""
    with pytest.raises(InvalidInput) as error:
        terms(
            teachers=0,
            every=9,
            periods=("1", "1"),
            paired=2.0,
            announced=0.9,
            fill=0.0,
            cycle="a|b",
            observers=2,
            busy=(Busy(("t00",), Window(START, START), periods=("9",)),),
        )
    assert set(problems(error)) == {
        "plan.every",
        "plan.periods",
        "plan.paired",
        "plan.announced",
        "plan.fill",
        "plan.cycle",
        "plan.busy",
        "plan.teachers",
    }
    with pytest.raises(InvalidInput) as error:
        attrs.evolve(terms(), observers=(ObserverTime("o", -1), ObserverTime("o", 2)))
    assert set(problems(error)) == {"plan.capacity", "plan.observer_twice"}
    with pytest.raises(InvalidInput) as error:
        attrs.evolve(
            terms(),
            observers=(),
            calendar=SchoolCalendar(id="c", window=terms().window, instructional_days=()),
        )
    assert set(problems(error)) == {"plan.observers", "plan.every"}
    with pytest.raises(InvalidInput) as error:
        attrs.evolve(terms(), observers=(ObserverTime("o", 20),))
    assert problems(error) == ["plan.paired"]


def test_keys_and_labels() -> None:
    """An empty key and a bar in a label are refused."""
    with pytest.raises(InvalidInput) as error:
        plan_visits(terms(), key=b"")
    assert problems(error) == ["schedule.key"]
    with pytest.raises(InvalidInput) as error:
        keyed_order([], key=b"k", cycle="a|b", purpose="visit")
    assert problems(error) == ["schedule.cycle"]
    with pytest.raises(InvalidInput) as error:
        keyed_order([], key=b"k", cycle="a", purpose="vi|sit")
    assert problems(error) == ["schedule.purpose"]


def test_a_repair_without_change_changes_nothing() -> None:
    """Planning the rest again under the same terms gives the same slots."""
    plan = long_plan()
    for on in (START, START + timedelta(days=30), START + timedelta(days=200)):
        again = repair_plan(plan, terms(weeks=12), key=KEY, on=on)
        assert again.slots == plan.slots
        assert again.quality.changed == 0


def test_a_repair_leaves_what_was_done_and_moves_little() -> None:
    """When an observer falls out for a week, earlier slots stay and few of the later ones change."""
    plan, on = long_plan(), START + timedelta(days=30)
    away = Window(START + timedelta(days=35), START + timedelta(days=39))
    lost = [slot for slot in plan if slot.observer == "o1" and slot.day in away]
    now = terms(weeks=12, busy=(Busy(("o1",), away),))
    again = repair_plan(plan, now, key=KEY, on=on)
    assert [slot for slot in again if slot.day < on] == [slot for slot in plan if slot.day < on]
    assert not [slot for slot in again if slot.observer == "o1" and slot.day in away]
    assert len(lost) <= again.quality.changed <= 3 * len(lost)
    assert again.quality.window_least == 1
    assert (again.quality.conflicts, again.quality.out_of_hours, again.quality.over_capacity) == (0, 0, 0)
    afresh = plan_visits(now, key=KEY)
    old = {slot.id: slot for slot in plan}
    new = {slot.id: slot for slot in afresh}
    assert again.quality.changed < sum(old.get(id) != new.get(id) for id in old.keys() | new.keys()) / 2


def test_a_visit_that_failed_is_made_up_for() -> None:
    """A cancelled visit stays in the plan as such, and its teacher is seen again in time."""
    plan, on = long_plan(), START + timedelta(days=30)
    failed = next(slot for slot in plan if on - timedelta(days=3) <= slot.day < on)
    known = attrs.evolve(
        plan,
        slots=tuple(
            attrs.evolve(
                slot,
                outcome=Outcome.CANCELLED
                if (slot.teachers, slot.day) == (failed.teachers, failed.day)
                else Outcome.HELD,
            )
            if slot.day < on
            else slot
            for slot in plan
        ),
    )
    again = repair_plan(known, terms(weeks=12), key=KEY, on=on)
    assert {slot.id for slot in known if slot.outcome} <= {slot.id for slot in again}
    assert again.quality.window_least == 1
    assert again.quality.changed <= 4
    assert len({slot.id for slot in again}) == len(again)


def test_a_visit_can_be_made_up_for_in_the_same_week() -> None:
    """A second try in one week gets an id of its own."""
    small = terms(teachers=2, observers=2, weeks=1, every=1, paired=0.0)
    plan = plan_visits(small, key=KEY)
    failed = attrs.evolve(plan, slots=tuple(attrs.evolve(slot, outcome=Outcome.CLASS_AWAY) for slot in plan))
    again = repair_plan(failed, small, key=KEY, on=START)
    assert len(again) == len({slot.id for slot in again}) == 4
    assert again.quality.window_least == 1


def test_people_who_leave() -> None:
    """Visits to a teacher who left go, and an observer who left is replaced where there is time."""
    plan, on = long_plan(), START + timedelta(days=30)
    stay = school(59)
    less = terms(weeks=12, roster=stay)
    less = attrs.evolve(less, observers=(*less.observers[:3], ObserverTime("new", 6)))
    again = repair_plan(plan, less, key=KEY, on=on)
    later = [slot for slot in again if slot.day >= on]
    assert not [slot for slot in later if slot.observer == "o3" or "t59" in slot.teachers]
    assert [slot for slot in later if slot.observer == "new"]
    assert again.quality.window_least == 1
    assert again.quality.paired >= 0.1


def test_too_much_to_make_up_for_is_refused() -> None:
    """A repair that cannot keep the runs of weeks says so."""
    plan = plan_visits(terms(), key=KEY)
    lost = attrs.evolve(plan, slots=tuple(attrs.evolve(slot, outcome=Outcome.CANCELLED) for slot in plan))
    with pytest.raises(InvalidInput) as error:
        repair_plan(lost, terms(), key=KEY, on=START + timedelta(days=21))
    (problem,) = error.value.problems
    assert problem.code == "plan.too_few_seats"
    assert problem.hint == "too full in the week of 2026-09-28"


def test_one_person_under_several_ids() -> None:
    """Ids that the roster knows as one person are one person in the plan."""
    base = school(4)
    people = tuple(
        attrs.evolve(person, also=(SourceId("sis", "second"),)) if person.id == "t00" else person
        for person in base.people
    )
    known = attrs.evolve(base, people=people)
    small = terms(
        roster=known, observers=2, paired=0.0, busy=(Busy(("second",), terms().window, periods=PERIODS[1:]),)
    )
    plan = plan_visits(small, key=KEY)
    assert {slot.period for slot in plan if slot.teachers == ("t00",)} == {"1"}


def test_lists_in_any_order() -> None:
    """The order of people in the roster and of observers plays no part."""
    first = terms()
    posts = first.roster.appointments
    mixed = posts[1::2] + posts[::2]
    second = attrs.evolve(
        first,
        roster=attrs.evolve(first.roster, appointments=mixed),
        observers=first.observers[::-1],
    )
    assert plan_visits(first, key=KEY).slots == plan_visits(second, key=KEY).slots


def test_inclusion_by_hand() -> None:
    """With a third announced, every visit of a full month stays unannounced with probability two thirds."""
    plan = plan_visits(terms(announced=1 / 3), key=KEY)
    for slot in plan:
        if slot.day.month == 9:
            assert slot.inclusion == pytest.approx(2 / 3)


def test_visits_are_unannounced_as_often_as_they_say() -> None:
    """Over many keys the share of unannounced visits is the mean of the probabilities that stand in them."""
    small = terms(teachers=10, observers=2, weeks=4, paired=0.0, announced=0.3)
    random: Counter[str] = Counter()
    chance: Counter[str] = Counter()
    keys = 200
    for number in range(keys):
        for slot in plan_visits(small, key=number.to_bytes(2, "big") + b"k"):
            random[slot.teachers[0]] += slot.mode is VisitMode.RANDOM
            chance[slot.teachers[0]] += slot.inclusion or 0  # type: ignore[assignment]  # adds floats as well
    assert len(random) == 10
    for teacher, expected in chance.items():
        spread = (0.3 * 0.7 * expected / 0.7) ** 0.5
        assert abs(random[teacher] - expected) <= 4 * spread


def test_chances_of_weeks_are_counted_over_plans() -> None:
    """A teacher who can be seen in one week only is seen in it, and the others are as likely in any week."""
    late = Window(START + timedelta(days=7), START + timedelta(days=27))
    small = terms(
        roster=school(6, leaves=(Leave(person="t00", window=late),)),
        observers=2,
        paired=0.0,
        announced=0.5,
    )
    found = visit_chances(small, key=KEY, draws=100)
    assert found.teachers == tuple(f"t{number:02}" for number in range(6))
    assert len(found.weeks) == 4
    assert found.error == pytest.approx(0.5 / 100**0.5)
    assert found.shares[0][1:] == (0.0, 0.0, 0.0)
    assert found.shares[0][0] == pytest.approx(0.5, abs=4 * found.error)
    for shares in found.shares[1:]:
        assert max(shares) - min(shares) <= 6 * found.error
    assert found == visit_chances(small, key=KEY, draws=100)


def test_chances_need_a_draw() -> None:
    """No draws tell nothing."""
    with pytest.raises(InvalidInput) as error:
        visit_chances(terms(), key=KEY, draws=0)
    assert problems(error) == ["plan.draws"]


@pytest.mark.parametrize("seed", range(3))
def test_the_mix_of_a_school_year_reaches_its_floor(seed: int) -> None:
    """Periods and lesson parts of a year are as even as whole visits permit, below five in a thousand."""
    quality = plan_visits(terms(weeks=36), key=bytes([seed])).quality
    assert quality.total_variation == pytest.approx(quality.least_variation, abs=1e-12)
    assert quality.total_variation <= 0.005
    assert quality.mode_variation <= quality.least_mode_variation + 0.002


def test_the_mix_of_modes_by_hand() -> None:
    """One announced and one unannounced visit in two of six cells, with half announced: 5/6 apart."""
    small = terms(teachers=2, observers=1, weeks=1, every=1, periods=("1", "2"), paired=0.0, announced=0.5)
    one = Slot(
        id="a",
        building="school",
        observer="o0",
        day=START,
        mode=VisitMode.RANDOM,
        teachers=("t00",),
        period="1",
        lesson_part=LessonPart.OPENING,
    )
    two = attrs.evolve(one, id="b", teachers=("t01",), period="2", mode=VisitMode.SCHEDULED)
    quality = plan_quality((one, two), small)
    assert quality.total_variation == pytest.approx((2 * (1 / 2 - 1 / 6) + 4 / 6) / 2)
    assert quality.least_variation == pytest.approx(2 / 3)
    assert quality.mode_variation == pytest.approx((2 * (1 / 2 - 1 / 12) + 10 / 12) / 2)
    assert quality.least_mode_variation == pytest.approx(5 / 6)


def test_a_repair_makes_up_for_lost_pairs() -> None:
    """When visits of two observers are lost, others become paired until the share is there again."""
    plan, on = long_plan(), START + timedelta(days=28)
    away = Window(on, on + timedelta(days=11))
    now = terms(weeks=12, busy=(Busy(("o1",), away),))
    again = repair_plan(plan, now, key=KEY, on=on)
    assert [one for one in again.shortfalls if one.measure != "total_variation"] == []
    assert again.quality.paired >= 0.15
    assert again.quality.pair_components == 1


def test_a_repair_joins_a_new_observer() -> None:
    """Somebody who comes in the middle of a plan is paired with one of the others."""
    plan, on = long_plan(), START + timedelta(days=28)
    more = attrs.evolve(terms(weeks=12), observers=(*terms().observers, ObserverTime("new", 3)))
    again = repair_plan(plan, more, key=KEY, on=on)
    assert again.quality.pair_components == 1
    assert again.quality.changed <= 4


def test_what_a_repair_could_not_bring_back_is_told() -> None:
    """With one observer left no pairs are possible, and the plan says what is missing."""
    plan = plan_visits(terms(teachers=20, observers=2, weeks=8), key=KEY)
    on = START + timedelta(days=7)
    now = terms(teachers=20, observers=2, weeks=8, busy=(Busy(("o1",), Window(on, on + timedelta(days=60))),))
    again = repair_plan(plan, now, key=KEY, on=on)
    told = {one.measure: one for one in again.shortfalls}
    assert told["paired"].wanted == 0.15
    assert told["paired"].reached == again.quality.paired < 0.15


def test_observers_whom_no_pair_joins_are_told() -> None:
    """Too few pairs for all observers leave groups of them, which stands in the plan."""
    plan = plan_visits(terms(teachers=8, observers=5, weeks=4, paired=0.05), key=KEY)
    told = {one.measure: one for one in plan.shortfalls}
    assert told["pair_components"].reached == plan.quality.pair_components > 1


def test_forced_share_by_hand() -> None:
    """Seen in weeks 0, 3 and 5 with runs of three: of three visits one is followed by a certain one."""
    small = terms(teachers=1, observers=1, weeks=7, every=3, paired=0.0)
    slots = [
        Slot(
            id=str(week),
            building="school",
            observer="o0",
            day=START + timedelta(weeks=week),
            mode=VisitMode.SCHEDULED if week else VisitMode.RANDOM,
            teachers=("t00",),
            period="1",
        )
        for week in (0, 3, 5)
    ]
    quality = plan_quality(slots, small)
    assert quality.predictability.at_risk == (3, 2, 1)
    assert quality.predictability.visited == (0, 1, 1)
    assert quality.forced_share == pytest.approx(1 / 3)
    assert quality.announced == pytest.approx(2 / 3)


def test_a_paired_visit_moves_with_both_observers() -> None:
    """A teacher who cannot at the planned period is seen at another one of the week, by the same two."""
    plan = long_plan()
    visits = Counter((slot.teachers, slot.day, slot.period) for slot in plan)
    (teacher,), day, period = next(visit for visit, count in visits.items() if count == 2)
    before = {slot.id: slot for slot in plan if slot.teachers == (teacher,) and slot.day == day}
    busy = Busy((teacher,), Window(day, day), periods=(period or "",))
    again = repair_plan(plan, terms(weeks=12, busy=(busy,)), key=KEY, on=START)
    after = {slot.id: slot for slot in again if slot.id in before}
    assert {slot.observer for slot in after.values()} == {slot.observer for slot in before.values()}
    assert len({(slot.day, slot.period) for slot in after.values()}) == 1
    assert all((slot.day, slot.period) != (day, period) for slot in after.values())
    assert again.quality.changed == 2


def test_another_key_gives_another_order() -> None:
    """The order of ids stays under one key and changes under another; an id more moves none of the others."""
    ids = [f"t{number:02}" for number in range(20)]
    options = {"cycle": "autumn", "purpose": "visit"}
    first = keyed_order(ids, key=b"one", **options)
    assert first == keyed_order(ids[::-1], key=b"one", **options)
    assert first != keyed_order(ids, key=b"two", **options)
    assert sorted(first) == ids
    more = keyed_order([*ids, "t20"], key=b"one", **options)
    assert tuple(one for one in more if one != "t20") == first


def test_a_plan_is_the_same_everywhere() -> None:
    """The slots of the worked example have one fingerprint, whatever runs them."""
    slots = "\n".join(
        f"{one.id}|{one.observer}|{one.day}|{one.period}|{one.teachers}|{one.lesson_part.value}|{one.mode.value}"
        for one in plan_visits(terms(), key=KEY)
    )
    assert hashlib.sha256(slots.encode()).hexdigest()[:16] == "ff97b8a2ac0e9347"
