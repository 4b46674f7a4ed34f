"""When who can be visited by whom: the terms of a plan as arrays of weeks, days and periods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ilr.base import Window

if TYPE_CHECKING:
    from ilr.observation._terms import PlanTerms

__all__ = ["Openings", "monday_of", "weeks_of"]

DAYS = 7


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
        reach: whether an observer can come, by observer, week, weekday and period.
        capacity: visits of an observer in a week.
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

    def close_before(self, day: date) -> None:
        """Nothing can be planned before a day any more."""
        for each, cell in self._cell.items():
            if each < day:
                self.free[(slice(None), *cell)] = False

    def week(self, day: date) -> int | None:
        """The number of the week of a day, None outside the plan."""
        monday = monday_of(day)
        return self.weeks.index(monday) if monday in self.weeks else None

    def day(self, week: int, weekday: int) -> date:
        """The date of a weekday."""
        return self.weeks[week] + timedelta(days=weekday)

    def open_weeks(self) -> NDArray[np.bool_]:
        """Whether a teacher can be seen by some observer in a week, by teacher and week."""
        able = self.reach & (self.capacity > 0)[:, :, None, None]
        found = np.zeros((len(self.teachers), len(self.weeks)), dtype=bool)
        for row, teacher in enumerate(self.teachers):
            others = [number for number, name in enumerate(self.observers) if name != teacher]
            if others:
                found[row] = (self.free[row] & able[others].any(axis=0)).any(axis=(1, 2))
        return found

    def seats(self) -> NDArray[np.int64]:
        """How many visits the observers can make in a week."""
        room = self.reach.sum(axis=(2, 3))
        seats: NDArray[np.int64] = np.minimum(self.capacity, room).sum(axis=0)
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
