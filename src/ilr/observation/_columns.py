"""From a stranger's column to integer codes with a category table.

Here belongs reading single columns of any data frame, or of a mapping of sequences, into numpy. Not
here: what the columns mean (`_build`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, listed

__all__ = [
    "Codes",
    "Column",
    "Frame",
    "canonical",
    "combine",
    "factor",
    "natural",
    "open_frame",
    "read_days",
    "read_numbers",
]

Codes = NDArray[np.int32]
Category = str | tuple[str, ...]


@attrs.frozen(eq=False)
class Column:
    """A column of codes with the table of what they stand for; -1 stands for nothing known.

    Equal when codes and categories are equal.

    Attributes:
        codes: int32 array, one entry a row.
        categories: what each code stands for; a co-taught group of teachers is a tuple of ids.
    """

    codes: Codes
    categories: tuple[Any, ...]

    def __attrs_post_init__(self) -> None:
        self.codes.setflags(write=False)

    def __len__(self) -> int:
        return len(self.codes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Column):
            return NotImplemented
        return self.categories == other.categories and np.array_equal(self.codes, other.codes)

    def take(self, rows: NDArray[Any]) -> Column:
        """The column at some rows, with the same category table."""
        return Column(self.codes[rows], self.categories)

    def used(self) -> tuple[Any, ...]:
        """The categories that occur, in their order."""
        return tuple(self.categories[code] for code in np.unique(self.codes[self.codes >= 0]))

    def decoded(self) -> list[Any]:
        """The category of every row, None where nothing is known."""
        return [self.categories[code] if code >= 0 else None for code in self.codes]


Frame = Mapping[str, Any]
"""Columns by name."""


def open_frame(frame: Any) -> Frame:
    """Columns by name from a mapping of sequences or any frame that narwhals knows.

    Raises:
        InvalidInput: when it is neither, or its columns differ in length.
    """
    if isinstance(frame, Mapping):
        lengths = {len(column) for column in frame.values()}
        check = Checker("frame")
        check(len(lengths) <= 1, "frame.lengths", "", "has columns of unlike length", expected="one length")
        check.done()
        return frame
    import narwhals as nw

    try:
        known = nw.from_native(frame, eager_only=True)
    except TypeError:
        check = Checker("frame")
        check(
            False,
            "frame.kind",
            "",
            "is no data frame",
            expected="a pandas, polars or pyarrow frame, or a mapping of columns",
        )
        check.fail()
    return {name: known[name] for name in known.columns}


def factor(values: Any) -> tuple[Codes, list[Any]]:
    """Codes and distinct values of a column in order of first appearance; missing cells get -1."""
    if not len(values):
        return np.empty(0, dtype=np.int32), []
    arrow = _to_arrow(values)
    if arrow is not None:
        encoded = arrow if _is_dictionary(arrow) else arrow.dictionary_encode()
        encoded = encoded.unify_dictionaries().combine_chunks()
        codes = encoded.indices.cast("int32").fill_null(-1).to_numpy(zero_copy_only=False)
        return _without_missing(codes, encoded.dictionary.to_pylist())
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
        distinct, inverse = np.unique(values, return_inverse=True)
        return _without_missing(inverse.astype(np.int32), distinct.tolist())
    place: dict[Any, int] = {}
    plain = values.to_list() if hasattr(values, "to_list") else values
    codes = np.fromiter(
        (place.setdefault(value, len(place)) for value in plain), dtype=np.int32, count=len(plain)
    )
    return _without_missing(codes, list(place))


def _to_arrow(values: Any) -> Any:
    if not hasattr(values, "to_arrow") and not hasattr(values, "to_pylist"):
        return None
    try:
        import pyarrow as pa
    except ImportError:
        return None
    try:
        arrow = values.to_arrow() if hasattr(values, "to_arrow") else values
    except (pa.ArrowTypeError, pa.ArrowInvalid):  # a column of mixed types
        return None
    return arrow if isinstance(arrow, pa.ChunkedArray) else pa.chunked_array([arrow])


def _is_dictionary(arrow: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_dictionary(arrow.type))


def is_missing(value: Any) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT or blank text."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    return bool(value != value)  # noqa: PLR0124  # true of NaN and NaT alone


def _without_missing(codes: Codes, distinct: list[Any]) -> tuple[Codes, list[Any]]:
    new = np.full(len(distinct) + 1, -1, dtype=np.int32)
    kept: list[Any] = []
    for code, value in enumerate(distinct):
        if not is_missing(value):
            new[code] = len(kept)
            kept.append(value)
    return new[codes], kept


def as_id(value: Any) -> str:
    """An opaque id as text; a whole number loses its decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def canonical(codes: Codes, values: Sequence[Any]) -> Column:
    """A column whose categories are texts in natural order, so that equal data give equal columns."""
    return sorted_column(codes, [as_id(value) for value in values])


def sorted_column(codes: Codes, labels: Sequence[Any]) -> Column:
    """A column with its categories sorted, without repeats and without those that never occur."""
    occurring = np.unique(codes[codes >= 0])
    names = sorted({labels[code] for code in occurring}, key=natural)
    place = {name: index for index, name in enumerate(names)}
    new = np.full(len(labels) + 1, -1, dtype=np.int32)
    for code in occurring:
        new[code] = place[labels[code]]
    return Column(new[codes], tuple(names))


def natural(label: Any) -> tuple[Any, ...]:
    """The key by which ids are put in order: whole numbers by size, then texts."""
    text = label if isinstance(label, str) else "\n".join(label)
    return (0, int(text), text) if text.isdecimal() and text.isascii() else (1, 0, text)


def combine(parts: Sequence[Column]) -> Column:
    """One column from several: an id of several parts, joined by a stroke."""
    if len(parts) == 1:
        return parts[0]
    key = np.zeros(len(parts[0]), dtype=np.int64)
    known = np.ones(len(parts[0]), dtype=bool)
    for part in parts:
        key = key * (len(part.categories) + 1) + part.codes + 1
        known &= part.codes >= 0
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    labels = [
        "/".join(
            str(part.categories[part.codes[row]]).replace("\\", "\\\\").replace("/", "\\/")
            if part.codes[row] >= 0
            else ""
            for part in parts
        )
        for row in first
    ]
    return sorted_column(np.where(known, inverse, -1).astype(np.int32), labels)


def read_days(values: Any, check: Checker, name: str) -> NDArray[np.datetime64]:
    """School days of a column: dates, datetimes or ISO texts; NaT where nothing is given."""
    codes, distinct = factor(values)
    days = np.full(len(distinct) + 1, np.datetime64("NaT", "D"))
    bad: set[int] = set()
    for code, value in enumerate(distinct):
        try:
            days[code] = _day(value)
        except (ValueError, TypeError):
            bad.add(code)
    if bad:
        for row in np.flatnonzero(np.isin(codes, list(bad))):
            check(False, "rating.date", f"rows[{row}].{name}", "is no day", expected="a date or YYYY-MM-DD")
    return days[codes]


def _day(value: Any) -> np.datetime64:
    if isinstance(value, datetime):
        return np.datetime64(value.date(), "D")
    if isinstance(value, date):
        return np.datetime64(value, "D")
    if isinstance(value, str):
        return np.datetime64(date.fromisoformat(value.strip()), "D")
    if isinstance(value, np.datetime64):
        return np.datetime64(value.astype("datetime64[D]").item(), "D")
    raise TypeError


def read_numbers(values: Any, check: Checker, name: str) -> NDArray[np.float64]:
    """Numbers of a column, none below 0, NaN where nothing is given."""
    codes, distinct = factor(values)
    numbers = np.full(len(distinct) + 1, np.nan)
    for code, value in enumerate(distinct):
        number = as_number(value)
        if number is None or number < 0:
            for row in np.flatnonzero(codes == code):
                check(False, "rating.number", f"rows[{row}].{name}", "is no length", expected="0 or more")
        else:
            numbers[code] = number
    return numbers[codes]


def as_number(value: Any) -> float | None:
    """The number that a cell holds or writes, or None."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def need(frame: Frame, names: Sequence[str], subject: str) -> None:
    """Refuse a frame that lacks columns.

    Raises:
        InvalidInput: naming every missing column and what there is.
    """
    check = Checker(subject)
    for name in dict.fromkeys(names):
        check(name in frame, "frame.column", name, "is not a column", expected=listed(frame))
    check.done()
