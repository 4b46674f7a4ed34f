"""Data cuts: which records a review rests on, fixed so that a later edit shows (RT-2).

Here belong the immutable cut and how it is made out of a table. Not here: what the records say.
"""

from __future__ import annotations

from datetime import date

import attrs

from ilr.base import FrozenMap, Policy, read_only
from ilr.base._codec import content_hash
from ilr.observation import ObservationTable, valid_records

__all__ = ["DataCut", "chosen_records", "cut"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class DataCut:
    """The records a review rests on, fixed by their ids (RT-2). Equal when all fields are equal.

    Attributes:
        building: id of the school.
        on: the day of the cut.
        records: ids of the walkthrough records, in order of id.
        hash: hash over the ratings of those records; a later edit gives another.
        rule: version of the rule by which records were chosen.
        left_out: records of the building that are not in it, counted by reason.
    """

    building: str
    on: date
    records: tuple[str, ...]
    hash: str
    rule: str = "RT-2/1"
    left_out: FrozenMap[str, int] = attrs.field(factory=FrozenMap)

    def __len__(self) -> int:
        return len(self.records)


def cut(
    table: ObservationTable, *, building: str, on: date, policy: Policy, after: date | None = None
) -> tuple[DataCut, ObservationTable]:
    """Cut the valid observations of a building out of a table.

    Args:
        table: the observations; without a building column all of them are the building's.
        building: id of the school.
        on: last day that counts.
        policy: what makes an observation valid.
        after: only records after this day, for example the last cut.

    Returns:
        The cut, and the table of its records.
    """
    valid, chosen, out = chosen_records(table, building, on, policy, after)
    made = DataCut(
        building=building,
        on=on,
        records=tuple(sorted(chosen.ids)),
        hash=content_hash(chosen),
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
