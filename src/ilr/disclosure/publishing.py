"""Publishing: a breakdown of observations in which no reader can work out a single teacher.

Here belongs the one way in which grouped data leave a building. The protected unit is the resolved
teacher, not the observation; one pattern of hidden cells serves every measure of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from itertools import product
from typing import Any, Literal

import attrs

from ilr.base import Checker, FrozenMap, Policy, Reason, Roster, listed, read_only
from ilr.calibration import Standings
from ilr.continuum.lookfors import LevelCode
from ilr.disclosure.gates import Audience
from ilr.observation import ObservationTable, Share
from ilr.stats import suppression

__all__ = ["ALL", "Published", "PublishedCell", "SuppressedCell", "calibrated_only", "publish"]

ALL = "(all)"
"""The value of a column in a margin, where it is summed over."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PublishedCell:
    """A cell that may be read. Equal when all fields are equal.

    Attributes:
        key: the value of each column, ``(all)`` in a margin.
        teachers: number of distinct teachers.
        observations: number of records.
        shares: the share of each item at or above the level, with its doubt; an item that too few
            teachers of the cell were rated on is left out.
    """

    key: tuple[str, ...]
    teachers: int
    observations: int
    shares: tuple[Share, ...]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class SuppressedCell:
    """A hidden cell: not nothing and not zero, just not told. Equal when the keys are equal."""

    key: tuple[str, ...]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Published:
    """A table that may leave, with the audit that it passed. Equal when all fields are equal.

    Attributes:
        by: the columns broken down by.
        audience: for whom.
        cells: every cell and margin in order; cells that nobody is in are left out.
        teachers_per_cell: the k that was used.
        method: ``exact`` or ``heuristic``.
        audit: for each hidden cell, by its key joined with a stroke, the numbers of teachers that a reader
            who knows the method could not rule out, as lowest and highest.
        left_out: ratings and records that are not in the table, counted by reason.
        reasons: what else the reader must know.
        policy: version of the policy that was used.
    """

    by: tuple[str, ...]
    audience: Audience
    cells: tuple[PublishedCell | SuppressedCell, ...]
    teachers_per_cell: int
    method: str
    audit: FrozenMap[str, tuple[float, ...]]
    left_out: FrozenMap[str, int]
    reasons: tuple[Reason, ...]
    policy: str

    def __iter__(self) -> Iterator[PublishedCell | SuppressedCell]:
        return iter(self.cells)

    @property
    def hidden(self) -> int:
        """Number of hidden cells, margins among them."""
        return sum(isinstance(cell, SuppressedCell) for cell in self.cells)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in (*self.by, "teachers", "observations"))
        body = ""
        for cell in self.cells:
            told = (
                (cell.teachers, cell.observations)
                if isinstance(cell, PublishedCell)
                else ("hidden", "hidden")
            )
            body += "<tr>" + "".join(f"<td>{escape(str(one))}</td>" for one in (*cell.key, *told)) + "</tr>"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def publish(
    table: ObservationTable,
    *,
    by: Sequence[str],
    audience: Literal["team", "building", "district", "public", "researcher"],
    at_least: LevelCode | None = None,
    policy: Policy | None = None,
    roster: Roster | None = None,
    standings: Standings | None = None,
) -> Published:
    """Break observations down, hide what could point to a teacher, and audit the result.

    A cell is hidden when fewer teachers than the policy asks contribute ratings to it (P-K-TEAM inside a
    team, P-K-OUT outside), or when one or two of them contribute most of its records; further cells are
    hidden until no arithmetic over the published ones gives a hidden one away. Margins are told too. The
    same holds for each item by itself, because not every record rates every item.

    Args:
        table: the observations.
        by: one to three columns.
        audience: for whom.
        at_least: the level for the shares; by default the fidelity level of each scale.
        policy: the numbers.
        roster: tells which ids are one person.
        standings: when given, ratings by observers who were not calibrated are dropped and counted
            (CG-2); otherwise the result says that this was not checked.

    Returns:
        The table with its audit.

    Raises:
        InvalidInput: for unknown columns, too many of them, or a breakdown by teacher, visit or observer.
    """
    numbers, people = policy or Policy(), roster or Roster()
    _require_groups(table, by)
    reasons: list[Reason] = []
    if standings is None:
        reasons.append(Reason.of("CALIBRATION_UNCHECKED"))
    else:
        table = calibrated_only(table, standings)
    records, table = len(table), table.rated()
    if unrated := records - len(table):
        reasons.append(Reason.of("RECORDS_WITHOUT_RATING", n=unrated))
    inside = audience == "team"
    k = numbers.team_teachers if inside else numbers.outside_teachers
    dominance = (numbers.team_dominance, 1.0) if inside else (numbers.dominance_one, numbers.dominance_two)

    def answer(
        told: Iterable[PublishedCell | SuppressedCell], method: str, audit: dict[str, Any]
    ) -> Published:
        return Published(
            by=tuple(by),
            audience=audience,
            cells=tuple(told),
            teachers_per_cell=k,
            method=method,
            audit=FrozenMap(audit),
            left_out=table.left_out,
            reasons=tuple(reasons),
            policy=numbers.version,
        )

    cells = _contributions(table, by, people)
    if not cells:
        return answer((), "exact", {})
    values = [tuple(dict.fromkeys(sorted(key[axis] for key in cells))) for axis in range(len(by))]

    def protect(cells: _Cells) -> suppression.Protected:
        counts = _nested(values, lambda key: len(cells.get(key, {})))
        parts = _nested(values, lambda key: tuple(cells.get(key, {}).values()))
        return suppression.protect(
            counts,
            k,
            contributions=parts,
            sensitive=_nested(
                [(*axis, ALL) for axis in values],
                lambda key: suppression.is_sensitive(_together(cells, key), k, dominance),
            ),
            dominance=dominance,
        )

    protected = protect(cells)
    audit = protected.audit()
    by_item = {}
    for item in table.items:
        own = _contributions(table.only(item).rated(), by, people)
        by_item[item] = protected if own == cells else protect(own)

    told: list[PublishedCell | SuppressedCell] = []
    bounds: dict[str, tuple[float, ...]] = {}
    for index in product(*(range(len(axis) + 1) for axis in values)):
        key = tuple(axis[at] if at < len(axis) else ALL for axis, at in zip(values, index, strict=True))
        if bool(protected.suppressed[index]):
            told.append(SuppressedCell(key=key))
            bounds["|".join(key)] = tuple(map(float, audit[index]))
            continue
        inner = {name: value for name, value in zip(by, key, strict=True) if value != ALL}
        part = table.where(**inner) if inner else table
        if len(part):
            shares = part.shares(at_least=at_least).rows
            told.append(
                PublishedCell(
                    key=key,
                    teachers=len(people.persons(part.teachers())),
                    observations=len(part),
                    shares=tuple(one for one in shares if not by_item[one.item].suppressed[index]),
                )
            )
    return answer(told, protected.method, bounds)


def calibrated_only(table: ObservationTable, standings: Standings) -> ObservationTable:
    """The ratings whose observer was calibrated for the item on the day; the rest is counted (CG-5)."""
    return table.rated_where(
        lambda observer, item, day: day is not None and standings.calibrated(observer, item, on=day),
        reason="observer not calibrated",
    )


def _require_groups(table: ObservationTable, by: Sequence[str]) -> None:
    """Refuse columns that are not there or tell persons apart."""
    check = Checker("publish")
    check(
        1 <= len(by) <= 3, "publish.columns", "by", "has too few or too many columns", expected="one to three"
    )
    for name in by:
        check(name in table.walks, "table.column", name, "is not a column", expected=listed(table.walks))
        check(
            name not in ("teacher", "visit", "observer"),
            "publish.individual",
            name,
            "tells persons apart",
            expected="a column that groups teachers",
        )
    check.done()


_Cells = dict[tuple[str, ...], dict[str, int]]


def _contributions(table: ObservationTable, by: Sequence[str], roster: Roster) -> _Cells:
    """The records of each resolved teacher in each cell."""
    found: _Cells = {}
    for key, counts in table.contributions(by).items():
        cell = found.setdefault(key, {})
        for id, count in counts.items():
            person = roster.resolve(id)
            cell[person] = cell.get(person, 0) + count
    return found


def _together(cells: _Cells, key: tuple[str, ...]) -> list[int]:
    """The records of each teacher in a cell or margin, where one in several cells counts once."""
    found: dict[str, int] = {}
    for inner, counts in cells.items():
        if all(wanted in (ALL, value) for wanted, value in zip(key, inner, strict=True)):
            for person, count in counts.items():
                found[person] = found.get(person, 0) + count
    return list(found.values())


def _nested(values: Sequence[tuple[str, ...]], of: Callable[[tuple[str, ...]], Any]) -> Any:
    """Nested lists over all cells, as `ilr.stats.suppression` reads them."""

    def level(prefix: tuple[str, ...]) -> Any:
        if len(prefix) == len(values):
            return of(prefix)
        return [level((*prefix, value)) for value in values[len(prefix)]]

    return level(())
