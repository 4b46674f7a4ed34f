"""How records hold the collections that are handed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
import pytest

from ilr.base import FrozenMap, InvalidInput, read_only


def _upper(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text.upper() for text in texts)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Box:
    """A record with every kind of field."""

    name: str = ""
    some: tuple[str, ...] = ()
    perhaps: tuple[str, ...] | None = None
    pairs: FrozenMap[str, int] = attrs.field(factory=FrozenMap)
    upper: tuple[str, ...] = attrs.field(default=(), converter=_upper)


def made(**fields: Any) -> Box:
    """A box whose fields are not checked by static types."""
    return Box(**fields)


def test_lists_and_mappings_become_unchangeable() -> None:
    """A list or generator is kept as a tuple, a dict as a frozen map."""
    box = made(some=["a", "b"], perhaps=(word for word in "ab"), pairs={"x": 1})
    assert box.some == ("a", "b")
    assert box.perhaps == ("a", "b")
    assert type(box.pairs) is FrozenMap
    assert hash(box) == hash(made(some=("a", "b"), perhaps=("a", "b"), pairs=FrozenMap(x=1)))


def test_a_tuple_is_kept_as_it_is() -> None:
    """What is unchangeable already is not copied."""
    some = ("a",)
    assert made(some=some).some is some


def test_a_field_with_its_own_converter_keeps_it() -> None:
    """The transformer does not replace a converter of the class."""
    assert made(upper=["a"]).upper == ("A",)


@pytest.mark.parametrize(
    ("fields", "path", "expected"),
    [
        ({"some": "ab"}, "some", "a sequence"),
        ({"some": 3}, "some", "a sequence"),
        ({"some": None}, "some", "a sequence"),
        ({"pairs": [("x", 1)]}, "pairs", "a mapping"),
        ({"pairs": None}, "pairs", "a mapping"),
    ],
)
def test_another_shape_is_refused(fields: dict[str, Any], path: str, expected: str) -> None:
    """A text is no tuple of texts, a list of pairs no mapping, and nothing is neither."""
    with pytest.raises(InvalidInput) as raised:
        made(**fields)
    assert [(one.code, one.path, one.expected) for one in raised.value.problems] == [
        ("record.shape", path, expected)
    ]


def test_nothing_is_allowed_where_the_field_says_so() -> None:
    """An optional tuple may be None."""
    assert made(perhaps=None).perhaps is None
