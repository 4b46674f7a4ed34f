"""Differences, hashes, version numbers and lineage."""

from __future__ import annotations

import pickle
from hashlib import sha256
from typing import Any

import attrs
import pytest

from ilr.base import (
    EDITION,
    WORDING,
    Change,
    Diff,
    FrozenMap,
    InvalidInput,
    Lineage,
    LineageKind,
    Parameter,
    apply,
    content_hash,
    diff,
    propose_version,
    read_only,
    structure_hash,
)
from ilr.base._codec import structure, unstructure


@attrs.frozen(kw_only=True)
class Box:
    """An element with an id, words and a size."""

    id: str
    label: str = attrs.field(default="", metadata=WORDING)
    size: int = 1


@attrs.frozen(kw_only=True)
class Bag:
    """Another class of the same fields."""

    id: str
    label: str = attrs.field(default="", metadata=WORDING)
    size: int = 1


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Shelf:
    """A record with elements, and with one field of every other kind."""

    version: str = attrs.field(default="1.0.0", metadata=EDITION)
    boxes: tuple[Box | Bag, ...] = ()
    lid: Box | None = None
    words: tuple[str, ...] = ()
    byname: FrozenMap[str, Box] = attrs.field(factory=FrozenMap)
    weight: float = 1.0
    total: int = attrs.field(init=False, default=0)


@attrs.frozen
class Work:
    """A record that is equal to another of the same key."""

    key: str
    title: str = attrs.field(eq=False)


@attrs.frozen
class Shop:
    """A record with such a record in it."""

    work: tuple[Work, ...]


def shelf(*ids: str, **more: Any) -> Shelf:
    """A shelf of boxes with these ids."""
    return Shelf(boxes=tuple(Box(id=id) for id in ids), **more)


def told(old: Any, new: Any) -> list[str]:
    """The lines of a difference, after it was seen to lead from old to new."""
    change = diff(old, new)
    assert apply(change, old) == new
    return [str(one) for one in change]


def test_what_is_added_and_removed_is_told_by_its_id() -> None:
    """An element is found by its id, so one in front moves none of the others."""
    assert told(shelf("b", "c"), shelf("a", "b")) == ["removed boxes[c]", "added boxes[a]"]


def test_an_element_that_changed_places_moved() -> None:
    """The fewest elements that explain a new order are said to have moved."""
    assert told(shelf("a", "b", "c", "d"), shelf("d", "a", "b", "c")) == ["moved boxes[d]"]


def test_an_added_element_may_follow_one_that_moved() -> None:
    """Additions and moves are put in one after the other, each behind its new neighbour."""
    assert told(shelf("a", "b", "c"), shelf("c", "x", "a", "y", "b")) == [
        "moved boxes[c]",
        "added boxes[x]",
        "added boxes[y]",
    ]


def test_other_words_are_told_apart_from_another_structure() -> None:
    """A field of words is reworded, any other field of a kept element is re-rated."""
    old = Shelf(boxes=(Box(id="a", label="x", size=1),))
    assert told(old, Shelf(boxes=(Box(id="a", label="y", size=1),))) == ["reworded boxes[a].label"]
    assert told(old, Shelf(boxes=(Box(id="a", label="x", size=2),))) == ["rerated boxes[a].size"]


def test_an_id_of_another_class_is_re_rated_as_a_whole() -> None:
    """A bag in place of a box of the same id is another thing, though all fields agree."""
    assert told(Shelf(boxes=(Box(id="a"),)), Shelf(boxes=(Bag(id="a"),))) == ["rerated boxes[a]"]


def test_a_record_in_a_field_is_gone_into() -> None:
    """A change inside a record is told at its own field; a record in place of none is one change."""
    assert told(Shelf(lid=Box(id="a")), Shelf(lid=Box(id="b", label="x"))) == [
        "rerated lid.id",
        "reworded lid.label",
    ]
    assert told(Shelf(), Shelf(lid=Box(id="a"))) == ["rerated lid"]


def test_elements_without_unlike_ids_are_one_value() -> None:
    """Repeated ids and plain texts leave nothing to match elements by."""
    assert told(shelf("a"), shelf("a", "a")) == ["rerated boxes"]
    assert told(Shelf(words=("x",)), Shelf(words=("x", "y"))) == ["rerated words"]


def test_the_edition_is_told_apart() -> None:
    """Another version number alone is a change, yet asks for no new number."""
    change = diff(Shelf(), Shelf(version="1.1.0"))
    assert [one.path for one in change.of_kind("edition")] == ["version"]
    assert propose_version("1.1.0", change) == "1.1.0"


def test_a_value_that_compares_by_its_key_is_compared_in_full() -> None:
    """Where equality looks at a key alone, the difference looks at everything."""
    old, new = Shop((Work("a", "x"),)), Shop((Work("a", "y"),))
    assert old == new
    assert [str(one) for one in diff(old, new)] == ["rerated work"]
    assert content_hash(apply(diff(old, new), old)) == content_hash(new)


def test_numbers_of_equal_value_do_not_differ() -> None:
    """One as a whole number and one as a fraction are written alike."""
    assert not diff(Shelf(weight=1.0), Shelf(weight=1))


@pytest.mark.parametrize(("old", "new"), [(Box(id="a"), Bag(id="a")), ("a", "b"), (Box(id="a"), None)])
def test_only_records_of_one_class_are_compared(old: Any, new: Any) -> None:
    """Two classes, or values that are no records, have no difference."""
    with pytest.raises(InvalidInput, match=r"diff\.kind"):
        diff(old, new)


def test_a_difference_is_refused_by_another_state() -> None:
    """Every change that does not fit is listed, and those that would have fitted are not."""
    old = Shelf(boxes=(Box(id="a"), Box(id="b"), Box(id="c")), words=("x",))
    new = Shelf(boxes=(Box(id="c"), Box(id="a", size=2), Box(id="d")), words=("y",), weight=2.0)
    other = Shelf(boxes=(Box(id="d"), Box(id="a", size=3)), words=("z",))
    with pytest.raises(InvalidInput) as raised:
        apply(diff(old, new), other)
    assert [problem.path for problem in raised.value.problems] == [
        "boxes[b]",
        "boxes[c]",
        "boxes[a].size",
        "boxes[d]",
        "words",
    ]
    assert {problem.code for problem in raised.value.problems} == {"diff.other"}


def test_a_difference_is_refused_by_what_has_no_such_places() -> None:
    """A text, or a tuple without ids, has no place for a change of an element."""
    change = diff(shelf("a"), shelf("b"))
    for other in ("text", shelf("a", "a")):
        with pytest.raises(InvalidInput):
            apply(change, other)


def test_no_difference_fits_everything() -> None:
    """Where nothing differs, any value stays what it is."""
    assert apply(Diff(), "text") == "text"


def test_a_difference_shows_itself() -> None:
    """In a terminal a line a change, in a notebook a row, with markup as text."""
    change = diff(shelf("a", "<b>"), shelf("a"))
    assert str(change) == "removed boxes[<b>]"
    assert "<td>removed</td><td>boxes[&lt;b&gt;]</td>" in change._repr_html_()
    assert str(Diff()) == "no difference"
    assert list(change) == list(change.changes)
    assert "Box" not in repr(change)


def test_a_difference_travels_to_a_worker_process() -> None:
    """A pickled difference is equal and still applies."""
    old, new = shelf("a"), shelf("b")
    again = pickle.loads(pickle.dumps(diff(old, new)))  # our own bytes
    assert again == diff(old, new)
    assert apply(again, old) == new


def test_the_structure_hash_leaves_out_words_and_edition() -> None:
    """Two states that differ in texts and version number alone have one structure hash, wherever they stand."""
    old = Shelf(boxes=(Box(id="a", label="x"),), lid=Box(id="l"), byname=FrozenMap({"b": Box(id="b")}))
    new = Shelf(
        version="1.0.1",
        boxes=(Box(id="a", label="y"),),
        lid=Box(id="l", label="z"),
        byname=FrozenMap({"b": Box(id="b", label="c")}),
    )
    assert structure_hash(old) == structure_hash(new) != content_hash(old)
    assert content_hash(old) != content_hash(new)


@pytest.mark.parametrize(
    "other",
    [
        Shelf(boxes=(Box(id="a", size=2),)),
        Shelf(boxes=(Bag(id="a"),)),
        Shelf(boxes=(Box(id="b"),)),
        Shelf(boxes=(Box(id="a"),), words=("x",)),
        Shelf(boxes=(Box(id="a"),), byname=FrozenMap({"a": Box(id="a")})),
    ],
)
def test_the_structure_hash_tells_structures_apart(other: Shelf) -> None:
    """Size, class, id, texts that are no words and mapped records all count."""
    assert structure_hash(other) != structure_hash(Shelf(boxes=(Box(id="a"),)))


def test_a_field_at_its_default_counts_as_absent() -> None:
    """A field that a later release adds to a record leaves the hashes of earlier ones."""

    @attrs.frozen
    class Before:
        id: str

    @attrs.frozen(field_transformer=read_only)
    class After:
        id: str
        size: int = 1
        more: tuple[str, ...] = attrs.field(factory=tuple)

    assert structure_hash(After("a")) == structure_hash(Before("a"))
    assert structure_hash(After("a", 2)) != structure_hash(Before("a"))


def test_a_record_may_be_its_own_document() -> None:
    """What writes itself as a document is hashed as that document."""

    @attrs.frozen
    class Packed:
        label: str = attrs.field(metadata=WORDING)

        def to_document(self) -> dict[str, str]:
            return {"packed": self.label}

        @classmethod
        def from_document(cls, document: dict[str, str]) -> Packed:
            return cls(document["packed"])

    assert structure_hash(Packed("a")) == content_hash({"packed": "a"})


def test_hashes_of_a_record_without_marks_agree_in_structure() -> None:
    """A record without words has its structure hash too, and it is the same on every run."""
    unmarked = Parameter(id="P-X", name="x", unit="days", default=1, source="test")
    assert structure_hash(unmarked) == structure_hash(structure(unstructure(unmarked), Parameter))
    assert structure_hash(Box(id="a")) == sha256(b'{"id":"a"}').hexdigest()


def changed(*kinds: Any) -> Diff:
    """A difference of these kinds."""
    return Diff(tuple(Change(kind=kind, steps=("x", (kind,))) for kind in kinds))


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((), "1.2.3"),
        (("edition",), "1.2.3"),
        (("reworded", "edition"), "1.2.4"),
        (("added", "reworded"), "1.3.0"),
        (("moved",), "1.3.0"),
        (("removed",), "2.0.0"),
        (("rerated", "added", "reworded"), "2.0.0"),
    ],
)
def test_the_gravest_change_decides_the_version(kinds: tuple[str, ...], expected: str) -> None:
    """Removed or re-rated is major, added or moved minor, reworded a patch, the edition nothing."""
    assert propose_version("1.2.3", changed(*kinds)) == expected


@pytest.mark.parametrize(
    "version", ["", "1", "1.2", "1.2.3.4", "v1.2.3", "01.2.3", "1.2.x", "1.2.3\n", "٣.1.1"]
)
def test_a_malformed_version_is_refused(version: str) -> None:
    """A version is three whole numbers with full stops."""
    with pytest.raises(InvalidInput, match=r"version\.malformed"):
        propose_version(version, Diff())


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("same", "a", "a"),
        ("reworded", "a", "a"),
        ("rescaled", "a", "a"),
        ("replaced", "a", "b"),
        ("split", "a", "bc"),
        ("merged", "ab", "c"),
        ("new", "", "a"),
        ("retired", "a", ""),
    ],
)
def test_each_kind_of_lineage_has_its_number_of_ids(kind: str, old: str, new: str) -> None:
    """The eight kinds of the house are accepted with the ids they have, and survive the codec."""
    made = Lineage(kind=LineageKind(kind), old=tuple(old), new=tuple(new))
    assert structure(unstructure(made), Lineage) == made


def test_a_lineage_of_other_numbers_is_refused_at_once() -> None:
    """A merger of a thing with itself into nothing, with levels, has three problems."""
    with pytest.raises(InvalidInput) as raised:
        Lineage(kind=LineageKind.MERGED, old=("a", "a"), new=(), levels=FrozenMap({"1": "2"}))
    assert [(one.code, one.path) for one in raised.value.problems] == [
        ("lineage.repeated", "old"),
        ("lineage.count", "new"),
        ("lineage.levels", "levels"),
    ]


def test_a_change_of_scale_may_map_its_levels() -> None:
    """Former levels lead to new ones, written as texts."""
    made = Lineage(kind=LineageKind.RESCALED, old=("a",), new=("a",), levels=FrozenMap({"1": "1", "2": "3"}))
    assert structure(unstructure(made), Lineage) == made
