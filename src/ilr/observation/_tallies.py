"""Counts of ratings in groups of records, all items and groups in one pass over the columns.

Here belongs what shares are made of: how often each level was given, by how many teachers and visits, and the
clusters behind an interval. Not here: what is said of the counts (`_summaries`).
"""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.observation.table import MISSING_KINDS, ObservationTable, people

__all__ = ["Tally", "tally"]

Ints = NDArray[np.int64]


@attrs.frozen(eq=False, kw_only=True)
class Tally:
    """Counts by cell; the cell of group g and item i is g * items + i.

    Attributes:
        cells: number of cells.
        clusters: the levels of each cell and teacher, shape (clusters, levels), in order of cell.
        starts: where the clusters of each cell begin, and of the last one end; shape (cells + 1,).
        not_observed: ratings marked so, shape (cells,).
        not_applicable: ratings marked so, shape (cells,).
        observations: records of different visits or observers that have a level, shape (cells,).
        visits: different visits that have a level, shape (cells,).
        teachers: different teachers who have a level, shape (cells,); everyone of a co-taught visit counts.
    """

    cells: int
    clusters: Ints
    starts: Ints
    not_observed: Ints
    not_applicable: Ints
    observations: Ints
    visits: Ints
    teachers: Ints

    def of(self, cell: int) -> Ints:
        """The levels of each teacher of a cell, shape (teachers, levels)."""
        found: Ints = self.clusters[self.starts[cell] : self.starts[cell + 1]]
        return found

    @cached_property
    def ratings(self) -> Ints:
        """Ratings with a level, shape (cells,)."""
        within = np.concatenate([[0], np.cumsum(self.clusters.sum(axis=1))])
        return np.diff(within[self.starts])


def tally(table: ObservationTable, group: NDArray[np.int64], groups: int) -> Tally:
    """Count the ratings of a table in groups of its records.

    Args:
        table: the ratings.
        group: the group of each record, below 0 for a record that is in none.
        groups: number of groups.
    """
    items = len(table.items)
    cells = groups * items
    of_rating = group[table.walk]
    cell = of_rating * items + table.item
    answered = (table.level >= 0) & (of_rating >= 0)
    marked = {
        kind: np.bincount(cell[(table.level == mark) & (of_rating >= 0)], minlength=cells)
        for kind, mark in MISSING_KINDS.items()
    }
    cell, walk, level = cell[answered], table.walk[answered], table.level[answered].astype(np.int64)

    teacher = table.column("teacher")
    pairs, place = np.unique(cell * len(teacher.categories) + teacher.codes[walk], return_inverse=True)
    levels = max((len(scale.codes) for scale in table.scales), default=0)
    clusters = np.bincount(place * levels + level, minlength=len(pairs) * levels).reshape(-1, levels)
    cell_of, teacher_of = np.divmod(pairs, max(len(teacher.categories), 1))

    visit = table.column("visit").codes.astype(np.int64)
    observer = table.column("observer")
    observation = visit * len(observer.categories) + observer.codes
    return Tally(
        cells=cells,
        clusters=clusters,
        starts=np.searchsorted(cell_of, np.arange(cells + 1)),
        not_observed=marked["not observed"],
        not_applicable=marked["not applicable"],
        observations=_different(cell, observation[walk], cells),
        visits=_different(cell, visit[walk], cells),
        teachers=_persons(cell_of, teacher_of, teacher.categories, cells),
    )


def _different(cell: Ints, value: Ints, cells: int) -> Ints:
    """How many different values each cell holds."""
    span = int(value.max(initial=0)) + 1
    key = np.sort(cell * span + value)
    first = np.ones(len(key), dtype=bool)
    first[1:] = key[1:] != key[:-1]
    return np.bincount(key[first] // span, minlength=cells)


def _persons(cell: Ints, group: Ints, categories: tuple[object, ...], cells: int) -> Ints:
    """How many different persons each cell holds, whose teachers are given as groups who teach together."""
    ids: dict[str, int] = {}
    members = [[ids.setdefault(id, len(ids)) for id in people(one)] for one in categories]  # type: ignore[arg-type]  # ids, or tuples of them
    sizes = np.array([len(one) for one in members], dtype=np.int64)
    flat = np.array([id for one in members for id in one], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(sizes)])
    count = sizes[group]
    within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    return _different(np.repeat(cell, count), flat[np.repeat(first[group], count) + within], cells)
