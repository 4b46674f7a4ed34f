"""Which columns of a frame hold what, and the stretches of rows in which they do not change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker
from ilr.observation._columns import Codes, Frame, factor

__all__ = ["Layout", "Raw", "Runs", "in_runs"]


@attrs.frozen(kw_only=True)
class Layout:
    """Which column of a frame holds what."""

    visit: tuple[str, ...]
    teacher: str
    observer: str
    item: str | None
    level: str | None
    items: tuple[str, ...] | None
    segment: str | None
    date: str | None
    minutes: str | None
    facts: Mapping[str, str]
    dimensions: tuple[str, ...]

    def check(self) -> None:
        """Refuse a layout that is neither long nor wide."""
        check = Checker("ObservationTable")
        long = self.item is not None and self.level is not None
        wide = self.items is not None
        check(
            long != wide and (long or (self.item is None and self.level is None)),
            "table.layout",
            "",
            "is neither long nor wide",
            expected="item= and level= for a long frame, or items= for a wide one",
        )
        check(
            self.items is None or bool(self.items),
            "table.layout",
            "items",
            "are missing",
            expected="one or more",
        )
        check.done()

    def columns(self) -> tuple[str, ...]:
        """Every column that the frame must have."""
        single = (self.teacher, self.observer, self.item, self.level, self.segment, self.date, self.minutes)
        return (
            *self.visit,
            *(name for name in single if name is not None),
            *(self.items or ()),
            *self.facts.values(),
            *self.dimensions,
        )

    def columns_of_records(self) -> tuple[str, ...]:
        """Every column that tells of a whole record, each once."""
        optional = (self.segment, self.date, self.minutes)
        names = (*self.visit, self.teacher, self.observer, *(name for name in optional if name is not None))
        return tuple(dict.fromkeys((*names, *self.facts.values(), *self.dimensions)))


@attrs.frozen
class Runs:
    """Stretches of rows in which nothing but item and level changes, or single rows where `starts` is None.

    What is told of a record is looked at once a run, not once a row.
    """

    n: int
    starts: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, codes: Codes) -> Runs:
        """The runs of one column."""
        change = np.ones(len(codes), dtype=bool)
        np.not_equal(codes[1:], codes[:-1], out=change[1:])
        few = 2 * np.count_nonzero(change) <= len(codes)
        return cls(len(codes), np.flatnonzero(change) if few else None)

    def first(self, codes: NDArray[Any]) -> NDArray[Any]:
        """The value of each run."""
        return codes if self.starts is None else codes[self.starts]

    def rows(self, runs: NDArray[Any]) -> list[int]:
        """The rows of the runs at which an array is true."""
        return np.flatnonzero(self.spread(runs)).tolist() if runs.any() else []

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values of runs, for each row."""
        if self.starts is None:
            return values
        return np.repeat(values, np.diff(self.starts, append=self.n))


Raw = Mapping[str, tuple[Codes, list[Any]]]


def in_runs(frame: Frame, names: Sequence[str]) -> tuple[Runs, Raw]:
    """The runs of several columns together, and codes and distinct values of each column by run."""
    alone = {}
    for name in names:  # one at a time, so that only one column of codes is held
        codes, distinct = factor(frame[name])
        own = Runs.of(codes)
        alone[name] = own, own.first(codes), distinct
    known = [own.starts for own, _, _ in alone.values() if own.starts is not None]
    if len(known) < len(alone):
        return Runs(own.n), {name: (own.spread(codes), rest) for name, (own, codes, rest) in alone.items()}
    starts = np.unique(np.concatenate(known))
    at = [np.searchsorted(one, starts, side="right") - 1 for one in known]
    return Runs(own.n, starts), {
        name: (codes[place], distinct)
        for place, (name, (_, codes, distinct)) in zip(at, alone.items(), strict=True)
    }
