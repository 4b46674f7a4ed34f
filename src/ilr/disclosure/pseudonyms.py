"""Pseudonyms: rows for a researcher in which ids mean nothing without the host's key.

Here belong the keyed ids and the description of such rows for the gate, which asks for the host's approval. Not
here: tables of groups (`ilr.disclosure.publishing`).

Pseudonyms hide who somebody is from those who do not know; who knows when a teacher was seen, or teaches the only
class of a kind, may still recognise a row. That is why the gate opens such rows to an approved study alone.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Literal

from ilr.base import Checker, Roster, content_hash, listed
from ilr.disclosure.subjects import Subject
from ilr.forms import Purpose
from ilr.observation import ObservationTable
from ilr.observation._relabelling import relabelled

__all__ = ["pseudonymise", "subject_of_rows"]

_KEY_BYTES = 16
_DIGITS = 20
_IDS = ("visit", "teacher", "observer", "building")
_CODES = ("segment", "mode", "period", "lesson_part", "medium", "form", "purpose", "outcome")
"""Columns of codes; what was noted in words, such as the focus of a class, does not leave."""


def pseudonymise(
    table: ObservationTable,
    *,
    key: bytes,
    days: Literal["month", "week"] = "month",
    roster: Roster | None = None,
) -> ObservationTable:
    """Put keyed pseudonyms in place of teachers, observers, visits and buildings, for research.

    A pseudonym is the start of HMAC-SHA256 of column and id under the key (RFC 2104; 80 bits). It is the same
    wherever the same key is used, tells nothing about the one under another key, and an id has unlike ones in
    unlike columns. Records get ids made of pseudonyms, days become coarser, and columns of free words are left out;
    dimensions stay, because they were declared as what data are broken down by.

    Args:
        table: the observations.
        key: secret bytes of the host, 16 or more; it never goes to the researcher.
        days: the first of the month in place of each day, or the Monday of the school week.
        roster: tells which ids of teachers are one person, who gets one pseudonym.

    Returns:
        A table that every statistic accepts. Without a roster statistics that use no day are those of the original.

    Raises:
        InvalidInput: for a short key or an unknown unit of days.

    Example:
        >>> table = ObservationTable.from_frame(
        ...     {"visit": ["v1"], "teacher": ["t9"], "observer": ["p1"], "talk": [2]},
        ...     visit="visit", teacher="teacher", observer="observer", items=["talk"], levels=[1, 2, 3],
        ... )
        >>> pseudonymise(table, key=b"sixteen bytes or more").teachers()
        frozenset({'teacher-3a9e9cd28f3834ef6f75'})
    """
    check = Checker("pseudonymise")
    check(
        len(key) >= _KEY_BYTES,
        "pseudonym.key",
        "key",
        "is too short",
        expected=f"{_KEY_BYTES} secret bytes or more",
    )
    units = ("month", "week")
    check(days in units, "pseudonym.days", "days", "is unknown", expected=listed(units))
    check.done()
    people = roster or Roster()

    def namer(column: str) -> Callable[[str], str]:
        def name(id: str) -> str:
            known = people.resolve(id) if column == "teacher" else id
            return f"{column}-{hmac.digest(key, f'{column}|{known}'.encode(), 'sha256').hex()[:_DIGITS]}"

        return name

    return relabelled(
        table,
        {column: namer(column) for column in _IDS},
        columns={*_IDS, *_CODES, *table.dimensions},
        days=days,
    )


def subject_of_rows(table: ObservationTable) -> Subject:
    """What a gate needs to know of pseudonymous rows: walkthroughs, open to an approved study alone.

    Args:
        table: what `pseudonymise` gave.

    Returns:
        The description; its id is a hash of the table.
    """
    return Subject(
        id=f"rows-{content_hash(table.to_document())[:16]}",
        kind="walkthrough",
        teachers=tuple(sorted(table.teachers())),
        purposes=tuple(purpose for purpose in Purpose if len(table.for_purpose(purpose))),
        look_fors=table.items,
    )
