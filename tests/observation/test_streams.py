"""Walkthroughs as lines of JSON, and tables of such lines."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ilr.base import Diagnostic, InvalidInput
from ilr.base._codec import unstructure
from ilr.forms import Walkthrough, form
from ilr.observation import ObservationTable, read_lines, write_lines

FORM = form("talk", look_fors=["asking"], scale=4)
AT = datetime(2026, 9, 14, 9, 5, tzinfo=UTC)
RECORDS = tuple(
    FORM.record(
        teachers=(f"t{number % 3}",),
        observer="o1",
        at=AT + timedelta(days=number),
        answers={"asking": number % 4 + 1},
        minutes=7.5,
        dimensions={"grade": "4"},
        notes=("first line\nsecond line\u2028third \u00e9",),
    )
    for number in range(5)
)


def test_records_come_back_equal_line_by_line() -> None:
    """A record is one line of ASCII, whatever its notes hold, and is read back as it was."""
    lines = list(write_lines(RECORDS))
    assert [line.splitlines() for line in lines] == [[line[:-1]] for line in lines]
    assert all(line.isascii() and line.endswith("\n") for line in lines)
    assert tuple(read_lines(lines)) == RECORDS
    assert tuple(read_lines("".join(lines).splitlines())) == RECORDS


def test_blank_lines_are_passed_over() -> None:
    """Empty lines hold no record and are no fault."""
    assert tuple(read_lines(["", *write_lines(RECORDS[:1]), "  \n"])) == RECORDS[:1]


def bad_lines() -> list[str]:
    """Two good records between lines with one and with several faults."""
    good = list(write_lines(RECORDS))
    plain = json.loads(good[0])
    several = json.dumps({**plain, "at": "SECRET", "minutes": "SECRET", "more": 1})
    naive = json.dumps({**plain, "at": "2026-09-14T09:05:00"})
    return [good[0], "SECRET", several, "[1]", good[1], naive, "[" * 100_000]


EXPECTED = [
    ("document.json", "line 2"),
    ("document.value", "line 3.at"),
    ("document.value", "line 3.minutes"),
    ("document.extra", "line 3.more"),
    ("document.value", "line 4"),
    ("instant.naive", "line 6.at"),
    ("document.json", "line 7"),
]


def test_every_bad_line_is_told_by_its_number_and_no_good_one_is_lost() -> None:
    """Problems go to whom they are told to when they are met, and the other records still come."""
    found: list[Diagnostic] = []
    assert tuple(read_lines(bad_lines(), refused=found.append)) == RECORDS[:2]
    assert [(one.code, one.path) for one in found] == EXPECTED
    assert "SECRET" not in "".join(map(str, found))


def test_bad_lines_that_nobody_takes_are_one_error_at_the_end() -> None:
    """All good records come first, then one error with the problems of all lines."""
    reader = read_lines(bad_lines())
    assert (next(reader), next(reader)) == RECORDS[:2]
    with pytest.raises(InvalidInput) as raised:
        next(reader)
    assert [(one.code, one.path) for one in raised.value.problems] == EXPECTED


def test_lines_are_read_when_they_are_asked_for() -> None:
    """Reader and writer take no line and no record ahead."""
    taken: list[int] = []

    def endless() -> Iterator[Walkthrough]:
        for number, record in enumerate(RECORDS):
            taken.append(number)
            yield record

    reader = read_lines(write_lines(endless()))
    assert next(reader) == RECORDS[0]
    assert taken == [0]


def test_a_table_of_lines_is_the_table_of_the_records() -> None:
    """A table takes records as they come, and a bad line refuses the table."""
    expected = ObservationTable.from_walkthroughs(RECORDS, forms=[FORM])
    assert ObservationTable.from_walkthroughs(read_lines(write_lines(RECORDS)), forms=[FORM]) == expected
    with pytest.raises(InvalidInput):
        ObservationTable.from_walkthroughs(read_lines(bad_lines()), forms=[FORM])


def test_a_table_keeps_no_record_alive() -> None:
    """While a table reads a stream no more than a few records exist."""
    living: list[int] = []
    seen: weakref.WeakSet[Walkthrough] = weakref.WeakSet()

    def stream() -> Iterator[Walkthrough]:
        for record in read_lines(write_lines(RECORDS)):
            seen.add(record)
            gc.collect()
            living.append(len(seen))
            yield record

    assert len(ObservationTable.from_walkthroughs(stream(), forms=[FORM])) == len(RECORDS)
    assert max(living) <= 3


def test_a_line_holds_what_a_document_of_the_record_holds() -> None:
    """A line has the same fields as any other document of a record."""
    (line,) = write_lines(RECORDS[:1])
    assert json.loads(line) == unstructure(RECORDS[0])
