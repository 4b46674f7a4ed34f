"""What summaries of an observation table are: small tables that show themselves and convert.

Here belong the result types. How they are computed is in `_summaries`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any, Generic, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, FrozenMap, UnknownCode, listed, read_only
from ilr.base._codec import structure
from ilr.continuum.lookfors import LevelCode
from ilr.observation._documents import as_categories
from ilr.observation.table import people
from ilr.stats import Estimate
from ilr.stats._frames import Backend, column_names, to_frame

__all__ = [
    "AgreementRow",
    "AgreementTable",
    "GroupMeans",
    "LevelShare",
    "LevelShares",
    "Rate",
    "Rates",
    "VisitFacts",
]

Group = str | tuple[str, ...]


@attrs.frozen(eq=False, kw_only=True)
class GroupMeans(Mapping[Group, Mapping[str, float]]):
    """Means of every item by group, as an unordered mapping from group to item to mean.

    A mean over nobody is absent from the inner mapping. Equal when all entries are equal.

    Attributes:
        by: the column that the groups come from.
        within: the columns nested in it.
        grain: ``individual`` where groups are teachers: content for that teacher and for analysis,
            never to be put in order or released to others.
        groups: the groups, in the order of their ids.
        item_ids: ids of the items.
        array: means, shape (groups, items), NaN where nobody has a level.
    """

    by: str
    within: tuple[str, ...]
    grain: str
    groups: tuple[Group, ...]
    item_ids: tuple[str, ...]
    array: NDArray[np.float64]

    def __getitem__(self, group: Group) -> Mapping[str, float]:
        if group not in self.groups:
            raise UnknownCode(f"no such group in {self.by}", code="means.group")
        row = self.array[self.groups.index(group)].tolist()
        return FrozenMap({item: mean for item, mean in zip(self.item_ids, row, strict=True) if mean == mean})  # noqa: PLR0124  # NaN alone differs from itself

    def __iter__(self) -> Iterator[Group]:
        return iter(self.groups)

    def __len__(self) -> int:
        return len(self.groups)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GroupMeans):
            return NotImplemented
        return (self.by, self.within, self.groups, self.item_ids) == (
            other.by,
            other.within,
            other.groups,
            other.item_ids,
        ) and np.array_equal(self.array, other.array, equal_nan=True)

    def to_document(self) -> dict[str, Any]:
        """Plain data that `from_document` reads back to an equal value."""
        return {
            "by": self.by,
            "within": list(self.within),
            "grain": self.grain,
            "groups": [one if isinstance(one, str) else list(one) for one in self.groups],
            "item_ids": list(self.item_ids),
            "array": [[None if np.isnan(mean) else mean for mean in row] for row in self.array.tolist()],
        }

    @classmethod
    def from_document(cls, data: Any) -> GroupMeans:
        """Read what `to_document` wrote.

        Raises:
            InvalidInput: listing fields that are missing or of another shape.
        """
        fields = structure(data, _MeansDocument, subject="GroupMeans")
        shape = (len(fields.groups), len(fields.item_ids))
        check = Checker("GroupMeans")
        check(
            len(fields.array) == shape[0] and all(len(row) == shape[1] for row in fields.array),
            "means.shape",
            "array",
            "has another shape",
            expected=f"{shape[0]} rows of {shape[1]}",
        )
        check.done()
        array = np.array(
            [[np.nan if mean is None else mean for mean in row] for row in fields.array], dtype=float
        )
        array = array.reshape(shape)
        array.setflags(write=False)
        return cls(
            by=fields.by,
            within=fields.within,
            grain=fields.grain,
            groups=fields.groups,
            item_ids=fields.item_ids,
            array=array,
        )

    def rows(self) -> list[dict[str, Any]]:
        """One plain row a group and item that has a mean; co-taught teachers are joined by a stroke."""
        return [
            {self.by: "/".join(people(group)), "item": item, "mean": mean}
            for group in self
            for item, mean in self[group].items()
        ]

    def to_frame(self, backend: Backend = "pandas") -> Any:
        """The rows as a data frame of the named package."""
        return to_frame(self.rows(), backend)


@attrs.frozen(kw_only=True)
class _MeansDocument:
    by: str
    within: tuple[str, ...]
    grain: str
    groups: tuple[Any, ...] = attrs.field(converter=as_categories)
    item_ids: tuple[str, ...]
    array: tuple[tuple[float | None, ...], ...]


@attrs.frozen(kw_only=True)
class Rate:
    """The share of ratings of an item at or above a level. Equal when all fields are equal.

    Attributes:
        item: id of the item.
        group: value of the column broken down by, or None.
        at_least: the level.
        estimate: the share with its interval; ``n`` counts ratings, observations, visits, teachers and
            the effective number of ratings.
        not_observed: ratings marked not observed, which the share leaves out.
        not_applicable: ratings marked not applicable, which the share leaves out.
    """

    item: str
    group: str | None
    at_least: LevelCode
    estimate: Estimate
    not_observed: int
    not_applicable: int

    def row(self) -> dict[str, Any]:
        """The share as one plain row."""
        return {
            "group": self.group,
            "item": self.item,
            "at_least": self.at_least,
            **_columns("rate", self.estimate),
            **{f"n_{name}": count for name, count in self.estimate.n.items()},
            "not_observed": self.not_observed,
            "not_applicable": self.not_applicable,
        }


@attrs.frozen(kw_only=True)
class AgreementRow:
    """How far observers agree on one item. Equal when all fields are equal.

    Attributes:
        item: id of the item.
        group: value of the column broken down by, or None.
        exact: share of pairs of observers who gave the same level.
        adjacent: share of pairs at most one level apart.
        ac2: Gwet's AC2 with quadratic weights.
        alpha: Krippendorff's alpha, ordinal.
    """

    item: str
    group: str | None
    exact: Estimate
    adjacent: Estimate
    ac2: Estimate
    alpha: Estimate

    def row(self) -> dict[str, Any]:
        """The coefficients as one plain row."""
        columns: dict[str, Any] = {"group": self.group, "item": self.item}
        for name in ("exact", "adjacent", "ac2", "alpha"):
            columns.update(_columns(name, getattr(self, name)))
        return columns | {f"n_{name}": count for name, count in self.exact.n.items()}


@attrs.frozen(kw_only=True)
class LevelShare:
    """The share of ratings of an item at exactly one level. Equal when all fields are equal.

    Attributes:
        item: id of the item.
        group: value of the column broken down by, or None.
        level: the level.
        estimate: the share with its interval; ``n`` as in `Rate`.
    """

    item: str
    group: str | None
    level: LevelCode
    estimate: Estimate

    def row(self) -> dict[str, Any]:
        """The share as one plain row."""
        return {
            "group": self.group,
            "item": self.item,
            "level": self.level,
            **_columns("share", self.estimate),
            **{f"n_{name}": count for name, count in self.estimate.n.items()},
        }


_Row = TypeVar("_Row", Rate, AgreementRow, LevelShare)


class _Rows(Generic[_Row]):
    """What results of rows about items and groups have in common."""

    __slots__ = ()
    rows: tuple[_Row, ...]

    def __iter__(self) -> Iterator[_Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_frame(self, backend: Backend = "pandas") -> Any:
        """The rows as a data frame of the named package."""
        return to_frame([row.row() for row in self.rows], backend)

    def _repr_html_(self) -> str:
        return html_table([row.row() for row in self.rows])


_Single = TypeVar("_Single", Rate, AgreementRow)


class _RowsByItem(_Rows[_Single]):
    """What results of exactly one row an item and group have in common."""

    __slots__ = ()

    def of(self, item: str, group: str | None = None) -> _Single:
        """The row of an item, and of a group where the result is broken down.

        Raises:
            UnknownCode: when there is no such row.
        """
        for row in self.rows:
            if row.item == item and row.group == group:
                return row
        items = listed({row.item: None for row in self.rows})
        raise UnknownCode(f"no such row; items are {items}", code="table.row")


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Rates(_RowsByItem[Rate]):
    """Rates of several items, and groups when broken down. Equal when all fields are equal.

    Attributes:
        by: the column broken down by, or None.
        grain: ``individual`` where groups are teachers or visits, see `GroupMeans`.
        rows: one an item, and a group where broken down.
    """

    by: str | None
    grain: str
    rows: tuple[Rate, ...]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LevelShares(_Rows[LevelShare]):
    """How the ratings of several items spread over their levels. Equal when all fields are equal.

    Attributes:
        by: the column broken down by, or None.
        grain: ``individual`` where groups are teachers or visits, see `GroupMeans`.
        rows: one an item and level, and a group where broken down; levels from lowest to highest.
    """

    by: str | None
    grain: str
    rows: tuple[LevelShare, ...]

    def of(self, item: str, group: str | None = None) -> tuple[LevelShare, ...]:
        """The rows of an item, and of a group where the result is broken down; from the lowest level."""
        return tuple(row for row in self.rows if row.item == item and row.group == group)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class AgreementTable(_RowsByItem[AgreementRow]):
    """Agreement of several items, and groups when broken down. Equal when all fields are equal.

    Attributes:
        by: the column broken down by, or None.
        grain: ``individual`` where groups are teachers or visits, see `GroupMeans`.
        rows: one an item, and a group where broken down.
    """

    by: str | None
    grain: str
    rows: tuple[AgreementRow, ...]

    def to_latex(self, *, caption: str = "", label: str = "", digits: int = 3) -> str:
        """The rows as a LaTeX table for publication; it needs the package booktabs.

        Every coefficient stands with its interval in brackets, and n counts the visits (or segments of visits)
        that two or more observers rated. What is undefined is a dash with its reason at the foot. The values
        themselves stay as they are, ``digits`` is about print alone.

        Args:
            caption: text of the caption; special marks are escaped. None when empty.
            label: what references call the table, taken as it is; none when empty.
            digits: decimal places.

        Returns:
            The text of a ``table`` environment.

        Raises:
            InvalidInput: for a negative number of digits.
        """
        from ilr.observation._latex import Cells, escaped, latex_table

        check = Checker("to_latex")
        check(digits >= 0, "latex.digits", "digits", "is negative", expected="0 or more")
        check.done()
        cells = Cells(digits)
        grouped = self.by is not None
        heads = [*([escaped(self.by)] if grouped else []), "Item", "$n$", "Exact", "Adjacent", "AC2"]
        rows = [
            [
                *([escaped(row.group)] if grouped else []),
                escaped(row.item),
                f"{row.exact.n.get('pairable', 0):.0f}",
                *(cells.of(one) for one in (row.exact, row.adjacent, row.ac2, row.alpha)),
            ]
            for row in self.rows
        ]
        level = f"{100 * self.rows[0].exact.level:g}" if self.rows else ""
        intervals = [rf"In brackets: {level}\,\% intervals."] if level else []
        return latex_table(
            [*heads, r"$\alpha$"],
            rows,
            alignment="l" * (1 + grouped) + "r" * 5,
            caption=caption,
            label=label,
            notes=[*intervals, *cells.notes()],
        )


@attrs.frozen(kw_only=True, field_transformer=read_only)
class VisitFacts:
    """What the records of one visit say about it. Equal when all fields are equal.

    Attributes:
        visit: id of the visit.
        day: the school day, None where unknown.
        teachers: ids of everyone observed.
        observers: ids of everyone who recorded, two or more in a paired visit.
        mode: how it came about, None where no record says.
        period: the class period, None where no record says.
        lesson_part: the part of the lesson, None where no record says.
        media: what each record was made on, None where it does not say.
        forms: form and version of each record, None where it does not say.
    """

    visit: str
    day: date | None
    teachers: tuple[str, ...]
    observers: tuple[str, ...]
    mode: str | None
    period: str | None
    lesson_part: str | None
    media: tuple[str | None, ...]
    forms: tuple[str | None, ...]


def grain_of(by: str | None) -> str:
    """The grain of groups that come from a column."""
    return "individual" if by in ("teacher", "visit") else "group"


def _columns(name: str, estimate: Estimate) -> dict[str, Any]:
    reason = estimate.undefined
    return {
        name: None if reason else estimate.value,
        f"{name}_low": None if reason else estimate.low,
        f"{name}_high": None if reason else estimate.high,
        f"{name}_undefined": str(reason) if reason else None,
    }


def html_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Plain rows as a small HTML table with rounded numbers."""
    if not rows:
        return "<table></table>"
    names = column_names(rows)
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_shown(row.get(name)))}</td>" for name in names) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) and not value.is_integer() else str(value)
