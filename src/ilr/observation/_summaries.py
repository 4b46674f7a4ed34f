"""What is computed from an observation table: means, shares, agreement, and who can be compared.

Every function reads columns; none walks over records. Results are small tables that show themselves and
convert to plain rows or to the caller's data frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, FrozenMap, MissingDependency, UnknownCode, listed, read_only
from ilr.base._codec import structure
from ilr.continuum.lookfors import LevelCode
from ilr.observation.table import MISSING_KINDS, UNKNOWN, as_categories, people
from ilr.stats import Estimate, Ratings, proportions
from ilr.stats import agreement as coefficients

if TYPE_CHECKING:
    from ilr.observation.table import ObservationTable

__all__ = ["AgreementRow", "AgreementTable", "GroupMeans", "Share", "Shares", "VisitFacts"]

Group = str | tuple[str, ...]
Backend = Literal["pandas", "polars", "pyarrow"]


def ratings(table: ObservationTable, item: str) -> Ratings:
    """See `ObservationTable.ratings`."""
    place = table.place(item)
    rows = table.item == place
    walk, code = table.walk[rows], table.level[rows]
    unit_key = table.column("visit").codes[walk].astype(np.int64)
    if "segment" in table.walks:
        segment = table.column("segment")
        unit_key = unit_key * (len(segment.categories) + 1) + segment.codes[walk] + 1
    units, unit = np.unique(unit_key, return_inverse=True)
    observers, observer = np.unique(table.column("observer").codes[walk], return_inverse=True)
    cluster = np.zeros(len(units), dtype=np.int32)
    cluster[unit] = np.unique(table.column("teacher").codes[walk], return_inverse=True)[1]
    scale = table.scales[place]
    return Ratings.from_codes(
        unit.astype(np.int32),
        observer.astype(np.int32),
        code,
        n_units=len(units),
        n_raters=len(observers),
        categories=scale.codes,
        values=scale.values,
        ranks=scale.ranks,
        cluster=cluster,
        raters=[table.column("observer").categories[at] for at in observers],
        missing={kind: int(np.count_nonzero(code == mark)) for kind, mark in MISSING_KINDS.items()},
        inferred=table.inferred,
    )


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


def means(table: ObservationTable, by: str, within: tuple[str, ...]) -> GroupMeans:
    """See `ObservationTable.means`."""
    check = Checker("means")
    for name in (by, *within):
        check(name in table.walks, "table.column", name, "is not a column", expected=listed(table.walks))
    check.done()
    column = table.column(by)
    used = np.unique(column.codes[column.codes >= 0])
    values, answered = table.values(), table.level >= 0
    answered &= column.codes[table.walk] >= 0
    values, walk = values[answered], table.walk[answered]
    keys = [
        table.item[answered].astype(np.int64),
        *(table.column(name).codes[walk].astype(np.int64) for name in (by, *within)),
    ]
    groups = np.stack(keys, axis=1)
    while True:
        groups, inverse = np.unique(groups, axis=0, return_inverse=True)
        inverse = inverse.reshape(-1)
        values = np.bincount(inverse, values, len(groups)) / np.bincount(inverse, minlength=len(groups))
        if groups.shape[1] == 2:
            break
        groups = groups[:, :-1]
    array = np.full((len(used), len(table.items)), np.nan)
    array[np.searchsorted(used, groups[:, 1]), groups[:, 0]] = values
    array.setflags(write=False)
    return GroupMeans(
        by=by,
        within=within,
        grain="individual" if by in ("teacher", "visit") else "group",
        groups=tuple(column.categories[code] for code in used),
        item_ids=table.items,
        array=array,
    )


@attrs.frozen(kw_only=True)
class Share:
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
            **_columns("share", self.estimate),
            **{f"n_{name}": count for name, count in self.estimate.n.items()},
            "not_observed": self.not_observed,
            "not_applicable": self.not_applicable,
        }


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Shares:
    """Shares of several items, and groups when broken down. Equal when all rows are equal."""

    by: str | None
    rows: tuple[Share, ...]

    def __iter__(self) -> Iterator[Share]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, item: str, group: str | None = None) -> Share:
        """One share.

        Raises:
            UnknownCode: when there is no such row.
        """
        return _only(self.rows, item, group)

    def to_frame(self, backend: Backend = "pandas") -> Any:
        """The rows as a data frame of the named package."""
        return to_frame([row.row() for row in self.rows], backend)

    def _repr_html_(self) -> str:
        return html_table([row.row() for row in self.rows])


def shares(table: ObservationTable, *, at_least: LevelCode | None, by: str | None, level: float) -> Shares:
    """See `ObservationTable.shares`."""
    check = Checker("shares")
    marks: dict[str, LevelCode] = {}
    for item, scale in zip(table.items, table.scales, strict=True):
        mark = at_least if at_least is not None else scale.fidelity
        if check(
            mark in scale.codes,
            "share.level",
            item,
            "has no such level" if at_least is not None else "has no fidelity level",
            expected=listed(scale.codes),
            hint="" if at_least is not None else "give at_least=, or mark a fidelity level on the scale",
        ):
            marks[item] = mark  # type: ignore[assignment]  # a level of the scale is never None
    check.done()
    found: list[Share] = []
    for group, part in _groups(table, by):
        teacher = part.column("teacher")
        for place, (item, scale) in enumerate(zip(table.items, table.scales, strict=True)):
            rows = part.item == place
            code, walk = part.level[rows], part.walk[rows]
            answered = code >= 0
            cluster = teacher.codes[walk[answered]]
            hits = (code[answered] >= scale.codes.index(marks[item])).astype(float)
            size = np.bincount(cluster, minlength=len(teacher.categories))
            success = np.bincount(cluster, hits, len(teacher.categories))
            estimate = proportions.clustered_share(success[size > 0], size[size > 0], level=level)
            found.append(
                Share(
                    item=item,
                    group=group,
                    at_least=marks[item],
                    estimate=_with_counts(estimate, part, walk[answered]),
                    not_observed=int(np.count_nonzero(code == MISSING_KINDS["not observed"])),
                    not_applicable=int(np.count_nonzero(code == MISSING_KINDS["not applicable"])),
                )
            )
    return Shares(by=by, rows=tuple(found))


def _with_counts(estimate: Estimate, table: ObservationTable, walk: NDArray[np.int32]) -> Estimate:
    records = np.unique(walk)
    observer = table.column("observer").codes[records].astype(np.int64)
    visit = table.column("visit").codes[records].astype(np.int64)
    teacher = table.column("teacher")
    who = {id for code in np.unique(teacher.codes[records]) for id in people(teacher.categories[code])}
    counts = {
        "ratings": float(len(walk)),
        "observations": float(len(np.unique(visit * (observer.max(initial=0) + 1) + observer))),
        "visits": float(len(np.unique(visit))),
        "teachers": float(len(who)),
        "effective": float(estimate.n.get("effective", 0.0)),
    }
    return attrs.evolve(estimate, n=FrozenMap(counts))


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


@attrs.frozen(kw_only=True, field_transformer=read_only)
class AgreementTable:
    """Agreement of several items, and groups when broken down. Equal when all rows are equal."""

    by: str | None
    rows: tuple[AgreementRow, ...]

    def __iter__(self) -> Iterator[AgreementRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, item: str, group: str | None = None) -> AgreementRow:
        """One row.

        Raises:
            UnknownCode: when there is no such row.
        """
        return _only(self.rows, item, group)

    def to_frame(self, backend: Backend = "pandas") -> Any:
        """The rows as a data frame of the named package."""
        return to_frame([row.row() for row in self.rows], backend)

    def _repr_html_(self) -> str:
        return html_table([row.row() for row in self.rows])


def agreement(table: ObservationTable, *, by: str | None, level: float) -> AgreementTable:
    """See `ObservationTable.agreement`."""
    rows = []
    for group, part in _groups(table, by):
        for item in table.items:
            given = ratings(part, item)
            rows.append(
                AgreementRow(
                    item=item,
                    group=group,
                    exact=coefficients.percent_agreement(given, method="score", level=level),
                    adjacent=coefficients.adjacent_agreement(given, method="score", level=level),
                    ac2=coefficients.gwet_ac(given, weights="quadratic", method="jackknife", level=level),
                    alpha=coefficients.krippendorff_alpha(
                        given, metric="ordinal", method="jackknife", level=level
                    ),
                )
            )
    return AgreementTable(by=by, rows=tuple(rows))


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


def visits(table: ObservationTable) -> tuple[VisitFacts, ...]:
    """See `ObservationTable.visits`."""
    nothing: list[Any] = [None] * len(table)
    names = ("visit", "teacher", "observer", "mode", "period", "lesson_part", "medium", "form")
    columns = {name: table.column(name).decoded() if name in table.walks else nothing for name in names}
    days: list[date | None] = table.days.tolist()
    records: dict[str, list[int]] = {}
    for row, visit in enumerate(columns["visit"]):
        records.setdefault(visit, []).append(row)

    def first(name: str, rows: list[int]) -> Any:
        return next((columns[name][row] for row in rows if columns[name][row] is not None), None)

    found = [
        VisitFacts(
            visit=visit,
            day=next((days[row] for row in rows if days[row] is not None), None),
            teachers=people(columns["teacher"][rows[0]]),
            observers=tuple(dict.fromkeys(columns["observer"][row] for row in rows)),
            mode=first("mode", rows),
            period=first("period", rows),
            lesson_part=first("lesson_part", rows),
            media=tuple(columns["medium"][row] for row in rows),
            forms=tuple(columns["form"][row] for row in rows),
        )
        for visit, rows in records.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.day is None, one.day or date.min, one.visit)))


def disconnected(table: ObservationTable) -> tuple[frozenset[str], ...]:
    """See `ObservationTable.disconnected`."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    visit, observer = table.column("visit"), table.column("observer")
    n = len(observer.categories)
    edges = coo_array(
        (np.ones(len(visit)), (observer.codes, visit.codes + n)), shape=(n + len(visit.categories),) * 2
    )
    _, label = connected_components(edges, directed=False)
    groups: dict[int, set[str]] = {}
    for code in np.unique(observer.codes):
        groups.setdefault(int(label[code]), set()).add(observer.categories[code])
    return tuple(sorted((frozenset(group) for group in groups.values()), key=min))


def _groups(table: ObservationTable, by: str | None) -> Iterator[tuple[str | None, ObservationTable]]:
    if by is None:
        yield None, table
        return
    column = table.column(by)
    for code in np.unique(column.codes):
        label = column.categories[code] if code >= 0 else UNKNOWN
        yield str(label), table.select(column.codes == code)


_Row = TypeVar("_Row", Share, AgreementRow)


def _only(rows: Sequence[_Row], item: str, group: str | None) -> _Row:
    for row in rows:
        if row.item == item and row.group == group:
            return row
    raise UnknownCode(f"no such row; items are {listed({row.item: None for row in rows})}", code="table.row")


def _columns(name: str, estimate: Estimate) -> dict[str, Any]:
    reason = estimate.undefined
    return {
        name: None if reason else estimate.value,
        f"{name}_low": None if reason else estimate.low,
        f"{name}_high": None if reason else estimate.high,
        f"{name}_undefined": str(reason) if reason else None,
    }


def to_frame(rows: Sequence[Mapping[str, Any]], backend: Backend) -> Any:
    """Plain rows as a frame of pandas, polars or pyarrow.

    Raises:
        MissingDependency: when the package is not installed.
    """
    import narwhals as nw

    columns = {name: [row.get(name) for row in rows] for name in _names(rows)}
    try:
        return nw.from_dict(columns, backend=backend).to_native()
    except ImportError as error:
        raise MissingDependency(f"{backend} is not installed", code="frame.backend") from error


def html_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Plain rows as a small HTML table with rounded numbers."""
    if not rows:
        return "<table></table>"
    names = _names(rows)
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_shown(row.get(name)))}</td>" for name in names) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _names(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The columns of rows, of which one that is undefined may lack some."""
    return tuple(dict.fromkeys(name for row in rows for name in row))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) and not value.is_integer() else str(value)
