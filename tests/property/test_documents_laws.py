"""Laws of documents: every value comes back equal, and no error repeats what a document held."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilr import interop
from ilr.base import Event, InvalidInput
from ilr.base._codec import canonical_json, content_hash, structure, unstructure
from ilr.continuum import LevelScale
from ilr.forms import Form, Walkthrough
from ilr.testing import strategies as made

law = settings(deadline=None, max_examples=40)

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "calendar": made.calendars(),
    "window": made.windows(),
    "roster": made.rosters(),
    "policy": made.policies(),
    "event": made.events(),
    "scale": made.scales(),
    "form": made.forms(),
    "walkthrough": made.walkthroughs(),
    "table": made.tables(),
    "means": made.tables().map(lambda table: table.means("teacher", within=("visit",))),
}
SECRET = "Grüße an Frau Secret"  # noqa: S105  # it stands for what a person typed


@pytest.mark.parametrize("kind", VALUES)
@law
@given(data=st.data())
def test_every_value_comes_back_equal(kind: str, data: st.DataObject) -> None:
    """A value that went through a document is equal, and so is its text."""
    value = data.draw(VALUES[kind])
    text = interop.dumps(value)
    again = interop.loads(text, type(value))
    assert again == value
    assert interop.dumps(again) == text
    assert canonical_json(again) == canonical_json(value)


@law
@given(st.lists(made.walkthroughs(), max_size=3))
def test_lists_of_records_come_back_equal(records: list[Walkthrough]) -> None:
    """Several records are one document."""
    assert interop.loads(interop.dumps(records), tuple[Walkthrough, ...]) == tuple(records)


@law
@given(st.lists(made.events(), max_size=4))
def test_facts_of_any_kind_come_back_where_the_kind_is_named(facts: list[Event]) -> None:
    """A sequence of unlike events is told apart by the kind of each."""
    kind: Any = tuple[Event, ...]
    plain = unstructure(tuple(facts), kind)
    assert structure(json.loads(json.dumps(plain)), kind) == tuple(facts)


Path = tuple[str | int, ...]


def leaves(data: Any, path: Path = ()) -> list[Path]:
    """The way to every scalar of plain data."""
    if isinstance(data, dict):
        return [way for name, value in data.items() for way in leaves(value, (*path, name))]
    if isinstance(data, list):
        return [way for place, value in enumerate(data) for way in leaves(value, (*path, place))]
    return [path]


def plant(data: Any, path: Path, value: Any) -> Any:
    """Plain data with another value in one place."""
    if not path:
        return value
    copy: Any = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = plant(copy[path[0]], path[1:], value)
    return copy


def attempt(text: str, kind: type) -> tuple[Any, InvalidInput | None]:
    """The value of a document, or why it is refused."""
    try:
        return interop.loads(text, kind), None
    except InvalidInput as error:
        return None, error


def is_vocabulary(path: Path) -> bool:
    """Whether a place holds a code that a document declares: messages list what may be chosen from."""
    if path[0] == "items" and path[-1] == "focus":
        return True
    return path[-1] in ("id", "code") and ("levels" in path or path[0] == "items")


@pytest.mark.parametrize("kind", VALUES)
@law
@given(data=st.data())
def test_no_error_repeats_what_a_document_held(kind: str, data: st.DataObject) -> None:
    """Whatever leaf is replaced by a secret, a refusal tells places and not the secret."""
    value = data.draw(VALUES[kind])
    document = json.loads(interop.dumps(value))
    places = [path for path in leaves(document["value"]) if not is_vocabulary(path)]
    secret = data.draw(st.sampled_from([SECRET, [SECRET]]))
    for place in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=4, unique=True)):
        document["value"] = plant(document["value"], place, secret)
    again, error = attempt(json.dumps(document), type(value))
    if error is None:
        assert SECRET in interop.dumps(again)
    else:
        assert SECRET not in str(error)
        assert all(problem.path for problem in error.problems)


@pytest.mark.parametrize("kind", VALUES)
@law
@given(data=st.data())
def test_a_number_fits_in_no_place_of_a_text_or_list(kind: str, data: st.DataObject) -> None:
    """A text that becomes a number is refused or was a code, and a whole that does is refused."""
    value = data.draw(VALUES[kind])
    document = json.loads(interop.dumps(value))
    whole = {**document, "value": 7}
    with pytest.raises(InvalidInput) as raised:
        interop.loads(json.dumps(whole), type(value))
    assert [problem.code for problem in raised.value.problems] == ["document.value"]
    name = data.draw(st.sampled_from(sorted(document["value"])))
    if isinstance(document["value"][name], list | dict | bool):
        document["value"][name] = 7
        with pytest.raises(InvalidInput) as raised:
            interop.loads(json.dumps(document), type(value))
        assert [(one.code, one.path) for one in raised.value.problems] == [("document.value", name)]


@law
@given(made.forms(), made.forms())
def test_equal_values_and_only_they_have_equal_hashes(one: Form, other: Form) -> None:
    """The hash of a value tells equal values from unequal ones."""
    assert (content_hash(one) == content_hash(other)) == (one == other)


@law
@given(made.scales())
def test_a_scale_of_equal_numbers_is_one_value(scale: LevelScale) -> None:
    """Writing whole codes as decimals changes neither the scale nor its hash."""
    codes = [code if isinstance(code, str) else float(code) for code in (one.code for one in scale.levels)]
    again = LevelScale.of(codes, half_levels=scale.half_levels, fidelity=scale.fidelity)
    assert again == scale
    assert content_hash(again) == content_hash(scale)
