"""The one converter between values and plain data, and canonical JSON.

Here belongs how any value of the library becomes mappings, lists and scalars and comes back; `interop`
shows it to others. Strict by intent: a text is never taken for a number, an extra key is refused, and a
refused document lists every problem with its path and without any value.
"""

from __future__ import annotations

import hashlib
import json
import math
import types
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import attrs
import cattrs
from cattrs.errors import (
    BaseValidationError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
)
from cattrs.gen import make_dict_structure_fn

from ilr.base.errors import Diagnostic, IlrError, InvalidInput, join_path, listed
from ilr.base.mapping import FrozenMap

__all__ = ["canonical_json", "content_hash", "structure", "unstructure"]

T = TypeVar("T")
TAG = "type"
_NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_PRIMITIVES = (str, int, float, bool)


class _Unexpected(Exception):
    """A leaf that has another shape than its type; carries what was expected, never what was found."""

    def __init__(self, expected: str, message: str = "has another type") -> None:
        super().__init__(message)
        self.expected = expected
        self.message = message


def _exactly(kind: type, expected: str) -> Callable[[Any, Any], Any]:
    def hook(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise _Unexpected(expected)
        return value

    return hook


def _read_float(value: Any, _: Any) -> float:
    if type(value) in (int, float):
        return float(value)
    if isinstance(value, str) and value in _NON_FINITE:
        return _NON_FINITE[value]
    raise _Unexpected("a number")


def _write_float(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def _read_iso(kind: type[Any], expected: str) -> Callable[[Any, Any], Any]:
    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, str):
            raise _Unexpected(expected)
        try:
            return kind.fromisoformat(value)
        except ValueError:
            raise _Unexpected(expected, "cannot be read") from None

    return hook


def _is_record_union(kind: Any) -> bool:
    return _is_union(kind) and all(attrs.has(part) for part in _parts(kind)) and len(_parts(kind)) > 1


def _is_primitive_union(kind: Any) -> bool:
    return _is_union(kind) and len(_parts(kind)) > 1 and all(part in _PRIMITIVES for part in _parts(kind))


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


def _parts(kind: Any) -> tuple[Any, ...]:
    return tuple(part for part in get_args(kind) if part is not type(None))


def _is_document(kind: Any) -> bool:
    return isinstance(kind, type) and hasattr(kind, "from_document") and hasattr(kind, "to_document")


def _make_converter() -> cattrs.Converter:
    made = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)

    made.register_structure_hook(str, _exactly(str, "a text"))
    made.register_structure_hook(int, _exactly(int, "a whole number"))
    made.register_structure_hook(bool, _exactly(bool, "true or false"))
    made.register_structure_hook(float, _read_float)
    made.register_unstructure_hook(float, _write_float)
    for kind, expected in (
        (date, "a day as YYYY-MM-DD"),
        (datetime, "an instant as ISO 8601 with its offset"),
        (time, "a time of day as HH:MM"),
    ):
        made.register_structure_hook(kind, _read_iso(kind, expected))
        made.register_unstructure_hook(kind, lambda value: value.isoformat())

    def read_enum(kind: Any) -> Callable[[Any, Any], Any]:
        def hook(value: Any, _: Any) -> Any:
            try:
                return kind(value)
            except ValueError:
                raise _Unexpected(listed(member.value for member in kind), "is not a code") from None

        return hook

    made.register_structure_hook_factory(
        lambda kind: isinstance(kind, type) and issubclass(kind, Enum), read_enum
    )

    def read_literal(kind: Any) -> Callable[[Any, Any], Any]:
        allowed = get_args(kind)

        def hook(value: Any, _: Any) -> Any:
            if not any(type(value) is type(code) and value == code for code in allowed):
                raise _Unexpected(listed(allowed), "is not a code")
            return value

        return hook

    made.register_structure_hook_factory(lambda kind: get_origin(kind) is Literal, read_literal)

    def read_primitive_union(kind: Any) -> Callable[[Any, Any], Any]:
        allowed = get_args(kind)
        expected = listed(part.__name__ for part in _parts(kind))

        def hook(value: Any, _: Any) -> Any:
            if float in allowed and isinstance(value, str) and str not in allowed:
                return _read_float(value, float)
            if type(value) not in allowed:
                raise _Unexpected(expected)
            return value

        return hook

    made.register_structure_hook_factory(_is_primitive_union, read_primitive_union)

    def read_map(kind: Any) -> Callable[[Any, Any], Any]:
        key_type, value_type = get_args(kind) or (str, Any)
        inner = made.get_structure_hook(dict[key_type, value_type])  # type: ignore[valid-type]  # built at run time

        def hook(value: Any, _: Any) -> Any:
            if not isinstance(value, Mapping):
                raise _Unexpected("a mapping")
            return FrozenMap(inner(value, dict[key_type, value_type]))  # type: ignore[valid-type]  # built at run time

        return hook

    made.register_structure_hook_factory(lambda kind: (get_origin(kind) or kind) is FrozenMap, read_map)
    made.register_unstructure_hook_func(
        lambda kind: (get_origin(kind) or kind) is FrozenMap,
        lambda value: {made.unstructure(key): made.unstructure(item) for key, item in value.items()},
    )

    def read_sequence(kind: Any) -> Callable[[Any, Any], Any]:
        made_from = get_origin(kind)
        inner = made.get_structure_hook(list[get_args(kind)[0]])  # type: ignore[misc]  # built at run time

        def hook(value: Any, _: Any) -> Any:
            if not isinstance(value, list | tuple):
                raise _Unexpected("a list")
            return made_from(inner(value, list[get_args(kind)[0]]))  # type: ignore[misc]  # built at run time

        return hook

    def is_sequence(kind: Any) -> bool:
        args = get_args(kind)
        return (get_origin(kind) is tuple and len(args) == 2 and args[1] is Ellipsis) or get_origin(
            kind
        ) is frozenset

    made.register_structure_hook_factory(is_sequence, read_sequence)

    def write_sequence(kind: Any) -> Callable[[Any], Any]:
        inner = made.get_unstructure_hook(get_args(kind)[0])
        in_order = sorted if get_origin(kind) is frozenset else list
        return lambda value: [inner(item) for item in in_order(value)]

    made.register_unstructure_hook_factory(is_sequence, write_sequence)

    def read_record(kind: Any) -> Callable[[Any, Any], Any]:
        inner = make_dict_structure_fn(kind, made, _cattrs_forbid_extra_keys=True)

        def hook(value: Any, _: Any) -> Any:
            if not isinstance(value, Mapping):
                raise _Unexpected("a mapping")
            return inner(value, kind)  # type: ignore[arg-type]  # the class is known at run time only

        return hook

    made.register_structure_hook_factory(attrs.has, read_record)

    def read_record_union(kind: Any) -> Callable[[Any, Any], Any]:
        by_tag = {part.__name__: part for part in _parts(kind)}
        optional = type(None) in get_args(kind)

        def hook(value: Any, _: Any) -> Any:
            if value is None and optional:
                return None
            if not isinstance(value, Mapping):
                raise _Unexpected("a mapping")
            tag = value.get(TAG)
            if not isinstance(tag, str) or tag not in by_tag:
                raise _Unexpected(f"{TAG!r}: one of {listed(by_tag)}", "is of no known kind")
            rest = {key: item for key, item in value.items() if key != TAG}
            return made.structure(rest, by_tag[tag])

        return hook

    def write_tagged(value: Any) -> Any:
        if value is None:
            return None
        return {TAG: type(value).__name__, **made.unstructure(value)}

    made.register_structure_hook_factory(_is_record_union, read_record_union)
    made.register_unstructure_hook_func(_is_record_union, write_tagged)

    def write_document(value: Any) -> Any:
        return made.unstructure(value.to_document())

    made.register_structure_hook_factory(
        _is_document, lambda kind: lambda value, _: kind.from_document(value)
    )
    made.register_unstructure_hook_func(_is_document, write_document)
    return made


_converter = _make_converter()


def unstructure(value: Any) -> Any:
    """Turn any value of the library into mappings, lists and scalars that JSON can hold."""
    return _converter.unstructure(value)


def structure(data: Any, kind: type[T], *, subject: str | None = None) -> T:
    """Build a value of a type from plain data.

    Args:
        data: what `unstructure` gave, or a document of the same shape.
        kind: the class, or a generic such as ``tuple[Walkthrough, ...]``.
        subject: what the error calls the whole; the class name by default.

    Returns:
        The value.

    Raises:
        InvalidInput: with every problem, its path and what was expected; no value of the data.
    """
    try:
        return _converter.structure(data, kind)
    except (BaseValidationError, _Unexpected, InvalidInput, KeyError, TypeError, ValueError) as error:
        raise InvalidInput(
            subject or str(getattr(kind, "__name__", kind)), tuple(_problems(error, ""))
        ) from None


def _problems(error: BaseException, path: str) -> Iterator[Diagnostic]:
    if isinstance(error, ClassValidationError):
        located, loose = error.group_exceptions()
        for inner, note in located:
            yield from _problems(inner, join_path(path, note.name))
        for inner in loose:
            yield from _problems(inner, path)
    elif isinstance(error, IterableValidationError):
        items, loose = error.group_exceptions()
        for inner, place in items:
            index = place.index if isinstance(place.index, int) else repr(place.index)
            yield from _problems(inner, join_path(path, f"[{index}]"))
        for inner in loose:
            yield from _problems(inner, path)
    elif isinstance(error, ForbiddenExtraKeysError):
        known = listed(field.name for field in attrs.fields(error.cl))
        for name in sorted(error.extra_fields):
            yield Diagnostic(
                code="document.extra", path=join_path(path, name), message="is not a field", expected=known
            )
    elif isinstance(error, InvalidInput):
        yield from (problem.under(path) for problem in error.problems)
    elif isinstance(error, _Unexpected):
        yield Diagnostic(code="document.value", path=path, message=error.message, expected=error.expected)
    elif isinstance(error, KeyError) and not isinstance(error, IlrError):
        yield Diagnostic(
            code="document.missing",
            path=path,
            message="is missing",
            expected="a value",
        )
    else:
        yield Diagnostic(
            code="document.shape", path=path, message="has another shape", expected="what the type holds"
        )


def canonical_json(value: Any) -> str:
    """Write a value as JSON in one fixed form: sorted keys, no blanks, UTF-8, no NaN literal.

    Equal values give equal texts on every platform, so the text can be hashed.
    """
    return json.dumps(
        unstructure(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def content_hash(value: Any) -> str:
    """The SHA-256 of the canonical JSON of a value, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
