"""Published tables: what a breakdown tells, cell by cell.

Here belong the table and its cells as values. Not here: what is hidden (`ilr.disclosure.publishing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any, Literal, TypeAlias

import attrs

from ilr.base import FrozenMap, Reason, content_hash, read_only
from ilr.continuum.lookfors import LevelCode
from ilr.disclosure.subjects import Subject
from ilr.disclosure.suppressed import SuppressedCell
from ilr.forms import Purpose
from ilr.observation import Rate
from ilr.stats._frames import Backend, to_frame

__all__ = ["BandedShare", "Published", "PublishedCell", "TableAudience"]

TableAudience: TypeAlias = Literal["team", "building", "district", "public", "researcher"]
"""For whom a table is made."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class BandedShare:
    """A share that is only told as a band, because nearly all or nearly none were there. Equal when all fields are.

    Attributes:
        item: id of the item.
        at_least: the level.
        low: the lowest share that it may be, 0 to 1.
        high: the highest.
        ratings: number of ratings.
        teachers: number of teachers.
    """

    item: str
    at_least: LevelCode
    low: float
    high: float
    ratings: int
    teachers: int

    def __str__(self) -> str:
        return f"at most {self.high:.0%}" if self.low == 0 else f"at least {self.low:.0%}"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PublishedCell:
    """A cell that may be read. Equal when all fields are equal.

    Attributes:
        key: the value of each column, ``(all)`` in a margin.
        teachers: number of distinct teachers.
        observations: number of records.
        shares: the share of each item at or above the level, with its doubt, or as a band; an item is left out
            where too few teachers of the cell were rated on it, or its share would give another away.
    """

    key: tuple[str, ...]
    teachers: int
    observations: int
    shares: tuple[Rate | BandedShare, ...]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Published:
    """A table that may leave, with the audit that it passed. Equal when all fields are equal.

    It holds no id of a teacher and no number of a hidden cell.

    Attributes:
        by: the columns broken down by.
        audience: for whom.
        cells: every cell and sum in order; cells that nobody is in are left out.
        teachers_per_cell: the k that was used.
        method: ``exact`` or ``heuristic``.
        audit: for each hidden cell, by its key joined with a stroke, the numbers of teachers that a reader
            who knows the method could not rule out, as lowest and highest.
        left_out: ratings and records that are not in the table, counted by reason.
        reasons: what else the reader must know.
        policy: version of the policy that was used.
        items: ids of the items.
        building: id of the school, None where the records are of several or none is told.
        team: id of the team it is for, or None.
        purposes: why the records were made.
        calibrated: whether every rating is by an observer who was calibrated for it; None where nobody checked.
        id: made from the rest unless given.
    """

    by: tuple[str, ...]
    audience: TableAudience
    cells: tuple[PublishedCell | SuppressedCell, ...]
    teachers_per_cell: int
    method: str
    audit: FrozenMap[str, tuple[float, ...]]
    left_out: FrozenMap[str, int]
    reasons: tuple[Reason, ...]
    policy: str
    items: tuple[str, ...] = ()
    building: str | None = None
    team: str | None = None
    purposes: tuple[Purpose, ...] = (Purpose.WALKTHROUGH,)
    calibrated: bool | None = None
    id: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.id:
            facts = [getattr(self, field.name) for field in attrs.fields(Published) if field.name != "id"]
            object.__setattr__(self, "id", f"t-{content_hash(facts)[:16]}")

    def __iter__(self) -> Iterator[PublishedCell | SuppressedCell]:
        return iter(self.cells)

    @property
    def told(self) -> tuple[PublishedCell, ...]:
        """The cells that may be read."""
        return tuple(cell for cell in self.cells if isinstance(cell, PublishedCell))

    @property
    def hidden(self) -> int:
        """Number of hidden cells, sums among them."""
        return len(self.cells) - len(self.told)

    @property
    def releasable(self) -> bool:
        """Whether it tells anything; if not, the reasons say why."""
        return bool(self.told)

    @property
    def subject(self) -> Subject:
        """What a gate needs to know of it."""
        groups = [cell.teachers for cell in self.told]
        groups += [
            round(share.estimate.n["teachers"]) if isinstance(share, Rate) else share.teachers
            for cell in self.told
            for share in cell.shares
        ]
        return Subject(
            id=self.id,
            kind="disaggregated data",
            building=self.building,
            team=self.team,
            purposes=self.purposes,
            look_fors=self.items,
            contributors=min(groups, default=0),
            calibrated=self.calibrated,
        )

    def rows(self) -> list[dict[str, Any]]:
        """One plain row a cell: whether it is hidden, its numbers, and each share as its lowest and highest value.

        What is not told is None; both values of a share are the same unless it is a band.
        """
        return [self._row(cell) for cell in self.cells]

    def _row(self, cell: PublishedCell | SuppressedCell) -> dict[str, Any]:
        is_told = isinstance(cell, PublishedCell)
        row: dict[str, Any] = dict(zip(self.by, cell.key, strict=True))
        row["suppressed"] = not is_told
        row["teachers"] = cell.teachers if is_told else None
        row["observations"] = cell.observations if is_told else None
        shares = {share.item: share for share in cell.shares} if isinstance(cell, PublishedCell) else {}
        for item in self.items:
            row[f"{item} low"], row[f"{item} high"] = _bounds(shares.get(item))
        return row

    def to_frame(self, backend: Backend = "pandas") -> Any:
        """The rows as a data frame; hidden cells are null beside a true ``suppressed``."""
        return to_frame(self.rows(), backend)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in (*self.by, "teachers", "observations"))
        body = ""
        for cell in self.cells:
            told = (*cell.key, cell.teachers, cell.observations)
            body += "<tr>" + "".join(f"<td>{escape(str(one))}</td>" for one in told) + "</tr>"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _bounds(share: Rate | BandedShare | None) -> tuple[float | None, float | None]:
    if share is None:
        return None, None
    return (share.estimate.value,) * 2 if isinstance(share, Rate) else (share.low, share.high)
