"""Tables with sums as linear systems: where the sums stand, and which cells add up to which.

Here belong the layout of a table with subtotals and totals, and its relations. Not here: which cells need
protection (`suppression`), or how it is found (`_hiding`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base.errors import Checker
from ilr.stats._arrays import Floats

__all__ = ["Axis", "Layout", "layout"]


@attrs.frozen(eq=False)
class Axis:
    """One dimension of a table with its sums behind its categories.

    Attributes:
        size: number of categories.
        parts: for each sum, in order, the places that it adds up directly; the last sum is the total.
    """

    size: int
    parts: tuple[tuple[int, ...], ...]

    @property
    def length(self) -> int:
        """Number of categories and sums."""
        return self.size + len(self.parts)

    @cached_property
    def members(self) -> tuple[tuple[int, ...], ...]:
        """For each category and sum the categories in it."""
        found: list[tuple[int, ...]] = [(place,) for place in range(self.size)]
        for parts in self.parts:
            found.append(tuple(sorted(itertools.chain.from_iterable(found[part] for part in parts))))
        return tuple(found)

    @cached_property
    def adding(self) -> NDArray[np.int64]:
        """Which categories add up to what, 0 or 1, shape (length, size)."""
        matrix = np.zeros((self.length, self.size), dtype=np.int64)
        for row, members in enumerate(self.members):
            matrix[row, list(members)] = 1
        return matrix


@attrs.frozen(eq=False)
class Layout:
    """The dimensions of a table with sums."""

    axes: tuple[Axis, ...]

    @property
    def interior(self) -> tuple[int, ...]:
        """Shape without sums."""
        return tuple(axis.size for axis in self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape with sums."""
        return tuple(axis.length for axis in self.axes)

    @property
    def whole(self) -> bool:
        """Whether whole numbers must be asked for.

        The relations of one or two dimensions of which at most one has subtotals are those of a network, so
        linear programs give whole numbers by themselves.
        """
        deep = sum(len(axis.parts) > 1 for axis in self.axes)
        return len(self.axes) > 2 or deep > 1

    def with_sums(self, interior: NDArray[Any]) -> NDArray[Any]:
        """Add the sums along every axis."""
        table = interior
        for place, axis in enumerate(self.axes):
            table = np.moveaxis(np.tensordot(axis.adding, table, axes=(1, place)), 0, place)
        return np.ascontiguousarray(table)

    @cached_property
    def relations(self) -> Floats:
        """One row per sum: 1 for the cells that add up to it and -1 for itself, shape (rows, cells)."""
        cells = np.arange(math.prod(self.shape)).reshape(self.shape)
        rows = []
        for place, axis in enumerate(self.axes):
            lines = np.moveaxis(cells, place, -1).reshape(-1, axis.length)
            for sum_, parts in enumerate(axis.parts, start=axis.size):
                for line in lines:
                    row = np.zeros(cells.size)
                    row[line[list(parts)]] = 1
                    row[line[sum_]] = -1
                    rows.append(row)
        return np.array(rows)

    def inside(self, index: Sequence[int]) -> list[tuple[int, ...]]:
        """The interior cells that a cell adds up."""
        members = [axis.members[place] for axis, place in zip(self.axes, index, strict=True)]
        return list(itertools.product(*members))


def layout(
    interior: tuple[int, ...], hierarchies: Mapping[int, Sequence[Sequence[Hashable]]] | None = None
) -> Layout:
    """The layout of a table with a total in every dimension, and with subtotals where there are groupings.

    Raises:
        InvalidInput: for groupings of no dimension, of another length, or that are not nested.
    """
    check = Checker("hierarchies")
    given = dict(hierarchies or {})
    for place in given:
        check(
            place in range(len(interior)),
            "suppression.hierarchies",
            f"hierarchies[{place}]",
            "is no dimension of the table",
            expected=f"0 to {len(interior) - 1}",
        )
    axes = tuple(_axis(size, given.get(place, ()), place, check) for place, size in enumerate(interior))
    check.done()
    return Layout(axes)


def _axis(size: int, groupings: Sequence[Sequence[Hashable]], place: int, check: Checker) -> Axis:
    """Categories, then the groups of each grouping in order of their first category, then the total."""
    finer: list[tuple[int, ...]] = [
        (category,) for category in range(size)
    ]  # the categories in each place of the finer level
    places = list(range(size))
    parts: list[tuple[int, ...]] = []
    for level, labels in enumerate(groupings):
        path = f"hierarchies[{place}][{level}]"
        if not check(
            len(labels) == size,
            "suppression.hierarchies",
            path,
            "does not name a group for every category",
            expected=f"{size} names",
        ):
            continue
        groups: dict[Hashable, list[int]] = {}
        for at, members in zip(places, finer, strict=True):
            check(
                len({labels[member] for member in members}) == 1,
                "suppression.hierarchies",
                path,
                "divides a group of the grouping before it",
                expected="nested groupings, from fine to coarse",
            )
            groups.setdefault(labels[members[0]], []).append(at)
        covered = dict(zip(places, finer, strict=True))
        finer = [
            tuple(itertools.chain.from_iterable(covered[at] for at in group)) for group in groups.values()
        ]
        places = list(range(size + len(parts), size + len(parts) + len(groups)))
        parts += [tuple(group) for group in groups.values()]
    return Axis(size, (*parts, tuple(places)))
