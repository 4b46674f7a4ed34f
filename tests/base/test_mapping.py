"""The mapping that cannot be written to."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from ilr.base import FrozenMap

PAIRS = {"b": 1, "a": 2}


def test_it_reads_like_a_mapping_in_the_order_given() -> None:
    """Items come by key and in the order in which they were handed in."""
    frozen: FrozenMap[str, int] = FrozenMap(PAIRS)
    assert frozen["a"] == 2
    assert list(frozen) == ["b", "a"]
    assert len(frozen) == 2
    assert frozen.get("z") is None
    assert repr(frozen) == "FrozenMap({'b': 1, 'a': 2})"


def test_it_equals_any_mapping_of_the_same_items_in_any_order() -> None:
    """Order does not matter for equality, and a plain dict may be equal."""
    assert FrozenMap(PAIRS) == FrozenMap(a=2, b=1)
    assert FrozenMap(PAIRS) == PAIRS
    assert FrozenMap(PAIRS) != FrozenMap(a=2)


def test_equal_maps_have_equal_hashes() -> None:
    """Two equal maps are one key."""
    assert hash(FrozenMap(PAIRS)) == hash(FrozenMap(a=2, b=1))
    assert len({FrozenMap(PAIRS), FrozenMap(a=2, b=1)}) == 1


def test_a_map_of_lists_has_no_hash() -> None:
    """A map is hashable only where its values are."""
    with pytest.raises(TypeError):
        hash(FrozenMap(a=[1]))


def test_it_is_apart_from_what_it_was_made_of() -> None:
    """Changing the source afterwards does not change the map."""
    source = dict(PAIRS)
    frozen: FrozenMap[str, int] = FrozenMap(source)
    source["c"] = 3
    assert dict(frozen) == PAIRS


def test_it_cannot_be_written_to() -> None:
    """Neither items nor attributes can be set or deleted."""
    frozen: Any = FrozenMap(PAIRS)
    with pytest.raises(TypeError):
        frozen["a"] = 3
    with pytest.raises(TypeError):
        del frozen["a"]
    with pytest.raises(AttributeError, match="FrozenMap cannot be changed"):
        frozen.a = 3
    with pytest.raises(AttributeError, match="FrozenMap cannot be changed"):
        del frozen._items
    assert frozen == PAIRS


def test_it_survives_pickling_and_copying() -> None:
    """A map that went through a pickle is an equal map."""
    frozen: FrozenMap[str, int] = FrozenMap(PAIRS)
    for again in (pickle.loads(pickle.dumps(frozen)), copy.deepcopy(frozen)):  # our own bytes
        assert type(again) is FrozenMap
        assert again == frozen
        assert list(again) == list(frozen)
