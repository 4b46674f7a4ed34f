"""Which levels items have: the scale of each item, and the place of every cell in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, listed
from ilr.continuum.lookfors import LevelCode, LevelScale
from ilr.observation._columns import Codes, as_number, factor, look_up, pieces
from ilr.observation.table import MISSING_KINDS

__all__ = ["UNDECLARED", "Levels", "choose_scales", "level_codes", "levels_of"]

UNDECLARED = -99
_MOST_LEVELS = 20


@attrs.frozen
class Levels:
    codes: Codes
    distinct: list[Any]


def levels_of(values: Any) -> Levels:
    return Levels(*factor(values))


def choose_scales(
    items: Sequence[str],
    levels: Sequence[LevelCode] | None,
    scales: LevelScale | Mapping[str, LevelScale] | None,
    distinct: Iterable[Sequence[Any]],
    missing: Mapping[Any, str],
    check: Checker,
    *,
    expected: str = "levels= in ascending order, or scales=",
) -> tuple[LevelScale, ...]:
    """The scale of every item: declared, or inferred from the numbers that occur in any of them.

    Whole numbers are taken as levels from 1 (or lower) up to the highest that occurs.
    """
    if levels is not None:
        return (LevelScale.of(levels),) * len(items)
    if isinstance(scales, LevelScale):
        return (scales,) * len(items)
    if scales is not None:
        absent = [item for item in items if item not in scales]
        for item in absent:
            check(False, "table.scale", f"scales.{item}", "is missing", expected="a scale for every item")
        check.done()
        return tuple(scales[item] for item in items)
    absent_codes = {_cell(code) for code in missing}
    numbers = {as_number(value) for part in distinct for value in part if _cell(value) not in absent_codes}
    known = sorted(number for number in numbers if number is not None)
    if (
        known
        and len(known) == len(numbers)
        and all(number.is_integer() for number in known)
        and known[-1] <= _MOST_LEVELS
    ):
        low = int(min(known[0], 1))
        return (LevelScale.of(range(low, max(int(known[-1]), low + 1) + 1)),) * len(items)
    if None in numbers or len(numbers) < 2:
        check(
            False,
            "table.levels",
            "levels",
            "cannot be told from the data",
            expected=expected,
        )
        check.done()
    return (LevelScale.of([int(code) if code.is_integer() else code for code in known]),) * len(items)


def level_codes(
    found: Levels,
    place: Codes | int,
    scales: Sequence[LevelScale],
    missing: Mapping[Any, str],
    check: Checker,
    name: str,
) -> NDArray[np.int16]:
    """The level code of every cell: its place in the scale of its item, or a kind of missing."""
    kinds = {_cell(value): MISSING_KINDS[kind] for value, kind in missing.items()}
    cells = [_cell(value) for value in found.distinct]
    table = np.full((len(scales) + 1, len(cells) + 1), UNDECLARED, dtype=np.int16)
    table[:, -1] = MISSING_KINDS["unanswered"]
    for index, scale in enumerate(scales):
        if index and scale == scales[index - 1]:
            table[index] = table[index - 1]
            continue
        codes = {_cell(code): at for at, code in enumerate(scale.codes)}
        table[index, :-1] = [kinds.get(cell, codes.get(cell, UNDECLARED)) for cell in cells]
    if isinstance(place, int):
        level = look_up(table[place], found.codes)
    else:
        level = np.empty(len(place), dtype=np.int16)
        for rows in pieces(len(place)):
            level[rows] = table[place[rows], found.codes[rows]]
    if level.min(initial=0) == UNDECLARED:
        item = np.broadcast_to(place, level.shape)
        for row in np.flatnonzero((level == UNDECLARED) & (item >= 0)):
            expected = listed(scales[item[row]].codes)
            check(False, "rating.level", f"rows[{row}].{name}", "is not a declared level", expected=expected)
    return level


def _cell(value: Any) -> Any:
    """A cell as it is compared: numbers and texts of numbers alike, other texts without outer blanks."""
    number = as_number(value)
    return number if number is not None else str(value).strip()
