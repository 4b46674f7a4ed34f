"""Data cuts: which records a review rests on, fixed so that a later edit shows (RT-2).

Here belong the immutable cut, how it is made out of a table, how it is checked against one, and the erasure of a
record from it. Not here: what the records say.
"""

from __future__ import annotations

from datetime import date

import attrs

from ilr.base import Checker, FrozenMap, Policy, UnknownCode, content_hash, read_only
from ilr.disclosure import Tombstone
from ilr.observation import ObservationTable, record_digests, valid_records

__all__ = ["CutCheck", "CutRecord", "DataCut", "check_cut", "chosen_records", "cut", "redact"]


@attrs.frozen
class CutRecord:
    """A record of a cut, fixed by its digest. Equal when both fields are equal.

    Attributes:
        id: id of the walkthrough record.
        digest: what `ilr.observation.record_digests` gave for it.
    """

    id: str
    digest: str


@attrs.frozen(kw_only=True, field_transformer=read_only)
class DataCut:
    """The records a review rests on, fixed one by one (RT-2). Equal when all fields are equal.

    The hash is made of the digests in their own order, so an erased record leaves it as it is: a tombstone with
    the digest takes its place.

    Attributes:
        building: id of the school.
        on: the day of the cut.
        entries: the records, in order of id.
        tombstones: what is left of records that were erased, in order of digest.
        least: how many records call for a review (P-REVN), as the policy had it.
        left_out: records of the building that are not in it, counted by reason.
        rule: version of the rule by which records were chosen.
        hash: hash over all that and the digests; made unless given.

    Raises:
        InvalidInput: for repeated records, or a hash that is not the one of the cut.
    """

    building: str
    on: date
    entries: tuple[CutRecord, ...]
    tombstones: tuple[Tombstone, ...] = ()
    least: int
    left_out: FrozenMap[str, int] = attrs.field(factory=FrozenMap)
    rule: str = "RT-2/1"
    hash: str = ""

    def __attrs_post_init__(self) -> None:
        digests = sorted([*(one.digest for one in self.entries), *(one.hash for one in self.tombstones)])
        hash = content_hash([self.building, self.on, self.least, self.left_out, self.rule, digests])
        if not self.hash:
            object.__setattr__(self, "hash", hash)
        check = Checker("DataCut")
        check(
            len(set(self.records)) == len(self.records) and len(set(digests)) == len(digests),
            "cut.repeated",
            "entries",
            "repeat a record",
            expected="each record once",
        )
        check(self.hash == hash, "cut.hash", "hash", "is of another cut", expected="the hash of the records")
        check.done()

    def __len__(self) -> int:
        """Number of records it rests on, the erased ones counted."""
        return len(self.entries) + len(self.tombstones)

    @property
    def records(self) -> tuple[str, ...]:
        """Ids of the records that were not erased, in order."""
        return tuple(one.id for one in self.entries)

    @property
    def below_count(self) -> bool:
        """Whether it holds fewer records than call for a review (RT-3)."""
        return len(self) < self.least


def cut(
    table: ObservationTable, *, building: str, on: date, policy: Policy, after: date | None = None
) -> tuple[DataCut, ObservationTable]:
    """Cut the valid observations of a building out of a table.

    Args:
        table: the observations; without a building column all of them are the building's.
        building: id of the school.
        on: last day that counts.
        policy: what makes an observation valid, and P-REVN.
        after: only records after this day, for example the last cut.

    Returns:
        The cut, and the table of its records; both empty where there are none.

    Example:
        >>> from ilr.testing import synthetic
        >>> district = synthetic.district(seed=7)
        >>> table = ObservationTable.from_walkthroughs(district.walkthroughs, forms=[district.form])
        >>> made, part = cut(table, building="school-1", on=date(2026, 9, 30), policy=Policy())
        >>> len(made), made.below_count, check_cut(made, table).unchanged
        (65, False, True)
    """
    valid, chosen, out = chosen_records(table, building, on, policy, after)
    made = DataCut(
        building=building,
        on=on,
        entries=tuple(sorted(map(CutRecord, chosen.ids, record_digests(chosen)), key=lambda one: one.id)),
        least=policy.review_count,
        left_out=FrozenMap({"not valid": out, "outside the days or without a day": len(valid) - len(chosen)}),
    )
    return made, chosen


def chosen_records(
    table: ObservationTable, building: str, on: date, policy: Policy, after: date | None
) -> tuple[ObservationTable, ObservationTable, int]:
    """The valid records of a building, those of them in the days, and how many were not valid."""
    part = table.where(building=building) if "building" in table.walks else table
    valid = part.select(valid_records(part, policy))
    start = date.min if after is None else date.fromordinal(after.toordinal() + 1)
    return valid, valid.between(start, on), len(part) - len(valid)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CutCheck:
    """How a cut stands to a table of later days; ids alone, no values. Equal when all fields are equal.

    Attributes:
        missing: ids of records that the table does not hold.
        changed: ids of records that have other facts or ratings now.
        erased: number of records that were erased from the cut.
        still_held: ids of records that were erased from the cut and are in the table unchanged.
    """

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    erased: int
    still_held: tuple[str, ...]

    @property
    def unchanged(self) -> bool:
        """Whether every record that was not erased is there as it was."""
        return not (self.missing or self.changed)


def check_cut(cut: DataCut, table: ObservationTable) -> CutCheck:
    """Check whether the records of a cut are in a table as they were (RT-2).

    Records that the cut does not hold are passed over, so the table may be a later or larger one. The time is that
    of the digests of the table.

    Args:
        cut: the cut.
        table: the observations as they are now.

    Returns:
        The ids of missing and changed records, in order; none of them says what changed.
    """
    now = dict(zip(table.ids, record_digests(table), strict=True))
    erased = {one.hash for one in cut.tombstones}
    return CutCheck(
        missing=tuple(one.id for one in cut.entries if one.id not in now),
        changed=tuple(one.id for one in cut.entries if now.get(one.id, one.digest) != one.digest),
        erased=len(cut.tombstones),
        still_held=tuple(sorted(id for id, digest in now.items() if digest in erased)),
    )


def redact(cut: DataCut, record: str, *, on: date, reason: str) -> DataCut:
    """The cut with a record erased: its id goes, its digest stays, and the hash still verifies.

    The digest names nobody, but whoever can guess all facts of the record can confirm the guess by it.

    Args:
        cut: the cut, of an open or a closed review: ``attrs.evolve(review, cut=redact(review.cut, ...))``.
        record: id of the walkthrough record.
        on: the day of the erasure.
        reason: why, as a code of the host's.

    Raises:
        UnknownCode: when the cut holds no such record.

    Example:
        >>> made = DataCut(building="s1", on=date(2026, 9, 30), entries=(CutRecord("w1", "5e"),), least=30)
        >>> less = redact(made, "w1", on=date(2027, 7, 1), reason="retention")
        >>> less.records, len(less), less.hash == made.hash
        ((), 1, True)
    """
    gone = next((one for one in cut.entries if one.id == record), None)
    if gone is None:
        raise UnknownCode("the cut has no such record", code="cut.unknown")
    stone = Tombstone(hash=gone.digest, on=on, reason=reason, id=f"x-{gone.digest[:16]}")
    return attrs.evolve(
        cut,
        entries=tuple(one for one in cut.entries if one is not gone),
        tombstones=tuple(sorted((*cut.tombstones, stone), key=lambda one: one.hash)),
    )
