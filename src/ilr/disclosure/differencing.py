"""Differences between tables: a table after others, so that no two of them single out a few teachers.

Here belong the comparison with what was published before and the entry that a table leaves in the ledger. Not
here: what one table tells by itself (`ilr.disclosure.publishing`).

Two cells are compared where their tables share days and one holds all teachers of the other, and a cell with its
last release, whatever the days. What a reader gets by subtraction are then the teachers in one alone, and those whose records differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

import attrs

from ilr.base import FrozenMap, Policy, Reason, Roster, read_only
from ilr.calibration import Standings
from ilr.continuum.lookfors import LevelCode
from ilr.disclosure._telling import Terms, Told, tell
from ilr.disclosure.entries import Publication, PublishedGroup
from ilr.disclosure.ledger import Ledger
from ilr.disclosure.publishing import calibrated_only
from ilr.disclosure.tables import Published, TableAudience
from ilr.observation import ObservationTable
from ilr.observation.table import people

__all__ = ["Edition", "publish_next"]

_ROUNDS = 10
_HASHES = 2**64


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Edition:
    """What came of publishing a table after others. True in a condition when it may leave.

    Equal when all fields are equal.

    Attributes:
        published: the table, None where it was refused.
        entry: what the host adds to the ledger when the table leaves, None where it was refused.
        reasons: who had to be left out, or why it was refused.
    """

    published: Published | None
    entry: Publication | None
    reasons: tuple[Reason, ...]

    def __bool__(self) -> bool:
        return self.published is not None


def publish_next(
    table: ObservationTable,
    *,
    ledger: Ledger,
    scope: str,
    on: date,
    by: Sequence[str],
    audience: TableAudience,
    at_least: LevelCode | None = None,
    policy: Policy | None = None,
    roster: Roster | None = None,
    standings: Standings | None = None,
    hierarchies: Mapping[str, Mapping[str, str]] | None = None,
    team: str | None = None,
) -> Edition:
    """Publish a table so that no difference to earlier ones singles out fewer than k teachers (VS-6).

    Where the table has a few teachers more than an earlier one, or a few have new records, it is computed on the
    common set: without them, or without their new records. Where that does not help, because an earlier table
    has a few teachers more or records were changed, it is refused.

    Args:
        table: the observations.
        ledger: what was published before; only the entries of the scope are looked up.
        scope: id under which tables are compared: of the school or district whose readers see them all.
        on: the day.
        by: as `ilr.disclosure.publish` takes it, and so are the others.
        audience: for whom.
        at_least: the level for the shares.
        policy: the numbers.
        roster: tells which ids are one person.
        standings: drops ratings by observers who were not calibrated.
        hierarchies: how columns may be rolled up.
        team: id of the team that the table is for.

    Returns:
        The table with the entry for the ledger, or the refusal with its reasons.

    Raises:
        InvalidInput: as `ilr.disclosure.publish`.

    Example:
        >>> from ilr.disclosure import MemoryLedger
        >>> from ilr.testing import synthetic
        >>> district = synthetic.district(seed=7)
        >>> table = ObservationTable.from_walkthroughs(district.walkthroughs, forms=[district.form])
        >>> first = publish_next(
        ...     table, ledger=MemoryLedger(), scope="district", on=date(2027, 6, 1), by=["subject"], audience="district"
        ... )
        >>> ledger = MemoryLedger((first.entry,))
        >>> one = sorted(table.teachers())[0]
        >>> fewer = table.where(teacher=table.teachers() - {one})
        >>> second = publish_next(
        ...     fewer, ledger=ledger, scope="district", on=date(2027, 6, 2), by=["subject"], audience="district"
        ... )
        >>> bool(second), second.reasons[0].code
        (False, 'DIFFERENCE_TOO_SMALL')
    """
    terms = Terms(
        by=tuple(by),
        audience=audience,
        at_least=at_least,
        policy=policy or Policy(),
        roster=roster or Roster(),
        hierarchies=hierarchies or {},
        calibrated=None if standings is None else True,
        team=team,
    )
    if standings is not None:
        table = calibrated_only(table, standings)
    earlier = [entry for entry in ledger.of(scope) if isinstance(entry, Publication)]
    latest = {(entry.by, one.cell, one.item): entry.id for entry in earlier for one in entry.groups}
    left: dict[str, date | None] = {}
    for _ in range(_ROUNDS):
        told = tell(_without(table, left, terms.roster), terms)
        entry = _entry(told, terms, scope, on)
        found = [one for before in earlier for one in _differences(entry, before, latest, terms.k)]
        reasons = (Reason.of("COMMON_SET", teachers=len(left)),) if left else ()
        if not found:
            published = _explained(told.published, reasons)
            return Edition(
                published=published,
                entry=attrs.evolve(entry, table=published.id, id=""),
                reasons=reasons,
            )
        wanted = dict(left)
        for person, until in (fact for one in found for fact in one.left_out.items()):
            wanted[person] = _sooner(wanted.get(person, until), until)
        if wanted == left:
            break
        left = wanted
    refused = Reason.of("DIFFERENCE_TOO_SMALL", n=len(found), least=terms.k)
    return Edition(published=None, entry=None, reasons=(refused,))


def _sooner(one: date | None, other: date | None) -> date | None:
    """The earlier of two days; None, which stands for altogether, is before all of them."""
    return None if one is None or other is None else min(one, other)


@attrs.frozen
class _Difference:
    """A difference of two tables that is too small.

    Attributes:
        left_out: who must be left out of the new table, and until which day not; None for altogether. Empty
            where leaving out does not help.
    """

    left_out: Mapping[str, date | None]


def _explained(published: Published, reasons: tuple[Reason, ...]) -> Published:
    """The table with the reasons, under the id that goes with them."""
    return attrs.evolve(published, reasons=(*published.reasons, *reasons), id="") if reasons else published


_Cell = tuple[tuple[str, ...], tuple[str, ...], str]


def _differences(
    new: Publication, old: Publication, latest: Mapping[_Cell, str], k: int
) -> Iterator[_Difference]:
    """Every difference between groups of two tables that holds 1 to k - 1 teachers.

    Args:
        new: the new table.
        old: the earlier one.
        latest: for each breakdown, cell and item the last table that told it.
        k: the least number of teachers.
    """
    known = set(old.groups)
    fresh = [group for group in new.groups if group not in known]
    shared = _overlap(new, old)
    for mine in fresh:
        for theirs in old.groups:
            if theirs.item == mine.item:
                same = mine.cell == theirs.cell and latest.get((new.by, mine.cell, mine.item)) == old.id
                yield from _of_pair(mine, theirs, old.end, k, same=same, shared=shared)
        if shared:
            rest, changed = _beyond(mine, old.groups)
            if 0 < len(rest | changed) < k:
                yield _left_out(rest, changed, old.end)
    if shared and fresh:
        for theirs in old.groups:
            rest, changed = _beyond(theirs, new.groups)
            if 0 < len(rest | changed) < k:
                yield _Difference({})


def _left_out(added: AbstractSet[str], changed: AbstractSet[str], end: date | None) -> _Difference:
    """Who must be left out of the new table: who is new, and the new records of others where days tell them."""
    if changed and end is None:
        return _Difference({})
    return _Difference({**dict.fromkeys(added), **dict.fromkeys(changed, end)})


def _of_pair(
    mine: PublishedGroup, theirs: PublishedGroup, end: date | None, k: int, *, same: bool, shared: bool
) -> Iterator[_Difference]:
    """The difference of a group and an earlier one, if it is too small.

    Args:
        mine: of the new table.
        theirs: of the earlier one.
        end: the last day of the earlier table.
        k: the least number of teachers.
        same: whether both are the same cell of the same breakdown, and no other was told in between.
        shared: whether both may tell the same records.
    """
    added, gone = mine.members.keys() - theirs.members.keys(), theirs.members.keys() - mine.members.keys()
    if same and 0 < len(added) < k:
        yield _Difference(dict.fromkeys(added))
    elif shared and not (added and gone):
        changed = {one for one, hash in mine.members.items() if theirs.members.get(one, hash) != hash}
        if 0 < len(added | gone | changed) < k:
            # What an earlier table holds beyond the new one cannot be taken back.
            yield _Difference({}) if gone else _left_out(added, changed, end)


def _beyond(
    container: PublishedGroup, groups: Sequence[PublishedGroup]
) -> tuple[frozenset[str], frozenset[str]]:
    """What the groups of another table leave of a group in which several of them lie.

    Returns:
        The teachers in none of them, and those who have other records in them; nobody where fewer than two lie
        within.
    """
    within = [
        group.members
        for group in groups
        if group.item == container.item and group.members.keys() <= container.members.keys()
    ]
    if len(within) < 2:
        return frozenset(), frozenset()
    everybody = frozenset(container.members)
    rest = everybody.difference(*within)
    changed = {
        person
        for person in everybody - rest
        if not _is_whole(container.members[person], [one[person] for one in within if person in one])
    }
    return rest, frozenset(changed)


def _is_whole(hash: str, parts: Sequence[str]) -> bool:
    """Whether one of the parts, or all of them together, are the records behind a hash."""
    return hash in parts or int(hash, 16) == sum(int(part, 16) for part in parts) % _HASHES


def _overlap(new: Publication, old: Publication) -> bool:
    """Whether two tables may tell the same records."""
    if new.start is None or new.end is None or old.start is None or old.end is None:
        return True
    return new.start <= old.end and old.start <= new.end


def _without(table: ObservationTable, left: Mapping[str, date | None], roster: Roster) -> ObservationTable:
    """The table without some teachers, or without their records after a day."""
    column = table.column("teacher")
    rows = column.codes >= 0
    for code, label in enumerate(column.categories):
        for person in roster.persons(people(label)) & left.keys():
            until = left[person]
            after = column.codes == code
            if until is not None:
                after &= ~(table.days <= until)  # type: ignore[operator]  # numpy compares days with a date
            rows &= ~after
    return table.select(rows) if left else table


def _entry(told: Told, terms: Terms, scope: str, on: date) -> Publication:
    """Who stands behind the told cells."""
    marks = _marks(told)
    groups: list[PublishedGroup] = []
    for cell in told.published.told:
        part = told.parts[cell.key]
        whole = PublishedGroup(cell=cell.key, members=_members(part, marks, terms.roster))
        groups.append(whole)
        for share in cell.shares:
            rated = part.only(share.item).rated()
            group = PublishedGroup(
                cell=cell.key, item=share.item, members=_members(rated, marks, terms.roster)
            )
            if group.members.keys() != whole.members.keys():
                groups.append(group)
    days = [day for part in told.parts.values() for day in part.days_with_ratings()]
    undated = any(len(part.days_with_ratings()) < len(part) for part in told.parts.values())
    return Publication(
        on=on,
        table=told.published.id,
        scope=scope,
        audience=terms.audience,
        by=terms.by,
        groups=tuple(groups),
        start=None if undated or not days else min(days),
        end=None if undated or not days else max(days),
    )


def _marks(told: Told) -> dict[str, int]:
    """A number for each record that changes with its ratings."""
    found: dict[str, int] = {}
    for part in told.parts.values():
        ratings: list[int] = [0] * len(part)
        for row, item, level in zip(part.walk.tolist(), part.item.tolist(), part.level.tolist(), strict=True):
            ratings[row] += _hash(f"{part.items[item]}|{level}")
        for id, number in zip(part.ids, ratings, strict=True):
            found[id] = found.get(id) or _hash(f"{id}|{number}")
    return found


def _members(part: ObservationTable, marks: Mapping[str, int], roster: Roster) -> FrozenMap[str, str]:
    """Each teacher with a hash over the teacher's records, in whatever order."""
    sums: dict[str, int] = {}
    for id, label in zip(part.ids, part.column("teacher").decoded(), strict=True):
        for person in roster.persons(people(label)):
            sums[person] = (sums.get(person, 0) + marks[id]) % _HASHES
    return FrozenMap({person: f"{sums[person]:016x}" for person in sorted(sums)})


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
