"""When who can be visited by whom: the terms of a plan as arrays of weeks, days and periods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ilr.base import Window
from ilr.forms import LessonPart, Outcome

if TYPE_CHECKING:
    from ilr.observation._terms import PlanTerms
    from ilr.observation.visits import Slot

__all__ = ["PARTS", "Openings", "monday_of", "weeks_of"]

DAYS = 7
PARTS = (LessonPart.OPENING, LessonPart.MIDDLE, LessonPart.CLOSING)


def monday_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def weeks_of(terms: PlanTerms) -> tuple[date, ...]:
    """The Mondays of the weeks that hold an instructional day of the window."""
    days = terms.calendar.between(terms.window.start, terms.window.end)
    return tuple(sorted({monday_of(day) for day in days}))


class Openings:
    """Who is free when, people in the order of their ids.

    Attributes:
        weeks: the Mondays.
        teachers: ids of those who can be visited at some time.
        observers: ids of the observers.
        free: whether a teacher can be seen, by teacher, week, weekday and period.
        open: the same for those who are seen in one visit, by their numbers: each teacher alone, and the
            teachers of a class that is taught together.
        reach: whether an observer can come, by observer, week, weekday and period.
        capacity: visits of an observer in a week.
        seen: visits of a teacher by week, first as many weeks before the plan as it has itself and then its
            own, which are empty.
    """

    def __init__(self, terms: PlanTerms) -> None:
        roster, periods = terms.roster, tuple(terms.periods)
        self.terms = terms
        self.weeks = weeks_of(terms)
        self.periods = periods
        place = {monday: index for index, monday in enumerate(self.weeks)}
        days = terms.calendar.between(terms.window.start, terms.window.end)
        self._cell = {day: (place[monday_of(day)], day.weekday()) for day in days}
        shape = (len(self.weeks), DAYS, len(periods))

        self.teachers = tuple(sorted(roster.teachers(terms.building, terms.window)))
        self.free: NDArray[np.bool_] = np.zeros((len(self.teachers), *shape), dtype=bool)
        taught = self._taught()
        for row, teacher in enumerate(self.teachers):
            own = taught.get(teacher) or set(periods)
            hours = np.array([period in own for period in periods])
            for day in roster.observable_days(teacher, terms.building, days):
                self.free[row][self._cell[day]] = hours
        there = self.free.copy()

        observers = sorted(terms.observers, key=lambda one: roster.resolve(one.id))
        self.observers = tuple(roster.resolve(one.id) for one in observers)
        self.capacity = np.array(
            [[dict(one.weeks).get(monday, one.weekly) for monday in self.weeks] for one in observers],
            dtype=np.int64,
        ).reshape(len(observers), len(self.weeks))
        self.reach: NDArray[np.bool_] = np.zeros((len(observers), *shape), dtype=bool)
        for day in days:
            self.reach[(slice(None), *self._cell[day])] = True
        self._leave()
        self._busy()
        self._elsewhere()
        self.open = self._companies(there)
        self.seen = self._earlier()

    def _taught(self) -> dict[str, set[str]]:
        """The periods at which the sections of a teacher meet."""
        terms, found = self.terms, dict[str, set[str]]()
        for section in terms.roster.sections:
            if section.building == terms.building:
                for teacher in terms.roster.persons(section.teachers):
                    found.setdefault(teacher, set()).update(section.periods)
        return found

    def _shut(self, grid: NDArray[np.bool_], window: Window, hours: NDArray[np.bool_]) -> None:
        for day, cell in self._cell.items():
            if day in window:
                grid[cell] &= ~hours

    def _leave(self) -> None:
        """Nobody comes to observe while on leave; the roster tells it of teachers itself."""
        columns = {name: self.reach[row] for row, name in enumerate(self.observers)}
        hours = np.ones(len(self.periods), dtype=bool)
        for leave in self.terms.roster.leaves:
            person = self.terms.roster.resolve(leave.person)
            if person in columns:
                self._shut(columns[person], leave.window, hours)

    def _busy(self) -> None:
        """A person who teaches and observes is busy for both."""
        rows = {name: self.free[row] for row, name in enumerate(self.teachers)}
        columns = {name: self.reach[row] for row, name in enumerate(self.observers)}
        for busy in self.terms.busy:
            hours = np.array([not busy.periods or period in busy.periods for period in self.periods])
            for person in self.terms.roster.persons(busy.people):
                for grids in (rows, columns):
                    if person in grids:
                        self._shut(grids[person], busy.window, hours)

    def _elsewhere(self) -> None:
        """Visits to other buildings take the time and the seats of those who make them."""
        rows = {name: self.free[row] for row, name in enumerate(self.teachers)}
        columns = {name: row for row, name in enumerate(self.observers)}
        resolve, hour = self.terms.roster.resolve, {code: n for n, code in enumerate(self.periods)}
        for slot in self.terms.known:
            cell, week = self._cell.get(slot.day), self.week(slot.day)
            if slot.building == self.terms.building or slot.outcome not in (None, Outcome.HELD):
                continue
            observer = columns.get(resolve(slot.observer))
            if observer is not None and week is not None:
                self.capacity[observer, week] = max(0, self.capacity[observer, week] - 1)
            if cell is None:
                continue
            hours = slice(None) if slot.period is None else hour.get(slot.period)
            people = [rows[name] for name in map(resolve, slot.teachers) if name in rows]
            people += [] if observer is None else [self.reach[observer]]
            for grid in people if hours is not None else ():
                grid[(*cell, hours)] = False

    def _companies(self, there: NDArray[np.bool_]) -> dict[tuple[int, ...], NDArray[np.bool_]]:
        """Who is seen together: all who teach a class are, unless they are on leave that day."""
        found: dict[tuple[int, ...], NDArray[np.bool_]] = {
            (row,): grid.copy() for row, grid in enumerate(self.free)
        }
        number = {name: row for row, name in enumerate(self.teachers)}
        for hour, period in enumerate(self.periods):
            joined: dict[int, frozenset[int]] = {}
            for section in self.terms.roster.sections:
                if section.building != self.terms.building or period not in section.periods:
                    continue
                names = self.terms.roster.persons(section.teachers)
                group = frozenset(number[name] for name in names if name in number)
                group = group.union(*(joined[one] for one in group if one in joined))
                joined.update(dict.fromkeys(group, group))
            for group in sorted(set(joined.values()), key=sorted):
                for week, day in np.ndindex(*there.shape[1:3]):
                    party = tuple(one for one in sorted(group) if there[one, week, day, hour])
                    if len(party) > 1:
                        cell = (week, day, hour)
                        grid = found.setdefault(party, np.zeros(there.shape[1:], dtype=bool))
                        grid[cell] = all(self.free[(one, *cell)] for one in party)
                        for one in party:
                            found[one,][cell] = False
        return found

    def _earlier(self) -> NDArray[np.int64]:
        terms, row = self.terms, {name: row for row, name in enumerate(self.teachers)}
        before = terms.calendar.between(date.min, terms.window.start - timedelta(days=1))
        mondays = sorted({monday_of(day) for day in before} - set(self.weeks))[-len(self.weeks) :]
        seen = np.zeros((len(row), 2 * len(self.weeks)), dtype=np.int64)
        for teachers, day in {(slot.teachers, slot.day): None for slot in self._past()}:
            if monday_of(day) in mondays:
                for name in map(terms.roster.resolve, teachers):
                    if name in row:
                        seen[row[name], len(self.weeks) - len(mondays) + mondays.index(monday_of(day))] += 1
        return seen

    def _past(self) -> list[Slot]:
        return [
            slot
            for slot in self.terms.known
            if slot.building == self.terms.building
            and slot.day < self.terms.window.start
            and slot.outcome in (None, Outcome.HELD)
        ]

    def close_before(self, day: date) -> None:
        """Nothing can be planned before a day any more."""
        for each, cell in self._cell.items():
            if each < day:
                self.free[(slice(None), *cell)] = False
                self.reach[(slice(None), *cell)] = False
                for grid in self.open.values():
                    grid[cell] = False

    def name(self, teachers: tuple[int, ...], week: int) -> str:
        """What draws call a visit of some teachers in a week."""
        return f"{'+'.join(self.teachers[one] for one in teachers)}|{self.weeks[week]}"

    def week(self, day: date) -> int | None:
        """The number of the week of a day, None outside the plan."""
        monday = monday_of(day)
        return self.weeks.index(monday) if monday in self.weeks else None

    def day(self, week: int, weekday: int) -> date:
        """The date of a weekday."""
        return self.weeks[week] + timedelta(days=weekday)

    def open_units(self) -> NDArray[np.bool_]:
        """Whether those who are seen together can be seen in a week, by their place in `open` and week."""
        able = self.reach & (self.capacity > 0)[:, :, None, None]
        found = np.zeros((len(self.open), len(self.weeks)), dtype=bool)
        for place, (members, grid) in enumerate(self.open.items()):
            own = {self.teachers[one] for one in members}
            others = [number for number, name in enumerate(self.observers) if name not in own]
            if others:
                found[place] = (grid & able[others].any(axis=0)).any(axis=(1, 2))
        return found

    def open_weeks(self) -> NDArray[np.bool_]:
        """Whether a teacher can be seen by some observer in a week, by teacher and week."""
        found: NDArray[np.bool_] = self.membership() @ self.open_units()
        return found

    def membership(self) -> NDArray[np.bool_]:
        """Whether a teacher is among those who are seen together, by teacher and place in `open`."""
        found = np.zeros((len(self.teachers), len(self.open)), dtype=bool)
        for place, members in enumerate(self.open):
            found[list(members), place] = True
        return found

    def company(self) -> NDArray[np.int64]:
        """The most teachers who are seen in one visit with a teacher, alone 1."""
        sizes = np.array([len(members) for members in self.open])
        most: NDArray[np.int64] = (self.membership() * sizes).max(axis=1, initial=1)
        return most

    def seats_of(self) -> NDArray[np.int64]:
        """How many visits an observer can make in a week."""
        seats: NDArray[np.int64] = np.minimum(self.capacity, self.reach.sum(axis=(2, 3)))
        return seats

    def seats(self) -> NDArray[np.int64]:
        """How many visits the observers can make in a week."""
        seats: NDArray[np.int64] = self.seats_of().sum(axis=0)
        return seats

    def most(self) -> NDArray[np.int64]:
        """How many visits a week can hold beside its share of paired ones, fractions carried on."""
        seats = self.seats()
        sums = np.floor(np.cumsum(seats) / (1 + self.terms.pair_share) + 1e-9).astype(np.int64)
        return np.minimum(np.diff(sums, prepend=0), seats)

    def target(self) -> NDArray[np.float64]:
        """The share of teachable time in each period."""
        counts = self.free.sum(axis=(0, 1, 2)).astype(np.float64)
        shares: NDArray[np.float64] = counts / max(counts.sum(), 1.0)
        return shares

    def mix(self) -> NDArray[np.float64]:
        """The share of teachable time in each period and lesson part, the parts being of one length."""
        return np.repeat(self.target()[:, None] / len(PARTS), len(PARTS), axis=1)
