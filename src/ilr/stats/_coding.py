"""From what a caller holds (labels, codes, columns) to small integers.

Here belongs the coding of one column of labels and the reading of columns out of any data frame. Not
here: the checks across columns, which are made in `ratings`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base.errors import Checker, listed
from ilr.stats._arrays import Ints, row_ids

__all__ = [
    "KINDS",
    "Coded",
    "Column",
    "code_scores",
    "code_values",
    "combine_labels",
    "is_number",
    "number_labels",
    "read_column",
    "take_column",
]

KINDS = ("not observed", "not applicable", "unanswered")
"""Why a rating can be missing."""

_NARROW = 32
_TABLE = 1 << 16
_PLACES = 20
_MOST_CATEGORIES = 32_000
_UNKNOWN = -2
_FOREIGN_MISSING = frozenset({"NAType", "NaTType"})


@attrs.frozen(eq=False)
class Column:
    """One column of a table: its entries, and the ordered vocabulary if its type declares one."""

    entries: NDArray[Any]
    vocabulary: tuple[Hashable, ...] | None = None


@attrs.frozen(eq=False)
class Coded:
    """Ratings as codes into the categories, or as scores; a negative code or NaN is a missing rating."""

    codes: NDArray[Any]
    categories: tuple[Hashable, ...]
    missing: Mapping[str, int]
    inferred: bool
    ordered: bool


def is_number(value: object) -> bool:
    """Whether a label is a number that values can be computed with."""
    return isinstance(value, (int, float, np.integer, np.floating, np.bool_))


def take_column(entries: Any) -> NDArray[Any]:
    """Put a sequence of labels into a one-dimensional array without changing any label."""
    if isinstance(entries, np.ndarray):
        return entries.ravel()
    listed_entries = list(entries)
    if listed_entries and all(type(entry) is int for entry in listed_entries):
        return np.asarray(listed_entries)
    column = np.empty(len(listed_entries), dtype=object)
    column[:] = listed_entries
    return column


def read_column(frame: Any, name: str) -> Column:
    """Read one column of a mapping of sequences or of a pandas, polars or pyarrow frame.

    Args:
        frame: the table.
        name: the column, known to be there.

    Returns:
        The column; an ordered categorical or an enum brings its vocabulary.
    """
    if isinstance(frame, Mapping):
        return Column(take_column(frame[name]))
    import narwhals as nw

    series = nw.from_native(frame, eager_only=True)[name]
    if series.dtype.is_numeric():
        return Column(np.asarray(series.to_numpy()))
    vocabulary = tuple(series.dtype.categories) if isinstance(series.dtype, nw.Enum) else None
    return Column(take_column(series.to_list()), vocabulary)


def number_labels(entries: NDArray[Any]) -> tuple[NDArray[np.int32], tuple[Hashable, ...], Ints]:
    """Number the distinct labels of a column.

    Args:
        entries: one-dimensional column of labels.

    Returns:
        The number of each entry, the labels in the order of their numbers, and the places without a label.
    """
    levels, inverse = _levels(entries)
    there = np.array([not _is_missing(level) for level in levels], dtype=bool)
    numbers = np.where(there, np.cumsum(there) - 1, -1).astype(np.int32)[inverse]
    labels = tuple(level for level in levels if not _is_missing(level))
    return numbers, labels, np.flatnonzero(numbers < 0)


def combine_labels(columns: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    """Number the distinct combinations of several numbered columns."""
    return columns[0] if len(columns) == 1 else row_ids(columns)[1].astype(np.int32)


def code_values(
    entries: NDArray[Any],
    categories: Iterable[Hashable] | None,
    missing: Mapping[Any, str] | None,
    check: Checker,
    place: Callable[[int], str],
    times: Ints | None = None,
) -> Coded:
    """Code labels into an ordered set of categories.

    Args:
        entries: one-dimensional column of labels; None and NaN are missing.
        categories: the full ordered domain, or None to infer it: numbers sorted, text sorted but unordered.
        missing: kind by label for labels that stand for a missing rating.
        check: where problems are noted.
        place: writes the path of the i-th entry.
        times: how often each entry counts, once where None.

    Returns:
        The codes. With problems noted they are not to be used.
    """
    kinds = _kinds(missing, check)
    domain = None if categories is None else tuple(_plain(label) for label in categories)
    if domain is not None:
        _check_domain(domain, kinds, check)
    levels, inverse = _levels(entries)
    answered = [level for level in levels if not _is_missing(level) and level not in kinds]
    inferred = domain is None
    if domain is None:
        domain = _infer(answered, check)
    position = {label: code for code, label in enumerate(domain)}
    code_of = np.array(
        [-1 if _is_missing(x) or x in kinds else position.get(x, _UNKNOWN) for x in levels], dtype=np.int16
    )
    codes = _translate(code_of, inverse)
    if (code_of == _UNKNOWN).any():
        _note_unknown(codes, domain, check, place)
    gaps = {int(number): levels[number] for number in np.flatnonzero(code_of == -1)}
    ordered = not inferred or all(is_number(label) for label in domain)
    return Coded(codes, domain, _count_missing(gaps, inverse, kinds, times), inferred, ordered)


def code_scores(
    entries: NDArray[Any],
    missing: Mapping[Any, str] | None,
    check: Checker,
    place: Callable[[int], str],
    times: Ints | None = None,
) -> Coded:
    """Read continuous scores as numbers.

    Args:
        entries: one-dimensional column of numbers; None and NaN are missing.
        missing: kind by label for labels that stand for a missing score.
        check: where problems are noted.
        place: writes the path of the i-th entry.
        times: how often each entry counts, once where None.

    Returns:
        The scores, NaN where missing. With problems noted they are not to be used.
    """
    kinds = _kinds(missing, check)
    if entries.dtype.kind in "iuf" and not kinds:
        scores = entries.astype(np.float64)
        gone = np.isnan(scores)
        often = int(np.count_nonzero(gone)) if times is None else int(times[gone].sum())
        counts = {"unanswered": often}
    else:
        levels, inverse = _levels(entries)
        gaps = {at: level for at, level in enumerate(levels) if _is_missing(level) or level in kinds}
        numbers = [
            math.nan if at in gaps else (float(level) if is_number(level) else math.inf)
            for at, level in enumerate(levels)
        ]
        scores = np.array(numbers, dtype=np.float64)[inverse]
        counts = _count_missing(gaps, inverse, kinds, times)
    infinite = np.flatnonzero(np.isinf(scores))
    for index in infinite[:_PLACES]:
        check(False, "ratings.score", place(int(index)), "is no finite number")
    check(
        len(infinite) <= _PLACES,
        "ratings.score",
        "",
        f"{len(infinite) - _PLACES} more scores are no finite numbers",
    )
    return Coded(scores, (), counts, inferred=False, ordered=True)


def _kinds(missing: Mapping[Any, str] | None, check: Checker) -> dict[Any, str]:
    kinds = dict(missing or {})
    for kind in kinds.values():
        check(kind in KINDS, "ratings.missing", "missing", "maps to an unknown kind", expected=listed(KINDS))
    return kinds


def _count_missing(
    gaps: Mapping[int, Any], inverse: NDArray[Any], kinds: Mapping[Any, str], times: Ints | None
) -> dict[str, int]:
    """Missing ratings by kind, from the levels that stand for one."""
    counts: Counter[str] = Counter()
    for number, level in gaps.items():
        kind = "unanswered" if _is_missing(level) else kinds[level]
        there = inverse == number
        counts[kind] += int(np.count_nonzero(there) if times is None else times[there].sum())
    return dict(counts)


def _check_domain(domain: tuple[Hashable, ...], kinds: Mapping[Any, str], check: Checker) -> None:
    check(bool(domain), "ratings.categories", "categories", "is empty")
    check(len(domain) <= _MOST_CATEGORIES, "ratings.categories", "categories", "holds too many categories")
    check(len(set(domain)) == len(domain), "ratings.categories", "categories", "names a category twice")
    check(
        not any(_is_missing(label) for label in domain),
        "ratings.categories",
        "categories",
        "holds a label that means missing",
    )
    check(
        not any(label in kinds for label in domain),
        "ratings.missing",
        "missing",
        "maps a label that is a category",
    )


def _infer(answered: list[Any], check: Checker) -> tuple[Hashable, ...]:
    alike = all(is_number(label) for label in answered) or all(isinstance(label, str) for label in answered)
    check(
        alike,
        "ratings.categories",
        "categories",
        "cannot be inferred from labels of several types",
        hint="declare the categories in their order",
    )
    check(
        len(answered) <= _MOST_CATEGORIES,
        "ratings.categories",
        "categories",
        "cannot be inferred: too many different labels",
    )
    return tuple(sorted(answered)) if alike else tuple(answered)


def _note_unknown(
    codes: NDArray[np.int16], domain: tuple[Hashable, ...], check: Checker, place: Callable[[int], str]
) -> None:
    places = np.flatnonzero(codes == _UNKNOWN)
    for index in places[:_PLACES]:
        check(
            False, "ratings.category", place(int(index)), "is none of the categories", expected=listed(domain)
        )
    check(
        len(places) <= _PLACES,
        "ratings.category",
        "",
        f"{len(places) - _PLACES} more ratings are none of the categories",
    )


def _plain(label: Any) -> Hashable:
    plain: Hashable = label.item() if isinstance(label, np.generic) else label
    return plain


def _is_missing(label: object) -> bool:
    if label is None or (isinstance(label, float) and math.isnan(label)):
        return True
    return type(label).__name__ in _FOREIGN_MISSING


def _translate(code_of: NDArray[np.int16], inverse: NDArray[Any]) -> NDArray[np.int16]:
    """Look every entry up, by a shift where that is all there is to it."""
    shift = int(code_of[0]) if len(code_of) else 0
    if np.array_equal(code_of, np.arange(shift, shift + len(code_of))):
        shifted: NDArray[np.int16] = np.add(inverse, shift, dtype=np.int16, casting="unsafe")
        return shifted
    looked_up: NDArray[np.int16] = code_of[inverse]
    return looked_up


def _levels(entries: NDArray[Any]) -> tuple[list[Any], NDArray[Any]]:
    """The distinct entries as plain Python values, and the number of each entry's level."""
    kind = entries.dtype.kind
    if kind in "iub" and entries.size:
        return _integer_levels(entries)
    if kind == "f" and entries.size:
        return _float_levels(entries)
    numbers: dict[Any, int] = {}
    values = entries.tolist()
    inverse = np.fromiter(
        (numbers.setdefault(None if _is_missing(x) else x, len(numbers)) for x in values),
        dtype=np.int64,
        count=len(values),
    )
    return [_plain(level) for level in numbers], inverse


def _integer_levels(entries: NDArray[Any]) -> tuple[list[Any], NDArray[Any]]:
    low, high = int(entries.min()), int(entries.max())
    if high - low >= _TABLE:
        levels, inverse = np.unique(entries, return_inverse=True)
        return levels.tolist(), inverse
    width = high - low + 1
    if width <= _NARROW:
        near = np.subtract(entries, entries.min(), dtype=np.int8, casting="unsafe")
        seen = np.array([bool((near == step).any()) for step in range(width)])
    else:
        near = np.subtract(entries, entries.min(), dtype=np.int32, casting="unsafe")
        seen = np.bincount(near) > 0
    steps = np.flatnonzero(seen)
    levels_list: list[Any] = (steps + low).tolist()
    if entries.dtype.kind == "b":
        levels_list = [bool(level) for level in levels_list]
    if len(steps) == width:
        return levels_list, near
    return levels_list, (np.cumsum(seen) - 1).astype(near.dtype)[near]


def _float_levels(entries: NDArray[Any]) -> tuple[list[Any], NDArray[Any]]:
    absent = np.isnan(entries)
    holes = bool(absent.any())
    filled = np.where(absent, entries[np.argmin(absent)], entries) if holes else entries
    if not holes or not absent.all():
        with np.errstate(invalid="ignore"):
            whole = filled.astype(np.int64)
        if np.array_equal(whole, filled) and int(whole.max()) - int(whole.min()) < _TABLE:
            levels, inverse = _integer_levels(whole)
            if holes:
                inverse = np.where(absent, len(levels), inverse)
                levels = [*levels, None]
            return levels, inverse
    plain_levels, inverse = np.unique(entries, return_inverse=True)
    return plain_levels.tolist(), inverse
