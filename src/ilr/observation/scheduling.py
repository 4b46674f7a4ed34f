"""Plans of visits: who is seen when by whom, under what a building can do.

Here belongs the making of a plan, the answer whether one is possible, its repair after changes and its
measures. A plan is drawn with a secret key: it can be made again with the key and not be foreseen
without. What became of the visits stands in the slots (`ilr.observation.visits`); who was seen in fact
is told by coverage.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, InvalidInput, read_only
from ilr.forms import VisitMode
from ilr.observation._coverage_plan import crowded_weeks
from ilr.observation._keyed import Draw, commitment, keyed_order
from ilr.observation._openings import Openings
from ilr.observation._plan_quality import PlanQuality, Predictability, plan_quality
from ilr.observation._planning import Planning, full
from ilr.observation._shared import shared_seats, with_share
from ilr.observation._terms import Busy, ObserverTime, PlanTerms
from ilr.observation.visits import Schedule, Slot

__all__ = [
    "Busy",
    "CapacityAnswer",
    "ObserverTime",
    "PlanQuality",
    "PlanTerms",
    "Predictability",
    "Shortfall",
    "VisitChances",
    "VisitPlan",
    "check_capacity",
    "commitment",
    "keyed_order",
    "plan_buildings",
    "plan_quality",
    "plan_visits",
    "repair_plan",
    "visit_chances",
]

NEAR = 1e-9


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CapacityAnswer:
    """Whether the observers can make the visits that the terms ask for. Equal when all fields are equal.

    Attributes:
        feasible: False when no plan can exist; True when no count forbids one.
        every: the run of weeks that was asked for.
        needed: seats a week that the run with most teachers asks for, two for a paired visit.
        seats: the Monday of each week and the visits that observers can make in it.
        crowded: the Mondays of weeks that are part of a stretch with too few seats.
        least_every: the shortest run of weeks that no count forbids, None when there is none.
    """

    feasible: bool
    every: int
    needed: float
    seats: tuple[tuple[date, int], ...]
    crowded: tuple[date, ...]
    least_every: int | None


@attrs.frozen(field_transformer=read_only)
class Shortfall:
    """A measure of a plan that could not be brought where it should be. Equal when all fields are equal.

    Attributes:
        measure: name of the measure in `PlanQuality`.
        wanted: what the terms ask for, or the best that whole visits permit.
        reached: what the plan has.
    """

    measure: Literal["paired", "pair_components", "total_variation"]
    wanted: float = attrs.field(kw_only=True)
    reached: float = attrs.field(kw_only=True)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class VisitPlan:
    """A plan of visits. Equal when all fields are equal.

    Attributes:
        slots: one for each observer of a visit, in order of time; the two of a paired visit share teacher,
            day and period.
        quality: its measures.
        commitment: SHA-256 of the key, to be published before the cycle.
        observers: ids of all who could be sent.
        shortfalls: the share of pairs, the joining of observers and the mix of periods and lesson parts, as
            far as they could not be reached.
    """

    slots: tuple[Slot, ...]
    quality: PlanQuality
    commitment: str
    observers: tuple[str, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()

    def __iter__(self) -> Iterator[Slot]:
        return iter(self.slots)

    def __len__(self) -> int:
        return len(self.slots)

    @property
    def schedule(self) -> Schedule:
        """The slots as a schedule."""
        return Schedule(self.slots)


def check_capacity(terms: PlanTerms) -> CapacityAnswer:
    """Whether the observers can see everybody often enough, from counting alone.

    A run of k weeks asks for a visit to every teacher who can be seen in it, and each visit for 1 and the
    share of paired visits seats; teachers of one class can share a visit. The same is counted for every
    shorter stretch and the teachers who can be seen in no other week of their run.
    """
    openings = Openings(terms)
    return _answer(openings, openings.most(), openings.seen)


def _answer(openings: Openings, most: NDArray[np.int64], seen: NDArray[np.int64]) -> CapacityAnswer:
    terms = openings.terms
    counted = (openings.open_weeks(), most, seen, openings.company())
    crowded, needed = crowded_weeks(*counted, every=terms.every)
    lengths = range(terms.every + 1 if crowded else 1, len(openings.weeks) + 1)
    least = (length for length in lengths if not crowded_weeks(*counted, every=length)[0])
    return CapacityAnswer(
        feasible=not crowded,
        every=terms.every,
        needed=needed * (1 + terms.pair_share) / terms.every,
        seats=tuple(zip(openings.weeks, openings.seats().tolist(), strict=True)),
        crowded=tuple(openings.weeks[week] for week in crowded),
        least_every=next(least, None),
    )


def plan_visits(terms: PlanTerms, *, key: bytes) -> VisitPlan:
    """Plan the visits of a building.

    Weeks are chosen first, for all teachers at once; then each week is one assignment of visits to observer,
    day and period, paired visits before the others. Periods are then evened out, and lesson parts and modes
    come last. Up to a twentieth of the visits, less than one for each period and lesson part, is given up so
    that the others can be spread evenly. Every draw is a HMAC-SHA256 under the key.

    Args:
        terms: what to keep to.
        key: secret bytes; the same terms and key give the same plan.

    Returns:
        The slots and how good they are.

    Raises:
        InvalidInput: when the visits do not fit, with the weeks that are too full and the shortest run of
            weeks that could work.

    Example:
        >>> from ilr.base import Appointment, Organisation, Person, Role, Roster, SchoolCalendar, Window
        >>> teachers, month = ["t1", "t2", "t3"], Window(date(2026, 10, 5), date(2026, 10, 30))
        >>> terms = PlanTerms(
        ...     building="school",
        ...     window=month,
        ...     calendar=SchoolCalendar.weekdays(month.start, month.end),
        ...     roster=Roster(
        ...         organisations=[Organisation(id="school")],
        ...         people=[Person(id=one) for one in teachers],
        ...         appointments=[
        ...             Appointment(person=one, organisation="school", role=Role.TEACHER) for one in teachers
        ...         ],
        ...     ),
        ...     observers=[ObserverTime("o1", 1), ObserverTime("o2", 1)],
        ...     periods=["1", "2"],
        ...     every=2,
        ... )
        >>> check_capacity(terms).feasible
        True
        >>> quality = plan_visits(terms, key=b"secret").quality
        >>> quality.window_least, quality.window_most, quality.conflicts
        (1, 1, 0)
    """
    return _plan(terms, key, None, None)


def plan_buildings(terms: Iterable[PlanTerms], *, key: bytes) -> tuple[VisitPlan, ...]:
    """Plan the visits of several buildings that share observers.

    The visits that a shared observer can make in a week are handed out one after another, each to the
    building with the fewest seats so far for each that it needs (max-min fairness), and the buildings are planned in
    an order drawn by the key. Nobody is in two buildings at the same period; ways between them are not
    reckoned with.

    Args:
        terms: the terms of each building, where an observer's visits a week are those to all buildings.
            Buildings that share observers are to have the same period codes.
        key: secret bytes, as in `plan_visits`.

    Returns:
        A plan for each building in the order given; none for none.

    Raises:
        InvalidInput: when a building comes twice, an observer has unlike numbers of visits, or the visits
            of a building do not fit.
    """
    each = tuple(terms)
    _require_one_observer(each)
    shares = shared_seats(each)
    plans: dict[str, VisitPlan] = {}
    made: list[Slot] = []
    place = {one.building: number for number, one in enumerate(each)}
    draw = Draw(key, "buildings")
    for building in draw.order("building", place):
        mine = each[place[building]]
        try:
            plans[building] = plan_visits(with_share(mine, shares[building], made), key=key)
        except InvalidInput as error:
            problems = [problem.under(f"terms[{place[building]}]") for problem in error.problems]
            raise InvalidInput("plan_buildings", problems) from None
        made += plans[building].slots
    return tuple(plans[one.building] for one in each)


def _require_one_observer(each: tuple[PlanTerms, ...]) -> None:
    check = Checker("plan_buildings")
    buildings = [one.building for one in each]
    check(
        len(set(buildings)) == len(buildings),
        "plan.building_twice",
        "terms",
        "repeat a building",
        expected="each building once",
    )
    times: dict[str, ObserverTime] = {}
    for index, one in enumerate(each):
        for number, observer in enumerate(one.observers):
            known = times.setdefault(one.roster.resolve(observer.id), observer)
            check(
                (known.weekly, dict(known.weeks)) == (observer.weekly, dict(observer.weeks)),
                "plan.observer_differs",
                f"terms[{index}].observers[{number}]",
                "has other numbers of visits than in another building",
                expected="the visits a week to all buildings",
            )
    check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class VisitChances:
    """How likely each teacher was to be seen unannounced in each week. Equal when all fields are equal.

    Attributes:
        teachers: ids, in order.
        weeks: the Mondays.
        shares: share of the draws in which the teacher has an unannounced visit, by teacher and week.
        draws: how often the plan was drawn.
    """

    teachers: tuple[str, ...]
    weeks: tuple[date, ...]
    shares: tuple[tuple[float, ...], ...]
    draws: int

    @property
    def error(self) -> float:
        """The largest standard error that a share can have, from the number of draws."""
        return 0.5 / math.sqrt(self.draws)


def visit_chances(terms: PlanTerms, *, key: bytes, draws: int = 200) -> VisitChances:
    """How likely each teacher was to be seen unannounced in each week, from plans drawn again.

    Which weeks a teacher is seen in comes from an optimum under many rules, so its probability is counted
    over plans with keys derived from the key (Fattorini 2006). Given a visit, the probability that it is
    unannounced is known from the design and stands in `Slot.inclusion`.

    Args:
        terms: what the plan kept to.
        key: the key of the plan.
        draws: how many plans are made; each takes as long as `plan_visits`.

    Returns:
        The shares; 0 in weeks in which the teacher cannot be seen.

    Raises:
        InvalidInput: for less than one draw, or when the visits do not fit.
    """
    check = Checker("visit_chances")
    check(draws >= 1, "plan.draws", "draws", "lies outside its range", expected="1 or more")
    check.done()
    openings, draw = Openings(terms), Draw(key, terms.cycle)
    came: Counter[tuple[str, int | None]] = Counter()
    for number in range(draws):
        plan = plan_visits(terms, key=draw.digest("again", str(number)))
        random = (slot for slot in plan if slot.mode is VisitMode.RANDOM)
        came.update({(name, openings.week(slot.day)) for slot in random for name in slot.teachers})
    return VisitChances(
        teachers=openings.teachers,
        weeks=openings.weeks,
        shares=tuple(
            tuple(came[name, week] / draws for week in range(len(openings.weeks)))
            for name in openings.teachers
        ),
        draws=draws,
    )


def repair_plan(plan: VisitPlan, terms: PlanTerms, *, key: bytes, on: date) -> VisitPlan:
    """Plan the rest again after something changed, moving as little as possible.

    Args:
        plan: the plan so far, with the outcomes of visits in its slots.
        terms: the terms as they are now.
        key: the key of the plan.
        on: the first day that can still be planned. Slots before it and slots with an outcome stay as they
            are; one without outcome is taken as held.

    Returns:
        The new plan; `PlanQuality.changed` counts the slots that were added, taken away or altered. Lost
        pairs are made up for, observers joined and periods evened by visits that move anyway; what could not
        be brought back stands in `VisitPlan.shortfalls`.

    Raises:
        InvalidInput: when the visits do not fit, as `plan_visits`.
    """
    return _plan(terms, key, plan, on)


def _plan(terms: PlanTerms, key: bytes, plan: VisitPlan | None, on: date | None) -> VisitPlan:
    old = plan.slots if plan else ()
    draw = Draw(key, terms.cycle)
    openings = Openings(terms)
    if on is not None:
        openings.close_before(on)
    fixed = [slot for slot in old if slot.outcome is not None or (on is not None and slot.day < on)]
    kept = {slot.id for slot in fixed}
    work = Planning(
        openings,
        draw,
        fixed,
        [slot for slot in old if slot.id not in kept],
        joining=set(openings.observers) - set(plan.observers) if plan else set(),
    )
    _require_capacity(_answer(openings, work.most, work.seen))
    slots = [*fixed, *work.slots(work.place())]
    slots.sort(key=lambda slot: (slot.day, slot.period or "", slot.teachers, slot.id))
    changed = 0
    if on is not None:
        before, after = {slot.id: slot for slot in old}, {slot.id: slot for slot in slots}
        changed = sum(before.get(id) != after.get(id) for id in before.keys() | after.keys())
    quality = plan_quality(slots, terms, changed=changed)
    return VisitPlan(
        slots=tuple(slots),
        quality=quality,
        commitment=commitment(key),
        observers=openings.observers,
        shortfalls=_shortfalls(quality, terms),
    )


def _shortfalls(quality: PlanQuality, terms: PlanTerms) -> tuple[Shortfall, ...]:
    found = []
    if quality.paired < terms.pair_share - NEAR:
        found.append(Shortfall("paired", wanted=terms.pair_share, reached=quality.paired))
    if quality.pair_components > 1 and terms.pair_share > 0:
        found.append(Shortfall("pair_components", wanted=1, reached=quality.pair_components))
    if quality.total_variation > quality.least_variation + NEAR:
        wanted, reached = quality.least_variation, quality.total_variation
        found.append(Shortfall("total_variation", wanted=wanted, reached=reached))
    return tuple(found)


def _require_capacity(answer: CapacityAnswer) -> None:
    check = Checker("plan_visits")
    least = (
        "no number of weeks" if answer.least_every is None else f"every {answer.least_every} weeks or more"
    )
    check(
        answer.feasible,
        "plan.too_few_seats",
        "terms.every",
        f"asks for {answer.needed:g} seats a week, more than the observers have",
        expected=least,
        hint=full(answer.crowded),
    )
    check.done()
