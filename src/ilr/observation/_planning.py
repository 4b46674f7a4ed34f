"""From terms to slots: weeks, places, lesson parts and modes, new or around what is fixed."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import date
from itertools import accumulate, combinations

import numpy as np
from numpy.typing import NDArray

from ilr.base import Diagnostic, InvalidInput
from ilr.forms import LessonPart, VisitMode
from ilr.observation._assignment import Desk, Placed, Unit, groups
from ilr.observation._coverage_plan import cover, runs_due
from ilr.observation._keyed import Draw
from ilr.observation._mix import announced_range, colour, even_periods, even_total, quotas, rounded
from ilr.observation._openings import PARTS, Openings
from ilr.observation._plan_quality import counts, visits_of
from ilr.observation.visits import Slot

__all__ = ["Planning", "full", "no_place"]

NEW_ADJACENT = 20.0  # dearer than a visit that nobody needs
CHANGE, KEPT, REPAIR_ADJACENT, HINT_OF_CHANCE = 1.0, 1.2, 0.25, 0.01
RATE = 1.5  # visits of a run aimed at: with two for everybody the weeks could be foreseen
SPARED = 0.05  # share of visits that is given up at most, so that the others can be spread evenly
ROUNDS = 12


def no_place(weeks: tuple[date, ...]) -> InvalidInput:
    """The error of terms that leave no place, with the weeks where visits were left over."""
    problem = Diagnostic(
        code="plan.no_place",
        path="terms",
        message="leave no place for all visits",
        expected="more open times, more seats or a longer run of weeks",
        hint=full(weeks),
    )
    return InvalidInput("plan_visits", (problem,))


def full(weeks: tuple[date, ...]) -> str:
    """Weeks in the words of a hint."""
    if len(weeks) == 1:
        return f"too full in the week of {weeks[0]}"
    return f"too full from {weeks[0]} to {weeks[-1]}, {len(weeks)} weeks" if weeks else ""


class Planning:
    """One planning: what is fixed, what was planned before, and the steps from weeks to slots.

    Attributes:
        seen: visits that took place, by teacher and week, those before the plan first.
        most: visits that a week can hold beside those that took place.
    """

    def __init__(
        self, openings: Openings, draw: Draw, fixed: list[Slot], old: list[Slot], *, joining: set[str]
    ) -> None:
        self.openings = openings
        self.joining = joining
        self.terms = openings.terms
        self.draw = draw
        self.fixed = fixed
        self.units = list(openings.open)
        self.row = {name: index for index, name in enumerate(openings.teachers)}
        self.column = {name: index for index, name in enumerate(openings.observers)}
        self.hour = {code: index for index, code in enumerate(openings.periods)}
        self.repair = bool(fixed or old)
        self.old_slots: dict[tuple[Unit, int], list[Slot]] = defaultdict(list)
        for visit in visits_of(old):
            place = self._placed(visit)
            if place is not None:
                self.old_slots[place.teachers, place.week] += visit
        self.done = [place for place in map(self._placed, visits_of(filter(counts, fixed))) if place]
        self.seen = openings.seen.copy()
        for place in self.done:
            self.seen[list(place.teachers), len(openings.weeks) + place.week] += 1
        self.most = self._room() if self.repair else openings.most()

    def _placed(self, visit: list[Slot]) -> Placed | None:
        """A visit in numbers, None when its teachers, time or all its observers are unknown by now."""
        slot, resolve = visit[0], self.terms.roster.resolve
        teachers = sorted({self.row[name] for name in map(resolve, slot.teachers) if name in self.row})
        week, hour = self.openings.week(slot.day), self.hour.get(slot.period or "")
        names = [resolve(one.observer) for one in visit]
        if not teachers or week is None or hour is None:
            return None
        observers = tuple(sorted(self.column[name] for name in names if name in self.column))
        return Placed(tuple(teachers), week, slot.day.weekday(), hour, observers)

    def place(self) -> list[Placed]:
        """Choose weeks and place them; who finds no place in a week gets another one."""
        openings, terms = self.openings, self.terms
        members, now = openings.membership(), self.seen[:, len(openings.weeks) :] > 0
        due = runs_due(openings.open_weeks() | now, self.seen, every=terms.every)
        upper = openings.open_units() & ~(members.T @ now)
        total = None if self.repair else self._total()
        costs = self._costs()
        stuck: set[int] = set()
        for _ in range(ROUNDS):
            chosen = cover(
                members,
                due,
                upper,
                self.seen,
                self.most,
                costs,
                every=terms.every,
                total=total,
                adjacent=REPAIR_ADJACENT if self.repair else NEW_ADJACENT,
            )
            if chosen is None:
                break
            placed, missed = self._weeks(chosen)
            if not missed:
                return self._even(placed)
            for unit, week in missed:
                upper[self.units.index(unit), week] = False
                stuck.add(week)
        raise no_place(tuple(openings.weeks[week] for week in sorted(stuck)))

    def _total(self) -> int:
        """How many visits are aimed at."""
        openings, terms = self.openings, self.terms
        room = int(terms.fill * float(openings.seats().sum()) / (1 + terms.pair_share) + 1e-9)
        weeks = (openings.open_weeks().sum(axis=1) / openings.company()).sum()
        most = min(room, math.ceil(RATE * weeks / terms.every - 1e-9))
        mix = openings.mix()
        spared = min(int(SPARED * most), int((mix > 0).sum()) - 1)
        return even_total(most, most - max(0, spared), mix, terms.told_share)

    def _even(self, placed: list[Placed]) -> list[Placed]:
        """Every period with its share; a visit that was planned before keeps its time."""
        openings = self.openings
        rows = [self.hour[code] for code in self.draw.order("period", openings.periods)]
        wanted = quotas(openings.mix(), len(placed) + len(self.done), rows=rows).sum(axis=1)
        before = [self._before(visit) for visit in placed]
        free = [
            old is None or (old.day, old.period) != (visit.day, visit.period)
            for visit, old in zip(placed, before, strict=True)
        ]
        return even_periods(placed, free, self.done, wanted, openings, self.draw)

    def _room(self) -> NDArray[np.int64]:
        """Visits that a week can still hold when the pairs that were planned and still can be stay."""
        room = self.openings.seats()
        for (_, week), slots in self.old_slots.items():
            room[week] -= len(slots) > 1 and self._intact(slots)
        for visit in self.done:
            room[visit.week] -= max(1, len(visit.observers))
        return np.maximum(room, 0)

    def _intact(self, slots: list[Slot]) -> bool:
        """Whether a visit can still be made as it was planned."""
        visit, openings = self._placed(slots), self.openings
        if visit is None or len(visit.observers) < len(slots) or visit.teachers not in openings.open:
            return False
        cell = (visit.week, visit.day, visit.period)
        return bool(openings.open[visit.teachers][cell]) and all(
            openings.reach[(observer, *cell)] and openings.capacity[observer, visit.week] > 0
            for observer in visit.observers
        )

    def _costs(self) -> NDArray[np.float64]:
        openings = self.openings
        costs = np.array(
            [
                [self.draw.number("week", openings.name(unit, week)) for week in range(len(openings.weeks))]
                for unit in self.units
            ]
        )
        if self.repair:
            costs = CHANGE + HINT_OF_CHANCE * costs
            place = {unit: index for index, unit in enumerate(self.units)}
            for (unit, week), slots in self.old_slots.items():
                if unit in place:
                    costs[place[unit], week] -= CHANGE + (KEPT if self._intact(slots) else 0.0)
        return costs

    def _weeks(self, chosen: NDArray[np.bool_]) -> tuple[list[Placed], list[tuple[Unit, int]]]:
        planned = {(self.units[one], week) for one, week in np.argwhere(chosen).tolist()}
        before = {
            key: place
            for key, slots in self.old_slots.items()
            if key in planned and (place := self._placed(slots)) is not None
        }
        kept = [place for key, place in before.items() if self._intact(self.old_slots[key])]
        joined = {two for visit in (*kept, *self.done) for two in combinations(sorted(visit.observers), 2)}
        desk = Desk(self.openings, self.draw, frozenset(joined))
        for visit in self.done:
            desk.note(visit)
        pairs = self._pairs(chosen.sum(axis=0), planned, kept, joined)
        placed: list[Placed] = []
        missed: list[tuple[Unit, int]] = []
        for week in range(len(self.openings.weeks)):
            units = [self.units[one] for one in np.flatnonzero(chosen[:, week]).tolist()]
            found, left = desk.place(
                week,
                units,
                [visit for visit in self.done if visit.week == week],
                {unit: before[unit, week] for unit in units if (unit, week) in before},
                {unit for unit in units if len(self.old_slots.get((unit, week), ())) > 1},
                pairs=pairs[week],
            )
            placed += found
            missed += [(unit, week) for unit in left]
        return placed, missed

    def _before(self, visit: Placed) -> Placed | None:
        """The visit as it was planned before."""
        slots = self.old_slots.get((visit.teachers, visit.week))
        return self._placed(slots) if slots else None

    def _pairs(
        self,
        visits: NDArray[np.int64],
        planned: set[tuple[Unit, int]],
        kept: list[Placed],
        joined: set[tuple[int, int]],
    ) -> list[int]:
        """How many visits of each week are paired.

        A repair keeps the pairs that were planned. Where visits changed or observers joined, it makes up for
        lost pairs and adds one for each group of observers that no pair joins.
        """
        found = [0] * len(visits)
        for (unit, week), slots in self.old_slots.items():
            found[week] += (unit, week) in planned and len(slots) > 1
        if self.repair and not self.joining and len(kept) == len(planned) == len(self.old_slots):
            return found
        share, done = self.terms.pair_share, [len(visit.observers) > 1 for visit in self.done]
        wanted = math.ceil(share * (int(visits.sum()) + len(done)) - 1e-9) - sum(done)
        if self.repair and share:
            able = self.openings.seats_of().sum(axis=1) > 0
            group = groups(len(able), joined)
            wanted = max(wanted, sum(found) + len({group[one] for one in np.flatnonzero(able)}) - 1)
        room = self.openings.seats() - visits
        for visit in self.done:
            room[visit.week] -= len(visit.observers)
        while sum(found) < wanted:
            weeks = [week for week, count in enumerate(visits) if found[week] < min(count, room[week])]
            if not weeks:
                break
            found[min(weeks, key=lambda week: ((found[week] + 1) / visits[week], week))] += 1
        return found

    def slots(self, placed: list[Placed]) -> list[Slot]:
        """Give every visit its lesson part, mode and ids; what was planned before keeps them."""
        placed = sorted(placed, key=lambda one: (one.week, one.day, one.period, one.teachers))
        parts = self._parts(placed)
        modes = self._modes(placed, parts)
        tries = Counter(
            (place.teachers, place.week) for place in map(self._placed, visits_of(self.fixed)) if place
        )
        openings, resolve, found = self.openings, self.terms.roster.resolve, list[Slot]()
        for visit, part, (mode, inclusion) in zip(placed, parts, modes, strict=True):
            before = self.old_slots.get((visit.teachers, visit.week), [])
            mine = {self.column.get(resolve(slot.observer)): slot.id for slot in before}
            number = tries[visit.teachers, visit.week]
            key = f"{self.terms.building}|{openings.name(visit.teachers, visit.week)}|{number}"
            names = ["s-" + self.draw.digest("slot", f"{key}|{seat}").hex()[:16] for seat in range(2)]
            used = {mine[observer] for observer in visit.observers if observer in mine}
            spare = iter([name for name in names if name not in used])
            found += [
                Slot(
                    id=mine[observer] if observer in mine else next(spare),
                    building=self.terms.building,
                    observer=openings.observers[observer],
                    day=openings.day(visit.week, visit.day),
                    mode=mode,
                    teachers=tuple(openings.teachers[one] for one in visit.teachers),
                    period=openings.periods[visit.period],
                    lesson_part=part,
                    inclusion=inclusion,
                )
                for observer in visit.observers
            ]
        return found

    def _earlier(self, visit: Placed) -> Slot | None:
        return next(iter(self.old_slots.get((visit.teachers, visit.week), [])), None)

    def _parts(self, placed: list[Placed]) -> list[LessonPart]:
        """The part of each visit: evenly drawn in a new plan, in a repair what is missing most."""
        if not self.repair:
            edges = [(visit.teachers[0], visit.period) for visit in placed]
            names = [self.openings.name(visit.teachers, visit.week) for visit in placed]
            return [PARTS[part] for part in colour(edges, names, self.draw)]
        told = [
            before.lesson_part
            if (before := self._earlier(visit)) and before.period == self.openings.periods[visit.period]
            else None
            for visit in placed
        ]
        fixed = [
            (self._placed(group), group[0].lesson_part) for group in visits_of(filter(counts, self.fixed))
        ]
        cells: Counter[tuple[int, LessonPart]] = Counter()
        own: Counter[tuple[int, LessonPart]] = Counter()

        def count(visit: Placed, part: LessonPart) -> None:
            cells[visit.period, part] += 1
            own.update((teacher, part) for teacher in visit.teachers)

        for earlier, part in [*fixed, *zip(placed, told, strict=True)]:
            if earlier is not None and part in PARTS:
                count(earlier, part)
        found: list[LessonPart] = []
        for visit, given in zip(placed, told, strict=True):
            chosen = given if given in PARTS else None
            if chosen is None:
                name = self.openings.name(visit.teachers, visit.week)
                chosen = min(
                    PARTS,
                    key=lambda one: (
                        cells[visit.period, one],
                        sum(own[teacher, one] for teacher in visit.teachers),
                        self.draw.number("part", f"{name}|{one.value}"),
                    ),
                )
                count(visit, chosen)
            found.append(chosen)
        return found

    def _modes(self, placed: list[Placed], parts: list[LessonPart]) -> list[tuple[VisitMode, float | None]]:
        """The mode of each visit, and the probability with which it was left unannounced.

        In every month the share that the terms ask for is announced, P-MIX kept, whole visits being drawn
        by systematic sampling over the months and dependent rounding over periods and lesson parts. So the
        probability of each visit is known from the design and needs no simulation.
        """
        months: dict[tuple[int, int], list[int]] = defaultdict(list)
        total: Counter[tuple[int, int]] = Counter()
        announced: Counter[tuple[int, int]] = Counter()
        found: dict[int, tuple[VisitMode, float | None]] = {}
        for group in visits_of(filter(counts, self.fixed)):
            month = (group[0].day.year, group[0].day.month)
            total[month] += 1
            announced[month] += group[0].mode is not VisitMode.RANDOM
        for number, visit in enumerate(placed):
            day = self.openings.day(visit.week, visit.day)
            month = (day.year, day.month)
            total[month] += 1
            before = self._earlier(visit)
            if before is None:
                months[month].append(number)
            else:
                found[number] = (before.mode, before.inclusion)
                announced[month] += before.mode is not VisitMode.RANDOM
        order = sorted(months)
        exact = []
        for month in order:
            least, most = announced_range(total[month], self.terms.policy.mix)
            wanted = min(max(self.terms.told_share * total[month], least), most) - announced[month]
            exact.append(min(max(wanted, 0.0), len(months[month])))
        start = self.draw.number("mode", "start")
        whole = np.diff([math.floor(start + reached) for reached in accumulate(exact, initial=0.0)]).tolist()
        numbers = [number for month in order for number in months[month]]
        shares = [
            count / len(months[month])
            for month, count in zip(order, whole, strict=True)
            for _ in months[month]
        ]
        chances = [
            count / len(months[month])
            for month, count in zip(order, exact, strict=True)
            for _ in months[month]
        ]
        ends = [(month, (placed[n].period, parts[n])) for month in order for n in months[month]]
        names = [self.openings.name(placed[n].teachers, placed[n].week) for n in numbers]
        for number, chance, told in zip(
            numbers, chances, rounded(shares, ends, names, self.draw), strict=True
        ):
            found[number] = (VisitMode.SCHEDULED if told else VisitMode.RANDOM, 1 - chance)
        return [found[number] for number in range(len(placed))]
