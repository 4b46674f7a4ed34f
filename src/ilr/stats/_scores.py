"""Ratings as numbers: what every statistic on scores reads of them.

Here belongs the way from `Ratings` to weighted scores with their totals. Coded ratings come as their
distinct rows with frequencies, so that a million units of three raters cost as many steps as there are rows
that differ; a table of continuous scores without gaps is summed as it stands. Not here: any statistic.
"""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.stats._arrays import Floats
from ilr.stats._patterns import is_keyed
from ilr.stats._weights import require_order
from ilr.stats.ratings import Ratings

__all__ = ["Places", "Scores", "added", "notes_on", "read_scores", "require_level", "scores_by_row"]

Places = NDArray[np.signedinteger]


@attrs.frozen(eq=False, kw_only=True)
class Scores:
    """Scores of rows by raters, where a row may stand for several units that were scored alike.

    Attributes:
        times: how many units each row stands for, shape (rows,).
        n_raters: number of raters, with those who gave no score.
        held: the scores, shape (raters, rows), where none is missing; else row, rater and score of each.
    """

    times: Floats
    n_raters: int
    held: Floats | tuple[Places, Places, Floats]

    @property
    def full(self) -> Floats | None:
        """The scores, shape (raters, rows), where none is missing; else None."""
        return None if isinstance(self.held, tuple) else self.held

    @cached_property
    def long(self) -> tuple[Places, Places, Floats]:
        """Row, rater and score of each score."""
        if isinstance(self.held, tuple):
            return self.held
        rows = np.tile(np.arange(len(self.times)), self.n_raters)
        return rows, np.repeat(np.arange(self.n_raters), len(self.times)), self.held.ravel()

    @cached_property
    def score(self) -> Floats:
        """The scores, in no order to rely on, shape (raters, rows) or (scores,)."""
        return self.long[2] if self.full is None else self.full

    @cached_property
    def sizes(self) -> Places:
        """Number of scores of each row."""
        if self.full is not None:
            return np.full(len(self.times), self.n_raters)
        return np.bincount(self.long[0], minlength=len(self.times))

    @cached_property
    def weight(self) -> Floats:
        """How many scores each of `score` stands for; of a shape that goes with it."""
        out: Floats = self.times if self.full is not None else self.times[self.long[0]]
        return out

    @cached_property
    def n(self) -> FrozenMap[str, float]:
        """Number of units with a score, of raters and of scores."""
        units = float(self.times[self.sizes > 0].sum())
        ratings = float(self.times @ self.sizes)
        return FrozenMap({"units": units, "raters": self.n_raters, "ratings": ratings})

    @cached_property
    def centred(self) -> Floats:
        """The scores from their grand mean, as `score`."""
        whole = self.score @ self.weight
        out: Floats = self.score - float(np.sum(whole)) / self.n["ratings"]
        return out

    @cached_property
    def row_totals(self) -> Floats:
        """Total of the centred scores of each row."""
        if self.full is not None:
            out: Floats = self.centred.sum(axis=0)
            return out
        return added(self.long[0], self.centred, len(self.times))

    @cached_property
    def rater_totals(self) -> Floats:
        """Total of the centred scores of each rater, over all units."""
        if self.full is not None:
            out: Floats = self.centred @ self.weight
            return out
        return added(self.long[1], self.centred * self.weight, self.n_raters)

    @cached_property
    def rater_counts(self) -> Floats:
        """Number of scores of each rater, over all units."""
        if self.full is not None:
            return np.full(self.n_raters, float(self.times.sum()))
        return added(self.long[1], self.weight, self.n_raters)

    @cached_property
    def total(self) -> float:
        """Sum of all squared centred scores."""
        return float(np.sum(self.centred**2 @ self.weight))

    def complete(self) -> tuple[Floats, Floats]:
        """The rows that every rater scored, shape (raters, rows), and how many units each stands for."""
        if self.full is not None:
            return self.full, self.times
        row, rater, score = self.long
        whole = (self.sizes == self.n_raters) & (self.sizes > 0)
        inside = whole[row]
        table = np.empty((self.n_raters, int(whole.sum())))
        table[rater[inside], (np.cumsum(whole) - 1)[row[inside]]] = score[inside]
        return table, self.times[whole]


def added(place: Places, amounts: Floats, size: int = 0) -> Floats:
    """Sum of the amounts at each place, for this many places at least."""
    return np.bincount(place, weights=amounts, minlength=size).astype(np.float64, copy=False)


def read_scores(r: Ratings, subject: str) -> Scores:
    """Take the scores of ratings in whichever form is summed fastest; rows may stand for several units.

    Raises:
        InvalidInput: if the categories carry no order, for then they are no scores.
    """
    if not r.continuous and not r.sparse and is_keyed(r.n_raters, r.n_rows, r.q):
        _require_scores(r, subject)
        row, rater = np.nonzero(r.profiles.codes >= 0)
        held = row, rater, r.values[r.profiles.codes[row, rater]]
        return Scores(times=r.profiles.times, n_raters=r.n_raters, held=held)
    if r.continuous and not r.sparse and r.scores.size and not np.isnan(r.scores).any():
        return Scores(times=_times(r), n_raters=r.n_raters, held=np.ascontiguousarray(r.scores.T))
    return scores_by_row(r, subject)


def scores_by_row(r: Ratings, subject: str) -> Scores:
    """Take the scores of ratings with the rows of the ratings.

    Raises:
        InvalidInput: if the categories carry no order, for then they are no scores.
    """
    _require_scores(r, subject)
    return Scores(times=_times(r), n_raters=r.n_raters, held=(r.unit, r.rater, r.score))


def _times(r: Ratings) -> Floats:
    return np.ones(r.n_rows) if r.times is None else r.times.astype(np.float64)


def _require_scores(r: Ratings, subject: str) -> None:
    check = Checker(subject)
    if not r.continuous:
        require_order(r, check)
    check.done()


def notes_on(r: Ratings) -> tuple[Reason, ...]:
    """What the reader of any statistic on scores must know of the ratings."""
    notes = (Reason.of("INFERRED_CATEGORIES", categories=r.q),) if r.inferred else ()
    return (*notes, Reason.of("CLUSTERS_IGNORED", clusters=r.n_clusters)) if r.n_clusters else notes


def require_level(check: Checker, level: float) -> None:
    """Note a coverage that is no probability."""
    check(0 < level < 1, "options.level", "level", "is not a probability", expected="0 < level < 1")
