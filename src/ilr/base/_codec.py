"""The one converter between values and plain data, and canonical JSON.

Here belongs how any value of the library becomes mappings, lists and scalars and comes back; `interop`
shows it to others. Strict by intent: a text is never taken for a number, an extra key is refused, and a
refused document lists every problem with its path and without any value.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import attrs
import cattrs
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
)
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from ilr.base.errors import Diagnostic, IlrError, InvalidInput, join_path, listed
from ilr.base.mapping import FrozenMap

__all__ = ["canonical_json", "content_hash", "structure", "unstructure"]

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]
TAG = "type"
_NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_MOST = int(sys.float_info.max)
_PRIMITIVES = (str, int, float, bool)


class _UnexpectedError(Exception):
    """A leaf that has another shape than its type; carries what was expected, never what was found."""

    def __init__(self, expected: str, message: str = "has another type") -> None:
        super().__init__(message)
        self.expected = expected
        self.message = message


def _exactly(kind: type, expected: str) -> Hook:
    def hook(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise _UnexpectedError(expected)
        return value

    return hook


def _read_float(value: Any, _: Any) -> float:
    if type(value) is float or (type(value) is int and abs(value) <= _MOST):
        return float(value)
    if isinstance(value, str) and value in _NON_FINITE:
        return _NON_FINITE[value]
    raise _UnexpectedError("a number")


def _write_float(value: float) -> float | str:
    if math.isfinite(value):
        return float(value)
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def _read_iso(kind: type[Any], expected: str) -> Hook:
    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, str):
            raise _UnexpectedError(expected)
        try:
            return kind.fromisoformat(value)
        except ValueError:
            raise _UnexpectedError(expected, "cannot be read") from None

    return hook


def _origin(kind: Any) -> Any:
    return get_origin(kind)


def _is_union(kind: Any) -> bool:
    return _origin(kind) in (Union, types.UnionType)


def _parts(kind: Any) -> tuple[Any, ...]:
    return tuple(part for part in get_args(kind) if part is not type(None))


def _is_record_union(kind: Any) -> bool:
    return _is_union(kind) and len(_parts(kind)) > 1 and all(attrs.has(part) for part in _parts(kind))


def _is_primitive_union(kind: Any) -> bool:
    return _is_union(kind) and len(_parts(kind)) > 1 and all(part in _PRIMITIVES for part in _parts(kind))


def _is_document(kind: Any) -> bool:
    return isinstance(kind, type) and hasattr(kind, "from_document") and hasattr(kind, "to_document")


def _is_literal(kind: Any) -> bool:
    return _origin(kind) is Literal


def _is_map(kind: Any) -> bool:
    return kind is FrozenMap or _origin(kind) is FrozenMap


def _is_sequence(kind: Any) -> bool:
    args = get_args(kind)
    whole = _origin(kind) is tuple and len(args) == 2 and args[1] is Ellipsis
    return whole or _origin(kind) is frozenset


def _read_enum(value: Any, kind: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise _UnexpectedError(listed(member.value for member in kind), "is not a code") from None


def _read_literal(kind: Any) -> Hook:
    allowed = get_args(kind)

    def hook(value: Any, _: Any) -> Any:
        if not any(type(value) is type(code) and value == code for code in allowed):
            raise _UnexpectedError(listed(allowed), "is not a code")
        return value

    return hook


def _read_primitive_union(kind: Any) -> Hook:
    allowed = {*get_args(kind), *((int,) if float in get_args(kind) else ())}
    expected = listed(part.__name__ for part in _parts(kind))

    def hook(value: Any, _: Any) -> Any:
        if type(value) not in allowed:
            raise _UnexpectedError(expected)
        return value

    return hook


def _read_map(kind: Any, converter: cattrs.Converter) -> Hook:
    key, value = get_args(kind) or (str, Any)
    plain: Any = types.GenericAlias(dict, (key, value))
    inner = converter.get_structure_hook(plain)

    def hook(given: Any, _: Any) -> Any:
        if not isinstance(given, Mapping):
            raise _UnexpectedError("a mapping")
        return FrozenMap(inner(given, plain))

    return hook


def _read_sequence(kind: Any, converter: cattrs.Converter) -> Hook:
    made = _origin(kind)
    plain: Any = types.GenericAlias(list, get_args(kind)[:1])
    inner = converter.get_structure_hook(plain)

    def hook(given: Any, _: Any) -> Any:
        if not isinstance(given, list | tuple):
            raise _UnexpectedError("a list")
        return made(inner(given, plain))

    return hook


def _write_sequence(kind: Any, converter: cattrs.Converter) -> Callable[[Any], Any]:
    inner = converter.get_unstructure_hook(get_args(kind)[0])
    in_order: Callable[[Any], list[Any]] = sorted if _origin(kind) is frozenset else list
    return lambda values: [inner(value) for value in in_order(values)]


def _read_record(kind: Any, converter: cattrs.Converter) -> Hook:
    inner = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)

    def hook(given: Any, _: Any) -> Any:
        if not isinstance(given, Mapping):
            raise _UnexpectedError("a mapping")
        return inner(given, kind)

    return hook


def _read_record_union(kind: Any, converter: cattrs.Converter) -> Hook:
    by_tag = {part.__name__: part for part in _parts(kind)}
    optional = type(None) in get_args(kind)

    def hook(given: Any, _: Any) -> Any:
        if given is None and optional:
            return None
        if not isinstance(given, Mapping):
            raise _UnexpectedError("a mapping")
        tag = given.get(TAG)
        if not isinstance(tag, str) or tag not in by_tag:
            raise _UnexpectedError(f"{TAG!r}: one of {listed(by_tag)}", "is of no known kind")
        rest = {key: item for key, item in given.items() if key != TAG}
        return converter.structure(rest, by_tag[tag])

    return hook


def _make_converter() -> cattrs.Converter:
    made = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)

    def write_map(value: Any) -> Any:
        return {made.unstructure(key): made.unstructure(item) for key, item in value.items()}

    def write_tagged(value: Any) -> Any:
        return None if value is None else {TAG: type(value).__name__, **made.unstructure(value)}

    def write_document(value: Any) -> Any:
        return made.unstructure(value.to_document())

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
    made.register_structure_hook(Enum, _read_enum)
    made.register_structure_hook_factory(_is_literal, _read_literal)
    made.register_structure_hook_factory(_is_primitive_union, _read_primitive_union)
    made.register_structure_hook_factory(_is_map, lambda kind: _read_map(kind, made))
    made.register_unstructure_hook_func(_is_map, write_map)
    made.register_structure_hook_factory(_is_sequence, lambda kind: _read_sequence(kind, made))
    made.register_unstructure_hook_factory(_is_sequence, lambda kind: _write_sequence(kind, made))
    made.register_structure_hook_factory(attrs.has, lambda kind: _read_record(kind, made))
    made.register_unstructure_hook_factory(attrs.has, lambda kind: make_dict_unstructure_fn(kind, made))
    made.register_structure_hook_factory(_is_record_union, lambda kind: _read_record_union(kind, made))
    made.register_unstructure_hook_func(_is_record_union, write_tagged)
    made.register_structure_hook_factory(
        _is_document, lambda kind: lambda value, _: kind.from_document(value)
    )
    made.register_unstructure_hook_func(_is_document, write_document)
    return made


_converter = _make_converter()


def unstructure(value: Any, kind: Any = None) -> Any:
    """Turn any value of the library into mappings, lists and scalars that JSON can hold.

    Members of a union of records say which they are only where ``kind``, or the field that holds them,
    is that union.
    """
    return _converter.unstructure(value, unstructure_as=kind)


def structure(data: Any, kind: type[T], *, subject: str | None = None) -> T:
    """Build a value of a type from plain data.

    Args:
        data: what `unstructure` gave, or a document of the same shape.
        kind: the class, or a generic such as ``tuple[Walkthrough, ...]``.
        subject: what the error calls the whole; the class name by default.

    Returns:
        The value.

    Raises:
        InvalidInput: with every problem, its path and what was expected; of the data nothing but codes
            that it declares to choose from.
    """
    try:
        return _converter.structure(data, kind)
    except (BaseValidationError, _UnexpectedError, InvalidInput, KeyError, TypeError, ValueError) as error:
        raise InvalidInput(
            subject or str(getattr(kind, "__name__", kind)), tuple(_problems(error, ""))
        ) from None


def _problems(error: BaseException, path: str) -> Iterator[Diagnostic]:
    """Every problem in an error of the converter, with its path and without any value."""
    if isinstance(error, ClassValidationError | IterableValidationError):
        located, loose = error.group_exceptions()
        for inner, note in located:
            place = note.name if isinstance(note, AttributeValidationNote) else f"[{note.index!r}]"
            yield from _problems(inner, join_path(path, place))
        for inner in loose:
            yield from _problems(inner, path)
    elif isinstance(error, ForbiddenExtraKeysError):
        known = listed(field.name for field in attrs.fields(error.cl))
        for name in sorted(error.extra_fields):
            place = join_path(path, name)
            yield Diagnostic(code="document.extra", path=place, message="is not a field", expected=known)
    elif isinstance(error, InvalidInput):
        yield from (problem.under(path) for problem in error.problems)
    else:
        yield _leaf(error, path)


def _leaf(error: BaseException, path: str) -> Diagnostic:
    if isinstance(error, _UnexpectedError):
        return Diagnostic(code="document.value", path=path, message=error.message, expected=error.expected)
    if isinstance(error, KeyError) and not isinstance(error, IlrError):
        return Diagnostic(code="document.missing", path=path, message="is missing", expected="a value")
    return Diagnostic(
        code="document.shape", path=path, message="has another shape", expected="what the type holds"
    )


def canonical_json(value: Any) -> str:
    """Write a value as JSON in one fixed form: sorted keys, no blanks, UTF-8, no NaN literal, 1.0 as 1.

    Equal values give equal texts on every platform, so the text can be hashed.
    """
    return json.dumps(
        _even(unstructure(value)),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def _even(data: Any) -> Any:
    """Plain data with whole floats as integers, which they are equal to."""
    match data:
        case dict():
            return {key: _even(value) for key, value in data.items()}
        case list() | tuple():
            return [_even(value) for value in data]
        case float() if data.is_integer():
            return int(data)
        case _:
            return data


def content_hash(value: Any) -> str:
    """The SHA-256 of the canonical JSON of a value, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
