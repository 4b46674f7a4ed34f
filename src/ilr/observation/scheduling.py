"""Plans of visits: who is seen when by whom, under what a building can do.

Here belongs the making of a plan, the answer whether one is possible, its repair after changes and its
measures. A plan is drawn with a secret key: it can be made again with the key and not be foreseen
without. What became of the visits stands in the slots (`ilr.observation.visits`); who was seen in fact
is told by coverage.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from ilr.base import Checker, read_only
from ilr.observation._coverage_plan import crowded_weeks
from ilr.observation._keyed import Draw, commitment, keyed_order
from ilr.observation._openings import Openings
from ilr.observation._plan_quality import PlanQuality, Predictability, plan_quality
from ilr.observation._planning import Planning, full
from ilr.observation._terms import Busy, ObserverTime, PlanTerms
from ilr.observation.visits import Schedule, Slot

__all__ = [
    "Busy",
    "CapacityAnswer",
    "ObserverTime",
    "PlanQuality",
    "PlanTerms",
    "Predictability",
    "VisitPlan",
    "check_capacity",
    "commitment",
    "keyed_order",
    "plan_quality",
    "plan_visits",
    "repair_plan",
]


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


@attrs.frozen(kw_only=True, field_transformer=read_only)
class VisitPlan:
    """A plan of visits. Equal when all fields are equal.

    Attributes:
        slots: one for each observer of a visit, in order of time; the two of a paired visit share teacher,
            day and period.
        quality: its measures.
        commitment: SHA-256 of the key, to be published before the cycle.
    """

    slots: tuple[Slot, ...]
    quality: PlanQuality
    commitment: str

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
    share of paired visits seats. The same is counted for every shorter stretch and the teachers who can be
    seen in no other week of their run.
    """
    return _answer(Openings(terms), terms)


def _answer(openings: Openings, terms: PlanTerms) -> CapacityAnswer:
    able, most, seats = openings.open_weeks(), openings.most(), openings.seats()
    crowded, needed = crowded_weeks(able, most, every=terms.every)
    least = (k for k in range(1, len(openings.weeks) + 1) if not crowded_weeks(able, most, every=k)[0])
    return CapacityAnswer(
        feasible=not crowded,
        every=terms.every,
        needed=needed * (1 + terms.pair_share) / terms.every,
        seats=tuple(zip(openings.weeks, seats.tolist(), strict=True)),
        crowded=tuple(openings.weeks[week] for week in crowded),
        least_every=next(least, None),
    )


def plan_visits(terms: PlanTerms, *, key: bytes) -> VisitPlan:
    """Plan the visits of a building.

    Weeks are chosen first, for all teachers at once; then each week is one assignment of visits to observer,
    day and period, paired visits before the others; lesson parts and modes come last. Every draw is a
    HMAC-SHA256 under the key.

    Args:
        terms: what to keep to.
        key: secret bytes; the same terms and key give the same plan.

    Returns:
        The slots and how good they are.

    Raises:
        InvalidInput: when the visits do not fit, with the weeks that are too full and the shortest run of
            weeks that could work.
    """
    return _plan(terms, key, (), None)


def repair_plan(plan: VisitPlan, terms: PlanTerms, *, key: bytes, on: date) -> VisitPlan:
    """Plan the rest again after something changed, moving as little as possible.

    Args:
        plan: the plan so far, with the outcomes of visits in its slots.
        terms: the terms as they are now.
        key: the key of the plan.
        on: the first day that can still be planned. Slots before it and slots with an outcome stay as they
            are; one without outcome is taken as held.

    Returns:
        The new plan; `PlanQuality.changed` counts the slots that were added, taken away or altered.

    Raises:
        InvalidInput: when the visits do not fit, as `plan_visits`.
    """
    return _plan(terms, key, plan.slots, on)


def _plan(terms: PlanTerms, key: bytes, old: tuple[Slot, ...], on: date | None) -> VisitPlan:
    draw = Draw(key, terms.cycle)
    openings = Openings(terms)
    if on is None:
        _require_capacity(_answer(openings, terms))
    else:
        openings.close_before(on)
    fixed = [slot for slot in old if slot.outcome is not None or (on is not None and slot.day < on)]
    kept = {slot.id for slot in fixed}
    work = Planning(openings, draw, fixed, [slot for slot in old if slot.id not in kept])
    slots = [*fixed, *work.slots(work.place())]
    slots.sort(key=lambda slot: (slot.day, slot.period or "", slot.teachers, slot.id))
    changed = 0
    if on is not None:
        before, after = {slot.id: slot for slot in old}, {slot.id: slot for slot in slots}
        changed = sum(before.get(id) != after.get(id) for id in before.keys() | after.keys())
    return VisitPlan(
        slots=tuple(slots),
        quality=plan_quality(slots, terms, changed=changed),
        commitment=commitment(key),
    )


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
