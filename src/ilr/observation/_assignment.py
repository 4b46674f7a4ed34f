"""Who sees whom at which day and period: pairs first, then one assignment a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.observation._keyed import Draw
from ilr.observation._openings import Openings

__all__ = ["Desk", "Placed", "Unit", "groups"]

Unit: TypeAlias = tuple[int, ...]  # numbers of teachers who are seen in one visit

UNPLACED, FORBIDDEN = 1e5, 1e9
STAY = 50.0
REPEATED_PERIOD, REPEATED_OBSERVER, LOAD, TIE = 3.0, 0.2, 0.1, 0.01


@attrs.frozen
class Placed:
    """One visit: numbers of its teachers, week, weekday, period and of its one or two observers."""

    teachers: tuple[int, ...]
    week: int
    day: int
    period: int
    observers: tuple[int, ...]


class Desk:
    """Places the visits of one week after another and keeps count of what was placed."""

    def __init__(
        self, openings: Openings, draw: Draw, joined: frozenset[tuple[int, int]] = frozenset()
    ) -> None:
        self.openings = openings
        self.joined = joined  # pairs of observers who meet in visits that are still to be placed
        self.draw = draw
        self.target = openings.target()
        self.owed = 0
        self.periods: NDArray[np.float64] = np.zeros(len(openings.periods))
        self.loads: NDArray[np.int64] = np.zeros(len(openings.observers), dtype=np.int64)
        self.used: Counter[tuple[int, int]] = Counter()
        self.seen_in: Counter[tuple[int, int]] = Counter()
        self.seen_by: Counter[tuple[int, int]] = Counter()
        self.paired_before: Counter[int] = Counter()

    def note(self, visit: Placed) -> None:
        """Count a visit, wherever it comes from."""
        self.periods[visit.period] += 1
        self.loads[list(visit.observers)] += 1
        self.used.update(combinations(sorted(visit.observers), 2))
        for teacher in visit.teachers:
            self.seen_in[teacher, visit.period] += 1
            self.seen_by.update((teacher, observer) for observer in visit.observers)
            self.paired_before[teacher] += len(visit.observers) - 1

    def place(
        self,
        week: int,
        units: list[Unit],
        fixed: list[Placed],
        old: dict[Unit, Placed],
        together: set[Unit],
        *,
        pairs: int,
    ) -> tuple[list[Placed], list[Unit]]:
        """Place the visits of a week beside those that took place already.

        Args:
            week: its number.
            units: those to be seen, together where they teach together.
            fixed: visits of the week that cannot be moved; they are counted by `note` before.
            old: visits of the week as they were planned before, by whom they see.
            together: those whose visit was planned as a paired one.
            pairs: how many visits two observers are to make together; what finds no place is owed to the
                next week.

        Returns:
            The visits, and those for whom no place was left.
        """
        left = self.openings.capacity[:, week].copy()
        taken: set[tuple[int, int, int]] = set()
        for visit in fixed:
            for observer in visit.observers:
                left[observer] -= 1
                taken.add((observer, visit.day, visit.period))
        left = np.maximum(left, 0)
        wanted = min(pairs + self.owed, len(units), max(0, int(left.sum()) - len(units)))
        best: tuple[list[Placed], list[Unit]] | None = None
        for number in dict.fromkeys((wanted, 0)):
            for even in (True, False) if not old else (False,):
                found = self._attempt(week, units, number, left.copy(), set(taken), old, together, even=even)
                if best is None or len(found[1]) < len(best[1]):
                    best = found
                if not best[1]:
                    break
            if best is not None and not best[1]:
                break
        assert best is not None  # noqa: S101  # one attempt is always made
        self.owed += pairs - sum(len(visit.observers) > 1 for visit in best[0])
        for visit in best[0]:
            self.note(visit)
        return best

    def _attempt(
        self,
        week: int,
        units: list[Unit],
        pairs: int,
        left: NDArray[np.int64],
        taken: set[tuple[int, int, int]],
        old: dict[Unit, Placed],
        together: set[Unit],
        *,
        even: bool,
    ) -> tuple[list[Placed], list[Unit]]:
        queue = sorted(
            units,
            key=lambda one: (
                one not in together,
                len(old[one].observers) < 2 if one in old else True,
                sum(self.paired_before[teacher] for teacher in one) / len(one),
                self.draw.number("pair", self.openings.name(one, week)),
            ),
        )
        placed: list[Placed] = []
        used, loads, periods = self.used.copy(), self.loads.copy(), self.periods.copy()
        for unit in queue:
            if len(placed) == pairs:
                break
            visit = self._pair(week, unit, left, taken, old.get(unit), used, loads, periods)
            if visit is None:
                continue
            placed.append(visit)
            first, second = visit.observers
            used[first, second] += 1
            periods[visit.period] += 1
            for observer in visit.observers:
                left[observer] -= 1
                loads[observer] += 1
                taken.add((observer, visit.day, visit.period))
        done = {visit.teachers for visit in placed}
        rest = [unit for unit in units if unit not in done]
        if even:
            left = self._quota(week, len(rest), left, loads)
        singles, missed = self._singles(week, rest, left, taken, old, periods)
        return placed + singles, missed

    def _pair(
        self,
        week: int,
        unit: Unit,
        left: NDArray[np.int64],
        taken: set[tuple[int, int, int]],
        old: Placed | None,
        used: Counter[tuple[int, int]],
        loads: NDArray[np.int64],
        periods: NDArray[np.float64],
    ) -> Placed | None:
        """The best two observers and cell for a visit, or None."""
        openings = self.openings
        group = groups(len(openings.observers), {*used, *self.joined})
        name, own = openings.name(unit, week), {openings.teachers[teacher] for teacher in unit}
        able = [
            number
            for number, observer in enumerate(openings.observers)
            if left[number] > 0 and observer not in own
        ]
        before = set(old.observers) if old else set()
        ranked = sorted(
            combinations(able, 2),
            key=lambda two: (
                -len(before & set(two)),
                group[two[0]] == group[two[1]],
                used[two],
                int(loads[two[0]] + loads[two[1]]),
                self.draw.number("two", f"{openings.observers[two[0]]}|{openings.observers[two[1]]}|{name}"),
            ),
        )
        surplus = periods - self.target * (periods.sum() + 1)
        moved: Placed | None = None
        for two in ranked:
            cells = np.argwhere(
                openings.open[unit][week] & openings.reach[two[0], week] & openings.reach[two[1], week]
            )
            choices = [
                (
                    old is None or (old.day, old.period) != (day, period),
                    float(surplus[period]) + sum(self.seen_in[one, period] for one in unit),
                    self.draw.number("cell", f"{name}|{day}|{openings.periods[period]}"),
                    day,
                    period,
                )
                for day, period in cells.tolist()
                if not any((observer, day, period) in taken for observer in two)
            ]
            if choices:
                *_, day, period = min(choices)
                found = Placed(unit, week, day, period, two)
                if old is None or (old.day, old.period) == (day, period):
                    return found
                moved = moved or found
        return moved

    def _quota(
        self, week: int, count: int, left: NDArray[np.int64], loads: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """How many of so many single visits each observer makes, so that loads come out even."""
        quota = np.zeros_like(left)
        names, monday = self.openings.observers, self.openings.weeks[week]
        size = np.maximum(self.openings.capacity.sum(axis=1), 1)
        tie = [self.draw.number("quota", f"{name}|{monday}") for name in names]
        for _ in range(min(count, int(left.sum()))):
            able = [number for number in range(len(names)) if quota[number] < left[number]]
            chosen = min(able, key=lambda one: ((loads[one] + quota[one] + 1) / size[one], tie[one]))
            quota[chosen] += 1
        return quota

    def _columns(
        self, week: int, left: NDArray[np.int64], taken: set[tuple[int, int, int]]
    ) -> NDArray[np.int64]:
        cells = np.argwhere(self.openings.reach[:, week] & (left > 0)[:, None, None])
        free = [cell for cell in cells.tolist() if tuple(cell) not in taken]
        return np.array(free, dtype=np.int64).reshape(-1, 3)

    def _ranks(
        self, week: int, columns: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The place of a column among those of its period, observers taking turns, and its draw."""
        names, monday = self.openings.observers, self.openings.weeks[week]
        drawn = [
            self.draw.number("cell", f"{names[observer]}|{monday}|{day}|{self.openings.periods[period]}")
            for observer, day, period in columns.tolist()
        ]
        turn: Counter[tuple[int, int]] = Counter()
        turns: list[tuple[int, float, int]] = []
        for place in np.argsort(drawn, kind="stable").tolist():
            observer, _, period = columns[place].tolist()
            turns.append((turn[observer, period], drawn[place], place))
            turn[observer, period] += 1
        found = np.zeros(len(columns))
        count: Counter[int] = Counter()
        for _, _, place in sorted(turns):
            period = int(columns[place, 2])
            found[place] = count[period]
            count[period] += 1
        return found, np.array(drawn)

    def _singles(
        self,
        week: int,
        units: list[Unit],
        left: NDArray[np.int64],
        taken: set[tuple[int, int, int]],
        old: dict[Unit, Placed],
        periods: NDArray[np.float64],
    ) -> tuple[list[Placed], list[Unit]]:
        """One assignment; rows beyond the visits fill what an observer has no time for."""
        from scipy.optimize import linear_sum_assignment

        if not units:
            return [], []
        openings, count = self.openings, len(units)
        columns = self._columns(week, left, taken)
        observers, days, hours = columns.T
        expected = self.target * (periods.sum() + count)
        scale = np.maximum(self.target * count, 0.5)
        ranks, drawn = self._ranks(week, columns)
        base = ((periods - expected)[hours] + ranks + 0.5) / scale[hours]
        spread = self.loads - self.loads.min(initial=0)
        base = base + LOAD * spread[observers] / max(1, int(spread.max(initial=0)))
        costs = np.full((count, len(columns) + count), UNPLACED)
        for row, unit in enumerate(units):
            own = np.array([sum(self.seen_in[one, hour] for one in unit) for hour in range(len(self.target))])
            by = np.array([sum(self.seen_by[one, observer] for one in unit) for observer in range(len(left))])
            tie = (
                TIE * self.draw.number("row", openings.name(unit, week)) * drawn
            )  # no two ways of placing cost the same
            cost = base + tie + REPEATED_PERIOD * (own - own.min())[hours]
            cost = cost + REPEATED_OBSERVER * (by - by.min(initial=0))[observers]
            before = old.get(unit)
            if before is not None:
                time = (days == before.day) & (hours == before.period)
                person = np.isin(observers, before.observers)
                cost = cost - STAY * (time & person) - 1.0 * time - person
            names = {openings.teachers[one] for one in unit}
            shut = ~openings.open[unit][week, days, hours]
            shut |= np.array([name in names for name in openings.observers])[observers]
            costs[row, : len(columns)] = np.where(shut, FORBIDDEN, cost)
        fill = np.maximum(np.bincount(observers, minlength=len(left)) - left, 0)
        owner = np.repeat(np.arange(len(left)), fill)
        dummies = np.full((len(owner), costs.shape[1]), FORBIDDEN)
        dummies[:, : len(columns)][owner[:, None] == observers[None, :]] = 0.0
        chosen_rows, chosen = linear_sum_assignment(np.vstack([costs, dummies]))
        placed: list[Placed] = []
        missed: list[Unit] = []
        for row, column in zip(chosen_rows[:count].tolist(), chosen[:count].tolist(), strict=True):
            if column >= len(columns):
                missed.append(units[row])
            else:
                observer, day, period = columns[column].tolist()
                placed.append(Placed(units[row], week, day, period, (observer,)))
        return placed, missed


def groups(count: int, used: Iterable[tuple[int, int]]) -> list[int]:
    """The number of the group of each observer, joined by pairs that were placed."""
    group = list(range(count))
    for first, second in used:
        one, other = group[first], group[second]
        if one != other:
            group = [one if each == other else each for each in group]
    return group
