"""Diagnostics, the checker, and errors that travel between processes."""

from __future__ import annotations

import copy
import pickle

import pytest

from ilr.base import (
    Checker,
    Diagnostic,
    IlrError,
    InvalidInput,
    MissingDependency,
    NotEnoughData,
    UnknownCode,
    listed,
)
from ilr.base.errors import join_path

PROBLEM = Diagnostic(code="a.b", path="rows[3].level", message="is wrong", expected="1, 2", hint="look up")


def test_a_diagnostic_reads_as_one_line() -> None:
    """Code, place, message, what was expected and the hint stand in one line."""
    assert str(PROBLEM) == "[a.b] rows[3].level: is wrong (expected 1, 2). Hint: look up"
    assert str(Diagnostic(code="a", path="", message="is wrong")) == "[a] is wrong."


@pytest.mark.parametrize(
    ("prefix", "path", "whole"),
    [("a", "b", "a.b"), ("a", "[0].b", "a[0].b"), ("", "b", "b"), ("a", "", "a"), ("", "", "")],
)
def test_paths_join_as_they_are_written_in_code(prefix: str, path: str, whole: str) -> None:
    """A field is joined by a dot, an index stands by itself."""
    assert join_path(prefix, path) == whole


def test_a_diagnostic_seen_from_outside_has_a_longer_path() -> None:
    """Moving a problem under a field changes its path alone."""
    moved = PROBLEM.under("visits[1]")
    assert moved.path == "visits[1].rows[3].level"
    assert moved.code == PROBLEM.code


def test_a_long_vocabulary_is_cut_and_counted() -> None:
    """Messages list the first words and say how many there are besides."""
    assert listed(range(3)) == "0, 1, 2"
    assert listed(range(15), most=2) == "0, 1 and 13 more"
    assert listed([]) == ""


def test_a_checker_collects_and_raises_once() -> None:
    """Every failed check is in the one error, every good one leaves no trace."""
    check = Checker("thing")
    assert check(True, "a", "x", "is wrong")
    check.done()
    assert not check(False, "b", "y", "is wrong", expected="right")
    check.add([Diagnostic(code="c", path="z", message="too")], under="deep")
    with pytest.raises(InvalidInput) as raised:
        check.done()
    assert [(one.code, one.path) for one in raised.value.problems] == [("b", "y"), ("c", "deep.z")]
    assert (
        str(raised.value) == "thing: 2 problems\n  - [b] y: is wrong (expected right).\n  - [c] deep.z: too."
    )


def test_an_error_bears_the_code_and_place_of_its_first_problem() -> None:
    """Code, path and hint of a whole error are those of the first of its problems."""
    error = InvalidInput("table", [PROBLEM, Diagnostic(code="z", path="", message="too")])
    assert (error.code, error.path, error.hint) == ("a.b", "rows[3].level", "look up")
    assert str(InvalidInput("table", [PROBLEM])).startswith("table: one problem\n")


def test_errors_are_errors_of_the_language_too() -> None:
    """Whoever knows only built-in exceptions catches the right one."""
    assert issubclass(InvalidInput, ValueError)
    assert issubclass(NotEnoughData, ValueError)
    assert issubclass(UnknownCode, KeyError)
    assert issubclass(MissingDependency, RuntimeError)


def test_an_unknown_code_prints_its_message_plainly() -> None:
    """Unlike other key errors it does not print the message in quotes."""
    assert str(UnknownCode("no such item", code="x")) == "no such item"


@pytest.mark.parametrize(
    "error",
    [
        IlrError("plain", code="a.b", path="p", hint="h"),
        InvalidInput("table", [PROBLEM, Diagnostic(code="z", path="", message="too")]),
        NotEnoughData("too few", code="n"),
        UnknownCode("no such", code="u", path="p"),
        MissingDependency("not installed", code="m"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_survives_pickling(error: IlrError) -> None:
    """A worker process can send an error back with its text, code, path, hint and problems."""
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # our own bytes
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)


def test_a_long_list_of_problems_is_counted_in_the_message() -> None:
    """The message shows fifty problems and counts the rest; the error holds them all."""
    check = Checker("rows")
    for row in range(120):
        check(False, "rating.level", f"rows[{row}]", "is not a declared level")
    with pytest.raises(InvalidInput) as raised:
        check.done()
    assert len(raised.value.problems) == 120
    assert str(raised.value).splitlines()[0] == "rows: 120 problems"
    assert "rows[49]" in str(raised.value)
    assert "rows[50]" not in str(raised.value)
    assert str(raised.value).endswith("and 70 more, see .problems")
