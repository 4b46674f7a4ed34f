"""Walkthroughs as lines of JSON, read and written one by one.

Here belongs the form in which many records travel: one record a line, so that no file need fit into memory.
A table takes such records as they come, `ObservationTable.from_walkthroughs(read_lines(lines))`, and keeps
none. Not here: opening files, and documents of single values (`ilr.interop`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from ilr.base import Checker, Diagnostic, InvalidInput
from ilr.base._codec import structure, unstructure
from ilr.forms import Walkthrough

__all__ = ["read_lines", "write_lines"]


def read_lines(
    lines: Iterable[str], *, refused: Callable[[Diagnostic], object] | None = None
) -> Iterator[Walkthrough]:
    """Read walkthroughs from lines of JSON, one by one.

    A line that cannot be read does not stop the others: what is wrong with it is told by its number,
    counted from 1. Blank lines are passed over.

    Args:
        lines: one record a line, as `write_lines` gives them; an open file will do.
        refused: is called with every problem of a bad line when the line is met, for example the
            ``append`` of a list. Without it all problems are raised after the last line.

    Yields:
        The record of every good line, in order.

    Raises:
        InvalidInput: after the last good record, with the problems of all bad lines, unless ``refused``
            takes them.

    Example:
        >>> problems = []
        >>> list(read_lines(["[]"], refused=problems.append))
        []
        >>> problems[0].path
        'line 1'
    """
    check = Checker("lines")
    tell = refused or check.problems.append
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = structure(_plain(line), Walkthrough)
        except InvalidInput as error:
            for problem in error.problems:
                tell(problem.under(f"line {number}"))
        else:
            yield record
    check.done()


def _plain(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):  # too many digits or levels are no JSON of ours
        check = Checker("line")
        check(False, "document.json", "", "is no JSON", expected="a record as JSON in one line")
        check.fail()


def write_lines(records: Iterable[Walkthrough]) -> Iterator[str]:
    """Write walkthroughs as lines of JSON, one by one.

    Args:
        records: the records.

    Yields:
        For each record one line of ASCII with its line feed, which `read_lines` reads back to an equal record.
    """
    for record in records:
        yield json.dumps(unstructure(record), separators=(",", ":"), allow_nan=False) + "\n"
