"""What stands in place of a hidden number."""

from __future__ import annotations

import json
import math
import operator
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilr import interop
from ilr.base import InvalidInput
from ilr.disclosure import SUPPRESSED, Suppressed, SuppressedCell

CELL = SuppressedCell(key=("6", "art"))
HIDDEN: Any = [SUPPRESSED, CELL, CELL.teachers, CELL.observations]


@pytest.mark.parametrize("value", HIDDEN)
@pytest.mark.parametrize(
    "use",
    [
        float,
        int,
        complex,
        bool,
        abs,
        round,
        math.floor,
        math.ceil,
        math.trunc,
        operator.index,
        operator.neg,
        operator.pos,
        operator.invert,
        np.array,
        np.asarray,
        np.sqrt,
    ],
)
def test_a_hidden_value_becomes_no_number(value: Any, use: Callable[[Any], Any]) -> None:
    """Nothing that asks for a number, a truth or an array gets one."""
    with pytest.raises(TypeError):
        use(value)


@pytest.mark.parametrize("value", HIDDEN)
@pytest.mark.parametrize(
    "use",
    [
        operator.add,
        operator.sub,
        operator.mul,
        operator.truediv,
        operator.floordiv,
        operator.mod,
        divmod,
        pow,
        operator.lt,
        operator.le,
        operator.gt,
        operator.ge,
        np.add,
    ],
)
def test_a_hidden_value_takes_part_in_no_reckoning(value: Any, use: Callable[[Any, Any], Any]) -> None:
    """Arithmetic and order are refused from either side, with whole numbers, fractions and arrays."""
    for other in (3, 0.5, np.float64(1.0), np.arange(3)):
        with pytest.raises(TypeError):
            use(value, other)
        with pytest.raises(TypeError):
            use(other, value)


def test_a_hidden_value_hides_in_arrays_too() -> None:
    """An array of numbers and a hidden one, and a sum over them, are refused."""
    for values in ([SUPPRESSED], [1.0, SUPPRESSED], [CELL, 2]):
        with pytest.raises(TypeError):
            np.array(values)
        with pytest.raises(TypeError):
            sum(values)  # type: ignore[arg-type]  # refused on purpose


@pytest.mark.parametrize("spec", ["d", "f", ".1f", "e", "g", "n", "x", "b", "o", "%", "05d"])
def test_a_hidden_value_has_no_format_of_numbers(spec: str) -> None:
    """A format for numbers is refused, one for text is not."""
    for value in HIDDEN:
        with pytest.raises(TypeError):
            format(value, spec)
    assert f"{SUPPRESSED:>8}" == "  hidden"
    assert f"{SUPPRESSED}" == f"{SUPPRESSED:s}" == "hidden"


def test_a_hidden_value_is_neither_zero_nor_nothing() -> None:
    """Equality with a number is false, and hidden values are equal to each other."""
    assert HIDDEN[0] != 0
    assert SUPPRESSED is not None
    assert Suppressed() == SUPPRESSED
    assert CELL.teachers == SUPPRESSED
    assert SuppressedCell(key=("6", "art")) == CELL != SuppressedCell(key=("7", "art"))
    assert CELL != SUPPRESSED


def test_a_hidden_value_as_a_document() -> None:
    """It is written as suppressed and nothing else, and read back."""
    assert json.loads(interop.dumps(SUPPRESSED))["value"] == {"suppressed": True}
    assert interop.loads(interop.dumps(SUPPRESSED), Suppressed) == SUPPRESSED
    assert json.loads(interop.dumps(CELL))["value"] == {"suppressed": True, "key": ["6", "art"]}
    assert interop.loads(interop.dumps(CELL), SuppressedCell) == CELL
    assert pickle.loads(pickle.dumps(CELL)) == CELL  # our own bytes
    with pytest.raises(InvalidInput, match=r"suppressed\.told"):
        Suppressed(suppressed=False)
