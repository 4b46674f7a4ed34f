"""A table with one more column, worked out of who was observed on which day.

Here belongs the new column alone. Not here: other labels for a column there is (`_relabelling`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import attrs
import numpy as np

from ilr.base import Checker, FrozenMap
from ilr.observation._columns import sorted_column
from ilr.observation.table import ObservationTable, people

__all__ = ["with_column"]


def with_column(
    table: ObservationTable, name: str, value: Callable[[tuple[str, ...], date | None], str | None]
) -> ObservationTable:
    """The table with one more dimension, for example the weeks since the teachers were trained.

    Args:
        table: the observations.
        name: name of the new column.
        value: gives for the teachers of a record, and its day where it is known, the value of the column, or None
            for nothing known; asked once for each combination that occurs.

    Returns:
        The table with the column among its dimensions.

    Raises:
        InvalidInput: when the table has such a column.

    Example:
        >>> table = ObservationTable.from_frame(
        ...     {"visit": ["v", "w"], "teacher": ["t", "u"], "observer": ["p", "p"], "item": ["i", "i"], "level": [1, 2]},
        ...     visit="visit", teacher="teacher", observer="observer", item="item", level="level", levels=[1, 2, 3],
        ... )
        >>> with_column(table, "cohort", lambda teachers, day: "new" if "t" in teachers else None).count("cohort")
        1
    """
    check = Checker("with_column")
    check(
        name not in table.walks, "table.column_taken", name, "is a column of the table", expected="a new name"
    )
    check.done()
    teacher = table.column("teacher")
    pairs, place = np.unique(
        np.stack([teacher.codes.astype(np.int64), table.days.astype(np.int64)], axis=1),
        axis=0,
        return_inverse=True,
    )
    values = [
        value(people(teacher.categories[code]), np.datetime64(day, "D").item())
        for code, day in pairs.tolist()
    ]
    labels = sorted({one for one in values if one is not None})
    codes = np.array([-1 if one is None else labels.index(one) for one in values], dtype=np.int32)
    column = sorted_column(codes[place.reshape(-1)], labels)
    return attrs.evolve(
        table,
        walks=FrozenMap({**table.walks, name: column}),
        ids=None if table.ids_are_made else table.ids,
        dimensions=(*table.dimensions, name),
    )
