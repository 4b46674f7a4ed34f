"""The converter between values and plain data: strict, and silent about what it refused."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from typing import Any, Literal

import attrs
import pytest

from ilr.base import FrozenMap, InvalidInput, Parameter, Policy, Reason, Role, Window, read_only
from ilr.base._codec import canonical_json, content_hash, structure, unstructure

AT = datetime.fromisoformat("2026-09-01T09:00:00+02:00")


@attrs.frozen(kw_only=True)
class Round:
    """One member of a union."""

    width: float


@attrs.frozen(kw_only=True)
class Square:
    """The other member, of the same fields."""

    width: float


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Everything:
    """A record with a field of every kind."""

    text: str = "a"
    whole: int = 1
    number: float = 1.0
    flag: bool = True
    day: date = date(2026, 9, 1)
    at: datetime = AT
    clock: time = time(9, 5)
    role: Role = Role.COACH
    word: Literal["x", 2] = "x"
    code: int | float | str | None = 2
    maybe: float | None = None
    bag: frozenset[str] = frozenset({"b", "a"})
    map: FrozenMap[str, int] = attrs.field(factory=FrozenMap)
    shape: Round | Square | None = None
    shapes: tuple[Round | Square, ...] = ()
    window: Window | None = None


FULL = Everything(
    code="c",
    maybe=0.5,
    map=FrozenMap(x=1),
    shape=Square(width=2.0),
    shapes=(Round(width=1.0), Square(width=math.inf)),
    window=Window(date(2026, 9, 1), date(2026, 9, 2)),
)


def problems(data: Any, kind: Any = Everything) -> list[tuple[str, str, str]]:
    """Code, path and expectation of every problem of refused data."""
    with pytest.raises(InvalidInput) as raised:
        structure(data, kind)
    return [(one.code, one.path, one.expected) for one in raised.value.problems]


@pytest.mark.parametrize("value", [Everything(), FULL], ids=["defaults", "full"])
def test_a_record_comes_back_equal(value: Everything) -> None:
    """Plain data of a record make an equal record with the same plain data."""
    plain = unstructure(value)
    assert structure(plain, Everything) == value
    assert unstructure(structure(plain, Everything)) == plain


def test_members_of_a_union_say_which_they_are() -> None:
    """Two classes of the same fields are told apart by a tag."""
    plain = unstructure(FULL)
    assert plain["shape"] == {"type": "Square", "width": 2.0}
    assert plain["shapes"][1] == {"type": "Square", "width": "Infinity"}


def test_a_union_given_as_the_kind_is_tagged_too() -> None:
    """A value that stands in no field is tagged where the caller names the union."""
    assert unstructure(Round(width=1.0)) == {"width": 1.0}
    assert unstructure(Round(width=1.0), Round | Square) == {"type": "Round", "width": 1.0}
    assert unstructure(None, Round | Square | None) is None


@pytest.mark.parametrize(("number", "text"), [(math.inf, "Infinity"), (-math.inf, "-Infinity")])
def test_infinite_numbers_are_written_as_words(number: float, text: str) -> None:
    """JSON has no word for infinity, so a text stands for it."""
    assert unstructure(number) == text
    assert structure(text, float) == number


def test_a_number_that_is_none_is_written_as_a_word() -> None:
    """NaN goes out as a text and comes back as NaN."""
    assert unstructure(math.nan) == "NaN"
    assert math.isnan(structure("NaN", float))


def test_a_whole_number_in_a_field_of_numbers_is_written_as_one() -> None:
    """Equal records give equal data, whether a width was given as 2 or as 2.0."""
    assert str(unstructure(Round(width=2))) == str(unstructure(Round(width=2.0)))
    assert type(structure(2, float)) is float


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("text", 5, "a text"),
        ("whole", "5", "a whole number"),
        ("whole", 5.0, "a whole number"),
        ("whole", True, "a whole number"),
        ("number", "5", "a number"),
        ("number", True, "a number"),
        ("number", 10**400, "a number"),
        ("flag", 1, "true or false"),
        ("day", "01/09/2026", "a day as YYYY-MM-DD"),
        ("day", 20260901, "a day as YYYY-MM-DD"),
        ("at", "noon", "an instant as ISO 8601 with its offset"),
        ("clock", "9 o'clock", "a time of day as HH:MM"),
        ("role", "boss", "teacher, long-term substitute, building leader, instructional leader, "),
        ("role", ["coach"], "teacher, long-term substitute, building leader, instructional leader, "),
        ("word", "y", "x, 2"),
        ("word", 2.0, "x, 2"),
        ("word", ["x"], "x, 2"),
        ("code", True, "int, float, str"),
        ("code", [1], "int, float, str"),
        ("bag", "ab", "a list"),
        ("map", [], "a mapping"),
        ("shape", [], "a mapping"),
        ("shape", {"width": 1.0}, "'type': one of Round, Square"),
        ("shape", {"type": "Cube", "width": 1.0}, "'type': one of Round, Square"),
        ("shape", {"type": ["Round"], "width": 1.0}, "'type': one of Round, Square"),
        ("shapes", [None], "a mapping"),
        ("window", 3, "a mapping"),
    ],
)
def test_a_leaf_of_another_type_is_refused(field: str, value: Any, expected: str) -> None:
    """A text is never taken for a number, nor a number for a text, a flag or a day."""
    found = problems({field: value})
    assert len(found) == 1
    code, path, wanted = found[0]
    assert code == "document.value"
    assert path.startswith(field)
    assert wanted.startswith(expected)


def test_every_problem_of_a_document_is_told_with_its_path() -> None:
    """Wrong leaves, a missing field, an extra one and a broken rule come in one error."""
    data = {
        "whole": "1",
        "map": {"x": "one", "y": 2},
        "shapes": [{"type": "Round"}, {"type": "Square", "width": 1, "height": 2}],
        "window": {"start": "2026-09-02", "end": "2026-09-01"},
        "colour": "red",
    }
    assert [found[:2] for found in problems(data)] == [
        ("document.value", "whole"),
        ("document.value", "map['x']"),
        ("document.missing", "shapes[0].width"),
        ("document.extra", "shapes[1].height"),
        ("window.order", "window.end"),
        ("document.extra", "colour"),
    ]


def test_something_else_than_a_record_is_refused() -> None:
    """A list where a record belongs is one problem of the whole."""
    assert problems([]) == [("document.value", "", "a mapping")]
    assert problems({"a": 1}, tuple[Window, ...]) == [("document.value", "", "a list")]


def test_an_error_in_a_class_of_the_caller_shows_its_shape_alone() -> None:
    """An exception that a foreign class raises is told without its text."""

    @attrs.frozen
    class Picky:
        size: int = attrs.field()

        @size.validator
        def _check(self, _: Any, value: int) -> None:
            if value > 3:
                message = f"{value} is too much"
                raise ValueError(message)

    assert problems({"size": 4}, Picky) == [("document.shape", "", "what the type holds")]


def test_the_error_is_called_after_the_type_or_the_subject() -> None:
    """The caller may name the whole; otherwise the class does."""
    with pytest.raises(InvalidInput, match=r"^Window: 2 problems"):
        structure({}, Window)
    with pytest.raises(InvalidInput, match=r"^my file: 2 problems"):
        structure({}, Window, subject="my file")


def test_parameters_of_a_policy_come_back_equal() -> None:
    """A default that is a whole number passes where any number may stand."""
    for parameter in Policy.parameters():
        assert structure(unstructure(parameter), Parameter) == parameter


def test_a_reason_keeps_the_types_of_its_parameters() -> None:
    """Texts, numbers and flags come back as what they were."""
    reason = Reason.of("X", a="1", b=1, c=1.5, d=True)
    again = structure(unstructure(reason), Reason)
    assert again == reason
    assert [type(value) for value in again.parameters.values()] == [str, int, float, bool]


def test_a_plain_frozen_map_takes_anything() -> None:
    """Without types a frozen map holds what the document holds."""
    assert structure({"a": [1, "x"]}, FrozenMap) == FrozenMap(a=[1, "x"])


def test_canonical_text_has_one_form() -> None:
    """Keys are sorted, blanks left out, letters of any script kept."""
    assert canonical_json({"b": [1, 2.5, None], "a": "é"}) == '{"a":"é","b":[1,2.5,null]}'


def test_equal_values_have_equal_canonical_text() -> None:
    """A whole number reads the same whichever way it was given, and zero has no sign."""
    assert canonical_json([1.0, -0.0, {"x": (2.0,)}]) == canonical_json([1, 0, {"x": (2,)}])
    assert content_hash([1.0]) == content_hash([1])
    assert content_hash([1]) != content_hash(["1"])


def test_a_hash_has_sixty_four_digits() -> None:
    """The hash of the empty mapping is that of its two braces."""
    assert content_hash({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
