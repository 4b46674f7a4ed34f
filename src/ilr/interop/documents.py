"""JSON out and in: one envelope for every value of the library.

Here belong `dumps` and `loads`. They take and return text; opening a file is the caller's act. A document
carries the version of its schema and the name of its type, and comes back as an equal value or not at
all.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from ilr.base import Checker
from ilr.base._codec import structure, unstructure

__all__ = ["SCHEMA_VERSION", "dumps", "loads"]

T = TypeVar("T")

SCHEMA_VERSION = 1
"""Version of the documents that this release writes and reads."""


def dumps(value: Any, *, kind: Any = None, indent: int | None = None) -> str:
    """Write a value as a JSON document.

    Args:
        value: any record, table or result of the library, or a list or tuple of them.
        kind: the type it will be read as, where that is a union or a sequence of one, for example
            ``tuple[Event, ...]``; then each member says which it is.
        indent: blanks a level, or None for one line.

    Returns:
        The text.

    Example:
        >>> from datetime import date
        >>> from ilr.base import Window
        >>> dumps(Window(date(2026, 9, 1), date(2026, 9, 4)))
        '{"schema_version": 1, "type": "Window", "value": {"start": "2026-09-01", "end": "2026-09-04"}}'
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        "type": _name(type(value)),
        "value": unstructure(value, kind),
    }
    return json.dumps(document, indent=indent, ensure_ascii=False, allow_nan=False)


def loads(text: str | bytes, kind: type[T]) -> T:
    """Read a JSON document back.

    Args:
        text: what `dumps` wrote.
        kind: the type that is expected, for example ``Walkthrough`` or ``tuple[Walkthrough, ...]``.

    Returns:
        A value equal to the one that was written.

    Raises:
        InvalidInput: when the text is no JSON, of another type or schema version, or breaks a rule of
            the type; every problem with its path, and of the document nothing but
            codes that it declares to choose from.
    """
    check = Checker("document")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:  # too many digits or levels are no JSON of ours
        place = (
            f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        )
        check(False, "document.json", place, "is no JSON", expected="a JSON document in UTF-8")
        check.fail()
    if not isinstance(document, dict) or set(document) != {"schema_version", "type", "value"}:
        check(
            False, "document.envelope", "", "has another envelope", expected="schema_version, type and value"
        )
        check.fail()
    name = _name(getattr(kind, "__origin__", kind))
    check(
        document["schema_version"] == SCHEMA_VERSION,
        "document.version",
        "schema_version",
        "is not known",
        expected=str(SCHEMA_VERSION),
    )
    check(document["type"] == name, "document.type", "type", "is another", expected=name)
    check.done()
    return structure(document["value"], kind)


def _name(kind: type) -> str:
    return "list" if kind in (tuple, list) else kind.__name__
