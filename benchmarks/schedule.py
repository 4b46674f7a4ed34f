"""How long a plan of visits takes to make and to repair, and how good it is.

Prints time on the clock of the machine and the measures of the plan; ``python benchmarks/schedule.py``. The
target is 1 s for a school of 60 teachers and 4 observers over 4 weeks, and 60 s for ten of them over 36 weeks.
"""

from __future__ import annotations

import time
from datetime import date, timedelta

import attrs

from ilr.base import Appointment, Organisation, Person, Role, Roster, SchoolCalendar, Window
from ilr.observation import Busy, ObserverTime, PlanTerms, VisitPlan, plan_visits, repair_plan

START = date(2026, 8, 31)
TEACHERS, OBSERVERS, SCHOOLS = 60, 4, 10
KEY = b"a key for the benchmark"


def terms(school: int, weeks: int) -> PlanTerms:
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
        periods=("1", "2", "3", "4", "5", "6"),
        every=4,
        paired=0.15,
    )


def told(plans: list[VisitPlan]) -> str:
    """The measures of plans, the worst of each."""
    found = [plan.quality for plan in plans]
    lines = [
        f"visits {sum(one.visits for one in found)}, slots {sum(map(len, plans))}",
        f"conflicts {sum(one.conflicts + one.out_of_hours + one.over_capacity for one in found)}",
        f"fewest visits a window {min(one.window_least or 0 for one in found)}",
        f"most visits a window {max(one.window_most or 0 for one in found)}",
        f"longest gap {max(one.longest_gap for one in found)} weeks",
        f"load spread {max(one.load_spread for one in found)}",
        f"total variation {max(one.total_variation for one in found):.4f}",
        f"diversity {min(one.diversity or 0 for one in found):.3f}",
        f"paired {min(one.paired for one in found):.3f}",
        f"groups of observers {max(one.pair_components for one in found)}",
        f"forced share {max(one.forced_share or 0 for one in found):.3f}",
        f"changed {sum(one.changed for one in found)}",
    ]
    return "\n".join(f"    {line}" for line in lines)


def show(name: str, seconds: float, target: float | None, plans: list[VisitPlan]) -> None:
    """Print one measurement."""
    aim = "" if target is None else f"  target {target:.0f}: {'met' if seconds < target else 'missed'}"
    print(f"{name:56} {seconds:8.2f} s{aim}\n{told(plans)}")


def main() -> None:
    """Measure and print."""
    plan_visits(terms(0, 4), key=KEY)  # loads the solvers
    start = time.perf_counter()
    plan = plan_visits(terms(0, 4), key=KEY)
    show("one school, 4 weeks", time.perf_counter() - start, 1.0, [plan])
    start = time.perf_counter()
    plans = [plan_visits(terms(school, 36), key=KEY) for school in range(SCHOOLS)]
    show("ten schools, 36 weeks", time.perf_counter() - start, 60.0, plans)
    year = terms(0, 36)
    away = Window(START + timedelta(days=84), START + timedelta(days=95))
    lost = sum(slot.observer == "school-0-o1" and slot.day in away for slot in plans[0])
    start = time.perf_counter()
    now = attrs.evolve(year, busy=(Busy(("school-0-o1",), away),))
    repaired = repair_plan(plans[0], now, key=KEY, on=away.start)
    name = f"one school, 36 weeks, an observer lost for {lost} slots"
    show(name, time.perf_counter() - start, None, [repaired])


if __name__ == "__main__":
    main()
