"""How frozen records hold their collections.

Here belongs `read_only`, the attrs field transformer of every record: fields annotated as tuples and
`FrozenMap` become just that, whatever sequence or mapping was handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ilr.base.errors import Diagnostic, InvalidInput
from ilr.base.mapping import FrozenMap

__all__ = ["read_only"]


def read_only(cls: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    """Give every tuple and mapping field of a record a converter that makes it unchangeable.

    Used as ``attrs.frozen(kw_only=True, field_transformer=read_only)``. Static types ask for the tuple
    itself; at run time a list will do, a text for a tuple of texts will not.
    """
    return [_with_converter(cls.__name__, field) for field in fields]


def _with_converter(owner: str, field: attrs.Attribute[Any]) -> attrs.Attribute[Any]:
    kind = str(field.type)
    if field.converter is not None:
        return field
    made, accepted = (tuple, Iterable) if kind.startswith("tuple[") else (FrozenMap, Mapping)
    if made is FrozenMap and not kind.startswith("FrozenMap["):
        return field
    optional = kind.endswith("| None")

    def convert(values: Any) -> Any:
        return None if optional and values is None else _held(owner, field.name, values, made, accepted)

    return field.evolve(converter=convert)


def _held(owner: str, name: str, values: Any, made: type, accepted: type) -> Any:
    if isinstance(values, made):
        return values
    if isinstance(values, str) or not isinstance(values, accepted):
        expected = "a mapping" if accepted is Mapping else "a sequence"
        raise InvalidInput(
            owner,
            (Diagnostic(code="record.shape", path=name, message="has another shape", expected=expected),),
        )
    return made(values)
