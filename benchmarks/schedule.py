"""How long a plan of visits takes to make and to repair, and how good it is.

Prints time on the clock of the machine and the measures of the plans, each with what it is to be and, where
whole visits forbid that, with the floor that they permit; ``python benchmarks/schedule.py``. The instances are
a school of 60 teachers and 4 observers over 4 weeks, and ten of them over 36 weeks.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TypeVar

import attrs

from ilr.base import Appointment, Organisation, Person, Policy, Role, Roster, SchoolCalendar, Window
from ilr.forms import VisitMode
from ilr.observation import Busy, ObserverTime, PlanTerms, Slot, VisitPlan, plan_visits, repair_plan

START = date(2026, 8, 31)
TEACHERS, OBSERVERS, SCHOOLS, PARTS = 60, 4, 10, 3
PERIODS = ("1", "2", "3", "4", "5", "6")
EVERY, PAIRED = 4, 0.15
KEY = b"a key for the benchmark"
Number = TypeVar("Number", int, float)


def terms(school: int, weeks: int, *, announced: float | None = None) -> PlanTerms:
    """One school with 24 visits a week and 15 in 100 of them paired."""
    name = f"school-{school}"
    teachers = [f"{name}-t{number:02}" for number in range(TEACHERS)]
    window = Window(START, START + timedelta(days=7 * weeks - 1))
    return PlanTerms(
        building=name,
        window=window,
        calendar=SchoolCalendar.weekdays(window.start, window.end),
        roster=Roster(
            organisations=(Organisation(id=name),),
            people=tuple(Person(id=teacher) for teacher in teachers),
            appointments=tuple(
                Appointment(person=teacher, organisation=name, role=Role.TEACHER) for teacher in teachers
            ),
        ),
        observers=tuple(ObserverTime(f"{name}-o{number}", 6) for number in range(OBSERVERS)),
        periods=PERIODS,
        every=EVERY,
        paired=PAIRED,
        announced=announced,
    )


def pooled(plans: list[VisitPlan], announced: float | None) -> float:
    """Total variation of all schools taken as one; without a share of announced visits modes are left out."""
    visits: dict[tuple[object, ...], Slot] = {
        (slot.building, slot.teachers, slot.day, slot.period): slot for plan in plans for slot in plan
    }
    cells: Counter[tuple[object, ...]] = Counter()
    for slot in visits.values():
        told = announced is not None and slot.mode is not VisitMode.RANDOM
        cells[slot.period, slot.lesson_part, told] += 1
    shares = {False: 1.0} if announced is None else {True: announced, False: 1 - announced}
    parts = {slot.lesson_part for slot in visits.values()}
    even = len(PERIODS) * PARTS
    return (
        sum(
            abs(cells[period, part, told] / cells.total() - share / even)
            for period in PERIODS
            for part in parts
            for told, share in shares.items()
        )
        / 2
    )


def rounded_up(plans: list[VisitPlan], announced: float) -> float:
    """What the modes of all schools are off at least, as P-MIX rounds up in every month of a school."""
    visits = {(s.building, s.teachers, s.day, s.period): (s.building, s.day.month) for p in plans for s in p}
    months = Counter(visits.values())
    least = sum(math.ceil(Policy().mix * count - 1e-9) for count in months.values())
    return max(0.0, least / months.total() - announced)


def line(
    name: str, value: object, target: str = "", *, met: bool | None = None, floor: float | None = None
) -> None:
    """Print one measure beside its floor and target."""
    shown = f"{value:.4f}" if isinstance(value, float) else str(value)
    least = "" if floor is None else f"floor {floor:.4f}"
    said = "" if met is None else ("met" if met else "missed")
    print(f"    {name:46}{shown:>9}  {least:13} {target:22} {said}".rstrip())


def show(name: str, seconds: float, limit: float | None, plans: list[VisitPlan], most: float) -> None:
    """Print one instance: the worst of its schools in each measure.

    A repair, which has no limit of time, leaves modes as they were told to teachers.
    """
    found = [plan.quality for plan in plans]
    print(name)
    if limit is None:
        line("seconds", seconds)
    else:
        line("seconds", seconds, f"below {limit:g}", met=seconds < limit)
    line("visits", sum(one.visits for one in found))
    line("slots", sum(map(len, plans)))
    conflicts = sum(one.conflicts + one.out_of_hours + one.over_capacity for one in found)
    line("conflicts, closed hours, visits over capacity", conflicts, "0", met=conflicts == 0)
    fewest, many = (
        worst(min, (one.window_least for one in found)),
        worst(max, (one.window_most for one in found)),
    )
    line("fewest visits of a teacher in four weeks", fewest, "1", met=fewest == 1)
    line("most visits of a teacher in four weeks", many, "at most 2", met=many <= 2)
    gap = max(one.longest_gap for one in found)
    line("longest gap, weeks", gap, f"at most {EVERY}", met=gap <= EVERY)
    paired = min(one.paired for one in found)
    line("paired", paired, f"at least {PAIRED:g}", met=paired >= PAIRED)
    groups = max(one.pair_components for one in found)
    line("groups of observers", groups, "1", met=groups == 1)
    far = max(one.total_variation for one in found)
    floor = max(one.least_variation for one in found)
    line("total variation, worst school", far, f"at most {most:g}", met=far <= most, floor=floor)
    far = max(one.mode_variation for one in found)
    floor = max(one.least_mode_variation for one in found)
    met = None if limit is None else far <= max(most, floor + 1e-9)
    line("the same with modes, worst school", far, f"at most {most:g} or floor", met=met, floor=floor)
    line("load spread", max(one.load_spread for one in found))
    line("diversity", worst(min, (one.diversity for one in found)))
    line("forced share", worst(max, (one.forced_share for one in found)))
    line("changed", sum(one.changed for one in found))


def worst(choose: Callable[[list[Number]], Number], values: Iterable[Number | None]) -> Number:
    """The least or largest of values, those that are undefined left out."""
    return choose([value for value in values if value is not None])


def main() -> None:
    """Measure and print."""
    plan_visits(terms(0, 4), key=KEY)  # loads the solvers
    start = time.perf_counter()
    plan = plan_visits(terms(0, 4), key=KEY)
    show("one school, 4 weeks", time.perf_counter() - start, 1.0, [plan], 0.10)
    year: list[VisitPlan] = []
    for announced in (None, 0.3):
        start = time.perf_counter()
        plans = [plan_visits(terms(school, 36, announced=announced), key=KEY) for school in range(SCHOOLS)]
        share = terms(0, 36, announced=announced).told_share
        name = f"ten schools, 36 weeks, {share:.0%} announced"
        show(name, time.perf_counter() - start, 60.0, plans, 0.005)
        far = pooled(plans, None)
        line("total variation, all schools", far, "at most 0.005", met=far <= 0.005)
        far, floor = pooled(plans, share), rounded_up(plans, share)
        met = far <= max(0.005, floor + 1e-9)
        line("the same with modes, all schools", far, "at most 0.005 or floor", met=met, floor=floor)
        year = year or plans
    away = Window(START + timedelta(days=84), START + timedelta(days=95))
    lost = sum(slot.observer == "school-0-o1" and slot.day in away for slot in year[0])
    start = time.perf_counter()
    now = attrs.evolve(terms(0, 36), busy=(Busy(("school-0-o1",), away),))
    repaired = repair_plan(year[0], now, key=KEY, on=away.start)
    name = f"one school, 36 weeks, an observer lost for {lost} slots"
    show(name, time.perf_counter() - start, None, [repaired], 0.005)
    for one in repaired.shortfalls:
        line(f"not brought back: {one.measure}", one.reached, floor=one.wanted)


if __name__ == "__main__":
    main()
