"""Laws of versions, for frameworks, catalogues, look-for sets and records of any shape."""

from __future__ import annotations

import pickle
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st
from tests.property.continuum_values import catalogues, frameworks, look_for_sets

from ilr.base import (
    EDITION,
    WORDING,
    Diagnostic,
    Diff,
    FrozenMap,
    InvalidInput,
    apply,
    content_hash,
    diff,
    propose_version,
    read_only,
    structure_hash,
)


@attrs.frozen(kw_only=True)
class Dot:
    """One kind of element."""

    id: str
    label: str = attrs.field(default="", metadata=WORDING)
    size: int = 0


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Line:
    """Another kind of element, which has elements itself and may have the same ids."""

    id: str
    dots: tuple[Dot, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Drawing:
    """A record with every kind of field."""

    version: str = attrs.field(default="1.0.0", metadata=EDITION)
    frame: Dot | None = None
    parts: tuple[Dot | Line, ...] = ()
    loose: tuple[Dot, ...] = ()
    words: tuple[str, ...] = ()
    notes: FrozenMap[str, str] = attrs.field(factory=FrozenMap, metadata=WORDING)
    level: float | str | None = None


IDS = st.sampled_from("abcd")
DOTS = st.builds(Dot, id=IDS, label=st.text(max_size=2), size=st.integers(0, 2))
LINES = st.builds(Line, id=IDS, dots=st.lists(DOTS, max_size=3).map(tuple))
DRAWINGS = st.builds(
    Drawing,
    version=st.sampled_from(["1.0.0", "1.0.1"]),
    frame=st.none() | DOTS,
    parts=st.lists(DOTS | LINES, max_size=4, unique_by=lambda part: part.id).map(tuple),
    loose=st.lists(DOTS, max_size=3).map(tuple),
    words=st.lists(IDS, max_size=2).map(tuple),
    notes=st.dictionaries(IDS, IDS, max_size=2).map(FrozenMap),
    level=st.sampled_from([None, 1, 1.5, "1", True]),
)

PAIRS = st.one_of(
    st.tuples(DRAWINGS, DRAWINGS),
    st.tuples(look_for_sets(), look_for_sets()),
    st.tuples(catalogues(), catalogues()),
    st.tuples(frameworks(namespace="AB"), frameworks(namespace="AB")),
)


def again(value: Any) -> Any:
    """An equal value that shares no part with the first."""
    return pickle.loads(pickle.dumps(value))  # our own bytes


def unfit(change: Diff, state: Any) -> tuple[Diagnostic, ...]:
    """What keeps a difference from being applied to a state."""
    try:
        apply(change, state)
    except InvalidInput as error:
        return error.problems
    return ()


@given(PAIRS)
def test_the_difference_makes_the_new_from_the_old(pair: tuple[Any, Any]) -> None:
    """Whatever two states are, applying what differs to the old one gives the new one, also in content."""
    old, new = pair
    made = apply(diff(old, new), old)
    assert made == new
    assert content_hash(made) == content_hash(new)


@given(PAIRS)
def test_a_value_does_not_differ_from_itself(pair: tuple[Any, Any]) -> None:
    """Neither from itself nor from an equal value that was built anew."""
    old, _ = pair
    assert len(diff(old, old)) == len(diff(old, again(old))) == 0
    assert structure_hash(old) == structure_hash(again(old))


@given(PAIRS)
def test_nothing_differs_just_when_contents_are_equal(pair: tuple[Any, Any]) -> None:
    """An empty difference and equal content hashes are one thing."""
    old, new = pair
    assert (len(diff(old, new)) == 0) == (content_hash(old) == content_hash(new))


@given(PAIRS)
def test_the_structure_hash_changes_with_the_structure_alone(pair: tuple[Any, Any]) -> None:
    """Other words and another edition leave the structure hash, everything else changes it."""
    old, new = pair
    kinds = {change.kind for change in diff(old, new)}
    assert (structure_hash(old) == structure_hash(new)) == (kinds <= {"reworded", "edition"})


@given(PAIRS)
def test_the_way_back_undoes_the_way_there(pair: tuple[Any, Any]) -> None:
    """What was added one way is removed the other way, and the old state comes back."""
    old, new = pair
    there, back = diff(old, new), diff(new, old)
    assert {change.path for change in there.of_kind("added")} == {c.path for c in back.of_kind("removed")}
    assert apply(back, apply(there, old)) == old


@given(PAIRS, st.tuples(*[st.integers(0, 99)] * 3))
def test_the_proposed_version_never_falls(pair: tuple[Any, Any], numbers: tuple[int, int, int]) -> None:
    """A changed value gets a higher number, unless its edition alone changed."""
    change = diff(*pair)
    version = ".".join(map(str, numbers))
    proposed = tuple(int(number) for number in propose_version(version, change).split("."))
    assert proposed >= numbers
    assert (proposed == numbers) == all(one.kind == "edition" for one in change)


@given(PAIRS, DRAWINGS)
def test_a_difference_fits_its_own_state_alone(pair: tuple[Any, Any], other: Drawing) -> None:
    """Applied to another state, a difference gives what it would have given or says what does not fit."""
    change = diff(*pair)
    problems = unfit(change, other)
    assert {problem.code for problem in problems} <= {"diff.other"}
    assert {problem.path for problem in problems} <= {one.path for one in change}
