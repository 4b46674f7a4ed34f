"""The observation table: what observers recorded, as columns that statistics read.

Here belong the table, its selections and the doors in and out. How frames and records become columns is
in `_build`, `_records` and `_concat`, which versions of an item are one column in `_versions`, what is
computed from columns in `_summaries`. A row of `walks` is one observer's record of one visit (or of one
segment of it); a row of the ratings is one item of such a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import FrozenMap, Policy, Reason, Roster, SchoolCalendar, UnknownCode, Window, listed
from ilr.continuum.lookfors import LevelCode, LevelScale
from ilr.forms import Form, FormRef, Purpose, Walkthrough
from ilr.observation._columns import Column

if TYPE_CHECKING:
    from ilr.observation._results import AgreementTable, GroupMeans, LevelShares, Rates, VisitFacts
    from ilr.observation.coverage import Coverage
    from ilr.stats import Ratings

__all__ = ["MISSING_KINDS", "ItemVersion", "ObservationTable", "concat"]

MISSING_KINDS: Mapping[str, int] = FrozenMap({"not observed": -1, "not applicable": -2, "unanswered": -3})
"""The codes that stand in the level column where an item has no level."""


@attrs.frozen
class ItemVersion:
    """An item as one version of a form asks it. Equal when both parts are equal.

    Attributes:
        form: the version of the form.
        item: id of the item in it.
    """

    form: FormRef
    item: str


@attrs.frozen(eq=False, kw_only=True, repr=False)
class ObservationTable:
    """Ratings of observed visits in columns of codes.

    Equal when columns, category tables, scales and counts are equal; the order of the input does not
    matter, because rows and categories are kept in one canonical order. Tables made from the table by
    selection share its category tables.

    Attributes:
        walks: columns with one entry a record: ``visit``, ``teacher`` and ``observer`` always,
            ``segment``, ``building``, ``mode``, ``period``, ``lesson_part``, ``medium``, ``form``,
            ``purpose``, ``outcome`` and the dimensions where they were given.
        ids: id of each record; where records came from a frame it is made of visit, segment and observer.
        days: school day of each record, NaT where unknown.
        minutes: length of each record in minutes, NaN where unknown.
        walk: for each rating the row of its record.
        item: for each rating the place of its item in `items`.
        level: for each rating the place of its code in the scale of the item, or a code of
            `MISSING_KINDS`.
        items: ids of the items.
        scales: the scale of each item.
        inferred: whether the scales were taken from the data.
        dimensions: names of the columns by which data may be broken down.
        left_out: what the input held that the table does not, counted by reason.
        origins: for each item the newest version of it in each form that its ratings are joined with; none
            where the ratings came from a frame.
        notes: what else a reader must know: items that stand apart from a later version, and levels that are
            read on a later scale.
    """

    walks: FrozenMap[str, Column]
    _ids: tuple[str, ...] | None = None
    days: NDArray[np.datetime64]
    minutes: NDArray[np.float64]
    walk: NDArray[np.int32]
    item: NDArray[np.int32]
    level: NDArray[np.int16]
    items: tuple[str, ...]
    scales: tuple[LevelScale, ...]
    inferred: bool = False
    dimensions: tuple[str, ...] = ()
    left_out: FrozenMap[str, int] = attrs.field(factory=FrozenMap)
    origins: tuple[tuple[ItemVersion, ...], ...]
    notes: tuple[Reason, ...] = ()

    def __attrs_post_init__(self) -> None:
        for array in (self.days, self.minutes, self.walk, self.item, self.level):
            array.setflags(write=False)

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        visit: str | Sequence[str],
        teacher: str,
        observer: str,
        item: str | None = None,
        level: str | None = None,
        items: Sequence[str] | None = None,
        levels: Sequence[LevelCode] | None = None,
        scales: LevelScale | Mapping[str, LevelScale] | None = None,
        segment: str | None = None,
        date: str | None = None,
        minutes: str | None = None,
        building: str | None = None,
        mode: str | None = None,
        period: str | None = None,
        lesson_part: str | None = None,
        medium: str | None = None,
        form: str | None = None,
        focus: str | None = None,
        purpose: str | None = None,
        outcome: str | None = None,
        dimensions: Sequence[str] = (),
        missing: Mapping[Any, str] | None = None,
        co_teaching: bool = False,
        calendar: SchoolCalendar | None = None,
    ) -> ObservationTable:
        """Read a data frame, long (one row a rating) or wide (a column an item).

        Long and wide frames of the same ratings give equal tables.

        Args:
            frame: pandas, polars or pyarrow frame, or a mapping of equally long sequences.
            visit: column of the visit id, or several columns that make it together.
            teacher: column of the observed teacher.
            observer: column of the observer.
            item: long only: column of the item id.
            level: long only: column of the level.
            items: wide only: the columns that are items.
            levels: the codes of every item's scale in ascending order.
            scales: one scale for all items, or one by item id; instead of ``levels``.
            segment: column of the part of a visit.
            date: column of the school day.
            minutes: column of the length in minutes.
            building: column of the school id.
            mode: column of the visit mode, in the codes of `VisitMode`.
            period: column of the class period.
            lesson_part: column of the part of the lesson, in the codes of `LessonPart`.
            medium: column of the medium, in the codes of `Medium`.
            form: column of the form id with its version.
            focus: column of the instructional focus of the class.
            purpose: column of the purpose of the record, in the codes of `Purpose`.
            outcome: column of what became of the visit, in the codes of `Outcome`.
            dimensions: columns by which data may be broken down.
            missing: the host's codes for having no level, each with one of ``not observed``,
                ``not applicable``, ``unanswered``; empty cells are unanswered.
            co_teaching: whether a visit may have several teachers, told by rows that differ in the
                teacher alone. Otherwise such a visit is an error.
            calendar: when given, days outside its window are errors.

        Returns:
            The table. Levels that no scale declares are never dropped: they are errors.

        Raises:
            InvalidInput: listing missing columns; or rows without visit, teacher, observer or item,
                undeclared levels, repeated ratings, unreadable days, days outside the calendar, facts
                that differ within a record; with the row number and never with what the cell held.
        """
        from ilr.observation import _build

        facts = {
            "building": building,
            "mode": mode,
            "period": period,
            "lesson_part": lesson_part,
            "medium": medium,
            "form": form,
            "focus": focus,
            "purpose": purpose,
            "outcome": outcome,
        }
        layout = _build.Layout(
            visit=(visit,) if isinstance(visit, str) else tuple(visit),
            teacher=teacher,
            observer=observer,
            item=item,
            level=level,
            items=tuple(items) if items is not None else None,
            segment=segment,
            date=date,
            minutes=minutes,
            facts={name: column for name, column in facts.items() if column is not None},
            dimensions=tuple(dimensions),
        )
        return _build.from_frame(
            frame,
            layout,
            levels=levels,
            scales=scales,
            missing=missing or {},
            co_teaching=co_teaching,
            calendar=calendar,
        )

    @classmethod
    def from_walkthroughs(
        cls,
        records: Iterable[Walkthrough],
        *,
        forms: Iterable[Form] = (),
        dimensions: Sequence[str] | None = None,
        calendar: SchoolCalendar | None = None,
    ) -> ObservationTable:
        """Read walkthrough records.

        A record that a later one supersedes is left out and counted; so are notes, counts and whatever else is
        not rated on a scale, and what a repeat asks once an entry.

        Versions of a form are joined by declared lineage alone (ILR-4b.KI.4): the same and the reworded are one
        item, a changed scale is read on the new one where every former level has its place in it, and all else
        stands apart, ended items under ``id@version`` where a later version bears their id. `notes` says so.

        Args:
            records: the records; they are taken one by one and none is kept.
            forms: the forms they were made with, every version of each; they tell scales and lineage. Of a form
                that is not among them an answer is a rating where it stands under a look-for; its scale is that of
                another form with such an item, or inferred from the numbers, and the table says so.
            dimensions: names to take from the records' dimensions; all by default.
            calendar: tells the school day of an instant and which days exist; without one the day is
                read off the clock of the instant.

        Returns:
            The table.

        Raises:
            InvalidInput: listing repeated ids, two records of an observer in one visit, levels that no form
                declares, days outside the calendar, versions of a form that are built unlike each other and not
                all among ``forms``, a lineage that is wrong.
        """
        from ilr.observation import _records

        return _records.from_walkthroughs(records, tuple(forms), dimensions=dimensions, calendar=calendar)

    def __len__(self) -> int:
        """Number of records."""
        return len(self.days)

    @property
    def ids_are_made(self) -> bool:
        """Whether the ids of the records are made of visit, segment and observer."""
        return self._ids is None

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Id of each record; one from a frame is made of visit, segment and observer when asked for."""
        if self._ids is not None:
            return self._ids
        parts = [
            self.walks[name].decoded() for name in ("visit", "segment", "observer") if name in self.walks
        ]
        return tuple(
            "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in one if part is not None)
            for one in zip(*parts, strict=True)
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ObservationTable):
            return NotImplemented
        return (
            (self.items, self.scales, self.dimensions, self.inferred, self.origins, self.notes)
            == (other.items, other.scales, other.dimensions, other.inferred, other.origins, other.notes)
            and self.walks == other.walks
            and ((self._ids is None and other._ids is None) or self.ids == other.ids)
            and self.left_out == other.left_out
            and all(
                np.array_equal(getattr(self, name), getattr(other, name))
                for name in ("walk", "item", "level")
            )
            and np.array_equal(self.days, other.days, equal_nan=True)
            and np.array_equal(self.minutes, other.minutes, equal_nan=True)
        )

    def __repr__(self) -> str:
        return (
            f"ObservationTable({len(self)} records of {self.count('visit')} visits, "
            f"{self.count('teacher')} teachers, {self.count('observer')} observers, "
            f"{self.n_ratings} ratings of {len(self.items)} items)"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{name}</td><td>{number}</td></tr>"
            for name, number in (
                ("records", len(self)),
                ("visits", self.count("visit")),
                ("teachers", self.count("teacher")),
                ("observers", self.count("observer")),
                ("items", len(self.items)),
                ("ratings", self.n_ratings),
            )
        )
        return f"<table><caption>Observation table</caption>{rows}</table>"

    @property
    def n_ratings(self) -> int:
        """Number of answered items; items marked or left empty do not count."""
        return int(np.count_nonzero(self.level >= 0))

    def column(self, name: str) -> Column:
        """A column of the records.

        Raises:
            UnknownCode: when the table has no such column.
        """
        if name not in self.walks:
            raise UnknownCode(
                f"the table has no such column; it has {listed(self.walks)}", code="table.column"
            )
        return self.walks[name]

    def count(self, name: str) -> int:
        """How many different values of a column occur; teachers of a co-taught visit count each."""
        if name == "teacher":
            return len(self.teachers())
        return len(self.column(name).used())

    def rated_records(self) -> list[tuple[str, date, str | None]]:
        """Id, day and building of every record that has a level and a day, in order of record."""
        rows = np.unique(self.walk[self.level >= 0])
        rows = rows[~np.isnat(self.days[rows])]
        buildings = (
            self.column("building").take(rows).decoded() if "building" in self.walks else [None] * len(rows)
        )
        days: list[date] = self.days[rows].tolist()
        return [
            (self.ids[row], day, name) for row, day, name in zip(rows.tolist(), days, buildings, strict=True)
        ]

    def days_with_ratings(self) -> list[date]:
        """The day of every record that has a level and a day, in order."""
        return sorted(day for _, day, _ in self.rated_records())

    def first_day(self) -> date | None:
        """The earliest day of a record, None where none has one."""
        known = self.days[~np.isnat(self.days)]
        return known.min().item() if len(known) else None

    def teachers(self) -> frozenset[str]:
        """The ids of every teacher who was observed."""
        return frozenset(id for group in self.column("teacher").used() for id in people(group))

    def place(self, item: str) -> int:
        """The place of an item.

        Raises:
            UnknownCode: when the table has no such item.
        """
        if item not in self.items:
            raise UnknownCode(f"the table has no such item; it has {listed(self.items)}", code="table.item")
        return self.items.index(item)

    def scale(self, item: str) -> LevelScale:
        """The scale of an item."""
        return self.scales[self.place(item)]

    def values(self) -> NDArray[np.float64]:
        """The value of each rating, NaN where an item has no level."""
        longest = max((len(scale.codes) for scale in self.scales), default=0)
        table = np.full((len(self.scales), longest + 1), np.nan)
        for place, scale in enumerate(self.scales):
            table[place, : len(scale.codes)] = scale.values
        return table[self.item, np.where(self.level >= 0, self.level, longest)]

    def select(self, rows: NDArray[np.bool_]) -> ObservationTable:
        """The records at which a boolean array is true, with their ratings."""
        kept = rows[self.walk]
        new_place = (np.cumsum(rows) - 1).astype(np.int32)
        return attrs.evolve(
            self,
            walks=FrozenMap({name: column.take(rows) for name, column in self.walks.items()}),
            ids=None if self._ids is None else tuple(compress(self._ids, rows.tolist())),
            days=self.days[rows],
            minutes=self.minutes[rows],
            walk=new_place[self.walk[kept]],
            item=self.item[kept],
            level=self.level[kept],
        )

    def where(self, **facts: str | Iterable[str]) -> ObservationTable:
        """The records with the given values.

        Args:
            **facts: column name and the value, or the values, to keep; a co-taught visit is kept for
                each of its teachers.

        Example:
            ``table.where(district="CHL")``
        """
        rows = np.ones(len(self), dtype=bool)
        for name, wanted in facts.items():
            column = self.column(name)
            values = {wanted} if isinstance(wanted, str) else set(wanted)
            codes = [
                code for code, label in enumerate(column.categories) if not values.isdisjoint(people(label))
            ]
            rows &= np.isin(column.codes, [*codes, *([-1] if UNKNOWN in values else [])])
        return self.select(rows)

    def between(self, start: date, end: date) -> ObservationTable:
        """The records from one day to another, both included; records without a day are left out."""
        return self.select((self.days >= np.datetime64(start)) & (self.days <= np.datetime64(end)))

    def for_purpose(self, *purposes: Purpose) -> ObservationTable:
        """The records made for one of the purposes; a record without one counts as a walkthrough."""
        if "purpose" not in self.walks:
            return self if Purpose.WALKTHROUGH in purposes else self.select(np.zeros(len(self), dtype=bool))
        column = self.walks["purpose"]
        names = {purpose.value for purpose in purposes}
        codes = [code for code, label in enumerate(column.categories) if label in names]
        unknown = (column.codes < 0) & (Purpose.WALKTHROUGH in purposes)
        return self.select(np.isin(column.codes, codes) | unknown)

    def rated_where(
        self, allowed: Callable[[str, str, date | None], bool], *, reason: str
    ) -> ObservationTable:
        """The ratings for which a question about observer, item and day is answered with yes.

        Args:
            allowed: the question; it is asked once for each combination that occurs.
            reason: under which what falls away is counted in ``left_out``.

        Returns:
            The table with all its records and the remaining ratings.
        """
        observer = self.column("observer")
        combinations, inverse = np.unique(
            np.stack([observer.codes[self.walk], self.item, self.days[self.walk].astype(np.int64)], axis=1),
            axis=0,
            return_inverse=True,
        )
        answers = np.array(
            [
                allowed(observer.categories[who], self.items[place], np.datetime64(day, "D").item())
                for who, place, day in combinations.tolist()
            ],
            dtype=bool,
        )
        keep = answers[inverse.reshape(-1)]
        dropped = int(np.count_nonzero(~keep & (self.level >= 0)))
        left_out = {**self.left_out, reason: self.left_out.get(reason, 0) + dropped}
        return attrs.evolve(
            self,
            walk=self.walk[keep],
            item=self.item[keep],
            level=self.level[keep],
            left_out=FrozenMap({name: count for name, count in left_out.items() if count}),
        )

    def only(self, *items: str) -> ObservationTable:
        """The ratings of some items, with all records and the same item table.

        Raises:
            UnknownCode: when the table has no such item.
        """
        keep = np.isin(self.item, [self.place(item) for item in items])
        return attrs.evolve(self, walk=self.walk[keep], item=self.item[keep], level=self.level[keep])

    def rated(self) -> ObservationTable:
        """The records that have at least one level."""
        rows = np.zeros(len(self), dtype=bool)
        rows[self.walk[self.level >= 0]] = True
        return self.select(rows)

    def contributions(self, by: Sequence[str]) -> dict[tuple[str, ...], dict[str, int]]:
        """How many records each teacher contributes to each cell of a breakdown.

        Args:
            by: columns to break down by.

        Returns:
            For each cell that has records, by the values of the columns, the records of each teacher id;
            records without a value fall in a cell of their own.
        """
        from ilr.observation._summaries import records_of

        cells: dict[tuple[str, ...], dict[str, int]] = {}
        for key, teachers, count in records_of(self, by):
            cell = cells.setdefault(key, {})
            for id in teachers:
                cell[id] = cell.get(id, 0) + count
        return cells

    def visits(self) -> tuple[VisitFacts, ...]:
        """One row a visit with the facts of its records, in order of day and id."""
        from ilr.observation import _summaries

        return _summaries.visits(self)

    def ratings(self, item: str) -> Ratings:
        """The ratings of one item: units are visits (or segments of visits), clusters are teachers."""
        from ilr.observation import _summaries

        return _summaries.ratings(self, item)

    def means(self, by: str, *, within: Sequence[str] = ()) -> GroupMeans:
        """Means of means of every item, in groups of records.

        Args:
            by: the column whose values the means are for.
            within: columns nested in it, outermost first. The values are averaged over the last one
                first, then over the one before it, and so on up to ``by``.

        Returns:
            Means by group and item. Keyed by teacher they are individual content, meant for the
            teacher and for analysis, never for a list in order.
        """
        from ilr.observation import _summaries

        return _summaries.means(self, by, tuple(within))

    def rates(
        self, *, at_least: LevelCode | None = None, by: str | None = None, level: float = 0.95
    ) -> Rates:
        """The share of ratings at or above a level, for every item, with its doubt.

        Args:
            at_least: the level; by default the fidelity level of each item's scale.
            by: column to break down by; ``week`` and ``month`` go by the day, and their groups are called by
                its Monday or first day.
            level: confidence level of the interval.

        Returns:
            Rates with a Wilson interval on the effective number of ratings, clustered by teacher.
            Items marked not observed or not applicable are left out of the share and counted.
        """
        from ilr.observation import _summaries

        return _summaries.rates(self, at_least=at_least, by=by, level=level)

    def level_shares(self, *, by: str | None = None, level: float = 0.95) -> LevelShares:
        """How the ratings of every item spread over its levels, each share with its doubt.

        Args:
            by: column to break down by, as in `rates`.
            level: confidence level of each interval; the intervals of one item do not hold all at once.

        Returns:
            Shares with a Wilson interval on the effective number of ratings, clustered by teacher; the shares
            of one item add up to 1.
        """
        from ilr.observation import _summaries

        return _summaries.level_shares(self, by=by, level=level)

    def agreement(self, by: str | None = None, *, level: float = 0.95) -> AgreementTable:
        """Exact and adjacent agreement, AC2 and alpha of every item, with intervals.

        These few because they answer different questions: how often observers say the same, how often
        nearly the same, how much better than chance when levels are used unevenly (AC2, quadratic
        weights), and how well the ratings tell visits apart (ordinal alpha).

        Args:
            by: column to break down by.
            level: confidence level of the intervals.

        Returns:
            One row an item, and a group when asked. The two shares have score intervals on their
            effective number; AC2 and alpha have intervals by the jackknife over teachers, which allows
            for the many visits that only one observer saw.
        """
        from ilr.observation import _summaries

        return _summaries.agreement(self, by=by, level=level)

    def disconnected(self) -> tuple[frozenset[str], ...]:
        """Groups of observers that no chain of shared visits connects, so that they cannot be compared.

        Returns:
            One set of observer ids a group, in order of their first id; a single set when all can be
            compared.
        """
        from ilr.observation import _summaries

        return _summaries.disconnected(self)

    def coverage(
        self, *, roster: Roster, building: str, window: Window, calendar: SchoolCalendar, policy: Policy
    ) -> Coverage:
        """Who of a building was seen when, and for how long not.

        Args:
            roster: who teaches there, from when to when.
            building: id of the school; records of other buildings are passed over.
            window: first and last day.
            calendar: the instructional days.
            policy: what makes a visit valid and a month whole.

        Returns:
            Days of visits, longest gaps and monthly counts of every teacher of the building.
        """
        from ilr.observation import coverage

        return coverage.coverage_of(
            self, roster=roster, building=building, window=window, calendar=calendar, policy=policy
        )

    def to_document(self) -> dict[str, Any]:
        """Plain data that `from_document` reads back to an equal table."""
        from ilr.observation import _documents

        return _documents.to_document(self)

    @classmethod
    def from_document(cls, data: Any) -> ObservationTable:
        """Read what `to_document` wrote.

        Raises:
            InvalidInput: listing columns that are missing, of another shape, or point outside their
                tables.
        """
        from ilr.observation import _documents

        return _documents.from_document(data)


def concat(tables: Iterable[ObservationTable], *, forms: Iterable[Form] = ()) -> ObservationTable:
    """Join tables into one, which equals the table of all their rows together.

    Args:
        tables: tables of the same items, of others, or of some of each; an item has one scale in all.
        forms: needed where tables hold different versions of a form: the versions, which tell by their lineage
            what is joined, as in `ObservationTable.from_walkthroughs`.

    Returns:
        The table, with merged categories and added counts of what was left out. A column that only some
        tables have is unknown in the records of the others.

    Raises:
        InvalidInput: without tables; listing records that are in two tables, second records of an observer
            in a visit, visits whose teachers differ between tables, items of unlike scales, items of versions of a
            form that no lineage in ``forms`` connects.
    """
    from ilr.observation import _concat

    return _concat.concat(tuple(tables), tuple(forms))


UNKNOWN = "(unknown)"
"""How a group is called whose records have no value in the column."""


def people(group: str | tuple[str, ...]) -> tuple[str, ...]:
    """The ids behind a category of the teacher column."""
    return (group,) if isinstance(group, str) else group
