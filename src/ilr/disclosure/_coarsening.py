"""Breakdowns of records at one level of their hierarchies, and the order in which levels are tried.

Here belongs how values are rolled up, and who stands in which cell. Not here: which cells are told
(`ilr.disclosure._telling`).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs

from ilr.base import Checker, Roster
from ilr.observation import ObservationTable
from ilr.observation._summaries import records_of

__all__ = ["ALL", "Breakdown", "Cells", "Dimension", "breakdown_at", "checked_parents", "groups_of", "levels"]

ALL = "(all)"
"""The value of a column in a margin, where it is summed over."""

Key = tuple[str, ...]
Group = tuple[str, ...]
"""The resolved teachers of one record; one, unless they teach together."""
Cells = Mapping[Key, Mapping[Group, int]]
"""For each cell the number of records of each group of teachers."""
Parents = Mapping[str, str]


@attrs.frozen(eq=False, kw_only=True)
class Dimension:
    """A column at one level of its hierarchy.

    Attributes:
        values: what the column is broken down by.
        originals: the values of the table behind each of them.
        groupings: for each coarser level the group of every value.
    """

    values: tuple[str, ...]
    originals: Mapping[str, tuple[str, ...]]
    groupings: tuple[tuple[str, ...], ...]

    @cached_property
    def places(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Each label with its values, in the order in which `ilr.stats.suppression` puts sums."""
        found = [(value, frozenset([value])) for value in self.values]
        for grouping in self.groupings:
            for label in dict.fromkeys(grouping):
                inside = (value for value, group in zip(self.values, grouping, strict=True) if group == label)
                found.append((label, frozenset(inside)))
        return (*found, (ALL, frozenset(self.values)))

    @cached_property
    def tiers(self) -> tuple[Mapping[str, int], ...]:
        """For the values, for each coarser level and for the sum: the place of each value of the table."""
        found: list[dict[str, int]] = [{}]
        for place, (_, values) in enumerate(self.places):
            originals = [original for value in values for original in self.originals[value]]
            if any(original in found[-1] for original in originals):
                found.append({})
            found[-1].update(dict.fromkeys(originals, place))
        return tuple(found)

    def repeats(self, place: int) -> bool:
        """Whether a group is a value that has no coarser one and so stands there already."""
        label = self.places[place][0]
        return any(label == earlier for earlier, _ in self.places[:place])


@attrs.frozen(eq=False, kw_only=True)
class Breakdown:
    """The cells of a table at one level of each column.

    Attributes:
        by: the columns.
        steps: how often each was rolled up.
        dimensions: the columns at this level.
        cells: who stands in which cell.
    """

    by: tuple[str, ...]
    steps: tuple[int, ...]
    dimensions: tuple[Dimension, ...]
    cells: Cells

    @property
    def hierarchies(self) -> dict[int, Sequence[Sequence[str]]]:
        """The groupings as `ilr.stats.suppression` takes them."""
        return {place: one.groupings for place, one in enumerate(self.dimensions) if one.groupings}

    def rolled(self, cells: Cells) -> Cells:
        """Cells of the values of the table as cells of this level."""
        upward = [
            {original: value for value, originals in one.originals.items() for original in originals}
            for one in self.dimensions
        ]
        found: dict[Key, Counter[Group]] = {}
        for key, groups in cells.items():
            to = tuple(names[value] for names, value in zip(upward, key, strict=True))
            found.setdefault(to, Counter()).update(groups)
        return found

    def places(self) -> Iterator[tuple[tuple[int, ...], Key]]:
        """The place and the key of every cell and sum that is told under its own name."""
        for place in itertools.product(*(range(len(one.places)) for one in self.dimensions)):
            if not any(one.repeats(at) for one, at in zip(self.dimensions, place, strict=True)):
                yield place, self.key(place)

    def key(self, place: Sequence[int]) -> Key:
        """The labels at a place."""
        return tuple(one.places[at][0] for one, at in zip(self.dimensions, place, strict=True))

    def together(self, cells: Cells, place: Sequence[int]) -> Counter[Group]:
        """The records of each group of teachers in a cell or sum."""
        wanted = [one.places[at][1] for one, at in zip(self.dimensions, place, strict=True)]
        found: Counter[Group] = Counter()
        for key in itertools.product(*wanted):
            found.update(cells.get(key, {}))
        return found

    @property
    def tiers(self) -> Iterator[tuple[Mapping[str, int], ...]]:
        """For each level of each column, and every combination of them, the place of each value of the table."""
        return itertools.product(*(one.tiers for one in self.dimensions))

    def part(self, table: ObservationTable, place: Sequence[int]) -> ObservationTable:
        """The records of a cell or sum."""
        facts: dict[str, list[str]] = {}
        for name, one, at in zip(self.by, self.dimensions, place, strict=True):
            label, values = one.places[at]
            if label != ALL:
                facts[name] = [original for value in sorted(values) for original in one.originals[value]]
        return table.where(**facts) if facts else table

    def nested(self, of: Callable[[Key], Any]) -> Any:
        """Nested lists over the cells without sums, as `ilr.stats.suppression` reads them."""
        return _nested([one.values for one in self.dimensions], of)

    def nested_sums(self, of: Callable[[tuple[int, ...]], Any]) -> Any:
        """The same over the places of cells and sums."""
        return _nested([tuple(range(len(one.places))) for one in self.dimensions], of)


def groups_of(
    table: ObservationTable, by: Sequence[str], roster: Roster, *, item: str | None = None
) -> Cells:
    """The records of each group of resolved teachers in each cell; of an item, when given, those that rate it."""
    found: dict[Key, Counter[Group]] = {}
    for key, teachers, count in records_of(table, by, item=item):
        found.setdefault(key, Counter())[tuple(sorted(roster.persons(teachers)))] += count
    return found


def checked_parents(
    hierarchies: Mapping[str, Parents], by: Sequence[str], cells: Cells
) -> tuple[Parents, ...]:
    """The hierarchy of each column.

    Raises:
        InvalidInput: for a hierarchy of another column, one that leads in a circle, a group that is named like
            a value of the table.
    """
    check = Checker("publish")
    for name, parents in hierarchies.items():
        path = f"hierarchies[{name}]"
        if not check(
            name in by, "publish.hierarchy", path, "is of no column of the breakdown", expected="one of by"
        ):
            continue
        values = {key[list(by).index(name)] for key in cells}
        circular = any(_chain(value, parents)[-1] in parents for value in parents)
        check(not circular, "publish.hierarchy", path, "leads in a circle", expected="coarser groups")
        check(
            values.isdisjoint(parents.values()) and ALL not in parents.values(),
            "publish.hierarchy",
            path,
            "names a group like a value",
            expected="names that are no values of the column",
        )
    check.done()
    return tuple(hierarchies.get(name, {}) for name in by)


def levels(parents: Sequence[Parents], cells: Cells) -> Iterator[tuple[int, ...]]:
    """How often to roll up each column, the finest level first."""
    depths = []
    for place, chain in enumerate(parents):
        depths.append(max((len(_chain(key[place], chain)) - 1 for key in cells), default=0))
    combinations = itertools.product(*(range(depth + 1) for depth in depths))
    yield from sorted(combinations, key=lambda steps: (sum(steps), steps))


def breakdown_at(
    steps: tuple[int, ...], parents: Sequence[Parents], by: Sequence[str], cells: Cells
) -> Breakdown:
    """The breakdown in which each column is rolled up so often."""
    dimensions = []
    for place, (step, chain) in enumerate(zip(steps, parents, strict=True)):
        chains = {value: _chain(value, chain) for value in sorted({key[place] for key in cells})}
        originals: dict[str, tuple[str, ...]] = {}
        above: dict[str, list[str]] = {}
        for value, path in chains.items():
            label = path[min(step, len(path) - 1)]
            originals[label] = (*originals.get(label, ()), value)
            above[label] = path[min(step, len(path) - 1) :]
        values = tuple(sorted(above))
        deepest = max((len(path) for path in above.values()), default=1)
        groupings = tuple(
            tuple(above[value][min(level, len(above[value]) - 1)] for value in values)
            for level in range(1, deepest)
        )
        dimensions.append(Dimension(values=values, originals=originals, groupings=groupings))
    empty = Breakdown(by=tuple(by), steps=steps, dimensions=tuple(dimensions), cells={})
    return attrs.evolve(empty, cells=empty.rolled(cells))


def _chain(value: str, parents: Parents) -> list[str]:
    """A value and what it is rolled up to, step by step; in a circle it ends where it began."""
    path = [value]
    while path[-1] in parents and len(path) <= len(parents):
        path.append(parents[path[-1]])
    return path


def _nested(axes: Sequence[Sequence[Any]], of: Callable[[tuple[Any, ...]], Any]) -> Any:
    def level(prefix: tuple[Any, ...]) -> Any:
        if len(prefix) == len(axes):
            return of(prefix)
        return [level((*prefix, value)) for value in axes[len(prefix)]]

    return level(())
