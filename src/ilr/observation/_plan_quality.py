"""How good a plan is, read from its slots alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import combinations, pairwise

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import read_only
from ilr.forms import LessonPart, Outcome, VisitMode
from ilr.observation._mix import distance, least_distance, quotas
from ilr.observation._openings import PARTS, Openings
from ilr.observation._terms import PlanTerms
from ilr.observation.visits import Slot

__all__ = ["PlanQuality", "Predictability", "counts", "plan_quality", "visits_of"]

LAST = 4  # visits of a teacher that are to differ, ILR-3.KI.3


@attrs.frozen(field_transformer=read_only)
class Predictability:
    """How far a teacher can tell in which week the next visit comes. Equal when all fields are equal.

    Attributes:
        at_risk: how often a teacher stood unseen one week after the last visit, two weeks, and so on.
        visited: how often the visit came in that week.
        every: the longest gap that the terms allow; a visit then is certain.
    """

    at_risk: tuple[int, ...]
    visited: tuple[int, ...]
    every: int

    @property
    def hazard(self) -> tuple[float, ...]:
        """The share of visits among those who stood unseen, one week after the last, two weeks, and so on."""
        return tuple(came / count for came, count in zip(self.visited, self.at_risk, strict=True))

    @property
    def forced_share(self) -> float | None:
        """Share of visits whose successor came when it was certain; None when no visit has a week after it.

        The first visit of a plan has none before it and is not counted.
        """
        certain = self.visited[self.every - 1] if len(self.visited) >= self.every else 0
        return certain / self.at_risk[0] if self.at_risk else None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PlanQuality:
    """What a plan is like. Equal when all fields are equal.

    Attributes:
        visits: number of visits; a paired visit is one.
        conflicts: times at which somebody would be in two places.
        out_of_hours: visits at a time when the teacher or an observer cannot.
        over_capacity: visits beyond what an observer can make in a week.
        window_least: fewest visits of a teacher in a run of weeks, None without such a run.
        window_most: most visits of a teacher in a run of weeks, None without such a run.
        skipped: runs of weeks in which a teacher cannot be seen at all; they are left out.
        longest_gap: largest number of weeks from one visit of a teacher to the next, the ends of the plan
            standing as visits and an earlier visit as its own; teachers who cannot be seen in some week are
            left out.
        adjacent: visits in the week after another one of the same teacher.
        load_spread: difference of the most and least visits that an observer makes.
        total_variation: half the sum of absolute differences between the shares of visits in each period and
            lesson part and those of teachable time, 0 when equal.
        least_variation: the least that so many whole visits permit.
        mode_variation: the same as total variation, with the cells cut once more into announced visits and
            others, as the terms ask for.
        least_mode_variation: the least that so many announced and other visits permit. It holds what P-MIX
            adds, which rounds up in every month.
        cell_least: fewest visits in a teachable period and lesson part.
        cell_most: most visits in a teachable period and lesson part.
        diversity: of the teachers with two visits or more the share whose last four lie in two or more
            periods and lesson parts (ILR-3.KI.3), None without such teachers.
        paired: share of visits made by two observers.
        pair_components: groups of observers that no chain of paired visits joins; 1 when all are joined.
        pair_visits: least visits of an observer pair that has any, 0 without pairs.
        announced: share of visits of which the teacher is told.
        predictability: how far visits can be foreseen.
        forced_share: share of visits whose successor came when it was certain, because the run of weeks
            allowed no longer gap; the first visit of a teacher has none before it and is not counted. None
            when no visit has a week after it.
        changed: slots that a repair added, took away or altered; 0 for a new plan.
    """

    visits: int
    conflicts: int
    out_of_hours: int
    over_capacity: int
    window_least: int | None
    window_most: int | None
    skipped: int
    longest_gap: int
    adjacent: int
    load_spread: int
    total_variation: float
    least_variation: float
    mode_variation: float
    least_mode_variation: float
    cell_least: int
    cell_most: int
    diversity: float | None
    paired: float
    pair_components: int
    pair_visits: int
    announced: float
    predictability: Predictability
    forced_share: float | None
    changed: int = 0


def counts(slot: Slot) -> bool:
    """Whether a slot is a visit that covers: still ahead, or held with the teacher."""
    return slot.outcome in (None, Outcome.HELD)


def visits_of(slots: Iterable[Slot]) -> list[list[Slot]]:
    """Slots of the same teachers, day and period together, in order of time."""
    found: dict[tuple[tuple[str, ...], date, str], list[Slot]] = defaultdict(list)
    for slot in slots:
        found[slot.teachers, slot.day, slot.period or ""].append(slot)
    return sorted(found.values(), key=lambda visit: (visit[0].day, visit[0].period or "", visit[0].id))


def plan_quality(slots: Iterable[Slot], terms: PlanTerms, *, changed: int = 0) -> PlanQuality:
    """Measure a plan against its terms.

    Args:
        slots: the slots of the building; those that were not held count nowhere.
        terms: the terms.
        changed: what a repair changed.

    Returns:
        The measures, all counted from the slots.
    """
    openings = Openings(terms)
    resolve = terms.roster.resolve
    mine = [slot for slot in slots if counts(slot) and slot.building == terms.building]
    mine = [slot for slot in mine if openings.week(slot.day) is not None]
    visits = visits_of(mine)
    row = {name: index for index, name in enumerate(openings.teachers)}
    column = {name: index for index, name in enumerate(openings.observers)}
    hour = {code: index for index, code in enumerate(openings.periods)}
    seen = np.zeros((len(row), len(openings.weeks)), dtype=np.int64)
    cells = np.zeros((2, len(hour), len(PARTS)), dtype=np.int64)
    loads = np.zeros(len(column), dtype=np.int64)
    weekly: Counter[tuple[int, int]] = Counter()
    taken: Counter[tuple[str, date, str | None]] = Counter()
    used: Counter[tuple[str, ...]] = Counter()
    history: dict[int, list[tuple[str | None, LessonPart]]] = defaultdict(list)
    closed = 0
    for visit in visits:
        slot = visit[0]
        week = openings.week(slot.day)
        teachers = [row[name] for name in map(resolve, slot.teachers) if name in row]
        observers = [resolve(one.observer) for one in visit]
        at = (week, slot.day.weekday(), hour.get(slot.period or "", -1))
        ahead = slot.outcome is None
        for name in (*map(resolve, slot.teachers), *observers):
            taken[name, slot.day, slot.period] += 1
        for teacher in teachers:
            seen[teacher, week] += 1
            history[teacher].append((slot.period, slot.lesson_part))
        reachable = [bool(openings.reach[(column[name], *at)]) for name in observers if name in column]
        free = [bool(openings.free[(teacher, *at)]) for teacher in teachers]
        closed += ahead and (at[2] < 0 or not all(reachable) or not all(free) or not free)
        for name in observers:
            if name in column and week is not None:
                loads[column[name]] += 1
                weekly[column[name], week] += 1
        if at[2] >= 0 and slot.lesson_part in PARTS:
            cells[int(slot.mode is VisitMode.RANDOM), at[2], PARTS.index(slot.lesson_part)] += 1
        used.update(combinations(sorted(observers), 2))
    target = openings.mix()
    modes = np.stack([target * terms.told_share, target * (1 - terms.told_share)])
    both = cells.sum(axis=0)
    teachable = both[target > 0]
    foreseen = _predictability(seen, terms.every)
    windows, skipped = _windows(seen, openings.open_weeks(), terms.every)
    several = [one[-LAST:] for one in history.values() if len(one) > 1]
    varied = [len({p for p, _ in one}) > 1 and len({part for _, part in one}) > 1 for one in several]
    return PlanQuality(
        visits=len(visits),
        conflicts=sum(count - 1 for count in taken.values()),
        out_of_hours=closed,
        over_capacity=sum(
            max(0, count - int(openings.capacity[observer, week]))
            for (observer, week), count in weekly.items()
        ),
        window_least=min(windows, default=None),
        window_most=max(windows, default=None),
        skipped=skipped,
        longest_gap=_longest(seen, openings),
        adjacent=int(((seen[:, 1:] > 0) & (seen[:, :-1] > 0)).sum()),
        load_spread=int(loads.max() - loads.min()),
        total_variation=distance(both, target),
        least_variation=least_distance(target, int(both.sum())),
        mode_variation=distance(cells, modes),
        least_mode_variation=_least_mode_variation(target, modes, cells),
        cell_least=int(teachable.min(initial=both.sum())),
        cell_most=int(both.max(initial=0)),
        diversity=sum(varied) / len(varied) if varied else None,
        paired=sum(len(visit) > 1 for visit in visits) / max(1, len(visits)),
        pair_components=_components(_active(openings, used), used),
        pair_visits=min(used.values(), default=0),
        announced=sum(visit[0].mode is not VisitMode.RANDOM for visit in visits) / max(1, len(visits)),
        predictability=foreseen,
        forced_share=foreseen.forced_share,
        changed=changed,
    )


def _windows(seen: NDArray[np.int64], able: NDArray[np.bool_], every: int) -> tuple[list[int], int]:
    found: list[int] = []
    skipped = 0
    for start in range(seen.shape[1] - every + 1):
        run = slice(start, start + every)
        held = able[:, run].any(axis=1) | (seen[:, run] > 0).any(axis=1)
        skipped += int((~held).sum())
        found += seen[held, run].sum(axis=1).tolist()
    return found, skipped


def _longest(seen: NDArray[np.int64], openings: Openings) -> int:
    always = openings.open_weeks().all(axis=1)
    weeks, gaps = seen.shape[1], [0]
    for before, now in zip(openings.seen[always], seen[always], strict=True):
        earlier = [week - weeks for week in np.flatnonzero(before[:weeks]).tolist()]
        marks = [earlier[-1] if earlier else -1, *np.flatnonzero(now).tolist(), weeks]
        gaps += [later - first for first, later in pairwise(marks)]
    return max(gaps)


def _least_mode_variation(
    target: NDArray[np.float64], modes: NDArray[np.float64], counts: NDArray[np.int64]
) -> float:
    if not counts.sum() or not target.any():
        return 0.0
    return distance(np.stack([quotas(target, int(one.sum())) for one in counts]), modes)


def _active(openings: Openings, used: Iterable[tuple[str, ...]]) -> list[str]:
    """Observers who can come in some week, or came in a pair."""
    came = {name for pair in used for name in pair}
    able = openings.seats_of().sum(axis=1) > 0
    return [name for name, can in zip(openings.observers, able, strict=True) if can or name in came]


def _components(names: Iterable[str], used: Iterable[tuple[str, ...]]) -> int:
    group = {name: name for name in names}
    for first, second in used:
        one, other = group.get(first, first), group.get(second, second)
        group = {name: one if held == other else held for name, held in group.items()}
    return len(set(group.values()))


def _predictability(seen: NDArray[np.int64], every: int) -> Predictability:
    risk: Counter[int] = Counter()
    came: Counter[int] = Counter()
    weeks = seen.shape[1]
    for one in seen:
        places = [*np.flatnonzero(one).tolist(), weeks]
        for before, after in pairwise(places):
            risk.update(range(1, min(after, weeks - 1) - before + 1))
            came[after - before] += after < weeks
    return Predictability(
        tuple(risk[gap] for gap in sorted(risk)),
        tuple(came[gap] for gap in sorted(risk)),
        every,
    )
