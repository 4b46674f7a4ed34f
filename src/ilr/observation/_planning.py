"""From terms to slots: weeks, places, lesson parts and modes, new or around what is fixed."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ilr.base import Diagnostic, InvalidInput
from ilr.forms import LessonPart, VisitMode
from ilr.observation._assignment import Desk, Placed
from ilr.observation._coverage_plan import cover
from ilr.observation._keyed import Draw
from ilr.observation._openings import Openings
from ilr.observation._plan_quality import PARTS, counts, visits_of
from ilr.observation.visits import Slot

__all__ = ["Planning", "full", "no_place"]

NEW_ADJACENT = 20.0  # dearer than a visit that nobody needs
CHANGE, KEPT, REPAIR_ADJACENT, HINT_OF_CHANCE = 1.0, 1.2, 0.25, 0.01
OWN_PART = 2
RATE = 1.5  # visits of a run aimed at: with two for everybody the weeks could be foreseen
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
    return f"too full from {weeks[0]} to {weeks[-1]}, {len(weeks)} weeks" if weeks else ""


class Planning:
    """One planning: what is fixed, what was planned before, and the steps from weeks to slots."""

    def __init__(self, openings: Openings, draw: Draw, fixed: list[Slot], old: list[Slot]) -> None:
        self.openings = openings
        self.terms = openings.terms
        self.draw = draw
        self.fixed = fixed
        self.row = {name: index for index, name in enumerate(openings.teachers)}
        self.column = {name: index for index, name in enumerate(openings.observers)}
        self.hour = {code: index for index, code in enumerate(openings.periods)}
        self.repair = bool(fixed or old)
        self.old_slots: dict[tuple[int, int], list[Slot]] = defaultdict(list)
        for visit in visits_of(old):
            place = self._placed(visit)
            if place is not None:
                self.old_slots[place.teacher, place.week] += visit
        self.done = [place for place in map(self._placed, visits_of(filter(counts, fixed))) if place]

    def _placed(self, visit: list[Slot]) -> Placed | None:
        """A visit in numbers, None when its teacher, time or all its observers are unknown by now."""
        slot, resolve = visit[0], self.terms.roster.resolve
        teacher = self.row.get(resolve(slot.teachers[0])) if slot.teachers else None
        week, hour = self.openings.week(slot.day), self.hour.get(slot.period or "")
        names = [resolve(one.observer) for one in visit]
        if teacher is None or week is None or hour is None:
            return None
        observers = tuple(sorted(self.column[name] for name in names if name in self.column))
        return Placed(teacher, week, slot.day.weekday(), hour, observers)

    def place(self) -> list[Placed]:
        """Choose weeks and place them; a teacher who finds no place in a week gets another one."""
        openings, terms = self.openings, self.terms
        held = np.zeros((len(openings.teachers), len(openings.weeks)), dtype=bool)
        for visit in self.done:
            held[visit.teacher, visit.week] = True
        able = openings.open_weeks()
        asked = able | held
        factor = 1 + terms.pair_share
        most = np.maximum(self._room() if self.repair else openings.most(), held.sum(axis=0))
        room = int(terms.fill * float(openings.seats().sum()) / factor + 1e-9)
        total = None if self.repair else min(room, math.ceil(RATE * able.sum() / terms.every))
        costs = self._costs()
        stuck: set[int] = set()
        for _ in range(ROUNDS):
            chosen = cover(
                asked,
                able | held,
                held,
                most,
                costs,
                every=terms.every,
                total=total,
                adjacent=REPAIR_ADJACENT if self.repair else NEW_ADJACENT,
            )
            if chosen is None:
                break
            placed, missed = self._weeks(chosen & ~held)
            if not missed:
                return placed
            for teacher, week in missed:
                able[teacher, week] = False
                stuck.add(week)
        raise no_place(tuple(openings.weeks[week] for week in sorted(stuck)))

    def _room(self) -> NDArray[np.int64]:
        """How many visits a week can hold when the pairs that were planned and still can be stay."""
        room = self.openings.seats()
        for (_, week), slots in self.old_slots.items():
            room[week] -= len(slots) > 1 and self._intact(slots)
        for visit in self.done:
            room[visit.week] -= max(0, len(visit.observers) - 1)
        return np.maximum(room, 0)

    def _intact(self, slots: list[Slot]) -> bool:
        """Whether a visit can still be made as it was planned."""
        visit, openings = self._placed(slots), self.openings
        if visit is None or len(visit.observers) < len(slots):
            return False
        cell = (visit.week, visit.day, visit.period)
        return bool(openings.free[(visit.teacher, *cell)]) and all(
            openings.reach[(observer, *cell)] and openings.capacity[observer, visit.week] > 0
            for observer in visit.observers
        )

    def _costs(self) -> NDArray[np.float64]:
        openings = self.openings
        costs = np.array(
            [
                [self.draw.number("week", f"{name}|{monday}") for monday in openings.weeks]
                for name in openings.teachers
            ]
        )
        if self.repair:
            costs = CHANGE + HINT_OF_CHANCE * costs
            for (teacher, week), slots in self.old_slots.items():
                costs[teacher, week] -= CHANGE + (KEPT if self._intact(slots) else 0.0)
        return costs

    def _weeks(self, chosen: NDArray[np.bool_]) -> tuple[list[Placed], list[tuple[int, int]]]:
        desk = Desk(self.openings, self.draw)
        for visit in self.done:
            desk.note(visit)
        pairs = self._pairs(chosen.sum(axis=0).tolist())
        placed: list[Placed] = []
        missed: list[tuple[int, int]] = []
        for week in range(len(self.openings.weeks)):
            teachers = np.flatnonzero(chosen[:, week]).tolist()
            old = {
                teacher: self._placed(self.old_slots[teacher, week])
                for teacher in teachers
                if (teacher, week) in self.old_slots
            }
            found, left = desk.place(
                week,
                teachers,
                [visit for visit in self.done if visit.week == week],
                {teacher: visit for teacher, visit in old.items() if visit is not None},
                {teacher for teacher in old if len(self.old_slots[teacher, week]) > 1},
                pairs=pairs[week],
            )
            placed += found
            missed += [(teacher, week) for teacher in left]
        return placed, missed

    def _pairs(self, visits: list[int]) -> list[int]:
        """How many visits of each week are paired; in a repair those that were."""
        found = [0] * len(visits)
        if self.repair:
            for (_, week), slots in self.old_slots.items():
                found[week] += len(slots) > 1
            return found
        room = self.openings.seats() - visits
        for _ in range(math.ceil(self.terms.pair_share * sum(visits) - 1e-9)):
            able = [week for week, count in enumerate(visits) if found[week] < min(count, room[week])]
            if not able:
                break
            found[min(able, key=lambda week: ((found[week] + 1) / visits[week], week))] += 1
        return found

    def slots(self, placed: list[Placed]) -> list[Slot]:
        """Give every visit its lesson part, mode and ids; what was planned before keeps them."""
        placed = sorted(placed, key=lambda one: (one.week, one.day, one.period, one.teacher))
        parts = self._parts(placed)
        modes = self._modes(placed)
        tries: Counter[tuple[int, int]] = Counter()
        for earlier in map(self._placed, visits_of(self.fixed)):
            if earlier is not None:
                tries[earlier.teacher, earlier.week] += 1
        openings, found = self.openings, []
        for visit, part, mode in zip(placed, parts, modes, strict=True):
            teacher, monday = openings.teachers[visit.teacher], openings.weeks[visit.week]
            before = self.old_slots.get((visit.teacher, visit.week), [])
            mine = {self.column.get(self.terms.roster.resolve(slot.observer)): slot.id for slot in before}
            number = tries[visit.teacher, visit.week]
            key = f"{self.terms.building}|{teacher}|{monday}|{number}"
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
                    teachers=(teacher,),
                    period=openings.periods[visit.period],
                    lesson_part=part,
                )
                for observer in visit.observers
            ]
        return found

    def _earlier(self, visit: Placed) -> Slot | None:
        return next(iter(self.old_slots.get((visit.teacher, visit.week), [])), None)

    def _parts(self, placed: list[Placed]) -> list[LessonPart]:
        """The part of each visit: the one that its period and its teacher had least often so far."""
        cells: Counter[tuple[int, LessonPart]] = Counter()
        own: Counter[tuple[int, LessonPart]] = Counter()
        told: list[LessonPart | None] = []
        for visit in placed:
            before = self._earlier(visit)
            told.append(before.lesson_part if before is not None and before.lesson_part in PARTS else None)
        fixed = [(self._placed(group), group[0].lesson_part) for group in visits_of(self.fixed)]
        for earlier, part in [*fixed, *zip(placed, told, strict=True)]:
            if earlier is not None and part is not None:
                cells[earlier.period, part] += 1
                own[earlier.teacher, part] += 1
        found: list[LessonPart] = []
        for visit, given in zip(placed, told, strict=True):
            chosen = given
            if chosen is None:
                name = f"{self.openings.teachers[visit.teacher]}|{self.openings.weeks[visit.week]}"
                chosen = min(
                    PARTS,
                    key=lambda one: (
                        cells[visit.period, one] + OWN_PART * own[visit.teacher, one],
                        cells[visit.period, one],
                        self.draw.number("part", f"{name}|{one.value}"),
                    ),
                )
                cells[visit.period, chosen] += 1
                own[visit.teacher, chosen] += 1
            found.append(chosen)
        return found

    def _modes(self, placed: list[Placed]) -> list[VisitMode]:
        """In every month the share that the terms ask for is announced, drawn by the key."""
        months: dict[tuple[int, int], list[int]] = defaultdict(list)
        total: Counter[tuple[int, int]] = Counter()
        announced: Counter[tuple[int, int]] = Counter()
        modes: dict[int, VisitMode] = {}
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
                modes[number] = before.mode
                announced[month] += before.mode is not VisitMode.RANDOM
        for month, numbers in months.items():
            most = total[month] - math.ceil(self.terms.policy.mix * total[month] - 1e-9)
            wanted = min(math.ceil(self.terms.told_share * total[month] - 1e-9), most) - announced[month]
            names = {
                f"{self.openings.teachers[placed[n].teacher]}|{self.openings.weeks[placed[n].week]}": n
                for n in numbers
            }
            for place, name in enumerate(self.draw.order("mode", names)):
                modes[names[name]] = VisitMode.SCHEDULED if place < wanted else VisitMode.RANDOM
        return [modes[number] for number in range(len(placed))]
