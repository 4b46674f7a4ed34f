"""Small groups in tables: which cells to hide so that none can be worked out from the rest.

Here belongs the hiding of cells in one table of counts of persons with its totals and subtotals, and of the
shares that go with it. Not here: differences between releases, and who may see a table at all.

What is promised. Given the published cells, the relations of the table, the method and that hidden cells
are positive, every protected cell keeps a consistent whole value of at least k and one other than its own.
Not promised: protection against members who join what they know, against knowledge from outside, or against
other releases. Zeros are published.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from html import escape
from typing import Any, Literal

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilr.base.errors import Checker, IlrError, listed
from ilr.base.mapping import FrozenMap
from ilr.stats import _hiding
from ilr.stats._arrays import Floats, Ints, locked
from ilr.stats._tables import Axis, Layout, layout

__all__ = ["Protected", "ProtectedShares", "is_sensitive", "protect", "protect_shares"]

_EXACT_CELLS = 150
_EXACT_SIZE = 6000
_EXACT_SIZE_WHOLE = 400
_FILL = -1
_MOST = 2**53 - 1
"""Most persons of a table: above, sums would not be exact."""

_ROUNDING = 1e-9
"""What a product of a share and a number of trials may be off by."""

Groupings = Mapping[int, Sequence[Sequence[Hashable]]]


@attrs.frozen(eq=False, kw_only=True)
class Protected:
    """A table that may be published, with its sums. Two are equal only if they are the same object.

    It does not hold the hidden counts. `primary` tells more than a reader of the table should know, and is
    not for publication.

    Attributes:
        published: the counts with sums (behind the categories of each axis the subtotals of its groupings,
            at the last index the total), hidden cells masked and overwritten with 0 below the mask.
        suppressed: which cells are hidden, same shape.
        primary: which of them are hidden for their own sake, same shape.
        k: the least number of persons of a cell that may be shown.
        method: ``exact`` where no cheaper pattern exists, ``heuristic`` where one may.
    """

    published: np.ma.MaskedArray[Any, np.dtype[np.int64]]
    suppressed: NDArray[np.bool_]
    primary: NDArray[np.bool_]
    k: int
    method: Literal["exact", "heuristic"]
    _layout: Layout = attrs.field(
        default=attrs.Factory(lambda self: _plain(self.suppressed.shape), True), repr=False
    )

    def audit(self) -> FrozenMap[tuple[int, ...], tuple[float, float]]:
        """Attack the table with what a reader knows.

        Returns:
            Least and greatest value of each hidden cell that is consistent with the published ones, by
            index; infinity where nothing bounds it from above.
        """
        places = np.flatnonzero(self.suppressed)
        found = _hiding.attack(
            self.published.filled(0).ravel().astype(np.float64),
            self.suppressed.ravel(),
            self._layout.relations,
            places.tolist(),
            whole=self._layout.whole,
        )
        return FrozenMap({_index(place, self.suppressed.shape): limits for place, limits in found.items()})

    def __str__(self) -> str:
        width = len(str(self.published.data.max()))
        rows = self.published.reshape(-1, self.published.shape[-1])
        return "\n".join(
            " ".join("*".rjust(width) if cell is np.ma.masked else str(cell).rjust(width) for cell in row)
            for row in rows
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line.split()) + "</tr>"
            for line in str(self).splitlines()
        )
        return f"<table><caption>hidden below {self.k}: {self.method}</caption>{rows}</table>"


def protect(
    counts: ArrayLike,
    k: int = 5,
    contributions: Any = None,
    hierarchies: Groupings | None = None,
    weights: ArrayLike | None = None,
    *,
    sensitive: ArrayLike | None = None,
    hidden: ArrayLike | None = None,
    dominance: tuple[float, float] = (0.50, 0.90),
    method: Literal["auto", "exact", "heuristic"] = "auto",
) -> Protected:
    """Hide small and dominated cells, and enough others that they cannot be worked out.

    A cell, interior or margin, is primary with 1 to k - 1 persons, or where one person has more than the
    first share of its observations or two persons have more than the second. Others are hidden with the
    least total weight (Fischetti & Salazar-González 2001, Management Science 47:1008-1027), or nearly the
    least in large tables. The result is attacked before it is returned.

    Args:
        counts: persons by interior cell, whole numbers from 0, any number of dimensions from 1; a person
            belongs to one cell.
        k: least number of persons of a cell that may be shown, at least 2.
        contributions: for each interior cell the numbers of observations of its persons, nested in the
            shape of `counts`; needed for dominance.
        hierarchies: for a dimension, by its number, groupings of its categories from fine to coarse, each a
            name of a group for every category. Their subtotals are cells of the table, published or hidden
            like others; they stand behind the categories, grouping by grouping, the groups in the order of
            their first category.
        weights: cost of hiding a cell, above 0, in the shape of `counts` (sums then add up) or with sums;
            persons + 1 where None.
        sensitive: further cells to hide for their own sake, true or false in the shape of `counts` with
            sums; for example sums in which a person who stands in several cells counts once.
        hidden: cells that are hidden anyway, because another measure of them is, in the shape of `counts`
            with sums; they cost nothing.
        dominance: share of one person and of two persons above which a cell is dominated, 0 to 1.
        method: ``exact``, ``heuristic``, or ``auto``: exact for small tables, up to about
            150 cells in two dimensions. Both give the same promise.

    Raises:
        InvalidInput: with everything that is wrong with the input.

    Example:
        >>> table = protect([[12, 2, 9], [8, 6, 7], [10, 11, 14]])
        >>> print(table)
        12  *  * 23
         8  *  * 21
        10 11 14 35
        30 19 30 79
        >>> table.audit()[0, 1]
        (1.0, 7.0)
        >>> print(protect([3, 9, 8, 30], hierarchies={0: [["low", "low", "high", "high"]]}))
         *  *  8 30 12 38 50
    """
    interior = _counts(counts, k, dominance, method)
    sums = layout(interior.shape, hierarchies)
    table = sums.with_sums(interior)
    cost = _weights(weights, table, sums)
    primary = (table > 0) & (table < k)
    if contributions is not None:
        primary |= _dominated(contributions, interior, table, sums, dominance)
    if sensitive is not None:
        primary |= _flags(sensitive, table, "sensitive")
    anyway = np.zeros(table.shape, dtype=bool) if hidden is None else _flags(hidden, table, "hidden")
    values = table.ravel()
    problem = _hiding.Problem(
        values=values,
        needs={int(cell): max(k - int(values[cell]), 1) for cell in np.flatnonzero(primary)},
        weights=np.where(anyway, 0.0, cost).ravel(),
        lines=sums.relations,
        whole=sums.whole,
    )
    found, used = _hide(problem, method)
    suppressed = found.reshape(table.shape) | anyway
    _keep_promise(problem, suppressed.ravel(), k)
    published = np.ma.MaskedArray(
        locked(np.where(suppressed, 0, table)), mask=suppressed.copy(), hard_mask=True, fill_value=_FILL
    )
    return Protected(
        published=published,
        suppressed=locked(suppressed),
        primary=locked(primary),
        k=int(k),
        method=used,
        layout=sums,
    )


def _plain(shape: tuple[int, ...]) -> Layout:
    """The layout of a table with totals alone, from its shape with them."""
    return Layout(tuple(Axis(size - 1, (tuple(range(size - 1)),)) for size in shape))


def _hide(problem: _hiding.Problem, method: str) -> tuple[NDArray[np.bool_], Literal["exact", "heuristic"]]:
    if not problem.needs:
        return np.zeros(len(problem.values), dtype=bool), "exact"
    cells = int(np.count_nonzero(problem.values))
    limit = _EXACT_SIZE_WHOLE if problem.whole else _EXACT_SIZE
    small = len(problem.values) <= _EXACT_CELLS and cells * len(problem.needs) <= limit
    if method == "exact" or (method == "auto" and small):
        hidden = _hiding.exact(problem)
        if hidden is not None:
            return hidden, "exact"
    return _hiding.heuristic(problem), "heuristic"


def _keep_promise(problem: _hiding.Problem, hidden: NDArray[np.bool_], k: int) -> None:
    """Attack the table, knowing the true counts, before anybody else can."""
    limits = _hiding.attack(
        problem.values.astype(np.float64), hidden, problem.lines, list(problem.needs), whole=problem.whole
    )
    for cell, (_, high) in limits.items():
        if high < max(k, int(problem.values[cell]) + 1):
            raise IlrError("a hidden cell can be worked out", code="suppression.promise")


def _counts(counts: ArrayLike, k: Any, dominance: Sequence[float], method: str) -> NDArray[np.int64]:
    check = Checker("protect")
    try:
        table = np.asarray(counts)
    except ValueError:
        table = np.full(1, -1)
    check(table.ndim > 0 and table.size > 0, "suppression.counts", "counts", "holds no cell")
    check(
        table.dtype.kind in "iuf"
        and bool(np.all((table >= 0) & (table == np.floor(table))))
        and float(table.sum(dtype=np.float64)) <= _MOST,
        "suppression.counts",
        "counts",
        "holds an entry that is no count",
        expected="whole numbers from 0, together below 2**53",
    )
    whole = isinstance(k, int | np.integer) and not isinstance(k, bool)
    check(whole and k >= 2, "suppression.k", "k", "is too small or no whole number", expected="at least 2")
    check(
        len(dominance) == 2 and all(0 < share <= 1 for share in dominance),
        "suppression.dominance",
        "dominance",
        "does not give two shares",
        expected="above 0, up to 1",
    )
    methods = ("auto", "exact", "heuristic")
    check(method in methods, "suppression.method", "method", "is unknown", expected=listed(methods))
    check.done()
    return table.astype(np.int64)


def _weights(weights: ArrayLike | None, table: NDArray[np.int64], sums: Layout) -> Floats:
    if weights is None:
        return table.astype(np.float64) + 1
    check = Checker("protect")
    try:
        given = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError):
        given = np.zeros(0)
    check(
        given.shape in (table.shape, sums.interior) and bool((np.isfinite(given) & (given > 0)).all()),
        "suppression.weights",
        "weights",
        "does not give one weight above 0 per cell",
        expected="the shape of the counts, with or without margins",
    )
    check.done()
    if given.shape == table.shape:
        return given
    return np.asarray(sums.with_sums(given), dtype=np.float64)


@attrs.frozen(eq=False, kw_only=True)
class ProtectedShares:
    """Shares that may be told beside a table. Two are equal only if they are the same object.

    Attributes:
        low: the lowest value that is told of each share, with sums; NaN where nothing is told.
        high: the highest; the same as the lowest where the share itself is told.
    """

    low: Floats
    high: Floats


def protect_shares(
    successes: ArrayLike,
    trials: ArrayLike,
    *,
    bands: ArrayLike,
    hidden: ArrayLike,
    hierarchies: Groupings | None = None,
) -> ProtectedShares:
    """Tell shares so that none says what every member of a cell did.

    A share of 0 or 1 tells the answer of everybody in its cell. So a share within a band at either end is told
    as the band, all such shares and not only those of 0 and 1; and where the other shares would still give a
    0 or 1 away, of told cells or hidden ones, further shares are not told.

    Args:
        successes: by interior cell, whole numbers from 0.
        trials: by interior cell, at least the successes.
        bands: width of the band at either end, above 0 and below one half, with sums.
        hidden: cells of which nothing is told, with sums.
        hierarchies: as `protect` takes them.

    Returns:
        What may be told of each share; nothing where there is no trial. Given that, every cell in which all
        trials had one outcome keeps a consistent count of successes with another one.

    Example:
        >>> told = protect_shares([5, 10, 20], [20, 10, 40], bands=[0.2] * 4, hidden=[False] * 4)
        >>> told.low.tolist(), told.high.tolist()
        ([nan, 0.8, 0.5, 0.5], [nan, 1.0, 0.5, 0.5])
    """
    interior = np.asarray(successes, dtype=np.int64)
    sums = layout(interior.shape, hierarchies)
    hits = sums.with_sums(interior).ravel()
    tries = sums.with_sums(np.asarray(trials, dtype=np.int64)).ravel()
    width = np.asarray(bands, dtype=np.float64).ravel()
    silent = np.asarray(hidden, dtype=np.bool_).ravel() | (tries == 0)
    search = _Shares(sums, hits, tries, width, silent)
    search.run()
    share = hits / np.maximum(tries, 1)
    low = np.where(search.top, 1 - width, np.where(search.bottom, 0.0, share))
    high = np.where(search.top, 1.0, np.where(search.bottom, width, share))
    for bound in (low, high):
        bound[search.silent] = np.nan
    return ProtectedShares(low=locked(low.reshape(sums.shape)), high=locked(high.reshape(sums.shape)))


class _Shares:
    """The search for shares that must not be told, on flat cells."""

    def __init__(
        self, sums: Layout, hits: Ints, tries: Ints, width: Floats, silent: NDArray[np.bool_]
    ) -> None:
        self.sums, self.hits, self.tries, self.silent = sums, hits, tries, silent.copy()
        self.bottom = hits <= width * tries + _ROUNDING
        self.top = ~self.bottom & (hits >= (1 - width) * tries - _ROUNDING)
        self.least = np.where(self.top, np.ceil((1 - width) * tries - _ROUNDING), hits)
        self.most = np.where(self.bottom, np.floor(width * tries + _ROUNDING), hits)
        self.least[self.bottom] = 0
        self.most[self.top] = tries[self.top]

    def run(self) -> None:
        """Withhold shares until no outcome of a whole cell can be worked out."""
        alike = (self.tries > 0) & ((self.hits == 0) | (self.hits == self.tries))
        # A band that holds one value alone tells it.
        self.silent |= alike & (self.least == self.most)
        open_ = set(np.flatnonzero(alike).tolist())
        while open_:
            cell = min(open_)
            moves = self._moves(cell, further=False)
            if moves is None:
                moves = self._moves(cell, further=True)
                if moves is None:
                    raise IlrError("no pattern protects the shares", code="suppression.promise")
                moved = self.hits + np.rint(moves)
                self.silent |= (moved < self.least) | (moved > self.most)
            open_ -= set(np.flatnonzero(np.rint(moves) != 0).tolist())

    def _moves(self, cell: int, *, further: bool) -> Floats | None:
        """How successes could be otherwise so that those in the cell are not all alike."""
        room = 4.0 if self.sums.whole else 1.0
        all_ = self.silent | further
        up = np.minimum(np.where(all_, self.tries, self.most) - self.hits, room)
        down = np.minimum(self.hits - np.where(all_, 0, self.least), room)
        cost = np.where(self.silent, 0.0, self.tries + 1.0)
        by = 1 if self.hits[cell] == 0 else -1
        return _hiding.perturbation(self.sums.relations, up, down, cost, cell, by, whole=self.sums.whole)


def is_sensitive(amounts: Sequence[float], k: int, dominance: tuple[float, float] = (0.50, 0.90)) -> bool:
    """Tell whether a cell is to be hidden for its own sake.

    Args:
        amounts: number of observations of each person of the cell.
        k: least number of persons of a cell that may be shown.
        dominance: share of one person and of two persons above which a cell is dominated.

    Returns:
        Whether there are 1 to k - 1 persons, or one or two of them dominate; an empty cell is not
        sensitive.

    Example:
        >>> is_sensitive([1, 1, 1], 5), is_sensitive([9, 1, 1, 1, 1], 5), is_sensitive([], 5)
        (True, True, False)
    """
    return 0 < len(amounts) < k or _is_dominated(amounts, dominance)


def _is_dominated(amounts: Sequence[float], dominance: tuple[float, float]) -> bool:
    largest = sorted(amounts, reverse=True)
    whole = math.fsum(largest)
    return whole > 0 and (largest[0] / whole > dominance[0] or math.fsum(largest[:2]) / whole > dominance[1])


def _flags(given: ArrayLike, table: NDArray[np.int64], name: str) -> NDArray[np.bool_]:
    flags = np.asarray(given)
    check = Checker("protect")
    check(
        flags.shape == table.shape and flags.dtype == np.bool_,
        f"suppression.{name}",
        name,
        "does not flag every cell",
        expected="true or false in the shape of the counts with margins",
    )
    check.done()
    return flags & (table > 0)


def _dominated(
    contributions: Any,
    interior: NDArray[np.int64],
    table: NDArray[np.int64],
    sums: Layout,
    dominance: tuple[float, float],
) -> NDArray[np.bool_]:
    """Cells whose observations one or two persons dominate."""
    parts = _contributions(contributions, interior)
    out = np.zeros(table.shape, dtype=bool)
    for index in np.ndindex(table.shape):
        inside = sums.inside(index)
        out[index] = _is_dominated([amount for member in inside for amount in parts[member]], dominance)
    return out


def _contributions(
    contributions: Any, interior: NDArray[np.int64]
) -> dict[tuple[int, ...], tuple[float, ...]]:
    check = Checker("protect")
    out = {}
    for index in np.ndindex(interior.shape):
        path = "contributions" + "".join(f"[{place}]" for place in index)
        try:
            cell: Sequence[float] = contributions
            for place in index:
                cell = cell[place]  # type: ignore[assignment]  # a nested sequence down to its numbers
            amounts = tuple(float(amount) for amount in cell)
        except (IndexError, KeyError, TypeError, ValueError):
            check(False, "suppression.contributions", path, "is not there or no sequence of numbers")
            continue
        check(
            len(amounts) == interior[index] and all(0 < amount < math.inf for amount in amounts),
            "suppression.contributions",
            path,
            "does not give one number above 0 per person of the cell",
        )
        out[index] = amounts
    check.done()
    return out


def _index(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(part) for part in np.unravel_index(place, shape))
