"""A mapping that cannot be written to, for the fields of frozen records.

Here belongs `FrozenMap` alone. `types.MappingProxyType` neither pickles nor hashes, which a record that
travels to a worker process needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

__all__ = ["FrozenMap"]

K = TypeVar("K")
V_co = TypeVar("V_co", covariant=True)


class FrozenMap(Mapping[K, V_co]):
    """A read-only mapping that keeps the order in which it was given.

    Equal to any mapping with the same items; hashable where its values are.

    Example:
        >>> FrozenMap({"a": 1})["a"]
        1
        >>> FrozenMap(a=1) == {"a": 1}
        True
    """

    __slots__ = ("_items",)
    _items: dict[K, V_co]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        object.__setattr__(self, "_items", dict(*args, **kwargs))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __getitem__(self, key: K) -> V_co:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"FrozenMap({self._items!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenMap, (dict(self._items),))
