"""From a stranger's column to integer codes with a category table.

Here belongs reading single columns of any data frame, or of a mapping of sequences, into numpy. Not
here: what the columns mean (`_build`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
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
    "look_up",
    "natural",
    "open_frame",
    "pieces",
    "ranks",
    "read_days",
    "read_numbers",
]

_PIECE = 1 << 18
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
        encoded = encoded.unify_dictionaries() if encoded.num_chunks > 1 else encoded
        one = encoded.chunk(0) if encoded.num_chunks == 1 else encoded.combine_chunks()
        indices = one.indices
        if indices.null_count:
            indices = indices.cast("int32").fill_null(-1)
        codes = indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
        return _without_missing(codes, _texts(one.dictionary))
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


def _texts(dictionary: Any) -> list[Any]:
    """The values of a dictionary; texts by way of numpy, which is several times as fast."""
    import pyarrow as pa

    if pa.types.is_string(dictionary.type) or pa.types.is_large_string(dictionary.type):
        texts: list[Any] = dictionary.to_numpy(zero_copy_only=False).tolist()
        return texts
    return list(dictionary.to_pylist())


def is_missing(value: Any) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT or blank text."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    return bool(value != value)  # noqa: PLR0124  # true of NaN and NaT alone


def _without_missing(codes: Codes, distinct: list[Any]) -> tuple[Codes, list[Any]]:
    if not any(map(is_missing, distinct)):
        return codes, distinct
    new = np.full(len(distinct) + 1, -1, dtype=np.int32)
    kept: list[Any] = []
    for code, value in enumerate(distinct):
        if not is_missing(value):
            new[code] = len(kept)
            kept.append(value)
    return look_up(new, codes), kept


def look_up(table: NDArray[Any], codes: NDArray[Any]) -> NDArray[Any]:
    """What each code stands for in a table whose last entry stands for -1, without wide copies of the codes."""
    found = np.empty(len(codes), dtype=table.dtype)
    for rows in pieces(len(codes)):
        found[rows] = table[codes[rows]]
    return found


def pieces(n: int) -> Iterator[slice]:
    """Slices that together cover so many rows; indices of one of them fit into a cache."""
    return (slice(at, at + _PIECE) for at in range(0, n, _PIECE))


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
    new, names = ranks(codes, labels)
    return Column(look_up(new, codes), names)


def ranks(codes: Codes, labels: Sequence[Any]) -> tuple[Codes, tuple[Any, ...]]:
    """The sorted categories that occur, and for each code the place of its category among them."""
    seen = np.zeros(len(labels) + 1, dtype=bool)
    for rows in pieces(len(codes)):
        seen[codes[rows]] = True
    order = np.flatnonzero(seen[:-1]).tolist()
    chosen = [labels[code] for code in order]
    plain = all(type(label) is str and not label.isdecimal() for label in chosen)
    order.sort(key=labels.__getitem__ if plain else lambda code: natural(labels[code]))
    names: list[Any] = []
    places: list[int] = []
    for code in order:
        if not names or names[-1] != labels[code]:
            names.append(labels[code])
        places.append(len(names) - 1)
    new = np.full(len(labels) + 1, -1, dtype=np.int32)
    new[order] = places
    return new, tuple(names)


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


def read_days(distinct: Sequence[Any]) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """School days of distinct cells, dates, datetimes or ISO texts, and which of them are none.

    Both arrays have one entry more, which stands for a cell that holds nothing.
    """
    days = np.full(len(distinct) + 1, np.datetime64("NaT", "D"))
    bad = np.zeros(len(distinct) + 1, dtype=bool)
    for code, value in enumerate(distinct):
        try:
            days[code] = _day(value)
        except (ValueError, TypeError):
            bad[code] = True
    return days, bad


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


def read_numbers(distinct: Sequence[Any]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Numbers of distinct cells, none below 0, and which of them are none, as `read_days` does."""
    numbers = np.full(len(distinct) + 1, np.nan)
    bad = np.zeros(len(distinct) + 1, dtype=bool)
    for code, value in enumerate(distinct):
        number = as_number(value)
        if number is None or number < 0:
            bad[code] = True
        else:
            numbers[code] = number
    return numbers, bad


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
