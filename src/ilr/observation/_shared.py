"""Observers of several buildings: how many visits each building gets of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import attrs

from ilr.observation._openings import monday_of, weeks_of
from ilr.observation._terms import ObserverTime, PlanTerms
from ilr.observation.visits import Slot

__all__ = ["shared_seats", "with_share"]


def shared_seats(each: Sequence[PlanTerms]) -> dict[str, Counter[tuple[str, date]]]:
    """The visits that each building gets of each observer in each week, as even as can be.

    A visit goes to the building with the fewest seats so far for each that it needs.

    Returns:
        By building; the keys inside are observer and Monday.
    """
    found: dict[str, Counter[tuple[str, date]]] = {one.building: Counter() for one in each}
    needed = {
        one.building: len(one.roster.teachers(one.building, one.window)) * (1 + one.pair_share) / one.every
        for one in each
    }
    weeks = {one.building: set(weeks_of(one)) for one in each}
    for monday in sorted(set().union(*weeks.values())):
        where: dict[str, list[str]] = {}
        visits: dict[str, int] = {}
        for one in sorted(each, key=lambda terms: terms.building):
            for observer in one.observers if monday in weeks[one.building] else ():
                name = one.roster.resolve(observer.id)
                where.setdefault(name, []).append(one.building)
                visits[name] = dict(observer.weeks).get(monday, observer.weekly)
        seats: Counter[str] = Counter()
        for name in sorted(where, key=lambda one: (len(where[one]), one)):
            for _ in range(visits[name]):
                building = min(where[name], key=lambda one: (seats[one] / needed[one], one))
                found[building][name, monday] += 1
                seats[building] += 1
    return found


def with_share(terms: PlanTerms, share: Mapping[tuple[str, date], int], made: Iterable[Slot]) -> PlanTerms:
    """The terms with a building's part of its observers, beside the slots of other buildings.

    The slots themselves take seats of their observers, so they are added to the part.
    """
    resolve, slots = terms.roster.resolve, tuple(made)
    used = Counter((resolve(slot.observer), monday_of(slot.day)) for slot in slots)
    observers = []
    for one in terms.observers:
        name = resolve(one.id)
        weeks = {monday: share.get((name, monday), 0) + used[name, monday] for monday in weeks_of(terms)}
        observers.append(ObserverTime(one.id, one.weekly, weeks=tuple(weeks.items())))
    return attrs.evolve(terms, observers=tuple(observers), known=(*terms.known, *slots))
